"""Saved conversations: turns as JSON, and back again.

A transcript holds the program's version, the index it was made with, and the turns with their answers as data
(`Answer.to_dict`), each with whether its quotes stood when it was saved (`verifying.py` finds out). What comes back is
hostile input: its form is checked here, to the last field, and its quotes are not; `verify` says whether those still
stand.
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from calcqa import __version__
from calcqa.domain import Answer, Hit, Passage, Turn
from calcqa.errors import InputError
from calcqa.index import Index
from calcqa.settings import MAX_QUESTION
from calcqa.verifying import Fault, problems, verify

__all__ = ["MOST_TURNS", "Fault", "transcript", "turns_from", "verify"]

MOST_TURNS = 500
"""Turns of a conversation that is taken back."""

_MOST = 5_000  # items of any list in it
_LONGEST = 100_000  # characters of any text in it
_LARGEST = 2**53  # whole numbers above are not the same everywhere


# --- out --------------------------------------------------------------------------------------------------------------


def transcript(
    turns: Sequence[Turn], index: Index, *, name: str = "", now: datetime | None = None, brief: bool = False
) -> dict[str, Any]:
    """Return a conversation as plain data, fit for JSON, for `verify` and for `turns_from`.

    `name` is the conversation's, `now` when it is saved. A `brief` one names the passages that were found and leaves
    their text to the index; of a library's documents it names those that are quoted. A quote says whether it is
    `verified`, and a turn, whether all of its quotes are.
    """
    answers = [_brief(t.answer) if brief else t.answer.to_dict() for t in turns]
    found = [problems(answer, index, number) for number, answer in enumerate(answers, start=1)]
    for answer, one in zip(answers, found, strict=True):
        for citation, problem in zip(answer["citations"], one, strict=True):
            citation["verified"] = not problem
    quoted = {c.document_id for t in turns for c in t.answer.citations}
    documents = [d for d in index.documents.values() if not brief or d.id in quoted]
    return {
        "calcqa": __version__,
        "name": name,
        **({"saved": now.isoformat(timespec="seconds")} if now else {}),
        "index": {
            "encoder_sha256": index.manifest["encoder"]["sha256"],
            "documents": [{"id": d.id, "sha256": d.sha256, "title": d.title, "source": d.source} for d in documents],
        },
        "verified": {"quotes": sum(map(len, found)), "failed": sum(1 for one in found for problem in one if problem)},
        "turns": [
            {
                "question": t.question,
                "standalone_question": t.standalone_question,
                "verified": not any(one),
                "answer": answer,
            }
            for t, answer, one in zip(turns, answers, found, strict=True)
        ],
    }


def _brief(answer: Answer) -> dict[str, Any]:
    """Return an answer as data, with passages by their ids."""
    refused = answer.abstention and dataclasses.replace(answer.abstention, nearest=())
    data = dataclasses.replace(answer, hits=(), abstention=refused).to_dict()
    data["hits"] = _references(answer.hits)
    if answer.abstention:
        data["abstention"]["nearest"] = _references(answer.abstention.nearest)
    return data


def _references(hits: Iterable[Hit]) -> list[dict[str, Any]]:
    fields = [f.name for f in dataclasses.fields(Hit) if f.name != "passage"]
    return [{"passage": h.passage.id} | {name: getattr(h, name) for name in fields} for h in hits]


# --- and back ---------------------------------------------------------------------------------------------------------


def turns_from(data: object, index: Index) -> list[Turn]:
    """Return the turns of a transcript, as `transcript` was given them.

    Quotes that no longer stand in `index` come back all the same; `verify` reports them. What was found beside them is
    taken from `index`, and left out where it is not there: it is no citation.

    Raises:
        InputError: it is no transcript, or something in it is of the wrong kind, too long or too much; it says where.
    """
    turns = data.get("turns") if isinstance(data, Mapping) else None
    if not isinstance(turns, list):
        raise _wrong("it has no turns")
    if len(turns) > MOST_TURNS:
        raise _wrong(f"it has {len(turns):,} turns, and at most {MOST_TURNS} are read")
    passages = {p.id: p for p in index.passages}
    return [_turn(turn, f"turn {number}", passages) for number, turn in enumerate(turns, start=1)]


def _turn(data: object, where: str, passages: Mapping[str, Passage]) -> Turn:
    answer = data.get("answer") if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(answer, Mapping):
        raise _wrong(f"{where} has no answer")
    refused = answer.get("abstention")
    if isinstance(refused, Mapping):
        refused = {**refused, "nearest": _filled(refused.get("nearest"), passages)}
    answer = {**answer, "hits": _filled(answer.get("hits"), passages), "abstention": refused}
    turn: Turn = _read(Turn, {**data, "answer": answer}, where)
    if bool(turn.answer.citations) == bool(turn.answer.abstention):
        raise _wrong(f"{where} must have either quotes or an abstention")
    if [c.number for c in turn.answer.citations] != list(range(1, len(turn.answer.citations) + 1)):
        raise _wrong(f"the quotes of {where} are not numbered from 1")
    return turn


def _filled(hits: object, passages: Mapping[str, Passage]) -> object:
    """Return hits with the passages of the index that they name, or hold; those that are not there are left out."""
    if not isinstance(hits, list):
        return hits
    found = []
    for hit in hits:
        passage = hit.get("passage") if isinstance(hit, Mapping) else None
        name = passage.get("id") if isinstance(passage, Mapping) else passage
        if not isinstance(name, str):
            return hits  # which is then said to be wrong
        if name in passages:
            found.append({**hit, "passage": passages[name]})
    return found


def _read(kind: Any, data: object, where: str) -> Any:
    """Return `data`, which came from JSON, as a value of `kind`: a class of `domain.py`, or what its fields are of."""
    if dataclasses.is_dataclass(kind):
        return data if kind is Passage and isinstance(data, Passage) else _record(kind, data, where)
    if typing.get_origin(kind) is tuple:
        if not isinstance(data, list) or len(data) > _MOST:
            raise _wrong(f"{where} is not a list, or too long a one")
        return tuple(_read(typing.get_args(kind)[0], item, where) for item in data)
    if typing.get_origin(kind) is types.UnionType:  # with None
        return None if data is None else _read(typing.get_args(kind)[0], data, where)
    if kind in (int, float):
        return _number(kind, data, where)
    text = _text(data, where)
    if issubclass(kind, StrEnum):
        if text not in list(kind):
            raise _wrong(f"{where} is none of {', '.join(kind)}")
        return kind(text)
    return text


def _record(kind: Any, data: object, where: str) -> Any:
    """Return an instance of a class of `domain.py`; a field with a default may be missing, for it may be newer."""
    if not isinstance(data, Mapping):
        raise _wrong(f"{where} is not an object")
    values = {}
    for field in dataclasses.fields(kind):
        if field.name in data:
            values[field.name] = _read(_kinds(kind)[field.name], data[field.name], f"{where}, {field.name}")
        elif field.default is dataclasses.MISSING:
            raise _wrong(f"{where} has no {field.name}")
    if len(values.get("question", "")) > MAX_QUESTION:
        raise _wrong(f"{where} has a question of more than {MAX_QUESTION:,} characters")
    return kind(**values)


@functools.cache
def _kinds(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _number(kind: type, data: object, where: str) -> int | float:
    if kind is int and type(data) is int and 0 <= data <= _LARGEST:
        return data
    if kind is float and type(data) in (int, float) and abs(typing.cast("float", data)) <= _LARGEST:
        return float(typing.cast("float", data))
    raise _wrong(f"{where} is not a number that can stand there")


def _text(data: object, where: str) -> str:
    if not isinstance(data, str) or len(data) > _LONGEST:
        raise _wrong(f"{where} is not a text, or too long a one")
    if any("\ud800" <= c <= "\udfff" for c in data):
        raise _wrong(f"{where} has halves of characters")
    return data


def _wrong(problem: str) -> InputError:
    return InputError(f"This is not a saved conversation: {problem}.")
