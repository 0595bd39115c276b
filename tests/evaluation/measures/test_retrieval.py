"""What a search brought: answers within so many words of it, and the passages with gold evidence in their ranks."""

import math

import pytest

from calcqa.evaluation.measures.retrieval import BUDGETS, MEASURES, judge_passages, judge_texts, within


def test_a_gold_answer_counts_from_the_budget_it_stands_in():
    texts = ["bean " * 99, "Two Hundred\ufb01fty grams.", "pea " * 200, "peas"]
    assert judge_texts(texts, ["two hundredfifty"]) == {"within_100": 0, "within_250": 1, "within_1000": 1}
    assert judge_texts(texts, ["beans", "peas"]) == {"within_100": 0, "within_250": 0, "within_1000": 1}
    assert judge_texts([], ["bean"]) == judge_texts(texts, []) == dict.fromkeys(MEASURES[: len(BUDGETS)], 0)


def test_a_gold_answer_may_run_over_two_passages_but_not_past_the_budget():
    assert within(["the left", "elbow hurt"], ["left elbow"], 3)
    assert not within(["the left", "elbow hurt"], ["left elbow"], 2)


def test_passages_with_gold_evidence_are_ranked():
    found = judge_passages(["a", "b", "c"], {"b"})
    assert found == {"passage_nDCG@10": pytest.approx(1 / math.log2(3))}
    assert judge_passages(["a"], ()) == {"passage_nDCG@10": 0.0}
    assert judge_passages([], {"b"}) == judge_passages(["a"], {"b"}) == {"passage_nDCG@10": 0.0}
