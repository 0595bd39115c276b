"""Messages between the server and the page's script, and reading what a browser sends.

Does: one JSON message to the script (what to keep, forget, save as a file, show or say), and typed looks into what an
event carries, which may be anything. Does not: know what any of it is for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def message(number: int, **content: Any) -> str:
    """Return a message for the script; `number` makes each one new, so that none is taken for the one before."""
    return json.dumps({"n": number, **content}, ensure_ascii=False)


def text_of(data: Mapping[str, Any], name: str) -> str:
    """Return a text that an event carries; empty where there is none, or something else."""
    value = data.get(name)
    return value if isinstance(value, str) else ""


def number_of(data: Mapping[str, Any], name: str) -> int | None:
    """Return a number (0 or more) that an event carries, also as digits; None where there is none."""
    value = data.get(name)
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 12:
        return int(value)
    return value if type(value) is int and value >= 0 else None
