"""Reads the members of a ZIP file within bounds, in memory. Does not: write anywhere, or follow names outside it."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, field

from calcqa.documents import messages
from calcqa.errors import DocumentError

MOST_MEMBERS = 10_000
MOST_BYTES = 100_000_000
"""Bytes that all members read may have together, unpacked."""

_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, IndexError)


@dataclass(slots=True)
class Archive:
    """A ZIP file that people know as `name`."""

    name: str
    kind: str
    _zip: zipfile.ZipFile
    _left: int = MOST_BYTES
    _names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._names = frozenset(self._zip.namelist())

    @property
    def names(self) -> list[str]:
        """The names of the members, in the file's order."""
        return self._zip.namelist()

    def __contains__(self, member: str) -> bool:
        return member in self._names

    def read(self, member: str) -> bytes:
        """Return the bytes of a member.

        Raises `DocumentError` if it is missing, damaged or encrypted, or what was read is too much by now.
        """
        try:
            info = self._zip.getinfo(member)
            if info.flag_bits & 1:
                raise DocumentError(messages.LOCKED.format(name=self.name))
            with self._zip.open(info) as file:
                data = file.read(self._left + 1)
        except KeyError as error:
            raise self.broken(f"{member} is missing in it") from error
        except _FAULTS as error:
            if isinstance(error, DocumentError):
                raise
            raise self.broken(f"{member} in it is damaged") from error
        self._left -= len(data)
        if self._left < 0:
            raise DocumentError(messages.TOO_MUCH_INSIDE.format(name=self.name, most=MOST_BYTES // 1_000_000))
        return data

    def broken(self, problem: str) -> DocumentError:
        """Return the error that says what is wrong."""
        return DocumentError(messages.NOT_THE_KIND.format(name=self.name, kind=self.kind, problem=problem))


def opened(data: bytes, name: str, kind: str) -> Archive:
    """Return the ZIP file in `data`, which is a `kind` that people know as `name`.

    Raises `DocumentError` if it is none, or has too many members.
    """
    try:
        unpacked = zipfile.ZipFile(io.BytesIO(data))
    except _FAULTS as error:
        message = messages.NOT_THE_KIND.format(name=name, kind=kind, problem="it is no whole ZIP file")
        raise DocumentError(message) from error
    if len(unpacked.namelist()) > MOST_MEMBERS:
        raise DocumentError(messages.TOO_MANY_INSIDE.format(name=name, most=MOST_MEMBERS))
    return Archive(name, kind, unpacked)
