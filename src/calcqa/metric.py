"""A metric learned from the questions asked ahead: directions in which questions with one answer differ count for less.

The encoder was trained on everything; a sidecar says which differences between questions matter in this library. The
covariance of questions around the mean of those with the same answer (or the same kind of gap) is measured, shrunk
towards a sphere, and its inverse square root applied to questions on both sides: within-class covariance normalisation
(Hatch, Kajarekar & Stolcke 2006; shrinkage as in Ledoit & Wolf 2004, with a fixed share). No labels of a question set
are used, only the sidecar itself. Sentences are not touched.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from calcqa.stores.base import Floats

FEWEST = 500
"""Questions below which nothing is learned: the covariance would be noise."""

SHRINKAGE = 0.5
"""Share of the sphere in the covariance; chosen by leaving whole sittings of sidecar writing out (see docs)."""


def learn(vectors: Floats, answers: Sequence[Hashable]) -> Floats:
    """Return the matrix of the metric, shape (dimension, dimension); shape (0, 0) where there is too little to learn.

    `vectors` has shape (questions, dimension); `answers[i]` says what answers question i, or its kind of gap.
    """
    if len(vectors) < FEWEST:
        return np.zeros((0, 0), dtype=np.float32)
    classes: dict[Hashable, list[int]] = {}
    for row, answer in enumerate(answers):
        classes.setdefault(answer, []).append(row)
    around = np.array(vectors, dtype=np.float64)
    for rows in classes.values():
        around[rows] -= around[rows].mean(axis=0)
    covariance = around.T @ around / len(around)
    sphere = np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    values, axes = np.linalg.eigh((1 - SHRINKAGE) * covariance + SHRINKAGE * sphere)
    matrix = (axes * values**-0.5) @ axes.T
    return np.asarray(matrix / np.abs(matrix).max(), dtype=np.float32)  # its scale does not matter


def apply(matrix: Floats, vectors: Floats) -> Floats:
    """Return `vectors`, shape (n, dimension), in the metric and of unit length; unchanged by an empty matrix."""
    if not matrix.size:
        return vectors
    moved = vectors @ matrix
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-12), dtype=np.float32)
