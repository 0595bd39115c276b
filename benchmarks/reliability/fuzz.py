"""Gives many hostile inputs to every entry point of `tests/helpers/fuzzing.py` and prints the faults.

Each input is made from its number, so a fault comes again with `--entry NAME --first NUMBER --inputs 1`. Exits with 1
where there is a fault: another error than ours, a false offset, or an input that took more than `--seconds` of a
processor.
"""

from __future__ import annotations

import argparse
import atexit
import functools
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPO / "tests"), str(REPO)]

from calcqa.config import ChunkSettings  # noqa: E402
from calcqa.index.build import build_index  # noqa: E402
from calcqa.parameters import Weights  # noqa: E402
from helpers.fuzzing import ENTRY_POINTS, World, tried  # noqa: E402
from helpers.small import SMALL_DOCUMENT, FakeEncoder  # noqa: E402

_BATCH = 250


@functools.lru_cache(maxsize=1)
def world() -> World:
    """Return what stands behind the entry points, one for each process."""
    folder = Path(tempfile.mkdtemp(prefix="calcqa-fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "knee.md").write_text(SMALL_DOCUMENT, encoding="utf-8")
    settings = ChunkSettings(), Weights()
    return World(folder, build_index([folder / "knee.md"], folder / "index", FakeEncoder(), *settings).path)


def batch(entry: str, first: int, number: int, seconds: float) -> tuple[str, int, int, float, list[str]]:
    """Give an entry point inputs; return it, how many, how many were taken, the longest (CPU seconds), and faults."""
    taken, longest, faults = 0, 0.0, []
    signal.signal(signal.SIGVTALRM, _ended)
    for n in range(first, first + number):
        start = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, 10 * seconds)
        try:
            taken += tried(entry, n, world())
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic in a library is none of Exception
            where = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(where.filename).name}:{where.lineno}"
            faults.append(f"{entry} {n}: {type(error).__name__} at {place}: {error}"[:300])
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        took = time.process_time() - start
        if took > seconds:
            faults.append(f"{entry} {n}: {took:.1f} s")
        longest = max(longest, took)
    return entry, number, taken, longest, faults


def _ended(*_: object) -> None:
    raise TimeoutError("it did not end")


def main() -> int:
    """Run the inputs over all processors, print a line an entry point, then the faults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000, help="over all entry points together")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--entry", choices=ENTRY_POINTS, action="append")
    parser.add_argument("--seconds", type=float, default=2.0, help="of a processor, for one input")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    entries = given.entry or list(ENTRY_POINTS)
    each = -(-given.inputs // len(entries))
    number, taken, longest, faults = Counter[str](), Counter[str](), dict.fromkeys(entries, 0.0), list[str]()
    with ProcessPoolExecutor(given.jobs, get_context("spawn")) as pool:
        jobs = [
            pool.submit(batch, entry, at, min(_BATCH, given.first + each - at), given.seconds)
            for at in range(given.first, given.first + each, _BATCH)
            for entry in entries
        ]
        for job in as_completed(jobs):
            entry, tried, good, took, found = job.result()
            number[entry] += tried
            taken[entry] += good
            longest[entry] = max(longest[entry], took)
            faults += found
            for fault in found:
                print(fault, flush=True)
    print(f"{'entry point':<14}{'inputs':>8}{'taken':>8}{'refused':>9}{'longest, CPU s':>16}")
    for entry in entries:
        refused = number[entry] - taken[entry] - sum(f.startswith(f"{entry} ") for f in faults)
        print(f"{entry:<14}{number[entry]:>8,}{taken[entry]:>8,}{refused:>9,}{longest[entry]:>16.2f}")
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{number.total():,} inputs, {len(faults)} faults, the largest process {memory:,} MiB")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
