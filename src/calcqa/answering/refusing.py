"""A refusal as data: its reason, what is known to be missing, and the sentence that says so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from calcqa import messages
from calcqa.answering.answerability import Verdict
from calcqa.answering.missing import absent, apart, nearest_lacks
from calcqa.faq.entries import NOT_QUESTIONS, OTHER_LANGUAGE
from calcqa.index.index import Index
from calcqa.language.other_languages import is_english
from calcqa.parameters import UNKNOWN_NAMED, Weights
from calcqa.query.naming import Naming
from calcqa.query.small_talk import addresses_program
from calcqa.retrieval.results import Retrieved
from calcqa.types import Abstention, Answer, Document, Reason, SomeAsked

_BRACKET = re.compile(r"\s*\([^()]*\)(?=\W*$)")  # the question before, behind a follow-up


def abstain(
    question: str,
    retrieved: Retrieved,
    index: Index,
    weights: Weights,
    judged: list[Verdict],
    confidence: float,
    some_asked: SomeAsked | None = None,
) -> Answer:
    """Return the refusal of `question` (as typed), given what was `judged` of what its standalone form brought up.

    `some_asked` is as in `Answer`.
    """
    documents = [v.document_id for v in judged] or list(index.documents)
    unanswerable = _kind(retrieved, documents, weights, judged) if is_english(question) else OTHER_LANGUAGE
    if unanswerable in NOT_QUESTIONS:
        reason = Reason.NOT_A_QUESTION
    else:
        reason = Reason.UNANSWERABLE if unanswerable else Reason.NO_EVIDENCE
    nearest = retrieved.hits[: weights.nearest]
    unknown = absent(retrieved.unknown_terms, index, retrieved.question)
    asked = _BRACKET.sub("", retrieved.corrected)
    words, kind = ((), None) if unknown or unanswerable else apart(asked, index)
    told = unknown or unanswerable or words or not nearest
    lacked = () if told else nearest_lacks(asked, nearest[0].passage.text)
    abstention = Abstention(
        reason,
        unanswerable,
        unknown,
        retrieved.searched,
        nearest,
        words,
        kind,
        some_asked=some_asked,
        not_nearest=lacked,
    )
    text = refusal(abstention, list(index.documents.values()))
    return Answer(question, retrieved.question, text, None, (), retrieved.hits, round(confidence, 4), abstention)


def abstain_for_unknown_report(question: str, named: Naming) -> Answer:
    """Return the refusal of a question about a patient or a report that no document is about, as it was `named`."""
    abstention = Abstention(Reason.NO_EVIDENCE, None, (), 0, (), unknown_report=named.name)
    return Answer(question, named.lead + named.rest, refusal(abstention, []), None, (), (), 0.0, abstention)


def _kind(retrieved: Retrieved, documents: Sequence[str], weights: Weights, judged: Sequence[Verdict]) -> str | None:
    """Return the kind of thing that these documents are known not to say, where that is what is asked for.

    An unanswerable entry must outweigh what speaks for the documents: their answered entries, combined alike; where
    there are none, the best sentence. It says what is missing only if it asks the same, or a word is missing indeed.
    """
    if retrieved.small_talk and addresses_program(retrieved.corrected):
        return retrieved.small_talk.kind
    near = [retrieved.unanswerable[d] for d in documents if d in retrieved.unanswerable]
    near += [retrieved.small_talk] if retrieved.small_talk else []
    match = max(near, key=lambda m: m.score, default=None)
    if match is None:
        return None
    if retrieved.answering:
        outweighs = match.nearest >= weights.unanswerable_near and match.score >= max(retrieved.answering.values())
    else:
        dense = (v.candidate.dense for v in judged)
        outweighs = match.nearest >= max([weights.unanswerable_near_plain, *dense])
    sure = match.kind in NOT_QUESTIONS or retrieved.unknown_terms or match.nearest >= weights.unanswerable_sure
    return match.kind if outweighs and sure else None


def refusal(abstention: Abstention, documents: list[Document]) -> str:
    """Return the abstention as plain sentences: what is not said, and which words never occur."""
    kind = messages.ASKED_FOR.get(abstention.unanswerable or "", "")
    if abstention.unanswerable == OTHER_LANGUAGE:
        return messages.ENGLISH_ONLY
    if abstention.reason is Reason.NOT_A_QUESTION:
        return messages.ONLY_QUESTIONS.format(kind=kind)
    if abstention.unknown_report:
        return messages.NOBODY_HERE.format(name=abstention.unknown_report)
    if len(documents) == 1:
        text, why = messages.REPORT_LACKS.format(title=documents[0].title), messages.NOT_IN_IT
    else:
        text, why = messages.DOCUMENTS_LACK, messages.NOT_IN_THEM
    text += why.format(kind=kind) if kind else "."
    if abstention.unknown_terms:
        terms = ", ".join(f"“{t}”" for t in abstention.unknown_terms[:UNKNOWN_NAMED])
        text += messages.WORDS_UNKNOWN.format(terms=terms)
    if abstention.apart:
        terms = messages.AND.join(f"“{t}”" for t in abstention.apart)
        held = messages.LACKED.get(abstention.without or "", "")
        text += (messages.NEVER_WITH if held else messages.NEVER_TOGETHER).format(terms=terms, held=held)
    if abstention.not_nearest:
        terms = messages.AND.join(f"“{t}”" for t in abstention.not_nearest)
        text += messages.NEAREST_LACKS.format(terms=terms)
    if some := abstention.some_asked:
        text += f" {messages.ONLY_SOME.format(asked=some.asked, holding=some.holding)}"
    return text
