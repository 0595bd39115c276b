"""Documents that stay, for operators who let them: a folder of files, and what is asked from it at the next start.

Others may write to that folder: no link in it is followed, and nothing is deleted there that was not made here. What is
killed midway leaves a file whole or not at all, and what it left unfinished is cleared at the next start.

Does not: know sessions, or who added what (`server/workspaces.py`).
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import unicodedata
from collections.abc import Collection
from pathlib import Path

from filelock import FileLock

from calcqa import messages
from calcqa.assistant import Assistant
from calcqa.config import MANIFEST
from calcqa.documents.corpus import Source
from calcqa.documents.load import is_document, load
from calcqa.errors import IndexFormatError, InputError
from calcqa.index.build import build_index, is_of
from calcqa.index.exchange import clear_left
from calcqa.index.index import Index
from calcqa.index.manifest import foreign
from calcqa.index.open import open_index
from calcqa.types import Document
from calcqa.workspace import file_name, over, settings

_CACHE, _UNFINISHED, _LOCK = ".index", ".unfinished", ".lock"
_OF_A_DOCUMENT = re.compile(r"\.?([0-9a-f]{16})(\.(new|old|lock))?")  # what is kept there, and what builds leave behind
_log = logging.getLogger(__name__)


def saved(base: Assistant, folder: Path) -> Assistant:
    """Return an assistant over `base` and every document in `folder` (none further down), in the order of their names.

    A file that cannot be loaded is left out, and a warning in the log says why; a text that is here already counts
    once. The indexes are kept in `folder/.index`, so that the next start is quick; those of texts that are no longer in
    the folder are deleted there. Links are left out, for they may lead anywhere.

    Raises:
        IndexFormatError: an index cannot be written, or the folder cannot be read.
    """
    try:
        return _saved(base, folder)
    except OSError as error:
        raise IndexFormatError(f"The folder {folder} cannot be used: {error.strerror or error}.") from error


def _saved(base: Assistant, folder: Path) -> Assistant:
    indexes = {d: base.index for d in base.index.documents}
    files = sorted(folder.iterdir(), key=lambda p: p.name) if folder.is_dir() else []
    if (folder / _CACHE).is_symlink():
        raise IndexFormatError(f"{folder / _CACHE} is a link; indexes are kept in a folder. Remove the link.")
    _tidy(folder)
    for path in files:
        if path.name.startswith(".") or not is_document(path.name) or not path.is_file():
            continue
        if path.is_symlink():
            _log.warning("%s is left out: it is a link", path.name)
            continue
        try:
            document = load(path).document
            if document.id not in indexes:
                indexes[document.id] = _kept(path, document, folder / _CACHE / document.id, base)
        except InputError as error:
            _log.warning("%s is left out: %s", path.name, error)
    _sweep(folder / _CACHE, indexes)
    extras = [index for index in indexes.values() if index is not base.index]
    return over([base.index, *extras], base) if extras else base


def save_upload(folder: Path, content: bytes, name: str) -> Path:
    """Write `content` into `folder` under a safe form of `name`, in one step; return where it is.

    Only letters, digits, `.`, `_`, `-` and spaces of the name stay. It is never hidden, and where it is taken, a number
    is put behind it.

    Raises:
        InputError: it cannot be written.
    """
    name = file_name(name)
    kept = "".join(c for c in name if c in "._- " or unicodedata.category(c)[0] in "LMN")
    stem, dot, suffix = kept.rpartition(".") if "." in kept else (kept, "", "")
    stem = stem.strip(" .") or "document"
    unfinished = folder / _UNFINISHED
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / _LOCK):  # makes the free name, and that of the unfinished copy, this call's own
            unfinished.unlink(missing_ok=True)
            try:
                with unfinished.open("xb") as copy:  # never through a link
                    copy.write(content)
                    copy.flush()
                    os.fsync(copy.fileno())
                target, number = folder / f"{stem}{dot}{suffix}", 2
                while os.path.lexists(target):
                    target, number = folder / f"{stem}-{number}{dot}{suffix}", number + 1
                return unfinished.replace(target)
            finally:
                with contextlib.suppress(OSError):  # the next one clears it
                    unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(messages.FILE_UNSAVED.format(name=name, problem=error.strerror or error)) from error


def _kept(path: Path, document: Document, out: Path, base: Assistant) -> Index:
    """Return the index in `out` where it is what building `path` would give, else build it there."""
    try:
        index = open_index(out)
        if is_of(index, [Source(None, document)], base.encoder.sha256, settings(base)[0], small_talk=False):
            return index
    except IndexFormatError:
        if not (out / MANIFEST).is_file() and foreign(out) is None:
            shutil.rmtree(out, ignore_errors=True)  # a build would not replace what it does not know for an index
    build_index([path], out, base.encoder, *settings(base), sidecars=False, small_talk=False)
    return open_index(out)


def _tidy(folder: Path) -> None:
    """Delete the copy that a killed `save_upload` has not finished."""
    if os.path.lexists(folder / _UNFINISHED):
        with FileLock(folder / _LOCK):
            (folder / _UNFINISHED).unlink(missing_ok=True)


def _sweep(cache: Path, wanted: Collection[str]) -> None:
    """Delete what was made here of documents that are gone, and what killed builds left; nothing else."""
    for path in cache.glob("*"):
        if match := _OF_A_DOCUMENT.fullmatch(path.name):
            with contextlib.suppress(OSError):
                if match[1] in wanted:
                    clear_left(cache / match[1])
                elif match[2] == ".lock":
                    path.unlink()
                elif foreign(path) is None:
                    shutil.rmtree(path)
