"""Verdicts of people on answers: one SQLite file, in write-ahead mode so that several can write while one reads.

A verdict is stored with all that led to it: the question as typed and as understood, the answer with its quotes and
hits, the documents these stand in, the program's version and the index's fingerprint. Does not: judge, send anything
anywhere, or ask for it (that is the page's, where the operator says so).
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from calcqa import __version__
from calcqa.conversations.verification import problems
from calcqa.errors import InputError
from calcqa.index.index import Index
from calcqa.types import Turn, text_hash

LONGEST = 2_000
"""Code points a comment may have."""

MOST = 100_000
"""Verdicts a file may have: whoever can open the page can send them."""

MOST_BYTES = 64_000
"""Bytes that one verdict may take, with its question and its answer; an ordinary one takes a few thousand."""

_SCHEMA = 1
_SECONDS = 10.0  # that a writer waits for another
_CREATE = """CREATE TABLE IF NOT EXISTS feedback (
    id TEXT PRIMARY KEY,
    time TEXT NOT NULL,
    good INTEGER NOT NULL,
    comment TEXT NOT NULL,
    question TEXT NOT NULL,
    standalone_question TEXT NOT NULL,
    answer TEXT NOT NULL,
    program TEXT NOT NULL,
    documents TEXT NOT NULL,
    index_sha256 TEXT NOT NULL
)"""
_FIELDS = (
    "id", "time", "good", "comment", "question", "standalone_question", "answer", "program", "documents",
    "index_sha256",
)  # fmt: skip
_ADD = f"""INSERT INTO feedback ({", ".join(_FIELDS)}) VALUES ({", ".join("?" * len(_FIELDS))})
    ON CONFLICT (id) DO UPDATE SET time = excluded.time, good = excluded.good,
    comment = CASE excluded.comment WHEN '' THEN comment ELSE excluded.comment END"""
# What spreadsheets take for the beginning of a formula, in a cell or behind what one of them may take for its end.
_FORMULA = re.compile(r"(^|[;|\t\r\n])([\s\"'\ufeff]*)(?=[=+\-@＝＋－＠−])")


class Feedback:
    """Verdicts on answers, in the file `path`. Safe to share between threads, and between processes."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        """Open the file; with `create`, make it (readable by its owner only) and its folder where it is missing.

        Raises:
            InputError: it cannot be opened, or holds something else.
        """
        self._path = path
        try:
            if create:
                path.parent.mkdir(parents=True, exist_ok=True)
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            elif not path.is_file():
                raise InputError(f"There is no feedback in {path}.")
            with FileLock(path.with_name(f".{path.name}.lock")), closing(self._connect()) as connection:
                self._prepare(connection, create=create)
        except (OSError, sqlite3.Error) as error:
            raise InputError(f"{path} cannot be used for feedback: {error}.") from error

    def add(self, turn: Turn, good: bool, comment: str, index: Index, *, id: str | None = None) -> str:  # noqa: A002
        """Store a verdict on an answer, and return its id.

        A verdict under the same `id` is replaced; a comment only by another. Every quote of the answer is stored
        with whether it is `verified`: an answer may come back from a browser, where it can be changed.

        Raises:
            InputError: the comment is longer than `LONGEST`, all of it more than `MOST_BYTES`, the file is full, or it
                cannot be written.
        """
        comment = comment.encode("utf-8", "replace").decode("utf-8").strip()  # a browser may send half a character
        if len(comment) > LONGEST:
            raise InputError(f"The comment has {len(comment):,} characters; at most {LONGEST:,} are stored.")
        key = id or secrets.token_hex(8)
        values = (
            key,
            datetime.now(UTC).isoformat(timespec="seconds"),
            int(good),
            comment,
            turn.question,
            turn.standalone_question,
            json.dumps(_checked(turn, index), ensure_ascii=False),
            f"calcqa {__version__}",
            json.dumps(_documents(turn, index)),
            fingerprint(index),
        )
        size = sum(len(str(value).encode("utf-8", "replace")) for value in values)
        if size > MOST_BYTES:
            raise InputError(f"The answer takes {size:,} bytes; a verdict is stored with at most {MOST_BYTES:,}.")
        try:
            with closing(self._connect()) as connection, connection:
                (held,) = connection.execute("SELECT count(*) FROM feedback WHERE id != ?", (key,)).fetchone()
                if held >= MOST:
                    raise InputError(f"No more than {MOST:,} verdicts are stored.")
                connection.execute(_ADD, values)
        except sqlite3.Error as error:
            raise InputError(f"The feedback could not be stored in {self._path}: {error}.") from error
        return key

    def remove(self, id: str) -> None:  # noqa: A002 - what it is
        """Forget the verdict stored under `id`, where there is one.

        Raises:
            InputError: the file cannot be written.
        """
        try:
            with closing(self._connect()) as connection:
                connection.execute("PRAGMA secure_delete = ON")  # else its words would stay in the file
                with connection:
                    connection.execute("DELETE FROM feedback WHERE id = ?", (id,))
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise InputError(f"The feedback could not be removed from {self._path}: {error}.") from error

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the verdicts, the oldest first: plain data, `answer` and `documents` as objects.

        Raises:
            InputError: the file cannot be read.
        """
        try:
            with closing(self._connect()) as connection:
                rows = connection.execute(f"SELECT {', '.join(_FIELDS)} FROM feedback ORDER BY time, rowid").fetchall()
        except sqlite3.Error as error:
            raise InputError(f"The feedback in {self._path} cannot be read: {error}.") from error
        for values in rows:
            row = dict(zip(_FIELDS, values, strict=True))
            yield row | {
                "good": bool(row["good"]),
                "answer": json.loads(row["answer"]),
                "documents": json.loads(row["documents"]),
            }

    def _connect(self) -> sqlite3.Connection:
        """Return a new connection: one is not shared between threads."""
        return sqlite3.connect(self._path, timeout=_SECONDS)

    def _prepare(self, connection: sqlite3.Connection, *, create: bool) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if version not in (0, _SCHEMA) or (version == 0 and tables) or (version == 0 and not create):
            raise InputError(f"{self._path} does not hold feedback of this program.")
        if version == 0:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(_CREATE)
            connection.execute(f"PRAGMA user_version = {_SCHEMA}")


def fingerprint(index: Index) -> str:
    """Return a sha256, in hex, of what an index was made of: its encoder's weights and its documents' texts."""
    parts = [index.manifest["encoder"]["sha256"], *sorted(d.sha256 for d in index.documents.values())]
    return text_hash("\n".join(parts))


def _checked(turn: Turn, index: Index) -> dict[str, Any]:
    """Return the answer as data, each quote with whether it stands in `index` where it says."""
    answer = turn.answer.to_dict()
    for citation, problem in zip(answer["citations"], problems([turn.answer], index)[0], strict=True):
        citation["verified"] = not problem
    return answer


def _documents(turn: Turn, index: Index) -> dict[str, str]:
    """Return the sha256 of each document that the answer quotes or has among its hits, by id."""
    used = {c.document_id for c in turn.answer.citations} | {h.passage.document_id for h in turn.answer.hits}
    return {i: index.documents[i].sha256 for i in sorted(used) if i in index.documents}


def to_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows of feedback as CSV (RFC 4180): the answer's text in place of its data, and whether its quotes verify.

    An apostrophe stands before all that a spreadsheet would take for a formula, also behind a semicolon, a tab or a
    line's end within a cell: where a spreadsheet takes these for separators, what follows is another cell.
    """
    out = io.StringIO()
    names = ("time", "good", "comment", "question", "standalone_question", "answer", "verified", "program", "id")
    writer = csv.writer(out)
    writer.writerow(names)
    for row in rows:
        verified = all(c.get("verified") for c in row["answer"]["citations"])
        shown = {**row, "answer": row["answer"]["text"], "verified": verified}
        writer.writerow([_cell(str(shown[name])) for name in names])
    return out.getvalue()


def _cell(text: str) -> str:
    harmless = _FORMULA.sub(r"\1\2'", text)
    return f"'{harmless}" if harmless[:1] in ("\t", "\r", "\n") else harmless
