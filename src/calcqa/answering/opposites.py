"""Words that exclude one another, what is there against what is denied, and tests that show something or nothing.

Does: compare two sentences by these. Does not: say which comparison comes first (`answering/differences.py`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

from calcqa.answering.reasons import other_part, other_side, whole_words
from calcqa.answering.statements import AGREED, SURE, Asked, Differ, Name, Statement, to_the_point
from calcqa.language import english_opposites as data
from calcqa.language.english_alternatives import ALTERNATIVES, ASKING, CHANGED_TO, EXAMINED, OF_PARTS, OF_PERSONS
from calcqa.language.tokens import stems
from calcqa.types import Span

_GROUPS = {name: {m: whole_words(p) for m, p in members.items()} for name, members in ALTERNATIVES.items()}
_ASKING = {name: whole_words(pattern) for name, pattern in ASKING.items()}
_SHOWS, _WHERE, _NOTHING, _NORMALLY, _EXAMINED, _CHANGED_TO = map(
    whole_words, (data.SHOWS, "where", data.NOTHING, "normal", EXAMINED, CHANGED_TO)
)
_CARRIERS = frozenset(stems(data.CARRIERS)) | {f"={name}" for name in data.CARRIERS.split(", ")}
_NOT = "not "  # before a member that is denied
_HALF = 0.5  # of what the question names, that a sentence speaks of
_NORMAL = re.compile(data.NORMAL, re.IGNORECASE)
_NOT_NOTHING = re.compile(rf"(?:{data.NOT_NOTHING})$", re.IGNORECASE)
_DENIES, _DENIED_OBJECT = map(whole_words, ("no|not|never|without", data.DENIED_OBJECT))


def by_alternatives(asked: Asked, one: Statement, other: Statement) -> Differ | None:
    """Compare which of words that exclude one another each sentence has, where the question asks for such words."""
    agreed = None
    if _EXAMINED.search(asked.text):
        return None
    shared = any(a.meets(b) for a in one.names for b in other.names) or to_the_point(asked, one, other)
    for name, members in _GROUPS.items():
        if not _ASKING[name].search(asked.text) or (name in OF_PARTS and other_part(asked, one, other)):
            continue
        a, b = _member(members, one, asked), _member(members, other, asked)
        if a and b and (_denies(a[0], b[0]) or _denies(b[0], a[0])):
            agreed = AGREED  # who has lost nothing may be stable
        elif a and b and a[0] == b[0]:
            final = asked.closed or name in OF_PERSONS or (a[2] and b[2])
            agreed = AGREED if final and not _WHERE.search(asked.text) else agreed
        elif a and b and (name in OF_PERSONS or shared or (a[2] and b[2])):
            return a[1], b[1]
    return agreed


def _member(members: Mapping[str, re.Pattern[str]], s: Statement, asked: Asked) -> tuple[str, str, bool] | None:
    """Return which member of a group a sentence has, in which words, and whether a reader marked them.

    What is denied of two counts as the other, of more as that member behind `_NOT` where there is no other. None where
    it has none, or it is open which.
    """
    present: list[tuple[str, Name]] = []
    absent: list[tuple[str, Name]] = []
    for member, pattern in members.items():
        others = set(members) - {member}
        for match in pattern.finditer(s.text):
            start, end = match.span()
            if _CHANGED_TO.match(s.text, start) and any(n.start >= end and n.terms & asked.terms for n in s.names):
                continue
            without = next((m.end() for m in _DENIED_OBJECT.finditer(s.text, start) if m.start() < end < m.end()), end)
            denied = without > end or (s.denial(start, end) is not None and not _DENIES.match(s.text, start))
            denied = denied and "both" not in members  # a side of what is denied is one
            if denied and len(others) > 1:
                absent.append((_NOT + member, Name(start, without, frozenset())))
            else:
                present.append((min(others) if denied else member, Name(start, without, frozenset())))
    present = present or absent
    place = s.chosen([p for _, p in present]) if len({m for m, _ in present}) < 2 else None
    place = place or s.nearest([p for _, p in present], asked)
    return next(((m, s.claim(p.start, p.end), s.is_marked(p)) for m, p in present if p is place), None)


def _denies(one: str, other: str) -> bool:
    """Say whether one denies a member, and not the one that the other is."""
    return one.startswith(_NOT) and one != _NOT + other


def by_polarity(asked: Asked, one: Statement, other: Statement) -> Differ | None:
    """Compare what one affirms and the other denies: of what is asked about, or of what there was to see."""
    if not (asked.units if asked.closed else _SHOWS.search(asked.text)):
        return None
    if other_part(asked, one, other) or other_side(one, other):
        return None
    pairs = [(a, b) for a in one.names for b in other.names if a.meets(b)]
    pairs = [(a, b) for a, b in pairs if bool(_terms(a, b) & asked.terms) is asked.closed]
    if asked.closed:
        words = one.words_of(asked), other.words_of(asked)
        pairs += [(a, b) for a, b in itertools.product(one.against(asked), words[1]) if a.terms & b.terms]
        pairs += [(a, b) for a, b in itertools.product(words[0], other.against(asked)) if a.terms & b.terms]
        pairs = pairs or [(a, b) for a, b in itertools.product(*words) if a.terms & b.terms]
        if _of_another(asked, one, other) or _of_another(asked, other, one):
            return None
    first = asked.units[0] if asked.units else frozenset()
    for a, b in pairs:
        if a.denied is not b.denied:
            if _NORMAL.match(*((other.text, b.end) if a.denied else (one.text, a.end))):
                return AGREED
            # "Was there a pneumothorax after …": first what is asked about, then what around it.
            if not (a.terms | b.terms) & first and not to_the_point(asked, one, other):
                return None
            return one.claim(a.start, a.end), other.claim(b.start, b.end)
    return AGREED if asked.closed and any((a.terms | b.terms) & first for a, b in pairs) else None


def _terms(one: Name, other: Name) -> frozenset[str]:
    """Return what either name says, and the kinds of both where one says by itself that there is none of a kind."""
    terms = one.terms | other.terms
    return terms if terms.isdisjoint(data.DENYING) else terms | (one.kinds & other.kinds)


def _of_another(asked: Asked, one: Statement, other: Statement) -> bool:
    """Say whether one denies of what is asked about what the other does not name ("no latex allergy")."""
    held = frozenset[str]().union(*(n.terms | n.kinds for n in other.names))
    denied = frozenset[str]().union(*(n.terms for n in one.names if n.denied))
    return len(asked.units) > 1 and any(u & denied and not u & (held | _CARRIERS) for u in asked.units)


def by_normality(asked: Asked, one: Statement, other: Statement) -> Differ | None:
    """Compare a test that shows nothing with the same that shows something."""
    if not (_SHOWS.search(asked.text) or (asked.closed and _NORMALLY.search(asked.text))):
        return None
    if not asked.units or other_part(asked, one, other) or other_side(one, other):
        return None
    shown = [s.marked is not None and _shows_nothing(s, s.marked) for s in (one, other)]
    if shown[0] is shown[1] or min(one.sure, other.sure) < SURE:
        return None
    something, nothing = (one, other) if shown[1] else (other, one)
    if nothing.share(asked) < _HALF:
        return None
    there = [n for n in something.names if something.is_marked(n) and n.is_known and not n.terms & asked.terms]
    whole = Span(0, len(something.text))
    if not there or any(n.denied for n in there) or _shows_nothing(something, whole):
        return None
    return one.answer, other.answer


def _shows_nothing(s: Statement, part: Span) -> bool:
    """Say whether a part of a sentence says that there was nothing to see; not where that is denied ("not normal")."""
    matches = _NOTHING.finditer(s.text, part.start, part.end)
    return any(not _NOT_NOTHING.search(s.text, 0, m.start()) for m in matches)
