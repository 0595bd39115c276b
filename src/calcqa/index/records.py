"""The lines of an index's files: passages and FAQ entries as JSON records, and back, checked."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from calcqa.documents.records import fields, read_span
from calcqa.faq.entries import UNANSWERABLE_KINDS
from calcqa.types import Document, FAQEntry, Passage


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
    sentences = tuple(read_span(s) for s in spans)
    bounds = [start, *(x for s in sentences for x in (s.start, s.end)), end]
    if not sentences or not all(a <= b for a, b in itertools.pairwise([0, *bounds, len(document.text)])):
        raise ValueError(f"a passage of {document.source} has offsets outside its text")
    if not all(type(h) is str for h in headings):
        raise ValueError(f"the headings of a passage of {document.source} are not texts")
    return Passage(
        f"{document.id}:{start}-{end}", document.id, start, end, document.text[start:end], tuple(headings), sentences
    )


def asked_record(asked: FAQEntry) -> dict[str, Any]:
    """Return an FAQ entry as its line of asked.jsonl."""
    return {
        "question": asked.question,
        "document": asked.document_id,
        "evidence": [[s.start, s.end] for s in asked.evidence],
        "gap": asked.unanswerable,
    }


def read_asked(record: Any, documents: Mapping[str, Document]) -> FAQEntry:
    """Return the FAQ entry of a line; ValueError where it has neither evidence in its document nor a known kind."""
    question, document_id, spans, gap = fields(record, question=str, document=str, evidence=list, gap=(str, type(None)))
    evidence = tuple(read_span(s) for s in spans)
    length = len(_among(documents, document_id).text) if document_id else 0
    if not question or not all(0 <= s.start and s.end <= length for s in evidence):
        raise ValueError("an FAQ entry is empty, or its evidence lies outside its document")
    if bool(evidence) == bool(gap) or gap and gap not in UNANSWERABLE_KINDS:
        raise ValueError("an FAQ entry has neither evidence nor a known gap, or both")
    return FAQEntry(question, document_id, evidence, gap)


def _among(documents: Mapping[str, Document], document_id: str) -> Document:
    if document_id not in documents:
        raise ValueError("a record is of a document that is not here")
    return documents[document_id]
