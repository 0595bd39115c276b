"""One folder put in another's place in a single step, so that there is no moment without it and no kill between two.

Linux can exchange two names at once (renameat2 with RENAME_EXCHANGE) on the file systems in use there. Elsewhere it
takes two renames: the old folder is set aside first, under a name where readers look for it (`manifest.standing`).
"""

from __future__ import annotations

import ctypes
import functools
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

_HERE = -100  # AT_FDCWD
_EXCHANGE = 2  # RENAME_EXCHANGE


def put_in_place(new: Path, out: Path, old: Path) -> None:
    """Put the folder `new` in the place of `out`; what stood there is deleted afterwards, where it can be.

    Raises:
        OSError: it cannot be done, and `out` is what it was.

    """
    if not out.exists():
        new.rename(out)
    elif not exchange(new, out):
        shutil.rmtree(old, ignore_errors=True)
        out.rename(old)
        try:
            new.rename(out)
        except BaseException:  # an interruption too must not leave the place empty
            put_back(out, old)
            raise
    shutil.rmtree(new, ignore_errors=True)  # after an exchange, the old one
    shutil.rmtree(old, ignore_errors=True)


def put_back(out: Path, old: Path) -> None:
    """Put the folder that was set aside back, where a build was stopped before the new one was in place."""
    if old.exists() and not out.exists():
        old.rename(out)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system or its file system cannot."""
    function = _renameat2()
    return function is not None and function(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0


@functools.cache
def _renameat2() -> Callable[[int, bytes, int, bytes, int], int] | None:
    if sys.platform != "linux":
        return None
    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if function is not None:
        function.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
        function.restype = ctypes.c_int
    return function


def sync(folder: Path) -> None:
    """Have all that is in `folder` written to the disk; OSError where it cannot be."""
    for path in [*folder.rglob("*"), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
