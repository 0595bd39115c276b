"""Answers as cards: everything hostile shows as text, and what is shown is what the answer holds."""

from __future__ import annotations

import dataclasses

import pytest

from calcqa import messages, rendering
from calcqa.answering.quoting import leaned_on
from calcqa.cli.output import print_answer
from calcqa.documents.load import load_bytes
from calcqa.language.sentences import sentence_spans
from calcqa.rendering import answer_html
from calcqa.rendering.references import reference
from calcqa.types import Answer, Citation, Disagreement, Reason, Section, Span, Turn
from helpers.rendered import PAYLOADS, Page, answered, document, harmless, refused, two_quotes


def test_a_short_answer_stands_above_its_own_quote():
    answer = two_quotes()
    html = str(rendering.answer_html(answer))
    assert html.count('class="short"') == 1
    assert '<p class="short">six weeks</p><p><q>A splint was worn' in html
    assert html.index("<q>Rest was tried.") < html.index("six weeks</p>") and "“Who wore it?”" in html
    markdown = rendering.to_markdown(answer)
    lines = "> Rest was tried. [1]\n>\n> **six weeks**\n>\n> A splint was worn for six weeks. [2]\n"
    assert lines in markdown.replace("\\", "") and "“Who wore it?”" in markdown


def test_a_terminal_shows_it_above_its_own_quote_too(capsys):
    print_answer(two_quotes())
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines[:4] == [
        "Rest was tried. [1]",
        "six weeks",
        "A splint was worn for six weeks. [2]",
        "The text does not say: “Who wore it?”.",
    ]


# --- escaping ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_shows_as_text_wherever_it_stands(payload):
    text = f"{payload}\n\nBefore {payload} after."
    doc = document(text, payload, (Section(payload, 1, 0, len(text)),), journal=payload, restatement=payload)
    answer = answered(
        payload, doc, [Span(len(payload) + 2, len(text))], payload, standalone=f"Which {payload}", short=payload
    )
    differing = (Disagreement((1, 1), (payload, payload)),)
    answer = dataclasses.replace(answer, unanswered=(payload,), disagreements=differing)
    refusal = dataclasses.replace(refused(payload, payload, (payload,)), text=payload)
    turns = [Turn(a.question, a.standalone_question, a) for a in (answer, refusal)]
    view = rendering.View({doc.id: doc}, feedback=True, verdicts={1: True}, stopped={1: 1})
    for html in (rendering.conversation_html(turns, view), rendering.source_html(doc, [Span(0, len(payload))])):
        assert payload in harmless(html).text
    assert "Understood as" in rendering.conversation_html(turns, view)
    copied = [v for n, v in Page(rendering.conversation_html(turns, view)).attributes if n == "data-copy"]
    assert len(copied) == 2 and all(payload in text for text in copied)


def test_a_citation_marker_carries_its_place_as_data():
    doc = document('A "quoted" <finding> was seen.')
    answer = answered("What was seen?", doc, [Span(2, 20)])
    page = Page(rendering.answer_html(answer))
    assert ("data-document", doc.id) in page.attributes
    assert {("data-start", "2"), ("data-end", "20")} <= set(page.attributes)
    mark = dict(page.attributes)["data-mark"]
    assert Page(rendering.document_html(doc, [Span(2, 20)])).marks == {mark: doc.text[2:20]}
    assert ("class", "cite") in page.attributes and page.text.count("[1]") == 1


def test_quotes_arrive_one_by_one_and_keep_their_numbers():
    doc = document("One stood. Two fell. Three ran.")
    answer = answered("What happened?", doc, [Span(0, 10), Span(11, 20), Span(21, 31)])
    first, all_of_it = rendering.answer_html(answer, 1), rendering.answer_html(answer)
    assert "One stood." in first and "Two fell." not in first
    assert [f"[{n}]" in all_of_it for n in (1, 2, 3, 4)] == [True, True, True, False]


@pytest.mark.parametrize(
    ("typed", "standalone", "shown"),
    [
        ("And the tumoral type?", "What is tumoral calcification?", True),
        ("hello", "Hello?", False),
        ("What  grew", "What grew?", False),
    ],
)
def test_the_understood_question_is_shown_where_it_differs(typed, standalone, shown):
    doc = document("It grew.")
    html = rendering.answer_html(answered(typed, doc, [Span(0, 8)], standalone=standalone))
    assert ("Understood as" in html) is shown
    assert (standalone in html) is shown


def test_an_abstention_has_no_citation_and_says_what_was_searched():
    answer = refused("Which dose?", "A near <passage>.", ("dose", "mg"))
    page = harmless(rendering.answer_html(answer))
    assert "button" not in page.tags and "mark" not in page.tags and "q" in page.tags
    assert "[1]" not in page.text and not any(name.startswith("data-") for name, _ in page.attributes)
    for words in ("The text does not say.", "1,234 passages", "dose, mg", "not an answer", "A near <passage>."):
        assert words in page.text
    assert "details" in page.tags


def test_terms_the_sentence_already_names_are_not_named_twice():
    answer = dataclasses.replace(refused("Which dose?", "Near.", ("dose",)), text="Nothing on “dose” is said.")
    assert Page(rendering.answer_html(answer)).text.count("dose") == 1


def test_a_greeting_is_no_missing_answer_and_offers_no_passages():
    page = Page(rendering.answer_html(refused("hello", "A passage.", ("hello",), reason=Reason.NOT_A_QUESTION)))
    assert "Not a question" in page.text and "A passage." not in page.text
    assert messages.NEVER_OCCUR not in page.text and "Searched" not in page.text


# --- what can be done with an answer ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("confidence", "word", "shown"),
    [(0.99, "high", "Well supported"), (0.9, "fair", "Likely"), (0.7, "low", "Uncertain")],
)
def test_confidence_is_a_word_whose_meaning_is_a_measured_share(confidence, word, shown):
    doc = document("It grew.")
    answer = dataclasses.replace(answered("What?", doc, [Span(0, 8)]), confidence=confidence)
    tips = []
    figures = {
        "with_sidecar": {f"{word}_held": 31, f"{word}_answers": 33},
        "without_sidecar_with_reader": {f"{word}_held": 5, f"{word}_answers": 8},
    }
    for with_faq in ((), (doc.id,)):
        page = Page(rendering.answer_html(answer, view=rendering.View(with_faq=with_faq, figures=figures)))
        assert shown in page.text and ("class", f"confidence {word}") in page.attributes
        tips.append(next(v for n, v in page.attributes if n == "data-tip"))
    for tip, counts in zip(
        tips, ("5 of 8 answers with this word held", "31 of 33 answers with this word"), strict=True
    ):
        assert counts in tip
    unknown = rendering.answer_html(answer, view=rendering.View())  # where nothing was fitted, nothing is claimed
    assert "answers with this word" not in unknown and "text" in unknown
    assert rendering.word(confidence) == word


def test_the_topic_is_the_outermost_section_of_the_first_quote():
    doc = document("It grew.")
    html = str(rendering.answer_html(answered("What?", doc, [Span(0, 8)], "Types › Tumoral")))
    assert f'data-tip="{messages.TOPIC_HINT}">Types</span>' in html


def test_what_is_copied_are_the_quotes_with_their_places():
    doc = document("It grew.\nIt was treated.", "A report")
    page = Page(rendering.answer_html(answered("What?", doc, [Span(0, 8), Span(9, 24)])))
    assert dict(page.attributes)["data-copy"] == (
        "It grew. [1]\nIt was treated. [2]\n\n"
        "[1] A report, Findings, characters 0–8\n[2] A report, Findings, characters 9–24"
    )


def test_a_quote_can_be_cited_in_ama_style():
    facts = {"journal": "Journal of Falls", "year": "2009", "volume": "3", "issue": "1", "pages": "4–9"}
    doc = document("It grew.", "A report", **facts)
    (citation,) = answered("What?", doc, [Span(0, 8)]).citations
    place = "Findings, characters 0–8."
    assert rendering.reference(citation, doc) == f"“It grew.” A report. Journal of Falls. 2009;3(1):4-9. {place}"
    more = {"authors": "Doe J, Roe R", "journal_abbreviation": "J Falls", "restatement": "Restated."}
    doc = document("It grew.", "A report", **facts, **more)
    expected = f"“It grew.” Doe J, Roe R. A report. J Falls. 2009;3(1):4-9. {place} {messages.RESTATED}"
    assert rendering.reference(citation, doc) == expected
    assert rendering.reference(citation, document("It grew.", "A note")) == f"“It grew.” A note. a.md. {place}"
    shown = rendering.answer_html(answered("What?", doc, [Span(0, 8)]), view=rendering.View({doc.id: doc}))
    assert expected in Page(shown).text and ("data-copy", expected) in Page(shown).attributes


def test_a_quote_that_no_longer_stands_leads_nowhere_and_says_so():
    doc, other = document("It grew."), document("It shrank.")
    answer = answered("What?", doc, [Span(0, 8)])
    for documents in ({other.id: other}, {doc.id: other}):
        page = Page(rendering.answer_html(answer, view=rendering.View(documents)))
        assert ("class", "cite") not in page.attributes
        assert ("data-tip", messages.NOT_STANDING) in page.attributes
    page = Page(rendering.answer_html(answer, view=rendering.View({doc.id: doc})))
    assert ("class", "cite") in page.attributes and ("data-tip", messages.NOT_STANDING) not in page.attributes


def test_an_answer_that_was_stopped_shows_what_had_arrived_and_offers_the_rest():
    doc = document("One stood. Two fell. Three ran.")
    answer = answered("What happened?", doc, [Span(0, 10), Span(11, 20), Span(21, 31)])
    html = rendering.answer_html(answer, number=4, view=rendering.View(stopped={4: 1}))
    assert "One stood." in html and "<q>Two fell." not in html
    page = Page(html)
    assert "Stopped after 1 of 3 quotes." in page.text
    assert ("data-do", "rest") in page.attributes and ("data-turn", "4") in page.attributes
    assert "Stopped" not in rendering.answer_html(answer, number=5, view=rendering.View(stopped={4: 1}))


def test_feedback_is_asked_for_only_where_it_is_on():
    doc = document("It grew.")
    for answer in (answered("What?", doc, [Span(0, 8)]), refused("Which dose?", "Near.")):
        assert "Helpful" not in rendering.answer_html(answer)
        on = Page(rendering.answer_html(answer, number=2, view=rendering.View(feedback=True)))
        assert "Helpful" in on.text and "input" not in on.tags
        given = Page(rendering.answer_html(answer, number=2, view=rendering.View(feedback=True, verdicts={2: False})))
        pressed = [v for n, v in given.attributes if n == "aria-pressed"]
        assert pressed == ["false", "true"] and "input" in given.tags


def test_a_question_can_be_edited_and_so_can_how_it_was_understood():
    doc = document("It grew.")
    answer = answered("And then?", doc, [Span(0, 8)], standalone="What grew then?")
    html = str(rendering.conversation_html([Turn("And then?", "What grew then?", answer)]))
    page = Page(html)
    assert [v for n, v in page.attributes if n == "data-ask"] == ["question", "understood"]
    assert ">And then?</textarea>" in html and ">What grew then?</textarea>" in html
    assert html.count(' data-turn="1" hidden>') == 2


def test_a_row_and_an_item_are_shown_with_what_they_cannot_be_read_without(capsys):
    header, lead = "Drug | Morning | Evening", "Do not give:"
    table = f"| {header} |\n|---|---|---|\n| Ramipril | 5 mg | 0 mg |"
    text = f"# Ward\n\n{table}\n\n{lead}\n\n- Ibuprofen"
    document = load_bytes(text.encode(), "ward.md").document
    for quote, context in (("Ramipril | 5 mg | 0 mg", header), ("Ibuprofen", lead)):
        start = document.text.index(quote)
        citation = Citation(
            number=1, passage_id="p", quote=quote, start=start, end=start + len(quote), answer_start=0,
            answer_end=len(quote), **Citation.printed(document, start),
        )  # fmt: skip
        answer = Answer("What?", "What?", f"{quote} [1]", None, (citation,), (), 0.9, None)
        assert citation.context == (context,) and f"<q>{quote}</q>" in answer_html(answer)
        assert f'<p class="lead">{context}</p>' in answer_html(answer)
        assert f"below “{context}”" in reference(citation, document)
        print_answer(answer, {document.id: document})
        assert f"below “{context}”" in capsys.readouterr().out


def test_a_quote_that_leans_is_shown_behind_the_sentence_before_it_once(capsys):
    document = load_bytes(b"# Ward\n\nA plate lay over the hip. It was removed. It had hurt.", "ward.md").document
    first, second, third = sentence_spans(document.text[document.text.index("A plate") :])
    at = document.text.index("A plate")
    citations, length = [], 0
    for number, span in enumerate((second, third), start=1):
        quote = document.text[at + span.start : at + span.end]
        citations.append(Citation(
            number=number, passage_id="p", quote=quote, start=at + span.start, end=at + span.end, answer_start=length,
            answer_end=length + len(quote), before=leaned_on(document, Span(at + span.start, at + span.end)),
            **Citation.printed(document, at + span.start),
        ))  # fmt: skip
        length += len(quote) + 5
    text = " ".join(f"{c.quote} [{c.number}]" for c in citations)
    answer = Answer("What?", "What?", text, None, tuple(citations), (), 0.9, None)
    assert [c.before for c in citations] == ["A plate lay over the hip.", "It was removed."]
    shown = answer_html(answer)
    assert shown.count('class="lead"') == 1 and '<p class="lead">A plate lay over the hip.</p>' in shown
    assert shown.count("<q>") == 2  # it is no quote
    print_answer(answer, {document.id: document})
    assert "after “A plate lay over the hip.”" in capsys.readouterr().out
