"""Finds the tables among the lines of a page and writes them by rows: cells on one baseline, from left to right."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from calcqa.documents.pdf.blocks import Body
from calcqa.documents.pdf.lines import Line
from calcqa.documents.pdf.writing import Writer

BAR = "|"
"""What stands between the cells of a row."""

_SAME_ROW = 0.3  # of the font's size, between baselines
_NEIGHBOURS = 6  # lines on within which the cells of a row follow each other
_BETWEEN = 5  # lines of wrapped cells between two rows
_NARROW = 0.72  # of a column's width: a cell is narrower
_MARKER = re.compile(r"[^\w\s]|\[?\(?\w{1,3}[.)\]]|\d+(?:\.\d+)+\.?")  # before an item or a heading: no cell
_WORDS = 6  # in a line of a cell at most
_ROWS = 2
_FEW = 0.1  # of a table's lines: so many cells may span two columns
_NEAR = 1.5  # points: two columns stand further apart
_WRAPPED = 1.35  # sizes: from one line of a row to the next
_APART = 1.1  # so much further apart stand two rows
_SET_OFF = 2.5  # sizes: what stands alone so far below a row is no cell of its table


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
    if len(cells) > 2 or (len(cells) == 2 and not _MARKER.fullmatch(line.text[: cells[0][1]])):
        return True
    if not _cell_like(line, body):
        return False
    for other in (*lines[max(0, i - _NEIGHBOURS) : i], *lines[i + 1 : i + 1 + _NEIGHBOURS]):
        apart = other.x0 > line.x1 or other.x1 < line.x0
        if apart and _is_beside(line, other) and _cell_like(other, body):
            return True
    return False


def _cell_like(line: Line, body: Body) -> bool:
    """Say whether a line is short, as a cell is and a line of running text is not."""
    return line.x1 - line.x0 <= _NARROW * body.width and line.text.count(" ") < _WORDS


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
            last += _lines_below(lines, first, last)
            yield first, last
        i = last + 1


def _lines_below(lines: Sequence[Line], first: int, last: int) -> int:
    """Return how many lines after a table are cells of its last row that go on: each below one but the leftmost."""
    row = lines[last]
    cells = sorted(c[2] for k in lines[first : last + 1] if _is_beside(k, row) for c in k.cells if c[1] > c[0])
    above, number = row, 0
    for line in lines[last + 1 : last + 1 + _BETWEEN]:
        is_near = 0 < above.base - line.base <= _WRAPPED * line.size and line.turn == row.turn
        if not is_near or line.size != row.size or not any(abs(line.x0 - left) <= _NEAR for left in cells[1:]):
            break
        above, number = line, number + 1
    return number


def _is_beside(line: Line, other: Line) -> bool:
    return other.turn == line.turn and abs(other.base - line.base) < _SAME_ROW * line.size


def _next_row(lines: Sequence[Line], rows: Sequence[bool], last: int, body: Body) -> int | None:
    """Return the next line with cells if nothing but wrapped cells stands before it.

    What is set off from the row above it is none: a caption, say, between two tables with columns of their own.
    """
    for k in range(last + 1, min(len(lines), last + 2 + _BETWEEN)):
        if lines[k].turn != lines[last].turn or lines[k].base > lines[last].base + 60 * lines[k].size:
            return None
        if rows[k]:
            return k
        set_off = lines[k - 1].base - lines[k].base > _SET_OFF * lines[k].size
        if set_off or lines[k].x1 - lines[k].x0 > _NARROW * body.width:
            return None
    return None


def write_rows(lines: Sequence[Line], new: Callable[[], Writer]) -> list[Writer]:
    """Return a text for each row of a table, from the top down, each begun with `new`.

    A line without a cell in the first column goes on in the row above it, or begins the header, where rows stand
    further apart than it; so does a label's second line, in brackets or in lower case. An empty cell is kept as one,
    so that cells and header stay in step.
    """
    rows = _baselines(lines)
    columns = _columns(rows)
    written = []
    for row in _joined(rows, columns):
        writer = new()
        parts: dict[int, list[TableCell]] = defaultdict(list)
        for cell in chain.from_iterable(row):
            parts[_column(cell, columns)].append(cell)
        for column in range(max(parts, default=-1) + 1):
            if column:
                writer.text += f" {BAR}" if writer.text else BAR
            for line, start, end, *_ in parts[column]:
                writer.cell(line, start, end, " ")
        written.append(writer)
    return written


TableCell = tuple[Line, int, int, float, float]
"""A cell of a line: the line, start and end in its text, left and right."""


def _baselines(lines: Sequence[Line]) -> list[list[TableCell]]:
    """Return the cells of each line across the table, from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (-line.base, line.x0)):
        if rows and abs(rows[-1][0].base - line.base) < _SAME_ROW * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    cells = ([(line, *cell) for line in row for cell in line.cells] for row in rows)
    return [sorted(row, key=lambda cell: cell[3]) for row in cells]


def _columns(rows: Sequence[Sequence[TableCell]]) -> list[tuple[float, float]]:
    """Return where the columns of a table begin and end: where cells stand in more than a few of its lines."""
    full = [row for row in rows if len(row) > 1]
    edges = sorted((x, step) for row in full for *_, left, right in row for x, step in ((left, -1), (right, 1)))
    columns: list[tuple[float, float]] = []
    depth, few = 0, _FEW * len(full)
    for x, step in edges:  # a cell that begins comes before one that ends at the same place
        depth -= step
        if step < 0 and depth - 1 <= few < depth:
            columns.append((columns.pop()[0], x) if columns and x - columns[-1][1] <= _NEAR else (x, x))
        elif step > 0 and depth <= few < depth + 1:
            columns[-1] = (columns[-1][0], x)
    return columns


def _column(cell: TableCell, columns: Sequence[tuple[float, float]]) -> int:
    """Return the number of the column in which a cell stands: the first that it touches, else the nearest."""
    left, right = cell[3:]
    touched = [i for i, (x0, x1) in enumerate(columns) if x0 <= right and left <= x1]
    if touched:
        return touched[0]
    return min(range(len(columns)), key=lambda i: abs(columns[i][0] - left), default=0)


def _joined(rows: Sequence[list[TableCell]], columns: Sequence[tuple[float, float]]) -> Iterator[list[list[TableCell]]]:
    """Yield the lines of each row.

    A line with a first cell alone goes on in the one above only where all rows with several cells stand further apart.
    """
    gaps = [(a[0][0].base - b[0][0].base) / b[0][0].size for a, b in zip(rows, rows[1:], strict=False)]
    limit = min(_WRAPPED, max(gaps, default=0.0) / _APART)
    starts = [i for i, line in enumerate(rows) if i and len(line) > 1]
    all_apart = bool(starts) and all(gaps[i - 1] > limit for i in starts)
    row: list[list[TableCell]] = []
    labelled = False
    for i, line in enumerate(rows):
        near = i > 0 and gaps[i - 1] <= limit
        first = _column(line[0], columns) == 0
        wrapped = all_apart and first and len(line) == 1
        beside = (not first or not labelled) and not _each_counts(row, line, columns)
        label = row and gaps[i - 1] <= _WRAPPED and _label_goes_on(row, line, near, columns)
        if row and not (near and (wrapped or beside)) and not label:
            yield row
            row, labelled = [], False
        row.append(line)
        labelled = labelled or first
    if row:
        yield row


def _label_goes_on(
    row: Sequence[list[TableCell]], line: list[TableCell], near: bool, columns: Sequence[tuple[float, float]]
) -> bool:
    """Say whether a label that stands alone on its line goes on in the next one, where its row has the other cells.

    A unit or the like in brackets belongs to what is above it; words in lower case do where rows stand further apart,
    else they may be rows below a heading.
    """
    if len(row) != 1 or len(row[0]) != 1 or len(line) < 2:
        return False
    if any(_column(cells[0], columns) != 0 for cells in (row[0], line)):
        return False
    first, start, *_ = line[0]
    return bool(first.text[start] in "([" or (near and first.text[start].islower()))


def _each_counts(row: Sequence[list[TableCell]], line: list[TableCell], columns: Sequence[tuple[float, float]]) -> bool:
    """Say whether a line has numbers below those of its row: then it is a row of its own, whatever it lacks."""
    above = {_column(cell, columns) for other in row for cell in other if _counts(cell)}
    return sum(_column(cell, columns) in above for cell in line if _counts(cell)) * 2 >= len(line)


def _counts(cell: TableCell) -> bool:
    line, start, end, *_ = cell
    text = line.text[start:end]
    return any(c.isdigit() for c in text) or not any(c.isalnum() for c in text)
