"""Stores of vectors by name, and the kind of store that words lie in."""

from __future__ import annotations

from collections.abc import Callable

from calcqa.errors import InputError
from calcqa.stores.base import LexicalKind, VectorStore
from calcqa.stores.bm25 import BM25Store
from calcqa.stores.exact import ExactStore
from calcqa.stores.faiss import FaissStore

STORES: dict[str, Callable[[int], VectorStore]] = {"exact": ExactStore, "faiss": FaissStore}
"""Each store's name, and what makes an empty one for vectors of a length."""

DEFAULT = "exact"

WORDS: LexicalKind = BM25Store
"""The kind of store that the words of every index lie in; its files belong to the format of an index."""


def vector_store(name: str, dimension: int) -> VectorStore:
    """Return an empty store of that name; InputError where there is none."""
    if name not in STORES:
        raise InputError(f"There is no store {name!r}; the stores are {', '.join(STORES)}.")
    return STORES[name](dimension)
