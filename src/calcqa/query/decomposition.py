"""Splits a question with parts: "How big is it, and where does it sit?" asks two things.

It is cut where one question ends and another begins, by punctuation and by "and" before a question word with its verb.
What only lists things ("the dose and the route") is not cut. The second part may need the first to be understood, as a
follow-up does (`query/rewriting.py`).
"""

from __future__ import annotations

import re

from calcqa.language.english import ENGLISH
from calcqa.language.english_parts import ANY_WORD, INVERTED
from calcqa.parameters import DEFAULTS, Weights

_NEXT = re.compile(ENGLISH.part, re.IGNORECASE)
_BEGINS = re.compile(rf"{ENGLISH.part_opening}(?:{ANY_WORD}\b|{ENGLISH.verb_or_question_word})", re.IGNORECASE)
_INVERTED = re.compile(INVERTED, re.IGNORECASE)
_COMMA = re.compile(rf",\s+(?={INVERTED})", re.IGNORECASE)
_END = re.compile(r"(?<=\?)\s+(?=\S)")


def parts(question: str, weights: Weights = DEFAULTS) -> tuple[str, ...]:
    """Return the questions that `question` consists of, in order, each with a question mark; itself if it is one."""
    sentences = _END.split(question.strip())
    if not all(_BEGINS.match(s) for s in sentences):  # a statement belongs to the question beside it
        return (question,)
    asked = [" ".join(p.split()).rstrip(" ?.!,;") for s in sentences for p in _cut(s)]
    if not 1 < len(asked) <= weights.most_parts or any(len(p.split()) < weights.part_words for p in asked):
        return (question,)
    return tuple(f"{p[0].upper()}{p[1:]}?" for p in asked)


def _cut(sentence: str) -> list[str]:
    """Return what stands between its conjunctions; where it begins as a question does, between its commas too.

    "When he was seen, what was his pulse" begins as no question.
    """
    pieces = _NEXT.split(sentence)
    return [p for piece in pieces for p in _COMMA.split(piece)] if _INVERTED.match(sentence) else pieces
