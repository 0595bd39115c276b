"""Whether two sentences that answer one question answer it alike, and in which words they differ.

Compared is what is asked for: quantities, dates, persons, a side or another of words that exclude one another, what is
there against what is denied, drugs and germs and whatever else the vocabulary knows kinds of. What differs for a reason
(another time, person, side, specimen or part of the body) is no difference.

Does: compare two sentences; here by their quantities and dates. Does not: compare words that exclude one another
(`answering/opposites.py`) or names (`answering/namings.py`), or choose the sentences (`answering/disagreement.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from calcqa.answering.measured import LABELLED, is_measured
from calcqa.answering.namings import by_code, by_name, by_person, by_species
from calcqa.answering.opposites import by_alternatives, by_normality, by_polarity
from calcqa.answering.reasons import (
    is_elsewhere,
    is_timed,
    only_planned,
    other_method,
    other_part,
    other_person,
    other_side,
    other_stage,
    other_time,
    whole_words,
)
from calcqa.answering.statements import AGREED, SURE, Asked, Differ, Statement, to_the_point
from calcqa.language import english_opposites as data
from calcqa.language.english_alternatives import ASKING
from calcqa.language.frequencies import frequencies
from calcqa.language.quantities import Quantity, quantities
from calcqa.query.answer_types import Wanted, several

_AGE, _NO_VALUE, _HOW_OFTEN, _FATE = map(whole_words, ("old|age", data.NO_VALUE, data.HOW_OFTEN, ASKING["survival"]))
_MEASURE, _WHEN = (re.compile(pattern, re.IGNORECASE) for pattern in (data.MEASURE, data.WHEN))

_CELL = " | "  # parts the cells of a row

_OTHER_UNIT = 3.0  # times that two numbers lie apart, of which one has no unit, if they may be of different units
_TRUSTED = 0.9  # probability that it answers, from which of two values of a sentence the marked one is meant
_BY_METHOD = 0.2  # of a length, that it may be less by another method
_BIRTHDAY = 8_800.0  # hours between two ages of one patient


def difference(question: str, one: Statement, other: Statement) -> Differ | None:
    """Return the words in which two sentences answer a question differently.

    `AGREED` where they answer it alike; None where they cannot be compared, differ for a reason, or are asked for more
    than one thing.
    """
    asked = Asked(question)
    elsewhere = is_elsewhere(asked, one) or is_elsewhere(asked, other)
    once = _asks_when(asked) or _FATE.search(question) or all(map(_tells_when, (one, other)))
    elsewhere = elsewhere or (not once and other_stage(one, other))
    if not (several(question) or elsewhere or other_person(asked, one, other) or only_planned(asked, one, other)):
        for compare in _COMPARISONS:
            if (result := compare(asked, one, other)) is not None:
                return result
    return None


def contradiction(question: str, one: Statement, other: Statement) -> Differ | None:
    """Return the same of two sentences of one document, where much is said of what only looks alike.

    Both must speak of all that the question names, be sure to answer, and name no time.
    """
    asked = Asked(question)
    for s in (one, other):
        if s.sure < SURE or is_timed(s) or not asked.units or s.share(asked) < 1.0:
            return None
    words = difference(question, one, other)
    if words is None or words == AGREED or other_method(one, other):
        return None
    kinds = {q.kind for text in words for q in quantities(text)}
    # Two of them may be among the three, and most of what is measured changes from day to day.
    return words if kinds <= {"length", "time"} or all(map(LABELLED.fullmatch, kinds)) else None


# --- comparisons ------------------------------------------------------------------------------------------------------


def _by_date(asked: Asked, one: Statement, other: Statement) -> Differ | None:
    if not _asks_when(asked):
        return None
    a, b = one.chosen(one.moments), other.chosen(other.moments)
    same = a.same(b) if a and b else None
    if a is None or b is None or same is None:
        return None
    if same:
        return AGREED
    return (one.text[a.start : a.end], other.text[b.start : b.end]) if to_the_point(asked, one, other) else None


def _asks_when(asked: Asked) -> bool:
    return asked.wanted is Wanted.TIME or _WHEN.search(asked.text) is not None


def _tells_when(s: Statement) -> bool:
    return any(q.kind == "time" and s.is_marked(q) for q in s.quantities)


def _by_quantity(asked: Asked, one: Statement, other: Statement) -> Differ | None:
    if asked.closed or (asked.wanted and asked.wanted not in (Wanted.NUMBER, Wanted.DOSE, Wanted.TIME)):
        return None
    a, b = _of_one_kind(asked, one, other)
    if a is None or b is None or other_side(one, other) or other_part(asked, one, other):
        return None
    if asked.wanted is None and _NO_VALUE.search(asked.text):
        return None
    if not (is_measured(asked, one, a) and is_measured(asked, other, b)):
        return None
    both_marked = one.is_marked(a) and other.is_marked(b)
    if a.kind != b.kind or not both_marked and not (a.kind and (asked.wanted or _MEASURE.search(asked.text))):
        return None
    trusted = both_marked and min(one.sure, other.sure) >= _TRUSTED
    elsewhere = [] if trusted else [(a, q) for q in other.quantities] + [(b, q) for q in one.quantities]
    if any(value.same(q) for value, q in [(a, b), *elsewhere]):
        return AGREED
    if a.kind == "length" and abs(a.high - b.high) <= _BY_METHOD * max(a.high, b.high) and other_method(one, other):
        return AGREED
    if a.kind == "time" and _AGE.search(asked.text) and abs(a.low - b.low) < _BIRTHDAY < a.low / 9:
        return AGREED
    is_time = asked.wanted is Wanted.TIME or a.kind == "time"
    if (not is_time and other_time(asked, one, other)) or not to_the_point(asked, one, other):
        return None
    if _is_row_of(one, a) or _is_row_of(other, b):
        return None
    return one.text[a.start : a.end], other.text[b.start : b.end]


def _is_row_of(s: Statement, value: Quantity) -> bool:
    """Say whether it is a row of a table with several values of one kind, as from day to day."""
    return _CELL in s.text and sum(q.kind == value.kind for q in s.quantities) > 1


def _of_one_kind(asked: Asked, one: Statement, other: Statement) -> tuple[Quantity | None, Quantity | None]:
    """Return of each sentence the quantity that is asked for, where both measure the same kind of thing."""
    a, b = (s.nearest([q for q in s.quantities if q.kind] or s.quantities, asked) for s in (one, other))
    a, b = (s.nearest(s.quantities, asked) if s.marked else q for s, q in ((one, a), (other, b)))
    if not a or not b or a.kind == b.kind:
        return a, b
    if {a.kind, b.kind} == {"", "time"}:
        return None, None
    if "" in (a.kind, b.kind) and one.is_marked(a) and other.is_marked(b):
        a, b = a.bare_beside(b), b.bare_beside(a)  # "potassium 6.1", where the unit goes without saying
        return (a, b) if max(a.high, b.high) <= _OTHER_UNIT * min(a.low, b.low) else (None, None)
    of_a = other.nearest([q for q in other.quantities if q.kind == a.kind], asked)
    of_b = one.nearest([q for q in one.quantities if q.kind == b.kind], asked)
    return (a, of_a) if of_a else (of_b, b)


def _by_frequency(asked: Asked, one: Statement, other: Statement) -> Differ | None:
    """Compare how many times a day something is, where that is asked."""
    if not _HOW_OFTEN.search(asked.text) or not to_the_point(asked, one, other):
        return None
    a, b = (s.chosen(frequencies(s.text)) for s in (one, other))
    if a is None or b is None:
        return None
    if any(not s.is_marked(f) and any(map(s.is_marked, s.quantities)) for s, f in ((one, a), (other, b))):
        return None  # it answers by another number
    return AGREED if a.same(b) else (one.text[a.start : a.end], other.text[b.start : b.end])


_COMPARISONS: tuple[Callable[[Asked, Statement, Statement], Differ | None], ...] = (
    _by_date,
    _by_frequency,
    _by_quantity,
    by_person,
    by_alternatives,
    by_normality,
    by_polarity,
    by_species,
    by_code,
    by_name,
)
