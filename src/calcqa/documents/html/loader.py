"""Loads web pages as they are saved: HTML, with the main text told from what stands around it.

Does: encodings as browsers read them; headings, paragraphs, lists, tables, captions, forms as they are filled in; the
page's own metadata. Reported as left out: navigation, side columns, page footers and what stands outside the main text
(`page_furniture`), what is hidden or struck out, scripts, comments, controls, and tags that HTML does not know, which
may be a comparison ('p<n'). Does not: run scripts, load style sheets or frames, or follow links.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from calcqa.documents.base import HEADING, Loaded, Part, build
from calcqa.documents.html.furniture import set_apart
from calcqa.documents.repair import squeeze
from calcqa.documents.tree.collected import references_known
from calcqa.documents.tree.markup import parsed_html, text_of_markup
from calcqa.documents.tree.visibility import by_sheets
from calcqa.documents.tree.walk import Walk
from calcqa.language.characters import clean_characters
from calcqa.types import Dropped

Element = Any

_METADATA = {
    "authors": ("citation_author", "citation_authors", "dc.creator", "author"),
    "journal": ("citation_journal_title", "prism.publicationname"),
    "year": ("citation_publication_date", "citation_date", "citation_year", "dc.date", "article:published_time"),
    "volume": ("citation_volume",),
    "issue": ("citation_issue",),
    "doi": ("citation_doi", "dc.identifier"),
    "licence": ("dc.rights", "copyright"),
}
_ON_TOP = 300  # characters that may stand before a title: a date, a kicker, the name of a hospital
_TITLES = ("citation_title", "dc.title", "og:title")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_KNOWN = frozenset(
    "a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body"
    " br button canvas caption center cite code col colgroup command content data datalist dd del details dfn dialog"
    " dir div dl dt element em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head"
    " header hgroup hr html i iframe image img input ins isindex kbd keygen label legend li link listing main map mark"
    " marquee math menu menuitem meta meter multicol nav nextid nobr noembed noframes noscript object ol optgroup"
    " option output p param picture plaintext portal pre progress q rb rbc rp rt rtc ruby s samp script search section"
    " select shadow slot small source spacer span strike strong style sub summary sup svg table tbody td template"
    " textarea tfoot th thead time title tr track tt u ul var video wbr xmp".split()
)


def load_html(data: bytes, source: str) -> Loaded:
    """Load a web page; `source` is the file's name. The title is the heading of level 1 on top, else the page's.

    Raises `DocumentError` if it is not text in its encoding, has elements without bounds, or has no text.
    """
    root = parsed_html(text_of_markup(data, source), source)
    walk = Walk(hides=by_sheets(root))
    head, body = root.find("head"), root.find("body")
    titles, metadata = described(head) if head is not None else ([], {})
    walk.dropped += unknown_tags(root)
    if body is not None:
        set_apart(body)
    for element in root:
        if element is head:
            for child in head:
                if child.tag not in ("title", "meta", "link", "base"):
                    walk.read(child)
        else:
            walk.read(element)
    title = titled(walk, titles)
    return build(source, title or None, references_known(walk.parts), metadata, walk.dropped, walk.gone)


def titled(walk: Walk, titles: list[str]) -> str:
    """Return the title, and take it out of the parts: their only heading of level 1, else the best of `titles`.

    What was not used of `titles` is reported.
    """
    first = [part for part in walk.parts if part.kind is HEADING and part.level == 1]
    same = [part for part in first if part.text.casefold() in map(str.casefold, titles)]
    chosen: Part | None = first[0] if len(first) == 1 else same[0] if same else None
    if chosen and stands_on_top(chosen, walk.parts):
        walk.parts.remove(chosen)
    else:
        chosen = None
    title = chosen.text if chosen else titles[0] if titles else ""
    walk.dropped += (Dropped(t, "title of the page") for t in titles if t.casefold() != title.casefold())
    return title


def stands_on_top(title: Part, parts: list[Part]) -> bool:
    """Say whether no heading and but little text stands before a title, so that it may be set before that."""
    before = parts[: next(number for number, part in enumerate(parts) if part is title)]
    return not any(part.kind is HEADING for part in before) and sum(len(part.text) for part in before) <= _ON_TOP


def described(head: Element) -> tuple[list[str], dict[str, str]]:
    """Return the titles that the head of a page gives, the best first, and its metadata."""
    values: dict[str, list[str]] = {}
    for meta in head.iter("meta"):
        name, content = (meta.get("name") or meta.get("property") or "").lower(), _line(meta.get("content"))
        if name and content:
            values.setdefault(name, []).append(content)
    titles = [values[name][0] for name in _TITLES if name in values]
    titles += [text for title in head.iter("title") if (text := _line("".join(title.itertext())))]
    metadata = {}
    for field, names in _METADATA.items():
        if given := next((values[name] for name in names if name in values), None):
            metadata[field] = ", ".join(given) if field == "authors" else given[0]
    if "year" in metadata:
        year = _YEAR.search(metadata["year"])
        metadata |= {"year": year[0]} if year else {}
    pages = [values[name][0] for name in ("citation_firstpage", "citation_lastpage") if name in values]
    if pages:
        metadata["pages"] = "–".join(dict.fromkeys(pages))
    return list(dict.fromkeys(titles)), metadata


def unknown_tags(root: Element) -> Iterator[Dropped]:
    """Yield the tags that HTML does not know, as far as they may be text: 'p<n and x' is read as a tag 'n'."""
    for element in root.iter():
        tag = element.tag
        if isinstance(tag, str) and tag not in _KNOWN and tag.isalnum() and not _in_other_markup(element):
            attributes = " ".join(f'{k}="{v}"' if v else k for k, v in element.attrib.items())
            yield Dropped(_line(f"<{tag} {attributes}".rstrip() + ">"), "a tag that HTML does not know")


def _in_other_markup(element: Element) -> bool:
    return any(above.tag in ("svg", "math") for above in element.iterancestors())


def _line(text: str | None) -> str:
    return squeeze(clean_characters(text or "", Counter()))
