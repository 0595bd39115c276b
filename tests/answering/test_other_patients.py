"""Values of two patients are no disagreement, and an absent patient is not replaced by one who is there."""

import pytest

from calcqa.answering.broad import known_missing
from calcqa.answering.siblings import about_relative
from calcqa.documents.load import load_markdown
from calcqa.language.people import may_be_one_patient
from calcqa.language.quantities import quantities
from calcqa.query.spelling import unknown_terms


def letter(text, name="a.md"):
    return load_markdown(f"# Letter\n\n{text}\n", name).document


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Mr John Smith weighs 95 kg.", "Mr Peter Jones weighs 62 kg.", False),
        ("Mr John Smith weighs 95 kg.", "I saw Mr. Smith, who weighs 94 kg.", True),
        ("Mrs A. Green is well.", "The patient is well.", True),
        ("She is 40 years old.", "A 62-year-old woman came.", False),
    ],
)
def test_names_and_ages_tell_patients_apart(one, other, same):
    assert may_be_one_patient(one, other) is same


def test_a_level_keeps_its_unit():
    (one,), (other,) = (quantities(f"The hemoglobin level was {value}.") for value in ("12 g/dl", "120 g/l"))
    assert one.kind == other.kind and one.kind != "label"


def test_the_mother_may_be_the_patient_and_her_mother_is_not():
    question = "What treatment did the patient receive?"
    assert not about_relative(question, "The mother was given magnesium sulphate.")
    assert about_relative(question, "Her mother was given insulin.") and about_relative(
        question, "The brother had gout."
    )


def test_general_words_are_never_said_to_be_missing():
    assert unknown_terms("Which drug was the patient given as treatment for zebras?", frozenset()) == ("zebras",)


def test_what_is_missing_of_a_document_without_entries_is_one_sentence():
    assert known_missing(letter("All is well."), ()).count(".") == 1
