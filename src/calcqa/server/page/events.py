"""Checks of what a page sends its events, and of whose session they reach: the last layer before Gradio.

Does: let an event through only in the form the page gives it, bind each session to the user who began it, bound how
many sessions there are and how much is read at a time, and stop waiting for what is sent too slowly. Does not: know
what events mean (`server/page/layout.py`), or log anybody in (`server/login.py`).

Gradio takes an object marked as file data, wherever it stands, for a file of this machine. Nothing the page sends is
one: inputs are text or nothing, so that no path ever comes from a client.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from calcqa import messages
from calcqa.server.app import SESSIONS
from calcqa.server.middleware import USER, Refused, body_of, client_of, with_body
from calcqa.server.routes import BEAT, CANCEL, DATA, JOIN, RESET

_IDLE = 900.0  # seconds without a stream after which a session is forgotten; its browser brings back what it keeps
_NEW = 60.0  # and one that never had a stream: no page
_STREAMS = 4  # of one session at a time: a heartbeat and its events, and what a lost line may have left
_EVENT = 8_000_000  # bytes of an event: what a browser keeps comes back in few of them (memory.js)
_VALUES = 400_000  # commas in one: what has more would take a hundred times its bytes
_CANCEL = 10_000
_TOGETHER = 32_000_000  # bytes of events that are read or were handed on just now
_SETTLED = 10.0  # seconds after which what was handed on has been dealt with
_TEXT = 10_000  # characters of an input
_INPUTS = 8
_SMALL = 100_000  # bytes that are read in no time; more is read beside the loop
_SESSION = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FIELDS = ("data", "event_data", "fn_index", "trigger_id", "session_hash", "event_id")


@dataclass(slots=True)
class _Visit:
    user: str
    client: str
    used: float
    streams: int = 0
    seen: bool = False  # whether it ever had a stream, as a page has


class Visits:
    """The open sessions, and whose each is. Used in the event loop alone."""

    def __init__(self, most: int = SESSIONS, forget: Callable[[str], None] = lambda session: None) -> None:
        """Hold `most` sessions at a time, half as many of one address; `forget` is told which one is gone."""
        self._most, self._forget = most, forget
        self._visits: dict[str, _Visit] = {}
        self._clients: Counter[str] = Counter()
        self._swept = 0.0

    def of(self, session: str, user: str, client: str = "", *, begins: bool = True) -> _Visit:
        """Return the visit of a session; it begins with its first request that `begins` one.

        Raises:
            Refused: it is no session, there is none, it is somebody else's, or one too many.
        """
        if not _SESSION.fullmatch(session):
            raise Refused(400, messages.NO_EVENT)
        visit = self._visits.get(session)
        now = time.monotonic()
        if visit is None:
            if not begins:
                raise Refused(404, messages.NO_EVENT)
            if now - self._swept > _NEW or len(self._visits) >= self._most:
                self._sweep(now)
            if len(self._visits) >= self._most or self._clients[client] >= max(1, self._most // 2):
                raise Refused(503, messages.TOO_MANY_SESSIONS)
            visit = self._visits[session] = _Visit(user, client, now)
            self._clients[client] += 1
        elif visit.user != user:
            raise Refused(403, messages.NOT_YOUR_SESSION)
        visit.used = now
        return visit

    def __len__(self) -> int:
        return len(self._visits)

    def _sweep(self, now: float) -> None:
        """Forget sessions whose page was left, and those that never had a page."""
        self._swept = now
        for session, visit in list(self._visits.items()):
            if not visit.streams and now - visit.used > (_IDLE if visit.seen else _NEW):
                del self._visits[session]
                self._clients[visit.client] -= 1
                self._clients += Counter()  # those at nought are gone
                self._forget(session)


class Events:
    """ASGI: hands on to Gradio what has the form of an event, for a session of the user who sends it."""

    def __init__(self, app: ASGIApp, visits: Visits, known: Callable[[], Container[object]] | None = None) -> None:
        """Stand before `app`; `known` gives the numbers of its events, without which any may be sent."""
        self._app, self._visits, self._known = app, visits, known
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        try:
            handled = await self._let_in(scope, receive, send) if scope["type"] == "http" else False
        except Refused as refused:
            await refused.response()(scope, receive, send)
        else:
            if not handled:
                await self._app(scope, receive, send)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Handle a request of a session; return whether it was one."""
        path, user, client = scope["path"], scope.get(USER, ""), client_of(scope)
        if path in (JOIN, CANCEL):
            whose, body = await self._event(scope, receive, _EVENT if path == JOIN else _CANCEL)
            self._visits.of(whose, user, client, begins=path == JOIN)
            await self._app(*with_body(scope, body, receive), send)
            return True
        if path == RESET:  # the page's Gradio asks for it with each cancel; there is nothing to it
            await JSONResponse({"success": True})(scope, receive, send)
            return True
        session = path.removeprefix(BEAT) if path.startswith(BEAT) else _asked(scope) if path == DATA else None
        if session is None:
            return False
        visit = self._visits.of(session, user, client, begins=path != DATA)
        if visit.streams >= _STREAMS:
            raise Refused(429, messages.TOO_MANY_SESSIONS)
        visit.streams += 1
        visit.seen = True
        try:
            await self._app(scope, receive, send)
        finally:
            visit.streams -= 1
            visit.used = time.monotonic()
        return True

    async def _event(self, scope: Scope, receive: Receive, most: int) -> tuple[str, bytes]:
        """Return the session of an event that is sent, and the event as it is handed on."""
        if dict(scope["headers"]).get(b"content-type", b"").partition(b";")[0].strip() != b"application/json":
            raise Refused(400, messages.NO_EVENT)  # a form of another site's page could send anything else
        length = dict(scope["headers"]).get(b"content-length", b"")
        room = min(most, int(length)) if length.isdigit() and len(length) < 12 else most
        if self._held + room > _TOGETHER:
            raise Refused(503, messages.TOO_MANY_SESSIONS)
        self._held += room
        small = True
        try:
            body = await body_of(scope, receive, room)
            small = len(body) <= _SMALL
            session, number, body = _handed_on(body) if small else await run_in_threadpool(_handed_on, body)
            if self._known and number not in self._known():
                raise Refused(400, messages.NO_EVENT)
            return session, body
        finally:
            if small:
                self._held -= room
            else:
                asyncio.get_running_loop().call_later(_SETTLED, self._give, room)

    def _give(self, room: int) -> None:
        self._held -= room


def _handed_on(body: bytes) -> tuple[str, object, bytes]:
    """Return an event's session and number, and the event written anew from what was checked."""
    event = checked_event(body)
    text = json.dumps(event, ensure_ascii=False)  # half a character, as a browser may cut one, is no text
    return event["session_hash"], event.get("fn_index"), text.encode(errors="replace")


def checked_event(body: bytes) -> dict[str, Any]:
    """Return an event as the page sends it, from its JSON; fields that the page does not send are left out.

    Raises:
        Refused: it has another form, or holds a file.
    """
    if body.count(b",") > _VALUES:
        raise Refused(413, messages.EVENT_TOO_LARGE)
    try:
        event = json.loads(body, object_hook=_no_file, parse_constant=_nothing)
        event["session_hash"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused(400, messages.NO_EVENT) from None
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
        raise Refused(400, messages.NO_EVENT)
    return {name: event[name] for name in _FIELDS if name in event}


def _no_file(value: dict[str, Any]) -> dict[str, Any]:
    if "path" in value or value.get("_type") == "gradio.FileData":  # marked or not, Gradio looks for it
        raise ValueError("a file")
    return value


def _nothing(constant: str) -> None:
    raise ValueError(constant)


def _asked(scope: Scope) -> str:
    """Return the session that a stream of events is asked for."""
    sessions = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [])
    return sessions[0] if len(sessions) == 1 else ""
