"""Risk and coverage, and how much can be answered at a precision, against plain counting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcqa.evaluation.measures.estimates import answered_at, area, risk_curve, share

_answers = st.lists(st.tuples(st.sampled_from([0.1, 0.4, 0.6, 0.9]), st.booleans()), min_size=1, max_size=30)


@given(_answers, st.integers(0, 3))
def test_the_curve_is_what_counting_gives(answers, more):
    confidence, right = [c for c, _ in answers], [r for _, r in answers]
    curve = risk_curve(confidence, right, len(answers) + more)
    assert [p.threshold for p in curve] == sorted(set(confidence), reverse=True)
    for point in curve:
        given_ = [r for c, r in answers if c >= point.threshold]
        assert point.coverage == pytest.approx(len(given_) / (len(answers) + more))
        assert point.risk == pytest.approx(given_.count(False) / len(given_))
    assert 0 <= area(curve) <= 1


@given(_answers, st.sampled_from([0.5, 0.75, 0.95, 1.0]))
def test_answered_at_is_the_largest_share_that_is_precise_enough(answers, precision):
    confidence, right = [c for c, _ in answers], [r for _, r in answers]
    shares = [0.0]
    for threshold in set(confidence):
        given_ = [r for c, r in answers if c >= threshold]
        if sum(given_) >= precision * len(given_):
            shares.append(len(given_) / len(answers))
    assert answered_at(confidence, right, precision, resamples=2).value == pytest.approx(max(shares))


def test_answered_at_has_an_interval():
    confidence = [1 - i / 100 for i in range(100)]
    found = answered_at(confidence, [i < 60 for i in range(100)], 0.95)
    # 60 right, then 3 wrong may follow: 63 given with 60 right is 95.2 %.
    assert found.value == 0.63 and found.low < 0.63 < found.high and found.n == 100
    assert found == answered_at(confidence, [i < 60 for i in range(100)], 0.95)
    assert answered_at([], []).value is None


def test_shares_of_many_questions_are_resampled_in_parts_as_they_would_be_at_once():
    # More numbers than are drawn at a time; the deviation of a mean of 3,000 coins is 0.5 / sqrt(3000).
    found = share([1, 0] * 1_500, [1] * 3_000)
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.5 / 3_000**0.5, rel=0.1)
