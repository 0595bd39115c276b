"""The front matter of an article in JATS as metadata; what is not kept there is reported as left out."""

from __future__ import annotations

import re
from typing import Any

from calcqa.documents.jats.citations import person
from calcqa.documents.repair import squeeze
from calcqa.documents.tree.walk import Walk

Element = Any

DETAILS = "publication details"

_FIELDS = {
    "journal": ("journal-meta//journal-title", "journal-meta//abbrev-journal-title"),
    "journal_abbreviation": ("journal-meta/journal-id[@journal-id-type='nlm-ta']",),
    "volume": ("article-meta/volume",),
    "issue": ("article-meta/issue",),
    "doi": ("article-meta/article-id[@pub-id-type='doi']",),
    "pmid": ("article-meta/article-id[@pub-id-type='pmid']",),
    "pmcid": ("article-meta/article-id[@pub-id-type='pmc']", "article-meta/article-id[@pub-id-type='pmcid']"),
    "copyright": ("article-meta/permissions/copyright-statement", "article-meta/copyright-statement"),
    "article_type": ("article-meta/article-categories/subj-group[@subj-group-type='heading']/subject",),
}
"""Where each field of the metadata stands; the first place that has text counts."""
_DATES = ("ppub", "collection", "epub-ppub", "epub", "pub", "")
"""Kinds of dates of publication, that of the printed issue first: it is what references name."""
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_READ = frozenset({"abstract", "trans-abstract"})
_HREF = "{http://www.w3.org/1999/xlink}href"


def front_matter(front: Element, walk: Walk) -> tuple[str, dict[str, str]]:
    """Return the title and the metadata of an article; all else, but its abstracts, is reported to `walk`."""
    kept: list[Element] = []
    metadata: dict[str, str] = {}

    def keep(name: str, element: Element | None) -> None:
        if element is not None and name not in metadata and (text := walk.line(element)):
            metadata[name] = text
            kept.append(element)

    titles = front.find("article-meta/title-group")
    title = _title(titles, walk, kept) if titles is not None else ""
    for name, paths in _FIELDS.items():
        for path in paths:
            keep(name, front.find(path))
    authors = [c for c in front.iterfind("article-meta//contrib") if c.get("contrib-type", "author") == "author"]
    if names := [name for author in authors if (name := _name(author))]:
        metadata["authors"] = ", ".join(names)
    _dated(front, metadata)
    _licensed(front, metadata, walk, kept)
    if words := [word for k in front.iterfind("article-meta/kwd-group/kwd") if (word := walk.line(k))]:
        metadata["keywords"] = ", ".join(words)
        kept += front.iterfind("article-meta/kwd-group/kwd")
    _pages(front, metadata, kept)
    _report(front, walk, set(kept))
    return title, metadata


def _title(titles: Element, walk: Walk, kept: list[Element]) -> str:
    parts = []
    for tag in ("article-title", "subtitle"):
        for element in titles.iterfind(tag):
            for note in [*element.iter("xref"), *element.iter("fn")]:
                note.set("hidden", "")
            parts.append(walk.line(element))
            kept.append(element)
    texts = [text for text in parts if text]
    return "".join(text + ("" if last else " " if text[-1] in ":.?!" else ": ") for text, last in _with_last(texts))


def _with_last(texts: list[str]) -> list[tuple[str, bool]]:
    return [(text, number == len(texts) - 1) for number, text in enumerate(texts)]


def _name(author: Element) -> str:
    for tag in ("name", "string-name", "collab"):
        if (element := author.find(f".//{tag}")) is not None:
            return person(element)
    return ""


def _dated(front: Element, metadata: dict[str, str]) -> None:
    dates = {d.get("pub-type") or d.get("date-type") or "": d for d in front.iterfind("article-meta/pub-date")}
    for kind in (*_DATES, *dates):
        year = _YEAR.search(dates[kind].findtext("year") or "") if kind in dates else None
        if year:
            metadata["year"] = year[0]
            return


def _licensed(front: Element, metadata: dict[str, str], walk: Walk, kept: list[Element]) -> None:
    for element in front.iterfind("article-meta/permissions/license"):
        links = [element.get(_HREF) or "", *(link.get(_HREF) or "" for link in element.iter("ext-link"))]
        text = walk.line(element)
        link = next((link for link in links if link and link not in text), "")
        if licence := squeeze(f"{text} {link}"):
            metadata["licence"] = licence
            kept.append(element)
            return


def _pages(front: Element, metadata: dict[str, str], kept: list[Element]) -> None:
    first, last = front.find("article-meta/fpage"), front.find("article-meta/lpage")
    number = front.find("article-meta/elocation-id")
    texts = [squeeze(e.text or "") for e in (first, last) if e is not None]
    if texts:
        metadata["pages"] = "–".join(dict.fromkeys(texts))
    elif number is not None:
        metadata["pages"] = squeeze(number.text or "")
    kept += [e for e in (first, last, None if texts else number) if e is not None]


def _report(front: Element, walk: Walk, kept: set[Element]) -> None:
    """Report what is in the front matter, but not in the metadata: affiliations, dates, identifiers, notes."""
    for group in front:
        for element in group if isinstance(group.tag, str) else ():
            if not isinstance(element.tag, str) or element.tag in _READ or element in kept:
                continue
            hidden = [inner for inner in element.iter() if inner in kept]
            for inner in hidden:
                parent = inner.getparent()
                tail = inner.tail
                place = parent.index(inner)
                parent.remove(inner)
                if tail and place:
                    parent[place - 1].tail = (parent[place - 1].tail or "") + tail
            walk.leave_out(element, DETAILS)
