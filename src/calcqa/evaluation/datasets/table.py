"""Plain tables: CSV in UTF-8, with or without a byte order mark, columns separated by comma, semicolon, tab or bar.

    question,answer,document
    How much did the spleen weigh?,200 g|200 grams,notes.md

Only `question` is needed. `answer` is a text that must stand in a quote, compared without case,
punctuation and articles; alternatives are separated by |. `document` is the file that answers, by its name;
`answerable` is yes or no, and without it a question with an answer or a document counts as answerable, any other as
unknown; `id` is by default the number of the row. Other columns are ignored. The texts are those of `--corpus`, or
of an index.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from calcqa.errors import InputError, SidecarError
from calcqa.evaluation.datasets.base import Dataset, Query, Unique, make_dataset, question_of, read_file

SUFFIXES = (".csv", ".tsv")
_SEPARATORS = ",;\t|"
_YES, _NO = frozenset({"yes", "true", "1", "y"}), frozenset({"no", "false", "0", "n"})


def load(path: Path) -> Dataset:
    """Load a table.

    Raises:
        SidecarError: a row is not usable.
        InputError: the file cannot be read, has no column `question`, or no row.

    """
    queries, unique = [], Unique(path.name)
    for number, (line, row) in enumerate(_rows(path), start=1):
        id = unique.add(row.get("id") or str(number), line)  # noqa: A001
        turns = question_of(row, "question", path.name, line)
        answers = tuple(dict.fromkeys(a.strip() for a in row.get("answer", "").split("|") if a.strip()))
        document = row.get("document", "")
        answerable = _yes_or_no(row.get("answerable", ""), path.name, line)
        if answerable is False and answers:
            raise SidecarError(path.name, line, "has an answer, though it is not answerable.")
        if answerable is None and (answers or document):
            answerable = True
        relevant = {document: 1} if document and answerable else {}
        place = f"{path.name}, line {line}"
        asked_of = (document,) if document else ()
        queries.append(Query(id, turns, place, answerable, answers, relevant=relevant, asked_of=asked_of))
    return make_dataset("csv", path, path, queries, [path])


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line it ends on, values by column) for each row that is not empty."""
    text = read_file(path)
    heading = text.partition("\n")[0]
    # The heading alone decides: questions are full of commas, and names of columns of nothing else.
    separator = max(_SEPARATORS, key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        if not any(names):
            raise InputError(f"{path.name} is empty, or begins with an empty line; its first line names the columns.")
        if "question" not in names:
            raise InputError(f"{path.name}, line 1: there is no column called question; it has {', '.join(names)}.")
        if len(set(names)) < len(names):
            raise InputError(f"{path.name}, line 1: two columns have one name.")
        for row in reader:
            if not any(value.strip() for value in row):
                continue
            if len(row) != len(names):
                raise SidecarError(
                    path.name,
                    reader.line_num,
                    f"has {len(row)} columns, where {len(names)} are named; a value with {separator!r} in it needs "
                    'quotes ("…") around it.',
                )
            yield reader.line_num, {n: v.strip() for n, v in zip(names, row, strict=True)}
    except csv.Error as error:
        raise SidecarError(path.name, reader.line_num, f"not valid CSV ({error}).") from error


def _yes_or_no(value: str, source: str, line: int) -> bool | None:
    word = value.lower()
    if word and word not in _YES | _NO:
        raise SidecarError(source, line, f'"answerable" is yes or no, not {value!r}.')
    return word in _YES if word else None
