"""The reader: what marks, in a passage, the words that answer a question, and says how likely it answers at all.

Does: the protocol, and the pure step from a model's scores over word pieces to readings of passages and sentences. Does
not: run a model (`readers.py`), choose what is read (`evidence.py`), or decide (`deciding.py`).

A score of a span is its start and end logits together, less those of "no answer" (position 0), as in SQuAD 2.0 readers
(Devlin et al. 2019, section 4.3): the log odds, as the model sees them, that the span is there rather than nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from calcqa.domain import Passage, Span
from calcqa.windows import Floats, best_span

LONGEST = 30
"""A short answer has at most so many word pieces."""

NOTHING = -20.0
"""The score, in logits, of a sentence in which the model was shown no piece."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The best span inside one sentence of a passage; None where there is none to choose.

    `score` and `evidence` are in logits: the span's, and that the sentence answers, apart from any span. `answerable`
    is the estimated probability (0..1) that the span answers the question.
    """

    span: Span | None
    score: float
    evidence: float
    answerable: float


UNREAD = Marked(None, NOTHING, NOTHING, 0.0)
"""A sentence in which nothing was found to mark."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in one passage.

    `span` is in code points of the document, inside the passage; None where the passage holds no answer. `answerable`
    is the estimated probability (0..1) that the passage answers the question, and with this span. `sentences` has one
    mark for each of the passage's sentences, in their order; a reader that only knows its one span leaves them out.
    """

    passage_id: str
    span: Span | None
    answerable: float
    sentences: tuple[Marked, ...] = ()


class Reader(Protocol):
    """Reads passages for the answer to a question."""

    @property
    def threshold(self) -> float:
        """How likely (0..1) a span must be to be shown as the answer by itself."""
        ...

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Return one reading for each passage, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Scores:
    """A model's logits over one window of a text.

    `start` and `end` have one entry for each piece of the text in it, `offsets` that piece's characters; `null` is the
    sum of both logits of "no answer". The evidence of a sentence is `whole` and the mean of `piece` over its pieces,
    both 0 where the model has no such head.
    """

    start: Floats
    end: Floats
    offsets: Sequence[tuple[int, int]]
    null: float
    piece: Floats | None = None
    whole: float = 0.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns a span's score and the evidence into a probability: Platt scaling (Platt 1999) over both logits."""

    score: float = 1.0
    evidence: float = 0.0
    intercept: float = 0.0

    def probability(self, score: float, evidence: float) -> float:
        """Return the probability, 0..1, that the text answers."""
        return sigmoid(self.intercept + self.score * score + self.evidence * evidence)


def sigmoid(logit: float) -> float:
    """Return the probability, 0..1, of log odds, bounded to -30..30 nats."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def reading(passage: Passage, windows: Sequence[Scores], calibration: Calibration) -> Reading:
    """Return what the scores over a passage's windows (at least one) say of it and of each of its sentences.

    A passage lacks the answer only as far as its most hopeful sentence does, and a sentence as its most hopeful window.
    """
    marks = tuple(_mark(passage, s, windows, calibration) for s in passage.sentences)
    best = max(marks, key=lambda m: m.answerable, default=UNREAD)
    return Reading(passage.id, best.span if best.answerable >= 0.5 else None, best.answerable, marks)


def _mark(passage: Passage, sentence: Span, windows: Sequence[Scores], calibration: Calibration) -> Marked:
    start, end = sentence.start - passage.start, sentence.end - passage.start
    best: tuple[Span | None, float] = (None, NOTHING)
    evidence = NOTHING
    for window in windows:
        inside = np.flatnonzero([start <= a and b <= end for a, b in window.offsets])
        if not inside.size:
            continue
        begin, stop = int(inside[0]), int(inside[-1]) + 1
        evidence = max(evidence, evidence_of(window, begin, stop))
        first, last, score = best_span(window.start[begin:stop], window.end[begin:stop], LONGEST)
        if score - window.null > best[1]:
            a, b = window.offsets[begin + first][0], window.offsets[begin + last][1]
            best = Span(passage.start + a, passage.start + b), score - window.null
    return Marked(*best, evidence, calibration.probability(best[1], evidence) if best[0] else 0.0)


def evidence_of(window: Scores, begin: int, stop: int) -> float:
    """Return the logit that the pieces `[begin, stop)` answer the question, apart from any span."""
    return window.whole + (float(window.piece[begin:stop].mean()) if window.piece is not None else 0.0)
