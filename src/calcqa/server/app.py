"""Serves a page: the address it listens on, what stands before it, and how it stops.

Does: mount Gradio's blocks in a web application, put `server/middleware.py`, where users are named `server/auth.py`,
and `server/page/events.py` before it, beside it the route of uploads, run it with uvicorn, and stop without cutting off
an answer. Does not: make the page (`server/page/layout.py`), speak https (put a proxy before it), fetch anything, or
report anything to anyone.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import uvicorn

from calcqa import messages
from calcqa.errors import CalcqaError, InputError
from calcqa.server import logs
from calcqa.server.auth import Gate, Login, load_users
from calcqa.server.connections import Patient
from calcqa.server.middleware import Front
from calcqa.server.page.events import SESSIONS, Events, Visits
from calcqa.server.routes import UPLOADS, Names
from calcqa.workspace import LIMITS

if TYPE_CHECKING:
    import gradio as gr
    from starlette.types import ASGIApp

    from calcqa.assistant import Assistant
    from calcqa.server.uploads import Uploads

_PATIENCE = 9.0  # seconds that running answers are waited for; with what follows a stop takes at most ten
_CLOSING = 1  # seconds for connections to close afterwards
_WAITING = 1_000  # events that wait for their turn; what comes beyond is refused
_TICK = 0.1
_CALM = 3  # ticks with nothing running: between asking and fetching the answer there is a moment without a request


@dataclass(frozen=True, slots=True)
class Serving:
    """How the page is served.

    `auth` is a file of users (`server/auth.py`); without one everybody who reaches the address may ask. `root_path` is
    the path or the whole address under which a proxy shows the page, `hosts` are further names people reach it by:
    without its name a browser is turned away (`*` stands for every name). `max_upload` is the bytes of a file,
    `concurrency` how many questions are taken at a time (the others wait their turn; as many are answered as there are
    cores), `sessions` how many pages may be open. With `log_questions` the log holds what was asked.

    Raises InputError for a root path that is neither, no port, or a number below 1.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    auth: Path | None = None
    root_path: str = ""
    hosts: tuple[str, ...] = ()
    max_upload: int = LIMITS.bytes
    concurrency: int = 32
    sessions: int = SESSIONS
    log_questions: bool = False

    def __post_init__(self) -> None:
        root = urlsplit(self.root_path)
        whole = root.scheme in ("http", "https") and root.netloc
        if self.root_path and not whole and not self.root_path.startswith("/"):
            raise InputError(f"The root path {self.root_path} begins with neither / nor http:// or https://.")
        object.__setattr__(self, "root_path", self.root_path.rstrip("/"))
        if not 0 <= self.port < 65_536:
            raise InputError(f"The port is between 0 and 65535, not {self.port}.")
        for name in ("max_upload", "concurrency", "sessions"):
            if getattr(self, name) < 1:
                raise InputError(f"{name.replace('_', '-')} must be at least 1, not {getattr(self, name)}.")


class Server(uvicorn.Server):
    """Says when it answers, and stops when the running answers are done: no sooner, and not much later."""

    def __init__(
        self,
        front: Front,
        gradio: Any,
        listener: socket.socket,
        on_ready: Callable[[str], None],
        on_stop: Callable[[], None] = lambda: None,
    ) -> None:
        """Serve `front` on `listener`; `gradio` is the application within, told when its heartbeats are to end."""
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
        self._front, self._gradio, self._listener = front, gradio, listener
        self._on_ready, self._on_stop = on_ready, on_stop
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
        # Only now: the end of a heartbeat closes its session, with the answer that runs in it.
        self._gradio.stop_event.set()
        await super().shutdown(sockets)
        logs.note("stopped", cut_off=cut_off)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal: the first asks for a stop, the second does not wait.

        Unlike uvicorn's own, it is not raised again afterwards: a program told to stop, that stopped, has not failed.
        """
        self.force_exit = self.should_exit
        self.should_exit = True


def run(
    blocks: gr.Blocks,
    options: Serving,
    head: str,
    theme: gr.Theme | None,
    on_ready: Callable[[str], None] | None = None,
    on_stop: Callable[[], None] = lambda: None,
    block: bool = True,
    *,
    assistant: Assistant | None = None,
    uploads: Uploads | None = None,
) -> Server:
    """Serve `blocks` until a signal comes; with `block=False` return at once, and serve in a thread until `stop()`.

    Args:
        blocks: the page, neither launched nor mounted yet.
        options: where and to whom.
        head: markup for the page's head: its style and script.
        theme: its theme, with fonts the browser has.
        on_ready: called once with the address, in the server's thread, when it answers; the address is printed anyway.
        on_stop: called once when a stop begins: what waits for its turn is to end, what is being worked out is not.
        block: whether to serve in this thread, with this process's signals and standard error: the log goes there as
            JSON lines. Otherwise logging is left as the caller has it.
        assistant: the one whose documents and passages /healthz counts.
        uploads: takes the files that are sent; without one none can be.

    Raises:
        InputError: the address cannot be listened on, or the file of users cannot be used.
    """
    import gradio as gr
    from fastapi import FastAPI

    if block:
        logs.configure(with_text=options.log_questions)
    login = Login(load_users(options.auth)) if options.auth else None
    blocks.analytics_enabled = False
    blocks.queue(default_concurrency_limit=options.concurrency, max_size=_WAITING, api_open=False)
    _log_failures(blocks)
    site: ASGIApp
    # Neither application shows programmers its routes; the pages that do load their scripts from elsewhere.
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    if uploads:
        app.mount(UPLOADS, uploads)
    gr.mount_gradio_app(
        app,
        blocks,
        "/",
        footer_links=[],
        run_history=False,
        app_kwargs={"openapi_url": None},
        auth=login.check if login else None,
        auth_message=messages.LOGIN,
        root_path=options.root_path or None,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme,
        head=head,  # the style is in it too, because as css= it would be rewritten
    )
    gradio: Any = app.routes[-1].app  # type: ignore[attr-defined] # the mount just made
    visits = Visits(options.sessions, lambda session: _forget(gradio, session))
    site = Events(app, visits, lambda: gradio.get_blocks().fns)
    if login:
        site = Gate(site, gradio)

    def held() -> dict[str, int]:
        index = assistant.index if assistant else None
        return {"documents": len(index.documents), "passages": len(index.passages)} if index else {}

    def ready(url: str) -> None:
        sys.stdout.write(f"{messages.SERVING} {url}\n")
        sys.stdout.flush()
        if on_ready:
            on_ready(url)

    names = Names([urlsplit(options.root_path).netloc, *options.hosts], options.host)
    front = Front(site, root_path=options.root_path, names=names, login=login is not None, held=held)
    with contextlib.ExitStack() as undo:
        listener = undo.enter_context(_listen(options.host, options.port))
        server = Server(front, gradio, listener, ready, on_stop)
        if block:
            with logs.printing_logged(with_text=options.log_questions):
                server.run_here()
        else:
            server.begin()
            undo.pop_all()
    return server


def _forget(gradio: Any, session: str) -> None:
    """Free what Gradio holds of a session: by itself it would keep ten thousand."""
    gradio.state_holder.session_data.pop(session, None)
    gradio.state_holder.time_last_used.pop(session, None)


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens already, so that of two programs one is refused at once."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise InputError(
            f"Nothing can be served on {host}:{port}: it is taken or not to be had; choose another."
        ) from error


def _log_failures(blocks: gr.Blocks) -> None:
    """Log what fails behind the page as one line, and give the page one sentence.

    Gradio prints a traceback that ends in the error's message, and a message may hold what somebody asked.
    """
    import gradio as gr

    process = blocks.process_api

    async def processed(*given: Any, **named: Any) -> dict[str, Any]:
        try:
            return await process(*given, **named)
        except gr.Error as error:
            error.print_exception = False
            raise
        except CalcqaError as error:
            raise gr.Error(str(error), print_exception=False) from error
        except Exception as error:
            logs.note("failed", level=logging.ERROR, error=error)
            raise gr.Error(messages.FAILED, print_exception=False) from error

    blocks.process_api = processed  # type: ignore[method-assign]
