"""A question set from its path to a whole run on disk: collected, asked, judged, summed up, written.

Puts the other modules in order and has no measure of its own. What may take long tells how far it is, and goes on where
it stopped when it is given once more.
"""

from __future__ import annotations

import dataclasses
import json
import random
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from calcqa.assistant import Assistant, find_reader, open_assistant
from calcqa.config import default_encoder
from calcqa.errors import InputError
from calcqa.evaluation.collection import Collection, collect, gather, over, remembering
from calcqa.evaluation.datasets import Query, QuestionSet
from calcqa.evaluation.datasets.base import files_sha256
from calcqa.evaluation.datasets.trec import read_qrels, read_run, run_lines
from calcqa.evaluation.examining import Examiner
from calcqa.evaluation.measures import Outcome, scores
from calcqa.evaluation.questions import load_questions
from calcqa.evaluation.ranking import RANKED
from calcqa.evaluation.run_report import render_run
from calcqa.evaluation.runner import Evaluation, evaluate
from calcqa.evaluation.runs import INDEX, RANKING, REPORT, Run, begin
from calcqa.evaluation.sampling import among
from calcqa.evaluation.scoring import Scored, score_ranking
from calcqa.evaluation.summary import Summary, summarise
from calcqa.index.build import Progress
from calcqa.models.encoder import Encoder
from calcqa.models.load_encoder import load_encoder
from calcqa.models.load_reader import LateReader
from calcqa.models.reader import Reader
from calcqa.parameters import Weights, shipped_weights
from calcqa.types import text_hash


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """How a set is asked.

    `split` takes only that part of it, `limit` so many of its questions, chosen at random, the same every time, `texts`
    so many of its texts: those that the questions asked name, and others chosen in the same way. With
    `alone` each question is asked only of the texts it was written for, and one that was written for none is left out:
    of nothing, refusing is no feat. With `search_only` texts are ranked and nothing is answered. `index` is asked where
    the set brings no texts and no corpus was named. `cache` keeps indexes; without one, the run's folder keeps its own
    until it is whole. `again` throws an old run in the folder away.
    """

    split: str | None = None
    limit: int | None = None
    alone: bool = False
    search_only: bool = False
    index: Path | None = None
    cache: Path | None = None
    again: bool = False
    texts: int | None = None


def evaluate_set(
    found: QuestionSet,
    out: Path,
    options: Options | None = None,
    *,
    encoder: Encoder | None = None,
    reader: Reader | None | str = "",
    progress: Progress | None = None,
) -> tuple[list[Scored], Summary, int]:
    """Ask a set, or go on asking it, and write the run into `out`.

    Args:
        found: the set.
        out: the folder of the run.
        options: how it is asked.
        encoder: another than `default_encoder` names; not used with an index, which has its own.
        reader: another than `find_reader` finds; None goes without.
        progress: called with a stage, how much of it is done, and its size.

    Returns:
        The records in the order of the set, their measures, and how much evidence cleaning has lost.

    Raises:
        InputError: no question is left, `alone` has no text to ask, or the folder holds another run; and what loading
            and building raise.

    """
    options = options or Options()
    left = left_out(found, options)
    found = dataclasses.replace(found, queries=chosen(found, options))
    found = found if options.texts is None else among(found, options.texts)
    reads = find_reader() if isinstance(reader, str) else reader
    if found.texts or found.files:
        gathered = gather(found, progress)
        encodes = encoder or load_encoder(default_encoder())
        fixed = _settings(found, options, gathered.sha256, encodes, reads, shipped_weights())
        run = begin(out, fixed, again=options.again)
        kept = options.cache or out / INDEX
        collection = collect(found, gathered, encodes, reads, kept, progress=progress)
    else:
        opened = open_assistant(options.index, reader=reads)
        collection = over(remembering(opened.index, opened.encoder, reads), found.queries)
        fixed = _settings(found, options, collection.sha256, opened.encoder, reads, opened.index.weights)
        run = begin(out, fixed, again=options.again)
    scored = _asked(found, collection, options, run, progress)
    summary = finish(run, scored, lost=collection.lost, left=left)
    shutil.rmtree(out / INDEX, ignore_errors=True)
    return scored, summary, collection.lost


def evaluate_judged(
    found: QuestionSet,
    path: Path,
    out: Path,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Ask a file of judged questions (questions/report.jsonl) as `evaluate` does, and keep the outcomes as a run.

    A run that was interrupted goes on; any other in the folder is replaced, as the report in it always was. The index
    is that of `options`, or a temporary one over the files of `found`.

    Raises:
        InputError: what `load_questions` and `evaluate` raise; and what loading and building raise.

    """
    options = options or Options()
    questions = load_questions(path, options.split)
    reader = find_reader()
    with tempfile.TemporaryDirectory() as folder:
        if found.files or found.texts:
            gathered = gather(found, progress)
            encoder, cache = load_encoder(default_encoder()), options.cache or Path(folder)
            collected = collect(found, gathered, encoder, reader, cache, progress=progress)
            assistant = Assistant(collected.assistant.index, encoder, reader)
        else:
            assistant = open_assistant(options.index, reader=reader)
        documents = over(assistant, ()).sha256
        fixed = _settings(found, options, documents, assistant.encoder, reader, assistant.index.weights)
        run = begin(out, fixed, again=True)
        by_id = {q.id: q for q in questions}
        known = {id: Outcome.from_dict(r["outcome"], by_id[id]) for id, r in run.done.items()}  # noqa: A001

        def keep(outcome: Outcome) -> None:
            run.append(judged_record(outcome))

        result = evaluate(assistant, questions, progress, source=path, known=known, keep=keep)
    run.finish(result.overall.to_dict())
    return result


def judged_record(outcome: Outcome) -> dict[str, Any]:
    """Return the record of a judged question, with what runs are compared by beside the outcome itself."""
    return {
        "id": outcome.question.id,
        "turns": list(outcome.question.turns),
        "answerable": outcome.question.answerable,
        "answered": outcome.answered,
        "confidence": outcome.confidence,
        "text": outcome.text,
        "scores": scores(outcome),
        "outcome": outcome.to_dict(),
    }


def score_run(rankings: Path, qrels: Path, out: Path, *, again: bool = False) -> tuple[list[Scored], Summary]:
    """Score a ranking that somebody else made, a TREC run, against TREC judgements, as a run in `out`.

    Every judged query that has a relevant text counts, with nothing found where the run lacks it.

    Raises:
        InputError: a file cannot be used, no query has a relevant text, or the folder holds another run.

    """
    ranked, grades = read_run(rankings), read_qrels(qrels)
    judged = {query: texts for query, texts in grades.items() if any(grade > 0 for grade in texts.values())}
    if not judged:
        raise InputError(f"{qrels.name} judges no text as relevant.")
    settings = {
        "set": {"name": qrels.name, "form": "trec", "sha256": files_sha256([qrels])},
        "ranking": {"name": rankings.name, "sha256": files_sha256([rankings])},
    }
    run = begin(out, settings, again=again)
    scored = []
    for query, relevant in judged.items():
        if query not in run.done:
            scored.append(score_ranking(query, ranked.get(query, ()), relevant))
            run.append(scored[-1].to_dict())
        else:
            scored.append(Scored.from_dict(run.done[query]))
    return scored, finish(run, scored)


def chosen(found: QuestionSet, options: Options) -> tuple[Query, ...]:
    """Return the questions of the split, less those left out, and of the rest as many as the limit allows, in order.

    Raises:
        InputError: the set has no such split, or no text to ask alone, or the limit is not positive.

    """
    queries = _of_split(found, options)
    if not queries:
        known = ", ".join(sorted({repr(q.split) for q in found.queries if q.split})) or "none"
        raise InputError(f"{found.name} has no questions of the split {options.split!r}; splits it has: {known}.")
    if options.alone and not (queries := [q for q in queries if q.asked_of]):
        raise InputError(f"{found.name} does not say which text its questions were written for, as --alone needs.")
    if options.limit is None:
        return tuple(queries)
    if options.limit < 1:
        raise InputError(f"The limit must be at least 1, not {options.limit}.")
    places = sorted(random.Random(0).sample(range(len(queries)), min(options.limit, len(queries))))
    return tuple(queries[i] for i in places)


def left_out(found: QuestionSet, options: Options) -> int:
    """Return how many questions of the split are left out, having no text to be asked of alone."""
    return sum(not q.asked_of for q in _of_split(found, options)) if options.alone else 0


def _of_split(found: QuestionSet, options: Options) -> list[Query]:
    return [q for q in found.queries if options.split in (None, q.split)]


def finish(run: Run, scored: Sequence[Scored], *, lost: int = 0, left: int = 0) -> Summary:
    """Write what the records of a run add up to, its page, and its rankings where there are any.

    `lost` counts the evidence that was not found again, `left` the questions left out.
    """
    summary = summarise(scored)
    if any(name in summary.estimates for name in RANKED):
        text = run_lines({s.id: s.ranking for s in scored if s.ranking})
        (run.folder / RANKING).write_text(text, encoding="utf-8")
    (run.folder / REPORT).write_text(render_run(run.settings, scored, summary), encoding="utf-8")
    run.finish(summary.to_dict() | {"lost_evidence": lost, "left_out": left})
    return summary


def _asked(
    found: QuestionSet, collection: Collection, options: Options, run: Run, progress: Progress | None
) -> list[Scored]:
    spans = any(q.answers for q in found.queries)
    examiner = Examiner(collection, alone=options.alone, search_only=options.search_only, spans=spans)
    scored = []
    for number, query in enumerate(found.queries):
        if progress:
            progress("asking", number, len(found.queries))
        if query.id in run.done:
            scored.append(_read(run, query))
        else:
            scored.append(examiner.ask(query))
            run.append(scored[-1].to_dict())
    if progress:
        progress("asking", len(found.queries), len(found.queries))
    return scored


def _read(run: Run, query: Query) -> Scored:
    try:
        return Scored.from_dict(run.done[query.id])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"The run in {run.folder} has a record of {query.id!r} that cannot be read.") from error


def _settings(
    found: QuestionSet, options: Options, documents: str, encoder: Encoder, reader: Reader | None, weights: Weights
) -> Mapping[str, Any]:
    """Return all that the figures of a run depend on, besides the program itself."""
    return {
        "set": {"name": found.name, "form": found.form, "sha256": found.sha256},
        "documents": documents,
        "options": {
            "split": options.split,
            "limit": options.limit,
            "texts": options.texts,
            "alone": options.alone,
            "search_only": options.search_only,
        },
        "encoder": {"name": encoder.name, "sha256": encoder.sha256},
        "reader": reader_sha256(reader),
        "weights": text_hash(json.dumps(weights.to_dict(), sort_keys=True)),
    }


def reader_sha256(reader: Reader | None) -> str | None:
    """Return one sha256 over the files of a reader's folder; the class's name of one without, None for none."""
    if not isinstance(reader, LateReader):
        return type(reader).__name__ if reader else None
    return files_sha256(sorted(p for p in reader.folder.iterdir() if p.is_file()))
