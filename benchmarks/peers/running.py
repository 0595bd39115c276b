"""Runs the peers of the side-by-side benchmark: an environment each, made from its pins, and their adapters' commands.

An environment is made once, and again when its pins change; one command runs at a time. What goes wrong is kept as a
sentence, so that a peer that cannot run is a row that says why. Nothing is installed into this environment.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calcqa.evaluation.measures.estimates import percentile

PEERS = Path(__file__).parent / "programs"
REPO = Path(__file__).resolve().parents[2]
COLD_STARTS = 3
_TINY = [
    {"id": "a", "title": "Elbow", "text": "A nodule was found in the left elbow."},
    {"id": "b", "title": "Knee", "text": "The right knee was swollen, and it was warm."},
]


@dataclass(frozen=True, slots=True)
class Peer:
    """One row: its name, its adapter (a file in `folder`), its pins, and the package whose version the row shows.

    Without pins it runs in the environment this runs in.
    """

    name: str
    adapter: str
    settings: str
    pins: str = ""
    package: str = ""
    folder: Path = PEERS


class PeerError(Exception):
    """A peer could not be installed or run; the message is the last line of its error."""


def version(peer: Peer) -> str:
    """Return the version that is pinned of the peer's package; empty where it has none."""
    if not peer.pins:
        return ""
    pinned = re.search(
        rf"^{re.escape(peer.package)}==(\S+)", (peer.folder / peer.pins).read_text("utf-8"), re.MULTILINE
    )
    return pinned[1] if pinned else ""


def environment(peer: Peer, environments: Path, limit: float) -> str:
    """Return the Python that runs the peer, after making its environment where it is not there as pinned.

    Raises:
        PeerError: it could not be made.

    """
    if not peer.pins:
        return sys.executable
    pins = peer.folder / peer.pins
    wanted = hashlib.sha256(pins.read_bytes()).hexdigest()
    place = environments.absolute() / pins.stem
    python, stamp = place / "bin" / "python", place / ".installed"
    if not stamp.is_file() or stamp.read_text("utf-8") != wanted:
        if place.is_dir():
            shutil.rmtree(place)
        _run([sys.executable, "-m", "venv", str(place)], {}, limit)
        _run([str(python), "-m", "pip", "install", "--quiet", "--requirement", str(pins)], {}, limit)
        stamp.write_text(wanted, encoding="utf-8")
    return str(python)


def measure(
    peer: Peer, python: str, texts: Path, queries: Path, work: Path, settings: Mapping[str, str], limit: float
) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """Return the peer's figures and its hits by question.

    Seconds, but for `p50_ms` and `p99_ms`; memory in MB (10^6 bytes). A tiny index is built, and asked, unmeasured
    first: what is only made once on a machine (compiled modules, an exported encoder) is no part of any figure.

    Raises:
        PeerError: a command failed or took longer than `limit` seconds.

    """

    def command(*given: str | Path) -> dict[str, Any]:
        return _told(_run([python, str(peer.folder / peer.adapter), *map(str, given)], settings, limit))

    tiny, index, out = work / "tiny", work / "index", work / "out.jsonl"
    (work / "tiny.jsonl").write_text("".join(json.dumps(t) + "\n" for t in _TINY), encoding="utf-8")
    command("build", work / "tiny.jsonl", tiny)
    command("one", tiny, "Which elbow had a nodule?")
    built = command("build", texts, index)
    asked = command("ask", index, queries, out)
    records = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    with queries.open(encoding="utf-8") as lines:
        first = json.loads(next(lines))["question"]
    cold = []
    for _ in range(COLD_STARTS):
        start = time.perf_counter()
        command("one", index, first)
        cold.append(time.perf_counter() - start)
    took = [r["seconds"] * 1000 for r in records]
    figures = {
        "chunks": built["chunks"],
        "build_seconds": built["seconds"],
        "build_mb": built["peak_mb"],
        "ask_mb": asked["peak_mb"],
        "p50_ms": percentile(took, 0.5),
        "p99_ms": percentile(took, 0.99),
        "cold_seconds": statistics.median(cold),
        "cold_all": cold,
    }
    return figures, {r["id"]: r["hits"] for r in records}


def _told(output: str) -> dict[str, Any]:
    """Return the line of JSON an adapter ends with."""
    try:
        told = json.loads(output.strip().splitlines()[-1])
    except (IndexError, ValueError) as error:
        raise PeerError("it said nothing that could be read") from error
    if not isinstance(told, dict):
        raise PeerError("it said nothing that could be read")
    return told


def _run(command: Sequence[str], settings: Mapping[str, str], limit: float) -> str:
    """Run a command to its end, alone; return what it wrote to standard output. Peers see nothing of our modules."""
    held = {k: v for k, v in os.environ.items() if command[0] == sys.executable or k != "PYTHONPATH"}
    try:
        done = subprocess.run(
            command,
            cwd=REPO,
            env={**held, **settings},
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PeerError(f"it took longer than {limit:.0f} s") from error
    except OSError as error:
        raise PeerError(f"it could not be started: {error.strerror}") from error
    if done.returncode:
        raise PeerError(_reason(done.stderr) or f"it ended with {done.returncode}")
    return done.stdout


def _reason(said: str) -> str:
    """Return the last line a program said of its failure, without the folders of this machine."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"(\w+\.)*\w*(Error|Exception|Exit)\b|ERROR\b", line)]
    last = (errors or lines or [""])[-1]
    return re.sub(r"(?<![\w.])/(?:[\w.@+-]+/)+", "…/", last)[:300]
