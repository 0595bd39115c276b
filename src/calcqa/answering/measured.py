"""Whether a value is one of the very thing that is asked for, and not of what merely stands near it.

Does: tell by the words around the value, its clause, and what its sentence hangs on. Does not: compare values
(`answering/differences.py`).
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from calcqa.answering.statements import Asked, Name, Statement
from calcqa.language import english_quantities
from calcqa.language import english_values as data
from calcqa.language.clinical import MARK, vocabulary
from calcqa.language.quantities import Quantity
from calcqa.language.tokens import stem, stems
from calcqa.language.tokens import words as words_of

LABELLED = re.compile(english_quantities.LABELLED, re.IGNORECASE)
"""What a number names rather than counts."""
_UNITS = frozenset(english_quantities.UNIT_NAMES)
_RUN = re.compile(rf" ?-?((?:(?!(?:{data.ENDS_RUN})\b)[\w'’-]+ ?){{1,4}})", re.IGNORECASE)
_SUBJECT = re.compile(rf":? (?:(?:{data.MEASURING}) )*", re.IGNORECASE)
_OF = re.compile(r"(\w+) (?:of|measuring) (?:about )?$", re.IGNORECASE)
_WITHIN = re.compile(rf"\b(?:{data.WITHIN})\s+(?:[\w'’-]+\s+){{0,3}}$", re.IGNORECASE)
_NO_NOUN = re.compile(r"\w+(?:ed|ing|ly)$", re.IGNORECASE)
_SURE = 0.5  # probability that it answers, from which a value may stand without the name of what it measures


def is_measured(asked: Asked, s: Statement, value: Quantity) -> bool:
    """Say whether a value of a sentence may be one of what is asked for: its name stands by, and no other does."""
    thing = _measured(asked)
    if thing is None or (LABELLED.fullmatch(value.kind) and asked.terms & _stems(s, value.start, value.end)):
        return True
    run, of = _RUN.match(s.text, value.end), _OF.search(s.text, 0, value.start)
    start, end = s.clause(value)
    clause = [n for n in s.names if start <= n.start < end]
    others = [n for n in clause if _is_thing(s, n)]
    behind = [n for n in others if run and run.start() <= n.start < run.end()]
    if behind:
        return any(thing.meets(s, n) for n in behind)
    before = max((n for n in others if n.end <= value.start), key=lambda n: n.end, default=None)
    if before and _SUBJECT.fullmatch(s.text, before.end, value.start) and not _WITHIN.search(s.text, 0, before.start):
        return thing.meets(s, before)
    if any(thing.meets(s, n) for n in clause) or thing.stems & _stems(s, start, end):
        return True
    if any(not _WITHIN.search(s.text, 0, n.start) for n in others):
        return False
    if of and value.kind == "length" and not frozenset(stems(of[1])) <= _attributes():
        return False
    return s.sure >= _SURE or bool(thing.stems & frozenset(stems(f"{s.before} {s.below}")))


@dataclass(frozen=True)
class _Thing:
    """What is measured: what would meet it, the kinds it is of, its stems, that of its last word ("the nodule")."""

    terms: frozenset[str]
    above: frozenset[str]
    stems: frozenset[str]
    last: str

    def meets(self, s: Statement, name: Name) -> bool:
        """Say whether a sentence names it."""
        by_words = self.stems & _stems(s, name.start, name.end)
        by_concept = (name.terms | name.kinds) & self.terms or name.terms & self.above
        return bool(by_concept or by_words or self.last in name.terms)


def _measured(asked: Asked) -> _Thing | None:
    """Return what is measured: what a question names first, and not only as what is measured of it."""
    for words, unit in vocabulary().named(asked.text):
        terms = frozenset(unit)
        if not terms & _attributes():
            above = (vocabulary().above(t) for t in terms if t.startswith(MARK))
            own = frozenset(t for t in terms if not t.startswith(MARK))
            return _Thing(terms, frozenset[str]().union(*above), own, stem(words_of(words)[-1]))
    return None


def _is_thing(s: Statement, name: Name) -> bool:
    """Say whether it names a thing that may have a value, and not only what is measured of one."""
    is_noun = not _NO_NOUN.fullmatch(s.text, name.start, name.end)
    is_noun = is_noun and s.text[name.start : name.end].lower() not in _UNITS
    return name.is_known and is_noun and not name.terms & _attributes() and not s.measures(name)


def _stems(s: Statement, start: int, end: int) -> frozenset[str]:
    return frozenset(stems(s.text[start:end]))


@functools.cache
def _attributes() -> frozenset[str]:
    return frozenset(t for unit in vocabulary().units(data.ATTRIBUTES) for t in unit)
