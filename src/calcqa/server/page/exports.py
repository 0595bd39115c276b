"""A conversation as a file to take along: Markdown, a web page, or JSON that `calcqa verify` checks.

Does: choose the format and the file's name. Does not: write the formats (`conversations/transcripts.py`,
`conversations/export.py`), or a file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from calcqa.conversations.export import conversation_markdown, conversation_page
from calcqa.conversations.transcripts import transcript
from calcqa.errors import InputError
from calcqa.index.index import Index
from calcqa.types import Turn

_TYPES = {"md": "text/markdown", "html": "text/html", "json": "application/json"}
_LONGEST = 60


def export(turns: Sequence[Turn], name: str, index: Index, kind: str) -> dict[str, str]:
    """Return the `name`, `type` and `text` of the file; `kind` is md, html or json.

    Raises:
        InputError: there is no such kind.
    """
    if kind not in _TYPES:
        raise InputError(f"A conversation can be exported as {', '.join(_TYPES)}, not {kind!r}.")
    now = datetime.now(UTC)
    if kind == "json":
        text = json.dumps(transcript(turns, index, name=name, now=now), ensure_ascii=False, indent=1)
    elif kind == "md":
        text = conversation_markdown(turns, index, name=name, now=now)
    else:
        text = conversation_page(turns, index, name=name, now=now)
    stem = re.sub(r"[^\w]+", "-", name).strip("-")[:_LONGEST].strip("-") or "conversation"
    return {"name": f"calcqa-{stem}.{kind}", "type": _TYPES[kind], "text": text}
