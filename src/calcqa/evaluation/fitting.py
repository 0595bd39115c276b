"""Fitting the weights on a development set: how evidence is fused, and when it is enough to answer.

In order: the fusion, by the log-likelihood of choosing sentences that hold the facts; how follow-ups are understood, by
how many come out right, which needs the first logistic decision, fitted before and after; the other decisions; how many
sentences to quote beside the best.
The decisions are ridge-penalised logistic regressions (scikit-learn) on standardised evidence, written back in plain
units; thresholds minimise the errors of both kinds. Nothing here sees a test half.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from calcqa.answering import judgements
from calcqa.assistant import Assistant
from calcqa.encoding import Encoder, Vectors
from calcqa.evaluation.measures import measure
from calcqa.evaluation.questions import JudgedQuestion
from calcqa.evaluation.runner import judge
from calcqa.index import Index
from calcqa.retrieval import Retrieved
from calcqa.settings import Weights

FUSION = {
    "temperature": (0.05, 0.07, 0.1),
    "neighbours": (10, 20),
    "row_lexical": (0.1, 0.2, 0.3),
    "probe": (0.0, 0.5, 1.0, 1.5),
    "lexical": (0.1, 0.3),
    "asked_weight": (2.0, 5.0),
}
PLAIN_FUSION = {"plain_lexical": (0.1, 0.2, 0.3, 0.5, 0.8)}
FOLLOW_UPS = {"own": (0.3, 0.5, 0.8), "context": (0.1, 0.2), "typed": (0.3, 0.6), "again": (0.0, 0.3, 0.6)}
TOLERATED = {"wrongly_refused": 0.06, "wrongly_answered": 0.10}
"""Shares of answerable and of unanswerable questions that may go wrong; a threshold weighs one against the other so."""

SIGNS = {"asked": (1, 1, 1, 1, -1, 1), "few": (1, 1, 1, 1, -1), "plain": (1, 1, -1, -1)}
"""Which way each piece of evidence must count, in the order of the features in `answering.py`."""

THINNED = ((0, 5), (1, 5), (2, 5))
"""The shares of the questions asked ahead over which fusion, and how much is quoted beside the best, are fitted.

With all of them nearly every question of the development set has one just like it, which those of users will not.
"""

FEW = (0, 40)
"""The share with which the decision for documents with few questions asked ahead is fitted: too few for a probe."""

SECOND = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
PLAIN_SECOND = (0.0, 0.05, 0.1, 0.2, 0.4)
A_WORD = 0.001
"""What a word more in the mean answer costs, in facts: ten words must bring a point."""

_RIDGE = 1.0
_BANDWIDTH = 0.5  # logits
_KEPT = 10  # candidates over which the likelihood of a choice is taken
_SHARPNESS = 20.0  # of that choice, per unit of cosine


class _Remembering:
    """An encoder that encodes each text once: fitting asks the same questions hundreds of times."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self._seen = encoder, dict[str, Any]()
        self.name, self.sha256 = encoder.name, encoder.sha256
        self.dimension, self.window = encoder.dimension, encoder.window
        self.count, self.vocabulary = encoder.count, encoder.vocabulary

    def encode(self, texts: Sequence[str]) -> Vectors:
        new = [t for t in dict.fromkeys(texts) if t not in self._seen]
        self._seen.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._seen[t] for t in texts])


def fit(
    index: Index,
    thin: Sequence[Index],
    few: Index,
    plain: Index,
    encoder: Encoder,
    questions: Sequence[JudgedQuestion],
    tell: Callable[[str], None] = lambda line: None,
) -> Weights:
    """Return weights fitted on `questions`, with the figures they reach there.

    `index` holds documents with their questions asked ahead, each of `thin` with a share of them (`THINNED`), `few`
    with too few for a probe (`FEW`), `plain` with none.
    """
    encoder = _Remembering(encoder)
    single = [q for q in questions if len(q.turns) == 1]
    chats = [q for q in questions if len(q.turns) > 1]
    weights = _fuse(thin, encoder, single, Weights(), FUSION)
    tell("fused with questions asked ahead")
    weights = _fuse([plain], encoder, single, weights, PLAIN_FUSION)
    tell("fused without them")
    weights = _decide(index, encoder, questions, weights, "asked")
    if chats:
        weights = _best([index], encoder, chats, weights, FOLLOW_UPS, "followups")
        weights = _decide(index, encoder, questions, weights, "asked")
        tell("follow-ups")
    weights = _decide(few, encoder, questions, weights, "few")
    weights = _decide(plain, encoder, questions, weights, "plain")
    tell("decisions")
    weights = _best(thin, encoder, single, weights, {"second": SECOND}, "facts")
    weights = _best([plain], encoder, single, weights, {"plain_second": PLAIN_SECOND}, "facts")
    tell("quoting")
    figures = {
        "questions": len(questions),
        "with_sidecar": _figures(index, encoder, questions, weights),
        "with_few": _figures(few, encoder, questions, weights),
        "without_sidecar": _figures(plain, encoder, questions, weights),
    }
    return dataclasses.replace(weights, figures=figures)


def _assistant(index: Index, encoder: Encoder, weights: Weights) -> Assistant:
    return Assistant(index, encoder, weights=weights)


def _grid(grid: dict[str, tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]


def _holds(question: JudgedQuestion, text: str) -> bool:
    return all(any(p.search(text) for p in group) for group in question.facts)


def _fuse(
    indexes: Sequence[Index],
    encoder: Encoder,
    questions: list[JudgedQuestion],
    weights: Weights,
    grid: dict[str, tuple[Any, ...]],
) -> Weights:
    """Return the weights under which sentences that hold the facts are likeliest to be chosen.

    One weight after another, the others held, until a whole round changes none.
    """
    answerable = [q for q in questions if q.answerable]

    values: dict[tuple[Any, ...], float] = {}

    def value(tried: Weights) -> float:
        key = tuple(getattr(tried, name) for name in grid)
        if key not in values:  # every round comes by where it stands, and the last by nothing new
            values[key] = likelihood(tried)
        return values[key]

    def likelihood(tried: Weights) -> float:
        total = 0.0
        for index in indexes:
            found = _assistant(index, encoder, tried).retrieve_many([q.turns[0] for q in answerable])
            scale = tried.asked_weight if index.with_sidecar else 1.0
            total += sum(_likelihood(q, r, index, scale) for q, r in zip(answerable, found, strict=True))
        return total

    before = None
    while weights != before:
        before = weights
        for name, options in grid.items():
            weights = max((dataclasses.replace(weights, **{name: option}) for option in options), key=value)
    return weights


def _likelihood(question: JudgedQuestion, retrieved: Retrieved, index: Index, scale: float) -> float:
    candidates = retrieved.candidates[:_KEPT]
    if not candidates:
        return math.log(1e-3)
    weights = [math.exp(_SHARPNESS / scale * (c.score - candidates[0].score)) for c in candidates]
    right = sum(
        w
        for w, c in zip(weights, candidates, strict=True)
        if _holds(question, " ".join(index.sentence_text(i) for i in c.sentences))
    )
    return math.log(max(1e-3, right / sum(weights)))


def _best(
    indexes: Sequence[Index],
    encoder: Encoder,
    questions: Sequence[JudgedQuestion],
    weights: Weights,
    grid: dict[str, tuple[Any, ...]],
    measure: str,
) -> Weights:
    """Return the weights of `grid` with the best mean `measure`, less `A_WORD` for every word of the mean answer."""
    best: tuple[float, Weights] | None = None
    for values in _grid(grid):
        tried = dataclasses.replace(weights, **values)
        found = [_figures(index, encoder, questions, tried) for index in indexes]
        value = math.fsum((f[measure] or 0.0) - A_WORD * (f["words"] or 0.0) for f in found)
        if best is None or value > best[0]:
            best = (value, tried)
    return best[1] if best else weights


def _figures(
    index: Index, encoder: Encoder, questions: Sequence[JudgedQuestion], weights: Weights
) -> dict[str, float | None]:
    assistant = _assistant(index, encoder, weights)
    outcomes = []
    for question in questions:
        chat = assistant.chat()
        answers = [chat.ask(turn) for turn in question.turns]
        outcomes.append(judge(question, answers[-1], assistant.document, 0.0))
    measures = measure(outcomes, resamples=1)
    names = ("facts", "refused", "wrongly_refused", "auroc", "followups")
    values = {name: getattr(measures, name).value for name in names}
    values["words"] = measures.words
    return {name: None if value is None else round(float(value), 4) for name, value in values.items()}


def _decide(
    index: Index, encoder: Encoder, questions: Sequence[JudgedQuestion], weights: Weights, kind: str
) -> Weights:
    """Return the weights with the decision of `kind` fitted: does this document answer this question."""
    assistant = _assistant(index, encoder, weights)
    rows, labels = [], []
    for question in questions:
        chat = assistant.chat()
        for turn in question.turns[:-1]:
            chat.ask(turn)
        retrieved = assistant.understand(question.turns[-1], chat.turns)
        for verdict in judgements(retrieved, index, weights):
            if verdict.kind == kind:
                rows.append(verdict.features)
                labels.append(question.answerable)
    coefficients = _logistic(np.array(rows), np.array(labels), SIGNS[kind])
    probability = 1 / (1 + np.exp(-(coefficients[0] + np.array(rows) @ np.array(coefficients[1:]))))
    y = np.array(labels)
    changed: dict[str, Any] = {kind: coefficients, f"{kind}_threshold": _threshold(probability[y], probability[~y])}
    return dataclasses.replace(weights, **changed)


def _logistic(x: Any, y: Any, signs: Sequence[int]) -> tuple[float, ...]:
    """Return intercept and slopes of a ridge-penalised logistic regression, in the plain units of `x`.

    A slope against its known sign (more evidence making an answer less likely) is an accident of a small set: that
    column is left out and the rest fitted again.
    """
    from sklearn.linear_model import LogisticRegression

    kept = list(range(x.shape[1]))
    mean, spread = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-6)
    while True:
        model = LogisticRegression(C=_RIDGE).fit((x[:, kept] - mean[kept]) / spread[kept], y)
        slopes = dict(zip(kept, model.coef_[0] / spread[kept], strict=True))
        against = {i: s for i, s in slopes.items() if s * signs[i] < 0}
        if not against:
            break
        kept.remove(max(against, key=lambda i: abs(against[i] * spread[i])))
    intercept = float(model.intercept_[0]) - sum(s * mean[i] for i, s in slopes.items())
    return (round(float(intercept), 4), *(round(float(slopes.get(i, 0.0)), 4) for i in range(x.shape[1])))


def _threshold(answerable: Any, unanswerable: Any) -> float:
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
