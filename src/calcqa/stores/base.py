"""The protocol of a vector store: rows of unit vectors, searched by inner product within a range of rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


def top(values: Floats, k: int) -> Rows:
    """Return the numbers of the k highest of `values`, shape (n,), highest first; of equal ones the lower first."""
    if not 0 < k < len(values):
        return np.argsort(-values, kind="stable")[: max(0, k)]
    least = np.partition(values, -k)[-k]  # sorting thousands for the best fifty would take longer than comparing them
    found = np.flatnonzero(values >= least)
    return found[np.argsort(-values[found], kind="stable")][:k]


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

    def scores(self, queries: Floats, first: int, last: int) -> Floats:
        """Return the inner product of each query with every row of [first, last), shape (queries, last - first)."""
        ...

    def vectors(self, rows: Sequence[int]) -> Floats:
        """Return the stored vectors of `rows`, shape (len(rows), dimension)."""
        ...

    def save(self, path: Path) -> None:
        """Write the store to one file."""
        ...
