"""BEIR folders (Thakur et al. 2021): corpus.jsonl, queries.jsonl, and qrels/NAME.tsv for each split NAME.

    corpus.jsonl    {"_id": "d1", "title": "…", "text": "…"}
    queries.jsonl   {"_id": "q1", "text": "…"}
    qrels/test.tsv  query-id <tab> corpus-id <tab> score, with that heading or without

Judgements say which texts are relevant, and nothing of answers: a query with a relevant text counts as answerable,
one without as unknown. Each of the files may be packed (.gz).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from calcqa.errors import InputError, SidecarError
from calcqa.evaluation.datasets.base import (
    Query,
    QuestionSet,
    Text,
    Unique,
    files_sha256,
    found_file,
    id_of,
    json_lines,
    lines,
    question_of,
    read_texts,
)

_HEADING = "query-id"


def looks_like(folder: Path) -> bool:
    """Say whether `folder` has the names of a BEIR set."""
    return found_file(folder, "queries.jsonl") is not None and (folder / "qrels").is_dir()


def load(folder: Path, texts: Sequence[Text] = ()) -> QuestionSet:
    """Load a BEIR folder; `texts` take the place of its own corpus.jsonl, which may then be missing.

    Raises:
        SidecarError: a line is not usable, or judges a query or a text that is not there.
        InputError: a file is missing or cannot be read.

    """
    corpus, asked = found_file(folder, "corpus.jsonl"), found_file(folder, "queries.jsonl")
    judged = sorted(p for p in (folder / "qrels").glob("*.tsv*") if p.name.endswith((".tsv", ".tsv.gz")))
    if asked is None or not judged or (corpus is None and not texts):
        raise InputError(f"{folder} is no BEIR folder: that has corpus.jsonl, queries.jsonl and qrels/NAME.tsv.")
    used = tuple(texts) or read_texts(corpus) if corpus else tuple(texts)
    grades, splits = _judgements(judged, {t.id for t in used})
    queries, unique = [], Unique(asked.name)
    for line, record in json_lines(asked):
        id = unique.add(id_of(record, asked.name, line, "_id", "id"), line)  # noqa: A001
        turns = question_of(record, "text", asked.name, line)
        relevant = grades.pop(id, {})
        known = any(grade > 0 for grade in relevant.values()) or None
        place = f"{asked.name}, line {line}"
        queries.append(Query(id, turns, place, known, relevant=relevant, split=splits.get(id, "")))
    if grades:
        raise InputError(f"{asked.name} has no query {next(iter(grades))!r}, which is judged in qrels.")
    if not queries:
        raise InputError(f"{asked.name} holds no questions.")
    sources = [p for p in (None if texts else corpus, asked, *judged) if p]
    return QuestionSet(folder.name, "beir", tuple(queries), files_sha256(sources), used)


def _judgements(paths: Sequence[Path], texts: set[str]) -> tuple[dict[str, dict[str, int]], dict[str, str]]:
    """Return the grades of each judged query, and the split whose file judges it."""
    grades: dict[str, dict[str, int]] = {}
    splits: dict[str, str] = {}
    for path in paths:
        split = path.name.removesuffix(".gz").removesuffix(".tsv")
        for line, row in lines(path):
            fields = [f.strip() for f in row.split("\t")]
            if line == 1 and fields[0] == _HEADING:
                continue
            if len(fields) != 3 or not fields[0] or not _whole(fields[2]):
                raise SidecarError(path.name, line, "needs a query, a text and a whole number, with tabs between them.")
            query, text, grade = fields
            if splits.setdefault(query, split) != split:
                raise SidecarError(path.name, line, f"the query {query!r} is judged for {splits[query]!r} already.")
            if text not in texts:
                raise SidecarError(path.name, line, f"there is no text {text!r}.")
            if text in grades.setdefault(query, {}):
                raise SidecarError(path.name, line, f"{text!r} is judged twice for {query!r}.")
            grades[query][text] = int(grade)
    return grades, splits


def _whole(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d{1,9}", text) is not None
