"""Which of several documents a question names, by disease, age, title or patient ("the sailor with the swollen toe").

Of the name's words the rare ones count most, by how many documents have them, and the more sentences of a document do;
beside them counts the cosine of the name and the nearest sentences, and a little the words of the question itself. The
logits of documents are made probabilities (softmax), and only likely ones are taken for named.

Does not: search within the document, or answer.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from calcqa.language.clinical import vocabulary
from calcqa.language.english_naming import GENERAL, OTHERS
from calcqa.language.folding import plain_letters
from calcqa.language.tokens import stems
from calcqa.query.leaning import needs_context, points_at_patient
from calcqa.query.naming import Naming, naming
from calcqa.query.topics import Topics
from calcqa.retrieval.retriever import Retriever
from calcqa.stores.base import SENTENCES, document_of
from calcqa.types import Turn

_READ = 20  # documents, likeliest by their words, whose sentences are compared
_NEAREST = 3  # sentences of a document whose cosines count
_LEAST_SHARE, _LEAST_COSINE = 0.1, 0.5  # of a name; a document with less of both is not the one that is named
_OTHERS = re.compile(OTHERS, re.IGNORECASE)
_GENERAL = re.compile(GENERAL, re.IGNORECASE)
_NO_TOPICS = Topics((), ())


@dataclass(frozen=True, slots=True)
class Named:
    """A document that a question may name, how likely (0..1), and what is asked of it, after which turns.

    `lead` was taken off the question.
    """

    document_id: str
    probability: float
    lead: str
    question: str
    turns: tuple[Turn, ...] = ()


class Reports:
    """The documents of one index, by what questions call them. Safe to share between threads."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever, self._index = retriever, retriever.index

    def named(self, question: str, turns: Sequence[Turn] = ()) -> list[Named]:
        """Return the documents that `question` may name, the likeliest first: one where that is clear.

        None where none is likely enough, or there is but one. A follow-up that names none is about the document that
        the turn before named, unless it asks of a disease at large.
        """
        if len(self._index.documents) < 2:
            return []
        own, before = naming(question), _named_before(turns)
        earlier = self._answered_for(turns[-1], before) if before else ""
        if own is None:
            carried = before and earlier and _is_carried(question)
            return [Named(earlier, 1.0, before.lead, question, _bare(turns, before))] if before and carried else []
        return [
            Named(d, p, own.lead, own.rest, _bare(turns, before) if before and d == earlier else ())
            for d, p in self._likely(own)
        ]

    def unknown(self, question: str, turns: Sequence[Turn] = ()) -> Naming | None:
        """Return how `question` names a patient or a report that no document is about; None where one may be.

        A follow-up that names none is about the one that the turn before named.
        """
        if len(self._index.documents) < 2:
            return None
        before = _named_before(turns) if _is_carried(question) else None
        own = naming(question) or (before and replace(before, rest=question))
        if own is None or not own.is_certain:
            return None
        best = max(self._shares(own.name).values(), default=0.0)
        return own if best < self._retriever.weights.named_least else None

    def _answered_for(self, turn: Turn, asked: Naming) -> str:
        """Return the document that a turn named: the one that was quoted, else the likeliest; empty where none is."""
        likely = [document_id for document_id, _ in self._likely(asked)]
        return next((c.document_id for c in turn.answer.citations if c.document_id in likely), "") or next(
            iter(likely), ""
        )

    def _likely(self, asked: Naming) -> list[tuple[str, float]]:
        """Return the documents that may be named, with their probabilities: one where that is clear, else a few."""
        weights = self._retriever.weights
        by_name, by_rest, by_cosine = weights.named
        logits: dict[str, float] = defaultdict(float)
        shares = self._shares(asked.name)
        for own, weight in ((shares, by_name), (self._shares(asked.rest if asked.lead else ""), by_rest)):
            for document_id, share in own.items():
                logits[document_id] += weight * share
        likeliest = dict(sorted(logits.items(), key=lambda pair: -pair[1])[:_READ])
        cosines = self._cosines(asked.name, list(likeliest))
        for document_id, cosine in cosines.items():
            likeliest[document_id] += by_cosine * cosine
        ranked = sorted(likeliest.items(), key=lambda pair: (-pair[1], pair[0]))
        odds = [math.exp(logit - ranked[0][1]) for _, logit in ranked]
        best = 1 / sum(odds) if odds else 0.0
        if best < (weights.named_sure if asked.lead else weights.named_within_sure):
            return []
        most = 1 if best >= weights.named_clear else weights.named_most
        chosen = [(document_id, best * share) for (document_id, _), share in zip(ranked[:most], odds, strict=False)]
        return [(d, p) for d, p in chosen if shares.get(d, 0.0) >= _LEAST_SHARE or cosines.get(d, 0.0) >= _LEAST_COSINE]

    def _shares(self, text: str) -> dict[str, float]:
        """Return each document's share of the words of `text`, 0..1: BM25 over documents, by sentences that have them.

        A document's title counts as one of its sentences.
        """
        units = vocabulary().units(self._retriever.correct(text)) if text else ()
        weights, count = self._retriever.weights, len(self._index.documents)
        shares: dict[str, float] = defaultdict(float)
        mean = sum(self._lengths.values()) / count
        ideal = 0.0
        for unit in units:
            held = Counter(document_of(i) for i in self._index.lexical.holding(SENTENCES, [unit]))
            held.update(d for term in unit for d in self._titled.get(term, ()))
            idf = math.log(1 + (count - len(held) + 0.5) / (len(held) + 0.5))
            ideal += idf
            for document_id, number in held.items():
                length = 1 - weights.b + weights.b * self._lengths[document_id] / mean
                shares[document_id] += idf * number / (number + weights.k1 * length)
        return {document_id: share / ideal for document_id, share in shares.items()}

    def _cosines(self, text: str, document_ids: Sequence[str]) -> dict[str, float]:
        """Return the mean cosine of `text` and the nearest sentences of each of these documents."""
        ids = [i for d in document_ids for p in self._index.passages_of(d) for i in self._index.sentences_of(p.id)]
        vectors = self._retriever.encoder.encode([plain_letters(self._retriever.correct(text))])
        cosines: dict[str, list[float]] = defaultdict(list)
        for id_, cosine in zip(ids, self._index.store.score(SENTENCES, vectors, ids)[0].tolist(), strict=True):
            cosines[document_of(id_)].append(cosine)
        return {d: float(np.mean(sorted(own, reverse=True)[:_NEAREST])) for d, own in cosines.items()}

    @functools.cached_property
    def _lengths(self) -> dict[str, int]:
        """How many sentences each document has, one at least."""
        own = {d: self._index.passages_of(d) for d in self._index.documents}
        return {d: max(1, sum(len(p.sentences) for p in passages)) for d, passages in own.items()}

    @functools.cached_property
    def _titled(self) -> dict[str, list[str]]:
        """The documents whose titles have each stem, where these are titles."""
        titled: dict[str, list[str]] = defaultdict(list)
        for document in self._index.documents.values():
            for term in set(stems(document.title)) if document.is_titled else ():
                titled[term].append(document.id)
        return titled


def _named_before(turns: Sequence[Turn]) -> Naming | None:
    return naming(turns[-1].standalone_question) if turns else None


def _is_carried(question: str) -> bool:
    """Say whether a follow-up that names no report stays with the one named before: what asks of a patient does."""
    if _OTHERS.search(question):
        return False
    leans = needs_context(question, _NO_TOPICS) or points_at_patient(question)
    return leans or not _GENERAL.search(question)


def _bare(turns: Sequence[Turn], before: Naming) -> tuple[Turn, ...]:
    """Return `turns`, the last without what names its report."""
    return (*turns[:-1], replace(turns[-1], standalone_question=before.rest))
