"""What an answer is worth to a question of a set: one record a question, fit for JSON and read back as it was.

An answer is right where it holds all facts; else where it cites gold evidence; else where a gold answer stands in it;
else where it cites a relevant text: whichever of these the set knows first. On an unanswerable question only a refusal
is right. Citation precision and recall are those of ALCE (Gao et al. 2023), with gold evidence in the place of a model
that judges: a citation counts as right where it overlaps gold evidence, and evidence as cited where a citation does.
Nothing is asked here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from calcqa.evaluation.collection import Collection, Gold
from calcqa.evaluation.datasets import Query
from calcqa.evaluation.measures import Outcome
from calcqa.evaluation.questions import JudgedQuestion
from calcqa.evaluation.ranking import DEPTH, judge_ranking
from calcqa.evaluation.runner import judge
from calcqa.evaluation.spans import against, stands_in
from calcqa.types import Answer, Citation

_EXPECTED = 5  # gold answers, or relevant texts, that are kept to be shown


@dataclass(frozen=True, slots=True)
class Scored:
    """One question of a set and what came of it.

    `scores` holds what it adds to each measure that it belongs to, as (hits, size): the measure is the sum of the hits
    over the sum of the sizes. `ranking` are texts, best first. What was not asked has `answered` None and nothing
    below it. `would` says whether the answer is right that it gave, or would have given if it had to; None where nobody
    knows. `prediction` is the short answer of that same answer (its first quote where it has none), `em` and `f1` what
    SQuAD makes of it. `citations` are (document id, start, end, quote). `latency` is in seconds.
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
    confidence: float = 0.0
    would: bool | None = None
    prediction: str = ""
    em: float | None = None
    f1: float | None = None
    citations: tuple[tuple[str, int, int, str], ...] = field(default=())
    words: int = 0
    latency: float = 0.0

    @property
    def right(self) -> bool | None:
        """Whether what came of it is right; None where nobody knows."""
        return bool(self.scores["right"][0]) if "right" in self.scores else None

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain dicts, lists, strings and numbers, fit for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Scored:
        """Return what `to_dict` wrote; TypeError or KeyError where it is of another shape."""
        lists: dict[str, Any] = {k: tuple(record[k]) for k in ("turns", "expected", "ranking")}
        scores = {name: (float(hits), float(size)) for name, (hits, size) in record["scores"].items()}
        citations = tuple(tuple(c) for c in record["citations"])
        return cls(**(dict(record) | lists | {"scores": scores, "citations": citations}))


def score(
    query: Query,
    collection: Collection,
    ranking: Sequence[str] | None = None,
    answer: Answer | None = None,
    forced: Answer | None = None,
    latency: float = 0.0,
    *,
    found: Mapping[str, float] | None = None,
    spans: bool = False,
) -> Scored:
    """Return what came of `query`.

    Args:
        query: the question.
        collection: what it was asked of.
        ranking: the texts that were found, best first; None where none was asked for. It is judged where the query has
            a relevant text, and then scores 0 if nothing was found.
        answer: what was answered, or None where it was only searched for.
        forced: what is said where something must be: it takes the place of a refusal, where right or wrong of every
            question is wanted, and its short answer that of an answer without one.
        latency: of the answer, in seconds.
        found: other measures of what was found (`finding.py`), 0..1, by name.
        spans: whether the set has short gold answers, so that EM and F1 mean something.

    """
    scores: dict[str, tuple[float, float]] = {}
    if query.ranks and ranking is not None:
        scores |= {name: (value, 1.0) for name, value in judge_ranking(ranking, query.relevant).items()}
    scores |= {name: (value, 1.0) for name, value in (found or {}).items()}
    gold = collection.gold.get(query.id, ())
    base = Scored(query.id, query.turns, query.topic, query.answerable, _expected(query), scores, tuple(ranking or ()))
    if answer is None:
        return base
    asked = JudgedQuestion(query.id, query.split, query.topic, query.turns, bool(query.answerable), query.facts)
    outcome = judge(asked, answer, collection.assistant.document, latency)
    said = answer if answer.citations or forced is None else forced
    would = _right(query, gold, said, judge(asked, said, collection.assistant.document, 0.0), collection)
    prediction = _prediction(said, forced)
    em, f1 = (
        against(prediction, query.answers) if spans and (query.answers or query.answerable is False) else (None,) * 2
    )
    if would is not None:
        right = would and outcome.answered if query.answerable else not outcome.answered
        scores["right"] = (float(right), 1.0)
        if len(query.turns) > 1:
            scores["followups"] = scores["right"]
    scores |= _of_answer(query, outcome, answer, gold)
    if em is not None and f1 is not None:
        none = float(query.answerable is False)
        scores |= {"em": (em if outcome.answered else none, 1.0), "f1": (f1 if outcome.answered else none, 1.0)}
    return dataclasses.replace(
        base,
        scores=scores,
        answered=outcome.answered,
        understood=outcome.understood,
        text=outcome.text,
        short=outcome.short,
        reason=outcome.gap or outcome.reason,
        confidence=outcome.confidence,
        would=would,
        prediction=prediction,
        em=em,
        f1=f1,
        citations=tuple((c.document_id, c.start, c.end, c.quote) for c in answer.citations),
        words=outcome.words,
        latency=latency,
    )


def score_ranking(query_id: str, ranking: Sequence[str], relevant: Mapping[str, int]) -> Scored:
    """Return what somebody's ranking is worth, given the grades of the texts that were judged."""
    scores = {name: (value, 1.0) for name, value in judge_ranking(ranking, relevant).items()}
    expected = tuple(text for text, grade in relevant.items() if grade > 0)[:_EXPECTED]
    return Scored(query_id, (), "", None, expected, scores, tuple(ranking)[:DEPTH])


def _of_answer(query: Query, outcome: Outcome, answer: Answer, gold: Sequence[Gold]) -> dict[str, tuple[float, float]]:
    """Return what an answer or a refusal adds to the measures besides "right", EM and F1."""
    scores: dict[str, tuple[float, float]] = {"answered": (float(outcome.answered), 1.0)}
    if query.answerable:
        scores["wrongly_refused"] = (float(not outcome.answered), 1.0)
        if query.answers:
            scores["found"] = (float(outcome.answered and _found(query, answer)), 1.0)
    else:
        name = "undecided_refused" if query.answerable is None else "refused"
        scores[name] = (float(not outcome.answered), 1.0)
    if gold:
        cited = sum(any(_overlap(c, g) for c in answer.citations) for g in gold)
        scores["citation_recall"] = (float(cited), float(len(gold)))
        if answer.citations:
            good = sum(any(_overlap(c, g) for g in gold) for c in answer.citations)
            scores["citation_precision"] = (float(good), float(len(answer.citations)))
    if outcome.quotes:
        scores["citations"] = (float(outcome.quotes_verified), float(outcome.quotes))
    if outcome.answered:
        scores["covered"] = (float(outcome.covered), 1.0)
    return scores


def _right(query: Query, gold: Sequence[Gold], answer: Answer, outcome: Outcome, collection: Collection) -> bool | None:
    """Say whether an answer, as one, is right; None where the set does not say."""
    if query.answerable is False:
        return False
    if query.facts:
        return bool(answer.citations) and all(outcome.groups_found)
    if gold:
        return any(_overlap(c, g) for c in answer.citations for g in gold)
    if query.answers:
        return _found(query, answer)
    if query.ranks:
        relevant = {collection.documents[text] for text, grade in query.relevant.items() if grade > 0}
        return any(c.document_id in relevant for c in answer.citations)
    return None


def _found(query: Query, answer: Answer) -> bool:
    """Say whether a gold answer stands in one of the quotes, which are all that an answer says."""
    return any(stands_in(gold, c.quote) for gold in query.answers for c in answer.citations)


def _overlap(citation: Citation, gold: Gold) -> bool:
    same = citation.document_id == gold.document_id
    return same and citation.start < gold.span.end and gold.span.start < citation.end


def _prediction(said: Answer, forced: Answer | None) -> str:
    """Return the shortest that is said: a short answer that is sure, else one that is not, else the first quote."""
    if said.short_answer:
        return said.short_answer
    quoted = {(c.document_id, c.start) for c in said.citations}
    unsure = (c.short_answer for c in (forced.citations if forced else ()) if (c.document_id, c.start) in quoted)
    return next((short for short in unsure if short), said.citations[0].quote if said.citations else "")


def _expected(query: Query) -> tuple[str, ...]:
    """Return what a right outcome holds, to be shown: facts, answers, or else relevant texts; nothing if unknown."""
    if query.facts:
        return tuple(" | ".join(p.pattern for p in group) for group in query.facts)
    return (query.answers or tuple(text for text, grade in query.relevant.items() if grade > 0))[:_EXPECTED]
