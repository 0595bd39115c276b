"""An exact store in memory: every vector of a field is compared; no training, no approximation.

For the few questions asked at a time a product of matrix and vector is as fast as memory is read.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from calcqa.stores.base import Floats, IdTable, Match, top


class ExactStore:
    """Cosines by exhaustive search over float32 vectors; implements `VectorStore`."""

    def __init__(self, dimension: int) -> None:
        """Begin empty, for vectors of length `dimension`."""
        self._dimension = dimension
        self._fields: dict[str, tuple[IdTable, Floats]] = {}

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._dimension

    def count(self, field: str, documents: Collection[str] | None = None) -> int:
        """Return how many ids a field holds, in all documents or in these."""
        table = self._field(field)[0]
        return len(table.ids if documents is None else table.of(documents))

    def add(self, field: str, ids: Sequence[str], vectors: Floats) -> None:
        """Add `vectors`, shape (ids, dimension), to a field; ValueError where an id is there already."""
        if vectors.shape != (len(ids), self._dimension):
            raise ValueError(f"{len(ids)} vectors of length {self._dimension} have no shape {vectors.shape}")
        table, held = self._field(field)
        grown = np.concatenate([held, vectors]) if len(held) else np.ascontiguousarray(vectors, dtype=np.float32)
        self._fields[field] = IdTable([*table.ids, *ids]), grown

    def remove(self, document: str) -> None:
        """Remove what belongs to a document from every field."""
        for field, (table, vectors) in self._fields.items():
            gone = table.of([document])
            if len(gone):
                kept = np.delete(np.arange(len(vectors)), gone)
                self._fields[field] = IdTable([table.ids[i] for i in kept]), vectors[kept]

    def search(
        self, field: str, queries: Floats, k: int, *, documents: Collection[str] | None = None
    ) -> list[list[Match]]:
        """Return for each query the k ids with the highest cosines, best first; of equal ones the first added first."""
        table, vectors = self._field(field)
        places = np.arange(len(vectors)) if documents is None else table.of(documents)
        scores = _products(queries, vectors if len(places) == len(vectors) else vectors[places])
        results = []
        for row in scores:
            best = top(row, k)
            results.append(
                [Match(table.ids[p], s) for p, s in zip(places[best].tolist(), row[best].tolist(), strict=True)]
            )
        return results

    def score(self, field: str, queries: Floats, ids: Sequence[str]) -> Floats:
        """Return the cosine of each query with each of `ids`, shape (queries, ids)."""
        return _products(queries, self.vectors(field, ids))

    def vectors(self, field: str, ids: Sequence[str]) -> Floats:
        """Return the vectors of `ids`, shape (ids, dimension)."""
        table, vectors = self._field(field)
        return vectors[table.places(ids)]

    def _field(self, field: str) -> tuple[IdTable, Floats]:
        return self._fields.get(field) or (IdTable(), np.zeros((0, self._dimension), dtype=np.float32))


def _products(queries: Floats, vectors: Floats) -> Floats:
    """Return the inner product of each query with each vector, shape (queries, vectors)."""
    products = np.empty((len(queries), len(vectors)), dtype=np.float32)
    for at, query in enumerate(np.ascontiguousarray(queries, dtype=np.float32)):
        products[at] = vectors @ query  # one at a time: for a few, a product of matrices is slower
    return products
