"""Where documents that answer a question contradict one another: the sentences, and in what they differ.

Does: choose which sentences are held against those that are quoted: of other documents that answer too and are about
the same, and of the same document. Does not: decide whether to answer, or compare two sentences
(`answering/differences.py`).
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from calcqa.answering.answerability import Case, Verdict
from calcqa.answering.differences import contradiction, difference
from calcqa.answering.quoting import leaned_on, whole
from calcqa.answering.reading import Readings, read
from calcqa.answering.statements import AGREED, Statement
from calcqa.index.index import Index
from calcqa.language.clinical import MARK, vocabulary
from calcqa.language.english import ENGLISH
from calcqa.language.english_quantities import UNIT_NAMES
from calcqa.language.people import may_be_one_patient
from calcqa.language.tokens import stem
from calcqa.models.reader import Reader
from calcqa.stores.base import PASSAGES, document_of
from calcqa.types import Span

_LIKELY = 0.2  # of its threshold, from which one of few documents is looked at; one of many must clear it
_BEST = 3  # sentences of another document that are looked at
_READ = 5  # further sentences of the same
_MOST = 3  # disagreements that are named
_SHARED = 0.1  # of the rarer words of a document; two about one patient or disease mostly share more
_ALIKE = 0.5  # the share of words and the cosine together, of few documents: those about one patient mostly have more
_BRIEF, _LONGER = 45, 0.15  # words of a short document, and how much more is needed at twice as many
_RARE = 3  # documents that hold a rarer word at most, or a tenth of all where that is more


@dataclass(frozen=True, slots=True)
class Differing:
    """Two sentences, the quoted one first, and the words of each in which they differ."""

    sentences: tuple[str, str]
    words: tuple[str, str]


def disagreements(
    quoted: Sequence[str], verdicts: Sequence[Verdict], case: Case, reader: Reader | None = None
) -> list[Differing]:
    """Return the sentences that answer differently than one that is quoted, one for each document at most.

    `verdicts` are those of all documents, first that of the one that is quoted.
    """
    first, *others = verdicts
    best = first.candidate.sentences
    ordered = [*(i for i in best if i in quoted), *(i for i in quoted if i not in best)]
    differing = _within(ordered[:1], first, case) if first.kind == "read" else []
    documents = case.index.documents
    share = _LIKELY if len(case.index.documents) <= _RARE else 1.0
    for verdict in others:
        # What FAQ entries lead to is not held against what was only read.
        if verdict.kind != first.kind or len(differing) >= _MOST:
            continue
        may_be_one = may_be_one_patient(documents[first.document_id].text, documents[verdict.document_id].text)
        if may_be_one and verdict.confidence >= share * verdict.threshold:
            candidates = case.ranked(verdict.document_id, verdict.kind)[:_BEST]
            theirs = list(dict.fromkeys(i for c in candidates for i in c.sentences))
            sure = {i: v.confidence for v in (first, verdict) for i in v.candidate.sentences}
            one = _first_difference(ordered, theirs, case, sure, reader)
            if one and _one_subject(first.document_id, verdict.document_id, case):
                differing.append(one)
    return differing


def _first_difference(
    ours: Sequence[str], theirs: Sequence[str], case: Case, sure: Mapping[str, float], reader: Reader | None
) -> Differing | None:
    """Return the first two sentences that can be compared, the best first, where these differ.

    `sure` is how likely the best of a document answers.
    """
    question, readings = case.retrieved.corrected, case.readings
    if reader and (unread := [i for i in (*ours, *theirs) if i not in readings]):
        readings = {**readings, **read(question, unread, case.index, reader, len(unread))}
    one, other = ([_statement(i, case.index, readings, sure) for i in ids] for ids in (ours, theirs))
    places = sorted(itertools.product(range(len(ours)), range(len(theirs))), key=sum)
    for a, b in places:
        words = difference(question, one[a], other[b])
        if words is not None:
            return None if words == AGREED else Differing((ours[a], theirs[b]), words)
    return None


def _within(ours: Sequence[str], verdict: Verdict, case: Case) -> list[Differing]:
    """Return a sentence of the same document that contradicts the best one."""
    question, theirs = case.retrieved.corrected, case.ranked(verdict.document_id, verdict.kind)
    sentences = [i for c in theirs for i in c.sentences if i not in ours and i in case.readings][:_READ]
    for a, b in itertools.product(ours, sentences):
        if words := contradiction(question, *(_statement(i, case.index, case.readings) for i in (a, b))):
            return [Differing((a, b), words)]
    return []


def _statement(sentence_id: str, index: Index, readings: Readings, sure: Mapping[str, float] = {}) -> Statement:
    sentence = index.sentences[sentence_id]
    mark = readings.get(sentence_id)
    span = mark.span if mark and mark.span else None
    marked = Span(span.start - sentence.span.start, span.end - sentence.span.start) if span else None
    document = index.documents[sentence.passage.document_id]
    at = sentence.span.start
    return Statement(
        sentence.text,
        marked,
        max(mark.answerable if mark else 0.0, sure.get(sentence_id, 0.0)),
        before=leaned_on(document, whole(document, sentence.span)),
        below=" . ".join((*document.leads_at(at), *document.headings_at(at))),
        title=document.title,
    )


# --- what two documents are about -------------------------------------------------------------------------------------


def _one_subject(one: str, other: str, case: Case) -> bool:
    """Say whether two documents may be about one patient, or one disease: they share words with matter.

    Of many documents only the words that few others have count. Among few, all but ordinary words count, not concepts,
    and how alike the documents are to the encoder; the longer they are, the more they share by chance. Those of the
    question say nothing: both answer it.
    """
    index, asked = case.index, {term for unit in vocabulary().units(case.retrieved.corrected) for term in unit}
    most = max(_RARE, len(index.documents) // 10)
    many = len(index.documents) > most

    def tells(term: str) -> bool:
        if many:
            return len(_holders(term, index)) <= most
        return not term.startswith(MARK) and term not in _ordinary()

    a, b = ({term for term in index.terms_of(d) - asked if tells(term)} for d in (one, other))
    shorter = min(len(a), len(b))
    shared = len(a & b) / max(1, shorter)
    if many:
        return shared >= _SHARED
    needed = _ALIKE + _LONGER * math.log2(max(1.0, shorter / _BRIEF))
    return shared + _likeness(one, other, index) >= needed


def _likeness(one: str, other: str, index: Index) -> float:
    """Return the cosine of what two documents say, -1..1: of the means of their passages."""
    passages = ([p.id for p in index.passages_of(d)] for d in (one, other))
    a, b = (index.store.vectors(PASSAGES, ids).mean(axis=0) for ids in passages)
    return float(a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-9))


@functools.cache
def _ordinary() -> frozenset[str]:
    """Return the words that tell nothing of what a document is about: everyday ones, and units."""
    return frozenset(map(stem, (*ENGLISH.everyday, *UNIT_NAMES)))


def _holders(term: str, index: Index) -> set[str]:
    return {document_of(i) for i in index.lexical.holding(PASSAGES, [(term,)])}
