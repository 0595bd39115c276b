"""Tells captions of figures and tables from sentences that name them."""

from __future__ import annotations

import re

from calcqa.documents.pdf.blocks import Body
from calcqa.documents.pdf.lines import Line
from calcqa.documents.pdf.writing import ended
from calcqa.language.english import ENGLISH

_LABEL = re.compile(
    rf"(?:{ENGLISH.captions})\s*(?:[A-Z]?\d{{1,3}}|[IVX]+)[A-Za-z]?\b(?P<stop>\s?[.:|–—-])?", re.IGNORECASE
)
_LEAD = 4  # characters of a label in bold or italics, at least


def caption_label(line: Line, body: Body) -> str | None:
    """Return the label with which `line` begins a caption, as 'Table 2'; None where it is no caption."""
    match = _LABEL.match(line.text)
    if match is None:
        return None
    alone = match.end() >= len(line.text)
    return match[0] if alone or match["stop"] or differs(line, body) else None


def caption_kind(line: Line) -> str:
    """Return what kind of caption begins with `line`: 'fig', 'tab'."""
    return line.text[:3].casefold()


def differs(line: Line, body: Body) -> bool:
    """Say whether a caption's first line is set in another way than running text: its label at least."""
    return line.size < 0.97 * body.size or line.family != body.family or line.lead >= _LEAD or line.bold


def is_caption(line: Line, last: Line) -> bool:
    """Say whether `line` begins a caption below `last`: a label with a stop, or set off in bold or italics."""
    match = _LABEL.match(line.text)
    if match is None or last.broken:
        return False
    set_off = line.lead >= _LEAD or line.bold or line.family != last.family
    return set_off or (match["stop"] is not None and ended(last.text, last.marks))
