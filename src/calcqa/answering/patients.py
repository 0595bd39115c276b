"""Answers about several patients: the quotes of each, patient by patient, so that none is taken for another's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from calcqa.answering.compose import joined
from calcqa.answering.refusing import refusal
from calcqa.retrieval.results import Retrieved
from calcqa.types import Abstention, Answer, Document, Reason


def patient_by_patient(
    question: str, retrieved: Retrieved, answers: Sequence[Answer], documents: list[Document]
) -> Answer:
    """Return one answer to `question` (as typed) of those of its patients; a refusal where all refuse.

    `documents` are those of the index. A refusal names only what is missing for all patients.
    """
    refusals = [answer.abstention for answer in answers if answer.abstention]
    if len(refusals) < len(answers):
        return joined(question, retrieved, answers)
    kinds = {one.unanswerable for one in refusals}
    likeliest = max(answers, key=lambda answer: answer.confidence)
    abstention = Abstention(
        reason=refusals[0].reason if len(kinds) == 1 else Reason.NO_EVIDENCE,
        unanswerable=kinds.pop() if len(kinds) == 1 else None,
        unknown_terms=tuple(t for t in refusals[0].unknown_terms if all(t in one.unknown_terms for one in refusals)),
        passages_searched=sum(one.passages_searched for one in refusals),
        nearest=tuple(hit for one in refusals for hit in one.nearest[:1]),
    )
    text = refusal(abstention, documents)
    return replace(
        likeliest, question=question, standalone_question=retrieved.question, text=text, abstention=abstention
    )
