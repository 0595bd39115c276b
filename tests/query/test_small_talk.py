"""What may be small talk, by the words of the question and of the documents."""

import pytest

from calcqa.language.clinical import vocabulary
from calcqa.language.tokens import stems
from calcqa.query.small_talk import addresses_program, may_be_small_talk

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


@pytest.mark.parametrize("question", ["What does the letter not say?", "Who wrote the letter?", "Any notes on gout?"])
def test_who_names_a_letter_asks_about_it(question):
    assert not may_be_small_talk(question, frozenset())
