"""What the records of a run add up to: every measure with its interval, curves, thresholds. Pure; nothing is asked.

answered             questions answered, of all
right                right outcomes, of all questions of which that is known
found                answers with a gold answer in a quote, of answerable questions that have one
refused              refusals, of unanswerable questions
wrongly_refused      refusals, of answerable questions; lower is better
undecided_refused    refusals, of questions of which the set does not say whether there is an answer
followups            right outcomes, of questions with turns before them
em, f1               SQuAD's exact match and F1, as the program ships (`spans.py`)
citation_precision   citations that overlap gold evidence, of those in answers to questions that have any
citation_recall      gold evidence that a citation overlaps, of all there is
citations, covered   quotes that stand where they say; answers with nothing outside their quotes
nDCG@10 … P@1        rankings of texts (`ranking.py`)
within_100 …         what stands in the passages found (`finding.py`)
auroc                how well confidence tells answerable from unanswerable; 0.5 is chance
auroc_right          how well it tells right from wrong, were every question answered
answered_at_95       the share of questions that can be answered, the surest first, with 95 % of them right
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from calcqa.evaluation.estimates import (
    RESAMPLES,
    Estimate,
    RiskPoint,
    answered_at,
    area,
    auroc,
    percentiles,
    risk_curve,
    share,
)
from calcqa.evaluation.finding import FOUND
from calcqa.evaluation.ranking import RANKED
from calcqa.evaluation.scoring import Scored
from calcqa.evaluation.spans import Best, best_threshold

PRECISION = 0.95
"""The share of answers that is to be right where it is asked how much can be answered."""

SHARES = (
    "right",
    "found",
    "answered",
    "refused",
    "wrongly_refused",
    "undecided_refused",
    "followups",
    "em",
    "f1",
    "citation_precision",
    "citation_recall",
    "citations",
    "covered",
    *RANKED,
    *FOUND,
)
"""The measures that are shares over questions or their parts, in the order they are shown."""

CURVED = ("auroc", "auroc_right", "answered_at_95")
"""The measures that only a whole run has, in the order they are shown."""


@dataclass(frozen=True, slots=True)
class Summary:
    """All measures of one run; what there was nothing to measure for is not in `estimates`, or None.

    `curve` is risk over coverage were every question answered (questions of which right and wrong are known); `aurc`
    its area; `best_em` and `best_f1` are SQuAD's, at the threshold best on these very questions. `words` is the mean
    length of the answers given, `latency` p50, p95 and p99 in seconds.
    """

    questions: int
    answerable: int
    unanswerable: int
    estimates: dict[str, Estimate]
    curve: tuple[RiskPoint, ...]
    aurc: float | None
    best_em: Best | None
    best_f1: Best | None
    words: float | None
    latency: dict[str, float | None]

    def to_dict(self) -> dict[str, Any]:
        """Return the measures as plain dicts, lists and numbers, fit for JSON."""
        return dataclasses.asdict(self)


def summarise(scored: Sequence[Scored], *, seed: int = 0, resamples: int = RESAMPLES) -> Summary:
    """Return all measures of a run; the same records, seed and number of resamples give the same numbers."""
    asked = [s for s in scored if s.answered is not None]
    known = [s for s in asked if s.would is not None]
    estimates = {}
    for name in SHARES:
        pairs = [s.scores[name] for s in scored if name in s.scores]
        if pairs:
            estimates[name] = share([h for h, _ in pairs], [n for _, n in pairs], seed=seed, resamples=resamples)
    confidence, right = [s.confidence for s in known], [bool(s.would) for s in known]
    areas = {
        "auroc": (
            [s.confidence for s in asked if s.answerable],
            [s.confidence for s in asked if s.answerable is False],
        ),
        "auroc_right": ([s.confidence for s in known if s.would], [s.confidence for s in known if not s.would]),
    }
    for name, (positive, negative) in areas.items():
        if positive and negative:
            estimates[name] = auroc(positive, negative, seed=seed, resamples=resamples)
    if known:
        estimates["answered_at_95"] = answered_at(confidence, right, PRECISION, seed=seed, resamples=resamples)
    curve = risk_curve(confidence, right, len(known))
    given = [s for s in asked if s.answered]
    return Summary(
        questions=len(scored),
        answerable=sum(s.answerable is True for s in scored),
        unanswerable=sum(s.answerable is False for s in scored),
        estimates=estimates,
        curve=curve,
        aurc=area(curve),
        best_em=_best(asked, "em"),
        best_f1=_best(asked, "f1"),
        words=float(np.mean([s.words for s in given])) if given else None,
        latency=percentiles([s.latency for s in asked]),
    )


def by_topic(scored: Sequence[Scored]) -> dict[str, list[Scored]]:
    """Return the records of each topic, in the order in which topics first appear."""
    topics: dict[str, list[Scored]] = {}
    for one in scored:
        topics.setdefault(one.topic, []).append(one)
    return topics


def _best(asked: Sequence[Scored], name: str) -> Best | None:
    """Return the best mean and its threshold; only where refusing can be right is there anything to sweep."""
    judged = [s for s in asked if getattr(s, name) is not None]
    none = [float(s.answerable is False) for s in judged]
    if not any(none):
        return None
    return best_threshold([s.confidence for s in judged], [getattr(s, name) for s in judged], none)
