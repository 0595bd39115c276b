"""The values of one measure that a document tells of its patient, in reading order, each with the day it is of.

Does: read them where a name stands right before each, and in rows of tables; say which sentences hold numbers that may
be further values. Does not: choose one of them (`answering/series.py`).
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from calcqa.answering.statements import Statement
from calcqa.documents.about import about
from calcqa.index.index import Index
from calcqa.language import english_series as data
from calcqa.language.english_values import REFERENCE
from calcqa.language.section_kinds import section_kind
from calcqa.types import BlockKind, Document, Span

_NUMERAL = r"\d+(?:,\d{3}(?!\d))*(?:[.,]\d+)?(?![.,]?\d)"
_BOUND = r"(?:(?:below|under|above|over|less than|more than) |[<>≤≥~] ?)?"
_UNIT = r"(?P<unit> ?(?:[%°µμ]\w*(?:/\w+)?|[a-zµμ]+/[a-zµμ]+\w*|mmHg|bpm|kg|cm|mm|g)(?!\w))"
_VALUE = rf"(?P<value>{_BOUND}(?P<number>{_NUMERAL}){_UNIT}?)(?![\d/]|\s?[-–]\s?\d| to \d)"
_NAMED, _GOES_ON = (re.compile(f"{before}{_VALUE}", re.IGNORECASE) for before in (data.BETWEEN, data.GOES_ON))
_ROW = re.compile(rf"(?: {_NUMERAL}(?![\w/-]| ?(?:mg|g|ml|days?|weeks?|months?|years?)\b)){{2,}}")
_IN_ROW = re.compile(rf"(?P<value>(?P<number>{_NUMERAL}))")
_CELL = re.compile(r"[^|]+")
_IN_CELL = re.compile(rf"\s*(?P<value>(?:[<>≤≥] ?)?(?P<number>{_NUMERAL}))\s*(?:[*↑↓]|\(?[HL]\)?)?\s*\Z")
_OTHER = re.compile(rf"(?<![\w/:.,[])(?<!\D[-–])(?P<number>{_NUMERAL}){_UNIT}?(?![\d/:])", re.IGNORECASE)
_ENDS = re.compile(rf"\s*(?:\Z|[^\w\s]|(?:{data.NO_UNIT})\b)", re.IGNORECASE)
_COUNTED = re.compile(rf"(?:\b(?:{data.COUNTED})\W?|[A-Z]\w* ?[:=]?) ?$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LEADS_ON = re.compile(r"\s*[:=]|\s+\d")  # a value of its own behind a day
_PREPOSITION = re.compile(data.PREPOSITION, re.IGNORECASE)
_TIMED, _NOT_OWN, _AIMED, _PERSON, _OF_ANOTHER, _HEADS_OTHER, _REFERENCE, _GOES_BACK, _AND = (
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        data.TIMED, data.NOT_OWN, data.AIMED, data.PERSON, data.OF_ANOTHER, data.HEADS_OTHER, REFERENCE, data.GOES_BACK,
        data.AND,
    )
)  # fmt: skip
_ASIDE, _ABSTRACT = ("literature", "background", "discussion"), re.compile(data.ABSTRACT, re.IGNORECASE)
_MONTHS = data.MONTHS.split()
_NEAR = 30  # characters between a value and the day behind it

Time = tuple[int, int]
"""A day: its number and 0, or its day and month (-1 where none is given)."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a measure: its place in the document, the number, its unit, and the day.

    `sentence` is where it stands, `named` that before it which names the measure, where its own does not, and `told`
    the words that tell when. `is_aside` says that its section may only repeat what another tells.
    """

    sentence: str
    named: str
    span: Span
    number: float
    unit: str
    time: Time | None
    told: str
    is_aside: bool


@dataclass(frozen=True, slots=True)
class Series:
    """The values of a measure, and the sentences that hold numbers which may be further ones."""

    values: tuple[Value, ...] = ()
    doubtful: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Told:
    """What one sentence tells: values, and whether it has other numbers that may be some.

    `last` is the value from which the next sentence may go on: "It rose to 90".
    """

    values: tuple[Value, ...] = ()
    is_doubtful: bool = False
    last: Value | None = None


class _OtherPersonError(Exception):
    """A value may be that of somebody else."""


def series(unit: frozenset[str], index: Index) -> Series:
    """Return the values of a measure in an index of one document; none where one may be another person's."""
    (document,) = index.documents.values()
    if about(document).patients > 1:
        return Series()
    try:
        told = dict(_sentences(unit, document, index))
    except _OtherPersonError:
        return Series()
    values = itertools.chain.from_iterable(one.values for one in told.values())
    return Series(tuple(values), frozenset(sentence for sentence, one in told.items() if one.is_doubtful))


def time_of(text: str) -> Time | None:
    """Return the first day that a text names."""
    match = _TIMED.search(text)
    return _time(match) if match else None


def _sentences(unit: frozenset[str], document: Document, index: Index) -> Iterator[tuple[str, _Told]]:
    """Yield what each sentence with a number tells of a measure."""
    before: Value | None = None  # the last of the sentence before, if that is of this measure
    for sentence in (i for passage in index.passages for i in index.sentences_of(passage.id)):
        text, at = index.sentence_text(sentence), index.sentences[sentence].span.start
        if not any(map(str.isdecimal, text)):
            before = None
            continue
        headings, block = document.headings_at(at), document.block_at(at)
        aside = section_kind(headings) in _ASIDE or any(map(_ABSTRACT.match, headings))
        if block is not None and block.kind is BlockKind.ROW:
            lead, before = (document.leads_at(at) or ("",))[-1], None
            yield sentence, _of_row(unit, text, lead, sentence, at, aside)
        elif not _NOT_OWN.search(text):
            told = _Sentence(unit, text, sentence, at, aside).told(before)
            before = told.last
            yield sentence, told
        else:
            before = None


@functools.lru_cache(4096)
def _every(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(words)}(?!\w)")


@dataclass(frozen=True)
class _Sentence:
    """A sentence at a place of a document, read for one measure."""

    unit: frozenset[str]
    text: str
    id: str
    at: int
    is_aside: bool

    @functools.cached_property
    def _named(self) -> tuple[set[int], set[int]]:
        """Where names of the measure end, and those of others; urine's sodium is another than the blood's."""
        own, others = set[int](), set[int]()
        for name in Statement(self.text).names:
            for m in _every(self.text[name.start : name.end]).finditer(self.text) if name.is_known else ():
                is_own = bool(name.terms & self.unit) and not _OF_ANOTHER.search(self.text, 0, m.start())
                (own if is_own else others).add(m.end())
        return own, others

    def told(self, before: Value | None) -> _Told:
        """Return what it tells, `before` being the last value of the sentence before, where that is of the measure."""
        own, others = self._named
        if own and _PERSON.search(self.text):
            raise _OtherPersonError
        behind_own = (m for end in sorted(own) if (m := _NAMED.match(self.text, end)))
        matches = {m.start("number"): m for m in behind_own if not _AIMED.search(self.text, 0, m.start())}
        of = next((m["unit"] for m in matches.values() if m["unit"]), before.unit if before else "") or ""
        for m in _GOES_ON.finditer(self.text, min(matches, default=0)) if of else ():
            last = max((o.end() for o in matches.values() if o.end() <= m.start()), default=0)
            if (m["unit"] or "").strip() == of.strip() and not any(last < end <= m.start() for end in others):
                matches.setdefault(m.start("number"), m)
        ordered = [matches[start] for start in sorted(matches)]
        goes_on = before if not own else None
        named = (goes_on.named or goes_on.sentence) if goes_on else ""
        values: list[Value] = []
        for m, time in zip(ordered, self._days(ordered), strict=True):
            values.append(self._value(named, m, (m["unit"] or "").strip(), time))
            values += [self._value(named, n, values[-1].unit, None) for n in self._row(m)]
        behind_others = [m for end in others if (m := _NAMED.match(self.text, end))]
        end = max((m.end() for m in ordered), default=0)
        goes_on_here = values and not any(
            m.start() > end and (m["unit"] or "").strip() == of.strip() for m in behind_others
        )
        taken = {n.start("number") for m in (*ordered, *behind_others) for n in (m, *self._row(m))}
        doubtful = bool(own or goes_on) and any(self._may_be_further(m, of, bool(own)) for m in self._others(taken))
        return _Told(tuple(values), doubtful, values[-1] if goes_on_here else None)

    def _value(self, named: str, m: re.Match[str], unit: str, time: Time | None) -> Value:
        span = Span(self.at + m.start("value"), self.at + m.end("value"))
        return Value(self.id, named, span, _number(m["number"]), unit, time, self.text, self.is_aside)

    def _row(self, m: re.Match[str]) -> list[re.Match[str]]:
        """Return the numbers right behind a value, as in a table that has lost its cells."""
        row = _ROW.match(self.text, m.end())
        return list(_IN_ROW.finditer(self.text, row.start(), row.end())) if row else []

    def _others(self, taken: set[int]) -> Iterator[re.Match[str]]:
        """Yield the numbers that are none of those taken, nor a day, a normal value, or one that is aimed at."""
        spans = [m.span() for pattern in (_TIMED, _REFERENCE) for m in pattern.finditer(self.text)]
        for m in _OTHER.finditer(self.text):
            is_known = m.start() in taken or any(a <= m.start() < b for a, b in spans)
            if not (is_known or _AIMED.search(self.text, 0, m.start())):
                yield m

    def _may_be_further(self, m: re.Match[str], of: str, is_named: bool) -> bool:
        """Say whether a number may be a value of the measure, whose unit is `of`."""
        if m["unit"]:
            return not of or m["unit"].strip().lower() == of.strip().lower()
        if _YEAR.fullmatch(m["number"]) or _COUNTED.search(self.text, 0, m.start()):
            return False
        return bool(_ENDS.match(self.text, m.end()) and (is_named or _GOES_BACK.match(self.text)))

    def _days(self, ordered: Sequence[re.Match[str]]) -> Iterator[Time | None]:
        """Yield the day of each value: that right behind it, else one before that is no other's.

        Where there is none it is the last before, so that of two values of a day neither is sure.
        """
        days, last, used = list(_TIMED.finditer(self.text)), 0, set[int]()
        for m in ordered:
            before = [d for d in days if d.end() <= m.start("number")]
            free = [d for d in before if d.start() >= last and d.start() not in used][-1:]
            behind = [d for d in days if d.start() >= m.end("value") and self._is_right_behind(m, d, not free)][:1]
            used.update(d.start() for d in (behind or free))
            last = m.end("value")
            yield next((_time(d) for d in (*behind, *free, *before[-1:])), None)

    def _is_right_behind(self, m: re.Match[str], day: re.Match[str], alone: bool) -> bool:
        """Say whether a day is that of the value before it; `alone` says that no other may be."""
        between = self.text[m.end("value") : day.start()]
        near = not _AND.search(between) and len(between) <= _NEAR and not _LEADS_ON.match(self.text, day.end())
        return near and (alone or _PREPOSITION.search(between) is not None)


def _of_row(unit: frozenset[str], text: str, lead: str, sentence: str, at: int, aside: bool) -> _Told:
    """Return what a row tells: all of it where its first cell names the measure, else what stands below its name."""
    cells, heads = (list(_CELL.finditer(line)) for line in (text, lead))
    if len(cells) < 2 or len(cells) != len(heads):
        return _Told(is_doubtful=bool(cells) and _is_of(unit, cells[0].group()))
    by_row = _is_of(unit, cells[0].group())
    values, is_doubtful = list[Value](), False
    for cell, head in zip(cells[1:], heads[1:], strict=True):
        if not (by_row or _is_of(unit, head.group())) or _HEADS_OTHER.search(f"{cells[0].group()} {head.group()}"):
            continue
        if _PERSON.search(f"{lead} {text}"):
            raise _OtherPersonError
        when = head.group() if by_row else cells[0].group()
        if match := _IN_CELL.match(cell.group()):
            span = Span(at + cell.start() + match.start("value"), at + cell.start() + match.end("value"))
            values.append(Value(sentence, "", span, _number(match["number"]), "", time_of(when), when, aside))
        is_doubtful = is_doubtful or not match and any(map(str.isdecimal, cell.group()))
    return _Told(tuple(values), is_doubtful)


def _is_of(unit: frozenset[str], text: str) -> bool:
    """Say whether a cell names the measure, and not that of something else."""
    own = (name for name in Statement(text).names if name.terms & unit)
    return any(not _OF_ANOTHER.search(text, 0, name.start) for name in own)


def _time(match: re.Match[str]) -> Time:
    if match["nth"]:
        return int(match["nth"]), 0
    if match["only"]:
        return int(match["only"]), -1
    if match["one"]:
        return int(match["one"]), int(match["two"])
    return int(match["day"]), _MONTHS.index(match["name"].lower()) + 1


def _number(text: str) -> float:
    whole = re.sub(r",(?=\d{3}(?!\d))", "", text)
    return float(whole.replace(",", "."))
