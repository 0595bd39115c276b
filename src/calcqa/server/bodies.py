"""The body of a request, read whole before anything is done with it: so much, within so long, and handed on as one.

Does not: know what it holds (`server/page/events.py`, `server/auth.py`), or take files (`server/uploads.py`).
"""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive, Scope

from calcqa import messages

_PATIENCE = 30.0  # seconds for a body to come whole


class Refused(Exception):
    """A request that goes no further, with the status it gets."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


async def body_of(scope: Scope, receive: Receive, most: int) -> bytes:
    """Return what is sent, counted as it comes, whatever its head says.

    Raises:
        Refused: it is more than `most` bytes, takes too long, or breaks off.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE):
            async for chunk in Request(scope, receive).stream():
                body += chunk
                if len(body) > most:
                    raise Refused(413, messages.EVENT_TOO_LARGE)
    except TimeoutError:
        raise Refused(408, messages.SENT_TOO_SLOWLY) from None
    except ClientDisconnect:
        raise Refused(400, messages.NO_EVENT) from None
    return bytes(body)


def with_body(scope: Scope, body: bytes, receive: Receive) -> tuple[Scope, Receive]:
    """Return the request with this body."""
    kept = [(name, value) for name, value in scope["headers"] if name not in (b"content-length", b"transfer-encoding")]
    sent = False

    async def once() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return {**scope, "headers": [*kept, (b"content-length", str(len(body)).encode())]}, once
