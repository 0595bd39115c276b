"""The statistics of fitting: logistic regression whose slopes keep their known signs, and where to cut it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

TOLERATED = {"wrongly_refused": 0.06, "wrongly_answered": 0.10}
"""Shares of answerable and of unanswerable questions that may go wrong; a threshold weighs one against the other so."""

_RIDGE = 1.0
_BANDWIDTH = 0.5  # logits


def fit_logistic(x: Any, y: Any, signs: Sequence[int], inverse_ridge: float = _RIDGE) -> tuple[float, ...]:
    """Return intercept and slopes of a ridge-penalised logistic regression, in the plain units of `x`.

    A slope against its known sign (a higher score making an answer less likely) is an accident of a small set: that
    column is left out and the rest fitted again; without any, the intercept stands for the share.
    """
    from sklearn.linear_model import LogisticRegression

    kept = list(range(x.shape[1]))
    mean, spread = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-6)
    while kept:
        model = LogisticRegression(C=inverse_ridge).fit((x[:, kept] - mean[kept]) / spread[kept], y)
        slopes = dict(zip(kept, model.coef_[0] / spread[kept], strict=True))
        against = {i: s for i, s in slopes.items() if s * signs[i] < 0}
        if not against:
            break
        kept.remove(max(against, key=lambda i: abs(against[i] * spread[i])))
    else:
        share = float(np.mean(y))
        return (round(float(np.log(share / (1 - share))), 4), *(0.0,) * x.shape[1])
    intercept = float(model.intercept_[0]) - sum(s * mean[i] for i, s in slopes.items())
    return (round(float(intercept), 4), *(round(float(slopes.get(i, 0.0)), 4) for i in range(x.shape[1])))


def probabilities(x: Any, model: Sequence[float]) -> Any:
    """Return the probability, 0..1, of each row of `x` by a logistic model: an intercept, and a slope a column."""
    return 1 / (1 + np.exp(-(model[0] + np.asarray(x) @ np.array(model[1:]))))


def choose_threshold(answerable: Any, unanswerable: Any) -> float:
    """Return the threshold where errors of both kinds, each counted in units of what is tolerated, are fewest.

    Shares are smoothed in logits (Gaussian, `_BANDWIDTH`), so that no single question of a small set decides.
    """
    from scipy.stats import norm

    grid = np.linspace(-5, 5, 401)

    def above(probabilities: Any) -> Any:
        logits = np.log(probabilities / (1 - probabilities))
        return norm.cdf((logits[None, :] - grid[:, None]) / _BANDWIDTH).mean(axis=1)

    errors = (1 - above(answerable)) / TOLERATED["wrongly_refused"] + above(unanswerable) / TOLERATED[
        "wrongly_answered"
    ]
    best = grid[int(np.argmin(errors))]
    return round(float(1 / (1 + np.exp(-best))), 4)
