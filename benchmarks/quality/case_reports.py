"""Where the sentence that answers stands over case reports, by the search and after reading, and what is quoted of it.

    python -m benchmarks.quality.case_reports questions/case-reports/dev.jsonl corpus.jsonl.gz
    python -m benchmarks.quality.case_reports … --by register kind section_kind

Each report is an index of its own, without FAQ entries. Places count single questions that are answerable; of evidence
with several sentences, the best placed counts. What is quoted is judged over all single questions, strictly, as
ArchEHR-QA does: precision is the share of the sentences quoted that are evidence, recall that of groups of evidence of
which a sentence is quoted, F1 of both; near misses that are answered cost precision.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from calcqa.answering.answerability import Case
from calcqa.answering.reading import read_top
from calcqa.assistant import Assistant, find_reader
from calcqa.evaluation.alone import each_alone, fit_for_others
from calcqa.evaluation.caching import CachingEncoder, CachingReader
from calcqa.evaluation.collection import locate
from calcqa.evaluation.datasets import load_dataset
from calcqa.evaluation.datasets.base import Evidence
from calcqa.index.index import Index
from calcqa.models.load_encoder import load_encoder
from calcqa.models.reader import Reader
from calcqa.retrieval.results import Candidate
from calcqa.types import Span

_AT = (1, 3, 8, 16)


@dataclass(frozen=True, slots=True)
class Judged:
    """One question: its record, the places of its answer (0: nowhere), and what was quoted of it."""

    record: dict[str, Any]
    searched: int
    read: int
    quoted: int
    right: int
    groups: int
    met: int


def judged(
    records: Sequence[dict[str, Any]], index: Index, original: str, assistant: Assistant, reader: Reader | None
) -> Iterator[Judged]:
    """Yield what came of each question of one document."""
    (document,) = index.documents.values()
    retrieved = assistant.retrieve_many([r["turns"][-1] for r in records])
    for record, found in zip(records, retrieved, strict=True):
        groups = []
        for group in record.get("evidence", ()):
            spans = [locate(Evidence(record["document"], *stretch), original, document) for stretch in group]
            groups.append(set(index.covering(document.id, [s for s in spans if s])))
        gold = set().union(*groups)
        case = Case(found, index, index.weights, read_top(found, index, reader) if reader else {})
        plain = sorted(found.candidates, key=lambda c: -c.by_itself(index.weights))
        best = case.ranked(document.id, "read") if case.readings else case.ranked(document.id, "plain")
        answer = assistant.ask(record["turns"][-1])
        quoted = [i for c in answer.citations for i in index.covering(c.document_id, [Span(c.start, c.end)])]
        right, met = sum(i in gold for i in quoted), sum(bool(g & set(quoted)) for g in groups)
        yield Judged(record, place(plain, gold), place(best, gold), len(quoted), right, len(groups), met)


def place(ranked: Sequence[Candidate], gold: set[str]) -> int:
    """Return the place, from 1, of the first candidate with a gold sentence; 0 where there is none."""
    return next((n for n, c in enumerate(ranked, start=1) if gold & set(c.sentences)), 0)


def row(name: str, own: Sequence[Judged]) -> str:
    """Return the figures of questions as a row of Markdown."""
    asked = [j for j in own if j.groups]
    cells = [name, str(len(own)), str(len(asked))]
    for places in ([j.searched for j in asked], [j.read for j in asked]):
        cells += [f"{np.mean([0 < p <= k for p in places]):.3f}" if places else "–" for k in _AT]
    quoted, groups = sum(j.quoted for j in own), sum(j.groups for j in own)
    precision, recall = (
        sum(a) / max(1, b) for a, b in (([j.right for j in own], quoted), ([j.met for j in own], groups))
    )
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return f"| {' | '.join([*cells, *(f'{x:.3f}' for x in (precision, recall, f1))])} |"


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--reader", default="", help="a folder, or none; by default the one that ships")
    parser.add_argument("--by", nargs="*", default=[], help="fields of the records to part the rows by")
    given = parser.parse_args(argv)
    records = {r["id"]: r for r in map(json.loads, given.questions.read_text(encoding="utf-8").splitlines())}
    dataset = fit_for_others(load_dataset(given.questions, [given.corpus]), None)
    originals = {text.id: text.text for text in dataset.texts}
    # Each question is judged and asked: what that encodes and reads is the same.
    encoder, reader, found = CachingEncoder(load_encoder()), find_reader(given.reader), list[Judged]()
    reads = CachingReader(reader) if reader else None
    with tempfile.TemporaryDirectory() as folder:
        for index, queries in each_alone(dataset, encoder, Path(folder)):
            own = [records[q.id] for q in queries if len(q.turns) == 1]
            if own:
                assistant = Assistant(index, encoder, reads)
                found += judged(own, index, originals[own[0]["document"]], assistant, reads)
    head = ["", "questions", "answerable", *(f"search {k}" for k in _AT), *(f"read {k}" for k in _AT)]
    lines = [f"| {' | '.join([*head, 'precision', 'recall', 'F1'])} |", "|---" * (len(head) + 3) + "|"]
    lines.append(row("all", found))
    for field in given.by:
        parts: dict[str, list[Judged]] = defaultdict(list)
        for one in found:
            parts[str(one.record.get(field, ""))].append(one)
        lines += [row(f"{field}: {name}", own) for name, own in sorted(parts.items())]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
