"""Answers as Markdown: quotes and their sources, and nothing in a quote taken for markup."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from calcqa import rendering
from calcqa.types import Span
from helpers.rendered import PAYLOADS, Page, answered, document, refused


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
