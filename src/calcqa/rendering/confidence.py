"""A word for an answer's confidence, and what the word was worth where it could be checked.

The counts are those of the development half of the report's question set (`calcqa eval --split dev` prints them), which
the weights were fitted on: they are kind. Does not: change a confidence.
"""

from __future__ import annotations

from calcqa import messages

_HIGH, _FAIR = 0.95, 0.85
WORDS = ("high", "fair", "low")
HELD = {"high": ((160, 162), (48, 50)), "fair": ((11, 12), (51, 59)), "low": ((2, 3), (26, 43))}
"""Of how many answers with each word all facts asked for were held: with questions asked ahead, and without."""


def word(confidence: float) -> str:
    """Return "high", "fair" or "low" for the confidence (0..1) of an answer."""
    return "high" if confidence >= _HIGH else "fair" if confidence >= _FAIR else "low"


def shown(confidence: float, *, asked_ahead: bool) -> tuple[str, str]:
    """Return the word as people read it, and the sentence that says what it means for documents of this kind."""
    kind = word(confidence)
    said, meaning = messages.CONFIDENCE[kind]
    held, answers = HELD[kind][0 if asked_ahead else 1]
    where = messages.ASKED_AHEAD if asked_ahead else messages.NOT_ASKED_AHEAD
    measured = messages.MEASURED.format(held=held, answers=answers, kind=where)
    return said, meaning.format(measured=measured)
