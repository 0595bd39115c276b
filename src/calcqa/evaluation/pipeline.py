"""A dataset from its path to a whole run on disk: collected, asked, judged, summed up, written.

Puts the other modules in order and has no measure of its own. What may take long reports its progress, and goes on
where it stopped when it is started again.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calcqa.assistant import find_reader, open_assistant
from calcqa.config import default_encoder
from calcqa.errors import InputError
from calcqa.evaluation.asking import Asker
from calcqa.evaluation.collection import Collection, assistant_for, collect, gather, over
from calcqa.evaluation.datasets import Dataset
from calcqa.evaluation.datasets.base import files_sha256, ranked_query
from calcqa.evaluation.datasets.report import to_dict
from calcqa.evaluation.datasets.sampling import among, choose, named_alone
from calcqa.evaluation.datasets.trec import read_qrels, read_run, run_lines
from calcqa.evaluation.judging import judge_search
from calcqa.evaluation.measures.ranking import RANKED
from calcqa.evaluation.outcomes import Outcome, by_topic
from calcqa.evaluation.report.page import render_page
from calcqa.evaluation.runs import DATA, INDEX, RANKING, REPORT, Run, begin, write_json
from calcqa.evaluation.summary import Evaluation, Summary, summarise
from calcqa.index.build import Progress
from calcqa.models.encoder import Encoder
from calcqa.models.load_encoder import load_encoder
from calcqa.models.load_reader import LateReader
from calcqa.models.reader import Reader, brought
from calcqa.parameters import shipped_weights
from calcqa.types import text_hash

_BY_NAME = ("facts", "refused", "wrongly_refused", "followups", "citations", "covered", "shorts", "auroc")
_OF_INDEX = ("format_version", "program", "encoder", "counts", "sources")


@dataclass(frozen=True, slots=True)
class Options:
    """How a dataset is asked.

    `split` takes only that part of it, `limit` so many of its questions and `texts` so many of its texts (those that
    the questions name, and others), chosen at random, the same every time. With `alone` each question is asked only of
    the texts it was written for, and one that was written for none is left out: refusing is no feat there. With
    `search_only` texts are ranked and nothing is answered. `index` is asked where the dataset brings no texts and no
    corpus was named. `cache` keeps indexes; without one, the run's folder keeps its own until the run is whole. `again`
    throws an old run in the folder away.
    """

    split: str | None = None
    limit: int | None = None
    alone: bool = False
    search_only: bool = False
    index: Path | None = None
    cache: Path | None = None
    again: bool = False
    texts: int | None = None


def evaluate(
    dataset: Dataset,
    out: Path,
    options: Options | None = None,
    *,
    encoder: Encoder | None = None,
    reader: Reader | None | str = "",
    progress: Progress | None = None,
) -> Evaluation:
    """Ask a dataset, or go on asking it, and write the run into `out`.

    A run in `out` that is whole is read and not asked again; one of something else is refused. Either is replaced with
    `options.again`, and where the dataset is a file like questions/report.jsonl.

    Args:
        dataset: what is asked.
        out: the folder of the run.
        options: how it is asked.
        encoder: another than `default_encoder` names; not used with an index, which has its own.
        reader: another than `find_reader` finds; None goes without.
        progress: called with a stage, how much of it is done, and its size.

    Raises:
        InputError: no question is left, `alone` has no text to ask, `search_only` nothing to judge by, or the folder
            holds another run; and what loading and building raise.

    """
    options = options or Options()
    in_split = choose(dataset, options.split)
    queries = choose(dataset, options.split, options.limit, alone=options.alone)
    if options.search_only and not any(q.ranks or q.answers or q.evidence for q in queries):
        raise InputError(f"{dataset.name} names no texts and no answers to judge a search by.")
    left_out = sum(not q.asked_of for q in in_split) if options.alone else 0
    dataset = dataclasses.replace(dataset, queries=queries)
    dataset = dataset if options.texts is None else among(dataset, options.texts)
    dataset = named_alone(dataset, queries) if options.alone else dataset
    reads = find_reader() if isinstance(reader, str) else reader
    settings: dict[str, Any] = {
        "set": {"name": dataset.name, "form": dataset.form, "sha256": dataset.sha256},
        "options": {name: getattr(options, name) for name in ("split", "limit", "texts", "alone", "search_only")},
        "reader": reader_sha256(reads),
    }
    again = options.again or dataset.form == "report"
    if dataset.texts or dataset.files:
        gathered = gather(dataset, progress)
        encoder = encoder or load_encoder(default_encoder())
        weights = brought(shipped_weights(), reads).to_dict()
        run = begin(out, settings | _built_with(gathered.sha256, encoder, weights), again=again)
        collection = collect(dataset, gathered, encoder, reads, options.cache or out / INDEX, progress=progress)
    else:
        opened = open_assistant(options.index, reader=reads)
        collection = over(assistant_for(dataset, opened.index, opened.encoder, reads), dataset)
        weights = brought(opened.index.weights, reads).to_dict()
        run = begin(out, settings | _built_with(collection.sha256, opened.encoder, weights), again=again)
    outcomes = _asked(dataset, collection, options, run, progress)
    manifest = collection.assistant.index.manifest
    index = {key: manifest[key] for key in _OF_INDEX if key in manifest}
    done = _finish(run, Evaluation(run.settings, outcomes, summarise(outcomes), index, collection.lost, left_out))
    if dataset.form == "report":
        write_json(out / DATA, report_data(done, dataset))
    shutil.rmtree(out / INDEX, ignore_errors=True)
    return done


def score_run(rankings: Path, qrels: Path, out: Path, *, again: bool = False) -> Evaluation:
    """Score a ranking by another program, a TREC run, against TREC judgements, as a run in `out`.

    Every judged query that has a relevant text counts, with nothing found where the run lacks it.

    Raises:
        InputError: a file cannot be used, no query has a relevant text, or the folder holds another run.

    """
    ranked, grades = read_run(rankings), read_qrels(qrels)
    queries = [ranked_query(id, (), qrels.name, relevant) for id, relevant in grades.items()]  # noqa: A001
    if not any(q.ranks for q in queries):
        raise InputError(f"{qrels.name} judges no text as relevant.")
    settings = {
        "set": {"name": qrels.name, "form": "trec", "sha256": files_sha256([qrels])},
        "ranking": {"name": rankings.name, "sha256": files_sha256([rankings])},
    }
    run = begin(out, settings, again=again)
    outcomes = []
    for query in (dataclasses.replace(q, answerable=None) for q in queries if q.ranks):
        outcomes.append(_known(run, query.id) or judge_search(query, ranked.get(query.id, ())))
        _keep(run, outcomes[-1])
    return _finish(run, Evaluation(run.settings, tuple(outcomes), summarise(outcomes)))


def report_data(evaluation: Evaluation, dataset: Dataset) -> dict[str, Any]:
    """Return an evaluation of questions with facts as the data of report.json."""
    topics = {topic: by_name(summarise(group)) for topic, group in by_topic(evaluation.outcomes).items()}
    pairs = zip(dataset.queries, evaluation.outcomes, strict=True)
    return {
        "date": evaluation.settings["begun"],
        "program": evaluation.settings["program"],
        "index": evaluation.index,
        "question_set": evaluation.settings["set"] | {"splits": sorted({q.split for q in dataset.queries})},
        "overall": by_name(evaluation.summary),
        "topics": topics,
        "outcomes": [{"question": to_dict(query)} | outcome.to_dict() for query, outcome in pairs],
    }


def by_name(summary: Summary) -> dict[str, Any]:
    """Return the measures of questions with facts as data, each estimate under its own name as well."""
    data, none = summary.to_dict(), {"value": None, "low": None, "high": None, "n": 0}
    return {**data, **dict.fromkeys(_BY_NAME, none), **data["estimates"], "risk_coverage": data["curve"]}


def reader_sha256(reader: Reader | None) -> str | None:
    """Return one sha256 over the files of a reader's folder; the class's name of one without, None for none."""
    if not isinstance(reader, LateReader):
        return type(reader).__name__ if reader else None
    return files_sha256(sorted(p for p in reader.folder.iterdir() if p.is_file()))


def _built_with(documents: str, encoder: Encoder, weights: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that the documents, the encoder and the weights are named by."""
    return {
        "documents": documents,
        "encoder": {"name": encoder.name, "sha256": encoder.sha256},
        "weights": text_hash(json.dumps(weights, sort_keys=True)),
    }


def _asked(
    dataset: Dataset, collection: Collection, options: Options, run: Run, progress: Progress | None
) -> tuple[Outcome, ...]:
    asker = Asker(collection, dataset, alone=options.alone, search_only=options.search_only)
    outcomes = [_known(run, query.id) for query in dataset.queries]
    if None in outcomes:
        asker.warm_up()
    asked = []
    for number, (query, known) in enumerate(zip(dataset.queries, outcomes, strict=True)):
        if progress:
            progress("asking", number, len(dataset.queries))
        asked.append(known or asker.ask(query))
        _keep(run, asked[-1])
    if progress:
        progress("asking", len(dataset.queries), len(dataset.queries))
    return tuple(asked)


def _known(run: Run, id: str) -> Outcome | None:  # noqa: A002
    """Return the outcome that the run has of a question already."""
    try:
        return Outcome.from_dict(run.done[id]) if id in run.done else None
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"The run in {run.folder} has a record of {id!r} that cannot be read.") from error


def _keep(run: Run, outcome: Outcome) -> None:
    if outcome.id not in run.done:
        run.append(outcome.to_dict())


def _finish(run: Run, done: Evaluation) -> Evaluation:
    """Write the rankings of a run where there are any, its page and its measures."""
    if any(name in done.summary.estimates for name in RANKED):
        text = run_lines({o.id: o.ranking for o in done.outcomes if o.ranking})
        (run.folder / RANKING).write_text(text, encoding="utf-8")
    (run.folder / REPORT).write_text(render_page(done), encoding="utf-8")
    data = by_name(done.summary) if run.settings["set"]["form"] == "report" else done.summary.to_dict()
    run.finish(data | {"lost_evidence": done.lost, "left_out": done.left_out})
    return done
