"""What goes over the wire: all that a page shows, messages to its script, and what its browser sends.

Does: keep a page's parts together, number the messages (what to keep, forget, save as a file, show or say), and look
into what an event carries, which may be anything. Does not: know what any of it is for.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

_AGAIN = 1.0  # seconds


class Wire:
    """The messages to one page's script: what changed, part by part, and what it is to do, each with a number.

    All of it goes through one component: every one that an event may change costs Gradio time, and of several that
    change at once an older state may come last. What was sent is sent again for a second, since of two messages that
    come close together a browser may see the second alone. By its number nothing is done twice; by the wire's id the
    script knows when the server has forgotten the page.
    """

    def __init__(self) -> None:
        self._id = secrets.token_hex(8)
        self._told: dict[str, tuple[int, float, Any]] = {}
        self._sent = 0

    def message(self, update: Mapping[str, Any]) -> str:
        """Return the message that carries `update`, by name, and what was sent just before."""
        now = time.monotonic()
        self._told = {k: v for k, v in self._told.items() if now - v[1] < _AGAIN}
        for name, content in update.items():
            self._sent += 1
            self._told[name] = (self._sent, now, content)
        said = {name: [number, content] for name, (number, _, content) in self._told.items()}
        return json.dumps({"wire": self._id, "said": said}, ensure_ascii=False)


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
