"""Benchmarks of the page: how soon it is there, how soon the first words of an answer are, and 32 people at once.

Everything is measured on this machine in one run, on the real server started as `calcqa serve`: the browser is a real
Chromium, the 32 people speak the page's own protocol (Gradio's queue) without one. Nothing here judges.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO / "tests"))
from chromium import MISSING, arguments, ask, find_chromium, ready  # noqa: E402

Outcome = tuple[list[float], int]

FIRST_WORDS = """() => { const seen = () => document.querySelector("#calcqa-live :is(q, .abstention)")
    || document.querySelectorAll("#calcqa-past .turn").length > window.turns;
  window.turns = document.querySelectorAll("#calcqa-past .turn").length; window.first = null;
  const watch = new MutationObserver(() => { if (seen()) { window.first = performance.now(); watch.disconnect(); } });
  watch.observe(document.body, { childList: true, subtree: true, characterData: true });
  document.addEventListener("keydown", () => (window.pressed = performance.now()), { once: true, capture: true }); }"""


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served() -> Iterator[tuple[str, float]]:
    """Serve the page; yield its address and the seconds from the command to its first healthy answer."""
    address, command = f"http://127.0.0.1:{(port := free_port())}/", str(Path(sys.executable).with_name("calcqa"))
    start = time.perf_counter()
    process = subprocess.Popen(
        [command, "serve", "--port", str(port)], cwd=REPO, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while True:
            try:
                if httpx.get(f"{address}healthz").status_code == 200:
                    break
            except httpx.TransportError:
                if process.poll() is not None:
                    sys.exit("the page was not served")
            time.sleep(0.02)
        yield address, time.perf_counter() - start
    finally:
        process.terminate()
        process.wait(timeout=30)


def first_words(page: Page, question: str) -> float:
    """Return the seconds from Enter to the first words of the answer on the screen."""
    page.evaluate(FIRST_WORDS)
    ask(page, question)
    return float(page.evaluate("window.first - window.pressed")) / 1000


async def person(address: str, calls: dict[str, dict[str, int]], talks: list[list[str]], end: float) -> Outcome:
    """Have one conversation of the question set after another on one page, without a pause, until `end`.

    Return the seconds each question took to be answered whole, and how many were not.
    """
    took: list[float] = []
    failed = 0
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        heard: dict[str, object] = {}

        async def send(name: str, event: dict[str, object]) -> str:
            session = f"person{id(took)}"
            body = {**calls[name], "data": [None], "event_data": {**event, **heard}, "session_hash": session}
            try:
                (await client.post("gradio_api/queue/join", json=body)).raise_for_status()
                told = await streamed(client, session)
            except httpx.HTTPError:
                return ""
            heard.update(came(told))
            return told

        for talk in itertools.cycle(talks):
            await send("act", {"do": "new"})
            for number, question in enumerate(talk, start=1):
                if time.perf_counter() >= end:
                    return took, failed
                start = time.perf_counter()
                told = await send("ask", {"question": question})
                took.append(time.perf_counter() - start)
                # The answer is there as that turn, and nothing was said to be wrong (in markup, in JSON, in JSON).
                quote = '\\\\\\"'
                there = f"data-turn={quote}{number}{quote}" in told and f"role={quote}alert" not in told
                failed += not there or '"success":true' not in told
    return took, failed


def came(told: str) -> dict[str, object]:
    """Return what the page's script says of what it was told: the wire's id, and the highest number."""
    wire = re.findall(r'wire\\": \\"(\w+)', told)
    numbers = re.findall(r'\\"[\w:]+\\": \[(\d+), ', told)
    return {"wire": wire[-1], "came": max(map(int, numbers))} if wire and numbers else {}


async def streamed(client: httpx.AsyncClient, session: str) -> str:
    """Return all that a session's stream says until what was begun is done."""
    lines = []
    async with client.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as stream:
        async for line in stream.aiter_lines():
            lines.append(line)
            if line.startswith("data:") and json.loads(line[5:])["msg"] == "process_completed":
                break
    return "\n".join(lines)


async def crowd(address: str, talks: list[list[str]], people: int, seconds: float) -> Outcome:
    """Have `people` ask at once for `seconds`; return the seconds of every question, and how many failed."""
    async with httpx.AsyncClient(base_url=address) as client:
        config = (await client.get("config")).json()
    ids = {c["props"].get("elem_id"): c["id"] for c in config["components"] if "props" in c}
    triggers = {"ask": (ids["calcqa-wire"], "ask"), "act": (ids["calcqa-wire"], "act")}
    calls = {
        name: {"fn_index": d["id"], "trigger_id": trigger[0]}
        for name, trigger in triggers.items()
        for d in config["dependencies"]
        if trigger in [tuple(t) for t in d["targets"]]
    }
    end = time.perf_counter() + seconds
    results = await asyncio.gather(*(person(address, calls, talks[i::people], end) for i in range(people)))
    return [t for took, _ in results for t in took], sum(failed for _, failed in results)


def percentile(values: list[float], share: float) -> float:
    """Return the value at `share` of the sorted values."""
    return sorted(values)[min(len(values) - 1, round(share * (len(values) - 1)))]


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="starts of the server")
    parser.add_argument("--questions", type=int, default=100, help="asked in the browser")
    parser.add_argument("--people", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    lines = (REPO / "questions" / "report.jsonl").read_text(encoding="utf-8").splitlines()
    talks = [json.loads(line)["turns"] for line in lines]
    random.Random(0).shuffle(talks)  # the set goes by topic: not everybody asks follow-ups at the same time
    questions = [talk[0] for talk in talks if len(talk) == 1]
    path = find_chromium() or sys.exit(MISSING)
    up, usable, words = [], [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments())
        for run in range(given.runs):
            with served() as (address, seconds):
                up.append(seconds)
                page = browser.new_page(reduced_motion="reduce")
                start = time.perf_counter()
                page.goto(address)
                ready(page)
                usable.append(time.perf_counter() - start)
                if run == given.runs - 1:
                    for number, question in enumerate(questions[: given.questions]):
                        if number % 20 == 19:  # people begin anew now and then
                            page.locator("#calcqa-new").click()
                            page.wait_for_function("!document.querySelector('.turn')")
                        words.append(first_words(page, question))
                    page.close()
                    took, failed = asyncio.run_coroutine_threadsafe(
                        crowd(address, talks, given.people, given.seconds), loop_in_a_thread()
                    ).result()
        browser.close()
    print("| the page | p50 | p95 | worst |\n|---|---|---|---|")
    row(f"server up, from the command ({len(up)} starts)", up)
    row("page usable, once the server is up", usable)
    row(f"from Enter to the first words, one person ({len(words)} questions)", words)
    row(f"whole answer, {given.people} people at once for {given.seconds:.0f} s ({len(took):,} questions)", took)
    print(f"\n{failed} of {len(took):,} questions failed.")


def loop_in_a_thread() -> asyncio.AbstractEventLoop:
    """Return a loop that runs in a thread of its own: the browser's runs in this one."""
    import threading

    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return loop


def row(name: str, values: list[float]) -> None:
    """Print a line of the table, in seconds."""
    middle, high, worst = statistics.median(values), percentile(values, 0.95), max(values)
    print(f"| {name} | {middle:.2f} s | {high:.2f} s | {worst:.2f} s |")


if __name__ == "__main__":
    main()
