"""From a file to a document: one loader a format, chosen by suffix and, for `.txt`, by a look at the text.

A loader is a pure function `load_xxx(text, source) -> Loaded`. To add one, write it in a file of its own and name its
suffix in `_LOADERS`. Only `load` touches the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from calcqa.documents.base import Dropped, Loaded, decoded, read_text
from calcqa.documents.markdown import load_markdown
from calcqa.documents.plain import load_plain
from calcqa.documents.web_export import load_export, looks_like_export
from calcqa.errors import DocumentError

__all__ = [
    "SUFFIXES", "Dropped", "Loaded", "load", "load_bytes", "load_export", "load_markdown", "load_plain", "load_text",
]  # fmt: skip


def load_text(text: str, source: str) -> Loaded:
    """Load a text file: as a publisher's web export if it has an export's furniture, else as plain text.

    Raises `DocumentError` if there is no text in it.
    """
    return (load_export if looks_like_export(text) else load_plain)(text, source)


_LOADERS: Mapping[str, Callable[[str, str], Loaded]] = {
    ".md": load_markdown,
    ".markdown": load_markdown,
    ".txt": load_text,
}

SUFFIXES: tuple[str, ...] = tuple(_LOADERS)


def load(path: Path) -> Loaded:
    """Load the file at `path`; the document's source is the file's name, without its folders.

    Raises `DocumentError` if the file is missing, a folder, larger than 20 MB, empty, not text in UTF-8,
    of a suffix that no loader knows, or broken in its format.
    """
    text = read_text(path)
    return _loader(path.suffix, str(path))(text, path.name)


def load_bytes(data: bytes, name: str) -> Loaded:
    """Load the bytes of a file that is called `name`, which is the document's source.

    Raises `DocumentError` if they are empty, not text in UTF-8, of a suffix that no loader knows, or broken.
    """
    text = decoded(data, name)
    return _loader(Path(name).suffix, name)(text, name)


def _loader(suffix: str, name: str) -> Callable[[str, str], Loaded]:
    if loader := _LOADERS.get(suffix.lower()):
        return loader
    raise DocumentError(f"{name} is of a kind that cannot be loaded; these can: {', '.join(SUFFIXES)}.")
