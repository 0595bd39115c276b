"""The elements of JATS under the names of HTML, with what HTML has no name for as attributes of `tree.py`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from calcqa.documents.jats.citations import citation_line
from calcqa.documents.repair import squeeze
from calcqa.documents.tree.formulas import tex_text
from calcqa.documents.tree.walk import DROPPED, KIND, MARK, MARKER
from calcqa.language.english import ENGLISH
from calcqa.types import BlockKind

Element = Any

_INLINE = (
    "abbrev chem-struct email ext-link fixed-case funding-source award-id inline-formula inline-supplementary-material"
    " institution monospace named-content overline related-article related-object roman sans-serif sc styled-content"
    " uri x date-in-citation"
).split()
_RENAMED = {
    **dict.fromkeys(_INLINE, "span"),
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strike": "s",
    "break": "br",
    "list-item": "li",
    "disp-quote": "blockquote",
    "preformat": "pre",
    "def-list": "dl",
    "def": "dd",
    "verse-line": "p",
}
_HEADED = frozenset(
    "abstract trans-abstract sec ack app app-group ref-list glossary fn-group notes bio boxed-text floats-group".split()
)
"""Elements whose title is a heading."""
_LEFT_OUT = {
    "object-id": "identifier",
    "issue-id": "identifier",
    "permissions": "permissions",
    "private-char": "picture",
    "sub-article": "another text that comes with the article",
    "response": "another text that comes with the article",
    "trans-abstract": "translation",
    "index-term": "entry of an index",
}
_LISTS = {
    "order": ("ol", ""),
    "alpha-lower": ("ol", "a"),
    "alpha-upper": ("ol", "A"),
    "roman-lower": ("ol", "i"),
    "roman-upper": ("ol", "I"),
}
_THANKS = frozenset(
    "conflict con COI-statement financial-disclosure supported-by ethics-statement participating-researchers".split()
)


def renamed(article: Element) -> Iterator[tuple[Element, str]]:
    """Yield the elements that HTML calls something else, with its name; prepare those whose parts change places."""
    for element in list(article.iter()):
        tag = element.tag
        if not isinstance(tag, str):
            continue
        if tag in _RENAMED:
            yield element, _RENAMED[tag]
        elif reason := _LEFT_OUT.get(tag):
            element.set(DROPPED, reason)
        elif handle := _HANDLERS.get(tag):
            yield element, handle(element) or tag


def _title(element: Element) -> str:
    parent = element.getparent()
    if parent.tag not in _HEADED:
        return "span" if parent.tag == "caption" else "p"
    label = parent.find("label")
    if label is not None and parent.tag != "ref-list":
        _put_before(element, f"{squeeze(''.join(label.itertext()))} ")
        _remove(label)
    return f"h{_level(parent)}"


def _level(element: Element) -> int:
    """Return the level of the heading of `element`, from 2, the title's being 1."""
    return min(6, 2 + sum(1 for above in element.iterancestors() if above.tag in _HEADED))


def _headed(element: Element) -> str:
    """Give a section that has no heading the one that is customary; keep the kind of what stands in it."""
    tag = element.tag
    if tag == "ack":
        element.set(KIND, BlockKind.ACKNOWLEDGEMENT)
    has_title = element.find("title") is not None or element.find("caption/title") is not None
    if not has_title and tag in ENGLISH.untitled_sections and len(element) and not element.get(DROPPED):
        title = element.makeelement(f"h{_level(element)}")
        title.text = ENGLISH.untitled_sections[tag]
        element.insert(0, title)
    return "div"


def _list(element: Element) -> str:
    form = element.get("list-type") or ""
    tag, numbers = _LISTS.get(form, ("ul", ""))
    if numbers:
        element.set("type", numbers)
    for item in element.iterchildren("list-item"):
        label = item.find("label")
        if label is not None:
            item.set(MARKER, f"{squeeze(''.join(label.itertext()))} ".lstrip())
            _remove(label)
        elif form == "simple":
            item.set(MARKER, "")
    return tag


def _floating(element: Element) -> str:
    """Put the label of a figure, table or box before its caption, with a colon as in 'Table 1: Patients'."""
    label, caption = element.find("label"), element.find("caption")
    if caption is None and label is not None:
        label.tag = "figcaption"
    elif caption is not None:
        element.remove(caption)
        element.insert(0, caption)
        title = caption.find("title")
        if title is not None and (text := "".join(title.itertext()).rstrip()) and len(caption) > 1:
            title.tail = (" " if text[-1] in ".:;?!" else ". ") + (title.tail or "")
        if label is not None and (text := squeeze("".join(label.itertext()))):
            _put_before(caption, text + (" " if text[-1] in ".:|" else ": "))
            _remove(label)
    return "div"


def _caption(element: Element) -> str:
    return "div" if element.getparent().tag == "boxed-text" and element.find("title") is not None else "figcaption"


def _boxed(element: Element) -> str:
    caption = element.find("caption")
    if caption is not None and caption.find("title") is not None:
        for title in caption.findall("title"):
            title.tag = f"h{_level(element)}"
        return "div"
    return _headed(element)


def _label(element: Element) -> str:
    element.tail = " " + (element.tail or "")
    return "span"


def _note(element: Element) -> str:
    thanks = element.get("fn-type") in _THANKS
    element.set(KIND, BlockKind.ACKNOWLEDGEMENT if thanks else BlockKind.PARAGRAPH)
    element.set(MARKER, "")
    return "div"


def _reference(element: Element) -> str:
    label = element.find("label")
    marker = squeeze("".join(label.itertext())) if label is not None else ""
    element.set(KIND, BlockKind.REFERENCE)
    element.set(MARKER, f"{marker}{'.' if marker.isdigit() else ''} " if marker else "")
    if label is not None:
        _remove(label)
    for citation in element.iter("mixed-citation", "element-citation", "citation", "nlm-citation"):
        citation_line(citation)
    return "div"


def _cross_reference(element: Element) -> str:
    kind, parent = element.get("ref-type"), element.getparent()
    if kind in ("bibr", "fn"):
        element.set(MARK, "1")
    before = element.getprevious()
    text = (before.tail if before is not None else parent.text) or ""
    if kind in ("fn", "table-fn") and parent.tag != "sup" and text[-1:].strip():
        return "sup"  # glued to a number, it would make another number of it
    return "span"


def _term(element: Element) -> str:
    return "dt" if element.getparent().tag == "def-item" else "span"


def _tex(element: Element) -> str:
    """Read TeX only where there is no other form of the formula."""
    element.text = tex_text("".join(element.itertext()))
    del element[:]
    if any("MathML" in str(other.tag) for other in element.getparent()):
        element.set(DROPPED, "the same formula in TeX")
    return "span"


def _formula_picture(element: Element) -> str:
    """Report a formula that is a picture only."""
    if element.getparent().tag in ("disp-formula", "inline-formula") and not any(
        str(other.tag).rpartition("}")[2] in ("math", "tex-math") for other in element.getparent()
    ):
        names = [value for key, value in element.attrib.items() if key.endswith("href")]
        element.text = " ".join([*names, element.text or ""])
        element.set(DROPPED, "formula as a picture")
    return "div" if element.tag == "graphic" else "span"


def _alternative_text(element: Element) -> str:
    whole = "".join(element.getparent().getparent().itertext()) if element.getparent() is not None else ""
    text = squeeze("".join(element.itertext()))
    if squeeze(whole).count(text) > 1:
        element.set(DROPPED, "repeated")
    return "p"


def _alternatives(element: Element) -> str:
    """Take the first of several forms that has text."""
    return "span" if element.getparent().tag in ("inline-formula", "disp-formula") else "div"


def _put_before(element: Element, text: str) -> None:
    element.text = text + (element.text or "").lstrip()


def _remove(element: Element) -> None:
    """Take an element out, but not the text that follows it."""
    parent, before = element.getparent(), element.getprevious()
    if element.tail and element.tail.strip():
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


_HANDLERS = {
    "title": _title,
    "list": _list,
    **dict.fromkeys(
        ("fig", "table-wrap", "supplementary-material", "media", "fig-group", "table-wrap-group"), _floating
    ),
    **dict.fromkeys(("abstract", "ack", "app", "ref-list", "glossary", "fn-group", "floats-group"), _headed),
    "boxed-text": _boxed,
    "caption": _caption,
    "label": _label,
    "fn": _note,
    "ref": _reference,
    "term": _term,
    "xref": _cross_reference,
    "tex-math": _tex,
    "graphic": _formula_picture,
    "inline-graphic": _formula_picture,
    "alt-text": _alternative_text,
    "alternatives": _alternatives,
}
