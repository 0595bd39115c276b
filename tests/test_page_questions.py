"""Every question of the set, asked through the page's own event: an answer with marked quotes, or a refusal."""

import html
import re

import gradio as gr
import pytest

import calcqa
from calcqa.evaluation import load_questions
from calcqa.interfaces import chat
from paths import REPO

QUESTIONS = load_questions(REPO / "questions" / "report.jsonl")


@pytest.mark.models
@pytest.mark.slow
def test_every_question_of_the_set_can_be_asked(monkeypatch):
    monkeypatch.setattr(chat, "_PAUSE", 0.0)
    page = chat.Page(calcqa.open(REPO / "index"))
    first = page.documents[0].id
    outcomes = {"answered": 0, "refused": 0}
    for question in QUESTIONS:
        turns = []
        for asked in question.turns:
            updates = list(page.ask(asked, turns, first))
            log, source, _, _, turns, box = updates[-1]
            assert len(updates) >= 2 and updates[0][5] == "", asked  # the box is emptied at once
            assert box == gr.skip()
        answer = turns[-1].answer
        assert len(turns) == len(question.turns)
        shown = html.unescape(re.sub("<[^>]+>", "", log))
        assert answer.question in shown
        for citation in answer.citations:
            assert citation.quote in shown
        assert source.count("<mark") >= len(answer.citations)
        outcomes["refused" if answer.abstention else "answered"] += 1
    assert outcomes["answered"] > 300 and outcomes["refused"] > 100
