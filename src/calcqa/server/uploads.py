"""Uploads: files on their way from a browser, each with a ticket, held in memory for a while.

Does: give a session tickets with random ids, take the bytes that are sent with one, and hand them to that session
alone. Does not: read a file as a document (`server/page/adding.py`), or write to a disk, so that nothing is left when
an upload breaks off or the program is killed.

What a client sends is never a path: a name is only a name, and a ticket leads to nothing but what was sent with it.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from calcqa import messages
from calcqa.errors import InputError
from calcqa.server.routes import UPLOADS
from calcqa.workspace import LIMITS, Limits

_MINUTES = 10
_PATIENCE = 30.0  # seconds for the next bytes
_LEAST_HELD = 100_000_000  # bytes that all uploads together may take, where no single file may be larger


@dataclass(slots=True)
class _Ticket:
    owner: str
    name: str
    size: int
    content: bytearray = field(default_factory=bytearray)
    begun: bool = False
    sending: bool = False
    until: float = 0.0

    @property
    def whole(self) -> bool:
        return len(self.content) == self.size

    @property
    def over(self) -> bool:
        return self.until < time.monotonic()


class Uploads:
    """The files on their way to one server. Safe to share between threads.

    Room is set aside for a file when its ticket is given: an upload that was begun never fails for want of it.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self._most_held = max(_LEAST_HELD, 2 * limits.bytes)
        self._tickets: dict[str, _Ticket] = {}
        self._lock = threading.Lock()

    def ticket(self, owner: str, name: str, size: int) -> str:
        """Return the id of a ticket with which the session `owner` may send one file of `size` bytes.

        Raises:
            InputError: the file is too large, this session has as many on their way as it may, or all have.
        """
        if size > self.limits.bytes:
            raise InputError(messages.FILE_TOO_LARGE.format(name=name, bytes=size, most=self.limits.bytes))
        with self._lock:
            self._sweep()
            mine = [t for t in self._tickets.values() if t.owner == owner]
            if len(mine) >= self.limits.documents:
                raise InputError(messages.TOO_MANY_AT_ONCE.format(count=self.limits.documents))
            if sum(t.size for t in self._tickets.values()) + size > self._most_held:
                raise InputError(messages.SERVER_FULL)
            id_ = secrets.token_urlsafe(24)
            self._tickets[id_] = _Ticket(owner, name, size, until=time.monotonic() + _MINUTES * 60)
        return id_

    def take(self, owner: str, ids: list[str]) -> list[tuple[str, bytes]]:
        """Return names and contents of files that were sent with these tickets of `owner`, and forget them.

        Raises:
            InputError: one is no ticket of this session's, or its file has not come.
        """
        with self._lock:
            tickets = [self._tickets.get(id_) for id_ in ids]
            complete = all(t is not None and t.owner == owner and t.whole and not t.over for t in tickets)
            if not complete or len(set(ids)) != len(ids):
                raise InputError(messages.ONLY_SENT)
            return [(t.name, bytes(t.content)) for t in map(self._tickets.pop, ids)]

    def drop(self, owner: str) -> None:
        """Forget what the session `owner` has on its way: it begins anew, or has gone."""
        with self._lock:
            for id_ in [i for i, t in self._tickets.items() if t.owner == owner]:
                self._forget(id_)

    @property
    def held(self) -> int:
        """How many bytes are set aside for files on their way."""
        with self._lock:
            self._sweep()
            return sum(t.size for t in self._tickets.values())

    def _sweep(self) -> None:
        for id_ in [i for i, t in self._tickets.items() if t.over]:
            self._forget(id_)

    def _forget(self, id_: str) -> None:
        """Drop a ticket; while its file is being sent, its room is taken until that ends."""
        ticket = self._tickets[id_]
        ticket.until = 0.0
        if not ticket.sending:
            del self._tickets[id_]

    # --- the route ----------------------------------------------------------------------------------------------------

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: take the bytes of one file, sent with PUT to its ticket."""
        request = Request(scope, receive)
        id_ = scope["path"].removeprefix(UPLOADS)
        with self._lock:
            self._sweep()
            ticket = self._tickets.get(id_)
            free = ticket is not None and not ticket.begun
            if ticket and free:
                ticket.begun = ticket.sending = True
        if not ticket or not free:
            await JSONResponse({"detail": messages.ONLY_SENT}, 404)(scope, receive, send)
            return
        answer: Response | None = None
        try:
            answer = await self._filled(ticket, request)
        finally:
            ticket.sending = False
            if not ticket.whole:  # broken off, too slow or too long: its room is free again
                with self._lock:
                    self._tickets.pop(id_, None)
        if answer:
            await answer(scope, receive, send)

    async def _filled(self, ticket: _Ticket, request: Request) -> Response | None:
        """Fill a ticket with what is sent; return the answer, None where the client has gone."""
        try:
            async for chunk in _patiently(request):
                if ticket.over:
                    ticket.content.clear()
                    return JSONResponse({"detail": messages.ONLY_SENT}, 404)
                if len(ticket.content) + len(chunk) > ticket.size:
                    ticket.content.clear()
                    return JSONResponse({"detail": messages.ONLY_SENT}, 413)
                ticket.content += chunk
        except ClientDisconnect:
            return None
        except TimeoutError:
            return JSONResponse({"detail": messages.SENT_TOO_SLOWLY}, 408)
        return Response(status_code=204) if ticket.whole else JSONResponse({"detail": messages.ONLY_SENT}, 400)


async def _patiently(request: Request) -> AsyncIterator[bytes]:
    """Yield what is sent, as it comes. Raises TimeoutError when nothing comes for half a minute."""
    chunks = request.stream()
    while True:
        async with asyncio.timeout(_PATIENCE):
            try:
                chunk = await anext(chunks)
            except StopAsyncIteration:
                return
        yield chunk
