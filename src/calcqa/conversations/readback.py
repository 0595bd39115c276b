"""Turns and answers read back from JSON, checked to the last field.

What comes back is hostile input: how much it is, and the form of every field, are checked here before anything is made
of it. Does not: say whether quotes still stand (`conversations/verification.py`).
"""

from __future__ import annotations

import dataclasses
import functools
import re
import types
import typing
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from calcqa.config import MAX_QUESTION
from calcqa.errors import InputError
from calcqa.index.index import Index
from calcqa.language.json_input import measured
from calcqa.types import Answer, Passage, Turn, json_name

MOST_TURNS = 500
"""Turns of a conversation that is taken back."""
MOST_VALUES, MOST_CHARACTERS = 400_000, 20_000_000
"""Values, and characters of all texts, that a conversation may have; a full one with all passages has half of that."""

_MOST = {
    "citations": 500,
    "hits": 100,
    "nearest": 20,
    "unanswered": 20,
    "disagreements": 20,
}  # items of these, and of other lists:
_MOST_ITEMS = 1_000
_LONGEST = 100_000  # characters of any text
_LARGEST = 2**53  # whole numbers above are not the same everywhere
_HALVES = re.compile("[\ud800-\udfff]")

_Reading = Callable[[object], Any]
_T = typing.TypeVar("_T")


class _WrongError(Exception):
    """A value that cannot stand where it does: what is wrong, and where, the outermost place first."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem, self.place = problem, list[str]()


def turns_from(data: object, index: Index) -> list[Turn]:
    """Return the turns of a transcript, as `transcripts.transcript` was given them.

    Quotes that no longer stand in `index` come back all the same; `verify` reports them. The hits beside them are
    taken from `index`, and left out where it is not there: it is no citation.

    Raises:
        InputError: it is no transcript, or something in it is of the wrong kind, too long or too much; it says where.
    """
    bounded(data)
    turns = data.get("turns") if isinstance(data, Mapping) else None
    if not isinstance(turns, list):
        raise wrong("it has no turns")
    if len(turns) > MOST_TURNS:
        raise wrong(f"it has {len(turns):,} turns, and at most {MOST_TURNS} are read")
    return [turn_from(turn, f"turn {number}", index) for number, turn in enumerate(turns, start=1)]


def turn_from(data: object, where: str, index: Index) -> Turn:
    """Return one turn of a transcript; raises InputError as `turns_from` does."""
    answer = data.get("answer") if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(answer, Mapping):
        raise wrong(f"{where} has no answer")
    return _checked(Turn, {**data, "answer": _filled(answer, index)}, where, lambda turn: turn.answer)


def answer_from(data: object, where: str, index: Index) -> Answer:
    """Return an answer that stands by itself; raises InputError as `turns_from` does."""
    if not isinstance(data, Mapping):
        raise wrong(f"{where} has no answer")
    return _checked(Answer, _filled(data, index), where, lambda answer: answer)


def bounded(data: object) -> None:
    """Raise InputError where there is more in `data` than any conversation has."""
    try:
        measured(data, values=MOST_VALUES, characters=MOST_CHARACTERS)
    except ValueError as error:
        raise wrong(str(error)) from None


def wrong(problem: str) -> InputError:
    """Return the error that says what of a conversation cannot be read."""
    return InputError(f"This is not a saved conversation: {problem}.")


def _checked(kind: type[_T], data: object, where: str, answer_of: Callable[[_T], Answer]) -> _T:
    try:
        value: _T = _reading(typing.cast("Any", kind))(data)
    except _WrongError as error:
        raise wrong(f"{', '.join([where, *error.place])} {error.problem}") from None
    answer = answer_of(value)
    if bool(answer.citations) == bool(answer.abstention):
        raise wrong(f"{where} must have either quotes or an abstention")
    if [c.number for c in answer.citations] != list(range(1, len(answer.citations) + 1)):
        raise wrong(f"the quotes of {where} are not numbered from 1")
    return value


def _filled(answer: Mapping[str, Any], index: Index) -> dict[str, Any]:
    """Return an answer with the passages of the index that it names, or holds, in their place."""
    refused = answer.get("abstention")
    if isinstance(refused, Mapping):
        refused = {**refused, "nearest": _in_index(refused.get("nearest"), index)}
    return {**answer, "hits": _in_index(answer.get("hits"), index), "abstention": refused}


def _in_index(hits: object, index: Index) -> object:
    """Return hits with the passages of the index; those that are not there are left out."""
    if not isinstance(hits, list | tuple) or len(hits) > _MOST_ITEMS:
        return hits  # which is then reported as wrong
    filled = []
    for hit in hits:
        name = passage_name(hit)
        if name is None:
            return hits
        if name in index.passage_by_id:
            filled.append({**hit, "passage": index.passage_by_id[name]})
    return filled


def passage_name(hit: object) -> str | None:
    """Return the id of the passage that a hit, as data, holds or names; None where it does neither."""
    passage = hit.get("passage") if isinstance(hit, Mapping) else None
    name = passage.get("id") if isinstance(passage, Mapping) else passage
    return name if isinstance(name, str) else None


# --- values -----------------------------------------------------------------------------------------------------------


@functools.cache
def _reading(kind: Any, name: str = "") -> _Reading:
    """Return what makes a value of `kind` from JSON: of a class of `types.py`, or of what its field `name` holds."""
    if dataclasses.is_dataclass(kind):
        return _passage if kind is Passage else _record(kind)
    if typing.get_origin(kind) is tuple:
        return _list(_reading(typing.get_args(kind)[0]), _MOST.get(name, _MOST_ITEMS))
    if typing.get_origin(kind) is types.UnionType:  # with None
        inner = _reading(typing.get_args(kind)[0])
        return lambda data: None if data is None else inner(data)
    if kind is bool:
        return _flag
    if kind in (int, float):
        return _whole if kind is int else _number
    return functools.partial(_choice, kind) if issubclass(kind, StrEnum) else _text


def _record(kind: Any) -> _Reading:
    """Return what makes an instance of `kind`; a field with a default may be missing, for it may be newer."""
    kinds = typing.get_type_hints(kind)
    fields = [
        (f.name, json_name(f.name), _reading(kinds[f.name], f.name), f.default is dataclasses.MISSING)
        for f in dataclasses.fields(kind)
    ]

    def read(data: object) -> Any:
        if not isinstance(data, Mapping):
            raise _WrongError("is not an object")
        values = {}
        for name, key, reading, needed in fields:
            if key in data:
                try:
                    values[name] = reading(data[key])
                except _WrongError as error:
                    error.place.insert(0, key)
                    raise
            elif needed:
                raise _WrongError(f"has no {key}")
        if len(values.get("question", "")) > MAX_QUESTION:
            raise _WrongError(f"has a question of more than {MAX_QUESTION:,} characters")
        return kind(**values)

    return read


def _list(reading: _Reading, most: int) -> _Reading:
    def read(data: object) -> tuple[Any, ...]:
        if not isinstance(data, list | tuple) or len(data) > most:
            raise _WrongError("is not a list, or too long a one")
        return tuple(map(reading, data))

    return read


def _passage(data: object) -> Passage:
    if not isinstance(data, Passage):  # `_filled` has put one wherever there is one
        raise _WrongError("is not an object")
    return data


def _whole(data: object) -> int:
    if type(data) is int and 0 <= data <= _LARGEST:
        return data
    raise _WrongError("is not a number that can stand there")


def _number(data: object) -> float:
    if type(data) in (int, float) and abs(typing.cast("float", data)) <= _LARGEST:
        return float(typing.cast("float", data))
    raise _WrongError("is not a number that can stand there")


def _flag(data: object) -> bool:
    if isinstance(data, bool):
        return data
    raise _WrongError("is neither true nor false")


def _text(data: object) -> str:
    if not isinstance(data, str) or len(data) > _LONGEST:
        raise _WrongError("is not a text, or too long a one")
    if not data.isascii() and _HALVES.search(data):
        raise _WrongError("has halves of characters")
    return data


def _choice(kind: type[StrEnum], data: object) -> StrEnum:
    text = _text(data)
    if text not in list(kind):
        raise _WrongError(f"is none of {', '.join(kind)}")
    return kind(text)
