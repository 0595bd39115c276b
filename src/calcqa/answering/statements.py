"""A sentence that answers, taken apart: what it names, what it denies, its quantities and dates; and what is asked.

Does: say where in a sentence these stand. Does not: compare sentences (`answering/differences.py`).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from calcqa.language.clinical import MARK, vocabulary
from calcqa.language.dates import Moment, moments
from calcqa.language.english import ENGLISH
from calcqa.language.english_opposites import ANY, DENIED_BEHIND, DENYING, ENDS_DENIAL, LOOKS_BACK, PREFIXES
from calcqa.language.english_values import OF_A_KIND, REFERENCE
from calcqa.language.quantities import Quantity, quantities
from calcqa.language.tokens import stems
from calcqa.query.answer_types import Wanted, closed, wanted
from calcqa.types import Span

_DENIED = re.compile(rf"(?<![\w-])(?:{ENGLISH.denied})(?!\w)", re.IGNORECASE)
_ENDS_DENIAL = re.compile(ENDS_DENIAL, re.IGNORECASE)
_LOOKS_BACK = re.compile(LOOKS_BACK, re.IGNORECASE)
_DENIED_BEHIND = re.compile(DENIED_BEHIND, re.IGNORECASE)
_PREFIXED = re.compile(rf"\b(?:{PREFIXES})(\w{{4,}})\b", re.IGNORECASE)
_ANY = re.compile(ANY, re.IGNORECASE)
_WORD = re.compile(r"\w{3,}")
_PATIENT = frozenset(stems("patient case"))
_CLAUSE = re.compile(r"[;:] |\. |, (?=(?:and|but|while|whereas) )", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[,;] ")
_OF_A_KIND = re.compile(OF_A_KIND, re.IGNORECASE)
_REFERENCE = re.compile(REFERENCE, re.IGNORECASE)
_FAR = 60  # characters between a denial and what it denies


class Placed(Protocol):
    """Something that stands at `start` to `end` of a text."""

    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102


P = TypeVar("P", bound=Placed)

Differ = tuple[str, str]
"""The words of the one sentence and of the other that differ."""

AGREED: Differ = ("", "")
"""What comparing returns where both say the same."""

SURE = 0.4  # probability that it answers, from which a sentence need not name what is asked about
_SHARE = 0.5  # of what the question names, that a sentence speaks of which is not as sure


@dataclass(frozen=True, slots=True)
class Name:
    """What a text names at `start` to `end`: what would meet it, the kinds it is of, and whether it is denied."""

    start: int
    end: int
    terms: frozenset[str]
    kinds: frozenset[str] = frozenset()
    denied: bool = False

    @property
    def is_known(self) -> bool:
        """Whether the vocabulary knows it."""
        return any(term.startswith(MARK) for term in self.terms | self.kinds)

    def may_be(self, kind: frozenset[str]) -> bool:
        """Say whether it may be of a kind: it is, or nothing is known of it."""
        return not kind or not self.is_known or bool((self.terms | self.kinds) & kind)

    def meets(self, other: Name) -> bool:
        """Say whether both are one thing, or the one is of the kind that the other names."""
        return bool(self.terms & other.terms or self.terms & other.kinds or self.kinds & other.terms)


@dataclass(frozen=True)
class Asked:
    """A question."""

    text: str

    @functools.cached_property
    def wanted(self) -> Wanted | None:
        """The kind of thing that it wants."""
        return wanted(self.text)

    @functools.cached_property
    def closed(self) -> bool:
        """Whether it wants yes or no."""
        return closed(self.text) or _ANY.match(self.text) is not None

    @functools.cached_property
    def units(self) -> tuple[frozenset[str], ...]:
        """What would meet each thing that it names; the patient is not one, whom a sentence need not name."""
        units = (frozenset(unit) for _, unit in vocabulary().named(self.text))
        return tuple(unit for unit in units if not unit <= _PATIENT)

    @functools.cached_property
    def kind(self) -> frozenset[str]:
        """The kind that it asks a name of, as concepts: "which antibiotic"."""
        named = _OF_A_KIND.search(self.text)
        units = vocabulary().named(named[1])[-1:] if named else ()
        return frozenset(term for _, unit in units for term in unit) & vocabulary().kinds

    @functools.cached_property
    def terms(self) -> frozenset[str]:
        """What would meet any of its words."""
        return frozenset(term for unit in vocabulary().units(self.text) for term in unit)


@dataclass(frozen=True)
class Statement:
    """A sentence; the words of it that a reader marked as the answer, and how likely it answers (0..1).

    `before` is the sentence before that it needs, `below` the lead-ins and headings above it, `title` its document's.
    """

    text: str
    marked: Span | None = None
    sure: float = 0.0
    before: str = ""
    below: str = ""
    title: str = ""

    @functools.cached_property
    def quantities(self) -> list[Quantity]:
        """Its quantities, in order, without those that tell what is normal."""
        normal = [m.span() for m in _REFERENCE.finditer(self.text)]
        return [q for q in quantities(self.text) if not any(a <= q.start < b for a, b in normal)]

    @functools.cached_property
    def moments(self) -> list[Moment]:
        """Its dates and times, in order."""
        return moments(self.text)

    @functools.cached_property
    def names(self) -> list[Name]:
        """What it names, in order."""
        names = []
        for words, unit in vocabulary().named(self.text):
            match = re.search(r"\W+".join(map(re.escape, words.split())), self.text, re.IGNORECASE)
            if match:
                terms = frozenset(unit)
                denies = {DENYING[term] for term in terms if term in DENYING}
                kinds = vocabulary().told([words])[0] - terms
                denied = bool(denies) or self.denial(*match.span()) is not None
                names.append(Name(*match.span(), terms | denies, kinds, denied))
        return names

    def share(self, asked: Asked) -> float:
        """Return the share of what a question names that the sentence speaks of, 0..1."""
        held = frozenset(stems(self.text)).union(*(n.terms | n.kinds for n in self.names))
        return sum(bool(unit & held) for unit in asked.units) / len(asked.units) if asked.units else 1.0

    @property
    def answer(self) -> str:
        """The words that the reader marked."""
        return self.text[self.marked.start : self.marked.end] if self.marked else ""

    @property
    def until_then(self) -> str:
        """Its text up to the end of the clause that holds what the reader marked: "weight 3.4 kg, today 3.6"."""
        end = _CLAUSE_END.search(self.text, self.marked.end) if self.marked else None
        return self.text[: end.start()] if end else self.text

    def clause(self, one: Placed) -> tuple[int, int]:
        """Return where the clause begins and ends that holds it."""
        end = _CLAUSE.search(self.text, one.end)
        start = max((m.end() for m in _CLAUSE.finditer(self.text, 0, one.start)), default=0)
        return start, end.start() if end else len(self.text)

    def words_of(self, asked: Asked) -> list[Name]:
        """Return its words that are of the question, in order."""
        return self._words(asked, _WORD, 0)

    def against(self, asked: Asked) -> list[Name]:
        """Return its words that are of the question behind a prefix that denies them ("unplanned"), in order."""
        return self._words(asked, _PREFIXED, 1)

    def _words(self, asked: Asked, pattern: re.Pattern[str], group: int) -> list[Name]:
        terms = {term.rstrip("i") for term in asked.terms}
        matches = [(m, frozenset(s.rstrip("i") for s in stems(m[group]))) for m in pattern.finditer(self.text)]
        return [
            Name(*m.span(), own, denied=bool(group) or self.denial(*m.span()) is not None)
            for m, own in matches
            if own & terms
        ]

    @functools.cached_property
    def _looking_back(self) -> frozenset[int]:
        """Where denials end that are only of what stands before them."""
        return frozenset(m.end() for m in _LOOKS_BACK.finditer(self.text))

    def denial(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where the denial stands of what stands at `start` to `end`; None where it is not denied."""
        first = max(self.text.rfind(mark, 0, start) for mark in (". ", "; ")) + 1
        denials = _DENIED.finditer(self.text, max(first, start - _FAR), start)
        before = [m for m in denials if m.end() not in self._looking_back]
        if before and not _ENDS_DENIAL.search(self.text, before[-1].end(), start):
            return before[-1].span()
        behind = _DENIED_BEHIND.match(self.text, end)
        return behind.span() if behind and ". " not in behind.group() else None

    def claim(self, start: int, end: int) -> str:
        """Return the words at `start` to `end` with what denies them."""
        denial = self.denial(start, end) or (start, end)
        return self.text[min(start, denial[0]) : max(end, denial[1])].strip()

    def is_marked(self, one: Placed) -> bool:
        """Say whether the reader marked it, or words of it."""
        return self.marked is not None and one.start < self.marked.end and self.marked.start < one.end

    def measures(self, one: Placed) -> bool:
        """Say whether it stands within a quantity: a unit names nothing."""
        return any(q.start <= one.start < q.end for q in self.quantities)

    def chosen(self, values: Sequence[P]) -> P | None:
        """Return the value that the reader marked, else the first; None where there is none."""
        return next((v for v in values if self.is_marked(v)), values[0] if values else None)

    def nearest(self, values: Sequence[P], asked: Asked) -> P | None:
        """Return the value that the reader marked, else the one nearest to what the question names, before it at best.

        None where that cannot be said.
        """
        if marked := [v for v in values if self.is_marked(v)]:
            return marked[0]
        focus = [n for n in self.names if n.terms & asked.terms]
        if not focus:
            return values[0] if len(values) == 1 else None

        def far(value: P) -> int:
            return min(value.start - n.end if value.start >= n.end else n.start - value.end + _AHEAD for n in focus)

        return min(values, key=far, default=None)


_AHEAD = 15  # characters that a value before its name is taken to be farther from it


def to_the_point(asked: Asked, *statements: Statement) -> bool:
    """Say whether each sentence speaks of what is asked, or is sure to answer."""
    return all(s.sure >= SURE or s.share(asked) >= _SHARE for s in statements)
