"""Dates and times of day in a text, as far as each is given: "12 March", "in 2017", "third of April 2021", 16:45."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from calcqa.language.english_quantities import MONTHS, ORDINALS, WEEKDAYS

_MONTH = "|".join(MONTHS)
_NTH = "|".join(sorted(ORDINALS, key=len, reverse=True))
_DAY = rf"(?:(?P<nth>{_NTH})|(?P<day>\d{{1,2}}))"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_FORMS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\w/.-])(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?![\w/])",
        r"(?<![\w/.-])(?P<one>\d{1,2})(?P<sign>[/.-])(?P<two>\d{1,2})(?P=sign)(?P<year>(?:19|20)?\d\d)(?![\w/])",
        rf"\b(?:the )?{_DAY}(?: of)? (?P<name>{_MONTH})\b(?:\.?,? {_YEAR}\b)?",
        rf"\b(?P<name>{_MONTH})\b\.? {_DAY}\b(?!\.\d| ?%)(?:,? {_YEAR}\b)?",
        rf"\b(?P<name>{_MONTH})\b(?<!\bmay)(?<!\bmar)(?:\.? (?:of )?{_YEAR}\b)?",
        rf"\b(?P<name>may) {_YEAR}\b",
        rf"\b(?:in|since|until|from|of|during|by|year|early|late) (?P<name>may)\b(?: {_YEAR}\b)?",
        rf"\b(?:in|since|until|from|of|during|by|year|early|late|summer|winter|spring|autumn) {_YEAR}\b",
        rf"\b(?P<weekday>{'|'.join(WEEKDAYS)})\b",
        r"(?<![\w:.])(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)(?: ?(?P<half>[ap])\.?m\b)?"
        r"(?= ?(?:h\b|hours|hrs)|(?!\d|\.\d| ?[%a-z/]))",
        r"\b(?P<hour>\d{1,2}) ?(?P<half>[ap])\.?m\b",
        r"\bthe (?P<nth>" + _NTH + r")(?= (?:in|at|of that|by|with)\b|[,.;]|$)",
    )
]
_CLOCK = re.compile(r"\d[:]\d")


@dataclass(frozen=True, slots=True)
class Moment:
    """What stands at `start` to `end` of a text: the parts that are given, in each way that they can be read."""

    start: int
    end: int
    readings: tuple[Mapping[str, int], ...]

    def same(self, other: Moment) -> bool | None:
        """Say whether both may be one moment; None where they have no part in common."""
        pairs = [(a, b) for a in self.readings for b in other.readings if a.keys() & b.keys()]
        if not pairs:
            return None
        return any(all(a[part] == b[part] for part in a.keys() & b.keys()) for a, b in pairs)


def moments(text: str) -> list[Moment]:
    """Return the dates and times of a text, in order."""
    taken: list[Moment] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if not any(match.start() < one.end and one.start < match.end() for one in taken) and (
                readings := _readings({k: v for k, v in match.groupdict().items() if v}, match.group())
            ):
                taken.append(Moment(*match.span(), readings))
    return sorted(taken, key=lambda one: one.start)


def _readings(given: Mapping[str, str], text: str) -> tuple[Mapping[str, int], ...]:
    parts: dict[str, int] = {}
    if "year" in given:
        parts["year"] = int(given["year"]) + (0 if len(given["year"]) == 4 else 2000)
    if "one" in given:
        one, two = int(given["one"]), int(given["two"])
        pairs = [(day, month) for day, month in ((one, two), (two, one)) if 1 <= day <= 31 and 1 <= month <= 12]
        return tuple({**parts, "day": day, "month": month} for day, month in pairs)
    if "name" in given:
        parts["month"] = next(n for n, name in enumerate(MONTHS, 1) if re.fullmatch(name, given["name"], re.IGNORECASE))
    if "month" in given:
        parts["month"] = int(given["month"])
    if "day" in given or "nth" in given:
        parts["day"] = ORDINALS[given["nth"].lower()] if "nth" in given else int(given["day"])
    if "weekday" in given:
        parts["weekday"] = WEEKDAYS.index(given["weekday"].lower())
    if "hour" in given:
        if "half" not in given and not _CLOCK.search(text):
            return ()
        hour = int(given["hour"])
        if given.get("half", "").lower() == "p":
            hour = hour % 12 + 12
        parts["minute"] = hour * 60 + int(given.get("minute", 0))
    return (parts,) if parts.get("day", 1) <= 31 else ()
