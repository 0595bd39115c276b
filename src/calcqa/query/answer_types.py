"""What kind of thing a question wants, and whether a text holds one: a number, a dose, a time, a person, a reason.

Does: reads the question's own wording (after the coarse classes of Li & Roth 2002, as far as reports need them), looks
for anything of the kind, and tells questions for yes or no, or for several things, from others. Does not: find answers;
a text that holds a number need not hold the number asked for, but one that holds none cannot say how many.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Wanted(StrEnum):
    """The kinds of thing a question can want that a text can be seen not to hold."""

    NUMBER = "number"
    DOSE = "dose"
    TIME = "time"
    PERSON = "person"
    REASON = "reason"


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(parts)})\b", re.IGNORECASE)


UNIT = r"(?:mg|g|kg|mcg|µg|ml|l|IU|units?|mmol|mol|mm|cm|%|percent|tablets?|drops?)"
NUMBERS = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|hundreds?|thousands?|dozens?|once|twice|half|third|quarter"
)
PERIODS = (
    r"seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|daily|weekly|monthly|yearly|annually|childhood|"
    r"infancy|birth|adolescence|january|february|march|april|june|july|august|september|october|november|december"
)

# A question begins with what it wants, after a preposition or "and" at most: "what happened when" wants no time. Tried
# in this order: "how many mg" wants a dose, "how many years" a time, "how many nodules" a number.
_FIRST = r"^\W*(?:(?:and|but|so|since|until|for|from|at|in|on|by|to|with|of|about)\s+)*"


def _asks(*parts: str) -> re.Pattern[str]:
    return re.compile(rf"{_FIRST}(?:{'|'.join(parts)})\b", re.IGNORECASE)


_ASKING: tuple[tuple[Wanted, re.Pattern[str]], ...] = (
    (
        Wanted.DOSE,
        _asks(r"(?:what|which)(?: \w+){0,2} (?:dos(?:e|es|age|ages)|strength)", "how many (?:mg|milligrams?|tablets?)"),
    ),
    (
        Wanted.TIME,
        _asks("when", rf"how many (?:{PERIODS})", "how (?:long|often|old|frequently)",
              "(?:what|which) (?:year|age|date|month|day)"),
    ),
    (
        Wanted.NUMBER,
        _asks("how many", "how much", "how (?:big|large|wide|high|tall|heavy|far|small|deep|common|rare|frequent)",
              "what (?:percentage|proportion|share|number|fraction|size|rate)"),
    ),
    (Wanted.PERSON, _asks("who", "whom", "whose", "which (?:doctor|author|person|physician|surgeon)s?")),
    (Wanted.REASON, _asks("why", "what reason", "what (?:is|was) the reason", "how come")),
)  # fmt: skip

_HOLDING: dict[Wanted, re.Pattern[str]] = {
    Wanted.NUMBER: re.compile(
        rf"\d|\b(?:{NUMBERS}|many|most|mostly|all|none|few|several|single|both|rare|rarely|common|commonly"
        r"|small|large|majority|\w+fold)\b",
        re.IGNORECASE,
    ),
    Wanted.DOSE: re.compile(rf"\d[.,–-]*+\s?{UNIT}(?![a-z])", re.IGNORECASE),
    Wanted.TIME: re.compile(
        rf"\d|\b(?:{PERIODS}|{NUMBERS}|before|after|during|ago|since|later|recent\w*|early|age|often|always)\b",
        re.IGNORECASE,
    ),
    # A name looks like one inside a sentence; people also go by what they are.
    Wanted.PERSON: re.compile(
        r"(?<=\s)[A-Z][a-z]+|\b(?:[Pp]atients?|[Gg]irls?|[Bb]oys?|[Cc]hild(?:ren)?|[Ww]om[ae]n|[Mm][ae]n|[Aa]uthors?"
        r"|[Pp]eople|[Ss]he|[Hh]e|[Tt]hey|[Mm]others?|[Ff]athers?|[Aa]dults?|[Pp]hysicians?|[Ss]urgeons?|[Dd]octors?)\b"
    ),
    Wanted.REASON: _any("because", "due", "since", "as", "so", "to", "caused?", "causes", "owing", "thus", "therefore",
                        "results?", "leads?", "reasons?", "for", "by", "from"),
}  # fmt: skip

_ASKED = _any("who", "whom", "whose", "what", "which", "when", "where", "why", "how")
_JOINED = _any("and", "or")
_MANNERS = re.compile(
    r"^\W*(?:please\s+)?(?:(?:can|could|would|will) you (?:please )?(?:tell me|say|show me)|do you know)\b",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"^\W*(?:(?:and|but|so|or)\s+)?(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|"
    r"might|must)(?:n['’]t)?\b",
    re.IGNORECASE,
)
_NEGATION = _any("no", "not", "never", "none", "neither", "nor", "without", r"\w+n['’]t", "cannot", "absent",
                 r"lack\w*", "except", "excluding", "unable", "den(?:y|ied|ies)", "negative", "unlike")  # fmt: skip


def wanted(question: str) -> Wanted | None:
    """Return the kind of thing `question` wants; None where it wants none of those that can be looked for."""
    return next((kind for kind, asking in _ASKING if asking.search(question)), None)


def lacks(question: str, text: str) -> bool:
    """Say whether `text` holds nothing of the kind that `question` wants."""
    kind = wanted(question)
    return kind is not None and not _HOLDING[kind].search(text)


def closed(question: str) -> bool:
    """Say whether `question` wants yes or no, or one of what it names: it begins with its verb, manners aside."""
    return bool(_CLOSED.search(_MANNERS.sub("", question)))


def several(question: str) -> bool:
    """Say whether `question` asks for more than one thing at once, as "when and where" does."""
    asked = [m.start() for m in _ASKED.finditer(question)]
    return len(asked) > 1 and _JOINED.search(question, asked[0], asked[-1]) is not None


def negated(text: str) -> bool:
    """Say whether `text` denies something."""
    return bool(_NEGATION.search(text))
