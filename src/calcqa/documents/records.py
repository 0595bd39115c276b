"""A document as a JSON record, and back, checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeVar

from calcqa.types import Block, BlockKind, Document, Dropped, Place, Section, Span

_LONGEST_NAME = 1_000  # code points of what names something


def fields(record: Any, **kinds: type | tuple[type, ...]) -> list[Any]:
    """Return the values of a JSON object that has exactly these fields, each of its kind, in their order.

    Raises:
        ValueError: it is no object, or lacks a field, or has another or one of another kind (true is no number).

    """
    if type(record) is not dict:
        raise ValueError(f"a record is {type(record).__name__}")
    if odd := [] if len(record) == len(kinds) and all(n in record for n in kinds) else kinds.keys() ^ record.keys():
        raise ValueError(f"the field {min(odd)!r} is missing or unknown")
    values = [record[name] for name in kinds]
    for value, (name, kind) in zip(values, kinds.items(), strict=True):
        if type(value) is not kind and not (isinstance(kind, tuple) and type(value) in kind):
            raise ValueError(f"{name} is of the kind {type(value).__name__}")
    return values


def short_text(name: str, value: str) -> None:
    """Raise ValueError where the field `name`, which names something, is empty or too long for that."""
    if not 0 < len(value) <= _LONGEST_NAME:
        raise ValueError(f"{name} is empty or too long")


def document_record(document: Document) -> dict[str, Any]:
    """Return a document as its line of documents.jsonl."""
    return {
        "id": document.id,
        "source": document.source,
        "title": document.title,
        "text": document.text,
        "sections": [[s.title, s.level, s.start, s.end] for s in document.sections],
        "metadata": dict(document.metadata),
        "blocks": [
            [b.kind.value, b.start, b.end, b.level, b.marker, [[c.start, c.end] for c in b.context], b.page]
            for b in document.blocks
        ],
        "references": [[r.start, r.end] for r in document.references],
        "places": [[p.start, p.end, p.page, *p.box] for p in document.places],
        "dropped": [[d.text, d.reason] for d in document.dropped],
        "file_sha256": document.file_sha256,
        "is_titled": document.is_titled,
    }


def read_document(record: Any) -> Document:
    """Return the document of a line; ValueError where its text is not the one its id names."""
    id_, source, title, text, sections, metadata, blocks, references, places, dropped, file_sha256, is_titled = fields(
        record,
        id=str,
        source=str,
        title=str,
        text=str,
        sections=list,
        metadata=dict,
        blocks=list,
        references=list,
        places=list,
        dropped=list,
        file_sha256=str,
        is_titled=bool,
    )
    short_text("source", source)
    if not all(type(value) is str for value in metadata.values()):
        raise ValueError(f"the metadata of {source} are not texts")
    if not blocks or not re.fullmatch(r"(?:[0-9a-f]{64})?", file_sha256):
        raise ValueError(f"{source} has no blocks, or no sha256 of its file")
    document = Document(
        id_,
        source,
        title,
        text,
        tuple(_section(s, len(text)) for s in sections),
        metadata,
        tuple(_in_order(map(_block, blocks), len(text))),
        tuple(_in_order(map(read_span, references), len(text))),
        tuple(_in_order(map(_place, places), len(text))),
        tuple(map(_dropped, dropped)),
        file_sha256,
        is_titled,
    )
    if document.sha256[:16] != document.id:
        raise ValueError(f"the text of {source} is not the one its id names")
    return document


class _Ranged(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


T = TypeVar("T", bound=_Ranged)


def _in_order(ranges: Iterable[T], length: int) -> Iterator[T]:
    """Yield ranges of a text; ValueError where one is empty, overlaps the one before it, or lies outside."""
    at = 0
    for one in ranges:
        if not at <= one.start < one.end <= length:
            raise ValueError("a block, a reference number or a place lies outside its text, or out of order")
        at = one.end
        yield one


def _block(value: Any) -> Block:
    if type(value) is not list or len(value) != 7:
        raise ValueError("a block has seven values")
    kind, start, end, level, marker, context, page = value
    if [type(x) for x in (kind, start, end, level, marker, context)] != [str, int, int, int, int, list]:
        raise ValueError("a block has no kind, place, level, marker and context")
    if level < 0 or not 0 <= marker <= end - start or not (page is None or (type(page) is int and page > 0)):
        raise ValueError("a block has no possible level, marker and page")
    block = Block(BlockKind(kind), start, end, level, marker, tuple(map(read_span, context)), page)
    if any(lead.start < 0 or lead.end > start for lead in block.context):
        raise ValueError("a block leans on what does not stand before it")
    return block


def _place(value: Any) -> Place:
    kinds = [type(x) for x in value] if type(value) is list else []
    if kinds[:3] != [int] * 3 or len(kinds) != 7 or not {int, float}.issuperset(kinds[3:]) or value[2] < 1:
        raise ValueError("a place has no start, end, page and box")
    start, end, page, *box = value
    return Place(start, end, page, (box[0], box[1], box[2], box[3]))


def _dropped(value: Any) -> Dropped:
    if type(value) is not list or [type(x) for x in value] != [str, str]:
        raise ValueError("what was left out has no text and reason")
    return Dropped(*value)


def read_span(value: Any) -> Span:
    """Return the span of a list [start, end]; ValueError where it is none."""
    if type(value) is not list or [type(x) for x in value] != [int, int] or value[0] >= value[1]:
        raise ValueError("a span has no start before its end")
    return Span(*value)


def _section(value: Any, length: int) -> Section:
    if type(value) is not list or [type(x) for x in value] != [str, int, int, int]:
        raise ValueError("a section has no title, level, start and end")
    section = Section(*value)
    if section.level < 1 or not 0 <= section.start <= section.end <= length:
        raise ValueError("a section lies outside its text")
    return section
