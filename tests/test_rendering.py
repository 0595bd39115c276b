"""Markup and prose: everything hostile shows as text, every highlight stands at its offsets."""

from __future__ import annotations

import dataclasses
import json
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from calcqa import rendering
from calcqa.domain import Abstention, Answer, Citation, Document, Hit, Passage, Reason, Section, Span, Turn, text_hash
from calcqa.interfaces import texts
from calcqa.interfaces.terminal import print_answer

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
    "article section figure figcaption blockquote cite q p h1 h2 h3 h4 h5 h6 ul li mark span button div details "
    "summary em".split()
)
ATTRIBUTES = set(
    "class id type title role hidden open aria-label data-document data-start data-end data-mark data-where data-cites "
    "data-turn data-ask".split()
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


def test_a_short_answer_stands_above_its_own_quote():
    answer = two_quotes()
    html = str(rendering.answer_html(answer))
    assert html.count('class="short"') == 1
    assert '<p class="short">six weeks</p><p><q>A splint was worn' in html
    assert html.index("<q>Rest was tried.") < html.index("six weeks</p>") and "“Who wore it?”" in html
    markdown = rendering.to_markdown(answer)
    lines = "> Rest was tried. [1]\n>\n> **six weeks**\n>\n> A splint was worn for six weeks. [2]\n"
    assert lines in markdown.replace("\\", "") and "“Who wore it?”" in markdown


def test_a_terminal_shows_it_above_its_own_quote_too(capsys):
    print_answer(two_quotes())
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines[:4] == [
        "Rest was tried. [1]",
        "six weeks",
        "A splint was worn for six weeks. [2]",
        "The text does not say: “Who wore it?”.",
    ]


def harmless(html: str) -> Page:
    page = Page(html)
    assert set(page.tags) <= TAGS
    assert {name for name, _ in page.attributes} <= ATTRIBUTES
    return page


# --- escaping ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_shows_as_text_wherever_it_stands(payload):
    text = f"{payload}\n\nBefore {payload} after."
    doc = document(text, payload, (Section(payload, 1, 0, len(text)),), journal=payload, restatement=payload)
    answer = answered(
        payload, doc, [Span(len(payload) + 2, len(text))], payload, standalone=f"{payload}?!", short=payload
    )
    answer = dataclasses.replace(answer, unanswered=(payload,))
    refusal = dataclasses.replace(refused(payload, payload, (payload,)), text=payload)
    turns = [Turn(a.question, a.standalone_question, a) for a in (answer, refusal)]
    pages = [
        rendering.conversation_html(turns),
        rendering.sources_html([doc], turns),
        texts.header_html([doc]),
        texts.examples_html([(payload, (payload,))], unfolded=True),
        texts.problem_html(payload),
    ]
    for html in pages:
        assert payload in harmless(html).text
    offered = [value for name, value in Page(pages[3]).attributes if name == "data-ask"]
    assert json.loads(offered[0]) == [payload]


def test_a_citation_marker_carries_its_place_as_data():
    doc = document('A "quoted" <finding> was seen.')
    answer = answered("What was seen?", doc, [Span(2, 20)])
    page = Page(rendering.answer_html(answer))
    assert ("data-document", doc.id) in page.attributes
    assert {("data-start", "2"), ("data-end", "20")} <= set(page.attributes)
    mark = dict(page.attributes)["data-mark"]
    assert Page(rendering.document_html(doc, [Span(2, 20)])).marks == {mark: doc.text[2:20]}
    assert page.tags.count("button") == 1 and page.text.count("[1]") == 1


def test_quotes_arrive_one_by_one_and_keep_their_numbers():
    doc = document("One stood. Two fell. Three ran.")
    answer = answered("What happened?", doc, [Span(0, 10), Span(11, 20), Span(21, 31)])
    first, all_of_it = rendering.answer_html(answer, 1), rendering.answer_html(answer)
    assert "One stood." in first and "Two fell." not in first
    assert [f"[{n}]" in all_of_it for n in (1, 2, 3, 4)] == [True, True, True, False]


@pytest.mark.parametrize(
    ("typed", "standalone", "shown"),
    [
        ("And the tumoral type?", "What is tumoral calcification?", True),
        ("hello", "Hello?", False),
        ("What  grew", "What grew?", False),
    ],
)
def test_the_understood_question_is_shown_where_it_differs(typed, standalone, shown):
    doc = document("It grew.")
    html = rendering.answer_html(answered(typed, doc, [Span(0, 8)], standalone=standalone))
    assert ("Understood as" in html) is shown
    assert (standalone in html) is shown


def test_an_abstention_has_no_citation_and_says_what_was_searched():
    answer = refused("Which dose?", "A near <passage>.", ("dose", "mg"))
    page = harmless(rendering.answer_html(answer))
    assert "button" not in page.tags and "mark" not in page.tags and "q" in page.tags
    assert "[1]" not in page.text and not any(name.startswith("data-") for name, _ in page.attributes)
    for words in ("The text does not say.", "1,234 passages", "dose, mg", "not an answer", "A near <passage>."):
        assert words in page.text
    assert "details" in page.tags


def test_terms_the_sentence_already_names_are_not_named_twice():
    answer = dataclasses.replace(refused("Which dose?", "Near.", ("dose",)), text="Nothing on “dose” is said.")
    assert Page(rendering.answer_html(answer)).text.count("dose") == 1


def test_a_greeting_is_no_missing_answer_and_offers_no_passages():
    page = Page(rendering.answer_html(refused("hello", "A passage.", reason=Reason.NOT_A_QUESTION)))
    assert "Not a question" in page.text and "A passage." not in page.text


# --- the document -----------------------------------------------------------------------------------------------------

_LINE = st.text(st.sampled_from("ab <>&\"'{}$é•-1. \u00a0"), max_size=12) | st.sampled_from(
    ["• item", "2. item", *PAYLOADS]
)


@st.composite
def documents(draw) -> tuple[Document, list[Span]]:
    lines = draw(st.lists(_LINE | st.just(""), min_size=1, max_size=12))
    text = "\n".join(lines)
    starts = [sum(len(line) + 1 for line in lines[:n]) for n, line in enumerate(lines) if line.strip()]
    chosen = draw(st.lists(st.sampled_from(starts), unique=True, max_size=3)) if starts else []
    sections = tuple(Section("S", draw(st.integers(1, 8)), s, len(text)) for s in sorted(chosen))
    edge = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(edge, edge), max_size=4))
    return document(text, sections=sections), [Span(min(p), max(p)) for p in pairs if p[0] != p[1]]


@given(documents())
def test_the_typeset_document_has_the_documents_words_and_no_others(case):
    doc, spans = case
    assert harmless(rendering.document_html(doc, spans)).text.split() == doc.text.split()


@given(documents())
def test_every_highlight_stands_exactly_at_its_offsets(case):
    doc, spans = case
    page = Page(rendering.document_html(doc, spans))
    visible = {s for s in spans if packed(doc.text[s.start : s.end])}
    for span in visible:
        name = rendering.mark_id(doc.id, span.start, span.end)
        assert packed(page.marks[name]) == packed(doc.text[span.start : span.end])
        if not doc.text[span.start].isspace():
            assert page.before[name] == len(packed(doc.text[: span.start]))
        assert page.ids().count(name) == 1
    assert len(page.ids()) == len(set(page.ids()))


def test_a_highlight_over_several_lines_becomes_one_mark_in_each():
    doc = document("Seen were:\n\n• a rash\n• a fever\n\nNo more.")
    html = rendering.document_html(doc, [Span(5, 30)])
    assert html.count("<mark") == 3 and html.count("<li><mark") == 2
    assert html.count(f' id="{rendering.mark_id(doc.id, 5, 30)}"') == 1


def test_headings_are_typeset_by_level_and_can_be_pointed_at():
    text = "Title\n\nPart\n\nBody.\n\nSub\n\nMore."
    sections = (Section("Title", 1, 0, 30), Section("Part", 2, 7, 30), Section("Sub", 3, 20, 30))
    doc = document(text, sections=sections)
    html = rendering.document_html(doc)
    assert f'<h3 id="{rendering.section_id(doc.id, 7)}">Part</h3>' in html
    assert "<h2 id=" in html and ">Sub</h4>" in html and "<p>Body.</p>" in html


@pytest.mark.parametrize("span", [Span(-1, 3), Span(2, 99), Span(3, 3), Span(4, 2)])
def test_a_highlight_outside_the_text_is_an_error(span):
    with pytest.raises(ValueError, match="does not lie within"):
        rendering.document_html(document("Short text."), [span])


def test_the_source_says_where_the_document_comes_from():
    doc = document("Text.", journal="J Hosp Med", year="2009", volume="4", issue="1", pages="71–72", copyright="© X")
    assert Page(rendering.about_html(doc)).text == "J Hosp Med 2009; 4(1):71–72© X"
    assert rendering.about_html(document("Text.")) == ""
    assert Page(rendering.about_html(document("Text.", year="2009"))).text == "2009"


# --- Markdown ---------------------------------------------------------------------------------------------------------


def test_markdown_has_the_quotes_and_then_their_sources():
    doc = document("It grew. It was treated.", "A report")
    answer = answered("And then?", doc, [Span(0, 8), Span(9, 24)], "Course", standalone="What happened then?")
    assert rendering.to_markdown(answer) == (
        "Understood as: What happened then?\n\n"
        "> It grew. [1]\n>\n> It was treated. [2]\n\n"
        "Sources:\n\n"
        "1. A report, Course, characters 0–8\n"
        "2. A report, Course, characters 9–24\n"
    )


def test_markdown_of_an_abstention_cites_nothing():
    markdown = rendering.to_markdown(refused("Which dose?", "Near.", ("dose",)))
    assert "The text does not say." in markdown and "1,234 passages" in markdown and "not an answer" in markdown
    assert "Sources" not in markdown and "[1]" not in markdown and "Findings › Near." in markdown


@given(
    st.text(st.sampled_from('ab1 *_`<>[]()#+-=.!|~&;\\$\n"'), min_size=1).filter(str.strip) | st.sampled_from(PAYLOADS)
)
def test_markdown_shows_a_quote_as_it_is(text):
    doc = document(text)
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(
        rendering.to_markdown(answered("What?", doc, [Span(0, len(text))]))
    )
    page = Page(html)
    assert " ".join(f"{text} [1]".split()) in " ".join(page.text.split())
    assert set(page.tags) == {"blockquote", "p", "ol", "li"}
