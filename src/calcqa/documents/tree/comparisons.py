"""Tells a comparison before a letter ('if a<b 5 mg', 'sats <a and 90') from a tag of HTML, before a page is parsed.

A parser takes both for tags, and what follows with them. A '<' is text where no name follows, where no '>' closes it
before the next '<', or where there stand within it what no tag has: numbers, and words that are no attributes of HTML.
A quoted value makes it a tag. Does not: tell 'a<b>c' from a tag; look into scripts, style sheets and comments.
"""

from __future__ import annotations

import re

_PLACE = re.compile(r"<(?:!--|(?:(?P<raw>script|style|xmp|iframe|noembed|noframes)\b)|(?=[a-z]))", re.IGNORECASE)
_TAG = re.compile(
    r"<(?P<name>[a-z][\w:.-]*+)(?=[\s/>])"
    r"""(?P<inside>(?:[^<>"'=]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|=\s*+[^\s<>"'=]*+)*+)(?P<close>>?)""",
    re.IGNORECASE | re.ASCII,
)
_QUOTED = re.compile(r"""=\s*["']""")
_BARE = frozenset(
    "allowfullscreen async autofocus autoplay checked compact controls default defer disabled download formnovalidate"
    " hidden inert ismap itemscope loop multiple muted nohref nomodule noresize noshade novalidate nowrap open"
    " playsinline readonly required reversed selected contenteditable draggable spellcheck translate border".split()
)
"""Attributes that stand without a value."""
_OF_SCRIPTS = re.compile(r"(?:data|aria|ng|v|x|hx|xmlns|_ng\w+)[-:].*|[@:*#(\[].*", re.IGNORECASE)
_SHORT = 2  # letters of a name up to which a tag with odd attributes is text, even right behind another tag


def comparisons_escaped(text: str) -> str:
    """Return the text of a page of HTML in which each '<' that is no tag is written '&lt;'."""
    closed = {name.lower() for name in re.findall(r"</([a-zA-Z][\w.:-]*)", text)}
    lower = text.lower() if text.isascii() else re.sub("[A-Z]+", lambda m: m[0].lower(), text)  # of the same length
    pieces: list[str] = []
    at = done = 0
    while place := _PLACE.search(text, at):
        at = place.end()
        if place[0] == "<!--" or place["raw"]:
            at = lower.find("-->" if not place["raw"] else f"</{place['raw'].lower()}", at)
            if at < 0:
                break
        elif not _is_tag(text, place.start(), closed):
            pieces += (text[done : place.start()], "&lt;")
            done = at
    return "".join([*pieces, text[done:]])


def _is_tag(text: str, at: int, closed: set[str]) -> bool:
    tag = _TAG.match(text, at)
    if tag is None:
        return False
    if _QUOTED.search(tag["inside"]):
        return True
    if not tag["close"]:
        return False
    odd = [
        name for name in _without_value(tag["inside"]) if name.lower() not in _BARE and not _OF_SCRIPTS.fullmatch(name)
    ]
    if not odd or any(name[0].isdigit() for name in odd):
        return not odd
    name = tag["name"].lower()
    if "-" in name:  # an element of the page's own
        return name in closed
    return len(name) > _SHORT and name in closed and text[max(0, at - 100) : at].rstrip().endswith(">")


def _without_value(inside: str) -> list[str]:
    """Return the attributes within a tag that stand without a value; no value is quoted."""
    pieces = [piece.split() for piece in inside.split("=")]
    bare = [w for n, words in enumerate(pieces) for w in words[n > 0 : len(words) - (n < len(pieces) - 1)]]
    return [word.strip("/") for word in bare if word.strip("/")]
