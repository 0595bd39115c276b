"""Words, stems and token counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcqa.language.questions import clean_question
from calcqa.language.tokens import STOPWORDS, content_words, count_tokens, stem, stems, words


@pytest.mark.parametrize(
    ("question", "cleaned"),
    [
        ("  What \n grew?\t", "What grew?"),
        ("a\x00b\x1bc\u200bd", "abcd"),
        ("cafe\u0301", "caf\u00e9"),
        ("one\u00a0two\u2028three", "one two three"),
        ("\ud800broken", "broken"),
        ("\u200b \x07", ""),
    ],
)
def test_a_question_is_cleaned(question, cleaned):
    assert clean_question(question) == cleaned


@given(st.text())
def test_cleaning_a_question_twice_changes_nothing(question):
    once = clean_question(question)
    assert clean_question(once) == once
    assert "\n" not in once and once == once.strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The patient's X-rays (Figure 1)", ["the", "patient's", "x", "rays", "figure", "1"]),
        ("patient’s", ["patient's"]),
        ("small-vessel, 30% to 70%", ["small", "vessel", "30", "to", "70"]),
        ("snake_case", ["snake", "case"]),
        ("'quoted' Fièvre", ["quoted", "fievre"]),
        ("", []),
        ("?!", []),
    ],
)
def test_words(text, expected):
    assert words(text) == expected


def test_stopwords_leave_what_carries_matter():
    assert content_words("What was the wound culture, and is it without osteomyelitis?") == [
        "wound", "culture", "without", "osteomyelitis",
    ]  # fmt: skip
    assert "not" not in STOPWORDS and "no" not in STOPWORDS


def test_stems_join_the_forms_of_a_word():
    assert stems("calcifications") == stems("calcification") == [stem("Calcification")]
    assert stem("patient's") == stem("patients") == "patient"
    assert stems("of the") == []


def test_tokens_are_those_of_cl100k_base():
    assert count_tokens("") == 0
    assert count_tokens("hello world") == 2  # ids 15339 and 1917 in cl100k_base
    assert count_tokens("tiktoken is great!") == 6  # the worked example of tiktoken's own documentation
    assert count_tokens("<|endoftext|>") > 1  # text of a document is never read as a special token
