"""SQuAD's exact match and F1, by worked examples, and the best threshold against trying all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcqa.evaluation.measures.spans import against, best_threshold, exact, f1, normal, stands_in


def test_texts_are_compared_without_case_punctuation_and_articles():
    assert normal("The U.S. Army, a (large) force") == ["us", "army", "large", "force"]
    assert exact("The Normans.", "normans") == 1 and exact("Normandy", "normans") == 0


def test_f1_by_hand():
    # found: 10th and 11th centuries; gold: in 10th and 11th centuries. Four shared of four and five: 2 * 4 / 9.
    assert f1("10th and 11th centuries", "in the 10th and 11th centuries") == pytest.approx(8 / 9)
    assert f1("beta beta", "beta") == pytest.approx(2 / 3)  # a word counts as often as both have it
    assert (f1("alpha", "beta"), f1("the", "a"), f1("the", "beta")) == (0, 1, 0)


def test_the_nearest_gold_counts_and_none_asks_for_nothing():
    assert against("the Rhine river", ["Danube", "Rhine"]) == (0, pytest.approx(2 / 3))
    assert against("", []) == (1, 1) and against("The.", []) == (1, 1) and against("Rhine", []) == (0, 0)


def test_a_gold_stands_in_a_text_as_whole_words():
    assert stands_in("200 g", "It weighed 200 g.") and stands_in("The weight", "Its weight, then")
    assert not stands_in("200 g", "It weighed 2200 g.") and not stands_in("weighed g", "weighed 200 g")
    assert stands_in("A", "blood group A, positive") and not stands_in("A", "Blood group AB")
    assert not stands_in(" ", "anything")


def test_the_best_threshold_by_hand():
    # Answering 0.9 gains 1; 0.8 loses 1 (unanswerable); 0.7 gains 1: answering one or all three is 2 of 3.
    best = best_threshold([0.8, 0.9, 0.7], [0, 1, 1], [1, 0, 0])
    assert (best.value, best.threshold) == (pytest.approx(2 / 3), pytest.approx(0.85))  # it answers least
    assert best_threshold([0.2, 0.1], [0, 0], [1, 1]).threshold > 0.2  # best to answer nothing
    assert best_threshold([0.2, 0.1], [1, 1], [0, 0]).threshold == 0.1  # best to answer all


_scores = st.lists(
    st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.9]), st.sampled_from([0.0, 0.5, 1.0]), st.booleans()), min_size=1
)


@given(_scores)
def test_no_threshold_does_better(rows):
    confidence = [c for c, _, _ in rows]
    given_, none = [s if not n else 0.0 for _, s, n in rows], [float(n) for _, _, n in rows]

    def mean(threshold):
        return sum(g if c >= threshold else n for c, g, n in zip(confidence, given_, none, strict=True)) / len(rows)

    best = best_threshold(confidence, given_, none)
    assert best.value == pytest.approx(max(mean(t) for t in (0.0, 0.1, 0.3, 0.5, 0.9, 1.0)))
    assert mean(best.threshold) == pytest.approx(best.value)  # the threshold does what is said of it
