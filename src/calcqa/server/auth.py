"""Users in a file, their passwords checked, and attempts to log in counted.

Does: read users and their argon2 hashes, check a password in the same time whether or not the name is known, and refuse
to check any more after too many failures. Does not: keep sessions or show a log-in page (`server/login.py`), encrypt
the connection, or give users different rights.

Run it behind a proxy that speaks https: without one, passwords and questions cross the network in the clear. Attempts
are counted by the address of the client. What a proxy says of it (X-Forwarded-For, X-Forwarded-Proto) is believed if
the proxy is on this machine, 127.0.0.1; for another one set FORWARDED_ALLOW_IPS to its address, as uvicorn documents.
Believing everybody would let everybody choose the address their attempts are counted by.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import re
import secrets
import stat
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import argon2
from cachetools import TTLCache
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.concurrency import run_in_threadpool

from calcqa import messages
from calcqa.errors import InputError
from calcqa.server.logs import note
from calcqa.server.middleware import Refused

_MINUTES = 5
_BY_NAME = RateLimitItemPerMinute(5, _MINUTES)  # failures of one name from one address
_BY_ADDRESS = RateLimitItemPerMinute(20, _MINUTES)  # failures of all names from one address
_OF_NAME = RateLimitItemPerHour(100)  # failures of one name from all addresses
_DAYS = 30  # for which an address that a name came in from is remembered
_AT_ONCE = 2  # passwords checked side by side; each takes 64 MiB
_WAITING = 8  # attempts of one address that wait to be checked, so that nobody fills the queue
_LONGEST_NAME = 256
_SHORTEST = 8  # code points of a new password: the least NIST SP 800-63B asks for
_MOST_MEMORY = 2**20  # KiB that checking one password may take
_MOST_PASSES = 64
_MOST_LANES = 64
_BASE64 = re.compile(r"[A-Za-z0-9+/]+")


class Users:
    """Names and the argon2 hashes of their passwords."""

    def __init__(self, hashes: Mapping[str, str]) -> None:
        """Hold `hashes` by name; there is at least one."""
        self._hashes = dict(hashes)
        first = argon2.extract_parameters(next(iter(self._hashes.values())))
        self._hasher = argon2.PasswordHasher.from_parameters(first)
        self._dummy = self._hasher.hash(secrets.token_urlsafe())

    def __len__(self) -> int:
        return len(self._hashes)

    def check(self, name: str, password: str) -> bool:
        """Return whether `password` is that of `name`; an unknown name takes as long as a wrong password."""
        known = self._hashes.get(name)
        try:
            return self._hasher.verify(known or self._dummy, password) and known is not None
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False


def load_users(path: Path) -> Users:
    """Return the users of a file: a line `name:hash` each, as `calcqa password` prints them; # begins a comment.

    Raises InputError, with the number of the line, for one that is no such line or names somebody twice, and if the
    file cannot be read or names nobody. Logs a warning if everybody on the machine may read the file.
    """
    try:
        text = path.read_text(encoding="utf-8")
        mode = path.stat().st_mode
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no list of users: it is not UTF-8.") from error
    if os.name == "posix" and mode & stat.S_IROTH:
        note("users_exposed", level=logging.WARNING, file=str(path), mended_by=f"chmod o-r {path}")
    hashes: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not (line := line.strip()) or line.startswith("#"):
            continue
        name, _, digest = (part.strip() for part in line.partition(":"))
        if not name or not _is_hash(digest):  # what stands there may be a password: it is not repeated
            raise InputError(f"{path}, line {number}: this is not name:hash; make the line with: calcqa password NAME")
        if name in hashes:
            raise InputError(f"{path}, line {number}: {name} is named twice; remove one of the lines.")
        hashes[name] = digest
    if not hashes:
        raise InputError(f"{path} names no user; add a line made with: calcqa password NAME")
    return Users(hashes)


def user_line(name: str, password: str) -> str:
    """Return the line of `name` for a file of users.

    Raises InputError if the name cannot stand in such a file, or the password is shorter than 8 characters.
    """
    if not name or name != name.strip() or name.startswith("#") or ":" in name or not name.isprintable():
        raise InputError("A name is not empty, begins with no # and holds no colon, and no space at its ends.")
    if len(password) < _SHORTEST:
        raise InputError(f"A password has at least {_SHORTEST} characters.")
    return f"{name}:{argon2.PasswordHasher().hash(password)}"


def _is_hash(text: str) -> bool:
    """Return whether a text is a hash that can be checked, at a cost that this program bears."""
    try:
        parameters = argon2.extract_parameters(text)
    except (argon2.exceptions.InvalidHashError, ValueError):
        return False
    return (
        1 <= parameters.time_cost <= _MOST_PASSES
        and 1 <= parameters.parallelism <= _MOST_LANES
        and 8 * parameters.parallelism <= parameters.memory_cost <= _MOST_MEMORY
        and parameters.salt_len >= 8
        and parameters.hash_len >= 4
        and all(_BASE64.fullmatch(part) for part in text.split("$")[-2:])
    )


class Login:
    """Checks a name and password, and counts what failed.

    Failures are counted in moving windows: in 5 minutes 5 for one name from one address and 20 for one address, so that
    nobody can lock somebody out from elsewhere; and in an hour 100 for one name from anywhere (the most that NIST SP
    800-63B, 5.2.2, allows), for where a proxy lets clients say which address is theirs. That last one does not hold
    where the name has come in from before. Beyond that nothing is checked until the window has moved on.
    """

    def __init__(self, users: Users) -> None:
        self._users = users
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._pending: Counter[tuple[str, ...]] = Counter()  # attempts that are neither right nor wrong yet
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._came_in: TTLCache[tuple[str, str], bool] = TTLCache(10_000, _DAYS * 86_400)

    async def check(self, name: str, password: str, client: str) -> bool:
        """Return whether the password is that of the name; `client` is the address the attempt comes from.

        Raises:
            Refused: 429, with Retry-After in seconds, after too many failures, or while too many attempts of this
                address are being checked.
        """
        key = name[:_LONGEST_NAME]
        counted: list[tuple[RateLimitItem, tuple[str, ...]]] = [(_BY_NAME, (client, key)), (_BY_ADDRESS, (client,))]
        if (client, key) not in self._came_in:
            counted.append((_OF_NAME, (key, "")))
        # Attempts side by side cannot slip past the count: those that are being checked count as failed.
        spent = [(item, keys) for item, keys in counted if self._left(item, keys) <= 0]
        if spent or self._pending[client,] >= _WAITING:
            free = max((self._limiter.get_window_stats(item, *keys).reset_time for item, keys in spent), default=0.0)
            seconds = max(1, math.ceil(free - time.time()))
            note("login", level=logging.WARNING, user=name, client=client, outcome="limited")
            raise Refused(429, messages.TOO_MANY.format(seconds=seconds), {"Retry-After": str(seconds)})
        self._pending.update(keys for _, keys in counted)
        try:
            async with self._turn:
                right = await run_in_threadpool(self._users.check, name, password)
        finally:
            self._pending.subtract(keys for _, keys in counted)
            self._pending += Counter()  # those at nought are gone
        if right:
            self._came_in[client, key] = True
            self._limiter.clear(_BY_NAME, client, key)
        else:
            for item, keys in counted:
                self._limiter.hit(item, *keys)
        note(
            "login",
            level=logging.INFO if right else logging.WARNING,
            user=name,
            client=client,
            outcome="in" if right else "refused",
        )
        return right

    def _left(self, item: RateLimitItem, keys: tuple[str, ...]) -> int:
        return self._limiter.get_window_stats(item, *keys).remaining - self._pending[keys]
