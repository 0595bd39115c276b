"""From answers and documents to prose and markup: Markdown and HTML.

Markup is made here and nowhere earlier. Does: escape every text that comes from a document or a person (a document is
hostile input), place citation markers and highlights by offsets. Does not: search prose for quotes, decide anything,
or know which page the pieces end up on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from markupsafe import Markup, escape

from calcqa.domain import Abstention, Answer, Citation, Document, Reason, Span, Turn

_ITEM = re.compile(r"\s*(?:[•‣◦*–-]|\d{1,3}[.)])\s+\S")
_MARKDOWN = re.compile(r"[\\`*_\[\]<>~$]")  # what CommonMark and its usual extensions could take for markup
_LINE_START = re.compile(r"^(\d*)([-+=#.])")


# --- identifiers ------------------------------------------------------------------------------------------------------


def mark_id(document_id: str, start: int, end: int) -> str:
    """Return the id under which a cited span stands in `document_html`."""
    return f"quote-{document_id}-{start}-{end}"


def section_id(document_id: str, start: int) -> str:
    """Return the id of the heading of the section that starts at `start`."""
    return f"section-{document_id}-{start}"


def understood(answer: Answer) -> str | None:
    """Return the question as it was understood, where that is not what was typed."""
    typed, read = (" ".join(q.split()).rstrip(" ?.!").casefold() for q in (answer.question, answer.standalone_question))
    return answer.standalone_question if typed != read else None


# --- Markdown ---------------------------------------------------------------------------------------------------------


def to_markdown(answer: Answer) -> str:
    """Return the answer as CommonMark: the quotes with [n], then what each n refers to; or the abstention.

    Characters are half-open offsets into the document's text.
    """
    lines = []
    if question := understood(answer):
        lines += [f"Understood as: {_plain(question)}", ""]
    if answer.abstention:
        return "\n".join(lines + _refused(answer, answer.abstention)) + "\n"
    for citation in answer.citations:
        if citation.short_answer:
            lines += [f"> **{_plain(citation.short_answer)}**", ">"]
        lines += [f"> {_plain(citation.quote)} [{citation.number}]", ">"]
    lines[-1] = ""
    if answer.unanswered:
        lines += [_plain(unsaid(answer)), ""]
    lines += ["Sources:", ""]
    for c in answer.citations:
        section = f", {_plain(c.section)}" if c.section != c.document_title else ""
        lines.append(f"{c.number}. {_plain(c.document_title)}{section}, characters {c.start}–{c.end}")
    return "\n".join(lines) + "\n"


def _refused(answer: Answer, abstention: Abstention) -> list[str]:
    lines = [_plain(answer.text), "", _searched(abstention)]
    if missing := _untold(answer, abstention):
        lines += ["", f"Words that never occur: {', '.join(_plain(t) for t in missing)}."]
    if abstention.nearest:
        lines += ["", "The nearest passages, not an answer:", ""]
        lines += [f"- {_plain(' › '.join((*h.passage.headings, h.passage.text)))}" for h in abstention.nearest]
    return lines


def _plain(text: str) -> str:
    """Return `text` on one line, so that Markdown shows it as it is."""
    escaped = _MARKDOWN.sub(r"\\\g<0>", " ".join(text.split()).replace("&", "&amp;"))
    return _LINE_START.sub(r"\1\\\2", re.sub(r"^(\d+)(?=\))", r"\1\\", escaped))


# --- an answer as HTML ------------------------------------------------------------------------------------------------


def answer_html(answer: Answer, shown: int | None = None) -> Markup:
    """Return the answer as a card; with `shown`, only its first so many quotes (for an answer that is arriving)."""
    question = understood(answer)
    chip = (
        Markup('<p class="understood"><span>Understood as</span> {}</p>').format(question) if question else Markup("")
    )
    if answer.abstention:
        return _abstention_html(answer, answer.abstention, chip)
    groups = groupby(answer.citations[:shown], key=lambda c: (c.document_title, c.section))
    quotes = Markup("").join(_quotes_html(title, section, list(group)) for (title, section), group in groups)
    last = shown is None or shown >= len(answer.citations)
    rest = Markup('<p class="unsaid">{}</p>').format(unsaid(answer)) if last and answer.unanswered else Markup("")
    return Markup('<section class="card answer" aria-label="Answer">{}{}{}</section>').format(chip, quotes, rest)


def unsaid(answer: Answer) -> str:
    """Return the sentence that names the parts of the question which the documents do not answer."""
    return "The text does not say: " + "; ".join(f"“{part}”" for part in answer.unanswered) + "."


def _quotes_html(title: str, section: str, citations: list[Citation]) -> Markup:
    parts = []
    for c in citations:
        if c.short_answer:
            parts.append(Markup('<p class="short">{}</p>').format(c.short_answer))
        parts.append(Markup("<p><q>{}</q>&#8239;{}</p>").format(c.quote, _citation_html(c, f"{title}, {section}")))
    quotes = Markup("").join(parts)
    where = Markup('<span class="section">{}</span>').format(section) if section != title else Markup("")
    return Markup(
        '<figure class="quotes"><blockquote>{}</blockquote><figcaption>{}<cite>{}</cite></figcaption></figure>'
    ).format(quotes, where, title)


def _citation_html(citation: Citation, where: str) -> Markup:
    return Markup(
        '<button type="button" class="cite" data-document="{}" data-start="{}" data-end="{}" data-mark="{}" '
        'data-where="{}" title="{}" aria-label="Source {}: show this quote in the text">[{}]</button>'
    ).format(
        citation.document_id,
        citation.start,
        citation.end,
        mark_id(citation.document_id, citation.start, citation.end),
        f"[{citation.number}] {citation.section}, characters {citation.start}–{citation.end}",
        f"{where}: show in the text",
        citation.number,
        citation.number,
    )


def _abstention_html(answer: Answer, abstention: Abstention, chip: Markup) -> Markup:
    verdict = "Not a question about the text" if abstention.reason is Reason.NOT_A_QUESTION else "No answer in the text"
    missing = _untold(answer, abstention)
    terms = Markup(", ").join(Markup("<q>{}</q>").format(t) for t in missing)
    words = Markup('<p class="terms">Words that never occur: {}</p>').format(terms) if missing else Markup("")
    nearest = Markup("").join(
        Markup('<li><span class="section">{}</span><p>{}</p></li>').format(
            " › ".join(h.passage.headings), h.passage.text
        )
        for h in abstention.nearest
    )
    folded = (
        Markup(
            '<details><summary>Nearest passages <em>not an answer</em></summary><ul class="nearest">{}</ul></details>'
        )
        if nearest and abstention.reason is not Reason.NOT_A_QUESTION
        else Markup("")
    ).format(nearest)
    return Markup(
        '<section class="card abstention" aria-label="No answer">{}<p class="verdict">{}</p><p>{}</p>{}'
        '<p class="searched">{}</p>{}</section>'
    ).format(chip, verdict, answer.text, words, _searched(abstention), folded)


def _searched(abstention: Abstention) -> str:
    plural = "" if abstention.passages_searched == 1 else "s"
    return f"Searched {abstention.passages_searched:,} passage{plural}; none answers this."


def _untold(answer: Answer, abstention: Abstention) -> list[str]:
    """Return the terms that never occur, unless the answer's own sentence names every one of them."""
    return [] if all(t in answer.text for t in abstention.unknown_terms) else list(abstention.unknown_terms)


def turn_html(number: int, question: str, card: Markup) -> Markup:
    """Return one exchange: what was typed, and a card."""
    return Markup(
        '<article class="turn" data-turn="{}"><h2 class="asked"><span class="sr">You asked: </span>{}</h2>{}</article>'
    ).format(number, question, card)


def conversation_html(turns: Sequence[Turn]) -> Markup:
    """Return every exchange of a conversation, the oldest first."""
    return Markup("").join(turn_html(n, t.question, answer_html(t.answer)) for n, t in enumerate(turns, start=1))


# --- a document as HTML -----------------------------------------------------------------------------------------------


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
        own = Markup(' id="{}"').format(new[0]) if new else Markup("")
        others = Markup("").join(Markup('<span id="{}"></span>').format(i) for i in new[1:])
        return Markup('{}<mark{} data-cites="{}">{}</mark>').format(others, own, " ".join(ids), text)


def sources_html(documents: Iterable[Document], turns: Sequence[Turn]) -> Markup:
    """Return documents one below the other, with where they come from and with the conversation's quotes marked."""
    cited = [c for turn in turns for c in turn.answer.citations]
    return Markup("").join(
        about_html(d) + document_html(d, [Span(c.start, c.end) for c in cited if c.document_id == d.id])
        for d in documents
    )


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
