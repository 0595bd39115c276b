"""From a file to a document: one loader a format, chosen by suffix and, for `.txt`, by a look at the text.

A loader is a pure function `load_xxx(data, source) -> Loaded` over the bytes of a file, or over its text where the
format is text in UTF-8. To add one, write it in a file of its own and name its suffix in `_LOADERS`. Only `load`
touches the disk.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from calcqa.documents.base import Loaded, decoded, read_bytes
from calcqa.documents.docx import load_docx
from calcqa.documents.epub import load_epub
from calcqa.documents.html import load_html
from calcqa.documents.jats import load_jats
from calcqa.documents.kinds import check_kind
from calcqa.documents.markdown import load_markdown
from calcqa.documents.pdf.loader import load_pdf
from calcqa.documents.plain import load_plain
from calcqa.documents.tables import load_csv, load_jsonl, load_tsv
from calcqa.documents.web_export import load_export, looks_like_export
from calcqa.errors import DocumentError
from calcqa.faq.entries import SUFFIX as FAQ_SUFFIX
from calcqa.types import Dropped

__all__ = [
    "SUFFIXES", "Dropped", "Loaded", "load", "load_bytes", "load_export", "load_markdown", "load_plain", "load_text",
]  # fmt: skip


Loader = Callable[[bytes, str], Loaded]
"""From the bytes of a file, and its name, to a document."""


def load_text(text: str, source: str) -> Loaded:
    """Load a text file: as a publisher's web export if it has an export's furniture, else as plain text.

    Raises `DocumentError` if there is no text in it.
    """
    return (load_export if looks_like_export(text) else load_plain)(text, source)


def _of_text(load: Callable[[str, str], Loaded]) -> Loader:
    return lambda data, name: load(decoded(data, name), name)


_LOADERS: Mapping[str, Loader] = {
    ".md": _of_text(load_markdown),
    ".markdown": _of_text(load_markdown),
    ".txt": _of_text(load_text),
    ".pdf": load_pdf,
    ".docx": load_docx,
    ".epub": load_epub,
    ".html": load_html,
    ".htm": load_html,
    ".xml": load_jats,
    ".nxml": load_jats,
    ".csv": load_csv,
    ".tsv": load_tsv,
    ".jsonl": load_jsonl,
}

SUFFIXES: tuple[str, ...] = tuple(_LOADERS)


def is_document(name: str) -> bool:
    """Say whether a file of this name is taken for a document where a folder is read: FAQ files beside them are not."""
    return Path(name).suffix.lower() in _LOADERS and not name.lower().endswith(FAQ_SUFFIX)


def load(path: Path) -> Loaded:
    """Load the file at `path`; the document's source is the file's name, without its folders.

    Raises `DocumentError` if the file is missing, a folder, larger than `MAX_BYTES`, empty, not what its suffix says,
    of a suffix that no loader knows, or broken in its format.
    """
    return load_bytes(read_bytes(path), path.name)


def load_bytes(data: bytes, name: str) -> Loaded:
    """Load the bytes of a file that is called `name`, which is the document's source.

    Raises `DocumentError` if they are empty, not what the suffix says, of a suffix that no loader knows, or broken.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in _LOADERS:
        raise DocumentError(f"{name} is of a kind that cannot be loaded; these can: {', '.join(SUFFIXES)}.")
    if name.lower().endswith(FAQ_SUFFIX):
        raise DocumentError(f"{name} is an FAQ file, which belongs beside its document.")
    if not data.strip():
        raise DocumentError(f"{name} is empty.")
    check_kind(data, name, suffix)
    document = _LOADERS[suffix](data, name).document
    return Loaded(dataclasses.replace(document, file_sha256=hashlib.sha256(data).hexdigest()))
