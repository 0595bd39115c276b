"""What a quote says of its patient: what is planned, asked, feared or a relative's is not had."""

from types import SimpleNamespace

import pytest

from calcqa.answering.claims import Claim, claim
from calcqa.language.clinical import vocabulary


def told(question, quote, name, section="Letter"):
    units = [unit for _, unit in vocabulary().named(name)]
    return claim(question, SimpleNamespace(quote=quote, section=section), units)


@pytest.mark.parametrize(
    ("quote", "is_told"),
    [
        ("He has had diabetes for a year.", Claim.HOLDS),
        ("She was found to be diabetic.", Claim.HOLDS),
        ("Her husband says she has diabetes.", Claim.HOLDS),
        ("Her aunt had gout and she has diabetes.", Claim.HOLDS),
        ("Diabetes was confirmed after a suspected infection.", Claim.HOLDS),
        ("He is known to have diabetes and will be seen in June.", Claim.HOLDS),
        ("She is not diabetic.", Claim.DENIED),
        ("?Diabetes.", Claim.OPEN),
        ("Diabetes?", Claim.OPEN),
        ("If he has diabetes, his eyes need to be looked at.", Claim.OPEN),
        ("Diabetes was suspected.", Claim.OPEN),
        ("Her brother has diabetes.", Claim.OPEN),
        ("Family history: diabetes in two uncles.", Claim.OPEN),
        ("There is diabetes in his family.", Claim.OPEN),
        ("Her baby has diabetes.", Claim.OPEN),
        ("The baby has diabetes.", Claim.HOLDS),  # who may be the patient
        ("Probable diabetes.", Claim.OPEN),
        ("Diabetes is unlikely.", Claim.OPEN),
        ("Diabetes cannot be excluded.", Claim.OPEN),
        ("Diabetes was ruled out.", Claim.OPEN),
        ("Diabetes was ruled out in 2019 but confirmed in 2021.", Claim.HOLDS),
        ("Diabetes was suspected and later confirmed.", Claim.HOLDS),
        ("No diabetes was found at first, but it was diagnosed in 2021.", Claim.HOLDS),
        ("Diabetes was ruled out, but she was then diagnosed with gout.", Claim.OPEN),
        ("Diabetes was ruled out and confirmed gout treated.", Claim.DENIED),
        ("Diabetes was ruled out but found to be common in his family.", Claim.OPEN),
        ("Her brother has diabetes and was diagnosed in 2021.", Claim.OPEN),
        ("Blood sugars excluded diabetes.", Claim.OPEN),
        ("We have ruled out diabetes.", Claim.OPEN),
        ("Diabetes was never confirmed.", Claim.OPEN),
        ("Diabetes runs in the family.", Claim.OPEN),
        ("Diabetes is common in his family.", Claim.OPEN),
        ("Diabetes is known on her father's side.", Claim.OPEN),
        ("Diabetes ruled out.", Claim.OPEN),
        ("Diabetes: ruled out.", Claim.OPEN),
        ("Diabetes had been ruled out.", Claim.OPEN),
        ("Diabetes was definitively excluded.", Claim.OPEN),
        ("Diabetes is now excluded.", Claim.OPEN),
        ("The following were ruled out: diabetes, gout.", Claim.DENIED),
        ("Diabetes also runs in her family.", Claim.OPEN),
        ("Diabetes was found in both parents.", Claim.OPEN),
        ("Diabetes affects several family members.", Claim.OPEN),
        ("His grandma had diabetes.", Claim.OPEN),
        ("Gout was ruled out and diabetes was confirmed.", Claim.HOLDS),
        ("Gout is ruled out and diabetes is present.", Claim.HOLDS),
        ("Gout was definitively ruled out and diabetes is present.", Claim.HOLDS),
        ("Gout excluded but diabetes found.", Claim.HOLDS),
        ("A family history of diabetes; he himself was diagnosed with diabetes in 2019.", Claim.HOLDS),
        ("Her family doctor follows her diabetes.", Claim.HOLDS),
        ("Her daughter helps with diabetes care.", Claim.HOLDS),
    ],
)
def test_what_is_asked_or_of_a_relative_is_not_had(quote, is_told):
    assert told("Which patients have diabetes?", quote, "diabetes") is is_told


@pytest.mark.parametrize(
    ("quote", "is_told"),
    [
        ("Iron was given twice.", Claim.HOLDS),
        ("She should rest, and was given iron.", Claim.HOLDS),
        ("He is to be given iron.", Claim.OPEN),
        ("Iron will be started in June.", Claim.OPEN),
        ("We considered iron.", Claim.OPEN),
        ("The plan was to give iron.", Claim.OPEN),
        ("He is due iron next week.", Claim.OPEN),
        ("He is booked for iron.", Claim.OPEN),
        ("He needs iron.", Claim.OPEN),
        ("Iron was withheld.", Claim.OPEN),
        ("Iron was cancelled.", Claim.OPEN),
        ("He is allergic to iron.", Claim.OPEN),
        ("Iron is contraindicated.", Claim.OPEN),
        ("A plan was made and iron was given.", Claim.HOLDS),
        ("He had been due for review and was given iron.", Claim.HOLDS),
        ("In May he was given iron.", Claim.HOLDS),
        ("He was denied iron.", Claim.DENIED),
        ("He was excluded from iron.", Claim.DENIED),
    ],
)
def test_what_is_planned_was_not_given(quote, is_told):
    assert told("Who was given iron?", quote, "iron") is is_told


def test_what_the_question_asks_for_is_not_left_open():
    assert told("Which patients are to be given iron?", "He is to be given iron.", "iron") is Claim.HOLDS
    assert told("Who is allergic to iron?", "He is allergic to iron.", "allergic to iron") is Claim.HOLDS
    assert told("Who has an allergy?", "She may have an allergy.", "allergy") is Claim.OPEN
    assert told("Who needs iron?", "He needs iron.", "iron") is Claim.HOLDS
    assert told("Which patients have a diabetic mother?", "His mother has diabetes.", "diabetes") is Claim.HOLDS


def test_a_section_on_the_family_is_not_of_the_patient():
    assert told("Who has gout?", "Gout.", "gout", "Letter › Family history") is Claim.OPEN
