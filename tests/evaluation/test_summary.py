"""Every measure, on outcomes small enough to count by hand; and bars."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcqa.errors import InputError
from calcqa.evaluation import missed_bars, parse_bar, summarise
from calcqa.evaluation.measures.estimates import area, auroc, grouped_interval, percentile, percentiles, share
from calcqa.evaluation.outcomes import by_topic
from calcqa.evaluation.pipeline import by_name
from calcqa.types import Span
from helpers.judged import GREW, SHOWED, TEXT, TRIED, answer, evaluation, outcome

STAPH = Span(TEXT.index("Staph"), TEXT.index("aureus") + 6)


def short(span):
    return dataclasses.replace(answer(GREW, short=span), short_answer=TEXT[span.start : span.end])


def test_shares():
    # 4 answerable: two right, one refused, one lacks facts. 2 unanswerable: one refused.
    bare = answer(GREW, text=TEXT[slice(*GREW)] + " [1] More.")
    outcomes = [
        outcome(given=answer(GREW, SHOWED, TRIED, document_sha256="0" * 64)),
        outcome(turns=("A?", "B?"), given=short(STAPH)),
        outcome(answered=False, confidence=0.2),
        outcome(found=False, turns=("A?", "B?", "C?"), given=short(Span(GREW[0], GREW[0] + 8))),
        outcome(answerable=False, answered=False, confidence=0.1, turns=("A?", "B?")),
        outcome(answerable=False, given=bare),
    ]
    summary = summarise(outcomes)
    assert (summary.questions, summary.answerable, summary.unanswerable) == (6, 4, 2)
    shares = {
        "facts": (2 / 4, 4),
        "right": (3 / 6, 6),
        "refused": (1 / 2, 2),
        "wrongly_refused": (1 / 4, 4),
        "followups": (2 / 3, 3),
        "citations": (5 / 6, 6),  # 2 + 1 + 1 + 1 of 3 + 1 + 1 + 1
        "covered": (3 / 4, 4),
        "shorts": (1 / 2, 2),
    }
    for name, (value, n) in shares.items():
        assert (summary.estimates[name].value, summary.estimates[name].n) == (pytest.approx(value), n)
    # Pairs of an answerable 0.9, 0.9, 0.2, 0.9 with an unanswerable 0.1, 0.9: four wins, one loss, three ties.
    assert summary.estimates["auroc"].value == pytest.approx((4 + 3 / 2) / 8)
    # Nobody knows what would have been answered instead of a refusal.
    assert not {"auroc_right", "answered_at_95"} & set(summary.estimates)
    data = json.loads(json.dumps(by_name(summary)))
    assert data["estimates"]["facts"] == data["facts"] and data["facts"]["n"] == 4
    assert data["risk_coverage"] == data["curve"] and by_name(summarise([]))["facts"]["n"] == 0


def test_nothing_to_measure_is_left_out():
    empty = summarise([])
    assert (empty.estimates, empty.aurc, empty.curve, empty.words) == ({}, None, (), None)
    assert empty.latency == {"p50": None, "p95": None, "p99": None}
    assert "auroc" not in summarise([outcome()]).estimates
    assert "covered" not in summarise([outcome(answered=False)]).estimates
    assert auroc([], [1.0]).value is None and share([], []).value is None


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
    curve = summarise(outcomes).curve
    # At 0.9 none of one is wrong, at 0.8 one of three, at 0.6 two of four; the refusal is never an answer.
    assert [(p.threshold, p.coverage, p.risk) for p in curve] == [
        (0.9, 1 / 5, 0),
        (0.8, 3 / 5, 1 / 3),
        (0.6, 4 / 5, 0.5),
    ]
    assert area(curve) == pytest.approx((1 * 0 + 2 / 3 + 1 * 0.5) / 4)
    assert area(()) is None


def test_an_overlong_answer_is_not_a_risk():
    summary = summarise([outcome(given=answer(text="staph " * 61))])
    assert summary.curve[0].risk == 0 and summary.estimates["facts"].value == 0


def test_percentiles():
    assert percentiles([0.1, 0.2, 0.3]) == pytest.approx({"p50": 0.2, "p95": 0.29, "p99": 0.298})
    assert percentile([4, 1, 3, 2, 5], 0.99) == pytest.approx(4.96)
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_groups_are_resampled_whole():
    values = [0, 1, 1, 0, 0]
    one = grouped_interval(["a"] * 5, lambda at: sum(values[i] for i in at) / len(at))
    assert one == (pytest.approx(0.4), pytest.approx(0.4))  # one group has no spread
    # Ten groups, five of ten ones and five of ten zeros: the mean spreads like 10 coins, not 100.
    held = [1] * 50 + [0] * 50
    low, high = grouped_interval([str(i // 10) for i in range(100)], lambda at: sum(held[i] for i in at) / len(at))
    assert high - low == pytest.approx(2 * 1.96 * (0.25 / 10) ** 0.5, abs=0.1)
    assert grouped_interval([], lambda at: 1.0) == (0.0, 0.0)


def test_topics_in_order_of_appearance():
    topics = by_topic([outcome(topic="b"), outcome(topic="a", found=False), outcome(topic="b", answered=False)])
    facts = {topic: summarise(group).estimates["facts"].value for topic, group in topics.items()}
    assert list(topics) == ["b", "a"] and facts == {"b": 0.5, "a": 0}


def test_words_are_those_of_answers_given():
    outcomes = [outcome(given=answer(text="staph " * n)) for n in (3, 6)]
    assert summarise([*outcomes, outcome(answered=False)]).words == 4.5
    assert summarise([outcome(answered=False)]).words is None


def test_bars():
    estimates = evaluation().summary.estimates
    # facts 1/3, refused 1/2, wrongly refused 1/3, follow-ups 0; the answer to XSS is not its quote and not covered.
    assert missed_bars(estimates, {"facts": 0.3, "refused": 0.5, "wrongly_refused": 0.4, "followups": 0}) == []
    bars = {"wrongly_refused": 0.3, "facts": 0.34, "refused": 0.5, "citations": 0.9, "followups": 0.1, "RR": 0.0}
    assert missed_bars(estimates, bars) == ["wrongly_refused", "facts", "citations", "followups", "RR"]
    assert estimates["auroc"].value == pytest.approx((2 + 0.5 + 2) / 6)  # 0.9, 0.9, 0.1 against 0.1, 0.4
    assert missed_bars(estimates, {"auroc": 0.75}) == [] and missed_bars(estimates, {"auroc": 0.76}) == ["auroc"]


def test_citations_ask_for_cover_too_and_what_was_not_measured_fails():
    bare = summarise([outcome(given=answer(GREW, text=TEXT[slice(*GREW)] + " [1] More."))]).estimates
    assert bare["citations"].value == 1
    assert missed_bars(bare, {"citations": 0.5, "refused": 0, "wrongly_refused": 1}) == ["citations", "refused"]


def test_parses_bars():
    assert parse_bar("facts=0.93") == ("facts", 0.93)
    assert parse_bar(" wrongly_refused = .06 ") == ("wrongly_refused", 0.06)
    for nonsense in ("facts", "=0.5", "speed=1", "facts=", "facts=high", "facts=nan", "facts=1.01", "facts=-1", ""):
        with pytest.raises(InputError):
            parse_bar(nonsense)
