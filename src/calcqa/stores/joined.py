"""Several stores, or some documents of one, searched as one. Nothing is copied and nothing is built.

Scores are those that one store of all these documents would give: cosines need nothing more, and what words are weighed
by is summed over the parts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from calcqa.language.clinical import Unit
from calcqa.parameters import Weights
from calcqa.stores.base import Floats, LexicalSearch, Match, Statistics, VectorSearch, document_of
from calcqa.stores.bm25 import weighed_with

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Part(Generic[S]):
    """A store and the documents that are searched in it; `whole` says that these are all it has."""

    store: S
    documents: Collection[str]
    whole: bool

    def restricted(self, documents: Collection[str] | None) -> Collection[str] | None:
        """Return what this part's store is told to search where `documents` are asked for; None for all it has."""
        if documents is None:
            return None if self.whole else self.documents
        return [d for d in documents if d in self.documents]


class JoinedVectors:
    """The parts of each field as one; implements `VectorSearch`."""

    def __init__(self, dimension: int, fields: Mapping[str, Sequence[Part[VectorSearch]]]) -> None:
        """Join parts that hold vectors of length `dimension`; no document is in two parts of a field."""
        self._dimension, self._fields = dimension, fields

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._dimension

    def count(self, field: str, documents: Collection[str] | None = None) -> int:
        """Return how many ids a field holds, in all documents or in these."""
        return sum(part.store.count(field, part.restricted(documents)) for part in self._fields[field])

    def search(
        self, field: str, queries: Floats, k: int, *, documents: Collection[str] | None = None
    ) -> list[list[Match]]:
        """Return for each query the k ids with the highest cosines, best first; of equal ones an earlier part's."""
        per_part = [
            part.store.search(field, queries, k, documents=part.restricted(documents)) for part in self._fields[field]
        ]
        return [_best((results[i] for results in per_part), k) for i in range(len(queries))]

    def score(self, field: str, queries: Floats, ids: Sequence[str]) -> Floats:
        """Return the cosine of each query with each of `ids`, shape (queries, ids)."""
        scores = np.zeros((len(queries), len(ids)), dtype=np.float32)
        for store, at, own in _routed(self._fields[field], ids):
            scores[:, at] = store.score(field, queries, own)
        return scores

    def vectors(self, field: str, ids: Sequence[str]) -> Floats:
        """Return the vectors of `ids`, shape (ids, dimension)."""
        vectors = np.zeros((len(ids), self._dimension), dtype=np.float32)
        for store, at, own in _routed(self._fields[field], ids):
            vectors[at] = store.vectors(field, own)
        return vectors


class JoinedWords:
    """The parts of each field as one; implements `LexicalSearch`."""

    def __init__(self, fields: Mapping[str, Sequence[Part[LexicalSearch]]]) -> None:
        """Join parts by field; no document is in two parts of a field."""
        self._fields = fields

    def search(
        self,
        field: str,
        question: str,
        k: int,
        *,
        documents: Collection[str] | None = None,
        among: Statistics | None = None,
    ) -> list[Match]:
        """Return the k ids that share most of the question's words, best first; none that shares nothing."""
        among = among or self._among(field, question, documents)
        parts = self._fields[field]
        return _best(
            (p.store.search(field, question, k, documents=p.restricted(documents), among=among) for p in parts), k
        )

    def score(self, field: str, question: str, ids: Sequence[str], *, among: Statistics | None = None) -> Floats:
        """Return the share, 0..1, of the question's words in each of `ids`, shape (ids,)."""
        among = among or self._among(field, question, None)
        shares = np.zeros(len(ids), dtype=np.float32)
        for store, at, own in _routed(self._fields[field], ids):
            shares[at] = store.score(field, question, own, among=among)
        return shares

    def statistics(self, field: str, question: str, documents: Collection[str] | None = None) -> Statistics:
        """Return what one field holds of the question's terms, in all documents or in these."""
        parts = self._fields[field]
        first, *others = (part.store.statistics(field, question, part.restricted(documents)) for part in parts)
        return sum(others, first)

    def holding(self, field: str, units: Sequence[Unit], documents: Collection[str] | None = None) -> list[str]:
        """Return the ids of the texts that hold all of these units, in all documents or in these."""
        return [i for p in self._fields[field] for i in p.store.holding(field, units, p.restricted(documents))]

    def weighed(self, weights: Weights) -> JoinedWords:
        """Return the same texts, scored with other weights; nothing is copied."""
        return JoinedWords(
            {
                field: [Part(part.store.weighed(weights), part.documents, part.whole) for part in parts]
                for field, parts in self._fields.items()
            }
        )

    def _among(self, field: str, question: str, documents: Collection[str] | None) -> Statistics:
        first, *others = (self.statistics(f, question, documents) for f in weighed_with(field))
        return sum(others, first)


def _best(results: Iterable[list[Match]], k: int) -> list[Match]:
    """Return the k best of several results, in order; of equal ones an earlier result's."""
    return sorted((match for matches in results for match in matches), key=lambda m: -m.score)[: max(0, k)]


def _routed(parts: Sequence[Part[S]], ids: Sequence[str]) -> Iterator[tuple[S, list[int], list[str]]]:
    """Yield each store with those of `ids` that it holds, and where among `ids` they stand; KeyError for any other."""
    left = dict(enumerate(ids))
    for part in parts:
        own = {at: id_ for at, id_ in left.items() if document_of(id_) in part.documents}
        if own:
            yield part.store, list(own), list(own.values())
            left = {at: id_ for at, id_ in left.items() if at not in own}
    if left:
        raise KeyError(next(iter(left.values())))
