"""What a page may send its events, and whose session they reach: the last thing before Gradio.

Does: let an event through only in the form the page gives it, bind each session to the user who began it, bound how
many sessions there are and how much is read at a time, and stop waiting for what is sent too slowly. Does not: know
what events mean (`chat.py`), or log anybody in (`access.py`).

Gradio takes an object marked as file data, wherever it stands, for a file of this machine. Nothing the page sends is
one: inputs are text or nothing, so that no path ever comes from a client.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from calcqa import texts
from calcqa.interfaces.access import USER
from calcqa.interfaces.routes import BEAT, CANCEL, DATA, JOIN, RESET

SESSIONS = 1_000
"""Sessions at a time; each open page is one, and is forgotten an hour after it was left."""

_IDLE = 3_600.0  # seconds
_STREAMS = 4  # of one session at a time: a heartbeat and its events, and what a lost line may have left
_EVENT = 8_000_000  # bytes of an event: what a browser keeps (some five million characters) comes back in one
_CANCEL = 10_000
_TOGETHER = 64_000_000  # bytes of events being read at a time
_PATIENCE = 30.0  # seconds for an event to come whole
_TEXT = 10_000  # characters of an input
_INPUTS = 8
_SMALL = 100_000  # bytes that are read in no time; more is read beside the loop
_SESSION = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Refused(Exception):
    """A request that goes no further, with the status it gets."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


@dataclass(slots=True)
class _Visit:
    user: str
    used: float
    streams: int = 0


class Visits:
    """The sessions there are, and whose each is. Used in the event loop alone."""

    def __init__(self, most: int = SESSIONS, forget: Callable[[str], None] = lambda session: None) -> None:
        """Hold `most` sessions at a time; `forget` is told which one is gone."""
        self._most, self._forget = most, forget
        self._visits: dict[str, _Visit] = {}

    def of(self, session: str, user: str) -> _Visit:
        """Return the visit of a session, which begins with its first request.

        Raises:
            Refused: it is no session, somebody else's, or one too many.
        """
        if not _SESSION.fullmatch(session):
            raise Refused(400, texts.NO_EVENT)
        visit = self._visits.get(session)
        if visit is None:
            if len(self._visits) >= self._most:
                self._sweep()
            if len(self._visits) >= self._most:
                raise Refused(503, texts.TOO_MANY_SESSIONS)
            visit = self._visits[session] = _Visit(user, 0.0)
        elif visit.user != user:
            raise Refused(403, texts.NOT_YOUR_SESSION)
        visit.used = time.monotonic()
        return visit

    def __len__(self) -> int:
        return len(self._visits)

    def _sweep(self) -> None:
        """Forget the sessions whose page was left an hour ago."""
        before = time.monotonic() - _IDLE
        for session in [s for s, v in self._visits.items() if not v.streams and v.used < before]:
            del self._visits[session]
            self._forget(session)


class Events:
    """ASGI: stands before Gradio and hands on what has the form of an event, of a session of whoever sends it."""

    def __init__(self, app: ASGIApp, visits: Visits) -> None:
        self._app, self._visits = app, visits
        self._reading = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        try:
            handled = await self._let_in(scope, receive, send) if scope["type"] == "http" else False
        except Refused as refused:
            await JSONResponse({"detail": refused.detail}, refused.status)(scope, receive, send)
        else:
            if not handled:
                await self._app(scope, receive, send)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Handle what concerns a session; return whether it did."""
        path, user = scope["path"], scope.get(USER, "")
        if path in (JOIN, CANCEL):
            body = await self._body(scope, receive, _EVENT if path == JOIN else _CANCEL)
            small = len(body) <= _SMALL
            event = checked_event(body) if small else await run_in_threadpool(checked_event, body)
            self._visits.of(event["session_hash"], user)
            text = json.dumps(event, ensure_ascii=False)
            handed_on = text.encode(errors="replace")  # half a character, as a browser may cut one, is no text
            await self._app(*_with_body(scope, handed_on, receive), send)
            return True
        if path == RESET:  # the page's Gradio asks for it with each cancel; there is nothing to it
            await JSONResponse({"success": True})(scope, receive, send)
            return True
        session = path.removeprefix(BEAT) if path.startswith(BEAT) else _asked(scope) if path == DATA else None
        if session is None:
            return False
        visit = self._visits.of(session, user)
        if visit.streams >= _STREAMS:
            raise Refused(429, texts.TOO_MANY_SESSIONS)
        visit.streams += 1
        try:
            await self._app(scope, receive, send)
        finally:
            visit.streams -= 1
            visit.used = time.monotonic()
        return True

    async def _body(self, scope: Scope, receive: Receive, most: int) -> bytes:
        """Return what is sent. Raises Refused where it is too much, too slow, or breaks off."""
        body = bytearray()
        try:
            async with asyncio.timeout(_PATIENCE):
                async for chunk in Request(scope, receive).stream():
                    if len(body) + len(chunk) > most:
                        raise Refused(413, texts.EVENT_TOO_LARGE)
                    if self._reading + len(chunk) > _TOGETHER:
                        raise Refused(503, texts.TOO_MANY_SESSIONS)
                    body += chunk
                    self._reading += len(chunk)
        except TimeoutError:
            raise Refused(408, texts.SENT_TOO_SLOWLY) from None
        except ClientDisconnect:
            raise Refused(400, texts.NO_EVENT) from None
        finally:
            self._reading -= len(body)
        return bytes(body)


def checked_event(body: bytes) -> dict[str, Any]:
    """Return an event as the page sends it, from its JSON; fields that the page does not send are left out.

    Raises:
        Refused: it has another form, or holds a file.
    """
    try:
        event = json.loads(body, object_hook=_no_file, parse_constant=_nothing)
        event["session_hash"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused(400, texts.NO_EVENT) from None
    data, carried, id_ = event.get("data", []), event.get("event_data"), event.get("event_id", "")
    right = (
        isinstance(event["session_hash"], str)
        and isinstance(data, list)
        and len(data) <= _INPUTS
        and all(item is None or (isinstance(item, str) and len(item) <= _TEXT) for item in data)
        and (carried is None or isinstance(carried, dict))
        and all(event.get(name) is None or type(event[name]) is int for name in ("fn_index", "trigger_id"))
        and isinstance(id_, str)
        and len(id_) <= _TEXT
    )
    if not right:
        raise Refused(400, texts.NO_EVENT)
    return {name: event[name] for name in _FIELDS if name in event}


_FIELDS = ("data", "event_data", "fn_index", "trigger_id", "session_hash", "event_id")


def _no_file(found: dict[str, Any]) -> dict[str, Any]:
    if "path" in found or found.get("_type") == "gradio.FileData":  # marked or not, Gradio looks for it
        raise ValueError("a file")
    return found


def _nothing(constant: str) -> None:
    raise ValueError(constant)


def _asked(scope: Scope) -> str:
    """Return the session that a stream of events is asked for."""
    found = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [])
    return found[0] if len(found) == 1 else ""


def _with_body(scope: Scope, body: bytes, receive: Receive) -> tuple[Scope, Receive]:
    """Return the request with another body."""
    kept = [(n, v) for n, v in scope["headers"] if n not in (b"content-length", b"transfer-encoding", b"content-type")]
    headers = [*kept, (b"content-length", str(len(body)).encode()), (b"content-type", b"application/json")]
    sent = False

    async def once() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return {**scope, "headers": headers}, once
