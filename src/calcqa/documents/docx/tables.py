"""Tables of a Word file as tables of HTML: rows and cells within content controls, merged cells as spans."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from calcqa.documents.docx.styles import is_on, value
from calcqa.documents.tree.markers import whole
from calcqa.documents.tree.visibility import DELETED, HIDDEN
from calcqa.documents.tree.walk import DROPPED

Element = Any
PLACEHOLDER = "not filled in"  # what a form shows until something is written there

_WIDEST = 100  # columns that a row may leave out at its start
_HOLDERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo"})


def add_rows(
    source: Element,
    table: Element,
    blocks: Callable[[Element, Element], None],
    left_out: Callable[[Element, str], Element],
) -> None:
    """Add the rows of the table `source` to `table`.

    `blocks` adds what is in one element to another, `left_out` returns all of an element's text as left out.
    """
    above: dict[int, Element] = {}  # by column: the cell that is merged downward
    for row, reason in _rows(source):
        line = table.makeelement("tr", {DROPPED: reason} if reason else {})
        table.append(line)
        tag = "th" if is_on(row.find("trPr"), "tblHeader") else "td"
        column = min(_WIDEST, max(0, whole(value(row.find("trPr/gridBefore")), 0)))
        for _ in range(column):
            line.append(line.makeelement("td"))
        for cell in _cells(row):
            wide = max(1, whole(value(cell.find("tcPr/gridSpan")), 1))
            merge = cell.find("tcPr/vMerge")
            if merge is not None and value(merge) != "restart" and column in above and not reason:
                first = above[column]
                first.set("rowspan", str(whole(first.get("rowspan"), 1) + 1))
                if (hidden := left_out(cell, HIDDEN)).text.strip():
                    first.append(hidden)
            else:
                made = line.makeelement(tag, {"colspan": str(wide)} if wide > 1 else {})
                line.append(made)
                blocks(cell, made)
                above.pop(column, None)
                if merge is not None:
                    above[column] = made
            column += wide


def _rows(table: Element) -> Iterator[tuple[Element, str]]:
    """Yield the rows of a table, each with the reason why it is left out."""
    for child in table:
        if child.tag == "tr":
            deleted, hidden = (child.find(f"trPr/{name}") is not None for name in ("del", "hidden"))
            yield child, DELETED if deleted else HIDDEN if hidden else ""
        elif child.tag in _HOLDERS:
            yield from _rows(child)


def _cells(row: Element) -> Iterator[Element]:
    for child in row:
        if child.tag == "tc":
            yield child
        elif child.tag in _HOLDERS:
            yield from _cells(child)
