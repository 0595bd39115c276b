"""Stores of vectors by name."""

from __future__ import annotations

from collections.abc import Callable

from calcqa.errors import InputError
from calcqa.stores.base import VectorStore
from calcqa.stores.exact import ExactStore
from calcqa.stores.faiss import FaissStore

STORES: dict[str, Callable[[int], VectorStore]] = {"exact": ExactStore, "faiss": FaissStore}
"""Each store's name, and what makes an empty one for vectors of a length."""

DEFAULT = "exact"


def vector_store(name: str, dimension: int) -> VectorStore:
    """Return an empty store of that name; InputError where there is none."""
    if name not in STORES:
        raise InputError(f"There is no store {name!r}; the stores are {', '.join(STORES)}.")
    return STORES[name](dimension)
