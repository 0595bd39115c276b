"""Measures over outcomes: pure functions from what happened to shares with intervals, curves and percentiles.

Nothing is asked, read or written here. A share over nothing is None, never 0 and never an exception.

Sources:
    bootstrap percentile intervals: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13;
    area under the ROC curve as the Mann-Whitney statistic: Hanley & McNeil, Radiology 143, 1982;
    risk-coverage curve and its area: Geifman & El-Yaniv, Selective Classification for Deep Neural Networks, 2017.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calcqa.evaluation.questions import JudgedQuestion

MAX_WORDS = 60
"""The longest answer that counts as one, in words, unless the question asks for a list or a summary."""

LIST_FACTS = 5
"""From this many groups of facts on, a question asks for a list."""

RESAMPLES = 2_000
"""Resamples of a bootstrap."""

ESTIMATES = ("facts", "refused", "wrongly_refused", "followups", "citations", "covered", "shorts", "auroc")
"""The measures with an interval, in the order they are shown."""

_Floats = NDArray[np.float64]


class Failure(StrEnum):
    """What went wrong with a question."""

    REFUSED = "wrongly refused"
    ANSWERED = "answered, though the documents do not say"
    FACTS = "facts missing"
    LENGTH = "too long"
    CITATION = "a quote that does not stand where it says"
    UNCOVERED = "text that no citation covers"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one judged question.

    `understood` is the standalone question; `text` the answer or the refusal; `groups_found` says of each group of
    facts whether the answer has it; `words` counts the answer's words without the [n] markers; `quotes_verified` of
    `quotes` stand verbatim at their offsets in the document whose sha256 they carry; `covered` says that nothing in
    the answer's text lies outside its citations; `latency` is that of the judged turn, in seconds; `reason` and `gap`
    are an abstention's; `short` is the short answer, and `short_right` says whether it shares words with a fact as
    its quote states it.
    """

    question: JudgedQuestion
    understood: str
    text: str
    answered: bool
    confidence: float
    groups_found: tuple[bool, ...]
    words: int
    quotes: int
    quotes_verified: int
    covered: bool
    latency: float
    reason: str | None = None
    gap: str | None = None
    short: str | None = None
    short_right: bool = False

    @property
    def facts_found(self) -> bool:
        """Whether an answerable question was answered with all its facts, at whatever length."""
        return self.question.answerable and self.answered and all(self.groups_found)

    @property
    def right(self) -> bool:
        """Whether the facts came in few enough words, or an unanswerable question was refused."""
        return self.facts_found and self.short_enough if self.question.answerable else not self.answered

    @property
    def short_enough(self) -> bool:
        """At most 60 words, or a question for a list (five groups of facts or more) or a summary."""
        asks_for_more = len(self.question.facts) >= LIST_FACTS or self.question.topic == "summary"
        return asks_for_more or self.words <= MAX_WORDS

    @property
    def failure(self) -> Failure | None:
        """What went wrong, the gravest for the asker first; None where nothing did."""
        if not self.answered:
            return Failure.REFUSED if self.question.answerable else None
        if not self.question.answerable:
            return Failure.ANSWERED
        if not self.facts_found:
            return Failure.FACTS
        if not self.short_enough:
            return Failure.LENGTH
        if self.quotes_verified < self.quotes:
            return Failure.CITATION
        return None if self.covered else Failure.UNCOVERED

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as plain dicts, lists, strings and numbers, fit for JSON."""
        own = {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name != "question"}
        own["groups_found"] = list(self.groups_found)
        return {"question": self.question.to_dict(), **own, "right": self.right, "failure": self.failure}


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


@dataclass(frozen=True, slots=True)
class Measures:
    """All measures over one group of outcomes.

    Shares (0..1, over what):
        facts: right answers, over answerable questions; all facts, in few enough words.
        refused: abstentions, over unanswerable questions.
        wrongly_refused: abstentions, over answerable questions; lower is better.
        followups: right outcomes of either kind, over sets of more than one turn.
        citations: quotes that stand verbatim where they say, over all quotes.
        covered: answers with no text outside their citations, over answers given.
        shorts: short answers that share words with a fact, over short answers shown.
    Others:
        auroc: how well `confidence` tells answerable from unanswerable; 0.5 is chance, 1 perfect.
        aurc: mean risk along `risk_coverage`; lower is better.
        words: mean length of the answers given.
        latency: p50, p95 and p99 of the judged turns, in seconds.
    """

    questions: int
    answerable: int
    facts: Estimate
    refused: Estimate
    wrongly_refused: Estimate
    followups: Estimate
    citations: Estimate
    covered: Estimate
    shorts: Estimate
    auroc: Estimate
    aurc: float | None
    risk_coverage: tuple[RiskPoint, ...]
    words: float | None
    latency: dict[str, float | None]

    def to_dict(self) -> dict[str, Any]:
        """Return the measures as plain dicts, lists and numbers, fit for JSON."""
        return dataclasses.asdict(self)


def measure(outcomes: Sequence[Outcome], *, seed: int = 0, resamples: int = RESAMPLES) -> Measures:
    """Return all measures over `outcomes`; the same outcomes, seed and number of resamples give the same numbers."""

    def over(
        units: Iterable[Outcome], hits: Callable[[Outcome], int], of: Callable[[Outcome], int] = lambda o: 1
    ) -> Estimate:
        pairs = [(hits(o), of(o)) for o in units]
        return share([h for h, _ in pairs], [n for _, n in pairs], seed=seed, resamples=resamples)

    able = [o for o in outcomes if o.question.answerable]
    unable = [o for o in outcomes if not o.question.answerable]
    given = [o for o in outcomes if o.answered]
    curve = risk_coverage(outcomes)
    return Measures(
        questions=len(outcomes),
        answerable=len(able),
        facts=over(able, lambda o: o.right),
        refused=over(unable, lambda o: not o.answered),
        wrongly_refused=over(able, lambda o: not o.answered),
        followups=over((o for o in outcomes if len(o.question.turns) > 1), lambda o: o.right),
        citations=over((o for o in outcomes if o.quotes), lambda o: o.quotes_verified, lambda o: o.quotes),
        covered=over(given, lambda o: o.covered),
        shorts=over((o for o in given if o.short), lambda o: o.short_right),
        auroc=auroc([o.confidence for o in able], [o.confidence for o in unable], seed=seed, resamples=resamples),
        aurc=area(curve),
        risk_coverage=curve,
        words=sum(o.words for o in given) / len(given) if given else None,
        latency=percentiles([o.latency for o in outcomes]),
    )


def by_topic(outcomes: Sequence[Outcome]) -> dict[str, Measures]:
    """Return the measures of each topic, in the order in which topics first appear."""
    topics: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        topics.setdefault(outcome.question.topic, []).append(outcome)
    return {topic: measure(group) for topic, group in topics.items()}


def share(hits: Sequence[int], sizes: Sequence[int], *, seed: int = 0, resamples: int = RESAMPLES) -> Estimate:
    """Return sum(hits) / sum(sizes) with its bootstrap 95% interval; `n` is sum(sizes).

    `hits[i]` of the `sizes[i]` trials of unit i succeeded; sizes are positive. Units (questions) are resampled, not
    trials (quotes), because those of one unit depend on each other. Percentile interval: Efron & Tibshirani 1993. Where
    all trials have the same result the interval has no width; that is no proof (Hanley & Lippman-Hand, JAMA 249, 1983:
    0 failures in n allow up to about 3/n).
    """
    if not sizes:
        return Estimate(None, None, None, 0)
    top, bottom = np.asarray(hits, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    drawn = np.random.default_rng(seed).integers(len(top), size=(resamples, len(top)))
    return _estimate(top.sum() / bottom.sum(), top[drawn].sum(axis=1) / bottom[drawn].sum(axis=1), int(bottom.sum()))


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
    return _estimate(value, ((rows @ wins) * columns).sum(axis=1), n)


def risk_coverage(outcomes: Sequence[Outcome]) -> tuple[RiskPoint, ...]:
    """Return the risk-coverage curve (Geifman & El-Yaniv 2017), one point for each distinct confidence, falling.

    An answer is wrong if it lacks facts or the question is unanswerable. Below the shipped threshold there are no
    answers to judge, so the curve ends at the coverage the assistant had.
    """
    answered = [o for o in outcomes if o.answered]
    points = []
    for threshold in sorted({o.confidence for o in answered}, reverse=True):
        given = [o for o in answered if o.confidence >= threshold]
        wrong = sum(not o.facts_found for o in given)
        points.append(RiskPoint(threshold, len(given) / len(outcomes), wrong / len(given)))
    return tuple(points)


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


def _estimate(value: float, resampled: _Floats, n: int) -> Estimate:
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Estimate(float(value), float(low), float(high), n)
