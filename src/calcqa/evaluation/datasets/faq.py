"""FAQ entries that somebody wrote for the texts of a dataset, to measure and fit documents that have some.

A file of one JSON object a line, kept without quotes, as questions are whose texts may not be:

    {"document": "PMC1", "text_sha256": "…", "question": "What grew?", "evidence": [[120, 164]]}
    {"document": "PMC1", "text_sha256": "…", "question": "Which dose?", "evidence": [], "gap": "doses"}

`evidence` is where the sentences stand that answer, in code points of the text; `gap` the kind of thing that is missing
(`faq/entries.py`).
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from calcqa.errors import SidecarError
from calcqa.evaluation.datasets.base import Dataset, files_sha256
from calcqa.evaluation.datasets.sampling import named_alone
from calcqa.faq.entries import UNANSWERABLE_KINDS, records
from calcqa.types import FAQEntry, Span, text_hash


def with_faq(dataset: Dataset, file: Path) -> Dataset:
    """Return the dataset with the FAQ entries of `file`, and only the questions about texts that have some.

    The entries' spans are those of the texts as the dataset has them.

    Raises:
        SidecarError: a line cannot be used, or its text is another than the dataset's.

    """
    texts = {text.id: text.text for text in dataset.texts}
    entries = tuple(_entry(record, texts, file.name, line) for line, record in records(file))
    about = {entry.document_id for entry in entries}
    queries = [query for query in dataset.queries if query.asked_of and about.issuperset(query.asked_of)]
    sha256 = files_sha256([file]) + dataset.sha256
    return dataclasses.replace(named_alone(dataset, queries), faq=entries, sha256=text_hash(sha256))


def _entry(record: dict[str, Any], texts: dict[str, str], source: str, line: int) -> FAQEntry:
    text_id, question, gap = (str(record.get(name) or "") for name in ("document", "question", "gap"))
    text = texts.get(text_id, "")
    if not question or text_hash(text) != record.get("text_sha256"):
        raise SidecarError(source, line, f"the text {text_id!r} is not the one it was written for, or asks nothing.")
    try:
        spans = tuple(Span(int(start), int(end)) for start, end in record.get("evidence", ()))
    except (TypeError, ValueError) as error:
        raise SidecarError(source, line, '"evidence" is a list of pairs of offsets.') from error
    if not all(0 <= span.start < span.end <= len(text) for span in spans):
        raise SidecarError(source, line, "its evidence lies outside the text.")
    if bool(spans) is bool(gap) or gap and gap not in UNANSWERABLE_KINDS:
        raise SidecarError(source, line, f"needs either evidence or a gap: {', '.join(UNANSWERABLE_KINDS)}.")
    return FAQEntry(question, text_id, spans, gap or None)
