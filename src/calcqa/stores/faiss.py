"""A store over FAISS (Johnson et al. 2019): one flat index of inner products a field, searched by FAISS itself.

Where only some documents are searched, FAISS is handed a selector of their places. It promises no order among equal
scores, so a search goes on until all that equal the last one are in, and sorts them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from calcqa.stores.base import Floats, IdTable, Match, Places


class FaissStore:
    """Cosines by `IndexFlatIP`; implements `VectorStore`."""

    def __init__(self, dimension: int) -> None:
        """Begin empty, for vectors of length `dimension`."""
        self._dimension = dimension
        self._fields: dict[str, tuple[IdTable, Any]] = {}

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
        table, index = self._field(field)
        grown = IdTable([*table.ids, *ids])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        self._fields[field] = grown, index

    def remove(self, document: str) -> None:
        """Remove what belongs to a document from every field."""
        for field, (table, index) in self._fields.items():
            gone = table.of([document])
            if len(gone):
                index.remove_ids(gone)
                left = np.delete(np.arange(len(table.ids)), gone)
                self._fields[field] = IdTable([table.ids[i] for i in left]), index

    def search(
        self, field: str, queries: Floats, k: int, *, documents: Collection[str] | None = None
    ) -> list[list[Match]]:
        """Return for each query the k ids with the highest cosines, best first; of equal ones the first added first."""
        table, index = self._field(field)
        places = None if documents is None else table.of(documents)
        held = len(table.ids) if places is None else len(places)
        if k < 1 or not held:
            return [[] for _ in queries]
        return [self._search(index, table, query[None, :], k, places, held) for query in queries]

    def _search(
        self, index: Any, table: IdTable, query: Floats, k: int, places: Places | None, held: int
    ) -> list[Match]:
        import faiss

        chosen = None if places is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(places))  # type: ignore[call-arg]
        query, most = np.ascontiguousarray(query, dtype=np.float32), min(k + 1, held)
        while True:
            scores, where = (values[0] for values in index.search(query, most, params=chosen))
            if most == held or scores[-1] < scores[k - 1]:
                break
            most = min(2 * most, held)
        order = np.lexsort((where, -scores))[:k]
        return [Match(table.ids[p], s) for p, s in zip(where[order].tolist(), scores[order].tolist(), strict=True)]

    def score(self, field: str, queries: Floats, ids: Sequence[str]) -> Floats:
        """Return the cosine of each query with each of `ids`, shape (queries, ids)."""
        return np.asarray(queries @ self.vectors(field, ids).T, dtype=np.float32)

    def vectors(self, field: str, ids: Sequence[str]) -> Floats:
        """Return the vectors of `ids`, shape (ids, dimension)."""
        table, index = self._field(field)
        return np.asarray(index.reconstruct_batch(table.places(ids)), dtype=np.float32).reshape(-1, self._dimension)

    def _field(self, field: str) -> tuple[IdTable, Any]:
        import faiss

        return self._fields.get(field) or (IdTable(), faiss.IndexFlatIP(self._dimension))
