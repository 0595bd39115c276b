"""Question sets of many forms as one: what lies at a path is recognised, loaded and checked.

    base.py       the values, and how files are read
    report.py     a file like questions/report.jsonl
    folder.py     our folders: corpus.jsonl and questions.jsonl
    beir.py       BEIR folders: corpus.jsonl, queries.jsonl, qrels/
    dialogues.py  dialogues.jsonl: dialogues with the passages they are about
    squad.py      SQuAD's JSON
    table.py      CSV
    trec.py       TREC's topics, judgements and runs

To add a form, write a module with a `load`, and name it in `_loaded` and `recognise`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

from calcqa.errors import InputError
from calcqa.evaluation.datasets import beir, dialogues, folder, report, squad, table, trec
from calcqa.evaluation.datasets.base import Evidence, Query, QuestionSet, Text, check_ids, files_sha256, read_texts
from calcqa.types import text_hash

__all__ = ["FORMS", "Evidence", "Query", "QuestionSet", "Text", "load_set", "recognise"]

FORMS = ("report", "folder", "beir", "dialogues", "squad", "csv", "trec")

_FOLDERS: dict[str, Callable[[Path], object]] = {
    "beir": beir.looks_like,
    "folder": folder.looks_like,
    "dialogues": dialogues.looks_like,
    "trec": trec.topics_of,
}
_TEXTS = (".jsonl", ".jsonl.gz")


def load_set(path: str | Path, corpus: Sequence[str | Path] | None = None, form: str | None = None) -> QuestionSet:
    """Load the question set at `path`.

    Args:
        path: a file or a folder.
        corpus: what to ask instead of the set's own texts: one corpus.jsonl (or .jsonl.gz), or files and folders of
            documents, which are kept in `files` for the loaders.
        form: one of `FORMS`; by default it is recognised.

    Raises:
        SidecarError: a record cannot be used; it names the file, the line and the problem.
        InputError: the set cannot be read or recognised, or names a text that is not there.

    """
    path, paths = Path(path), [Path(p) for p in corpus or ()]
    ours = [p for p in paths if p.name.endswith(_TEXTS)]
    if ours and len(paths) > 1:
        raise InputError(f"{ours[0].name} is a whole corpus; name it alone, or documents without it.")
    texts = read_texts(ours[0]) if ours else ()
    found = _loaded(path, form or recognise(path), texts)
    if paths and not ours:
        found = dataclasses.replace(found, texts=(), files=tuple(paths))
    elif ours:
        found = dataclasses.replace(found, texts=texts, sha256=text_hash(found.sha256 + files_sha256(ours)))
    if found.texts:
        check_ids(found.queries, {t.id for t in found.texts})
    return found


def _loaded(path: Path, form: str, texts: Sequence[Text]) -> QuestionSet:
    match form:
        case "report":
            return report.load(path)
        case "folder":
            return folder.load(path, texts)
        case "beir":
            return beir.load(path, texts)
        case "dialogues":
            return dialogues.load(path)
        case "squad":
            return squad.load(path)
        case "csv":
            return table.load(path)
        case "trec":
            return trec.load(path, texts)
    raise InputError(f"There is no form {form!r} of question sets; there are {', '.join(FORMS)}.")


def recognise(path: Path) -> str:
    """Return which of `FORMS` lies at `path`, by the names of its files.

    Raises:
        InputError: there is nothing, or nothing of a form that is known; it says what was looked for.

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
