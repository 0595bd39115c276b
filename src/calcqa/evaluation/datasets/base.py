"""A dataset's values, whatever file they come from, and how its files are read.

A dataset is used whole or refused: a record that cannot be used is an error with its file, its line and the problem.
Nothing is repaired and nothing skipped. This module knows no form; each form is a module of its own.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from calcqa.config import MAX_QUESTION
from calcqa.errors import InputError, SidecarError
from calcqa.faq.entries import json_object
from calcqa.language.questions import clean_question, too_long
from calcqa.types import FAQEntry

_MOST_BYTES = 2_000_000_000  # of a file, unpacked


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a dataset, as the dataset has it; evidence counts its code points. `title` may be empty."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch `[start, end)` of a text that answers a question, in code points of `Text.text`."""

    text_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
    """A question (the last of `turns`) and all that its dataset knows of right answers; what it does not know is empty.

    `place` is the file and line it comes from. `answerable` is None where the dataset does not say. `answers` are texts
    any one of which answers; `facts` are groups of patterns, each of which must match; `evidence` is where answers
    stand; `relevant` is the grade of each judged text (0 and less: not relevant); `asked_of` are the texts it was
    written for. `topic` and `split` name parts of the dataset.
    """

    id: str
    turns: tuple[str, ...]
    place: str
    answerable: bool | None = None
    answers: tuple[str, ...] = ()
    facts: tuple[tuple[re.Pattern[str], ...], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    relevant: Mapping[str, int] = field(default_factory=dict)
    asked_of: tuple[str, ...] = ()
    topic: str = ""
    split: str = ""

    @property
    def ranks(self) -> bool:
        """Whether a ranking can be judged: some text is relevant."""
        return any(grade > 0 for grade in self.relevant.values())

    @property
    def texts(self) -> frozenset[str]:
        """The ids of all texts it names."""
        return frozenset([*self.relevant, *(e.text_id for e in self.evidence), *self.asked_of])


@dataclass(frozen=True, slots=True)
class Dataset:
    """Queries and what they are asked of: `texts` of the dataset's own, or `files` for the loaders, or neither.

    `form` names the module that read it; `sha256` is over all its files, without the documents in `files`. `faq` are
    entries of its texts (`datasets/faq.py`), named and counted as these are.
    """

    name: str
    form: str
    queries: tuple[Query, ...]
    sha256: str
    texts: tuple[Text, ...] = ()
    files: tuple[Path, ...] = ()
    faq: tuple[FAQEntry, ...] = ()

    @property
    def has_facts(self) -> bool:
        """Whether answers are judged by facts."""
        return any(q.facts for q in self.queries)

    @property
    def has_answers(self) -> bool:
        """Whether there are short gold answers."""
        return any(q.answers for q in self.queries)


def make_dataset(
    form: str, path: Path, asked: Path, queries: Sequence[Query], sources: Sequence[Path], texts: Sequence[Text] = ()
) -> Dataset:
    """Return the dataset at `path`, whose queries come from the file `asked` and which was read from `sources`.

    Raises:
        InputError: there is no query.

    """
    if not queries:
        raise InputError(f"{asked.name} holds no questions.")
    return Dataset(path.name, form, tuple(queries), files_sha256(sources), tuple(texts))


def ranked_query(id: str, turns: tuple[str, ...], place: str, relevant: Mapping[str, int], split: str = "") -> Query:  # noqa: A002
    """Return a query of which only relevant texts are known; without one, nobody knows whether it is answerable."""
    answerable = any(grade > 0 for grade in relevant.values()) or None
    return Query(id, turns, place, answerable, relevant=relevant, split=split)


def add_grade(grades: dict[str, dict[str, int]], row: tuple[str, str, str], source: str, line: int) -> None:
    """Add a judgement (query, text, grade) to the grades by query and text.

    Raises:
        SidecarError: the grade is not a whole number, or the text is judged already.

    """
    query, text, grade = row
    if not re.fullmatch(r"[+-]?\d{1,9}", grade):
        raise SidecarError(source, line, f"the grade is a whole number, not {grade!r}.")
    if text in grades.setdefault(query, {}):
        raise SidecarError(source, line, f"{text!r} is judged twice for {query!r}.")
    grades[query][text] = int(grade)


def read_file(path: Path) -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark, unpacked where its name ends in .gz.

    Raises:
        InputError: it cannot be read, is no gzip file, or is not UTF-8.

    """
    try:
        data = path.read_bytes()
        if path.suffix == ".gz":
            with gzip.open(io.BytesIO(data)) as packed:
                data = packed.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise InputError(f"{path.name} has more than {_MOST_BYTES:,} bytes.")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not text in UTF-8 (byte {error.start} is not).") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path.name} is not a whole gzip file.") from error
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror or error}.") from error


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line number, line) for each line of `path` that is not empty; InputError as `read_file`."""
    for number, line in enumerate(read_file(path).split("\n"), start=1):
        if line.strip():
            yield number, line.rstrip("\r")


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, object) for each line of a JSON Lines file.

    Raises:
        SidecarError: a line is not a JSON object.
        InputError: as `read_file`.

    """
    for number, line in lines(path):
        yield number, json_object(line, path.name, number)


def first_file(folder: Path, *names: str) -> Path | None:
    """Return the first of `names` that is a file in `folder`, as it is or packed (.gz)."""
    return next((p for name in names for p in (folder / name, folder / f"{name}.gz") if p.is_file()), None)


def text_of(record: Mapping[str, Any], key: str, source: str, line: int, *, empty: bool = False) -> str:
    """Return the text under `key`; where it may be `empty`, it may also be missing.

    Raises:
        SidecarError: it is no text, or empty.

    """
    value = record.get(key, "" if empty else None)
    if not isinstance(value, str) or not (empty or value.strip()):
        raise SidecarError(source, line, f'needs "{key}": a text{"" if empty else " that is not empty"}.')
    return value


def id_of(record: Mapping[str, Any], source: str, line: int, *keys: str) -> str:
    """Return the id under the first of `keys` that is there, a text or a whole number, as a text; else SidecarError."""
    key = next((k for k in keys if k in record), keys[0])
    value = record.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text_of(record, key, source, line).strip()


def question_of(record: Mapping[str, Any], key: str, source: str, line: int) -> tuple[str, ...]:
    """Return the question under `key` as the one turn; SidecarError where it is none in words, or too long."""
    value = record.get(key)
    if isinstance(value, str) and too_long(value):
        raise SidecarError(source, line, f'"{key}" is longer than {MAX_QUESTION:,} characters.')
    if not isinstance(value, str) or not any(c.isalnum() for c in clean_question(value)):
        raise SidecarError(source, line, f'needs "{key}": a question in words.')
    return (clean_question(value),)


class Unique:
    """Ids seen so far; the second of one id is an error that names both lines."""

    def __init__(self, source: str) -> None:
        self._source, self._seen = source, dict[str, int]()

    def add(self, id: str, line: int) -> str:  # noqa: A002 - what it is called in every form
        """Return `id`; SidecarError where it was seen before."""
        if id in self._seen:
            raise SidecarError(self._source, line, f"the id {id!r} is that of line {self._seen[id]}.")
        self._seen[id] = line
        return id


def read_texts(path: Path) -> tuple[Text, ...]:
    """Read a corpus.jsonl: "_id" (or "id"), "text", and perhaps "title", an object a line.

    Raises:
        SidecarError: a line is not usable, or has neither text nor title.
        InputError: the file cannot be read, or holds no text.

    """
    texts, unique = [], Unique(path.name)
    for line, record in json_lines(path):
        id = unique.add(id_of(record, path.name, line, "_id", "id"), line)  # noqa: A001
        title = text_of({"title": record.get("title") or ""}, "title", path.name, line, empty=True).strip()
        text = text_of(record, "text", path.name, line, empty=bool(title))
        texts.append(Text(id, title, text))
    if not texts:
        raise InputError(f"{path.name} holds no texts.")
    return tuple(texts)


def texts_of(folder: Path, texts: Sequence[Text]) -> tuple[tuple[Text, ...], list[Path]]:
    """Return `texts`, or else those of the folder's corpus.jsonl, and the files that were read for them."""
    corpus = first_file(folder, "corpus.jsonl")
    return (tuple(texts), []) if texts or corpus is None else (read_texts(corpus), [corpus])


def check_ids(queries: Iterable[Query], known: Mapping[str, Any] | set[str]) -> None:
    """Check that every text that a query names is there.

    Raises:
        InputError: one is not; it names the file and line of the query, and the id.

    """
    for query in queries:
        for id in sorted(query.texts):  # noqa: A001
            if id not in known:
                some = ", ".join(repr(name) for name in sorted(known)[:5]) + (" …" if len(known) > 5 else "")
                raise InputError(f"{query.place}: there is no text {id!r} among those to be asked: {some}.")


def files_sha256(paths: Sequence[Path]) -> str:
    """Return one sha256, in hex, over the contents of `paths` in their order; InputError where one cannot be read."""
    total = hashlib.sha256()
    for path in paths:
        try:
            total.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError as error:
            raise InputError(f"Cannot read {path}: {error.strerror or error}.") from error
    return total.hexdigest()
