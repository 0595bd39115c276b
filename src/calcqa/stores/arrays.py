"""Arrays of numbers out of files that may come from anybody: sizes and kinds are checked before anything is allocated.

NumPy reads no pickles unless it is told to (and is told not to here), but believes what a header says of shapes, and an
archive what it says of lengths: a few bytes can ask for all memory.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile

import numpy as np
from numpy.typing import DTypeLike, NDArray


def read_array(path: Path, kind: DTypeLike) -> NDArray[Any]:
    """Return the array of one dimension in a `.npy` file.

    Raises:
        ValueError: it holds something else than finite numbers of that kind, or the file is longer or shorter.

    """
    with path.open("rb") as handle:
        shape, actual = _header(handle, path.stat().st_size, path.name)
        if actual != np.dtype(kind) or len(shape) != 1:
            raise ValueError(f"{path.name} holds {actual} of shape {shape}")
        array = np.fromfile(handle, dtype=actual)
    if not np.isfinite(array).all():
        raise ValueError(f"{path.name} holds what is no number")
    return array


def check_archive(path: Path) -> None:
    """Raise ValueError or BadZipFile where a `.npz` file holds anything but float arrays, as long as they say."""
    with ZipFile(path) as archive:
        for member in archive.infolist():
            if member.compress_type != ZIP_STORED or member.file_size > path.stat().st_size:
                raise ValueError(f"{path.name} is not as it was written")
            with archive.open(member) as handle:
                _, kind = _header(handle, member.file_size, path.name)
                if kind != np.dtype(np.float32):
                    raise ValueError(f"{path.name} holds {kind}")
                rest = np.frombuffer(handle.read(), dtype=kind)
            if not np.isfinite(rest).all():
                raise ValueError(f"{path.name} holds what is no number")


def _header(handle: IO[bytes], size: int, name: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Return the shape and kind that the header of an array says, where the rest of the file is just as long."""
    version = np.lib.format.read_magic(handle)
    if version != (1, 0):
        raise ValueError(f"{name} is of another version")
    shape, _, kind = np.lib.format.read_array_header_1_0(handle)
    if kind.hasobject or min(shape, default=0) < 0 or math.prod(shape) * kind.itemsize != size - handle.tell():
        raise ValueError(f"{name} is longer or shorter than it says, or holds objects")
    return shape, kind
