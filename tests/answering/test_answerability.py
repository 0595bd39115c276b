"""The decision whether a document answers: its features."""

import dataclasses
import math
from types import SimpleNamespace

import pytest

from calcqa.answering.answerability import Case, Verdict
from calcqa.assistant import Assistant
from calcqa.config import ChunkSettings
from calcqa.index.build import build_index
from calcqa.index.open import open_index
from calcqa.models.reader import Marked
from calcqa.parameters import BESIDE, BESIDE_FROM, DEFAULTS, shipped_weights
from calcqa.retrieval.results import Candidate
from calcqa.retrieval.retriever import Retriever
from helpers.fakes import SentenceReader


def test_the_odds_that_anything_answers_are_the_sum_over_what_was_read_of_the_document():
    def candidate(document, *ids, dense=BESIDE_FROM):
        return Candidate(document, ids, 0.0, dense, 0.0)

    several = [candidate("d", "a"), candidate("d", "b"), candidate("d", "a", "b"), candidate("e", "c")]
    retrieved = SimpleNamespace(candidates=[*several, candidate("d", "unread")])
    readings = {i: Marked(None, 0.0, math.log(odds), 0.0, 0.5, 0.5) for i, odds in (("a", 3), ("b", 2), ("c", 1e9))}
    case = Case(retrieved, SimpleNamespace(), DEFAULTS, readings)
    assert case._some_answers("d") == pytest.approx(math.log(5))
    assert case._some_answers("e") == DEFAULTS.logit_bound  # bounded
    assert case._some_answers("f") == 0.0  # nothing of it was read
    nearer = SimpleNamespace(candidates=[candidate("d", "a", dense=BESIDE_FROM + 0.1)])
    case = Case(nearer, SimpleNamespace(), DEFAULTS, readings)
    assert case._some_answers("d") == pytest.approx(math.log(3) + 0.1 * BESIDE)  # the encoder's word beside


def test_confidence_weighs_what_is_quoted_against_the_rest_and_none():
    candidates = [Candidate("d", (i,), 0.0, BESIDE_FROM, 0.0) for i in "abc"]
    readings = {i: Marked(None, 0.0, math.log(odds), 0.0, 0.5, 0.5) for i, odds in (("a", 6), ("b", 2), ("c", 1))}
    weights = dataclasses.replace(DEFAULTS, read_right=(0.5, 1.0, 2.0), plain_right=(-1.0, 1.0))
    case = Case(SimpleNamespace(candidates=candidates), SimpleNamespace(), weights, readings)
    verdict = Verdict("d", candidates[0], "read", (), 0.8, 0.5)
    odds_of_answer = 0.8 / 0.2
    assert case.right_features(verdict, ["a", "b"]) == pytest.approx((math.log(odds_of_answer), math.log(8 / (1 + 1))))
    log_odds = 0.5 + math.log(odds_of_answer) + 2.0 * math.log(4)
    assert case.right(verdict, ["a", "b"]) == pytest.approx(1 / (1 + math.exp(-log_odds)))
    assert case.right(verdict, ["a"]) < case.right(verdict, ["a", "b"])
    plain = dataclasses.replace(verdict, kind="plain")
    assert case.right(plain, ["a"]) == pytest.approx(1 / (1 + math.exp(1.0) / odds_of_answer))


def test_what_another_document_speaks_of_is_unseen_by_this_one(small_source, tmp_path, build_small, fake_encoder):
    bite = small_source.with_name("bite.md")
    bite.write_text("# Dog bite\n\nA farmer was bitten by a dog.\n", encoding="utf-8")
    index = open_index(build_small([small_source, bite], tmp_path / "both").path)
    found = Retriever(index, fake_encoder).retrieve("Was the knee of the bitten farmer treated with recovery?")
    case = Case(found, index, DEFAULTS, {})
    own = {index.documents[c.document_id].source: case.few_features(c)[-1] for c in found.candidates}
    # "recovery" is a word of a question that the knee's document answers; who was bitten stands in the other alone.
    assert own["knee.md"] == pytest.approx(3 / 5) and own["bite.md"] == pytest.approx(2 / 5)


@pytest.mark.models
@pytest.mark.parametrize("reader", [None, SentenceReader("patient")])
def test_small_talk_is_no_question_of_a_document_without_faq(small_source, tmp_path, real_encoder, reader):
    index = open_index(build_index([small_source], tmp_path / "bare", real_encoder, ChunkSettings(),
                                   shipped_weights(), sidecars=False).path)  # fmt: skip
    always = dataclasses.replace(index.weights, plain_threshold=0.0, read_threshold=0.0)
    assistant = Assistant(index, real_encoder, reader, always)
    assert assistant.ask("Who are you?").abstention and not assistant.ask("Which joint hurt?").abstention
