"""Messages to a page's script, and checks of what its browser sends.

Does: number what is sent (parts of the page, what to keep, forget, save as a file, show or say) and send it until it
came, and look into what an event carries, which may be anything. Does not: know what any of it is for.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

_KEPT = 4  # conversations to keep that wait to be acknowledged; one event changes three at most


class Wire:
    """The messages to one page's script: what changed, part by part, and what it is to do, each with a number.

    All of it goes through one component: every one that an event may change costs Gradio time, and of several that
    change at once an older state may come last. Of messages that come close together, or while its tab is hidden, a
    browser may see the last alone; so what was sent is sent again until the browser says that it came. By its number
    nothing is done twice; by the wire's id the script knows when the server has forgotten the page. Of conversations to
    keep (`keep:` and an id) only the newest few wait: where a browser never says what came they would pile up.
    """

    def __init__(self) -> None:
        self.id = secrets.token_hex(16)
        self._told: dict[str, tuple[int, Any]] = {}
        self._sent = 0

    def message(self, update: Mapping[str, Any]) -> str:
        """Return the message that carries `update`, by name, and what may not have come yet."""
        for name, content in update.items():
            self._sent += 1
            self._told.pop(name, None)  # what is told anew goes to the end
            self._told[name] = (self._sent, content)
        for id_ in update.get("forget", ()):
            self._told.pop(f"keep:{id_}", None)
        kept = [name for name in self._told if name.startswith("keep:")]
        for name in kept[: max(0, len(kept) - _KEPT)]:
            del self._told[name]
        return json.dumps({"wire": self.id, "said": self._told}, ensure_ascii=False)

    def came(self, data: Mapping[str, Any]) -> None:
        """Note what an event says of what had come when it was sent: the highest number, of the wire with that id."""
        number = number_of(data, "came")
        if number is not None and data.get("wire") == self.id:
            self._told = {name: told for name, told in self._told.items() if told[0] > number}


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
