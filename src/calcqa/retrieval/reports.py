"""Which of several documents a question names, by disease, age, title or patient ("the sailor with the swollen toe").

Of the name's words the rare ones count most, by how many documents have them, and the more sentences of a document do;
beside them counts the cosine of the name and the nearest sentences, and a little the words of the question itself. The
logits of documents are made probabilities (softmax), and only a likely one is taken for named.

Does not: search within the document, or answer.
"""

from __future__ import annotations

import functools
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from calcqa.language.clinical import vocabulary
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
_NO_TOPICS = Topics((), ())


@dataclass(frozen=True, slots=True)
class Named:
    """A document that a question names, and what is asked of it after which turns; `lead` was taken off before."""

    document_id: str
    lead: str
    question: str
    turns: tuple[Turn, ...]


class Reports:
    """The documents of one index, by what questions call them. Safe to share between threads."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever, self._index = retriever, retriever.index

    def named(self, question: str, turns: Sequence[Turn] = ()) -> Named | None:
        """Return the document that `question` names; None where it names none for sure, or there is but one.

        A follow-up that names none is about the document that the turn before named.
        """
        if len(self._index.documents) < 2:
            return None
        own, before = naming(question), naming(turns[-1].standalone_question) if turns else None
        earlier = self._likeliest(before) if before else None
        if own is None:
            leans = needs_context(question, _NO_TOPICS) or points_at_patient(question)
            if before is None or earlier is None or not leans:
                return None
            return Named(earlier, before.lead, question, _bare(turns, before))
        document_id = self._likeliest(own)
        if document_id is None:
            return None
        same = before is not None and earlier == document_id
        return Named(document_id, own.lead, own.rest, _bare(turns, before) if before and same else ())

    def _likeliest(self, asked: Naming) -> str | None:
        """Return the document that is named, where one is likely enough."""
        weights = self._retriever.weights
        by_name, by_rest, by_cosine = weights.named
        logits: dict[str, float] = defaultdict(float)
        for text, weight in ((asked.name, by_name), (asked.rest if asked.lead else "", by_rest)):
            for document_id, share in self._shares(text).items():
                logits[document_id] += weight * share
        likeliest = dict(sorted(logits.items(), key=lambda pair: -pair[1])[:_READ])
        for document_id, cosine in self._cosines(asked.name, list(likeliest)).items():
            likeliest[document_id] += by_cosine * cosine
        if not likeliest:
            return None
        best = max(likeliest, key=lambda d: likeliest[d])
        probability = 1 / sum(math.exp(logit - likeliest[best]) for logit in likeliest.values())
        return best if probability >= (weights.named_sure if asked.lead else weights.named_within_sure) else None

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


def _bare(turns: Sequence[Turn], before: Naming) -> tuple[Turn, ...]:
    """Return `turns`, the last without what names its report."""
    return (*turns[:-1], replace(turns[-1], standalone_question=before.rest))
