"""The tables of docs/benchmarks.md: question sets asked by `calcqa eval`, and what came of it, each with its command.

    python -m benchmarks.quality.tables DATA [--sets NAME…] [--limit N] [--runs FOLDER] [--cache FOLDER] [--write]

DATA holds the sets as folders. Runs what is not run yet (runs go on after an interruption), reads the measures, and
prints them or writes them between the two marks in docs/benchmarks.md. `ANSWERED` and `SEARCHED` say how much of each
set is asked, so that two cores are done in an hour or two.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[2]
DOCUMENT = REPO / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured by benchmarks/quality/tables.py -->", "<!-- end of what was measured -->"


@dataclass(frozen=True, slots=True)
class Row:
    """One run: its set, its label, the options of `calcqa eval`, and whether the reader reads.

    Our own report is asked with its FAQ, or without (`faq`): that index is built first.
    """

    set: str
    label: str
    options: tuple[str, ...] = ()
    reader: bool = True
    faq: bool = True

    @property
    def name(self) -> str:
        """The name of the run's folder."""
        without = [*([] if self.faq else ["plain"]), *([] if self.reader else ["no-reader"])]
        return "-".join([self.set, *(o.strip("-") for o in self.options), *without])


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that show the same measures, by their names in a run's measures.json and as people read them."""

    title: str
    measures: Mapping[str, str]
    rows: tuple[Row, ...]


ANSWERED = {
    "squad2-dev": ("--limit", "300"),
    "covidqa": ("--limit", "200"),
    "selqa": ("--limit", "200"),
    "evidence-inference": ("--limit", "100", "--texts", "100"),
}
"""How much of a set is answered: so many questions, and among how many texts."""

SEARCHED = {"evidence-inference": ANSWERED["evidence-inference"], "medquad": ("--texts", "2048")}
"""The same of sets that are searched; of others, all."""

REPORT = "report"
_REPORT = Path("questions", "report.jsonl")
_TEST = ("--split", "test")

_ANSWERS = {
    "right": "right",
    "found": "gold answer quoted",
    "citation_precision": "citation precision",
    "citation_recall": "citation recall",
    "refused": "rightly refused",
    "wrongly_refused": "wrongly refused",
    "auroc": "AUROC",
}
TABLES = (
    Table(
        "Answers, each question asked of its own document",
        {**_ANSWERS, "em": "EM", "f1": "F1"},
        tuple(
            Row(name, label, ("--alone", *size), reader)
            for name, size in ANSWERED.items()
            for label, reader in (("", True), ("without the reader", False))
        ),
    ),
    Table(
        "Answers, every question asked of all documents",
        {**_ANSWERS, "em": "EM", "f1": "F1"},
        tuple(Row(name, "", size) for name, size in ANSWERED.items()),
    ),
    Table(
        "Dialogues: the last question, asked after those before it",
        {
            "right": "right",
            "refused": "rightly refused",
            "wrongly_refused": "wrongly refused",
            "undecided_refused": "refused, underspecified",
            "auroc": "AUROC",
        },
        (
            Row("mtrag_un", ""),
            Row("mtrag_un", "without the reader", reader=False),
            Row("mtrag_un", "each of its own passages", ("--alone",)),
            Row("mtrag_un", "each of its own passages, without the reader", ("--alone",), reader=False),
        ),
    ),
    Table(
        "Our own report, the half of its questions that nothing is fitted on",
        {
            "facts": "facts found",
            "refused": "rightly refused",
            "wrongly_refused": "wrongly refused",
            "followups": "follow-ups right",
            "auroc": "AUROC",
        },
        (
            Row(REPORT, "as shipped", _TEST),
            Row(REPORT, "without FAQ entries", _TEST, faq=False),
            Row(REPORT, "without these and without the reader", _TEST, reader=False, faq=False),
        ),
    ),
    Table(
        "Search: the document a question was written for",
        {
            "nDCG@10": "nDCG@10",
            "RR": "MRR",
            "P@1": "P@1",
            "R@10": "R@10",
            "passage_nDCG@10": "nDCG@10 of passages",
            "within_100": "answer within 100 words",
            "within_250": "250",
            "within_1000": "1,000",
        },
        tuple(
            Row(name, "", ("--search-only", *SEARCHED.get(name, ())))
            for name in ("squad2-dev", "covidqa", "selqa", "evidence-inference", "pubmedqa")
        ),
    ),
    Table(
        "Search: all documents judged relevant",
        {"nDCG@10": "nDCG@10"},
        (Row("medquad", "", ("--search-only", *SEARCHED["medquad"])),),
    ),
)


def limited(row: Row, limit: int | None) -> Row:
    """Return the row with another limit than its own; our report is asked whole."""
    if not limit or row.set == REPORT:
        return row
    options = list(row.options)
    at = options.index("--limit") if "--limit" in options else len(options)
    options[at : at + 2] = ["--limit", str(limit)]
    return replace(row, options=tuple(options))


def command(row: Row, data: str, runs: str, cache: str | None) -> list[str]:
    """Return the command of a run, as a person types it."""
    if row.set == REPORT:
        asked = [] if row.faq else ["--index", plain(runs)]
        return ["calcqa", "eval", str(_REPORT), *row.options, *asked, "--out", f"{runs}/{row.name}"]
    kept = ["--cache", cache] if cache else []
    return ["calcqa", "eval", f"{data}/{row.set}", *row.options, *kept, "--out", f"{runs}/{row.name}"]


def plain(runs: str) -> str:
    """Return where the index of our report without FAQ entries is kept."""
    return f"{runs}/indexes/{REPORT}-plain"


def build_command(runs: str) -> list[str]:
    """Return the command that builds it."""
    return ["calcqa", "build", "corpus", "--no-sidecars", "--out", plain(runs)]


def run(row: Row, given: argparse.Namespace) -> dict[str, Any]:
    """Run a row, or read its run where it is whole and still that of these settings, and return its measures.

    Raises:
        SystemExit: the command failed; its own message says why.
    """
    typed = command(row, given.data, given.runs, given.cache)
    if not row.faq and not _done(build_command(given.runs), row):
        sys.exit(f"failed: {shlex.join(build_command(given.runs))}")
    # A run of other settings is refused: it is thrown away then. Our report's is always asked anew.
    if not _done(typed, row) and not _done([*typed, "--again"], row):
        sys.exit(f"failed: {shlex.join(typed)}")
    return measures_of(row, given)


def _done(typed: Sequence[str], row: Row) -> bool:
    program = Path(sys.executable).with_name("calcqa")
    environment = {**os.environ, **({} if row.reader else {"CALCQA_READER": "none"})}
    done = subprocess.run([str(program), *typed[1:]], env=environment, stdout=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def measures_of(row: Row, given: argparse.Namespace) -> dict[str, Any]:
    """Return the measures of a row whose run is whole; OSError where it is not."""
    measures: dict[str, Any] = json.loads(Path(given.runs, row.name, "measures.json").read_text(encoding="utf-8"))
    return measures


def shown(row: Row) -> str:
    """Return the commands of a row as they can be typed anywhere: there the sets are in DATA."""
    typed = shlex.join(command(row, "DATA", "runs", None))
    if not row.reader:
        return f"CALCQA_READER=none {typed}"
    return typed if row.faq else f"{shlex.join(build_command('runs'))}\n{typed}"


def table_lines(table: Table, results: Mapping[str, Mapping[str, Any]], commands: Mapping[str, str]) -> list[str]:
    """Return a table as lines of Markdown, with the rows that have `results`: measures by the name of the run."""
    rows = [row for row in table.rows if row.name in results]
    names = {n: label for n, label in table.measures.items() if any(_estimate(results[r.name], n) for r in rows)}
    lines = [f"### {table.title}", "", f"| set | questions | {' | '.join(names.values())} |"]
    lines.append("|---" * (len(names) + 2) + "|")
    for row in rows:
        cells = [_cell(_estimate(results[row.name], name)) for name in names]
        label = f"{row.set}, {row.label}" if row.label else row.set
        lines.append(f"| {label} | {results[row.name]['questions']:,} | {' | '.join(cells)} |")
    return [*lines, "", "```sh", *(commands[row.name] for row in rows), "```", ""]


def _estimate(measures: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    estimate = measures.get("estimates", measures).get(name)  # earlier runs over our report have them by themselves
    return estimate if estimate and estimate.get("value") is not None else None


def _cell(estimate: Mapping[str, Any] | None) -> str:
    """Return a share as "0.712 (0.68–0.74)", its 95 % interval behind it."""
    return f"{estimate['value']:.3f} ({estimate['low']:.2f}–{estimate['high']:.2f})" if estimate else "–"


def written(document: str, lines: Sequence[str], begin: str = BEGIN, end: str = END) -> str:
    """Return the document with `lines` between two marks of it.

    Raises:
        ValueError: it has no such marks.
    """
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(document):
        raise ValueError(f"The document has no place for tables: {begin} and {end}.")
    return pattern.sub(lambda _: "\n".join([begin, "", *lines, end]), document, count=1)


def rewrite(document: Path, lines: Sequence[str], begin: str = BEGIN, end: str = END) -> None:
    """Put `lines` between two marks of the file `document`; ValueError where it has no such marks."""
    document.write_text(written(document.read_text(encoding="utf-8"), lines, begin, end), encoding="utf-8")


def main() -> None:
    """Run, and write or print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="the folder of the sets")
    names = sorted({row.set for table in TABLES for row in table.rows})
    parser.add_argument(
        "--sets", nargs="+", choices=names, help="run only these; of others, what was run before is shown"
    )
    parser.add_argument("--limit", type=int, help="so many questions of each, chosen at random, always the same")
    parser.add_argument("--runs", default="reports/benchmarks", help="where the runs are kept")
    parser.add_argument("--cache", default="reports/benchmarks/indexes", help="where the indexes are kept")
    parser.add_argument("--write", action="store_true", help="write into docs/benchmarks.md, not to the screen")
    given = parser.parse_args()
    here = {name for name in names if name == REPORT or Path(given.data, name).is_dir()}
    if here == {REPORT} and given.sets != [REPORT]:
        parser.error(f"{given.data} has none of the sets.")
    for name in sorted(set(given.sets or names) - here):
        sys.stderr.write(f"{name} is not in {given.data}.\n")
    lines: list[str] = []
    for table in TABLES:
        rows = [limited(row, given.limit) for row in table.rows]
        results = {}
        for row in rows:
            if row.set in here and (not given.sets or row.set in given.sets):
                results[row.name] = run(row, given)
            elif Path(given.runs, row.name, "measures.json").is_file():
                results[row.name] = measures_of(row, given)
        commands = {row.name: shown(row) for row in rows}
        lines += table_lines(replace(table, rows=tuple(rows)), results, commands) if results else []
    if given.write:
        rewrite(DOCUMENT, lines)
    else:
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
