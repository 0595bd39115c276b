"""Takes the pictures of the page: python scripts/screenshots.py [FOLDER] (default docs/).

Serves the page over `CALCQA_TEST_INDEX` or ./index, asks a question, a follow-up and one that has no answer, opens a
citation, and writes page.png (a desktop) and page-phone.png. Does not: check anything; that is
tests/server/page/test_page.py.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from helpers.chromium import MISSING, arguments, ask, find_chromium, serving, test_index  # noqa: E402

QUESTIONS = ("What is tumoral calcification?", "And calciphylaxis?", "Which dose of diltiazem was given?")
PICTURES = {"page.png": (1280, 800), "page-phone.png": (390, 844)}


def converse(browser: Browser, address: str, width: int, height: int) -> Page:
    """Return the page at this size after the three questions, a citation opened where there is room beside it."""
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce", color_scheme="light")
    page.goto(address)
    for question in QUESTIONS:
        ask(page, question)
    if width > 900:
        page.locator(".turn").nth(1).locator(".cite").first.click()
        page.locator(".turn").nth(1).evaluate("(turn) => turn.scrollIntoView()")
        page.mouse.move(0, 0)
    else:
        page.locator(".turn").nth(1).evaluate("(turn) => turn.scrollIntoView()")
    page.wait_for_timeout(300)
    return page


def main() -> int:
    """Write the pictures; return the exit code."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    folder.mkdir(parents=True, exist_ok=True)
    if not (path := find_chromium()):
        sys.stderr.write(f"{MISSING}\n")
        return 2
    with serving(test_index()) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments())
        for name, (width, height) in PICTURES.items():
            converse(browser, address, width, height).screenshot(path=folder / name)
            sys.stdout.write(f"{folder / name}\n")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
