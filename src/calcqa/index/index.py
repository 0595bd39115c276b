"""The opened index: documents, passages, sentences and FAQ entries, with their vectors and their words."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from calcqa.config import EncoderSettings
from calcqa.faq.question_model import QuestionModel, number
from calcqa.index.manifest import encoder_settings
from calcqa.language.tokens import stems, words
from calcqa.parameters import Weights
from calcqa.query.abbreviations import defined_abbreviations
from calcqa.stores.base import VectorStore
from calcqa.stores.bm25 import Lexical
from calcqa.types import Document, FAQEntry, Passage, Span


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: what an answer may quote."""

    passage: Passage
    span: Span


class Index:
    """An opened index. Read only; safe to share between threads.

    Rows run over passages, then sentences, then questions; `sentence_row` and `faq_row` are where those begin.
    `passage_number[i]` is the passage of sentence i, `first_sentence[p]` the first sentence of passage p.
    The rows of questions are in the metric `learned`; those of passages and sentences are as encoded.
    """

    def __init__(
        self,
        documents: Mapping[str, Document],
        passages: tuple[Passage, ...],
        asked: tuple[FAQEntry, ...],
        store: VectorStore,
        lexical: Lexical,
        learned: QuestionModel,
        manifest: Mapping[str, Any],
    ) -> None:
        self.documents, self.passages, self.faq = documents, passages, asked
        self.store, self.lexical, self.question_model, self.manifest = store, lexical, learned, manifest
        self.sentences = tuple(Sentence(p, s) for p in passages for s in p.sentences)
        self.passage_number = tuple(n for n, p in enumerate(passages) for _ in p.sentences)
        self._bounds = np.cumsum([0, *(len(p.sentences) for p in passages)])
        self.first_sentence = self._bounds[:-1]
        self.sentence_row = len(passages)
        self.faq_row = len(passages) + len(self.sentences)
        self.rows = self.faq_row + len(asked)
        self.weights = Weights.from_dict(manifest["weights"])
        self._stems: dict[str, frozenset[str]] = {}
        self._by_span = {(s.passage.document_id, s.span): i for i, s in enumerate(self.sentences)}

    @property
    def encoder_settings(self) -> EncoderSettings:
        """The encoder this index was built with, by name and sha256; where it lies only its user knows."""
        return encoder_settings(self.manifest)

    def sentences_of(self, passage: int) -> range:
        """Return the numbers of the sentences of passage number `passage`."""
        return range(self._bounds[passage], self._bounds[passage + 1])

    def sentence_text(self, number: int) -> str:
        """Return the text of sentence `number`."""
        sentence = self.sentences[number]
        return self.documents[sentence.passage.document_id].text[sentence.span.start : sentence.span.end]

    def covering(self, document_id: str, evidence: tuple[Span, ...]) -> tuple[int, ...]:
        """Return the numbers of the sentences that `evidence` touches, in reading order."""
        exact = [self._by_span.get((document_id, span), -1) for span in evidence]
        if -1 not in exact:
            return tuple(exact)
        return tuple(
            i
            for i, s in enumerate(self.sentences)
            if s.passage.document_id == document_id
            and any(e.start < s.span.end and s.span.start < e.end for e in evidence)
        )

    @functools.cached_property
    def passage_by_id(self) -> dict[str, Passage]:
        """The passages by their ids."""
        return {p.id: p for p in self.passages}

    @functools.cached_property
    def targets(self) -> tuple[tuple[int, ...], ...]:
        """For each question asked ahead, the sentences that answer it; empty for a gap."""
        return tuple(self.covering(a.document_id, a.evidence) if a.evidence else () for a in self.faq)

    @functools.cached_property
    def classes(self) -> dict[tuple[str, tuple[Span, ...] | str], int]:
        """The number of each class of questions asked ahead: those with one answer, or one kind of gap."""
        return number(a.answer for a in self.faq)

    @functools.cached_property
    def sides(self) -> dict[str, tuple[list[int], list[int]]]:
        """For each document with questions asked ahead, the classes it answers, and those it (or nobody) does not."""
        found: dict[str, tuple[list[int], list[int]]] = {d: ([], []) for d in self.with_sidecar}
        for (document_id, evidence), i in self.classes.items():
            for d in [document_id] if document_id else found:
                found[d][0 if isinstance(evidence, tuple) else 1].append(i)
        return found

    @functools.cached_property
    def with_sidecar(self) -> frozenset[str]:
        """The ids of the documents that have questions asked ahead."""
        return frozenset(a.document_id for a in self.faq if a.document_id)

    @functools.cached_property
    def document_words(self) -> frozenset[str]:
        """All words of the documents, their titles included."""
        return frozenset(w for d in self.documents.values() for w in words(f"{d.title} {d.text}"))

    def stems_of(self, document_id: str) -> frozenset[str]:
        """Return the stems of the content words of one document, its title included."""
        if document_id not in self._stems:
            document = self.documents[document_id]
            self._stems[document_id] = frozenset(stems(f"{document.title} {document.text}"))
        return self._stems[document_id]

    @functools.cached_property
    def document_stems(self) -> frozenset[str]:
        """The stems of all content words of the documents, their titles included."""
        headings = {h for d in self.documents.values() for h in (d.title, *(s.title for s in d.sections))}
        return self.lexical.passage_stems | frozenset(stems("\n".join(headings)))  # some stand over no passage

    @functools.cached_property
    def answering_stems(self) -> frozenset[str]:
        """`document_stems`, and the stems of the questions that have an answer: the language answers are asked in."""
        return self.document_stems | {s for a in self.faq if a.evidence for s in stems(a.question)}

    @functools.cached_property
    def vocabulary(self) -> tuple[frozenset[str], frozenset[str]]:
        """Words to leave alone, and words a misspelling may be mended to.

        Words of a question count only when a second question has them: a sidecar holds misspellings on purpose.
        """
        once: set[str] = set()
        twice: set[str] = set()
        for asked in self.faq:
            for word in set(words(asked.question)):
                (twice if word in once else once).add(word)
        trusted = self.document_words | twice
        return frozenset(trusted), frozenset(trusted)

    @functools.cached_property
    def abbreviations(self) -> dict[str, str]:
        """The abbreviations that the documents define themselves, as they write them; "" where they disagree."""
        return defined_abbreviations((d.text for d in self.documents.values()), self.weights)


def counts(index: Index) -> dict[str, int]:
    """Return how much of each kind an index holds, as its manifest records it."""
    gaps = sum(1 for a in index.faq if not a.evidence)
    return {
        "documents": len(index.documents),
        "passages": len(index.passages),
        "sentences": len(index.sentences),
        "questions": len(index.faq) - gaps,
        "gaps": gaps,
    }
