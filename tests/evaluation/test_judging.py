"""Judging and running: quotes, facts and length of an answer; every turn asked in a conversation of its own."""

import dataclasses
import hashlib

import pytest

from calcqa.errors import InputError
from calcqa.evaluation import (
    Failure,
    evaluate,
    judge,
)
from calcqa.types import Span
from helpers.judged import (
    GOOD,
    GREW,
    SHOWED,
    TEXT,
    TRIED,
    XSS,
    FakeAssistant,
    answer,
    evaluation,
    find,
    outcome,
    question,
    refusal,
    write,
)


def test_judges_quotes_facts_words_and_cover():
    judged = judge(question(facts=(("staph",), ("calcif", "x"))), answer(GREW, SHOWED), find, 0.5)
    assert judged.groups_found == (True, True)
    assert judged.facts_found and judged.right and judged.covered and judged.failure is None
    assert (judged.quotes, judged.quotes_verified, judged.latency) == (2, 2, 0.5)
    assert judged.words == 7 + 3  # two quotes; "[1]" and "[2]" are no words


def test_a_marker_is_not_a_fact_but_a_bracket_in_a_quote_is():
    assert not judge(question(facts=((r"\[1\]",),)), answer(GREW), find, 0).facts_found
    assert judge(question(facts=((r"\[1\]",),)), answer(TRIED), find, 0).facts_found


@pytest.mark.parametrize(
    "change",
    [
        {"document_sha256": "0" * 64},
        {"document_id": "unknown"},
        {"start": GREW[0] + 1},
        {"start": -1},
        {"end": GREW[1] + 1},
        {"quote": "Cultures of the wound grew nothing at all........"},
        {"answer_start": 1},
    ],
)
def test_a_quote_must_stand_where_it_says(change):
    judged = judge(question(), answer(GREW, **change), find, 0)
    assert (judged.quotes, judged.quotes_verified) == (1, 0)


def test_text_outside_citations_is_seen():
    judged = judge(question(), answer(GREW, text=TEXT[slice(*GREW)] + " [1] Take warfarin."), find, 0)
    assert judged.quotes_verified == 1 and not judged.covered and judged.failure is Failure.UNCOVERED
    assert judged.words == 7 + 2
    nothing_cited = judge(question(), answer(text="Staph."), find, 0)
    assert nothing_cited.failure is Failure.UNCOVERED


@pytest.mark.parametrize(
    ("words", "right"), [("Staphylococcus aureus", True), ("aureus", True), ("the wound", False), ("grew", False)]
)
def test_a_short_answer_is_right_if_it_shares_words_with_a_fact(words, right):
    at = TEXT.index(words)
    marked = dataclasses.replace(answer(GREW, short=Span(at, at + len(words))), short_answer=words)
    judged = judge(question(facts=(("staphylococcus aureus",),)), marked, find, 0)
    assert (judged.short, judged.short_right) == (words, right)
    assert not judge(question(answerable=False), marked, find, 0).short_right
    assert judge(question(), answer(GREW), find, 0).short is None


def test_a_refusal_that_names_the_fact_does_not_count():
    judged = judge(question(), refusal(), find, 0)
    assert not judged.facts_found and judged.failure is Failure.REFUSED
    assert (judged.reason, judged.gap) == ("gap", "doses")
    assert judge(question(answerable=False), refusal(), find, 0).right


def test_length_bounds_an_answer_unless_a_list_or_a_summary_was_asked_for():
    assert outcome(words=60).right
    assert outcome(words=61).failure is Failure.LENGTH
    assert outcome(words=61, facts=(("a",),) * 4).failure is Failure.LENGTH
    assert outcome(words=200, facts=(("a",),) * 5).right
    assert outcome(words=200, topic="summary").right


def test_failures_are_named():
    assert outcome().failure is None
    assert outcome(answerable=False).failure is Failure.ANSWERED
    assert outcome(found=False).failure is Failure.FACTS
    assert outcome(quotes=2).failure is Failure.CITATION


def test_asks_every_turn_in_a_fresh_conversation_and_judges_the_last(tmp_path):
    path = write(tmp_path, GOOD)
    told = []
    result, assistant = evaluation(path, lambda *said: told.append(said))
    warm_up, *chats = assistant.chats
    assert warm_up == ["What grew?"]
    assert chats == [["What grew?"], ["What grew?", "And then?"], ["Which dose?"], [XSS], ["Which dose?"]]
    assert told == [("asking", done, 5) for done in range(6)]
    assert [o.failure for o in result.outcomes] == [None, Failure.FACTS, None, Failure.ANSWERED, Failure.REFUSED]
    assert [o.question.id for o in result.failures()] == ["b", "d", "e"]
    assert result.outcomes[1].understood == "What did X-rays then show?"
    assert all(o.latency >= 0 for o in result.outcomes)
    assert result.overall.facts.value == 1 / 3
    assert result.topics["culture"].facts.n == 3
    assert result.question_set == {
        "name": "set.jsonl",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "splits": [""],
    }
    assert result.index["encoder"]["name"] == "fake" and "weights" not in result.index


def test_refuses_to_evaluate_nothing(tmp_path):
    with pytest.raises(InputError, match="no questions"):
        evaluate(FakeAssistant({}), [])
    with pytest.raises(InputError, match="Cannot read"):
        evaluation(tmp_path / "missing.jsonl")
