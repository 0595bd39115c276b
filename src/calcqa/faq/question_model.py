"""A model learned from FAQ entries: a metric to compare questions in, and a probe that classifies them.

The encoder was trained on general text; FAQ entries show which differences between questions matter in these documents.

The metric: the covariance of questions around the mean of those with the same answer (or the same unanswerable kind) is
measured, shrunk towards a sphere, and its inverse square root applied to questions on both sides: within-class
covariance normalisation (Hatch, Kajarekar & Stolcke 2006; shrinkage as in Ledoit & Wolf 2004, with a fixed share).

The probe: multinomial logistic regression over the vectors in that metric (a linear probe: Alain & Bengio 2016), one
class for each answer and each unanswerable kind. It weighs what all questions of one answer share against all others,
so it helps where no single neighbour is near.

Only the FAQ entries are used, no labels of a question set. Sentences are not changed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from calcqa.models.encoder import Vectors
from calcqa.parameters import DEFAULTS, PROBE_SCALE, Weights

_SLOPE = 1e-6  # of the loss: less steep, and what is left to gain moves no share of a class noticeably
_ROUNDS = 1000  # of lbfgs; it is content after a tenth


H = TypeVar("H", bound=Hashable)


_NONE: Vectors = np.zeros((0, 0), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class QuestionModel:
    """A metric of shape (dimension, dimension) and a probe of shape (dimension + 1, classes), intercepts last.

    Either is empty, shape (0, 0), where there was too little to learn.
    """

    metric: Vectors
    probe: Vectors

    @classmethod
    def nothing(cls) -> QuestionModel:
        """Return what is learned where there is too little: questions are compared as they are encoded."""
        return cls(_NONE, _NONE)

    @property
    def fits(self) -> tuple[int, int]:
        """The dimension and the number of classes it was learned for; (0, 0) where nothing was learned."""
        return len(self.metric), self.probe.shape[1]

    def move(self, vectors: Vectors) -> Vectors:
        """Return `vectors`, shape (n, dimension), in the metric and of unit length; unchanged where there is none."""
        if not self.metric.size:
            return vectors
        moved = vectors @ self.metric
        return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-12), dtype=np.float32)

    def log_shares(self, moved: Vectors) -> Vectors:
        """Return the log-probability of each class, shape (classes,), for one question in one or more forms.

        `moved` are its forms in the metric, shape (n, dimension); their logits are averaged.
        """
        logits = (moved @ self.probe[:-1]).mean(axis=0) * PROBE_SCALE + self.probe[-1]
        logits -= logits.max()
        return np.asarray(logits - np.log(np.exp(logits).sum()), dtype=np.float32)

    def save(self, path: Path) -> None:
        """Write it to one file."""
        with path.open("wb") as handle:
            np.savez(handle, metric=self.metric, probe=self.probe)

    @classmethod
    def load(cls, path: Path) -> QuestionModel:
        """Read what `save` wrote; ValueError where the shapes do not belong together."""
        with np.load(path, allow_pickle=False) as arrays:
            learned = cls(arrays["metric"], arrays["probe"])
        square = learned.metric.ndim == 2 and len(learned.metric) == learned.metric.shape[1]
        if not square or learned.probe.ndim != 2 or len(learned.probe) not in (0, len(learned.metric) + 1):
            raise ValueError(f"{path.name} has shapes {learned.metric.shape} and {learned.probe.shape}")
        return learned


def number(answers: Iterable[H]) -> dict[H, int]:
    """Return the number of each class of questions: different answers, in the order of their first appearance."""
    return {answer: i for i, answer in enumerate(dict.fromkeys(answers))}


def train_question_model(vectors: Vectors, answers: Sequence[Hashable], weights: Weights = DEFAULTS) -> QuestionModel:
    """Learn from questions and what answers them; a probe only where there are three classes or more.

    `vectors` has shape (questions, dimension) and rows of unit length; `answers[i]` says what answers question i, or
    its unanswerable kind.
    """
    if len(vectors) < weights.learned_from:
        return QuestionModel.nothing()
    numbers = number(answers)
    classes = np.array([numbers[a] for a in answers])
    learned = QuestionModel(_metric(vectors, classes, weights.shrinkage), _NONE)
    if classes.max() < 2:
        return learned
    return QuestionModel(learned.metric, _probe(learned.move(vectors), classes))


def _metric(vectors: Vectors, classes: NDArray[np.int64], shrinkage: float) -> Vectors:
    means = np.zeros((classes.max() + 1, vectors.shape[1]))
    np.add.at(means, classes, vectors)
    around = vectors - (means / np.bincount(classes)[:, None])[classes]
    covariance = around.T @ around / len(around)
    sphere = np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    values, axes = np.linalg.eigh((1 - shrinkage) * covariance + shrinkage * sphere)
    matrix = (axes * values**-0.5) @ axes.T
    return np.asarray(matrix / np.abs(matrix).max(), dtype=np.float32)  # its scale does not matter


def _probe(moved: Vectors, classes: NDArray[np.int64]) -> Vectors:
    """Return the probe, fitted until nothing is left to gain, so that every processor comes to the same one.

    Intercepts bear the penalty too, and vectors are taken around their mean: otherwise rare classes' intercepts creep
    for hundreds of rounds, and where they stop is up to the last bit of each sum.
    """
    from sklearn.linear_model import LogisticRegression  # asking needs none of it

    scaled = moved.astype(np.float64) * PROBE_SCALE
    centre = scaled.mean(axis=0)
    rows = np.column_stack([scaled - centre, np.ones(len(scaled))])
    weights = LogisticRegression(fit_intercept=False, tol=_SLOPE, max_iter=_ROUNDS).fit(rows, classes).coef_.T
    return np.asarray(np.vstack([weights[:-1], weights[-1] - centre @ weights[:-1]]), dtype=np.float32)
