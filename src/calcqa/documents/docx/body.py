"""The body of a Word file as a tree of HTML elements for `tree.py`: paragraphs, lists, tables, text boxes, notes.

What a reader of the document does not see is marked to be left out: tracked deletions, hidden and struck-out text,
tables of contents. Does not: open the file (`docx.py`), or know styles and numbers (`docx_styles.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from calcqa.documents.docx.styles import Numbering, Styles, value
from calcqa.documents.docx.symbols import characters_of
from calcqa.documents.docx.tables import PLACEHOLDER, add_rows
from calcqa.documents.tree.formulas import formula_text
from calcqa.documents.tree.markers import whole
from calcqa.documents.tree.visibility import DELETED, FAINT, HIDDEN, STRUCK
from calcqa.documents.tree.walk import DROPPED, KIND, LEVEL, MARK, MARKER
from calcqa.types import BlockKind

Element = Any

_THROUGH = frozenset(
    "hyperlink smartTag customXml sdt sdtContent fldSimple dir bdo ruby rubyBase subDoc Choice".split()
)
"""Elements that only hold others, within a paragraph."""
_RAISED = 4  # half points from which text is raised or lowered so far that it is a superscript or subscript
_KNOWN_FIELDS = re.compile(
    r"\s*(?:ADDIN|ADVANCE|ASK|AUTHOR|BIBLIOGRAPHY|CITATION|COMMENTS|CREATEDATE|DATE|DOCPROPERTY|DOCVARIABLE|FILENAME"
    r"|FILESIZE|FILLIN|FORM\w+|GOTOBUTTON|HYPERLINK|INCLUDE\w+|INDEX|KEYWORDS|LASTSAVEDBY|LINK|LISTNUM|MACROBUTTON"
    r"|MERGE\w+|NEXT|NOTEREF|NUM\w+|PAGE\w*|PRINT\w*|PRIVATE|QUOTE|R[DE]F?|REVNUM|SAVEDATE|SECTION\w*|SEQ|SET|STYLEREF"
    r"|SUBJECT|SYMBOL|TA|TC|TEMPLATE|TIME|TITLE|TOA|TOC|USER\w+|XE)\b",
    re.IGNORECASE,
)
"""Fields whose code says nothing beyond their result, which stands in the text."""


@dataclass(slots=True)
class Body:
    """Makes elements of what a file holds. `make` makes an element of HTML by its name."""

    make: Any
    styles: Styles
    numbering: Numbering
    title: str = ""
    notes: dict[tuple[str, str], int] = field(default_factory=dict)
    """The numbers of the notes referred to, in order, by 'footnote' or 'endnote' and the id."""
    _joined: Element | None = None  # a paragraph whose mark is deleted: the next goes on with it
    _fields: list[str] = field(default_factory=list)  # the codes of fields that are open
    _aside: list[Element] = field(default_factory=list)  # text boxes of the paragraph being read

    def blocks(self, source: Element, into: Element) -> None:
        """Add the blocks within `source` to `into`."""
        for child in source:
            match child.tag:
                case "p":
                    self._paragraph(child, into)
                case "tbl":
                    self._joined = None
                    self._table(child, into)
                case "del" | "moveFrom":
                    into.append(self.left_out(child, DELETED))
                case "sdt" if child.find("sdtPr/showingPlcHdr") is not None:
                    into.append(self.left_out(child, PLACEHOLDER))
                case "sdt" | "customXml" | "sdtContent" | "ins" | "moveTo" | "smartTag":
                    self.blocks(child, into)
                case "oMathPara" | "oMath":
                    self._formula(child, self._new(into, "p"))
                case "AlternateContent":
                    self.blocks(_chosen(child), into)
                case "altChunk":
                    self._new(into, "p", {DROPPED: "embedded document"}).text = value(child, "id")

    def _new(self, into: Element, tag: str, attributes: dict[str, str] | None = None) -> Element:
        element = self.make(tag, attributes or {})
        into.append(element)
        return element

    def left_out(self, source: Element, reason: str) -> Element:
        """Return all text within `source`, marked to be left out."""
        element = self.make("span", {DROPPED: reason})
        element.text = "".join(
            " " if e.tag in ("tab", "br", "p") else e.text or "" for e in source.iter("t", "delText", "tab", "br", "p")
        )
        return element

    # Paragraphs

    def _paragraph(self, source: Element, into: Element) -> None:
        style = self.styles.name(source)
        target = self._joined
        if target is None:
            target = self._new(into, *self._form(source, style))
        deleted = source.find("pPr/rPr/del") is not None or source.find("pPr/rPr/moveFrom") is not None
        before, self._aside = self._aside, []
        self._inline(source, target, source)
        for box in self._aside:
            self.blocks(box, self._new(into, "div"))
        self._aside = before
        self._joined = target if deleted else None
        if style == "title" and not self.title and target.tag == "p":
            self.title = "".join(target.itertext())

    def _form(self, source: Element, style: str) -> tuple[str, dict[str, str]]:
        """Return the element of a paragraph, and its attributes."""
        level = self.styles.heading_level(source)
        number, at = self.styles.numbering(source)
        marker = self.numbering.marker(number, at) if number and _has_text(source) else ""
        if style.startswith("toc ") or style == "table of figures":
            return "p", {DROPPED: "table of contents"}
        if level:
            return f"h{min(level, 6)}", {MARKER: marker} if marker else {}
        if marker:
            return "p", {KIND: BlockKind.ITEM, MARKER: marker, LEVEL: str(at)}
        return ("figcaption", {}) if style == "caption" else ("p", {})

    def _inline(self, source: Element, target: Element, paragraph: Element | None) -> None:
        """Add what stands within a paragraph."""
        for child in source:
            tag = child.tag
            if tag == "r":
                self._run(child, target, paragraph)
            elif tag in ("del", "moveFrom"):
                target.append(self.left_out(child, DELETED))
            elif tag == "sdt" and child.find("sdtPr/showingPlcHdr") is not None:
                target.append(self.left_out(child, PLACEHOLDER))
            elif tag in ("oMath", "oMathPara"):
                self._formula(child, target)
            elif tag == "AlternateContent":
                self._inline(_chosen(child), target, paragraph)
            elif tag in ("ins", "moveTo"):
                self._inline(child, self._new(target, "ins"), paragraph)
            elif tag == "rt":
                _add(target, "(")
                self._inline(child, target, paragraph)
                _add(target, ")")
            elif tag in _THROUGH:
                self._inline(child, target, paragraph)

    def _formula(self, source: Element, target: Element) -> None:
        for formula in [source] if source.tag == "oMath" else source.iterchildren("oMath"):
            _add(target, f" {formula_text(formula)} ")

    def _run(self, run: Element, target: Element, paragraph: Element | None) -> None:
        reason = ""
        if self.styles.run_property(run, paragraph, "vanish"):
            reason = HIDDEN
        elif any(self.styles.run_property(run, paragraph, name) for name in ("strike", "dstrike")):
            reason = STRUCK
        elif self.styles.is_faint(run):
            reason = FAINT
        place = self.styles.run_value(run, "vertAlign")
        moved = whole(self.styles.run_value(run, "position"), 0)
        if reason:
            target = self._new(target, "span", {DROPPED: reason})
        if place == "superscript" or (not place and moved >= _RAISED):
            target = self._same_or_new(target, "sup")
        elif place == "subscript" or (not place and moved <= -_RAISED):
            target = self._same_or_new(target, "sub")
        font = self.styles.run_value(run, "rFonts", "ascii")
        self._content(run, target, font)

    def _same_or_new(self, target: Element, tag: str) -> Element:
        """Return the element at the end of `target` if it is of this name and nothing follows it, else a new one."""
        last = _last(target)
        return last if last is not None and last.tag == tag and not last.tail else self._new(target, tag)

    def _content(self, run: Element, target: Element, font: str) -> None:
        for child in run:
            text = characters_of(child, font)
            if text:
                _add(target, text)
                continue
            match child.tag:
                case "delText":
                    target.append(self.left_out(run, DELETED))
                    return
                case "br" | "cr":
                    self._new(target, "br")
                case "footnoteReference" | "endnoteReference":
                    self._note(child, target)
                case "fldChar":
                    self._field(child, target)
                case "instrText":
                    self._code(child, target)
                case "drawing" | "pict" | "object" | "AlternateContent":
                    self._drawing(_chosen(child) if child.tag == "AlternateContent" else child, target)
                case "ruby":
                    self._inline(child, target, None)

    def _note(self, reference: Element, target: Element) -> None:
        note = (reference.tag.removesuffix("Reference"), value(reference, "id"))
        if note not in self.notes:
            self.notes[note] = 1 + sum(1 for kind, _ in self.notes if kind == note[0])
        if value(reference, "customMarkFollows") in ("", "0", "false"):
            self._new(target, "a", {MARK: "1"}).text = str(self.notes[note])

    # Fields

    def _field(self, mark: Element, target: Element) -> None:
        """Add what a field of a form shows; remember the codes of fields, which run over several runs."""
        kind = value(mark, "fldCharType")
        if kind == "begin":
            self._fields.append("")
        box = mark.find("ffData/checkBox")
        if box is not None:
            state = box.find("checked") if box.find("checked") is not None else box.find("default")
            on = state is not None and value(state) not in ("0", "false", "off")
            _add(target, " ☒ " if on else " ☐ ")
        options = mark.find("ffData/ddList")
        if options is not None:
            entries = [value(entry) for entry in options.iterchildren("listEntry")]
            chosen = whole(value(options.find("result")), whole(value(options.find("default")), 0))
            for number, entry in enumerate(entries):
                shown = self._new(target, "span", {} if number == chosen else {DROPPED: "not chosen"})
                shown.text = f" {entry} "
        if kind == "end" and self._fields:
            code = self._fields.pop()
            if code.strip() and not _KNOWN_FIELDS.match(code):
                self._new(target, "span", {DROPPED: "code of a field"}).text = code

    def _code(self, child: Element, target: Element) -> None:
        if self._fields:
            self._fields[-1] += child.text or ""
        elif not _KNOWN_FIELDS.match(child.text or ""):
            self._new(target, "span", {DROPPED: "code of a field"}).text = child.text

    # Drawings and tables

    def _drawing(self, source: Element, target: Element) -> None:
        """Add the description of a picture; keep its text boxes for below the paragraph."""
        for element in _outside_boxes(source):
            if element.tag == "docPr":
                text = value(element, "descr") or value(element, "title")
                self._new(target, "img", {"alt": text})
            elif element.tag == "OLEObject":
                self._new(target, "span", {DROPPED: "embedded object"}).text = value(element, "ProgID")
            elif element.tag == "txbxContent":
                self._aside.append(element)

    def _table(self, source: Element, into: Element) -> None:
        def blocks(cell: Element, made: Element) -> None:
            self.blocks(cell, made)
            self._joined = None

        add_rows(source, self._new(into, "table"), blocks, self.left_out)


def _add(target: Element, text: str) -> None:
    """Add text at the end of an element."""
    last = _last(target)
    if last is None:
        target.text = (target.text or "") + text
    else:
        last.tail = (last.tail or "") + text


def _last(target: Element) -> Element | None:
    return next(target.iterchildren(reversed=True), None)


def _has_text(paragraph: Element) -> bool:
    return next(paragraph.iter("t", "delText", "sym", "oMath", "drawing"), None) is not None


def _chosen(alternatives: Element) -> Element:
    """Return the first of several forms of the same content."""
    first = alternatives.find("Choice")
    if first is None:
        first = alternatives.find("Fallback")
    return alternatives if first is None else first


def _outside_boxes(source: Element) -> Iterator[Element]:
    """Yield the elements of a drawing: those within its text boxes not, nor a second form of the same content."""
    for child in source:
        if child.tag == "Fallback" and source.find("Choice") is not None:
            continue
        yield child
        if child.tag != "txbxContent":
            yield from _outside_boxes(child)
