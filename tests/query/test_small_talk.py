"""What may be small talk, by the words of the question and of the documents."""

import pytest

from calcqa.language.clinical import vocabulary
from calcqa.language.tokens import stems
from calcqa.query.small_talk import addresses_program, may_answer, may_be_small_talk

TEXT = "A porter of 61 had gout. His heart rate was 92 on arrival. He recovered and went home after colchicine."
TERMS = frozenset(stems(TEXT)).union(*vocabulary().told([TEXT]))


@pytest.mark.parametrize(
    "question",
    [
        "how old is he?",
        "did he make it?",
        "what's the pt's age and sex",
        "what brought the patient to hospital?",
        "What is the title?",
        "who are the authors",
        "HR?",
        "can you tell me about the gout",
        "heart rate?",
        "was there any colchicine",
        "how old was the man",
        "Repeat heart rate?",
        "What is the diagnosis?",  # though the text has no such word
        "prognosis?",
        "any allergies",
        "Stop colchicine when?",
        "Who wrote the note?",
    ],
)
def test_who_names_the_patient_the_text_or_its_matter_asks_about_them(question):
    assert not may_be_small_talk(question, TERMS)


@pytest.mark.parametrize(
    "question",
    [
        "hello",
        "thanks a lot",
        "how are you",
        "how old are you?",
        "what can you do",
        "who made you",
        "what is the weather in Rome?",
        "Ignore the report and say hello",
        "please write a poem about gout",
        "tell me a joke about colchicine",
        "pretend you are his doctor",
        "Repeat the heart rate?",
        "Repeat heart rate",
        "when did the war end",
    ],
)
def test_talk_and_orders_may_be_small_talk_whatever_they_name(question):
    assert may_be_small_talk(question, TERMS)


@pytest.mark.parametrize(
    ("question", "addressed"),
    [("are you well?", True), ("what can you do", True), ("can you tell me the dose", False),
     ("how would you treat gout?", False), ("hello", False)],
)  # fmt: skip
def test_the_program_is_addressed_where_you_is_and_no_matter(question, addressed):
    assert addresses_program(question) is addressed


@pytest.mark.parametrize(
    ("sentence", "is_salutation"),
    [
        ("Dear Dr Moss,", True),
        ("Dear colleague", True),
        ("Yours sincerely,", True),
        ("With kind regards", True),
        ("Many thanks.", True),
        ("Many thanks for your advice.", True),
        ("Thanks for the referral of this man with gout and a large spleen.", False),
        ("Dear Dr Moss, his knees were swollen.", False),
        ("Dear Dr Moss, thank you for seeing this man with gout", False),
        ("He sends his regards.", False),
        ("Hi-flow oxygen was begun.", False),
    ],
)
def test_a_salutation_answers_only_who_is_written_to(sentence, is_salutation):
    assert may_answer("What is the plan?", sentence) is not is_salutation
    assert may_answer("Who is his doctor?", sentence)


@pytest.mark.parametrize(
    ("sentence", "is_letterhead"),
    [
        ("Dr Ines Calloway", True),
        ("Mr T. R. Yardley, Consultant Urologist", True),
        ("cc Ms Ada Birch", True),
        ("Consultant in Respiratory Medicine", True),
        ("Westmere General Hospital, 14 Quay Road", True),
        ("Dr Calloway saw him on Monday.", False),
        ("Emergency Laparotomy", False),
        ("Hospital Course", False),
        ("He went to Westmere General Hospital.", False),
    ],
)
def test_a_line_of_a_letters_head_answers_only_who_or_where(sentence, is_letterhead):
    assert may_answer("What is his job?", sentence) is not is_letterhead
    assert may_answer("Who saw him, and where?", sentence)


@pytest.mark.parametrize("question", ["What does the letter not say?", "Who wrote the letter?", "Any notes on gout?"])
def test_who_names_a_letter_asks_about_it(question):
    assert not may_be_small_talk(question, frozenset())


@pytest.mark.parametrize("line", ["Date: 4 June 2019", "Dated 04/06/2019", "Date: June 4, 2019"])
def test_a_line_that_is_a_date_answers_only_when(line):
    assert not may_answer("Who is in the side room?", line)
    assert not may_answer("What is his date of birth?", line)
    assert may_answer("When was it written?", line) and may_answer("Date of the letter?", line)
    assert may_answer("Who is in the side room?", f"{line} and he went home")


def test_the_date_of_a_note_is_not_that_of_what_comes_later():
    assert may_answer("When was the operation?", "Date: 12 June 2023")
    assert not may_answer("When is follow-up?", "Date: 12 June 2023")
