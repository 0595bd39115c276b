"""Loads articles in JATS, the XML of PubMed Central and of most journals, NLM's older form of it included.

Does: sections with their headings, the abstract once, lists, tables with caption and header, captions of figures (those
of a `floats-group` at the end), boxes, formulas, notes, thanks and funding, references; authors, journal, year, DOI and
licence as metadata (`jats_front.py`). Reported as left out: the rest of the front matter, pictures of formulas,
translations and reviews that come with the article. Does not: fetch anything, or read a DTD.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from calcqa.documents import messages
from calcqa.documents.base import HEADING, Loaded, build
from calcqa.documents.jats.elements import renamed
from calcqa.documents.jats.front import front_matter
from calcqa.documents.tree.collected import references_known
from calcqa.documents.tree.markup import parsed_xml
from calcqa.documents.tree.walk import DROPPED, Walk
from calcqa.errors import DocumentError

Element = Any

_OTHER_ABSTRACTS = frozenset({"graphical", "toc", "teaser", "web-summary"})
_ARTICLE = re.compile(r"(?:\{[^}]*\})?article")


def load_jats(data: bytes, source: str) -> Loaded:
    """Load an article; `source` is the file's name. The title is the article's.

    Raises `DocumentError` if it is broken XML, no article or several, or has no text.
    """
    root = parsed_xml(data, source)
    article = _article(root, source)
    for element in article.iter():
        if isinstance(element.tag, str) and "MathML" not in element.tag:
            element.tag = element.tag.rpartition("}")[2]
    walk = Walk()
    front = article.find("front")
    title, metadata = front_matter(front, walk) if front is not None else ("", {})
    metadata |= _kinds(article, walk)
    abstracts = list(_abstracts(article))
    for element, tag in list(renamed(article)):
        element.tag = tag
    for element in [*abstracts, *(e for e in article if e is not front)]:
        walk.read(element)
    if title and walk.parts and walk.parts[0].kind is HEADING and walk.parts[0].text.casefold() == title.casefold():
        walk.parts.pop(0)
    return build(source, title or None, references_known(walk.parts), metadata, walk.dropped, walk.gone)


def _article(root: Element, source: str) -> Element:
    articles = [root] if _ARTICLE.fullmatch(str(root.tag)) else list(root.iter("{*}article"))
    articles = [a for a in articles if a.find("{*}front") is not None or a.find("{*}body") is not None]
    if len(articles) > 1:
        problem = f"it holds {len(articles)} articles; give each a file of its own"
        raise DocumentError(messages.NOT_THE_KIND.format(name=source, kind="article", problem=problem))
    if not articles:
        raise DocumentError(messages.NOT_JATS.format(name=source))
    return articles[0]


def _kinds(article: Element, walk: Walk) -> dict[str, str]:
    """Return what the file says of the kind of its sections, as metadata: 'Patients: methods'."""
    kinds = []
    for section in article.iter("sec"):
        kind, title = section.get("sec-type"), section.find("title")
        if kind and title is not None:
            kinds.append(f"{walk.line(title)}: {kind}")
    return {"section_kinds": "; ".join(kinds)} if kinds else {}


def _abstracts(article: Element) -> Iterator[Element]:
    """Yield the abstracts; those that only repeat another, or are in another language, are to be left out."""
    read = ""
    for abstract in article.iterfind("front/article-meta/*"):
        if abstract.tag not in ("abstract", "trans-abstract"):
            continue
        words = re.sub(r"\W+", "", "".join(abstract.itertext()))
        if abstract.get("abstract-type") in _OTHER_ABSTRACTS:
            abstract.set(DROPPED, "another abstract")
        elif words and words in read:
            abstract.set(DROPPED, "repeated")
        read += words
        yield abstract
