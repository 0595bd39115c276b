"""Finds page furniture: running heads, page numbers, download notices. Told by place and recurrence, never by words.

A line is furniture if lines of the same words, numbers apart, stand at the same height on several pages, at the top,
the bottom or turned along the side; or if it is a number that counts the pages.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from calcqa.documents.pdf_lines import Line

_EDGE = 0.115  # of a page's height, at the top and the bottom, where running heads stand
_SAME_PLACE = 4.0  # points
_SHARE = 0.25  # of the pages, from which on a line that recurs at the edge is furniture
_ANYWHERE = 0.6  # of the pages, for a line that recurs elsewhere
_FEW = 3  # pages on which a line recurs elsewhere than at the edge
_SHORT = 3  # letters and digits: a bare number needs its neighbours' numbers

_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")
_NUMBER = re.compile(r"\D*?(\d{1,5})\b.*")
_BARE_NUMBER = re.compile(r"[^\w]*(\d{1,5})[^\w]*")


def find_furniture(pages: Sequence[Sequence[Line]], heights: Sequence[tuple[float, float]]) -> set[int]:
    """Return the `id` of each line that is furniture; `heights` are the bottom and top of each page."""
    count = len(pages)
    found: set[int] = set()
    recurring: dict[str, list[tuple[int, Line, bool]]] = defaultdict(list)
    for number, lines in enumerate(pages):
        low, high = heights[number]
        for line in lines:
            edge = _at_edge(line, low, high)
            key = _DIGITS.sub("#", line.text.casefold())
            if edge or len(key) > _SHORT:
                recurring[key].append((number, line, edge))
    for key, places in recurring.items():
        for number, line, edge in places:
            alike = {n for n, other, _ in places if n != number and _same_place(line, other)} | {number}
            needed = max(2, count * _SHARE) if edge else max(_FEW, count * _ANYWHERE)
            bare = sum(map(str.isalnum, key)) < _SHORT
            if len(alike) >= needed and (not bare or _counts(places)):
                found.add(id(line))
    _lone_numbers(pages, heights, found)
    _beyond(pages, heights, found)
    return found


def _at_edge(line: Line, low: float, high: float) -> bool:
    room = (high - low) * _EDGE
    return bool(line.turn % 2) or line.box[1] >= high - room or line.box[3] <= low + room


def _same_place(a: Line, b: Line) -> bool:
    """Say whether two lines stand at the same height; left and right pages have them on either side."""
    return a.turn == b.turn and abs(a.base - b.base) <= _SAME_PLACE


def _counts(places: Sequence[tuple[int, Line, bool]]) -> bool:
    """Say whether the numbers of these lines go up with their pages."""
    numbers = [(n, int(m[1])) for n, line, _ in places if (m := _NUMBER.fullmatch(line.text))]
    return len({value - n for n, value in numbers}) < len(numbers)


def _lone_numbers(pages: Sequence[Sequence[Line]], heights: Sequence[tuple[float, float]], found: set[int]) -> None:
    """Add numbers at the edge that count the pages, whatever their height: the first page often has its own place."""
    shifts: dict[int, list[Line]] = defaultdict(list)
    for number, lines in enumerate(pages):
        for line in lines:
            match = _BARE_NUMBER.fullmatch(line.text)
            if match and _at_edge(line, *heights[number]):
                shifts[int(match[1]) - number].append(line)
    for shift, lines in shifts.items():
        if len({line.page for line in lines}) >= 2 or (len(pages) == 1 and shift == 1):
            found |= {id(line) for line in lines}


def _beyond(pages: Sequence[Sequence[Line]], heights: Sequence[tuple[float, float]], found: set[int]) -> None:
    """Add what stands between furniture and the edge of the page, on the same line or further out."""
    for number, lines in enumerate(pages):
        low, high = heights[number]
        tops = [line.base for line in lines if id(line) in found and not line.turn and line.box[1] > (low + high) / 2]
        ends = [line.base for line in lines if id(line) in found and not line.turn and line.box[3] < (low + high) / 2]
        for line in lines:
            if line.turn or not _at_edge(line, low, high):
                continue
            above = tops and line.box[1] > (low + high) / 2 and line.base >= min(tops) - 1
            below = ends and line.box[3] < (low + high) / 2 and line.base <= max(ends) + 1
            if number and (above or below):
                found.add(id(line))
