"""Measures answers from documents without FAQ entries: how often the gold sentence is quoted, beside plain vectors.

Does: builds an index of each source document alone, asks it its questions, with the reader and without, and compares
what the engine quotes, and what it ranks first, with as many sentences by cosine alone. Does not: judge the span
(evaluate.py) or refusals (`calcqa eval` on the report): every question here has an answer in its document, and the
threshold is looked at only in `withheld`.

    python -m training.answers --data DATA --set covidqa [--reader FOLDER] [--documents N]

A gold answer is found again in the cleaned text by its words; what cleaning changed beyond that is counted in `lost`.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calcqa.answering.answerability import Case
from calcqa.answering.compose import answer
from calcqa.answering.reading import read_top
from calcqa.config import ChunkSettings
from calcqa.evaluation.caching import CachingEncoder, CachingReader
from calcqa.evaluation.measures.spans import f1
from calcqa.index.build import build_index
from calcqa.index.index import Index
from calcqa.index.open import open_index
from calcqa.models.encoder import Encoder
from calcqa.models.load_encoder import load_encoder
from calcqa.models.load_reader import load_reader
from calcqa.models.reader import Reader
from calcqa.parameters import Weights, shipped_weights
from calcqa.retrieval.retriever import Retriever
from calcqa.stores.base import SENTENCES
from calcqa.types import Span
from training.data import MEASURED, Question, load_questions
from training.evaluate import RIGHT, interval


@dataclass(frozen=True, slots=True)
class Asked:
    """One question's outcome.

    A gold sentence is among the `quoted` ones, and `first`; so for as many by cosine, `near` and `nearest`. `sentences`
    counts the quoted. `withheld`: the engine would have refused. `short`: it would have shown a short answer;
    `short_right`: one that shares more than half of its words with a gold (F1).
    """

    group: str
    quoted: bool
    first: bool
    near: bool
    nearest: bool
    sentences: int
    withheld: bool
    short: bool
    short_right: bool


def of_some(questions: Sequence[Question], documents: int | None) -> list[Question]:
    """Return all questions of so many documents, the same ones every time: what takes time is indexing them."""
    names = sorted({q.group for q in questions})
    if documents is not None and documents < len(names):
        names = random.Random(0).sample(names, documents)
    return [q for q in questions if q.group in set(names)]


def gold_sentences(question: Question, index: Index) -> set[str]:
    """Return the sentences of the index that hold a gold answer, as far as its words are found again in the text."""
    (document,) = index.documents.values()
    found: set[str] = set()
    for gold in question.golds:
        pattern = r"\s+".join(map(re.escape, gold.split()))
        spans = tuple(Span(*m.span()) for m in re.finditer(pattern, document.text))
        if spans:
            found.update(index.covering(document.id, spans))
    return found


def ask(question: Question, gold: set[str], retriever: Retriever, weights: Weights, reader: Reader | None) -> Asked:
    """Return how one question fared."""
    index = retriever.index
    retrieved = retriever.retrieve(question.question)
    always = dataclasses.replace(weights, plain_threshold=0.0, read_threshold=0.0)
    found = answer(question.question, retrieved, index, always, reader)
    verdicts = Case(retrieved, index, weights, read_top(retrieved, index, reader) if reader else {}).verdicts()
    quoted = {i for c in found.citations for i in index.covering(c.document_id, (Span(c.start, c.end),))}
    vector = retriever.encoder.encode([question.question])
    near = [match.id for match in index.store.search(SENTENCES, vector, max(1, len(quoted)))[0]]
    withheld = not verdicts or verdicts[0].confidence < verdicts[0].threshold
    short = "" if withheld else found.short_answer or ""
    return Asked(
        question.group,
        quoted=bool(quoted & gold),
        first=bool(verdicts and set(verdicts[0].candidate.sentences) & gold),
        near=bool(set(near) & gold),
        nearest=near[0] in gold,
        sentences=len(quoted),
        withheld=withheld,
        short=bool(short),
        short_right=bool(short) and any(f1(short, gold) > RIGHT for gold in question.golds),
    )


def outcomes(
    questions: Sequence[Question], encoder: Encoder, weights: Weights, reader: Reader
) -> Iterator[tuple[Asked, Asked] | None]:
    """Yield each question's outcome with the reader and without, document by document; None where its gold is lost."""
    groups: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        groups[question.group].append(question)
    with tempfile.TemporaryDirectory() as folder:
        for name, group in groups.items():
            file = Path(folder, "document.txt")
            file.write_text(group[0].context, encoding="utf-8")
            report = build_index([file], Path(folder, name), encoder, ChunkSettings(), weights)
            index = open_index(report.path)
            retriever = Retriever(index, encoder, weights)
            for question in group:
                gold = gold_sentences(question, index)
                if not gold:
                    yield None
                    continue
                yield ask(question, gold, retriever, weights, reader), ask(question, gold, retriever, weights, None)


def figures(found: Sequence[Asked], rounds: int = 1000) -> dict[str, Any]:
    """Return the rates with 95% intervals over documents, and how the engine's stand to those of vectors alone."""
    groups = [o.group for o in found]
    names = [f.name for f in dataclasses.fields(Asked)[1:]]
    columns = {name: np.array([getattr(o, name) for o in found], dtype=float) for name in names}

    def rate(name: str) -> dict[str, Any]:
        values = columns[name]
        within = interval(groups, lambda at: float(values[at].mean()), rounds)
        return {"rate": round(float(values.mean()), 4), "95": within}

    def ratio(at: NDArray[np.int64]) -> float:
        return float(columns["quoted"][at].mean() / max(1e-9, columns["near"][at].mean()))

    everything, shown = np.arange(len(found)), columns["short"].sum()
    return {
        "quoted": rate("quoted"),
        "vectors": rate("near"),
        "ratio": {"value": round(ratio(everything), 3), "95": interval(groups, ratio, rounds)},
        "precision_at_1": rate("first"),
        "vectors_precision_at_1": rate("nearest"),
        "sentences": round(float(columns["sentences"].mean()), 2),
        "withheld": round(float(columns["withheld"].mean()), 4),
        "short_answers": round(float(columns["short"].mean()), 4),
        "short_answers_right": round(float(columns["short_right"].sum() / shown), 4) if shown else None,
    }


def main(argv: Sequence[str] | None = None) -> None:
    """Measure on one set and write the figures as JSON to standard output."""
    parser = argparse.ArgumentParser(description="Measure answers from documents without FAQ entries.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", choices=MEASURED, required=True)
    parser.add_argument("--reader", type=Path, help="a reader's folder; by default the shipped one")
    parser.add_argument("--documents", type=int, help="the questions of so many documents, chosen at random")
    args = parser.parse_args(argv)
    questions = of_some([q for q in load_questions(args.data, args.set) if q.answers], args.documents)
    encoder = CachingEncoder(load_encoder())
    found = list(outcomes(questions, encoder, shipped_weights(), CachingReader(load_reader(args.reader))))
    kept = [both for both in found if both]
    if not kept:
        raise SystemExit("no gold answer was found again in the texts")
    report: dict[str, Any] = {"set": args.set, "questions": len(kept), "lost": len(found) - len(kept)}
    for name, asked in zip(("with_reader", "without"), zip(*kept, strict=True), strict=True):
        report[name] = figures(asked)
    sys.stdout.write(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
