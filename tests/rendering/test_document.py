"""Documents as HTML: the words of the text and no others, every highlight at its offsets, and an outline."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcqa import rendering
from calcqa.documents.base import Part, build
from calcqa.documents.plain import load_plain
from calcqa.types import Block, BlockKind, Document, Dropped, Section, Span
from helpers.rendered import PAYLOADS, Page, document, harmless, packed

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
    doc = load_plain("Seen\n\nSeen were:\n\n• a rash\n• a fever\n\nNo more.", "a.txt").document
    html = rendering.document_html(doc, [Span(11, 36)])
    assert html.count("<mark") == 3 and html.count("<li><mark") == 2
    assert html.count(f' id="{rendering.mark_id(doc.id, 11, 36)}"') == 1


def test_tables_captions_pages_and_what_was_left_out_are_shown():
    rows = [
        Part("Drug | Dose", BlockKind.ROW, 1, page=2),
        Part("Iron | <5 mg |  | x", BlockKind.ROW, tight=True, page=2),
    ]
    caption = Part("Table 1: Given.", BlockKind.CAPTION, page=2)
    left_out = [Dropped("<b>Page 1</b>", "page furniture"), *(Dropped("x" * 600, "repeated") for _ in range(300))]
    doc = build("a.pdf", "T", [caption, *rows], dropped=left_out).document
    html = rendering.source_html(doc, [Span(doc.text.index("Iron"), len(doc.text))])
    assert html.count("<tr>") == 2 and html.count("<th>") == 2 and html.count("<td>") == 4
    assert '<p class="caption" data-page="2">' in html and "<table><tr>" in html
    assert harmless(rendering.document_html(doc)).text.split() == doc.text.split()
    assert "Left out of the text (301)" in html and "&lt;b&gt;Page 1&lt;/b&gt; <em>(page furniture)</em>" in html
    assert "… and 101 more" in html and "x" * 500 not in html
    assert rendering.source_html(document("Short.")).count("<details") == 0


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


def test_the_source_says_above_its_outline_what_the_document_is_about():
    html = rendering.source_html(document("Text."), line="A 42-year-old woman with <b>gout</b>")
    assert html.startswith('<p class="about">A 42-year-old woman with &lt;b&gt;gout&lt;/b&gt;</p>')


def test_the_outline_leads_to_every_section():
    text = "Title\n\nPart\n\nBody.\n\nSub\n\nMore."
    sections = (Section("Title", 1, 0, 30), Section("Part", 2, 7, 30), Section("Sub", 3, 20, 30))
    doc = document(text, sections=sections)
    page = harmless(rendering.source_html(doc))
    links = [value[1:] for name, value in page.attributes if name == "href"]
    assert links == [rendering.section_id(doc.id, 7), rendering.section_id(doc.id, 20)]
    assert set(links) <= set(page.ids())
    assert rendering.outline_html(document("Body.", sections=(Section("Title", 1, 0, 5),))) == ""


def test_a_page_is_named_where_it_begins_and_not_at_every_block():
    kinds = [(BlockKind.HEADING, 1), (BlockKind.PARAGRAPH, 1), (BlockKind.ROW, 2), (BlockKind.PARAGRAPH, 2)]
    blocks = tuple(Block(kind, 6 * n, 6 * n + 4, page=page) for n, (kind, page) in enumerate(kinds))
    document = Document("x", "x.pdf", "X", "\n\n".join(["abcd"] * 4), blocks=blocks)
    assert re.findall(r'data-page="(\d)"', rendering.document_html(document)) == ["1", "2"]
