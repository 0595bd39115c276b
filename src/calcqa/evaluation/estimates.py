"""Statistics over plain numbers: shares, areas, curves and percentiles, with intervals.

Nothing is known here of questions or answers. A share over nothing is None, never 0 and never an exception.

Sources:
    bootstrap percentile intervals: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13;
    area under the ROC curve as the Mann-Whitney statistic: Hanley & McNeil, Radiology 143, 1982;
    risk-coverage curve and its area: Geifman & El-Yaniv, Selective Classification for Deep Neural Networks, 2017.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2_000
"""Resamples of a bootstrap."""

_Floats = NDArray[np.float64]
_AT_ONCE = 2_000_000  # numbers drawn at a time: thousands of questions, resampled thousands of times, need not be held


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95% interval; all None where there was nothing to measure. `n` counts what was measured over."""

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """Answering only at `threshold` or above: the share of all questions answered, and the share of those wrong."""

    threshold: float
    coverage: float
    risk: float


def share(hits: Sequence[float], sizes: Sequence[float], *, seed: int = 0, resamples: int = RESAMPLES) -> Estimate:
    """Return sum(hits) / sum(sizes) with its bootstrap 95% interval; `n` is sum(sizes).

    `hits[i]` of the `sizes[i]` trials of unit i succeeded (or its score is `hits[i]`, of 1); sizes are positive. Units
    (questions) are resampled, not trials (quotes), because those of one unit depend on each other. Percentile interval:
    Efron & Tibshirani 1993. Where all trials have the same result the interval has no width; that is no proof (Hanley &
    Lippman-Hand, JAMA 249, 1983: 0 failures in n allow up to about 3/n).
    """
    if not sizes:
        return Estimate(None, None, None, 0)
    top, bottom = np.asarray(hits, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    rng, found = np.random.default_rng(seed), []
    rows = max(1, _AT_ONCE // len(top))
    for at in range(0, resamples, rows):
        drawn = rng.integers(len(top), size=(min(rows, resamples - at), len(top)))
        found.append(top[drawn].sum(axis=1) / bottom[drawn].sum(axis=1))
    return estimate(top.sum() / bottom.sum(), np.concatenate(found), int(bottom.sum()))


def auroc(
    positive: Sequence[float], negative: Sequence[float], *, seed: int = 0, resamples: int = RESAMPLES
) -> Estimate:
    """Return the probability that a positive scores above a negative, ties counting half, with its interval.

    `n` counts both. Positives and negatives are resampled each on their own, so that every resample has both. On a
    resample the area is the mean of its pairs' wins, which is the Mann-Whitney statistic over n1 n2 (Hanley & McNeil
    1982). None where one side is empty.
    """
    n = len(positive) + len(negative)
    if not positive or not negative:
        return Estimate(None, None, None, n)
    from sklearn.metrics import roc_auc_score

    value = roc_auc_score([1] * len(positive) + [0] * len(negative), [*positive, *negative])
    difference = np.subtract.outer(np.asarray(positive), np.asarray(negative))
    wins = (np.sign(difference) + 1) / 2
    rng = np.random.default_rng(seed)
    rows, columns = (rng.multinomial(size, np.full(size, 1 / size), size=resamples) / size for size in wins.shape)
    return estimate(value, ((rows @ wins) * columns).sum(axis=1), n)


def risk_curve(confidence: Sequence[float], right: Sequence[bool], asked: int) -> tuple[RiskPoint, ...]:
    """Return the risk-coverage curve (Geifman & El-Yaniv 2017), one point for each distinct confidence, falling.

    `confidence[i]` is that of an answer that was `right[i]` or not; `asked` counts all questions, of which those
    without an answer are in neither.
    """
    order = np.argsort(-np.asarray(confidence, dtype=np.float64), kind="stable")
    ranked = np.asarray(confidence, dtype=np.float64)[order]
    rights = np.cumsum(np.asarray(right, dtype=np.float64)[order])
    return tuple(
        RiskPoint(float(ranked[last]), (last + 1) / asked, float(last + 1 - rights[last]) / (last + 1))
        for last in map(int, _ends(ranked))
    )


def answered_at(
    confidence: Sequence[float],
    right: Sequence[bool],
    precision: float = 0.95,
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Estimate:
    """Return the largest share of questions that can be answered, the surest first, with at least `precision` right.

    0 where no threshold on `confidence` reaches it. The threshold is chosen on these very questions, so the share is
    kind to whoever has few of them; questions are resampled for the interval, and the threshold chosen anew each time.
    """
    n = len(confidence)
    if not n:
        return Estimate(None, None, None, 0)
    order = np.argsort(-np.asarray(confidence, dtype=np.float64), kind="stable")
    ends = _ends(np.asarray(confidence, dtype=np.float64)[order])
    rights = np.asarray(right, dtype=np.float64)[order]

    def largest(counts: _Floats) -> _Floats:
        given, good = np.cumsum(counts, axis=1)[:, ends], np.cumsum(counts * rights, axis=1)[:, ends]
        return np.asarray(np.where(good >= precision * given - 1e-9, given, 0.0).max(axis=1) / n)

    rng = np.random.default_rng(seed)
    rows = max(1, _AT_ONCE // n)
    sizes = [min(rows, resamples - at) for at in range(0, resamples, rows)]
    drawn = [largest(rng.multinomial(n, np.full(n, 1 / n), size=size).astype(np.float64)) for size in sizes]
    return estimate(largest(np.ones((1, n)))[0], np.concatenate(drawn), n)


def _ends(ranked: _Floats) -> NDArray[np.int64]:
    """Return where each run of equal values ends: equally sure answers are given together or not at all."""
    return np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True)) if len(ranked) else np.zeros(0, dtype=np.int64)


def area(curve: Sequence[RiskPoint]) -> float | None:
    """Return the mean risk over the coverages the curve reaches (AURC; 0..1, lower is better), or None if it is empty.

    Each point weighs as much as the coverage it adds, as in the sum over answers of Geifman & El-Yaniv 2017.
    """
    if not curve:
        return None
    steps = np.diff([0.0, *(p.coverage for p in curve)])
    return float(np.dot(steps, [p.risk for p in curve]) / curve[-1].coverage)


def percentiles(seconds: Sequence[float]) -> dict[str, float | None]:
    """Return p50, p95 and p99, interpolated linearly; None where there is nothing."""
    return {f"p{p}": float(np.percentile(seconds, p)) if seconds else None for p in (50, 95, 99)}


def estimate(value: float, resampled: _Floats, n: int) -> Estimate:
    """Return a value with the percentile interval of its resamples."""
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Estimate(float(value), float(low), float(high), n)
