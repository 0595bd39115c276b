"""The tables of docs/benchmarks.md: question sets asked by `calcqa eval`, and what came of it, each with its command.

    python -m benchmarks.tables DATA [--sets NAME…] [--limit N] [--runs FOLDER] [--cache FOLDER] [--write]

DATA holds the sets as folders. Does: run what is not run yet (runs go on after an interruption), read the measures, and
write them between the two marks in docs/benchmarks.md, or print them. Does not: measure anything itself.
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[1]
DOCUMENT = REPO / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured by benchmarks/tables.py -->", "<!-- end of what was measured -->"


@dataclass(frozen=True, slots=True)
class Row:
    """One run: of which set, what is said of it, the options of `calcqa eval`, and whether the reader reads."""

    set: str
    said: str
    options: tuple[str, ...] = ()
    reader: bool = True

    @property
    def name(self) -> str:
        """The name of the run's folder."""
        words = [self.set, *(o.strip("-") for o in self.options), *([] if self.reader else ["no-reader"])]
        return "-".join(words)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that show the same measures, by their names in a run's measures.json and as people read them."""

    title: str
    measures: Mapping[str, str]
    rows: tuple[Row, ...]


_ANSWERS = {
    "right": "right",
    "found": "gold answer quoted",
    "citation_precision": "citation precision",
    "citation_recall": "citation recall",
    "refused": "rightly refused",
    "wrongly_refused": "wrongly refused",
}
TABLES = (
    Table(
        "Answers, each question asked of its own document",
        {**_ANSWERS, "em": "EM", "f1": "F1"},
        tuple(
            Row(name, said, ("--alone",), reader)
            for name in ("squad2-dev", "covidqa", "selqa")
            for said, reader in (("", True), ("without the reader", False))
        ),
    ),
    Table(
        "Answers, every question asked of all documents",
        {**_ANSWERS, "em": "EM", "f1": "F1"},
        (Row("squad2-dev", ""), Row("covidqa", ""), Row("selqa", "")),
    ),
    Table(
        "Search: the document a question was written for",
        {"nDCG@10": "nDCG@10", "RR": "MRR", "P@1": "P@1", "R@10": "R@10"},
        tuple(Row(name, "", ("--search-only",)) for name in ("squad2-dev", "covidqa", "selqa", "pubmedqa")),
    ),
)


def command(row: Row, data: str, runs: str, cache: str | None, limit: int | None) -> list[str]:
    """Return the command of a run, as a person types it."""
    kept = ["--cache", cache] if cache else []
    some = ["--limit", str(limit)] if limit else []
    return ["calcqa", "eval", f"{data}/{row.set}", *row.options, *some, *kept, "--out", f"{runs}/{row.name}"]


def run(row: Row, given: argparse.Namespace) -> dict[str, Any]:
    """Run what a row needs, where it is not there yet, and return its measures.

    Raises:
        SystemExit: the command failed; it has said why.
    """
    folder = Path(given.runs, row.name)
    if not (folder / "measures.json").is_file():
        typed = command(row, given.data, given.runs, given.cache, given.limit)
        program = Path(sys.executable).with_name("calcqa")
        environment = {**os.environ, **({} if row.reader else {"CALCQA_READER": "none"})}
        done = subprocess.run([str(program), *typed[1:]], env=environment, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            sys.exit(f"failed: {shlex.join(typed)}")
    measures: dict[str, Any] = json.loads((folder / "measures.json").read_text(encoding="utf-8"))
    return measures


def limit_of(folder: Path) -> int | None:
    """Return to how many questions a run was limited, as it says itself: it may be older than this command."""
    limit: int | None = json.loads((folder / "run.json").read_text(encoding="utf-8"))["options"]["limit"]
    return limit


def table_lines(table: Table, found: Mapping[str, Mapping[str, Any]], commands: Mapping[str, str]) -> list[str]:
    """Return a table as lines of Markdown, with the rows whose measures were `found` (by the name of their run)."""
    rows = [row for row in table.rows if row.name in found]
    names = {n: said for n, said in table.measures.items() if any(_estimate(found[r.name], n) for r in rows)}
    lines = [f"### {table.title}", "", f"| set | questions | {' | '.join(names.values())} |"]
    lines.append("|---" * (len(names) + 2) + "|")
    for row in rows:
        cells = [_cell(_estimate(found[row.name], name)) for name in names]
        said = f"{row.set}, {row.said}" if row.said else row.set
        lines.append(f"| {said} | {found[row.name]['questions']:,} | {' | '.join(cells)} |")
    return [*lines, "", "```sh", *(commands[row.name] for row in rows), "```", ""]


def _estimate(measures: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    found = measures["estimates"].get(name)
    return found if found and found.get("value") is not None else None


def _cell(found: Mapping[str, Any] | None) -> str:
    """Return a share as "0.712 (0.68–0.74)", its 95 % interval behind it."""
    return f"{found['value']:.3f} ({found['low']:.2f}–{found['high']:.2f})" if found else "–"


def written(document: str, lines: Sequence[str]) -> str:
    """Return the document with `lines` between its two marks.

    Raises:
        ValueError: it has no such marks.
    """
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if not pattern.search(document):
        raise ValueError(f"The document has no place for tables: {BEGIN} and {END}.")
    return pattern.sub(lambda _: "\n".join([BEGIN, "", *lines, END]), document, count=1)


def main() -> None:
    """Run, and write or print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="the folder of the sets")
    parser.add_argument("--sets", nargs="*", help="only these")
    parser.add_argument("--limit", type=int, help="so many questions of each, chosen at random, always the same")
    parser.add_argument("--runs", default="reports/benchmarks", help="where the runs are kept")
    parser.add_argument("--cache", default="reports/benchmarks/indexes", help="where the indexes are kept")
    parser.add_argument("--write", action="store_true", help="write into docs/benchmarks.md, not to the screen")
    given = parser.parse_args()
    lines: list[str] = []
    for table in TABLES:
        rows = [row for row in table.rows if not given.sets or row.set in given.sets]
        found = {row.name: run(row, given) for row in rows}
        # What is shown is to be typed anywhere: the sets are in DATA there, whatever the folder is called here.
        limits = {row.name: limit_of(Path(given.runs, row.name)) for row in rows}
        shown = {row.name: shlex.join(command(row, "DATA", "runs", None, limits[row.name])) for row in rows}
        for row in rows:
            shown[row.name] = shown[row.name] if row.reader else f"CALCQA_READER=none {shown[row.name]}"
        lines += table_lines(table, found, shown) if found else []
    if given.write:
        DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8"), lines), encoding="utf-8")
    else:
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
