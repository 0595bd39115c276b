"""BM25 as a share: held against the formula written out in plain Python."""

import math
import os
import subprocess
import sys

import numpy as np
import pytest

from calcqa.language.tokens import phrases, stems
from calcqa.stores.bm25 import Lexical

K1, B = 0.9, 0.4
TEXTS = [
    "Tumoral calcification is familial; calcification lies near joints.",
    "Metastatic calcification affects normal tissues.",
    "Cultures of the wound grew Staphylococcus aureus.",
    "The wound drained for three days before the wound culture was taken from the wound.",
    "Calcium levels are normal.",
]
QUESTIONS = [
    "calcification",
    "What did the wound culture grow?",
    "normal calcium levels in tumoral calcification",
    "wound wound wound",
    "zebra calcification",
]


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


@pytest.mark.parametrize("question", QUESTIONS)
def test_scores_are_those_of_the_formula(question):
    np.testing.assert_allclose(Lexical.build(TEXTS, 2).scores(question), oracle(TEXTS, question), atol=1e-6)


@pytest.mark.parametrize("question", QUESTIONS)
def test_phrases_of_passages_are_scored_by_the_formula_too(question):
    found = Lexical.build(TEXTS, 3).phrase_scores(question)
    np.testing.assert_allclose(found, oracle(TEXTS[:3], question, phrases), atol=1e-6)


def test_words_that_stand_together_count_for_more_than_words_apart():
    texts = ["a wound, and of the urine a culture", "of the urine, and a wound culture"]
    apart, together = Lexical.build(texts, 2).phrase_scores("the wound culture")
    assert 0 < apart < together
    assert len(set(Lexical.build(texts, 2).scores("the wound culture").tolist())) == 1


def test_a_worked_example():
    # Two rows of one word each, so length is 0.9 for both. idf of a term in one of two rows: ln(1 + 1.5/1.5) = ln 2.
    # The share for its row is (ln 2 · 1/(1 + 0.9)) / ln 2 = 1/1.9, for the other 0.
    assert Lexical.build(["knee", "elbow"], 2).scores("knee").tolist() == pytest.approx([1 / 1.9, 0.0])
    # A term that occurs nowhere has idf ln(1 + 2.5/0.5) = ln 6 and only adds to the divisor.
    expected = 1 / 1.9 * math.log(2) / (math.log(2) + math.log(6))
    assert Lexical.build(["knee", "elbow"], 2).scores("knee zebra").tolist() == pytest.approx([expected, 0.0])


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_score_is_a_share(question):
    scores = Lexical.build([*TEXTS, " ".join(["calcification"] * 500)], 2).scores(question)
    assert scores.dtype == np.float32 and scores.shape == (len(TEXTS) + 1,)
    assert scores.min() >= 0 and 0 < scores.max() <= 1


def test_a_term_of_no_row_lowers_the_share():
    lexical = Lexical.build(TEXTS, 2)
    alone, with_unknown = lexical.scores("wound culture"), lexical.scores("wound culture zebra")
    assert (with_unknown[[2, 3]] < alone[[2, 3]]).all()


def test_a_term_said_twice_counts_once():
    lexical = Lexical.build(TEXTS, 2)
    np.testing.assert_array_equal(lexical.scores("wound wound"), lexical.scores("wound"))


@pytest.mark.parametrize("question", ["", "what is the", "zebra", "\x00", "?"])
def test_without_a_known_term_every_share_is_zero(question):
    assert Lexical.build(TEXTS, 2).scores(question).tolist() == [0.0] * len(TEXTS)


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
    ],
)
def test_rows_without_content_words_keep_the_others_in_their_place(texts, tmp_path):
    lexical = Lexical.build(texts, len(texts))
    lexical.save(tmp_path / "lexical")
    for each in (lexical, Lexical.load(tmp_path / "lexical", len(texts), len(texts))):
        for question, word in (("elbow", "elbow"), ("pain", "pain")):
            scores = each.scores(question)
            assert [i for i, s in enumerate(scores) if s > 0] == [i for i, t in enumerate(texts) if word in t]
        if any(map(stems, texts)):
            np.testing.assert_allclose(each.scores("knee elbow"), oracle(texts, "knee elbow"), atol=1e-6)


def test_what_is_saved_is_loaded(tmp_path):
    lexical = Lexical.build(TEXTS, 2)
    lexical.save(tmp_path / "lexical")
    loaded = Lexical.load(tmp_path / "lexical", len(TEXTS), 2)
    for question in QUESTIONS:
        np.testing.assert_array_equal(loaded.scores(question), lexical.scores(question))
        np.testing.assert_array_equal(loaded.phrase_scores(question), lexical.phrase_scores(question))


def test_another_number_of_rows_is_refused(tmp_path):
    Lexical.build(TEXTS, 2).save(tmp_path / "lexical")
    with pytest.raises(ValueError, match="holds 5 rows, expected 6"):
        Lexical.load(tmp_path / "lexical", 6, 2)
    with pytest.raises(ValueError, match="holds 2 rows, expected 3"):
        Lexical.load(tmp_path / "lexical", 5, 3)


def test_the_files_are_the_same_whatever_the_hash_seed(tmp_path):
    code = "import sys; from pathlib import Path; from calcqa.stores.bm25 import Lexical; "
    code += "Lexical.build(['red fox', 'blue hen', 'red hen and owl'], 2).save(Path(sys.argv[1]))"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code, str(tmp_path / seed)], check=True, env=environment)
    names = sorted(p.relative_to(tmp_path / "1") for p in (tmp_path / "1").rglob("*.*"))
    assert names and all((tmp_path / "1" / n).read_bytes() == (tmp_path / "2" / n).read_bytes() for n in names)
