"""Rankings: the measures as worked by hand, and texts in the order of their best passage."""

import math
from types import SimpleNamespace

import pytest

from calcqa.evaluation.measures.ranking import DEPTH, RANKED, judge_ranking, rank_texts


def test_measures_by_hand():
    found = judge_ranking(["x", "a", "y", "b"], {"a": 1, "b": 2, "c": 1, "z": 0})
    gain = 1 / math.log2(3) + 2 / math.log2(5)
    ideal = 2 + 1 / math.log2(3) + 1 / math.log2(4)
    assert found["nDCG@10"] == pytest.approx(gain / ideal)
    assert found["R@10"] == pytest.approx(2 / 3) and found["RR"] == 0.5 and found["P@1"] == 0
    assert tuple(found) == RANKED


def test_the_order_given_counts_whatever_the_ids_are():
    for first, second in (("a", "b"), ("b", "a")):
        assert judge_ranking([first, second], {"a": 1})["P@1"] == (first == "a")


def test_recall_looks_as_deep_as_it_says():
    ranking = [f"x{i}" for i in range(10)] + ["a"]
    assert (judge_ranking(ranking, {"a": 1})["R@10"], judge_ranking(ranking, {"a": 1})["R@100"]) == (0, 1)


def test_nothing_found_scores_nothing():
    assert set(judge_ranking([], {"a": 1}).values()) == {0.0}


def test_texts_rank_by_their_best_passage_and_those_that_are_one_document_together():
    hits = [SimpleNamespace(passage=SimpleNamespace(document_id=d)) for d in ("D2", "D1", "D2", "D3")]
    assert rank_texts(hits, {"D1": ("a",), "D2": ("b", "c"), "D9": ("z",)}) == ("b", "c", "a")
    many = [SimpleNamespace(passage=SimpleNamespace(document_id=f"D{i}")) for i in range(300)]
    assert len(rank_texts(many, {f"D{i}": (f"t{i}",) for i in range(300)})) == DEPTH
