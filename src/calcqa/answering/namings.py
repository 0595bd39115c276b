"""Names that answer a question: persons, germs, drugs, whatever the vocabulary knows kinds of, and codes.

Does: compare two sentences by what they name. Does not: say which comparison comes first (`answering/differences.py`).
"""

from __future__ import annotations

import itertools
import re

from calcqa.answering.reasons import other_specimen, whole_words
from calcqa.answering.statements import AGREED, Asked, Differ, Name, Statement
from calcqa.language import english_opposites as data
from calcqa.language import english_values as values
from calcqa.language.tokens import stems
from calcqa.query.answer_types import Wanted

_ROLES = whole_words(data.ROLES)
_NAMED = re.compile(data.NAMES)
_CAPITALS = re.compile(r"(?<=[\w.] )((?:[A-Z][a-z'’-]+ ?\b)+)")
_SPECIES = re.compile(r"\b[A-Z](?:[a-z]{3,}|\.) [a-z]{4,}")
_CODE = re.compile(
    r"(?<![\w-])[cpy]{0,2}(?P<letters>(?:[A-Z]{2,5}-)?[A-Z]{1,5})-?(?P<number>\d{1,3})(?P<letter>[a-d]?)"
    r"(?:(?:\s?[-–/]\s?|\sto\s(?=[A-Z]))[cpy]{0,2}(?P<other>[A-Z]{1,5}(?=-?\d))?-?(?P<to>\d{1,3})[a-d]?)?\b(?![.,]\d)"
)
_SPINE = ("C", "T", "L", "S")  # parts of the spine, of which a range may begin in one and end in another
_MOST = 24  # vertebrae between the ends of a range; what is farther apart is none
_KNOWN, _GERM, _NAMING, _PLURAL = map(whole_words, (data.OF_ONE_KIND, data.GERM, "which|what|where", data.SEVERAL))
_TAKEN, _NOT_TAKEN = whole_words(values.TAKEN), whole_words(values.NOT_TAKEN)
_MEASURE = re.compile(data.MEASURE, re.IGNORECASE)
_PROPER = re.compile(r"(?:the )?[A-Z][\w'’-]+")

_NAMES_SURE = 0.3  # from which what a reader marked is taken for the name that is asked for
_BRIEF = 2  # words that tell one nerve from another


def by_person(asked: Asked, one: Statement, other: Statement) -> Differ | None:
    """Compare persons by their names, or by what they are where both have no name."""
    if asked.wanted is not Wanted.PERSON or min(one.sure, other.sure) < _NAMES_SURE:
        return None
    for persons in (_named, _roles):
        a, b = persons(one), persons(other)
        first, second = one.chosen(a), other.chosen(b)
        if first and second:
            if any(n.terms & m.terms for n in a for m in b):
                return AGREED
            return one.text[first.start : first.end], other.text[second.start : second.end]
        if first or second:
            break
    return None


def _named(s: Statement) -> list[Name]:
    """Return the persons whom a sentence names, by their titles; else the name that a reader marked."""
    matches = list(_NAMED.finditer(s.text))
    if not matches and s.marked:
        matches = list(_CAPITALS.finditer(s.text, s.marked.start, s.marked.end))
    return [Name(m.start(), m.end(), frozenset(m[m.re.groups].lower().split())) for m in matches]


def _roles(s: Statement) -> list[Name]:
    return [Name(*m.span(), frozenset({m.group().lower()})) for m in _ROLES.finditer(s.text)]


def by_species(asked: Asked, one: Statement, other: Statement) -> Differ | None:
    """Compare germs by their names in two words, whose first may be a letter."""
    if asked.closed or not _GERM.search(asked.text) or other_specimen(asked, one, other):
        return None
    species = [[Name(*m.span(), frozenset()) for m in _SPECIES.finditer(s.text)] for s in (one, other)]
    first, second = one.chosen(species[0]), other.chosen(species[1])
    if not (first and second and one.is_marked(first) and other.is_marked(second)):
        return None
    a, b = one.text[first.start : first.end], other.text[second.start : second.end]
    return AGREED if (a[0], a.split()[1]) == (b[0], b.split()[1]) else (a, b)


def by_name(asked: Asked, one: Statement, other: Statement) -> Differ | None:
    """Compare the drugs, germs and other things that a reader marked: of one kind, or as the question asks for one."""
    if (
        asked.closed
        or asked.wanted not in (None, Wanted.REASON)
        or not _NAMING.search(asked.text)
        or _PLURAL.search(asked.text)
    ):
        return None
    if other_specimen(asked, one, other):
        return None
    if _MEASURE.search(asked.text) and any(s.is_marked(q) for s in (one, other) for q in s.quantities):
        return None
    named = [[n for n in s.names if not n.denied and not n.terms & asked.terms] for s in (one, other)]
    taken = _TAKEN.search(asked.text)
    named = [
        [n for n in own if not s.measures(n) and n.may_be(asked.kind) and not (taken and _only_named(s, n))]
        for own, s in zip(named, (one, other), strict=True)
    ]
    marked = [[n for n in own if s.is_marked(n)] for own, s in zip(named, (one, other), strict=True)]
    if any(a.terms & b.terms for i in (0, 1) for a in marked[i] for b in named[1 - i]):
        return AGREED
    if any(a.meets(b) for a in marked[0] for b in marked[1]):
        return AGREED
    if min(one.sure, other.sure) < _NAMES_SURE:
        return None
    pairs = list(itertools.product(*marked))
    # Where the reader marked something else, what is of one kind with what it marked in the other sentence.
    of_kind = [*pairs, *itertools.product(marked[0], named[1]), *itertools.product(named[0], marked[1])]
    chosen = [(a, b) for a, b in of_kind if a.kinds & b.kinds]
    if _KNOWN.search(asked.text):
        chosen += [(a, b) for a, b in pairs if a.is_known and b.is_known]
    for a, b in chosen:
        return one.text[a.start : a.end], other.text[b.start : b.end]
    answers = [frozenset(stems(s.answer)) for s in (one, other)]
    shared, brief = answers[0] & answers[1], all(0 < len(words - asked.terms) <= _BRIEF for words in answers)
    if shared and shared <= asked.terms and brief:  # "the median nerve", "the ulnar nerve"
        return one.answer, other.answer
    if all(_PROPER.match(s.answer) and s.marked and s.marked.start for s in (one, other)) and not shared:
        return one.answer, other.answer
    return None


def _only_named(s: Statement, name: Name) -> bool:
    """Say whether a sentence names a drug that it does not say was taken: "amoxicillin: resistant"."""
    return _NOT_TAKEN.search(s.text, *s.clause(name)) is not None


def by_code(asked: Asked, one: Statement, other: Statement) -> Differ | None:
    """Compare names of letters and a number, as of vertebrae and genes: "L1", "BRCA2"."""
    if asked.closed or asked.wanted or not _NAMING.search(asked.text):
        return None
    codes = [[Name(*m.span(), _codes(m)) for m in _CODE.finditer(s.text)] for s in (one, other)]
    first, second = (next((c for c in own if s.is_marked(c)), None) for own, s in zip(codes, (one, other), strict=True))
    if first is None or second is None:
        return None
    if any(a.terms & b.terms for a in codes[0] for b in codes[1]):
        return AGREED
    return one.text[first.start : first.end], other.text[second.start : second.end]


def _codes(match: re.Match[str]) -> frozenset[str]:
    """Return the codes that a match names, each in one way of writing: both ends of a range, and what lies between."""
    letters, number = match["letters"], int(match["number"])
    last = match["other"] or letters
    codes = {f"{name}{number}{match['letter']}" for name in (letters.replace("-", ""), letters.split("-")[-1])}
    if match["to"]:
        to = int(match["to"])
        codes |= {f"{last}{to}"}
        if letters == last and number < to <= number + _MOST:
            codes |= {f"{letters}{n}" for n in range(number, to)}
        elif letters != last and {letters, last} <= set(_SPINE):
            codes |= {f"{letters}{n}" for n in range(number, _MOST)} | {f"{last}{n}" for n in range(1, to)}
    return frozenset(codes)
