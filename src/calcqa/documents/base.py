"""What the loaders share: reading a file, and laying blocks out as the one form of `Document.text`.

The form: blocks with exactly one blank line between them, the title first. A heading is a block of one line, so is a
paragraph; a list is a block with a line for each item ('• ' or '1. '), a table one with a line for each row; code with
blank lines in it becomes several blocks. No line ends in a space and the text does not end in a newline. What is longer
than a heading can be is a paragraph, whatever it is marked as: headings stand before each of their sentences.

This file does not look into any format; that is each loader's work.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from calcqa.documents.repair import squeeze
from calcqa.errors import DocumentError
from calcqa.language.characters import clean_characters, is_hidden
from calcqa.types import Document, Section, text_hash

MAX_BYTES = 20_000_000
_LONGEST_HEADING = 1_000  # code points
_MOST_NAMED = 20  # kinds of characters that are named among what is dropped

_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A piece of the file that is not in the document, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document and what was left out of it, in the file's order."""

    document: Document
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A block of text; a heading has a level from 1, everything else has level 0."""

    text: str
    level: int = 0


def read_text(path: Path) -> str:
    """Return the text of the file at `path`.

    Raises `DocumentError` if it is missing, a folder, too large, empty, or not text in UTF-8.
    """
    try:
        if not path.exists():
            raise DocumentError(f"{path} does not exist.")
        if not path.is_file():
            raise DocumentError(f"{path} is not a file.")
        if path.stat().st_size > MAX_BYTES:
            raise DocumentError(f"{path} is larger than {MAX_BYTES // 1_000_000} MB.")
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror or error}.") from error
    return decoded(data, str(path))


def decoded(data: bytes, name: str) -> str:
    """Return the text of a file's bytes; errors call it `name`.

    Raises `DocumentError` if they are empty, or not text in UTF-8.
    """
    if b"\0" in data:
        raise DocumentError(f"{name} is a binary file, not text.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"{name} is not text in UTF-8 (byte {error.start} is not).") from error
    if not text.strip():
        raise DocumentError(f"{name} is empty.")
    return text


def build(
    source: str,
    title: str | None,
    blocks: Iterable[Block],
    metadata: Mapping[str, str] | None = None,
    dropped: Iterable[Dropped] = (),
    gone: Counter[str] | None = None,
) -> Loaded:
    """Lay `blocks` (the title not among them) out as a document.

    Without a `title` the file's stem is made readable. Level 1 is the title's alone: where the blocks have headings of
    level 1 too, all their headings sink by one. `gone` counts the characters that cleaning took out of the file
    (`clean_characters`); they are dropped, and so are those it takes out here.

    Raises `DocumentError` if there are no blocks with text in them.
    """
    gone = Counter() if gone is None else gone
    body = [piece for block in blocks for piece in _pieces(block, gone)]
    if not body:
        raise DocumentError(f"{source} has no text.")
    title = squeeze(clean_characters(title or "", gone))
    if len(title) > _LONGEST_HEADING:
        body, title = [Block(title), *body], ""
    title = title or readable(source)
    sink = int(any(block.level == 1 for block in body))
    body = [Block(title, 1), *(Block(b.text, b.level + sink) if b.level else b for b in body)]
    text = "\n\n".join(block.text for block in body)
    kept = {squeeze(clean_characters(k, gone)): squeeze(clean_characters(v, gone)) for k, v in (metadata or {}).items()}
    return Loaded(
        Document(text_hash(text)[:16], source, title, text, _sections(body, len(text)), kept),
        (*dropped, *_unseen(gone)),
    )


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


def _pieces(block: Block, gone: Counter[str]) -> list[Block]:
    """Return `block` tidied: cut at blank lines, no spaces at the ends of lines, a heading on one line."""
    text = clean_characters(block.text, gone)
    if block.level:
        line = squeeze(text)
        return [Block(line, block.level if len(line) <= _LONGEST_HEADING else 0)] if line else []
    pieces = ("\n".join(line.rstrip() for line in piece.split("\n")) for piece in _BLANK_LINES.split(text))
    return [Block(piece.strip("\n")) for piece in pieces if piece.strip()]


def _sections(blocks: list[Block], length: int) -> tuple[Section, ...]:
    """Return the section of each heading: it ends where the next of its level or a higher one starts."""
    headings: list[tuple[Block, int]] = []
    position = 0
    for block in blocks:
        if block.level:
            headings.append((block, position))
        position += len(block.text) + 2
    sections: list[Section] = []
    open_ends: list[tuple[int, int]] = []  # (level, end) of the sections further on, nearest last
    for block, start in reversed(headings):
        while open_ends and open_ends[-1][0] > block.level:
            open_ends.pop()
        sections.append(Section(block.text, block.level, start, open_ends[-1][1] if open_ends else length))
        open_ends.append((block.level, start))
    return tuple(reversed(sections))
