"""Abbreviations: those in common use, those a document defines, and questions with them spelt out."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping

from rapidfuzz.distance import OSA

from calcqa.language.english import ENGLISH
from calcqa.language.tokens import STOPWORDS, stems, words
from calcqa.parameters import DEFAULTS, Weights

ABBREVIATIONS = ENGLISH.abbreviations

_SHORT = re.compile(r"\(([A-Z][A-Za-z0-9-]{1,9})\)")

_LONG = re.compile(r"(?<![\w'’-])(?:\w[\w-]* )+\Z")

_TOKEN = re.compile(r"[\w/]+(?:-[\w/]+)*")

_NUMERAL = re.compile(r"\d+|[ivxlc]+", re.IGNORECASE)

_COUNTED = re.compile(ENGLISH.counted, re.IGNORECASE)

_NEAR_BEFORE = 100  # characters in which to look for what a numeral counts

_BEFORE_NUMBER = re.compile(r" ?\d*-\d")


def _definitions(text: str) -> Iterator[tuple[str, str]]:
    """Yield each short form that a text defines, with its long form."""
    for match in _SHORT.finditer(text):
        short = match.group(1)
        before = _LONG.search(text, max(0, match.start() - 25 * len(short)), match.start())
        tail = before.group().split()[-len(short) :] if before else []
        if len(tail) == len(short) and [w[0].lower() for w in tail] == list(short.lower()):
            yield short, " ".join(tail)


def defined_abbreviations(texts: Iterable[str], weights: Weights = DEFAULTS) -> dict[str, str]:
    """Return the abbreviations that texts define, as they write them: "long form (LF)" -> {"LF": "long form"}.

    The initials of the words before the bracket must give the abbreviation (the core of Schwartz & Hearst 2003). One
    that is defined in two ways stands for "", nothing: the long form would be a guess.
    """
    return agreed(itertools.chain.from_iterable(map(_definitions, texts)), weights)


def agreed(definitions: Iterable[tuple[str, str]], weights: Weights = DEFAULTS) -> dict[str, str]:
    """Return what each short form stands for by all of its definitions; "" where they disagree, or one is ""."""
    defined: dict[str, str] = {}
    for short, long in definitions:
        known = defined.setdefault(short, long)
        alike = OSA.normalized_similarity(" ".join(stems(known)), " ".join(stems(long)))
        if known != long and alike < weights.long_forms_alike:
            defined[short] = ""
    return defined


def all_abbreviations(defined: Mapping[str, str], known: Container[str]) -> dict[str, str]:
    """Return the usual abbreviations and those `defined` in documents, which win, as `spell_out` takes them.

    One that is also a word, common or of those `known`, counts only as it is written: "jdm" is JDM, while "who" is not
    WHO, nor "or" an odds ratio. So do two that differ in case alone.
    """
    low = Counter(short.lower() for short in defined)
    usual = {short: long for short, long in ABBREVIATIONS.items() if short not in low}
    for short, long in defined.items():
        lower = short.lower()
        word = lower not in ABBREVIATIONS and (lower in STOPWORDS or lower in known)
        if long:
            usual[short if word or low[lower] > 1 else lower] = long
    return usual


def spell_out(question: str, abbreviations: Mapping[str, str]) -> str:
    """Return `question` with every known abbreviation replaced by what it stands for, unless it has those words itself.

    A lower-case key of `abbreviations` stands for every way to write it, any other for itself alone. Numerals are no
    abbreviations (stages III and IV, II-IV), nor is what numbers joined by a hyphen belong to (CA 19-9); but MTX 15 mg.
    """
    asked = f" {' '.join(words(question))} "

    def long(token: str) -> str:
        meaning = abbreviations.get(token) or abbreviations.get(token.lower(), "")
        return "" if f" {' '.join(words(meaning))} " in asked else meaning

    def replaced(match: re.Match[str]) -> str:
        token, parts = match.group(), match.group().split("-")
        near = max(0, match.start() - _NEAR_BEFORE)
        numeral = _NUMERAL.fullmatch(token) and _COUNTED.search(question, near, match.start())
        if numeral or _BEFORE_NUMBER.match(question, match.end()):
            return token
        if any(_NUMERAL.fullmatch(part) for part in parts[1:]):
            return long(token) or token
        return long(token) or "-".join(long(part) or part for part in parts)

    return _TOKEN.sub(replaced, question)
