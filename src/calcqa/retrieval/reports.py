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

from calcqa.language.clinical import vocabulary
from calcqa.language.english_naming import GOES_ON, OTHERS
from calcqa.language.english_people import FEMALE_NAME, MALE_NAME
from calcqa.language.folding import plain_letters
from calcqa.language.people import pronoun_sex, sex
from calcqa.language.tokens import words
from calcqa.query.leaning import needs_context, points_at_patient
from calcqa.query.naming import Naming, is_general, is_person
from calcqa.query.spelling import says_little
from calcqa.query.topics import Topics
from calcqa.retrieval.patients import Patients
from calcqa.retrieval.retriever import Retriever
from calcqa.retrieval.titled import Titles
from calcqa.stores.base import SENTENCES, document_of
from calcqa.types import Turn

_READ = 20  # documents, likeliest by their words, whose sentences are compared
_NEAREST = 3  # sentences of a document whose cosines count
_LEAST_SHARE, _LEAST_COSINE = 0.1, 0.5  # of a name; a document with less of both is not the one that is named
_OTHERS = re.compile(OTHERS, re.IGNORECASE)
_GOES_ON = re.compile(GOES_ON, re.IGNORECASE)
FEW_DOCUMENTS = 12
"""Most documents of which a question that names no patient is asked of each."""

_RARE = 10  # in one of so many documents at most stands a word that is rare
_GOING_ON = 5  # words of the longest follow-up that only goes on
_CALLED = {"female": re.compile(FEMALE_NAME, re.IGNORECASE), "male": re.compile(MALE_NAME, re.IGNORECASE)}
_NO_TOPICS = Topics((), ())


@dataclass(frozen=True, slots=True)
class Named:
    """Documents of one patient that a question may name, how likely (0..1), and what is asked, after which turns.

    `lead` was taken off the question; `whole` is all of it, where the name stood within.
    """

    documents: frozenset[str]
    probability: float
    lead: str
    question: str
    turns: tuple[Turn, ...] = ()
    whole: str = ""

    def understood(self, standalone: str) -> str:
        """Return how the question is understood, given how that is which was asked: with its name."""
        return self.whole if self.whole and standalone == self.question else f"{self.lead}{standalone}"


class Reports:
    """The documents of one index, by what questions call them. Safe to share between threads."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever, self._index = retriever, retriever.index
        self.patients, self._titles = Patients(self._index), Titles(self._index)

    def named(self, question: str, turns: Sequence[Turn] = ()) -> list[Named]:
        """Return the documents that `question` may name, the likeliest first: one where that is clear.

        None where none is likely enough, or there is but one. A follow-up that names none is about the document that
        the turn before named, unless it asks of a disease at large.
        """
        if len(self._index.documents) < 2:
            return []
        own, before = self.patients.naming(question), self._named_before(turns)
        earlier = self.answered_for(turns[-1], before) if before else frozenset[str]()
        if (own is None or not (own.lead or own.person)) and (titled := self._by_title(question, earlier)):
            return [Named(titled, 1.0, "", question, self._bare(turns, before) if before else tuple(turns))]
        if own is None:
            if not before or not 0 < len(earlier) < len(self._index.documents):
                return []
            if self.speaks_of_other(question, turns) or not self.is_carried(question, before, earlier):
                return []
            return [Named(earlier, 1.0, _lead(before), question, self._bare(turns, before))]
        if own.person:
            mine = self.patients.documents_of(own.person)
            if not 0 < len(mine) < len(self._index.documents):
                return []
            bare = self._bare(turns, before) if before and mine == earlier else ()
            return [Named(mine, 1.0, _lead(own), self.patients.bare(own), bare, "" if own.lead else question)]
        whole = "" if own.lead else question
        return [
            Named(frozenset({d}), p, own.lead, own.rest, bare, whole)
            for d, p in self.likely(own)
            for bare in [self._bare(turns, before) if before and d in earlier else ()]
        ]

    def unknown(self, question: str, turns: Sequence[Turn] = ()) -> Naming | None:
        """Return how `question` names a patient or a report that no document is about; None where one may be.

        A follow-up that goes on from the turn before is about the one that it named.
        """
        goes_on = points_at_patient(question) or (_GOES_ON.match(question) and len(question.split()) <= _GOING_ON)
        before = self._named_before(turns) if goes_on else None
        own = self.patients.naming(question) or (before and replace(before, rest=question))
        if own is None or not own.is_certain:
            return None
        if own.person:
            return None if self.patients.documents_of(own.person) or not self.patients.is_nobody(own.person) else own
        if len(self._index.documents) < 2:
            return None
        return own if self._best_share(own.name) < self._retriever.weights.named_least else None

    def is_carried(self, question: str, before: Naming, documents: frozenset[str]) -> bool:
        """Say whether a follow-up that names no report stays with the one named before: what asks of a patient does.

        Not where it calls somebody else, or names what these documents lack and another has.
        """
        if _OTHERS.search(question):
            return False
        if needs_context(question, _NO_TOPICS) or points_at_patient(question):
            return True
        if is_general(question) or any(is_person(w) and w not in before.name.lower() for w in words(question)):
            return False
        terms = [self._index.terms_of(d) for d in documents]
        named = [unit for _, unit in vocabulary().named(question)]
        lacking = [unit for unit in named if not any(t in own for t in unit for own in terms)]
        return not (lacking and self._index.lexical.holding(SENTENCES, lacking))

    def of_sex(self, question: str, turns: Sequence[Turn] = ()) -> list[Named]:
        """Return the documents whose patients may be of the sex of a question's pronouns, where that leaves some out.

        Of many documents only where whom the turn before named is of the other sex.
        """
        asked, count = pronoun_sex(question), len(self._index.documents)
        if not asked or not (count <= FEW_DOCUMENTS or self.speaks_of_other(question, turns)):
            return []
        documents, before = self.patients.may_be_of(asked), self._named_before(turns)
        bare = self._bare(turns, before) if before else tuple(turns)
        return [Named(documents, 1.0, "", question, bare)] if 0 < len(documents) < count else []

    def speaks_of_other(self, question: str, turns: Sequence[Turn]) -> bool:
        """Say whether a follow-up that names none speaks of somebody of another sex than whom the turn before named.

        Not where that called a relative of this sex: "Who is his daughter?".
        """
        before, asked = self._named_before(turns), pronoun_sex(question)
        if not (before and asked) or self.patients.naming(question):
            return False
        told = self.patients.sex_of(self.answered_for(turns[-1], before))
        return told not in ("", asked) and not _CALLED[asked].search(before.rest)

    def _by_title(self, question: str, earlier: frozenset[str]) -> frozenset[str]:
        """Return the documents that a question names by title or year, of few; of those before where some are."""
        named = self._titles.named(question) if len(self._index.documents) <= FEW_DOCUMENTS else frozenset[str]()
        return named & earlier or named

    def _bare(self, turns: Sequence[Turn], before: Naming) -> tuple[Turn, ...]:
        """Return `turns`, the last without what names its report."""
        return (*turns[:-1], replace(turns[-1], standalone_question=self.patients.bare(before)))

    def _best_share(self, name: str) -> float:
        """Return the share of a name's words, 0..1 by their rarity, that the document with most of them has.

        Words for people, and general ones, say nothing; of a name without any other the share is 1.
        """
        named = vocabulary().named(self._retriever.correct(name))
        units = [unit for n, unit in named if not all(w.isdigit() or is_person(w) or says_little(w) for w in words(n))]
        shares, whole, count = Counter[str](), 0.0, len(self._index.documents)
        for unit in units:
            held = self.patients.holding(unit)
            idf = _rarity(len(held), count)
            whole += idf
            shares.update(dict.fromkeys(held, idf))
        return max(shares.values(), default=0.0) / whole if whole else 1.0

    def _named_before(self, turns: Sequence[Turn]) -> Naming | None:
        return self.patients.naming(turns[-1].standalone_question) if turns else None

    def _may_be(self, name: str, document_id: str) -> bool:
        """Say whether a document may be about whom a name calls a man, or a woman."""
        called = [s for s, pattern in _CALLED.items() if pattern.search(name)]
        return len(called) != 1 or sex(self._index.documents[document_id].text) in ("", called[0])

    def answered_for(self, turn: Turn, asked: Naming) -> frozenset[str]:
        """Return the documents that a turn named: of a patient all, else what was quoted, else the likeliest."""
        if asked.person:
            return self.patients.documents_of(asked.person)
        likely = [document_id for document_id, _ in self.likely(asked)]
        quoted = (c.document_id for c in turn.answer.citations if c.document_id in likely)
        return frozenset(itertools.islice(itertools.chain(quoted, likely), 1))

    def _singled_out(self, name: str) -> str:
        """Return the one document that has all words of a name, two or more, none of them in many others; else nothing.

        Words for people need not be rare, and general ones say nothing.
        """
        most = max(1, len(self._index.documents) // _RARE)
        common: list[set[str]] = []
        for words_, unit in vocabulary().named(self._retriever.correct(name)):
            own = words(words_)
            held = set(self.patients.holding(unit))
            if all(says_little(w) for w in own) or (len(held) > most and all(map(is_person, own))):
                continue
            if not 0 < len(held) <= most:
                return ""
            common.append(held)
        named = set.intersection(*common) if len(common) > 1 else set[str]()
        return named.pop() if len(named) == 1 else ""

    def likely(self, asked: Naming) -> list[tuple[str, float]]:
        """Return the documents that may be named, with their probabilities: one where that is clear, else a few."""
        weights = self._retriever.weights
        by_name, by_rest, by_cosine = weights.named
        logits: dict[str, float] = defaultdict(float)
        shares = self._shares(asked.name)
        if asked.lead and (named := self._singled_out(asked.name)):
            shares = {named: shares[named]}  # what has but some of the words is not meant
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
            held = self.patients.holding(unit)
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


def _rarity(held: int, count: int) -> float:
    """Return the inverse document frequency of BM25 of what so many of all documents hold."""
    return math.log(1 + (count - held + 0.5) / (held + 0.5))


def _lead(named: Naming) -> str:
    """Return what leads in the report that a question names; nothing where no surname stands within it."""
    return named.lead or (f"{named.name}: " if named.person else "")
