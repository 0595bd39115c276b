"""What inputs cost as they grow: each kind is doubled a few times, and CPU time and memory are measured.

Each size is measured in a process of its own, whose own start (interpreter, imports) is taken off. A doubling should
cost at most 2.3 times as much, once an input costs enough to be told from noise. Where the input is refused the column
says so, and its cost is that of the refusal. Nothing here judges but the last line.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPO / "tests"), str(REPO)]
MOST = 2.3
RUNS = 2  # of each size; the quicker counts
_NOISE = 0.1, 8.0  # CPU seconds and MiB below which growth says nothing


def _deep(n: int) -> str:
    return "\n".join("  " * (i % 40) + "- a" for i in range(n // 44))


def _table(n: int) -> str:
    side = int((n / 6) ** 0.5) + 2
    return "|a" * side + "|\n" + "|-" * side + "|\n" + ("|b" * side + "|\n") * side


KINDS: dict[str, tuple[str, Callable[[int], str]]] = {
    "Markdown: paragraphs": ("md", lambda n: "The knee hurt. It healed (2.5 mg). " * (n // 35)),
    "Markdown: nested lists": ("md", _deep),
    "Markdown: 1. 1. 1.": ("md", lambda n: "1. " * (n // 3)),
    "Markdown: > > >": ("md", lambda n: "> " * (n // 2)),
    "Markdown: items": ("md", lambda n: "- a\n" * (n // 4)),
    "Markdown: headings": ("md", lambda n: "## a\n\nb\n\n" * (n // 9)),
    "Markdown: [[[": ("md", lambda n: "[" * n),
    "Markdown: *a **b": ("md", lambda n: "*a **b " * (n // 7)),
    "Markdown: <a <a": ("md", lambda n: "<a " * (n // 3)),
    "Markdown: tables": ("md", _table),
    "Markdown: empty cells": ("md", lambda n: "|a" * (n // 6) + "|\n" + "|-" * (n // 6) + "|\n" + "|\n" * (n // 6)),
    "Front matter": ("md", lambda n: "---\n" + "".join(f"k{i}: v\n" for i in range(n // 9)) + "---\nword"),
    "Front matter: aliases": ("md", lambda n: "---\na: &a x\nb: [" + "*a, " * (n // 4) + "*a]\n---\nword"),
    "Marks": ("md", lambda n: "a" + "\u0316\u0301" * (n // 2)),
    "Hidden": ("md", lambda n: "a" + "\u200d\U000e0041" * (n // 2)),
    "Plain: lines": ("txt", lambda n: "a b\n" * (n // 4)),
    "Plain: - - - x": ("txt", lambda n: "- " * (n // 2) + "x"),
    "Plain: spaces": ("txt", lambda n: "a" + " " * n + "b"),
    "Plain: quotation marks": ("txt", lambda n: "'" * n),
    "Plain: sentences": ("txt", lambda n: "A b. " * (n // 5)),
    "Plain: one word": ("txt", lambda n: "a" * n),
    "Plain: (ABC)": ("txt", lambda n: "a b c (ABC) " * (n // 12)),
    "Export: wrapped": ("export", lambda n: "References\n1. one\n" + "x y\n" * (n // 4)),
    "Export: figures": ("export", lambda n: "Figure 1\nx\nb a\n" * (n // 15)),
    "Question: what is it": ("question", lambda n: "what is it " * (n // 11)),
    "Question: and, or": ("question", lambda n: "what and or " * (n // 12)),
    "Question: commas": ("question", lambda n: "what is a" + "," * n),
    "Question: unknown words": ("question", lambda n: " ".join(f"wxyz{chr(97 + i % 26) * 3}q" for i in range(n // 9))),
    "Question: numerals": ("question", lambda n: "type I, II, III, " * (n // 17)),
    "Follow-up: it": ("follow-up", lambda n: "it " * (n // 3)),
    "Follow-up: what is it": ("follow-up", lambda n: "what is it " * (n // 11)),
    "Follow-up: which in": ("follow-up", lambda n: "which in " * (n // 9)),
}


def _run(form: str, text: str) -> None:
    """Take `text` as far as encoding: a document is loaded and cut, a question asked with an encoder of no cost."""
    if form in ("question", "follow-up"):
        from calcqa.language.questions import clean_question
        from calcqa.query.abbreviations import spell_out
        from calcqa.query.answer_types import closed, several, wanted
        from calcqa.query.decomposition import parts
        from calcqa.query.leaning import needs_context
        from calcqa.query.rewriting import resolve
        from calcqa.query.spelling import Speller, unknown_terms
        from calcqa.query.topics import Topics
        from calcqa.types import Answer, Turn

        question, before = clean_question(text), "What did the wound culture of the left knee grow?"
        speller = Speller([], (f"wxy{n}" for n in range(5_000)))
        _ = (
            parts(question),
            several(question),
            wanted(question),
            closed(question),
            needs_context(question, Topics((), ())),
        )
        unknown_terms(spell_out(question, {}), frozenset(), speller.correct)
        if form == "follow-up":
            turn = Turn(before, before, Answer(before, before, "", None, (), (), 1.0, None))
            resolve(
                question,
                [turn],
                Topics((), ("Knee",)),
                lambda texts, *_: [float(len(t)) for t in map(speller.correct, texts)],
            )
        return
    from calcqa.config import ChunkSettings
    from calcqa.documents.chunking import chunk
    from calcqa.documents.load import load_export, load_markdown, load_plain
    from calcqa.query.abbreviations import defined_abbreviations

    document = {"md": load_markdown, "txt": load_plain, "export": load_export}[form](text, f"a.{form}").document
    chunk(document, lambda t: len(t) // 4 + 2, ChunkSettings())
    defined_abbreviations([document.text])


def _measure(kind: str, size: int) -> None:
    """Print the CPU seconds, MiB and outcome of one input."""
    import resource

    from calcqa.errors import CalcqaError

    form, make = KINDS[kind]
    gc.disable()  # as it is where an added file is read
    _warm(form)
    text = make(size)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, outcome = time.process_time(), ""
    try:
        _run(form, text)
    except CalcqaError as error:
        outcome = str(error)
    spent = time.process_time() - start
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
    print(json.dumps([spent, grown, outcome]))


def _warm(form: str) -> None:
    """Import what is used, on something small, so that only the input itself is measured."""
    _run(form, "What is a knee? It hurt twice.\n\nA second paragraph.")


def main() -> int:
    """Print a line a kind; 1 where something grows faster than it should."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--doublings", type=int, default=3)
    parser.add_argument("--size", type=int, default=100_000, help="code points of the smallest document")
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        _measure(given.kind[0], given.measure)
        return 0
    slow = []
    print(f"{'kind':<26}{'smallest':>10}{'CPU s, doubled each time':>36}{'growth':>8}{'MiB':>24}{'growth':>8}")
    for kind in given.kind or KINDS:
        form = KINDS[kind][0]
        first = 250 if form in ("question", "follow-up") else given.size
        found = []
        for size in (first << n for n in range(given.doublings + 1)):
            command = [sys.executable, __file__, "--kind", kind, "--measure", str(size)]
            runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(RUNS)]
            found.append(min(json.loads(run.stdout) for run in runs))
        columns = []
        for at, least in enumerate(_NOISE):
            values = [row[at] for row in found]
            rates = [b / a for a, b in zip(values, values[1:], strict=False) if a >= least]
            rate = max(rates, default=0.0)
            if rate > MOST:
                slow.append(kind)
            columns.append(
                (" ".join(f"{v:.2f}" if at == 0 else f"{v:.0f}" for v in values), f"{rate:.2f}" if rates else "-")
            )
        (cpu, fast), (memory, large) = columns
        said = f"   {found[-1][2]}" if found[-1][2] else ""
        print(f"{kind:<26}{first:>10,}{cpu:>36}{fast:>8}{memory:>24}{large:>8}{said}", flush=True)
    print(f"more than {MOST} times as much for twice the input: {', '.join(dict.fromkeys(slow)) or 'none'}")
    return bool(slow)


if __name__ == "__main__":
    sys.exit(main())
