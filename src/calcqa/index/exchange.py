"""One folder put in another's place in a single step, so that there is no moment without it and no kill between two.

Linux can exchange two names at once (renameat2 with RENAME_EXCHANGE) on the file systems in use there. Elsewhere it
takes two renames: the old folder is set aside first, under a name where readers look for it (`manifest.standing`).

Does: give a build of an index a folder of its own, keep other builds away meanwhile, and clear what killed ones left.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from calcqa.errors import IndexFormatError
from calcqa.index.manifest import set_aside

_HERE = -100  # AT_FDCWD
_EXCHANGE = 2  # RENAME_EXCHANGE


@contextlib.contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """Yield a fresh folder beside `out`; on success it takes `out`'s place, on failure nothing has changed.

    Its name and that of the folder set aside are fixed, so that what a build killed midway has left behind is found by
    the next: the old index is put back, the unfinished one cleared. The lock makes both names this build's own.
    """
    work, old = out.with_name(f".{out.name}.new"), set_aside(out)
    with _locked(out, timeout=10):
        with writing(out):
            put_back(out, old)
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir()
        try:
            yield work
            with writing(out):
                sync(work)
                put_in_place(work, out, old)
        finally:
            shutil.rmtree(work, ignore_errors=True)


@contextlib.contextmanager
def _locked(out: Path, timeout: float) -> Iterator[None]:
    """Keep other builds of the index in the folder `out` away; IndexFormatError where one is at work."""
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out.with_name(f".{out.name}.lock"))
        try:
            lock.acquire(timeout=timeout)
        except Timeout as error:
            raise IndexFormatError(f"Another build is writing to {out}; wait for it to end.") from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # it goes with this process, at the latest
            lock.release()


def clear_left(out: Path) -> None:
    """Delete what a killed build of the index in the folder `out` left beside it, unless another is at work there."""
    left = [out.with_name(f".{out.name}.new"), set_aside(out)]
    if any(path.exists() for path in left):
        with contextlib.suppress(IndexFormatError, OSError), _locked(out, timeout=0):
            put_back(out, set_aside(out))
            for path in left:
                shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def writing(out: Path) -> Iterator[None]:
    """Say of `out` what keeps it from being written: a full disk, a folder of others."""
    try:
        yield
    except OSError as error:
        raise IndexFormatError(f"Cannot write to {out}: {error.strerror or error}.") from error


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
    """Have all that is in `folder` written to the disk; OSError where it cannot be.

    Windows writes no folder by itself, and no file that is open for reading only.
    """
    windows = sys.platform == "win32"
    for path in [*folder.rglob("*"), folder]:
        if windows and path.is_dir():
            continue
        handle = os.open(path, os.O_RDWR if windows else os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
