"""From a tree of HTML elements to the parts of a document: the one walk behind HTML, EPUB, JATS and Word files.

Does: headings, paragraphs, lists with their markers, tables (`grid.py`), captions; sub- and superscripts as characters
(`documents/raised.py`), formulas as text (`formulas.py`), reference numbers marked (`collected.py`); what is hidden,
struck out, a script, a comment or a control of a page is left out and reported (`visibility.py`). A loader of another
format renames its elements to those of HTML, and says what HTML has no name for with the attributes below. Does not:
parse files, or choose what of a page is its main text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html.entities import html5
from typing import Any

from calcqa.documents.base import Part, heading
from calcqa.documents.raised import is_number, is_reference, lowered, may_be_either, raised
from calcqa.documents.repair import squeeze
from calcqa.documents.tree.collected import (
    BREAK,
    TAKEN_OUT,
    is_marked,
    marked,
    one_line,
    parted,
    unmarked,
)
from calcqa.documents.tree.collector import Collector, Frame
from calcqa.documents.tree.formulas import formula_text
from calcqa.documents.tree.grid import TABLE_PARTS, is_layout, rows, rows_of
from calcqa.documents.tree.markers import items, whole
from calcqa.documents.tree.visibility import SHOWN_AS_GONE, filled_in, is_inline, stands_apart, why_unseen
from calcqa.language.characters import clean_characters
from calcqa.types import BlockKind

KIND, MARKER, LEVEL, DROPPED, MARK = (f"{{calcqa}}{n}" for n in ("kind", "marker", "level", "dropped", "mark"))
"""Attributes for what HTML has no name for: the kind of the parts within an element; the marker of an item, which makes
one part of it; how many items it stands within; why it is left out; that it is a reference number, if it can be one."""

_SCRIPTED = 200  # code points of a script or a style sheet that are reported; more is of no use to a reader
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_REFERENCE_LINK = re.compile(r"#(?:[\w.:-]*[-_.:])?(?:cite?|ref|bib|(?:foot|end)?note|fn|en|cr|b|r)s?[-_.]?\d", re.I)
_BEFORE = 8  # pieces of text that are looked at before a superscript

Element = Any


@dataclass(slots=True)
class Walk(Collector):
    """One walk over one file. `hides` says of an element why it is left out, beyond what its own marks say."""

    hides: Callable[[Element], str] = lambda _: ""

    def read(self, element: Element) -> None:
        """Add the parts of `element`."""
        self._element(element)
        self._end()

    def line(self, element: Element) -> str:
        """Return the text of `element` on one line."""
        return one_line(self._capture(element), self.gone)[0]

    def leave_out(self, element: Element, reason: str) -> None:
        """Report the text of `element`, with all that is hidden in it, as left out."""
        before, self._reported = self._reported, True
        text = one_line(self._capture(element), self.gone)[0]
        self._reported = before
        self._drop(text, reason)

    def _capture(self, element: Element) -> str:
        """Return the text within `element` as it is collected."""
        before, self._text = self._text, []
        self._captured += 1
        self._inside(element)
        self._captured -= 1
        text, self._text = parted("".join(self._text)), before
        return text

    def _framed(self, element: Element, frame: Frame) -> None:
        """Add what is within `element` as parts of a frame of its own."""
        self._end()
        if self._captured:
            self._inside(element)
        else:
            before, self._frame = self._frame, frame
            self._inside(element)
            self._end()
            self._frame = before

    # The walk

    def _element(self, element: Element) -> None:
        """Add what `element` holds, but not what follows it."""
        if not isinstance(element.tag, str):
            self._other(element)
        elif reason := self._left_out(element):
            if element.tag in ("script", "style"):
                text = squeeze(clean_characters("".join(element.itertext())))
                self._drop(text if len(text) <= _SCRIPTED else text[:_SCRIPTED] + "…", reason)
            elif self._reported:
                self._inside(element)
            else:
                self.leave_out(element, reason)
                self._text += [TAKEN_OUT] if reason in SHOWN_AS_GONE and not _is_replaced(element) else []
        elif formula := formula_text(element):
            self._text.append(f" {formula} ")
        elif not self._inline(element):
            self._block(element)

    def _other(self, element: Element) -> None:
        """Add an entity by the character that HTML knows it for; report any other, and comments."""
        is_entity = type(element).__name__ == "_Entity"
        if is_entity and (character := html5.get(f"{element.name};")):
            self._add(character)
        else:
            text = squeeze(clean_characters(element.text or "", self.gone))
            self._drop(text, "entity" if is_entity else "comment")

    def _left_out(self, element: Element) -> str:
        return element.get(DROPPED) or why_unseen(element) or self.hides(element)

    def _inside(self, element: Element) -> None:
        self._add(element.text)
        for child in element:
            self._element(child)
            self._add(child.tail)

    def _inline(self, element: Element) -> bool:
        """Add an element that stands within a line; say whether it is one."""
        tag = element.tag
        match tag:
            case "sup" | "sub":
                self._raised(element)
            case "br":
                self._text.append(BREAK)
            case "img" | "area":
                self._add(f" {element.get('alt') or ''} ")
            case "input":
                self._input(element)
            case "select":
                self._choice(element)
            case "q":
                self._text.append("“")
                self._inside(element)
                self._text.append("”")
            case _ if element.get(MARK) or (tag == "a" and _REFERENCE_LINK.match(element.get("href") or "")):
                text = self._capture(element)
                self._text.append(marked(text) if is_number(text) else text)
            case _ if is_inline(tag) and not element.get(KIND):
                space = " " if stands_apart(element) else ""
                self._text.append(space)
                self._inside(element)
                self._text.append(space)
            case _:
                return False
        return True

    def _raised(self, element: Element) -> None:
        text = self._capture(element)
        before = parted(unmarked("".join(self._text[-_BEFORE:])))
        if is_marked(text) or not text.strip():
            self._text.append(text)
        elif element.tag == "sub":
            self._text.append(lowered(text))
        elif is_reference(text, before, element.tail or ""):
            self._text.append(marked(raised(text, before) if may_be_either(text, before) else text))
        else:
            self._text.append(raised(text, before))

    def _input(self, element: Element) -> None:
        shown, reason = filled_in(element)
        if reason:
            self._drop(squeeze(clean_characters(shown)), reason)
        else:
            self._add(f" {shown} ")

    def _choice(self, element: Element) -> None:
        """Add the chosen options of a list; the others are left out."""
        options = list(element.iter("option"))
        chosen = {o for o in options if o.get("selected") is not None} or set(options[:1])
        for option in options:
            if option in chosen:
                self._text.append(f" {self._capture(option)} ")
            else:
                self.leave_out(option, "not chosen")

    def _block(self, element: Element) -> None:
        tag, kind = element.tag, element.get(KIND)
        if tag in _HEADINGS and not self._captured and not self._frame.joined:
            self._end()
            if text := self.line(element):
                self.parts.append(heading(element.get(MARKER, "") + text, int(tag[1])))
        elif tag in ("caption", "figcaption"):
            self._framed(element, Frame(BlockKind.CAPTION, joined=True))
        elif tag in ("ul", "ol", "menu", "dir"):
            self._list(element)
        elif tag == "dl":
            self._framed(element, Frame(joined=True))
        elif tag in ("dt", "dd"):
            self._term(element)
        elif tag == "table" and not self._captured and not is_layout(element):
            self._table(element)
        elif tag in ("pre", "textarea", "listing", "xmp"):
            self._framed(element, Frame(self._frame.kind, raw=True))
        elif kind:
            last = element.getprevious()
            tight = MARKER in element.attrib and last is not None and last.get(KIND) == kind and MARKER in last.attrib
            marker = element.get(MARKER) or ""
            level = whole(element.get(LEVEL), 0)
            self._framed(element, Frame(BlockKind(kind), marker, tight, joined=MARKER in element.attrib, level=level))
        else:
            self._part()
            self._inside(element)
            self._part()

    def _list(self, element: Element) -> None:
        self._end()
        tight = self._frame.kind is BlockKind.ITEM
        level = self._frame.level + 1 if tight else 0
        self._add(element.text)
        for child, marker in items(element, MARKER):
            if child.tag != "li" or self._left_out(child):
                self._element(child)
            elif self._captured:
                self._text.append(f" {marker}{self._capture(child)} ")
            elif any(e.tag in _HEADINGS for e in child.iter()):
                self._framed(child, Frame())
                tight = False
            else:
                count = len(self.parts)
                self._framed(child, Frame(BlockKind.ITEM, marker, tight, joined=True, level=level))
                tight = tight or len(self.parts) > count
            self._add(child.tail)
        self._part()

    def _term(self, element: Element) -> None:
        """Add a term, on a line of its own, or what it means, behind it."""
        if element.tag == "dd":
            self._text.append(" ")
            self._inside(element)
            return
        self._end()
        text = self._capture(element).strip()
        self._text.append(text if text.endswith((":", ".", "?", "!")) or not text else text + ":")

    def _table(self, element: Element) -> None:
        self._end()
        self._around_rows(element)
        self._end()
        number = 0
        seen = [row for row in rows_of(element) if not self._unseen(row)]
        for texts, is_header in rows(seen, self._cell):
            text, marks = one_line(" | ".join(texts), self.gone)
            if text.strip(" |"):
                self.parts.append(Part(text, BlockKind.ROW, int(is_header), tight=number > 0, references=marks))
                number += 1

    def _around_rows(self, element: Element) -> None:
        """Add captions, and what does not belong into a table, but stands in it outside of its cells."""
        self._add(element.text)
        for child in element:
            if child.tag in TABLE_PARTS:
                self._around_rows(child)
            elif child.tag not in ("td", "th") or element.tag != "tr":
                self._element(child)
            self._add(child.tail)

    def _unseen(self, row: Element) -> bool:
        reason = self._left_out(row) or self._left_out(row.getparent())
        if reason:
            self.leave_out(row, reason)
        return bool(reason)

    def _cell(self, cell: Element) -> str:
        if reason := self._left_out(cell):
            self.leave_out(cell, reason)
            return ""
        return " ".join(self._capture(cell).replace(BREAK, " ").split())


def _is_replaced(element: Element) -> bool:
    """Say whether an insertion stands right beside what is struck out: '1~~0~~' and an inserted 2 are 12."""
    before, after = element.getprevious(), element.getnext()
    is_before = before is not None and before.tag == "ins" and not before.tail
    return is_before or (after is not None and after.tag == "ins" and not element.tail)
