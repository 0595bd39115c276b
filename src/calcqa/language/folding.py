"""Folds what eyes read alike: ligatures, small figures, spaces, dashes, accents, words broken at a line's end.

Does: make one text of the ways a text can be written, and know where each of its characters stood. It serves searching
and matching only: what is shown and quoted stays as it was written. Does not: fold case, or letters that look alike but
are others (Greek and Cyrillic).

A raised figure behind a figure is a power and stays apart ('10⁹' is '10^9', never '109'); elsewhere it is the figure
('m²' is 'm2').
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from calcqa.language.characters import is_hidden
from calcqa.language.english import ENGLISH
from calcqa.types import Span

_RAISED = {c: unicodedata.normalize("NFKC", c).replace("\u2212", "-") for c in "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"}
_SIGNS = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
    **{
        "ß": "ss",
        "ẞ": "SS",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "ł": "l",
    },
    **{"Ł": "L", "ı": "i", "⁄": "/", "∕": "/", "∙": "·", "⋅": "·", "∼": "~", "×": "x", "…": "...", "º": "°", "˚": "°"},
}
_BROKEN = re.compile(rf"(?<=[^\W\d_A-Z])- (?!(?:{ENGLISH.joins_halves})\b)(?=[a-zà-ÿ])")  # 'hyper- tension'


_HYPHEN = re.compile(r"(?<=[^\W\d_])- ?(?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and for each of its characters where the one it comes from stood: `[starts[i], ends[i])`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Return where `text[start:end]` stood."""
        return Span(self.starts[start], self.ends[end - 1])


def fold(text: str) -> str:
    """Return `text` folded, on one line, with no space at its ends; idempotent."""
    if text.isascii():
        return _joined(" ".join(text.split()))
    return folded(text).text


def plain_letters(text: str) -> str:
    """Return `text` with ligatures and small figures as plain ones, all else as it is: the form that is encoded."""
    if text.isascii():
        return text
    pieces: list[str] = []
    for place, character in enumerate(text):
        is_other_form = not character.isspace() and unicodedata.decomposition(character).startswith("<")
        pieces.append(_folded(character, pieces, text[place - 1] if place else "") if is_other_form else character)
    return "".join(pieces)


def folded(text: str) -> Folded:
    """Return `text` folded as by `fold`, with the places of its characters; in time in proportion to the text."""
    pieces: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        piece = _folded(character, pieces, text[place - 1] if place else "")
        if piece == " " and (not pieces or pieces[-1][-1] == " "):
            continue
        if piece:
            pieces.append(piece)
            places.append(place)
    if pieces and pieces[-1] == " ":
        pieces.pop()
        places.pop()
    starts = tuple(place for place, piece in zip(places, pieces, strict=True) for _ in piece)
    return _without(_BROKEN, Folded("".join(pieces), starts, tuple(_ends(text, starts))))


def without_hyphens(text: Folded) -> Folded:
    """Return a folded text without the hyphens between letters, any of which the end of a line may have made."""
    return _without(_HYPHEN, text)


def _without(pattern: re.Pattern[str], text: Folded) -> Folded:
    kept, at = list[tuple[int, int]](), 0
    for match in pattern.finditer(text.text):
        kept.append((at, match.start()))
        at = match.end()
    kept.append((at, len(text.text)))
    places = [i for low, high in kept for i in range(low, high)]
    starts, ends = tuple(text.starts[i] for i in places), tuple(text.ends[i] for i in places)
    return Folded("".join(text.text[i] for i in places), starts, ends)


def _ends(text: str, starts: tuple[int, ...]) -> list[int]:
    """Return where the characters at `starts` end, the marks that they bear included."""
    ends = []
    for start in starts:
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        ends.append(end)
    return ends


def _folded(character: str, before: list[str], previous: str) -> str:
    """Return what one character is read as; `before` are those before it, folded, and `previous` is the last as is."""
    if character.isascii():
        return " " if character.isspace() else character
    if character.isspace():
        return " "
    if raised := _RAISED.get(character):
        return "^" + raised if previous.isascii() and previous.isdigit() else raised  # not behind a small figure
    if sign := _SIGNS.get(character):
        return sign
    if is_hidden(character):
        return ""
    if unicodedata.combining(character):  # of a letter an accent; of a sign, as in ≠, another sign
        return "" if not before or before[-1][-1:].isalnum() else character
    plain = unicodedata.normalize("NFKD", character)
    if not plain[0].isalnum() and any(unicodedata.combining(c) for c in plain[1:]):
        return character
    apart = " " if "⁄" in plain and before and before[-1][-1].isdigit() else ""  # 1½ is not 11/2
    return apart + "".join(_SIGNS.get(c, c) for c in plain if not unicodedata.combining(c))


def _joined(line: str) -> str:
    return _BROKEN.sub("", line)
