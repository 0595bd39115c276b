"""Reports as the index sees them, and questions with the sentences that answer, by their numbers.

Texts go through the loader for plain text and the chunker, as a user's document does; gold evidence, in code points of
the raw text, is located again in what they make. Nothing may be lost on the way: that is an error.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from calcqa.config import ChunkSettings
from calcqa.documents.chunking import chunk, contexts, in_context
from calcqa.documents.plain import load_plain
from calcqa.evaluation.collection import locate
from calcqa.evaluation.datasets.base import Evidence
from calcqa.language.folding import plain_letters
from calcqa.types import Document, Span
from training.case_reports.texts import read_items


@dataclass(frozen=True, slots=True)
class Question:
    """A question over one report: `groups` are its evidence, each a set of alternatives, by numbers of sentences."""

    id: str
    turns: tuple[str, ...]
    groups: tuple[frozenset[int], ...]
    tempting: frozenset[int]
    record: dict[str, Any] = field(hash=False, compare=False)

    @property
    def text(self) -> str:
        """The last turn, which is judged."""
        return self.turns[-1]

    @property
    def gold(self) -> frozenset[int]:
        """All sentences that answer or help to."""
        return frozenset().union(*self.groups)


@dataclass(frozen=True, slots=True)
class Report:
    """A report with its sentences in reading order, and the questions asked about it."""

    id: str
    document: Document
    sentences: tuple[Span, ...]
    texts: tuple[str, ...]  # of the sentences as they are embedded
    questions: tuple[Question, ...]


def read_reports(
    texts: Mapping[str, str], questions: Iterable[Path], count: Callable[[str], int], *, before: bool = False
) -> list[Report]:
    """Return the reports that the items of files ask about, in the order of the files; as `make_report`."""
    by_report: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in (item for path in questions for item in read_items(path)):
        by_report[item["document"]].append(item)
    return [make_report(id, texts[id], items, count, before=before) for id, items in by_report.items()]


def half(reports: Sequence[Report], which: int) -> Sequence[Report]:
    """Return the first (0) or the second (1) half of reports; what is trained on one can be tried on the other."""
    middle = len(reports) // 2
    return reports[middle:] if which else reports[:middle]


def make_report(
    id: str,  # noqa: A002 - what the corpus calls it
    text: str,
    records: Sequence[dict[str, Any]],
    count: Callable[[str], int],
    *,
    before: bool = False,
) -> Report:
    """Return a report of raw `text` with its questions; with `before`, each sentence is led by the one before it.

    Raises:
        ValueError: some evidence is not located in the cleaned text, or in no sentence of it.

    """
    document = dataclasses.replace(load_plain(text, "text.txt").document, source=id)
    settings = ChunkSettings()
    passages = chunk(document, count, settings)
    context_at = contexts(document, count, settings)
    sentences, texts = list[Span](), list[str]()
    for passage in passages:
        for place, sentence in enumerate(passage.sentences):
            own = document.without_references(sentence)
            if before and place:
                own = f"{document.without_references(passage.sentences[place - 1])} {own}"
            sentences.append(sentence)
            texts.append(plain_letters(in_context(*context_at(sentence.start), own)))

    def touched(stretch: Sequence[int]) -> frozenset[int]:
        span = locate(Evidence(id, *stretch), text, document)
        return frozenset(i for i, s in enumerate(sentences) if span and s.start < span.end and span.start < s.end)

    def numbers(stretch: Sequence[int]) -> frozenset[int]:
        if not (own := touched(stretch)):
            raise ValueError(f"{id}: the evidence at {stretch} is lost")
        return own

    questions = [
        Question(
            r["id"],
            tuple(r["turns"]),
            tuple(frozenset().union(*map(numbers, group)) for group in r.get("evidence", ())),
            frozenset().union(*map(touched, r.get("tempting", ()))),  # may be a heading, which nobody quotes
            r,
        )
        for r in records
    ]
    return Report(id, document, tuple(sentences), tuple(texts), tuple(questions))
