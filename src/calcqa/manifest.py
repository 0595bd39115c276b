"""The manifest of an index: which files it has and what they must be, and the checks that they are.

Does: read it, hold every file against its checksum, and say which field differs, what was expected, what was found,
and what mends it. Does not read what the files hold; `index.py` does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from calcqa.errors import IndexError_
from calcqa.settings import FORMAT_VERSION

MANIFEST = "manifest.json"
FILES = ("documents.jsonl", "passages.jsonl", "asked.jsonl", "vectors.faiss", "learned.npz")
MEND = "Build it again with: calcqa build [PATH…] --out {path}"


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of the index in folder `path`.

    Raises:
        IndexError_: there is none, or it is unreadable, incomplete or of another format.

    """
    file = path / MANIFEST
    if not path.exists():
        raise IndexError_(f"There is no index at {path}. {MEND.format(path=path)}")
    if not file.is_file():
        raise IndexError_(f"{path} is not an index: it has no {MANIFEST}. {MEND.format(path=path)}")
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        version = manifest["format_version"]
        fields = [manifest.get(k) for k in ("encoder", "weights", "counts", "files")]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexError_(f"The manifest of the index at {path} is unreadable. {MEND.format(path=path)}") from error
    expect(path, "format_version", FORMAT_VERSION, version)
    if not all(isinstance(f, dict) for f in fields) or not _complete(manifest):
        raise IndexError_(f"The manifest of the index at {path} is incomplete. {MEND.format(path=path)}")
    return dict(manifest)


def check_files(path: Path, files: Mapping[str, str]) -> None:
    """Hold every file against its checksum; what the lexical index may read must have one too.

    Raises:
        IndexError_: a file is missing or damaged, or the manifest has no checksum for it.

    """
    for name in lexical_files(path):
        if name not in files:
            raise IndexError_(f"The manifest of the index at {path} lacks {name}. {MEND.format(path=path)}")
    for name, expected in files.items():
        file = path / name
        if not file.is_file():
            raise IndexError_(f"The index at {path} lacks the file {name}. {MEND.format(path=path)}")
        found = file_sha256(file)
        if found != expected:
            raise IndexError_(
                f"The index at {path} is damaged: {name} has sha256 {found[:12]}…, expected {expected[:12]}…. "
                + MEND.format(path=path)
            )


def lexical_files(path: Path) -> list[str]:
    """Return the names of the lexical index's files in the folder of an index, in order."""
    found = (path / "lexical").rglob("[!.]*")
    return sorted(str(PurePosixPath(f.relative_to(path))) for f in found if f.is_file())


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file, in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _complete(manifest: Mapping[str, Any]) -> bool:
    encoder, files = manifest["encoder"], manifest["files"]
    return (
        all(isinstance(encoder.get(k), str) for k in ("model", "sha256"))
        and set(FILES) <= set(files)
        and all(isinstance(v, str) for v in files.values())
    )


def expect(path: Path, name: str, expected: object, found: object) -> None:
    """Raise IndexError_ where the field `name` of the index at `path` is not what it must be."""
    if expected != found:
        raise IndexError_(
            f"The index at {path} does not fit: {name} is {found}, expected {expected}. {MEND.format(path=path)}"
        )
