"""The corpus of case reports, and a report as its writers see it: sentences with numbers, headings between them.

Offsets count code points of the raw text, as the corpus has it. Nothing is cleaned before offsets are given.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calcqa.documents.plain.loader import STRAY
from calcqa.evaluation.datasets.base import read_texts
from calcqa.language.sentences import sentence_spans
from calcqa.types import Span

_BLANK = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile(r"\n")
_LONGEST_HEADING = 90  # code points of a paragraph without a stop at its end that is shown as a heading


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a report: its place in the raw text, and the heading it stands under, if any."""

    span: Span
    heading: str


def read_corpus(path: Path) -> dict[str, str]:
    """Return the raw text of each report by its id, in the corpus's order; its errors are those of `read_texts`."""
    return {text.id: text.text for text in read_texts(path)}


def read_items(path: Path) -> list[dict[str, Any]]:
    """Return the items with turns of a file of the set."""
    records = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [record for record in records if "turns" in record]


def paragraphs(text: str, *, lines: bool = False) -> list[Span]:
    """Return the stretches of a text between blank lines, or all its `lines`, without surrounding space."""
    spans, at = [], 0
    breaks = (_LINE if lines else _BLANK).finditer(text)
    for end, following in [*(m.span() for m in breaks), (len(text), len(text))]:
        part = text[at:end]
        if part.strip():
            start = at + len(part) - len(part.lstrip())
            spans.append(Span(start, start + len(part.strip())))
        at = following
    return spans


def is_heading(paragraph: str) -> bool:
    """Say whether a paragraph stands alone as a heading: short, one line, no stop at its end, no small first letter."""
    return (
        len(paragraph) <= _LONGEST_HEADING
        and "\n" not in paragraph
        and not paragraph.endswith((".", ";", ",", "?", "!"))
        and not paragraph[0].islower()
    )


def sentences(text: str, *, lines: bool = False) -> list[Sentence]:
    """Return the sentences of a report in reading order, headings left out; of a note, in which `lines` stand for them.

    A paragraph that looks like a heading is one only before another paragraph that is none. A note's lines are all
    sentences, or hold some.
    """
    spans = paragraphs(text, lines=lines)
    heads = [not lines and is_heading(text[s.start : s.end]) for s in spans]
    result, heading = [], ""
    for number, (span, head) in enumerate(zip(spans, heads, strict=True)):
        if head and number + 1 < len(spans):
            heading = text[span.start : span.end]
            continue
        part = text[span.start : span.end]
        for s in sentence_spans(part):
            start = span.start + s.start
            stray = STRAY.match(text) if start == 0 else None  # what the loader leaves out
            result.append(Sentence(Span(stray.end() if stray else start, span.start + s.end), heading))
    return result


def sheet(id: str, text: str, *, lines: bool = False) -> str:  # noqa: A002 - what the corpus calls it
    """Return a report for a writer: headings marked with #, and each sentence behind its number."""
    shown, heading = [f"REPORT {id}"], ""
    for number, sentence in enumerate(sentences(text, lines=lines), start=1):
        if sentence.heading != heading:
            heading = sentence.heading
            shown.append(f"\n# {heading}")
        shown.append(f"[{number}] {' '.join(text[sentence.span.start : sentence.span.end].split())}")
    return "\n".join(shown) + "\n"


def read_draw(path: Path) -> Mapping[str, list[str]]:
    """Return the ids of each split, in the order they were drawn."""
    splits: Mapping[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))["splits"]
    return splits
