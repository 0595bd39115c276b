"""One of several values of a measure: the first, the last, the highest, the lowest, or that of a day, looked up.

Does: read the values of one document in order, where a name stands right before each, and in rows of tables. Does not:
answer where the order of time is in doubt, or only one value is told.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from calcqa.answering import compose
from calcqa.answering.statements import Name, Statement
from calcqa.documents.about import about
from calcqa.index.index import Index
from calcqa.language import english_series as data
from calcqa.language.clinical import vocabulary
from calcqa.parameters import WHOLE_CONFIDENCE
from calcqa.retrieval.results import Retrieved
from calcqa.types import Answer, BlockKind, Span

_ASKED = [re.compile(pattern, re.IGNORECASE) for pattern in data.ASKED]
_WHICH = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in data.WHICH.items()}
_BOUND = r"(?:(?:below|under|above|over|less than|more than) |[<>≤≥~] ?)?"
_UNIT = r"(?P<unit> ?(?:[%°µμ]\w*(?:/\w+)?|[a-zµμ]+/[a-zµμ]+\w*|mmHg|bpm|kg|cm|mm|g)(?!\w))"
_VALUE = rf"(?P<value>{_BOUND}(?P<number>\d+(?:[.,]\d+)*){_UNIT}?)(?![\d/]|\.\d|\s?[-–]\s?\d| to \d)"
_ROW = re.compile(r"(?: \d+(?:[.,]\d+)*(?![\w/.-]| ?(?:mg|g|ml|days?|weeks?|months?|years?)\b)){2,}")
_NAMED = re.compile(rf"{data.BETWEEN}{_VALUE}", re.IGNORECASE)
_GOES_ON = re.compile(rf"{data.GOES_ON}{_VALUE}", re.IGNORECASE)
_NOT_OWN, _AIMED = (re.compile(pattern, re.IGNORECASE) for pattern in (data.NOT_OWN, data.AIMED))
_EARLIER = re.compile(data.EARLIER, re.IGNORECASE)
_TIMED = re.compile(data.TIMED, re.IGNORECASE)
_CELL = re.compile(r"[^|]+")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_NUMBER = re.compile(r"\s*[<>≤≥]? ?(\d+(?:[.,]\d+)*)\s*\Z")
_CLAUSE = re.compile(r"[;.] |\n")
_MONTHS = data.MONTHS.split()
_FEWEST = 2  # values, of which one is asked for

Time = tuple[int, int]
"""A day: its number and 0, or its day and month (-1 where none is given)."""


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of a measure: its place in the document, the number, its unit, and the day.

    `sentence` is where it stands, `named` that before it which names the measure, where its own does not.
    """

    sentence: str
    named: str
    span: Span
    number: float
    unit: str
    time: Time | None


def of_series(ordinary: Answer, retrieved: Retrieved, index: Index) -> Answer:
    """Return the answer with the value that is asked for, of several over time, first and as the short answer.

    It is `ordinary` where something else is asked for, FAQ entries lead to it, or the program cannot be sure.
    """
    if len(index.documents) != 1 or compose.by_faq(ordinary, retrieved, index):
        return ordinary
    text = retrieved.question.strip(" ?.!")
    asked = next(filter(None, (pattern.fullmatch(text) for pattern in _ASKED)), None)
    named = vocabulary().named(asked["measure"]) if asked else ()
    if asked is None or len(named) != 1 or named[0][0].lower() != asked["measure"].lower():
        return ordinary
    values = list(_values(frozenset(named[0][1]), index))
    if len(values) < _FEWEST or len({v.unit for v in values if v.unit}) > 1:
        return ordinary
    groups = asked.groupdict()
    if groups.get("which"):
        chosen = _which(values, asked["which"], index)
    else:
        chosen = _on(values, groups["when"]) if groups.get("when") else _at(values, asked["stage"].lower(), index)
    if chosen is None:
        return ordinary
    ids = [i for i in (chosen.sentence, chosen.named) if i]
    return compose.quoting(ordinary.question, retrieved, index, ids, WHOLE_CONFIDENCE, {chosen.sentence: chosen.span})


def _which(values: list[_Value], which: str, index: Index) -> _Value | None:
    kind = next(name for name, pattern in _WHICH.items() if pattern.fullmatch(which))
    if kind in ("highest", "lowest"):
        return (max if kind == "highest" else min)(values, key=lambda v: v.number)
    if any(_EARLIER.search(index.sentence_text(v.sentence)) for v in values):
        return None
    times = [v.time for v in values]
    days = [(time[1], time[0]) for time in times if time]
    if len(days) == len(values) and days != sorted(days):
        return None
    return values[0 if kind == "first" else -1]


def _on(values: list[_Value], when: str) -> _Value | None:
    """Return the one value of a day; None where there is none, or several differ."""
    match = _TIMED.search(when)
    asked = _time(match) if match else None
    own = [v for v in values if asked and v.time and _same(asked, v.time)]
    return own[0] if own and len({v.number for v in own}) == 1 else None


def _at(values: list[_Value], stage: str, index: Index) -> _Value | None:
    """Return the one value that is told in a sentence of a stage; None where there is none, or are several."""
    pattern = re.compile(rf"\b(?:{data.STAGES.get(stage, re.escape(stage))})\b", re.IGNORECASE)
    own = [v for v in values if pattern.search(index.sentence_text(v.sentence))]
    return own[0] if len(own) == 1 else None


def _same(one: Time, other: Time) -> bool:
    return one[0] == other[0] and (one[1] == other[1] or (-1 in (one[1], other[1]) and 0 not in (one[1], other[1])))


def _time(match: re.Match[str]) -> Time:
    if match["nth"]:
        return int(match["nth"]), 0
    if match["only"]:
        return int(match["only"]), -1
    if match["one"]:
        return int(match["one"]), int(match["two"])
    return int(match["day"]), _MONTHS.index(match["name"].lower()) + 1


def _values(unit: frozenset[str], index: Index) -> Iterator[_Value]:
    """Yield the values of a measure in reading order."""
    (document,) = index.documents.values()
    if about(document).patients > 1:
        return
    told, named = "", ""  # the unit of the value before, where a sentence goes on from it, and who names the measure
    for passage in index.passages:
        for sentence in index.sentences_of(passage.id):
            span = index.sentences[sentence].span
            block = document.block_at(span.start)
            if block is not None and block.kind is BlockKind.ROW:
                lead = (document.leads_at(span.start) or ("",))[-1]
                yield from _cells(unit, index.sentence_text(sentence), lead, sentence, span.start)
                continue
            text = index.sentence_text(sentence)
            own = [] if _NOT_OWN.search(text) else list(_told(unit, text, sentence, span.start, told, named))
            yield from own
            told = own[-1].unit if own else ""
            named = (own[-1].named or sentence) if own else ""


def _names(unit: frozenset[str], text: str) -> list[Name]:
    return [name for name in Statement(text).names if name.terms & unit]


@functools.cache
def _every(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(words)}(?!\w)")


def _told(unit: frozenset[str], text: str, sentence: str, at: int, told: str, named: str) -> Iterator[_Value]:
    """Yield the values that a sentence tells of a measure; `told` is the unit of one in the sentence before."""
    starts = {m.end() for n in _names(unit, text) for m in _every(text[n.start : n.end]).finditer(text)}
    matches = [m for start in sorted(starts) if (m := _NAMED.match(text, start)) and not _AIMED.search(text, 0, start)]
    of = next((m["unit"] for m in matches if m["unit"]), told) or ""
    first = matches[0].end() if matches else 0
    if of:
        more = (m for m in _GOES_ON.finditer(text, first) if (m["unit"] or "").strip() == of.strip())
        taken = {m.start("number") for m in matches}
        matches += [m for m in more if m.start("number") not in taken]
    for m in sorted(matches, key=lambda m: m.start("number")):
        own, unit_told, time = "" if starts else named, (m["unit"] or "").strip(), _when(text, m.start("number"))
        span = Span(at + m.start("value"), at + m.end("value"))
        yield _Value(sentence, own, span, _number(m["number"]), unit_told, time)
        row = _ROW.match(text, m.end())  # of a table that has lost its cells
        for n in _DIGITS.finditer(text, m.end(), row.end()) if row else ():
            yield _Value(sentence, own, Span(at + n.start(), at + n.end()), _number(n.group()), unit_told, None)


def _cells(unit: frozenset[str], text: str, lead: str, sentence: str, at: int) -> Iterator[_Value]:
    """Yield the values of a row: all of it where its first cell names the measure, else that below its name."""
    cells, heads = (list(_CELL.finditer(line)) for line in (text, lead))
    if not cells or len(cells) != len(heads):
        return
    by_row = bool(_names(unit, cells[0].group()))
    for cell, head in zip(cells[1:], heads[1:], strict=True):
        match = _NUMBER.match(cell.group())
        if match and (by_row or _names(unit, head.group())):
            timed = _TIMED.search(head.group() if by_row else cells[0].group())
            span = Span(at + cell.start() + match.start(1), at + cell.start() + match.end(1))
            yield _Value(sentence, "", span, _number(match[1]), "", _time(timed) if timed else None)


def _when(text: str, at: int) -> Time | None:
    """Return the day of what stands at a place: the one before it, else the first behind it in its clause."""
    before = [m for m in _TIMED.finditer(text, 0, at)]
    if before:
        return _time(before[-1])
    end = _CLAUSE.search(text, at)
    behind = _TIMED.search(text, at, end.start() if end else len(text))
    return _time(behind) if behind else None


def _number(text: str) -> float:
    whole = re.sub(r",(?=\d{3}(?!\d))", "", text)
    return float(whole.replace(",", "."))
