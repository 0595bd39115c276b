"""What the programs of training say to whoever runs them: lines on standard output, at once, and in a run's log."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def tell(*parts: object, sep: str = " ") -> None:
    """Write a line."""
    sys.stdout.write(sep.join(map(str, parts)) + "\n")
    sys.stdout.flush()


def log(run: Path, **entry: Any) -> None:
    """Add a line to the log.jsonl of the run in this folder, and tell it."""
    line = json.dumps(entry)
    with (run / "log.jsonl").open("a", encoding="utf-8") as handle:
        handle.write(line + "\n")
    tell(line)
