"""Scores what was retrieved, the same way for every peer: answers within so many words, documents by rank. Pure.

Answers are looked for as in `calcqa.evaluation.measures.retrieval`, so long chunks gain nothing. A short answer may be
there by chance; `own` therefore asks that it is in a chunk of the document the question was written for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from calcqa.evaluation.measures import retrieval
from calcqa.evaluation.measures.estimates import grouped_interval
from calcqa.evaluation.measures.ranking import judge_ranking
from calcqa.evaluation.measures.retrieval import BUDGETS, contains, words


def within(hits: Sequence[Mapping[str, Any]], golds: Sequence[str], budget: int) -> bool:
    """Return whether any gold answer stands in the first `budget` words of the hits' texts, joined in rank order."""
    return retrieval.within((hit["text"] for hit in hits), golds, budget)


def own(hits: Sequence[Mapping[str, Any]], golds: Sequence[Mapping[str, Any]], budget: int) -> bool:
    """Return the same of golds {"text", "doc_id"}, where a gold must stand in one chunk of its own document."""
    left = budget
    for found in hits:
        held = words(found["text"])[:left]
        if any(gold["doc_id"] == found["doc"] and contains(held, words(gold["text"])) for gold in golds):
            return True
        left -= len(held)
        if left <= 0:
            break
    return False


def documents(hits: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return a score for each document, by the rank of its best chunk: higher is better, and no two are the same."""
    ranked = dict.fromkeys(found["doc"] for found in hits)
    return {doc: float(len(ranked) - at) for at, doc in enumerate(ranked)}


def ndcg(relevant: Mapping[str, Sequence[str]], found: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, float]:
    """Return nDCG@10 by question, documents ranked by their best chunk; 0 where nothing was found.

    Raises:
        SystemExit: the library `ir-measures` is not installed; it says how to.

    """
    try:
        return {
            query: judge_ranking(list(documents(found.get(query, ()))), dict.fromkeys(docs, 1))["nDCG@10"]
            for query, docs in relevant.items()
        }
    except ImportError as error:
        raise SystemExit("nDCG needs the library ir-measures; run: pip install ir-measures") from error


def score(questions: Sequence[Mapping[str, Any]], found: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """Return the measures of one peer on one set: mean, 95% interval over documents, and the value of each question.

    A question that got no hits counts 0 and is not skipped. Sets whose questions name `relevant_docs` are scored by
    document, the others by their gold answers.
    """
    if all(q.get("relevant_docs") for q in questions):
        values = {"ndcg@10": list(ndcg({q["_id"]: q["relevant_docs"] for q in questions}, found).values())}
    else:
        values = {}
        for name, judge in (("within", _by_text), ("own", own)):
            for budget in BUDGETS:
                judged = [float(judge(found.get(q["_id"], ()), q["answers"], budget)) for q in questions]
                values[f"{name}_{budget}"] = judged
    groups = [q["source_doc"] for q in questions]
    return {
        name: {"mean": mean(v), "95": interval(groups, v), "each": [round(x, 4) for x in v]}
        for name, v in values.items()
    }


def _by_text(hits: Sequence[Mapping[str, Any]], golds: Sequence[Mapping[str, Any]], budget: int) -> bool:
    return within(hits, [g["text"] for g in golds], budget)


def mean(values: Sequence[float]) -> float:
    """Return the mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def interval(groups: Sequence[str], values: Sequence[float]) -> tuple[float, float]:
    """Return the 95% interval of the mean by the bootstrap over groups: questions on one document are not independent.

    The same groups are drawn every time, so that `values` may as well be two peers' differences.
    """
    held = np.asarray(values, dtype=np.float64)
    return grouped_interval(groups, lambda at: float(held[at].mean()))
