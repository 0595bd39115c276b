"""Questions that name no patient, over documents of several: the best quote of each, and nobody's for another's."""

import dataclasses

import pytest

from calcqa.answering.patients import of_several_patients
from calcqa.assistant import Assistant
from calcqa.conversations.transcripts import transcript
from calcqa.conversations.verification import verify
from helpers.fakes import SentenceReader
from helpers.small import NOW

LETTERS = {
    "hale": "# Discharge letter: Mr Tom Hale\n\nHe fell. His potassium was measured at 5.3 mmol/l. He went home.",
    "hill": "# Discharge letter: Mrs Jean Hill\n\nShe fell. Her sodium was measured at 128 mmol/l. She went home.",
    "lee": "# Discharge letter: Mrs Ann Lee\n\nShe fell. Her potassium was measured at 3.2 mmol/l. She went home.",
    "labs": "# Laboratory: Mrs Ann Lee\n\nThe potassium was measured at 3.2 mmol/l.",
}
CASES = {
    "toe": "# Gout\n\nA 54-year-old man came with gout. The drug he was measured for was colchicine.",
    "knee": "# Gout of the knee\n\nA 31-year-old woman came with gout. Gout is measured by its crystals.",
}


def quoted(answer):
    return " ".join(c.quote for c in answer.citations)


@pytest.fixture
def assistant_of(index_of, fake_encoder):
    """Return an assistant over texts; its reader takes what was measured for an answer."""

    def make(texts, **weights):
        index = index_of(texts)
        index = index.weighed(dataclasses.replace(index.weights, **weights))
        return Assistant(index, fake_encoder, SentenceReader("measured"))

    return make


@pytest.fixture
def ward(assistant_of):
    return assistant_of(LETTERS, read_threshold=0.0)


def test_a_question_that_names_nobody_is_answered_for_each_patient(ward):
    answer = ward.ask("What was the potassium?")
    assert "5.3" in quoted(answer) and "3.2" in quoted(answer)
    assert len(answer.citations) == 2  # the documents of one patient count as one
    assert "128" not in quoted(answer)  # another test's is no answer
    saved = transcript(asked(ward, "What was the potassium?"), ward.index, now=NOW)["turns"][0]["answer"]
    assert verify(saved, ward.index)[1] == []


def asked(ward, question):
    chat = ward.chat()
    chat.ask(question)
    return chat.turns


def of_all(assistant, question):
    return assistant._of_all(question, assistant.retrieve_many([question])[0], frozenset())


def test_what_one_patient_alone_has_stays_as_it_is(ward):
    answer = ward.ask("What was the sodium?")
    assert "128" in quoted(answer) and answer == of_all(ward, "What was the sodium?")


def test_each_part_is_answered_for_the_patients_who_have_it(ward):
    answer = ward.ask("What was the potassium, and what was the sodium?")
    assert "5.3" in quoted(answer) and "128" in quoted(answer) and not answer.unanswered


def test_a_refusal_stays_one(assistant_of):
    assert assistant_of(LETTERS, read_threshold=1.0).ask("What was the potassium?").abstention


@pytest.mark.parametrize("kept", [["hale"], ["lee", "labs"]])
def test_over_documents_of_one_patient_nothing_changes(assistant_of, kept):
    assistant = assistant_of({name: LETTERS[name] for name in kept}, read_threshold=0.0)
    assert assistant.ask("What was the potassium?") == of_all(assistant, "What was the potassium?")


@pytest.mark.parametrize("question", ["What is gout?", "How is gout measured?", "Summarise the case"])
def test_what_asks_at_large_stays_as_it_is(assistant_of, question):
    assistant = assistant_of(CASES, read_threshold=0.0)
    assert of_several_patients(assistant.documents())
    assert assistant.ask(question) == of_all(assistant, question)


def test_of_many_documents_nothing_changes(assistant_of):
    many = {f"case{n}": f"# Mr {name}\n\nHis potassium was measured at {n}." for n, name in enumerate(NAMES, start=3)}
    question = "What was the potassium?"
    few = assistant_of(dict(list(many.items())[:12]), read_threshold=0.0)
    assert len({c.document_id for c in few.ask(question).citations}) == 4
    assert len({c.document_id for c in assistant_of(many, read_threshold=0.0).ask(question).citations}) == 1


NAMES = "Ash Birch Cole Dunn Ellis Frost Gray Hart Irwin Joss Kemp Lowe Mace".split()


def test_ages_tell_patients_apart_who_have_no_names(assistant_of):
    documents = assistant_of(CASES).documents()
    assert [len(group) for group in of_several_patients(documents)] == [1, 1]
    assert of_several_patients(documents[:1]) == []
