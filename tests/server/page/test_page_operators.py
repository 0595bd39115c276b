"""What an operator turns on, in the page: feedback, log-in, a path under a proxy."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from calcqa import messages
from calcqa.conversations.feedback import Feedback
from calcqa.server.auth import user_line
from helpers.chromium import ANSWERED, CONTRAST, UNANSWERED, Watched, ask, ready, serving, settle, test_index

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

SECRET = "correct horse battery"


def test_feedback_is_off_unless_it_is_turned_on(page):
    ask(page, ANSWERED)
    expect(page.get_by_role("button", name=messages.HELPFUL)).to_have_count(0)
    expect(page.get_by_text(messages.FEEDBACK_ON)).to_have_count(0)


def test_feedback_is_stored_with_the_answer_and_the_page_says_that_it_is_on(browser, request, tmp_path):
    path = tmp_path / "feedback.sqlite"
    with serving(test_index(), feedback=path) as address:
        watched = Watched(browser, address, request.node.name)
        page = watched.open()
        expect(page.get_by_text(messages.FEEDBACK_ON)).to_be_visible()
        ask(page, ANSWERED)
        ask(page, UNANSWERED)
        first, second = page.locator(".turn").first, page.locator(".turn").last
        second.get_by_role("button", name=messages.NOT_HELPFUL).click()
        expect(second.get_by_role("button", name=messages.NOT_HELPFUL)).to_have_attribute("aria-pressed", "true")
        expect(page.locator("#calcqa-problem")).to_have_text(messages.THANKS)
        second.get_by_label(messages.COMMENT).fill("It does say so, in Figure 2.")
        second.get_by_role("button", name=messages.SEND).click()
        first.get_by_role("button", name=messages.HELPFUL, exact=True).click()
        expect(first.get_by_role("button", name=messages.HELPFUL, exact=True)).to_have_attribute("aria-pressed", "true")
        first.get_by_role("button", name=messages.NOT_HELPFUL).click()
        expect(first.get_by_role("button", name=messages.NOT_HELPFUL)).to_have_attribute("aria-pressed", "true")
        watched.reload(page)
        settle(page, 2)
        first.get_by_role("button", name=messages.HELPFUL, exact=True).focus()
        page.keyboard.press("Enter")
        expect(first.get_by_role("button", name=messages.HELPFUL, exact=True)).to_have_attribute("aria-pressed", "true")
        expect(first.get_by_role("button", name=messages.HELPFUL, exact=True)).to_be_focused()
        first.get_by_role("button", name=messages.NOT_HELPFUL).click()
        expect(first.get_by_role("button", name=messages.NOT_HELPFUL)).to_have_attribute("aria-pressed", "true")
        watched.close()
        assert watched.faults == []
    rows = {r["question"]: r for r in Feedback(path, create=False).rows()}
    assert {q: (r["good"], r["comment"]) for q, r in rows.items()} == {
        UNANSWERED: (False, "It does say so, in Figure 2."),
        ANSWERED: (False, ""),
    }
    assert rows[ANSWERED]["answer"]["citations"] and rows[UNANSWERED]["answer"]["abstention"]
    command = [sys.executable, "-c", "from calcqa.cli.main import main; main()", "feedback", str(path)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert sorted(json.loads(line)["question"] for line in lines) == sorted([ANSWERED, UNANSWERED])


@pytest.fixture
def users(tmp_path):
    path = tmp_path / "users"
    path.write_text("\n".join(user_line(name, SECRET) for name in ("ada", "bob")), encoding="utf-8")
    path.chmod(0o600)
    return path


def enter(page, name, secret=SECRET):
    page.get_by_label(messages.USERNAME).fill(name)
    page.get_by_label(messages.PASSWORD).fill(secret)
    page.get_by_role("button", name=messages.LOG_IN).click()


def test_whoever_is_named_logs_in_and_nobody_else(browser, request, users):
    with serving(test_index(), auth=users) as address:
        watched = Watched(browser, address, request.node.name)
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
        expect(page.locator("#calcqa-question")).to_have_count(0)
        enter(page, "ada", "wrong")
        expect(page.get_by_role("alert")).to_have_text(messages.WRONG_LOGIN)
        expect(page.get_by_label(messages.USERNAME)).to_have_value("ada")
        expect(page.get_by_label(messages.PASSWORD)).to_have_value("")
        expect(page.get_by_label(messages.PASSWORD)).to_be_focused()
        expect(page.locator("#calcqa-question")).to_have_count(0)
        enter(page, "ada")
        ready(page)
        ask(page, ANSWERED)
        expect(page.locator(".turn q")).to_contain_text(["Staphylococcus aureus"])
        page.reload()
        ready(page)
        settle(page, 1)
        page.get_by_role("link", name=messages.LOGOUT).click()
        expect(page.get_by_role("button", name=messages.LOG_IN)).to_be_visible()
        assert page.request.get(f"{address}gradio_api/queue/data?session_hash=x").status == 401
        for who, turns in (("bob", 0), ("ada", 1)):  # on one browser, each sees what is theirs
            enter(page, who)
            ready(page)
            page.locator("#calcqa-conversations summary").click()
            expect(page.locator("#calcqa-conversations .open", has_text=ANSWERED)).to_have_count(turns)
            page.keyboard.press("Escape")
            page.get_by_role("link", name=messages.LOGOUT).click()
        context.close()
        watched.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_log_in_page_needs_no_script_and_keeps_the_place_that_a_link_names(browser, users, scripts):
    with serving(test_index(), auth=users, root_path="/reports") as address:
        context = browser.new_context(java_script_enabled=scripts, viewport={"width": 320, "height": 568})
        page = context.new_page()
        page.goto(f"{address}reports/#cite=x:0-5")
        assert page.url == f"{address}reports/login#cite=x:0-5"
        enter(page, "ada", "wrong")
        expect(page.get_by_role("alert")).to_have_text(messages.WRONG_LOGIN)
        enter(page, "ada")
        expect(page).to_have_url(f"{address}reports/#cite=x:0-5")
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_log_in_page_can_be_read_by_everybody(browser, users, scheme):
    with serving(test_index(), auth=users) as address:
        context = browser.new_context(color_scheme=scheme, viewport={"width": 320, "height": 568})
        page = context.new_page()
        page.goto(address)
        enter(page, "a name that is much too long for the card it stands on" * 3, "wrong")
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        texts = page.locator("h1, p, label, input, button")
        assert texts.count() == 9
        for text in texts.all():
            assert text.evaluate(CONTRAST) >= 4.5, text.inner_text()
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert dark == {"light": "rgb(244, 243, 239)", "dark": "rgb(18, 24, 26)"}[scheme]
        context.close()


def test_it_works_under_a_path_of_a_proxy(browser, request):
    with serving(test_index(), root_path="/reports") as address:
        watched = Watched(browser, address, request.node.name)
        page = watched.open(path="reports/")
        ask(page, ANSWERED)
        page.locator(".cite").click()
        assert page.url.startswith(f"{address}reports/#cite=")
        watched.close()
        assert watched.faults == []
