"""Windows, spans and readings from logits made by hand; no model."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcqa.config import EncoderSettings
from calcqa.models.encoder_files import weights_folder
from calcqa.models.reader import NOTHING, Calibration, Platt, Scores, reading
from calcqa.models.windows import Pieces, Window, agreement, best_span, pad
from calcqa.types import Passage, Span

TEXT = "Rest was tried. A splint was worn for six weeks."
OFFSETS = [m.span() for m in re.finditer(r"\w+|\.", TEXT)]
FIRST, SECOND = Span(100, 115), Span(116, 148)
PASSAGE = Passage("p", "d", 100, 148, TEXT, (), (FIRST, SECOND))
SIX_WEEKS = Span(100 + 38, 100 + 47)


def scores(best, null=0.0, whole=0.0, pieces=None, offsets=OFFSETS):
    """Logits that are -5 but for the start and the end of `best`, as (start, end, logit)."""
    start, end = np.full(len(offsets), -5.0), np.full(len(offsets), -5.0)
    start[best[0]] = end[best[1]] = best[2]
    return Scores(start, end, offsets, null, None if pieces is None else np.array(pieces), whole)


def test_the_best_span_inside_each_sentence_by_hand():
    pieces = [0.0, 1.0, 2.0, 5.0] + [-0.5] * 8  # of the four pieces of the first sentence, and the eight of the second
    calibration = Calibration(Platt(1.0, 2.0, 0.0, -1.0), Platt(agreement=0.5))
    found = reading(PASSAGE, [scores((9, 10, 3.0), null=2.0, whole=1.0, pieces=pieces)], calibration)
    first, second = found.sentences
    assert (second.span, second.score) == (SIX_WEEKS, 3.0 + 3.0 - 2.0)
    assert second.answerable == pytest.approx(1 / (1 + math.exp(-(4.0 + 2.0 * 0.5 - 1.0))))
    # The sentence's other spans lack one end, at 8 logits less, or both; hardly anything speaks for those unlike it.
    assert 6.0 < second.agreement < 8.0 and second.exact == pytest.approx(1 / (1 + math.exp(-second.agreement / 2)))
    assert first.score == -5.0 - 5.0 - 2.0  # nothing better stands in the first sentence
    assert first.exact < 0.5  # where one span is as good as another
    assert (first.sentence_score, second.sentence_score) == (1.0 + 2.0, 1.0 - 0.5)
    assert (found.span, found.answerable) == (SIX_WEEKS, second.answerable)
    assert TEXT[found.span.start - 100 : found.span.end - 100] == "six weeks"


def test_a_span_runs_over_no_end_of_a_sentence():
    found = reading(PASSAGE, [scores((2, 5, 9.0))], Calibration())
    assert all(m.span is None or s.start <= m.span.start < m.span.end <= s.end
               for m, s in zip(found.sentences, PASSAGE.sentences, strict=True))  # fmt: skip


def test_no_span_where_none_is_likelier_than_not():
    found = reading(PASSAGE, [scores((9, 10, 1.0), null=5.0)], Calibration())
    assert found.span is None and found.answerable < 0.5 and found.sentences[1].span == SIX_WEEKS


def test_the_most_hopeful_window_speaks_for_a_sentence():
    windows = [
        scores((0, 0, 1.0), null=4.0, whole=-2.0, offsets=OFFSETS[:4]),
        scores((0, 2, 1.0), null=0.0, whole=-3.0, offsets=OFFSETS[4:]),
        scores((5, 6, 2.0), null=0.0, whole=1.0, offsets=OFFSETS[4:]),
    ]
    found = reading(PASSAGE, windows, Calibration())
    assert [m.score for m in found.sentences] == [1.0 + 1.0 - 4.0, 4.0]
    assert [m.sentence_score for m in found.sentences] == [-2.0, 1.0] and found.span == SIX_WEEKS


def test_a_window_that_cuts_a_sentence_is_silent_about_it():
    whole = scores((5, 6, 2.0), null=4.0, offsets=OFFSETS[4:])
    cut = scores((0, 0, 9.0), null=0.0, whole=9.0, offsets=OFFSETS[-1:])  # the full stop alone: no rival, all agree
    (_, found) = reading(PASSAGE, [whole, cut], Calibration()).sentences
    assert (found.span, found.score, found.sentence_score) == (SIX_WEEKS, 0.0, 0.0) and found.agreement < 12.0


def test_the_least_likely_span_is_a_span():
    (_, found) = reading(PASSAGE, [scores((9, 10, -30.0), null=500.0)], Calibration()).sentences
    assert found.span is not None and found.score < -500.0 and 0.0 < found.answerable < 1e-12


def test_a_sentence_the_model_was_not_shown_has_nothing():
    found = reading(PASSAGE, [scores((0, 0, 1.0), offsets=OFFSETS[:4])], Calibration())
    assert (found.sentences[1].span, found.sentences[1].score) == (None, NOTHING)


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=12), st.integers(1, 12))
def test_the_best_span_is_the_best_of_all(logits, longest):
    start, end = np.array(logits).T
    first, last, score = best_span(start, end, longest)
    spans = {(i, j): start[i] + end[j] for i in range(len(start)) for j in range(i, min(len(start), i + longest))}
    assert (first, last) in spans and score == max(spans.values()) == spans[first, last]


def test_agreement_by_hand():
    third = math.log(1 / 3)
    start, end = np.array([0.0, third, third]), np.array([third, 0.0, third])
    # Of spans of at most two pieces, 0-1 weighs 1. Alike (more than half of their pieces shared) are 0-0 and 1-1, each
    # F1 2/3 and weight 1/3; unlike are 1-2 (F1 1/2, weight 1/9) and 2-2 (weight 1/9).
    assert agreement(start, end, 0, 1, 2) == pytest.approx(math.log((1 + 2 / 3) / (2 / 9)))


def test_of_one_span_there_is_agreement_without_end():
    assert agreement(np.array([1.0]), np.array([2.0]), 0, 0, 5) == math.inf
    word = Passage("p", "d", 0, 4, "Rest", (), (Span(0, 4),))
    (one,) = reading(word, [scores((0, 0, 9.0), offsets=[(0, 4)])], Calibration()).sentences
    assert one.agreement == 12.0


def test_there_is_no_best_span_of_nothing():
    with pytest.raises(ValueError, match="zero-size|empty"):
        best_span(np.array([]), np.array([]), 3)


def test_a_batch_is_padded_and_marks_question_and_text():
    batch = pad([Window([101, 7, 102, 8, 9, 102], 3, [(0, 1), (2, 3)]), Window([101, 7, 102, 102], 3, [])])
    assert batch["input_ids"].tolist() == [[101, 7, 102, 8, 9, 102], [101, 7, 102, 102, 0, 0]]
    assert batch["attention_mask"].tolist() == [[1] * 6, [1, 1, 1, 1, 0, 0]]
    assert batch["token_type_ids"].tolist() == [[0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 0, 0]]


@pytest.mark.models
def test_long_texts_are_cut_into_windows_that_miss_nothing():
    pieces = Pieces(weights_folder(EncoderSettings()) / "tokenizer.json", 128)
    question, text = pieces.encode(["Was überhaupt?", "A naïve word 😀 and another. " * 80])
    windows = pieces.windows(question, text)
    assert len(windows) > 3 and all(len(w.ids) <= 128 for w in windows)
    assert {at for w in windows for at in w.offsets} == set(text.offsets)
    with pytest.raises(ValueError, match="no room"):
        Pieces(weights_folder(EncoderSettings()) / "tokenizer.json", 64)
