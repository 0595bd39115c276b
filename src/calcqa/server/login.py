"""The log-in page, the sessions of people who are logged in, and the gate that lets nobody else through.

Does: show a form, check what it sends (`server/auth.py`), give the browser a cookie with a random token, name the user
of each request, and end sessions. Does not: count attempts, encrypt the connection, or know what is behind the gate.

The page is HTML that works without a script. Its form is posted to the address it stands at, so that the place in a
text that a link names survives the log-in. Another site can send neither the form (`server/middleware.py` checks
Origin) nor anything with the cookie but a link that is followed (SameSite=Lax), which logs nobody out.
"""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from markupsafe import Markup
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from calcqa import messages
from calcqa.server.auth import Login
from calcqa.server.middleware import USER, Refused, body_of, client_of
from calcqa.server.routes import LOGIN, LOGOUT, UNGUARDED

_STATIC = Path(__file__).parent / "page" / "static"
_LONGEST_FORM = 16_384  # bytes of a log-in
_IDLE = 7 * 86_400.0  # seconds without a request after which a session is over
_MOST = 50  # sessions of one user; beyond them the one that was not used for longest is over
_READ = ("GET", "HEAD")
_OURS = (None, "none", "same-origin")  # what Sec-Fetch-Site says where no other site led here


@dataclass(slots=True)
class _Session:
    user: str
    used: float


class Sessions:
    """Who is logged in, by random tokens. Held in memory: when the server stops, everybody is logged out."""

    def __init__(self) -> None:
        self.cookie = f"calcqa-{secrets.token_hex(4)}"  # servers on one machine share a browser's cookies
        self._sessions: dict[str, _Session] = {}

    def begin(self, user: str) -> str:
        """Return the token of a new session of `user`."""
        now = time.monotonic()
        self._sessions = {t: s for t, s in self._sessions.items() if now - s.used <= _IDLE}
        mine = sorted((s.used, t) for t, s in self._sessions.items() if s.user == user)
        for _, token in mine[: max(0, len(mine) + 1 - _MOST)]:
            del self._sessions[token]
        token = secrets.token_urlsafe(32)
        self._sessions[token] = _Session(user, now)
        return token

    def user(self, token: str) -> str | None:
        """Return whose session a token is of, and note that it is used; None where it is of none, or over."""
        session, now = self._sessions.get(token), time.monotonic()
        if session is None or now - session.used > _IDLE:
            return None
        session.used = now
        return session.user

    def end(self, user: str) -> None:
        """End all sessions of `user`."""
        self._sessions = {t: s for t, s in self._sessions.items() if s.user != user}


class Access:
    """The log-in page, its form and the log-out, as routes of the application.

    `root_path` is the path or the address under which a proxy shows the page. Cookies leave with HttpOnly,
    SameSite=Lax, and Secure where the client came by https or that address begins with it.
    """

    def __init__(self, login: Login, root_path: str = "") -> None:
        root = urlsplit(root_path)
        self.root, self._https = root.path.rstrip("/"), root.scheme == "https"
        self.sessions, self._login = Sessions(), login
        self.routes = [
            Route(LOGIN, self._show, methods=["GET"]),
            Route(LOGIN, self._enter, methods=["POST"]),
            Route(LOGOUT, self._leave, methods=["GET"]),
        ]

    def to(self, path: str) -> Response:
        """Return the answer that leads a browser to `path`."""
        return RedirectResponse(f"{self.root}{path}", 303, {"Cache-Control": "no-store"})

    async def _show(self, request: Request) -> Response:
        return self.to("/") if request.scope[USER] else _page()

    async def _enter(self, request: Request) -> Response:
        name = ""
        try:
            name, password = _read(request, await body_of(request.scope, request.receive, _LONGEST_FORM))
            if not await self._login.check(name, password, client_of(request.scope)):
                raise Refused(400, messages.WRONG_LOGIN)
        except Refused as refused:
            if refused.status == 413:
                refused.detail = messages.TOO_LONG
            return _page(name, refused)
        response = self.to("/")
        response.set_cookie(
            self.sessions.cookie,
            self.sessions.begin(name),
            secure=self._https or request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )
        return response

    async def _leave(self, request: Request) -> Response:
        if request.headers.get("sec-fetch-site") not in _OURS:
            return self.to("/")
        self.sessions.end(request.scope[USER])
        response = self.to(LOGIN)
        response.delete_cookie(self.sessions.cookie)
        return response


class Gate:
    """ASGI: lets through whoever is logged in, and names them in the scope.

    Everybody else is led to the log-in page from where pages stand, and gets 401 everywhere else: a route is closed
    unless it is named here.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        answer = self._app
        if scope["type"] != "lifespan":
            token = HTTPConnection(scope).cookies.get(self._access.sessions.cookie, "")
            user = self._access.sessions.user(token) or ""
            scope = {**scope, USER: user}
            answer = answer if user else self._to_nobody(scope.get("method", ""), scope["path"])
        await answer(scope, receive, send)

    def _to_nobody(self, method: str, path: str) -> ASGIApp:
        """Return what answers a request of somebody who is not logged in."""
        if path == LOGIN or (method in _READ and path in UNGUARDED):
            return self._app
        if method in _READ and path in ("/", LOGOUT):
            return self._access.to(LOGIN)
        return Refused(401, messages.NOT_LOGGED_IN).response()


def _read(request: Request, body: bytes) -> tuple[str, str]:
    """Return the name and the password that a form sends.

    Raises:
        Refused: it is no such form.
    """
    try:
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
            raise ValueError("not a form")
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=8)
        (name,), (password,) = fields["username"], fields["password"]
    except (KeyError, ValueError):
        raise Refused(400, messages.TOO_LONG) from None
    return name.strip(), password


def _page(name: str = "", refused: Refused | None = None) -> Response:
    """Return the log-in page; after an attempt with the name that was typed and why it was refused."""
    alert = Markup('<p role="alert" id="why">{}</p>').format(refused.detail) if refused else Markup("")
    html = Markup(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" '
        'content="light dark"><title>{}: {}</title><style>{}</style></head><body><main><h1>{}</h1><p>{}</p>{}'
        '<form method="post"><label>{}<input name="username" value="{}" autocomplete="username" autocapitalize="none" '
        'spellcheck="false" required{}></label><label>{}<input name="password" type="password" '
        'autocomplete="current-password" required{}></label><button>{}</button></form><p class="notice">{}</p></main>'
        "</body></html>"
    ).format(
        messages.NAME,
        messages.LOG_IN,
        _style(),
        messages.NAME,
        messages.LOGIN,
        alert,
        messages.USERNAME,
        name,
        Markup("" if name else " autofocus"),
        messages.PASSWORD,
        Markup(" autofocus" if name else ""),
        messages.LOG_IN,
        messages.NOTICE,
    )
    headers = {"Cache-Control": "no-store", **((refused and refused.headers) or {})}
    return HTMLResponse(html, refused.status if refused else 200, headers)


@cache
def _style() -> Markup:
    """Return the looks of the log-in page, in the colours of the page: dark where the browser asks for it."""
    page = (_STATIC / "page.css").read_text(encoding="utf-8")
    light, dark = (re.search(rf"^{name} (\{{.*?^\}})", page, re.MULTILINE | re.DOTALL) for name in (":root", r"\.dark"))
    if not light or not dark:
        raise ValueError("The page's style names no colours.")
    colours = f":root {light[1]} @media (prefers-color-scheme: dark) {{ :root {dark[1]} }}"
    return Markup(f"{colours} {(_STATIC / 'login.css').read_text(encoding='utf-8')}")  # noqa: S704 - our own files
