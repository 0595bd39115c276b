"""Quantities in a text: a number or a range, with what it measures, so that 1.5 cm and 15 mm are the same.

Units stand in a table of those that medicine uses (`language/english_quantities.py`); a unit by another ("mmol/l") is
reckoned from both. Dates and times of day are no quantities (`language/dates.py`).

Does not: convert mass to amount of substance, which needs to know the substance.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from calcqa.language import english_quantities as data
from calcqa.language.dates import moments
from calcqa.language.english_quantities import NUMBERS
from calcqa.language.numbers import DIGITS, NUMBER, WORD, either, plain, step_of, value_of

_UNITS = {
    name.replace("_", " "): (kind, float(factor))
    for kind, factor, *names in map(str.split, data.UNITS.strip().splitlines())
    for name in names
}

_UNIT = rf"(?:{either(list(_UNITS))})(?![\w²])"
_A = r"(?:\s?/\s?|\s(?:per|an?|each|every)\s)"
_MEASURE = re.compile(
    rf"(?:[ -]|(?<=half) (?:of )?an? |(?<=quarter) (?:of )?an? |(?<=quarters) (?:of )?an? )?(?P<unit>{_UNIT})"
    rf"(?:{_A}(?P<per>{_UNIT}))?(?:{_A}(?P<also>{_UNIT}))?(?P<half> and an? half)?",
    re.IGNORECASE,
)
_PER = re.compile(rf"\s?(?:cells?)?(?:/\s?|\sper\s)(?P<per>{_UNIT})", re.IGNORECASE)
_FOR_LIFE = re.compile(rf"\b(?:{data.FOR_LIFE})\b", re.IGNORECASE)
_FRACTION = re.compile(
    r"\b(?:(?P<times>an?|one|two|three|four)[ -](?P<part>third|quarter|fifth|tenth)s?\b(?! of an?\b)"
    rf"|(?P<half>half)(?= (?:of )?(?:the|all|them|\w+s)\b))(?! {_UNIT})",
    re.IGNORECASE,
)
_RATIO = re.compile(r"(?<![\w/.])(\d{1,5})\s?/\s?(\d{1,5})(?![\w/])")
_SHARE = re.compile(
    rf"(?<![\w./])(\d{{1,9}}|{WORD})\s?(?:in|out of|of|per)\s(?:every )?({DIGITS}|{WORD})(?![\w%/])(?! {_UNIT})",
    re.IGNORECASE,
)
_SPELL = "day|week|month|hour|year"
_NTH = re.compile(
    rf"\b(?:(?P<ordinal>{either(list(data.ORDINALS))}) (?P<a>{_SPELL})|(?P<b>{_SPELL}) (?P<number>\d{{1,4}}))\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    rf"\b(?P<name>{data.LABELLED})(?:\s(?:score|grade|class|stage))?(?:\s(?:is|was|of|at|came to)\b)?[:\s]"
    r"(?P<number>\d{1,4}(?:\.\d{1,4})?|[IVX]+|[A-Z])(?P<letter>[a-dA-D]?)(?![\w/%])"
    rf"(?!\s?{_UNIT})",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s?[-–—]\s?|\s(?:to|or)\s")
_BETWEEN = re.compile(r"\bbetween\s?$", re.IGNORECASE)
_BY = re.compile(r"\s?(?:x|×|by)\s?", re.IGNORECASE)
_BEFORE = {
    name: re.compile(rf"(?:(?<!\w)(?:{pattern}))\s?(?:an? |the )?$", re.IGNORECASE)
    for name, pattern in {"about": data.ABOUT, "up to": data.UP_TO, "from": data.FROM, "not": data.NOT_THIS}.items()
} | {"lasts": re.compile(rf"(?:\b(?:{data.LASTS})|^) ?$", re.IGNORECASE)}
_ALSO_A_THING = {
    unit: ([re.compile(pattern, re.IGNORECASE) for pattern in (rf"(?:{before})$", behind, many)], least)
    for unit, (before, behind, least, many) in data.ALSO_A_THING.items()
}
_LESSER = {
    unit: (
        size,
        re.compile(rf"[ -](?P<number>\d{{1,2}}|{WORD})(?: (?:{names})(?!\w)|(?![\w.,-]\d|\w| {_UNIT}))", re.IGNORECASE),
    )
    for unit, (size, names) in data.LESSER.items()
}
_IN_A_NAME = re.compile(r"[A-Z]\d{0,3}-$")  # "COVID-19", "L4-5"
_FRACTIONS = {"third": 1 / 3, "quarter": 0.25, "fifth": 0.2, "tenth": 0.1}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
_CLOSE = {"time": 0.13, "frequency": 0.1, "length": 0.05}  # a month is about four weeks; sizes are rounded
_ROUNDED = 0.05  # of a value, that its rounding may take away
_BEFORE_IT = 24  # characters looked at before a number
_FAHRENHEIT = 60.0  # from which a temperature without its unit is in degrees Fahrenheit


@dataclass(frozen=True, slots=True)
class Quantity:
    """What stands at `start` to `end` of a text: `low` to `high` of what is measured, in the first unit of it.

    `kind` is what is measured ("length", "mass/volume"), empty for a bare number; `unit` how it is written. `about`
    tells that it is said to be inexact, and `step` is the place of its last digit. `daily` is how often a day, `factor`
    how much of the first unit one of its own is, 0 where it has none.
    """

    start: int
    end: int
    kind: str
    unit: str
    low: float
    high: float
    step: float
    about: bool = False
    daily: int = 1
    factor: float = 0.0

    def bare_beside(self, other: Quantity) -> Quantity:
        """Return the same without its unit, as where that goes without saying in another; itself where it has none."""
        if not self.factor:
            return self
        size, more = self.factor, 0.0
        if self.kind == "celsius" and other.low >= _FAHRENHEIT:
            size, more = 1 / 1.8, 32.0
        low, high, step = self.low / size + more, self.high / size + more, self.step / size
        return replace(self, kind="", unit="", low=low, high=high, step=step, factor=0.0)

    def same(self, other: Quantity) -> bool:
        """Say whether both may be one value: where each is rounded, or both reckoned in other units."""
        if self.kind != other.kind:
            return False
        return any(self._near(other, by) for by in {1.0, self.daily / other.daily if "mass" in self.kind else 1.0})

    def _near(self, other: Quantity, by: float) -> bool:
        low, high = self.low * by, self.high * by
        if min(high, other.high) >= max(low, other.low):
            return True
        a, b = (high, other.low) if high < other.low else (other.high, low)
        apart, size = b - a, max(abs(a), abs(b))
        if math.isinf(size):
            return False
        about = self.about or other.about
        rounded = apart <= max(self.step * by, other.step) / 2 and (self.step * by != other.step or about)
        if rounded and apart <= size * (0.2 if about else _ROUNDED):
            return True
        close = 0.15 if about else _CLOSE.get(self.kind, 0.02) if self.unit != other.unit else 0.0
        return apart <= size * close + 1e-9


def quantities(text: str) -> list[Quantity]:
    """Return the quantities of a text, in order, without those that it denies ("not three")."""
    hidden = text.replace("\u03bc", "\u00b5")
    values: list[Quantity] = []
    for moment in moments(text):
        hidden = _blank(hidden, moment.start, moment.end)
    for make, pattern in (
        (_always, _FOR_LIFE),
        (_fraction, _FRACTION),
        (_nth, _NTH),
        (_label, _LABEL),
        (_ratio, _RATIO),
        (_share, _SHARE),
    ):
        for match in pattern.finditer(hidden):
            if value := make(match):
                values.append(value)
                hidden = _blank(hidden, *match.span())
    return sorted([*values, *_measured(hidden)], key=lambda value: value.start)


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + "\0" * (end - start) + text[end:]


def _always(match: re.Match[str]) -> Quantity:
    return Quantity(*match.span(), "time", "", math.inf, math.inf, 0)


def _fraction(match: re.Match[str]) -> Quantity:
    share = 50.0 if match["half"] else 100 * NUMBERS.get(match["times"].lower(), 1) * _FRACTIONS[match["part"].lower()]
    return Quantity(*match.span(), "share", "", share, share, 0, about=True)


def _nth(match: re.Match[str]) -> Quantity:
    number = data.ORDINALS[match["ordinal"].lower()] if match["ordinal"] else int(match["number"])
    kind = f"{(match['a'] or match['b']).lower()} number"
    return Quantity(*match.span(), kind, "", number, number, 1)


def _label(match: re.Match[str]) -> Quantity | None:
    number = match["number"]
    value = float(number) if number[0].isdigit() else _ROMAN.get(number.lower(), ord(number[0].upper()) - 60)
    if not number[0].isdigit() and not number.isupper():
        return None
    value += (ord(match["letter"].lower()) - 96) / 10 if match["letter"] else 0
    return Quantity(*match.span(), match["name"].lower(), "", value, value, 0)


def _ratio(match: re.Match[str]) -> Quantity:
    value = float(match[1]) * 1e4 + float(match[2])
    return Quantity(*match.span(), "ratio", "", value, value, 0)


def _share(match: re.Match[str]) -> Quantity | None:
    part, whole = (NUMBERS[n.lower()] if n.lower() in NUMBERS else float(plain(n)) for n in match.groups())
    if not 0 < part <= whole:
        return None
    return Quantity(*match.span(), "share", match.group(), 100 * part / whole, 100 * part / whole, 0)


def _measured(text: str) -> Iterator[Quantity]:
    numbers, at = list(NUMBER.finditer(text)), 0
    for place, number in enumerate(numbers):
        if number.start() < at:
            continue
        values, step, measure, at = _run(text, numbers[place : place + 3])
        before = {n: p.search(text, max(0, number.start() - _BEFORE_IT), number.start()) for n, p in _BEFORE.items()}
        if before["not"] or not _counts(number, measure, before["lasts"] is not None):
            continue
        digits, start = number["digits"] or "", number.start()
        if measure is None and digits.isdigit() and _IN_A_NAME.search(text, max(0, start - _BEFORE_IT), start):
            continue
        kind, factor, more = _kind(measure)
        if not measure and (per := _PER.match(text, at)):
            (kind, by), at = _UNITS[per["per"].lower()], per.end()
            kind, factor = f"/{kind}", 1 / by
        if measure and (lesser := _lesser(text, measure)):
            more, step, at = more + lesser[0] / factor, lesser[1] / factor, lesser[2]
        low, high = min(values) + more, max(values) + more
        if kind == "fahrenheit":
            kind, low, high = "celsius", (low - 32) / 1.8, (high - 32) / 1.8
        bound = before["up to"] or before["from"]
        low, high = 0.0 if before["up to"] else low * factor, math.inf if before["from"] else high * factor
        unit = measure["unit"].lower().rstrip("s") if measure else ""
        start = bound.start() if bound else number.start()
        about, daily = bool(before["about"]), _daily(text, at)
        yield Quantity(start, at, kind, unit, low, high, step * factor, about, daily, factor if kind else 0.0)


def _run(text: str, numbers: Sequence[re.Match[str]]) -> tuple[list[float], float, re.Match[str] | None, int]:
    """Return what the first of some numbers says with those that are of one range or size with it.

    The ends of the range (of a size, the largest twice), the place of the last digit, the unit, and where they end.
    """
    first, *others = numbers
    values, step, end = [value_of(first)], step_of(first), first.end()
    between = _BETWEEN.search(text, max(0, first.start() - _BEFORE_IT), first.start())
    measure = _unit_behind(text, first)
    for other in others:
        link = text[measure.end() if measure else end : other.start()]
        if _RANGE.fullmatch(link) or (between and link == " and "):
            values.append(value_of(other))
        elif _BY.fullmatch(link):
            values = [max(*values, value_of(other))]
        else:
            break
        step, end = min(step, step_of(other)) or max(step, step_of(other)), other.end()
        measure = _unit_behind(text, other) or measure
    return values, step, measure, max(end, measure.end()) if measure else end


def _unit_behind(text: str, number: re.Match[str]) -> re.Match[str] | None:
    """Return the unit behind a number; None where the word is none: "two foot ulcers", "six h"."""
    measure = _MEASURE.match(text, number.end())
    if measure is None:
        return None
    unit = measure["unit"].lower()
    if number["words"] and len(unit) == 1 and unit.isalpha():
        return None
    if unit not in _ALSO_A_THING:
        return measure
    (before, behind, many), least = _ALSO_A_THING[unit]
    end = measure.end("unit")
    is_unit = before.search(text, max(0, number.start() - _BEFORE_IT), number.start()) or behind.match(text, end)
    return measure if is_unit or (value_of(number) >= least and many.match(text, end)) else None


def _lesser(text: str, measure: re.Match[str]) -> tuple[float, float, int] | None:
    """Return what a lesser unit behind a unit adds and its size, in the first of its kind, and where that ends."""
    size, pattern = _LESSER.get(measure["unit"].lower(), (0.0, None))
    match = pattern.match(text, measure.end()) if pattern else None
    if match is None:
        return None
    number = match["number"].lower()
    return size * (NUMBERS[number] if number in NUMBERS else float(number)), size, match.end()


def _counts(number: re.Match[str], measure: re.Match[str] | None, lasts: bool) -> bool:
    """Say whether a number is one: "a day" is only where something lasts a day, and "no" where a unit follows."""
    if number["one"]:
        return measure is not None and (lasts or measure["half"] is not None)
    word = number["words"] or ""
    is_abbreviation = word.isupper() and len(word) > 1
    return not is_abbreviation and (measure is not None or word.lower() not in data.COUNTED_AS_NONE)


def _kind(measure: re.Match[str] | None) -> tuple[str, float, float]:
    """Return what is measured, how much of its first unit one is, and what is added to the number before it."""
    if measure is None:
        return "", 1.0, 0.0
    kind, factor = _UNITS[measure["unit"].lower()]
    for per in (measure["per"], measure["also"]):
        if per and (other := _UNITS[per.lower()]) and not (other[0] == "time" and kind == "mass"):
            kind, factor = f"{kind}/{other[0]}", factor / other[1]
    return kind, factor, 0.5 if measure["half"] else 0.0


def _daily(text: str, end: int) -> int:
    """Return how many times a day what ends at `end` is given, where that stands behind it."""
    behind = text[end : end + 40].split(". ")[0]
    told = (times for times, p in data.FREQUENCIES.items() if re.search(rf"(?<!\w)(?:{p})", behind, re.IGNORECASE))
    return next(told, 1)
