"""The form of questions/report.jsonl: what loads, and what is wrong with what does not."""

import re

import pytest

from calcqa.errors import InputError, SidecarError
from calcqa.evaluation import (
    load_questions,
)
from calcqa.evaluation.datasets.base import Text
from calcqa.evaluation.datasets.report import load, to_dict
from calcqa.types import text_hash
from helpers.judged import GOOD, write


def test_loads_in_order_and_by_split(tmp_path):
    second = {**GOOD, "id": "b", "split": "dev", "note": "left alone"}
    third = {"id": "c", "split": "test", "topic": "near-miss", "turns": ["A?", "B?"], "answerable": False, "facts": []}
    path = write(tmp_path, GOOD, "", second, third)
    assert [(q.id, q.split) for q in load_questions(path)] == [("a", ""), ("b", "dev"), ("c", "test")]
    (dev,) = load_questions(str(path), "dev")
    assert dev.facts[0][0].search("STREPTOCOCCUS")
    assert to_dict(dev) == {k: v for k, v in second.items() if k != "note"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"id": ""}, '"id"'),
        ({"id": 3}, '"id"'),
        ({"topic": None}, '"topic"'),
        ({"split": 1}, '"split"'),
        ({"turns": []}, '"turns"'),
        ({"turns": "What grew?"}, '"turns"'),
        ({"turns": ["What grew?", " ?! "]}, '"turns"'),
        ({"turns": ["long " * 500]}, "2,000"),
        ({"answerable": "yes"}, '"answerable"'),
        ({"facts": []}, "any answer would be right"),
        ({"facts": None}, '"facts"'),
        ({"facts": ["staph"]}, '"facts"'),
        ({"facts": [[]]}, '"facts"'),
        ({"facts": [[7]]}, "not a text"),
        ({"facts": [["("]]}, "not a regular expression"),
        ({"facts": [["a|"]]}, "found in any text"),
        ({"answerable": False}, "not answerable"),
    ],
)
def test_a_bad_line_names_file_line_and_problem(tmp_path, change, problem):
    with pytest.raises(SidecarError, match=re.escape(problem)) as caught:
        load_questions(write(tmp_path, {**GOOD, "id": "first"}, {**GOOD, **change}))
    assert (caught.value.source, caught.value.line) == ("set.jsonl", 2)


def test_ids_are_not_repeated_even_across_splits(tmp_path):
    path = write(tmp_path, {**GOOD, "split": "dev"}, {**GOOD, "split": "test"})
    with pytest.raises(SidecarError, match=r"line 2: the id 'a' is that of line 1"):
        load_questions(path, "dev")


def test_sets_that_cannot_be_used(tmp_path):
    with pytest.raises(SidecarError, match="line 1: not valid JSON"):
        load_questions(write(tmp_path, "{"))
    with pytest.raises(InputError, match="holds no questions"):
        load_questions(write(tmp_path, ""))
    with pytest.raises(InputError, match="no questions of the split 'dev'; splits it has: none"):
        load_questions(write(tmp_path, GOOD), "dev")
    with pytest.raises(InputError, match="Cannot read"):
        load_questions(tmp_path / "missing.jsonl")
    with pytest.raises(InputError, match="Cannot read"):
        load_questions(tmp_path)


TEXT = Text("PMC1", "", "Gout is common. He took colchicine for ten days.")
OVER_A_TEXT = GOOD | {"document": "PMC1", "text_sha256": text_hash(TEXT.text), "evidence": [[[16, 48], [0, 15]]]}


def test_a_question_over_a_corpus_names_its_text_and_where_the_answer_stands(tmp_path):
    (query,) = load(write(tmp_path, OVER_A_TEXT), [TEXT]).queries
    assert query.asked_of == ("PMC1",)
    assert [TEXT.text[e.start : e.end] for e in query.evidence] == [
        "He took colchicine for ten days.",
        "Gout is common.",
    ]
    (without,) = load(write(tmp_path, GOOD), [TEXT]).queries
    assert (without.asked_of, without.evidence) == ((), ())


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"text_sha256": "0" * 64}, "not the one the question was written for"),
        ({"text_sha256": None}, '"text_sha256"'),
        ({"evidence": [[[30, 10]]]}, "alternatives"),
        ({"evidence": [[[5, 5]]]}, "alternatives"),
        ({"evidence": [[[0, 49]]]}, "inside the text"),
        ({"answerable": False, "facts": []}, "though it is not answerable"),
        ({"evidence": [[[1]]]}, "alternatives"),
        ({"evidence": [[["0", "9"]]]}, "alternatives"),
        ({"evidence": [[[-1, 9]]]}, "alternatives"),
        ({"evidence": 3}, "alternatives"),
        ({"document": ""}, 'no "document"'),
    ],
)
def test_evidence_that_means_nothing_is_refused(tmp_path, change, problem):
    with pytest.raises(SidecarError, match=problem):
        load(write(tmp_path, OVER_A_TEXT | change), [TEXT])
