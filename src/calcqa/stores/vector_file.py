"""Vectors on disk: one byte a number, whatever store searches them.

A unit vector is its direction. It is written as whole numbers -127..127, its largest at an end of these, and read back
at unit length, so no scale is kept beside it. The cosine of two vectors moves by about 0.0005. Passages come
first, then sentences, then questions, each in the order of the ids that whoever writes and reads names; nobody else
knows it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from calcqa.stores.arrays import read_array
from calcqa.stores.base import PASSAGES, QUESTIONS, SENTENCES, Floats, VectorSearch, VectorStore

_LARGEST = 127
_FIELDS = (PASSAGES, SENTENCES, QUESTIONS)

Ids = Mapping[str, Sequence[str]]
"""The ids of passages, sentences and questions, by field."""


def write_vectors(path: Path, store: VectorSearch, ids: Ids) -> None:
    """Write the vectors that a store has of `ids` to one file; OSError where it cannot be written."""
    vectors = np.concatenate([store.vectors(field, ids[field]) for field in _FIELDS])
    most = np.abs(vectors).max(axis=1, keepdims=True, initial=1e-12)
    array = io.BytesIO()  # given a file, NumPy would not say that the disk is full
    np.save(array, np.rint(vectors * (_LARGEST / most)).astype(np.int8).ravel(), allow_pickle=False)
    path.write_bytes(array.getbuffer())


def read_vectors(path: Path, ids: Ids, store: VectorStore) -> None:
    """Add the vectors of a file, which are those of `ids`, to a store.

    Raises:
        ValueError: the file holds anything else, or not the vectors of so many ids.

    """
    vectors = _vectors(path, store.dimension)
    if len(vectors) != (expected := sum(len(ids[field]) for field in _FIELDS)):
        raise ValueError(f"{path.name} holds {len(vectors)} vectors, expected {expected}")
    for field in _FIELDS:
        store.add(field, ids[field], vectors[: len(ids[field])])
        vectors = vectors[len(ids[field]) :]


def _vectors(path: Path, dimension: int) -> Floats:
    """Return the unit vectors of a file, shape (n, dimension)."""
    codes = read_array(path, np.int8)
    if len(codes) % dimension:
        raise ValueError(f"{path.name} holds {len(codes)} numbers, which are no vectors of {dimension}")
    vectors = codes.reshape(-1, dimension).astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    vectors /= np.maximum(lengths, 1.0)
    return vectors
