"""What a quote says of its patient: that something holds, that it does not, or neither.

What is planned, asked or feared holds of nobody yet, and what a relative has is not the patient's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

from calcqa.answering.statements import Name, Statement
from calcqa.language import english_claims as data
from calcqa.language.clinical import Unit
from calcqa.types import Citation

_OPEN, _ALLERGIC, _OPEN_BEHIND, _AFTER_ALL, _RELATIVE, _RELATIVE_BEHIND = (
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        data.OPEN, data.ALLERGIC, data.OPEN_BEHIND, data.AFTER_ALL, data.OF_RELATIVE, data.OF_RELATIVE_BEHIND,
    )
)  # fmt: skip


class Claim(Enum):
    """What is said of a patient."""

    HOLDS = "holds"
    DENIED = "denied"
    OPEN = "open"


def claim(question: str, citation: Citation, units: Sequence[Unit]) -> Claim:
    """Return what a quote says of its patient by what it names of these units; that it holds where it names none.

    What `question` itself asks for as planned or feared, or of relatives, is not left open by being so.
    """
    s = Statement(citation.quote)
    own = [p for n in s.names if any(not (n.terms | n.kinds).isdisjoint(unit) for unit in units) for p in _places(s, n)]
    told = own if _OPEN.search(question.rstrip(" ?")) else [n for n in own if not _is_open(s, n)]
    if not _RELATIVE.search(question):
        told = [] if _RELATIVE.search(citation.section) else [n for n in told if not _is_relatives(s, n)]
    if own and not told:
        return Claim.OPEN
    return Claim.DENIED if told and all(n.denied and not _AFTER_ALL.match(s.text, n.end) for n in told) else Claim.HOLDS


def _places(s: Statement, name: Name) -> list[Name]:
    """Return a name wherever its words stand: "a family history of gout; he has gout himself"."""
    words = re.compile(rf"\b{re.escape(s.text[name.start : name.end])}\b", re.IGNORECASE)
    spans = [m.span() for m in words.finditer(s.text)]
    itself = name.denied and s.denial(name.start, name.end) is None  # "afebrile"
    more = [replace(name, start=a, end=b, denied=itself or s.denial(a, b) is not None) for a, b in spans[1:]]
    return [name, *more]


def _is_open(s: Statement, name: Name) -> bool:
    if _AFTER_ALL.match(s.text, name.end):
        return False
    start, end = s.clause(name)
    before = s.text[start : name.start]
    behind = s.text[name.end : end] or s.text[name.end :]  # "Diabetes: ruled out."
    return bool(_OPEN.search(before) or _ALLERGIC.search(before) or _OPEN_BEHIND.match(behind))


def _is_relatives(s: Statement, name: Name) -> bool:
    start = max(s.text.rfind(mark, 0, name.start) for mark in (". ", "; ")) + 1
    return bool(_RELATIVE.search(s.text[start : name.start]) or _RELATIVE_BEHIND.match(s.text[name.end :]))
