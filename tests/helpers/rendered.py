"""What the tests of markup share: hostile texts, answers and documents to render, and a look at what came out."""

from __future__ import annotations

import dataclasses
from html.parser import HTMLParser

from calcqa.types import Abstention, Answer, Citation, Document, Hit, Passage, Reason, Section, Span, text_hash

PAYLOADS = [
    "<script>window.pwned=1</script>",
    '<img src=x onerror="window.pwned=1">',
    '"><svg onload=alert(1)>',
    "'><iframe srcdoc='<script>alert(1)</script>'>",
    "</mark></article><a href=javascript:alert(1)>x</a>",
    "{{constructor.constructor('alert(1)')()}} ${alert(1)}",
    '" data-mark="elsewhere" onclick="alert(1)',
    "&lt;b&gt; &amp;amp; &#60;i&#62;",
    "<!-- <style>*{display:none}</style> -->",
]
TAGS = set(
    "article section figure figcaption blockquote cite q p h1 h2 h3 h4 h5 h6 ul ol li mark span button div details "
    "summary em b a nav header form label textarea input select option progress table tr th td".split()
)
ATTRIBUTES = set(
    "class id type title role hidden open aria-label aria-current aria-pressed tabindex href name rows maxlength value "
    "autocomplete required selected max data-document data-start data-end data-mark data-where data-place data-cites "
    "data-turn data-ask data-edit data-copy data-tip data-do data-good data-id data-sure data-kind data-questions "
    "data-step data-page".split()
)


class Page(HTMLParser):
    """The tags, attributes, visible text, and for each highlight its text and how much text stands before it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.marks: dict[str, str] = {}
        self.before: dict[str, int] = {}
        self._open: list[str] = []
        self.feed(str(html))  # Markup would escape what the parser adds to it
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes
        if tag == "mark":
            self._open = dict(attributes)["data-cites"].split()

    def handle_endtag(self, tag):
        if tag == "mark":
            self._open = []

    def handle_data(self, data):
        for name in self._open:
            self.before.setdefault(name, len(packed(self.text)))
            self.marks[name] = self.marks.get(name, "") + data
        self.text += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def ids(self) -> list[str]:
        return [value for name, value in self.attributes if name == "id"]


def packed(text: str) -> str:
    return "".join(text.split())


def document(text: str, title: str = "Title", sections: tuple[Section, ...] = (), **metadata: str) -> Document:
    return Document(text_hash(text)[:16], "a.md", title, text, sections, metadata)


def answered(question: str, doc: Document, spans: list[Span], section: str = "Findings", **more: str) -> Answer:
    citations, length = [], 0
    for n, span in enumerate(spans, start=1):
        quote = doc.text[span.start : span.end]
        place = (span.start, span.end, length, length + len(quote))
        citations.append(Citation(n, doc.id, doc.title, doc.sha256, section, "p", quote, *place))
        length += len(quote) + len(f" [{n}] ")
    text = " ".join(f"{c.quote} [{c.number}]" for c in citations)
    if short := more.get("short"):  # the words of the first quote that answer by themselves
        at = citations[0].start + citations[0].quote.index(short)
        citations[0] = dataclasses.replace(citations[0], short=Span(at, at + len(short)))
    return Answer(question, more.get("standalone", question), text, short, tuple(citations), (), 0.9, None)


def refused(question: str, passage: str, terms: tuple[str, ...] = (), reason: Reason = Reason.NO_EVIDENCE) -> Answer:
    hit = Hit(Passage("p", "d", 0, len(passage), passage, ("Findings",), ()), 0.1, 1, 0.1, 0.0)
    abstention = Abstention(reason, None, terms, 1234, (hit,))
    return Answer(question, question, "The text does not say.", None, (), (hit,), 0.1, abstention)


def two_quotes() -> Answer:
    """Two quotes, the second with a short answer, and a part without an answer."""
    text = "Rest was tried. A splint was worn for six weeks."
    answer = answered("What?", document(text), [Span(0, 15), Span(16, 48)])
    at = text.index("six weeks")
    second = dataclasses.replace(answer.citations[1], short=Span(at, at + 9))
    return dataclasses.replace(answer, citations=(answer.citations[0], second), unanswered=("Who wore it?",))


def harmless(html: str) -> Page:
    page = Page(html)
    assert set(page.tags) <= TAGS
    assert {name for name, _ in page.attributes} <= ATTRIBUTES
    return page
