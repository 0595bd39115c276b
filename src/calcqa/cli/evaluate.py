"""The commands eval and compare: question sets measured, runs held against each other. Thin over `evaluation/`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcqa.cli.maintain import FAILED, Index
from calcqa.cli.output import console, progress_bar, say, say_json
from calcqa.config import require_extra
from calcqa.errors import InputError

if TYPE_CHECKING:
    from calcqa.evaluation.datasets import QuestionSet
    from calcqa.evaluation.evaluating import Options

eval_app = typer.Typer()
_JUDGED = "report"  # the form with bars and topics of its own


@eval_app.command("eval")
def evaluate(
    questions: Annotated[Path, typer.Argument(help="A question set (a file or a folder), or a TREC run.")],
    index: Index = None,
    corpus: Annotated[
        list[Path] | None, typer.Option(help="What to ask: documents, folders of them, or a corpus.jsonl.")
    ] = None,
    split: Annotated[str | None, typer.Option(help="Only this part of the set (dev or test).")] = None,
    minimum: Annotated[list[str] | None, typer.Option("--min", help="A bar, such as facts=0.93; see below.")] = None,
    out: Annotated[Path | None, typer.Option(help="The run's folder; by default reports, or reports/NAME.")] = None,
    form: Annotated[
        str | None, typer.Option(help="report, folder, beir, dialogues, squad, csv, trec; else recognised.")
    ] = None,
    limit: Annotated[int | None, typer.Option(help="So many questions, chosen at random, always the same.")] = None,
    texts: Annotated[
        int | None, typer.Option(help="Only so many of a set's own texts, those that questions name first.")
    ] = None,
    alone: Annotated[
        bool, typer.Option("--alone", help="Ask each question of its own texts only; leave out those without.")
    ] = False,
    search_only: Annotated[bool, typer.Option("--search-only", help="Only rank texts; answer nothing.")] = False,
    qrels: Annotated[Path | None, typer.Option(help="TREC judgements, to score a TREC run by.")] = None,
    cache: Annotated[Path | None, typer.Option(help="Keep the index of the texts in this folder.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Throw away another or a whole run in the folder.")] = False,
) -> None:
    """Ask every question of a set and print the measures with intervals; write a run, with an HTML page, into a folder.

    Sets are files like questions/report.jsonl, CSV, SQuAD's JSON, and folders (BEIR, TREC, corpus.jsonl with
    questions.jsonl, dialogues.jsonl). Of a dialogue, the user's turns are asked in order and the last is judged.
    --corpus, or the texts a set brings, make a temporary index; else an index is asked. A run that was interrupted goes
    on when the same command is given once more.

    --min NAME=VALUE makes the exit code 1 when a measure misses its bar: of questions/report.jsonl facts, refused,
    followups, citations, auroc, of other sets any that is printed (right, found, nDCG@10, …) must reach it;
    wrongly_refused must not exceed it.
    """
    require_extra("eval")
    from calcqa.evaluation import parse_bar
    from calcqa.evaluation.datasets import load_set
    from calcqa.evaluation.evaluating import Options

    if qrels:
        _score_run(questions, qrels, out, again)
        return
    options = Options(split, limit, alone, search_only, index, cache, again, texts)
    judged = form == _JUDGED or (form is None and questions.suffix == ".jsonl")
    bars = dict(parse_bar(text) for text in minimum or []) if judged else {}
    if index and corpus:
        raise InputError("--index and --corpus each say what to ask; give one of them.")
    found = load_set(questions, corpus, form)
    if index and found.texts:
        raise InputError(f"{found.name} brings its own texts, which --index does not hold; leave it out.")
    if judged:
        if limit is not None or texts is not None or alone or search_only:
            raise InputError(
                f"{found.name} holds judged questions; --limit, --texts, --alone, --search-only are for other sets."
            )
        _evaluate_judged(questions, found, options, bars, out or Path("reports"))
    else:
        _evaluate_set(found, options, minimum or [], out or Path("reports", found.name))


def _evaluate_judged(path: Path, found: QuestionSet, options: Options, bars: Mapping[str, float], out: Path) -> None:
    from calcqa import evaluation
    from calcqa.evaluation.evaluating import evaluate_judged

    with progress_bar() as progress:
        result = evaluate_judged(found, path, out, options, progress)
    evaluation.print_table(result, console())
    evaluation.write_json(result, out / "report.json")
    evaluation.write_html(result, out / "report.html")
    say(f"Written: {out / 'report.json'}, {out / 'report.html'}")
    _hold(evaluation.check_bars(result, bars))


def _evaluate_set(found: QuestionSet, options: Options, minimum: list[str], out: Path) -> None:
    from calcqa.evaluation import check_run_bars, parse_bar
    from calcqa.evaluation.evaluating import evaluate_set, left_out
    from calcqa.evaluation.run_report import RUN_LABELS, print_run

    bars = dict(parse_bar(text, tuple(RUN_LABELS)) for text in minimum)
    try:
        with progress_bar() as progress:
            scored, summary, lost = evaluate_set(found, out, options, progress=progress)
    except KeyboardInterrupt:
        say(f"Interrupted; the same command goes on from what {out} holds.", err=True)
        raise
    print_run(scored, summary, console())
    if lost:
        say(f"{lost} pieces of gold evidence were not found again in the cleaned texts.")
    if left := left_out(found, options):
        say(f"Questions left out, having no text of their own: {left}.")
    say(f"Written: {out}")
    _hold(check_run_bars(summary.estimates, bars))


def _score_run(ranking: Path, qrels: Path, out: Path | None, again: bool) -> None:
    from calcqa.evaluation.evaluating import score_run
    from calcqa.evaluation.run_report import print_run

    out = out or Path("reports", ranking.name)
    scored, summary = score_run(ranking, qrels, out, again=again)
    print_run(scored, summary, console())
    say(f"Written: {out}")


def _hold(missed: list[str]) -> None:
    for line in missed:
        say(line, err=True, bold=True)
    raise typer.Exit(FAILED if missed else 0)


@eval_app.command()
def compare(
    a: Annotated[Path, typer.Argument(help="The folder of a run.")],
    b: Annotated[Path, typer.Argument(help="The folder of the run to hold against it.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with every question that changed.")] = False,
) -> None:
    """Show how two runs differ, measure by measure, how sure the differences are, and which questions changed."""
    from calcqa.evaluation.comparing import compare as compare_runs
    from calcqa.evaluation.run_report import print_comparison
    from calcqa.evaluation.runs import differing, read_run

    (settings_a, records_a), (settings_b, records_b) = read_run(a), read_run(b)
    found = compare_runs(records_a, records_b)
    changed = differing(settings_a, settings_b)
    if as_json:
        say_json({"settings": changed} | found.to_dict())
        return
    say(f"The runs differ in {', '.join(changed)}." if changed else "The runs have the same settings.")
    print_comparison(found, console())
