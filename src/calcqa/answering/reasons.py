"""Why two sentences may answer one question differently and not disagree: other persons, times or sides.

Does: tell these by the words of the question and of both sentences. Does not: know what their documents are about
(`answering/disagreement.py`).
"""

from __future__ import annotations

import re

from calcqa.answering.statements import Asked, Statement
from calcqa.language import english_opposites as data
from calcqa.query.answer_types import Wanted


def whole_words(pattern: str) -> re.Pattern[str]:
    """Return a pattern of whole words, in whatever case of letters."""
    return re.compile(rf"(?<![\w-])(?:{pattern})(?!\w)", re.IGNORECASE)


_TIMES = {name: whole_words(pattern) for name, pattern in data.TIMES.items()}
_SIDES = {name: whole_words(pattern) for name, pattern in data.ALTERNATIVES["side"].items()}
_OTHERS = whole_words(rf"(?:{data.OTHERS})(?!\w){data.INFORMS}")
_FEMALE, _MALE, _CHILD = map(whole_words, (data.FEMALE, data.MALE, data.CHILD))
_PRESENT = whole_words("is|are|does|do|has|have")


def other_person(asked: Asked, one: Statement, other: Statement) -> bool:
    """Say whether the sentences, or the question and one of them, speak of different persons."""
    if asked.wanted is Wanted.PERSON:
        return False
    if len({sex for text in (asked.text, one.text, other.text) if (sex := _sex(text))}) > 1:
        return True
    named, *persons = ({m.group().lower() for m in _OTHERS.finditer(t)} for t in (asked.text, one.text, other.text))
    if named:
        only_one = bool(persons[0]) is not bool(persons[1]) and not all(map(_CHILD.fullmatch, named))
        return only_one or any(own and not own & named for own in persons)
    return persons[0] != persons[1] and not persons[0] & persons[1]


def _sex(text: str) -> str:
    female, male = bool(_FEMALE.search(text)), bool(_MALE.search(text))
    return "" if female is male else "female" if female else "male"


def other_time(asked: Asked, one: Statement, other: Statement) -> bool:
    """Say whether two values were measured at different times, as far as the sentences say."""
    named, *times = (_times(text) for text in (asked.text, one.text, other.text))
    if named:
        return not all(own & named for own in times)
    plain = {"start", "now"} if _PRESENT.search(asked.text) else {"start"}
    return not times[0] & times[1] if all(times) else bool((times[0] | times[1]) - plain)


def is_timed(s: Statement) -> bool:
    """Say whether a sentence names a time of any kind."""
    return bool(s.moments or _times(s.text) or any(q.kind.endswith("number") for q in s.quantities))


def _times(text: str) -> set[str]:
    return {name for name, pattern in _TIMES.items() if pattern.search(text)}


def other_side(one: Statement, other: Statement) -> bool:
    """Say whether the sentences speak of different sides of the body."""
    sides = [{m for m, pattern in _SIDES.items() if pattern.search(s.text)} for s in (one, other)]
    return all(sides) and not sides[0] & sides[1]
