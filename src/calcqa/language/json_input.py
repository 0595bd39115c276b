"""JSON from outside, held within bounds before anything is done with it.

Does: parse, with one kind of error for all that can be wrong; measure, at a cost in proportion to the bounds and not to
what came. Does not: know what the values mean (`conversations/readback.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_DEEPEST = 20  # objects and lists within each other; a conversation has eight


def parse(text: str) -> Any:
    """Return the value that `text` holds as JSON.

    Raises:
        ValueError: it is no JSON, is nested too deeply, or has a number too long to be read; the message is a phrase.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(error.msg) from None
    except ValueError:
        raise ValueError("a number has too many digits") from None


def measured(data: object, *, values: int, characters: int) -> tuple[int, int]:
    """Return how many values `data` has, and how many characters its texts and names have together.

    Raises:
        ValueError: it has more than `values` or `characters`, or is nested too deeply; the message is a phrase.
    """
    count = length = 0
    level: list[object] = [data]
    for _ in range(_DEEPEST):
        inner: list[object] = []
        for value in level:
            if isinstance(value, str):
                length += len(value)
            elif isinstance(value, Mapping | list | tuple):
                count += len(value)
                if count > values:
                    break
                if isinstance(value, Mapping):
                    length += sum(len(str(name)) for name in value)
                inner += value.values() if isinstance(value, Mapping) else value
        if count > values:
            raise ValueError(f"it has more than {values:,} values")
        if length > characters:
            raise ValueError(f"it has more than {characters:,} characters")
        if not inner:
            return count, length
        level = inner
    raise ValueError("it is nested too deeply")
