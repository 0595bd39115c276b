"""Measures over outcomes: pure functions from what happened to shares with intervals, curves and percentiles.

Nothing is asked, read or written here. A share over nothing is None, never 0 and never an exception.

The statistics, with their sources, stand in `estimates.py`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from calcqa.evaluation.estimates import (
    RESAMPLES,
    Estimate,
    RiskPoint,
    area,
    auroc,
    percentiles,
    risk_curve,
    share,
)
from calcqa.evaluation.questions import JudgedQuestion

MAX_WORDS = 60
"""The longest answer that counts as one, in words, unless the question asks for a list or a summary."""

LIST_FACTS = 5
"""From this many groups of facts on, a question asks for a list."""

ESTIMATES = ("facts", "refused", "wrongly_refused", "followups", "citations", "covered", "shorts", "auroc")
"""The measures with an interval, in the order they are shown."""


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

    @classmethod
    def from_dict(cls, record: Mapping[str, Any], question: JudgedQuestion) -> Outcome:
        """Return the outcome that `to_dict` wrote, of a question; KeyError or TypeError where it is another's shape."""
        own = {f.name: record[f.name] for f in dataclasses.fields(cls) if f.name != "question"}
        return cls(question=question, **(own | {"groups_found": tuple(own["groups_found"])}))


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


def scores(outcome: Outcome) -> dict[str, tuple[float, float]]:
    """Return what one outcome adds to each share it belongs to, as (hits, size), and to "right", over all questions."""
    asked = outcome.question
    found: dict[str, tuple[float, float]] = {"right": (outcome.right, 1)}
    if asked.answerable:
        found |= {"facts": (outcome.right, 1), "wrongly_refused": (not outcome.answered, 1)}
    else:
        found["refused"] = (not outcome.answered, 1)
    if len(asked.turns) > 1:
        found["followups"] = (outcome.right, 1)
    if outcome.quotes:
        found["citations"] = (outcome.quotes_verified, outcome.quotes)
    if outcome.answered:
        found["covered"] = (outcome.covered, 1)
        if outcome.short:
            found["shorts"] = (outcome.short_right, 1)
    return {name: (float(hits), float(size)) for name, (hits, size) in found.items()}


def measure(outcomes: Sequence[Outcome], *, seed: int = 0, resamples: int = RESAMPLES) -> Measures:
    """Return all measures over `outcomes`; the same outcomes, seed and number of resamples give the same numbers."""
    scored = [scores(o) for o in outcomes]

    def over(name: str) -> Estimate:
        pairs = [s[name] for s in scored if name in s]
        return share([hits for hits, _ in pairs], [size for _, size in pairs], seed=seed, resamples=resamples)

    able = [o for o in outcomes if o.question.answerable]
    unable = [o for o in outcomes if not o.question.answerable]
    given = [o for o in outcomes if o.answered]
    curve = risk_coverage(outcomes)
    return Measures(
        questions=len(outcomes),
        answerable=len(able),
        facts=over("facts"),
        refused=over("refused"),
        wrongly_refused=over("wrongly_refused"),
        followups=over("followups"),
        citations=over("citations"),
        covered=over("covered"),
        shorts=over("shorts"),
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


def risk_coverage(outcomes: Sequence[Outcome]) -> tuple[RiskPoint, ...]:
    """Return the risk-coverage curve of the answers given.

    An answer is wrong if it lacks facts or the question is unanswerable. Below the shipped threshold there are no
    answers to judge, so the curve ends at the coverage the assistant had.
    """
    answered = [o for o in outcomes if o.answered]
    return risk_curve([o.confidence for o in answered], [o.facts_found for o in answered], len(outcomes))
