"""Numbers in a text, in digits or in words: where they stand, and what they are worth."""

from __future__ import annotations

import re
from collections.abc import Iterable

from calcqa.language.english_quantities import NUMBERS, UNITS


def either(names: Iterable[str]) -> str:
    """Return the pattern of any of these names, the longest first."""
    return "|".join(map(re.escape, sorted(names, key=len, reverse=True)))


_TIMES = [name for kind, _, *names in map(str.split, UNITS.strip().splitlines()) if kind == "time" for name in names]
WORD = either(NUMBERS)
DIGITS = (
    r"\d{1,12},\d{1,2}(?![\d,])|\d{1,3}(?:[,\u2009\u202f]\d{3}){1,4}(?!\d)(?:\.\d{1,12})?|"
    r"\d{1,3}(?: \d{3}){1,4}(?= ?[a-zµ])|"
    r"\d{1,12}(?!\d)(?:\.\d{1,12})?"
)
NUMBER = re.compile(
    rf"(?<![\w.,/^])(?:(?P<digits>{DIGITS})(?P<part>\s?[½¼¾])?"
    r"(?:\s*[x×·]\s*10\s?(?:\^|\*\*)?\s?\(?(?P<power>\d{1,2}|[⁰¹²³⁴-⁹]{1,2})\)?)?"
    rf"|(?P<words>(?:{WORD})(?:(?:[ -]|(?<=hundred) and |(?<=thousand) and )(?:{WORD}))*)\b"
    r"(?: and an? (?P<half>half|quarter))?"
    rf"|(?P<one>an?)(?= (?:{either(_TIMES)})\b))",
    re.IGNORECASE,
)
"""A number: its `digits` with a `part` and a `power` of ten, its `words`, or `one` as in "a day"."""

_PARTS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def value_of(match: re.Match[str]) -> float:
    """Return what a match of `NUMBER` is worth."""
    if match["digits"]:
        value = float(plain(match["digits"]))
        value += _PARTS[match["part"].strip()] if match["part"] else 0.0
        return value * 10 ** int(match["power"].translate(_RAISED)) if match["power"] else value
    if match["one"]:
        return 1.0
    total = part = 0.0
    for word in re.findall(rf"\b(?:{WORD})\b", match["words"].lower()):
        number = NUMBERS[word]
        multiplies = number >= 100 or (part and (word == "dozen" or number < 1))
        part = max(part, 1.0) * number if multiplies else part + number
        if number >= 1000:
            total, part = total + part, 0.0
    return total + part + {"half": 0.5, "quarter": 0.25, None: 0.0}[match["half"] and match["half"].lower()]


def step_of(match: re.Match[str]) -> float:
    """Return the place of the last digit that counts: 0.1 of 2.6, 100 of 2,600."""
    if not match["digits"] or match["part"]:
        return 0.0
    digits = plain(match["digits"])
    power = 10 ** int(match["power"].translate(_RAISED)) if match["power"] else 1
    if "." in digits:
        return power * float(10 ** -len(digits.split(".")[1]))
    return power * float(10 ** (len(digits) - len(digits.rstrip("0")))) if digits.strip("0") else 1.0


def plain(digits: str) -> str:
    """Return digits without what groups them, and with a point for a decimal comma."""
    if re.fullmatch(r"\d{1,3}(?:[, \u2009\u202f]\d{3})+(?:\.\d+)?", digits):
        return re.sub(r"[, \u2009\u202f]", "", digits)
    return digits.replace(",", ".")
