"""Retrieval: the fusion on a worked example, FAQ matches, and hits against an exact oracle."""

import dataclasses
import math

import numpy as np
import pytest

from calcqa.config import ChunkSettings
from calcqa.documents.corpus import read_sources
from calcqa.index.build import index_of
from calcqa.index.open import open_index
from calcqa.parameters import Weights
from calcqa.retrieval.retriever import Retriever


class TableEncoder:
    """Vectors by hand: a text's vector is looked up in a table, all others point away from these."""

    name, sha256, dimension, window = "table", "0" * 64, 3, 256

    def __init__(self, table):
        self.table = {k: np.array(v, dtype=np.float32) for k, v in table.items()}

    def encode(self, texts):
        return np.stack([self.table.get(t, np.array([0, 0, -1], dtype=np.float32)) for t in texts])

    def count(self, text):
        return len(text.split())

    def vocabulary(self):
        return frozenset()


@pytest.fixture
def worked(tmp_path):
    """Two sentences, three FAQ entries (two to the first sentence), one unanswerable; vectors by hand."""
    source = tmp_path / "two.md"
    source.write_text("# Two\n\nZinc is blue. Tin is grey.\n", encoding="utf-8")
    (tmp_path / "two.questions.jsonl").write_text(
        '{"question": "Colour of zinc?", "evidence": ["Zinc is blue."]}\n'
        '{"question": "Zinc looks how?", "evidence": ["Zinc is blue."]}\n'
        '{"question": "Colour of tin?", "evidence": ["Tin is grey."]}\n'
        '{"question": "Price of zinc?", "evidence": [], "gap": "cost"}\n',
        encoding="utf-8",
    )
    table = {
        "Two. Zinc is blue.": [0.6, 0.8, 0],
        "Two. Tin is grey.": [0, 1, 0],
        "Colour of zinc?": [0.8, 0.6, 0],
        "Zinc looks how?": [0.8, 0, 0.6],
        "Colour of tin?": [0, 0.6, 0.8],
        "Price of zinc?": [0.6, 0, 0.8],
        "question": [1, 0, 0],
        "tin": [0, 0, 1],
    }
    encoder = TableEncoder(table)
    sources = read_sources([source], sidecars=True, progress=lambda *_: None)
    index = index_of(sources, encoder, ChunkSettings(), Weights())  # on disk, vectors are rounded
    weights = Weights(neighbours=10, temperature=0.1, row_lexical=0.5, lexical=0.25, asked_weight=2.0, asked_floor=0.5)
    return Retriever(index, encoder, weights)


def test_the_fusion_by_hand(worked):
    # "question" shares no word with anything, so only vectors count. Its cosines: 0.8 and 0.8 to the questions about
    # zinc, 0 to tin's, 0.6 to the price, 0.6 to the sentence on zinc, 0 to that on tin.
    found = worked.retrieve("question")
    zinc, tin = found.candidates
    # asked(zinc) = 0.1 * log(exp(8) + exp(8)) = 0.8 + 0.1 * log 2
    assert zinc.asked == pytest.approx(0.8 + 0.1 * math.log(2))
    assert zinc.dense == pytest.approx(0.6)
    assert zinc.score == pytest.approx(0.6 + 2.0 * (0.8 + 0.1 * math.log(2) - 0.5))
    assert (tin.asked, tin.dense, tin.score) == (pytest.approx(0.0), pytest.approx(0.0), pytest.approx(0.0))
    (document_id,) = worked.index.documents
    # all three answered questions: 0.1 * log(2 exp(8) + exp(0))
    assert found.answering == {document_id: pytest.approx(0.1 * math.log(2 * math.exp(8) + 1))}
    assert found.unanswerable[document_id].kind == "cost"
    assert found.unanswerable[document_id].score == pytest.approx(0.6)
    assert found.unanswerable[document_id].matched == "Price of zinc?"


def test_words_count_by_their_weights(worked):
    # "tin" stands in one sentence, its passage and one question; every share is that row's BM25 over the ideal.
    _, tin = worked.index.sentences
    (document_id,) = worked.index.documents
    (share,) = worked.index.lexical.score("sentences", "tin", [tin])
    assert worked.index.sentence_text(tin) == "Tin is grey." and share > 0
    found = worked.retrieve("tin")  # cosines 0.8 to "Colour of tin?", 0 to the sentences
    best = found.candidates[0]
    (of_question,) = worked.index.lexical.score("questions", "tin", [f"{document_id}:q2"])
    assert best.sentences == (tin,)
    assert best.lexical == pytest.approx(float(share))
    assert best.asked == pytest.approx(0.8 + 0.5 * float(of_question), abs=1e-6)
    assert best.score == pytest.approx(0.0 + 0.25 * best.lexical + 2.0 * (best.asked - 0.5), abs=1e-6)


def test_hits_agree_with_an_exact_oracle(small_index, fake_encoder):
    index = open_index(small_index)
    weights = dataclasses.replace(Weights(), asked_weight=0.0, lexical=0.4, phrases=0.7)
    retriever = Retriever(index, fake_encoder, weights)
    question = "swelling and temperature on examination"
    vector = fake_encoder.encode([question])[0]

    def of(field, ids):
        return index.store.vectors(field, ids) @ vector, index.lexical.score(field, question, ids)

    phrases = index.lexical.score("phrases", question, [p.id for p in index.passages])
    assert phrases.any()
    expected = []
    for number, passage in enumerate(index.passages):
        (cosine,), (share,) = of("passages", [passage.id])
        cosines, shares = of("sentences", index.sentences_of(passage.id))
        score = (cosine + cosines.max()) / 2 + 0.4 * max(share, shares.max()) + 0.7 * phrases[number]
        expected.append((-float(score), number))
    hits = retriever.retrieve(question, k=len(index.passages)).hits
    assert [h.passage.id for h in hits] == [index.passages[p].id for _, p in sorted(expected)]
    assert [h.score for h in hits] == pytest.approx([-s for s, _ in sorted(expected)])
    assert [h.rank for h in hits] == list(range(1, len(hits) + 1))


def test_both_forms_of_a_misspelt_question_are_searched(small_index, fake_encoder):
    index = open_index(small_index)
    retriever = Retriever(index, fake_encoder)
    assert retriever.correct("physiotherpy at nihgt, zzyxq?") == "physiotherapy at night, zzyxq?"
    found = retriever.retrieve("physiotherpy")
    assert any("physiotherapy" in index.sentence_text(i) for i in found.candidates[0].sentences)
    assert found.unknown_terms == ()


def test_rows_take_the_better_of_what_the_words_of_both_forms_say(tmp_path, build_small, fake_encoder):
    source = tmp_path / "who.md"
    source.write_text(
        "# Visits\n\nThe World Health Organization (WHO) paid.\n\n# Paying\n\nWHO paid twice.\n", encoding="utf-8"
    )
    index = open_index(build_small([source], tmp_path / "index").path)
    retriever = Retriever(index, fake_encoder)
    assert retriever.correct("Who paid WHO?") == "Who paid World Health Organization?"
    both = ("Did WHO pay?", "Did World Health Organization pay?")
    passages = {h.passage.text: h.lexical_score for h in retriever.retrieve(both[0]).hits}
    apart = []
    for passage in index.passages:
        own = [("passages", [passage.id]), ("sentences", index.sentences_of(passage.id))]
        apart.append([max(float(index.lexical.score(f, form, ids).max()) for f, ids in own) for form in both])
        assert passages[passage.text] == pytest.approx(max(apart[-1]))
    assert any(a > b for a, b in apart) and any(a < b for a, b in apart)


def test_unknown_terms(small_index, fake_encoder):
    found = Retriever(open_index(small_index), fake_encoder).retrieve("Was the knee treated with cyclophosphamide?")
    assert found.unknown_terms == ("cyclophosphamide",)
    assert found.searched == 5


def test_a_batch_is_the_same_as_one_by_one(small_index, fake_encoder):
    retriever = Retriever(open_index(small_index), fake_encoder)
    questions = ["Which joint hurt?", "physiotherpy", "What is the time?"]
    batch = retriever.retrieve_many(questions)
    for question, together in zip(questions, batch, strict=True):
        alone = retriever.retrieve(question)
        assert [c.sentences for c in together.candidates] == [c.sentences for c in alone.candidates]
        assert [h.score for h in together.hits] == pytest.approx([h.score for h in alone.hits])


@pytest.mark.parametrize("sidecars", [True, False])
def test_a_search_brings_the_passages_that_an_answer_is_made_of(
    small_source, tmp_path, build_small, fake_encoder, sidecars
):
    index = open_index(build_small([small_source], tmp_path / "index", sidecars=sidecars).path)
    retriever = Retriever(index, fake_encoder)
    questions = ["Which joint hurt?", "physiotherpy", "What is the time?"]
    assert retriever.search_many(questions, 3) == [r.hits for r in retriever.retrieve_many(questions, 3)]
    assert any(h.faq_score for hits in retriever.search_many(questions) for h in hits) == sidecars
