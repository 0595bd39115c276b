"""A sentence that goes on from a quoted one is quoted with it, where it has a word of the question that is missing."""

import pytest

from calcqa.answering.completing import going_on
from helpers.letters import assistant_over

TEXT = """# Letter on Piet Aldous

## Course

On the third day his sodium had fallen to 121 mmol/l. It was 134 mmol/l at discharge. The wound was dry.
The drain was left in place. A bus took his sister home.
"""


@pytest.fixture
def letter(tmp_path, fake_encoder):
    return assistant_over(tmp_path, fake_encoder, TEXT)


def test_what_goes_on_is_quoted_where_it_has_what_is_missing(letter):
    answer = letter.ask("What was the sodium on the third day and at discharge?")
    assert "It was 134 mmol/l at discharge." in [c.quote for c in answer.citations]


def test_what_goes_on_without_a_word_that_is_asked_for_is_not(letter):
    answer = letter.ask("To what had the sodium fallen on the third day?")
    assert [c.quote for c in answer.citations] == ["On the third day his sodium had fallen to 121 mmol/l."]


def test_what_only_follows_is_not(letter):
    assert [c.quote for c in letter.ask("Was the drain left in place at home?").citations] == [
        "The drain was left in place."
    ]


@pytest.mark.parametrize(("ending", "count"), [("at discharge.", 1), ("at discharge in his sister.", 0)])
def test_what_goes_on_about_a_relative_is_not(ending, count, tmp_path, fake_encoder):
    index = assistant_over(tmp_path, fake_encoder, TEXT.replace("at discharge.", ending)).index
    (fallen,) = [i for i in index.sentences if "fallen" in index.sentence_text(i)]
    assert len(going_on("What was the sodium at discharge?", [fallen], index)) == count
