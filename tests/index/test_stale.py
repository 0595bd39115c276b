"""The shipped index is what its sources give today, on whatever processor the tests run.

What was loaded is compared as it is; what was computed, by what it decides: vectors and scores to what rounding may
move, the probe by its opinion of every FAQ entry and of the development half, and the answers to that half.
"""

import dataclasses
import json
import shutil

import numpy as np
import pytest

from calcqa.assistant import Assistant
from calcqa.config import ChunkSettings, EncoderSettings
from calcqa.evaluation import load_questions
from calcqa.evaluation.caching import CachingEncoder
from calcqa.index.build import build_index, is_current
from calcqa.index.index import field_ids
from calcqa.index.open import open_index
from calcqa.parameters import Weights, shipped_weights
from calcqa.stores.bm25 import BM25Store
from calcqa.stores.exact import ExactStore
from helpers.paths import CORPUS, EDITION, REPO

SETTINGS = EncoderSettings(), ChunkSettings(), shipped_weights()
SIDECAR = f"{EDITION.stem}.questions.jsonl"

ROUNDING = 3e-3
"""What one processor's vectors may differ from another's, in each number: where it lies between two, a byte's step."""

OPINION = 0.05
"""What the probe's opinions may differ by, in nats above its floor; processors were seen to differ by a tenth of it."""

CONFIDENCE = 0.005
"""What confidences may differ by; processors were seen to differ by a twentieth of it."""


NONE = np.zeros((0, 384), dtype=np.float32)


def opinions(index, vectors):
    """Return the probe's log-probabilities of vectors in its metric, cut off where deciding does."""
    return np.stack(
        [np.maximum(index.question_model.log_shares(vector[None, :]), -index.weights.probe_floor) for vector in vectors]
    )


def differences(one, other, vectors=NONE):
    """Return what two indexes differ in; `vectors` are further questions, as encoded."""
    found = {name for name in ("documents", "passages", "faq", "weights") if getattr(one, name) != getattr(other, name)}
    if found:
        return found
    indexes, ids = (one, other), field_ids(one.passages, one.faq)
    rows = [np.concatenate([index.store.vectors(field, own) for field, own in ids.items()]) for index in indexes]
    asked = [index.store.vectors("questions", ids["questions"]) for index in indexes]
    moved = [np.concatenate([a, i.question_model.move(vectors)]) for a, i in zip(asked, indexes, strict=True)]
    questions = [a.question for a in one.faq[::100]]
    words = [
        np.concatenate([index.lexical.score(f, q, ids[f]) for q in questions for f in ids]
                       + [index.lexical.score("phrases", q, ids["passages"]) for q in questions])
        for index in indexes
    ]  # fmt: skip
    for name, (here, there), most in (
        ("vectors", rows, ROUNDING),
        ("metric", [index.question_model.metric for index in indexes], 1e-5),
        ("words", words, 1e-5),
        ("opinions", [opinions(*pair) for pair in zip(indexes, moved, strict=True)], OPINION),
    ):
        if not np.allclose(here, there, rtol=0, atol=most):
            found.add(name)
    return found


def answers(index, encoder, questions):
    assistant, found = Assistant(index, encoder), []
    for question in questions:
        chat = assistant.chat()
        found.append([chat.ask(turn) for turn in question.turns][-1])
    return found


@pytest.mark.models
@pytest.mark.timeout(900)  # it is built anew: a busy machine is no failure
def test_the_index_is_not_stale(tmp_path, real_encoder):
    assert is_current([CORPUS], REPO / "index", *SETTINGS), "run: calcqa build"
    built = open_index(build_index([CORPUS], tmp_path / "anew", real_encoder, *SETTINGS[1:]).path)
    shipped, encoder = open_index(REPO / "index"), CachingEncoder(real_encoder)
    questions = load_questions(REPO / "questions" / "report.jsonl", "dev")
    assert differences(shipped, built, encoder.encode([q.turns[-1] for q in questions])) == set()
    ours, theirs = (answers(index, encoder, questions) for index in (shipped, built))
    assert [(a.text, a.citations) for a in ours] == [(a.text, a.citations) for a in theirs]
    assert [a.confidence for a in ours] == pytest.approx([a.confidence for a in theirs], abs=CONFIDENCE)


# What must not pass for rounding


@pytest.fixture
def indexes():
    return open_index(REPO / "index"), open_index(REPO / "index")


def test_an_index_does_not_differ_from_itself(indexes):
    assert differences(*indexes) == set()


def with_vectors(index, change):
    """Have other vectors in an index: `change(field, vectors)`."""
    store = ExactStore(index.store.dimension)
    for field, ids in field_ids(index.passages, index.faq).items():
        store.add(field, ids, change(field, index.store.vectors(field, ids)).astype(np.float32))
    index.store = store


def another_processor(index):
    """Move every computed number as another processor would, the probe's by more than any was seen to."""
    rng = np.random.default_rng(1)
    with_vectors(index, lambda _, rows: rows + rng.normal(size=rows.shape) * 1e-6)
    probe = index.question_model.probe
    index.question_model = dataclasses.replace(
        index.question_model, probe=(probe + rng.normal(size=probe.shape) * 3e-4).astype(np.float32)
    )


def another_question(index):
    index.faq = (dataclasses.replace(index.faq[0], question="Was it cold?"), *index.faq[1:])


def another_answer(index):
    first, *others = index.faq
    evidence = next(a.evidence for a in others if a.evidence != first.evidence)
    index.faq = (dataclasses.replace(first, evidence=evidence), *others)


def another_text(index):
    index.documents = {
        id: dataclasses.replace(d, text=d.text.replace("38-year", "39-year")) for id, d in index.documents.items()
    }


def another_weight(index):
    index.weights = dataclasses.replace(index.weights, second=index.weights.second + 0.1)


def another_vector(index):
    with_vectors(index, lambda field, rows: rows[[1, 0, *range(2, len(rows))]] if field == "passages" else rows)


def another_metric(index):
    index.question_model = dataclasses.replace(
        index.question_model, metric=np.eye(len(index.question_model.metric), dtype=np.float32)
    )


def other_words(index):
    ids = field_ids(index.passages, index.faq)
    index.lexical = BM25Store.build({f: (own, [index.faq[0].question] * len(own)) for f, own in ids.items()})


def a_class_shifted(index):
    probe = index.question_model.probe.copy()
    probe[-1, 3] += 0.2
    index.question_model = dataclasses.replace(index.question_model, probe=probe)


def two_classes_exchanged(index):
    probe = index.question_model.probe.copy()
    probe[:, [3, 4]] = probe[:, [4, 3]]
    index.question_model = dataclasses.replace(index.question_model, probe=probe)


def fitted_in_haste(index):
    rng = np.random.default_rng(1)
    probe = index.question_model.probe
    index.question_model = dataclasses.replace(
        index.question_model, probe=(probe + rng.normal(size=probe.shape) * 0.03).astype(np.float32)
    )


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (another_processor, set()),
        (another_question, {"faq"}),
        (another_answer, {"faq"}),
        (another_text, {"documents"}),
        (another_weight, {"weights"}),
        (another_vector, {"vectors"}),
        (another_metric, {"metric", "opinions"}),
        (other_words, {"words"}),
        (a_class_shifted, {"opinions"}),
        (two_classes_exchanged, {"opinions"}),
        (fitted_in_haste, {"opinions"}),
    ],
)
def test_what_differs_is_named_and_rounding_is_not(indexes, change, named):
    shipped, changed = indexes
    change(changed)
    assert differences(shipped, changed, shipped.store.vectors("questions", list(shipped.entries)[:200])) == named


# Stale without computing anything


@pytest.fixture
def corpus(tmp_path):
    """A copy of the corpus, sidecar and all."""
    return shutil.copytree(CORPUS, tmp_path / "corpus")


@pytest.mark.models
def test_a_changed_source_makes_it_stale(corpus, tmp_path):
    index = REPO / "index"
    assert is_current([corpus], index, *SETTINGS)
    assert not is_current([corpus], index, *SETTINGS, sidecars=False)
    assert not is_current([corpus], tmp_path / "none", *SETTINGS)
    for name in (EDITION.name, SIDECAR):  # the quotes too, which must stand in the text
        text = (corpus / name).read_text(encoding="utf-8")
        (corpus / name).write_text(text.replace("38-year-old woman", "39-year-old woman"), encoding="utf-8")
    assert not is_current([corpus], index, *SETTINGS)


@pytest.mark.models
def test_a_changed_sidecar_makes_it_stale(corpus):
    sidecar = corpus / SIDECAR
    first, *others = sidecar.read_text(encoding="utf-8").splitlines()
    other = json.dumps(json.loads(first) | {"question": "Was it cold?"})
    for lines in ([other, *others], others, [first, *others, other], [*others, first]):
        sidecar.write_text("\n".join(lines) + "\n", encoding="utf-8")
        assert not is_current([corpus], REPO / "index", *SETTINGS)
    sidecar.write_text("\n".join([first, *others]) + "\n", encoding="utf-8")
    assert is_current([corpus], REPO / "index", *SETTINGS)


@pytest.mark.models
@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(Weights) if f.name != "figures"])
def test_a_changed_weight_makes_it_stale(field):
    encoder, chunking, weights = SETTINGS
    value = getattr(weights, field)
    last = value[-1] if isinstance(value, tuple) else value
    more = last + (1e-4 if isinstance(last, float) else 1)
    other = dataclasses.replace(weights, **{field: (*value[:-1], more) if isinstance(value, tuple) else more})
    assert not is_current([CORPUS], REPO / "index", encoder, chunking, other)
