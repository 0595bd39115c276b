"""Documents of one's own beside a shared base: what one session may ask, all at once or one by one.

A document that is added becomes a small index in memory (`index/build.py`), asked together with the base's as a view
(`index/view.py`); the base is neither changed nor copied. No sidecar is looked for beside it: FAQs are for `calcqa
build`.

Does not: know sessions or the page, put anything on the disk, or keep documents for a next start
(`server/saved_documents.py`).
"""

from __future__ import annotations

import dataclasses
import re
import stat
import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from calcqa import messages
from calcqa.assistant import Assistant
from calcqa.config import ChunkSettings
from calcqa.documents.corpus import Source
from calcqa.documents.isolation import load_apart
from calcqa.documents.repair import squeeze
from calcqa.errors import DocumentError, InputError
from calcqa.index.build import Progress, index_of
from calcqa.index.index import Index
from calcqa.index.view import view
from calcqa.language.characters import clean_characters
from calcqa.parameters import Weights
from calcqa.types import Document

_LONGEST_NAME = 200  # bytes in UTF-8; most file systems take 255


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
                self._made[wanted] = over([self._base.index], self._base, wanted)
            return self._made[wanted]


class Workspace:
    """The documents one session may ask: the base's, which others share, and its own. Safe to share between threads."""

    def __init__(self, base: Assistant, limits: Limits = LIMITS, singles: Singles | None = None) -> None:
        """Begin with the documents of `base`.

        Workspaces handed the same `singles`, which must be of the same base, share its documents one by one.
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

    def add(self, file: Path | bytes, name: str = "", progress: Progress | None = None) -> Document:
        """Add the document in a file, given by its path or its bytes, which people know as `name`, and return it.

        It is read in a process of its own, within the limits. It takes as long as encoding does, and whatever is here
        already can be asked meanwhile. Where `progress` raises, nothing is added.

        Raises:
            DocumentError: the file cannot be loaded.
            InputError: it goes beyond a limit, is here already, or holds no text to search.
        """
        name = file_name(name) or (file_name(file.name) if isinstance(file, Path) else messages.DOCUMENT)
        if progress:
            progress("reading", 0, 1)
        content = self._content(file, name)
        document, sentences = load_apart(content, name, self.limits.seconds, self.limits.memory)
        if sentences > self.limits.sentences:
            most = self.limits.sentences
            raise InputError(messages.TOO_MANY_SENTENCES.format(name=name, count=sentences, most=most))
        with self._lock:
            self._admit(document)
            document = self._named(document, len(content))
        source, options = [Source(None, document)], settings(self.base)
        index = index_of(source, self.base.encoder, *options, small_talk=False, progress=progress)
        added = over([index], self.base)
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
                self._all = self._all or over([self.base.index, *(a.index for a in self._own.values())], self.base)
                return self._all
        return self.base if document_id is None else self._singles.of(document_id)

    def _named(self, document: Document, size: int) -> Document:
        """Return a document whose file has another's name here told apart from it: by its size, and when it came."""
        held = {d.source for d in (*self.base.documents(), *(a.document(i) for i, a in self._own.items()))}
        if document.source not in held:
            return document
        now = datetime.now().astimezone()
        source = messages.SAME_NAME.format(name=document.source, bytes=size, time=now.isoformat(" ", "seconds")[:19])
        return dataclasses.replace(document, source=source)

    def _content(self, file: Path | bytes, name: str) -> bytes:
        """Return what is in a file, where it is one and not beyond the limit."""
        try:
            if isinstance(file, Path) and not stat.S_ISREG(file.stat().st_mode):  # a device has no end
                raise DocumentError(messages.FILE_UNREADABLE.format(name=name, problem=messages.NO_FILE))
            size = file.stat().st_size if isinstance(file, Path) else len(file)
            if size > self.limits.bytes:
                raise InputError(messages.FILE_TOO_LARGE.format(name=name, bytes=size, most=self.limits.bytes))
            return file.read_bytes() if isinstance(file, Path) else file
        except OSError as error:
            raise DocumentError(messages.FILE_UNREADABLE.format(name=name, problem=error.strerror or error)) from error

    def _admit(self, document: Document) -> None:
        own = {d: a.document(d) for d, a in self._own.items()}
        if held := (own | dict(self.base.index.documents)).get(document.id):
            raise InputError(messages.SAME_TEXT.format(name=document.source, title=held.title, held=held.source))
        if len(own) >= self.limits.documents:
            raise InputError(messages.WORKSPACE_FULL.format(count=self.limits.documents))
        characters = sum(map(_characters, (document, *own.values())))
        if characters > self.limits.characters:
            most = self.limits.characters
            raise InputError(messages.TOO_MUCH_TEXT.format(name=document.source, characters=characters, most=most))


Shelf = Workspace
"""`Workspace`, by its former name."""


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


def _characters(document: Document) -> int:
    """Return the code points that are held of a document, with what was left out of it."""
    return len(document.text) + sum(len(one.text) for one in document.dropped)


def _with(index: Index, base: Assistant) -> Assistant:
    return Assistant(index, base.encoder, base.reader)


def over(indexes: list[Index], base: Assistant, only: Collection[str] | None = None) -> Assistant:
    """Return an assistant over several indexes, or over some documents of theirs, that encodes and reads as `base`."""
    return _with(view(indexes, base.encoder, only), base)


def settings(base: Assistant) -> tuple[ChunkSettings, Weights]:
    """Return how the documents of `base` were cut, and its weights."""
    return ChunkSettings(**base.index.manifest["chunking"]), base.index.weights
