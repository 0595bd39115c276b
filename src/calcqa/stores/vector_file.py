"""Vectors on disk: one byte a number, whatever store searches them.

A unit vector is its direction. It is written as whole numbers -127..127, its largest at an end of these, and read back
at unit length, so no scale is kept beside it. The cosine of two vectors moves by about 0.0005.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

from calcqa.stores.arrays import read_array
from calcqa.stores.base import Floats

_LARGEST = 127


def write_vectors(path: Path, vectors: Floats) -> None:
    """Write unit vectors, shape (n, dimension), to one file; OSError where it cannot be written."""
    most = np.abs(vectors).max(axis=1, keepdims=True, initial=1e-12)
    array = io.BytesIO()  # given a file, NumPy would not say that the disk is full
    np.save(array, np.rint(vectors * (_LARGEST / most)).astype(np.int8).ravel(), allow_pickle=False)
    path.write_bytes(array.getbuffer())


def read_vectors(path: Path, dimension: int) -> Floats:
    """Return the unit vectors of a file, shape (n, dimension).

    Raises:
        ValueError: the file holds anything else, or not so many numbers.

    """
    codes = read_array(path, np.int8)
    if len(codes) % dimension:
        raise ValueError(f"{path.name} holds {len(codes)} numbers, which are no vectors of {dimension}")
    vectors = codes.reshape(-1, dimension).astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    vectors /= np.maximum(lengths, 1.0)
    return vectors
