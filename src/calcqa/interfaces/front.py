"""What every request passes first: where it belongs, what its response tells the browser, and whether to go on at all.

Does: take off the path a proxy serves the page under, set the headers that keep the browser to this server, answer
/healthz, and turn new work away while the server stops. Does not: know who is logged in (`access.py`) or what is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import calcqa
from calcqa.interfaces.access import client_of
from calcqa.interfaces.logs import note

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

_HEALTH = "/healthz"
_HEARTBEAT = "/gradio_api/heartbeat/"  # open as long as the page is: nobody waits for its end
_TO_THE_END = ("/gradio_api/queue/data", "/gradio_api/cancel", "/gradio_api/file=")  # what a running answer still needs
_STOPPING = "The server is being stopped; try again in a moment."


class Front:
    """ASGI: the outermost layer.

    `running` is how many requests are being answered, open pages' heartbeats not counted. Once `stopping` is set, new
    requests get 503 but for those by which a running answer is fetched or stopped.
    """

    def __init__(self, app: ASGIApp, *, root_path: str = "", held: Callable[[], Mapping[str, int]] = dict) -> None:
        """Stand before `app`; `root_path` is a path or an address, `held` counts what /healthz says of the index."""
        self._app, self._held = app, held
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

        if path == _HEALTH:
            await self._health()(scope, receive, sending)
        elif self.stopping and not path.startswith(_TO_THE_END):
            await JSONResponse({"detail": _STOPPING}, 503, {"Retry-After": "10"})(scope, receive, sending)
        else:
            counted = not path.startswith(_HEARTBEAT)
            self.running += counted
            try:
                await self._app(scope, receive, sending)
            finally:
                self.running -= counted

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
