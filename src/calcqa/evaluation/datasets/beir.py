"""BEIR folders (Thakur et al. 2021): corpus.jsonl, queries.jsonl, and qrels/NAME.tsv for each split NAME.

    corpus.jsonl    {"_id": "d1", "title": "…", "text": "…"}
    queries.jsonl   {"_id": "q1", "text": "…"}
    qrels/test.tsv  query-id <tab> corpus-id <tab> score, with that heading or without

Judgements say which texts are relevant, and nothing of answers. Each file may be packed (.gz).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from calcqa.errors import InputError, SidecarError
from calcqa.evaluation.datasets.base import (
    Dataset,
    Text,
    Unique,
    add_grade,
    first_file,
    id_of,
    json_lines,
    lines,
    make_dataset,
    question_of,
    ranked_query,
    texts_of,
)

_HEADING = "query-id"


def load(folder: Path, texts: Sequence[Text] = ()) -> Dataset:
    """Load a BEIR folder; `texts` take the place of its own corpus.jsonl, which may then be missing.

    Raises:
        SidecarError: a line is not usable, or judges a query or a text that is not there.
        InputError: a file is missing or cannot be read.

    """
    asked = first_file(folder, "queries.jsonl")
    judged = sorted(p for p in (folder / "qrels").glob("*.tsv*") if p.name.endswith((".tsv", ".tsv.gz")))
    used, corpus = texts_of(folder, texts)
    if asked is None or not judged or not used:
        raise InputError(f"{folder} is no BEIR folder: that has corpus.jsonl, queries.jsonl and qrels/NAME.tsv.")
    grades, splits = _judgements(judged, {t.id for t in used})
    queries, unique = [], Unique(asked.name)
    for line, record in json_lines(asked):
        id = unique.add(id_of(record, asked.name, line, "_id", "id"), line)  # noqa: A001
        turns, place = question_of(record, "text", asked.name, line), f"{asked.name}, line {line}"
        queries.append(ranked_query(id, turns, place, grades.pop(id, {}), splits.get(id, "")))
    if grades:
        raise InputError(f"{asked.name} has no query {next(iter(grades))!r}, which is judged in qrels.")
    return make_dataset("beir", folder, asked, queries, [*corpus, asked, *judged], used)


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
            if len(fields) != 3 or not fields[0]:
                raise SidecarError(path.name, line, "needs a query, a text and a whole number, with tabs between them.")
            query, text, grade = fields
            if splits.setdefault(query, split) != split:
                raise SidecarError(path.name, line, f"the query {query!r} is judged for {splits[query]!r} already.")
            if text not in texts:
                raise SidecarError(path.name, line, f"there is no text {text!r}.")
            add_grade(grades, (query, text, grade), path.name, line)
    return grades, splits
