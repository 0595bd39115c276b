"""Which paths answer, and the names of the server.

Does: say which paths answer to which methods, which names in Host are the server's, and whether a request comes from a
page of the server's own. Does not: know who is logged in (`server/login.py`), or look into what is sent
(`server/page/events.py`, `server/uploads.py`).

Everything that is not listed is 404. Most of what Gradio offers (files, proxies, uploads, an API, deep links) is not
used here, and what is not used needs no guard. An address by number is always the server's own: a site that points its
name at this machine (DNS rebinding) is recognised by that name. Other names must be given.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

HEALTH = "/healthz"
UPLOADS = "/documents/"
"""A file is sent to this path with its ticket behind it (`server/uploads.py`)."""
BEAT = "/gradio_api/heartbeat/"
JOIN, DATA = "/gradio_api/queue/join", "/gradio_api/queue/data"
CANCEL, RESET = "/gradio_api/cancel", "/gradio_api/reset"
LOGIN, LOGOUT = "/login", "/logout"
"""The application's own (`server/login.py`), where people log in; Gradio's of the same names are never reached."""
ASSETS = ("/assets/", "/static/")
"""Files of the Gradio package, the same everywhere."""
UNGUARDED = frozenset({"/favicon.ico", "/robots.txt"})
"""What a browser or a crawler may load before anybody has logged in, beside the log-in page."""

_PAGE = frozenset({"/", "/theme.css"}) | UNGUARDED
_READ = frozenset({"GET", "HEAD"})
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?")
_USUAL = re.compile(r":(?:80|443)\Z")


def answers(method: str, path: str, beside: Iterable[str] = ()) -> bool:
    """Return whether there is anything at `path` for `method`.

    `beside` are the paths of what is mounted beside the page, which answers whatever is asked below them.
    """
    if ".." in path or "\\" in path or "\0" in path:
        return False
    if any(path == one or path.startswith(f"{one}/") for one in beside):
        return True
    if method in _READ:
        if path in _PAGE or path == LOGIN or path.startswith(ASSETS):
            return True
        return method == "GET" and (path in (HEALTH, LOGOUT, DATA) or _one_below(BEAT, path))
    if method == "PUT":
        return _one_below(UPLOADS, path)
    return method == "POST" and path in (JOIN, CANCEL, RESET, LOGIN)


def _one_below(folder: str, path: str) -> bool:
    rest = path.removeprefix(folder)
    return rest not in ("", path) and "/" not in rest


class Names:
    """The names this server answers to: numbers, this machine's, and those it was given; `*` stands for every name."""

    def __init__(self, given: Iterable[str] = (), listening: str = "") -> None:
        """Answer to the names `given`, each with a port where it is not the usual one, and to `listening`."""
        self._given = {_bare(name) for name in given if name}
        self._own = {"localhost", socket.gethostname().lower(), listening.lower(), *map(_name, self._given)} - {""}

    def serves(self, host: str) -> bool:
        """Return whether a Host header names this server."""
        name = _name(host)
        return bool(name) and ("*" in self._given or name in self._own or _is_number(name))

    def own_page(self, origin: str, hosts: Collection[str]) -> bool:
        """Return whether an Origin header is that of a page from here: from the `hosts` asked for, or a name given."""
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        if parts.scheme not in ("http", "https") or not _name(parts.netloc):
            return False
        return _bare(parts.netloc) in self._given | {_bare(host) for host in hosts}


def _name(host: str) -> str:
    """Return the name in a Host header, without its port; empty where it is no host."""
    match = _HOST.fullmatch(host.lower())
    return match[1] if match else ""


def _bare(host: str) -> str:
    return _USUAL.sub("", host.lower())


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
