"""What the page's tests and pictures share: a Chromium, the page served from a process of its own, asking in it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from calcqa import messages

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "No Chromium was found; install one (Debian: apt-get install chromium) or name it with CALCQA_CHROMIUM."

expect.set_options(timeout=20_000)  # a busy machine is no failure

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
import json, sys
from pathlib import Path
import calcqa
from calcqa.server.page import asking
from calcqa.server.page.layout import serve
from calcqa.server.app import Serving
given = json.loads(sys.argv[1])
asking.PAUSE = given.pop("pause", asking.PAUSE)
index = given.pop("index")
files = {k: Path(given.pop(k)) for k in ("feedback", "save_uploads") if k in given}
given |= {k: Path(given[k]) for k in ("auth",) if k in given}
serve(calcqa.open(index), Serving(**given), **files)
"""
ANSWERED = "What did the wound culture grow?"
SEVERAL = "Compare dystrophic and metastatic calcification."
EXAMPLE = "Which drugs have been tried?"
SHORT = "For how many days had the lesion been draining?"
UNANSWERED = "Which dose of diltiazem was given?"
FOLLOWED = ("What is tumoral calcification?", "And the metastatic type?")

SCREENS = Path(__file__).parents[2] / "reports" / "page"
"""Where every test of the page leaves a picture of what it saw last; git does not keep it."""


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
    return Path(os.environ.get("CALCQA_TEST_INDEX") or Path(__file__).parents[2] / "index")


test_index.__test__ = False  # it is no test, whatever its name


@contextmanager
def serving(index: Path, **options: object) -> Iterator[str]:
    """Serve the page over `index` from another process; yield its address, and end the process afterwards.

    `options` are those of `Serving` and `chat.serve`; `pause` is the seconds between an answer's quotes.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = json.dumps({"index": str(index), "port": port, **options}, default=str)
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, given], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    seen, drain = [], threading.Thread()
    try:
        while f"127.0.0.1:{port}" not in (line := process.stdout.readline()) or messages.SERVING not in line:
            seen.append(line)
            if not line:
                raise RuntimeError(f"The page was not served:\n{''.join(seen)}")
        drain = threading.Thread(target=process.stdout.read, daemon=True)  # a full pipe would stop the server
        drain.start()
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(timeout=20)
        if drain.ident:
            drain.join(timeout=20)
        process.stdout.close()


class Watched:
    """Opens pages, remembers what none of them may do, and leaves a picture of each when it is closed."""

    def __init__(self, browser: Browser, address: str, name: str = "page") -> None:
        self._browser, self.address, self._name = browser, address, name
        self.faults: list[str] = []
        self._pages: list[Page] = []
        self._leaving = False

    def open(self, viewport: dict[str, int] = WIDE, path: str = "", **more: object) -> Page:
        """Open the page as a person of their own would, with nothing kept in the browser."""
        options = {"viewport": viewport, "reduced_motion": "reduce", **more}
        return self.visit(self._browser.new_context(**options), path)

    def visit(self, context: BrowserContext, path: str = "") -> Page:
        """Open the page once more in the same browser, in another tab."""
        page = context.new_page()
        self._pages.append(page)
        page.on("request", self._requested)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("console", self._said)
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(self.address + path)
        ready(page)
        return page

    def reload(self, page: Page) -> None:
        """Load the page anew, as the browser's button does."""
        self._leaving = True
        page.reload()
        ready(page)
        self._leaving = False

    def _said(self, message: object) -> None:
        """Note an error in the console; that a request ended because its page was left is none."""
        if "AbortError" in message.text:
            return
        if message.type == "error" and not (self._leaving and "Connection errored out" in message.text):
            self.faults.append(f"console: {message.text}")

    def _requested(self, request: object) -> None:
        if not request.url.startswith((self.address, "data:", f"blob:{self.address}")):
            self.faults.append(f"request: {request.url}")

    def close(self) -> None:
        """Close every page that was opened."""
        SCREENS.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(self._pages, start=1):
            if not page.is_closed():
                page.screenshot(path=SCREENS / f"{self._name}-{number}.png")
        for context in {page.context for page in self._pages}:
            context.close()


def ready(page: Page) -> None:
    """Wait until the page can be used."""
    expect(page.locator("#calcqa-question textarea")).to_be_visible()
    expect(page.locator("#calcqa-log")).to_have_attribute("role", "log")


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
    """Wait until that many questions are answered."""
    expect(page.locator("#calcqa-past .turn")).to_have_count(turns)
    expect(page.locator("#calcqa-live .turn")).to_have_count(0)
    expect(page.locator("#calcqa-ask")).to_be_visible()
    expect(page.locator(".turn").last.locator(".card")).to_be_visible()
    last = page.locator(".turn").last.locator(".cite").last
    if page.locator(".turn").last.locator(".answer .cite").count():  # the marks come with the last quote
        mark = last.get_attribute("data-mark")
        expect(page.locator(f'#calcqa-source mark[data-cites~="{mark}"]').first).to_be_attached()
