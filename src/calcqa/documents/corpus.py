"""What an index is built from: loaded documents, each with the entries of its FAQ file.

Files are listed and loaded here, once each; `index/build.py` makes an index of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from calcqa.config import MANIFEST
from calcqa.documents.base import read_bytes
from calcqa.documents.isolation import load_apart
from calcqa.documents.load import is_document, load
from calcqa.errors import DocumentError, InputError
from calcqa.faq.entries import SUFFIX as FAQ_SUFFIX
from calcqa.faq.entries import read_sidecar, sidecar_path
from calcqa.types import Document, FAQEntry

_MOST_FOLDERS = 64  # of a path, by which files of one name are told apart
_MOST_REASONS = 10  # that are given where no file can be used
_APART = frozenset({".pdf", ".docx", ".epub"})  # read in a process of their own
_SECONDS, _MEMORY = 300, 4_000_000_000


@dataclass(frozen=True, slots=True)
class Source:
    """A document with its FAQ entries; `path` is None for a text that came in no file."""

    path: Path | None
    document: Document
    asked: tuple[FAQEntry, ...] = ()
    sidecar: Path | None = None


@dataclass(slots=True)
class Unused:
    """The files that cannot be used, with the reasons, and those of folders that are of no kind that can be loaded."""

    failed: dict[str, str] = field(default_factory=dict)
    other_kinds: list[str] = field(default_factory=list)


def read_sources(
    paths: Sequence[Path],
    *,
    sidecars: bool,
    progress: Callable[[str, int, int], None],
    unused: Unused | None = None,
) -> list[Source]:
    """Load every file of `paths`, folders expanded, with its FAQ file where it has one.

    Hidden files and folders within a folder are left out. Two files of one name are told apart by their folders, in the
    documents' `source`. Where `unused` is given, a file that cannot be used, or whose FAQ file cannot, is named there
    with the reason and the rest goes on; so are the files of a folder that are of no kind that can be loaded.

    Raises:
        DocumentError: a path does not exist, or no file can be used; without `unused`, any file cannot be used, or two
            have the same text.
        SidecarError: no file can be used for a line of its FAQ file; without `unused`, such a line anywhere.

    """
    given = unused or Unused()
    try:
        files = dict.fromkeys(files_of(paths, given.other_kinds))
    except OSError as error:
        raise DocumentError(f"A folder of documents cannot be read: {error}.") from error
    if not files:
        raise DocumentError("There is no document to build from; name documents, or folders of them.")
    names, problems = _names(list(files)), dict[str, InputError]()
    sources: list[Source] = []
    seen: dict[str, str] = {}
    for number, path in enumerate(files):
        progress("reading", number, len(files))
        try:
            document = replace(load_file(path), source=names[path])
            if document.id in seen:
                raise DocumentError(f"{names[path]} has the same text as {seen[document.id]}; name one of them.")
            sources.append(_with_sidecar(path, document, sidecars))
        except InputError as error:
            if unused is None:
                raise
            problems[names[path]] = error
            continue
        seen[document.id] = document.source
    progress("reading", len(files), len(files))
    if len(problems) == 1 and not sources:
        raise next(iter(problems.values()))
    if not sources:
        reasons = " ".join(str(error) for error in [*problems.values()][:_MOST_REASONS])
        raise DocumentError(f"None of {len(problems):,} files can be used. {reasons}")
    given.failed.update((name, str(error)) for name, error in problems.items())
    return sources


def load_file(path: Path) -> Document:
    """Return the document in the file at `path`; what parsers of large formats do with it ends with their process.

    Raises:
        DocumentError: it cannot be loaded, or not within five minutes of a processor and 4 GB.
    """
    if path.suffix.lower() not in _APART:
        return load(path).document
    return load_apart(read_bytes(path), path.name, _SECONDS, _MEMORY)[0]


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


def files_of(paths: Sequence[Path], other_kinds: list[str] | None = None) -> Iterator[Path]:
    """Yield the files of `paths`, folders expanded and indexes in them left out.

    The names of those in folders that no loader knows are appended to `other_kinds`.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        indexes = {path} if _is_index(path) else set()
        for file in sorted(path.rglob("*")):
            if any(part.startswith(".") for part in file.relative_to(path).parts):
                continue
            if not indexes.isdisjoint(file.parents) or _is_index(file):
                indexes.add(file)
                continue
            if not file.is_file():
                continue
            if is_document(file.name):
                yield file
            elif other_kinds is not None and not file.name.endswith(FAQ_SUFFIX):
                other_kinds.append(file.relative_to(path).as_posix())


def _is_index(folder: Path) -> bool:
    """Say whether a folder is an index, whose own files, such as documents.jsonl, are no documents."""
    return (folder / MANIFEST).is_file() and (folder / "documents.jsonl").is_file()
