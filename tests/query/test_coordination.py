"""Items of a question that asks for several things of one subject."""

import pytest

from calcqa.query.coordination import items

ITEMS = [
    ("dose and duration of prednisolone?", ("Dose of prednisolone?", "Duration of prednisolone?")),
    (
        "What were the dose and the route of morphine?",
        ("What was the dose of morphine?", "What was the route of morphine?"),
    ),
    ("When and by whom was he operated on?", ("When was he operated on?", "By whom was he operated on?")),
    ("pts age + sex?", ("Pts age?", "Sex?")),
    ("Potassium and creatinine on arrival?", ("Potassium on arrival?", "Creatinine on arrival?")),
    ("How is it treated, and the prognosis?", ("What is the prognosis?",)),
    ("Which drug was given, and for how long?", ("For how long?",)),
    ("Who was told, and when?", ("When?",)),
]
NONE = """
What did he say of his lungs and kidneys?
What differs between potassium and sodium?
How did the pain before and after the operation compare?
What was heard over her heart and chest?
Did mother and baby go home?
Which drug was given?
Was he talking and walking?
What was the fever and cough treated with?
"""


@pytest.mark.parametrize(("question", "asked"), ITEMS)
def test_each_item_is_asked_alone(question, asked):
    assert tuple(item.question for item in items(question)) == asked


@pytest.mark.parametrize("question", NONE.strip().splitlines())
def test_what_asks_for_one_thing_has_no_items(question):
    assert items(question) == ()


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("dose and duration of prednisolone?", "He took prednisolone 40 mg.", [True, False]),
        ("dose and duration of prednisolone?", "He took prednisolone 40 mg for six weeks.", [True, True]),
        ("When and by whom was he operated on?", "He was operated on in May 2003.", [True, False]),
        ("When and by whom was he operated on?", "The surgeon did so in May 2003.", [True, True]),
        ("route and side of the injection?", "It was injected into the left hip.", [True, True]),
        ("pts age + sex?", "A 40-year-old plumber", [True, False]),
        ("Creatinine and sodium?", "The serum creatinine was high.", [True, False]),
    ],
)
def test_a_text_is_seen_to_hold_an_item(question, text, held):
    assert [item.held(text, ()) for item in items(question)] == held
