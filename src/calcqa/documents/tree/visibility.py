"""How an element of HTML is shown, by its own marks: within a line, apart, or not at all, and why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

Element = Any
"""An element of lxml, which comes without types."""

STRUCK = "struck out"
HIDDEN = "hidden"
DELETED = "tracked deletion"
FAINT = "white or too small to be seen"
SHOWN_AS_GONE = frozenset({STRUCK, DELETED})
"""Reasons for which a reader of the file sees that something is gone."""

_CONTROL = "control of the page"

_LONGEST_SHEET = 1_000_000  # code points of style sheets that are looked at
_TAGS = {
    "script": "script",
    "style": "style sheet",
    "template": "template",
    "noscript": "for browsers without scripts",
    "button": _CONTROL,
    "datalist": _CONTROL,
    "iframe": "embedded",
    "object": "embedded",
    "audio": "embedded",
    "video": "embedded",
    "canvas": "embedded",
    "svg": "picture",
    "s": STRUCK,
    "strike": STRUCK,
    "del": STRUCK,
}
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data dfn em font i ins kbd label mark meter nobr output picture q rb rp rt"
    " ruby samp small span strong time tt u var wbr".split()
)
_ITS_OWN = re.compile(r"display\s*:\s*(?:block|inline-block|flex|grid|inline-flex|list-item|table)", re.IGNORECASE)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|(?:opacity|font-size)\s*:\s*0(?:\.0*)?(?:px|pt|em|rem|%)?\s*(?:;|!|\Z)"
    r"|font-size\s*:\s*(?:0?\.\d+|1(?:\.0*)?)(?:px|pt)\s*(?:;|!|\Z)"
    r"|(?<![\w-])(?:left|top|text-indent)\s*:\s*-(?:\d{4,}(?:px|pt)|\d{3,}r?em)",
    re.IGNORECASE,
)
_STRIKING = re.compile(r"text-decoration[a-z-]*\s*:[^;]*line-through", re.IGNORECASE)
_MOVING = re.compile(r"(?<![\w-])vertical-align\s*:\s*(super|sub)\b", re.IGNORECASE)
_MAY_BE_MOVED = frozenset({"span", "font", "small", "b", "i", "em", "strong"})
_COMMENT = re.compile(r"/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)")
_BRACE = re.compile(r"[{}]")
_SELECTOR = re.compile(r"(?P<tag>[a-z][a-z0-9]*)?(?P<kind>[.#])?(?P<name>(?<=[.#])[\w-]+)?", re.IGNORECASE)


def why_unseen(element: Element) -> str:
    """Return why `element` is not seen as part of the text; empty if it is."""
    style = element.get("style") or ""
    if element.get("hidden") is not None or (style and _HIDING.search(style)):
        return HIDDEN
    if element.tag == "dialog" and element.get("open") is None:
        return HIDDEN
    if reason := _TAGS.get(element.tag):
        return reason
    return STRUCK if style and _STRIKING.search(style) else ""


def filled_in(element: Element) -> tuple[str, str]:
    """Return what a field of a form shows, and why it is no part of the text; empty if it is.

    A box shows whether it is ticked; any other field what is filled in.
    """
    kind, value = (element.get("type") or "text").lower(), element.get("value") or ""
    if kind in ("checkbox", "radio"):
        return ("☒" if element.get("checked") is not None else "☐"), ""
    if kind in ("hidden", "password"):
        return value, HIDDEN
    return value, _CONTROL if kind in ("submit", "button", "reset", "image") else ""


def is_inline(tag: str) -> bool:
    """Say whether an element of this name stands within a line; those of other markup ('o:p') do."""
    return tag in _INLINE or ":" in tag


def stands_apart(element: Element) -> bool:
    """Say whether an inline element is shown as a block, so that it is glued to nothing."""
    return bool(_ITS_OWN.search(element.get("style") or ""))


def by_sheets(root: Element, sheets: str = "") -> Callable[[Element], str]:
    """Return what tells why the style sheets within `root`, and other `sheets`, leave an element unseen.

    Only selectors of one tag, class or id are looked at, and none that hold for some media only. What they raise or
    lower becomes `sup` or `sub`.
    """
    sheets += "\n".join("".join(e.itertext()) for e in root.iter("style"))
    reasons: dict[tuple[str, str, str], str] = {}
    moved: dict[tuple[str, str, str], str] = {}
    for selectors, body in _rules(_COMMENT.sub(" ", sheets[:_LONGEST_SHEET])):
        reason = HIDDEN if _HIDING.search(body) else STRUCK if _STRIKING.search(body) else ""
        for selector in selectors.split(","):
            if match := _SELECTOR.fullmatch(selector.strip()):
                key = ((match["tag"] or "").lower(), match["kind"] or "", match["name"] or "")
                reasons |= {key: reason} if reason else {}
                moved |= {key: _moved(body)} if _moved(body) else {}
    for element in root.iter(*_INLINE):
        tag = _moved(element.get("style") or "") or (_of(element, moved) if moved else "")
        if tag and element.tag in _MAY_BE_MOVED:
            element.tag = tag
    return (lambda element: _of(element, reasons)) if reasons else lambda _: ""


def _of(element: Element, values: dict[tuple[str, str, str], str]) -> str:
    """Return what style sheets say of an element."""
    tag = element.tag
    names = [("", ""), *((".", c) for c in (element.get("class") or "").split()), ("#", element.get("id") or "")]
    keys = ((t, *name) for name in names for t in (tag, ""))
    return next((values[key] for key in keys if key in values), "")


def _moved(style: str) -> str:
    """Return the tag of text that a style raises or lowers; empty for other styles."""
    match = _MOVING.search(style)
    return "" if match is None else "sup" if match[1].lower() == "super" else "sub"


def _rules(sheets: str) -> Iterator[tuple[str, str]]:
    """Yield the selectors and the body of each rule that stands in no other, as '@media' holds them."""
    depth = at = 0
    selectors = ""
    for brace in _BRACE.finditer(sheets):
        inside = sheets[at : brace.start()]
        if brace[0] == "{":
            selectors = inside if depth == 0 else ""
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0 and selectors:
                yield selectors.rpartition(";")[2], inside
        at = brace.end()
