"""What the page's tests and pictures share: a Chromium, the page served from a process of its own, asking in it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "No Chromium was found; install one (Debian: apt-get install chromium) or name it with CALCQA_CHROMIUM."

WIDE = {"width": 1280, "height": 800}

IN_VIEW = """(mark) => {
  const pane = document.querySelector("#calcqa-source").getBoundingClientRect();
  const box = mark.getBoundingClientRect();
  return box.top >= Math.max(0, pane.top) && box.bottom <= Math.min(innerHeight, pane.bottom);
}"""
CONTRAST = """(element) => {
  const rgb = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  let at = element, back = null;
  while (at && !back) {
    const c = rgb(getComputedStyle(at).backgroundColor);
    if (c.length < 4 || c[3] > 0.99) back = c;
    at = at.parentElement;
  }
  const [a, b] = [light(rgb(getComputedStyle(element).color)), light(back || [255, 255, 255])].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}"""

SERVE = """
import sys, calcqa
from calcqa.interfaces.chat import serve
serve(calcqa.open(sys.argv[1]), port=int(sys.argv[2]))
"""


def find_chromium() -> str | None:
    """Return the path of a Chromium or Chrome: `CALCQA_CHROMIUM`, else the first on PATH; None if there is none."""
    return os.environ.get("CALCQA_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def arguments() -> list[str]:
    """Return the switches with which it runs headless and keeps to itself."""
    quiet = ["background-networking", "component-update", "sync", "gpu", "quic"]
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return ["--no-first-run", *(f"--disable-{name}" for name in quiet), *root]


def test_index() -> Path:
    """Return the index the page is tried over: `CALCQA_TEST_INDEX`, else the repository's own."""
    return Path(os.environ.get("CALCQA_TEST_INDEX") or Path(__file__).parents[1] / "index")


test_index.__test__ = False  # it is no test, whatever its name


@contextmanager
def serving(index: Path) -> Iterator[str]:
    """Serve the page over `index` from another process; yield its address, and end the process afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", SERVE, str(index), str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        seen = []
        while f"127.0.0.1:{port}" not in (line := process.stdout.readline()):
            seen.append(line)
            if not line:
                raise RuntimeError(f"The page was not served:\n{''.join(seen)}")
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.communicate(timeout=20)


class Watched:
    """Opens pages and remembers what none of them may do."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser, self.address = browser, address
        self.faults: list[str] = []
        self._contexts = []

    def open(self, viewport: dict[str, int] = WIDE, **more: object) -> Page:
        context = self._browser.new_context(viewport=viewport, reduced_motion="reduce", **more)
        self._contexts.append(context)
        page = context.new_page()
        page.on("request", self._requested)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("console", lambda m: self.faults.append(f"console: {m.text}") if m.type == "error" else None)
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(self.address)
        expect(page.locator("#calcqa-question textarea")).to_be_visible()
        expect(page.locator("#calcqa-log")).to_have_attribute("role", "log")
        return page

    def _requested(self, request: object) -> None:
        if not request.url.startswith((self.address, "data:", f"blob:{self.address}")):
            self.faults.append(f"request: {request.url}")

    def close(self) -> None:
        for context in self._contexts:
            context.close()


def in_view(mark: Locator) -> bool:
    """Say whether a mark stands, or within two seconds comes to stand, inside both the source pane and the window."""
    for _ in range(40):
        if mark.evaluate(IN_VIEW):
            return True
        mark.page.wait_for_timeout(50)
    return False


def ask(page: Page, question: str, *, enter: bool = True) -> None:
    """Type a question and wait until its answer is whole."""
    before = page.locator(".turn").count()
    page.locator("#calcqa-question textarea").fill(question)
    if enter:
        page.locator("#calcqa-question textarea").press("Enter")
    else:
        page.locator("#calcqa-ask").click()
    settle(page, before + 1)


def settle(page: Page, turns: int) -> None:
    expect(page.locator(".turn")).to_have_count(turns, timeout=20_000)
    expect(page.locator(".card.waiting")).to_have_count(0, timeout=20_000)
    expect(page.locator(".turn").last.locator(".card")).to_be_visible()
    last = page.locator(".turn").last.locator(".cite").last
    if page.locator(".turn").last.locator(".answer").count():  # the marks come with the last quote
        mark = last.get_attribute("data-mark")
        expect(page.locator(f'#calcqa-source mark[data-cites~="{mark}"]').first).to_be_attached()
