"""Documents that people added to a running page: whose they are, how many it holds, and who may remove them.

Does: keep each person's workspace for some hours, by a token that only their browser has; where the operator saves
uploads, keep one workspace for everybody, and note who added what. Does not: load or index documents (`workspace.py`),
or know sessions.
"""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from pathlib import Path
from typing import Any

from cachetools import TTLCache

from calcqa import messages
from calcqa.assistant import Assistant
from calcqa.errors import InputError
from calcqa.server.saved_documents import save_upload
from calcqa.types import Document, text_hash
from calcqa.workspace import Limits, Singles, Workspace

_PEOPLE = 200
_AT_ONCE = 8  # documents that are read and encoded at a time, of all people together
_HOURS = 6
MEMORY = 2_000_000_000
"""Bytes that the documents of everybody together may take, with what each person's view of them takes."""
_VIEW = 500_000  # bytes that a person's view of the base and their own documents takes, without these
_CHARACTER = 100  # bytes that a code point of a document takes: its vectors, its words and its records
_MOST_HELD = 30_000_000  # code points of everybody's documents, where uploads are saved
_EVERYBODY = 1_000  # documents in the workspace of everybody, where uploads are saved


class Workspaces:
    """The workspaces over one base, by tokens. Safe to share between threads.

    With `folder`, what is added is saved there and is in one workspace for everybody; `limits` are each person's even
    so, and people may remove what they added themselves, as long as their token lasts.
    """

    def __init__(self, base: Assistant, limits: Limits, folder: Path | None = None, memory: int = MEMORY) -> None:
        self.base, self.limits, self._folder, self._memory = base, limits, folder, memory
        self._singles = Singles(base)
        roomy = Limits(_EVERYBODY, limits.bytes, _MOST_HELD)
        self._common = Workspace(base, roomy if folder else limits, self._singles)
        self._own: TTLCache[str, Workspace] = TTLCache(_PEOPLE, _HOURS * 3600)
        self._saved: TTLCache[str, dict[str, Path]] = TTLCache(_PEOPLE, _HOURS * 3600)  # document id → its file
        self._adding: Counter[str] = Counter()  # documents on their way, by token
        self._lock = threading.Lock()

    def of(self, token: str) -> Workspace:
        """Return the workspace of a token; that of everybody where there is none of its own."""
        with self._lock:
            own = self._own.get(token)
            if own is not None:
                self._own[token] = own  # used now, so kept on
            return own or self._common

    def owned(self, token: str, user: str) -> str:
        """Return a token from a browser if it may be that of `user`; empty if it is another's."""
        return token if token.startswith(_mark(user)) else ""

    def has(self, token: str) -> bool:
        """Return whether there are documents of this token's own."""
        with self._lock:
            return token in self._own or token in self._saved

    def begin(self, token: str, user: str = "") -> str:
        """Return a token to add one thing with, until `settle`: the one given, or a new one of `user` if not known.

        Raises:
            InputError: all that people added together is as much as can be held, or this person added all they may.
        """
        with self._lock:
            known: TTLCache[str, Any] = self._saved if self._folder else self._own
            new = token not in known
            full = len(known) >= _PEOPLE  # beyond it what somebody else has would go
            more = _VIEW if new and not self._folder else 0
            if (new and full) or self._held() + more > self._memory:
                raise InputError(messages.SERVER_FULL)
            if len(self._saved.get(token, ())) >= self.limits.documents:
                raise InputError(messages.TOO_MANY_ADDED.format(count=self.limits.documents))
            if self._adding.total() >= _AT_ONCE:
                raise InputError(messages.ADDING_FULL)
            if new:
                token = _mark(user) + secrets.token_urlsafe(24)
                known[token] = {} if self._folder else Workspace(self.base, self.limits, self._singles)
            self._adding[token] += 1
        return token

    def _held(self) -> int:
        """Return about how many bytes everybody's documents take, those that are being added included."""
        workspaces = [self._common, *self._own.values()]
        characters = sum(len(d.text) for workspace in workspaces for d in workspace.own)
        return _CHARACTER * characters + _VIEW * len(self._own)

    def settle(self, token: str) -> None:
        """End what `begin` began, whether a document was added or not."""
        with self._lock:
            self._adding[token] -= 1
            self._adding += Counter()  # those at nought are gone
            self._tidy(token)

    def _tidy(self, token: str) -> None:
        """Forget the workspace of a token that has no document, and none on its way."""
        if token in self._own and not self._own[token].own and not self._adding[token]:
            del self._own[token]

    def save(self, token: str, document: Document, content: bytes, name: str) -> None:
        """Save the file of a document that was added, as `name`, where the operator wants that.

        What cannot be saved is not kept either, since it would be gone with the next start. Raises InputError then.
        """
        if not self._folder:
            return
        try:
            path = save_upload(self._folder, content, name)
        except Exception:
            self._common.remove(document.id)
            raise
        with self._lock:
            self._saved[token] = {**self._saved.get(token, {}), document.id: path}

    def removable(self, token: str) -> tuple[Document, ...]:
        """Return the documents that whoever has this token may remove: those they added."""
        with self._lock:
            saved = self._saved.get(token, {})
        return tuple(d for d in self.of(token).own if not self._folder or d.id in saved)

    def remove(self, token: str, document_id: str) -> None:
        """Remove a document that whoever has this token added, and its file where it was saved.

        Raises:
            InputError: there is none.
        """
        if document_id not in {d.id for d in self.removable(token)}:
            raise InputError(messages.NOT_YOURS)
        with self._lock:
            saved = dict(self._saved.get(token, {}))
            path = saved.pop(document_id, None)
            if path:
                try:
                    path.unlink(missing_ok=True)
                except OSError as error:  # it stays, and can be tried again
                    problem = error.strerror or error
                    raise InputError(messages.FILE_UNREMOVED.format(name=path.name, problem=problem)) from error
                self._saved[token] = saved
        self.of(token).remove(document_id)
        with self._lock:
            self._tidy(token)


def _mark(user: str) -> str:
    """Return what the tokens of a user begin with; nothing where nobody logs in."""
    return f"{text_hash(user)[:16]}." if user else ""
