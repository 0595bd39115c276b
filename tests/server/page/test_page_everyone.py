"""The page for everyone: by keyboard, on a phone, in light and dark, in print, with what a checker of access finds."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from calcqa import messages
from helpers.chromium import ANSWERED, CONTRAST, FOLLOWED, SEVERAL, UNANSWERED, WIDE, ask, in_view

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

PHONE = {"width": 390, "height": 844}
SMALL = {"width": 360, "height": 640}
LARGE = {"width": 1920, "height": 1080}


def serious(page):
    """Return what axe-core finds that is serious or worse: rule, and where."""
    found = Axe().run(page).response["violations"]
    return [
        (v["id"], n["target"], n["failureSummary"][:300])
        for v in found
        if v["impact"] in ("serious", "critical")
        for n in v["nodes"]
    ]


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_checker_of_access_finds_nothing_serious(watched, scheme, viewport):
    page = watched.open(viewport, color_scheme=scheme)
    assert serious(page) == []
    for question in (*FOLLOWED, SEVERAL, UNANSWERED):
        ask(page, question)
    page.locator(".abstention summary").click()
    page.locator(".references summary").first.click()
    page.locator(".turn").nth(1).get_by_role("button", name=messages.EDIT_UNDERSTOOD).click()
    page.locator(".turn").nth(2).locator(".cite").first.click()
    assert serious(page) == []
    for menu in ("#calcqa-conversations", "#calcqa-export", "#calcqa-documents"):
        page.locator(f"{menu} summary").click()
        assert serious(page) == []
        page.keyboard.press("Escape")
    page.locator(".outline summary").click()
    page.locator(".cite").first.focus()
    page.locator("#calcqa-ask").click()  # nothing was typed
    expect(page.get_by_role("alert")).to_be_visible()
    assert serious(page) == []


def test_everything_can_be_done_by_keyboard(page):
    """Ask, open the source, step, come back, edit, begin anew: with Tab, Enter and Escape alone."""

    def tab_to(locator, most=60):
        for _ in range(most):
            if locator.evaluate("(e) => e === document.activeElement"):
                ring = "(e) => getComputedStyle(e).outlineStyle !== 'none' || getComputedStyle(e).boxShadow !== 'none'"
                assert locator.evaluate(ring), "the focus cannot be seen"
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{locator} is not reached with Tab")

    page.mouse.click(2, 2)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name=messages.SKIP)).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page.locator("#calcqa-question textarea"))
    page.keyboard.type(SEVERAL)
    page.keyboard.press("Enter")
    expect(page.locator("#calcqa-past .turn")).to_have_count(1, timeout=20_000)
    page.locator("body").evaluate("(e) => document.activeElement.blur()")
    tab_to(page.locator(".cite").first)
    page.keyboard.press("Enter")
    expect(page.locator("#calcqa-source mark.shown")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    for _ in range(12):
        if page.locator("#calcqa-back").evaluate("(e) => e === document.activeElement"):
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".cite").first).to_be_focused()
    page.keyboard.press("Shift+Tab")
    tab_to(page.locator("#calcqa-conversations summary"), 120)
    page.keyboard.press("Enter")
    expect(page.get_by_label(messages.NAME_LABEL)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_label(messages.NAME_LABEL)).to_be_hidden()
    expect(page.locator("#calcqa-conversations summary")).to_be_focused()
    tab_to(page.locator("#calcqa-new"))
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(0)


def test_landmarks_and_a_live_region_tell_where_one_is(page):
    for role, name in (("main", None), ("region", messages.CONVERSATION), ("region", messages.SOURCE), ("log", None)):
        expect(page.get_by_role(role, name=name)).not_to_have_count(0)
    expect(page.get_by_role("navigation", name=messages.OUTLINE)).to_have_count(1)
    live = page.locator("#calcqa-said")
    expect(live).to_have_attribute("aria-live", "polite")
    ask(page, ANSWERED)
    expect(live).to_contain_text("Staphylococcus aureus")
    ask(page, UNANSWERED)
    expect(live).to_contain_text("does not say")
    headings = page.locator("h1, h2, h3, h4, h5, h6").evaluate_all("(all) => all.map((h) => Number(h.tagName[1]))")
    assert headings[0] == 1 and headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(headings, headings[1:], strict=False))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_legible_in_light_and_dark(watched, scheme):
    page = watched.open(color_scheme=scheme)
    faint = {}

    def look(*selectors: str) -> None:
        for selector in selectors:
            if (ratio := page.locator(selector).last.evaluate(CONTRAST)) < 4.5:
                faint[selector] = ratio

    look(
        ".head h1", ".subtitle", ".notice", ".welcome b", ".welcome span", "#calcqa-next .topic", "#calcqa-next button"
    )
    look("#calcqa-question textarea", "#calcqa-ask", "#calcqa-new", "#calcqa-where", ".about", ".document p")
    ask(page, FOLLOWED[0])
    ask(page, FOLLOWED[1])
    look(".asked", ".understood span", ".card q", ".card cite", ".cite", ".document mark", ".confidence", ".topic")
    page.locator(".cite").last.click()
    look(".document mark.shown", ".cite[aria-current]", "#calcqa-where", "#calcqa-back", ".edit", ".actions button")
    ask(page, UNANSWERED)
    page.locator(".abstention summary").click()
    look(".verdict", ".abstention p", ".searched", ".nearest .section", ".nearest p", ".abstention em")
    assert faint == {}


@pytest.mark.parametrize("viewport", [SMALL, PHONE, WIDE, LARGE], ids=lambda v: str(v["width"]))
def test_nothing_overflows_at_any_width(watched, viewport):
    page = watched.open(viewport)
    overflow = "document.scrollingElement.scrollWidth > innerWidth"
    assert not page.evaluate(overflow)
    assert page.evaluate("scrollY") == 0
    ask(page, SEVERAL)
    ask(page, "x" * 300)
    assert not page.evaluate(overflow)
    for menu in ("#calcqa-conversations", "#calcqa-export", "#calcqa-documents"):
        page.locator(f"{menu} summary").click()
        box = page.locator(f"{menu} > div").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= viewport["width"], menu
        page.keyboard.press("Escape")
    page.locator(".turn").last.get_by_role("button", name=messages.EDIT_QUESTION).click()
    page.locator(".cite").last.click()
    mark = page.locator("#calcqa-source mark.shown")
    expect(mark).to_have_count(1)
    assert in_view(mark)
    for selector in ("#calcqa-source", "#calcqa-log", "#calcqa-side"):
        assert page.locator(selector).evaluate("(e) => e.scrollWidth <= e.clientWidth && e.scrollLeft === 0")


def test_what_was_opened_stays_in_view_while_its_answer_grows(watched):
    page = watched.open(PHONE)
    ask(page, ANSWERED)
    page.locator(".cite").last.click()
    mark = page.locator("#calcqa-source mark.shown")
    assert in_view(mark)
    grow = """(turn) => { turn.append(document.createTextNode("more ".repeat(400))); }"""
    page.locator(".turn").last.evaluate(grow)
    page.wait_for_timeout(300)
    assert in_view(mark)


def test_in_print_stand_the_conversation_and_the_text_and_no_buttons(page, tmp_path):
    for question in (*FOLLOWED, SEVERAL, UNANSWERED):
        ask(page, question)
    page.emulate_media(media="print")
    for hidden in ("#calcqa-composer", "#calcqa-bar", "#calcqa-next", ".card .actions", ".edit", "#calcqa-workspace"):
        expect(page.locator(hidden).first).to_be_hidden()
    for shown in (".asked", ".answer q", ".abstention .verdict", ".document h2", ".document p"):
        expect(page.locator(shown).last).to_be_visible()
    for pane in ("#calcqa-log", "#calcqa-source"):
        assert page.locator(pane).evaluate("(e) => e.scrollHeight <= e.clientHeight + 1"), pane  # nothing is cut off
    page.pdf(path=tmp_path / "page.pdf")
    pages = (tmp_path / "page.pdf").read_bytes().count(b"/Type /Page\n")
    assert pages >= 3


def test_the_browser_itself_refuses_what_comes_from_elsewhere(watched, page):
    with page.expect_event("console", lambda m: "Content Security Policy" in m.text):
        page.evaluate("fetch('http://127.0.0.1:9/').catch(() => null)")
    assert [f for f in watched.faults if f.startswith("console: ")]
    watched.faults.clear()


def test_every_text_of_the_page_stands_in_one_file():
    """No module that makes the page holds words in a row, but in its docstrings and in errors for programmers."""
    source = Path(messages.__file__).parent
    files = [*source.glob("rendering/*.py"), *source.glob("server/page/*.py"), source / "server" / "workspaces.py"]
    for path in files:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        apart = [n for n in ast.walk(tree) if isinstance(n, (ast.Expr, ast.Raise))]
        passed = {id(n) for one in apart for n in ast.walk(one)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
                said = re.sub(r"<[^>]*>|<[^>]*$|^[^<]*>|\{\w*\}|&#?\w+;", " ", node.value)  # without tags and fields
                assert not re.search(r"[A-Za-z]{2,} [a-z]{2,}", said), f"{path.name}, line {node.lineno}: {said!r}"
    for path in source.glob("interfaces/*.js"):
        for said in re.findall(
            r"\"[A-Z][a-z]+ [a-z][^\"]*\"|`[A-Z][a-z]+ [a-z][^`]*`", path.read_text(encoding="utf-8")
        ):
            assert path.name == "stream.js", f"{path.name}: {said}"  # there it is an error for programmers


def test_the_focus_stays_where_it_was_when_a_part_is_written_anew(page):
    """Whoever works by keyboard is not thrown back to the top by what they press."""
    ask(page, FOLLOWED[0])

    def pressed(locator):
        locator.focus()
        page.keyboard.press("Enter")

    def focused():
        return page.evaluate("document.activeElement.closest('#calcqa-chat, #calcqa-side') !== null")

    page.locator("#calcqa-conversations summary").click()
    name = page.get_by_label(messages.NAME_LABEL)
    name.fill("Calcium")
    pressed(name)
    expect(page.locator("#calcqa-conversations summary")).to_contain_text("Calcium")
    expect(page.locator("#calcqa-conversations summary")).to_be_focused()
    pressed(page.locator("#calcqa-next button").first)
    expect(page.locator("#calcqa-past .turn")).to_have_count(2)
    assert focused()
    pressed(page.locator("#calcqa-new"))
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#calcqa-new")).to_be_focused()
    page.evaluate("window.confirm = () => true")
    page.locator("#calcqa-conversations summary").click()
    pressed(page.get_by_role("button", name=messages.DELETE_ONE.format(name="Calcium")))
    expect(page.locator("#calcqa-conversations .open", has_text="Calcium")).to_have_count(0)
    assert focused()
