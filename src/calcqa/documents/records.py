"""A document as a JSON record, and back, checked."""

from __future__ import annotations

from typing import Any

from calcqa.types import Document, Section, Span

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
    }


def read_document(record: Any) -> Document:
    """Return the document of a line; ValueError where its text is not the one its id names."""
    id_, source, title, text, sections, metadata = fields(
        record, id=str, source=str, title=str, text=str, sections=list, metadata=dict
    )
    short_text("source", source)
    if not all(type(value) is str for value in metadata.values()):
        raise ValueError(f"the metadata of {source} are not texts")
    document = Document(id_, source, title, text, tuple(_section(s, len(text)) for s in sections), metadata)
    if document.sha256[:16] != document.id:
        raise ValueError(f"the text of {source} is not the one its id names")
    return document


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
