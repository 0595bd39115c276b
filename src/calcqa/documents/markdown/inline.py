"""The text of Markdown's inline tokens: raised and lowered text written as such, struck-out and hidden text left out.

Lines end in a line feed where the file only wraps them, and in `BREAK` where it ends them itself.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from markdown_it.token import Token

from calcqa.documents.markdown.rules import ALONE, TAG, why_left_out
from calcqa.documents.raised import lowered, raised
from calcqa.documents.repair import BULLET
from calcqa.documents.tree.visibility import is_inline
from calcqa.types import Dropped

BREAK = "\x0b"
"""The end of a line that the file ends itself; no cleaned text has one."""

_SILENT = frozenset("b i em strong u p br hr sub sup table caption thead tbody tfoot tr td th li".split())
_GAP = "\x0c"  # where something is left out; it parts digits, that '5~~mg~~7' is not 57
_FUSED = re.compile(rf"(?<=\d){_GAP}+(?=\d)")
_SHORT = frozenset("b i u q a em strong".split())  # one of them not closed is no tag: 'a<b>c' compares
_PAIRED = frozenset("sub sup s del strike script style template".split())
_WITHIN = _PAIRED | {"img"}  # and all that stands within a line
_ALT = re.compile(r"""\balt\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE)
_START = re.compile(r"""\bstart\s*+=\s*+["']?(\d{1,3})\b""", re.IGNORECASE)
_VALUE = re.compile(r"""\bvalue\s*+=\s*+["']?(\d{1,3})\b""", re.IGNORECASE)
_RAISED = re.compile(r"\^(?P<text>[^\s^\\]{1,20})\^(?!\w)")
_LOWERED = re.compile(r"(?<=[^\W\d_])~(?P<text>[^\s~\\]{1,20})~(?!\d)|(?<=\))~(?P<other>[^\s~\\]{1,20})~(?!\d)")


class Inline:
    """Writes inline tokens as text, and collects what it leaves out in `dropped`, in their order."""

    def __init__(self, source: str) -> None:
        self.dropped: list[Dropped] = []
        self._closed = {m.lower() for m in re.findall(r"</([A-Za-z][A-Za-z0-9]*)", source)}
        self._pieces: list[str] = []
        self._open: dict[str, tuple[int, str]] = {}  # where paired markup began, and how
        self._lists: list[int | None] = []  # the next number of each list in HTML, the innermost last
        self._why: dict[str, str] = {}  # why its content is left out, for those whose content is

    def text(self, tokens: Sequence[Token]) -> str:
        """Return the text of the tokens of one block."""
        self._pieces, self._open = [], {}
        struck = 0
        for token in tokens:
            if token.type == "s_open":
                struck += 1
                if struck == 1:
                    self._begin("~~", "~~")
            elif token.type == "s_close":
                struck -= 1
                if not struck:
                    self._end("~~")
            elif token.type == "html_inline":
                self._html(token.content)
            else:
                self._pieces.append(self._written(token))
        for at, mark in self._open.values():
            self._pieces[at] = mark
        return _FUSED.sub(" ", "".join(self._pieces)).replace(_GAP, "")

    def _written(self, token: Token) -> str:
        """Return the text of a token that has nothing inside but text. Those that open and close markup have none."""
        if token.type == "softbreak":
            return "\n"
        if token.type == "hardbreak":
            return BREAK
        address = token.attrs.get("src" if token.type == "image" else "href")
        if address and token.info != "auto":
            self.dropped.append(Dropped(str(address), "the address of a link"))
        if title := token.attrs.get("title"):
            self.dropped.append(Dropped(str(title), "the title of a link"))
        if token.type == "image":
            return "".join(_words(token.children or ()))
        if token.type != "text":
            return token.content
        text = _RAISED.sub(lambda m: raised(m["text"]), token.content)
        return _LOWERED.sub(lambda m: lowered(m["text"] or m["other"]), text)

    def _begin(self, name: str, mark: str) -> None:
        self._open[name] = (len(self._pieces), mark)
        self._pieces.append("")

    def _end(self, name: str) -> None:
        at, mark = self._open.pop(name)
        inside = "".join(self._pieces[at + 1 :]).replace(_GAP, "")
        for other in [other for other, (begun, _) in self._open.items() if begun > at]:
            del self._open[other]
        del self._pieces[at:]
        if name == "sup":
            self._pieces.append(raised(inside))
        elif name == "sub":
            self._pieces.append(lowered(inside))
        else:
            self.dropped.append(Dropped(inside.strip(), self._why.get(name, "struck out")))
            self._pieces.append(_GAP if name == "~~" or name in _WITHIN or is_inline(name) else BREAK)

    def _html(self, written: str) -> None:
        tag = TAG.fullmatch(written)
        if not tag:
            self.dropped.append(Dropped(written, "a comment" if written.startswith("<!--") else "HTML"))
            self._pieces.append(_GAP)
            return
        name, closing = tag["name"].lower(), bool(tag["closing"])
        if not closing and name not in ALONE and name not in self._closed:
            self._pieces.append(written)
            return
        reason = "" if closing or name in ALONE else why_left_out(tag)
        if name in _SHORT and not reason and (not closing or name not in self._why):
            self._short(name, closing, written)
            return
        if closing and name in self._open:
            self._end(name)
            self._why.pop(name, None)
            return
        if name in _PAIRED or reason:
            if closing or name in self._open:
                self._pieces.append(written)
            else:
                self._begin(name, written)
                self._why |= {name: reason} if reason else {}
            return
        if name not in _SILENT:
            self.dropped.append(Dropped(written, "HTML"))
        if name == "img" and (alt := _ALT.search(written)):
            self._pieces.append(html.unescape(alt[1] or alt[2] or alt[3] or ""))
        elif name not in _WITHIN and not is_inline(name):
            self._pieces.append(BREAK + self._marker(name, closing, tag["attributes"]))

    def _marker(self, name: str, closing: bool, attributes: str) -> str:
        """Return the marker of an item that a tag of a list begins; nothing for other tags."""
        if name in ("ol", "ul"):
            start = _START.search(attributes)
            if not closing:
                self._lists.append(int(start[1]) if start else 1 if name == "ol" else None)
            elif self._lists:
                self._lists.pop()
        if name != "li" or closing:
            return ""
        number = self._lists[-1] if self._lists else None
        if number is None:
            return BULLET
        value = _VALUE.search(attributes)
        number = int(value[1]) if value else number
        self._lists[-1] = number + 1
        return f"{number}. "

    def _short(self, name: str, closing: bool, written: str) -> None:
        """Leave out a tag around a few words; one that is not closed, or closes nothing, stays as it is written."""
        at, mark = self._open.pop(name, (None, ""))
        if closing and at is not None:
            if name not in _SILENT:
                self.dropped += (Dropped(mark, "HTML"), Dropped(written, "HTML"))
            return
        if at is not None:
            self._pieces[at] = mark
        if closing:
            self._pieces.append(written)
        else:
            self._begin(name, written)


def _words(tokens: Iterable[Token]) -> Iterable[str]:
    for token in tokens:
        yield (
            " "
            if token.type.endswith("break")
            else "".join(_words(token.children))
            if token.children
            else token.content
        )
