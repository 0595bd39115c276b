"""Conversations taken along: every quote with what it can be checked by, and nothing hostile taken for markup."""

import dataclasses

import pytest
from markdown_it import MarkdownIt

import calcqa
from calcqa import messages
from calcqa.assistant import Assistant
from calcqa.conversations.export import conversation_markdown, conversation_page
from calcqa.index.open import open_index
from calcqa.rendering.references import work
from calcqa.types import Disagreement, Turn
from helpers.rendered import PAYLOADS, Page
from helpers.small import NOW


@pytest.fixture
def conversation(small_index, fake_encoder):
    index = open_index(small_index)
    chat = Assistant(index, fake_encoder).chat()
    for question in ("What was tried?", "And how long did recovery take?", "Which dose of ibuprofen was given?"):
        chat.ask(question)
    return index, chat.turns


def both(turns, index, name="Knees"):
    """Return the words a reader sees in the Markdown and in the web page."""
    markdown = conversation_markdown(turns, index, name=name, now=NOW)
    pages = (
        MarkdownIt("gfm-like", {"linkify": False}).render(markdown),
        conversation_page(turns, index, name=name, now=NOW),
    )
    return [" ".join(Page(html.removeprefix("<!doctype html>\n")).text.split()) for html in pages]


def test_every_quote_stands_with_what_it_can_be_checked_by(conversation):
    index, turns = conversation
    document = next(iter(index.documents.values()))
    citations = [c for t in turns for c in t.answer.citations]
    assert len(citations) >= 4 and turns[2].answer.abstention
    for shown in both(turns, index):
        for turn in turns:
            assert turn.question in shown
        words = [label for label, _ in messages.CONFIDENCE.values()]
        supported = [messages.CONFIDENCE_IS.format(word=word) in shown for word in words]
        assert any(supported) and work(document) in shown
        for c in citations:
            assert f"{' '.join(c.quote.split())} [{c.number}]" in shown
            assert f"{c.section}, characters {c.start}–{c.end}" in shown and c.document_sha256 in shown
        assert shown.count(messages.VERIFIED) == len(citations)
        assert f"{len(citations)} of {len(citations)} quotes verified." in shown
        for made in (f"calcqa {calcqa.__version__}", "2026-01-02T03:04:05+00:00", messages.NOTICE, document.source,
                     index.manifest["encoder"]["sha256"], turns[2].answer.text):  # fmt: skip
            assert made in shown


def test_a_quote_that_does_not_verify_says_so_and_why(conversation):
    index, (turn, *_) = conversation
    first, *rest = turn.answer.citations
    forged = dataclasses.replace(first, document_sha256="0" * 64)
    answer = dataclasses.replace(turn.answer, citations=(forged, *rest))
    for shown in both([dataclasses.replace(turn, answer=answer)], index):
        assert "Not verified: the document has changed since." in shown
        assert f"{len(rest)} of {len(rest) + 1} quotes verified." in shown


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_shows_as_text(conversation, payload):
    index, (turn, _, refused) = conversation
    citations = tuple(dataclasses.replace(c, quote=payload, section=payload) for c in turn.answer.citations)
    answer = dataclasses.replace(
        turn.answer,
        question=payload,
        standalone_question=f"Which {payload}",
        citations=citations,
        unanswered=(payload,),
        disagreements=(Disagreement((1, 1), (payload, payload)),),
    )
    told = dataclasses.replace(refused.answer, text=payload)
    turns = [Turn(payload, payload, answer), Turn(payload, payload, told)]
    page = conversation_page(turns, index, name=payload, now=NOW)
    tags = Page(page.removeprefix("<!doctype html>\n")).tags
    assert set(tags) <= {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "blockquote", "p", "br",
                         "footer", "b"}  # fmt: skip
    markdown = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(
        conversation_markdown(turns, index, name=payload, now=NOW)
    )
    assert set(Page(markdown).tags) <= {"h1", "h2", "p", "blockquote", "ul", "li", "hr", "strong"}
    for shown in both(turns, index, payload):
        assert shown.count(" ".join(payload.split())) > len(citations)


def test_the_page_loads_nothing(conversation):
    index, turns = conversation
    page = conversation_page(turns, index, name="", now=NOW)
    assert "default-src 'none'" in page and "src=" not in page and "url(" not in page and "href" not in page
    assert f"<title>{messages.CONVERSATION}</title>" in page
