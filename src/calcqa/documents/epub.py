"""Loads books in EPUB (2 and 3): their chapters in the order of reading, through the same walk as web pages.

Does: title, authors, publisher, year and rights as metadata; notes marked as references. Reported as left out: tables
of contents, page numbers of the printed book, what `tree.py` leaves out of a page. Does not: read what is encrypted,
or pictures.
"""

from __future__ import annotations

import posixpath
import re
from typing import Any
from urllib.parse import unquote

from calcqa.documents import messages
from calcqa.documents.archive import Archive, opened
from calcqa.documents.base import HEADING, Loaded, build
from calcqa.documents.repair import squeeze
from calcqa.documents.tree.collected import references_known
from calcqa.documents.tree.markup import parsed_html, parsed_xml, text_of_markup
from calcqa.documents.tree.visibility import by_sheets
from calcqa.documents.tree.walk import DROPPED, MARK, Walk
from calcqa.errors import DocumentError

Element = Any

_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
_METADATA = {"creator": "authors", "publisher": "publisher", "date": "year", "rights": "licence", "identifier": "id"}
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_PAGES = frozenset({"pagebreak", "doc-pagebreak", "page-list"})
_NOTES = frozenset({"noteref", "doc-noteref", "biblioref", "doc-biblioref"})
_CONTENTS = frozenset({"toc", "landmarks", "doc-toc", "loi", "lot"})


def load_epub(data: bytes, source: str) -> Loaded:
    """Load a book; `source` is the file's name. The title is the book's.

    Raises `DocumentError` if it is none, encrypted, damaged, larger than its bounds unpacked, or has no text.
    """
    archive = opened(data, source, "book in EPUB")
    if _CONTAINER not in archive:
        raise archive.broken(f"it has no {_CONTAINER}")
    rootfile = next(_xml(archive, _CONTAINER).iter("rootfile"), None)
    if rootfile is None:
        raise archive.broken("it names no list of its contents")
    path = rootfile.get("full-path") or ""
    package = _xml(archive, path)
    title, metadata = _described(package)
    walk = Walk()
    locked = _encrypted(archive)
    sheets: dict[str, str] = {}
    for chapter in _chapters(package, path, archive):
        if chapter in locked:
            raise DocumentError(messages.LOCKED.format(name=source))
        _read(archive, chapter, walk, sheets)
    first = walk.parts[0] if walk.parts else None
    if first and title and first.kind is HEADING and first.text.casefold() == title.casefold():
        walk.parts.pop(0)
    return build(source, title or None, references_known(walk.parts), metadata, walk.dropped, walk.gone)


def _xml(archive: Archive, name: str) -> Element:
    """Return the root of a part in XML, its elements under their names without namespaces."""
    root = parsed_xml(archive.read(name), archive.name)
    for element in root.iter():
        if isinstance(element.tag, str) and "MathML" not in element.tag:
            element.tag = element.tag.rpartition("}")[2]
    return root


def _described(package: Element) -> tuple[str, dict[str, str]]:
    metadata: dict[str, str] = {}
    title = ""
    for element in package.iterfind("metadata/*"):
        text = squeeze("".join(element.itertext())) if isinstance(element.tag, str) else ""
        name = _METADATA.get(element.tag) if text else None
        if text and element.tag == "title":
            title = title or text
        elif name == "authors" and "authors" in metadata:
            metadata[name] += f", {text}"
        elif name:
            metadata.setdefault(name, text)
    if "year" in metadata:
        year = _YEAR.search(metadata["year"])
        metadata |= {"year": year[0]} if year else {}
    return title, metadata


def _encrypted(archive: Archive) -> set[str]:
    if _ENCRYPTION not in archive:
        return set()
    return {unquote(e.get("URI") or "") for e in _xml(archive, _ENCRYPTION).iter("CipherReference")}


def _chapters(package: Element, path: str, archive: Archive) -> list[str]:
    """Return the names of the chapters in the order of reading.

    Raises `DocumentError` where the list names a chapter that is not there.
    """
    items = {item.get("id"): item for item in package.iterfind("manifest/item")}
    chapters = []
    for reference in package.iterfind("spine/itemref"):
        item = items.get(reference.get("idref"))
        if item is None:
            raise archive.broken("its order of reading names a chapter that its contents lack")
        kind = item.get("media-type") or ""
        if "html" in kind or "xml" in kind:
            name = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(item.get("href") or "")))
            chapters.append(name)
    return chapters


def _read(archive: Archive, name: str, walk: Walk, sheets: dict[str, str]) -> None:
    data = archive.read(name)
    try:
        root = _xml(archive, name)
    except DocumentError:  # books are not always XML, though they should be
        root = parsed_html(text_of_markup(data, archive.name), archive.name)
    body = root.find("body") if root.tag == "html" else root
    walk.hides = by_sheets(root, _sheets(archive, name, root, sheets))
    for element in body.iter() if body is not None else ():
        if isinstance(element.tag, str):
            _prepare(element)
    if body is not None:
        walk.read(body)


def _sheets(archive: Archive, name: str, root: Element, read: dict[str, str]) -> str:
    """Return the style sheets that a chapter names, as far as the book has them; `read` keeps all."""
    links = (e.get("href") or "" for e in root.iter("link") if "stylesheet" in (e.get("rel") or "").lower().split())
    paths = [posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(link))) for link in links]
    paths = [path for path in paths if path in archive]
    for path in paths:
        if path not in read:
            read[path] = archive.read(path).decode("utf-8", "replace")
    return "\n".join(read[path] for path in paths)


def _prepare(element: Element) -> None:
    """Mark what is told by its type: page numbers, links to notes, tables of contents."""
    types = {*_type(element), *(element.get("role") or "").split()}
    if types & _PAGES:
        element.set(DROPPED, "page number")
    elif types & _NOTES:
        element.set(MARK, "1")
    elif types & _CONTENTS and element.tag == "nav":
        element.set(DROPPED, "table of contents")


def _type(element: Element) -> list[str]:
    return next((v.split() for key, v in element.attrib.items() if key.endswith("}type") or key == "epub:type"), [])
