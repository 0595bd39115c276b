"""Conversations in the page: kept over a reload, several with names, edited, deleted, taken along and checked."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from playwright.sync_api import expect
from typer.testing import CliRunner

import calcqa
from calcqa import messages
from calcqa.cli.main import app
from helpers.chromium import ANSWERED, FOLLOWED, SEVERAL, UNANSWERED, ask, settle, test_index

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

KEPT = "Object.keys(localStorage).filter((k) => k.startsWith('calcqa:conversation:')).length"


def menu(page):
    """Open the list of conversations."""
    if not page.locator("#calcqa-conversations").evaluate("(e) => e.open"):
        page.locator("#calcqa-conversations summary").click()
    return page.locator("#calcqa-conversations")


def test_a_follow_up_shows_how_it_was_understood(page):
    for question in FOLLOWED:
        ask(page, question)
    turns = page.locator(".turn")
    expect(turns.first.locator(".understood")).to_have_count(0)
    expect(turns.last.locator(".understood")).to_contain_text("metastatic calcification")
    expect(turns.last.locator("q").first).to_contain_text("Metastatic calcification")


def test_how_a_follow_up_was_understood_can_be_edited(page):
    for question in FOLLOWED:
        ask(page, question)
    turn = page.locator(".turn").last
    turn.get_by_role("button", name=messages.EDIT_UNDERSTOOD).click()
    field = turn.get_by_role("textbox", name=messages.EDIT_UNDERSTOOD)
    expect(field).to_be_focused()
    field.fill("What is idiopathic calcification?")
    field.press("Enter")
    expect(page.locator(".turn").last.locator(".understood b")).to_have_text("What is idiopathic calcification?")
    expect(page.locator(".turn").last.locator("q").first).to_contain_text("Idiopathic calcification")
    expect(page.locator(".asked").last).to_contain_text(FOLLOWED[1])  # what was typed stays
    settle(page, 2)


def test_a_question_can_be_edited_and_what_came_after_it_goes(watched, page):
    for question in (*FOLLOWED, UNANSWERED):
        ask(page, question)
    second = page.locator(".turn").nth(1)
    second.get_by_role("button", name=messages.EDIT_QUESTION).click()
    expect(second.locator(".asking .drops")).to_be_visible()
    second.get_by_role("textbox", name=messages.EDIT_QUESTION).press("Escape")
    expect(second.get_by_role("button", name=messages.EDIT_QUESTION)).to_be_focused()
    second.get_by_role("button", name=messages.EDIT_QUESTION).click()
    second.get_by_role("textbox", name=messages.EDIT_QUESTION).fill("And calciphylaxis?")
    again = second.locator(".asking").get_by_role("button", name=messages.ASK_AGAIN)
    again.click()  # asks first, since an exchange would be lost; the test says no
    assert watched.faults == [f"dialog: {messages.DROPS_SURE.format(count=1)}"]
    watched.faults.clear()
    expect(page.locator(".turn")).to_have_count(3)
    page.evaluate("window.confirm = () => true")
    again.click()
    settle(page, 2)
    expect(page.locator(".asked").last).to_contain_text("And calciphylaxis?")
    expect(page.locator(".understood b")).to_contain_text("calciphylaxis")
    last = page.locator(".turn").last
    last.get_by_role("button", name=messages.EDIT_QUESTION).click()
    expect(last.locator(".asking .drops")).to_be_hidden()  # nothing comes after it


def test_a_reload_keeps_the_conversation(watched, page):
    for question in (*FOLLOWED, UNANSWERED):
        ask(page, question)
    before = page.locator("#calcqa-past").inner_text()
    watched.reload(page)
    settle(page, 3)
    assert page.locator("#calcqa-past").inner_text() == before
    page.locator(".cite").last.click()
    expect(page.locator("#calcqa-source mark.shown")).to_have_count(1)
    page.locator("#calcqa-back").click()
    ask(page, "And the tumoral type?")  # and it goes on
    expect(page.locator(".turn")).to_have_count(4)


def test_a_reload_keeps_the_place_that_was_open(watched, page):
    ask(page, SEVERAL)
    page.locator(".cite").nth(1).click()
    quote = page.locator("#calcqa-source mark.shown").inner_text()
    watched.reload(page)
    expect(page.locator("#calcqa-source mark.shown")).to_have_text(quote)


def test_several_conversations_have_names_and_can_be_deleted(watched, page):
    ask(page, FOLLOWED[0])
    page.locator("#calcqa-new").click()
    expect(page.locator(".turn, #calcqa-source mark")).to_have_count(0)
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, FOLLOWED[1])  # nothing is left of the other
    expect(page.locator(".understood", has_text="What is metastatic calcification")).to_have_count(0)
    menu(page).get_by_label(messages.NAME_LABEL).fill("The second one")
    menu(page).get_by_role("button", name=messages.RENAME).click()
    expect(page.locator("#calcqa-conversations summary")).to_contain_text("The second one")
    watched.reload(page)
    expect(page.locator("#calcqa-conversations summary")).to_contain_text("The second one")
    menu(page).get_by_role("button", name=FOLLOWED[0], exact=True).click()
    expect(page.locator(".asked")).to_contain_text(FOLLOWED[0])
    assert page.evaluate(KEPT) == 2
    delete = messages.DELETE_ONE.format(name="The second one")
    menu(page).get_by_role("button", name=delete).click()  # asks first; the test says no
    assert watched.faults == [f"dialog: {messages.DELETE_SURE.format(name='The second one')}"]
    watched.faults.clear()
    assert page.evaluate(KEPT) == 2
    page.evaluate("window.confirm = () => true")
    menu(page).get_by_role("button", name=delete).click()
    expect(menu(page).get_by_role("button", name=delete)).to_have_count(0)
    assert page.evaluate(KEPT) == 1
    expect(page.locator(".asked")).to_contain_text(FOLLOWED[0])


def test_two_tabs_do_not_overwrite_each_other(watched, page):
    ask(page, FOLLOWED[0])
    other = watched.visit(page.context)
    expect(other.locator(".turn")).to_have_count(0)  # a new tab begins anew, with the others in its list
    ask(other, ANSWERED)
    ask(page, FOLLOWED[1])
    expect(page.locator(".understood")).to_contain_text("metastatic calcification")
    third = watched.visit(page.context)
    for first, turns in ((FOLLOWED[0], 2), (ANSWERED, 1)):
        menu(third).get_by_role("button", name=first, exact=True).click()
        settle(third, turns)


def test_a_list_that_is_open_stays_open_when_it_is_written_anew(page):
    ask(page, ANSWERED)
    opened = menu(page)
    page.evaluate("calcqa.act({ do: 'rename', name: 'Wounds' })")  # as if what was asked for before came only now
    expect(opened.get_by_role("button", name="Wounds", exact=True)).to_be_visible()
    opened.get_by_role("button", name="Wounds", exact=True).click()
    expect(page.locator("#calcqa-conversations")).not_to_have_attribute("open", "")  # what is pressed there closes it


def test_conversations_are_not_shared(watched):
    one, other = watched.open(), watched.open()
    ask(one, FOLLOWED[0])
    ask(other, ANSWERED)
    ask(one, FOLLOWED[1])
    expect(one.locator(".understood")).to_contain_text("metastatic calcification")
    expect(one.locator(".turn")).to_have_count(2)
    expect(other.locator(".turn")).to_have_count(1)
    assert menu(other).get_by_role("button", name=FOLLOWED[0], exact=True).count() == 0


def test_what_was_spoilt_in_the_browser_is_left_out_and_said(watched, page):
    ask(page, FOLLOWED[0])
    page.evaluate("""() => {
      localStorage.setItem("calcqa:conversation:a", "{");
      const other = { id: "<b>", transcript: 3 };
      localStorage.setItem("calcqa:conversation:b", JSON.stringify({ at: 1, conversation: other }));
      localStorage.setItem("calcqa:token", "../../etc/passwd");
    }""")
    watched.reload(page)
    settle(page, 1)
    expect(page.get_by_role("alert")).to_contain_text(messages.NOT_RESTORED)
    page.get_by_role("button", name=messages.FORGET).click()
    expect(page.get_by_role("alert")).to_have_count(0)
    watched.reload(page)
    settle(page, 1)
    expect(page.get_by_role("alert")).to_have_count(0)
    ask(page, FOLLOWED[1])


def test_a_server_that_forgot_the_page_is_given_the_conversation_back(page):
    ask(page, FOLLOWED[0])
    page.evaluate("calcqa.receive(JSON.stringify({ wire: 'another', said: { past: [1, ''] } }))")  # it began anew
    settle(page, 1)
    ask(page, FOLLOWED[1])
    expect(page.locator(".understood")).to_contain_text("metastatic calcification")


def test_a_browser_that_keeps_nothing_is_answered_all_the_same(watched):
    page = watched.open()
    page.add_init_script("""for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });""")
    watched.reload(page)
    ask(page, FOLLOWED[0])
    expect(page.locator(".turn q").first).to_contain_text("Tumoral calcification")
    expect(page.locator("#calcqa-problem [role=alert]")).to_have_text(messages.NOT_KEPT)
    page.locator("#calcqa-new").click()
    expect(page.locator(".turn")).to_have_count(0)


def exported(page, kind):
    """Return the path of the conversation saved as `kind`."""
    page.locator("#calcqa-export summary").click()
    with page.expect_download() as download:
        page.locator(f"#calcqa-export [data-kind={kind}]").click()
    assert download.value.suggested_filename.endswith(f".{kind}")
    return Path(download.value.path())


def test_the_conversation_is_exported_with_all_that_checks_it(page, tmp_path):
    page.locator("#calcqa-export summary").click()
    page.locator("#calcqa-export [data-kind=json]").click()
    expect(page.get_by_role("alert")).to_have_text(messages.NOTHING_TO_EXPORT)
    for question in (*FOLLOWED, UNANSWERED):
        ask(page, question)
    path = exported(page, "json")
    saved = json.loads(path.read_text(encoding="utf-8"))
    lines = (test_index() / "documents.jsonl").read_text(encoding="utf-8").splitlines()
    text = {d["id"]: d["text"] for d in map(json.loads, lines)}
    assert saved["calcqa"] == calcqa.__version__ and len(saved["index"]["encoder_sha256"]) == 64
    for document in saved["index"]["documents"]:
        assert document["sha256"] == hashlib.sha256(text[document["id"]].encode()).hexdigest()
    assert [t["question"] for t in saved["turns"]] == [*FOLLOWED, UNANSWERED]
    assert saved["turns"][2]["answer"]["abstention"] and not saved["turns"][2]["answer"]["citations"]
    citations = [c for t in saved["turns"] for c in t["answer"]["citations"]]
    assert citations and all(text[c["document_id"]][c["start"] : c["end"]] == c["quote"] for c in citations)
    assert saved["verified"] == {"quotes": len(citations), "failed": 0}
    checked = CliRunner().invoke(app, ["verify", str(path), "--index", str(test_index())])
    assert checked.exit_code == 0 and f"{len(citations)} of {len(citations)} quotes verified." in checked.stdout


@pytest.mark.parametrize("kind", ["md", "html"])
def test_it_is_exported_for_people_too(watched, page, kind):
    for question in FOLLOWED:
        ask(page, question)
    quotes = page.locator("q").all_inner_texts()
    text = exported(page, kind).read_text(encoding="utf-8")
    assert all(quote in text for quote in quotes) and messages.VERIFIED.split(":")[0] in text
    assert f"calcqa {calcqa.__version__}" in text


def test_markup_in_a_question_shows_as_text_everywhere(watched, page):
    hostile = """<img src=x onerror="window.pwned=1"> {{7*7}} ${window.pwned=1} what did the "culture" grow?"""
    ask(page, hostile)
    expect(page.locator(".asked")).to_contain_text(hostile)
    follow_up = "And </textarea><script>it</script>?"
    ask(page, follow_up)
    turn = page.locator(".turn").last
    turn.get_by_role("button", name=messages.EDIT_QUESTION).click()
    expect(turn.get_by_role("textbox", name=messages.EDIT_QUESTION)).to_have_value(follow_up)
    turn.get_by_role("textbox", name=messages.EDIT_QUESTION).press("Escape")
    turn.get_by_role("button", name=messages.EDIT_UNDERSTOOD).click()
    turn.get_by_role("textbox", name=messages.EDIT_UNDERSTOOD).fill(f"What of {hostile}")
    turn.get_by_role("textbox", name=messages.EDIT_UNDERSTOOD).press("Enter")
    expect(page.locator(".understood b").last).to_have_text(f"What of {hostile}")
    menu(page).get_by_label(messages.NAME_LABEL).fill(hostile)
    menu(page).get_by_role("button", name=messages.RENAME).click()
    expect(page.locator("#calcqa-conversations summary")).to_contain_text(hostile[:70])
    watched.reload(page)
    settle(page, 2)
    html = exported(page, "html").read_text(encoding="utf-8")
    assert "<img" not in html and "<script" not in html
    assert page.evaluate("window.pwned") is None
    assert page.locator("#calcqa-main img, #calcqa-main script").count() == 0
