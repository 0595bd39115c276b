"""What stands around the main text of a web page: marked to be left out and reported.

Navigation, side columns, footers and notices are told by their elements, roles and names; where a page says which part
is its main text, and that has most of the words, all else is furniture. Does not: judge by length alone, so what is not
known to be furniture stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from calcqa.documents.tree.walk import DROPPED

Element = Any

FURNITURE = "page furniture"
OUTSIDE = "outside the main text"

_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "menu", "menubar", "toolbar", "alertdialog"})
_TAGS = frozenset({"nav", "footer", "aside"})
_FOOTERS = frozenset({"footer", "site-footer", "page-footer", "colophon"})
"""Whole names: what is called the footer of something else may be the notes of a table."""
_MAIN = frozenset({"main", "article"})
_LINKS = re.compile(
    r"(?:^|[-_\s])(?:nav(?:bar|igation)?|menu|breadcrumbs?|related|recommended|sidebar|pag(?:ination|er)|toc|tags)"
    r"(?:$|[-_\s])",
    re.IGNORECASE,
)
_NOTICES = re.compile(
    r"(?:^|[-_\s])(?:cookies?|cookiebanner|advert(?:isement|ising|s)?|ads?|adsbygoogle|sponsored|shar(?:e|ing)|social"
    r"|newsletter|subscribe|skip)(?:$|[-_\s])",
    re.IGNORECASE,
)
_MOSTLY = 0.5  # share of letters from which a block is one of links, and the main part is the main part
_ENOUGH = 0.25  # share of letters that must stay, or nothing but navigation is left out
_NOTICE = 600  # letters that a notice has at most


def set_apart(body: Element) -> None:
    """Mark the elements of `body` that are furniture."""
    letters, linked = _letters(body)
    for element in _furniture(body, letters, linked):
        element.set(DROPPED, FURNITURE)
    kept = _kept(body, letters)
    if kept < _ENOUGH * letters[body]:
        for element in body.iter():
            if element.get(DROPPED) and element.tag != "nav":
                del element.attrib[DROPPED]
        kept = _kept(body, letters)
    main = _main(body)
    if main is not None and _kept(main, letters) >= _MOSTLY * kept:
        _set_apart_outside(main, body)


def _letters(body: Element) -> tuple[dict[Element, int], dict[Element, int]]:
    """Return how many characters but spaces each element has, and how many of them in links."""
    letters: dict[Element, int] = {}
    linked: dict[Element, int] = {}
    for element in reversed(list(body.iter())):
        count = links = 0
        if isinstance(element.tag, str) and element.tag not in ("script", "style"):
            count = _size(element.text) + sum(letters[c] + _size(c.tail) for c in element)
            links = count if element.tag == "a" else sum(linked[c] for c in element)
        letters[element], linked[element] = count, links
    return letters, linked


def _size(text: str | None) -> int:
    return len("".join(text.split())) if text else 0


def _furniture(element: Element, letters: dict[Element, int], linked: dict[Element, int]) -> Iterator[Element]:
    """Yield the outermost elements of furniture within `element`."""
    for child in element:
        if not isinstance(child.tag, str):
            continue
        if _is_furniture(child, letters[child], linked[child]):
            yield child
        else:
            yield from _furniture(child, letters, linked)


def _is_furniture(element: Element, letters: int, linked: int) -> bool:
    tag, role = element.tag, (element.get("role") or "").lower()
    if tag in _MAIN or role == "main" or tag == "body":
        return False
    inside = any(above.tag in _MAIN or above.get("role") == "main" for above in element.iterancestors())
    mostly_links = linked >= _MOSTLY * letters
    if tag == "header" and not inside and mostly_links and next(element.iter("h1"), None) is None:
        return True
    if tag == "nav" or (role in _ROLES and not inside) or (tag in _TAGS and not inside):
        return True
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    is_links = mostly_links and bool(_LINKS.search(name))
    is_notice = letters <= _NOTICE and bool(_NOTICES.search(name) or _FOOTERS & set(name.lower().split()))
    return (is_links or is_notice) and not any(e.tag in ("h1", "table", *_MAIN) for e in element.iter())


def _kept(element: Element, letters: dict[Element, int]) -> int:
    """Return how many letters of `element` are not marked to be left out."""
    if not isinstance(element.tag, str) or element.get(DROPPED):
        return 0
    marked = sum(letters[e] for e in element.iterdescendants() if isinstance(e.tag, str) and e.get(DROPPED))
    return letters[element] - marked


def _main(body: Element) -> Element | None:
    """Return the one element that the page calls its main text."""
    for elements in (
        [e for e in body.iter() if e.tag == "main" or (isinstance(e.tag, str) and e.get("role") == "main")],
        list(body.iter("article")),
    ):
        outermost = [e for e in elements if not any(above in elements for above in e.iterancestors())]
        if len(outermost) == 1:
            return outermost[0]
        if outermost:
            return None
    return None


def _set_apart_outside(main: Element, body: Element) -> None:
    """Mark all that stands beside the way from `body` to `main`."""
    element = main
    while element is not body:
        above = element.getparent()
        for other in list(above):
            if other is not element and isinstance(other.tag, str) and not other.get(DROPPED):
                other.set(DROPPED, OUTSIDE)
        element = above
