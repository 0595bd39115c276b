"""Benchmarks of the page: how soon it is there, how soon the first words of an answer are, and 32 people at once.

Everything is measured on this machine in one run, on the real server started as `calcqa serve`: the browser is a real
Chromium, the 32 people speak the page's own protocol (Gradio's queue) without one. Nothing here judges.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO / "tests"))
from benchmarks.reliability.crowd import crowd, served, talks_of  # noqa: E402
from calcqa.evaluation.measures.estimates import percentile  # noqa: E402
from helpers.chromium import MISSING, arguments, ask, find_chromium, ready  # noqa: E402

FIRST_WORDS = """() => { const seen = () => document.querySelector("#calcqa-live :is(q, .abstention)")
    || document.querySelectorAll("#calcqa-past .turn").length > window.turns;
  window.turns = document.querySelectorAll("#calcqa-past .turn").length; window.first = null;
  const watch = new MutationObserver(() => { if (seen()) { window.first = performance.now(); watch.disconnect(); } });
  watch.observe(document.body, { childList: true, subtree: true, characterData: true });
  document.addEventListener("keydown", () => (window.pressed = performance.now()), { once: true, capture: true }); }"""


def first_words(page: Page, question: str) -> float:
    """Return the seconds from Enter to the first words of the answer on the screen."""
    page.evaluate(FIRST_WORDS)
    ask(page, question)
    return float(page.evaluate("window.first - window.pressed")) / 1000


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="starts of the server")
    parser.add_argument("--questions", type=int, default=100, help="asked in the browser")
    parser.add_argument("--people", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    talks = talks_of(REPO / "questions" / "report.jsonl")
    questions = [talk[0] for talk in talks if len(talk) == 1]
    path = find_chromium() or sys.exit(MISSING)
    up, usable, words = [], [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments())
        for run in range(given.runs):
            with served() as (address, seconds, _):
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
