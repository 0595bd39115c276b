"""Which FAQ entries a view has, and the question model it compares them with.

FAQ entries lie in the metric that their own index learned. Where those of a view are all the base's, and enough to have
learned from (`Weights.learned_from`), the base's metric and probe stay, less the probe's classes that are gone: between
the others a softmax keeps its odds. Where they are too few to learn from, those that lie in a metric are encoded again,
small talk once for an encoder. Where they come from several indexes and are many, all are encoded and learned from
again, as a build would, which takes as long.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from calcqa.faq.entries import not_questions
from calcqa.faq.question_model import QuestionModel, train_question_model
from calcqa.index.concepts import concepts_asked
from calcqa.index.index import Index, counts, question_ids
from calcqa.models.encoder import Encoder
from calcqa.stores.base import QUESTIONS
from calcqa.stores.exact import ExactStore
from calcqa.stores.registry import WORDS
from calcqa.types import FAQEntry

_BATCH = 64
_talk: WeakKeyDictionary[Encoder, Index] = WeakKeyDictionary()  # small talk as encoded, shared by all views


@dataclass(frozen=True, slots=True)
class Kept:
    """An index and those of its documents whose texts, or whose FAQ entries, a view has; `whole` where it has all."""

    index: Index
    documents: Collection[str]
    whole: bool

    def entries(self) -> list[FAQEntry]:
        """Return the FAQ entries of these documents."""
        return [self.index.entries[q] for d in self.documents for q in self.index.questions_of(d)]


def kept_of(index: Index, held: Collection[str], wanted: Collection[str]) -> Kept:
    """Return which of the documents `held` in an index are wanted; `held` itself, uncopied, where all are."""
    here = {d: None for d in held if d in wanted}
    return Kept(index, held if len(here) == len(held) else here.keys(), len(here) == len(held))


def questions(
    indexes: Sequence[Index], texts: Sequence[Kept], encoder: Encoder
) -> tuple[list[Kept], QuestionModel | None]:
    """Return whose FAQ entries a view has, and what they teach; None where that is what their one index learned."""
    talking = next((x for x in indexes if x.questions_of("")), None)
    talking = talking or _small_talk(not_questions(), encoder, indexes[0])
    own = [kept_of(t.index, t.index.question_documents, t.documents) for t in texts]
    parts = [*(p for p in own if p.documents), Kept(talking, [""], False)]
    enough = sum(len(p.entries()) for p in parts) >= indexes[0].weights.learned_from
    if all(p.index is talking for p in parts) and (enough or not talking.question_model.metric.size):
        return [kept_of(talking, talking.question_documents, {d for p in parts for d in p.documents})], None
    if enough:
        learned = _encoded([e for p in parts for e in p.entries()], encoder, indexes[0])
        return [kept_of(learned, learned.question_documents, learned.question_documents)], learned.question_model
    return [_plain(part, encoder, indexes[0]) for part in parts], QuestionModel.nothing()


def _plain(part: Kept, encoder: Encoder, base: Index) -> Kept:
    """Return the same FAQ entries with vectors as encoded, where they lie in a metric."""
    if not part.index.question_model.metric.size:
        return part
    encoded = _encoded if any(part.documents) else _small_talk
    index = encoded(part.entries(), encoder, base)
    return kept_of(index, index.question_documents, index.question_documents)


def _small_talk(entries: Sequence[FAQEntry], encoder: Encoder, base: Index) -> Index:
    """Return the FAQ entries of no document as an index of their own, as encoded; the same one for every view."""
    held = _talk.get(encoder)
    if held is None or list(held.faq) != list(entries):
        held = _talk[encoder] = _encoded(entries, encoder, base)
    return held


def _encoded(entries: Sequence[FAQEntry], encoder: Encoder, base: Index) -> Index:
    """Return FAQ entries as an index of their own, encoded and learned from."""
    texts = [e.question for e in entries]
    vectors = np.concatenate([encoder.encode(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)])
    learned = train_question_model(vectors, [e.answer for e in entries], base.weights)
    store, ids = ExactStore(encoder.dimension), question_ids(entries)
    store.add(QUESTIONS, ids, learned.move(vectors))
    manifest: dict[str, Any] = {**base.manifest, "sources": [], "files": {}}
    lexical = WORDS.build({QUESTIONS: (ids, texts)}, base.weights, {QUESTIONS: concepts_asked(entries)})
    index = Index({}, (), entries, store, lexical, learned, manifest)
    manifest["counts"] = counts(index)
    return index
