"""The markers of lists: numbers, letters and Roman numbers, as a browser or a word processor would show them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from calcqa.documents.repair import BULLET

Element = Any

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MOST_ROMAN = 4_000
_MOST_LETTERS = 1_000_000


def numbered(number: int, form: str = "") -> str:
    """Return `number` in a form of HTML, 'a', 'A', 'i' or 'I'; else in digits."""
    if form in ("i", "I") and 0 < number < _MOST_ROMAN:
        text = ""
        for value, letters in _ROMAN:
            text += letters * (number // value)
            number %= value
        return text.upper() if form == "I" else text
    if form in ("a", "A") and 0 < number < _MOST_LETTERS:
        text = ""
        while number:
            number, rest = divmod(number - 1, 26)
            text = chr(ord(form) + rest) + text
        return text
    return str(number)


def whole(text: str | None, otherwise: int) -> int:
    """Return the whole number that an attribute gives, else `otherwise`."""
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,9}", text.strip()) else otherwise


def items(element: Element, given: str) -> Iterator[tuple[Element, str]]:
    """Yield the children of a list in HTML, each with its marker as an item, which its attribute `given` may say."""
    ordered, form = element.tag == "ol", element.get("type") or ""
    step = -1 if ordered and element.get("reversed") is not None else 1
    number = whole(element.get("start"), sum(1 for _ in element.iterchildren("li")) if step < 0 else 1)
    for child in element:
        marker = ""
        if child.tag == "li":
            number = whole(child.get("value"), number)
            marker = child.get(given, f"{numbered(number, form)}. " if ordered else BULLET)
            number += step
        yield child, marker
