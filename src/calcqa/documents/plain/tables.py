"""Finds tables in plain text: columns parted by tabs, by '|', or by spaces under each other. Strings to strings.

A row is written with ' | ' between its cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from calcqa.documents.repair import squeeze

_ITEM = re.compile(r"\s*(?:[•◦▪*–-]|\(?\w{1,3}[.)]|\[\w+\])\s*")
_GAP = re.compile(r"(?<=[^\s.!?:;]) {2,}(?=\S)")
_FEWEST_ROWS = 3  # of columns that only spaces part
_FIGURE = re.compile(r"\W*\d")
_RULE = re.compile(r"[\s|+:=-]*[|+][\s|+:=-]*")


def barred(text: str) -> str:
    """Return `text` with ' | ' for the tabs of tables: of lines with three cells, or of two lines in a row with two.

    A tab behind a bullet, a number or a label is none of a table.
    """
    if "\t" not in text:
        return text
    lines = text.split("\n")
    cells = [_tabbed(line) for line in lines]
    near: list[int] = []  # the last lines that are not blank
    rows: set[int] = set()
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        if len(cells[number]) > 2:
            rows.add(number)
        if len(cells[number]) > 1 and near and len(cells[near[-1]]) > 1:
            rows |= {near[-1], number}
        near = [number]
    return "\n".join(" | ".join(cells[n]) if n in rows else line for n, line in enumerate(lines))


def _tabbed(line: str) -> list[str]:
    """Return the cells of a line with tabs; one with a tab at its end alone has two, the second empty."""
    cells = line.rstrip("\r").split("\t")
    if len(cells) == 1 or not line.strip():
        return [line]
    first, *others = [cell.strip() for cell in cells]
    behind = [cell for cell in others if cell]
    is_label = len(behind) == 1 and (first.endswith(":") or _ITEM.fullmatch(first))
    if is_label or (not first and len(behind) == 1 and others[-1]):
        return [line]
    return [first, *others]


def rows(lines: Sequence[str]) -> dict[int, str]:
    """Return the rows of tables among `lines`, by their numbers; the rules between rows are empty."""
    tables = dict(_between_bars(lines))
    for run in _aligned([line if n not in tables else "" for n, line in enumerate(lines)]):
        for number in run:
            tables[number] = " | ".join(map(squeeze, _GAP.split(lines[number].strip())))
    return tables


def is_header(row: str) -> bool:
    """Say whether a row may name columns: no cell but the first begins with a figure or a sign."""
    return not any(_FIGURE.match(cell) for cell in row.split(" | ")[1:])


def has_header(table: Sequence[str]) -> bool:
    """Say whether the first of the rows of a table, the rules between them empty, names its columns.

    Of two columns it may as well be a pair like the others ("pantoprazole | stopped"): there it must be the only one
    without a figure, or stand over a rule.
    """
    first, *below = table
    if not is_header(first):
        return False
    if first.count(" | ") != 1 or "" in below[:1]:
        return True
    pairs = [row for row in below if row]
    return bool(pairs) and not any(c.isdigit() for c in first) and not any(map(is_header, pairs))


def _between_bars(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    last: tuple[int, str] | None = None  # a line with one bar, kept until another follows
    is_table = False
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        bars = line.count("|")
        if not bars and not (is_table and _RULE.fullmatch(line)):
            last, is_table = None, False
            continue
        row = "" if _RULE.fullmatch(line) else _row(line)
        if bars == 1 and not is_table and not last:
            last = (number, row)
            continue
        if last:
            yield last
        yield number, row
        last, is_table = None, True


def _row(line: str) -> str:
    cells = [squeeze(cell) for cell in line.split("|")]
    while cells and not cells[-1]:
        del cells[-1]
    return " | ".join(cells[1:] if len(cells) > 1 and not cells[0] and line.lstrip()[:1] == "|" else cells)


def _aligned(lines: Sequence[str]) -> Iterator[list[int]]:
    """Yield the runs of lines whose columns begin at the same places."""
    run: list[int] = []
    before: set[int] = set()
    for number, line in enumerate([*lines, ""]):
        starts = {m.end() for m in _GAP.finditer(line)}
        if run and not (starts & before):
            if len(run) >= _FEWEST_ROWS:
                yield run
            run = []
        if starts:
            run.append(number)
        before = starts
