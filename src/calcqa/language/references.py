"""Reference numbers that stand in a text as if raised: "occur.13 The", "in children11,12 and", "cases.[4] The". Spans.

Only what can hardly be anything else is one. Numbers that belong to a word or a measure ("109/L", "HbA1c", "IL-6",
"2016.5", "sodium 128 [135-145]") are none. No text is changed, and `documents/repair.py` has what rewrites a text.
"""

from __future__ import annotations

import re

from calcqa.language.english import ENGLISH
from calcqa.types import Span

SHORT_FORMS = ENGLISH.never_last | ENGLISH.seldom_last | ENGLISH.often_last | ENGLISH.routes | ENGLISH.numbering
"""Words that end in a full stop which need not end a sentence, without it and in lower case."""

_FEW = r"[1-9]\d{0,2}(?:[,–-][1-9]\d{0,2})*+"  # glued: "13", "11,12", "4–6"
_SPACED = rf"{_FEW}(?:,? {_FEW})*+"
_LISTED = r"[1-9]\d*+(?: ?[,;–-] ?[1-9]\d*+)*+"  # in brackets; "[467891011]" has lost its commas
_RAISED = r"[⁰¹²³⁴-⁹]++(?:[,⁻–-]++[⁰¹²³⁴-⁹]++)*+"
_END = r"(?=\s|\Z)"
_NEW = r"(?=\s+[\"“‘'(\[]*[^\W\d_a-z]|\s*\Z)"  # before a word that begins no less than a sentence; or last

_MARK = re.compile(
    r"(?=[\[(1-9⁰¹²³⁴-⁹])(?:"
    # Behind a stop: letters or a bracket stand before it, so it is no decimal point.
    rf"(?<=[^\W\d_][^\W\d_][.?!])(?P<stop>{_SPACED}){_NEW}|(?<=[])”\"%][.?!])(?P<closed>{_SPACED}){_NEW}"
    rf"|(?<=[^\W\d_][.?!])(?P<round>\({_LISTED}\)){_END}"
    rf"|(?<=[^\W\d_]{{2}}[,;])(?P<comma>{_FEW})(?=\s+[^\W\d_])"
    rf"|(?P<square>\[{_LISTED}\])"
    # Behind a word. A sign behind the number must not go on as a number or a name.
    rf"|(?<=[a-z]{{4}})(?P<word>{_FEW})(?=[.,;:?!]*+{_END})"
    rf"|(?:(?<=[a-z]{{4}})|(?<=[^\W\d_][.?!])|(?<=[])][.?!]))(?P<raised>{_RAISED})(?![^\W_])"
    # After a stop and a space: only where the next sentence has a first word of its own, or nothing follows.
    rf"|(?:(?<=[^\W\d_]{{3}}\.\s)|(?<=[])]\.\s))(?P<apart>{_SPACED})(?=\s+[A-Z]|\s*\Z))"
)
_LONGEST = 60  # code points looked back for the word before a number
_LONGEST_VALUE = 24  # code points of a value with its unit
_FEWEST_WORDS = 6  # before a last number apart, within `_LONGEST`: "Weight today. 64" is no reference
_NO_WORD = re.compile(r"://|www\.|[@/\\_=]")
_MEASURE = re.compile(rf"\s+(?:{ENGLISH.measures}|{ENGLISH.units})(?![a-z])", re.IGNORECASE)
_DIVIDED = re.compile(r"[/⁄·⋅][^\W\d_]")  # goes on as a unit
_NAMES = re.compile(r"(?:in|ase|mab|ine)$")  # of substances, which are numbered too ("claudin5")
_NUMBERED = SHORT_FORMS - ENGLISH.often_last | ENGLISH.numbering  # "Fig.2", "No.3"
_LABEL = re.compile(rf"(?:{ENGLISH.pointers})s?", re.IGNORECASE)
_VALUE = re.compile(
    rf"\d\S*(?:\s*(?:{ENGLISH.measures}|{ENGLISH.units}|\w{{1,5}}/\w{{1,5}}))?\s*\Z|X[XY]\Z", re.IGNORECASE
)
_STOPS = re.compile(r"[.?!]\s")
_FIRST = re.compile(r"\s*([^\W\d_]*)")


def reference_marks(text: str) -> list[Span]:
    """Return where reference numbers stand in `text`, brackets included, in order; stops before them are left out."""
    return [Span(*m.span(m.lastgroup or 0)) for m in _matches(text)]


def _matches(text: str) -> list[re.Match[str]]:
    return [m for m in _MARK.finditer(text) if _is_mark(m)]


def _is_mark(match: re.Match[str]) -> bool:
    kind, text, start = match.lastgroup, match.string, match.start()
    before = text[max(0, start - _LONGEST) : start]
    if kind == "square":
        return before[-1:] in (".", "?", "!") or not _VALUE.search(before[-_LONGEST_VALUE:])
    token = before.rsplit(None, 1)[-1]
    word = token.lstrip("([{\"'“‘").rstrip(" .?!,;").casefold()
    if _NO_WORD.search(word) or word in (SHORT_FORMS if kind == "apart" else _NUMBERED) or _LABEL.fullmatch(word):
        return False
    if kind == "word":
        listed = not match["word"].isdigit()
        return listed or (token[:1].islower() and not _named(word))
    if _MEASURE.match(text, match.end()):  # "at night.2 tablets"
        return False
    if kind == "raised" and _DIVIDED.match(text, match.end()) and _MEASURE.fullmatch(f" {word}"):  # "mmol²/L²"
        return False
    if kind != "apart":
        return True
    following = _FIRST.match(text, match.end())
    if following is None or not following[1]:
        return len(_STOPS.split(before.rstrip(" .?!"))[-1].split()) >= _FEWEST_WORDS
    return following[1].casefold() in ENGLISH.openers


def _named(word: str) -> bool:
    """Say whether a number may belong to a word: "type2", "claudin5"."""
    return _NAMES.search(word) is not None or word in ENGLISH.numbered
