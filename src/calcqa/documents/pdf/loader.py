"""Loads PDF by pdfium: pages to lines (`documents/pdf/lines.py`), lines to parts (`documents/pdf/structure.py`).

Does: keep pdfium's reading order; leave out and report furniture and what nobody sees; read scanned pages by
recognition where that is installed (`documents/pdf/ocr.py`). Does not: read forms, notes, attachments or the text of
pictures on pages that have text, or run what is in the file.

pdfium is not safe for threads: a lock holds all calls of this process apart.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from calcqa.documents import messages
from calcqa.documents.base import Loaded, Part, build
from calcqa.documents.pdf import ocr
from calcqa.documents.pdf.furniture import find_furniture
from calcqa.documents.pdf.glyphs import Glyph, read_glyphs
from calcqa.documents.pdf.headings import Outline, folded
from calcqa.documents.pdf.lines import Box, Line, read_lines
from calcqa.documents.pdf.rules import read_rules, with_cells, without_struck
from calcqa.documents.pdf.signs import UNKNOWN, Signs, without_unknown
from calcqa.documents.pdf.structure import Piece, pieces_of
from calcqa.documents.pdf.visible import has_picture, split_visible
from calcqa.documents.tree.visibility import STRUCK
from calcqa.errors import DocumentError
from calcqa.language.references import reference_marks
from calcqa.types import BlockKind, Dropped, Span

MOST_PAGES = 1_500
MOST_CHARACTERS = 4_000_000
_MOST_ON_PAGE = 200_000  # characters
_SCANNED = 25  # letters: a page with a picture over it and fewer of them is a scan
_PASSWORD = 4  # FPDF_ERR_PASSWORD
_MOST_BOOKMARKS = 2_000
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}|\\^`]+")
_FILE_NAME = re.compile(r"\.(?:docx?|dvi|fm|indd|pdf|qxd|rtf|tex|p65)\b|microsoft word|^untitled", re.IGNORECASE)

_LOCK = threading.RLock()


@dataclass(slots=True)
class Read:
    """What the pages of a file say."""

    pages: list[list[Line]] = field(default_factory=list)
    frames: list[Box] = field(default_factory=list)  # of the pages: left, bottom, right, top
    dropped: list[Dropped] = field(default_factory=list)
    recognised: list[int] = field(default_factory=list)  # pages read by recognition
    unread: list[int] = field(default_factory=list)  # scanned pages that nothing could read


def load_pdf(data: bytes, source: str) -> Loaded:
    """Load the bytes of a PDF; `source` is the file's name.

    Raises `DocumentError` if pypdfium2 is not installed, the file is encrypted, broken or too long, or there is no text
    in it.
    """
    with opened(data, source) as pdf:
        read = _read_pages(pdf, source)
        outline, known = _outline(pdf), pdf.get_metadata_dict()
    if not any(read.pages):
        raise DocumentError((messages.PDF_SCANNED if read.unread else messages.PDF_EMPTY).format(name=source))
    furniture = find_furniture(read.pages, [(low, high) for _, low, _, high in read.frames])
    heads = [line for page in read.pages for line in page if id(line) in furniture]
    read.dropped += [Dropped(line.text, messages.PAGE_FURNITURE) for line in heads]
    pages = [[line for line in page if id(line) not in furniture] for page in read.pages]
    if not any(pages):
        raise DocumentError(messages.PDF_EMPTY.format(name=source))
    title = "" if _FILE_NAME.search(known["Title"]) else known["Title"]
    gone = Counter[str]()
    pieces = pieces_of(
        pages, [right - left for left, _, right, _ in read.frames], outline, title, [line.text for line in heads], gone
    )
    metadata = _metadata(known, [line.text for page in read.pages[:2] for line in page], read)
    named = [piece.writer.text for piece in pieces if piece.kind is BlockKind.TITLE]
    parts = [_part(piece) for piece in pieces if piece.kind is not BlockKind.TITLE]
    return build(source, named[0] if named else None, parts, metadata, read.dropped, gone)


@contextmanager
def opened(data: bytes, source: str) -> Iterator[Any]:
    """Open the bytes of a PDF for one thread at a time; a `pypdfium2.PdfDocument`.

    Raises `DocumentError` if pypdfium2 is not installed, or the file is encrypted, broken or has too many pages.
    """
    try:
        import pypdfium2
    except ImportError as error:
        raise DocumentError(messages.PDF_NEEDS_EXTRA.format(name=source)) from error
    logging.getLogger("pypdfium2").setLevel(logging.CRITICAL)  # it logs what it then raises
    with _LOCK:
        try:
            pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            encrypted = getattr(error, "err_code", None) == _PASSWORD
            problem = messages.PDF_ENCRYPTED if encrypted else messages.PDF_BROKEN
            raise DocumentError(problem.format(name=source)) from error
        try:
            if len(pdf) > MOST_PAGES:
                raise DocumentError(messages.PDF_TOO_LONG.format(name=source, count=len(pdf), most=MOST_PAGES))
            yield pdf
        finally:
            pdf.close()


def page_lines(page: Any, number: int, signs: Signs) -> tuple[list[Line], list[Dropped], bool]:
    """Return the lines of a pdfium page, what is not read, and whether a recognised text lies under its picture."""
    textpage = page.get_textpage()
    try:
        glyphs: Sequence[Glyph] = read_glyphs(textpage, _MOST_ON_PAGE)
        glyphs, hidden, layer = split_visible(page, glyphs)
        glyphs, unknown = without_unknown(signs.read(page, glyphs))
        rules = read_rules(page)
        glyphs, struck = without_struck(glyphs, rules)
        glyphs = with_cells(glyphs, rules)
        reasons = ((hidden, messages.INVISIBLE), (struck, STRUCK), (UNKNOWN * unknown, messages.UNREADABLE))
        return read_lines(glyphs, number), [Dropped(text, reason) for text, reason in reasons if text], layer
    finally:
        textpage.close()


def _read_pages(pdf: Any, source: str) -> Read:
    import pypdfium2

    read, characters, signs = Read(), 0, Signs()
    for number in range(1, len(pdf) + 1):
        try:
            page = pdf[number - 1]
            lines, hidden, layer = page_lines(page, number, signs)
            scan = sum(c.isalpha() for line in lines for c in line.text) < _SCANNED and has_picture(page)
            if scan and ocr.available():
                lines, layer = [*lines, *ocr.read_scan(page, number)], True
            elif scan:
                read.unread.append(number)
                read.dropped.append(Dropped(messages.PAGE.format(number=number), messages.PAGE_SCANNED))
            read.frames.append(page.get_bbox())
            page.close()
        except pypdfium2.PdfiumError:
            lines, hidden, layer = [], [], False
            read.frames.append((0.0, 0.0, 1.0, 1.0))
            read.dropped.append(Dropped(messages.PAGE.format(number=number), messages.PAGE_BROKEN))
        read.pages.append(lines)
        read.dropped += hidden
        if layer:
            read.recognised.append(number)
        characters += sum(len(line.text) for line in lines)
        if characters > MOST_CHARACTERS:
            raise DocumentError(messages.PDF_TOO_MUCH.format(name=source, most=MOST_CHARACTERS))
    return read


def _outline(pdf: Any) -> Outline:
    """Return the titles of the file's outline, folded, with their depth."""
    titles: dict[str, int] = {}
    for number, mark in enumerate(pdf.get_toc(max_depth=6)):
        if number >= _MOST_BOOKMARKS:
            break
        if len(title := folded(mark.get_title())) > 2:
            titles.setdefault(title, mark.level)
    return titles


def _metadata(known: dict[str, str], first: Sequence[str], read: Read) -> dict[str, str]:
    """Return authors and DOI where the file names them, and the pages that were read by recognition."""
    metadata: dict[str, str] = {}
    if " " in known["Author"].strip():
        metadata["authors"] = known["Author"]
    for text in (*first, *known.values()):
        if match := _DOI.search(text):
            metadata["doi"] = match[0].rstrip(".,;:)]")
            break
    if read.recognised:
        metadata["ocr"] = ", ".join(map(str, read.recognised))
    return metadata


def _part(piece: Piece) -> Part:
    """Return a piece as a part; numbers that are raised and those the text shows to be references are both marked."""
    writer = piece.writer
    marks = {*writer.marks, *(m for m in reference_marks(writer.text) if not _touches(m, writer.marks))}
    return Part(
        writer.text,
        piece.kind,
        piece.level,
        piece.marker,
        piece.tight,
        piece.first.page if piece.first else None,
        tuple(sorted(marks)),
        tuple(writer.places),
    )


def _touches(mark: Span, others: Sequence[Span]) -> bool:
    return any(mark.start < other.end and other.start < mark.end for other in others)
