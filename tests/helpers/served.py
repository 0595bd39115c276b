"""What the tests of serving share: a small page of its own, served by a process of its own.

The page has two events: 0 answers in five `PIECES`, a little apart; 1 fails with what it was asked in its message.
The process says on its standard output, after the address, whether it tried to reach anything but 127.0.0.1.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

import httpx
import pytest

PIECES = [f"tell {i}" for i in range(5)]

PAGE = """
import sys, time
outside = []
def watch(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        outside.append(arguments[0])
    if event == "socket.connect" and arguments[1][0] != "127.0.0.1":
        outside.append(arguments[1])
sys.addaudithook(watch)
import contextlib
import gradio as gr
from calcqa.server import logs
from calcqa.server import run as running
from calcqa.server.app import Serving, application
from calcqa.server.page import events
from calcqa.server.page.mounted import Mounted

PAUSE = 0.3
def tell(text):
    for i in range(5):
        yield f"{text} {i}"
        time.sleep(PAUSE)
def fail(text):
    raise ValueError(f"cannot do {text}")
with gr.Blocks(title="A small page", analytics_enabled=False) as page:
    asked, told = gr.Textbox(), gr.Textbox()
    gr.Button("Tell").click(tell, [asked], [told], api_visibility="private")
    gr.Button("Fail").click(fail, [asked], [told], api_visibility="private")
def held():
    return {"documents": 1, "passages": 3}
def serve(block=True, beside=None, **options):
    try:
        with logs.logging_here() if block else contextlib.nullcontext():
            options = Serving(**options)
            mounted = Mounted(page, options, theme=gr.themes.Base())
            app = application(mounted.app, options, held=held, beside=beside)
            stops = {"on_stop": mounted.drop_waiting, "on_end": mounted.end_streams}
            return running.run(app, options, block=block, **stops)
    finally:
        print("outside:", outside)
"""


@dataclass
class Served:
    """A server in a process of its own: its address, and, once it has stopped, what it wrote."""

    process: subprocess.Popen[str]
    address: str
    written: TextIO
    out: str = ""
    errors: str = ""
    log: list[dict[str, object]] = field(default_factory=list)

    def end(self) -> int:
        """Wait until the process has ended; return its exit code."""
        self.process.wait(timeout=60)
        self.out += self.process.stdout.read()  # what was read ahead with the first line, too
        self.written.seek(0)
        self.errors = self.written.read()
        self.log = [json.loads(line) for line in self.errors.splitlines()]
        return self.process.returncode

    def noted(self, event: str) -> list[dict[str, object]]:
        """Return the lines of the log with this event."""
        return [line for line in self.log if line["event"] == event]


@contextmanager
def served(program: str = "serve(port=0)") -> Iterator[Served]:
    """Run `program` after `PAGE`; yield when it has printed an address, and stop it afterwards if it still runs."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as written:  # a pipe that nobody reads would stop it when full
        process = subprocess.Popen(
            [sys.executable, "-c", PAGE + program], stdout=subprocess.PIPE, stderr=written, text=True
        )
        try:
            line = process.stdout.readline()
            if "http://" not in line:
                process.wait(timeout=10)
                written.seek(0)
                pytest.fail(f"Nothing was served: {line}{written.read()}")
            yield Served(process, line.split()[-1].rstrip("/"), written, line)
        finally:
            process.terminate()
            process.wait(timeout=30)
            process.stdout.close()


def begin(client: httpx.Client, event: int, text: str, session: str = "one") -> None:
    """Ask: hand `text` to an event of the page."""
    body = {"data": [text], "fn_index": event, "session_hash": session}
    client.post("/gradio_api/queue/join", json=body).raise_for_status()


def streamed(client: httpx.Client, session: str = "one") -> Iterator[dict[str, object]]:
    """Yield what the page is sent for a session, until the stream ends."""
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}, timeout=30) as stream:
        stream.raise_for_status()
        for line in stream.iter_lines():
            if line.startswith("data:"):
                yield json.loads(line.removeprefix("data:"))


def values(sent: list[dict[str, object]]) -> list[str]:
    """Return the texts the page would show one after another: the first comes whole, then what replaces it."""
    shown: list[str] = []
    for message in sent:
        if message["msg"] == "process_generating":
            data = message["output"]["data"][0]
            shown.append(data if isinstance(data, str) else data[0][2])
    return shown
