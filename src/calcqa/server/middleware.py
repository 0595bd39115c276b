"""What every request passes first: where it belongs, what its response tells the browser, and whether to go on at all.

Does: take off the path a proxy serves the page under, let through what `server/routes.py` lists, by a name of this
server and from no other site's page, set the headers that keep the browser to this server, answer /healthz, and turn
new work away while the server stops. Does not: know who is logged in (`server/auth.py`) or what is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import calcqa
from calcqa import messages
from calcqa.server.auth import client_of
from calcqa.server.logs import note
from calcqa.server.routes import BEAT, CANCEL, DATA, HEALTH, LOGIN, LOGOUT, RESET, Names, answers

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # eval is how Gradio renders its own parts
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
"""The Content-Security-Policy: the browser refuses whatever comes from elsewhere, and shows the page in no frame."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}

_TO_THE_END = (DATA, CANCEL, RESET)  # what a running answer still needs
_UNSEEN = frozenset({b"origin", b"x-gradio-server"})
"""Headers that go no further: Gradio would allow any origin, and believe any address of its own."""


class Front:
    """ASGI: the outermost layer.

    `running` is how many requests are being answered, open pages' heartbeats not counted. Once `stopping` is set, new
    requests get 503 but for those by which a running answer is fetched or stopped.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        root_path: str = "",
        names: Names | None = None,
        login: bool = True,
        held: Callable[[], Mapping[str, int]] = dict,
    ) -> None:
        """Stand before `app`; `root_path` is a path or an address, `held` counts what /healthz says of the index.

        Without `login` nobody can log in or out: nothing is there.
        """
        self._app, self._names, self._login, self._held = app, names or Names(), login, held
        self._root = urlsplit(root_path).path.rstrip("/")
        self.stopping, self.running = False, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        scope = self._without_root(scope)
        path = scope["path"]

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
                if path == "/" and scope["method"] == "GET":
                    note("page", status=message["status"], client=client_of(scope))
            await send(message)

        turned_away = self._turned_away(scope)
        if turned_away:
            await turned_away(scope, receive, sending)
        elif path == HEALTH:
            await self._health()(scope, receive, sending)
        else:
            counted = not path.startswith(BEAT)  # open as long as the page is: nobody waits for its end
            kept = [(name, value) for name, value in scope["headers"] if name not in _UNSEEN]
            self.running += counted
            try:
                await self._app({**scope, "headers": kept}, receive, sending)
            finally:
                self.running -= counted

    def _turned_away(self, scope: Scope) -> JSONResponse | None:
        """Return what a request gets that goes no further."""
        headers, path = Headers(scope=scope), scope["path"]
        if path == HEALTH and scope["method"] == "GET":
            return None  # whoever watches over servers may not know its name
        forwarded = ",".join(headers.getlist("x-forwarded-host"))
        hosts = [headers.get("host", ""), *(host.strip() for host in forwarded.split(",") if forwarded)]
        foreign = next((host for host in hosts if not self._names.serves(host)), None)
        if foreign is not None:
            return JSONResponse({"detail": messages.WRONG_HOST.format(host=foreign)}, 421)
        if any(not self._names.own_page(origin, hosts) for origin in headers.getlist("origin")):
            return JSONResponse({"detail": messages.OTHER_SITE}, 403)
        if not answers(scope["method"], path) or (not self._login and (path in LOGIN or path == LOGOUT)):
            return JSONResponse({"detail": messages.NO_ROUTE}, 404)
        if self.stopping and path not in _TO_THE_END:
            return JSONResponse({"detail": messages.STOPPING}, 503, {"Retry-After": "10"})
        return None

    def _health(self) -> JSONResponse:
        if self.stopping:
            return JSONResponse({"status": "stopping"}, 503)
        return JSONResponse({"status": "ok", "version": calcqa.__version__, "index": dict(self._held())})

    def _without_root(self, scope: Scope) -> Scope:
        """Return `scope` with a path the proxy may have left in taken off, so that all that follows sees the same."""
        path, raw, root = scope["path"], scope.get("raw_path") or b"", self._root
        while root and (path == root or path.startswith(root + "/")):
            path, raw = path.removeprefix(root) or "/", raw.removeprefix(root.encode()) or b"/"
        return {**scope, "path": path, "raw_path": raw}
