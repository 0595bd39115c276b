"""Every measure, on outcomes small enough to count by hand."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcqa.evaluation import (
    measure,
)
from calcqa.evaluation.estimates import area, auroc, percentiles, share
from calcqa.evaluation.measures import by_topic, risk_coverage
from helpers.judged import outcome


def test_shares():
    # 4 answerable: two right, one refused, one lacks facts. 2 unanswerable: one refused.
    outcomes = [
        outcome(quotes=3, quotes_verified=2, short="it", short_right=True),
        outcome(turns=("A?", "B?"), short="that"),
        outcome(answered=False, confidence=0.2),
        outcome(found=False, turns=("A?", "B?", "C?")),
        outcome(answerable=False, answered=False, confidence=0.1, turns=("A?", "B?")),
        outcome(answerable=False, covered=False),
    ]
    measures = measure(outcomes)
    assert (measures.questions, measures.answerable) == (6, 4)
    assert (measures.facts.value, measures.facts.n) == (2 / 4, 4)
    assert (measures.refused.value, measures.refused.n) == (1 / 2, 2)
    assert (measures.wrongly_refused.value, measures.wrongly_refused.n) == (1 / 4, 4)
    assert (measures.followups.value, measures.followups.n) == (2 / 3, 3)
    assert (measures.citations.value, measures.citations.n) == (5 / 6, 6)  # 2 + 1 + 1 + 1 of 3 + 1 + 1 + 1
    assert (measures.covered.value, measures.covered.n) == (3 / 4, 4)
    assert (measures.shorts.value, measures.shorts.n) == (1 / 2, 2)
    # Pairs of an answerable 0.9, 0.9, 0.2, 0.9 with an unanswerable 0.1, 0.9: four wins, one loss, three ties.
    assert measures.auroc.value == pytest.approx((4 + 3 / 2) / 8)
    assert json.loads(json.dumps(measures.to_dict()))["facts"]["n"] == 4


def test_nothing_to_measure_is_none():
    empty = measure([])
    for name in ("facts", "refused", "wrongly_refused", "followups", "citations", "covered", "shorts", "auroc"):
        estimate = getattr(empty, name)
        assert (estimate.value, estimate.low, estimate.high, estimate.n) == (None, None, None, 0)
    assert (empty.aurc, empty.risk_coverage) == (None, ())
    assert empty.latency == {"p50": None, "p95": None, "p99": None}
    assert measure([outcome()]).auroc.value is None
    assert measure([outcome(answered=False)]).covered.value is None


def test_the_bootstrap_is_that_of_a_binomial():
    # 80 of 100: a resample's share is binomial with deviation sqrt(0.8 * 0.2 / 100) = 0.04, so about 0.72 to 0.88.
    estimate = share([1] * 80 + [0] * 20, [1] * 100)
    assert estimate.value == 0.8
    assert estimate.low == pytest.approx(0.72, abs=0.015) and estimate.high == pytest.approx(0.88, abs=0.015)
    assert estimate == share([1] * 80 + [0] * 20, [1] * 100)
    assert estimate != share([1] * 80 + [0] * 20, [1] * 100, seed=1)
    certain = share([2, 1], [2, 1])
    assert (certain.value, certain.low, certain.high, certain.n) == (1, 1, 1, 3)


def test_units_are_resampled_and_not_their_trials():
    # Ten units, five of 10 hits in 10 and five of none: resampled whole, the share spreads like 10 coins, not 100.
    estimate = share([10] * 5 + [0] * 5, [10] * 10)
    assert estimate.n == 100
    assert estimate.high - estimate.low == pytest.approx(2 * 1.96 * (0.25 / 10) ** 0.5, abs=0.1)


def test_auroc():
    assert auroc([0.9, 0.8], [0.1]).value == 1
    assert auroc([0.1], [0.9, 0.8]).value == 0
    tied = auroc([0.5, 0.5], [0.5])
    assert (tied.value, tied.low, tied.high, tied.n) == (0.5, 0.5, 0.5, 3)
    # Against 0.2 and 0.6: 0.7 wins twice, 0.4 once, 0.2 ties once: 3.5 of 6.
    estimate = auroc([0.7, 0.4, 0.2], [0.2, 0.6])
    assert estimate.value == pytest.approx(3.5 / 6)
    assert estimate.low <= estimate.value <= estimate.high
    # Half of 100 win and half lose against 0.5: the area is a mean of coins, 0.5 ± 1.96 * 0.05.
    coins = auroc([1.0] * 50 + [0.0] * 50, [0.5] * 10)
    assert (coins.value, coins.low, coins.high) == pytest.approx((0.5, 0.4, 0.6), abs=0.02)


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=2, max_size=8), st.data())
def test_auroc_is_the_share_of_pairs_won_with_ties_half(scores, data):
    cut = data.draw(st.integers(1, len(scores) - 1))
    positive, negative = scores[:cut], scores[cut:]
    wins = sum((p > n) + (p == n) / 2 for p in positive for n in negative)
    assert auroc(positive, negative, resamples=2).value == pytest.approx(wins / len(positive) / len(negative))


def test_risk_coverage_and_its_area():
    outcomes = [
        outcome(confidence=0.9),
        outcome(confidence=0.8, found=False),
        outcome(confidence=0.8),
        outcome(confidence=0.6, answerable=False),
        outcome(confidence=0.1, answered=False),
    ]
    curve = risk_coverage(outcomes)
    # At 0.9 none of one is wrong, at 0.8 one of three, at 0.6 two of four; the refusal is never an answer.
    assert [(p.threshold, p.coverage, p.risk) for p in curve] == [
        (0.9, 1 / 5, 0),
        (0.8, 3 / 5, 1 / 3),
        (0.6, 4 / 5, 0.5),
    ]
    assert area(curve) == pytest.approx((1 * 0 + 2 / 3 + 1 * 0.5) / 4)
    assert area(()) is None


def test_an_overlong_answer_is_not_a_risk():
    assert risk_coverage([outcome(words=100)])[0].risk == 0


def test_percentiles():
    assert percentiles([0.1, 0.2, 0.3]) == pytest.approx({"p50": 0.2, "p95": 0.29, "p99": 0.298})


def test_topics_in_order_of_appearance():
    topics = by_topic([outcome(topic="b"), outcome(topic="a", found=False), outcome(topic="b", answered=False)])
    assert list(topics) == ["b", "a"]
    assert (topics["b"].facts.value, topics["a"].facts.value) == (0.5, 0)


def test_words_are_those_of_answers_given():
    assert measure([outcome(words=3), outcome(words=6), outcome(answered=False, words=90)]).words == 4.5
    assert measure([outcome(answered=False)]).words is None
