"""What an index is built from: loaded documents, each with the entries of its FAQ file.

Files are listed and loaded here, once each; `index/build.py` makes an index of them.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from calcqa.documents.load import is_document, load
from calcqa.errors import DocumentError
from calcqa.faq.entries import read_sidecar, sidecar_path
from calcqa.types import Document, FAQEntry

_MOST_FOLDERS = 64  # of a path, by which files of one name are told apart


@dataclass(frozen=True, slots=True)
class Source:
    """A document with its FAQ entries; `path` is None for a text that came in no file."""

    path: Path | None
    document: Document
    asked: tuple[FAQEntry, ...] = ()
    sidecar: Path | None = None


def read_sources(
    paths: Sequence[Path],
    *,
    sidecars: bool,
    progress: Callable[[str, int, int], None],
    failed: dict[str, str] | None = None,
) -> list[Source]:
    """Load every file of `paths`, folders expanded, with its FAQ file where it has one.

    Hidden files and folders within a folder are left out. Two files of one name are told apart by their folders, in the
    documents' `source`. Where `failed` is given, a file that cannot be used is named there with the reason, and the
    rest goes on.

    Raises:
        DocumentError: a path does not exist, or no file can be used; without `failed`, any file cannot be used, or two
            have the same text.
        SidecarError: a line of an FAQ file cannot be used.

    """
    try:
        files = dict.fromkeys(_files(paths))
    except OSError as error:
        raise DocumentError(f"A folder of documents cannot be read: {error}.") from error
    if not files:
        raise DocumentError("There is no document to build from; name documents, or folders of them.")
    names, problems = _names(list(files)), dict[str, str]()
    sources: list[Source] = []
    seen: dict[str, str] = {}
    for number, path in enumerate(files):
        progress("reading", number, len(files))
        try:
            document = dataclasses.replace(load(path).document, source=names[path])
            if document.id in seen:
                raise DocumentError(f"{names[path]} has the same text as {seen[document.id]}; name one of them.")
        except DocumentError as error:
            if failed is None:
                raise
            problems[names[path]] = str(error)
            continue
        seen[document.id] = document.source
        sources.append(_with_sidecar(path, document, sidecars))
    progress("reading", len(files), len(files))
    if not sources:
        rest = f" None of {len(problems):,} files can be used." if len(problems) > 1 else ""
        raise DocumentError(next(iter(problems.values())) + rest)
    (problems if failed is None else failed).update(problems)
    return sources


def _with_sidecar(path: Path, document: Document, sidecars: bool) -> Source:
    sidecar = sidecar_path(path)
    try:
        used = sidecar if sidecars and sidecar.is_file() else None
    except OSError as error:  # left out silently, it would be missed in the answers only
        raise DocumentError(f"{sidecar} cannot be read: {error.strerror or error}.") from error
    return Source(path, document, tuple(read_sidecar(used, document)) if used else (), used)


def _names(files: Sequence[Path]) -> dict[Path, str]:
    """Return how each file is called: by its name, with as many of its folders as tell it from its namesakes."""
    names, parts = {path: path.name for path in files}, 1
    while len(set(names.values())) < len(names) and parts < _MOST_FOLDERS:
        parts += 1
        taken = Counter(names.values())
        for path, name in names.items():
            if taken[name] > 1:
                names[path] = "/".join(path.absolute().parts[-parts:])
    return names


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(
                p
                for p in path.rglob("*")
                if is_document(p.name)
                and not any(part.startswith(".") for part in p.relative_to(path).parts)
                and p.is_file()
            )
        else:
            yield path
