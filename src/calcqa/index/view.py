"""Several indexes as one, in memory: to ask documents together that were built apart, or only some of them.

What comes out is what building those documents together would give. Nothing is encoded anew: vectors are taken from the
stores. The words are indexed anew, for BM25 weighs each by all rows.

Questions asked ahead lie in the metric their own index learned. Where those that are left are all the base's, and
enough to have learned from (`Weights.learned_from`), its metric and probe stay, less the probe's classes that are gone:
between the others a softmax keeps its odds. Otherwise all are moved back (they had unit length, so a metric can be
undone) and learned from again, as a build would: nothing where they are few; where many, it takes as long as in a
build, some twenty seconds for eight thousand. Beside a base that learned, only another document with a sidecar causes
that.

Does not: load files, or write any.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from calcqa.config import ChunkSettings
from calcqa.documents.chunking import Context, context, in_context
from calcqa.errors import IndexFormatError, InputError
from calcqa.faq.question_model import QuestionModel, number, train_question_model
from calcqa.index.index import Index, counts
from calcqa.models.encoder import Encoder
from calcqa.stores.base import Floats
from calcqa.stores.bm25 import Lexical
from calcqa.stores.exact import FlatStore
from calcqa.types import FAQEntry, Passage

_Taken = Sequence[tuple[Index, Sequence[int]]]
"""Numbers (of passages, sentences or questions) that are taken from each index, in order."""


def joined(indexes: Sequence[Index], encoder: Encoder, only: Collection[str] | None = None) -> Index:
    """Return one index of the documents of `indexes`, or of those whose ids are in `only`, in the order they stand in.

    The first index is the base: its weights and its manifest lead, and the questions that belong to no document are
    taken from it alone. A document that is in several counts once, as the first of them has it. `encoder` is what they
    were built with; here it only counts word pieces, so that the rows get back the words they were encoded with.

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
    return _joined([(x, {d for d in x.documents if d in wanted and holders[d] is x}) for x in indexes], encoder)


def _check(index: Index, encoder: Encoder) -> None:
    built, given = (index.manifest["encoder"]["sha256"], index.store.dimension), (encoder.sha256, encoder.dimension)
    if built != given:
        raise IndexFormatError(
            f"The index of {', '.join(d.source for d in index.documents.values())} was built with the encoder "
            f"{built[0][:12]}… of dimension {built[1]}, not with {given[0][:12]}… of dimension {given[1]}; "
            "build it again with that one: calcqa build."
        )


def _joined(parts: Sequence[tuple[Index, set[str]]], encoder: Encoder) -> Index:
    """Return the index of the documents that are kept of each; the base comes first."""
    base = parts[0][0]
    passages = [(x, [i for i, p in enumerate(x.passages) if p.document_id in kept]) for x, kept in parts]
    sentences = [(x, [i for i, s in enumerate(x.sentences) if s.passage.document_id in kept]) for x, kept in parts]
    questions = [(x, [i for i, a in enumerate(x.faq) if a.document_id in kept]) for x, kept in parts]
    questions.append((base, [i for i, a in enumerate(base.faq) if not a.document_id]))
    asked = tuple(x.faq[i] for x, numbers in questions for i in numbers)
    learned, moved = _learned(base, questions, asked)
    vectors = [_vectors(passages, lambda x: 0), _vectors(sentences, lambda x: x.sentence_row)]
    manifest: dict[str, Any] = {
        **base.manifest,
        "sources": [s for x, kept in parts for s in x.manifest.get("sources", ()) if s["document"] in kept],
        "files": {},
    }
    index = Index(
        {d: x.documents[d] for x, kept in parts for d in x.documents if d in kept},
        tuple(x.passages[i] for x, numbers in passages for i in numbers),
        asked,
        FlatStore.build(np.concatenate([*vectors, moved])),
        Lexical.build(
            [*_texts(passages, sentences, encoder), *(a.question for a in asked)],
            sum(len(n) for _, n in passages),
            base.weights,
        ),
        learned,
        manifest,
    )
    manifest["counts"] = counts(index)
    return index


def _vectors(taken: _Taken, first: Callable[[Index], int]) -> Floats:
    """Return the stored vectors of what is taken, given the row at which its kind begins in an index."""
    return np.concatenate([x.store.vectors([first(x) + i for i in numbers]) for x, numbers in taken])


def _learned(base: Index, questions: _Taken, asked: Sequence[FAQEntry]) -> tuple[QuestionModel, Floats]:
    """Return what the questions that are left teach, and their vectors in that metric."""
    stored = [x.store.vectors([x.faq_row + i for i in numbers]) for x, numbers in questions]
    if len(asked) >= base.weights.learned_from and all(x is base for x, numbers in questions if numbers):
        classes = [base.classes[a] for a in number(a.answer for a in asked)]
        metric, probe = base.question_model.metric, base.question_model.probe
        return QuestionModel(metric, probe[:, classes] if probe.size else probe), np.concatenate(stored)
    encoded = np.concatenate([_undone(x.question_model, v) for (x, _), v in zip(questions, stored, strict=True)])
    learned = train_question_model(encoded, [a.answer for a in asked], base.weights)
    return learned, learned.move(encoded)


def _undone(learned: QuestionModel, moved: Floats) -> Floats:
    """Return the unit vectors that `learned.move` made `moved` of."""
    if not learned.metric.size:
        return moved
    vectors = moved @ np.linalg.inv(learned.metric.astype(np.float64))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def _texts(passages: _Taken, sentences: _Taken, encoder: Encoder) -> list[str]:
    """Return passages and sentences in their context, as they were encoded."""

    @functools.cache
    def lead(title: str, headings: tuple[str, ...], settings: ChunkSettings) -> Context:
        return context(title, headings, encoder.count, settings)

    def text_of(index: Index, passage: Passage, text: str) -> str:
        title = index.documents[passage.document_id].title
        return in_context(*lead(title, passage.headings, ChunkSettings(**index.manifest["chunking"])), text)

    texts = [text_of(x, x.passages[i], x.passages[i].text) for x, numbers in passages for i in numbers]
    found = ((x, i, x.sentences[i].passage) for x, numbers in sentences for i in numbers)
    return texts + [text_of(x, passage, x.sentence_text(i)) for x, i, passage in found]
