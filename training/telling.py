"""What the programs of training say to whoever runs them: lines on standard output, at once."""

from __future__ import annotations

import sys


def tell(*parts: object, sep: str = " ") -> None:
    """Write a line."""
    sys.stdout.write(sep.join(map(str, parts)) + "\n")
    sys.stdout.flush()
