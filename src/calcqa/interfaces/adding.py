"""Adding documents in the page: files in, one after another, with their progress; the uploads are deleted afterwards.

Does: hand each to the shelf of whoever adds it, and say how far it has come, and what went wrong. Does not: load or
index (`shelf.py`), or know whose shelf it is (`shelves.py`).
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from calcqa import texts
from calcqa.domain import Document
from calcqa.errors import CalcqaError, InputError
from calcqa.interfaces import parts
from calcqa.interfaces.logs import note
from calcqa.interfaces.pages import Page, Update
from calcqa.interfaces.session import Session
from calcqa.interfaces.shelves import Shelves

_STAGES = {"reading": (0.0, 0.05), "encoding": (0.05, 0.9), "learning": (0.95, 0.05)}
"""Where each stage begins, and how much of the whole it is."""

Step = tuple[str, float] | Document | Exception


def add(page: Page, session: Session, files: Sequence[Path]) -> Iterator[Update]:
    """Yield what changes as files are added to what this session can ask."""
    most = page.allowed.limits.documents
    try:
        if len(files) > most:
            raise InputError(texts.TOO_MANY_AT_ONCE.format(count=most))
        added, problems = [], []
        for file in files:
            session.token = page.shelves.begin(session.token)
            for step in _steps(page.shelves, session.token, file):
                if isinstance(step, tuple):
                    yield {"progress": parts.progress_html(file.name, *step), "problem": ""}
                elif isinstance(step, Document):
                    added.append(step)
                    session.shown, session.linked = step.id, None
                else:
                    problems.append(_said(step))
        notices = [parts.notice_html(texts.ADDED.format(title=d.title)) for d in added]
        caution = [parts.notice_html(texts.ADDED_CAUTION)] if added else []
        said = parts.joined([*notices, *caution, *map(parts.problem_html, problems)])
        tell = {"token": session.token, **({"reveal": True} if added else {})}
        yield {**page.everything(session), "progress": "", "problem": said, **tell}
        yield from page.following(session)
    except InputError as error:
        yield {"progress": "", "problem": parts.problem_html(str(error))}
    finally:
        for file in files:
            file.unlink(missing_ok=True)


def _steps(shelves: Shelves, token: str, file: Path) -> Iterator[Step]:
    """Yield stages with the share done as a file is added, then its document, or what went wrong."""
    steps: queue.Queue[Step] = queue.Queue()
    left = threading.Event()
    shelf = shelves.of(token)

    def progress(stage: str, done: int, total: int) -> None:
        if left.is_set():
            raise InputError("The page was left.")
        begin, part = _STAGES.get(stage, (0.95, 0.05))
        steps.put((stage, begin + part * done / max(1, total)))

    def work() -> None:
        try:
            document = shelf.add(file, file.name, progress)
            shelves.save(token, document, file)
            shelf.assistant()  # joined here, so that the first question need not wait for it
            steps.put(document)
        except Exception as error:  # whatever it is, it is said where the progress was
            steps.put(error)

    threading.Thread(target=work, daemon=True).start()
    try:
        while True:
            step = steps.get()
            yield step
            if not isinstance(step, tuple):
                return
    finally:
        left.set()


def _said(error: Exception) -> str:
    if isinstance(error, CalcqaError):
        return str(error)
    note("adding", level=logging.ERROR, error=error)
    return texts.FAILED
