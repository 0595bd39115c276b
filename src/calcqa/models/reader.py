"""The reader: what marks, in a passage, the words that answer a question, and says how likely it answers at all.

Does: the protocol, and the pure step from a model's scores over word pieces to readings of passages and sentences. Does
not: run a model (`models/load_reader.py`), choose what is read (`answering/reading.py`), or decide
(`answering/answerability.py`).

A score of a span is its start and end logits together, less those of "no answer" (position 0), as in SQuAD 2.0 readers
(Devlin et al. 2019, section 4.3): the log odds, as the model sees them, that the span is there rather than nothing.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from calcqa.models.windows import Floats, agreement, best_span
from calcqa.parameters import AGREEMENT_BOUND, ANSWERS, BESIDE, BESIDE_FROM, LONGEST_SPAN, Weights
from calcqa.types import Passage, Span

NOTHING = -20.0
"""The score, in logits, of a sentence in which the model was shown no piece."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The best span inside one sentence of a passage; None where there is none to choose.

    In logits: the span's `score`, the `sentence_score` that the sentence answers, apart from any span, and the
    `agreement` of the sentence's other spans with this one. `answerable` is the estimated probability (0..1) that the
    span answers the question; `exact` that it does if the sentence does.
    """

    span: Span | None
    score: float
    sentence_score: float
    agreement: float
    answerable: float
    exact: float


UNREAD = Marked(None, NOTHING, NOTHING, 0.0, 0.0, 0.0)
"""A sentence in which nothing was found to mark."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in one passage.

    `span` is in the places of the passage, inside it; None where the passage holds no answer. `answerable`
    is the estimated probability (0..1) that the passage answers the question, and with this span. `sentences` has one
    mark for each of the passage's sentences, in their order; a reader that only knows its one span leaves them out.
    """

    passage_id: str
    span: Span | None
    answerable: float
    sentences: tuple[Marked, ...] = ()


class Reader(Protocol):
    """Reads passages for the answer to a question.

    A passage may be a sheet: sentences of a document laid together, in places of their own (`answering/reading.py`).
    """

    @property
    def threshold(self) -> float:
        """From which `answerable` (0..1) on a span is shown as the answer by itself."""
        ...

    @property
    def exact_threshold(self) -> float:
        """From which `exact` (0..1) on it is, where FAQ entries say that its sentence answers."""
        ...

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Return one reading for each passage, in their order."""
        ...


def brought(weights: Weights, reader: Reader | None) -> Weights:
    """Return the weights with which a reader decides: an index's, but for those that it brings along itself."""
    return weights.of_reader(getattr(reader, "weights", {}))


@dataclass(frozen=True, slots=True)
class Scores:
    """A model's logits over one window of a text.

    `start` and `end` have one entry for each piece of the text in it, `offsets` that piece's characters; `null` is the
    sum of both logits of "no answer". The score of a sentence is `whole` and the mean of `piece` over its pieces,
    both 0 where the model has no such head.
    """

    start: Floats
    end: Floats
    offsets: Sequence[tuple[int, int]]
    null: float
    piece: Floats | None = None
    whole: float = 0.0


@dataclass(frozen=True, slots=True)
class Platt:
    """Turns the scores of span and sentence and the agreement about the span into a probability (Platt 1999).

    The fields are the keys of a reader's calibration: `evidence` is the coefficient of the sentence's score.
    """

    score: float = 0.0
    evidence: float = 0.0
    agreement: float = 0.0
    intercept: float = 0.0

    def probability(self, score: float, sentence_score: float, agreement: float) -> float:
        """Return the probability, 0..1, given the three in logits."""
        weighed = self.score * score + self.evidence * sentence_score + self.agreement * agreement
        return sigmoid(self.intercept + weighed)


@dataclass(frozen=True, slots=True)
class Calibration:
    """What logits are worth: that a span answers at all, and that it does if its sentence does.

    Uncalibrated, the first is the odds of the span against none, the second its share of the odds of all spans.
    """

    answerable: Platt = Platt(score=1.0)
    exact: Platt = Platt(agreement=1.0)


def sigmoid(logit: float) -> float:
    """Return the probability, 0..1, of log odds, bounded to -30..30 nats."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def beside(cosine: float) -> float:
    """Return what the encoder adds, in logits, to a reader's score of a sentence that has this cosine."""
    return BESIDE * (cosine - BESIDE_FROM)


def reading(passage: Passage, windows: Sequence[Scores], calibration: Calibration) -> Reading:
    """Return what the scores over a passage's windows (at least one) say of it and of each of its sentences.

    A passage lacks the answer only as far as its most hopeful sentence does, and a sentence as the most hopeful of the
    windows that show the most of it.
    """
    marks = tuple(_mark(passage, s, windows, calibration) for s in passage.sentences)
    best = max(marks, key=lambda m: m.answerable, default=UNREAD)
    return Reading(passage.id, best.span if best.answerable >= ANSWERS else None, best.answerable, marks)


def _mark(passage: Passage, sentence: Span, windows: Sequence[Scores], calibration: Calibration) -> Marked:
    shown = [(w, _inside(w, sentence.start - passage.start, sentence.end - passage.start)) for w in windows]
    most = max(stop - begin for _, (begin, stop) in shown)
    if not most:
        return UNREAD
    score = sentence_score = -math.inf
    # A window that cuts the sentence knows less of it than one that does not: of its rivals, of what it says.
    for window, (begin, stop) in ((w, at) for w, at in shown if at[1] - at[0] == most):
        sentence_score = max(sentence_score, score_of_sentence(window, begin, stop))
        logits = window.start[begin:stop], window.end[begin:stop]
        first, last, best = best_span(*logits, LONGEST_SPAN)
        if best - window.null > score:
            a, b = window.offsets[begin + first][0], window.offsets[begin + last][1]
            span, score = Span(passage.start + a, passage.start + b), best - window.null
            agreed = agreement(*logits, first, last, LONGEST_SPAN)
            agreed = max(-AGREEMENT_BOUND, min(AGREEMENT_BOUND, agreed))
    judged = (p.probability(score, sentence_score, agreed) for p in (calibration.answerable, calibration.exact))
    return Marked(span, score, sentence_score, agreed, *judged)


def _inside(window: Scores, start: int, end: int) -> tuple[int, int]:
    """Return the half-open range of the pieces that lie inside the characters `start` to `end`; 0, 0 if none does."""
    begin = bisect.bisect_left(window.offsets, start, key=lambda at: at[0])
    stop = bisect.bisect_right(window.offsets, end, key=lambda at: at[1])
    return (begin, stop) if begin < stop else (0, 0)


def score_of_sentence(window: Scores, begin: int, stop: int) -> float:
    """Return the logit that the pieces `[begin, stop)` answer the question, apart from any span."""
    return window.whole + (float(window.piece[begin:stop].mean()) if window.piece is not None else 0.0)


def readings_of(
    passages: Sequence[Passage], scored: Sequence[Sequence[Scores]], calibration: Calibration
) -> list[Reading]:
    """Return one reading for each passage from the scores of its windows; an empty one where it has none."""
    pairs = zip(passages, scored, strict=True)
    return [reading(p, s, calibration) if s else Reading(p.id, None, 0.0) for p, s in pairs]
