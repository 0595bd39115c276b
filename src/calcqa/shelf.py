"""Documents of one's own beside a shared base: what one session may ask, all at once or one by one.

A document that is added becomes a small index in memory (`building.py`), asked together with the base's (`joining.py`);
the base never changes. No sidecar is looked for beside it: questions asked ahead are for `calcqa build`.

`save_upload` and `saved` are for operators who let documents stay: a folder of files, and what is asked from it.

Does not: know sessions or the page, or leave anything on the disk of what was only added.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import tempfile
import threading
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from calcqa import texts
from calcqa.apart import load_apart
from calcqa.asked_ahead import not_questions
from calcqa.assistant import Assistant
from calcqa.building import Progress, build_sources
from calcqa.characters import clean_characters
from calcqa.cleaning import squeeze
from calcqa.domain import Document
from calcqa.errors import DocumentError, IndexError_, InputError
from calcqa.index import Index, open_index
from calcqa.joining import joined
from calcqa.loaders import SUFFIXES, load
from calcqa.manifest import MANIFEST
from calcqa.settings import ChunkSettings
from calcqa.sources import Source

_LONGEST_NAME = 200  # bytes in UTF-8; most file systems take 255
_CACHE = ".index"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many documents a session may hold, the bytes of each file, and the code points of all their texts.

    Each may have so many sentences, every one of which is encoded; and reading one may take so many seconds of a
    processor and bytes of memory.
    """

    documents: int = 10
    bytes: int = 5_000_000
    characters: int = 1_000_000
    sentences: int = 5_000
    seconds: int = 20
    memory: int = 1_000_000_000


LIMITS = Limits()


class Singles:
    """Single documents of one assistant, or a few together, an assistant each, made when first asked for.

    Safe to share between threads.
    """

    def __init__(self, base: Assistant) -> None:
        self._base, self._lock = base, threading.Lock()
        self._made: dict[frozenset[str], Assistant] = {}

    def of(self, *document_ids: str) -> Assistant:
        """Return the assistant over these documents; where the base has no others, the base itself.

        Raises:
            InputError: one is not there, or none is named.
        """
        wanted = frozenset(self._base.document(d).id for d in document_ids)
        if wanted == set(self._base.index.documents):
            return self._base
        with self._lock:
            if wanted not in self._made:
                self._made[wanted] = _over([self._base.index], self._base, wanted)
            return self._made[wanted]


class Shelf:
    """The documents one session may ask: the base's, which others share, and its own. Safe to share between threads."""

    def __init__(self, base: Assistant, limits: Limits = LIMITS, singles: Singles | None = None) -> None:
        """Begin with the documents of `base`; shelves handed the same `singles` share the base's documents one by one.

        `singles` must be of the same base.
        """
        self.base, self.limits = base, limits
        self._singles = singles or Singles(base)
        self._lock = threading.Lock()
        self._own: dict[str, Assistant] = {}  # one over each, in the order they were added
        self._all: Assistant | None = None

    @property
    def own(self) -> tuple[Document, ...]:
        """The documents that were added, in that order."""
        with self._lock:
            return tuple(a.document(d) for d, a in self._own.items())

    def documents(self) -> list[Document]:
        """Return all documents, the base's first."""
        return [*self.base.documents(), *self.own]

    def add(self, path: Path, name: str = "", progress: Progress | None = None) -> Document:
        """Add the document in the file `path`, which people know as `name`, and return it.

        It takes as long as encoding does, and whatever is here already can be asked meanwhile. Where `progress` raises,
        nothing is added.

        Raises:
            DocumentError: the file cannot be loaded.
            InputError: it goes beyond a limit, is here already, or holds no text to search.
        """
        name = file_name(name) or file_name(path.name)
        with tempfile.TemporaryDirectory(prefix="calcqa-") as folder:
            file = self._copied(path, Path(folder) / "file", name)
            if progress:
                progress("reading", 0, 1)
            document, sentences = load_apart(file, name, self.limits.seconds, self.limits.memory)
            most = self.limits.sentences
            if sentences > most:
                raise InputError(texts.TOO_MANY_SENTENCES.format(name=name, count=sentences, most=most))
            with self._lock:
                self._admit(document)
            source = Source(file, document)
            added = _with(_built(source, Path(folder) / "index", self.base, progress), self.base)
        with self._lock:
            self._admit(document)  # others may have been added meanwhile
            self._own[document.id], self._all = added, None
        return document

    def remove(self, document_id: str) -> None:
        """Remove one of the documents that were added.

        Raises:
            InputError: it is not one of them.
        """
        with self._lock:
            if document_id not in self._own:
                raise InputError(f"There is no document {document_id!r} of your own here; no other can be removed.")
            del self._own[document_id]
            self._all = None

    def assistant(self, document_id: str | None = None) -> Assistant:
        """Return the assistant over all documents, or over one; the same one until documents come or go.

        Raises:
            InputError: there is no such document.
        """
        with self._lock:
            if document_id in self._own:
                return self._own[document_id]
            if document_id is None and self._own:
                self._all = self._all or _over([self.base.index, *(a.index for a in self._own.values())], self.base)
                return self._all
        return self.base if document_id is None else self._singles.of(document_id)

    def _copied(self, path: Path, folder: Path, name: str) -> Path:
        """Return a copy of the file under its own name: it makes the source and may make the title."""
        try:
            size = path.stat().st_size
            if size > self.limits.bytes:
                raise InputError(texts.FILE_TOO_LARGE.format(name=name, bytes=size, most=self.limits.bytes))
            folder.mkdir()
            return Path(shutil.copyfile(path, folder / name))
        except OSError as error:
            raise DocumentError(texts.FILE_UNREADABLE.format(name=name, problem=error.strerror or error)) from error

    def _admit(self, document: Document) -> None:
        own = {d: a.document(d) for d, a in self._own.items()}
        if held := (own | dict(self.base.index.documents)).get(document.id):
            raise InputError(texts.SAME_TEXT.format(name=document.source, title=held.title, held=held.source))
        if len(own) >= self.limits.documents:
            raise InputError(texts.SHELF_FULL.format(count=self.limits.documents))
        characters = len(document.text) + sum(len(d.text) for d in own.values())
        if characters > self.limits.characters:
            most = self.limits.characters
            raise InputError(texts.TOO_MUCH_TEXT.format(name=document.source, characters=characters, most=most))


def saved(base: Assistant, folder: Path) -> Assistant:
    """Return an assistant over `base` and every document in `folder` (none further down), in the order of their names.

    A file that cannot be loaded is left out, and a warning in the log says why; a text that is here already counts
    once. The indexes are kept in `folder/.index`, so that the next start is quick; those of texts that are no longer in
    the folder are deleted there.

    Raises:
        IndexError_: an index cannot be written.
    """
    indexes = {d: base.index for d in base.index.documents}
    files = sorted(folder.iterdir(), key=lambda p: p.name) if folder.is_dir() else []
    for path in files:
        if path.name.startswith(".") or path.suffix.lower() not in SUFFIXES or not path.is_file():
            continue
        try:
            source = Source(path, load(path).document)
            if source.document.id not in indexes:
                indexes[source.document.id] = _kept(source, folder / _CACHE / source.document.id, base)
        except InputError as error:
            _log.warning("%s is left out: %s", path.name, error)
    for cached in (folder / _CACHE).glob("*"):
        if cached.name not in indexes and not cached.name.startswith("."):
            shutil.rmtree(cached, ignore_errors=True)
    extras = [index for index in indexes.values() if index is not base.index]
    return _over([base.index, *extras], base) if extras else base


def save_upload(folder: Path, path: Path, name: str) -> Path:
    """Copy the file `path` into `folder` under a safe form of `name`, in one step; return where it is.

    Only letters, digits, `.`, `_`, `-` and spaces of the name stay. It is never hidden, and where it is taken, a number
    is put behind it.

    Raises:
        InputError: the file cannot be copied.
    """
    name = file_name(name) or file_name(path.name)
    kept = "".join(c for c in name if c in "._- " or unicodedata.category(c)[0] in "LMN")
    stem, dot, suffix = kept.rpartition(".") if "." in kept else (kept, "", "")
    stem = stem.strip(" .") or "document"
    unfinished = folder / ".unfinished"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):  # makes the free name, and that of the unfinished copy, this call's own
            try:
                with path.open("rb") as source, unfinished.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
                    copy.flush()
                    os.fsync(copy.fileno())
                target, number = folder / f"{stem}{dot}{suffix}", 2
                while os.path.lexists(target):
                    target, number = folder / f"{stem}-{number}{dot}{suffix}", number + 1
                return unfinished.replace(target)
            finally:
                unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(texts.FILE_UNSAVED.format(name=name, problem=error.strerror or error)) from error


def file_name(name: str) -> str:
    """Return the last part of a file's name as whoever sent it calls it, fit to be shown and to name a file.

    Folders (of any system) and invisible characters are gone, and too long a stem is cut. Where nothing but dots is
    left, it is empty.
    """
    last = squeeze(re.split(r"[/\\]", clean_characters(name))[-1])
    if len(last.encode()) > _LONGEST_NAME:
        stem, suffix = Path(last).stem, Path(last).suffix[:20]
        last = squeeze(stem.encode()[: _LONGEST_NAME - len(suffix.encode())].decode(errors="ignore") + suffix)
    return last if last.strip(".") else ""


def _with(index: Index, base: Assistant) -> Assistant:
    return Assistant(index, base.encoder, base.reader)


def _over(indexes: list[Index], base: Assistant, only: Collection[str] | None = None) -> Assistant:
    return _with(joined(indexes, base.encoder, only), base)


def _built(source: Source, out: Path, base: Assistant, progress: Progress | None = None) -> Index:
    index = base.index
    chunking = ChunkSettings(**index.manifest["chunking"])
    settings = index.encoder_settings, chunking, index.weights
    build_sources([source], out, base.encoder, *settings, progress=progress)
    return open_index(out)


def _kept(source: Source, out: Path, base: Assistant) -> Index:
    """Return the index in `out` where it is what building `source` would give, else build it there."""
    try:
        index = open_index(out)
        if (
            list(index.documents.values()) == [source.document]
            and list(index.asked) == not_questions()
            and index.manifest["encoder"]["sha256"] == base.encoder.sha256
            and index.manifest["chunking"] == base.index.manifest["chunking"]
        ):
            return index
    except IndexError_:
        if not (out / MANIFEST).is_file():
            shutil.rmtree(out, ignore_errors=True)  # a build would not replace what it does not know for an index
    return _built(source, out, base)
