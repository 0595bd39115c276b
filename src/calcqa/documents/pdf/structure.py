"""From the lines of a PDF's pages to the parts of a document: paragraphs, headings, items, rows, captions, references.

pdfium's order stays. What stands between two halves of a sentence (a caption, a table, a note, another column's head)
comes behind the paragraph that it would cut.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from calcqa.documents.pdf.blocks import Block, blocks_of, body_of
from calcqa.documents.pdf.captions import caption_kind, caption_label, differs, is_caption
from calcqa.documents.pdf.headings import Levels, Outline, find_title, is_heading, run_in
from calcqa.documents.pdf.lines import Line
from calcqa.documents.pdf.paragraphs import BULLETS, INDENT, one_a_line, paragraphs
from calcqa.documents.pdf.tables import split_tables, write_rows
from calcqa.documents.pdf.writing import Writer, ended, known_words
from calcqa.documents.repair import BULLET
from calcqa.language.english import ENGLISH
from calcqa.types import BlockKind

_REFERENCES = re.compile(rf"(?:\d+\.?\s+)?(?:{ENGLISH.references})\W*", re.IGNORECASE)
_NAMES = re.compile(r"[,&*†‡]|\w\s?\d")  # in a line of authors
_ENTRY = re.compile(r"\[?(?P<number>\d{1,3})(?:\]|\.|\s|\t)\s*(?=\D)")

_ENTRY_NUMBER = re.compile(r"\d+")

_SAME_SIZE = 0.04
_REACH = 40  # parts back to the beginning of a sentence
_FAR = 600  # the same, rows of tables counted
_FULL = 0.85  # of a column's width: a line that ends there goes on
_EDGE_LINES = 5  # that end at a place make it a column's edge
_JUSTIFIED = 0.12  # of all lines end at one place where a text is justified
_WITHIN = tuple("([0123456789“‘≥≤<>=±+−–%")  # what seldom begins a paragraph


@dataclass(slots=True)
class Piece:
    """A part in the making; `first` is the line it begins with."""

    kind: BlockKind
    writer: Writer
    level: int = 0
    marker: str = ""
    tight: bool = False
    first: Line | None = None


def pieces_of(
    pages: Sequence[Sequence[Line]],
    widths: Sequence[float],
    outline: Outline,
    title: str,
    heads: Sequence[str],
    gone: Counter[str],
) -> list[Piece]:
    """Return the parts of the document in reading order, the title as the first if there is one.

    `widths` are those of the pages, `title` is the file's own word for it, `heads` the running heads;
    `gone` counts what cleaning takes out.
    """
    return _Reader(pages, widths, outline, title, heads, gone).read()


class _Reader:
    """Walks over the pages and collects pieces."""

    def __init__(
        self,
        pages: Sequence[Sequence[Line]],
        widths: Sequence[float],
        outline: Outline,
        title: str,
        heads: Sequence[str],
        gone: Counter[str],
    ) -> None:
        self.body, self.gone = (body := body_of(pages, widths)), gone
        lines = [line for page in pages for line in page]
        self.edges = Counter(round(line.x1) + step for line in lines for step in (-2, -1, 0, 1, 2))
        self.ragged = max(self.edges.values()) < _JUSTIFIED * len(lines)
        self.words = known_words(lines)
        self.runs = [list(split_tables(lines, body)) for lines in pages]
        self.blocks: list[list[Block] | list[Line]] = []
        self.tables: list[bool] = []
        for page in self.runs:
            for table, lines in page:
                self.tables.append(table)
                self.blocks.append(lines if table else blocks_of(lines, is_caption))
        flat = [b for bs, t in zip(self.blocks, self.tables, strict=True) if not t for b in bs if isinstance(b, Block)]
        first = [b for b in flat if b.first.page == 1]
        self.title = find_title(first, title, heads, body)
        following = dict(zip(map(id, flat), flat[1:], strict=False))
        before = dict(zip(map(id, flat[1:]), flat, strict=False))
        self.headings = {
            id(b)
            for b in flat
            if b is not self.title
            and not self._at_title(b, before.get(id(b)))
            and caption_label(b.first, self.body) is None
            and is_heading(b, following.get(id(b)), body, outline)
        }
        self.levels = Levels([b for b in flat if id(b) in self.headings], outline)
        # Kinds of captions that this document sets in a style of their own: 'fig', 'tab'.
        self.own_style = {
            caption_kind(b.first) for b in flat if caption_label(b.first, body) and differs(b.first, body)
        }
        self.pieces: list[Piece] = []
        self.references = False

    def _at_title(self, block: Block, before: Block | None) -> bool:
        """Say whether a block stands above the title, as a journal's name does, or names the authors below it."""
        title = self.title
        if title is None or block.first.page != title.first.page:
            return False
        names = before is title and _NAMES.search(block.text) is not None
        return names or block.last.base > title.first.base

    def read(self) -> list[Piece]:
        for blocks, table in zip(self.blocks, self.tables, strict=True):
            if table:
                lines = [line for line in blocks if isinstance(line, Line)]
                self._table(lines)
                continue
            for block in blocks:
                if isinstance(block, Block):
                    self._block(block)
        if self.title is not None:
            self.pieces.sort(key=lambda piece: piece.kind != BlockKind.TITLE)
        return self.pieces

    def _new(self) -> Writer:
        return Writer(self.words, self.gone)

    def _table(self, lines: Sequence[Line]) -> None:
        """Write a table by rows; its first one is the header where a caption stands above, or where it is bold."""
        captioned = bool(self.pieces) and self.pieces[-1].kind is BlockKind.CAPTION
        rows = [writer for writer in write_rows(lines, self._new) if writer.text]
        for number, writer in enumerate(rows):
            header = number == 0 and len(rows) > 1 and (captioned or lines[0].bold)
            self.pieces.append(Piece(BlockKind.ROW, writer, int(header), tight=number > 0, first=lines[0]))

    def _block(self, block: Block) -> None:
        if block is self.title:
            self._whole(BlockKind.TITLE, block, 1)
        elif id(block) in self.headings:
            previous = self.pieces[-1] if self.pieces else None
            level = self.levels.of(block)
            if (
                previous
                and previous.kind == BlockKind.HEADING
                and previous.level == level
                and self._runs_on(previous, block)
            ):
                for line in block.lines:
                    previous.writer.add(line)
            else:
                self._whole(BlockKind.HEADING, block, level)
            text = self.pieces[-1].writer.text
            self.references = _REFERENCES.fullmatch(text) is not None
        elif self._is_caption(block):
            self._whole(BlockKind.CAPTION, block, 0)
        elif self.references:
            self._references(block)
        else:
            self._text(block)

    def _is_caption(self, block: Block) -> bool:
        """Say whether a block is a caption, and not a sentence that names a table at the head of a column."""
        if caption_label(block.first, self.body) is None:
            return False
        alike = caption_kind(block.first) in self.own_style and not differs(block.first, self.body)
        return not alike or self._open(block) is None

    def _runs_on(self, previous: Piece, block: Block) -> bool:
        last = previous.writer.last
        line = block.first
        alike = last is not None and last.page == line.page and last.size == line.size and last.bold == line.bold
        return alike and last is not None and 0 < last.base - line.base < 1.4 * last.size

    def _whole(self, kind: BlockKind, block: Block, level: int) -> None:
        writer = self._new()
        for line in block.lines:
            writer.add(line)
        self.pieces.append(Piece(kind, writer, level, first=block.first))

    def _references(self, block: Block) -> None:
        left = min(line.x0 for line in block.lines)
        hanging = any(line.x0 > left + INDENT * line.size for line in block.lines)
        for line in block.lines:
            previous = self.pieces[-1]
            numbered = _ENTRY.match(line.text)
            open_ = previous.kind == BlockKind.REFERENCE
            starts = bool(numbered) if self._numbered(previous) else hanging and line.x0 < left + 0.3 * line.size
            if open_ and not (starts or (numbered and self._next(previous, numbered["number"]))):
                previous.writer.add(line)
            else:
                writer = self._new()
                writer.add(line, numbered.end() if numbered else 0)
                marker = f"{numbered[0].rstrip()} " if numbered else ""
                self.pieces.append(Piece(BlockKind.REFERENCE, writer, marker=marker, first=line))

    def _numbered(self, previous: Piece) -> bool:
        return previous.kind == BlockKind.REFERENCE and previous.marker != ""

    def _next(self, previous: Piece, number: str) -> bool:
        match = _ENTRY_NUMBER.search(previous.marker)
        return match is not None and int(number) == int(match[0]) + 1

    def _text(self, block: Block) -> None:
        """Write a block of running text: its paragraphs, and its first one behind what it goes on from."""
        facts = one_a_line(block, self.body)
        for i, (lines, marker) in enumerate(paragraphs(block, self.body, facts)):
            first = lines[0]
            if i == 0 and marker not in BULLETS and (open_ := self._open(block)) is not None:
                for line in lines:
                    open_.writer.add(line)
                continue
            writer, skip = self._new(), len(marker)
            while skip < len(first.text) and first.text[skip] == " ":
                skip += 1
            if not marker and (count := run_in(lines)) is not None:
                heading = self._new()
                for line in lines[:count]:
                    heading.add(line)
                heading.add(lines[count], 0, len(lines[count].text[: lines[count].lead].rstrip(" .:")))
                self.pieces.append(Piece(BlockKind.HEADING, heading, self.levels.deepest(), first=first))
                lines, skip = lines[count:], lines[count].lead
                self.references = False
            writer.add(lines[0], skip)
            for line in lines[1:]:
                writer.add(line)
            kind = BlockKind.ITEM if marker else BlockKind.PARAGRAPH
            shown = "" if not marker else BULLET if marker in BULLETS else f"{marker} "
            previous = self.pieces[-1] if self.pieces else None
            tight = previous is not None and previous.kind is kind and (bool(marker) or (i > 0 and facts))
            self.pieces.append(Piece(kind, writer, marker=shown, tight=tight, first=first))

    def _open(self, block: Block) -> Piece | None:
        """Return the piece whose last sentence goes on in `block`: of its size and font, with a full last line."""
        line, near = block.first, True
        lower = line.text[:1].islower()
        within = lower or line.text.startswith(_WITHIN)
        recent = islice(reversed(self.pieces), _FAR)
        for piece in islice((piece for piece in recent if piece.kind is not BlockKind.ROW), _REACH):
            last = piece.writer.last
            if piece.kind in (BlockKind.HEADING, BlockKind.TITLE) and not lower:
                return None
            if piece.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM) or last is None:
                near = near and piece.kind is BlockKind.CAPTION
                continue
            jumped = last.page != line.page or line.base > last.base or line.x0 > last.x1
            alike = abs(last.size / line.size - 1) <= _SAME_SIZE and last.turn == line.turn
            over = ended(piece.writer.text, piece.writer.marks)
            if alike and last.family == line.family:
                if over and not lower:
                    return None
                if not over and ((near and lower) or (self._full(last) and (within or jumped))):
                    return piece
            elif alike and near and lower and not jumped and not over:
                return piece
            near = False
        return None

    def _full(self, line: Line) -> bool:
        """Say whether a line goes to the edge of its column, so that its sentence may go on in the next."""
        if line.broken:
            return True
        wide = line.x1 - line.x0 > _FULL * self.body.width
        return wide and (self.ragged or self.edges[round(line.x1)] >= _EDGE_LINES)
