"""Answers about several patients: the quotes of each, patient by patient, so that none is taken for another's."""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from calcqa.answering.claims import Claim, claim
from calcqa.answering.compose import joined
from calcqa.answering.patient import who_is
from calcqa.answering.refusing import abstain, refusal
from calcqa.index.concepts import terms_in
from calcqa.index.index import Index
from calcqa.language.clinical import Unit, vocabulary
from calcqa.language.english_people import THEM
from calcqa.language.people import may_be_one_patient, patients, pronoun_sex, sex
from calcqa.parameters import Weights
from calcqa.query.broad import Broad, broad
from calcqa.query.decomposition import parts
from calcqa.query.naming import asks_at_large, asks_which, with_names
from calcqa.retrieval.patients import Patients
from calcqa.retrieval.reports import FEW_DOCUMENTS
from calcqa.retrieval.results import Retrieved
from calcqa.stores.base import SENTENCES, document_of
from calcqa.types import Abstention, Answer, Citation, Document, Reason, SomeAsked, Turn

_THEM = re.compile(THEM, re.IGNORECASE)
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
        some_asked=next(filter(None, (one.some_asked for one in refusals)), None),
    )
    text = refusal(abstention, documents)
    return replace(
        likeliest, question=question, standalone_question=retrieved.question, text=text, abstention=abstention
    )


def naming_all(answer: Answer, asked: str) -> Answer:
    """Return an answer to `asked` of one of the patients whom that names, with all of them named in its words."""
    unanswered = tuple(dict.fromkeys(with_names(part, asked) for part in answer.unanswered))
    return replace(answer, standalone_question=with_names(answer.standalone_question, asked), unanswered=unanswered)


def of_several_patients(documents: Sequence[Document]) -> list[tuple[Document, ...]]:
    """Return documents by patient, as far as that is told; none where nothing tells that they are of several.

    Names put documents together, and ages, sexes and names tell them apart. What names nobody stands with no name.
    """
    groups: list[tuple[Document, ...]] = []
    for document in documents:
        named = bool(patients(document.text))
        for place, group in enumerate(groups):
            if all(may_be_one_patient(document.text, one.text) and named == bool(patients(one.text)) for one in group):
                groups[place] = (*group, document)
                break
        else:
            groups.append((document,))
    return groups if any(_told_apart(a, b) for a, b in itertools.combinations(groups, 2)) else []


def _told_apart(one: Sequence[Document], other: Sequence[Document]) -> bool:
    return not all(may_be_one_patient(a.text, b.text) for a, b in itertools.product(one, other))


def best_alone(weights: Weights, share: float) -> Weights:
    """Return weights by which only the best sentence is quoted, from a share of the threshold on."""
    plain, read = weights.plain_threshold * share, weights.read_threshold * share
    return replace(weights, further=0, plain_threshold=plain, read_threshold=read)


class ByPatient:
    """Questions asked of each patient of an index, or of each of its documents. Safe to share between threads."""

    def __init__(
        self,
        index: Index,
        weights: Weights,
        ask: Callable[[frozenset[str], float, str], Answer],
        named: Patients,
    ) -> None:
        """Answer over `index`; `ask` answers a question from some documents, from a share of the threshold on."""
        self._index, self._weights, self._ask, self._named = index, weights, ask, named

    @functools.cached_property
    def groups(self) -> list[tuple[Document, ...]]:
        """The documents by patient, where they are few and of several."""
        documents = list(self._index.documents.values())
        return of_several_patients(documents) if len(documents) <= FEW_DOCUMENTS else []

    def each(self, whole: Answer, retrieved: Retrieved) -> Answer:
        """Return the answers of all patients who have one, to a question that names none; `whole` where only one has.

        `whole` is its answer as any question is answered. From less than the threshold on it is enough to hold the
        words by which a quote of `whole` answers. What asks of a disease at large, for a summary, or for what is
        missing, is not asked of patients. Of many documents those with the best candidates are asked, where the
        question speaks of "she" or "he", and nobody of the other sex is quoted if one of them answers.
        """
        question, quoted = retrieved.question, {citation.document_id for citation in whole.citations}
        if not quoted or asks_at_large(question) or any(asked.kind in _WHOLE for asked in broad(question)):
            return whole
        groups, least = self.groups, 2
        if len(self._index.documents) > FEW_DOCUMENTS:
            likeliest = self._likeliest(retrieved)
            groups = of_several_patients(likeliest)
            if likeliest and not any(self._is_of(d, pronoun_sex(question)) for d in quoted):
                groups, least = groups or [(likeliest[0],)], 1
        if not groups:
            return whole
        units = [unit for _, unit in vocabulary().named(retrieved.corrected)]
        held = [own for citation in whole.citations if (own := self._held(citation, units))]
        answers: list[tuple[tuple[Document, ...], Answer]] = []
        for group in groups:
            answer = self._ask(frozenset(d.id for d in group), _LIKELY if held else 1.0, question)
            answer = _only(answer, lambda c: not held or any(own <= self._held(c, units) for own in held))
            answers += [(group, answer)] if answer.citations else []
        answers.sort(key=lambda pair: (all(d.id not in quoted for d in pair[0]), -pair[1].confidence))
        chosen: list[tuple[tuple[Document, ...], Answer]] = []
        for group, answer in answers:
            if len(chosen) < _MOST and all(_told_apart(group, other) for other, _ in chosen):
                chosen.append((group, answer))
        if len(chosen) < least:
            return whole
        answer = joined(whole.question, retrieved, [answer for _, answer in chosen])
        unanswered = tuple(q for q in answer.unanswered if all(q in one.unanswered for _, one in chosen))
        return replace(answer, unanswered=unanswered)

    def _likeliest(self, retrieved: Retrieved) -> list[Document]:
        """Return the documents of the best candidates that may be of whom "she" or "he" is; none without that."""
        asked, best = pronoun_sex(retrieved.question), dict.fromkeys(c.document_id for c in retrieved.candidates)
        fitting = (self._index.documents[d] for d in best if asked and self._is_of(d, asked))
        return list(itertools.islice(fitting, _MOST))

    def _is_of(self, document_id: str, sex_asked: str) -> bool:
        text = self._index.documents[document_id].text
        told = {sex(text), *(one.sex for one in patients(text))} - {""}
        return not told or sex_asked in told

    def all_who(
        self, question: str, asked: str, retrieve: Callable[[Sequence[str]], Sequence[Retrieved]]
    ) -> Answer | None:
        """Return the quotes of all documents of whom holds what `asked` is: "Which patients were given iron?".

        `question` is that as typed. A refusal where documents have its words and none says so; None where it asks no
        such thing, none has all its words, or nothing tells that the documents are of several patients. Of more
        than `FEW_DOCUMENTS` with its words those with most are asked, and it is told that the others are not.
        """
        if told := who_is(asked, retrieve, self.groups, self._index):
            return replace(told, question=question)
        which = asks_which(asked)
        units = [unit for _, unit in vocabulary().named(which.what)] if which else []
        if not (which and units) or len(self._index.documents) < 2 or (which.counts and not self.groups):
            return None
        held = Counter(document_of(i) for i in self._index.lexical.holding(SENTENCES, units))
        documents = [self._index.documents[d] for d, _ in held.most_common(FEW_DOCUMENTS)]
        some_asked = SomeAsked(len(documents), len(held)) if len(held) > len(documents) else None
        if not documents or not (which.of_reports or self.groups or of_several_patients(documents)):
            return None

        def says_so(citation: Citation) -> bool:
            told = Claim.HOLDS if which.of_reports else claim(asked, citation, units)
            wanted = Claim.DENIED if which.denies else Claim.HOLDS
            return told is wanted and len(self._held(citation, units)) == len(set(units))

        answers = [_only(self._ask(frozenset({d.id}), _LIKELY, which.what), says_so) for d in documents]
        retrieved, answers = retrieve([asked])[0], [answer for answer in answers if answer.citations]
        if not answers:
            return abstain(question, retrieved, self._index, self._weights, [], 0.0, some_asked)
        return replace(joined(question, retrieved, answers), some_asked=some_asked)

    def in_parts(
        self,
        question: str,
        asked: str,
        turns: Sequence[Turn],
        retrieve: Callable[[Sequence[str]], Sequence[Retrieved]],
        ask: Callable[[str, Sequence[Turn]], Answer],
    ) -> Answer | None:
        """Return the answer to a question of which one part asks of all patients, and others may name one.

        "Which patients have gout, and what was Mr Hale given?". Parts that speak of "them" and name nobody are asked of
        those whom the part before brought up, others by `ask`, after the turns before. None where no part asks such.
        """
        cut = parts(asked, self._weights)
        of_all = [self.all_who(part, part, retrieve) for part in cut] if len(cut) > 1 else []
        if not any(of_all):
            return None
        answers: list[Answer] = []
        for part, answer in zip(cut, of_all, strict=True):
            before = list(dict.fromkeys(c.document_id for c in answers[-1].citations)) if answers else []
            if answer is None and before and _THEM.search(part) and not self._named.naming(part):
                each = [self._ask(frozenset({d}), 1.0, part) for d in before]
                answer = patient_by_patient(part, retrieve([part])[0], each, list(self._index.documents.values()))
            answer = answer or ask(part, turns)
            turns = (*turns, Turn(part, answer.standalone_question, answer))
            answers.append(answer)
        return patient_by_patient(question, retrieve([asked])[0], answers, list(self._index.documents.values()))

    def _held(self, citation: Citation, units: Sequence[Unit]) -> set[Unit]:
        """Return those of `units` that a quote, or what it stands below, has by its words or a concept for it."""
        terms = terms_in(self._index.documents[citation.document_id], citation.around)
        return {unit for unit in units if any(term in terms for term in unit)}


def _only(answer: Answer, chosen: Callable[[Citation], bool]) -> Answer:
    """Return an answer with those of its quotes that are chosen."""
    citations = tuple(filter(chosen, answer.citations))
    return answer if citations == answer.citations else replace(answer, citations=citations, disagreements=())
