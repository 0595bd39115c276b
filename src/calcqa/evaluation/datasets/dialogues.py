"""Dialogues: a folder with dialogues.jsonl, perhaps packed (.gz).

    {"id": "a", "history": ["Who ran the mill?", "Two sisters did."], "question": "Until when did they?",
     "passages": ["The sisters sold the mill in 1911.", "…"], "answerability": ["ANSWERABLE"]}

`history` holds the user's and an assistant's turns, one after the other. Only the user's turns are asked, before the
question and in one conversation with it. Each passage is a text, `ID#0`, `ID#1` and so on. It is relevant to an
ANSWERABLE or PARTIAL question, so an answer is right where it cites one; UNANSWERABLE questions are to be refused.
UNDERSPECIFIED ones count as unknown: they call for a question in return, which neither an answer nor a refusal is. This
class is the topic, in lower case. Other keys are ignored, a reference answer among them: no quote holds its words.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from calcqa.errors import InputError, SidecarError
from calcqa.evaluation.datasets.base import (
    Dataset,
    Query,
    Text,
    Unique,
    first_file,
    id_of,
    json_lines,
    make_dataset,
    question_of,
    text_of,
)

_ANSWERABLE = {"ANSWERABLE": True, "PARTIAL": True, "UNANSWERABLE": False, "UNDERSPECIFIED": None}


def load(folder: Path) -> Dataset:
    """Load a folder of dialogues.

    Raises:
        SidecarError: a line is not usable.
        InputError: the file is missing or cannot be read, or holds nothing.

    """
    asked = first_file(folder, "dialogues.jsonl")
    if asked is None:
        raise InputError(f"{folder} is no folder of dialogues: that has dialogues.jsonl.")
    queries: list[Query] = []
    texts: list[Text] = []
    unique = Unique(asked.name)
    for line, record in json_lines(asked):
        id = unique.add(id_of(record, asked.name, line, "id", "_id"), line)  # noqa: A001
        own = [Text(f"{id}#{n}", "", text) for n, text in enumerate(_texts(record, "passages", asked.name, line))]
        queries.append(_query(record, id, tuple(t.id for t in own), asked.name, line))
        texts += own
    return make_dataset("dialogues", folder, asked, queries, [asked], texts)


def _query(record: dict[str, Any], id: str, texts: tuple[str, ...], source: str, line: int) -> Query:  # noqa: A002
    history = _texts(record, "history", source, line)
    if len(history) % 2:
        raise SidecarError(source, line, '"history" ends with the user; its last text is an assistant\'s.')
    before = [turn for text in history[::2] for turn in question_of({"history": text}, "history", source, line)]
    match record.get("answerability"):
        case [str(kind)] if kind in _ANSWERABLE:
            answerable = _ANSWERABLE[kind]
        case _:
            raise SidecarError(source, line, f'needs "answerability": a list with one of {", ".join(_ANSWERABLE)}.')
    return Query(
        id,
        (*before, *question_of(record, "question", source, line)),
        f"{source}, line {line}",
        answerable,
        relevant=dict.fromkeys(texts, 1) if answerable else {},
        asked_of=texts,
        topic=kind.lower(),
    )


def _texts(record: dict[str, Any], key: str, source: str, line: int) -> list[str]:
    values = record.get(key)
    if not isinstance(values, list):
        raise SidecarError(source, line, f'needs "{key}": a list of texts, which may be empty.')
    return [text_of({key: value}, key, source, line) for value in values]
