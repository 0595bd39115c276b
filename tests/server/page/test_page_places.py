"""Citations in the page: a click or Enter shows the quote where it stands; steps, previews, links and ways back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from calcqa import messages
from helpers.chromium import ANSWERED, EXAMPLE, FOLLOWED, SEVERAL, ask, in_view

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

PHONE = {"width": 390, "height": 844}


def shown(page):
    return page.locator("#calcqa-source mark.shown")


def test_a_number_opens_its_quote_in_the_text_and_says_where_it_stands(page):
    ask(page, ANSWERED)
    quote = page.locator(".answer q").first.inner_text()
    page.locator("#calcqa-source").evaluate("(pane) => (pane.scrollTop = pane.scrollHeight)")
    page.get_by_role("button", name="Source 1").click()
    expect(shown(page)).to_have_count(1)
    assert shown(page).inner_text() == quote
    assert in_view(shown(page))
    assert shown(page).evaluate("(m) => getComputedStyle(m).backgroundColor") == "rgb(255, 217, 90)"
    expect(page.locator("#calcqa-where")).to_contain_text("[1] Presentation, characters")


def test_the_place_opens_by_keyboard_and_back_returns_to_where_one_was(page):
    ask(page, SEVERAL)
    pane = page.locator("#calcqa-source")
    pane.evaluate("(e) => (e.scrollTop = 17)")
    cite = page.locator(".cite").last
    cite.focus()
    page.keyboard.press("Enter")
    expect(shown(page)).to_be_focused()
    assert in_view(shown(page))
    page.get_by_role("button", name=messages.BACK).click()
    expect(cite).to_be_focused()
    expect(shown(page)).to_have_count(0)
    assert pane.evaluate("(e) => e.scrollTop") == 17
    expect(page.locator("#calcqa-where")).to_have_text(messages.SOURCE_HINT)


def test_the_quotes_of_an_answer_can_be_stepped_through(page):
    ask(page, ANSWERED)
    page.locator(".cite").click()
    expect(page.locator("#calcqa-steps")).to_be_hidden()
    ask(page, SEVERAL)
    cites = page.locator(".turn").last.locator(".cite")
    quotes = page.locator(".turn").last.locator("q").all_inner_texts()
    cites.first.click()
    following = page.get_by_role("button", name=messages.FOLLOWING)
    for at in [*range(1, len(quotes)), 0]:
        following.click()
        expect(page.locator("#calcqa-step")).to_have_text(f"{at + 1} of {len(quotes)}")
        expect(shown(page)).to_have_text(quotes[at])
        assert in_view(shown(page))
        expect(following).to_be_focused()
    page.get_by_role("button", name=messages.PREVIOUS).click()
    expect(page.locator("#calcqa-step")).to_have_text(f"{len(quotes)} of {len(quotes)}")


def test_the_browsers_own_back_leads_through_what_was_opened(page):
    ask(page, SEVERAL)
    quotes = page.locator("q").all_inner_texts()
    page.locator(".cite").nth(0).click()
    page.locator(".cite").nth(1).click()
    expect(shown(page)).to_have_text(quotes[1])
    page.go_back()
    expect(shown(page)).to_have_text(quotes[0])
    page.go_back()
    expect(shown(page)).to_have_count(0)
    page.go_forward()
    expect(shown(page)).to_have_text(quotes[0])


def test_resting_on_a_number_shows_the_quote_in_its_surroundings(page):
    ask(page, ANSWERED)
    page.locator(".cite").hover()
    tip = page.get_by_role("tooltip")
    expect(tip.locator("b")).to_have_text(page.locator(".answer q").inner_text())
    expect(tip).to_contain_text("She was started on intravenous antibiotics")
    expect(tip).to_contain_text("Presentation")
    expect(shown(page)).to_have_count(0)


def test_a_link_opens_the_same_view(watched, page):
    ask(page, ANSWERED)
    page.locator(".cite").click()
    link, where = page.url, page.locator("#calcqa-where").inner_text()
    quote = page.locator(".answer q").inner_text()
    assert "#cite=" in link
    other = watched.open(path=link.removeprefix(watched.address))  # another person, without the conversation
    expect(shown(other)).to_have_text(quote)
    assert in_view(shown(other))
    assert other.locator("#calcqa-where").inner_text() == where.removeprefix("[1] ")
    expect(other.locator(".turn")).to_have_count(0)


def test_the_link_can_be_copied(watched):
    page = watched.open(permissions=["clipboard-read", "clipboard-write"])
    expect(page.locator("#calcqa-link")).to_be_hidden()
    ask(page, ANSWERED)
    page.locator(".cite").click()
    page.locator("#calcqa-link").click()
    expect(page.locator("#calcqa-link")).to_have_text(messages.COPIED)
    assert page.evaluate("navigator.clipboard.readText()") == page.url


@pytest.mark.parametrize("place", ["0000000000000000:1-5", "{id}:5-999999", "{id}:9-9"])
def test_a_link_to_nowhere_says_so(watched, place):
    first = watched.open()
    document = first.locator("article.document").get_attribute("data-document")
    page = watched.open(path=f"#cite={place.format(id=document)}")
    expect(page.get_by_role("alert")).to_have_text(messages.NO_SUCH_PLACE)
    expect(page.locator("#calcqa-source mark")).to_have_count(0)


def test_the_outline_leads_to_a_section(page):
    page.locator(".outline summary").click()
    page.get_by_role("link", name="Management").click()
    heading = page.locator(".document h3", has_text="Management")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()


def test_a_source_opened_while_the_panes_are_written_anew_stays_open(page):
    ask(page, SEVERAL)
    page.locator(".cite").first.click()
    pane = page.locator("#calcqa-source")
    pane.evaluate("(e) => { const marked = e.querySelector('mark.shown').parentElement; const copy = marked.innerHTML;"
                  " marked.innerHTML = copy.replaceAll(' shown', '').replaceAll('shown', ''); }")  # fmt: skip
    expect(shown(page)).to_have_count(1)
    assert in_view(shown(page))
    past = page.locator("#calcqa-past")
    past.evaluate("(e) => { const turn = e.querySelector('.turn'); turn.outerHTML = turn.outerHTML; }")
    expect(page.locator(".cite").first).to_have_attribute("aria-current", "true")
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


def test_a_new_answer_closes_what_an_earlier_one_opened(page):
    ask(page, FOLLOWED[0])
    page.locator(".cite").first.click()
    ask(page, FOLLOWED[1])
    expect(shown(page)).to_have_count(0)
    expect(page.locator("#calcqa-where")).to_have_text(messages.SOURCE_HINT)
    expect(page.locator(".turn").last).to_be_in_viewport()


def test_on_a_phone_the_text_comes_into_view_and_back_returns(watched):
    page = watched.open(PHONE, has_touch=True)
    ask(page, ANSWERED)
    expect(page.locator(".document h2")).not_to_be_in_viewport()
    page.locator(".cite").tap()
    assert in_view(shown(page))
    expect(page.get_by_role("tooltip")).to_have_count(0)
    page.locator("#calcqa-back").tap()
    expect(page.locator(".cite")).to_be_in_viewport()


def test_what_the_newest_answer_quotes_comes_into_view_and_stands_out(page):
    latest = page.locator("#calcqa-source mark.latest")
    ask(page, EXAMPLE)
    assert in_view(latest.first)
    assert page.locator("#calcqa-source").evaluate("(e) => e.scrollTop") > 0
    before = latest.first.inner_text()
    ask(page, ANSWERED)
    assert in_view(latest.first)
    assert latest.first.inner_text() != before
    earlier = page.locator("#calcqa-source mark:not(.latest)", has_text=before)
    expect(earlier).to_be_attached()


def test_what_a_word_means_can_be_read_by_a_tap(watched):
    page = watched.open(PHONE, has_touch=True)
    ask(page, ANSWERED)
    page.locator(".confidence").tap()
    expect(page.locator("#calcqa-tip")).to_contain_text("held all that was asked for")
    page.locator(".asked").tap()
    expect(page.locator("#calcqa-tip")).to_be_hidden()
