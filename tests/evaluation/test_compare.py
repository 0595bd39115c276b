"""Two runs compared: differences and their intervals, p against every exchange there is, and what changed."""

import itertools
import json

import numpy as np
import pytest

from calcqa.errors import InputError
from calcqa.evaluation.compare import compare


def record(id, right=None, **more):
    scores = {} if right is None else {"right": [right, 1]}
    return {"id": id, "turns": ["What?"], "text": f"said {right}", "scores": scores | more.pop("scores", {})} | more


def runs(a, b):
    return [[record(str(i), x) for i, x in enumerate(values)] for values in (a, b)]


def test_the_difference_is_that_of_the_shares():
    found = compare(*runs([1, 0, 0, 1], [1, 1, 1, 0]))
    (right,) = found.differences
    assert (right.name, right.a, right.b, right.difference, right.questions) == ("right", 0.5, 0.75, 0.25, 4)
    assert right.low <= 0.25 <= right.high
    assert compare(*runs([1, 0, 0, 1], [1, 1, 1, 0])) == found  # seeded
    assert json.loads(json.dumps(found.to_dict()))["leading"] == "right"


def test_p_is_that_of_all_exchanges():
    a, b = [0.1, 0.4, 0.0, 0.5, 0.2, 0.9, 0.3, 0.3], [0.6, 0.5, 0.4, 0.4, 0.8, 1.0, 0.9, 0.2]
    own = [y - x for x, y in zip(a, b, strict=True)]
    observed = abs(sum(own))
    flips = [abs(sum(s * d for s, d in zip(signs, own, strict=True))) for signs in itertools.product((1, -1), repeat=8)]
    exact = sum(f >= observed - 1e-9 for f in flips) / len(flips)
    (found,) = compare(*runs(a, b), rounds=20_000).differences
    assert found.p == pytest.approx(exact, abs=0.005)


def test_alike_is_not_significant_and_all_otherwise_is():
    (same,) = compare(*runs([1, 0, 1, 0], [1, 0, 1, 0])).differences
    assert (same.p, same.difference, same.low, same.high) == (1, 0, 0, 0)
    (other,) = compare(*runs([0] * 30, [1] * 30)).differences
    assert other.p == pytest.approx(1 / 10_001) and other.low == other.high == 1


def test_the_test_holds_its_level():
    rng = np.random.default_rng(3)
    ps = []
    for seed in range(200):  # two runs of the same quality: p below 0.1 about one time in ten
        a, b = rng.integers(2, size=(2, 40)).tolist()
        ps.append(compare(*runs(a, b), rounds=300, seed=seed).differences[0].p)
    assert 0.02 <= np.mean(np.array(ps) < 0.1) <= 0.16


def test_shares_over_parts_are_pooled_and_a_part_may_be_missing():
    a = [record("1", scores={"citations": [1, 2]}), record("2", scores={"citations": [3, 3]}), record("3")]
    b = [record("1", scores={"citations": [2, 2]}), record("2"), record("3", scores={"citations": [1, 4]})]
    (found,) = compare(a, b).differences
    assert (found.a, found.b, found.questions) == (pytest.approx(4 / 5), pytest.approx(3 / 6), 3)


def test_areas_are_compared_too():
    def run(sure):
        return [record(str(i), 1, answerable=i < 20, answered=True, confidence=c) for i, c in enumerate(sure)]

    spread = [i / 40 for i in range(40)]
    found = {d.name: d for d in compare(run(spread), run(spread[::-1])).differences}
    assert (found["auroc"].a, found["auroc"].b) == (0, 1) and found["auroc"].p < 0.01
    same = {d.name: d for d in compare(run(spread), run(spread)).differences}
    assert same["auroc"].p == 1 and same["auroc"].difference == 0
    tied = {d.name: d for d in compare(run([0.5] * 40), run(spread)).differences}
    assert tied["auroc"].a == 0.5


def test_what_changed_is_listed_the_largest_first():
    a, b = runs([1, 0, 0.5, 0.2], [0, 0.3, 0.5, 0.9])
    found = compare(a, b)
    assert [(c.id, c.before, c.after) for c in found.won] == [("3", 0.2, 0.9), ("1", 0, 0.3)]
    assert [(c.id, c.said_before, c.said_after) for c in found.lost] == [("0", "said 1", "said 0")]


def test_runs_that_only_rank_are_led_by_their_ranking():
    a = [{"id": "q", "turns": [], "scores": {"RR": [0.5, 1], "nDCG@10": [0.4, 1]}, "ranking": ["x", "y"]}]
    b = [{"id": "q", "turns": ["What?"], "scores": {"nDCG@10": [0.9, 1], "P@1": [1, 1]}, "ranking": ["z"]}]
    found = compare(a, b)
    assert [d.name for d in found.differences] == ["nDCG@10"] and found.leading == "nDCG@10"
    assert (found.won[0].question, found.won[0].said_before, found.won[0].said_after) == ("What?", "x y", "z")


def test_only_questions_of_both_are_compared():
    found = compare([record("a", 1), record("b", 0)], [record("b", 1), record("c", 1), record("d", 1)])
    assert (found.questions, found.only_a, found.only_b) == (1, 1, 2) and [c.id for c in found.won] == ["b"]
    with pytest.raises(InputError, match="no question in common"):
        compare([record("a", 1)], [record("b", 1)])
    with pytest.raises(InputError, match="different questions under the id 'a'"):
        compare([record("a", 1)], [record("a", 1, turns=["Who?"])])


def test_runs_that_share_no_measure_have_nothing_to_lead():
    found = compare([record("a", 1)], [record("a")])
    assert (found.differences, found.leading, found.won, found.lost) == ((), None, (), ())
