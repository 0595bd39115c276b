"""Questions with parts: where they are cut, and how they are answered."""

import dataclasses
from pathlib import Path

import pytest

import calcqa
from calcqa.answering.compose import says_more
from calcqa.assistant import Assistant
from calcqa.index.open import open_index
from calcqa.parameters import Weights
from calcqa.query.decomposition import parts
from calcqa.types import Answer, Citation, Document, text_hash

INDEX = Path(__file__).parents[2] / "index"


@pytest.mark.parametrize(
    ("question", "cut"),
    [
        ("What is it and how is it treated?", ("What is it?", "How is it treated?")),
        ("Was warfarin tried, and did it help?", ("Was warfarin tried?", "Did it help?")),
        ("How old was he? What did the culture grow?", ("How old was he?", "What did the culture grow?")),
        ("Is it painful or does it itch?", ("Is it painful?", "Does it itch?")),
        ("Did surgery help and was the pain gone?", ("Did surgery help?", "Was the pain gone?")),
        ("What grew, and for how long was it treated?", ("What grew?", "For how long was it treated?")),
        ("Who saw it and to which ward was he moved?", ("Who saw it?", "To which ward was he moved?")),
        ("Who had gout, and was Mrs Lund given iron?", ("Who had gout?", "Was Mrs Lund given iron?")),
        ("Who fell and has Mr Berg been told?", ("Who fell?", "Has Mr Berg been told?")),
    ],
)
def test_questions_with_parts_are_cut(question, cut):
    assert parts(question) == cut


WHOLE = """
Which drugs and doses were used?
Was he given rest and a splint?
How was he treated, and why?
Does it hurt when he runs and when he sits?
Thanks! And how is it treated?
Say what it is and how it ends
Which patients improved and were discharged?
Which drugs were given and did not help?
In which joint was the pain and in which sex?
Which ward was he on and with whom?
Was he seen by Dr Moss and had a splint?
Who was bitten and had a fever?
Which disease is inherited and has no cure?
Which form is rare but can be fatal?
Is it known where and how it is treated?
What is calcinosis? I was just diagnosed with it.
What dose was given? Thank you very much
What does 'dystrophic' mean? e.g. in CREST
"""


@pytest.mark.parametrize("question", WHOLE.strip().splitlines())
def test_what_is_one_question_stays_whole(question):
    assert parts(question) == (question,)


@pytest.fixture
def plain(small_source, tmp_path, build_small, fake_encoder):
    path = build_small([small_source], tmp_path / "plain", sidecars=False).path
    by_words = dataclasses.replace(Weights(), plain=(-0.5, 4.0, 2.0, -3.0, 0.0))
    return Assistant(open_index(path), fake_encoder, weights=by_words)


def test_parts_are_answered_one_by_one(plain):
    answer = plain.ask("Was he wearing a splint at night? Was his temperature normal on examination?")
    quotes = [c.quote for c in answer.citations]
    assert "a splint, worn at night" in quotes and "His temperature was normal." in quotes
    assert [c.number for c in answer.citations] == list(range(1, len(quotes) + 1))
    assert all(answer.text[c.answer_start : c.answer_end] == c.quote for c in answer.citations)
    assert answer.unanswered == ()


def test_a_part_without_an_answer_is_named(plain):
    answer = plain.ask("Was his temperature normal on examination? Who won the election in Denmark?")
    assert answer.abstention is None and answer.unanswered == ("Who won the election in Denmark?",)
    assert "His temperature was normal." in [c.quote for c in answer.citations]


def test_small_talk_beside_a_question_is_no_part_without_an_answer(plain):
    answer = plain.ask("Was his temperature normal on examination? Are you well?")
    assert answer.abstention is None and answer.unanswered == ()


def test_a_part_leans_on_the_one_before(plain):
    answer = plain.ask("Was there a splint, worn at night? Was it worn in the left knee?")
    assert len(parts(answer.question)) == 2 and "a splint, worn at night" in [c.quote for c in answer.citations]


def test_what_was_said_is_not_said_again_in_parts(plain):
    chat = plain.chat()
    first = chat.ask("Was his temperature normal on examination?")
    more = chat.ask("Was there another examination of his temperature? Was a splint worn at night?")
    assert first.citations and not {c.quote for c in first.citations} & {c.quote for c in more.citations}


def test_a_question_none_of_whose_parts_is_answered_is_refused(plain):
    assert plain.ask("Who won the election in Denmark? Which minister resigned in Sweden?").abstention is not None


@pytest.mark.parametrize(
    ("whole", "asked_alone", "unanswered", "kept"),
    [
        ("ab", "ab", (), True),
        ("abc", "ab", (), True),
        ("a", "ab", (), False),  # a part is lost
        ("ac", "ab", (), False),
        ("a", "a", ("Who?",), False),  # a part without an answer has to be named
        ("ac", "a", ("Who?",), True),  # what the whole says besides may be it
    ],
)
def test_when_a_whole_says_more_than_its_parts(whole, asked_alone, unanswered, kept):
    text = "A rested. B rested. C rested."
    document = Document(text_hash(text)[:16], "a.md", "A", text)

    def quoting(letters):
        at = [text.index(letter.upper()) for letter in letters]
        return tuple(
            Citation(n, document.id, "A", document.sha256, "A", "p", text[s : s + 9], s, s + 9, 0, 9)
            for n, s in enumerate(at, start=1)
        )

    one, many = (Answer("?", "?", "", None, quoting(letters), (), 0.9, None) for letters in (whole, asked_alone))
    assert says_more(one, dataclasses.replace(many, unanswered=unanswered)) is kept


@pytest.mark.models
def test_no_part_is_lost_where_much_was_asked_ahead():
    assistant = calcqa.open(INDEX)
    both = assistant.ask("How old was the patient and what did the culture grow?")
    assert "38-year-old" in both.text and "Staphylococcus" in both.text and both.unanswered == ()
    one = assistant.ask("What did the wound culture grow, and what was her potassium?")
    assert "Staphylococcus" in one.text and one.unanswered == ("What was her potassium?",)
