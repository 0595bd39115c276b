"""Several indexes, or some documents of one, asked as one: a view. Nothing of them is copied, and nothing built anew.

A view answers as an index built of the same documents would. Stores are searched as one (`stores/joined.py`), with
cosines and word weights as if they were; records are looked up by id in the index that holds their document.

Which FAQ entries it has, and what they are compared in, stands in `index/view_questions.py`.

Does not: load files, or write any.
"""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Generic, Self, TypeVar

from calcqa.errors import IndexFormatError, InputError
from calcqa.faq.question_model import QuestionModel, number
from calcqa.index.index import AnswerClass, Either, Index, repeated_words
from calcqa.index.view_questions import Kept, kept_of, questions
from calcqa.language.tokens import stems, words
from calcqa.models.encoder import Encoder
from calcqa.parameters import Weights
from calcqa.query.abbreviations import agreed, defined_abbreviations
from calcqa.query.spelling import Speller
from calcqa.stores.base import PASSAGES, PHRASES, QUESTIONS, SENTENCES, LexicalStore, document_of
from calcqa.stores.joined import JoinedVectors, JoinedWords, Part
from calcqa.types import Document, FAQEntry, Passage

T = TypeVar("T")


def view(indexes: Sequence[Index], encoder: Encoder, only: Collection[str] | None = None) -> Index:
    """Return one index of the documents of `indexes`, or of those whose ids are in `only`, in the order they stand in.

    The first index is the base: its weights and its manifest lead. Small talk is taken from the first that has any, and
    where none has, it is the package's. A document that is in several counts once, as the first of them has it.
    `encoder` is what they were built with.

    Raises:
        InputError: no document is left, or `only` names one that is in none of the indexes.
        IndexFormatError: an index was built with another encoder.
    """
    for index in indexes:
        _check(index, encoder)
    holders = {d: index for index in reversed(indexes) for d in index.documents}
    wanted = set(holders if only is None else only)
    if unknown := wanted - set(holders):
        raise InputError(f"There is no document {min(unknown)!r} in these indexes; choose one of theirs.")
    if not wanted:
        raise InputError("There is no document to ask; choose at least one.")
    parts = [kept_of(x, x.documents, {d for d in x.documents if d in wanted and holders[d] is x}) for x in indexes]
    texts = [part for part in parts if part.documents]
    return View(indexes[0], texts, *questions(indexes, texts, encoder))


def _check(index: Index, encoder: Encoder) -> None:
    built, given = (index.manifest["encoder"]["sha256"], index.store.dimension), (encoder.sha256, encoder.dimension)
    if built != given:
        raise IndexFormatError(
            f"The index of {', '.join(d.source for d in index.documents.values())} was built with the encoder "
            f"{built[0][:12]}… of dimension {built[1]}, not with {given[0][:12]}… of dimension {given[1]}; "
            "build it again with that one: calcqa build."
        )


class View(Index):
    """Several indexes, or some documents of one, as one index."""

    def __init__(
        self, base: Index, texts: Sequence[Kept], questions: Sequence[Kept], learned: QuestionModel | None
    ) -> None:
        """Have the texts and the FAQ entries of these documents; `learned` is None where one index's model stays."""
        self._texts, self._questions, self.weights = texts, questions, base.weights
        self._text_of = {d: t.index for t in texts for d in t.documents}
        self._faq_of = {d: q.index for q in questions for d in q.documents}
        self.documents = {d: x.documents[d] for d, x in self._text_of.items()}
        self.passage_by_id = _ByDocument(
            self._text_of, lambda x: x.passage_by_id, lambda x, d: (p.id for p in x.passages_of(d))
        )
        self.sentences = _ByDocument(
            self._text_of,
            lambda x: x.sentences,
            lambda x, d: (i for p in x.passages_of(d) for i in x.sentences_of(p.id)),
        )
        self.entries = _ByDocument(self._faq_of, lambda x: x.entries, lambda x, d: x.questions_of(d))
        fields = {PASSAGES: texts, SENTENCES: texts, PHRASES: texts, QUESTIONS: questions}
        self.store = JoinedVectors(
            base.store.dimension,
            {f: [Part(k.index.store, k.documents, k.whole) for k in kept] for f, kept in fields.items()},
        )
        self.lexical = JoinedWords(
            {f: [Part(k.index.lexical, k.documents, k.whole) for k in kept] for f, kept in fields.items()}
        )
        self.question_model = learned or self._of_one(questions[0].index.question_model)
        self.manifest = {
            **base.manifest,
            "sources": [s for t in texts for s in t.index.manifest["sources"] if s["document"] in t.documents],
            "files": {},
        }
        self.manifest["counts"] = self._counts()

    @property
    def own_words(self) -> LexicalStore:
        """A view has none of its own: it cannot be written, only an index built of its documents."""
        raise ValueError("a view of other indexes is not written; build one of their documents")

    def weighed(self, weights: Weights) -> Self:
        """Return the same view with other weights; nothing is copied, and nothing learned again."""
        index = self._with(weights)
        index.lexical = self.lexical.weighed(weights)
        return index

    def _of_one(self, learned: QuestionModel) -> QuestionModel:
        """Return what one index learned, its probe without the classes that are not here."""
        index = self._questions[0].index
        if not learned.probe.size or self.classes is index.classes:
            return learned
        return QuestionModel(learned.metric, learned.probe[:, [index.classes[a] for a in self.classes]])

    def _counts(self) -> dict[str, int]:
        """Return how much of each kind a view holds; what an index is in it whole is not counted again."""
        counted = Counter({"documents": len(self.documents)})
        for kept in self._texts:
            passages = () if kept.whole else [p for d in kept.documents for p in kept.index.passages_of(d)]
            counted.update(passages=len(passages), sentences=sum(len(p.sentences) for p in passages))
            counted.update({n: kept.index.manifest["counts"][n] for n in ("passages", "sentences") if kept.whole})
        for kept in self._questions:
            answered = [] if kept.whole else [bool(e.evidence) for e in kept.entries()]
            counted.update(questions=sum(answered), gaps=len(answered) - sum(answered))
            counted.update({n: kept.index.manifest["counts"][n] for n in ("questions", "gaps") if kept.whole})
        return {n: counted[n] for n in ("documents", "passages", "sentences", "questions", "gaps")}

    # --- records ------------------------------------------------------------------------------------------------------

    @functools.cached_property
    def passages(self) -> tuple[Passage, ...]:  # type: ignore[override]
        """The passages of all documents, in the order of these."""
        return tuple(p for d, x in self._text_of.items() for p in x.passages_of(d))

    @functools.cached_property
    def faq(self) -> tuple[FAQEntry, ...]:  # type: ignore[override]
        """The FAQ entries of all documents, in the order of these."""
        return tuple(self.entries.values())

    def passages_of(self, document_id: str) -> Sequence[Passage]:
        """Return the passages of a document, in reading order."""
        return self._text_of[document_id].passages_of(document_id) if document_id in self._text_of else ()

    def questions_of(self, document_id: str) -> Sequence[str]:
        """Return the ids of the FAQ entries of a document, in order; of "", those of small talk."""
        return self._faq_of[document_id].questions_of(document_id) if document_id in self._faq_of else ()

    @property
    def question_documents(self) -> Collection[str]:
        """The documents that have FAQ entries, "" for small talk."""
        return self._faq_of.keys()

    def targets(self, question_id: str) -> tuple[str, ...]:
        """Return the ids of the sentences that answer an FAQ entry; none where it is unanswerable."""
        holder = self._text_of.get(document_of(question_id))
        return holder.targets(question_id) if holder else ()

    @functools.cached_property
    def classes(self) -> dict[AnswerClass, int]:
        """The number of each class of FAQ entries: those with one answer, or one kind of what is not answered."""
        first, *others = self._questions
        if not others and first.whole:
            return first.index.classes
        return number(e.answer for e in self.entries.values())

    @functools.cached_property
    def with_sidecar(self) -> frozenset[str]:
        """The ids of the documents that have FAQ entries."""
        return frozenset(d for d in self._faq_of if d)

    # --- words --------------------------------------------------------------------------------------------------------

    def _rest(self) -> Iterator[tuple[Index, Document]]:
        """Yield the documents of indexes that are here in part, with the index that holds each."""
        return ((k.index, k.index.documents[d]) for k in self._texts if not k.whole for d in k.documents)

    def _rest_of_faq(self) -> Iterator[FAQEntry]:
        """Yield the FAQ entries of indexes whose entries are here in part."""
        return (e for k in self._questions if not k.whole for e in k.entries())

    @functools.cached_property
    def document_words(self) -> Collection[str]:
        """All words of the documents, their titles included."""
        rest = frozenset(w for _, d in self._rest() for w in words(f"{d.title} {d.text}"))
        return Either([*(k.index.document_words for k in self._texts if k.whole), rest])

    def terms_of(self, document_id: str) -> frozenset[str]:
        """Return the stems of the content words of one document, its title included, and the concepts it speaks of."""
        return self._text_of[document_id].terms_of(document_id)

    @functools.cached_property
    def document_terms(self) -> Collection[str]:
        """The stems of all content words of the documents, their titles included, and the concepts they speak of."""
        rest = (x.terms_of(d.id).union(stems("\n".join(s.title for s in d.sections))) for x, d in self._rest())
        return Either([*(k.index.document_terms for k in self._texts if k.whole), frozenset().union(*rest)])

    @functools.cached_property
    def question_stems(self) -> Collection[str]:
        """The stems of the questions that have an answer."""
        rest = frozenset(s for e in self._rest_of_faq() if e.evidence for s in stems(e.question))
        return Either([*(k.index.question_stems for k in self._questions if k.whole), rest])

    @functools.cached_property
    def speller(self) -> Speller:
        """What corrects misspelt words towards the words of the documents and the FAQ."""
        whole = {id(k.index): k.index.speller for k in (*self._texts, *self._questions) if k.whole}
        rest = repeated_words(self._rest_of_faq())
        rest |= {w for _, d in self._rest() for w in words(f"{d.title} {d.text}")}
        return Speller(rest, rest, self.weights, list(whole.values()))

    @functools.cached_property
    def abbreviations(self) -> dict[str, str]:
        """The abbreviations that the documents define themselves, as they write them; "" where they disagree."""
        own = [k.index.abbreviations for k in self._texts if k.whole]
        own.append(defined_abbreviations((d.text for _, d in self._rest()), self.weights))
        return agreed(itertools.chain.from_iterable(abbreviations.items() for abbreviations in own), self.weights)


class _ByDocument(Mapping[str, T], Generic[T]):
    """What several indexes hold by id, looked up in the one that holds the id's document."""

    def __init__(
        self,
        holders: Mapping[str, Index],
        held: Callable[[Index], Mapping[str, T]],
        ids: Callable[[Index, str], Iterable[str]],
    ) -> None:
        """Look up in `held` of each document's holder; `ids` gives those of a document."""
        self._holders, self._held, self._ids = holders, held, ids

    def __getitem__(self, id_: str) -> T:
        return self._held(self._holders[document_of(id_)])[id_]

    def __iter__(self) -> Iterator[str]:
        return itertools.chain.from_iterable(self._ids(x, d) for d, x in self._holders.items())

    def __len__(self) -> int:
        return sum(1 for _ in self)
