"""Runs the application: the address it listens on, and how it stops.

Does: listen, run the application with uvicorn, and stop without cutting off an answer. Does not: make the application
(`server/app.py`), speak https (put a proxy before it), fetch anything, or report anything to anyone.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

import uvicorn

from calcqa import messages
from calcqa.errors import CalcqaError, InputError
from calcqa.server import logs
from calcqa.server.app import Serving
from calcqa.server.connections import Patient
from calcqa.server.middleware import Front

_PATIENCE = 9.0  # seconds that running answers are waited for; with what follows a stop takes at most ten
_CLOSING = 1  # seconds for connections to close afterwards
_TICK = 0.1
_CALM = 3  # ticks with nothing running: between asking and fetching the answer there is a moment without a request


def _nothing() -> None:
    pass


class Server(uvicorn.Server):
    """Says when it answers, and stops when the running answers are done: no sooner, and not much later."""

    def __init__(
        self,
        front: Front,
        listener: socket.socket,
        on_ready: Callable[[str], None],
        on_stop: Callable[[], None] = _nothing,
        on_end: Callable[[], None] = _nothing,
    ) -> None:
        """Serve `front` on `listener`; the three functions are those of `run`."""
        # Its own log is off: middleware.py notes what matters. proxy_headers believes 127.0.0.1 only (see auth.py).
        super().__init__(
            uvicorn.Config(
                front,
                http=Patient,
                log_config=None,
                access_log=False,
                server_header=False,
                ws="none",
                lifespan="on",
                timeout_graceful_shutdown=_CLOSING,
            )
        )
        self._front, self._listener = front, listener
        self._on_ready, self._on_stop, self._on_end = on_ready, on_stop, on_end
        self._thread: threading.Thread | None = None
        host, port, *_ = listener.getsockname()
        host = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, f"[{host}]" if ":" in host else host)
        self.url = f"http://{host}:{port}/"

    def begin(self) -> None:
        """Serve in a thread of its own; return when it answers. Raises CalcqaError if it does not come to that."""
        self._thread = threading.Thread(target=self.run, args=([self._listener],), daemon=True)
        self._thread.start()
        while not self.started:
            if not self._thread.is_alive():
                raise CalcqaError("The server did not start; its log says why.")
            time.sleep(_TICK / 10)

    def stop(self) -> None:
        """Stop what `begin` began, as a signal would, and return when it has stopped."""
        self.should_exit = True
        if self._thread:
            self._thread.join()

    def run_here(self) -> None:
        """Serve until a signal comes."""
        self.run([self._listener])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        logs.note("started", url=self.url)
        self._on_ready(self.url)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Turn new requests away, wait for the running ones, then end; the log says how many were cut off."""
        self._front.stopping = True
        logs.note("stopping", running=self._front.running)
        self._on_stop()
        end, calm = time.monotonic() + _PATIENCE, 0
        while calm < _CALM and time.monotonic() < end and not self.force_exit:
            await asyncio.sleep(_TICK)
            calm = 0 if self._front.running else calm + 1
        cut_off = self._front.running
        self._on_end()
        await super().shutdown(sockets)
        logs.note("stopped", cut_off=cut_off)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal: the first asks for a stop, the second does not wait.

        Unlike uvicorn's own, it is not raised again afterwards: a program told to stop, that stopped, has not failed.
        """
        self.force_exit = self.should_exit
        self.should_exit = True


def run(
    front: Front,
    options: Serving,
    *,
    on_ready: Callable[[str], None] | None = None,
    on_stop: Callable[[], None] = _nothing,
    on_end: Callable[[], None] = _nothing,
    block: bool = True,
) -> Server:
    """Serve the application until a signal comes; with `block=False` return at once, and serve until `stop()`.

    Args:
        front: the application (`server/app.py`).
        options: where it is served.
        on_ready: called once with the address, in the server's thread, when it answers; the address is printed anyway.
        on_stop: called once when a stop begins: what waits for its turn is to end, what is being worked out is not.
        on_end: called once when nothing runs any more, or was waited for long enough: open streams are to end.
        block: whether to serve in this thread, with this process's signals.

    Raises:
        InputError: the address cannot be listened on.
    """

    def ready(url: str) -> None:
        sys.stdout.write(f"{messages.SERVING} {url}\n")
        sys.stdout.flush()
        if on_ready:
            on_ready(url)

    with contextlib.ExitStack() as undo:
        listener = undo.enter_context(_listen(options.host, options.port))
        server = Server(front, listener, ready, on_stop, on_end)
        if block:
            server.run_here()
        else:
            server.begin()
            undo.pop_all()
    return server


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens already, so that of two programs one is refused at once."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise InputError(
            f"Nothing can be served on {host}:{port}: it is taken or not to be had; choose another."
        ) from error
