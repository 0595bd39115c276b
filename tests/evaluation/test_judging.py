"""Judging: quotes, facts and length of an answer; what a dataset knows first; records read back as they were."""

import dataclasses
import json

import pytest

from calcqa.evaluation import Failure, judge, summarise
from calcqa.evaluation.collection import Gold
from calcqa.evaluation.judging import judge_search
from calcqa.evaluation.measures import MEASURES
from calcqa.evaluation.outcomes import Outcome
from calcqa.types import Span
from helpers.judged import (
    DOCUMENT,
    DOCUMENTS,
    GREW,
    SHOWED,
    TEXT,
    TRIED,
    answer,
    evaluation,
    judged,
    outcome,
    question,
    refusal,
)

STAPH = Span(TEXT.index("Staph"), TEXT.index("aureus") + 6)


def test_judges_quotes_facts_words_and_cover():
    made = judged(question(facts=(("staph",), ("calcif", "x"))), answer(GREW, SHOWED), 0.5)
    assert made.groups_found == (True, True)
    assert made.would and made.right and made.covered and made.failure is None
    assert (len(made.citations), made.quotes_verified, made.latency) == (2, 2, 0.5)
    assert made.words == 7 + 3  # two quotes; "[1]" and "[2]" are no words


def test_a_marker_is_not_a_fact_but_a_bracket_in_a_quote_is():
    assert not judged(question(facts=((r"\[1\]",),)), answer(GREW)).right
    assert judged(question(facts=((r"\[1\]",),)), answer(TRIED)).right


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
    made = judged(question(), answer(GREW, **change))
    assert made.scores["citations"] == (0, 1) and made.failure is Failure.CITATION


def test_text_outside_citations_is_seen():
    made = judged(question(), answer(GREW, text=TEXT[slice(*GREW)] + " [1] Take warfarin."))
    assert made.quotes_verified == 1 and not made.covered and made.failure is Failure.UNCOVERED
    assert made.words == 7 + 2
    nothing_cited = judged(question(), answer(text="Staph."))
    assert nothing_cited.failure is Failure.UNCOVERED


@pytest.mark.parametrize(
    ("words", "right"), [("Staphylococcus aureus", True), ("aureus", True), ("the wound", False), ("grew", False)]
)
def test_a_short_answer_is_right_if_it_shares_words_with_a_fact(words, right):
    at = TEXT.index(words)
    marked = dataclasses.replace(answer(GREW, short=Span(at, at + len(words))), short_answer=words)
    made = judged(question(facts=(("staphylococcus aureus",),)), marked)
    assert (made.short, made.scores["shorts"]) == (words, (right, 1))
    assert judged(question(answerable=False), marked).scores["shorts"] == (0, 1)
    assert "shorts" not in judged(question(), answer(GREW)).scores


def test_a_refusal_that_names_the_fact_does_not_count():
    made = judged(question(), refusal())
    assert not made.right and made.would is None and made.failure is Failure.REFUSED
    assert (made.reason, made.unanswerable) == ("gap", "doses")
    assert judged(question(answerable=False), refusal()).right


def test_length_bounds_an_answer_unless_a_list_or_a_summary_was_asked_for():
    def of(words, **asked):
        return outcome(given=answer(text="staph " * words), **asked)

    assert of(60).right
    assert of(61).failure is Failure.LENGTH and not of(61).right
    assert of(61, facts=(("staph",),) * 4).failure is Failure.LENGTH
    assert of(200, facts=(("staph",),) * 5).right
    assert of(200, topic="summary").right
    assert judge(question(facts=(), answers=("staph",)), answer(GREW, text="staph " * 200), DOCUMENTS).failure is not (
        Failure.LENGTH
    )


def test_failures_are_named():
    assert outcome().failure is None
    assert outcome(answerable=False).failure is Failure.ANSWERED
    assert outcome(found=False).failure is Failure.FACTS
    assert judge(question(facts=(), answers=("strep",)), answer(GREW), DOCUMENTS).failure is Failure.WRONG
    assert [o.failure for o in evaluation().outcomes] == [None, Failure.FACTS, None, Failure.ANSWERED, Failure.REFUSED]


def query(**values):
    return question(**({"facts": ()} | values))


def of(made, *names):
    return tuple(made.scores.get(name) for name in names)


def golds(*spans):
    return tuple(Gold(DOCUMENT.id, span) for span in spans)


def test_citations_are_held_against_gold_evidence():
    gold = golds(STAPH, Span(0, 8), Span(*TRIED))
    found = judge(query(), answer(GREW, SHOWED), DOCUMENTS, gold=gold)
    # Of two quotes one overlaps gold; of three pieces of gold the first quote overlaps two.
    assert of(found, "citation_precision", "citation_recall", "right") == ((1, 2), (2, 3), (1, 1))
    refused = judge(query(), refusal(), DOCUMENTS, gold=gold)
    assert of(refused, "citation_precision", "citation_recall", "right") == (None, (0, 3), (0, 1))


def test_touching_is_not_overlapping():
    gold = golds(Span(GREW[1], GREW[1] + 1))
    assert of(judge(query(), answer(GREW), DOCUMENTS, gold=gold), "citation_precision") == ((0, 1),)


@pytest.mark.parametrize(
    ("known", "gold", "right"),
    [
        ({"facts": (("staph",),)}, (Span(*TRIED),), True),  # facts before evidence
        ({"facts": (("strep",),)}, (STAPH,), False),
        ({"answers": ("nothing of it",)}, (STAPH,), True),  # evidence before answers
        ({"answers": ("Staphylococcus aureus",)}, (Span(*TRIED),), False),
        ({"answers": ("strep", "the staphylococcus AUREUS")}, (), True),  # any of the answers
        ({"answers": ("strep",), "relevant": {"d": 1}}, (), False),  # answers before relevance
        ({"relevant": {"d": 1, "e": 0}}, (), True),
        ({"relevant": {"d": 0, "e": 2}}, (), False),
        ({"answerable": False}, (), False),
        ({"answerable": None}, (), None),
        ({}, (), None),
    ],
)
def test_an_answer_is_right_by_what_the_set_knows_first(known, gold, right):
    relevant = {DOCUMENT.id} if known.get("relevant", {}).get("d") else {"other"}
    found = judge(query(**known), answer(GREW), DOCUMENTS, gold=golds(*gold), relevant=relevant)
    assert found.right is right and found.would is right


def test_a_refusal_is_right_where_nothing_answers():
    assert judge(query(answerable=False), refusal(), DOCUMENTS).right is True
    refused = judge(query(answers=("Staphylococcus",)), refusal(), DOCUMENTS, forced=answer(GREW))
    assert refused.right is False and refused.would is True  # it would have known
    assert of(refused, "wrongly_refused", "found", "answered", "refused") == ((1, 1), (0, 1), (0, 1), None)


def test_a_refusal_is_neither_right_nor_wrong_where_nobody_says_whether_there_is_an_answer():
    refused = judge(query(answerable=None), refusal(), DOCUMENTS)
    assert refused.right is None and of(refused, "undecided_refused") == ((1, 1),)
    assert of(refused, "refused", "wrongly_refused") == (None, None)
    assert of(judge(query(answerable=None), answer(GREW), DOCUMENTS), "undecided_refused") == ((0, 1),)
    assert "undecided_refused" in summarise([refused]).estimates


def test_em_and_f1_are_of_the_short_answer_or_the_first_quote():
    asked = query(answers=("Staphylococcus aureus",))
    marked = answer(GREW, short=STAPH)
    short = judge(asked, answer(GREW), DOCUMENTS, forced=marked, spans=True)
    assert short.prediction == "Staphylococcus aureus" and of(short, "em", "f1") == ((1, 1), (1, 1))
    quote = judge(asked, answer(GREW), DOCUMENTS, forced=answer(SHOWED, short=Span(*SHOWED)), spans=True)
    assert quote.prediction == TEXT[slice(*GREW)]  # what is marked elsewhere is no part of this answer
    assert quote.scores["em"] == (0, 1) and quote.scores["f1"][0] == pytest.approx(2 * 2 / (6 + 2))
    refused = judge(asked, refusal(), DOCUMENTS, forced=marked, spans=True)
    assert (refused.em, of(refused, "em", "f1")) == (1, ((0, 1), (0, 1)))  # as it ships it said nothing
    none = query(answerable=False)
    assert of(judge(none, refusal(), DOCUMENTS, forced=marked, spans=True), "em") == ((1, 1),)
    assert of(judge(none, answer(GREW), DOCUMENTS, spans=True), "em") == ((0, 1),)
    assert judge(none, answer(GREW), DOCUMENTS).em is None  # the set has no short answers


def test_a_ranking_is_judged_where_something_is_relevant():
    found = judge_search(query(relevant={"d": 1, "f": -2}), ("e", "d"))
    assert found.scores["RR"] == (0.5, 1) and found.answered is None and found.right is None and found.failure is None
    assert found.expected == ("d",) and found.ranking == ("e", "d")
    assert judge_search(query(relevant={"d": 1}), ()).scores["RR"] == (0, 1)  # nothing found
    assert not judge_search(query(relevant={"d": 1}), None).scores  # not asked for
    assert not judge_search(query(relevant={"d": 0}), ("d",)).scores
    assert judge_search(query(), None, {"within_100": 1.0}).scores == {"within_100": (1.0, 1.0)}


def test_a_record_is_read_back_as_it_was():
    made = [
        judge(query(answers=("staph",)), answer(GREW), DOCUMENTS, 0.5, ranking=("d",), gold=golds(STAPH), spans=True),
        judge_search(query(), None),
        outcome(answered=False),
        outcome(found=False),
    ]
    for one in made:
        record = json.loads(json.dumps(one.to_dict()))
        assert Outcome.from_dict(record) == one and record["right"] == one.right
    assert record["failure"] == "facts missing" and (record["quotes"], record["gap"]) == (1, None)


def of_a_run(id, would, confidence, answered=True, answerable=True, **scores):
    right = would and answered if answerable else not answered
    return Outcome(
        id,
        ("A?",),
        "",
        answerable,
        (),
        {"right": (float(right), 1.0)} | scores,
        answered=answered,
        confidence=confidence,
        would=would,
        em=float(would),
        f1=float(would),
        words=10,
        latency=0.1,
    )


def test_a_summary_adds_up():
    records = [
        of_a_run("a", True, 0.9, citation_recall=(1.0, 2.0)),
        of_a_run("b", True, 0.8, citation_recall=(1.0, 1.0)),
        of_a_run("c", True, 0.3, answered=False),
        of_a_run("d", False, 0.5, answerable=False),
    ]
    found = summarise(records)
    assert (found.questions, found.answerable, found.unanswerable) == (4, 3, 1)
    assert found.estimates["right"].value == 0.5 and found.estimates["citation_recall"].value == pytest.approx(2 / 3)
    assert found.estimates["auroc"].value == pytest.approx(2 / 3) == found.estimates["auroc_right"].value
    # Surest first: right, right, wrong, right: half of them at 95 %.
    assert found.estimates["answered_at_95"].value == 0.5
    assert [(p.coverage, p.risk) for p in found.curve] == [(0.25, 0), (0.5, 0), (0.75, 1 / 3), (1, 0.25)]
    assert (found.best_em.value, found.best_f1.value) == (0.75, 0.75)  # answering two, or all
    assert 0.5 < found.best_em.threshold <= 0.8 and found.words == 10
    assert json.loads(json.dumps(found.to_dict()))["estimates"]["right"]["n"] == 4


def test_what_was_not_asked_has_no_curve():
    found = summarise([judge_search(query(relevant={"a": 1}), ("a",))])
    assert set(found.estimates) == {"nDCG@10", "R@10", "R@100", "RR", "P@1"} <= set(MEASURES)
    assert (found.curve, found.aurc, found.best_em, found.words) == ((), None, None, None)
    assert summarise([]).estimates == {}
