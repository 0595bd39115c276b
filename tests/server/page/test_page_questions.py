"""Every question of the set, asked through the page's own event: an answer with marked quotes, or a refusal."""

import html
import re

import pytest

import calcqa
from calcqa.evaluation import load_questions
from calcqa.server.page import asking
from calcqa.server.page.page import Page
from calcqa.server.page.session import Session
from helpers.paths import REPO

QUESTIONS = load_questions(REPO / "questions" / "report.jsonl")


@pytest.mark.models
@pytest.mark.slow
def test_every_question_of_the_set_can_be_asked(monkeypatch):
    monkeypatch.setattr(asking, "PAUSE", 0.0)
    page = Page(calcqa.open(REPO / "index"))
    outcomes = {"answered": 0, "refused": 0}
    for question in QUESTIONS:
        session = Session()
        shown = {}
        for asked in question.turns:
            updates = list(asking.ask(page, session, asked))
            assert updates[0]["box"] == "", asked  # it is emptied at once
            assert "Searching" in updates[0]["live"]
            assert all("box" not in update for update in updates[1:])
            for update in updates:
                shown |= update
        turns = session.conversation.turns
        answer = turns[-1].answer
        assert len(turns) == len(question.turns) and shown["live"] == ""
        text = html.unescape(re.sub("<[^>]+>", "", shown["past"]))
        assert answer.question in text
        for citation in answer.citations:
            assert citation.quote in text
        if answer.citations:
            assert shown["source"].count("<mark") >= len(answer.citations)
        outcomes["refused" if answer.abstention else "answered"] += 1
    assert outcomes["answered"] > 300 and outcomes["refused"] > 100
