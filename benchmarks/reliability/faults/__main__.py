"""What is lost where processes are killed and disks are full: nothing, or this says what. `make faults` runs all of it.

    python -m benchmarks.reliability.faults [--short] [--only PART…]

Does: kill build, add, save, remove and start at random moments, and at each of their system calls; fail each of their
calls on files with "no space left" and with "permission denied" (by strace); turn a bit of every byte of an index, and
cut it off there; turn bits of its manifest; exchange indexes under readers. After each it starts anew and looks: the
old state or the new one, whole, and nothing left behind. Prints a table; the exit code is 1 where anything was lost.
`--short` takes samples, in about a minute. Does not: cut the power; what was synced is taken to be on the disk.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.reliability.faults import damage
from benchmarks.reliability.faults.injecting import examine, run, strace
from benchmarks.reliability.faults.world import ACTIONS, World, make_small

_KILLS = 200
_TAKES = {"build": 0.03, "start": 0.06}  # about so many seconds, on a quick machine
_BITS = 1_500
_BUILDS = 500
_SHORT = 60
"""Of how many cases `--short` takes one."""
_OF_NO_FILE = frozenset({
    "brk", "clock_nanosleep", "exit", "exit_group", "futex", "getpid", "getrandom", "gettid", "kill", "madvise", "mmap",
    "munmap", "rt_sigaction", "rt_sigprocmask", "sched_yield",
})  # fmt: skip
_ERRORS = ("ENOSPC", "EACCES")


@dataclass
class Row:
    """A line of the table: how many cases there were, how many of them the fault reached, and what was wrong."""

    name: str
    cases: int = 0
    reached: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, wrong: str, reached: bool = True) -> None:
        """Count one case; what is wrong is told at once, for a run takes long."""
        self.cases += 1
        self.reached += reached
        if wrong:
            self.wrong.append(wrong)
            sys.stderr.write(f"{self.name}: {wrong}\n")


def random_kills(world: World, short: bool) -> Iterator[Row]:
    """Kill each action that writes at random moments of the time it takes."""
    chance, row = random.Random(200), Row("killed at random moments")
    writing = [a for a in ACTIONS if a.name != "add"]
    wanted = _KILLS // 10 if short else _KILLS
    while row.reached < wanted and row.cases < 20 * wanted:  # on a quick machine many are done before
        action = writing[row.cases % len(writing)]
        outcome = run(action, world, kill_after=chance.uniform(0, _TAKES.get(action.name, 0.002)))
        row.add(_named(examine(action, world, outcome), action.name), not outcome.done)
    yield row


def at_every_call(world: World, short: bool) -> Iterator[Row]:
    """Kill each action at every system call, and fail every one on files."""
    for action in ACTIONS:
        counted = run(action, world, "count")
        if counted.raw:
            raise RuntimeError(f"{action.name} fails undisturbed: {counted.raw}")
        for fault in ("signal=KILL", *(f"error={e}" for e in _ERRORS)):
            row = Row(f"{action.name}: {fault.partition('=')[2]} at every call")
            places = [(call, n + 1) for call, count in sorted(counted.calls.items()) for n in range(count)]
            places = [p for p in places if fault == "signal=KILL" or p[0] not in _OF_NO_FILE]
            for call, number in places[:: 4 * _SHORT if short else 1]:  # each is a process, or two, under strace
                outcome = run(action, world, f"{call}:{fault}:when={number}")
                row.add(_named(examine(action, world, outcome), f"{call} {number}"), outcome.hit)
            yield row


def _named(wrong: str, where: str) -> str:
    return wrong and f"{where}: {wrong}"


def every_byte(world: World, short: bool) -> Iterator[Row]:
    """Turn a bit of every byte of every file of an index, and cut the file off there."""
    row = Row("every byte of an index turned, and cut off there")
    for name, at, received in damage.damages(world, _SHORT if short else 1):
        row.add("" if received in ("refused", "the same answers") else f"{name} {at}: {received}")
    yield row


def manifest_bits(world: World, short: bool) -> Iterator[Row]:
    """Turn single bits of the manifest."""
    row = Row("bits of the manifest turned")
    for name, at, received in damage.bits(world, _BITS // 10 if short else _BITS):
        row.add("" if received in ("refused", "the same answers") else f"{name} {at}: {received}")
    yield row


def exchanged(world: World, short: bool) -> Iterator[Row]:
    """Build again and again while others open the index."""
    for at_once in (True, False):
        builds = _BUILDS // 10 if short else _BUILDS
        opened, problems = damage.swaps(world, builds, at_once=at_once)
        way = "in one step" if at_once else "by two renames"
        row = Row(f"opened while {builds:,} builds exchange it {way}", opened, opened)
        for problem in problems:
            row.add(problem)
        yield row


PARTS = {
    "bytes": every_byte,
    "bits": manifest_bits,
    "swaps": exchanged,
    "kills": random_kills,
    "calls": at_every_call,
}


def measure(parts: Sequence[str], folder: Path, *, short: bool) -> list[Row]:
    """Return the rows of these parts, measured in `folder`."""
    make_small()
    world = World(folder / "world")
    world.prepare()
    return [row for part in parts for row in PARTS[part](world, short)]


def main() -> int:
    """Measure and print; return 1 where anything was lost."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--short", action="store_true", help="samples, in about a minute")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    args = parser.parse_args()
    if "calls" in args.only and not strace():
        sys.stderr.write("System calls are failed by strace, which is not here or may not be used: install it, or\n")
        sys.stderr.write("leave that part out: --only bytes bits swaps kills\n")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(args.only, Path(folder), short=args.short)
    table = Table("what happens", "cases", "reached", "lost", title="Faults")
    for row in rows:
        table.add_row(row.name, f"{row.cases:,}", f"{row.reached:,}", f"{len(row.wrong):,}")
    table.add_row(
        "all", *(f"{sum(x):,}" for x in zip(*((r.cases, r.reached, len(r.wrong)) for r in rows), strict=True))
    )
    Console().print(table)
    return 1 if any(row.wrong for row in rows) else 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # a child of a process with threads would wait for them
    sys.exit(main())
