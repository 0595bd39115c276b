"""Loads Word files (`.docx`, ISO Strict ones too): the text as Word shows it, with all changes accepted.

Does: headings by style or outline, lists with the numbers that Word counts, tables with merged cells, captions, text
boxes (below their paragraph), footnotes and endnotes (at the end), formulas, fields and forms as filled in, characters
of symbol fonts. Reported as left out: tracked deletions, hidden and struck-out text, comments, headers and footers,
tables of contents, charts and diagrams. Does not: show pictures, run macros, or read the older `.doc`.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import Any

from calcqa.documents.archive import Archive, opened
from calcqa.documents.base import HEADING, Loaded, build
from calcqa.documents.docx.body import Body
from calcqa.documents.docx.styles import Numbering, Styles, value
from calcqa.documents.html.loader import stands_on_top
from calcqa.documents.repair import squeeze
from calcqa.documents.tree.collected import references_known
from calcqa.documents.tree.markup import lxml, parsed_xml
from calcqa.documents.tree.walk import KIND, MARKER, Walk
from calcqa.language.characters import clean_characters
from calcqa.language.english import ENGLISH
from calcqa.types import BlockKind, Dropped

Element = Any

_FIRST = re.compile(r"(?:.*/)?document\d*\.xml")
_ASIDE = (
    (re.compile(r"(?:.*/)?header\d*\.xml"), "page header"),
    (re.compile(r"(?:.*/)?footer\d*\.xml"), "page footer"),
    (re.compile(r"(?:.*/)?comments\.xml"), "comment"),
    (re.compile(r"(?:.*/)?charts/chart\d*\.xml"), "chart"),
    (re.compile(r"(?:.*/)?diagrams/data\d*\.xml"), "diagram"),
)
_APART = frozenset({"separator", "continuationSeparator", "continuationNotice"})
_NOTES = {"footnote": "fn-group", "endnote": "en-group"}


def load_docx(data: bytes, source: str) -> Loaded:
    """Load a Word file; `source` is the file's name.

    The title is the paragraph of the style Title, else a first heading that has no other of its level, else that in the
    file's properties.

    Raises `DocumentError` if it is none, encrypted, damaged, larger than its bounds unpacked, or has no text.
    """
    archive = opened(data, source, "Word file")
    main = _main(archive)
    folder = posixpath.dirname(main)
    document = _part(archive, main)
    content = document.find("body")
    if content is None:
        raise archive.broken("it has no text body")
    etree = lxml(source)
    numbering = _beside(archive, folder, "numbering.xml")
    body = Body(etree.Element, Styles(_beside(archive, folder, "styles.xml")), Numbering(numbering))
    root = etree.Element("div")
    body.blocks(content, root)
    _add_notes(body, root, archive, folder)
    walk = Walk()
    walk.read(root)
    _report_aside(archive, walk)
    metadata = _properties(archive)
    title = _title(body, walk, metadata.pop("title", ""))
    return build(source, title or None, references_known(walk.parts), metadata, walk.dropped, walk.gone)


def _main(archive: Archive) -> str:
    """Return the name of the part that holds the text, as the package says."""
    if "_rels/.rels" in archive:
        for relation in _part(archive, "_rels/.rels"):
            if value(relation, "Type").endswith("/officeDocument"):
                name = posixpath.normpath(value(relation, "Target").lstrip("/"))
                if not _FIRST.fullmatch(name):
                    raise archive.broken("it is a file of another program")
                return name
    if "word/document.xml" in archive:
        return "word/document.xml"
    raise archive.broken("it has no word/document.xml")


def _part(archive: Archive, name: str) -> Element:
    """Return the root of a part, its elements under their names without namespaces."""
    root = parsed_xml(archive.read(name), archive.name)
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return root


def _beside(archive: Archive, folder: str, name: str) -> Element | None:
    path = posixpath.join(folder, name)
    return _part(archive, path) if path in archive else None


def _add_notes(body: Body, root: Element, archive: Archive, folder: str) -> None:
    """Add the notes that the text refers to, under a heading of their own; others are left out."""
    for kind, heading in _NOTES.items():
        part = _beside(archive, folder, f"{kind}s.xml")
        if part is None:
            continue
        notes = {value(n, "id"): n for n in part.iterchildren(kind) if value(n, "type") not in _APART}
        referred = [id_ for k, id_ in body.notes if k == kind and id_ in notes]
        if referred:
            title = root.makeelement("h1")
            title.text = ENGLISH.untitled_sections[heading]
            root.append(title)
        for number, id_ in enumerate(referred, 1):
            item = root.makeelement("div", {KIND: BlockKind.ITEM, MARKER: f"{number}. "})
            root.append(item)
            body.blocks(notes.pop(id_), item)
        for note in notes.values():
            root.append(body.left_out(note, "note to which nothing refers"))


def _report_aside(archive: Archive, walk: Walk) -> None:
    """Report the text of parts beside the body, each only once."""
    seen: set[str] = set()
    for name in archive.names:
        reason = next((reason for pattern, reason in _ASIDE if pattern.fullmatch(name)), "")
        if not reason:
            continue
        root = _part(archive, name)
        for group in root.iter("comment") if reason == "comment" else [root]:
            pieces = (
                " " if e.tag in ("p", "tab", "br", "pt") else e.text or ""
                for e in group.iter("t", "v", "delText", "p", "tab", "br", "pt")
            )
            text = squeeze(clean_characters("".join(pieces), Counter()))
            if text and text not in seen:
                seen.add(text)
                walk.dropped.append(Dropped(text, reason))


def _properties(archive: Archive) -> dict[str, str]:
    """Return the title, the key words and the day of the last change, as the file's properties have them."""
    if "docProps/core.xml" not in archive:
        return {}
    root = _part(archive, "docProps/core.xml")
    names = {"title": "title", "keywords": "keywords", "modified": "changed"}
    return {key: text for name, key in names.items() if (text := squeeze(root.findtext(name) or ""))}


def _title(body: Body, walk: Walk, given: str) -> str:
    """Return the title, and take it out of the parts; a title in the properties that is not used is reported."""
    title = squeeze(clean_characters(body.title))
    first = walk.parts[0] if walk.parts else None
    if title:
        same = next(
            (p for p in walk.parts if squeeze(clean_characters(p.text)) == title and p.kind is not HEADING), None
        )
        if same and stands_on_top(same, walk.parts):
            walk.parts.remove(same)
    elif (
        first
        and first.kind is HEADING
        and not any(p.kind is HEADING and p.level <= first.level for p in walk.parts[1:])
    ):
        title = first.text
        walk.parts.pop(0)
    if given and title and given.casefold() != title.casefold():
        walk.dropped.append(Dropped(given, "title in the file's properties"))
    return title or given
