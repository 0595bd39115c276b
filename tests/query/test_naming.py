"""The words by which a question names its report: where they end, and what is no name."""

import pytest

from calcqa.query.naming import naming

SAILOR = "the sailor with the swollen toe"


@pytest.mark.parametrize(
    ("question", "name", "rest"),
    [
        (f"{SAILOR}: which antibiotic was he given?", SAILOR, "which antibiotic was he given?"),
        (f"{SAILOR} - CRP?", SAILOR, "CRP?"),
        (f"{SAILOR} – CRP?", SAILOR, "CRP?"),
        (f"In the case of {SAILOR}: CRP?", SAILOR, "CRP?"),
        (f"In the case of {SAILOR}, what was found?", SAILOR, "what was found?"),
        (f"For {SAILOR}, was it gout?", SAILOR, "was it gout?"),
        ("About the report on gout: what was the dose?", "gout", "what was the dose?"),
        ("an orange toe after a long voyage - at what age?", "an orange toe after a long voyage", "at what age?"),
        (f"{SAILOR}: at sea, was he in pain?", SAILOR, "at sea, was he in pain?"),
    ],
)
def test_a_name_before_the_question_is_taken_off(question, name, rest):
    named = naming(question)
    assert (named.name, named.rest) == (name, rest)
    assert named.lead + named.rest == question


@pytest.mark.parametrize(
    "question",
    [
        "Which antibiotic did the sailor with the swollen toe get?",
        "How was the toe treated in the 54-year-old?",
        "Did the man whose toe was orange survive?",
        "What was given in the case of gout?",
    ],
)
def test_a_name_within_the_question_stays_in_it(question):
    named = naming(question)
    assert (named.name, named.lead, named.rest) == (question, "", question)


@pytest.mark.parametrize(
    "question",
    [
        "How old was she?",
        "What is the size of the tumor with calcification?",
        "In children with gout, which drug is used?",
        "For the chest pain, what was given?",
        "After the operation on the hip, which antibiotic was given?",
        "Toe - how swollen?",
        "Which toe: the left, or the right one?",
        "On which day - or night - did he sail?",
        "What hurt the finger with gangrene?",
    ],
)
def test_what_names_no_report_is_no_name(question):
    assert naming(question) is None


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("What was the sodium in the lady with gout?", "What was the sodium?"),
        ("Any scans for the diabetic woman?", "Any scans?"),
        ("How old is the man who fell?", "How old is the patient?"),
        ("Is the 62-year-old on iron?", "Is the 62-year-old on iron?"),
        (
            "What was left out of the plans for this woman with gout?",
            "What was left out of the plans for this woman with gout?",
        ),
        ("What is the dose for the man with gout and when did he fall?", None),
    ],
)
def test_who_is_named_last_is_no_part_of_what_is_asked(question, rest):
    named = naming(question)
    assert named is not None and (named.name, named.rest) == (question, rest or question)


@pytest.mark.parametrize(
    "question", ["Was the other patient ill?", "How old is the patient?", "Is it for the same man?"]
)
def test_no_patient_is_named_by_their_place_alone(question):
    assert naming(question) is None
