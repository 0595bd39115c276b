"""A document as HTML: typeset, with its outline, and quoted spans in <mark>.

Does: place highlights by offsets, and escape every text (a document is hostile input). Does not: search for quotes, or
know which page it ends up on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from markupsafe import Markup, escape

from calcqa import messages
from calcqa.rendering.phrases import mark_id, section_id
from calcqa.types import Document, Span

_FEWEST = 2  # sections that make an outline
_ITEM = re.compile(r"\s*(?:[•‣◦*–-]|\d{1,3}[.)])\s+\S")


def document_html(document: Document, highlights: Iterable[Span] = ()) -> Markup:
    """Return the whole document typeset, every span of `highlights` in <mark>.

    A span that runs over several lines, or overlaps another, becomes several marks: each carries in `data-cites` the
    ids (`mark_id`) of all spans it belongs to, and each id stands once, where its span begins. The visible words are
    those of `document.text` and no others. Raises ValueError if a span does not lie within the text.
    """
    marks = _Marks(document, highlights)
    headings = {s.start: s for s in document.sections}
    parts: list[Markup] = []
    for kind, lines in groupby(_lines(document.text, headings), key=lambda line: line[0]):
        spans = [span for _, span in lines]
        if kind == "heading":
            parts += [_heading_html(document, headings[s.start].level, s, marks) for s in spans]
        elif kind.startswith("items"):
            items = Markup("").join(Markup("<li>{}</li>\n").format(marks.inline(s.start, s.end)) for s in spans)
            parts.append(Markup("<ul>{}</ul>\n").format(items))
        elif kind.startswith("text"):
            parts.append(Markup("<p>{}</p>\n").format(marks.inline(spans[0].start, spans[-1].end)))
    body = Markup("").join(parts)
    return Markup('<article class="document" data-document="{}">{}</article>').format(document.id, body)


def _lines(text: str, headings: Iterable[int]) -> Iterator[tuple[str, Span]]:
    """Yield each line that is not blank with its kind; kinds differ between blocks so that these stay apart."""
    starts, offset, block = set(headings), 0, 0
    for line in text.split("\n"):
        span = Span(offset, offset + len(line))
        if not line.strip():
            block += 1
        elif offset in starts:
            yield "heading", span
        else:
            yield f"{'items' if _ITEM.match(line) else 'text'} {block}", span
        offset = span.end + 1


def _heading_html(document: Document, level: int, span: Span, marks: _Marks) -> Markup:
    tag = Markup(f"h{min(max(level, 1) + 1, 6)}")  # the title is an h2: h1 belongs to the page
    return Markup('<{} id="{}">{}</{}>\n').format(
        tag, section_id(document.id, span.start), marks.inline(span.start, span.end), tag
    )


class _Marks:
    """Cuts a document's text at the edges of the spans to be highlighted."""

    def __init__(self, document: Document, highlights: Iterable[Span]) -> None:
        self._document = document
        self._spans = sorted(set(highlights))
        for span in self._spans:
            if not 0 <= span.start < span.end <= len(document.text):
                raise ValueError(f"{span} does not lie within the text of {document.source}.")
        self._placed: set[str] = set()

    def inline(self, start: int, end: int) -> Markup:
        """Return the text from `start` to `end`, escaped, with its marks."""
        within = [s for s in self._spans if s.start < end and s.end > start]
        edges = {start, end} | {e for s in within for e in (s.start, s.end) if start < e < end}
        cuts = sorted(edges)
        return Markup("").join(self._piece(a, b, within) for a, b in zip(cuts, cuts[1:], strict=False))

    def _piece(self, start: int, end: int, spans: list[Span]) -> Markup:
        text = escape(self._document.text[start:end])
        ids = [mark_id(self._document.id, s.start, s.end) for s in spans if s.start <= start and end <= s.end]
        if not ids:
            return text
        new = [i for i in ids if i not in self._placed]
        self._placed.update(new)
        named = Markup(' id="{}"').format(new[0]) if new else Markup("")
        others = Markup("").join(Markup('<span id="{}"></span>').format(i) for i in new[1:])
        return Markup('{}<mark{} data-cites="{}">{}</mark>').format(others, named, " ".join(ids), text)


def source_html(document: Document, highlights: Iterable[Span] = ()) -> Markup:
    """Return the document with where it comes from and its outline above it, `highlights` marked."""
    return about_html(document) + outline_html(document) + document_html(document, highlights)


def outline_html(document: Document) -> Markup:
    """Return the document's sections as a folded list of links; nothing where there are fewer than two."""
    sections = [s for s in document.sections if s.level > 1]
    if len(sections) < _FEWEST:
        return Markup("")
    links = Markup("").join(
        Markup('<li class="level-{}"><a href="#{}">{}</a></li>').format(
            min(s.level - 1, 3), section_id(document.id, s.start), s.title
        )
        for s in sections
    )
    return Markup(
        '<nav class="outline" aria-label="{}"><details><summary>{}</summary><ul>{}</ul></details></nav>'
    ).format(messages.OUTLINE, messages.OUTLINE, links)


def about_html(document: Document) -> Markup:
    """Return where the document comes from, as its metadata say: journal, year, volume, pages, rights; else nothing."""
    m = document.metadata
    place = (
        m.get("volume", "")
        + (f"({m['issue']})" if m.get("issue") else "")
        + (f":{m['pages']}" if m.get("pages") else "")
    )
    reference = " ".join(p for p in (m.get("journal", ""), f"{m.get('year', '')};".lstrip(";"), place) if p).rstrip(";")
    lines = [t for t in (reference, m.get("restatement", ""), m.get("copyright", "")) if t]
    return Markup("").join(Markup('<p class="about">{}</p>').format(t) for t in lines)
