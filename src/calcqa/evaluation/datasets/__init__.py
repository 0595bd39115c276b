"""Datasets of many forms as one: what lies at a path is recognised, loaded and checked.

    base.py       the values, and how files are read
    report.py     a file like questions/report.jsonl
    folder.py     our folders: corpus.jsonl and questions.jsonl
    beir.py       BEIR folders: corpus.jsonl, queries.jsonl, qrels/
    dialogues.py  dialogues.jsonl: dialogues with the passages they are about
    squad.py      SQuAD's JSON
    table.py      CSV
    trec.py       TREC's topics, judgements and runs
    sampling.py   parts of a dataset, the same every time

To add a form, write a module with a `load`, and name it in `FORMS`, and in `_FOLDERS` or `recognise`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

from calcqa.errors import InputError
from calcqa.evaluation.datasets import beir, dialogues, folder, report, squad, table, trec
from calcqa.evaluation.datasets.base import (
    Dataset,
    Evidence,
    Query,
    Text,
    check_ids,
    files_sha256,
    first_file,
    read_texts,
)
from calcqa.types import text_hash

__all__ = ["FORMS", "Dataset", "Evidence", "Query", "Text", "load_dataset", "recognise"]

FORMS: dict[str, Callable[[Path, Sequence[Text]], Dataset]] = {
    "report": report.load,
    "folder": folder.load,
    "beir": beir.load,
    "dialogues": lambda path, _: dialogues.load(path),
    "squad": lambda path, _: squad.load(path),
    "csv": lambda path, _: table.load(path),
    "trec": trec.load,
}
"""What loads each form, from its path and the texts that take the place of its own."""

_FOLDERS: dict[str, Callable[[Path], object]] = {
    "beir": lambda path: first_file(path, "queries.jsonl") and (path / "qrels").is_dir(),
    "folder": lambda path: first_file(path, "questions.jsonl"),
    "dialogues": lambda path: first_file(path, "dialogues.jsonl"),
    "trec": trec.topics_of,
}
"""What tells each form of folder, by the names of its files."""

_TEXTS = (".jsonl", ".jsonl.gz")


def load_dataset(path: str | Path, corpus: Sequence[str | Path] | None = None, form: str | None = None) -> Dataset:
    """Load the dataset at `path`.

    Args:
        path: a file or a folder.
        corpus: what to ask instead of the dataset's own texts: one corpus.jsonl (or .jsonl.gz), or files and folders
            of documents, which `files` keeps for the loaders.
        form: one of `FORMS`; by default it is recognised.

    Raises:
        SidecarError: a record cannot be used; it names the file, the line and the problem.
        InputError: the dataset cannot be read or recognised, or names a text that is not there.

    """
    path, paths = Path(path), [Path(p) for p in corpus or ()]
    ours = [p for p in paths if p.name.endswith(_TEXTS)]
    if ours and len(paths) > 1:
        raise InputError(f"{ours[0].name} is a whole corpus; name it alone, or documents without it.")
    texts = read_texts(ours[0]) if ours else ()
    form = form or recognise(path)
    if form not in FORMS:
        raise InputError(f"There is no form {form!r} of question sets; there are {', '.join(FORMS)}.")
    dataset = FORMS[form](path, texts)
    if paths and not ours:
        dataset = dataclasses.replace(dataset, texts=(), files=tuple(paths))
    elif ours:
        dataset = dataclasses.replace(dataset, texts=texts, sha256=text_hash(dataset.sha256 + files_sha256(ours)))
    if dataset.texts:
        check_ids(dataset.queries, {t.id for t in dataset.texts})
    return dataset


def recognise(path: Path) -> str:
    """Return which of `FORMS` lies at `path`, by the names of its files.

    Raises:
        InputError: there is nothing, or nothing of a known form; it says what was looked for.

    """
    if path.is_dir():
        for form, is_one in _FOLDERS.items():
            if is_one(path):
                return form
        raise InputError(
            f"{path} holds no question set: it has neither questions.jsonl, nor dialogues.jsonl, nor queries.jsonl "
            "with qrels/ (BEIR), nor topics.tsv (TREC)."
        )
    if not path.is_file():
        raise InputError(f"Cannot read the question set {path}: No such file or directory.")
    if path.suffix.lower() in table.SUFFIXES:
        return "csv"
    forms = {".jsonl": "report", ".json": "squad"}
    if path.suffix.lower() in forms:
        return forms[path.suffix.lower()]
    raise InputError(
        f"{path.name} is of no known form: .jsonl (our questions), .json (SQuAD), .csv or .tsv, or a folder."
    )
