"""One question and what came of it: the record that a run keeps, fit for JSON and read back as it was."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from calcqa.types import json_name, plain

MAX_WORDS = 60
"""The longest answer that counts as one where facts are asked for, in words, but for a list or a summary."""

LIST_FACTS = 5
"""From this many groups of facts on, a question asks for a list."""


class Failure(StrEnum):
    """What went wrong with a question, the gravest for the asker first."""

    REFUSED = "wrongly refused"
    ANSWERED = "answered, though the documents do not say"
    FACTS = "facts missing"
    WRONG = "wrong answer"
    LENGTH = "too long"
    CITATION = "a quote that does not stand where it says"
    UNCOVERED = "text that no citation covers"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question of a dataset and what came of it.

    `expected` is what a right answer has, to be shown: facts, answers or relevant texts. `scores` holds what the
    question adds to each measure that it belongs to, as (hits, size): the measure is the sum of the hits over the sum
    of the sizes. `ranking` are texts, best first. A question that was only searched for has `answered` None and nothing
    below it.

    `understood` is the standalone question; `text` the answer or the refusal; `short` the short answer; `reason` and
    `unanswerable` are an abstention's. `would` says whether the answer is right that was given, or would have been if
    one had to be; None where nobody knows. `prediction` is the short answer of that same answer (its first quote where
    it has none), `em` and `f1` what SQuAD makes of it. `groups_found` says of each group of facts whether the answer
    has it. `citations` are (document id, start, end, quote); `quotes_verified` of them stand where they say. `covered`
    says that nothing in the answer's text lies outside its citations. `words` are counted without the [n] markers.
    `latency` is that of the judged turn, in seconds.
    """

    id: str
    turns: tuple[str, ...]
    topic: str
    answerable: bool | None
    expected: tuple[str, ...]
    scores: Mapping[str, tuple[float, float]]
    ranking: tuple[str, ...] = ()
    answered: bool | None = None
    understood: str = ""
    text: str = ""
    short: str | None = None
    reason: str | None = None
    unanswerable: str | None = None
    confidence: float = 0.0
    would: bool | None = None
    prediction: str = ""
    em: float | None = None
    f1: float | None = None
    groups_found: tuple[bool, ...] = ()
    citations: tuple[tuple[str, int, int, str], ...] = ()
    quotes_verified: int = 0
    covered: bool = True
    words: int = 0
    latency: float = 0.0

    @property
    def right(self) -> bool | None:
        """Whether what came of it is right; None where nobody knows."""
        return bool(self.scores["right"][0]) if "right" in self.scores else None

    @property
    def short_enough(self) -> bool:
        """At most 60 words, or a question without facts, for a list (five groups of facts or more) or a summary."""
        asks_for_more = not self.groups_found or len(self.groups_found) >= LIST_FACTS or self.topic == "summary"
        return asks_for_more or self.words <= MAX_WORDS

    @property
    def failure(self) -> Failure | None:
        """What went wrong; None where nothing did, or nobody knows."""
        if not self.answered:
            return Failure.REFUSED if self.answerable and self.answered is not None else None
        if self.answerable is False:
            return Failure.ANSWERED
        if self.would is False:
            return Failure.FACTS if self.groups_found else Failure.WRONG
        if not self.short_enough:
            return Failure.LENGTH
        if self.quotes_verified < len(self.citations):
            return Failure.CITATION
        return None if self.covered else Failure.UNCOVERED

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain dicts, lists, strings and numbers, fit for JSON, with what follows from its fields."""
        short_right = bool(self.scores.get("shorts", (0, 0))[0])
        derived = {"right": self.right, "failure": self.failure, "quotes": len(self.citations)}
        return plain(self) | derived | {"short_right": short_right}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Outcome:
        """Return what `to_dict` wrote; TypeError or KeyError where it is of another shape."""
        values = {f.name: record[json_name(f.name)] for f in dataclasses.fields(cls)}
        lists = {k: tuple(values[k]) for k in ("turns", "expected", "ranking", "groups_found")}
        scores = {name: (float(hits), float(size)) for name, (hits, size) in values["scores"].items()}
        return cls(**(values | lists | {"scores": scores, "citations": tuple(tuple(c) for c in values["citations"])}))


def by_topic(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Return the outcomes of each topic, in the order in which topics first appear."""
    topics: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        topics.setdefault(outcome.topic, []).append(outcome)
    return topics
