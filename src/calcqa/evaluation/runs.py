"""A run on disk: a folder with what was asked of what by which program, and what came of it, question by question.

    run.json         settings, versions and hashes; written first
    outcomes.jsonl   a record a question, each written as soon as it is known
    measures.json    what they add up to; written last, so that a folder without it is a run that was interrupted
    report.html      the same for readers; report.json all of it, of questions with facts
    ranking.run      in TREC's form, where texts were ranked

A run that was interrupted goes on where it stopped, if nothing that could change its figures has changed; a run of
something else is refused, never mixed.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import calcqa
from calcqa.errors import InputError
from calcqa.language.json_input import parse

SETTINGS, OUTCOMES, MEASURES = "run.json", "outcomes.jsonl", "measures.json"
REPORT, DATA, RANKING = "report.html", "report.json", "ranking.run"
INDEX = ".run-index"
"""Where a run that was told no other place keeps its index until it is whole."""

_OURS = (SETTINGS, OUTCOMES, MEASURES, REPORT, RANKING)
_TOLD = ("begun", "python", "platform")
"""What is recorded and may change between two sittings of one run."""

_LIBRARIES = ("faiss-cpu", "PyStemmer", "ir-measures", "numpy", "onnxruntime", "scikit-learn", "tokenizers")


class Run:
    """A run's folder. `done` are the records that were there when it was opened, by the id of the question."""

    def __init__(self, folder: Path, settings: Mapping[str, Any], done: dict[str, dict[str, Any]]) -> None:
        self.folder, self.settings, self.done = folder, settings, done

    def append(self, record: Mapping[str, Any]) -> None:
        """Write the record of one question, which has an "id", at the end; it is on the disk when this returns.

        Raises:
            InputError: it cannot be written.

        """
        line = json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n"
        try:
            with (self.folder / OUTCOMES).open("a", encoding="utf-8") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise InputError(f"Cannot write to {self.folder}: {error.strerror or error}.") from error

    def finish(self, measures: Mapping[str, Any]) -> None:
        """Write what the outcomes add up to: the run is whole."""
        write_json(self.folder / MEASURES, measures)


def begin(folder: Path, settings: Mapping[str, Any], *, again: bool = False) -> Run:
    """Begin a run in `folder`, or go on with the one that was interrupted there.

    Args:
        folder: it is made where it is not there; other files in it are left alone.
        settings: all that figures depend on, fit for JSON; versions are added.
        again: throw away a run that is whole, or of something else, instead of refusing to go on with it.

    Raises:
        InputError: the folder holds a run of something else (it says what differs), or cannot be read or written.

    """
    settings = json.loads(json.dumps(versions() | dict(settings), allow_nan=False))
    old = _settings(folder)
    if old is None and (folder / OUTCOMES).exists() and not again:
        raise InputError(f"{folder} has outcomes of a run without its settings; name another folder.")
    if old is not None and not again:
        if names := differing(old, settings):
            raise InputError(
                f"{folder} holds a run that differs in {', '.join(names)}; name another folder with --out, or "
                "throw it away with --again."
            )
    whole = (folder / MEASURES).exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if old is None or (again and (whole or differing(old, settings))):
            if old is not None or again:
                clear(folder)
            write_json(folder / SETTINGS, settings)
        return Run(folder, settings, _recovered(folder / OUTCOMES))
    except OSError as error:
        raise InputError(f"Cannot write to {folder}: {error.strerror or error}.") from error


def clear(folder: Path) -> None:
    """Delete the files of a run, and the index kept for it, and nothing else."""
    for name in _OURS:
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / INDEX, ignore_errors=True)


def read_run(folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the settings of a whole run, and its records in the order they were written.

    Raises:
        InputError: there is no run in `folder`, or it is not whole, or damaged.

    """
    settings = _settings(folder)
    if settings is None:
        raise InputError(f"{folder} is no run: it has no {SETTINGS}. calcqa eval writes one with --out.")
    if not (folder / MEASURES).is_file():
        raise InputError(f"The run in {folder} was interrupted; give the command that began it once more.")
    records = []
    for number, line in _lines(folder / OUTCOMES):
        record = _record(line)
        if record is None:
            raise InputError(f"{folder / OUTCOMES}, line {number}: not the record of a question.")
        records.append(record)
    return settings, records


def differing(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    """Return the names of the settings in which two runs differ, of those that figures depend on."""
    return [k for k in dict.fromkeys((*a, *b)) if k not in _TOLD and a.get(k) != b.get(k)]


def versions() -> dict[str, Any]:
    """Return the program's version, the sha256 of its files, those of its libraries, and the machine's."""
    return {
        "program": f"calcqa {calcqa.__version__}",
        "code": code_sha256(),
        "libraries": {name: metadata.version(name) for name in _LIBRARIES},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "begun": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }


def code_sha256() -> str:
    """Return one sha256 over the names and contents of the program's own Python and data files."""
    root, total = Path(calcqa.__file__).parent, hashlib.sha256()
    for path in sorted((*root.rglob("*.py"), *root.rglob("*.jsonl"))):
        total.update(path.relative_to(root).as_posix().encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _recovered(file: Path) -> dict[str, dict[str, Any]]:
    """Return the records of `file` by id; what an interruption left of the last line is cut off the file."""
    if not file.exists():
        return {}
    data = file.read_bytes()
    end = data.rfind(b"\n") + 1
    if end < len(data):
        with file.open("r+b") as handle:
            handle.truncate(end)
    done = {}
    for number, line in _lines(file):
        record = _record(line)
        if record is None or record["id"] in done:
            raise InputError(f"{file}, line {number}: not the record of a question that has none yet.")
        done[record["id"]] = record
    return done


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read.") from error
    yield from enumerate(text.split("\n")[:-1], start=1)


def _record(line: str) -> dict[str, Any] | None:
    try:
        record = parse(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) and isinstance(record.get("id"), str) else None


def _settings(folder: Path) -> dict[str, Any] | None:
    file = folder / SETTINGS
    if not file.is_file():
        return None
    try:
        settings = parse(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{file} cannot be read.") from error
    if not isinstance(settings, dict):
        raise InputError(f"{file} is not the settings of a run.")
    return settings


def write_json(file: Path, data: Mapping[str, Any]) -> None:
    """Write `data` to `file` in one step."""
    unfinished = file.with_name(f".{file.name}")
    unfinished.write_text(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    unfinished.replace(file)
