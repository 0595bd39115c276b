"""The sentences of a paragraph, as spans.

Boundaries come from sentencex, which is imported when first used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from calcqa.language.english import ENGLISH
from calcqa.types import Span

_MOST_AT_ONCE = 20_000  # code points handed to the splitter, which can take quadratic time over quotation marks

_WIDE = re.compile(r"[^\S\n]")  # the splitter takes every space for one byte, and panics at one that is not


def sentence_spans(text: str) -> list[Span]:
    """Return the sentences of one paragraph as spans without surrounding space.

    A boundary before a lower-case letter is not one ("3 mg. of it"), whatever the splitter says.
    """
    spans: list[Span] = []
    for start, end in _boundaries(text):
        raw = text[start:end]
        start += len(raw) - len(raw.lstrip())
        end -= len(raw) - len(raw.rstrip())
        if start >= end:
            continue
        if spans and text[start].islower():
            spans[-1] = Span(spans[-1].start, end)
        else:
            spans.append(Span(start, end))
    return spans


def _boundaries(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence of `text` starts and ends; one that is longer than `_MOST_AT_ONCE` is cut there."""
    from sentencex import get_sentence_boundaries

    at, text = 0, _WIDE.sub(" ", text)
    while at < len(text):
        end = at + _MOST_AT_ONCE
        pieces = get_sentence_boundaries(ENGLISH.code, text[at:end])
        if end < len(text) and len(pieces) > 1:
            pieces.pop()  # it may go on
        yield from ((at + p["start_index"], at + p["end_index"]) for p in pieces)
        at = max(at + 1, at + pieces[-1]["end_index"]) if pieces else end
