"""Our own folders: corpus.jsonl and questions.jsonl, either of them perhaps packed (.gz).

    corpus.jsonl     {"_id": "d1", "title": "…", "text": "…"}
    questions.jsonl  {"_id": "q1", "question": "…", "answerable": true, "source_doc": "d1",
                      "answers": [{"text": "…", "doc_id": "d1", "start": 0}], "relevant_docs": ["d1"]}

`answerable` is needed. Answers stand in the text they name, at `start` (code points). Relevant are `relevant_docs`, or
else the texts of the answers and `source_doc`. A question marked `deictic` ("what did this study find") names nothing
to search for: it is asked, but not ranked. `topic` and `split` are texts; other keys are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from calcqa.errors import InputError, SidecarError
from calcqa.evaluation.datasets.base import (
    Dataset,
    Evidence,
    Query,
    Text,
    Unique,
    first_file,
    id_of,
    json_lines,
    make_dataset,
    question_of,
    text_of,
    texts_of,
)


def load(folder: Path, texts: Sequence[Text] = ()) -> Dataset:
    """Load a folder; `texts` take the place of its own corpus.jsonl.

    Raises:
        SidecarError: a line is not usable, or an answer does not stand where it says.
        InputError: a file is missing or cannot be read.

    """
    asked = first_file(folder, "questions.jsonl")
    used, corpus = texts_of(folder, texts)
    if asked is None or not used:
        raise InputError(f"{folder} is no folder of ours: that has corpus.jsonl and questions.jsonl.")
    by_id = {t.id: t.text for t in used}
    unique = Unique(asked.name)
    queries = [_query(record, by_id, unique, asked.name, line) for line, record in json_lines(asked)]
    return make_dataset("folder", folder, asked, queries, [*corpus, asked], used)


def _query(record: dict[str, Any], texts: Mapping[str, str], unique: Unique, source: str, line: int) -> Query:
    id = unique.add(id_of(record, source, line, "_id", "id"), line)  # noqa: A001
    answerable = record.get("answerable")
    if not isinstance(answerable, bool):
        raise SidecarError(source, line, 'needs "answerable": true or false.')
    answers = record.get("answers") or []
    if not isinstance(answers, list) or not all(isinstance(a, dict) for a in answers):
        raise SidecarError(source, line, '"answers" is not a list of objects.')
    if answers and not answerable:
        raise SidecarError(source, line, 'has "answers", though it is not answerable.')
    spans = tuple(dict.fromkeys(_span(a, texts, source, line) for a in answers))
    written_for = text_of(record, "source_doc", source, line, empty=True)
    asked_of = (written_for,) if written_for else ()
    named = record.get("relevant_docs") or [*(s.text_id for s in spans), *asked_of]
    if not isinstance(named, list) or not all(isinstance(n, str) for n in named):
        raise SidecarError(source, line, '"relevant_docs" is not a list of texts\' ids.')
    return Query(
        id,
        question_of(record, "question", source, line),
        f"{source}, line {line}",
        answerable,
        tuple(dict.fromkeys(texts[s.text_id][s.start : s.end] for s in spans)),
        evidence=spans,
        relevant=dict.fromkeys(named, 1) if answerable and not record.get("deictic") else {},
        asked_of=asked_of,
        topic=text_of(record, "topic", source, line, empty=True),
        split=text_of(record, "split", source, line, empty=True),
    )


def _span(answer: dict[str, Any], texts: Mapping[str, str], source: str, line: int) -> Evidence:
    words, text_id, start = text_of(answer, "text", source, line), answer.get("doc_id"), answer.get("start")
    if not isinstance(text_id, str) or text_id not in texts:
        raise SidecarError(source, line, f"an answer is in the text {text_id!r}, which is not there.")
    whole = isinstance(start, int) and not isinstance(start, bool) and start >= 0
    if not whole or texts[text_id][start : start + len(words)] != words:  # type: ignore[operator]
        raise SidecarError(source, line, f"{words[:60]!r} does not stand at {start!r} of {text_id!r}.")
    return Evidence(text_id, start, start + len(words))  # type: ignore[arg-type, operator]
