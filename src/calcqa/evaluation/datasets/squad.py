"""SQuAD 2.0 (Rajpurkar, Jia & Liang 2018), and 1.1, which has no unanswerable questions: one JSON file.

    {"data": [{"title": …, "paragraphs": [{"context": …, "qas": [{"id": …, "question": …, "is_impossible": false,
                                                                 "answers": [{"text": …, "answer_start": 0}]}]}]}]}

Each paragraph is a text, `TITLE#0`, `TITLE#1` and so on, spaces in the title as underscores. A question was written
for its paragraph, which alone is known to answer it, or not to. "plausible_answers" are not answers and ignored.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from calcqa.errors import InputError, SidecarError
from calcqa.evaluation.datasets.base import Dataset, Evidence, Query, Text, make_dataset, question_of, read_file
from calcqa.faq.entries import json_object


def load(path: Path) -> Dataset:
    """Load a SQuAD file.

    Raises:
        InputError: it cannot be read or is not of this form; the question is named, for the file is one line.

    """
    content = read_file(path)
    try:
        data = json_object(content, path.name, 1)["data"]
    except (SidecarError, KeyError) as error:
        raise InputError(f"{path.name} is not of SQuAD's form: a JSON object with a list called data.") from error
    texts: list[Text] = []
    queries: list[Query] = []
    used, asked = set[str](), set[str]()
    for article in _list(data, path.name, "data"):
        title = _of(article, "title", str, path.name, "an article")
        stem, number = "_".join(title.split()), 0
        for paragraph in _list(_of(article, "paragraphs", list, path.name, title), path.name, title):
            while f"{stem}#{number}" in used:  # two articles of one title
                number += 1
            text = Text(f"{stem}#{number}", title.replace("_", " "), _of(paragraph, "context", str, path.name, title))
            used.add(text.id)
            texts.append(text)
            for query in _queries(paragraph, text, path.name):
                if query.id in asked:
                    raise InputError(f"{path.name}: the question {query.id!r} is there twice.")
                asked.add(query.id)
                queries.append(query)
    return make_dataset("squad", path, path, queries, [path], texts)


def _queries(paragraph: dict[str, Any], text: Text, source: str) -> Iterator[Query]:
    for record in _list(_of(paragraph, "qas", list, source, text.id), source, text.id):
        id = _of(record, "id", str, source, f"a question of {text.id}")  # noqa: A001
        place = f"{source}, question {id}"
        try:
            turns = question_of(record, "question", source, 0)
        except SidecarError as error:
            raise InputError(f"{place}: {error.problem}") from error
        answerable = not _of({"is_impossible": False, **record}, "is_impossible", bool, source, id)
        answers = _list(_of({"answers": [], **record}, "answers", list, source, id), source, id)
        if answerable != bool(answers):
            raise InputError(f"{place}: is_impossible is {not answerable}, with {len(answers)} answers.")
        spans = [_span(answer, text, place) for answer in answers]
        yield Query(
            id,
            turns,
            place,
            answerable,
            tuple(dict.fromkeys(text.text[s.start : s.end] for s in spans)),
            evidence=tuple(dict.fromkeys(spans)),
            relevant={text.id: 1} if answerable else {},
            asked_of=(text.id,),
        )


def _span(answer: dict[str, Any], text: Text, place: str) -> Evidence:
    words = _of(answer, "text", str, place, "an answer")
    start = _of(answer, "answer_start", int, place, "an answer")
    if not words or start < 0 or text.text[start : start + len(words)] != words:
        raise InputError(f"{place}: {words!r} does not stand at {start} of its paragraph.")
    return Evidence(text.id, start, start + len(words))


def _of(record: dict[str, Any], key: str, kind: type, source: str, where: str) -> Any:
    value = record.get(key)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)) or (kind is str and not value):
        raise InputError(f"{source}: {where} needs {key!r}, a {kind.__name__}.")
    return value


def _list(values: Any, source: str, where: str) -> list[dict[str, Any]]:
    if not isinstance(values, list) or not all(isinstance(v, dict) for v in values):
        raise InputError(f"{source}: {where} is not a list of objects.")
    return values
