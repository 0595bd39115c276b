"""The values of a measure over time, looked up: the first, last, highest, lowest, that of a day, or how it changed.

Does: choose among the values that a document tells (`answering/series_values.py`). Does not: answer where the order of
time is in doubt, where further numbers may be values, or only one value is told.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from calcqa.answering import compose
from calcqa.answering.series_values import Series, Time, Value, series, time_of
from calcqa.index.index import Index
from calcqa.language import english_series as data
from calcqa.language.clinical import vocabulary
from calcqa.parameters import WHOLE_CONFIDENCE
from calcqa.retrieval.results import Retrieved
from calcqa.types import Answer

_ASKED = [re.compile(pattern, re.IGNORECASE) for pattern in data.ASKED]
_CHANGED = [re.compile(pattern, re.IGNORECASE) for pattern in data.CHANGED]
_POINTS = {name: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for name, pattern in data.POINTS.items()}
_WHICH = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in data.WHICH.items()}
_STAGES = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in data.STAGES.items()}
_EARLIER, _LATER, _OTHER_STAGE = (
    re.compile(pattern, re.IGNORECASE) for pattern in (data.EARLIER, data.LATER, data.OTHER_STAGE)
)
_YEAR = re.compile(r"(?<![\d.,/-])(?:19|20)\d\d(?![\d.,/-]\d)")
_FEWEST = 2  # values, of which one is asked for
_MANY = 6  # sentences quoted at most for how a measure changed


def of_series(ordinary: Answer, retrieved: Retrieved, index: Index) -> Answer:
    """Return the answer with the value that is asked for, of several over time, first and as the short answer.

    It is `ordinary` where something else is asked for, FAQ entries lead to it, or the program cannot be sure.
    """
    if len(index.documents) != 1 or compose.by_faq(ordinary, retrieved, index):
        return ordinary
    text = retrieved.question.strip(" ?.!")
    for patterns, choose in ((_ASKED, _chosen), (_CHANGED, _changed)):
        for asked in filter(None, (pattern.fullmatch(text) for pattern in patterns)):
            named = vocabulary().named(asked["measure"])
            if len(named) != 1 or named[0][0].lower() != asked["measure"].lower():
                continue
            told = series(frozenset(named[0][1]), index)
            is_sure = len(told.values) >= _FEWEST and len({v.unit for v in told.values if v.unit}) < 2
            if is_sure and (values := choose(told, asked.groupdict())):
                return _quoting(values, ordinary, retrieved, index)
            if ordinary.abstention and (ids := _in_doubt(told, asked.groupdict(), index)):
                return compose.quoting(ordinary.question, retrieved, index, ids, WHOLE_CONFIDENCE)
    return ordinary


def _in_doubt(told: Series, asked: Mapping[str, str | None], index: Index) -> list[str]:
    """Return the sentences that tell a trend, or hold its first, last, highest or lowest value, in doubt which is it.

    "CRP 88 (140)", and rows that have more cells than their header, say it to whoever reads them.
    """
    if not told.doubtful or any(asked.get(point) for point in ("one", "two", "when", "stage")):
        return []
    ids = sorted({*(v.sentence for v in told.values), *told.doubtful}, key=lambda i: index.sentences[i].span)
    return ids if len(ids) <= _MANY else []


def _quoting(values: Sequence[Value], ordinary: Answer, retrieved: Retrieved, index: Index) -> Answer:
    """Return the answer that quotes values, each with what names it; one alone is the short answer."""
    ids = dict.fromkeys(i for v in values for i in (v.sentence, v.named) if i)
    shorts = {v.sentence: v.span for v in values} if len(values) == 1 else {}
    return compose.quoting(ordinary.question, retrieved, index, list(ids), WHOLE_CONFIDENCE, shorts)


def _chosen(told: Series, asked: Mapping[str, str | None]) -> list[Value]:
    """Return the one value that is asked for, or none."""
    if which := asked.get("which"):
        chosen = _which(told, next(name for name, pattern in _WHICH.items() if pattern.fullmatch(which)))
    elif when := asked.get("when"):
        chosen = _on(told, when)
    else:
        chosen = _at(told, (asked["stage"] or "").lower())
    return [chosen] if chosen else []


def _changed(told: Series, asked: Mapping[str, str | None]) -> list[Value]:
    """Return the values of the two points that are asked for, else all in their order; none where they are many."""
    pair = [_of_point(told, point) for point in (asked.get("one"), asked.get("two")) if point]
    if len(pair) == 2 and pair[0] and pair[1] and pair[0] != pair[1]:
        return [value for value in pair if value]
    values = [v for v in told.values if not v.is_aside]
    sentences = {v.sentence for v in values}
    return values if len(values) >= _FEWEST and len(sentences) <= _MANY else []


def _of_point(told: Series, point: str) -> Value | None:
    """Return the value of a point: "now", "admission", "day 3"."""
    name = next((name for name, pattern in _POINTS.items() if pattern.search(point)), None)
    if name is None:
        return _on(told, point)
    return _at(told, name) if name in _STAGES else _which(told, name)


def _which(told: Series, which: str) -> Value | None:
    """Return the first, last, highest or lowest value; None where there may be another."""
    values = [v for v in told.values if not v.is_aside]
    if told.doubtful or len(values) < _FEWEST:
        return None
    if which in ("highest", "lowest"):
        best = (max if which == "highest" else min)(told.values, key=lambda v: v.number)
        return next((v for v in values if v.number == best.number), None)
    if not _in_order(values):
        return None
    return values[0 if which == "first" else -1]


def _in_order(values: Sequence[Value]) -> bool:
    """Say whether nothing tells that values stand in another order than that of time."""
    days = [(v.time[1], v.time[0]) for v in values if v.time]
    years = [int(m.group()) for v in values if (m := _YEAR.search(v.told))]
    if days != sorted(days) or years != sorted(years) or any(_EARLIER.search(v.told) for v in values):
        return False
    for one, other in itertools.pairwise(values):
        if _is_of(one, "discharge") and not (_is_of(other, "discharge") or _LATER.search(other.told)):
            return False
        if _is_of(other, "admission") and not _is_of(one, "admission"):
            return False
    return True


def _on(told: Series, when: str) -> Value | None:
    """Return the one value of a day; None where there is none, several differ, or there may be another."""
    asked = time_of(when)
    own = [v for v in told.values if asked and v.time and _same(asked, v.time)]
    return own[0] if len({v.number for v in own}) == 1 and own[0].sentence not in told.doubtful else None


def _at(told: Series, stage: str) -> Value | None:
    """Return the one value that is told of a stage; None where there is none, several, or may be another."""
    if stage in _STAGES or stage in ("arrival", "presentation"):
        own = [v for v in told.values if _is_of(v, "discharge" if stage == "discharge" else "admission")]
    else:
        spell = re.compile(data.SPELL.replace("{spell}", re.escape(stage)), re.IGNORECASE)
        own = [v for v in told.values if spell.search(v.told)]
    return own[0] if len(own) == 1 and own[0].sentence not in told.doubtful else None


def _is_of(value: Value, stage: str) -> bool:
    """Say whether a value is told of this stage, and of no other."""
    named = [name for name, pattern in _STAGES.items() if pattern.search(value.told)]
    return named == [stage] and not _OTHER_STAGE.search(value.told)


def _same(one: Time, other: Time) -> bool:
    return one[0] == other[0] and (one[1] == other[1] or (-1 in (one[1], other[1]) and 0 not in (one[1], other[1])))
