"""What the loaders share: reading a file, and laying blocks out as the one form of `Document.text`.

The form: the title first, then blocks, each on a line of its own, with exactly one blank line between them. None is
between the items of a list ('• ' or '1. '), the rows of a table, or the lines of a note; code keeps its lines, and with
blank lines in it becomes several blocks. No line ends in a space and the text does not end in a newline. What is longer
than a heading can be is a paragraph, whatever it is marked as: headings stand before each of their sentences.

This file does not look into any format; that is each loader's work.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from calcqa.documents.repair import squeeze
from calcqa.errors import DocumentError
from calcqa.language.characters import clean_characters, is_hidden
from calcqa.language.english import ENGLISH
from calcqa.language.references import reference_marks
from calcqa.types import Block, BlockKind, Document, Dropped, Place, Section, Span, text_hash

MAX_BYTES = 20_000_000
_LONGEST_HEADING = 1_000  # code points
_MOST_ABOVE = 8  # items that an item stands within, the nearest: all of them for each would be more than the text
_MOST_NAMED = 20  # kinds of characters that are named among what is dropped

HEADING = BlockKind.HEADING
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_KINDS = (
    (re.compile(ENGLISH.references, re.IGNORECASE), BlockKind.REFERENCE),
    (re.compile(ENGLISH.acknowledgements, re.IGNORECASE), BlockKind.ACKNOWLEDGEMENT),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document, with what was left out of it."""

    document: Document

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """What was left out, in the file's order."""
        return self.document.dropped


@dataclass(frozen=True, slots=True)
class Part:
    """A block as a loader hands it over, its text without the marker of an item.

    `level` is that of a heading, from 1; how many items an item stands within; 1 for the header of a table. A `tight`
    part stands on the line right below the one before it: the further items of a list, rows of a table, lines of a
    note. `references` are the numbers in the text that point to a list of references, where the format marks them;
    None where they are to be looked for.
    `places` and `references` count code points of the text, which must be clean and tidy then. `page` counts from 1.
    """

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    marker: str = ""
    tight: bool = False
    page: int | None = None
    references: tuple[Span, ...] | None = None
    places: tuple[Place, ...] = ()


def heading(text: str, level: int, page: int | None = None) -> Part:
    """Return a heading; level 1 is the highest."""
    return Part(text, BlockKind.HEADING, level, page=page)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of the file at `path`.

    Raises `DocumentError` if it is missing, a folder, too large, or cannot be read.
    """
    try:
        if not path.exists():
            raise DocumentError(f"{path} does not exist.")
        if not path.is_file():
            raise DocumentError(f"{path} is not a file.")
        if path.stat().st_size > MAX_BYTES:
            raise DocumentError(f"{path} is larger than {MAX_BYTES // 1_000_000} MB.")
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror or error}.") from error


def decoded(data: bytes, name: str) -> str:
    """Return the text of a file's bytes, in UTF-8 or, with a byte order mark, UTF-16; errors call it `name`.

    Raises `DocumentError` if they are empty, or not text in that encoding.
    """
    encoding = "UTF-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "UTF-8"
    try:
        text = data.decode("UTF-16" if encoding == "UTF-16" else "utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in data:
            raise DocumentError(f"{name} is a binary file, not text.") from error
        raise DocumentError(f"{name} is not text in {encoding} (byte {error.start} is not).") from error
    if "\0" in text:
        raise DocumentError(f"{name} is a binary file, not text.")
    if not text.strip():
        raise DocumentError(f"{name} is empty.")
    return text


def build(
    source: str,
    title: str | None,
    parts: Iterable[Part],
    metadata: Mapping[str, str] | None = None,
    dropped: Iterable[Dropped] = (),
    gone: Counter[str] | None = None,
) -> Loaded:
    """Lay `parts` (the title not among them) out as a document.

    Without a `title` the file's stem is made readable. Level 1 is the title's alone: where the headings among the parts
    have level 1 too, all of them sink by one. What stands below a heading of references, or of thanks and funding, is
    of that kind. `gone` counts the characters that cleaning took out of the file (`clean_characters`); they are
    dropped, and so are those it takes out here.

    Raises `DocumentError` if there are no parts with text in them.
    """
    gone = Counter() if gone is None else gone
    body = [piece for part in parts for piece in _pieces(part, gone)]
    if not body:
        raise DocumentError(f"{source} has no text.")
    title = squeeze(clean_characters(title or "", gone))
    if len(title) > _LONGEST_HEADING:
        body, title = [Part(title), *body], ""
    is_titled, title = bool(title), title or readable(source)
    if any(part.kind is HEADING and part.level == 1 for part in body):
        body = [replace(part, level=part.level + 1) if part.kind is HEADING else part for part in body]
    kept = {squeeze(clean_characters(k, gone)): squeeze(clean_characters(v, gone)) for k, v in (metadata or {}).items()}
    text, blocks, references, places = laid_out([Part(title, BlockKind.TITLE, 1), *_named(body)])
    sections = _sections(text, blocks)
    left_out = (*dropped, *_unseen(gone))
    made = text_hash(text)[:16], source, title, text, sections, kept, blocks, references, places, left_out
    return Loaded(Document(*made, is_titled=is_titled))


def _unseen(gone: Counter[str]) -> Iterator[Dropped]:
    """Yield what cleaning took out, each kind of character with its number."""
    hidden = Counter({c: n for c, n in gone.items() if is_hidden(c)})
    for counted, reason in ((hidden, "invisible"), (gone - hidden, "more marks than a letter bears")):
        named = [f"U+{ord(c):04X} {unicodedata.name(c, '')}".strip() + f" ×{n}" for c, n in counted.most_common() if n]
        if named:
            yield Dropped(", ".join(named[:_MOST_NAMED]) + (", …" if len(named) > _MOST_NAMED else ""), reason)


def readable(source: str) -> str:
    """Return a title made of a file's name: 'left-knee_2.md' becomes 'Left knee 2'."""
    words = squeeze(clean_characters(re.sub(r"[-_]+", " ", Path(source).stem)))
    return words[:1].upper() + words[1:] if words else "Untitled"


def _pieces(part: Part, gone: Counter[str]) -> list[Part]:
    """Return `part` tidied: cut at blank lines, no spaces at the ends of lines, all but code on one line."""
    text = clean_characters(part.text, gone)
    if part.kind is not BlockKind.PARAGRAPH:
        line = squeeze(text)
        is_long = part.kind is HEADING and len(line) > _LONGEST_HEADING
        kind, level = (BlockKind.PARAGRAPH, 0) if is_long else (part.kind, part.level)
        return [replace(part, text=line, kind=kind, level=level)] if line else []
    pieces = ("\n".join(line.rstrip() for line in piece.split("\n")) for piece in _BLANK_LINES.split(text))
    tidy = [piece.strip("\n") for piece in pieces if piece.strip()]
    return [replace(part, text=piece, tight=part.tight and not number) for number, piece in enumerate(tidy)]


def _named(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield the parts, those below a heading of references or of thanks and funding as what they are."""
    below: tuple[int, BlockKind] | None = None
    for part in parts:
        if part.kind is HEADING:
            kind = next((kind for names, kind in _KINDS if names.fullmatch(part.text.strip())), None)
            if kind or not below or part.level <= below[0]:
                below = (part.level, kind) if kind else None
        elif below and part.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM):
            part = replace(part, kind=below[1])
        yield part


def laid_out(
    parts: Iterable[Part],
) -> tuple[str, tuple[Block, ...], tuple[Span, ...], tuple[Place, ...]]:
    """Return the text of tidy parts, and its blocks, reference numbers and places."""
    pieces: list[str] = []
    blocks: list[Block] = []
    references: list[Span] = []
    places: list[Place] = []
    at = header = 0  # where the text ends, and where the header of the last table does
    begun = Block(BlockKind.TITLE, 0, 0)  # where the last list or table began
    above: list[Block] = []  # the items that the next one stands within
    for part in parts:
        gap = ("\n" if part.tight else "\n\n") if pieces else ""
        pieces += (gap, part.marker, part.text)
        start = at + len(gap)
        inside = start + len(part.marker)
        at = inside + len(part.text)
        last = blocks[-1] if blocks else None
        goes_on = last is not None and part.tight and last.kind is part.kind
        context = begun.context if goes_on else _context(part, last, pieces)
        block = Block(part.kind, start, at, part.level, len(part.marker), context, part.page)
        if part.kind is BlockKind.ITEM:
            while above and not (goes_on and above[-1].level < block.level):
                above.pop()
            block = replace(block, context=(*context, *(Span(one.start, one.end) for one in above[-_MOST_ABOVE:])))
            above.append(block)
        if not goes_on:
            begun, header = block, at
        elif begun.level and part.kind is BlockKind.ROW and block.level and last and last.end == header:
            header = at  # a row of names further down is none of the table's header
        elif begun.level and part.kind is BlockKind.ROW:
            block = replace(block, context=(*context, Span(begun.start, header)))
        blocks.append(block)
        marked = reference_marks(part.text) if part.references is None else part.references
        references += (Span(inside + m.start, inside + m.end) for m in marked)
        places += (replace(p, start=inside + p.start, end=inside + p.end) for p in part.places)
    return "".join(pieces), tuple(blocks), tuple(references), tuple(places)


def _context(part: Part, last: Block | None, pieces: list[str]) -> tuple[Span, ...]:
    """Return the lead-in of a list, or the caption of a table, that stands right before its first part."""
    leads = {BlockKind.ITEM: BlockKind.PARAGRAPH, BlockKind.ROW: BlockKind.CAPTION}
    if not last or last.kind is not leads.get(part.kind):
        return ()
    is_lead = part.kind is BlockKind.ROW or pieces[-4].rstrip().endswith(":")
    return (Span(last.start, last.end),) if is_lead else ()


def _sections(text: str, blocks: Sequence[Block]) -> tuple[Section, ...]:
    """Return the section of each heading: it ends where the next of its level or a higher one starts."""
    sections: list[Section] = []
    open_ends: list[tuple[int, int]] = []  # (level, end) of the sections further on, nearest last
    for block in reversed(blocks):
        if block.kind not in (BlockKind.TITLE, HEADING):
            continue
        while open_ends and open_ends[-1][0] > block.level:
            open_ends.pop()
        end = open_ends[-1][1] if open_ends else len(text)
        sections.append(Section(text[block.start : block.end], block.level, block.start, end))
        open_ends.append((block.level, block.start))
    return tuple(reversed(sections))
