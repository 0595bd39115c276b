"""Says which lines of a letter answer what: a greeting, a name, an office or a date tells nothing but that."""

from __future__ import annotations

import re

from calcqa.language.english_letters import (
    ASKS_DATE,
    ASKS_LATER,
    ASKS_LETTERHEAD,
    LETTERHEAD,
    ONLY_DATED,
    SALUTATION,
)
from calcqa.query.answer_types import Wanted, wanted

_LETTERHEAD = re.compile(LETTERHEAD)
_SALUTATION, _ONLY_DATED, _ASKS_LETTERHEAD, _ASKS_DATE, _ASKS_LATER = (
    re.compile(p, re.IGNORECASE) for p in (SALUTATION, ONLY_DATED, ASKS_LETTERHEAD, ASKS_DATE, ASKS_LATER)
)


def may_answer(question: str, sentence: str) -> bool:
    """Say whether a sentence may answer a question: "Dear Dr Moss," only one for a person, "Dr Moss" for a name too.

    "Date: 3 May" only one for a time.
    """
    if _SALUTATION.fullmatch(sentence):
        return wanted(question) is Wanted.PERSON
    if _ONLY_DATED.fullmatch(sentence) and _ASKS_LATER.search(question):
        return False
    if _ONLY_DATED.fullmatch(sentence):
        return wanted(question) is Wanted.TIME or _ASKS_DATE.search(question) is not None
    return not _LETTERHEAD.fullmatch(sentence) or _ASKS_LETTERHEAD.search(question) is not None
