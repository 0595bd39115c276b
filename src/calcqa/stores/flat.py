"""An exact store over FAISS (IndexFlatIP): every row is compared; no training, no approximation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from calcqa.stores.base import Floats, Rows


class FlatStore:
    """Inner products over unit vectors, that is cosines, exhaustively (Johnson et al. 2019, FAISS)."""

    def __init__(self, index: Any) -> None:
        self._index = index

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
        import faiss

        last = min(last, len(self))  # FAISS would fill up with rows numbered -1
        k = min(k, last - first)
        if k <= 0:
            empty = np.zeros((len(queries), 0))
            return empty.astype(np.float32), empty.astype(np.int64)
        within = faiss.IDSelectorRange(first, last)
        parameters = faiss.SearchParameters()
        parameters.sel = within
        scores, rows = self._index.search(np.ascontiguousarray(queries), k, params=parameters)
        return scores, rows

    def vectors(self, rows: Sequence[int]) -> Floats:
        """Return the stored vectors of `rows`, shape (len(rows), dimension)."""
        keys = np.asarray(rows, dtype=np.int64)
        return np.asarray(self._index.reconstruct_batch(keys), dtype=np.float32)

    def save(self, path: Path) -> None:
        """Write the store to one file."""
        import faiss

        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> FlatStore:
        """Read what `save` wrote; RuntimeError where the file is not a FAISS index."""
        import faiss

        return cls(faiss.read_index(str(path)))
