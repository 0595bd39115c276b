"""FAQ files: questions with the quotes that answer them, and questions that the document does not answer.

An FAQ file `NAME.questions.jsonl` stands beside `NAME.md` (or `.txt`) and holds one JSON object a line:

    {"question": "What grew?", "evidence": ["an exact quote", ...]}
    {"question": "Which dose?", "evidence": [], "gap": "doses"}

Every quote must stand once in the document's text, as it is written or as it reads (`faq/anchoring.py`); what does not
is a SidecarError naming the line. Nothing is repaired and nothing is skipped: an FAQ file is used whole or refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from calcqa import messages
from calcqa.config import MAX_QUESTION
from calcqa.errors import SidecarError
from calcqa.faq.anchoring import place_of
from calcqa.language.json_input import parse
from calcqa.language.questions import clean_question, too_long
from calcqa.types import Document, FAQEntry

UNANSWERABLE_KINDS = tuple(messages.ASKED_FOR)
"""The kinds of unanswerable questions (`gap` in the file); `messages.ASKED_FOR` names what each asks for."""

OTHER_LANGUAGE = "language"
"""The kind of what is not in English."""

NOT_QUESTIONS = frozenset({"greeting", "off-topic", "instruction", OTHER_LANGUAGE})
"""Kinds that concern no document; entries of these kinds, but the last, ship with the package."""

SUFFIX = ".questions.jsonl"


def sidecar_path(document_path: Path) -> Path:
    """Return the path of the FAQ file of the document at `document_path`."""
    return document_path.with_name(document_path.stem + SUFFIX)


def read_sidecar(path: Path, document: Document) -> list[FAQEntry]:
    """Return the entries of the FAQ file at `path`, their quotes as spans of `document`.

    Raises:
        SidecarError: a line is not usable, or a quote is not verbatim in `document`.

    """
    entries = []
    for line, record in records(path):
        question = _question(record, path.name, line)
        evidence = record.get("evidence")
        gap = record.get("gap")
        if not isinstance(evidence, list) or not all(isinstance(q, str) and q for q in evidence):
            raise SidecarError(path.name, line, 'needs "evidence": a list of exact quotes (empty for a gap).')
        if bool(evidence) == bool(gap):
            raise SidecarError(path.name, line, 'needs either quotes as "evidence" or a "gap", and not both.')
        if gap and not (isinstance(gap, str) and gap in UNANSWERABLE_KINDS):
            raise SidecarError(path.name, line, f"unknown gap {gap!r}; the kinds are {', '.join(UNANSWERABLE_KINDS)}.")
        try:
            spans = sorted({place_of(quote, document) for quote in evidence})
        except ValueError as error:
            raise SidecarError(path.name, line, f"{error}.") from error
        entries.append(FAQEntry(question, document.id, tuple(spans), gap or None))
    return entries


def not_questions() -> list[FAQEntry]:
    """Return the greetings, small talk and instructions that no document answers, as entries of no document."""
    path = Path(__file__).with_name("not_questions.jsonl")
    return [FAQEntry(_question(r, path.name, n), "", (), str(r["gap"])) for n, r in records(path)]


def records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, object) for each non-empty line of a JSON Lines file.

    Raises:
        SidecarError: a line is not a JSON object, or the file is not UTF-8, or cannot be read.

    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise SidecarError(path.name, 0, "the file is not UTF-8 text.") from error
    except OSError as error:
        raise SidecarError(path.name, 0, f"the file cannot be read ({error.strerror or error}).") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, json_object(line, path.name, number)


def json_object(text: str, source: str, line: int) -> dict[str, Any]:
    """Return the JSON object that `text` is.

    Raises:
        SidecarError: it is none, or holds what cannot be worked with: a number of thousands of digits, half a character
            (a lone surrogate), lists in lists without end.

    """
    try:
        record = parse(text)
        if "\\ud" in text.lower():  # the only way in for half a character
            json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise SidecarError(source, line, "not valid Unicode.") from error
    except ValueError as error:
        raise SidecarError(source, line, f"not valid JSON ({error}).") from error
    if not isinstance(record, dict):
        raise SidecarError(source, line, "not a JSON object.")
    return record


def _question(record: dict[str, Any], source: str, line: int) -> str:
    question = record.get("question")
    if not isinstance(question, str) or too_long(question) or not clean_question(question):
        raise SidecarError(source, line, f'needs a "question", of at most {MAX_QUESTION:,} characters.')
    return clean_question(question)
