"""Cuts a document into passages, by its structure. Pure: the counters of length are arguments.

A passage is a paragraph, a caption, a reference list, or a list together with the sentence that leads in to it. What
is too long is split between sentences (or list items, or rows), never inside one, except where a single sentence alone
exceeds the encoder's window: then it is divided at clauses or words, because a silently truncated sentence could not be
found. `passage.text == document.text[passage.start:passage.end]`, always. The header of a table, and a caption above it
that states nothing, stand in its passage and are no sentences of it: by themselves they answer nothing.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from calcqa.config import ChunkSettings
from calcqa.documents.plain.headings import is_label, states
from calcqa.documents.plain.tables import is_header
from calcqa.language.sentences import sentence_spans
from calcqa.language.tokens import count_tokens
from calcqa.types import Block, BlockKind, Document, Passage, Span

Counter = Callable[[str], int]
Context = tuple[str, tuple[str, ...]]
"""The title, and the headings and leads below it."""

Unit = tuple[Span, bool]
"""A sentence, item or row, and whether an answer may quote it."""

_CLAUSE = re.compile(r"[;:,]\s+|\s+")
_LONGEST_PIECE = 20  # code points, about; the encoder's longest pieces have as many
_LONGEST_NAME = 10  # words of a column's name
_SHORT_NAME = 2  # words, behind which a stop may be that of a short form
_NUMBERED_NAME = re.compile(r"\bnos?\b\.?(?=$|\s+of\b)", re.IGNORECASE)  # "Case no.", "No. of cases"
_REMEMBERED = 16  # contexts: a text is gone through in order


def chunk(document: Document, count_pieces: Counter, settings: ChunkSettings) -> list[Passage]:
    """Cut `document` into passages in reading order.

    `count_pieces` gives the length of a text in the encoder's word pieces, special tokens included. Every passage and
    every sentence, with its context before it, stays within `settings.max_pieces` (and `settings.max_tokens` where
    set).
    """
    context_at = contexts(document, count_pieces, settings)

    def fits(start: int, end: int) -> bool:
        text = document.text[start:end]
        if settings.max_tokens and count_tokens(text) > settings.max_tokens:
            return False
        return count_pieces(in_context(*context_at(start), text)) <= settings.max_pieces

    passages: list[Passage] = []
    for group in units(document):
        current: list[Unit] = []
        for unit, is_quotable in group:
            for sentence in _divide(unit, fits, document.text):
                if current and not fits(current[0][0].start, sentence.end):
                    passages += _passages(document, current)
                    current = []
                current.append((sentence, is_quotable))
        passages += _passages(document, current)
    return passages


def contexts(document: Document, count_pieces: Counter, settings: ChunkSettings) -> Callable[[int], Context]:
    """Return what gives the context of the text at a place, the same where it is measured and where it is encoded.

    That is the title, unless it was made of the file's name and says nothing, the headings, and what the text cannot be
    read without: an item's lead-in, a row's caption and header. What would take more than three quarters of
    `settings.max_pieces` is left out, all leads but the last first: a heading of absurd length would leave no space for
    its text. A word of any length may be one piece, so code points are counted too.
    """
    most = settings.max_pieces * 3 // 4
    title = document.title if document.is_titled else ""

    def fits(names: tuple[str, ...]) -> bool:
        lead = in_context(title, names, "")
        return len(lead) <= most * _LONGEST_PIECE and count_pieces(lead) <= most

    @functools.lru_cache(_REMEMBERED)
    def below(headings: tuple[str, ...], leads: tuple[Span, ...]) -> Context:
        for spans in dict.fromkeys((leads, leads[-1:], ())):
            if sum(lead.end - lead.start for lead in spans) > most * _LONGEST_PIECE:
                continue  # what is that long is not even copied for each of its rows
            own = (document.text[lead.start : lead.end].lstrip("• ").rstrip(".: ") for lead in spans)
            if fits(names := (*headings, *own)):
                return title, names
        return "", ()

    def context_at(start: int) -> Context:
        block = document.block_at(start)
        return below(document.headings_at(start), block.context if block else ())

    return context_at


def in_context(title: str, headings: tuple[str, ...], text: str) -> str:
    """Return `text` led by its title and headings: the form in which passages and sentences are encoded."""
    return ". ".join([*dict.fromkeys((title, *headings)), text]) if title or headings else text


def _passages(document: Document, units: Sequence[Unit]) -> Iterator[Passage]:
    """Yield the passage of these units; none where none of them may be quoted."""
    sentences = tuple(span for span, is_quotable in units if is_quotable)
    if not sentences:
        return
    start, end = units[0][0].start, sentences[-1].end
    yield Passage(
        id=f"{document.id}:{start}-{end}",
        document_id=document.id,
        start=start,
        end=end,
        text=document.text[start:end],
        headings=document.headings_at(start),
        sentences=sentences,
    )


def units(document: Document) -> Iterator[list[Unit]]:
    """Yield the units of each group of blocks that belong together.

    A list, a table or the lines of a note are one group; a list joins the paragraph that leads in to it, a table the
    caption above it.
    """
    group: list[Block] = []
    for block in document.blocks:
        is_heading = block.kind in (BlockKind.TITLE, BlockKind.HEADING)
        if group and (is_heading or not _belongs(block, group)):
            yield _units_of(document, group)
            group = []
        if not is_heading:
            group.append(block)
    if group:
        yield _units_of(document, group)


def _units_of(document: Document, group: list[Block]) -> list[Unit]:
    above_rows = sorted({lead for block in group if block.kind is BlockKind.ROW for lead in block.context})
    labels = {b.start for b in group if _is_within(b, above_rows) and _is_label(document, b)}
    return [(unit, block.start not in labels) for block in group for unit in _units(document, block)]


def _is_within(block: Block, spans: Sequence[Span]) -> bool:
    """Say whether a block begins in the last of the sorted `spans` that begins no later."""
    number = bisect_right(spans, block.start, key=lambda span: span.start)
    return number > 0 and block.start < spans[number - 1].end


def _is_label(document: Document, block: Block) -> bool:
    """Say whether a caption or header only names what stands below it.

    The first row of a table without a header may be its first fact: where a cell states something, or is longer than a
    name, it can be quoted.
    """
    text = document.text[block.start : block.end]
    if block.kind is not BlockKind.ROW:
        return is_label(text)
    return is_header(text) and not any(map(_is_statement, text.split(" | ")))


def _is_statement(cell: str) -> bool:
    """Say whether a cell says something by itself; "Case no." and "Temp." are names, and so is what is not long."""
    words = len(cell.split())
    ends = cell.endswith(".") and words > _SHORT_NAME
    return ends or words > _LONGEST_NAME or states(_NUMBERED_NAME.sub("", cell))


def _belongs(block: Block, group: list[Block]) -> bool:
    """Say whether `block` stands right below the last of `group`, or has one of them for its context."""
    return group[-1].end + 1 == block.start or any(lead.start == one.start for lead in block.context for one in group)


def _units(document: Document, block: Block) -> Iterator[Span]:
    """Yield the units of one block, its marker left out: a reference or a row is one, else each sentence is."""
    start = block.start + block.marker
    if block.kind in (BlockKind.REFERENCE, BlockKind.ROW):
        yield document.words_of(block)
        return
    position = start
    for line in document.text[start : block.end].split("\n"):
        marks = document.references_in(Span(position, position + len(line)))
        for span in sentence_spans(line, [Span(m.start - position, m.end - position) for m in marks]):
            yield Span(position + span.start, position + span.end)
        position += len(line) + 1


def _divide(unit: Span, fits: Callable[[int, int], bool], text: str) -> Iterator[Span]:
    """Yield `unit` whole where it fits, else the longest pieces that do, ending at a clause or a word."""
    if fits(unit.start, unit.end):
        yield unit
        return
    clauses = _CLAUSE.finditer(text[unit.start : unit.end])
    ends = [unit.start + m.start() + len(m.group().rstrip()) for m in clauses]
    ends = [*(e for e in ends if e > unit.start), unit.end]
    start, number = unit.start, 0
    while start < unit.end:
        number = _furthest(fits, start, ends, number)
        end = ends[number]
        if end - start > 1 and not fits(start, end):  # a word too long by itself: cut between its characters
            letters, letter = range(start + 1, end + 1), 0
            while letters[letter := _furthest(fits, start, letters, letter)] < end:
                yield Span(start, letters[letter])
                start, letter = letters[letter], letter + 1
            continue
        yield Span(start, end)
        start, number = end, number + 1
        while start < unit.end and text[start].isspace():
            start += 1


def _furthest(fits: Callable[[int, int], bool], start: int, ends: Sequence[int], low: int) -> int:
    """Return the number, from `low`, of the last of `ends` that fits; at least `low`, or nothing would end.

    Steps double (galloping search), so the work is in proportion to what fits and not to what is left.
    """
    step, high = 1, len(ends) - 1
    while low + step <= high and fits(start, ends[low + step]):
        low, step = low + step, step * 2
    high = min(high, low + step - 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(start, ends[middle]) else (low, middle - 1)
    return low
