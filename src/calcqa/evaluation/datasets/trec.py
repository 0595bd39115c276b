"""TREC's files (trec_eval): judgements and runs, and a folder of topics with their judgements.

    qrels   QUERY 0 TEXT GRADE                  separated by white space; the second column is not used
    run     QUERY Q0 TEXT RANK SCORE NAME       ranked by SCORE, the highest first; equal scores by RANK
    topics  QUERY <tab> QUESTION                topics.tsv or queries.tsv

A folder of this form holds topics, one file of judgements (`*qrels` or `*qrels.txt`), and corpus.jsonl, unless other
texts are named. A run is the ranking of some program, scored without asking anything. Any file may be packed (.gz).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from calcqa.errors import InputError, SidecarError
from calcqa.evaluation.datasets.base import (
    Dataset,
    Text,
    Unique,
    add_grade,
    first_file,
    lines,
    make_dataset,
    question_of,
    ranked_query,
    texts_of,
)

_QRELS = re.compile(r".*qrels(?:\.txt|\.tsv)?(?:\.gz)?")
_NAME = "calcqa"


def topics_of(folder: Path) -> Path | None:
    """Return the file of topics in `folder`, if there is one."""
    return first_file(folder, "topics.tsv", "queries.tsv")


def load(folder: Path, texts: Sequence[Text] = ()) -> Dataset:
    """Load a folder of topics and judgements; `texts` take the place of its own corpus.jsonl.

    Raises:
        SidecarError: a line is not usable.
        InputError: a file is missing or cannot be read, or a judged query or text is not there.

    """
    topics, (used, corpus) = topics_of(folder), texts_of(folder, texts)
    judged = [p for p in sorted(folder.iterdir()) if p.is_file() and _QRELS.fullmatch(p.name)]
    if topics is None or len(judged) != 1:
        raise InputError(f"{folder} needs topics.tsv and one file of judgements (NAME.qrels); it has {len(judged)}.")
    grades = read_qrels(judged[0])
    queries, unique = [], Unique(topics.name)
    for line, row in lines(topics):
        id, tab, question = row.partition("\t")  # noqa: A001
        if not tab or not id.strip():
            raise SidecarError(topics.name, line, "needs an id and a question, with a tab between them.")
        id = unique.add(id.strip(), line)  # noqa: A001
        turns = question_of({"question": question}, "question", topics.name, line)
        queries.append(ranked_query(id, turns, f"{topics.name}, line {line}", grades.pop(id, {})))
    if grades:
        raise InputError(f"{topics.name} has no query {next(iter(grades))!r}, which {judged[0].name} judges.")
    return make_dataset("trec", folder, topics, queries, [topics, judged[0], *corpus], used)


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Return the grade of each judged text by query, in the order of the file.

    Raises:
        SidecarError: a line is not of the form, or judges a text twice.
        InputError: the file cannot be read, or holds nothing.

    """
    grades: dict[str, dict[str, int]] = {}
    for line, row in lines(path):
        fields = row.split()
        if len(fields) != 4:
            raise SidecarError(path.name, line, "needs four columns: query, 0, text and a whole number.")
        query, _, text, grade = fields
        add_grade(grades, (query, text, grade), path.name, line)
    if not grades:
        raise InputError(f"{path.name} holds no judgements.")
    return grades


def read_run(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the texts a run ranks for each query, best first.

    Raises:
        SidecarError: a line is not of the form, or ranks a text twice.
        InputError: the file cannot be read, or holds nothing.

    """
    ranked: dict[str, dict[str, tuple[float, float]]] = {}
    for line, row in lines(path):
        fields = row.split()
        try:
            query, _, text, rank, score, _ = fields
            place = (-float(score), float(rank))
        except ValueError as error:
            raise SidecarError(path.name, line, "needs six columns: query, Q0, text, rank, score and name.") from error
        if math.isnan(place[0]) or math.isnan(place[1]):
            raise SidecarError(path.name, line, "a rank and a score are numbers.")
        if text in ranked.setdefault(query, {}):
            raise SidecarError(path.name, line, f"{text!r} is ranked twice for {query!r}.")
        ranked[query][text] = place
    if not ranked:
        raise InputError(f"{path.name} holds no ranking.")
    return {query: tuple(sorted(texts, key=texts.__getitem__)) for query, texts in ranked.items()}


def run_lines(rankings: Mapping[str, Sequence[str]], name: str = _NAME) -> str:
    """Return rankings as the text of a run; the score is 1/rank, and white space in ids becomes %20 (and %, %25)."""
    return "".join(
        f"{_whole(query)} Q0 {_whole(text)} {rank} {1 / rank:.6f} {name}\n"
        for query, texts in rankings.items()
        for rank, text in enumerate(texts, start=1)
    )


def _whole(id: str) -> str:  # noqa: A002
    return re.sub(r"\s|%", lambda m: "".join(f"%{b:02X}" for b in m[0].encode()), id)
