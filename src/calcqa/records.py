"""The lines of an index's files: documents, passages and questions asked ahead, as JSON records and back.

Reading a record of another shape raises what Python raises for it; `index.py` says which index it was, and what mends
it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from calcqa.domain import AskedAhead, Document, Passage, Section, Span


def write_lines(path: Path, records: Iterable[dict[str, Any]]) -> None:
    """Write one record a line."""
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
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


def read_document(record: dict[str, Any]) -> Document:
    """Return the document of a line; ValueError where its text is not the one its id names."""
    sections = tuple(Section(*s) for s in record["sections"])
    document = Document(record["id"], record["source"], record["title"], record["text"], sections, record["metadata"])
    if document.sha256[:16] != document.id:
        raise ValueError(f"the text of {document.source} is not the one its id names")
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


def read_passage(record: dict[str, Any], documents: Mapping[str, Document]) -> Passage:
    """Return the passage of a line; ValueError where it does not lie within its document."""
    document, start, end = documents[record["document"]], int(record["start"]), int(record["end"])
    sentences = tuple(Span(*s) for s in record["sentences"])
    if not sentences or not all(start <= s.start < s.end <= end <= len(document.text) for s in sentences):
        raise ValueError(f"a passage of {document.source} has offsets outside its text")
    return Passage(
        f"{document.id}:{start}-{end}", document.id, start, end, document.text[start:end],
        tuple(record["headings"]), sentences,
    )  # fmt: skip


def asked_record(asked: AskedAhead) -> dict[str, Any]:
    """Return a question asked ahead as its line of asked.jsonl."""
    return {
        "question": asked.question,
        "document": asked.document_id,
        "evidence": [[s.start, s.end] for s in asked.evidence],
        "gap": asked.gap,
    }


def read_asked(record: dict[str, Any]) -> AskedAhead:
    """Return the question of a line."""
    return AskedAhead(
        record["question"], record["document"], tuple(Span(*s) for s in record["evidence"]), record["gap"]
    )
