"""The page in a real Chromium over the real server: asked, checked and saved as a person would.

Every test fails on a request to anywhere but the server, on an error in the console, and on a script error.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

import calcqa
from chromium import (
    CONTRAST,
    MISSING,
    SERVE,
    Watched,
    arguments,
    ask,
    find_chromium,
    in_view,
    serving,
    settle,
    test_index,
)

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

ANSWERED = "What did the wound culture grow?"
SEVERAL = "Compare dystrophic and metastatic calcification."
EXAMPLE = "Which drugs have been tried?"
SHORT = "How many categories of soft-tissue calcification are there?"
UNANSWERED = "Which dose of diltiazem was given?"
FOLLOWED = ("What is tumoral calcification?", "And the metastatic type?")
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser():
    path = find_chromium()
    if path is None:
        pytest.fail(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments())
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address():
    with serving(test_index()) as address:
        yield address


@pytest.fixture
def watched(browser, address):
    watched = Watched(browser, address)
    yield watched
    watched.close()
    assert watched.faults == []


@pytest.fixture
def page(watched):
    return watched.open()


def test_a_question_is_answered_with_a_quote_whose_number_opens_its_place(page):
    ask(page, ANSWERED)
    card = page.locator(".turn .answer")
    expect(card).to_contain_text("Staphylococcus aureus")
    expect(page.locator("#calcqa-question textarea")).to_have_value("")
    quote = card.locator("q").first.inner_text()
    page.locator("#calcqa-source").evaluate("(pane) => (pane.scrollTop = pane.scrollHeight)")
    card.get_by_role("button", name="Source 1").click()
    mark = page.locator("#calcqa-source mark.shown")
    expect(mark).to_have_count(1)
    assert mark.inner_text() == quote
    assert in_view(mark)
    assert mark.evaluate("(m) => getComputedStyle(m).backgroundColor") == "rgb(255, 217, 90)"
    expect(page.locator("#calcqa-where")).to_contain_text("characters")


def test_a_short_answer_stands_in_bold_above_its_sentence(page):
    ask(page, SHORT)
    card = page.locator(".turn .answer")
    short = card.locator(".short")
    expect(short).to_have_text("five")
    assert short.evaluate("(e) => Number(getComputedStyle(e).fontWeight)") >= 600
    quote = card.locator("q").first
    expect(quote).to_contain_text("five")
    above, below = short.bounding_box(), quote.bounding_box()
    assert above["y"] + above["height"] <= below["y"] + 1


def test_the_place_opens_by_keyboard_and_back_returns(page):
    ask(page, SEVERAL)
    cite = page.locator(".cite").last
    cite.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#calcqa-source mark.shown")).to_be_focused()
    assert in_view(page.locator("#calcqa-source mark.shown"))
    page.locator("#calcqa-back").click()
    expect(cite).to_be_focused()


def test_quotes_arrive_one_by_one(page):
    page.evaluate("""() => { window.counts = []; new MutationObserver(() => window.counts.push(
      document.querySelectorAll("#calcqa-log .cite").length
    )).observe(document.querySelector("#calcqa-log"), { childList: true, subtree: true }); }""")
    ask(page, SEVERAL, enter=False)
    counts = page.evaluate("window.counts")
    assert counts == sorted(counts) and counts[0] == 0 and 1 in counts and counts[-1] > 1


def test_what_is_not_said_looks_different_and_cites_nothing(page):
    ask(page, UNANSWERED)
    card = page.locator(".turn .abstention")
    expect(card).to_contain_text("No answer in the text")
    expect(card).to_contain_text("passages; none answers this")
    expect(card).to_contain_text("dose")
    expect(page.locator(".cite, #calcqa-source mark")).to_have_count(0)
    nearest = card.locator(".nearest")
    expect(nearest).to_be_hidden()
    card.locator("summary").click()
    expect(nearest).to_be_visible()
    expect(card.locator("summary")).to_contain_text("not an answer")


def test_a_follow_up_shows_how_it_was_understood(page):
    for question in FOLLOWED:
        ask(page, question)
    turns = page.locator(".turn")
    expect(turns.first.locator(".understood")).to_have_count(0)
    expect(turns.last.locator(".understood")).to_contain_text("metastatic calcification")
    expect(turns.last.locator("q").first).to_contain_text("Metastatic calcification")


def test_examples_are_asked_when_pressed(page):
    page.locator("#calcqa-examples button", has_text="Management").click()
    settle(page, 1)
    expect(page.locator(".asked")).to_contain_text(EXAMPLE)
    page.locator("#calcqa-examples summary").click()
    page.locator("#calcqa-examples button", has_text="follow-up").click()
    settle(page, 3)
    expect(page.locator(".turn").last.locator(".understood")).to_be_visible()


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


def test_a_new_conversation_forgets_the_old_one(page):
    ask(page, FOLLOWED[0])
    page.locator("#calcqa-new").click()
    expect(page.locator(".turn, #calcqa-source mark")).to_have_count(0)
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, FOLLOWED[1])
    expect(page.locator(".understood", has_text="What is metastatic calcification")).to_have_count(0)


def test_conversations_are_not_shared(watched):
    one, other = watched.open(), watched.open()
    ask(one, FOLLOWED[0])
    expect(other.locator(".turn")).to_have_count(0)
    ask(other, ANSWERED)
    ask(one, FOLLOWED[1])
    expect(one.locator(".understood")).to_contain_text("metastatic calcification")
    expect(one.locator(".turn")).to_have_count(2)
    expect(other.locator(".turn")).to_have_count(1)


def test_the_conversation_is_saved_with_all_that_checks_it(page):
    page.locator("#calcqa-save").click()
    expect(page.get_by_role("alert")).to_contain_text("nothing to save")
    for question in (*FOLLOWED, UNANSWERED):
        ask(page, question)
    with page.expect_download() as download:
        page.locator("#calcqa-save").click()
    saved = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    lines = (test_index() / "documents.jsonl").read_text(encoding="utf-8").splitlines()
    text = {d["id"]: d["text"] for d in map(json.loads, lines)}
    assert saved["calcqa"] == calcqa.__version__ and len(saved["index"]["encoder_sha256"]) == 64
    for document in saved["index"]["documents"]:
        assert document["sha256"] == hashlib.sha256(text[document["id"]].encode()).hexdigest()
    assert [t["question"] for t in saved["turns"]] == [*FOLLOWED, UNANSWERED]
    assert saved["turns"][2]["answer"]["abstention"] and not saved["turns"][2]["answer"]["citations"]
    citations = [c for t in saved["turns"] for c in t["answer"]["citations"]]
    assert citations and all(text[c["document_id"]][c["start"] : c["end"]] == c["quote"] for c in citations)


@pytest.mark.parametrize("width", [360, 390])
def test_nothing_overflows_on_a_phone(watched, width):
    page = watched.open({**PHONE, "width": width})
    overflow = "document.scrollingElement.scrollWidth > innerWidth"
    assert not page.evaluate(overflow)
    assert page.evaluate("scrollY") == 0
    ask(page, SEVERAL)
    ask(page, "x" * 300)
    assert not page.evaluate(overflow)
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_legible_in_light_and_dark(watched, scheme):
    page = watched.open(color_scheme=scheme)
    faint = {}

    def look(*selectors: str) -> None:
        for selector in selectors:
            if (ratio := page.locator(selector).last.evaluate(CONTRAST)) < 4.5:
                faint[selector] = ratio

    look(".head h1", ".subtitle", ".notice", ".welcome p", "#calcqa-examples .topic", "#calcqa-examples li button")
    look("#calcqa-question textarea", "#calcqa-ask", "#calcqa-new", "#calcqa-where", ".about", ".document p")
    ask(page, FOLLOWED[0])
    ask(page, FOLLOWED[1])
    look(".asked", ".understood span", ".card q", ".card cite", ".cite", ".document mark")
    page.locator(".cite").last.click()
    look(".document mark.shown", ".cite[aria-current]", "#calcqa-where", "#calcqa-back")
    ask(page, UNANSWERED)
    page.locator(".abstention summary").click()
    look(".verdict", ".abstention p", ".searched", ".nearest .section", ".nearest p", ".abstention em")
    assert faint == {}


def test_the_browser_itself_refuses_what_comes_from_elsewhere(watched, page):
    with page.expect_event("console", lambda m: "Content Security Policy" in m.text):
        page.evaluate("fetch('http://127.0.0.1:9/').catch(() => null)")
    assert [f for f in watched.faults if f.startswith("console: ")]
    watched.faults.clear()


def test_markup_in_a_question_shows_as_text(page):
    hostile = """<img src=x onerror="window.pwned=1"> {{7*7}} ${window.pwned=1} what did the "culture" grow?"""
    ask(page, hostile)
    expect(page.locator(".asked")).to_contain_text(hostile)
    assert page.evaluate("window.pwned") is None
    assert page.locator("#calcqa-log img").count() == 0


@pytest.mark.models
def test_a_document_made_of_markup_shows_as_text(browser, tmp_path):
    hostile = (
        """<img src=x onerror="window.pwned=1"> {{7*7}} ${window.pwned=1} </mark><script>window.pwned=1</script>"""
    )
    sentence = f"The culture of the wound grew Serratia {hostile} in this patient."
    question = "What did the culture of the wound grow in this patient?"
    (tmp_path / "hostile.txt").write_text(f"{hostile}\n\n{sentence}\n\n• {hostile}\n", encoding="utf-8")
    sidecar = json.dumps({"question": question, "evidence": [sentence]})
    (tmp_path / "hostile.questions.jsonl").write_text(sidecar, encoding="utf-8")
    (tmp_path / "other.txt").write_text("Another note\n\nNothing of the kind is told here.\n", encoding="utf-8")
    calcqa.build([tmp_path / "hostile.txt", tmp_path / "other.txt"], tmp_path / "index")
    with serving(tmp_path / "index") as address:
        watched = Watched(browser, address)
        page = watched.open()
        expect(page.locator(".subtitle")).to_contain_text(hostile)
        expect(page.locator(".document p").first).to_contain_text(hostile)
        ask(page, question)
        expect(page.locator(".answer q").first).to_contain_text(hostile)
        for cite in page.locator(".cite").all():
            cite.click()
            expect(page.locator("#calcqa-source mark.shown").first).to_be_visible()
        page.get_by_label("Document").click()
        page.get_by_role("option", name="Another note").click()
        expect(page.locator(".document")).to_have_count(2)  # the one chosen, and the one that is quoted
        page.locator("#calcqa-new").click()
        expect(page.locator(".document")).to_have_count(1)
        expect(page.locator(".document h2")).to_have_text("Another note")
        assert page.evaluate("window.pwned") is None
        assert page.locator("#calcqa-main img, #calcqa-main script").count() == 0
        watched.close()
        assert watched.faults == []


def test_without_an_index_the_program_says_so_in_one_sentence(tmp_path):
    done = subprocess.run(
        [sys.executable, str(Path(__file__).parents[1] / "app.py")],
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
    done = subprocess.run(
        [sys.executable, "-c", SERVE, str(test_index()), port], capture_output=True, text=True, timeout=120
    )
    assert done.stdout == "" and f"InputError: Nothing can be served on 127.0.0.1:{port}: it is taken" in done.stderr


def test_a_source_opened_while_the_panes_are_written_anew_stays_open(page):
    ask(page, SEVERAL)
    page.locator(".cite").first.click()
    pane = page.locator("#calcqa-source")
    pane.evaluate("(e) => { const marked = e.querySelector('mark.shown').parentElement; const copy = marked.innerHTML;"
                  " marked.innerHTML = copy.replaceAll(' shown', '').replaceAll('shown', ''); }")  # fmt: skip
    expect(page.locator("#calcqa-source mark.shown")).to_have_count(1)
    assert in_view(page.locator("#calcqa-source mark.shown"))
    log = page.locator("#calcqa-log")
    log.evaluate("(e) => { const turn = e.querySelector('.turn'); turn.outerHTML = turn.outerHTML; }")
    page.locator("#calcqa-back").click()
    expect(page.locator(".cite").first).to_be_focused()


def test_back_leads_to_the_turn_whose_source_was_opened(page):
    ask(page, ANSWERED)
    ask(page, ANSWERED)  # the same quote once more
    second = page.locator(".turn").nth(1).locator(".cite").first
    second.click()
    expect(second).to_have_attribute("aria-current", "true")
    expect(page.locator(".cite[aria-current]")).to_have_count(1)
    page.locator("#calcqa-back").click()
    expect(second).to_be_focused()
