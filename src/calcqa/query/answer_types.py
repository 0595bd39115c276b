"""The expected answer type of a question (a number, a dose, a time, a person, a reason), and whether a text holds one.

The types are those of the coarse classes of Li & Roth (2002) that reports need, told by the wording of the question.
Questions for yes or no, and for several things, are told from others. Nothing here finds answers: a text that holds a
number need not hold the number asked for, but one that holds none cannot say how many.
"""

from __future__ import annotations

import re
from enum import StrEnum

from calcqa.language.english import ENGLISH


class Wanted(StrEnum):
    """The expected answer types that a text can be seen not to hold."""

    NUMBER = "number"
    DOSE = "dose"
    TIME = "time"
    PERSON = "person"
    REASON = "reason"


UNIT, NUMBERS, PERIODS = ENGLISH.units, ENGLISH.numbers, ENGLISH.periods

_ASKING = {Wanted(kind): re.compile(pattern, re.IGNORECASE) for kind, pattern in ENGLISH.asking.items()}
_HOLDING = {Wanted(kind): re.compile(pattern, re.IGNORECASE) for kind, pattern in ENGLISH.holding.items()}
_HOLDING[Wanted.PERSON] = re.compile(ENGLISH.person)
_ASKED = re.compile(ENGLISH.question_words, re.IGNORECASE)
_JOINED = re.compile(ENGLISH.conjunctions, re.IGNORECASE)
_MANNERS = re.compile(ENGLISH.manners, re.IGNORECASE)
_CLOSED = re.compile(ENGLISH.closed, re.IGNORECASE)
_NEGATION = re.compile(ENGLISH.negation, re.IGNORECASE)


def wanted(question: str) -> Wanted | None:
    """Return the kind of thing `question` wants; None where it wants none of those that can be looked for."""
    return next((kind for kind, asking in _ASKING.items() if asking.search(question)), None)


def lacks(question: str, text: str) -> bool:
    """Say whether `text` holds nothing of the kind that `question` wants."""
    kind = wanted(question)
    return kind is not None and not _HOLDING[kind].search(text)


def closed(question: str) -> bool:
    """Say whether `question` wants yes or no, or one of what it names: it begins with its verb, manners aside."""
    return bool(_CLOSED.search(_MANNERS.sub("", question)))


def several(question: str) -> bool:
    """Say whether `question` asks for more than one thing at once, as "when and where" does."""
    asked = [m.start() for m in _ASKED.finditer(question)]
    return len(asked) > 1 and _JOINED.search(question, asked[0], asked[-1]) is not None


def negated(text: str) -> bool:
    """Say whether `text` denies something."""
    return bool(_NEGATION.search(text))
