"""Limits of connections: how many are open, how many of one address, and how long an unused one stays.

Does: give a request's head ten seconds to come whole and its body half a minute between two parts, close a connection
whose request was answered without being read, and bound how many are open. Does not: bound how long a whole body takes
(`server/middleware.py`, `server/uploads.py`), or end what is being answered.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from calcqa.server.middleware import client_of

_HEAD = 10.0  # seconds
_PART = 30.0
_SPARE = 128  # descriptors left to files and everything else
_MOST = 4_096


def most_connections() -> int:
    """Return how many connections may be open: some fewer than the descriptors that this process may have."""
    try:
        import resource
    except ImportError:  # where there are no such limits
        return _MOST
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if soft == resource.RLIM_INFINITY else max(16, min(_MOST, soft - _SPARE))


class Patient(H11Protocol):
    """uvicorn's protocol, with limits.

    One address has at most half of the connections, unless it is that of a proxy whose word on addresses is believed:
    what comes through a proxy is counted by request (`server/middleware.py`).
    """

    most = most_connections()
    _of: ClassVar[Counter[str]] = Counter()

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._clock: asyncio.TimerHandle | None = None
        self._counted = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request; close the connection at once where there are too many already."""
        super().connection_made(transport)
        if self.client and self.client[0] not in getattr(self.app, "trusted_hosts", ()):
            self._counted = client_of({"client": self.client})
            self._of[self._counted] += 1
        if len(self.connections) > self.most or self._of[self._counted] > self.most // 2:
            transport.close()
            return
        self._clock = self.loop.call_later(_HEAD, transport.close)

    def data_received(self, data: bytes) -> None:
        """Take what comes; wait for the rest where a request is not whole."""
        super().data_received(data)
        state = self.conn.their_state
        if state is not h11.IDLE:
            self._stop()
        if self._clock is None and state in (h11.IDLE, h11.SEND_BODY):
            patience = _HEAD if state is h11.IDLE else _PART
            self._clock = self.loop.call_later(patience, self.transport.close)

    def on_response_complete(self) -> None:
        """Go on to the next request; where this one was not read to its end, there is none."""
        if self.conn.their_state is h11.SEND_BODY:
            self.transport.close()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting, and make room."""
        self._stop()
        if self._counted:
            self._of[self._counted] -= 1
            if not self._of[self._counted]:
                del self._of[self._counted]
        super().connection_lost(exc)

    def _stop(self) -> None:
        if self._clock:
            self._clock.cancel()
            self._clock = None
