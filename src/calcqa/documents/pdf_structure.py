"""From the lines of a PDF's pages to the parts of a document: paragraphs, headings, items, rows, captions, references.

pdfium's order stays. What stands between two halves of a sentence (a caption, a table, a note, another column's head)
comes behind the paragraph that it would cut.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from calcqa.documents.pdf_blocks import Block, Body, blocks_of
from calcqa.documents.pdf_headings import Levels, Outline, find_title, is_heading, run_in
from calcqa.documents.pdf_lines import Line
from calcqa.documents.pdf_tables import split_tables, write_rows
from calcqa.documents.pdf_writing import Writer, ended, known_words
from calcqa.language.english import ENGLISH

_LABEL = re.compile(rf"(?:{ENGLISH.captions})\s*(?:[A-Z]?\d{{1,3}}|[IVX]+)[A-Za-z]?\b(?P<stop>\s?[.:|–—-])?", re.IGNORECASE)
_REFERENCES = re.compile(rf"(?:\d+\.?\s+)?(?:{ENGLISH.references})\W*", re.IGNORECASE)
_THANKS = re.compile(rf"(?:\d+\.?\s+)?(?:{ENGLISH.acknowledgements})\W*", re.IGNORECASE)
_NAMES = re.compile(r"[,&*†‡]|\w\s?\d")  # in a line of authors
_BULLET = re.compile(r"(?P<marker>[•●▪■◦‣∙○□▸►✓✔➢])\s*(?=\S)|(?P<dash>[–·*-])\s+(?=[^\W\d_])")
_BULLETS = tuple("•●▪■◦‣∙○□▸►✓✔➢*")
_NUMBER = re.compile(r"(?P<marker>\(?(?P<number>\d{1,3})[.)]|\((?:[ivx]+|[a-z])\)|[a-z]\))\s+(?=\S)")
_ENTRY = re.compile(r"\[?(?P<number>\d{1,3})(?:\]|\.|\s|\t)\s*(?=\D)")

_INDENT = 0.7  # sizes
_SHORT = 1.2  # sizes: a line ends this much before the next word would have fitted
_SAME_SIZE = 0.04
_REACH = 40  # parts back to the beginning of a sentence
_FULL = 0.85  # of a column's width: a line that ends there goes on
_EDGE_LINES = 5  # that end at a place make it a column's edge
_JUSTIFIED = 0.12  # of all lines end at one place where a text is justified
_WITHIN = tuple("([0123456789“‘≥≤<>=±+−–%")  # what seldom begins a paragraph


@dataclass(slots=True)
class Piece:
    """A part in the making: `kind` is the name of a `BlockKind`."""

    kind: str
    writer: Writer
    level: int = 0
    marker: str = ""
    first: Line | None = None


def pieces_of(
    pages: Sequence[Sequence[Line]], body: Body, outline: Outline, title: str, heads: Sequence[str]
) -> list[Piece]:
    """Return the parts of the document in reading order, the title as the first if there is one."""
    return _Reader(pages, body, outline, title, heads).read()


class _Reader:
    """Walks over the pages and collects pieces."""

    def __init__(
        self, pages: Sequence[Sequence[Line]], body: Body, outline: Outline, title: str, heads: Sequence[str]
    ) -> None:
        self.body, self.outline = body, outline
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
        self.title = find_title(first, title, heads)
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
        self.own_style = {_kind(b.first) for b in flat if _LABEL.match(b.first.text) and _differs(b.first, body)}
        self.pieces: list[Piece] = []
        self.section = "PARAGRAPH"

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
                self.pieces += [Piece("ROW", w, first=lines[0]) for w in write_rows(lines, self.words) if w.text]
                continue
            for block in blocks:
                if isinstance(block, Block):
                    self._block(block)
        if self.title is not None:
            self.pieces.sort(key=lambda piece: piece.kind != "TITLE")
        return self.pieces

    def _block(self, block: Block) -> None:
        if block is self.title:
            self._whole("TITLE", block, 1)
        elif id(block) in self.headings:
            previous = self.pieces[-1] if self.pieces else None
            level = self.levels.of(block)
            if previous and previous.kind == "HEADING" and previous.level == level and self._runs_on(previous, block):
                for line in block.lines:
                    previous.writer.add(line)
            else:
                self._whole("HEADING", block, level)
            text = self.pieces[-1].writer.text
            self.section = (
                "REFERENCE" if _REFERENCES.fullmatch(text) else "ACKNOWLEDGEMENT" if _THANKS.fullmatch(text) else
                "PARAGRAPH"
            )  # fmt: skip
        elif self._is_caption(block):
            self._whole("CAPTION", block, 0)
        elif self.section == "REFERENCE":
            self._references(block)
        else:
            self._text(block)

    def _is_caption(self, block: Block) -> bool:
        """Say whether a block is a caption, and not a sentence that names a table at the head of a column."""
        if caption_label(block.first, self.body) is None:
            return False
        alike = _kind(block.first) in self.own_style and not _differs(block.first, self.body)
        return not alike or self._open(block) is None

    def _runs_on(self, previous: Piece, block: Block) -> bool:
        last = previous.writer.last
        line = block.first
        alike = last is not None and last.page == line.page and last.size == line.size and last.bold == line.bold
        return alike and last is not None and 0 < last.base - line.base < 1.4 * last.size

    def _whole(self, kind: str, block: Block, level: int) -> None:
        writer = Writer(self.words)
        for line in block.lines:
            writer.add(line)
        self.pieces.append(Piece(kind, writer, level, first=block.first))

    def _references(self, block: Block) -> None:
        left = min(line.x0 for line in block.lines)
        hanging = any(line.x0 > left + _INDENT * line.size for line in block.lines)
        for line in block.lines:
            previous = self.pieces[-1]
            numbered = _ENTRY.match(line.text)
            open_ = previous.kind == "REFERENCE"
            starts = bool(numbered) if self._numbered(previous) else hanging and line.x0 < left + 0.3 * line.size
            if open_ and not (starts or (numbered and self._next(previous, numbered["number"]))):
                previous.writer.add(line)
            else:
                writer = Writer(self.words)
                writer.add(line)
                self.pieces.append(Piece("REFERENCE", writer, first=line))

    def _numbered(self, previous: Piece) -> bool:
        return previous.kind == "REFERENCE" and _ENTRY.match(previous.writer.text) is not None

    def _next(self, previous: Piece, number: str) -> bool:
        match = _ENTRY.match(previous.writer.text)
        return match is not None and int(number) == int(match["number"]) + 1

    def _text(self, block: Block) -> None:
        """Write a block of running text: its paragraphs, and its first one behind what it goes on from."""
        paragraphs = list(self._paragraphs(block))
        for i, (lines, marker) in enumerate(paragraphs):
            first = lines[0]
            if i == 0 and not marker.startswith(_BULLETS) and (open_ := self._open(block)) is not None:
                for line in lines:
                    open_.writer.add(line)
                continue
            writer, skip = Writer(self.words), len(marker)
            while skip < len(first.text) and first.text[skip] == " ":
                skip += 1
            if not marker and (count := run_in(lines)) is not None:
                heading = Writer(self.words)
                for line in lines[:count]:
                    heading.add(line)
                heading.add(lines[count], 0, len(lines[count].text[: lines[count].lead].rstrip(" .:")))
                self.pieces.append(Piece("HEADING", heading, self.levels.deepest(), first=first))
                lines, skip = lines[count:], lines[count].lead
                self.section = "ACKNOWLEDGEMENT" if _THANKS.fullmatch(heading.text) else "PARAGRAPH"
            writer.add(lines[0], skip)
            for line in lines[1:]:
                writer.add(line)
            kind = "ITEM" if marker else self.section
            self.pieces.append(Piece(kind, writer, marker=marker.strip(), first=first))

    def _open(self, block: Block) -> Piece | None:
        """Return the piece whose last sentence goes on in `block`: of its size and font, with a full last line."""
        line, near = block.first, True
        lower = line.text[:1].islower()
        within = lower or line.text.startswith(_WITHIN)
        pieces = (piece for piece in reversed(self.pieces) if piece.kind != "ROW")
        for piece in islice(pieces, _REACH):
            last = piece.writer.last
            if piece.kind in ("HEADING", "TITLE") and not lower:
                return None
            if piece.kind not in ("PARAGRAPH", "ITEM", "ACKNOWLEDGEMENT") or last is None:
                near = False
                continue
            jumped = last.page != line.page or line.base > last.base or line.x0 > last.x1
            alike = abs(last.size / line.size - 1) <= _SAME_SIZE and last.turn == line.turn
            over = ended(piece.writer.text)
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

    def _paragraphs(self, block: Block) -> Iterator[tuple[list[Line], str]]:
        """Yield the lines of each paragraph or item of a block, and an item's marker."""
        lines: list[Line] = []
        marker = ""
        facts = _one_a_line(block)
        for line in block.lines:
            own = self._marker(line, lines)
            if lines and (own or _begins(block, lines[-1], line, facts)):
                yield lines, marker
                lines, marker = [], ""
            if not lines:
                marker = own
            lines.append(line)
        yield lines, marker

    def _marker(self, line: Line, lines: Sequence[Line]) -> str:
        """Return the marker with which `line` begins an item, '' where it begins none."""
        if match := _BULLET.match(line.text):
            return match["marker"] or match["dash"]
        match = _NUMBER.match(line.text)
        if match is None or (lines and not ended(lines[-1].text)):
            return ""
        return match["marker"]


def _one_a_line(block: Block) -> bool:
    """Say whether a block has a fact on each line: most lines end long before the next word would not have fitted."""
    pairs = list(zip(block.lines, block.lines[1:], strict=False))
    return len(pairs) > 0 and sum(_broken_off(block, a, b) for a, b in pairs) * 2 >= len(pairs) + (len(pairs) == 1)


def _broken_off(block: Block, last: Line, line: Line) -> bool:
    """Say whether the first word of `line` would have fitted on the line before it."""
    word = (line.x1 - line.x0) * len(line.text.split(" ", 1)[0]) / max(1, len(line.text))
    return last.x1 + word + _SHORT * line.size < block.x1


def _begins(block: Block, last: Line, line: Line, facts: bool) -> bool:
    """Say whether `line` begins a paragraph behind `last`."""
    if last.broken:
        return False
    off = _broken_off(block, last, line)
    if not ended(last.text):
        return off and facts and not line.text[:1].islower()
    indented = line.x0 > min(block.x0, last.x0) + _INDENT * line.size and line.x0 < block.x0 + 6 * line.size
    return off or (indented and last.x0 < line.x0 - 0.3 * line.size) or (line.lead > 0 and line.lead_bold)


def caption_label(line: Line, body: Body) -> str | None:
    """Return the label with which `line` begins a caption, as 'Table 2'; None where it is no caption."""
    match = _LABEL.match(line.text)
    if match is None:
        return None
    alone = match.end() >= len(line.text)
    return match[0] if alone or match["stop"] or _differs(line, body) else None


def _kind(line: Line) -> str:
    return line.text[:3].casefold()


def _differs(line: Line, body: Body) -> bool:
    """Say whether a caption's first line is set in another way than running text: its label at least."""
    return line.size < 0.97 * body.size or line.family != body.family or line.lead >= 4 or line.bold


def is_caption(line: Line, last: Line) -> bool:
    """Say whether `line` begins a caption below `last`: a label with a stop, or set off in bold or italics."""
    match = _LABEL.match(line.text)
    if match is None or last.broken:
        return False
    set_off = line.lead >= 4 or line.bold or line.family != last.family
    return set_off or (match["stop"] is not None and ended(last.text))
