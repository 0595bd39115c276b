"""A document as HTML: typeset, with its outline, and quoted spans in <mark>.

Does: place highlights by offsets, and escape every text (a document is hostile input). Does not: search for quotes, or
know which page it ends up on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from markupsafe import Markup, escape

from calcqa import messages
from calcqa.rendering.phrases import mark_id, section_id
from calcqa.types import Block, BlockKind, Document, Span

_FEWEST = 2  # sections that make an outline
_BAR = re.compile(r"(?:^| )\|(?: (?!\|)|$)?", re.MULTILINE)  # between two cells, either of which may be empty
_MOST_LEFT_OUT = 200  # pieces that are listed
_LONGEST_LEFT_OUT = 500  # code points that are shown of one


def document_html(document: Document, highlights: Iterable[Span] = ()) -> Markup:
    """Return the whole document typeset, every span of `highlights` in <mark>.

    A span that runs over several lines, or overlaps another, becomes several marks: each carries in `data-cites` the
    ids (`mark_id`) of all spans it belongs to, and each id stands once, where its span begins. The visible words are
    those of `document.text` and no others. Raises ValueError if a span does not lie within the text.
    """
    marks = _Marks(document, highlights)
    groups = list(_groups(document.blocks))
    pages = [None, *(group[0].page for group in groups)]
    parts = [_group_html(document, g, marks, g[0].page != before) for g, before in zip(groups, pages, strict=False)]
    body = Markup("").join(parts)
    return Markup('<article class="document" data-document="{}">{}</article>').format(document.id, body)


def _groups(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Yield the blocks, those of one kind that stand right below each other together."""
    group: list[Block] = []
    for block in blocks:
        if group and (block.kind is not group[-1].kind or block.start != group[-1].end + 1):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _group_html(document: Document, blocks: list[Block], marks: _Marks, new_page: bool) -> Markup:
    """Return blocks of one kind; the first element says its page where that is another than before."""
    first = blocks[0]
    page = Markup(' data-page="{}"').format(first.page) if first.page and new_page else Markup("")
    if first.kind in (BlockKind.TITLE, BlockKind.HEADING):
        pages = (page, *[Markup("")] * len(blocks))
        return Markup("").join(_heading_html(document, b, p, marks) for b, p in zip(blocks, pages, strict=False))
    if first.kind is BlockKind.ROW:
        rows = Markup("").join(_row_html(document, block, marks) for block in blocks)
        return Markup("<table{}>{}</table>\n").format(page, rows)
    if first.kind is BlockKind.ITEM or (first.kind is BlockKind.REFERENCE and first.marker):
        items = Markup("").join(Markup("<li>{}</li>\n").format(marks.inline(b.start, b.end)) for b in blocks)
        return Markup("<ul{}>{}</ul>\n").format(page, items)
    text = marks.inline(first.start, blocks[-1].end)
    named = Markup(' class="{}"').format(first.kind.value) if first.kind is not BlockKind.PARAGRAPH else Markup("")
    return Markup("<p{}{}>{}</p>\n").format(named, page, text)


def _heading_html(document: Document, block: Block, page: Markup, marks: _Marks) -> Markup:
    tag = Markup(f"h{min(max(block.level, 1) + 1, 6)}")  # the title is an h2: h1 belongs to the page
    return Markup('<{} id="{}"{}>{}</{}>\n').format(
        tag, section_id(document.id, block.start), page, marks.inline(block.start, block.end), tag
    )


def _row_html(document: Document, block: Block, marks: _Marks) -> Markup:
    """Return a row with its cells; the bars between them stay in the text, out of sight."""
    tag = Markup("th" if block.level else "td")
    cells, at = [], block.start
    for bar in (*_BAR.finditer(document.text, block.start, block.end), None):
        end = bar.start() if bar else block.end
        hidden = Markup('<span class="sr">{}</span>').format(bar[0]) if bar else Markup("")
        cells.append(Markup("<{}>{}{}</{}>").format(tag, marks.inline(at, end) if at < end else "", hidden, tag))
        at = bar.end() if bar else end
    return Markup("<tr>{}</tr>\n").format(Markup("").join(cells))


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


def source_html(document: Document, highlights: Iterable[Span] = (), line: str = "") -> Markup:
    """Return the document with where it comes from and its outline above it, `highlights` marked.

    `line` says what it is about, where that is known. What was left out of it is listed below.
    """
    whom = Markup('<p class="about">{}</p>').format(line) if line else Markup("")
    above = whom + about_html(document) + outline_html(document)
    return above + document_html(document, highlights) + left_out_html(document)


def left_out_html(document: Document) -> Markup:
    """Return what the loader left out as a folded list, with the reasons; nothing where it left out nothing."""
    if not document.dropped:
        return Markup("")
    shown = document.dropped[:_MOST_LEFT_OUT]
    items = Markup("").join(
        Markup("<li>{} <em>({})</em></li>\n").format(_shortened(one.text), one.reason) for one in shown
    )
    if more := len(document.dropped) - len(shown):
        items += Markup("<li>{}</li>").format(messages.LEFT_OUT_MORE.format(count=more))
    summary = messages.LEFT_OUT.format(count=len(document.dropped))
    return Markup('<details class="left-out"><summary>{}</summary><ul>{}</ul></details>').format(summary, items)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_LEFT_OUT else text[: _LONGEST_LEFT_OUT - 1] + "…"


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
