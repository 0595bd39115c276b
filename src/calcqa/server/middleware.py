"""The layer that every request passes first, and how a request's body and address are read.

Does: take off the path a proxy serves the page under, let through what `server/routes.py` lists, by a name of this
server and from no other site's page, bound how many requests one address has open, set the headers that keep the
browser to this server, answer /healthz, and turn new requests away while the server stops; read a body within bounds.
Does not: know who is logged in (`server/login.py`) or what is asked.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import calcqa
from calcqa import messages
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

USER = "calcqa.user"
"""Where a request's scope names who is logged in; empty where nobody has to."""

_TO_THE_END = (DATA, CANCEL, RESET)  # what a running answer still needs
_HIDDEN = frozenset({b"origin", b"x-gradio-server"})
"""Headers that go no further: Gradio would allow any origin, and believe any address of its own."""
_PATIENCE = 30.0  # seconds for a body to come whole
_BODY = 8_000_000  # bytes of a request to what is mounted beside the page
_AGAIN = {"Retry-After": "10"}  # seconds


class Refused(Exception):
    """A request that goes no further, with the status it gets and the headers of that answer."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers

    def response(self) -> JSONResponse:
        """Return the answer as JSON."""
        return JSONResponse({"detail": self.detail}, self.status, self.headers)


async def body_of(scope: Scope, receive: Receive, most: int) -> bytes:
    """Return the body of a request, counted as it comes, whatever its head says.

    Raises:
        Refused: it is more than `most` bytes, takes longer than half a minute, or breaks off.
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


def client_of(scope: Scope) -> str:
    """Return the address a request is counted by: IPv4 as it is, of IPv6 the /64 that one customer is given."""
    host: str = scope["client"][0] if scope.get("client") else "unknown"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return host
    mapped = address.ipv4_mapped
    return str(mapped or ipaddress.ip_network((address, 64), strict=False).network_address)


class Bounded:
    """ASGI: reads a request's body whole, within bounds, before the application behind it sees any of it."""

    def __init__(self, app: ASGIApp, most: int = _BODY) -> None:
        """Stand before `app`; a body has `most` bytes at most."""
        self._app, self._most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        try:
            body = await body_of(scope, receive, self._most)
        except Refused as refused:
            await refused.response()(scope, receive, send)
        else:
            await self._app(*with_body(scope, body, receive), send)


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
        beside: Collection[str] = (),
        most: int | None = None,
    ) -> None:
        """Stand before `app`.

        Args:
            app: what requests are handed on to.
            root_path: the path or the address under which a proxy shows the page.
            names: the names of the server; those of this machine by default.
            login: whether people log in; else there is nothing at the paths of log-in and log-out.
            held: counts what /healthz says of the index.
            beside: the paths of what is mounted beside the page.
            most: how many requests one address may have open, heartbeats among them; None sets no limit.
        """
        self._app, self._names, self._login, self._held = app, names or Names(), login, held
        self._root = urlsplit(root_path).path.rstrip("/")
        self._beside, self._most = tuple(beside), most
        self._open: Counter[str] = Counter()
        self.stopping, self.running = False, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        scope = self._without_root(scope)
        path, client = scope["path"], client_of(scope)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
                if path == "/" and scope["method"] == "GET":
                    note("page", status=message["status"], client=client)
            await send(message)

        try:
            self._check(scope, client)
        except Refused as refused:
            await refused.response()(scope, receive, sending)
            return
        if path == HEALTH:
            await self._health()(scope, receive, sending)
            return
        counted = not path.startswith(BEAT)  # open as long as the page is: nobody waits for its end
        kept = [(name, value) for name, value in scope["headers"] if name not in _HIDDEN]
        self.running += counted
        self._open[client] += 1
        try:
            await self._app({**scope, "headers": kept}, receive, sending)
        finally:
            self.running -= counted
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]

    def _check(self, scope: Scope, client: str) -> None:
        """Raise Refused for a request that goes no further."""
        headers, path = Headers(scope=scope), scope["path"]
        if path == HEALTH and scope["method"] == "GET":
            return  # whoever watches over servers may not know its name
        forwarded = ",".join(headers.getlist("x-forwarded-host"))
        hosts = [headers.get("host", ""), *(host.strip() for host in forwarded.split(",") if forwarded)]
        foreign = next((host for host in hosts if not self._names.serves(host)), None)
        if foreign is not None:
            raise Refused(421, messages.WRONG_HOST.format(host=foreign))
        if any(not self._names.own_page(origin, hosts) for origin in headers.getlist("origin")):
            raise Refused(403, messages.OTHER_SITE)
        if not answers(scope["method"], path, self._beside) or (not self._login and path in (LOGIN, LOGOUT)):
            raise Refused(404, messages.NO_ROUTE)
        if self.stopping and path not in _TO_THE_END:
            raise Refused(503, messages.STOPPING, _AGAIN)
        if self._most is not None and self._open[client] >= self._most:
            raise Refused(503, messages.TOO_MANY_REQUESTS, _AGAIN)

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
