"""Documents in the page: what can be asked, one's own beside it, limits, progress, one or all, and hostile ones."""

from __future__ import annotations

import html
import json
import re

import pytest
from playwright.sync_api import expect

import calcqa
from calcqa import messages
from helpers.chromium import ANSWERED, Watched, ask, serving, settle, test_index
from helpers.pdfs import Pdf

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

HOSTILE = """<img src=x onerror="window.pwned=1"> {{7*7}} ${window.pwned=1} </mark><script>window.pwned=1</script>"""
WRITTEN = html.escape(HOSTILE, quote=False)
"""As Markdown writes it, so that it stands in the text."""
NOTE = """# A dislocated thumb

## Presentation

A 23-year-old goalkeeper dislocated his left thumb while saving a penalty.

## Management

The thumb was reduced under local anaesthesia and splinted for nineteen days.
"""
ABOUT_NOTE = "How long was the thumb splinted?"


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "thumb.md"
    path.write_text(NOTE, encoding="utf-8")
    return path


def add(page, *files):
    """Choose files as a person would, in the dialog of the button."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=messages.ADD).click()
    chooser.value.set_files(files)


def added(page, *files):
    """Add files and wait until they can be asked, or are refused."""
    page.evaluate("document.querySelectorAll('#calcqa-problem p').forEach((p) => p.classList.add('old'))")
    add(page, *files)
    expect(page.locator("#calcqa-problem p:not(.old)").first).to_be_visible(timeout=60_000)


def documents(page):
    """Open the list of documents."""
    if not page.locator("#calcqa-documents").evaluate("(e) => e.open"):
        page.locator("#calcqa-documents summary").click()
    return page.locator("#calcqa-documents li")


def test_what_can_be_asked_is_listed_with_sections_and_size(page):
    expect(documents(page)).to_have_count(1)
    expect(documents(page)).to_contain_text("Calcinosis universalis")
    expect(documents(page).locator(".facts")).to_have_text("13 sections, 725 words")
    expect(documents(page).locator(".remove")).to_have_count(0)
    expect(page.locator("#calcqa-scope select")).to_have_count(0)  # there is nothing to choose


def test_a_document_of_ones_own_is_asked_beside_the_others_and_removed(page, note):
    added(page, note)
    expect(page.locator("#calcqa-problem .done")).to_have_text(
        ["“A dislocated thumb” was added.", messages.ADDED_CAUTION]
    )
    expect(page.locator(".document h2")).to_have_text("A dislocated thumb")
    ask(page, ABOUT_NOTE)
    expect(page.locator(".turn q")).to_contain_text(["splinted for nineteen days"])
    page.locator(".cite").click()
    expect(page.locator("#calcqa-source mark.shown")).to_contain_text("splinted for nineteen days")
    ask(page, ANSWERED)
    expect(page.locator(".turn").last.locator("q").first).to_contain_text("Staphylococcus aureus")
    expect(page.locator(".document h2")).to_have_text("Calcinosis universalis")  # it stands beside its answer
    page.locator(".cite").first.click()  # the other's quote brings the other back
    expect(page.locator("#calcqa-source mark.shown")).to_contain_text("splinted for nineteen days")
    expect(documents(page)).to_have_count(2)
    expect(documents(page).last).to_contain_text("added by you: thumb.md")
    documents(page).get_by_role("button", name=messages.REMOVE_ONE.format(title="A dislocated thumb")).click()
    expect(page.locator("#calcqa-problem")).to_have_text("“A dislocated thumb” was removed.")
    expect(documents(page)).to_have_count(1)
    expect(page.locator(".turn").first.locator(".fallen")).to_have_count(1)
    ask(page, ABOUT_NOTE)
    expect(page.locator(".turn").last.locator(".abstention")).to_be_visible()


def test_all_or_one_can_be_asked(page, note):
    added(page, note)
    choice = page.get_by_label(messages.ASK_IN)
    choice.select_option(label="A dislocated thumb")
    ask(page, ANSWERED)
    expect(page.locator(".turn").last.locator(".abstention")).to_be_visible()
    choice.select_option(label="Calcinosis universalis")
    expect(page.locator(".document h2")).to_have_text("Calcinosis universalis")
    ask(page, ANSWERED)
    expect(page.locator(".turn").last.locator("q").first).to_contain_text("Staphylococcus aureus")
    choice.select_option(label=messages.ASK_ALL)
    page.locator("#calcqa-new").click()
    expect(page.locator(".turn")).to_have_count(0)
    ask(page, ABOUT_NOTE)
    expect(page.locator(".turn q")).to_contain_text(["splinted for nineteen days"])


def test_a_reload_keeps_ones_documents_and_others_do_not_see_them(watched, page, note):
    added(page, note)
    ask(page, ABOUT_NOTE)
    watched.reload(page)
    settle(page, 1)
    expect(documents(page)).to_have_count(2)
    expect(page.locator(".fallen")).to_have_count(0)
    other = watched.open()
    expect(documents(other)).to_have_count(1)


def test_how_far_it_has_come_is_shown(page, tmp_path):
    path = tmp_path / "long.md"
    sections = [f"## Part {n}\n\nIn part {n} a thing was seen {n} times, and noted down.\n" for n in range(150)]
    path.write_text("# Long\n\n" + "\n".join(sections), encoding="utf-8")
    page.evaluate("""() => { window.seen = []; new MutationObserver(() => {
      const bar = document.querySelector("#calcqa-progress progress");
      if (bar) window.seen.push([bar.value, bar.closest("label").textContent]);
    }).observe(document.querySelector("#calcqa-progress"), { attributes: true, childList: true, subtree: true }); }""")
    added(page, path)
    seen = page.evaluate("window.seen")
    assert len({value for value, _ in seen}) > 3 and [v for v, _ in seen] == sorted(v for v, _ in seen)
    assert all("long.md" in label for _, label in seen)
    expect(page.locator("#calcqa-progress progress")).to_have_count(0)


def test_what_cannot_be_added_gets_one_sentence_each(page, note, tmp_path):
    broken, empty = tmp_path / "broken.md", tmp_path / "empty.txt"
    broken.write_bytes(b"\xff\xffnothing")
    empty.write_text(" \n", encoding="utf-8")
    added(page, broken, note, empty)
    expect(page.get_by_role("alert")).to_have_count(2)
    for alert, name in zip(page.get_by_role("alert").all(), ("broken.md", "empty.txt"), strict=True):
        assert name in alert.inner_text() and "/" not in alert.inner_text()
    expect(page.locator("#calcqa-problem .done").first).to_have_text("“A dislocated thumb” was added.")
    added(page, note)
    expect(page.get_by_role("alert")).to_contain_text("A dislocated thumb")  # it is here already
    expect(documents(page)).to_have_count(2)


def test_two_tabs_of_one_browser_have_the_same_documents(watched, page, note, tmp_path):
    other = watched.visit(page.context)
    added(page, note)
    expect(documents(other)).to_have_count(2)
    other.keyboard.press("Escape")
    second = tmp_path / "toe.md"
    second.write_text(NOTE.replace("thumb", "toe"), encoding="utf-8")
    added(other, second)
    watched.reload(page)
    expect(documents(page)).to_have_count(3)


def test_the_operators_limits_hold(browser, request, tmp_path):
    with serving(test_index(), max_upload=2_000) as address:
        watched = Watched(browser, address, request.node.name)
        page = watched.open()
        documents(page)
        expect(page.locator("#calcqa-documents p")).to_contain_text(
            "up to 0.002 MB each, at most 10, with 1,000,000 characters in all"
        )
        files = []
        for n in range(11):
            files.append(tmp_path / f"note{n}.md")
            files[-1].write_text(f"# Note {n}\n\nThis is what note {n} holds.\n", encoding="utf-8")
        page.keyboard.press("Escape")
        added(page, *files)
        expect(page.get_by_role("alert")).to_have_text(messages.TOO_MANY_AT_ONCE.format(count=10))
        added(page, *files[:10])
        expect(page.locator("#calcqa-problem .done")).to_have_count(11, timeout=60_000)  # and a caution
        added(page, files[10])
        expect(page.get_by_role("alert")).to_contain_text("10")
        large = tmp_path / "large.md"
        large.write_text("# Large\n\n" + "Too much of it. " * 200, encoding="utf-8")
        added(page, large)
        expect(page.get_by_role("alert")).to_have_text(
            messages.FILE_TOO_LARGE.format(name="large.md", bytes=large.stat().st_size, most=2_000)
        )
        expect(documents(page)).to_have_count(11)
        watched.close()
        assert watched.faults == []


def test_saved_uploads_are_everybodys_and_survive_a_restart(browser, request, note, tmp_path):
    folder = tmp_path / "kept"
    for visit in range(2):
        with serving(test_index(), save_uploads=folder) as address:
            watched = Watched(browser, address, f"{request.node.name}-{visit}")
            page = watched.open()
            if not visit:
                expect(documents(page)).to_have_count(1)
                expect(page.locator("#calcqa-documents p")).to_contain_text(messages.ADD_SAVED)
                page.keyboard.press("Escape")
                added(page, note)
                watched.reload(page)
                expect(documents(page).locator(".remove")).to_have_count(1)  # whoever added it may take it back
                page = watched.open()
            expect(documents(page)).to_have_count(2)
            expect(documents(page).locator(".remove")).to_have_count(0)
            page.keyboard.press("Escape")
            ask(page, ABOUT_NOTE)
            expect(page.locator(".turn q")).to_contain_text(["splinted for nineteen days"])
            watched.close()
            assert watched.faults == []
    assert [p.name for p in folder.iterdir() if not p.name.startswith(".")] == ["thumb.md"]


def test_a_hostile_upload_shows_as_text(page, tmp_path):
    path = tmp_path / "<img src=x onerror=window.pwned=1>.md"
    text = f"# Title {WRITTEN}\n\nThe culture grew Serratia {WRITTEN} here.\n"
    path.write_text(text, encoding="utf-8")
    added(page, path)
    expect(page.locator(".document h2")).to_contain_text(HOSTILE)
    expect(documents(page).last).to_contain_text(HOSTILE)
    expect(documents(page).last).to_contain_text("img src=x onerror=window.pwned=1")
    expect(page.get_by_label(messages.ASK_IN).locator("option").last).to_have_text(f"Title {HOSTILE}")
    page.keyboard.press("Escape")
    page.get_by_label(messages.ASK_IN).select_option(label=f"Title {HOSTILE}")
    ask(page, "Did the culture grow Serratia?")
    for cite in page.locator(".cite").all():
        cite.hover()
        cite.click()
        expect(page.locator("#calcqa-source mark.shown").first).to_be_visible()
    assert page.evaluate("window.pwned") is None
    assert page.locator("#calcqa-main img, #calcqa-main script, #calcqa-tip img").count() == 0


def test_what_was_left_out_is_shown_below_the_text_with_the_reason(page, tmp_path):
    path = tmp_path / "thumb.md"
    path.write_text(NOTE + f"\n~~Penicillin was given.~~ Nothing else {HOSTILE} was done.\n", encoding="utf-8")
    added(page, path)
    expect(page.locator("#calcqa-problem")).to_contain_text("Some of the file is not in its text")
    left_out = page.locator("#calcqa-source .left-out")
    left_out.locator("summary").click()
    expect(left_out.locator("li", has_text="Penicillin was given.")).to_contain_text("(struck out)")
    expect(left_out).to_contain_text("<img src=x")
    assert page.evaluate("window.pwned") is None and page.locator("#calcqa-main img").count() == 0
    expect(page.locator(".document")).not_to_contain_text("Penicillin")


def test_a_pdf_is_added_and_its_quote_says_the_page(page, tmp_path):
    pdf = Pdf()
    pdf.text(60, 760, "A dislocated thumb", 18, "Times-Bold")
    pdf.column(60, 720, "A 23-year-old goalkeeper dislocated his left thumb while saving a penalty.", width=450)
    pdf.canvas.showPage()
    pdf.column(60, 760, "The thumb was reduced under local anaesthesia and splinted for nineteen days.", width=450)
    pdf.canvas.save()
    path = tmp_path / "thumb.pdf"
    path.write_bytes(pdf.file.getvalue())
    added(page, path)
    expect(page.locator(".document h2")).to_have_text("A dislocated thumb")
    ask(page, ABOUT_NOTE)
    page.locator(".cite").first.click()
    expect(page.locator("#calcqa-source mark.shown")).to_contain_text("splinted for nineteen days")
    expect(page.locator(".cite").first).to_have_attribute("data-where", re.compile(r"\[1\] page 2, characters"))
    # The title is its section too, and said once.
    expect(page.locator(".cite").first).to_have_attribute("data-place", "A dislocated thumb")


@pytest.mark.models
def test_a_library_of_hostile_documents_shows_as_text(browser, request, tmp_path):
    sentence = f"The culture of the wound grew Serratia {HOSTILE} in this patient."
    question = "What did the culture of the wound grow in this patient?"
    text = f"# {WRITTEN}\n\n{sentence.replace(HOSTILE, WRITTEN)}\n\n- {WRITTEN}\n"
    (tmp_path / "hostile.md").write_text(text, encoding="utf-8")
    sidecar = json.dumps({"question": question, "evidence": [sentence]})
    (tmp_path / "hostile.questions.jsonl").write_text(sidecar, encoding="utf-8")
    (tmp_path / "other.txt").write_text("Another note\n\nNothing of the kind is told here.\n", encoding="utf-8")
    calcqa.build([tmp_path / "hostile.md", tmp_path / "other.txt"], tmp_path / "index")
    with serving(tmp_path / "index", feedback=tmp_path / "feedback.sqlite") as address:
        watched = Watched(browser, address, request.node.name)
        page = watched.open()
        expect(page.locator(".subtitle")).to_contain_text(HOSTILE)
        expect(page.locator(".document p").first).to_contain_text(HOSTILE)
        ask(page, question)
        expect(page.locator(".answer q").first).to_contain_text(HOSTILE)
        page.locator(".references summary").click()
        page.locator(".cite").first.click()
        expect(page.locator("#calcqa-source mark.shown").first).to_be_visible()
        page.get_by_role("button", name=messages.NOT_HELPFUL).click()
        page.get_by_label(messages.COMMENT).fill(HOSTILE)
        page.get_by_label(messages.COMMENT).press("Enter")
        expect(page.locator("#calcqa-problem")).to_have_text(messages.THANKS)
        documents(page).get_by_role("button", name="Another note").click()
        expect(page.locator(".document h2")).to_have_text("Another note")
        assert page.evaluate("window.pwned") is None
        assert page.locator("#calcqa-main img, #calcqa-main script").count() == 0
        watched.close()
        assert watched.faults == []
