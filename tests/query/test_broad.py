"""Questions for more than a fact are told by their words, and no others are."""

import pytest

from calcqa.query.broad import Broad, broad

SUMMARY = """
Summarise the case
Summarise the report.
Please summarize this case report for my consultant in three sentences
Could you give me a short overview of the patient?
Give me an overview
tl;dr
TLDR please
What happened to this patient?
What happened to her?
so what happened here
What is this paper about?
pt summary
"""
MISSING = """
What does the report not say?
What doesn't the letter mention?
What is missing?
What is left out of the text?
What does the paper leave out?
"""
ORDINARY = """
What happened to her potassium?
What happened to the baby?
What happened after the operation?
Which valve was missing?
What does the scan not show?
Was the summary sent to the family doctor?
How was the wound closed?
What did the report say the dose was?
"""
SECTIONS = [
    ("What does the text say about examination on admission?", "examination on admission", True),
    ("What does the letter say about allergies?", "allergies", True),
    ("Show me the discussion", "discussion", False),
    ("Read out the outcome section, please", "outcome", False),
    ("What is in the family history section?", "family history", False),
]
LISTS = [
    ("List all medications at discharge", "medications at discharge"),
    ("Which drugs have been tried?", "drugs have been tried"),
    ("Name the risk factors.", "risk factors"),
    ("What are the allergies?", "allergies"),
]


@pytest.mark.parametrize("question", SUMMARY.strip().splitlines())
def test_a_summary_is_asked_for(question):
    assert Broad.SUMMARY in [asked.kind for asked in broad(question)]


@pytest.mark.parametrize("question", MISSING.strip().splitlines())
def test_what_is_missing_is_asked_for(question):
    assert [asked.kind for asked in broad(question)][:1] == [Broad.MISSING]


@pytest.mark.parametrize(("question", "name", "whole"), SECTIONS)
def test_a_section_is_named(question, name, whole):
    assert (name, whole) in [(asked.name, asked.whole) for asked in broad(question) if asked.kind is Broad.SECTION]


@pytest.mark.parametrize(("question", "name"), LISTS)
def test_a_list_is_named(question, name):
    assert name in [asked.name for asked in broad(question) if asked.kind is Broad.LIST]


@pytest.mark.parametrize("question", ORDINARY.strip().splitlines())
def test_an_ordinary_question_asks_for_none(question):
    assert broad(question) == []
