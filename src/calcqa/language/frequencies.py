"""How often something is, in a text, as times a day: "twice a week", "every six hours", "nightly", "b.d."."""

from __future__ import annotations

import re

from calcqa.language.english_quantities import EVERY, FREQUENCIES, NUMBERS, ORDINALS, SPELLS, TIMES_A_DAY
from calcqa.language.numbers import either
from calcqa.language.quantities import Quantity

_SPELL = either(SPELLS)
_COUNT = rf"(?P<count>{either(NUMBERS)}|\d{{1,2}})(?: times)?"
_STEP = rf"(?:(?P<step>{either([*NUMBERS, *ORDINALS, *EVERY])}|\d{{1,2}})(?: |-))?"
_FORMS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_COUNT} (?:an?|per|each|every) (?P<spell>{_SPELL})\b",
        rf"\b{_COUNT} (?P<adverb>{either(TIMES_A_DAY)})\b",
        rf"\b(?:each|every) {_STEP}(?P<spell>{_SPELL})s?\b",
        rf"\b(?P<adverb>{either(TIMES_A_DAY)})\b",
    )
]


def frequencies(text: str) -> list[Quantity]:
    """Return how often a text says that something is, in order, as times a day."""
    taken: list[Quantity] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if not any(match.start() < q.end and q.start < match.end() for q in taken):
                value = _daily({name: part.lower() for name, part in match.groupdict().items() if part})
                taken.append(Quantity(*match.span(), "frequency", "", value, value, 0))
    for times, pattern in FREQUENCIES.items():
        for match in re.finditer(rf"(?<!\w)(?:{pattern})", text, re.IGNORECASE):
            if not any(match.start() < q.end and q.start < match.end() for q in taken):
                taken.append(Quantity(*match.span(), "frequency", "", times, times, 0))
    return sorted(taken, key=lambda q: q.start)


def _daily(parts: dict[str, str]) -> float:
    """Return how many times a day the parts of a match say."""
    once = TIMES_A_DAY[parts["adverb"]] if "adverb" in parts else SPELLS[parts["spell"]]
    return once * _number(parts.get("count", "1")) / _number(parts.get("step", "1"))


def _number(word: str) -> float:
    return float({**ORDINALS, **NUMBERS, **EVERY}.get(word) or word)
