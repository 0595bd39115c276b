"""The page in a real Chromium over the real server: asked and read as a person would.

Every test of the page fails on a request to anywhere but the server, on an error in the console, and on a script error.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from calcqa import messages
from helpers.chromium import (
    ANSWERED,
    EXAMPLE,
    SERVE,
    SEVERAL,
    SHORT,
    UNANSWERED,
    ask,
    serving,
    settle,
    test_index,
)

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def test_the_first_screen_explains_itself(page):
    expect(page.locator(".welcome li")).to_have_count(3)
    expect(page.locator("#calcqa-next button")).to_have_count(6)
    expect(page.locator(".document h2")).to_have_text("Calcinosis universalis")
    assert page.evaluate("document.scrollingElement.scrollHeight <= innerHeight")
    expect(page.locator("#calcqa-question textarea")).to_be_focused()


def test_a_question_is_answered_with_its_quote(page):
    ask(page, ANSWERED)
    card = page.locator(".turn .answer")
    expect(card).to_contain_text("Staphylococcus aureus")
    expect(card.locator(".confidence")).to_have_text(messages.CONFIDENCE["high"][0])
    expect(card.locator(".topic")).to_have_text("Presentation")
    expect(page.locator("#calcqa-question textarea")).to_have_value("")
    expect(page.locator("#calcqa-said")).to_contain_text("Staphylococcus aureus")


def test_a_short_answer_stands_in_bold_above_its_sentence(page):
    ask(page, SHORT)
    card = page.locator(".turn .answer")
    short = card.locator(".short")
    expect(short).to_have_text("3 days")
    assert short.evaluate("(e) => Number(getComputedStyle(e).fontWeight)") >= 600
    quote = card.locator("q").first
    expect(quote).to_contain_text("3 days")
    above, below = short.bounding_box(), quote.bounding_box()
    assert above["y"] + above["height"] <= below["y"] + 1


def test_quotes_arrive_one_by_one(page):
    page.evaluate("""() => { window.counts = []; new MutationObserver(() => window.counts.push(
      document.querySelectorAll("#calcqa-live .cite").length
    )).observe(document.querySelector("#calcqa-live"), { childList: true, subtree: true }); }""")
    ask(page, SEVERAL, enter=False)
    counts = page.evaluate("window.counts")
    arriving = counts[: counts.index(max(counts)) + 1]
    assert arriving == sorted(arriving) and counts[0] == 0 and 1 in counts
    assert page.locator(".cite").count() > 1


def test_what_is_not_said_looks_different_and_cites_nothing(page):
    ask(page, UNANSWERED)
    card = page.locator(".turn .abstention")
    expect(card).to_contain_text("No answer in the text")
    expect(card).to_contain_text("passages; none answers this")
    expect(card).to_contain_text("dose")
    expect(page.locator(".cite, #calcqa-source mark, .confidence")).to_have_count(0)
    nearest = card.locator(".nearest")
    expect(nearest).to_be_hidden()
    card.locator("summary").click()
    expect(nearest).to_be_visible()
    expect(card.locator("summary")).to_contain_text("not an answer")


def test_words_explain_themselves_on_hover_and_on_focus(page):
    ask(page, ANSWERED)
    word = page.locator(".confidence")
    word.hover()
    tip = page.get_by_role("tooltip")
    expect(tip).to_contain_text("answers with this word held")
    page.mouse.move(0, 0)
    expect(tip).to_have_count(0)
    page.locator(".asking .edit").focus()
    page.keyboard.press("Tab")
    expect(word).to_be_focused()
    expect(tip).to_contain_text("answers with this word held")
    page.keyboard.press("Escape")
    expect(tip).to_have_count(0)


def test_an_answer_can_be_copied_and_cited(watched):
    page = watched.open(permissions=["clipboard-read", "clipboard-write"])
    ask(page, ANSWERED)
    clipboard = "navigator.clipboard.readText()"
    page.get_by_role("button", name=messages.COPY, exact=True).click()
    expect(page.locator("#calcqa-said")).to_have_text(messages.COPIED)
    quote = page.locator(".answer q").inner_text()
    assert page.evaluate(clipboard).startswith(f"{quote} [1]\n\n[1] Calcinosis universalis, Presentation, characters")
    page.locator(".references summary").click()
    reference = page.locator(".references p")
    expect(reference).to_contain_text("Calcinosis universalis. J Hosp Med. 2009;4(1):71-72.")
    page.get_by_role("button", name=messages.COPY_REFERENCE).click()
    expect(page.locator(".references button")).to_have_text(messages.COPIED)
    assert page.evaluate(clipboard) == reference.inner_text()


def test_where_the_clipboard_is_closed_the_text_is_copied_all_the_same(page):
    ask(page, ANSWERED)
    page.evaluate("""() => { Object.defineProperty(navigator, "clipboard", { value: undefined });
      document.addEventListener("copy", () => (window.copied = document.activeElement.value)); }""")
    page.get_by_role("button", name=messages.COPY, exact=True).click()
    assert page.locator(".answer q").inner_text() in page.evaluate("window.copied")


def test_examples_are_asked_when_pressed(page):
    page.locator("#calcqa-next button", has_text="Management").click()
    settle(page, 1)
    expect(page.locator(".asked")).to_contain_text(EXAMPLE)
    page.locator("#calcqa-new").click()
    page.locator("#calcqa-next button", has_text="follow-up").click()
    settle(page, 2)
    expect(page.locator(".turn").last.locator(".understood")).to_be_visible()


def test_what_to_ask_next_is_offered_and_has_an_answer(page):
    ask(page, ANSWERED)
    offered = page.locator("#calcqa-next button")
    expect(offered).to_have_count(3)
    question = offered.first.inner_text()
    offered.first.click()
    settle(page, 2)
    expect(page.locator(".asked").last).to_contain_text(question)
    expect(page.locator(".turn").last.locator(".answer")).to_be_visible()
    expect(offered.filter(has_text=question)).to_have_count(0)


@pytest.mark.parametrize(
    ("typed", "sentence"), [("", "empty"), ("   ", "empty"), ("?!", "empty"), ("why " * 1000, "at most 2,000")]
)
def test_what_cannot_be_asked_gets_one_sentence(page, typed, sentence):
    page.locator("#calcqa-question textarea").fill(typed)
    page.locator("#calcqa-ask").click()
    expect(page.get_by_role("alert")).to_contain_text(sentence)
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#calcqa-question textarea")).to_have_value(typed)
    ask(page, ANSWERED)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_what_had_arrived_stays_when_it_is_stopped(browser, request):
    from helpers.chromium import Watched

    with serving(test_index(), pause=3.0) as address:
        watched = Watched(browser, address, request.node.name)
        page = watched.open()
        page.locator("#calcqa-question textarea").fill(SEVERAL)
        page.locator("#calcqa-question textarea").press("Enter")
        expect(page.locator("#calcqa-live .cite")).to_have_count(1, timeout=20_000)
        page.get_by_role("button", name=messages.STOP).click()
        settle(page, 1)
        expect(page.locator(".stopped")).to_contain_text("Stopped after 1 of")
        expect(page.locator(".cite")).to_have_count(1)
        page.wait_for_timeout(3500)  # what was stopped does not go on behind one's back
        expect(page.locator(".cite")).to_have_count(1)
        page.get_by_role("button", name=messages.SHOW_REST).click()
        expect(page.locator(".cite")).not_to_have_count(1)
        expect(page.locator(".stopped")).to_have_count(0)
        watched.close()
        assert watched.faults == []


def test_without_an_index_the_program_says_so_in_one_sentence(tmp_path):
    done = subprocess.run(
        [sys.executable, str(Path(__file__).parents[3] / "app.py")],
        env={"CALCQA_INDEX": str(tmp_path / "none"), "PATH": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2
    assert done.stdout == "" and "Traceback" not in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_a_port_that_is_taken_is_one_sentence(address):
    port = address.rstrip("/").split(":")[2]
    given = f'{{"index": "{test_index()}", "port": {port}}}'
    done = subprocess.run([sys.executable, "-c", SERVE, given], capture_output=True, text=True, timeout=120)
    assert done.stdout == "" and f"InputError: Nothing can be served on 127.0.0.1:{port}: it is taken" in done.stderr
