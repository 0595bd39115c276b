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
    """Say whether a sentence may answer a question.

    "Dear Dr Moss," answers only one for a person, "Dr Moss" also one for a name or a place, and "Date: 3 May" one for a
    time that is not later.
    """
    if _SALUTATION.fullmatch(sentence):
        return wanted(question) is Wanted.PERSON
    if _ONLY_DATED.fullmatch(sentence):
        asks_date = wanted(question) is Wanted.TIME or _ASKS_DATE.search(question)
        return bool(asks_date) and not _ASKS_LATER.match(question)
    return not _LETTERHEAD.fullmatch(sentence) or _ASKS_LETTERHEAD.search(question) is not None
