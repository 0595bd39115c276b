"""Fits the models that decide, each on what the weights before it bring up: whether to answer, and how sure to be.

Both are ridge-penalised logistic regressions with signs that are known (`evaluation/regression.py`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from calcqa.answering.answerability import Case
from calcqa.answering.compose import quotable
from calcqa.answering.reading import read_top
from calcqa.assistant import Assistant
from calcqa.evaluation.datasets import Query
from calcqa.evaluation.regression import choose_threshold, fit_logistic, probabilities
from calcqa.index.index import Index
from calcqa.models.encoder import Encoder
from calcqa.models.reader import Reader
from calcqa.parameters import Weights

SIGNS = {
    "asked": (1, 1, 1, 1, -1, 1),
    "few": (1, 1, 1, 1, -1),
    "plain": (1, 1, -1, -1),
    "read": (1, 1, -1, -1, 1, 1, -1, -1, -1, 1),
}
"""The sign of each feature's slope, in the order of the features in `answering/answerability.py`."""

Posed = tuple[Index, Sequence[Query]]
"""An index, and questions that are asked of it."""


def holds(question: Query, text: str) -> bool:
    """Say whether a text has all the facts that are asked for."""
    return all(any(p.search(text) for p in group) for group in question.facts)


def cases(
    posed: Sequence[Posed], encoder: Encoder, weights: Weights, reader: Reader | None
) -> Iterator[tuple[Query, Case]]:
    """Yield each question, the last of its turns, with all that speaks for and against."""
    for index, questions in posed:
        assistant = Assistant(index, encoder, reader, weights)
        for question in questions:
            chat = assistant.chat()
            for turn in question.turns[:-1]:
                chat.ask(turn)
            retrieved = assistant.understand(question.turns[-1], chat.turns)
            readings = read_top(retrieved, index, reader, weights) if reader else {}
            yield question, Case(retrieved, index, weights, readings)


def trust(
    posed: Sequence[Posed], encoder: Encoder, weights: Weights, kind: str, reader: Reader | None = None
) -> Weights:
    """Return the weights with the model of confidence of `kind` fitted: do these quotes hold all that is asked for.

    Questions that are refused say nothing of quotes; where too few are answered, or all rightly, all stays as it was.
    """
    rows, labels = [], []
    for question, case in cases(posed, encoder, weights, reader):
        verdict = next(iter(case.verdicts()), None)
        if verdict and verdict.kind == kind and verdict.confidence >= verdict.threshold:
            quoted = quotable(verdict, case)
            text = " ".join(case.index.sentence_text(i) for i in quoted)
            rows.append(case.right_features(verdict, quoted))
            labels.append(question.answerable and holds(question, text))
    if not any(labels) or all(labels):
        return weights
    model = fit_logistic(np.array(rows), np.array(labels), (1,) * len(rows[0]))
    changed: dict[str, Any] = {f"{kind}_right": model}
    return dataclasses.replace(weights, **changed)


def decide(
    posed: Sequence[Posed], encoder: Encoder, weights: Weights, kind: str, reader: Reader | None = None
) -> Weights:
    """Return the weights with the answerability model of `kind` fitted: does this document answer this question."""
    rows, labels = [], []
    for question, case in cases(posed, encoder, weights, reader):
        for verdict in (v for v in case.judgements() if v.kind == kind):
            rows.append(verdict.features)
            labels.append(question.answerable)
    y = np.array(labels)
    coefficients = fit_logistic(np.array(rows), y, SIGNS[kind])
    probability = probabilities(rows, coefficients)
    changed: dict[str, Any] = {
        kind: coefficients,
        f"{kind}_threshold": choose_threshold(probability[y], probability[~y]),
    }
    return dataclasses.replace(weights, **changed)
