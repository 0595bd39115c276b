"""Finds page furniture: running heads, page numbers, download notices. Told by place and recurrence, never by words.

A line is furniture if the same line, page numbers in it apart, stands at the same height on several pages, at the top,
the bottom or turned along the side; or if it is a number that counts the pages. What recurs in the middle of pages, as
a watermark or the words of a form, stays where it stands first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

from calcqa.documents.pdf.lines import Line

_EDGE = 0.115  # of a page's height, at the top and the bottom, where running heads stand
_SAME_PLACE = 8.0  # points
_SHARE = 0.25  # of the pages, from which on a line that recurs at the edge is furniture
_ANYWHERE = 0.6  # of the pages, for a line that recurs elsewhere
_FEW = 3  # pages on which a line recurs elsewhere than at the edge

_MOST_NUMBERS = 12  # in a line
_LONGEST_NUMBER = 7  # digits
_DIGITS = re.compile(r"[0-9]+")
_BARE_NUMBER = re.compile(r"[^\w]*(\d{1,5})[^\w]*")


def find_furniture(pages: Sequence[Sequence[Line]], heights: Sequence[tuple[float, float]]) -> set[int]:
    """Return the `id` of each line that is furniture; `heights` are the bottom and top of each page."""
    count = len(pages)
    furniture: set[int] = set()
    recurring: dict[Hashable, set[int]] = defaultdict(set)  # the pages on which something stands at one place
    marked: list[tuple[Line, bool, list[Hashable]]] = []
    for (low, high), lines in zip(heights, pages, strict=True):
        for line in lines:
            edge = _at_edge(line, low, high)
            marks = list(_marks(line, edge))
            marked.append((line, edge, marks))
            for mark in marks:
                recurring[mark].add(line.page)
    for line, edge, marks in marked:
        needed = max(2, count * _SHARE) if edge else max(_FEW, count * _ANYWHERE)
        if any(len(recurring[mark]) >= needed and (edge or line.page > min(recurring[mark])) for mark in marks):
            furniture.add(id(line))
    _lone_numbers(pages, heights, furniture)
    _beyond(pages, heights, furniture)
    return furniture


def _marks(line: Line, edge: bool) -> Iterator[Hashable]:
    """Yield what two lines have in common that are one piece of furniture: words, place and numbers.

    Numbers are the same on each page but for one that, at the edge, counts the pages; a date or a dose does not.
    Places are taken by two grids, so that near ones share a mesh of one.
    """
    words = _DIGITS.sub("#", line.text.casefold())
    numbers = _DIGITS.findall(line.text)
    ways: list[tuple[object, ...]] = [tuple(numbers)]
    for i, number in enumerate(numbers if edge and len(numbers) <= _MOST_NUMBERS else ()):
        if len(number) <= _LONGEST_NUMBER:
            ways.append((*numbers[:i], int(number) - line.page, *numbers[i + 1 :]))
    for grid in (0.0, 0.5):
        place = (grid, int(line.base / _SAME_PLACE + grid), line.turn)
        for way in ways:
            yield words, place, way


def _at_edge(line: Line, low: float, high: float) -> bool:
    room = (high - low) * _EDGE
    return bool(line.turn % 2) or line.box[1] >= high - room or line.box[3] <= low + room


def _lone_numbers(pages: Sequence[Sequence[Line]], heights: Sequence[tuple[float, float]], furniture: set[int]) -> None:
    """Add numbers at the edge that count the pages, whatever their height: the first page often has its own place."""
    shifts: dict[int, list[Line]] = defaultdict(list)
    for number, lines in enumerate(pages):
        for line in lines:
            match = _BARE_NUMBER.fullmatch(line.text)
            if match and _at_edge(line, *heights[number]):
                shifts[int(match[1]) - number].append(line)
    for shift, lines in shifts.items():
        if len({line.page for line in lines}) >= 2 or (len(pages) == 1 and shift == 1):
            furniture |= {id(line) for line in lines}


def _beyond(pages: Sequence[Sequence[Line]], heights: Sequence[tuple[float, float]], furniture: set[int]) -> None:
    """Add what stands between furniture and the edge of the page, on the same line or further out."""
    for number, lines in enumerate(pages):
        low, high = heights[number]
        edge = [line for line in lines if not line.turn and _at_edge(line, low, high)]
        middle = (low + high) / 2
        tops = [line.base for line in edge if id(line) in furniture and line.base > middle]
        ends = [line.base for line in edge if id(line) in furniture and line.base < middle]
        for line in edge:
            above = tops and line.base >= min(tops) - 1 and line.base > middle
            below = ends and line.base <= max(ends) + 1 and line.base < middle
            if number and (above or below):
                furniture.add(id(line))
