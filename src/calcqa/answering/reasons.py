"""Why two sentences may answer one question differently and not disagree: other persons, times, sides or parts.

Does: tell these by the words of the question and of both sentences. Does not: know what their documents are about
(`answering/disagreement.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from calcqa.answering.statements import Asked, Statement
from calcqa.language import english_reasons as data
from calcqa.language.english_alternatives import ALTERNATIVES
from calcqa.query.answer_types import Wanted


def whole_words(pattern: str) -> re.Pattern[str]:
    """Return a pattern of whole words, in whatever case of letters."""
    return re.compile(rf"(?<![\w-])(?:{pattern})(?!\w)", re.IGNORECASE)


_TIMES = {name: whole_words(pattern) for name, pattern in data.TIMES.items()}
_SIDES = {name: whole_words(pattern) for name, pattern in ALTERNATIVES["side"].items()}
_SPECIMENS, _PARTS = (
    {name: whole_words(pattern) for name, pattern in parts.items()} for parts in (data.SPECIMENS, data.PARTS)
)
_OTHERS = whole_words(rf"{data.COMPANY}(?:{data.OTHERS})(?!\w){data.INFORMS}")
_FEMALE, _MALE, _CHILD = map(whole_words, (data.FEMALE, data.MALE, data.CHILD))
_FAMILY = whole_words(r"family|relatives?|hereditary|inherited")
_NOT_THERE, _WORD_AT_MOST = (re.compile(p, re.IGNORECASE) for p in (data.NOT_THERE, r"(?:\w+ )?"))
_PLACE = whole_words(data.PLACE)
_PRESENT = whole_words("is|are|does|do|has|have")


def other_person(asked: Asked, one: Statement, other: Statement) -> bool:
    """Say whether the sentences, or the question and one of them, speak of different persons."""
    if asked.wanted is Wanted.PERSON or _FAMILY.search(asked.text):
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
    named, *times = (_named(_TIMES, text) for text in (asked.text, one.until_then, other.until_then))
    if named:
        return not all(own & named for own in times)
    plain = {"start", "now"} if _PRESENT.search(asked.text) else {"start"}
    return not times[0] & times[1] if all(times) else bool((times[0] | times[1]) - plain)


def is_timed(s: Statement) -> bool:
    """Say whether a sentence names a time of any kind."""
    return bool(s.moments or _named(_TIMES, s.text) or any(q.kind.endswith("number") for q in s.quantities))


def _named(patterns: Mapping[str, re.Pattern[str]], text: str) -> set[str]:
    return {name for name, pattern in patterns.items() if pattern.search(text)}


def other_specimen(asked: Asked, one: Statement, other: Statement) -> bool:
    """Say whether the sentences, or the question and one of them, speak of different specimens, as blood and urine."""
    return _apart(_SPECIMENS, asked, one, other)


def other_part(asked: Asked, one: Statement, other: Statement) -> bool:
    """Say the same of specimens or parts of the body."""
    return other_specimen(asked, one, other) or _apart(_PARTS, asked, one, other)


def _apart(patterns: Mapping[str, re.Pattern[str]], asked: Asked, one: Statement, other: Statement) -> bool:
    named, *own = (_named(patterns, text) for text in (asked.text, one.text, other.text))
    if named:
        return any(parts and not parts & named for parts in own)
    return all(own) and not own[0] & own[1]


def other_side(one: Statement, other: Statement) -> bool:
    """Say whether the sentences speak of different sides of the body."""
    sides = [_named(_SIDES, s.text) for s in (one, other)]
    return all(sides) and not sides[0] & sides[1]


def is_elsewhere(asked: Asked, s: Statement) -> bool:
    """Say whether a place is asked for and a reader marked one where nothing is: "nothing in the right lung"."""
    if s.marked is None or asked.closed or not _PLACE.search(asked.text):
        return False
    before = [m.end() for m in _NOT_THERE.finditer(s.text, 0, s.marked.end) if m.end() < s.marked.end]
    return any(end >= s.marked.start or _WORD_AT_MOST.fullmatch(s.text, end, s.marked.start) for end in before)
