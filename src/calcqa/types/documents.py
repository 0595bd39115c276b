"""A document: its text, and what is known of it.

Offsets are half-open and count code points of `Document.text`, everywhere.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

_DATE = r"(?:\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?|\d{4}-\d{2}-\d{2})"
_TIME = r"\d{1,2}[:.]\d{2}(?: ?(?:h|hrs|am|pm))?(?![\d/.])"
_STAMP = re.compile(rf"(?<![^\s(]){_DATE},? +(?:at +)?{_TIME}[ :–-]*")
_HEAD = re.compile(
    rf"(?:{_DATE}(?:,? +(?:at +)?{_TIME})?|{_TIME}|(?:[Dd]ay|POD|D) ?\d{{1,3}})(?:\s*[:–-]\s+|\s+(?=[A-Z]))"
)
"""How an entry of a chart begins."""


def text_hash(text: str) -> str:
    """Return the sha256 of `text` in UTF-8, in hex (64 digits)."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range `[start, end)` of a document's text, in code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text below it, its line included; level 1 is the title."""

    title: str
    level: int
    start: int
    end: int


class BlockKind(StrEnum):
    """What a block of a document is."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    """An item of a list."""
    ROW = "row"
    """A row of a table, its cells parted by ' | '."""
    CAPTION = "caption"
    REFERENCE = "reference"
    """An entry of a list of references."""
    ACKNOWLEDGEMENT = "acknowledgement"
    """Thanks, funding, consent, interests."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a document's text, `text[start:end]`: one line, or the lines of a code block.

    `level` is that of a heading (1 is the title's), of an item how many others it stands within, 1 for the header of a
    table, else 0. The first `marker` code points are the marker of an item. `context` is what it cannot be read
    without: an item's lead-in and the nearest items it stands within; a row's caption and header. `page` is the page it
    begins on, from 1, where the document has pages.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    marker: int = 0
    context: tuple[Span, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the run `[start, end)` of a document's text stands: its page, from 1, and its box there.

    The box is left, bottom, right and top in points (1/72 inch) from the lower left corner of the page.
    """

    start: int
    end: int
    page: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A piece of a file that is not in the document's text, and why."""

    text: str
    reason: str


@dataclass(frozen=True)
class Document:
    """One cleaned text with its outline. `id` is the first 16 hex digits of the text's sha256.

    `blocks` are its lines in order, with nothing between them but blank lines; where none are given, headings are where
    sections begin and all else is paragraphs. `references` are the numbers in the text that point to a list of
    references. `places` are where its runs stand on pages. `dropped` is what the loader left out. `file_sha256` is that
    of the file as it was given, in hex; empty for a text that came in no file. `is_titled` is False where the title was
    only made of the file's name.
    """

    id: str
    source: str
    title: str
    text: str
    sections: tuple[Section, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    references: tuple[Span, ...] = ()
    places: tuple[Place, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    file_sha256: str = ""
    is_titled: bool = True

    def __post_init__(self) -> None:
        if not self.blocks:
            object.__setattr__(self, "blocks", tuple(_lines(self.text, self.sections)))

    def block_at(self, position: int) -> Block | None:
        """Return the block around `position`; None between blocks."""
        number = bisect_right(self.blocks, position, key=lambda b: b.start) - 1
        return self.blocks[number] if number >= 0 and position < self.blocks[number].end else None

    def leads_at(self, position: int) -> tuple[str, ...]:
        """Return the texts that what stands at `position` cannot be read without.

        Those of its block's context, and the date and time that an entry of a chart begins with: "21/03 22:00".
        """
        if (block := self.block_at(position)) is None:
            return ()
        leads = tuple(self.text[lead.start : lead.end] for lead in block.context)
        start = block.start + block.marker
        number = bisect_right(self._stamps, position, key=lambda stamp: stamp.start) - 1
        stamp = self._stamps[number] if number >= 0 and self._stamps[number].start >= start else None
        if stamp is None and (head := _HEAD.match(self.text, start, block.end)):
            stamp = Span(*head.span())
        if stamp is None or stamp.end > position:
            return leads
        return (*leads, self.text[stamp.start : stamp.end].rstrip(" :–-"))

    @functools.cached_property
    def _stamps(self) -> tuple[Span, ...]:
        """Where entries of a chart may begin with a date and a time, in order."""
        return tuple(Span(*match.span()) for match in _STAMP.finditer(self.text))

    def words_of(self, block: Block) -> Span:
        """Return where the words of a block stand: all of it but its marker, and spaces at its ends."""
        text = self.text[block.start + block.marker : block.end]
        end = block.end - (len(text) - len(text.rstrip()))
        return Span(min(end, block.end - len(text.lstrip())), end)

    def kind_at(self, position: int) -> BlockKind:
        """Return the kind of the block around `position`; between blocks a paragraph's."""
        block = self.block_at(position)
        return block.kind if block else BlockKind.PARAGRAPH

    def places_of(self, span: Span) -> tuple[Place, ...]:
        """Return the places of the runs that `span` touches."""
        first = bisect_right(self.places, span.start, key=lambda p: p.end)
        return tuple(itertools.takewhile(lambda p: p.start < span.end, self.places[first:]))

    def page_at(self, position: int) -> int | None:
        """Return the page, from 1, on which the text at `position` stands; None where there are no pages."""
        if places := self.places_of(Span(position, position + 1)):
            return places[0].page
        block = self.block_at(position)
        return block.page if block else None

    def by_ocr(self, position: int) -> bool:
        """Say whether the text at `position` was read from a picture of its page (metadata "ocr", as "2, 3")."""
        return str(self.page_at(position)) in self.metadata.get("ocr", "").split(", ")

    def references_in(self, span: Span) -> tuple[Span, ...]:
        """Return the reference numbers that `span` touches."""
        first = bisect_right(self.references, span.start, key=lambda r: r.end)
        return tuple(itertools.takewhile(lambda r: r.start < span.end, self.references[first:]))

    def without_references(self, span: Span) -> str:
        """Return the text of `span` without its reference numbers: the form in which it is encoded and searched."""
        pieces, at = [], span.start
        for mark in self.references_in(span):
            pieces.append(self.text[at : max(at, mark.start)])
            at = mark.end
        return "".join([*pieces, self.text[at : span.end]])

    @functools.cached_property
    def sha256(self) -> str:
        """The sha256 of `text`, 64 hex digits."""
        return text_hash(self.text)

    def headings_at(self, position: int) -> tuple[str, ...]:
        """Return the titles of the sections around `position`, outermost first, the document's title left out."""
        starts, headings = self._outline
        return headings[bisect_right(starts, position)]

    @functools.cached_property
    def _outline(self) -> tuple[list[int], list[tuple[str, ...]]]:
        """Where sections begin or end, and the headings before the first of these places and from each on."""
        below = [s for s in self.sections if s.level > 1 and s.start < s.end]
        edges = sorted({e for s in below for e in (s.start, s.end)})
        begun, ended = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
        for number, section in enumerate(below):
            begun[section.start].append(number)
            ended[section.end].append(number)
        open_now: dict[int, str] = {}
        headings: list[tuple[str, ...]] = [()]
        for edge in edges:
            for number in ended[edge]:
                del open_now[number]
            open_now.update((number, below[number].title) for number in begun[edge])
            headings.append(tuple(open_now.values()))
        return edges, headings


def _lines(text: str, sections: Sequence[Section]) -> Iterator[Block]:
    """Yield the blocks of a text of which nothing is known but its sections."""
    levels = {section.start: section.level for section in sections}
    for match in re.finditer(r"\S(?:.|\n(?!\s*\n))*", text):
        start, end, level = match.start(), match.start() + len(match[0].rstrip()), levels.get(match.start(), 0)
        kind = BlockKind.TITLE if level == 1 else BlockKind.HEADING if level else BlockKind.PARAGRAPH
        yield Block(kind, start, end, level)


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a document that is searched and shown whole: `text == document.text[start:end]`, always.

    `sentences` are the spans an answer may quote, in reading order; they lie within the passage and are never cut.
    """

    id: str
    document_id: str
    start: int
    end: int
    text: str
    headings: tuple[str, ...]
    sentences: tuple[Span, ...]
