"""What kind of file bytes are, by their first ones: a file whose name says another is turned away in one sentence."""

from __future__ import annotations

import re

from calcqa.documents import messages
from calcqa.errors import DocumentError

_STARTS = (
    (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office file that is encrypted or of an older form (.doc, .xls)"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x89PNG\r\n\x1a\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"{\\rtf", "an RTF file"),
)
_ZIP = b"PK\x03\x04"
_MEMBER = rb"PK(?:\x03\x04.{26}|\x01\x02.{42})%b"  # a name in the header of a member, or in the list of all
_IN_ZIP = (
    (re.compile(rb"mimetypeapplication/epub\+zip"), "a book in EPUB"),
    (re.compile(rb"mimetypeapplication/vnd\.oasis"), "an OpenDocument file"),
    (re.compile(_MEMBER % b"word/", re.DOTALL), "a Word file"),
    (re.compile(_MEMBER % b"xl/", re.DOTALL), "an Excel file"),
    (re.compile(_MEMBER % b"ppt/", re.DOTALL), "a PowerPoint file"),
)
_EXPECTED = {".pdf": "a PDF", ".docx": "a Word file", ".epub": "a book in EPUB"}
_ARCHIVE = "a ZIP archive"


def kind_of(data: bytes) -> str:
    """Return what `data` is, with its article: 'a PDF'; empty for text, and for what is not known."""
    if data.startswith(_ZIP):
        return next((kind for pattern, kind in _IN_ZIP if pattern.search(data)), _ARCHIVE)
    return next((kind for start, kind in _STARTS if data.startswith(start)), "")


def check_kind(data: bytes, name: str, suffix: str) -> None:
    """Raise `DocumentError` where a file is of another kind than the suffix of its name says."""
    kind, expected = kind_of(data), _EXPECTED.get(suffix, "")
    if kind and kind != expected and not (kind == _ARCHIVE and expected and expected != _EXPECTED[".pdf"]):
        raise DocumentError(messages.WRONG_KIND.format(name=name, kind=kind, suffix=suffix))
