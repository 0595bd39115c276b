"""The manifest of an index: which files it has and what they must be, and the checks that they are.

Does: seal it and read it, hold it and every other file against its checksum, and say which field differs, what was
expected, what is there, and the command that makes it anew. Does not read what the other files hold (`index/open.py`).

An index may come from anybody: nothing in it is taken to be of the right kind, no link in it is followed, no file is
read that it should not have, and it names no folder that anything is loaded from.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from calcqa.config import MANIFEST, EncoderSettings
from calcqa.documents.records import fields, short_text
from calcqa.errors import IndexFormatError
from calcqa.index.records import sha256_digits
from calcqa.parameters import Weights
from calcqa.stores import bm25

FORMAT_VERSION = 10
"""Raised when the files of an index change their meaning; older ones are then refused, with the mending command."""

FILES = (
    "documents.jsonl", "passages.jsonl", "asked.jsonl", "vectors.npy", "learned.npz",
    *(f"lexical/{name}" for name in bm25.FILES),
)  # fmt: skip
"""Every file of an index but its manifest; it has these and no others."""

METRIC = "inner product of unit vectors (cosine)"
REBUILD = "Build it again with: calcqa build [PATH…] --out {path}"
_LARGEST = 256_000_000  # bytes of a manifest: a few hundred for each document, of which there may be many
_SHOWN = 300  # characters of what was found, in a message


def standing(path: Path) -> Path:
    """Return the folder in which the index at `path` stands: where a build was killed midway, the one it set aside."""
    old = set_aside(path.resolve())
    return old if not os.path.lexists(path) and os.path.isfile(old / MANIFEST) else path  # noqa: PTH113


def set_aside(out: Path) -> Path:
    """Return where a build sets the old index of the folder `out` aside, on file systems that cannot exchange two."""
    return out.with_name(f".{out.name}.old")


def seal(manifest: Mapping[str, Any]) -> str:
    """Return the text of a manifest, its own sha256 last: that of the text without it."""
    body = {k: v for k, v in manifest.items() if k != "sha256"}
    digest = hashlib.sha256(_text(body).encode("utf-8")).hexdigest()
    return _text(body | {"sha256": digest})


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of the index in folder `path`.

    Raises:
        IndexFormatError: there is none, or it is unreadable, damaged, incomplete or of another format.

    """
    file = path / MANIFEST
    if not path.exists():
        raise IndexFormatError(f"There is no index at {path}. {REBUILD.format(path=path)}")
    if not _regular(path, MANIFEST):
        raise IndexFormatError(f"{path} is not an index: it has no {MANIFEST}. {REBUILD.format(path=path)}")
    try:
        if file.stat().st_size > _LARGEST:
            raise ValueError("too large")
        text = file.read_bytes().decode("utf-8")
        manifest = json.loads(text)
        version = manifest["format_version"]
        sealed = seal(manifest) if version == FORMAT_VERSION else ""
    except (OSError, ValueError, LookupError, TypeError, RecursionError, MemoryError) as error:
        raise IndexFormatError(
            f"The manifest of the index at {path} is unreadable. {REBUILD.format(path=path)}"
        ) from error
    expect(path, "format_version", FORMAT_VERSION, version)
    if sealed != text:
        raise IndexFormatError(
            f"The index at {path} is damaged: {MANIFEST} is not the text its own sha256 was taken of. "
            + REBUILD.format(path=path)
        )
    try:
        _validate(manifest)
    except (ValueError, TypeError, OverflowError) as error:
        raise IndexFormatError(
            f"The manifest of the index at {path} is incomplete or false: {brief(error)}. {REBUILD.format(path=path)}"
        ) from error
    return dict(manifest)


def encoder_settings(manifest: Mapping[str, Any]) -> EncoderSettings:
    """Return the encoder that an index was built with, by name and sha256; a manifest names no folder."""
    encoder = manifest["encoder"]
    return EncoderSettings(sha256=encoder["sha256"], name=encoder["name"])


def check_files(path: Path, files: Mapping[str, Mapping[str, Any]]) -> None:
    """Hold every file against its size and checksum.

    Raises:
        IndexFormatError: a file is missing, damaged or a link, or there is one that no index has.

    """
    for name in _entries(path):
        if name not in files and name != MANIFEST and not any(f.startswith(f"{name}/") for f in files):
            problem = f"The index at {path} holds {name!r}, which no index has."
            raise IndexFormatError(f"{problem} {REBUILD.format(path=path)}")
    for name, expected in files.items():
        file = path / name
        if not _regular(path, name):
            raise IndexFormatError(f"The index at {path} lacks the file {name}. {REBUILD.format(path=path)}")
        if (size := file.stat().st_size) != expected["bytes"]:
            raise IndexFormatError(
                f"The index at {path} is damaged: {name} has {size} bytes, expected {expected['bytes']}. "
                + REBUILD.format(path=path)
            )
        if (digest := file_sha256(file)) != expected["sha256"]:
            raise IndexFormatError(
                f"The index at {path} is damaged: {name} has sha256 {digest[:12]}…, expected "
                f"{expected['sha256'][:12]}…. " + REBUILD.format(path=path)
            )


def describe_files(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the size in bytes and the sha256 of every file of the index in `folder`, as its manifest records them."""
    return {n: {"bytes": (folder / n).stat().st_size, "sha256": file_sha256(folder / n)} for n in FILES}


def foreign(folder: Path) -> str | None:
    """Return the name of something in `folder` that is no part of an index, whole or damaged; None where all is."""
    if folder.is_symlink() or not folder.is_dir():
        return folder.name
    folders = {parent.as_posix() for name in FILES for parent in Path(name).parents}
    known = {*FILES, *folders, MANIFEST, f".{MANIFEST}"}
    return next((name for name in _entries(folder, hidden=True) if name not in known), None)


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file, in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def brief(error: object) -> str:
    """Return what an error says on one line, fit for a message; its kind where it says nothing."""
    try:
        line = " ".join(str(error).split()) or type(error).__name__
    except RecursionError:
        line = type(error).__name__
    line = "".join(c if c.isprintable() else "�" for c in line)
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def expect(path: Path, name: str, expected: object, actual: object) -> None:
    """Raise IndexFormatError where the field `name` of the index at `path` is not what it must be."""
    if expected != actual or type(expected) is not type(actual):
        raise IndexFormatError(
            f"The index at {path} does not fit: {name} is {brief(actual)}, expected {brief(expected)}. "
            + REBUILD.format(path=path)
        )


def _text(manifest: Mapping[str, Any]) -> str:
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def _regular(folder: Path, name: str) -> bool:
    """Say whether an index has a file, and no link on the way to it: a link may lead anywhere, out of the index too."""
    file = folder / name
    try:
        inner = list(file.parents)[: name.count("/")]
        return stat.S_ISREG(file.lstat().st_mode) and not any(p.is_symlink() for p in inner)
    except OSError:
        return False


def _entries(folder: Path, *, hidden: bool = False) -> Iterator[str]:
    """Yield the names of all that is in `folder`, at any depth, no link followed; what is hidden only where asked."""
    waiting = [folder]
    while waiting:
        for entry in sorted(waiting.pop().iterdir()):
            if hidden or not entry.name.startswith("."):
                yield entry.relative_to(folder).as_posix()
                if entry.is_dir() and not entry.is_symlink():
                    waiting.append(entry)


def _validate(manifest: Mapping[str, Any]) -> None:
    """Raise ValueError or TypeError, naming the field, where a manifest is not one that a build writes."""
    _, program, encoder, metric, chunking, counts, sources, weights, files, _ = fields(
        manifest,
        format_version=int, program=str, encoder=dict, metric=str, chunking=dict, counts=dict, sources=list,
        weights=dict, files=dict, sha256=str,
    )  # fmt: skip
    name, sha256, dimension, window = fields(encoder, name=str, sha256=str, dimension=int, window=int)
    short_text("program or name", program and name)
    if not f"{program}{name}".isprintable():
        raise ValueError("program or name holds what cannot be shown")
    sha256_digits("sha256", sha256)
    if not (0 < dimension <= 65_536 and 0 < window <= 1_000_000):
        raise ValueError(f"an encoder has no dimension {dimension} and window {window}")
    if metric != METRIC:
        raise ValueError(f"metric is {metric!r}")
    pieces, tokens = fields(chunking, max_pieces=int, max_tokens=int)
    if not (0 < pieces <= 1_000_000 and 0 <= tokens <= 1_000_000):
        raise ValueError(f"no passage is cut to {pieces} pieces and {tokens} tokens")
    if set(map(type, counts.values())) != {int}:
        raise ValueError("counts are numbers")
    for source in sources:
        text, digest, document, sidecar, sidecar_digest = fields(
            source, source=str, sha256=str, document=str, sidecar=(str, type(None)), sidecar_sha256=(str, type(None))
        )
        short_text("source", text)
        for value in (digest, sidecar_digest or digest):
            sha256_digits("sha256", value)
        if not document or (sidecar is None) != (sidecar_digest is None):
            raise ValueError(f"the source {text!r} has no document, or half a sidecar")
    Weights.from_dict(weights)
    if set(files) != set(FILES):
        raise ValueError(f"files are {sorted(set(files) ^ set(FILES))[0]!r} too many or too few")
    for file in files.values():
        size, digest = fields(file, bytes=int, sha256=str)
        sha256_digits("sha256", digest)
        if size < 0:
            raise ValueError("a file has no negative size")
