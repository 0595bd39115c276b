"""Fitting: the statistics by worked examples, and a whole fit over the invented report."""

import dataclasses
import re

import numpy as np
import pytest

from calcqa.assistant import Assistant
from calcqa.errors import InputError
from calcqa.evaluation.alone import each_alone, fit_for_others
from calcqa.evaluation.datasets.base import Dataset, Query, Text
from calcqa.evaluation.datasets.report import load_questions
from calcqa.evaluation.datasets.sampling import named_alone
from calcqa.evaluation.deciding import trust
from calcqa.evaluation.fit import fit, fit_reader
from calcqa.evaluation.regression import choose_threshold, fit_logistic
from calcqa.index.open import open_index
from calcqa.models.reader import Marked, Reading
from calcqa.parameters import Weights
from helpers.fakes import many_lines
from helpers.judged import write


def test_a_logistic_model_finds_what_made_the_labels():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4000, 2))
    y = rng.random(4000) < 1 / (1 + np.exp(-(0.5 + 2.0 * x[:, 0] - 1.0 * x[:, 1])))
    assert fit_logistic(x, y, (1, -1)) == pytest.approx((0.5, 2.0, -1.0), abs=0.15)


def test_a_slope_against_its_known_sign_is_left_out():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4000, 2))
    y = rng.random(4000) < 1 / (1 + np.exp(-(2.0 * x[:, 0] - 1.0 * x[:, 1])))
    intercept, first, second = fit_logistic(x, y, (1, 1))
    assert second == 0.0 and first > 1.5 and abs(intercept) < 0.2
    falling = np.arange(8.0)[:, None]
    assert fit_logistic(falling, np.arange(8) < 6, (1,)) == (pytest.approx(np.log(3), abs=1e-4), 0.0)  # none is left


def test_a_threshold_stands_where_errors_of_both_kinds_are_fewest():
    assert 0.3 < choose_threshold(np.full(50, 0.9), np.full(50, 0.1)) < 0.7
    # Refusing what is answerable is tolerated less than answering what is not: the threshold leans to the low side.
    assert choose_threshold(np.full(50, 0.7), np.full(50, 0.3)) < 0.5


class WordReader:
    """Finds a sentence the likelier the more words of the question it has."""

    threshold = exact_threshold = 0.9

    def read(self, question, passages):
        asked = set(question.lower().rstrip("?").split())
        found = []
        for p in passages:
            texts = [p.text[s.start - p.start : s.end - p.start].lower() for s in p.sentences]
            logits = [2.0 * len(asked & set(t.rstrip(".").split())) - 3.0 for t in texts]
            marks = tuple(Marked(s, x, x, 0.0, 0.5, 0.5) for s, x in zip(p.sentences, logits, strict=True))
            found.append(Reading(p.id, None, 0.5, marks))
        return found


def knee_questions():
    asked = [
        ("Which joint hurt with pain in the left knee?", "left knee"),
        ("How long had the pain gone?", "six weeks"),
        ("Was his temperature normal?", "temperature was normal"),
        ("What did he have on ice before?", "fallen on"),
        ("Was there a splint worn at night?", "splint"),
        ("Was physiotherapy tried?", "physiotherapy"),
    ]
    silent = ["Who won in Denmark?", "What colour is the sky?", "Which dose of ibuprofen?", "Where is the airport?"]
    common = {"split": "dev", "topic": "t"}
    records = [
        common | {"id": f"a{i}", "turns": [q], "answerable": True, "facts": [[fact]]}
        for i, (q, fact) in enumerate(asked)
    ]
    return records + [
        common | {"id": f"n{i}", "turns": [q], "answerable": False, "facts": []} for i, q in enumerate(silent)
    ]


@pytest.fixture
def knee(tmp_path, small_source, build_small):
    """Questions over the invented report, and its indexes: with its FAQ, with few entries of it, and without."""
    questions = load_questions(write(tmp_path, *knee_questions()))
    many_lines(small_source)
    plain = open_index(build_small([small_source], tmp_path / "plain", sidecars=False).path)
    whole = open_index(build_small([small_source], tmp_path / "whole").path)
    few = open_index(build_small([small_source], tmp_path / "few", share=(0, 40)).path)
    return questions, whole, few, plain


def test_a_whole_fit_learns_from_what_is_read(knee, fake_encoder):
    questions, whole, few, plain = knee
    weights = fit(whole, [whole], few, plain, fake_encoder, questions, WordReader())
    assert weights.read != Weights().read
    assert weights.read_score + weights.read_evidence > 0  # what was read counts for a sentence
    assert weights.figures["without_sidecar_with_reader"]["facts"] >= 0.5
    assert weights.read_right == Weights().read_right  # all that is answered is right: nothing is learned of confidence
    others = fit(whole, [whole], few, plain, fake_encoder, questions, WordReader(), others=[(plain, questions)])
    assert others.read == weights.read and others.plain == weights.plain  # they are the same documents
    assert others.figures["other_documents"] == weights.figures["without_sidecar_with_reader"]
    elsewhere = fit(whole, [whole], few, plain, fake_encoder, questions, WordReader(), others=[(few, questions[:8])])
    assert elsewhere.asked == weights.asked and elsewhere.read != weights.read
    without = fit(whole, [whole], few, plain, fake_encoder, questions)
    assert without.read == Weights().read and "without_sidecar_with_reader" not in without.figures
    own = {f for f in vars(Weights) if f.startswith("read")} | {"figures"}
    others = {f.name for f in dataclasses.fields(Weights)} - own
    assert all(getattr(weights, name) == getattr(without, name) for name in others)  # the reader touches nothing else


def test_a_readers_own_numbers_are_those_of_a_whole_fit(knee, fake_encoder):
    questions, whole, few, plain = knee
    weights = fit(whole, [whole], few, plain, fake_encoder, questions, WordReader())
    own = fit_reader([(plain, questions)], fake_encoder, weights, WordReader())
    assert weights.of_reader(own) == weights  # fitted again on the same, the same
    from_other = dataclasses.replace(weights, read=Weights().read, read_threshold=0.01, read_score=0.0)
    assert fit_reader([(plain, questions)], fake_encoder, from_other, WordReader()) == own


def test_confidence_is_fitted_to_how_often_answers_are_right(tmp_path, small_source, build_small, fake_encoder):
    index = open_index(build_small([small_source], tmp_path / "plain", sidecars=False).path)
    asked = ["Which knee hurt?", "Was physiotherapy tried?", "Was there a splint worn at night?", "How was the fall?"]
    facts = ["knee", "physio", "in Rome", "at noon"]
    questions = [
        Query(f"q{n}", (q,), "set", answerable=True, facts=((re.compile(fact),),))
        for n, (q, fact) in enumerate(zip(asked, facts, strict=True))
    ]
    always = dataclasses.replace(Weights(), plain_threshold=0.0)
    weights = trust([(index, questions)], fake_encoder, always, "plain")
    assert weights.plain_right != always.plain_right and weights == dataclasses.replace(
        always, plain_right=weights.plain_right
    )
    assistant = Assistant(index, fake_encoder, None, weights)
    assert np.mean([assistant.ask(q).confidence for q in asked]) == pytest.approx(0.5, abs=0.01)
    refuses = dataclasses.replace(always, plain_threshold=1.0)
    assert trust([(index, questions)], fake_encoder, refuses, "plain") == refuses  # a refusal quotes nothing


def over_texts(*records):
    queries = [
        Query(f"q{n}", ("What hurt?",), f"set, line {n}", facts=((re.compile("knee"),),) if known else (), **given)
        for n, (known, given) in enumerate(records, start=1)
    ]
    texts = tuple(Text(id, "", f"Case\n\n{id} had pain in the knee. It was gone in a week.") for id in "abc")
    return Dataset("set", "report", tuple(queries), "0" * 64, texts)


def test_each_text_is_asked_its_own_questions_alone(tmp_path, fake_encoder):
    dataset = over_texts(
        (True, {"answerable": True, "asked_of": ("a",), "split": "dev"}),
        (False, {"answerable": False, "asked_of": ("b",), "split": "dev"}),
        (True, {"answerable": True, "asked_of": ("a",), "split": "dev"}),
        (True, {"answerable": True, "asked_of": ("c",), "split": "test"}),
    )
    chosen = fit_for_others(dataset, "dev")
    assert [t.id for t in chosen.texts] == ["a", "b"]
    posed = each_alone(chosen, fake_encoder, tmp_path)
    assert [[q.id for q in asked] for _, asked in posed] == [["q1", "q3"], ["q2"]]
    assert [[d.source for d in index.documents.values()] for index, _ in posed] == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("known", "given", "says"),
    [
        (True, {"answerable": None, "asked_of": ("a",)}, "set, line 1: a fit needs to know"),
        (False, {"answerable": True, "asked_of": ("a",)}, "set, line 1: a fit needs to know"),
        (True, {"answerable": True}, "which text its questions were written for"),
    ],
)
def test_what_cannot_be_fitted_on_is_refused(known, given, says):
    with pytest.raises(InputError, match=says):
        fit_for_others(over_texts((known, given)), None)


def test_texts_that_judge_are_kept_though_nothing_is_asked_of_them():
    dataset = over_texts((True, {"answerable": True, "asked_of": ("a",), "relevant": {"b": 1}}))
    assert [t.id for t in named_alone(dataset, dataset.queries).texts] == ["a", "b"]
