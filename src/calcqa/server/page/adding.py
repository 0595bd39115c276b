"""Adds documents in the page: a ticket for each file, then, once they were sent, one after another.

Does: hand each to the workspace of whoever adds it, and show how far it has come, and what went wrong. Does not:
receive files (`server/uploads.py`), load or index them (`workspace.py`), or know whose workspace it is
(`server/workspaces.py`).
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from calcqa import messages
from calcqa.errors import CalcqaError, InputError
from calcqa.server.logs import note
from calcqa.server.page import parts
from calcqa.server.page.page import Page, Update
from calcqa.server.page.session import Session
from calcqa.server.page.wire import number_of, text_of
from calcqa.types import Document
from calcqa.workspace import file_name

_STAGES = {"reading": (0.0, 0.05), "encoding": (0.05, 0.9), "learning": (0.95, 0.05)}
"""Where each stage begins, and how much of the whole it is."""

Step = tuple[str, float] | Document | Exception


def begin(page: Page, session: Session, data: Mapping[str, Any]) -> Update:
    """Return tickets for the files that were chosen, each with its name and size in bytes, and what changes.

    Raises:
        InputError: there are too many, or one is too large.
    """
    chosen = data.get("files")
    files = [file for file in chosen if isinstance(file, dict)] if isinstance(chosen, list) else []
    if len(files) > page.allowed.limits.documents:
        raise InputError(messages.TOO_MANY_AT_ONCE.format(count=page.allowed.limits.documents))
    page.uploads.drop(session.wire.id)  # what an earlier choice left behind
    tickets = []
    for file in files:
        name, size = file_name(text_of(file, "name")) or messages.DOCUMENT, number_of(file, "size") or 0
        tickets.append(page.uploads.ticket(session.wire.id, name, size))
    progress = parts.progress_html(text_of(files[0], "name"), "sending", 0.0) if files else ""
    return {"progress": progress, "problem": "", "upload": tickets}


def add(page: Page, session: Session, data: Mapping[str, Any]) -> Iterator[Update]:
    """Yield what changes as files that were sent are added to what this session can ask."""
    ids = data.get("ids")
    try:
        sent = page.uploads.take(session.wire.id, [str(i) for i in ids] if isinstance(ids, list) else [])
        added, problems = [], []
        for name, content in sent:
            session.token = page.workspaces.begin(session.token, session.user)
            for step in _steps(page, session.token, name, content):
                if isinstance(step, tuple):
                    yield {"progress": parts.progress_html(name, *step), "problem": ""}
                elif isinstance(step, Document):
                    added.append(step)
                    session.shown, session.linked = step.id, None
                else:
                    problems.append(_shown(step))
        notices = [parts.notice_html(messages.ADDED.format(title=d.title)) for d in added]
        if without := sum(len(d.dropped) for d in added):
            notices.append(parts.notice_html(messages.ADDED_WITHOUT.format(count=without)))
        caution = [parts.notice_html(messages.ADDED_CAUTION)] if added else []
        notes = parts.joined([*notices, *caution, *map(parts.problem_html, problems)])
        tell = {"token": session.token, **({"reveal": True} if added else {})}
        yield {**page.everything(session), "progress": "", "problem": notes, **tell}
        yield from page.following(session)
    except InputError as error:
        yield {"progress": "", "problem": parts.problem_html(str(error))}


def _steps(page: Page, token: str, name: str, content: bytes) -> Iterator[Step]:
    """Yield stages with the share done as a file is added, then its document, or what went wrong."""
    steps: queue.Queue[Step] = queue.Queue()
    left = threading.Event()
    workspaces = page.workspaces
    workspace = workspaces.of(token)

    def progress(stage: str, done: int, total: int) -> None:
        if left.is_set():
            raise InputError("The page was left.")
        if page.ended.is_set():
            raise InputError(messages.STOPPING)
        begin, part = _STAGES.get(stage, (0.95, 0.05))
        steps.put((stage, begin + part * done / max(1, total)))

    def work() -> None:
        last: Step
        try:
            document = workspace.add(content, name, progress)
            workspaces.save(token, document, content, name)
            workspace.assistant()  # joined here, so that the first question need not wait for it
            last = document
        except Exception as error:  # whatever it is, it is said where the progress was
            last = error
        finally:
            workspaces.settle(token)  # also where nobody waits for it any more
        steps.put(last)

    threading.Thread(target=work, daemon=True).start()
    try:
        while True:
            step = steps.get()
            yield step
            if not isinstance(step, tuple):
                return
    finally:
        left.set()


def _shown(error: Exception) -> str:
    if isinstance(error, CalcqaError):
        return str(error)
    note("adding", level=logging.ERROR, error=error)
    return messages.FAILED
