"""What an answer is worth, by all that its dataset knows of right answers. Pure: asks nothing.

An answer is right where it has all facts; else where it cites gold evidence; else where a gold answer stands in it;
else where it cites a relevant text: whichever of these the dataset knows first. An unanswerable question is right only
when refused. Where facts are asked for, an answer must also be short enough. Citation precision and recall are those of
ALCE (Gao et al. 2023), with gold evidence in the place of a model that judges: a citation counts as right where it
overlaps gold evidence, and evidence as cited where a citation overlaps it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence

from calcqa.evaluation.collection import Gold
from calcqa.evaluation.datasets import Query
from calcqa.evaluation.measures.ranking import DEPTH, judge_ranking
from calcqa.evaluation.measures.spans import against, stands_in
from calcqa.evaluation.outcomes import Outcome
from calcqa.types import Answer, Citation, Document

_EXPECTED = 5  # gold answers, or relevant texts, that are kept to be shown


def judge(
    query: Query,
    answer: Answer,
    documents: Mapping[str, Document],
    latency: float = 0.0,
    *,
    ranking: Sequence[str] | None = None,
    retrieved: Mapping[str, float] | None = None,
    gold: Sequence[Gold] = (),
    relevant: Collection[str] = (),
    forced: Answer | None = None,
    facts: bool = False,
    spans: bool = False,
) -> Outcome:
    """Return what came of `query`.

    Facts are looked for in the answer's text without its [n] markers, so that a marker is never taken for a number
    asked for. Words are counted over the same text.

    Args:
        query: the question.
        answer: what was answered.
        documents: those that were asked, by their ids.
        latency: of the answer, in seconds.
        ranking: as in `judge_search`.
        retrieved: as in `judge_search`.
        gold: the evidence of the query, in the documents.
        relevant: ids of the documents of its relevant texts.
        forced: the answer where one must be given. It takes the place of a refusal where right or wrong of every
            question is wanted, and its short answer that of an answer without one.
        facts: whether the dataset judges by facts, so that short answers are judged by them too.
        spans: whether the dataset has short gold answers, so that EM and F1 mean something.

    """
    answered = answer.abstention is None
    given = answer if answer.citations or forced is None else forced
    quotes = [(c.answer_start, c.answer_end) for c in answer.citations]
    markers = [_marker(answer.text, c) for c in answer.citations]
    prose = _without(answer.text, markers)
    right = _right(query, given, gold, relevant)
    em, f1 = (None, None)
    prediction = _prediction(given, forced)
    if spans and (query.answers or query.answerable is False):
        em, f1 = against(prediction, query.answers)
    base = judge_search(query, ranking, retrieved)
    outcome = dataclasses.replace(
        base,
        answered=answered,
        understood=answer.standalone_question,
        text=answer.text,
        short=answer.short_answer,
        reason=answer.abstention.reason.value if answer.abstention else None,
        unanswerable=answer.abstention.unanswerable if answer.abstention else None,
        confidence=answer.confidence,
        would=right if answered or forced else None,
        prediction=prediction,
        em=em,
        f1=f1,
        groups_found=tuple(any(p.search(prose) for p in group) for group in query.facts),
        citations=tuple((c.document_id, c.start, c.end, c.quote) for c in answer.citations),
        quotes_verified=sum(
            c.stands_in(documents.get(c.document_id)) and c.shown_in(answer.text) for c in answer.citations
        ),
        covered=not _without(answer.text, quotes + markers).strip(),
        words=len(prose.split()),
        latency=latency,
    )
    scores = {**base.scores, **_scores(query, outcome, answer, gold)}
    if right is not None:
        good = (right and answered and outcome.short_enough) if query.answerable else not answered
        scores["right"] = (float(good), 1.0)
        if len(query.turns) > 1:
            scores["followups"] = scores["right"]
        if query.facts:
            scores["facts"] = scores["right"]
    if facts and answered and answer.short_answer:
        scores["shorts"] = (float(_short_right(query, answer)), 1.0)
    return dataclasses.replace(outcome, scores=scores)


def judge_search(query: Query, ranking: Sequence[str] | None, retrieved: Mapping[str, float] | None = None) -> Outcome:
    """Return what came of a query that was only searched for.

    Args:
        query: the question.
        ranking: the texts that were found, best first; None where none was asked for. It is judged where the query has
            a relevant text, and then scores 0 if nothing was found.
        retrieved: other measures of what was found (`measures/retrieval.py`), 0..1, by name.

    """
    values = judge_ranking(ranking, query.relevant) if query.ranks and ranking is not None else {}
    scores = {name: (value, 1.0) for name, value in (values | dict(retrieved or {})).items()}
    expected = tuple("|".join(p.pattern for p in group) for group in query.facts)
    expected = expected or (query.answers or tuple(t for t, grade in query.relevant.items() if grade > 0))[:_EXPECTED]
    shown = tuple(ranking or ())[:DEPTH]
    return Outcome(query.id, query.turns, query.topic, query.answerable, expected, scores, shown)


def _scores(query: Query, outcome: Outcome, answer: Answer, gold: Sequence[Gold]) -> dict[str, tuple[float, float]]:
    """Return what an answer or a refusal adds to the measures that do not ask whether it is right."""
    answered = bool(outcome.answered)
    scores: dict[str, tuple[float, float]] = {"answered": (float(answered), 1.0)}
    if query.answerable:
        scores["wrongly_refused"] = (float(not answered), 1.0)
        if query.answers:
            scores["found"] = (float(answered and _holds_gold(query, answer)), 1.0)
    else:
        name = "undecided_refused" if query.answerable is None else "refused"
        scores[name] = (float(not answered), 1.0)
    if gold:
        cited = sum(any(_overlap(c, g) for c in answer.citations) for g in gold)
        scores["citation_recall"] = (float(cited), float(len(gold)))
        if answer.citations:
            good = sum(any(_overlap(c, g) for g in gold) for c in answer.citations)
            scores["citation_precision"] = (float(good), float(len(answer.citations)))
    if answer.citations:
        scores["citations"] = (float(outcome.quotes_verified), float(len(answer.citations)))
    if answered:
        scores["covered"] = (float(outcome.covered), 1.0)
    if outcome.em is not None and outcome.f1 is not None:
        none = float(query.answerable is False)
        scores |= {"em": (outcome.em if answered else none, 1.0), "f1": (outcome.f1 if answered else none, 1.0)}
    return scores


def _right(query: Query, answer: Answer, gold: Sequence[Gold], relevant: Collection[str]) -> bool | None:
    """Return whether an answer, whatever its length, is right; None where the dataset does not say."""
    if query.answerable is False:
        return False
    if query.facts:
        prose = _without(answer.text, [_marker(answer.text, c) for c in answer.citations])
        return answer.abstention is None and all(any(p.search(prose) for p in group) for group in query.facts)
    if gold:
        return any(_overlap(c, g) for c in answer.citations for g in gold)
    if query.answers:
        return _holds_gold(query, answer)
    if query.ranks:
        return any(c.document_id in relevant for c in answer.citations)
    return None


def _holds_gold(query: Query, answer: Answer) -> bool:
    """Return whether a gold answer stands in one of the quotes, which are all that an answer says."""
    return any(stands_in(gold, c.quote) for gold in query.answers for c in answer.citations)


def _short_right(query: Query, answer: Answer) -> bool:
    """Return whether the short answer shares words with a fact in its quote ("five" with "five categories")."""
    quote, short = next(((c, c.short) for c in answer.citations if c.short), (None, None))
    if quote is None or short is None:
        return False
    start, end = short.start - quote.start, short.end - quote.start
    matches = (m for group in query.facts for p in group for m in p.finditer(quote.quote))
    return any(m.start() < end and start < m.end() for m in matches)


def _overlap(citation: Citation, gold: Gold) -> bool:
    same = citation.document_id == gold.document_id
    return same and citation.start < gold.span.end and gold.span.start < citation.end


def _prediction(given: Answer, forced: Answer | None) -> str:
    """Return a short answer that is sure, else one that is not, else the first quote."""
    if given.short_answer:
        return given.short_answer
    quoted = {(c.document_id, c.start) for c in given.citations}
    unsure = (c.short_answer for c in (forced.citations if forced else ()) if (c.document_id, c.start) in quoted)
    return next((short for short in unsure if short), given.citations[0].quote if given.citations else "")


def _marker(text: str, citation: Citation) -> tuple[int, int]:
    """Return the span of the citation's number in brackets, which stands right behind its quote; empty if it is not."""
    marker = f" [{citation.number}]"
    end = citation.answer_end
    return (end, end + len(marker)) if text.startswith(marker, end) else (end, end)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    gone = {i for start, end in spans for i in range(start, end)}
    return "".join(c for i, c in enumerate(text) if i not in gone)
