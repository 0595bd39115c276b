"""Answers about several patients: the quotes of each, patient by patient, so that none is taken for another's."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace

from calcqa.answering.compose import joined
from calcqa.answering.disagreement import _one_patient as may_be_one_patient
from calcqa.answering.refusing import refusal
from calcqa.index.concepts import concepts_of
from calcqa.language.clinical import Unit, vocabulary
from calcqa.language.people import patients
from calcqa.language.tokens import stems
from calcqa.parameters import Weights
from calcqa.query.broad import Broad, broad
from calcqa.query.naming import asks_at_large
from calcqa.retrieval.results import Retrieved
from calcqa.types import Abstention, Answer, Citation, Document, Reason

_WHOLE = (Broad.SUMMARY, Broad.MISSING)
_LIKELY = 0.5  # of its threshold, from which one patient answers where another's documents clear theirs
_MOST = 4  # patients who are quoted where a question names none


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


def of_several_patients(documents: Sequence[Document]) -> list[tuple[Document, ...]]:
    """Return documents by patient, as far as that is told; none where nothing tells that they are of several.

    Names put documents together, and ages, sexes and names tell them apart. What names nobody stands with no name.
    """
    groups: list[tuple[Document, ...]] = []
    for document in documents:
        named = bool(patients(document.text))
        for place, group in enumerate(groups):
            if all(may_be_one_patient(document, one) and named == bool(patients(one.text)) for one in group):
                groups[place] = (*group, document)
                break
        else:
            groups.append((document,))
    return groups if any(_told_apart(a, b) for a, b in itertools.combinations(groups, 2)) else []


def _told_apart(one: Sequence[Document], other: Sequence[Document]) -> bool:
    return not all(may_be_one_patient(a, b) for a, b in itertools.product(one, other))


def best_alone(weights: Weights, share: float) -> Weights:
    """Return weights by which only the best sentence is quoted, from a share of the threshold on."""
    plain, read = weights.plain_threshold * share, weights.read_threshold * share
    return replace(weights, further=0, plain_threshold=plain, read_threshold=read)


def of_each_patient(
    whole: Answer,
    retrieved: Retrieved,
    groups: Sequence[tuple[Document, ...]],
    ask: Callable[[Sequence[Document], float], Answer],
) -> Answer:
    """Return the answers of all patients who have one, to a question that names none; `whole` where only one has.

    `whole` is its answer as any question is answered, `groups` are documents by patient, and `ask` answers from some
    alone, from a share of the threshold on: less is needed of what holds the words that `whole` answers by. What asks
    of a disease at large, for a summary, or for what is missing, is not asked of patients.
    """
    question = retrieved.question
    if not (groups and whole.citations) or asks_at_large(question) or any(b.kind in _WHOLE for b in broad(question)):
        return whole
    by_id = {d.id: d for group in groups for d in group}
    units = [unit for _, unit in vocabulary().named(retrieved.corrected)]

    def holds(citation: Citation) -> set[Unit]:
        return _held(citation, units, by_id[citation.document_id])

    held = [own for citation in whole.citations if (own := holds(citation))]

    def answer_of(group: Sequence[Document]) -> Answer:
        """Return its answer, with those quotes that hold all which one of `whole` does."""
        answer = ask(group, _LIKELY if held else 1.0)
        citations = tuple(c for c in answer.citations if not held or any(own <= holds(c) for own in held))
        return answer if citations == answer.citations else replace(answer, citations=citations, disagreements=())

    answers = [(group, answer) for group in groups if (answer := answer_of(group)).citations]
    quoted = {citation.document_id for citation in whole.citations}
    answers.sort(key=lambda pair: (all(d.id not in quoted for d in pair[0]), -pair[1].confidence))
    chosen: list[tuple[Sequence[Document], Answer]] = []
    for group, answer in answers:
        if len(chosen) < _MOST and all(_told_apart(group, other) for other, _ in chosen):
            chosen.append((group, answer))
    if len(chosen) < 2:
        return whole
    answer = joined(whole.question, retrieved, [answer for _, answer in chosen])
    unanswered = tuple(q for q in answer.unanswered if all(q in one.unanswered for _, one in chosen))
    return replace(answer, unanswered=unanswered)


def _held(citation: Citation, units: Sequence[Unit], document: Document) -> set[Unit]:
    """Return those of `units` that a quote, or what it stands below, has by its words or a concept for it."""
    text = " | ".join((citation.section, *citation.context, citation.before, citation.quote))
    terms = concepts_of(document, [text])[0].union(stems(text))
    return {unit for unit in units if any(term in terms for term in unit)}
