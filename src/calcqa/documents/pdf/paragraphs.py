"""Cuts a block of lines into paragraphs, items of a list, and facts that stand on a line each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from calcqa.documents.pdf.blocks import Block, Body
from calcqa.documents.pdf.lines import Line
from calcqa.documents.pdf.writing import ended

_BULLET = re.compile(r"(?P<marker>[•●▪■◦‣∙○□▸►✓✔➢])\s*(?=\S)|(?P<dash>[–·*-])\s+(?=[^\W\d_])")
_DASHES, _HOLLOW = "–·*-", "o"
BULLETS = tuple("•●▪■◦‣∙○□▸►✓✔➢*–·-o")
_O = re.compile(r"o\s+(?=[^\W\d_])")
_NUMBER = re.compile(r"(?P<marker>\(?\d{1,3}[.)]|\((?:[ivx]+|[a-z])\)|[a-z]\))\s+(?=\S)")

INDENT = 0.7  # sizes
_SHORT = 1.2  # sizes: a line ends this much before the next word would have fitted
_STRAIGHT = 0.6  # of a block's lines end where the longest does: it is justified, whatever the column's width
_RUNNING = 4  # a fourth of the lines begin in lower case where text runs on


def paragraphs(block: Block, body: Body, facts: bool) -> Iterator[tuple[list[Line], str]]:
    """Yield the lines of each paragraph or item of a block, and an item's marker; `facts` stand on a line each."""
    lines: list[Line] = []
    marker = ""
    right = _right(block, body)
    small = not any(line.text[:1].isupper() for line in block.lines)
    hollow = _hollow(block.lines)
    for line in block.lines:
        own = _marker(line, lines, marker) or (_HOLLOW if line in hollow else "")
        signed = bool(lines) and _is_below(line, lines[0], marker)
        if lines and (
            own or signed or _begins(block, lines[-1], line, right, facts and (small or not line.text[:1].islower()))
        ):
            yield lines, marker
            lines, marker = [], ""
        if not lines:
            marker = own
        lines.append(line)
    yield lines, marker


def _hollow(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that begin with the letter o for a bullet, as Word sets it: two or more at one edge."""
    edges = [round(line.x0) for line in lines if _O.match(line.text)]
    return [line for line in lines if _O.match(line.text) and edges.count(round(line.x0)) > 1]


def _is_below(line: Line, first: Line, marker: str) -> bool:
    """Say whether a line begins with the dash of the item above, at its edge; before a value it may be a sign too."""
    is_dash = marker in _DASHES and line.text.startswith(f"{marker} ")
    return bool(marker) and is_dash and abs(first.x0 - line.x0) < INDENT * line.size


def one_a_line(block: Block, body: Body) -> bool:
    """Say whether a block has a fact on each line: most lines end long before the next word would not have fitted."""
    pairs = list(zip(block.lines, block.lines[1:], strict=False))
    right = _right(block, body)
    lower = sum(line.text[:1].islower() for line in block.lines[1:])
    if not pairs or (lower * _RUNNING > len(pairs) and lower < len(pairs)):
        return False
    return sum(_broken_off(a, b, right) for a, b in pairs) * 3 >= 2 * len(pairs)


def _marker(line: Line, lines: Sequence[Line], before: str) -> str:
    """Return the marker with which `line` begins an item, '' where it begins none.

    `lines` are those of the paragraph or item above it, `before` is its marker. The next number at the same edge begins
    an item, though the one above ends without a full stop.
    """
    if match := _BULLET.match(line.text):
        return match["marker"] or match["dash"]
    match = _NUMBER.match(line.text)
    if match is None:
        return ""
    numbers = re.findall(r"\d+", f"{before} {match['marker']}")
    follows = len(numbers) == 2 and int(numbers[1]) == int(numbers[0]) + 1 and before[-1] == match["marker"][-1]
    aligned = bool(lines) and abs(lines[0].x0 - line.x0) < INDENT * line.size
    apart = not lines or ended(lines[-1].text, lines[-1].marks)
    return match["marker"] if apart or (follows and aligned) else ""


def _right(block: Block, body: Body) -> float:
    """Return how far to the right the lines of a block may go."""
    end = block.x1
    straight = sum(line.x1 > end - line.size for line in block.lines)
    return end if len(block.lines) > 2 and straight >= _STRAIGHT * len(block.lines) else max(end, block.x0 + body.width)


def _broken_off(last: Line, line: Line, right: float) -> bool:
    """Say whether the first word of `line` would have fitted on the line before it."""
    word = (line.x1 - line.x0) * len(line.text.split(" ", 1)[0]) / max(1, len(line.text))
    return last.x1 + word + _SHORT * line.size < right


def _begins(block: Block, last: Line, line: Line, right: float, facts: bool) -> bool:
    """Say whether `line` begins a paragraph behind `last`."""
    if last.broken:
        return False
    if not ended(last.text, last.marks):
        return facts and _broken_off(last, line, right)
    indented = line.x0 > min(block.x0, last.x0) + INDENT * line.size and line.x0 < block.x0 + 6 * line.size
    indented = indented and last.x0 < line.x0 - 0.3 * line.size
    return indented or _broken_off(last, line, right) or (line.lead > 0 and line.lead_bold)
