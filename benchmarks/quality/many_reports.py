"""How often a question that names its report is answered from it, over an index of many reports.

    python -m benchmarks.quality.many_reports corpus.jsonl.gz questions/case-reports/dev.jsonl
    python -m benchmarks.quality.many_reports corpus.jsonl.gz questions/case-reports/test-a.jsonl …/test-b.jsonl

All reports that the questions were written for are one index, without FAQ entries. Each question is asked with one of
its report's phrases (`NAME.phrases.jsonl` beside it), chosen at random by a seed, by turns as "In the case of PHRASE:
QUESTION" and as "PHRASE - QUESTION"; conversations are left out. With `--alone` the same is asked of the report alone,
and with `--bare` the phrase is left out. With `--unknown FILE` the phrases are those of other reports, which the index
does not hold: then all should be refused. Facts and refusals are judged as `calcqa eval` does; the right report is that
of every quote of an answer.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from calcqa.assistant import find_reader
from calcqa.evaluation.collection import Collection, collect, gather
from calcqa.evaluation.datasets import Dataset, Query, load_dataset
from calcqa.evaluation.datasets.sampling import named_alone
from calcqa.evaluation.judging import judge
from calcqa.evaluation.outcomes import Outcome
from calcqa.models.load_encoder import load_encoder
from calcqa.workspace import Singles

_FORMS = ("In the case of {phrase}: {question}", "{phrase} - {question}")


def single_turns(files: Sequence[Path], corpus: Path, *, answerable: bool) -> Dataset:
    """Return the questions of `files` that are no conversations, with the texts that they were written for."""
    sets = [load_dataset(file, [corpus]) for file in files]
    queries = [q for one in sets for q in one.queries if len(q.turns) == 1 and (q.answerable or not answerable)]
    return named_alone(sets[0], queries)


def named(queries: Sequence[Query], phrases: Mapping[str, Sequence[str]], seed: int) -> Iterator[Query]:
    """Yield the questions with a phrase of `phrases`, by document, before them."""
    chance = random.Random(seed)
    for number, query in enumerate(queries):
        phrase = chance.choice(phrases[query.asked_of[0]])
        turn = _FORMS[number % len(_FORMS)].format(phrase=phrase, question=query.turns[-1])
        yield dataclasses.replace(query, turns=(turn,))


def by_document(questions: Sequence[Path]) -> dict[str, list[str]]:
    """Return the phrases of each report that these files of questions are about."""
    return {row["document"]: row["phrases"] for file in questions for row in _rows(file.with_suffix(".phrases.jsonl"))}


def phrases_of(file: Path, dataset: Dataset) -> dict[str, list[str]]:
    """Return, for each text that the questions of `dataset` were written for, the phrases of all reports in `file`."""
    everyone = [phrase for row in _rows(file) for phrase in row["phrases"]]
    return {text: everyone for query in dataset.queries for text in query.asked_of}


def _rows(file: Path) -> Iterator[Mapping[str, Any]]:
    yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


def asked(queries: Sequence[Query], collection: Collection, *, alone: bool) -> Iterator[tuple[Query, Outcome]]:
    """Yield what came of each question."""
    everything, singles = collection.assistant, Singles(collection.assistant)
    documents = {d.id: d for d in everything.documents()}
    for query in queries:
        own = singles.of(*(collection.documents[text] for text in query.asked_of)) if alone else everything
        yield query, judge(query, own.ask(query.turns[-1]), documents, facts=True)


def summary(outcomes: Sequence[tuple[Query, Outcome]], collection: Collection) -> dict[str, float]:
    """Return the measures: shares, 0..1, and how many questions were asked."""
    right, mixed, answered = 0, 0, 0
    for query, outcome in outcomes:
        quoted = {document_id for document_id, *_ in outcome.citations}
        answered += bool(quoted)
        right += quoted == {collection.documents[query.asked_of[0]]}
        mixed += len(quoted) > 1
    shares = {"right report": right / max(1, answered), "several reports": mixed / max(1, answered)}
    for name in ("facts", "wrongly_refused", "refused"):
        scores = [o.scores[name][0] for _, o in outcomes if name in o.scores]
        shares |= {name.replace("_", " "): sum(scores) / len(scores)} if scores else {}
    return {"questions": len(outcomes), **{name: round(share, 3) for name, share in shares.items()}}


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, and print the measures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--alone", action="store_true", help="ask each question of its report alone")
    parser.add_argument("--bare", action="store_true", help="ask without the phrase")
    parser.add_argument("--unknown", type=Path, help="phrases of reports that are not in the index")
    parser.add_argument("--answerable", action="store_true", help="leave out what no report answers")
    parser.add_argument("--reader", default="", help="a folder, or none; by default the one that ships")
    parser.add_argument("--cache", type=Path, help="a folder that keeps the index for a next run")
    parser.add_argument("--out", type=Path, help="a file for what came of each question, an object a line")
    given = parser.parse_args(argv)
    dataset = single_turns(given.questions, given.corpus, answerable=given.answerable)
    with ExitStack() as stack:
        cache = given.cache or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        collection = collect(dataset, gather(dataset), load_encoder(), find_reader(given.reader), cache)
        phrases = phrases_of(given.unknown, dataset) if given.unknown else by_document(given.questions)
        queries = dataset.queries if given.bare else named(dataset.queries, phrases, given.seed)
        outcomes = list(asked([*queries], collection, alone=given.alone))
    if given.out:
        rows = (json.dumps({"document": collection.documents[q.asked_of[0]], **o.to_dict()}) for q, o in outcomes)
        given.out.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    sys.stdout.write(json.dumps(summary(outcomes, collection), indent=1) + "\n")


if __name__ == "__main__":
    main()
