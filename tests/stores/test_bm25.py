"""BM25 as a share: held against the formula written out in plain Python, in one store and in several as one."""

import math
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calcqa.language.tokens import phrases, stems
from calcqa.stores.base import PASSAGES, PHRASES, QUESTIONS, SENTENCES, document_of
from calcqa.stores.bm25 import BM25Store
from calcqa.stores.joined import JoinedWords, Part

K1, B = 0.9, 0.4
TEXTS = [
    "Tumoral calcification is familial; calcification lies near joints.",
    "Metastatic calcification affects normal tissues.",
    "Cultures of the wound grew Staphylococcus aureus.",
    "The wound drained for three days before the wound culture was taken from the wound.",
    "Calcium levels are normal.",
]
ASKED = [
    "calcification",
    "What did the wound culture grow?",
    "normal calcium levels in tumoral calcification",
    "wound wound wound",
    "zebra calcification",
]
TOGETHER = (PASSAGES, SENTENCES, QUESTIONS)


def oracle(texts, question, terms_of=stems, k1=K1, b=B):
    """Return BM25 (Lucene variant) over the sum of the question's idf, a list with one share a text."""
    rows = [terms_of(t) for t in texts]
    average = sum(map(len, rows)) / len(rows)

    def idf(term):
        frequency = sum(term in row for row in rows)
        return math.log(1 + (len(rows) - frequency + 0.5) / (frequency + 0.5))

    terms = list(dict.fromkeys(terms_of(question)))
    ideal = sum(map(idf, terms))
    shares = []
    for row in rows:
        length = k1 * (1 - b + b * len(row) / average)
        shares.append(sum(idf(t) * row.count(t) / (row.count(t) + length) for t in terms) / ideal)
    return shares


def ids_of(texts, document="d"):
    return [f"{document}:{i}-{i + 1}" for i in range(len(texts))]


def made(passages, sentences=(), questions=(), document="d"):
    """Return a store of texts of one document, by field."""
    given_texts = zip(TOGETHER, (passages, sentences, questions), strict=True)
    return BM25Store.build({field: (ids_of(texts, document), texts) for field, texts in given_texts})


def shares(store, question, texts=TEXTS, field=PASSAGES):
    return store.score(field, question, ids_of(texts)).tolist()


@pytest.mark.parametrize("question", ASKED)
def test_fields_are_weighed_together_by_the_formula(question):
    store = made(TEXTS[:2], TEXTS[2:4], TEXTS[4:])
    found = [s for f, texts in zip(TOGETHER, (TEXTS[:2], TEXTS[2:4], TEXTS[4:]), strict=True)
             for s in shares(store, question, texts, f)]  # fmt: skip
    assert found == pytest.approx(oracle(TEXTS, question), abs=1e-6)


@pytest.mark.parametrize("question", ASKED)
def test_phrases_of_passages_are_weighed_by_themselves(question):
    found = shares(made(TEXTS[:3], TEXTS[3:]), question, TEXTS[:3], PHRASES)
    assert found == pytest.approx(oracle(TEXTS[:3], question, phrases), abs=1e-6)


def test_words_that_stand_together_count_for_more_than_words_apart():
    texts = ["a wound, and of the urine a culture", "of the urine, and a wound culture"]
    apart, together = shares(made(texts), "the wound culture", texts, PHRASES)
    assert 0 < apart < together
    assert len(set(shares(made(texts), "the wound culture", texts))) == 1


def test_a_worked_example():
    # Two texts of one word each, so length is 0.9 for both. idf of a term in one of two: ln(1 + 1.5/1.5) = ln 2.
    # The share of its text is (ln 2 · 1/(1 + 0.9)) / ln 2 = 1/1.9, of the other 0.
    texts = ["knee", "elbow"]
    assert shares(made(texts), "knee", texts) == pytest.approx([1 / 1.9, 0.0])
    # A term that occurs nowhere has idf ln(1 + 2.5/0.5) = ln 6 and only adds to the divisor.
    expected = 1 / 1.9 * math.log(2) / (math.log(2) + math.log(6))
    assert shares(made(texts), "knee zebra", texts) == pytest.approx([expected, 0.0])


@pytest.mark.parametrize("question", ASKED)
def test_a_score_is_a_share(question):
    texts = [*TEXTS, " ".join(["calcification"] * 500)]
    found = made(texts).score(PASSAGES, question, ids_of(texts))
    assert found.dtype == np.float32 and found.shape == (len(texts),)
    assert found.min() >= 0 and 0 < found.max() <= 1


def test_a_term_of_no_text_lowers_the_share():
    alone, with_unknown = (shares(made(TEXTS), q) for q in ("wound culture", "wound culture zebra"))
    assert with_unknown[2] < alone[2] and with_unknown[3] < alone[3]


def test_a_term_said_twice_counts_once():
    assert shares(made(TEXTS), "wound wound") == shares(made(TEXTS), "wound")


@pytest.mark.parametrize("question", ["", "what is the", "zebra", "\x00", "?"])
def test_without_a_known_term_nothing_is_found(question):
    assert shares(made(TEXTS), question) == [0.0] * len(TEXTS)
    assert made(TEXTS).search(PASSAGES, question, 5) == []


@pytest.mark.parametrize("k", [0, 1, 2, 9])
@pytest.mark.parametrize("question", ASKED)
def test_a_search_returns_the_best_that_share_anything(question, k):
    expected = sorted(zip(ids_of(TEXTS), oracle(TEXTS, question), strict=True), key=lambda pair: -pair[1])
    expected = [(id_, share) for id_, share in expected if share > 0][:k]
    found = made(TEXTS).search(PASSAGES, question, k)
    assert [m.id for m in found] == [id_ for id_, _ in expected]
    assert [m.score for m in found] == pytest.approx([share for _, share in expected], abs=1e-6)


@pytest.mark.parametrize(
    "texts",
    [
        ["", "knee pain", "elbow"],
        ["knee pain", "", "elbow"],
        ["knee pain", "elbow", ""],
        ["knee pain", "of the", "", "?", "elbow", "it is"],
        ["", "", "knee pain elbow"],
        ["", "", ""],
        ["the"],
        [],
    ],
)
def test_texts_without_content_words_keep_the_others_in_their_place(texts, tmp_path):
    store = made(texts)
    store.save(tmp_path / "lexical")
    ids = {field: ids_of(texts if field == PASSAGES else ()) for field in TOGETHER}
    for each in (store, BM25Store.load(tmp_path / "lexical", ids)):
        for question, word in (("elbow", "elbow"), ("pain", "pain")):
            assert [s > 0 for s in shares(each, question, texts)] == [word in t for t in texts]
        if any(map(stems, texts)):
            assert shares(each, "knee elbow", texts) == pytest.approx(oracle(texts, "knee elbow"), abs=1e-6)


# Several stores as one, and some documents of one

WORDS = "knee pain swelling wound dog bite antibiotic ten days gone".split()
SOME = st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), min_size=1, max_size=4)


@settings(max_examples=40)
@given(st.lists(SOME, min_size=2, max_size=4), st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), st.data())
def test_a_view_scores_as_one_store_of_what_is_in_it(documents, asked, data):
    question, names = " ".join(asked), "abcd"[: len(documents)]
    all_ids = [id_ for name, texts in zip(names, documents, strict=True) for id_ in ids_of(texts, name)]
    one = BM25Store.build({PASSAGES: (all_ids, [t for texts in documents for t in texts])})
    apart = {name: made(texts, document=name) for name, texts in zip(names, documents, strict=True)}
    chosen = data.draw(st.sets(st.sampled_from(names), min_size=1))
    texts = [t for name, own in zip(names, documents, strict=True) if name in chosen for t in own]
    ids = [i for i in all_ids if document_of(i) in chosen]
    if not any(map(stems, texts)):
        return
    expected = dict(zip(ids, oracle(texts, question), strict=True))
    fields = (*TOGETHER, PHRASES)
    views = (
        JoinedWords({f: [Part(apart[n], [n], True) for n in names if n in chosen] for f in fields}),
        JoinedWords({f: [Part(one, chosen, False)] for f in fields}),
        JoinedWords({f: [Part(one, names, True)] for f in fields}) if len(chosen) == len(names) else one,
    )
    for view in views[:2]:
        scores = view.score(PASSAGES, question, ids).tolist()
        assert dict(zip(ids, scores, strict=True)) == pytest.approx(expected, abs=1e-6)
    for view in views:
        found = {m.id: m.score for m in view.search(PASSAGES, question, 99, documents=chosen)}
        assert found == pytest.approx({i: s for i, s in expected.items() if s > 0}, abs=1e-6)


# On disk


def test_what_is_saved_is_loaded(tmp_path):
    store = made(TEXTS[:2], TEXTS[2:])
    store.save(tmp_path / "lexical")
    ids = {PASSAGES: ids_of(TEXTS[:2]), SENTENCES: ids_of(TEXTS[2:]), QUESTIONS: []}
    loaded = BM25Store.load(tmp_path / "lexical", ids)
    for question in ASKED:
        for field, texts in ((PASSAGES, TEXTS[:2]), (SENTENCES, TEXTS[2:]), (PHRASES, TEXTS[:2])):
            assert shares(loaded, question, texts, field) == shares(store, question, texts, field)
    assert set(loaded.terms(PHRASES)) == {t for text in TEXTS[:2] for t in phrases(text)}


def test_another_number_of_texts_is_refused(tmp_path):
    made(TEXTS).save(tmp_path / "lexical")
    with pytest.raises(ValueError, match="are of 5 texts, expected 2"):
        BM25Store.load(tmp_path / "lexical", {PASSAGES: ids_of(TEXTS[:2]), SENTENCES: [], QUESTIONS: []})


def test_the_files_are_the_same_whatever_the_hash_seed(tmp_path):
    code = "import sys; from pathlib import Path; from calcqa.stores.bm25 import BM25Store; "
    code += "texts = ['red fox', 'blue hen', 'red hen and owl']; "
    code += "BM25Store.build({'passages': (['d:0', 'd:1', 'd:2'], texts)}).save(Path(sys.argv[1]))"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code, str(tmp_path / seed)], check=True, env=environment)
    names = sorted(p.relative_to(tmp_path / "1") for p in (tmp_path / "1").rglob("*.*"))
    assert names and all((tmp_path / "1" / n).read_bytes() == (tmp_path / "2" / n).read_bytes() for n in names)
