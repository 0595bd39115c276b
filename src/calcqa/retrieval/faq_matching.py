"""From the nearest questions asked ahead to what they say together: for what answers them, for and against a document.

Many near questions that point to one place count for more than one of them, softly; where a probe was trained, its
opinion of that place is added:

    asked(t) = T * log(sum over the nearest questions j that point to t of exp(near_j / T)) + probe_weight * share(t)
    share(t) = 1 where the probe is certain that t is wanted, falling with the log of its probability to 0 at e^-12

Nothing is searched here, and nothing decided.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from calcqa.index.index import Index
from calcqa.parameters import Weights
from calcqa.stores.base import Floats

Target = tuple[str, tuple[int, ...]]
"""Sentences of one document that answer together: its id, and their numbers in the index."""

Near = Sequence[tuple[int, float]]
"""Questions asked ahead, as (number, nearness), nearest first."""


@dataclass(frozen=True, slots=True)
class UnanswerableMatch:
    """How near a question comes to what a document is known not to say.

    `score` pools its near gaps as questions are pooled; `nearest` is the nearness of the nearest gap of this kind.
    """

    kind: str
    score: float
    nearest: float
    matched: str


@dataclass(frozen=True, slots=True)
class FAQMatches:
    """The near questions, pooled: by document, by document's gaps ("" for those of none), and by what answers them.

    For each target stands its score and the nearest question that points there.
    """

    answering: dict[str, float]
    unanswerable: dict[str, UnanswerableMatch]
    targets: dict[Target, tuple[float, str]]


def combine_matches(index: Index, near: Near, shares: Floats | None, weights: Weights) -> FAQMatches:
    """Pool the `near` questions; `shares` are the probe's log-probabilities, shape (classes,), where there is one."""
    answering: dict[str, list[float]] = {}
    gaps: dict[str, list[tuple[int, float]]] = {}
    targets: dict[Target, list[tuple[int, float]]] = {}
    for number, score in near:
        asked, target = index.faq[number], index.targets[number]
        if asked.unanswerable:
            gaps.setdefault(asked.document_id, []).append((number, score))
        elif target:
            answering.setdefault(asked.document_id, []).append(score)
            targets.setdefault((asked.document_id, target), []).append((number, score))
    t = weights.temperature
    return FAQMatches(
        {d: _soft_sum(scores, t) for d, scores in answering.items()},
        {d: _unanswerable_match(index, pairs, t) for d, pairs in gaps.items()},
        {
            target: (
                _soft_sum((s for _, s in pairs), t) + weights.probe * _share(index, pairs, shares, weights.probe_floor),
                index.faq[pairs[0][0]].question,
            )
            for target, pairs in targets.items()
        },
    )


def answerable_log_odds(index: Index, shares: Floats, weights: Weights) -> dict[str, float]:
    """Return for each document the probe's log odds that it answers, in nats, within `Weights.probe_floor`."""
    chances, least = np.exp(shares), math.exp(-weights.probe_floor)
    odds = {}
    for document_id, (said, unsaid) in index.sides.items():
        odds[document_id] = math.log((float(chances[said].sum()) + least) / (float(chances[unsaid].sum()) + least))
    return odds


def _share(index: Index, pairs: Near, shares: Floats | None, floor: float) -> float:
    if shares is None:
        return 0.0
    best = max(float(shares[index.classes[index.faq[number].answer]]) for number, _ in pairs)
    return 1 + max(best, -floor) / floor


def _unanswerable_match(index: Index, pairs: Near, temperature: float) -> UnanswerableMatch:
    kinds: dict[str, list[float]] = {}
    for number, score in pairs:
        kinds.setdefault(str(index.faq[number].unanswerable), []).append(score)
    kind = max(kinds, key=lambda k: _soft_sum(kinds[k], temperature))
    number, nearest = next((n, s) for n, s in pairs if index.faq[n].unanswerable == kind)
    return UnanswerableMatch(kind, _soft_sum((s for _, s in pairs), temperature), nearest, index.faq[number].question)


def _soft_sum(scores: Iterable[float], temperature: float) -> float:
    values = list(scores)
    top = max(values)
    return top + temperature * math.log(sum(math.exp((v - top) / temperature) for v in values))
