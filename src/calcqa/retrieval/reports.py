"""Which of several documents a question names, by disease, age, title or patient ("the sailor with the swollen toe").

A patient's surname names all documents of that patient ("Mr Hale", "hale"), and one whom none names is unknown. Of any
other name's words the rare ones count most, by how many documents have them, and the more sentences of a document do;
beside them counts the cosine of the name and the nearest sentences, and a little the words of the question itself. The
logits of documents are made probabilities (softmax), and only likely ones are taken for named, of no other sex than the
name tells.

Does not: search within the document, or answer.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from calcqa.language.clinical import Unit, vocabulary
from calcqa.language.english_naming import GENERAL, GOES_ON, OTHERS
from calcqa.language.english_people import FEMALE_NAME, MALE_NAME
from calcqa.language.folding import plain_letters
from calcqa.language.people import Person, calls, patients, sex, staff
from calcqa.language.tokens import cased_words, stem, stems, words
from calcqa.query.leaning import needs_context, points_at_patient
from calcqa.query.naming import Naming, is_person, may_be_surname, naming
from calcqa.query.spelling import says_little
from calcqa.query.topics import Topics
from calcqa.retrieval.retriever import Retriever
from calcqa.stores.base import SENTENCES, document_of
from calcqa.types import Turn

_READ = 20  # documents, likeliest by their words, whose sentences are compared
_NEAREST = 3  # sentences of a document whose cosines count
_LEAST_SHARE, _LEAST_COSINE = 0.1, 0.5  # of a name; a document with less of both is not the one that is named
_OTHERS = re.compile(OTHERS, re.IGNORECASE)
_GENERAL, _GOES_ON = re.compile(GENERAL, re.IGNORECASE), re.compile(GOES_ON, re.IGNORECASE)
_GOING_ON = 5  # words of the longest follow-up that only goes on
_CALLED = {"female": re.compile(FEMALE_NAME, re.IGNORECASE), "male": re.compile(MALE_NAME, re.IGNORECASE)}
_KEPT = 64  # questions whose names are kept
_SURNAME, _SURNAMES = 3, 8  # letters of the shortest, and words of a question that may be one
_NO_TOPICS = Topics((), ())


@dataclass(frozen=True, slots=True)
class Named:
    """Documents of one patient that a question may name, how likely (0..1), and what is asked, after which turns.

    `lead` was taken off the question.
    """

    documents: frozenset[str]
    probability: float
    lead: str
    question: str
    turns: tuple[Turn, ...] = ()


class Reports:
    """The documents of one index, by what questions call them. Safe to share between threads."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever, self._index = retriever, retriever.index
        self._naming = functools.lru_cache(_KEPT)(self._named_in)  # a question is looked at more than once

    def named(self, question: str, turns: Sequence[Turn] = ()) -> list[Named]:
        """Return the documents that `question` may name, the likeliest first: one where that is clear.

        None where none is likely enough, or there is but one. A follow-up that names none is about the document that
        the turn before named, unless it asks of a disease at large.
        """
        if len(self._index.documents) < 2:
            return []
        own, before = self._naming(question), self._named_before(turns)
        earlier = self._answered_for(turns[-1], before) if before else frozenset[str]()
        if own is None:
            carried = before and earlier and self._is_carried(question, before, earlier)
            return [Named(earlier, 1.0, before.lead, question, _bare(turns, before))] if before and carried else []
        if own.person:
            mine = self._documents_of(own.person)
            bare = _bare(turns, before) if before and mine == earlier else ()
            return [Named(mine, 1.0, own.lead, own.rest, bare)] if 0 < len(mine) < len(self._index.documents) else []
        return [
            Named(frozenset({d}), p, own.lead, own.rest, _bare(turns, before) if before and d in earlier else ())
            for d, p in self._likely(own)
        ]

    def unknown(self, question: str, turns: Sequence[Turn] = ()) -> Naming | None:
        """Return how `question` names a patient or a report that no document is about; None where one may be.

        A follow-up that goes on from the turn before is about the one that it named.
        """
        goes_on = points_at_patient(question) or (_GOES_ON.match(question) and len(question.split()) <= _GOING_ON)
        before = self._named_before(turns) if goes_on else None
        own = self._naming(question) or (before and replace(before, rest=question))
        if own is None or not own.is_certain:
            return None
        if own.person:
            return None if self._documents_of(own.person) or not self._is_nobody(own.person) else own
        if len(self._index.documents) < 2:
            return None
        return own if self._best_share(own.name) < self._retriever.weights.named_least else None

    def _is_carried(self, question: str, before: Naming, documents: frozenset[str]) -> bool:
        """Say whether a follow-up that names no report stays with the one named before: what asks of a patient does.

        Not where it calls somebody else, or names what these documents lack and another has.
        """
        if _OTHERS.search(question):
            return False
        if needs_context(question, _NO_TOPICS) or points_at_patient(question):
            return True
        if _GENERAL.search(question) or any(is_person(w) and w not in before.name.lower() for w in words(question)):
            return False
        terms = [self._index.terms_of(d) for d in documents]
        named = [unit for _, unit in vocabulary().named(question)]
        lacking = [unit for unit in named if not any(t in own for t in unit for own in terms)]
        return not (lacking and self._index.lexical.holding(SENTENCES, lacking))

    def _best_share(self, name: str) -> float:
        """Return the share of a name's words, 0..1 by their rarity, that the document with most of them has.

        Words for people, and general ones, say nothing; of a name without any other the share is 1.
        """
        named = vocabulary().named(self._retriever.correct(name))
        units = [unit for n, unit in named if not all(w.isdigit() or is_person(w) or says_little(w) for w in words(n))]
        shares, whole, count = Counter[str](), 0.0, len(self._index.documents)
        for unit in units:
            held = self._holding(unit)
            idf = _rarity(len(held), count)
            whole += idf
            shares.update(dict.fromkeys(held, idf))
        return max(shares.values(), default=0.0) / whole if whole else 1.0

    def _named_in(self, question: str) -> Naming | None:
        may_be = [w for w in cased_words(question) if len(w) >= _SURNAME and may_be_surname(w)][:_SURNAMES]
        return naming(question, {w.lower() for w in may_be if self._documents_of(Person(w.lower()))})

    def _named_before(self, turns: Sequence[Turn]) -> Naming | None:
        return self._naming(turns[-1].standalone_question) if turns else None

    def _documents_of(self, person: Person) -> frozenset[str]:
        """Return the documents that name a person as their patient; none where any names them as staff."""
        texts = {d: self._index.documents[d].text for d in self._holding((stem(person.surname),))}
        if any(person.may_be(one) for text in texts.values() for one in staff(text)):
            return frozenset()
        return frozenset(d for d, text in texts.items() if any(map(person.may_be, patients(text))))

    def _is_nobody(self, person: Person) -> bool:
        """Say whether documents name their patients, and nobody like this: "Mr Hale" may be a surgeon."""
        documents = self._index.documents
        if any(calls(documents[d].text, person) for d in self._holding((stem(person.surname),))):
            return False
        return any(patients(d.text) for d in itertools.islice(documents.values(), _READ))

    def _holding(self, unit: Unit) -> Counter[str]:
        """Return in how many sentences each document has a word, or a concept for it; its title counts as one."""
        held = Counter(document_of(i) for i in self._index.lexical.holding(SENTENCES, [unit]))
        held.update(d for term in unit for d in self._titled.get(term, ()))
        return held

    def _may_be(self, name: str, document_id: str) -> bool:
        """Say whether a document may be about whom a name calls a man, or a woman."""
        called = [s for s, pattern in _CALLED.items() if pattern.search(name)]
        return len(called) != 1 or sex(self._index.documents[document_id].text) in ("", called[0])

    def _answered_for(self, turn: Turn, asked: Naming) -> frozenset[str]:
        """Return the documents that a turn named: of a patient all, else what was quoted, else the likeliest."""
        if asked.person:
            return self._documents_of(asked.person)
        likely = [document_id for document_id, _ in self._likely(asked)]
        quoted = (c.document_id for c in turn.answer.citations if c.document_id in likely)
        return frozenset(itertools.islice(itertools.chain(quoted, likely), 1))

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
        likeliest = {d: logit for d, logit in likeliest.items() if self._may_be(asked.name, d)}
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
            held = self._holding(unit)
            idf = _rarity(len(held), count)
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


def _rarity(held: int, count: int) -> float:
    """Return the inverse document frequency of BM25 of what so many of all documents hold."""
    return math.log(1 + (count - held + 0.5) / (held + 0.5))


def _bare(turns: Sequence[Turn], before: Naming) -> tuple[Turn, ...]:
    """Return `turns`, the last without what names its report."""
    return (*turns[:-1], replace(turns[-1], standalone_question=before.rest))
