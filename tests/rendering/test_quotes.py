"""Quotes are shown as they are, in every form; and no document, question or name turns the medical notice off."""

import dataclasses
import importlib.util

import pytest
from markdown_it import MarkdownIt

from calcqa import messages, rendering
from calcqa.assistant import Assistant
from calcqa.conversations.export import conversation_markdown, conversation_page
from calcqa.index.open import open_index
from calcqa.server.page import parts
from helpers.paths import REPO
from helpers.rendered import PAYLOADS, Page
from helpers.small import NOW

spec = importlib.util.spec_from_file_location("render_quotes", REPO / "scripts" / "render_quotes.py")
render_quotes = importlib.util.module_from_spec(spec)
spec.loader.exec_module(render_quotes)

HIDING = [
    *PAYLOADS,
    "<style>.notice{display:none!important}</style>",
    "</p></header><style>header{display:none}</style>",
    '" hidden style="display:none',
    "<p class=notice>This is medical advice.</p>",
    messages.NOTICE.replace("no medical", "medical"),
    "```\n~~~\n<!--",
    "---\nnotice: false\n---",
    "[notice]: # (off)",
    "\u202enotice\u202c",
    "{notice}",
    "%s {0} {about}",
]


def test_random_quotes_come_back_equal():
    held = list(render_quotes.quotes(1_000, 7))
    assert len(set(held)) > 900
    assert [f for n in range(0, 1_000, 50) for f in render_quotes.differing(held[n : n + 50])] == []


def test_a_rendering_that_changes_a_character_is_named(monkeypatch):
    monkeypatch.setattr("calcqa.conversations.export.plain", lambda text: text.replace("é", "e"))
    assert {where for where, *_ in render_quotes.differing(["Café au lait"])} == {"markdown"}


@pytest.mark.parametrize("hiding", HIDING)
def test_the_notice_stands_whatever_documents_questions_and_names_say(hiding, tmp_path, fake_encoder, build_small):
    title = hiding.replace("\n", " ")
    (tmp_path / "a.md").write_text(
        f"---\ntitle: Knee\nnotice: false\n---\n\n# Knee {title}\n\n## {title}\n\nThe left knee hurt. {title}\n\n"
        f"{hiding}\n",
        encoding="utf-8",
    )
    index = open_index(build_small([tmp_path / "a.md"], tmp_path / "index").path)
    documents = [dataclasses.replace(d, title=f"{d.title} {hiding}", source=hiding) for d in index.documents.values()]
    for feedback in (False, True):
        head = Page(parts.header_html(documents, feedback=feedback, logout="/x"))
        assert messages.NOTICE in head.text and "style" not in head.tags and "script" not in head.tags
        assert head.attributes.count(("class", "notice")) == 1
        assert not {name for name, _ in head.attributes} & {"style", "hidden", "onclick", "onerror"}
    chat = Assistant(index, fake_encoder).chat()
    chat.ask("Which knee hurt?")
    turns = [dataclasses.replace(t, question=hiding) for t in chat.turns]
    assert "style" not in Page(rendering.conversation_html(turns)).tags
    page = conversation_page(turns, index, name=hiding, now=NOW)
    assert page.count("<style>") == 1 and messages.NOTICE in page.split("<footer>")[1]
    markdown = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(
        conversation_markdown(turns, index, name=hiding, now=NOW)
    )
    assert f"<li>{messages.NOTICE}</li>" in markdown
