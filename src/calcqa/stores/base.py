"""The protocol of a vector store: rows of unit vectors, searched by inner product within a range of rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


class VectorStore(Protocol):
    """Holds vectors of one dimension under row numbers 0..len-1."""

    def __len__(self) -> int:
        """Return the number of rows."""
        ...

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        ...

    def search(self, queries: Floats, k: int, first: int, last: int) -> tuple[Floats, Rows]:
        """Return the k best rows of [first, last) for each query: scores and rows of shape (queries, k'), k' <= k.

        Scores are inner products, best first.
        """
        ...

    def vectors(self, rows: Sequence[int]) -> Floats:
        """Return the stored vectors of `rows`, shape (len(rows), dimension)."""
        ...

    def save(self, path: Path) -> None:
        """Write the store to one file."""
        ...
