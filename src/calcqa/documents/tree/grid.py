"""The rows of a table in HTML: cells over several rows are repeated in each, so that a row can be read by itself.

Does: headers, spans within bounds, tables that only lay a page out. Does not: collect the text of cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from calcqa.documents.tree.markers import whole
from calcqa.errors import DocumentError

Element = Any

_MOST_SPANNED = 200_000  # cells that spans may add to the tables of one row after another
_WIDEST, _TALLEST = 1_000, 65_534  # cells that one may span, as browsers have it
TABLE_PARTS = frozenset({"thead", "tbody", "tfoot", "tr"})
"""Elements of a table that are no cells."""

_STRUCTURE = frozenset({"table", "h1", "h2", "h3", "h4", "h5", "h6"})


def is_layout(table: Element) -> bool:
    """Say whether a table only lays a page out: it has cells with tables or headings in them, or one a row.

    A table whose columns have names is none.
    """
    if table.get("role") in ("presentation", "none"):
        return True
    if table.find("caption") is not None:
        return False
    if any(cell.tag == "th" for row in rows_of(table)[:1] for cell in cells_of(row)[1:]):
        return False  # its columns have names, whatever stands in them
    if any(isinstance(e.tag, str) and e.tag in _STRUCTURE for e in table.iterdescendants()):
        return True
    return not any(e.tag == "th" for e in table.iter("th")) and all(len(cells_of(row)) < 2 for row in rows_of(table))


def rows_of(table: Element) -> list[Element]:
    """Return the rows of a table, those of its head first."""
    heads = [row for head in table.findall("thead") for row in head.findall("tr")]
    rest = [row for part in table if part.tag in ("tbody", "tfoot", "tr") for row in _rows_in(part)]
    return heads + rest


def _rows_in(part: Element) -> list[Element]:
    return [part] if part.tag == "tr" else list(part.findall("tr"))


def cells_of(row: Element) -> list[Element]:
    """Return the cells of a row."""
    return [cell for cell in row if cell.tag in ("td", "th")]


def rows(elements: list[Element], text_of: Callable[[Element], str]) -> Iterator[tuple[list[str], bool]]:
    """Yield the texts of the cells of each row of a table, and whether the row is one of the header's.

    Raises `DocumentError` where cells span more than can be read.
    """
    below: dict[int, tuple[int, str]] = {}  # by column: for how many rows a cell above goes on, and its text
    spanned = 0
    texts: list[tuple[list[str], bool | None]] = []
    for row in elements:
        line: list[str] = []
        spans: dict[int, tuple[int, str]] = {}
        cells = cells_of(row)
        for cell in [*cells, None]:
            while len(line) in below:
                line.append(below[len(line)][1])
            if cell is None:
                continue
            text, wide, tall = text_of(cell), whole(cell.get("colspan"), 1), whole(cell.get("rowspan"), 1)
            wide, tall = max(1, min(wide, _WIDEST)), max(1, min(tall, _TALLEST))
            spanned += wide - 1
            if tall > 1:
                spans |= {len(line) + n: (tall, text if n == 0 else "") for n in range(wide)}
            line += [text, *[""] * (wide - 1)]
        spanned += len(below)
        if spanned > _MOST_SPANNED:
            raise DocumentError("A table has cells that span more than can be read.")
        below = {n: (left - 1, text) for n, (left, text) in (below | spans).items() if left > 1}
        texts.append((line, _is_header(row, cells)))
    yield from _with_headers(texts)


def _is_header(row: Element, cells: list[Element]) -> bool:
    heads = [cell.tag == "th" and cell.get("scope") not in ("row", "rowgroup") for cell in cells]
    return row.getparent().tag == "thead" or (bool(heads) and all(heads) and len(heads) > 1)


def _with_headers(texts: list[tuple[list[str], bool | None]]) -> Iterator[tuple[list[str], bool]]:
    """Yield the rows; the first ones that are a header's are marked so, or a first row in which no digit stands."""
    in_header = True
    first, later = (texts[0][0] if texts else []), [text for row, _ in texts[1:] for text in row]
    guessed = (
        not any(is_header for _, is_header in texts)
        and len(first) > 1
        and all(first[1:])
        and not any(c.isdigit() for text in first for c in text)
        and any(c.isdigit() for text in later for c in text)
    )
    for number, (line, is_header) in enumerate(texts):
        in_header = in_header and (bool(is_header) or (guessed and number == 0))
        yield line, in_header
