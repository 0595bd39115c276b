"""An exact store over FAISS (IndexFlatIP): every row is compared; no training, no approximation.

FAISS keeps the rows, in memory and on disk. They are compared by a product of matrix and vector over its own memory:
for the few questions asked at a time `IndexFlat.search` takes three times as long, and waits for its threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from calcqa.stores.base import Floats, Rows, top


class FlatStore:
    """Inner products over unit vectors, that is cosines, exhaustively (Johnson et al. 2019, FAISS)."""

    def __init__(self, index: Any) -> None:
        import faiss

        self._index = index  # holds the memory that is looked at here
        self._rows: Floats = np.zeros((0, index.d), dtype=np.float32)
        if index.ntotal:
            self._rows = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(index.ntotal, index.d)

    @classmethod
    def build(cls, vectors: Floats) -> FlatStore:
        """Store `vectors`, shape (rows, dimension)."""
        import faiss

        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._index.d)

    def search(self, queries: Floats, k: int, first: int, last: int) -> tuple[Floats, Rows]:
        """Return the k best rows of [first, last) for each query, best first; fewer where the range is smaller."""
        found = self.scores(queries, first, last)
        best = np.stack([top(f, k) for f in found]) if len(found) else np.zeros((0, 0), dtype=np.int64)
        return np.take_along_axis(found, best, axis=1), best + first

    def scores(self, queries: Floats, first: int, last: int) -> Floats:
        """Return the inner product of each query with every row of [first, last), shape (queries, last - first)."""
        block = self._rows[first:last]
        found = np.empty((len(queries), len(block)), dtype=np.float32)
        for at, query in enumerate(np.ascontiguousarray(queries, dtype=np.float32)):
            found[at] = block @ query  # one at a time: for a few, a product of matrices is slower
        return found

    def vectors(self, rows: Sequence[int]) -> Floats:
        """Return the stored vectors of `rows`, shape (len(rows), dimension)."""
        return self._rows[np.asarray(rows, dtype=np.int64)]

    def save(self, path: Path) -> None:
        """Write the store to one file."""
        import faiss

        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> FlatStore:
        """Read what `save` wrote; RuntimeError where the file is not a FAISS index."""
        import faiss

        return cls(faiss.read_index(str(path)))
