"""Why two sentences may answer one question differently and not disagree: other persons, times, sides or parts.

Does: tell these by the words of the question and of both sentences. Does not: know what their documents are about
(`answering/disagreement.py`).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from calcqa.answering.statements import Asked, Statement
from calcqa.language import english_reasons as data
from calcqa.language import english_values as values
from calcqa.language.dates import Moment, moments
from calcqa.language.english_alternatives import ALTERNATIVES
from calcqa.language.quantities import Quantity, quantities
from calcqa.query.answer_types import Wanted


def whole_words(pattern: str) -> re.Pattern[str]:
    """Return a pattern of whole words, in whatever case of letters."""
    return re.compile(rf"(?<![\w-])(?:{pattern})(?!\w)", re.IGNORECASE)


_TIMES = {name: whole_words(pattern) for name, pattern in data.TIMES.items()}
_SIDES = {name: whole_words(pattern) for name, pattern in ALTERNATIVES["side"].items()}
_SPECIMENS, _PARTS = (
    {name: whole_words(pattern) for name, pattern in parts.items()} for parts in (data.SPECIMENS, data.PARTS)
)
_OTHERS = whole_words(rf"{data.COMPANY}(?:{data.OTHERS})(?!\w){data.INFORMS}")
_FEMALE, _MALE, _CHILD = map(whole_words, (data.FEMALE, data.MALE, data.CHILD))
_FAMILY = whole_words(r"family|relatives?|hereditary|inherited")
_NOT_THERE, _WORD_AT_MOST = (re.compile(p, re.IGNORECASE) for p in (data.NOT_THERE, r"(?:\w+ )?"))
_PLACE = whole_words(data.PLACE)
_METHODS = {name: whole_words(pattern) for name, pattern in values.METHODS.items()}
_STAGES = {name: whole_words(pattern) for name, pattern in values.STAGES.items()}
_AFTER, _LATER = (re.compile(pattern, re.IGNORECASE) for pattern in (values.AFTER, values.LATER))
_PLANNED, _PRESCRIBED, _DONE = map(whole_words, (values.PLANNED, values.PRESCRIBED, values.DONE))
_COURSE, _DRUG = re.compile(values.COURSE, re.IGNORECASE), "=medication"
_PRESENT = whole_words("is|are|does|do|has|have")


def other_person(asked: Asked, one: Statement, other: Statement) -> bool:
    """Say whether the sentences, or the question and one of them, speak of different persons."""
    if asked.wanted is Wanted.PERSON or _FAMILY.search(asked.text):
        return False
    if len({sex for text in (asked.text, one.text, other.text) if (sex := _sex(text))}) > 1:
        return True
    named, *persons = ({m.group().lower() for m in _OTHERS.finditer(t)} for t in (asked.text, one.text, other.text))
    if named:
        only_one = bool(persons[0]) is not bool(persons[1]) and not all(map(_CHILD.fullmatch, named))
        return only_one or any(own and not own & named for own in persons)
    return persons[0] != persons[1] and not persons[0] & persons[1]


def _sex(text: str) -> str:
    female, male = bool(_FEMALE.search(text)), bool(_MALE.search(text))
    return "" if female is male else "female" if female else "male"


def other_time(asked: Asked, one: Statement, other: Statement) -> bool:
    """Say whether two values were measured at different times, as far as the sentences and their headings say."""
    named, *own = (_when(text) for text in (asked.text, one.until_then, other.until_then))
    times = [_below(s) if when.is_open else when for when, s in zip(own, (one, other), strict=True)]
    if named.names:
        return not all(when.names & named.names for when in times)
    if any(when.apart(named) for when in times) or times[0].apart(times[1]):
        return True
    if all(when.is_open for when in times):
        return _when(one.title, headed=True).apart(_when(other.title, headed=True))
    plain = {"start", "now"} if _PRESENT.search(asked.text) else {"start"}
    a, b = own
    return not a.names & b.names if a.names and b.names else bool((a.names | b.names) - plain)


def other_stage(one: Statement, other: Statement) -> bool:
    """Say whether both sentences name a time, and another."""
    return _when(one.text).apart(_when(other.text))


def is_timed(s: Statement) -> bool:
    """Say whether a sentence, or what it hangs on, names a time of any kind."""
    return not (_when(s.text).is_open and _below(s).is_open)


def only_planned(asked: Asked, one: Statement, other: Statement) -> bool:
    """Say whether of the sentences one tells of what is planned, and the other of what was done.

    How long a drug was prescribed for was planned, too.
    """
    planned = [bool(_PLANNED.search(s.text, 0, s.marked.end if s.marked else len(s.text))) for s in (one, other)]
    if planned[0] is planned[1] or _PLANNED.search(asked.text):
        return False
    text = (one, other)[planned[0]].text
    if _is_course(one) and _is_course(other) and not _other_drug(one, other):
        text = _PRESCRIBED.sub("", text)
    return _DONE.search(text) is not None


def _is_course(s: Statement) -> bool:
    """Say whether a reader marked how long something is to be taken, and not since when."""
    spells = [q for q in s.quantities if q.kind == "time" and s.is_marked(q)]
    return any(_COURSE.search(s.text, 0, q.start) and not _LATER.match(s.text, q.end) for q in spells)


def _other_drug(one: Statement, other: Statement) -> bool:
    """Say whether the sentences, or those before that they need, name drugs, and none that both do."""
    named = ((*Statement(s.before).names, *s.names) for s in (one, other))
    a, b = ([n for n in names if _DRUG in n.kinds] for names in named)
    return bool(a and b) and not any(x.meets(y) for x in a for y in b)


@dataclass(frozen=True)
class _When:
    """The times that a text names: by what happens then, by dates, and by how long it is since."""

    names: frozenset[str]
    moments: tuple[Moment, ...]
    spells: tuple[Quantity, ...]

    @property
    def is_open(self) -> bool:
        """Whether it names none."""
        return not (self.names or self.moments or self.spells)

    def apart(self, other: _When) -> bool:
        """Say whether both name times of one sort, and none that may be the same."""
        dates = [a.same(b) for a in self.moments for b in other.moments]
        spells = [a.same(b) for a in self.spells for b in other.spells if a.kind == b.kind]
        names = self.names and other.names and not self.names & other.names
        return bool((False in dates and True not in dates) or (spells and not any(spells)) or names)


@functools.lru_cache(1_000)
def _when(text: str, *, headed: bool = False) -> _When:
    """Return the times that a text names; of headings also stages ("Outcome")."""
    spells = (
        q
        for q in quantities(text)
        if q.kind.endswith("number")
        or (q.kind == "time" and (_AFTER.search(text, 0, q.start) or _LATER.match(text, q.end)))
    )
    names = _named(_TIMES, text) | (_named(_STAGES, text) if headed else set())
    return _When(frozenset(names), tuple(moments(text)), tuple(spells))


def _below(s: Statement) -> _When:
    """Return the times that the headings and lead-ins of a sentence name."""
    return _when(s.below, headed=True)


def _named(patterns: Mapping[str, re.Pattern[str]], text: str) -> set[str]:
    return {name for name, pattern in patterns.items() if pattern.search(text)}


def other_specimen(asked: Asked, one: Statement, other: Statement) -> bool:
    """Say whether the sentences, or the question and one of them, speak of different specimens, as blood and urine."""
    return _apart(_SPECIMENS, asked, one, other, titled=True)


def other_part(asked: Asked, one: Statement, other: Statement) -> bool:
    """Say the same of specimens or parts of the body."""
    return other_specimen(asked, one, other) or _apart(_PARTS, asked, one, other)


def _apart(
    patterns: Mapping[str, re.Pattern[str]], asked: Asked, one: Statement, other: Statement, *, titled: bool = False
) -> bool:
    """Say whether they name other things of a sort; what a sentence does not name its headings, or its title, may."""
    named, *own = (_named(patterns, text) for text in (asked.text, one.text, other.text))
    above = (f"{s.below} . {s.title if titled else ''}" for s in (one, other))
    own = [parts or _named(patterns, text) for parts, text in zip(own, above, strict=True)]
    if named:
        return any(parts and not parts & named for parts in own)
    return all(own) and not own[0] & own[1]


def other_method(one: Statement, other: Statement) -> bool:
    """Say whether the sentences tell what different methods showed, as a scan and the pathologist's ruler."""
    a, b = (_named(_METHODS, s.text) or _named(_METHODS, f"{s.below} . {s.title}") for s in (one, other))
    return bool(a and b and not a & b)


def other_side(one: Statement, other: Statement) -> bool:
    """Say whether the sentences speak of different sides of the body."""
    sides = [_named(_SIDES, s.text) for s in (one, other)]
    return all(sides) and not sides[0] & sides[1]


def is_elsewhere(asked: Asked, s: Statement) -> bool:
    """Say whether a place is asked for and a reader marked one where nothing is: "nothing in the right lung"."""
    if s.marked is None or asked.closed or not _PLACE.search(asked.text):
        return False
    before = [m.end() for m in _NOT_THERE.finditer(s.text, 0, s.marked.end) if m.end() < s.marked.end]
    return any(end >= s.marked.start or _WORD_AT_MOST.fullmatch(s.text, end, s.marked.start) for end in before)
