"""Documents of one patient that a question names by title or by year."""

import pytest

from calcqa.retrieval.titled import Titles
from helpers.small import quoted

REPORTS = {
    "draft": "# Biopsy report (draft)\n\nDate: 3 May 2014\n\nThe specimen was measured at 12 mm.",
    "final": "# Biopsy report (final)\n\nDate: 9 May 2018\n\nThe specimen was measured at 17 mm.",
    "letter": "# Clinic letter\n\nDate: 2 July 2021\n\nHer gait was measured. In 2014 her spleen was taken out.",
}


@pytest.fixture
def assistant(assistant_over):
    return assistant_over(REPORTS, word="measured", read_threshold=0.0)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("How was the specimen measured in the draft?", ["12"]),
        ("How long was the specimen in the final report?", ["17"]),
        ("What does the clinic letter say was measured?", ["gait"]),
        ("How was the specimen measured in 2018?", ["17"]),
    ],
)
def test_a_question_is_answered_from_the_document_that_it_names(assistant, question, named):
    answer = assistant.ask(question)
    assert [word for word in ("12", "17", "gait") if word in quoted(answer)] == named


@pytest.mark.parametrize(
    "question",
    [
        "How was the specimen measured?",
        "How was the specimen measured in the report?",  # any of them
        "What changed from the draft to the final?",
        "When in 2014 was the spleen taken out?",  # which a later letter tells
        "What was measured in 2015?",
        "What was the final measure of the gait?",
        "What was measured in 2014 and in 2018?",
    ],
)
def test_where_several_may_be_meant_none_is_named(assistant, question):
    assert not Titles(assistant.index).named(question)


def test_a_date_of_birth_dates_no_document(assistant_over):
    born = assistant_over({"one": "# One\n\nDate of birth: 3 May 2014\n\nHe fell.", "two": "# Two\n\nHe rose."})
    assert not Titles(born.index).named("What happened in 2014?")
