"""A small slice of each question set, always the same, held against bars: quick, and enough to see a break.

    python -m benchmarks.quality.slices DATA [--sets NAME…] [--runs FOLDER] [--write-bars]

DATA holds the sets as folders. Takes some questions at random, with the texts they name and others beside them,
evaluates them as `calcqa eval` does, and prints each measure beside its bar; the exit code is 1 where one is missed.
A slice is too small to say how good the program is: `benchmarks/quality/tables.py` does. Questions and answers stay in
the folder of the runs, which git ignores.

Bars stand in `slices.toml`, which `--write-bars` alone writes, by one rule: the figure measured, less two questions of
those it was measured over, rounded down to a hundredth. So two answers may change, and no more.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import random
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from calcqa.cli.output import progress_bar
from calcqa.errors import CalcqaError, InputError
from calcqa.evaluation import Dataset, Estimate, Options, evaluate, load_dataset, missed_bars
from calcqa.evaluation.measures import MEASURES
from calcqa.types import text_hash

BARS = Path(__file__).with_name("slices.toml")
QUESTIONS = 20
LONGEST = 15_000  # characters of a text; what is long takes long to encode
MARGIN = 2  # questions
_SEED = 0
_HEADING = (
    "# What each slice must reach. Written by `python -m benchmarks.quality.slices DATA --write-bars`, never by hand.\n"
)


@dataclass(frozen=True, slots=True)
class Slice:
    """Which measures decide, how it is asked (options of `calcqa eval`), and the room for its texts, in characters."""

    measures: tuple[str, ...]
    alone: bool = False
    search_only: bool = False
    room: int = 45_000


SLICES = {
    "covidqa": Slice(("right", "nDCG@10")),
    "evidence-inference": Slice(("right",), alone=True, room=70_000),
    "squad2-dev": Slice(("right", "refused"), alone=True),
    "pubmedqa": Slice(("nDCG@10",), search_only=True),
    "medquad": Slice(("nDCG@10",), search_only=True),
    "selqa": Slice(("right", "RR")),
    "mtrag_un": Slice(("right", "refused"), room=30_000),
}
"""The slices by the names of their sets."""


def cut(dataset: Dataset, size: Slice) -> Dataset:
    """Return the slice of a set: questions at random whose texts have room, these texts, and others beside them.

    The same set gives the same slice, on every machine. Questions asked alone need no texts beside their own.

    Raises:
        InputError: no question's texts have room.

    """
    chance = random.Random(_SEED)
    lengths = {t.id: len(t.text) for t in dataset.texts}
    taken, kept = set[str](), set[str]()
    for query in chance.sample(dataset.queries, len(dataset.queries)):
        together = kept | query.texts
        if len(taken) < QUESTIONS and _fit(together, lengths, size.room):
            taken.add(query.id)
            kept = together
    if not taken:
        raise InputError(f"{dataset.name} has no question about texts short enough for a slice.")
    for id in () if size.alone else chance.sample(list(lengths), len(lengths)):  # noqa: A001
        if _fit(kept | {id}, lengths, size.room):
            kept.add(id)
    queries = tuple(q for q in dataset.queries if q.id in taken)
    texts = tuple(t for t in dataset.texts if t.id in kept)
    sha256 = text_hash(json.dumps([dataset.sha256, [q.id for q in queries], [t.id for t in texts]]))
    return dataclasses.replace(dataset, queries=queries, texts=texts, sha256=sha256)


def _fit(ids: set[str], lengths: Mapping[str, int], room: int) -> bool:
    return all(lengths[id] <= LONGEST for id in ids) and sum(lengths[id] for id in ids) <= room


def measured(path: Path, size: Slice, run: Path) -> dict[str, Estimate]:
    """Evaluate the slice of the set at `path` into the folder `run`, and return the measures that decide.

    Raises:
        CalcqaError: the set or the program's own parts cannot be used, or there is nothing to measure over.

    """
    options = Options(alone=size.alone, search_only=size.search_only, again=True)
    with progress_bar() as progress:
        estimates = evaluate(cut(load_dataset(path), size), run, options, progress=progress).summary.estimates
    if missing := [name for name in size.measures if name not in estimates]:
        raise InputError(f"The slice of {path.name} has nothing to measure {', '.join(missing)} over.")
    return {name: estimates[name] for name in size.measures}


def bar_below(estimate: Estimate) -> float:
    """Return the bar for what was measured now, by the rule above."""
    return max(0.0, math.floor(((estimate.value or 0.0) - MARGIN / estimate.n) * 100 + 1e-9) / 100)


def read_bars() -> dict[str, dict[str, float]]:
    """Return the bars of each set, by the names of its measures."""
    return tomllib.loads(BARS.read_text(encoding="utf-8")) if BARS.is_file() else {}


def write_bars(bars: Mapping[str, Mapping[str, float]]) -> None:
    """Write the bars of all sets, in the order of `SLICES`."""
    parts = [_HEADING]
    for name in (n for n in SLICES if n in bars):
        parts.append(f"\n[{json.dumps(name)}]\n")
        parts += [f"{json.dumps(measure)} = {bar:.2f}\n" for measure, bar in bars[name].items()]
    BARS.write_text("".join(parts), encoding="utf-8")


def table_of(
    results: Mapping[str, Mapping[str, Estimate]], bars: Mapping[str, Mapping[str, float]]
) -> tuple[Table, int]:
    """Return a row for each measure beside its bar, and how many are missed; one without a bar counts as missed."""
    table, missed = Table("Slice of", "Measure", "n", "Measured", "Bar", ""), 0
    for name, estimates in results.items():
        known = bars.get(name, {})
        failing = missed_bars(estimates, known)
        for measure, estimate in estimates.items():
            failed = measure not in known or measure in failing
            missed += failed
            bar = f"{known[measure]:.2f}" if measure in known else "none yet"
            verdict = "[bold red]missed[/]" if failed else "met"
            table.add_row(name, MEASURES[measure][0], str(estimate.n), f"{estimate.value:.3f}", bar, verdict)
    return table, missed


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the slices of the sets that are there; print them beside their bars, or write the bars anew."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the sets")
    parser.add_argument("--sets", nargs="*", choices=SLICES, default=list(SLICES), metavar="NAME", help="only these")
    parser.add_argument("--runs", type=Path, default=Path("reports/slices"), help="where the runs are kept")
    parser.add_argument("--write-bars", action="store_true", help="make the bars anew from what is measured now")
    given = parser.parse_args(arguments)
    here = [name for name in given.sets if (given.data / name).is_dir()]
    if not here:
        parser.error(f"{given.data} holds none of the sets {', '.join(given.sets)}.")
    console = Console()
    if absent := [name for name in given.sets if name not in here]:
        console.print(f"Left out, not in {given.data}: {', '.join(absent)}.")
    try:
        results = {name: measured(given.data / name, SLICES[name], given.runs / name) for name in here}
    except CalcqaError as error:
        parser.exit(2, f"{error}\n")
    bars = read_bars()
    if given.write_bars:
        bars |= {name: {m: bar_below(e) for m, e in estimates.items()} for name, estimates in results.items()}
        write_bars(bars)
    table, missed = table_of(results, bars)
    console.print(table)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
