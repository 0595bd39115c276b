"""What a request may ask for, and by which name: a short list of routes, the server's own names, no other site's page.

Does: say which paths answer, which names in Host are the server's, and whether a request comes from its own page. Does
not: know who is logged in (`server/auth.py`), or look into what is sent (`server/page/events.py`, `server/uploads.py`).

Everything that is not listed is 404: most of what Gradio offers (files, proxies, uploads, an API, deep links) is not
used here, and what is not used needs no guard. An address by number is always the server's own, because a site that
points its name at this machine (DNS rebinding) is told apart by that name; other names must be given.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

HEALTH = "/healthz"
UPLOADS = "/documents/"
"""An upload is sent to this path with its ticket behind it (`server/uploads.py`)."""
BEAT = "/gradio_api/heartbeat/"
JOIN, DATA = "/gradio_api/queue/join", "/gradio_api/queue/data"
CANCEL, RESET = "/gradio_api/cancel", "/gradio_api/reset"
LOGIN, LOGOUT = frozenset({"/login", "/login/"}), "/logout"
ASSETS = ("/assets/", "/static/")
"""Files of the Gradio package, the same everywhere."""
FIRST = frozenset({"/", "/theme.css", "/favicon.ico", "/robots.txt"})
"""What else a browser loads before anybody has logged in."""

_READ = frozenset({"GET", "HEAD"})
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?")
_USUAL = re.compile(r":(?:80|443)\Z")


def answers(method: str, path: str) -> bool:
    """Say whether there is anything at `path` for `method`; all else is 404."""
    if ".." in path or "\\" in path or "\0" in path:
        return False
    if method in _READ:
        if path in FIRST or path.startswith(ASSETS):
            return True
        return method == "GET" and (path in (HEALTH, LOGOUT, DATA) or _one_below(BEAT, path))
    if method == "PUT":
        return _one_below(UPLOADS, path)
    return method == "POST" and (path in (JOIN, CANCEL, RESET) or path in LOGIN)


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
        """Say whether a Host header names this server."""
        name = _name(host)
        return bool(name) and ("*" in self._given or name in self._own or _is_number(name))

    def own_page(self, origin: str, hosts: Collection[str]) -> bool:
        """Say whether an Origin header is that of a page from here: from the `hosts` asked for, or a name given."""
        try:
            found = urlsplit(origin)
        except ValueError:
            return False
        if found.scheme not in ("http", "https") or not _name(found.netloc):
            return False
        return _bare(found.netloc) in self._given | {_bare(host) for host in hosts}


def _name(host: str) -> str:
    """Return the name in a Host header, without its port; empty where it is no host."""
    found = _HOST.fullmatch(host.lower())
    return found[1] if found else ""


def _bare(host: str) -> str:
    return _USUAL.sub("", host.lower())


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
