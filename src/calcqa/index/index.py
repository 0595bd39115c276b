"""The opened index: documents, passages, sentences and FAQ entries by their ids, with their vectors and their words."""

from __future__ import annotations

import copy
import functools
import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from calcqa.config import EncoderSettings
from calcqa.faq.question_model import QuestionModel, number
from calcqa.index.concepts import concepts_of
from calcqa.index.manifest import encoder_settings
from calcqa.language.clinical import MARK
from calcqa.language.tokens import stems, words
from calcqa.parameters import Weights
from calcqa.query.abbreviations import defined_abbreviations
from calcqa.query.spelling import Speller
from calcqa.stores.base import PASSAGES, PHRASES, QUESTIONS, SENTENCES, LexicalSearch, LexicalStore, VectorSearch
from calcqa.types import Document, FAQEntry, Passage, Span

AnswerClass = tuple[str, tuple[Span, ...] | str]
"""What answers an FAQ entry (`FAQEntry.answer`)."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: what an answer may quote."""

    passage: Passage
    span: Span

    @property
    def text(self) -> str:
        """The text of the sentence."""
        return self.passage.text[self.span.start - self.passage.start : self.span.end - self.passage.start]


class Index:
    """An opened index. Read only; safe to share between threads.

    Ids are `document:start-end` for passages and sentences, and `document:q7` for the FAQ entry at place 7 among those
    of its document; small talk belongs to the document "". The vectors of questions are in the metric of
    `question_model`; those of passages and sentences are as encoded.
    """

    store: VectorSearch
    lexical: LexicalSearch
    _words: LexicalStore  # the same, where it is this index's own

    def __init__(
        self,
        documents: Mapping[str, Document],
        passages: Sequence[Passage],
        faq: Sequence[FAQEntry],
        store: VectorSearch,
        lexical: LexicalStore,
        question_model: QuestionModel,
        manifest: Mapping[str, Any],
    ) -> None:
        """Hold what an index is made of; ValueError where two sentences or two passages have one id."""
        self.documents, self.manifest, self.question_model = documents, manifest, question_model
        self.store, self.lexical, self._words = store, lexical, lexical
        self.passages, self.faq = tuple(passages), tuple(faq)
        self.passage_by_id: Mapping[str, Passage] = {p.id: p for p in self.passages}
        self.sentences: Mapping[str, Sentence] = {
            id_: Sentence(p, s) for p in self.passages for id_, s in zip(sentence_ids(p), p.sentences, strict=True)
        }
        self.entries: Mapping[str, FAQEntry] = dict(zip(question_ids(self.faq), self.faq, strict=True))
        if (len(self.passage_by_id), len(self.sentences)) != (
            len(self.passages),
            sum(len(p.sentences) for p in self.passages),
        ):
            raise ValueError("a passage or a sentence is there twice")
        self.weights = Weights.from_dict(manifest["weights"])
        self._terms: dict[str, frozenset[str]] = {}

    @property
    def encoder_settings(self) -> EncoderSettings:
        """The encoder this index was built with, by name and sha256; where it lies only its user knows."""
        return encoder_settings(self.manifest)

    @property
    def own_words(self) -> LexicalStore:
        """The store of its words, fit to be written; ValueError for a view, whose words are other indexes'."""
        return self._words

    def weighed(self, weights: Weights) -> Self:
        """Return the same index with other weights; nothing is copied, and nothing learned again."""
        index = self._with(weights)
        index.lexical = index._words = self._words.weighed(weights)
        return index

    def _with(self, weights: Weights) -> Self:
        index = copy.copy(self)
        for made_with_others in ("speller", "abbreviations"):
            index.__dict__.pop(made_with_others, None)
        index.weights, index.manifest = weights, {**self.manifest, "weights": weights.to_dict()}
        return index

    # --- what belongs together ----------------------------------------------------------------------------------------

    def sentences_of(self, passage_id: str) -> tuple[str, ...]:
        """Return the ids of the sentences of a passage, in reading order."""
        return sentence_ids(self.passage_by_id[passage_id])

    def sentence_text(self, sentence_id: str) -> str:
        """Return the text of a sentence."""
        return self.sentences[sentence_id].text

    def passages_of(self, document_id: str) -> Sequence[Passage]:
        """Return the passages of a document, in reading order."""
        return self._passages_of.get(document_id, ())

    def questions_of(self, document_id: str) -> Sequence[str]:
        """Return the ids of the FAQ entries of a document, in order; of "", those of small talk."""
        return self._questions_of.get(document_id, ())

    @property
    def question_documents(self) -> Collection[str]:
        """The documents that have FAQ entries, "" for small talk."""
        return self._questions_of.keys()

    def covering(self, document_id: str, evidence: Sequence[Span]) -> tuple[str, ...]:
        """Return the ids of the sentences that `evidence` touches, in reading order."""
        exact = tuple(span_id(document_id, span) for span in evidence)
        if all(id_ in self.sentences for id_ in exact):
            return exact
        return tuple(
            span_id(document_id, s)
            for p in self.passages_of(document_id)
            for s in p.sentences
            if any(e.start < s.end and s.start < e.end for e in evidence)
        )

    def targets(self, question_id: str) -> tuple[str, ...]:
        """Return the ids of the sentences that answer an FAQ entry; none where it is unanswerable."""
        if question_id not in self._targets:
            entry = self.entries[question_id]
            self._targets[question_id] = self.covering(entry.document_id, entry.evidence) if entry.evidence else ()
        return self._targets[question_id]

    @functools.cached_property
    def _targets(self) -> dict[str, tuple[str, ...]]:
        return {}

    @functools.cached_property
    def _passages_of(self) -> Mapping[str, Sequence[Passage]]:
        return _by_document(self.passages, (p.document_id for p in self.passages))

    @functools.cached_property
    def _questions_of(self) -> Mapping[str, Sequence[str]]:
        return _by_document(self.entries, (a.document_id for a in self.faq))

    # --- what the FAQ teaches -----------------------------------------------------------------------------------------

    @functools.cached_property
    def classes(self) -> dict[AnswerClass, int]:
        """The number of each class of FAQ entries: those with one answer, or one kind of what is not answered."""
        return number(a.answer for a in self.faq)

    @functools.cached_property
    def sides(self) -> dict[str, tuple[list[int], list[int]]]:
        """For each document with FAQ entries, the classes it answers, and those it (or nobody) does not."""
        sides: dict[str, tuple[list[int], list[int]]] = {d: ([], []) for d in self.with_sidecar}
        for (document_id, evidence), i in self.classes.items():
            for d in [document_id] if document_id else sides:
                sides[d][0 if isinstance(evidence, tuple) else 1].append(i)
        return sides

    @functools.cached_property
    def with_sidecar(self) -> frozenset[str]:
        """The ids of the documents that have FAQ entries."""
        return frozenset(a.document_id for a in self.faq if a.document_id)

    # --- words --------------------------------------------------------------------------------------------------------

    @functools.cached_property
    def document_words(self) -> Collection[str]:
        """All words of the documents, their titles included."""
        return frozenset(w for d in self.documents.values() for w in words(f"{d.title} {d.text}"))

    def terms_of(self, document_id: str) -> frozenset[str]:
        """Return the stems of the content words of one document, its title included, and the concepts it speaks of."""
        if document_id not in self._terms:
            document = self.documents[document_id]
            own_sentences = (i for p in self.passages_of(document_id) for i in self.sentences_of(p.id))
            spoken_of = concepts_of(document, [self.sentence_text(i) for i in own_sentences])
            own = stems(f"{document.title} {document.text}")
            self._terms[document_id] = frozenset(own).union(*spoken_of)
        return self._terms[document_id]

    @functools.cached_property
    def document_terms(self) -> Collection[str]:
        """The stems of all content words of the documents, their titles included, and the concepts they speak of."""
        headings = {h for d in self.documents.values() for h in (d.title, *(s.title for s in d.sections))}
        own = (term for term in self._words.terms(PHRASES) if " " not in term)
        spoken_of = (term for term in self._words.terms(SENTENCES) if term.startswith(MARK))
        return frozenset(own).union(spoken_of, stems("\n".join(headings)))  # some stand over no passage

    @functools.cached_property
    def question_stems(self) -> Collection[str]:
        """The stems of the questions that have an answer."""
        return frozenset(s for a in self.faq if a.evidence for s in stems(a.question))

    @functools.cached_property
    def speller(self) -> Speller:
        """What corrects misspelt words towards the words of the documents and the FAQ.

        Words of a question count only when a second question has them: a sidecar holds misspellings on purpose.
        """
        trusted = repeated_words(self.faq).union(self.document_words)
        return Speller(trusted, trusted, self.weights)

    @functools.cached_property
    def abbreviations(self) -> dict[str, str]:
        """The abbreviations that the documents define themselves, as they write them; "" where they disagree."""
        return defined_abbreviations((d.text for d in self.documents.values()), self.weights)


class Either(Collection[str]):
    """Several sets of words as one, none of them copied. What is in two of them comes twice, and counts twice."""

    def __init__(self, sets: Sequence[Collection[str]]) -> None:
        """Hold what is in any of `sets`."""
        self._sets = [held for held in sets if held]

    def __contains__(self, word: object) -> bool:
        return any(word in held for held in self._sets)

    def __iter__(self) -> Iterator[str]:
        return itertools.chain.from_iterable(self._sets)

    def __len__(self) -> int:
        return sum(map(len, self._sets))


def repeated_words(faq: Iterable[FAQEntry]) -> set[str]:
    """Return the words that two questions or more have."""
    once: set[str] = set()
    twice: set[str] = set()
    for entry in faq:
        for word in set(words(entry.question)):
            (twice if word in once else once).add(word)
    return twice


def span_id(document_id: str, span: Span) -> str:
    """Return the id of a sentence or a passage of a document."""
    return f"{document_id}:{span.start}-{span.end}"


def sentence_ids(passage: Passage) -> tuple[str, ...]:
    """Return the ids of the sentences of a passage, in reading order."""
    return tuple(span_id(passage.document_id, s) for s in passage.sentences)


def question_ids(faq: Iterable[FAQEntry]) -> list[str]:
    """Return the ids of FAQ entries: the document's, and the place among its entries."""
    numbers: dict[str, int] = defaultdict(int)
    ids = []
    for entry in faq:
        ids.append(f"{entry.document_id}:q{numbers[entry.document_id]}")
        numbers[entry.document_id] += 1
    return ids


def field_ids(passages: Sequence[Passage], faq: Sequence[FAQEntry]) -> dict[str, list[str]]:
    """Return the ids of passages, sentences and questions by field, in the order of the documents."""
    return {
        PASSAGES: [p.id for p in passages],
        SENTENCES: [i for p in passages for i in sentence_ids(p)],
        QUESTIONS: question_ids(faq),
    }


def counts(index: Index, *, small_talk: bool = True) -> dict[str, int]:
    """Return how much of each kind an index holds, as its manifest records it; or only what documents bring."""
    gaps = sum(1 for a in index.faq if not a.evidence and (small_talk or a.document_id))
    return {
        "documents": len(index.documents),
        "passages": len(index.passages),
        "sentences": len(index.sentences),
        "questions": sum(1 for a in index.faq if a.evidence),
        "gaps": gaps,
    }


def _by_document(values: Iterable[Any], documents: Iterable[str]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = defaultdict(list)
    for value, document in zip(values, documents, strict=True):
        grouped[document].append(value)
    return dict(grouped)
