"""Which documents are those of a patient, by surname and sex.

Does: tell whom a question names by surname, and the documents about that patient. Does not: know what else may name a
report (`retrieval/reports.py`).
"""

from __future__ import annotations

import functools
import itertools
from collections import Counter, defaultdict
from collections.abc import Collection

from calcqa.index.index import Index
from calcqa.language.clinical import Unit
from calcqa.language.english_naming import THE_PATIENT
from calcqa.language.people import Person, calls, patients, sex, staff
from calcqa.language.tokens import cased_words, stem, stems
from calcqa.query.naming import Mention, Naming, asked_of, by_pronoun, may_be_surname, mentions, naming
from calcqa.stores.base import SENTENCES, document_of

_NAMED = 20  # documents that are looked at for whether documents name their patients
_SURNAME, _SURNAMES = 3, 8  # letters of the shortest, and words of a question that may be one
_PEOPLE = 4_096  # whose documents are kept: every document is asked for those of its patients
_KEPT = 64  # questions whose names are kept


class Patients:
    """The patients of one index. Safe to share between threads."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.documents_of = functools.lru_cache(_PEOPLE)(self._documents_of)
        self._surnames = functools.lru_cache(_KEPT)(self._surnames_in)  # a question is looked at more than once

    @property
    def are_several(self) -> bool:
        """Whether there are several documents, which may be of several patients."""
        return len(self._index.documents) > 1

    def naming(self, question: str) -> Naming | None:
        """Return what may name a report in `question`; None where nothing does."""
        return naming(question, self._surnames(question))

    def mentions(self, question: str) -> list[Mention]:
        """Return whom `question` names by a title and a surname, or by that of a patient, in order."""
        return mentions(question, self._surnames(question))

    def bare(self, named: Naming) -> str:
        """Return a question without what names its report; a surname within it is made a pronoun, as documents have it.

        The name would count as a word that the sentences about its bearer lack.
        """
        mentioned = [m for m in self.mentions(named.rest) if self.documents_of(m.person)]
        if not mentioned or not named.person:
            return named.rest
        text = asked_of(named.rest, mentioned, THE_PATIENT, named.person)
        return by_pronoun(text, named.person.sex or self.sex_of(self.documents_of(named.person)))

    def _documents_of(self, person: Person) -> frozenset[str]:
        """Return the documents that name a person as their patient; none where any names them as staff."""
        texts = {d: self._index.documents[d].text for d in self.holding((stem(person.surname),))}
        if any(person.may_be(one) for text in texts.values() for one in staff(text)):
            return frozenset()
        return frozenset(d for d, text in texts.items() if any(map(person.may_be, patients(text))))

    def is_nobody(self, person: Person) -> bool:
        """Say whether documents name their patients, and nobody like this: "Mr Hale" may be a surgeon."""
        documents = self._index.documents
        if any(calls(documents[d].text, person) for d in self.holding((stem(person.surname),))):
            return False
        return any(patients(d.text) for d in itertools.islice(documents.values(), _NAMED))

    def sex_of(self, documents: Collection[str]) -> str:
        """Return the one sex that documents tell of, by pronouns and by the titles of patients; else nothing."""
        texts = [self._index.documents[d].text for d in documents]
        named = {one for text in texts for one in patients(text) if self.documents_of(one)}
        told = {sex(text) for text in texts} | {one.sex for one in named}
        told.discard("")
        return told.pop() if len(told) == 1 else ""

    def may_be_of(self, sex_asked: str) -> frozenset[str]:
        """Return the documents whose patients may be of this sex; what one document tells counts for all of theirs."""
        return frozenset(d for d in self._index.documents if self._sexes[d] in ("", sex_asked))

    def holding(self, unit: Unit) -> Counter[str]:
        """Return in how many sentences each document has a word, or a concept for it; its title counts as one."""
        held = Counter(document_of(i) for i in self._index.lexical.holding(SENTENCES, [unit]))
        held.update(d for term in unit for d in self._titled.get(term, ()))
        return held

    def _surnames_in(self, question: str) -> frozenset[str]:
        may_be = [w for w in cased_words(question) if len(w) >= _SURNAME and may_be_surname(w)][:_SURNAMES]
        return frozenset(w.lower() for w in may_be if self.documents_of(Person(w.lower())))

    @functools.cached_property
    def _sexes(self) -> dict[str, str]:
        """What sex the patient of each document is of; empty where that is not told."""
        documents = self._index.documents
        same = {d: frozenset({d}).union(*map(self.documents_of, patients(t.text))) for d, t in documents.items()}
        told = {own: self.sex_of(own) for own in set(same.values())}
        return {d: told[own] for d, own in same.items()}

    @functools.cached_property
    def _titled(self) -> dict[str, list[str]]:
        """The documents whose titles have each stem, where these are titles."""
        titled: dict[str, list[str]] = defaultdict(list)
        for document in self._index.documents.values():
            for term in set(stems(document.title)) if document.is_titled else ():
                titled[term].append(document.id)
        return titled
