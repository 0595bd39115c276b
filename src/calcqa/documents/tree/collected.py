"""Text that is being collected from a tree: spaces as a browser would show them, line breaks, reference numbers marked.

Does: make one clean string of it, and say where in it the reference numbers stand. Does not: know elements.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from calcqa.documents.base import Part
from calcqa.documents.repair import squeeze
from calcqa.language.characters import clean_characters
from calcqa.types import Span

BREAK = "\ufdd2"
"""A line break. This and the marks below are noncharacters, which no text has; a file's own become U+FFFD."""

TAKEN_OUT = "\ufdd3"
"""Where struck-out text stood; a space is written for it within a number, so that '1~~0~~5' is never 15."""

_OPEN, _CLOSE = "\ufdd0", "\ufdd1"  # around a reference number
_NOT_OURS = dict.fromkeys(map(ord, (_OPEN, _CLOSE, BREAK, TAKEN_OUT)), "\ufffd")
_IN_NUMBER = re.compile(rf"(?<=\d){TAKEN_OUT}+(?=[.,]?\d)|(?<=\d[.,]){TAKEN_OUT}+(?=\d)")
_WHITE = re.compile(r"[ \t\n\r\f]+")
_WRAPPED = 60  # code points from which a line that ends within a sentence is taken for wrapped
_MARKED = rf"{_OPEN}[^{_CLOSE}]*{_CLOSE}"
_RUN = re.compile(rf"(?P<open>[\[(]\s?)?{_MARKED}(?:(?:\s?[,;–—-]\s?|\s?){_MARKED})*(?P<close>\s?[\])])?")


def collected(text: str, *, raw: bool = False) -> str:
    """Return the text of an element as it goes into a line; `raw` keeps its line ends and spaces."""
    text = text.translate(_NOT_OURS)
    return re.sub(r"\r\n?|\n", BREAK, text) if raw else _WHITE.sub(" ", text)


def marked(text: str) -> str:
    """Return `text` marked as a reference number, spaces at its ends outside of the mark."""
    inside = text.strip()
    at = text.index(inside)
    return f"{text[:at]}{_OPEN}{inside}{_CLOSE}{text[at + len(inside) :]}" if inside else text


def is_marked(text: str) -> bool:
    """Say whether a reference number is marked in `text`."""
    return _OPEN in text


def unmarked(text: str) -> str:
    """Return `text` without marks."""
    return text.replace(_OPEN, "").replace(_CLOSE, "")


def parted(text: str) -> str:
    """Return `text` with a space where something within a number is struck out, and no sign of it elsewhere."""
    return _IN_NUMBER.sub(" ", text).replace(TAKEN_OUT, "") if TAKEN_OUT in text else text


def one_line(text: str, gone: Counter[str]) -> tuple[str, tuple[Span, ...]]:
    """Return what was collected, on one line, and where its reference numbers stand."""
    return _without_marks(squeeze(clean_characters(text.replace(BREAK, " "), gone)), gone)


def with_breaks(text: str, gone: Counter[str]) -> tuple[str, tuple[Span, ...]]:
    """Return what was collected with its line breaks, and where its reference numbers stand.

    A line that is long and ends within a sentence is joined to the next if that begins in lower case.
    """
    lines: list[str] = []
    last = ""
    for line in clean_characters(text.replace(BREAK, "\n"), gone).split("\n"):
        line = squeeze(line)
        if len(last) >= _WRAPPED and last[-1] not in ".:;!?" and line[:1].islower():
            lines[-1] += " " + line
        elif line or last:
            lines.append(line)
        last = line
    return _without_marks("\n".join(lines).strip("\n"), gone)


def as_it_is(text: str, gone: Counter[str]) -> tuple[str, tuple[Span, ...]]:
    """Return what was collected with all its lines and spaces, but for those at the ends of lines."""
    text = clean_characters(unmarked(text).replace(BREAK, "\n"), gone)
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n"), ()


def references_known(parts: Sequence[Part]) -> list[Part]:
    """Return the parts of a file; where it marks no reference number at all, they are to be looked for in the text."""
    return list(parts) if any(p.references for p in parts) else [replace(p, references=None) for p in parts]


def _without_marks(text: str, gone: Counter[str]) -> tuple[str, tuple[Span, ...]]:
    pieces: list[str] = []
    spans: list[Span] = []
    at = end = 0
    for run in _RUN.finditer(text):
        start, stop = run.span()
        if not (run["open"] and run["close"]):  # brackets belong to the number where both are there
            start, stop = start + len(run["open"] or ""), stop - len(run["close"] or "")
        before, inside = unmarked(text[at:start]), unmarked(text[start:stop].replace(_CLOSE + _OPEN, ","))
        pieces += (before, inside)
        spans.append(Span(end + len(before), end + len(before) + len(inside)))
        at, end = stop, spans[-1].end
    plain = "".join([*pieces, unmarked(text[at:])])
    clean = clean_characters(plain, gone)
    return (plain, tuple(spans)) if clean == plain else (clean, ())
