"""What an index is built from: loaded documents, each with the entries of its FAQ file.

Files are listed and loaded here, once each; `index/build.py` makes an index of them. A file that cannot be used
is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from calcqa.documents.load import SUFFIXES, load
from calcqa.errors import DocumentError
from calcqa.faq.entries import read_sidecar, sidecar_path
from calcqa.types import Document, FAQEntry


@dataclass(frozen=True, slots=True)
class Source:
    """A document with its FAQ entries; `path` is None for a text that came in no file."""

    path: Path | None
    document: Document
    asked: tuple[FAQEntry, ...] = ()
    sidecar: Path | None = None


def read_sources(paths: Sequence[Path], *, sidecars: bool, progress: Callable[[str, int, int], None]) -> list[Source]:
    """Load every file of `paths`, folders expanded, with its FAQ file where it has one.

    Raises:
        DocumentError: a path does not exist or cannot be read, or two files have the same text.
        SidecarError: a line of an FAQ file cannot be used.

    """
    try:
        files = list(_files(paths))
    except OSError as error:
        raise DocumentError(f"A folder of documents cannot be read: {error}.") from error
    if not files:
        raise DocumentError("There is no document to build from; name Markdown or text files, or folders of them.")
    sources: list[Source] = []
    seen: dict[str, str] = {}
    for number, path in enumerate(files):
        progress("reading", number, len(files))
        document = load(path).document
        if document.id in seen:
            raise DocumentError(f"{path.name} has the same text as {seen[document.id]}; name one of them.")
        seen[document.id] = path.name
        sidecar = sidecar_path(path)
        try:
            used = sidecar if sidecars and sidecar.is_file() else None
        except OSError as error:  # left out silently, it would be missed in the answers only
            raise DocumentError(f"{sidecar} cannot be read: {error.strerror or error}.") from error
        asked = tuple(read_sidecar(used, document)) if used else ()
        sources.append(Source(path, document, asked, used))
    progress("reading", len(files), len(files))
    return sources


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)
        else:
            yield path
