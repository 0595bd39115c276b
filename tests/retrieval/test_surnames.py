"""Patients named by surname, in all their documents; and surnames that no patient has."""

import pytest

from helpers.small import quoted

LETTERS = {
    "hale": "# Discharge letter: Mr Tom Hale\n\nConsultant: Miss R. Okafor\n\nDear Dr Patel,\n\nThe drug he was given "
    "was penicillin for a fall. He went home after a week.",
    "hill": "# Discharge letter: Mrs Jean Hill\n\nSurgeon: Mr D. Wood\n\nThe drug she was given was apixaban. Mr "
    "Wood operated on her hip.",
    "notes": "NURSING NOTES\n\nPt: Ann Lee  Hosp no 51\n\nThe drug she was given was ondansetron.",
    "labs": "# Laboratory results: Ms Ann Lee\n\nThe sodium given was 134 mmol/l.",
}


@pytest.fixture
def letters(assistant_over):
    return assistant_over(LETTERS)


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Mr Hale: which drug was given?", "penicillin"),
        ("was mrs hill given a drug?", "apixaban"),
        ("Which drug was Mrs Hill's?", "apixaban"),
        ("Jean Hill: which drug was given?", "apixaban"),
        ("lee: which drug was given?", "ondansetron"),
        ("What was Ms Lee's sodium?", "134 mmol/l"),  # of her two documents
    ],
)
def test_a_surname_names_all_documents_of_a_patient(letters, question, quote):
    assert quote in quoted(letters.ask(question))


@pytest.mark.parametrize(
    "question", ["Mr Jones: which drug?", "Which drug was mr hill given?", "Mrs Patel: which drug?"]
)
def test_a_surname_that_no_patient_has_is_unknown(letters, question):
    assert letters.ask(question).abstention.unknown_report
    assert letters.ask("Mr Wood operated on whom?").citations  # the surgeon is no patient, and all are asked


def test_a_surname_stays_in_a_conversation(letters):
    chat = letters.chat()
    chat.ask("Mr Hale: which drug was given?")
    assert "penicillin" in quoted(chat.ask("any drug?"))
    assert "apixaban" in quoted(chat.ask("And mrs hill, which drug?"))
