"""A word for an answer's confidence, and what the word was worth on the questions that the weights were fitted on.

The counts are those that `calcqa fit` stores with the weights of an index. It has seen those questions, so they are
kind. Does not: change a confidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calcqa import messages
from calcqa.parameters import CONFIDENT

WORDS = tuple(CONFIDENT)


def word(confidence: float) -> str:
    """Return "high", "fair" or "low" for the confidence (0..1) of an answer."""
    return next((w for w, least in CONFIDENT.items() if confidence >= least), WORDS[-1])


def label(confidence: float) -> str:
    """Return the word as people read it."""
    return messages.CONFIDENCE[word(confidence)][0]


def meaning(confidence: float, figures: Mapping[str, Any], *, with_faq: bool) -> str:
    """Return what the word means, and what it was worth for documents of this kind, where `figures` have that.

    `figures` are those of the weights that the answer's index was asked with (`Weights.figures`).
    """
    kind = word(confidence)
    held, answers = counts(figures, kind, with_faq=with_faq)
    where = messages.WITH_FAQ if with_faq else messages.WITHOUT_FAQ
    measured = messages.MEASURED.format(held=held, answers=answers, kind=where) if answers else ""
    return messages.CONFIDENCE[kind][1].format(measured=measured).rstrip()


def counts(figures: Mapping[str, Any], kind: str, *, with_faq: bool) -> tuple[int, int]:
    """Return how many answers with the word `kind` held all that was asked for, and how many there were; 0 if unknown.

    `figures` are those of a fit, for documents with FAQ entries or without any, there as a reader has read them.
    """
    group = figures.get("with_sidecar" if with_faq else "without_sidecar_with_reader", {})
    return group.get(f"{kind}_held", 0), group.get(f"{kind}_answers", 0)
