"""Statistics over plain numbers: shares, areas, curves and percentiles, with intervals.

Knows nothing of questions or answers. A share over nothing is None, never 0 and never an exception.

Sources:
    bootstrap percentile intervals: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13;
    area under the ROC curve as the Mann-Whitney statistic: Hanley & McNeil, Radiology 143, 1982;
    risk-coverage curve and its area: Geifman & El-Yaniv, Selective Classification for Deep Neural Networks, 2017.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2_000
"""Resamples of a bootstrap."""

Floats = NDArray[np.float64]
AT_ONCE = 2_000_000
"""Numbers drawn at a time: thousands of questions, resampled thousands of times, need not fit into memory."""


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
    rng, shares = np.random.default_rng(seed), []
    rows = max(1, AT_ONCE // len(top))
    for at in range(0, resamples, rows):
        drawn = rng.integers(len(top), size=(min(rows, resamples - at), len(top)))
        shares.append(top[drawn].sum(axis=1) / bottom[drawn].sum(axis=1))
    return _estimate(top.sum() / bottom.sum(), np.concatenate(shares), int(bottom.sum()))


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
    value = area_under_roc([*positive, *negative], [True] * len(positive) + [False] * len(negative))
    return _estimate(value, resampled_areas(wins(positive, negative), seed, resamples), n)


def area_under_roc(scores: Floats | Sequence[float], labels: NDArray[np.bool_] | Sequence[bool]) -> float:
    """Return the probability that a score with a true label is above one with a false label, ties counting half.

    NaN where all labels are alike.
    """
    from sklearn.metrics import roc_auc_score

    held = np.asarray(labels, dtype=bool)
    return float("nan") if held.all() or not held.any() else float(roc_auc_score(held, np.asarray(scores)))


def wins(positive: Floats | Sequence[float], negative: Floats | Sequence[float]) -> Floats:
    """Return who wins each pair, ties halved, shape (positive, negative); its mean is the area under the ROC curve."""
    return np.asarray((np.sign(np.subtract.outer(np.asarray(positive), np.asarray(negative))) + 1) / 2)


def resampled_areas(pairs: Floats, seed: int = 0, resamples: int = RESAMPLES) -> Floats:
    """Return the mean of `pairs` (positive, negative) on each resample of its rows and columns, shape (resamples,)."""
    rng = np.random.default_rng(seed)
    rows, columns = (rng.multinomial(size, np.full(size, 1 / size), size=resamples) / size for size in pairs.shape)
    return np.asarray(((rows @ pairs) * columns).sum(axis=1))


def grouped_interval(
    groups: Sequence[str], measure: Callable[[NDArray[np.int64]], float], rounds: int = 1000
) -> tuple[float, float]:
    """Return the 95% interval of `measure`, which takes the places of the questions drawn, by resampling groups.

    Questions of one group (a document) are not independent, so groups are drawn whole. The same groups are drawn every
    time, so that measures over the same questions can be compared. (0, 0) without any group.
    """
    members: dict[str, list[int]] = {}
    for place, group in enumerate(groups):
        members.setdefault(group, []).append(place)
    parts = [np.array(places) for places in members.values()]
    if not parts:
        return 0.0, 0.0
    rng = np.random.default_rng(0)
    draws = (rng.integers(len(parts), size=len(parts)) for _ in range(rounds))
    low, high = np.nanpercentile([measure(np.concatenate([parts[i] for i in drawn])) for drawn in draws], [2.5, 97.5])
    return float(low), float(high)


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

    def largest(counts: Floats) -> Floats:
        given, good = np.cumsum(counts, axis=1)[:, ends], np.cumsum(counts * rights, axis=1)[:, ends]
        return np.asarray(np.where(good >= precision * given - 1e-9, given, 0.0).max(axis=1) / n)

    rng = np.random.default_rng(seed)
    rows = max(1, AT_ONCE // n)
    sizes = [min(rows, resamples - at) for at in range(0, resamples, rows)]
    drawn = [largest(rng.multinomial(n, np.full(n, 1 / n), size=size).astype(np.float64)) for size in sizes]
    return _estimate(largest(np.ones((1, n)))[0], np.concatenate(drawn), n)


def _ends(ranked: Floats) -> NDArray[np.int64]:
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
    return {f"p{p}": percentile(seconds, p / 100) if seconds else None for p in (50, 95, 99)}


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value at `share` (0..1) of the sorted values, interpolated linearly; ValueError without any."""
    if not values:
        raise ValueError("There are no values, so there is no percentile.")
    return float(np.percentile(values, share * 100))


def _estimate(value: float, resampled: Floats, n: int) -> Estimate:
    """Return a value with the percentile interval of its resamples."""
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Estimate(float(value), float(low), float(high), n)
