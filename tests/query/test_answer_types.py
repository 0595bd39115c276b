"""What a question wants, and what a text lacks of it."""

import pytest

from calcqa.query.answer_types import Wanted, closed, lacks, negated, several, wanted


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many nodules were there?", Wanted.NUMBER),
        ("How large was the biggest one?", Wanted.NUMBER),
        ("What percentage of patients recover?", Wanted.NUMBER),
        ("How many mg did she take?", Wanted.DOSE),
        ("At what dose was warfarin given?", Wanted.DOSE),
        ("How many years had she been ill?", Wanted.TIME),
        ("How old was the patient?", Wanted.TIME),
        ("When did it begin?", Wanted.TIME),
        ("Who described it first?", Wanted.PERSON),
        ("Why was it given?", Wanted.REASON),
        ("Which drugs were tried?", None),
        ("Was there fever?", None),
        ("And how old was he?", Wanted.TIME),
        ("Since when has she been ill?", Wanted.TIME),
        ("To whom was it reported?", Wanted.PERSON),
        ("What happened when he was given warfarin?", None),
        ("Does it hurt when he runs?", None),
        ("Was the patient who had fever treated?", None),
        ("Was the dose reduced?", None),
    ],
)
def test_what_a_question_wants(question, kind):
    assert wanted(question) == kind


@pytest.mark.parametrize(
    ("question", "yes_or_no"),
    [
        ("Was there fever?", True),
        ("And did it hurt or itch?", True),
        ("Isn’t it rare?", True),
        ("What was given?", False),
        ("How old is he?", False),
        ("Wasting of which muscle?", False),
        ("Could you please tell me what grew?", False),
        ("Do you know whether it hurt?", False),
    ],
)
def test_a_question_for_yes_or_no_is_known(question, yes_or_no):
    assert closed(question) is yes_or_no


@pytest.mark.parametrize(
    ("question", "two"),
    [
        ("When and where was it published?", True),
        ("How many and which kinds exist?", True),
        ("Which bones and joints hurt?", False),
        ("What happened when he fell?", False),
    ],
)
def test_a_question_for_two_things_is_known(question, two):
    assert several(question) is two


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("How many nodules were there?", "There were 4 nodules.", False),
        ("How many nodules were there?", "Four nodules were found.", False),
        ("How many nodules were there?", "The nodules were firm.", True),
        ("Which dose was given?", "She took 5 mg twice a day.", False),
        ("Which dose was given?", "She took warfarin, 5 gentle doses.", True),
        ("How many were there?", "The tendon was normal, and he took allopurinol for an allergic rash.", True),
        ("When did it begin?", "It began at the age of six.", False),
        ("How long did it take?", "It took forty minutes.", False),
        ("How old was he?", "He was six.", False),
        ("When was she seen?", "She was seen in January.", False),
        ("When did it begin?", "It began in the elbow.", True),
        ("Who described it?", "It was described by Bauer.", False),
        ("Who described it?", "It was described long ago.", True),
        ("Why was it given?", "It was given because it helps.", False),
        ("Why was it given?", "The weather was fine.", True),
        ("What is it?", "The weather was fine.", False),
    ],
)
def test_what_a_text_lacks(question, text, missing):
    assert lacks(question, text) is missing


@pytest.mark.parametrize(
    ("text", "denies"),
    [
        ("There was no fever.", True),
        ("It didn't help.", True),
        ("It didn’t help.", True),
        ("She denied pain.", True),
        ("Nothing to note", False),
        ("The knot was firm.", False),
    ],
)
def test_denials(text, denies):
    assert negated(text) is denies
