"""From the nearest FAQ entries to what they say together: for what answers them, for and against a document.

Many near entries that point to one place count for more than one of them, softly; where a probe was trained, its
opinion of that place is added:

    faq(t) = T * log(sum over the nearest entries j that point to t of exp(near_j / T)) + probe_weight * share(t)
    share(t) = 1 where the probe is certain that t is wanted, falling with the log of its probability to 0 at e^-f

T is `Weights.temperature`, probe_weight `Weights.probe`, and f `Weights.probe_floor`. Does not search or decide.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from calcqa.index.index import Index
from calcqa.parameters import Weights
from calcqa.stores.base import Floats

Target = tuple[str, tuple[str, ...]]
"""Sentences of one document that answer together: its id and theirs, in reading order."""

Near = Sequence[tuple[str, float]]
"""FAQ entries, as (id, nearness), nearest first."""


@dataclass(frozen=True, slots=True)
class UnanswerableMatch:
    """How near a question comes to what a document is known not to say.

    `score` takes its near unanswerable entries together, as those that point to one place; `nearest` is the nearness of
    the nearest of this kind.
    """

    kind: str
    score: float
    nearest: float
    matched: str


@dataclass(frozen=True, slots=True)
class FAQMatches:
    """The near FAQ entries taken together: those a document answers, those it does not, and by what answers them.

    Small talk stands under the document "". For each target stand its score and the nearest question that points there.
    """

    answering: dict[str, float]
    unanswerable: dict[str, UnanswerableMatch]
    targets: dict[Target, tuple[float, str]]


def combine_matches(index: Index, near: Near, shares: Floats | None, weights: Weights) -> FAQMatches:
    """Return what the `near` entries say; `shares` are the probe's log-probabilities, shape (classes,), if any."""
    answering: dict[str, list[float]] = {}
    unanswerable: dict[str, list[tuple[str, float]]] = {}
    targets: dict[Target, list[tuple[str, float]]] = {}
    for id_, score in near:
        entry, target = index.entries[id_], index.targets(id_)
        if entry.unanswerable:
            unanswerable.setdefault(entry.document_id, []).append((id_, score))
        elif target:
            answering.setdefault(entry.document_id, []).append(score)
            targets.setdefault((entry.document_id, target), []).append((id_, score))
    t = weights.temperature
    return FAQMatches(
        {d: _soft_sum(scores, t) for d, scores in answering.items()},
        {d: _unanswerable_match(index, pairs, t) for d, pairs in unanswerable.items()},
        {
            target: (
                _soft_sum((s for _, s in pairs), t) + weights.probe * _share(index, pairs, shares, weights.probe_floor),
                index.entries[pairs[0][0]].question,
            )
            for target, pairs in targets.items()
        },
    )


def answerable_log_odds(index: Index, shares: Floats, weights: Weights) -> dict[str, float]:
    """Return for each document the probe's log odds that it answers, in nats, within `Weights.probe_floor`."""
    chances, least = np.exp(shares), math.exp(-weights.probe_floor)
    odds = {}
    for document_id, (answered, not_answered) in index.sides.items():
        odds[document_id] = math.log(
            (float(chances[answered].sum()) + least) / (float(chances[not_answered].sum()) + least)
        )
    return odds


def _share(index: Index, pairs: Near, shares: Floats | None, floor: float) -> float:
    if shares is None:
        return 0.0
    best = max(float(shares[index.classes[index.entries[id_].answer]]) for id_, _ in pairs)
    return 1 + max(best, -floor) / floor


def _unanswerable_match(index: Index, pairs: Near, temperature: float) -> UnanswerableMatch:
    kinds: dict[str, list[float]] = {}
    for id_, score in pairs:
        kinds.setdefault(str(index.entries[id_].unanswerable), []).append(score)
    kind = max(kinds, key=lambda k: _soft_sum(kinds[k], temperature))
    id_, nearest = next((i, s) for i, s in pairs if index.entries[i].unanswerable == kind)
    return UnanswerableMatch(kind, _soft_sum((s for _, s in pairs), temperature), nearest, index.entries[id_].question)


def _soft_sum(scores: Iterable[float], temperature: float) -> float:
    values = list(scores)
    top = max(values)
    return top + temperature * math.log(sum(math.exp((v - top) / temperature) for v in values))
