"""Questions for more than a fact: a section, all items of a list, a summary, or what a report does not say.

They are told by their words (`language/english_broad.py`). Whether there is such a section or list only the documents
show (`answering/sections.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from calcqa.language import english_broad


class Broad(StrEnum):
    """What a broad question asks for."""

    MISSING = "missing"
    SUMMARY = "summary"
    SECTION = "section"
    LIST = "list"
    NAME = "name"  # of a section or of a list, and no more


@dataclass(frozen=True, slots=True)
class BroadQuestion:
    """What is asked for, and its `name` as typed; `whole` says whether a heading must have no other words."""

    kind: Broad
    name: str = ""
    whole: bool = True


_FORMS = {
    kind: [re.compile(pattern, re.IGNORECASE) for pattern in patterns]
    for kind, patterns in (
        (Broad.MISSING, english_broad.MISSING),
        (Broad.SUMMARY, english_broad.SUMMARY),
        (Broad.SECTION, english_broad.SECTION),
        (Broad.LIST, english_broad.LIST),
        (Broad.NAME, english_broad.NAME),
    )
}
_MOST = 200  # characters of a question that may be broad


def broad(question: str) -> list[BroadQuestion]:
    """Return what `question` may ask for beyond a fact, the likeliest first; nothing for most questions."""
    text = question.strip().rstrip(" ?.!")
    if len(text) > _MOST:
        return []
    read: list[BroadQuestion] = []
    for kind, patterns in _FORMS.items():
        for match in filter(None, (pattern.fullmatch(text) for pattern in patterns)):
            named = match.groupdict()
            name = named.get("name") or named.get("part") or ""
            read.append(BroadQuestion(kind, name, named.get("part") is None))
            break
    return read
