"""Whether two sentences that answer one question answer it alike, and in which words they differ.

Compared is what is asked for: quantities, dates, persons, a side or another of words that exclude one another, what is
there against what is denied, drugs and germs and whatever else the vocabulary knows kinds of. What differs for a reason
(another time, another person, another side) is no difference.

Does: compare two sentences. Does not: choose them (`answering/disagreement.py`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping

from calcqa.answering.reasons import is_timed, other_person, other_side, other_time, whole_words
from calcqa.answering.statements import Asked, Name, Statement
from calcqa.language import english_opposites as data
from calcqa.language.quantities import Quantity, quantities
from calcqa.language.tokens import stems
from calcqa.query.answer_types import Wanted, several

Differ = tuple[str, str]
"""The words of the one sentence and of the other that differ."""

AGREED: Differ = ("", "")
"""What comparing returns where both say the same."""

_GROUPS = {name: {m: whole_words(p) for m, p in members.items()} for name, members in data.ALTERNATIVES.items()}
_ASKING = {name: whole_words(pattern) for name, pattern in data.ASKING.items()}
_ROLES = whole_words(data.ROLES)
_NORMAL = re.compile(data.NORMAL, re.IGNORECASE)
_NAMED = re.compile(data.NAMES)
_CAPITALS = re.compile(r"(?<=\w )((?:[A-Z][a-z'’-]+ ?\b)+)")
_SPECIES = re.compile(r"\b[A-Z](?:[a-z]{3,}|\.) [a-z]{4,}")
_SHOWS, _KNOWN, _GERM, _AGE = map(whole_words, (data.SHOWS, data.OF_ONE_KIND, data.GERM, "old|age"))
_NAMING, _WHERE = whole_words("which|what|where"), whole_words("where")
_MEASURE, _WHEN = (re.compile(pattern, re.IGNORECASE) for pattern in (data.MEASURE, data.WHEN))
_PROPER = re.compile(r"(?:the )?[A-Z][\w'’-]+")
_PLURAL = whole_words(data.SEVERAL)

_SURE = 0.4  # probability that it answers, from which a sentence need not name what is asked about
_NAMES_SURE = 0.25  # from which what a reader marked is taken for the name that is asked for
_SHARE = 0.5  # of what the question names, that a sentence speaks of which is not as sure
_BRIEF = 2  # words that tell one nerve from another
_BIRTHDAY = 8_800.0  # hours between two ages of one patient


def difference(question: str, one: Statement, other: Statement) -> Differ | None:
    """Return the words in which two sentences answer a question differently.

    `AGREED` where they answer it alike; None where they cannot be compared, differ for a reason, or are asked for more
    than one thing.
    """
    asked = Asked(question)
    if not several(question) and not other_person(asked, one, other):
        for compare in _COMPARISONS:
            if (result := compare(asked, one, other)) is not None:
                return result
    return None


def contradiction(question: str, one: Statement, other: Statement) -> Differ | None:
    """Return the same of two sentences of one document, where much is said of what only looks alike.

    Both must speak of all that the question names, be sure to answer, and name no time.
    """
    asked = Asked(question)
    for s in (one, other):
        if s.sure < _SURE or is_timed(s) or not asked.units or s.share(asked) < 1.0:
            return None
    words = difference(question, one, other)
    counts = words is not None and all(q.kind == "" for w in words for q in quantities(w)) and quantities(words[0])
    return None if words == AGREED or counts else words  # two of them may be among the three


def _to_the_point(asked: Asked, *statements: Statement) -> bool:
    """Say whether each sentence speaks of what is asked, or is sure to answer."""
    return all(s.sure >= _SURE or s.share(asked) >= _SHARE for s in statements)


# --- comparisons ------------------------------------------------------------------------------------------------------


def _by_date(asked: Asked, one: Statement, other: Statement) -> Differ | None:
    if asked.wanted is not Wanted.TIME and not _WHEN.search(asked.text):
        return None
    a, b = one.chosen(one.moments), other.chosen(other.moments)
    same = a.same(b) if a and b else None
    if a is None or b is None or same is None:
        return None
    if same:
        return AGREED
    return (one.text[a.start : a.end], other.text[b.start : b.end]) if _to_the_point(asked, one, other) else None


def _by_quantity(asked: Asked, one: Statement, other: Statement) -> Differ | None:
    if asked.closed or (asked.wanted and asked.wanted not in (Wanted.NUMBER, Wanted.DOSE, Wanted.TIME)):
        return None
    a, b = _of_one_kind(asked, one, other)
    if a is None or b is None or other_side(one, other):
        return None
    both_marked = one.is_marked(a) and other.is_marked(b)
    if not both_marked and not (a.kind and (asked.wanted or _MEASURE.search(asked.text))):
        return None
    if any(a.same(q) for q in other.quantities) or any(b.same(q) for q in one.quantities):
        return AGREED
    if a.kind == "time" and _AGE.search(asked.text) and abs(a.low - b.low) < _BIRTHDAY < a.low / 9:
        return AGREED
    if (asked.wanted is not Wanted.TIME and other_time(asked, one, other)) or not _to_the_point(asked, one, other):
        return None
    return one.text[a.start : a.end], other.text[b.start : b.end]


def _of_one_kind(asked: Asked, one: Statement, other: Statement) -> tuple[Quantity | None, Quantity | None]:
    """Return of each sentence the quantity that is asked for, where both measure the same kind of thing."""
    a, b = (s.nearest([q for q in s.quantities if q.kind] or s.quantities, asked) for s in (one, other))
    a, b = (s.nearest(s.quantities, asked) if s.marked else q for s, q in ((one, a), (other, b)))
    if a and b and a.kind != b.kind:
        of_a = other.nearest([q for q in other.quantities if q.kind == a.kind], asked)
        of_b = one.nearest([q for q in one.quantities if q.kind == b.kind], asked)
        a, b = (a, of_a) if of_a else (of_b, b)
    return a, b


def _by_person(asked: Asked, one: Statement, other: Statement) -> Differ | None:
    """Compare persons by their names, or by what they are where both have no name."""
    if asked.wanted is not Wanted.PERSON:
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


def _by_alternatives(asked: Asked, one: Statement, other: Statement) -> Differ | None:
    """Compare which of words that exclude one another each sentence has, where the question asks for such words."""
    agreed = None
    shared = any(a.meets(b) for a in one.names for b in other.names) or _to_the_point(asked, one, other)
    for name, members in _GROUPS.items():
        if not _ASKING[name].search(asked.text):
            continue
        a, b = _member(members, one, asked), _member(members, other, asked)
        if a and b and a[0] == b[0]:
            final = asked.closed or name in data.OF_PERSONS or (a[2] and b[2])
            agreed = AGREED if final and not _WHERE.search(asked.text) else agreed
        elif a and b and (name in data.OF_PERSONS or shared or (a[2] and b[2])):
            return a[1], b[1]
    return agreed


def _member(members: Mapping[str, re.Pattern[str]], s: Statement, asked: Asked) -> tuple[str, str, bool] | None:
    """Return which member of a group a sentence has, in which words, and whether a reader marked them.

    What is denied of two counts as the other. None where it has none, or it is open which.
    """
    present: list[tuple[str, Name]] = []
    for member, pattern in members.items():
        others = set(members) - {member}
        for match in pattern.finditer(s.text):
            denied = "both" not in members and s.denial(*match.span()) is not None  # a side of what is denied is one
            if not denied or len(others) == 1:
                present.append((others.pop() if denied else member, Name(*match.span(), frozenset())))
                others = set(members) - {member}
    place = s.chosen([p for _, p in present]) if len({m for m, _ in present}) < 2 else None
    place = place or s.nearest([p for _, p in present], asked)
    return next(((m, s.claim(p.start, p.end), s.is_marked(p)) for m, p in present if p is place), None)


def _by_polarity(asked: Asked, one: Statement, other: Statement) -> Differ | None:
    """Compare what one affirms and the other denies: of what is asked about, or of what there was to see."""
    if not asked.units or (not asked.closed and not _SHOWS.search(asked.text)):
        return None
    pairs = [(a, b) for a in one.names for b in other.names if a.meets(b)]
    pairs = [(a, b) for a, b in pairs if bool((a.terms | b.terms) & asked.terms) is asked.closed]
    if asked.closed:
        words = one.words_of(asked), other.words_of(asked)
        pairs += [(a, b) for a, b in itertools.product(one.against(asked), words[1]) if a.terms & b.terms]
        pairs += [(a, b) for a, b in itertools.product(words[0], other.against(asked)) if a.terms & b.terms]
        pairs = pairs or [(a, b) for a, b in itertools.product(*words) if a.terms & b.terms]
    for a, b in pairs:
        if a.denied is not b.denied:
            if _NORMAL.match(*((other.text, b.end) if a.denied else (one.text, a.end))):
                return AGREED
            # "Was there a pneumothorax after …": first what is asked about, then what around it.
            if not (a.terms | b.terms) & asked.units[0] and not _to_the_point(asked, one, other):
                return None
            return one.claim(a.start, a.end), other.claim(b.start, b.end)
    first = any((a.terms | b.terms) & asked.units[0] for a, b in pairs)
    return AGREED if first and asked.closed else None


def _by_species(asked: Asked, one: Statement, other: Statement) -> Differ | None:
    """Compare germs by their names in two words, whose first may be a letter."""
    if asked.closed or not _GERM.search(asked.text):
        return None
    species = [[Name(*m.span(), frozenset()) for m in _SPECIES.finditer(s.text)] for s in (one, other)]
    first, second = one.chosen(species[0]), other.chosen(species[1])
    if not (first and second and one.is_marked(first) and other.is_marked(second)):
        return None
    a, b = one.text[first.start : first.end], other.text[second.start : second.end]
    return AGREED if (a[0], a.split()[1]) == (b[0], b.split()[1]) else (a, b)


def _by_name(asked: Asked, one: Statement, other: Statement) -> Differ | None:
    """Compare the drugs, germs and other things that a reader marked: of one kind, or as the question asks for one."""
    if asked.closed or asked.wanted or not _NAMING.search(asked.text) or _PLURAL.search(asked.text):
        return None
    if _MEASURE.search(asked.text) and any(s.is_marked(q) for s in (one, other) for q in s.quantities):
        return None
    named = [[n for n in s.names if not n.denied and not n.terms & asked.terms] for s in (one, other)]
    named = [[n for n in own if not s.measures(n)] for own, s in zip(named, (one, other), strict=True)]
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


_COMPARISONS: tuple[Callable[[Asked, Statement, Statement], Differ | None], ...] = (
    _by_date,
    _by_quantity,
    _by_person,
    _by_alternatives,
    _by_polarity,
    _by_species,
    _by_name,
)
