"""Benchmarks of the reader: opening it, sentences as they are read, many passages, and what it adds to a question.

The last asks the report's own questions of the shipped edition built without its sidecar, with and without the reader
in turn, because speeds drift. Medians are printed with minimum and maximum. Nothing here judges.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import calcqa
from benchmarks.speed.program import cell
from calcqa.answering.reading import read
from calcqa.evaluation import load_questions
from calcqa.models.load_reader import reader_folder
from calcqa.models.onnx_reader import OnnxReader

REPO = Path(__file__).resolve().parents[2]
QUESTION = "Which treatment relieved the pain of the patient?"
OPENING = """
import sys, time
from pathlib import Path
from calcqa.models.onnx_reader import OnnxReader
import onnxruntime, tokenizers
begun = time.perf_counter()
OnnxReader(Path(sys.argv[1]))
print(time.perf_counter() - begun)
"""


def timed(work: Callable[[], object]) -> float:
    """Return how long `work` takes, in seconds."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    runs = parser.parse_args().runs
    folder = reader_folder()
    reader = OnnxReader(folder)
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {runs} runs\n\n| | |\n|---|---|")
    command = [sys.executable, "-c", OPENING, str(folder)]
    opening = [float(subprocess.check_output(command)) for _ in range(max(3, runs // 6))]
    print(f"| opening the reader | {cell(opening, 'ms', 1000)} |")
    with tempfile.TemporaryDirectory() as name:
        calcqa.build([REPO / "corpus"], Path(name, "index"), sidecars=False)
        with_reader, without = (calcqa.open(Path(name, "index"), reader=r) for r in (reader, None))
        index = with_reader.index
        passages, apart = list(index.passages), list(index.sentences)[::3]
        for most in (6, index.weights.read_sentences):
            reading = [timed(partial(read, QUESTION, apart, index, reader, most)) for _ in range(runs)]
            print(f"| {most} sentences of the report together | {cell(reading, 'ms', 1000)} |")
        pairs = [(QUESTION, p) for p in passages] * 4
        rates = [len(pairs) / timed(lambda: reader.read_many(pairs)) for _ in range(max(3, runs // 6))]
        print(f"| passages of the report, in batch | {cell(rates, 'a second')} |")
        judged = load_questions(REPO / "questions" / "report.jsonl", "dev")
        asked = [q.turns[0] for q in judged if len(q.turns) == 1][: 2 * runs]
        with_reader.ask(asked[0])
        both = [(timed(partial(with_reader.ask, q)), timed(partial(without.ask, q))) for q in asked]
        print(f"| a question, warm, with the reader | {cell([a for a, _ in both], 'ms', 1000)} |")
        print(f"| the same without | {cell([b for _, b in both], 'ms', 1000)} |")
        print(f"| what the reader adds | {cell([a - b for a, b in both], 'ms', 1000)} |")


if __name__ == "__main__":
    main()
