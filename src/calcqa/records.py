"""The lines of an index's files: documents, passages and questions asked ahead, as JSON records and back.

A record of another shape is a ValueError that names the field; `index.py` says which index it was, and what mends it.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from calcqa.asked_ahead import GAPS
from calcqa.domain import AskedAhead, Document, Passage, Section, Span

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


def sha256_digits(name: str, value: str) -> None:
    """Raise ValueError where the field `name` is not a sha256 in hex."""
    if len(value) != 64 or set(value) - set("0123456789abcdef"):
        raise ValueError(f"{name} is no sha256")


def write_lines(path: Path, records: Iterable[dict[str, Any]]) -> None:
    """Write one record a line."""
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")


def read_lines(path: Path) -> Iterator[Any]:
    """Yield the record of each line."""
    with path.open(encoding="utf-8") as handle:
        for line in handle:
            yield json.loads(line)


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


def passage_record(passage: Passage) -> dict[str, Any]:
    """Return a passage as its line of passages.jsonl; its text is not stored twice."""
    return {
        "document": passage.document_id,
        "start": passage.start,
        "end": passage.end,
        "headings": list(passage.headings),
        "sentences": [[s.start, s.end] for s in passage.sentences],
    }


def read_passage(record: Any, documents: Mapping[str, Document]) -> Passage:
    """Return the passage of a line; ValueError where it does not lie within its document, or its sentences in it."""
    document_id, start, end, headings, spans = fields(
        record, document=str, start=int, end=int, headings=list, sentences=list
    )
    document = _among(documents, document_id)
    sentences = tuple(_span(s) for s in spans)
    bounds = [start, *(x for s in sentences for x in (s.start, s.end)), end]
    if not sentences or not all(a <= b for a, b in itertools.pairwise([0, *bounds, len(document.text)])):
        raise ValueError(f"a passage of {document.source} has offsets outside its text")
    if not all(type(h) is str for h in headings):
        raise ValueError(f"the headings of a passage of {document.source} are not texts")
    return Passage(
        f"{document.id}:{start}-{end}", document.id, start, end, document.text[start:end], tuple(headings), sentences
    )


def asked_record(asked: AskedAhead) -> dict[str, Any]:
    """Return a question asked ahead as its line of asked.jsonl."""
    return {
        "question": asked.question,
        "document": asked.document_id,
        "evidence": [[s.start, s.end] for s in asked.evidence],
        "gap": asked.gap,
    }


def read_asked(record: Any, documents: Mapping[str, Document]) -> AskedAhead:
    """Return the question of a line; ValueError where it has neither an answer in its document nor a known gap."""
    question, document_id, spans, gap = fields(record, question=str, document=str, evidence=list, gap=(str, type(None)))
    evidence = tuple(_span(s) for s in spans)
    length = len(_among(documents, document_id).text) if document_id else 0
    if not question or not all(0 <= s.start and s.end <= length for s in evidence):
        raise ValueError("a question asked ahead is empty, or its evidence lies outside its document")
    if bool(evidence) == bool(gap) or gap and gap not in GAPS:
        raise ValueError("a question asked ahead has neither evidence nor a known gap, or both")
    return AskedAhead(question, document_id, evidence, gap)


def _among(documents: Mapping[str, Document], document_id: str) -> Document:
    if document_id not in documents:
        raise ValueError("a record is of a document that is not here")
    return documents[document_id]


def _span(value: Any) -> Span:
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
