"""Finds the tables among the lines of a page and writes them by rows: cells on one baseline, from left to right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from calcqa.documents.pdf_blocks import Body
from calcqa.documents.pdf_lines import Line
from calcqa.documents.pdf_writing import Writer

CELL = " | "

_SAME_ROW = 0.3  # of the font's size, between baselines
_NEIGHBOURS = 6  # lines on within which the cells of a row follow each other
_BETWEEN = 5  # lines of wrapped cells between two rows
_NARROW = 0.72  # of a column's width: a cell is narrower
_MARKER = 4  # characters: a bullet or number before an item is no cell
_ROWS = 2


def split_tables(lines: Sequence[Line], body: Body) -> Iterator[tuple[bool, list[Line]]]:
    """Yield the lines of a page in runs: whether each is a table, and its lines."""
    rows = [_is_row(lines, i, body) for i in range(len(lines))]
    tables = list(_runs(lines, rows, body))
    start = 0
    for first, last in tables:
        if start < first:
            yield False, list(lines[start:first])
        yield True, list(lines[first : last + 1])
        start = last + 1
    if start < len(lines):
        yield False, list(lines[start:])


def _is_row(lines: Sequence[Line], i: int, body: Body) -> bool:
    """Say whether a line has cells, or stands beside another one that follows shortly or came shortly before."""
    line = lines[i]
    cells = [c for c in line.cells if c[1] > c[0]]
    if len(cells) > 2 or (len(cells) == 2 and cells[0][1] - cells[0][0] > _MARKER):
        return True
    if line.x1 - line.x0 > _NARROW * body.width:
        return False
    for other in (*lines[max(0, i - _NEIGHBOURS) : i], *lines[i + 1 : i + 1 + _NEIGHBOURS]):
        apart = other.x0 > line.x1 or other.x1 < line.x0
        beside = other.turn == line.turn and abs(other.base - line.base) < _SAME_ROW * line.size
        if apart and beside and other.x1 - other.x0 <= _NARROW * body.width:
            return True
    return False


def _runs(lines: Sequence[Line], rows: Sequence[bool], body: Body) -> Iterator[tuple[int, int]]:
    """Yield the first and last line of each table."""
    i = 0
    while i < len(lines):
        if not rows[i]:
            i += 1
            continue
        first = last = i
        while (following := _next_row(lines, rows, last, body)) is not None:
            last = following
        if len({round(lines[k].base / lines[k].size / _SAME_ROW) for k in range(first, last + 1) if rows[k]}) >= _ROWS:
            yield first, last
        i = last + 1


def _next_row(lines: Sequence[Line], rows: Sequence[bool], last: int, body: Body) -> int | None:
    """Return the next line with cells if nothing but wrapped cells stands before it."""
    for k in range(last + 1, min(len(lines), last + 2 + _BETWEEN)):
        if lines[k].turn != lines[last].turn or lines[k].base > lines[last].base + 60 * lines[k].size:
            return None
        if rows[k]:
            return k
        if lines[k].x1 - lines[k].x0 > _NARROW * body.width:
            return None
    return None


def write_rows(lines: Sequence[Line], new: Callable[[], Writer]) -> list[Writer]:
    """Return a text for each row of a table, from the top down, each begun with `new`."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (-line.base, line.x0)):
        if rows and abs(rows[-1][0].base - line.base) < _SAME_ROW * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    written = []
    for row in rows:
        writer = new()
        cells = sorted(((x0, line, start, end) for line in row for start, end, x0, _ in line.cells), key=lambda c: c[0])
        for _, line, start, end in cells:
            writer.cell(line, start, end, CELL)
        written.append(writer)
    return written
