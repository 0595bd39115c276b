"""Writes the locks: what the project needs, pinned and hashed.

- requirements.lock: what asking, building and the page need, with the loaders of documents, and what installs the
  project;
- requirements.cuda.lock: what only PyPI's build of PyTorch needs, on Linux;
- requirements.dev.lock: what tests, evaluation and audits need beside those. The extra `ocr` is left out: it brings
  a hundred megabytes, and its tests are skipped where it is not installed.

uv resolves pyproject.toml for every platform and Python at once. Pins that still fit stay; `python scripts/lock.py
--upgrade` raises them. Each pin has the sha256 of every file of its release. The files name no index: uv asks the one
that pip is set to, and PyPI otherwise.

Two things that uv does not know of:

- PyTorch's build for CPUs is on no index. A file of a pinned release in a folder that pip is pointed at (find-links)
  is allowed beside the index's. Hashes of a pin that stays are kept, so a lock written where no such file is at hand
  still allows it.
- PyPI's build of PyTorch needs CUDA on Linux, some gigabytes, the one for CPUs does not. What only the former needs
  stands in a file of its own.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).parent.parent
LOCK, CUDA, DEV = (ROOT / f"requirements.{name}" for name in ("lock", "cuda.lock", "dev.lock"))
_RUN = ["--extra", "documents", "--group", "install"]
_EXTRAS = ["--extra", "documents", "--extra", "eval"]
_ALL = [*_EXTRAS, "--group", "install", "--group", "dev", "--group", "train", "--group", "audit"]
_CUDA_NAMES = ("cuda-", "nvidia-", "triton==")
_PIN = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?: ; [^\\]+)?")

Pins = dict[str, set[str]]
"""The hashes of each pin, by its line: name, version and marker."""


def read(*paths: Path) -> Pins:
    """Return the pins of lock files; ValueError on a line that is neither a pin nor a hash."""
    pins: Pins = {}
    hashes: set[str] = set()
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
            text = line.removesuffix("\\").strip()
            if text.startswith("--hash=sha256:"):
                hashes.add(text.removeprefix("--hash="))
            elif _PIN.fullmatch(text):
                pins[text] = hashes = set()
            elif text and not text.startswith("#"):
                raise ValueError(f"{path.name}: neither a pin nor a hash: {text}")
    return pins


def write(path: Path, pins: Pins) -> None:
    """Write the pins, in alphabetical order, each hash in a line of its own."""
    blocks = (" \\\n    --hash=".join([pin, *sorted(hashes)]) for pin, hashes in sorted(pins.items()))
    path.write_text("".join(f"{block}\n" for block in blocks), encoding="utf-8")


def pip_setting(name: str) -> str:
    """Return what pip is set to, by its variables or its files; empty where it is not."""
    variable = "PIP_" + name.upper().replace("-", "_")
    command = [sys.executable, "-m", "pip", "config", "get", f"global.{name}"]
    return os.environ.get(variable) or subprocess.run(command, capture_output=True, text=True).stdout.strip()


def resolve(old: Pins, arguments: list[str], keep: Iterable[str] = ()) -> Pins:
    """Return what uv resolves; the versions of `old` are kept where they fit, unless `arguments` say otherwise.

    The pins in `keep` hold whatever `arguments` say.
    """
    index = pip_setting("index-url")
    with tempfile.TemporaryDirectory() as folder:
        out, kept = Path(folder) / "lock", Path(folder) / "kept"
        out.write_text("".join(f"{pin}\n" for pin in old), encoding="utf-8")  # without hashes: uv would trust them
        kept.write_text("".join(f"{pin}\n" for pin in keep), encoding="utf-8")
        command = ["-m", "uv", "--quiet", "pip", "compile", "pyproject.toml", "--universal"]
        command += ["--generate-hashes", "--no-annotate", "--no-header", "--no-sources", "--output-file", str(out)]
        command += ["--constraint", str(kept), *(["--default-index", index] if index else [])]
        subprocess.run([sys.executable, *command, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return read(out)


def at_hand(pins: Pins) -> Pins:
    """Return the hashes of wheels of the pinned releases that lie in a folder of pip's find-links."""
    of = {tuple(pin.split(" ;")[0].split("==")): pin for pin in pins}
    found: Pins = {}
    for folder in pip_setting("find-links").split():
        for wheel in sorted(Path(folder).glob("*.whl")):
            try:
                name, version, *_ = parse_wheel_filename(wheel.name)
            except InvalidWheelFilename:
                continue
            if pin := of.get((canonicalize_name(name), version.public)):
                found.setdefault(pin, set()).add(f"sha256:{digest(wheel)}")
    return found


def digest(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(arguments: list[str]) -> None:
    """Write the three files. What runs is resolved alone, so that nothing of the tests decides its versions."""
    old = read(LOCK, CUDA, DEV)
    run = resolve(old, [*_RUN, *arguments])
    whole = resolve(old | run, [*_ALL, *arguments], keep=run)
    local = at_hand(whole | run)
    hashed = {pin: hashes | old.get(pin, set()) | local.get(pin, set()) for pin, hashes in (whole | run).items()}
    write(LOCK, {pin: hashed[pin] for pin in run if not pin.startswith(_CUDA_NAMES)})
    write(CUDA, {pin: hashed[pin] for pin in hashed if pin.startswith(_CUDA_NAMES)})
    write(DEV, {pin: hashed[pin] for pin in whole if pin not in run and not pin.startswith(_CUDA_NAMES)})


if __name__ == "__main__":
    main(sys.argv[1:])
