"""No sentence is quoted that stands at another place than what is asked for: another day, or what was ruled out."""

import pytest

from calcqa.answering.places import in_place
from helpers.letters import assistant_over

NOTE = """# Ward notes

Seen by the night team, 3 March: pulse 88. He slept. 4 March: pulse 96. He ate toast. 5 March: pulse 70, walked.

The pulse is taken at the wrist.
"""
CASE = """# A swollen knee

## Differential diagnosis

The following were thought of:

- gout
- a septic knee

## Course

The diagnosis was scurvy.
"""


@pytest.fixture
def left(tmp_path, fake_encoder):
    """Return which sentences of a text a question leaves."""

    def told(text, question):
        assistant = assistant_over(tmp_path, fake_encoder, text)
        (retrieved,) = assistant.retrieve_many([question])
        kept = in_place(retrieved, assistant.index)
        return {assistant.index.sentence_text(i) for c in kept.candidates for i in c.sentences}

    return told


def test_of_a_day_no_entry_of_another_is_told(left):
    told = left(NOTE, "What was the pulse on 4 March?")
    assert {"4 March: pulse 96.", "He ate toast.", "The pulse is taken at the wrist."} <= told
    assert not told & {"Seen by the night team, 3 March: pulse 88.", "He slept.", "5 March: pulse 70, walked."}


def test_an_entry_of_another_day_may_tell_of_the_day_that_is_asked_for(left):
    text = NOTE.replace("walked.", "walked. The pulse of 4 March was read wrongly.")
    told = left(text, "What was the pulse on 4 March?")
    assert "The pulse of 4 March was read wrongly." in told and "5 March: pulse 70, walked." not in told


@pytest.mark.parametrize("question", ["What was the pulse?", "What was the pulse on 9 March?", "Pulse since 4 March?"])
def test_without_an_entry_of_that_day_all_may_be_told(left, question):
    assert "He slept." in left(NOTE, question)


def test_what_was_only_considered_is_not_the_diagnosis(left):
    assert left(CASE, "What was the diagnosis?") == {"The diagnosis was scurvy."}
    assert "gout" in left(CASE, "Which other diagnosis was considered?")
    assert "gout" in left(CASE, "Was it gout?")
