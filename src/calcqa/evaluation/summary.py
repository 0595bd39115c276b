"""What the outcomes of a run add up to: every measure with its interval, curves, thresholds. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from calcqa.errors import InputError
from calcqa.evaluation.measures import MEASURES, SHARES
from calcqa.evaluation.measures.estimates import (
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
from calcqa.evaluation.measures.spans import Best, best_threshold
from calcqa.evaluation.outcomes import Outcome

PRECISION = 0.95
"""The share of answers that is to be right where it is asked how much can be answered."""


@dataclass(frozen=True, slots=True)
class Summary:
    """All measures of one run, or of one topic of it.

    `estimates` are in the order of `MEASURES`, without what there was nothing to measure for. `curve` is risk over
    coverage: were every question answered, where that is known, else of the answers given, up to the coverage the
    program had (Geifman & El-Yaniv 2017); `aurc` is its area, lower is better. `best_em` and `best_f1` are SQuAD's, at
    the threshold best on these very questions. `words` is the mean length of the answers given, `latency` p50, p95 and
    p99 in seconds.
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


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A whole run: its settings, its outcomes in the order of the dataset, and their measures.

    `index` says what built the index, with which encoder, and what it holds. `lost` counts gold evidence that cleaning
    has lost, `left_out` the questions without a text to be asked alone.
    """

    settings: Mapping[str, Any]
    outcomes: tuple[Outcome, ...]
    summary: Summary
    index: Mapping[str, Any] = field(default_factory=dict)
    lost: int = 0
    left_out: int = 0


def summarise(outcomes: Sequence[Outcome], *, seed: int = 0, resamples: int = RESAMPLES) -> Summary:
    """Return all measures of a run; the same outcomes, seed and number of resamples give the same numbers."""
    drawn = {"seed": seed, "resamples": resamples}
    asked = [o for o in outcomes if o.answered is not None]
    judged = [o for o in asked if o.right is not None]
    known = [o for o in judged if o.would is not None]
    confidence, right = [o.confidence for o in known], [bool(o.would) for o in known]
    estimates = {}
    for name in SHARES:
        if pairs := [o.scores[name] for o in outcomes if name in o.scores]:
            estimates[name] = share([hits for hits, _ in pairs], [size for _, size in pairs], **drawn)
    by_answerable = [[o.confidence for o in asked if o.answerable is kind] for kind in (True, False)]
    by_right = [[c for c, good in zip(confidence, right, strict=True) if good is kind] for kind in (True, False)]
    if all(by_answerable):
        estimates["auroc"] = auroc(by_answerable[0], by_answerable[1], **drawn)
    if known and len(known) == len(judged):  # where refusals are not known, a curve over all has no meaning
        if all(by_right):
            estimates["auroc_right"] = auroc(by_right[0], by_right[1], **drawn)
        estimates["answered_at_95"] = answered_at(confidence, right, PRECISION, **drawn)
    curve = risk_curve(confidence, right, len(judged))
    given = [o for o in asked if o.answered]
    return Summary(
        questions=len(outcomes),
        answerable=sum(o.answerable is True for o in outcomes),
        unanswerable=sum(o.answerable is False for o in outcomes),
        estimates=estimates,
        curve=curve,
        aurc=area(curve),
        best_em=_best(asked, "em"),
        best_f1=_best(asked, "f1"),
        words=float(np.mean([o.words for o in given])) if given else None,
        latency=percentiles([o.latency for o in asked]),
    )


def _best(asked: Sequence[Outcome], name: str) -> Best | None:
    """Return the best mean and its threshold; only where refusing can be right is there anything to sweep."""
    judged = [o for o in asked if getattr(o, name) is not None]
    none = [float(o.answerable is False) for o in judged]
    if not any(none):
        return None
    return best_threshold([o.confidence for o in judged], [getattr(o, name) for o in judged], none)


def parse_bar(text: str) -> tuple[str, float]:
    """Return the measure and the value of a bar such as "facts=0.93".

    Raises:
        InputError: it has no such form, there is no such measure, or the value is not within 0..1.

    """
    name, equals, number = (part.strip() for part in text.partition("="))
    if not equals:
        raise InputError(f"A bar has the form NAME=VALUE, such as facts=0.93; {text!r} has not.")
    if name not in MEASURES:
        raise InputError(f"There is no bar {name!r}; there are {', '.join(MEASURES)}.")
    try:
        value = float(number)
    except ValueError:
        value = float("nan")
    if not 0 <= value <= 1:  # NaN included
        raise InputError(f"The bar for {name} must be a number between 0 and 1, not {number!r}.")
    return name, value


def missed_bars(estimates: Mapping[str, Estimate], bars: Mapping[str, float]) -> list[str]:
    """Return the names of the bars that are missed, in the order given; what was not measured misses its bar.

    "wrongly_refused" must be at most its bar, all others at least. "citations" asks both that quotes stand verbatim and
    that answers are covered by them.
    """
    missed = []
    for name, bar in bars.items():
        of = [estimates[n].value for n in (name, "covered") if n in estimates and (n == name or name == "citations")]
        held = [v is not None and (v <= bar if name == "wrongly_refused" else v >= bar) for v in of]
        if name not in estimates or not all(held):
            missed.append(name)
    return missed
