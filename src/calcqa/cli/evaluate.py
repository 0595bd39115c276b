"""The commands eval and compare: question sets measured, runs compared. Thin over `evaluation/`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from calcqa.cli.maintain import FAILED, Index
from calcqa.cli.output import console, progress_bar, say, say_json
from calcqa.config import require_extra
from calcqa.errors import InputError

eval_app = typer.Typer()


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
    faq: Annotated[
        Path | None,
        typer.Option(help="FAQ entries of its texts, as offsets; only these texts are asked about."),
    ] = None,
) -> None:
    """Ask every question of a set and print the measures with intervals; write a run, with an HTML page, into a folder.

    Sets are files like questions/report.jsonl, CSV, SQuAD's JSON, and folders (BEIR, TREC, corpus.jsonl with
    questions.jsonl, dialogues.jsonl). Of a dialogue, the user's turns are asked in order and the last is judged.
    --corpus, or the texts a set brings, make a temporary index; else an index is asked. A run that was interrupted goes
    on when the same command is given once more.

    --min NAME=VALUE makes the exit code 1 when a measure misses its bar: facts, refused, followups, citations, auroc,
    right, found, nDCG@10 and all others must reach it, wrongly_refused must not exceed it. A bar for what was not
    measured is missed.
    """
    require_extra("eval")
    from calcqa.evaluation import Options, load_dataset, missed_bars, parse_bar, score_run
    from calcqa.evaluation import evaluate as run_evaluation
    from calcqa.evaluation.datasets.faq import with_faq
    from calcqa.evaluation.report.tables import print_run

    bars = dict(parse_bar(text) for text in minimum or [])
    if qrels:
        out = out or Path("reports", questions.name)
        done = score_run(questions, qrels, out, again=again)
    else:
        if index and corpus:
            raise InputError("--index and --corpus each say what to ask; give one of them.")
        dataset = load_dataset(questions, corpus, form)
        dataset = with_faq(dataset, faq) if faq else dataset
        if index and dataset.texts:
            raise InputError(f"{dataset.name} brings its own texts, which --index does not hold; leave it out.")
        out = out or (Path("reports") if dataset.form == "report" else Path("reports", dataset.name))
        options = Options(split, limit, alone, search_only, index, cache, again, texts)
        try:
            with progress_bar() as progress:
                done = run_evaluation(dataset, out, options, progress=progress)
        except KeyboardInterrupt:
            say(f"Interrupted; the same command goes on from what {out} holds.", err=True)
            raise
    print_run(done, console())
    if done.lost:
        say(f"{done.lost} pieces of gold evidence were not found again in the cleaned texts.")
    if done.left_out:
        say(f"Questions left out, having no text of their own: {done.left_out}.")
    with_data = done.settings["set"]["form"] == "report"
    say(f"Written: {out / 'report.json'}, {out / 'report.html'}" if with_data else f"Written: {out}")
    missed = missed_bars(done.summary.estimates, bars)
    for name in missed:
        say(name, err=True, bold=True)
    raise typer.Exit(FAILED if missed else 0)


@eval_app.command()
def compare(
    a: Annotated[Path, typer.Argument(help="The folder of a run.")],
    b: Annotated[Path, typer.Argument(help="The folder of the run to compare it with.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with every question that changed.")] = False,
) -> None:
    """Show how two runs differ, measure by measure, how sure the differences are, and which questions changed."""
    from calcqa.evaluation.compare import compare as compare_runs
    from calcqa.evaluation.report.tables import print_comparison
    from calcqa.evaluation.runs import differing, read_run

    (settings_a, records_a), (settings_b, records_b) = read_run(a), read_run(b)
    comparison = compare_runs(records_a, records_b)
    changed = differing(settings_a, settings_b)
    if as_json:
        say_json({"settings": changed} | comparison.to_dict())
        return
    say(f"The runs differ in {', '.join(changed)}." if changed else "The runs have the same settings.")
    print_comparison(comparison, console())
