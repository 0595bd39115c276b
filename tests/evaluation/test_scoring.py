"""Scoring: what an answer is worth by what the set knows, and records that are read back as they were written."""

import json
import re
from types import SimpleNamespace

import pytest

from calcqa.evaluation.collection import Collection, Gold
from calcqa.evaluation.datasets import Query
from calcqa.evaluation.scoring import Scored, score, score_ranking
from calcqa.evaluation.summary import SHARES, summarise
from calcqa.types import Span
from helpers.judged import DOCUMENT, GREW, SHOWED, TEXT, TRIED, answer, find, refusal

STAPH = Span(TEXT.index("Staph"), TEXT.index("aureus") + 6)


def collection(**gold):
    spans = {id: tuple(Gold(DOCUMENT.id, s) for s in found) for id, found in gold.items()}
    assistant = SimpleNamespace(document=find)
    return Collection(assistant, {"d": DOCUMENT.id, "e": "other"}, {DOCUMENT.id: ("d",)}, spans, 0, "")


def query(**values):
    return Query("q", ("What grew?",), "set, line 1", **({"answerable": True} | values))


def of(found, *names):
    return tuple(found.scores.get(name) for name in names)


def test_citations_are_held_against_gold_evidence():
    where = collection(q=(STAPH, Span(0, 8), Span(*TRIED)))
    found = score(query(), where, answer=answer(GREW, SHOWED))
    # Of two quotes one overlaps gold; of three pieces of gold the first quote overlaps two.
    assert of(found, "citation_precision", "citation_recall", "right") == ((1, 2), (2, 3), (1, 1))
    refused = score(query(), where, answer=refusal())
    assert of(refused, "citation_precision", "citation_recall", "right") == (None, (0, 3), (0, 1))


def test_touching_is_not_overlapping():
    where = collection(q=(Span(GREW[1], GREW[1] + 1),))
    assert of(score(query(), where, answer=answer(GREW)), "citation_precision") == ((0, 1),)


@pytest.mark.parametrize(
    ("known", "gold", "right"),
    [
        ({"facts": ((re.compile("staph", re.I),),)}, (Span(*TRIED),), True),  # facts before evidence
        ({"facts": ((re.compile("strep", re.I),),)}, (STAPH,), False),
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
    found = score(query(**known), collection(q=gold), answer=answer(GREW))
    assert found.right is right and found.would is right


def test_a_refusal_is_right_where_nothing_answers():
    assert score(query(answerable=False), collection(), answer=refusal()).right is True
    refused = score(query(answers=("Staphylococcus",)), collection(), answer=refusal(), forced=answer(GREW))
    assert refused.right is False and refused.would is True  # it would have known
    assert of(refused, "wrongly_refused", "found", "answered", "refused") == ((1, 1), (0, 1), (0, 1), None)


def test_a_refusal_is_neither_right_nor_wrong_where_nobody_says_whether_there_is_an_answer():
    refused = score(query(answerable=None), collection(), answer=refusal())
    assert refused.right is None and of(refused, "undecided_refused") == ((1, 1),)
    assert of(refused, "refused", "wrongly_refused") == (None, None)
    assert of(score(query(answerable=None), collection(), answer=answer(GREW)), "undecided_refused") == ((0, 1),)
    assert "undecided_refused" in summarise([refused]).estimates


def test_em_and_f1_are_of_the_short_answer_or_the_first_quote():
    asked = query(answers=("Staphylococcus aureus",))
    marked = answer(GREW, short=STAPH)
    short = score(asked, collection(), answer=answer(GREW), forced=marked, spans=True)
    assert short.prediction == "Staphylococcus aureus" and of(short, "em", "f1") == ((1, 1), (1, 1))
    quote = score(asked, collection(), answer=answer(GREW), forced=answer(SHOWED, short=Span(*SHOWED)), spans=True)
    assert quote.prediction == TEXT[slice(*GREW)]  # what is marked elsewhere is no part of this answer
    assert quote.scores["em"] == (0, 1) and quote.scores["f1"][0] == pytest.approx(2 * 2 / (6 + 2))
    refused = score(asked, collection(), answer=refusal(), forced=marked, spans=True)
    assert (refused.em, of(refused, "em", "f1")) == (1, ((0, 1), (0, 1)))  # as it ships it said nothing
    none = query(answerable=False)
    assert of(score(none, collection(), answer=refusal(), forced=marked, spans=True), "em") == ((1, 1),)
    assert of(score(none, collection(), answer=answer(GREW), spans=True), "em") == ((0, 1),)
    assert score(none, collection(), answer=answer(GREW)).em is None  # the set has no short answers


def test_a_ranking_is_judged_where_something_is_relevant():
    found = score(query(relevant={"d": 1}), collection(), ("e", "d"))
    assert found.scores["RR"] == (0.5, 1) and found.answered is None and found.right is None
    assert score(query(relevant={"d": 1}), collection(), ()).scores["RR"] == (0, 1)  # nothing found
    assert not score(query(relevant={"d": 1}), collection()).scores  # not asked for
    assert not score(query(relevant={"d": 0}), collection(), ("d",)).scores


def test_somebodys_ranking():
    found = score_ranking("1", ("x", "a"), {"a": 1, "b": -2})
    assert found.scores["RR"] == (0.5, 1) and found.expected == ("a",) and found.ranking == ("x", "a")


def test_a_record_is_read_back_as_it_was():
    found = score(
        query(answers=("staph",), topic="organs"), collection(q=(STAPH,)), ("d",), answer(GREW), spans=True, latency=0.5
    )
    assert Scored.from_dict(json.loads(json.dumps(found.to_dict()))) == found
    bare = score(query(), collection())
    assert Scored.from_dict(json.loads(json.dumps(bare.to_dict()))) == bare


def scored(id, would, confidence, answered=True, answerable=True, **scores):
    right = would and answered if answerable else not answered
    return Scored(
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
        scored("a", True, 0.9, citation_recall=(1.0, 2.0)),
        scored("b", True, 0.8, citation_recall=(1.0, 1.0)),
        scored("c", True, 0.3, answered=False),
        scored("d", False, 0.5, answerable=False),
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
    found = summarise([score_ranking("1", ("a",), {"a": 1})])
    assert set(found.estimates) == {"nDCG@10", "R@10", "R@100", "RR", "P@1"} <= set(SHARES)
    assert (found.curve, found.aurc, found.best_em, found.words) == ((), None, None, None)
    assert summarise([]).estimates == {}
