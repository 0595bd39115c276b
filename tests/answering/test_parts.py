"""Every part of a question is answered or named."""

import dataclasses

import pytest

from calcqa.answering.parts import by_parts
from calcqa.parameters import DEFAULTS
from helpers.letters import assistant_over

REPORT = """# Report on a cellist

## Course

The cellist was operated on in May 2003. The diagnosis was tuberculosis of the wrist.
The age of the cellist was 40 years, and he had two sons. The isoniazid dose was 300 mg daily.
The wrist was treated with rest. The sodium was 139 mmol/l.
"""


@pytest.fixture
def cellist(tmp_path, fake_encoder):
    return assistant_over(tmp_path, fake_encoder, REPORT)


def quotes(answer):
    return [c.quote for c in answer.citations]


def test_an_item_that_no_quote_holds_is_named(cellist):
    answer = cellist.ask("When and by whom was the cellist operated on?")
    assert "The cellist was operated on in May 2003." in quotes(answer)
    assert answer.unanswered == ("By whom was the cellist operated on?",)


def test_an_item_of_another_kind_is_no_answer_to_it(cellist):
    answer = cellist.ask("dose and route of isoniazid?")
    assert "The isoniazid dose was 300 mg daily." in quotes(answer) and answer.unanswered == ("Route of isoniazid?",)


def test_of_two_tests_the_one_that_is_not_there_is_named(cellist):
    answer = cellist.ask("Sodium and magnesium?")
    assert quotes(answer) == ["The sodium was 139 mmol/l."] and answer.unanswered == ("Magnesium?",)


def test_a_test_whose_name_has_two_words_is_one_of_two(tmp_path, fake_encoder):
    letter = assistant_over(
        tmp_path, fake_encoder, "# Letter\n\nThe uric acid was 540 µmol/l. His blood pressure was 140/90.\n"
    )
    answer = letter.ask("What were the uric acid and potassium?")
    assert quotes(answer) == ["The uric acid was 540 µmol/l."] and answer.unanswered == ("What was the potassium?",)
    answer = letter.ask("Uric acid and blood pressure?")
    assert set(quotes(answer)) == {"The uric acid was 540 µmol/l.", "His blood pressure was 140/90."}


def test_what_the_quotes_hold_is_not_named(cellist):
    answer = cellist.ask("age and sex of the cellist?")
    assert "The age of the cellist was 40 years, and he had two sons." in quotes(answer) and answer.unanswered == ()


def test_a_noun_behind_a_question_is_a_part(cellist):
    answer = cellist.ask("How was the wrist treated, and the prognosis?")
    assert "The wrist was treated with rest." in quotes(answer) and answer.unanswered == ("What is the prognosis?",)


def test_each_of_three_parts_is_answered_or_named(cellist):
    answer = cellist.ask("What was the diagnosis of the wrist, how was the wrist treated, and the prognosis?")
    assert {"The diagnosis was tuberculosis of the wrist.", "The wrist was treated with rest."} <= set(quotes(answer))
    assert answer.unanswered == ("What is the prognosis?",)


def test_a_first_part_that_means_nothing_by_itself_is_named(cellist):
    answer = cellist.ask("What is it, and how was the wrist treated?")
    assert "The wrist was treated with rest." in quotes(answer) and answer.unanswered == ("What is it?",)


@pytest.mark.parametrize(
    ("refused", "named"),
    [
        ("What was the isoniazid dose?", False),
        ("Who chose the isoniazid dose?", True),
        ("Where was the isoniazid dose?", True),
        ("What was the route of isoniazid?", True),
    ],
)
def test_a_refused_part_that_the_quote_of_another_tells_is_not_named(cellist, refused, named):
    question = "What was the isoniazid dose, and how was the wrist treated?"
    answered, refusal = (
        cellist.ask("What was the isoniazid dose?"),
        cellist.ask("What was the magnesium of the cellist?"),
    )
    assert answered.abstention is None and refusal.abstention
    retrieved, *of_parts = cellist.retrieve_many([question, refused, "How was the wrist treated?"])
    answers = iter([dataclasses.replace(refusal, standalone_question=refused), answered])
    asked = zip(answers, of_parts, strict=True)

    def ask(part, turns):
        return next(asked)

    whole = by_parts(answered, retrieved, cellist.index, DEFAULTS, ask)
    assert (refused in whole.unanswered) is named
