"""What kind of section headings stand over: background, the case, its discussion, the literature, or back matter."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from calcqa.language.english import ENGLISH

BACK_MATTER = "back matter"
"""What is about the article and not its subject: funding, consent, authors, acknowledgements."""

OTHER = "other"
"""A section whose headings say nothing of its kind, or that has none."""

_NUMBER = r"(?:\W|\d|[ivx]+\b\.?)*"
_KINDS = {
    BACK_MATTER: re.compile(rf"{_NUMBER}(?:{ENGLISH.acknowledgements}|{ENGLISH.references})\W*\Z", re.IGNORECASE)
} | {kind: re.compile(rf"{_NUMBER}(?:{words})\b", re.IGNORECASE) for kind, words in ENGLISH.section_kinds.items()}


def section_kind(headings: Sequence[str]) -> str:
    """Return the kind of the innermost of `headings`, outermost first, that says one; else `OTHER`."""
    return next((kind for heading in reversed(headings) if (kind := _kind_of(heading))), OTHER)


@functools.lru_cache(maxsize=4096)
def _kind_of(heading: str) -> str:
    return next((kind for kind, words in _KINDS.items() if words.match(heading)), "")
