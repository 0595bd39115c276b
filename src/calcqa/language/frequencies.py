"""How often something is, in a text, as times a day: "twice a week", "8-hourly", "nightly", "b.d."."""

from __future__ import annotations

import re
from collections.abc import Iterable

from calcqa.language.english_quantities import (
    BY_THEMSELVES,
    EVERY,
    NO_COUNTS,
    NUMBERS,
    ORDINALS,
    SPELLS,
    TIMES,
    TIMES_A_DAY,
)
from calcqa.language.numbers import either
from calcqa.language.quantities import Quantity

_VALUES = {**ORDINALS, **NUMBERS, **EVERY}


def _number(name: str, words: Iterable[str]) -> str:
    """Return the pattern of a number, or of a range whose end is the group `name` with `_to` behind it."""
    one = rf"{either(words)}|\d{{1,2}}"
    return rf"(?P<{name}>{one})(?:(?:\s?[-–]\s?| to | or )(?P<{name}_to>{one}))?"


_PLAIN = [word for word in NUMBERS if word not in (*TIMES, *NO_COUNTS)]
_STEP = _number("step", _PLAIN)
_COUNT = rf"{_number('count', [*_PLAIN, *TIMES])}(?: times)?"
_EVERY = rf"(?:{_number('step', [*_PLAIN, *ORDINALS, *EVERY])}[ -])?"
_SPELL = rf"(?P<spell>{either(SPELLS)})s?"
_ADVERB = rf"(?P<adverb>{either(TIMES_A_DAY)})"
_FORMS = [
    (re.compile(rf"(?<![\w-])(?<!\d[.,])(?:{pattern})(?!\w)", re.IGNORECASE), daily)
    for pattern, daily in (
        (rf"{_COUNT} (?:an?|per|each|every) {_EVERY}{_SPELL}", 1.0),
        (rf"{_STEP}[ -](?P<adverb>hourly)", 1.0),
        (rf"{_STEP}-{_ADVERB}", 1.0),
        (rf"{_COUNT}[ -]{_ADVERB}", 1.0),
        (rf"(?:each|every) {_EVERY}{_SPELL}", 1.0),
        (rf"(?P<step>alternate) {_SPELL}", 1.0),
        (_ADVERB, 1.0),
        *((rf"(?:{pattern})", float(times)) for times, pattern in BY_THEMSELVES.items()),
    )
]


def frequencies(text: str) -> list[Quantity]:
    """Return how often a text says that something is, in order, as times a day; "no daily" says nothing."""
    taken: list[Quantity] = []
    for form, daily in _FORMS:
        for match in form.finditer(text):
            if not any(match.start() < q.end and q.start < match.end() for q in taken):
                parts = {name: part.lower() for name, part in match.groupdict().items() if part}
                low, high = sorted((daily * _daily(parts, ""), daily * _daily(parts, "_to")))
                taken.append(Quantity(*match.span(), "frequency", match.group().lower(), low, high, 0))
    return sorted((q for q in taken if q.low), key=lambda q: q.start)


def _daily(parts: dict[str, str], end: str) -> float:
    """Return how many times a day the parts of a match say, at one end of their range; 0 where they say none."""
    once = TIMES_A_DAY[parts["adverb"]] if "adverb" in parts else SPELLS[parts["spell"]] if "spell" in parts else 1.0
    count, step = (_value(parts.get(name + end, parts.get(name, "1"))) for name in ("count", "step"))
    return once * count / step if step else 0.0


def _value(word: str) -> float:
    return float(_VALUES[word] if word in _VALUES else word)
