"""What the peers' adapters share: the command line, the files, the clock. Imports the standard library alone.

    python NAME.py build TEXTS.jsonl FOLDER              index the texts into FOLDER
    python NAME.py ask FOLDER QUERIES.jsonl OUT.jsonl    ask every question, one after another
    python NAME.py one FOLDER "question"                 ask one, as a shell would

TEXTS has {"id", "title", "text"} a line, QUERIES {"id", "question"}, OUT {"id", "hits", "seconds"}, hits best first.
Each command ends with a line of JSON on standard output: seconds, peak resident memory in MB (10^6 bytes), chunks.

Does: keep every library from the network (there is a model on this machine or none) and let each be imported late, so
that its import is in the time that is measured. Does not: score.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

START = time.perf_counter()

for _name, _value in {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ORT_DISABLE_TELEMETRY": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
    "DO_NOT_TRACK": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "CUDA_VISIBLE_DEVICES": "",
}.items():
    os.environ[_name] = _value

MOST = 30
"""Hits a question is given at most."""

Text = dict[str, str]
Hit = dict[str, Any]
Ask = Callable[[str], list[Hit]]


def whole(text: Text) -> str:
    """Return what every peer indexes of a text: its title as first line, unless it begins with it, and the text."""
    title = text["title"].strip()
    return text["text"] if not title or text["text"].startswith(title) else f"{title}\n\n{text['text']}"


def hit(doc: str, text: str, score: float) -> Hit:
    """Return one result: the id of its text, the words retrieved, and a score that is better when higher."""
    return {"doc": doc, "text": text, "score": float(score)}


def encoder() -> str:
    """Return the folder of the encoder's weights, which `PEER_ENCODER` names.

    Raises:
        SystemExit: it names none, or none that is there.

    """
    folder = os.environ.get("PEER_ENCODER", "")
    if not Path(folder, "config.json").is_file():
        raise SystemExit("PEER_ENCODER must name the folder of the encoder's weights (one with a config.json).")
    return folder


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def write_lines(path: Path, records: Sequence[dict[str, Any]]) -> None:
    """Write records as JSON Lines."""
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")


def main(build: Callable[[list[Text], Path], int], load: Callable[[Path], Ask]) -> None:
    """Run one adapter: `build` indexes texts into a folder and returns how many chunks; `load` returns what asks it."""
    parser = argparse.ArgumentParser(description="Runs one peer of benchmarks/peers/side_by_side.py.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, places in {"build": ["texts", "folder"], "ask": ["folder", "queries", "out"], "one": ["folder"]}.items():
        command = commands.add_parser(name)
        for place in places:
            command.add_argument(place, type=Path)
    commands.choices["one"].add_argument("question")
    given = parser.parse_args()
    if given.command == "build":
        texts = list(read_lines(given.texts))
        given.folder.mkdir(parents=True, exist_ok=True)
        _say(chunks=build(texts, given.folder))
    elif given.command == "ask":
        queries, ask = list(read_lines(given.queries)), load(given.folder)
        if queries:
            ask(queries[0]["question"])  # what is only made ready by the first question is no part of any
        write_lines(given.out, [_timed(ask, query) for query in queries])
        _say(questions=len(queries))
    else:
        hits = load(given.folder)(given.question)
        _say(first=hits[0]["text"] if hits else "")


def _timed(ask: Ask, query: dict[str, Any]) -> dict[str, Any]:
    start = time.perf_counter()
    hits = ask(query["question"])
    return {"id": query["id"], "hits": hits[:MOST], "seconds": time.perf_counter() - start}


def _say(**more: Any) -> None:
    """Write what a command took: seconds since this file was imported, so the libraries' imports are in it."""
    line = json.dumps({"seconds": time.perf_counter() - START, "peak_mb": peak_mb(), **more}, ensure_ascii=False)
    sys.stdout.write(f"{line}\n")


def peak_mb() -> float:
    """Return this process's peak resident memory so far, in MB (10^6 bytes).

    Where Linux tells it, its own word is taken: getrusage counts in what the process that started this one had held.
    """
    status = Path("/proc/self/status")
    for line in status.read_text(encoding="utf-8").splitlines() if status.is_file() else ():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
