"""Loads an untrusted file in a separate process, within bounds of time and memory.

Whatever a file does to a parser ends with that process. It inherits no environment but what Python needs, writes no
file, and returns the document as JSON. A build loads its files without it: they belong to whoever builds.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import subprocess
import sys

from calcqa import messages
from calcqa.documents.chunking import units
from calcqa.documents.load import load_bytes
from calcqa.documents.records import document_record, read_document
from calcqa.errors import DocumentError
from calcqa.types import Document

_GRACE = 10  # seconds of the clock beyond those of the processor, where others keep it busy
_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
_NO_MEMORY = 3  # exit status


def load_apart(content: bytes, name: str, seconds: int, memory: int) -> tuple[Document, int]:
    """Return the document in the bytes of a file, which people know as `name`, and the number of its sentences.

    Reading it may take `seconds` of a processor and `memory` bytes of addresses, where the system can hold it to that.

    Raises:
        DocumentError: the file cannot be loaded, or not within these bounds.
    """
    environment = {k: v for k in _KEPT if (v := os.environ.get(k))}
    environment |= {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
    command = [sys.executable, "-B", "-P", "-m", "calcqa.documents.isolation", str(seconds), str(memory)]
    try:
        done = subprocess.run(
            command,
            input=name.encode() + b"\0" + content,  # among the arguments every user of the machine could read it
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds + _GRACE,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentError(messages.TOO_SLOW.format(name=name)) from error
    except OSError as error:
        raise DocumentError(messages.FILE_UNREADABLE.format(name=name, problem=error.strerror or error)) from error
    if done.returncode == -getattr(signal, "SIGXCPU", signal.SIGTERM):
        raise DocumentError(messages.TOO_SLOW.format(name=name))
    if done.returncode in (_NO_MEMORY, -getattr(signal, "SIGKILL", signal.SIGTERM)):
        raise DocumentError(messages.TOO_LARGE_TO_READ.format(name=name))
    try:
        result = json.loads(done.stdout)
        if "error" not in result:
            return read_document(result["document"]), int(result["sentences"])
    except (ValueError, KeyError, TypeError) as error:
        raise DocumentError(messages.FILE_UNREADABLE.format(name=name, problem="its reader broke down")) from error
    raise DocumentError(str(result["error"]))


def _limit(seconds: int, memory: int) -> None:
    """Bound this process; where the system has no such bounds, the clock of whoever started it remains."""
    with contextlib.suppress(ImportError):
        import resource

        bounds = (
            ("RLIMIT_CPU", seconds, seconds + 1),
            ("RLIMIT_AS", memory, memory),
            ("RLIMIT_FSIZE", 0, 0),
            ("RLIMIT_CORE", 0, 0),
        )
        for bound, soft, hard in bounds:
            with contextlib.suppress(AttributeError, ValueError, OSError):
                resource.setrlimit(getattr(resource, bound), (soft, hard))


def _main(seconds: str, memory: str) -> int:
    _limit(int(seconds), int(memory))
    gc.disable()  # so short a life needs no collector, which would go through all tokens again and again
    try:
        name, _, content = sys.stdin.buffer.read().partition(b"\0")
        document = load_bytes(content, name.decode()).document
        result = {"document": document_record(document), "sentences": sum(map(len, units(document)))}
    except DocumentError as error:
        result = {"error": str(error)}
    except MemoryError:
        return _NO_MEMORY
    sys.stdout.write(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
