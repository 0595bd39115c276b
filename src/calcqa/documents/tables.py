"""Loads tables and collections of texts: CSV, TSV and JSON Lines. A file is one document.

A table with a column `text` is a collection: each row is a section, under its `title` or `id`, with its other fields as
lines 'name: value'; so is each object of JSON Lines. Any other table is a table, row by row below its header. Values
stay as they are written. Does not: guess at types, dates or decimal marks, or skip a row that it cannot read.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from calcqa.documents import messages
from calcqa.documents.base import MAX_BYTES, Loaded, Part, build, decoded, heading
from calcqa.errors import DocumentError
from calcqa.types import BlockKind, Dropped

_DELIMITERS = (";", "\t", "|", ",")  # the comma last: it may be a decimal mark
_TEXT, _TITLES = "text", ("title", "id", "_id")
_DIRECTIVE = re.compile(r"\A\"?sep=([;,|\t])\"?[ ]*(?:\r\n?|\n)", re.IGNORECASE)  # a first line, for spreadsheets
_SAMPLE = 50  # rows in which the mark between cells is looked for

Fields = Sequence[tuple[str, str]]


def load_csv(data: bytes, source: str) -> Loaded:
    """Load a table whose cells are parted by semicolons, tabs, bars or commas, whichever first parts its rows alike.

    A first line 'sep=;' says which, and is reported as left out.

    Raises `DocumentError`, with the line, where quotes are not closed or stand in the midst of a cell.
    """
    text = decoded(data, source)
    if directive := _DIRECTIVE.match(text):
        told = Dropped(directive[0].strip(), "says what parts the cells")
        return _table(text[directive.end() :], directive[1], source, [told])
    return _table(text, _delimiter(text), source)


def load_tsv(data: bytes, source: str) -> Loaded:
    """Load a table whose cells are parted by tabs."""
    return _table(decoded(data, source), "\t", source)


def load_jsonl(data: bytes, source: str) -> Loaded:
    """Load objects of JSON, one a line, each with a `text`.

    Raises `DocumentError`, with the line, where one is broken or has none.
    """
    records: list[Fields] = []
    dropped: list[Dropped] = []
    for number, line in enumerate(decoded(data, source).split("\n"), 1):
        try:
            if line.strip():
                records.append(list(_fields(line, source, number, dropped)))
        except RecursionError as error:
            problem = "it is nested too deep"
            raise DocumentError(messages.BROKEN_LINE.format(name=source, line=number, problem=problem)) from error
    return build(source, None, _sections(records), dropped=dropped)


def _rows(text: str, delimiter: str, source: str) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield row
    except csv.Error as error:
        raise DocumentError(messages.BROKEN_LINE.format(name=source, line=reader.line_num, problem=error)) from error


def _delimiter(text: str) -> str:
    """Return the first mark that parts the first rows into the same number of cells, two or more."""
    sample = "\n".join(text.splitlines()[:_SAMPLE])
    for mark in _DELIMITERS:
        try:
            widths = {len(row) for row in csv.reader(io.StringIO(sample), delimiter=mark) if row}
        except csv.Error:
            continue
        if len(widths) == 1 and widths != {1}:
            return mark
    counts = {mark: text.split("\n", 1)[0].count(mark) for mark in _DELIMITERS}
    return max(counts, key=lambda mark: counts[mark])


def _table(text: str, delimiter: str, source: str, dropped: Sequence[Dropped] = ()) -> Loaded:
    rows = list(_rows(text, delimiter, source))
    header = [name.strip() for name in rows[0]] if rows else []
    if _TEXT in [name.casefold() for name in header]:
        for number, row in enumerate(rows[1:], 2):
            if len(row) > len(header):
                problem = f"it has {len(row)} cells, the header {len(header)}"
                raise DocumentError(messages.BROKEN_ROW.format(name=source, row=number, problem=problem))
        return build(
            source, None, _sections([list(zip(header, row, strict=False)) for row in rows[1:]]), dropped=dropped
        )
    return build(source, None, _as_rows(rows), dropped=dropped)


def _as_rows(rows: Sequence[Sequence[str]]) -> Iterator[Part]:
    """Yield the rows of a table, the first as its header."""
    for number, row in enumerate(rows):
        cells = " | ".join(" ".join(cell.split()) for cell in row)
        yield Part(cells, BlockKind.ROW, level=int(number == 0), tight=number > 0, references=())


def _sections(records: Iterable[Fields]) -> Iterator[Part]:
    """Yield each record as a section: its title, its other fields, its text."""
    for number, record in enumerate(records, 1):
        names = [name.casefold() for name, _ in record]
        title = next((v for t in _TITLES for (_, v), n in zip(record, names, strict=True) if n == t and v.strip()), "")
        yield heading(title or str(number), 2)
        tight = False
        for (name, value), known in zip(record, names, strict=True):
            if known != _TEXT and value.strip() and not (value == title and known in _TITLES):
                yield Part(f"{name}: {' '.join(value.split())}", tight=tight, references=())
                tight = True
        yield from (Part(value) for (_, value), known in zip(record, names, strict=True) if known == _TEXT)


def _fields(line: str, source: str, number: int, dropped: list[Dropped]) -> Iterator[tuple[str, str]]:
    """Yield the names and values of an object, numbers as they are written; nested values are dropped."""

    def broken(problem: str) -> DocumentError:
        return DocumentError(messages.BROKEN_LINE.format(name=source, line=number, problem=problem))

    try:
        pairs: Any = json.loads(line, object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=str)
    except ValueError as error:
        raise broken("it is not JSON") from error
    if not isinstance(pairs, _Pairs):
        raise broken("it is no object")
    texts = [value for name, value in pairs if name.casefold() == _TEXT]
    if not texts or not all(isinstance(value, str) and value.strip() for value in texts):
        raise broken("it has no text")
    for name, value in pairs:
        if isinstance(value, (list, _Pairs)) and not (type(value) is list and all(type(v) is str for v in value)):
            dropped.append(Dropped(f"{name}: {_plain(value)}", "nested field"))
        elif value is not None:
            shown = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else None
            yield name, shown or (", ".join(value) if isinstance(value, list) else value)


class _Pairs(list[tuple[str, Any]]):
    """The names and values of an object, in order, doubled names too."""


def _plain(value: Any) -> str:
    """Return a nested value on one line."""
    if isinstance(value, _Pairs):
        return "{" + ", ".join(f"{name}: {_plain(inner)}" for name, inner in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_plain, value)) + "]"
    return {True: "true", False: "false", None: "null"}.get(value, "") if value in (True, False, None) else str(value)
