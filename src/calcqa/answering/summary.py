"""A fair summary by quotes: one sentence each for presentation, findings, diagnosis, treatment and outcome.

Each is asked of the part of a report that tells its case, and the best sentence that answers is taken; for presentation
the one at its beginning that has the patient's age, if any does.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence

from calcqa.answering.answerability import Case
from calcqa.answering.places import in_place
from calcqa.answering.reading import read_top
from calcqa.answering.sections import MOST_DOCUMENTS
from calcqa.answering.siblings import about_relative, speaks_of_relative
from calcqa.answering.within import of_others
from calcqa.index.index import Index
from calcqa.language.english_broad import AGED, SUMMARISED
from calcqa.language.section_kinds import BACK_MATTER, section_kind
from calcqa.models.reader import Reader
from calcqa.parameters import Weights
from calcqa.retrieval.results import Retrieved

_ARTICLE = frozenset({"background", "discussion", "literature", BACK_MATTER})
_TELLS_ARTICLE = _ARTICLE - {"background"}  # what a letter calls background is the patient's
_AGED = re.compile(AGED, re.IGNORECASE)
_FIRST = 16  # sentences of a case among which the first with the patient's age is taken for the presentation
_LEAST = 2  # sentences of a summary
_WORDS = 3  # of the shortest sentence that sums anything up


def summarised(
    question: str,
    retrieve: Callable[[Sequence[str]], Sequence[Retrieved]],
    index: Index,
    weights: Weights,
    reader: Reader | None,
) -> tuple[list[str], float]:
    """Return the ids of the sentences that sum up each document, in reading order, and the mean confidence in one.

    Of several patients in one document only the one is summed up whom `question` names. None where there are more
    documents than can be meant, or where too little of one answers.
    """
    if len(index.documents) > MOST_DOCUMENTS:
        return [], 0.0
    asked = [in_place(one, index) for one in retrieve(SUMMARISED)]
    chosen, confidences = list[str](), list[float]()
    for document in index.documents:
        told = case_part(document, index)
        others = of_others(question, told, index)
        told = [i for i in told if i not in others]
        aged = presented(told, index)
        own: dict[str, float] = {}
        for place, retrieved in enumerate(asked):
            within = tuple(c for c in retrieved.candidates if set(told).issuperset(c.sentences))
            case_of = dataclasses.replace(retrieved, candidates=within)
            readings = read_top(case_of, index, reader, weights) if reader else {}
            case = Case(case_of, index, weights, readings)
            verdict = next(iter(case.verdicts()), None)
            first = aged if place == 0 else ""
            if verdict is None or (verdict.confidence < verdict.threshold and not first):
                continue
            ranked = (i for c in case.ranked(document, verdict.kind) for i in c.sentences if i not in own)
            telling = (i for i in ranked if sums_up(index.sentence_text(i)))
            if best := first or next(telling, ""):
                own[best] = case.right(verdict, [best])
        if len(own) < _LEAST:
            return [], 0.0
        chosen += sorted(own, key=lambda i: index.sentences[i].span)
        confidences += own.values()
    return chosen, sum(confidences) / max(1, len(confidences))


def sums_up(text: str) -> bool:
    """Say whether a sentence may stand in a summary: it is not too short, and not about a relative."""
    return len(text.split()) >= _WORDS and not about_relative("", text)


def presented(told: Sequence[str], index: Index) -> str:
    """Return which of the sentences that tell a case presents its patient with an age; empty where none does."""
    texts = ((i, index.sentence_text(i)) for i in told[:_FIRST])
    return next((i for i, text in texts if _AGED.search(text) and not speaks_of_relative(text)), "")


def case_part(document_id: str, index: Index) -> list[str]:
    """Return the ids of the sentences of a document that tell its case, in order; of no article, nearly all."""
    kinds = {p.id: section_kind(p.headings) for p in index.passages_of(document_id)}
    if _TELLS_ARTICLE.isdisjoint(kinds.values()):
        told = list(kinds)
    elif "case" not in kinds.values():
        told = [p for p, kind in kinds.items() if kind not in _ARTICLE] or list(kinds)
    else:
        told = [p for p, kind in kinds.items() if kind == "case"]
    return [i for p in told for i in index.sentences_of(p)]
