"""Of several patients in one document, no other is quoted than the one who is asked about."""

import dataclasses

import pytest

from calcqa.answering.within import of_others, stands_below
from helpers.letters import BY_WORDS, assistant_over

TWO = """# Scurvy today: two cases

## Case 1

A 63-year-old man lived on toast. His gums bled. Bruises covered his shins. He took aspirin.

## Case 2: scurvy in a student

A 22-year-old woman ate crisps. She had no bruises. Her hair had curled. She smoked a pipe.

| Sign | Case 1 | Case 2 |
|---|---|---|
| Gums | bled | pale |

## Discussion

Both patients took vitamin C. Teeth were lost in our first patient.
"""
BIRTH = """# Chickenpox at term

The mother had a rash. Her blisters were many. A boy was born. He was given immunoglobulin. On day 3 he was pale.
She was given aciclovir. The father had shingles. He was delivered by forceps. The baby's skin stayed clear.
"""
FATHER = """# Gout in a family: two cases

## Patient 1

The girl was 19. Her toe was red.

## Patient 2

Her father, a miller, was 44. He drank stout. His knee was red.
"""


@pytest.fixture
def others(tmp_path, fake_encoder):
    """Return which sentences of a text are of another patient than a question asks about."""

    def told(text, question):
        index = assistant_over(tmp_path, fake_encoder, text).index
        return {index.sentence_text(i) for i in of_others(question, index.sentences, index)}

    return told


@pytest.mark.parametrize(
    ("question", "gone", "kept"),
    [
        ("Did the man smoke?", "She smoked a pipe.", "His gums bled."),
        ("Was she bruised?", "Bruises covered his shins.", "Her hair had curled."),
        ("Had case 2 bruises?", "Bruises covered his shins.", "She had no bruises."),
        ("Did the second patient lose teeth?", "Teeth were lost in our first patient.", "Her hair had curled."),
        ("And in case 2 (Any bruises in case 1?)", "Bruises covered his shins.", "She had no bruises."),
        ("Did she bleed?", "His gums bled.", "Gums | bled | pale"),
        ("Was he given vitamins?", "Her hair had curled.", "Both patients took vitamin C."),
    ],
)
def test_cases_are_told_apart_by_number_and_sex(others, question, gone, kept):
    told = others(TWO, question)
    assert gone in told and kept not in told


@pytest.mark.parametrize(
    "question",
    [
        "Any bruises?",
        "Did both smoke?",
        "Who smoked, he or she?",
        "Who were the others?",
        "Did the patient I saw smoke?",
    ],
)
def test_who_asks_of_nobody_or_of_all_is_told_of_all(others, question):
    assert others(TWO, question) == set()


OF_MOTHER = {"The mother had a rash.", "Her blisters were many.", "She was given aciclovir."}
OF_SON = {"He was given immunoglobulin.", "On day 3 he was pale.", "He was delivered by forceps."}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Was the baby given immunoglobulin?", OF_MOTHER),
        ("What was mum given?", {*OF_SON, "The father had shingles."}),
        ("How did she deliver?", set()),
        ("What was the baby's mother given?", set()),  # of whom of both is not looked into
        ("And the baby (What was the mother given)?", OF_MOTHER),
        ("And the mother (What was the baby given)?", {*OF_SON, "The father had shingles."}),
    ],
)
def test_mother_and_son_are_told_apart_by_sex(others, question, expected):
    assert others(BIRTH, question) == expected


HEADED = """# Jaundice

## Maternal history

Rubella was excluded. She had no rash.

## The infant

Bilirubin was raised. A murmur was heard.
"""
BROTHERS = """# Gout in brothers

## Case 1

A 17-year-old boy limped. Urate was high.

## Case 2

His 14-year-old brother was well. Urate was normal.
"""


def test_below_a_heading_of_the_mother_nothing_is_told_of_the_child(others):
    assert others(HEADED, "Did the mother have a murmur?") == {"Bilirubin was raised.", "A murmur was heard."}
    assert "Rubella was excluded." in others(HEADED, "Did the baby have rubella?")


def test_brothers_are_told_apart_by_age(others):
    assert "Urate was normal." in others(BROTHERS, "What was the urate of the older brother?")
    assert "Urate was high." in others(BROTHERS, "What was the younger brother's urate?")
    assert others(BROTHERS.replace("17-year-old", "tall"), "What was the urate of the older brother?") == set()
    assert others(BROTHERS, "Were there older fractures?") == set()


def test_of_one_patient_all_may_be_told(others):
    assert OF_MOTHER.isdisjoint(others(BIRTH.replace("boy", "girl"), "Was the baby given immunoglobulin?"))
    assert others("# Note\n\nA woman fell. " + "She hurt her hip. " * 5 + "His report came.", "Was she seen?") == set()


def test_a_relative_who_is_the_patient_of_a_case_is_answered_about(tmp_path, fake_encoder):
    assistant = assistant_over(tmp_path, fake_encoder, FATHER, weights=dataclasses.replace(BY_WORDS, further=0))
    assert [c.quote for c in assistant.ask("Was the father's knee red?").citations] == ["His knee was red."]
    (document,) = assistant.index.documents.values()
    assert stands_below(document, document.text.index("knee"))[-1] == "Her father, a miller, was 44"
