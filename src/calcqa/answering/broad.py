"""Answers to questions for more than a fact: a section or a list whole, a summary, or what is known to be missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from calcqa import messages
from calcqa.answering import compose
from calcqa.answering.sections import MOST_DOCUMENTS, labelled, listed, listed_below, section
from calcqa.answering.summary import summarised
from calcqa.index.index import Index
from calcqa.language.english_talk import NAMES_TEXT
from calcqa.models.reader import Reader
from calcqa.parameters import WHOLE_CONFIDENCE, Weights
from calcqa.query.broad import Broad, BroadQuestion, broad
from calcqa.retrieval.results import Retrieved
from calcqa.types import Abstention, Answer, Document, FAQEntry, Reason, Span

_NAMES_TEXT = re.compile(NAMES_TEXT, re.IGNORECASE)

_SHORT = 12  # sentences of a section or a list that is only named

Retrieve = Callable[[Sequence[str]], Sequence[Retrieved]]


def asks_broadly(question: str, index: Index) -> bool:
    """Say whether `question` is surely for more than a fact: by its words, or by a section or a list that there is."""
    return any(asked.kind in (Broad.MISSING, Broad.SUMMARY) or _whole(asked, index) for asked in broad(question))


def broad_answer(
    ordinary: Answer, retrieved: Retrieved, index: Index, weights: Weights, reader: Reader | None, retrieve: Retrieve
) -> Answer | None:
    """Return the answer to a question for more than a fact; None where it is for none, or nothing such is there.

    `ordinary` is its answer as any question is answered. Where many FAQ entries lead to that, it stands, but where a
    section is named whole, or a summary is wanted and no entry asks for one.
    """
    by_faq = compose.by_faq(ordinary, retrieved, index)
    nearest = retrieved.candidates[0].matched if by_faq else ""
    summed_up = any(asked.kind is Broad.SUMMARY for asked in broad(nearest))
    for asked in broad(retrieved.question):
        if asked.kind is Broad.MISSING and (ordinary.abstention or _NAMES_TEXT.search(retrieved.question)):
            return _missing(ordinary, retrieved, index)
        if summed_up if asked.kind is Broad.SUMMARY else by_faq and not (asked.kind is Broad.SECTION and asked.whole):
            continue
        if asked.kind is Broad.SUMMARY:
            ids, confidence = summarised(retrieved.question, retrieve, index, weights, reader)
        else:
            quoted = (i for c in ordinary.citations for i in index.covering(c.document_id, [Span(c.start, c.end)]))
            ids, confidence = _whole(asked, index, quoted), WHOLE_CONFIDENCE
        if ids:
            return compose.quoting(ordinary.question, retrieved, index, ids, confidence)
    return None


def _whole(asked: BroadQuestion, index: Index, quoted: Iterable[str] = ()) -> list[str]:
    if asked.kind is Broad.SECTION:
        return section(asked, index) or labelled(asked, index)
    if asked.kind is Broad.NAME:  # who says no more may want no more than a fact
        ids = listed_below(asked, index) or section(asked, index) or labelled(asked, index)
        return ids if len(ids) <= _SHORT else []
    return listed(asked, index, frozenset(quoted)) or labelled(asked, index)


def _missing(ordinary: Answer, retrieved: Retrieved, index: Index) -> Answer:
    documents = list(index.documents.values())[:MOST_DOCUMENTS]
    text = " ".join(known_missing(d, index.faq) for d in documents)
    abstention = Abstention(Reason.NO_EVIDENCE, None, (), retrieved.searched, ())
    return Answer(ordinary.question, retrieved.question, text, None, (), (), 0.0, abstention)


def known_missing(document: Document, faq: Iterable[FAQEntry]) -> str:
    """Return a sentence that names the kinds of thing that a document is known not to say, by its FAQ entries."""
    kinds = Counter(e.unanswerable for e in faq if e.document_id == document.id and e.unanswerable)
    if not kinds:
        return messages.NOBODY_WROTE.format(title=document.title)
    named = (f"{messages.ASKED_FOR.get(kind, kind)} ({number:,})" for kind, number in kinds.most_common())
    return messages.KNOWN_MISSING.format(title=document.title, kinds="; ".join(named))
