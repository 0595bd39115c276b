"""Writes raised and lowered characters of a line as text: 10⁹/L, CO₂, 27 °C, and reference numbers as plain numbers.

A raised number behind a word is a reference; behind a digit, a unit of length or a single letter (R², χ²) it is a
power. Behind another unit (mmol²/L², but also "5 mg" with a reference) it is written as a power, and marked as a
reference too where nothing but the unit speaks for one. What Unicode has no raised or lowered form for stands behind
'^' or '_', so that nothing raised reads like part of the number before it.
"""

from __future__ import annotations

import re

from calcqa.documents.raised import LOWERED, RAISED, figures_lowered
from calcqa.language.english import ENGLISH

_RAISED = {ord(c): RAISED[ord(c)] for c in "0123456789+-−–=()ni"}
_LOWERED = {ord(c): LOWERED[ord(c)] for c in "0123456789+-−–=()"}
_RAISABLE = re.compile(r"[0-9+\-−–=()ni]+")
_LOWERABLE = re.compile(r"[0-9+\-−–=()]+")

_MARKS = re.compile(r"[^\w+\-−–=<>]+")  # daggers, asterisks, quotation marks, full stops: raised by their nature
_ORDINAL = re.compile(r"st|nd|rd|th")
_REFERENCES = re.compile(r"\[?\d{1,3}(?:\s?[,–\-‑−]\s?\d{1,3})*[\],.]*|\[.*\]?|.*\]")
_LIST = re.compile(r"\d+\s?[,–\-‑−]")
_ISOTOPE = re.compile(r"\d{2,3}m?[A-Z][a-z]?\b")
_DEGREE = re.compile(r"[oOº˚]")
# What a power stands behind: a unit of length, a single letter or a bracket around one.
_BASE = re.compile(r"(?:^|[^\w%])(?:\d+(?:[.,]\d+)?\s?)?(?:[kcdmnpµμ]?m|in|ft|[A-Za-zα-ωΑ-Ω])\Z")
# Another unit by its symbol, with or without a prefix, and what divides it.
_UNIT = re.compile(
    rf"(?:^|[^\w%])(?:\d+(?:[.,]\d+)?\s?)?(?P<unit>[kcdmnpfµμ]?(?:{ENGLISH.measures}|Pa|Eq|min))\Z", re.IGNORECASE
)
_PERIOD = re.compile(ENGLISH.periods, re.IGNORECASE)  # spelled out: no base of a power
_SYMBOL = 4  # letters of a unit's symbol at most
_POWERS = ("2", "3", "4")
_DIVIDED = re.compile(r"\s?[/⁄·⋅]\s?[^\W\d_]")  # goes on as a unit
_DIVIDES = re.compile(r"[²³⁴]\s?[/⁄·⋅]\s?[^\W\d_]+\Z")  # below another power


def raised(text: str, before: str, after: str) -> tuple[str, bool]:
    """Return how raised `text` is written between `before` and `after` on its line, and whether it is a reference."""
    bare = text.strip()
    upright = text.replace(bare, bare.translate(_RAISED)) if bare else text
    if bare and before[-1:].strip() == "" and _ISOTOPE.match(bare + after):
        return upright, False
    if not bare or not before.strip() or _MARKS.fullmatch(bare):
        return text, False
    last = before.rstrip()[-1]
    close = before[-1] == last
    if _DEGREE.fullmatch(bare) and re.match(r"\s?[CFK]\b", after):
        return text.replace(bare, "°"), False
    if _ORDINAL.fullmatch(bare) and last.isdigit() and close:
        return text, False
    counts = close and (last.isdigit() or last in "⁰¹²³⁴⁵⁶⁷⁸⁹)")  # what it may be a power of
    if _REFERENCES.fullmatch(bare) and not counts:
        if not close or bare not in _POWERS:
            return text, True
        if _BASE.search(before) or (_is_unit(before) and (_DIVIDED.match(after) or _DIVIDES.search(before))):
            return upright, False
        return (upright if _is_unit(before) else text), True
    if _REFERENCES.fullmatch(bare) and ("[" in bare or (last == ")" and _LIST.search(bare))):
        return text, True
    return (upright if _RAISABLE.fullmatch(bare) else text.replace(bare, _behind("^", bare))), False


def _is_unit(before: str) -> bool:
    """Say whether `before` ends with the symbol of a unit: not with a word such as 'days'."""
    match = _UNIT.search(before)
    return match is not None and len(match["unit"]) <= _SYMBOL and not _PERIOD.fullmatch(match["unit"])


def lowered(text: str, before: str) -> str:
    """Return how lowered `text` is written behind `before` on its line."""
    bare = text.strip()
    if not bare or not before.strip() or not re.search(r"\w", bare):
        return text
    if _LOWERABLE.fullmatch(bare):
        return text.replace(bare, bare.translate(_LOWERED))
    if bare.isalnum() and re.search(r"\d", bare):  # HbA₁c
        return text.replace(bare, figures_lowered(bare))
    return text.replace(bare, _behind("_", bare))


def _behind(mark: str, text: str) -> str:
    """Return `text` behind '^' or '_', several characters in brackets, so that it is seen where they end."""
    return f"{mark}{text}" if len(text) == 1 else f"{mark}({text})"
