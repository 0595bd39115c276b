"""The application: the page, what stands beside it, and what every request passes before it reaches either.

Does: put log-in, uploads and the page together as one ASGI application behind one front, and hold the options of how it
is served. Does not: listen, or stop (`server/run.py`), or know what the page is made with (`server/page/mounted.py`).
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.types import ASGIApp

from calcqa.errors import InputError
from calcqa.server.auth import Login, load_users
from calcqa.server.connections import most_connections
from calcqa.server.login import Access, Gate
from calcqa.server.middleware import Bounded, Front
from calcqa.server.routes import UPLOADS, Names
from calcqa.workspace import LIMITS

SESSIONS = 1_000
"""Pages that may be open at a time; each is forgotten a quarter of an hour after it was left."""


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


def application(
    page: Starlette,
    options: Serving,
    *,
    uploads: ASGIApp | None = None,
    held: Callable[[], Mapping[str, int]] = dict,
    beside: Mapping[str, Starlette] | None = None,
) -> Front:
    """Return the whole application as one ASGI callable.

    From the outside in: `Front` (names, routes, headers, a stop), `Gate` where people log in, then the routes. What is
    mounted finds who is logged in as `scope[USER]` (`server/middleware.py`), and is started and ended with the server.

    Args:
        page: what answers at /.
        options: to whom it is served, and by which names.
        uploads: takes the files that are sent; without it none can be.
        held: counts what /healthz says of the index.
        beside: further applications by path, such as /api, without a slash at its end: this is where REST and MCP
            belong. A body sent to one has 8 MB and half a minute at most.

    Raises:
        InputError: the file of users cannot be used.
    """
    beside = beside or {}
    access = Access(Login(load_users(options.auth)), options.root_path) if options.auth else None

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            for one in (*beside.values(), page):
                await stack.enter_async_context(one.router.lifespan_context(one))
            yield

    # No application shows programmers its routes; the pages that do load their scripts from elsewhere.
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.router.routes.extend(access.routes if access else [])
    if uploads:
        app.mount(UPLOADS, uploads)
    for path, one in beside.items():
        app.mount(path, Bounded(one))
    app.mount("/", page)
    return Front(
        Gate(app, access) if access else app,
        root_path=options.root_path,
        names=Names([urlsplit(options.root_path).netloc, *options.hosts], options.host),
        login=access is not None,
        held=held,
        beside=beside,
        most=most_connections() // 2,
    )
