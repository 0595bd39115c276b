"""An exact store over FAISS (IndexFlatIP): every row is compared; no training, no approximation.

FAISS keeps the rows, in memory and on disk. They are compared by a product of matrix and vector over its own memory:
for the few questions asked at a time `IndexFlat.search` takes three times as long, and waits for its threads.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from calcqa.stores.base import Floats, Rows, top

_HEADER = struct.Struct("<4siqqqBiQ")  # as FAISS writes an IndexFlatIP: kind, dimension, rows, …, numbers that follow
_UNIT = 1.001  # the longest a vector of unit length may be by its rounding


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
        """Write the store to one file, which FAISS reads as its own; OSError where it cannot be written."""
        with path.open("wb") as handle:  # FAISS itself would not say that the disk is full
            handle.write(_header(len(self), self.dimension))
            handle.write(np.ascontiguousarray(self._rows, dtype="<f4").data)

    @classmethod
    def load(cls, path: Path) -> FlatStore:
        """Read what `save` wrote; ValueError where the file holds anything else, or rows that are no unit vectors.

        FAISS reads indexes of many kinds, and some name files of their own: it is handed none but this kind.
        """
        import faiss

        with path.open("rb") as handle:
            header = handle.read(_HEADER.size)
        if len(header) != _HEADER.size:
            raise ValueError(f"{path.name} is cut short")
        _, dimension, rows, *_ = _HEADER.unpack(header)
        if dimension < 1 or rows < 0 or header != _header(rows, dimension):
            raise ValueError(f"{path.name} is no exact index of inner products")
        if path.stat().st_size != _HEADER.size + 4 * rows * dimension:
            raise ValueError(f"{path.name} is longer or shorter than it says")
        store = cls(faiss.read_index(str(path)))
        lengths = np.einsum("ij,ij->i", store._rows, store._rows)
        if not (lengths <= _UNIT).all():  # nor are those with what is no number
            raise ValueError(f"{path.name} holds rows that are no unit vectors")
        return store


def _header(rows: int, dimension: int) -> bytes:
    return _HEADER.pack(b"IxFI", dimension, rows, 1 << 20, 1 << 20, 1, 0, rows * dimension)
