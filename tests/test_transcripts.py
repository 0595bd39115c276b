"""Saved conversations: what is written verifies, and every kind of tampering is named."""

import copy
import json

import pytest

from calcqa.assistant import Assistant
from calcqa.errors import InputError
from calcqa.index import open_index
from calcqa.transcripts import transcript, verify
from fakes import FixedReader


@pytest.fixture
def saved(small_index, fake_encoder):
    index = open_index(small_index)
    chat = Assistant(index, fake_encoder).chat()
    for question in ("Which joint hurt?", "What was tried?", "Which dose of ibuprofen was given?"):
        chat.ask(question)
    return index, json.loads(json.dumps(transcript(chat.turns, index)))


def test_a_saved_conversation_verifies(saved):
    index, data = saved
    assert verify(data, index) == (5, [])
    assert verify(data["turns"][1]["answer"], index) == (4, [])
    assert verify([t["answer"] for t in data["turns"]], index) == (5, [])
    assert data["index"]["documents"][0]["sha256"] == next(iter(index.documents.values())).sha256


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("quote", "A 52-year-old man came with pain in the right knee.", "offsets in the document"),
        ("start", 0, "offsets in the document"),
        ("end", 10**9, "offsets in the document"),
        ("document_id", "nothing", "not in this index"),
        ("document_sha256", "0" * 64, "changed since"),
        ("answer_start", 3, "not what the answer shows"),
    ],
)
def test_tampering_is_named(saved, field, value, problem):
    index, data = saved
    data = copy.deepcopy(data)
    data["turns"][0]["answer"]["citations"][0][field] = value
    count, (fault,) = verify(data, index)
    assert count == 5 and fault.turn == 1 and fault.citation == 1 and problem in fault.problem


def test_changed_answer_text_is_named(saved):
    index, data = saved
    data["turns"][0]["answer"]["text"] = "The patient had no pain. [1]"
    assert verify(data, index)[1][0].problem == "the quote is not what the answer shows"


@pytest.fixture
def with_short(small_index, fake_encoder):
    index = open_index(small_index)
    chat = Assistant(index, fake_encoder, FixedReader("worn at night")).chat()
    chat.ask("What was tried?")
    return index, json.loads(json.dumps(transcript(chat.turns, index)))


def test_short_answers_verify_too(with_short):
    index, data = with_short
    answer = data["turns"][0]["answer"]
    assert verify(data, index) == (4, []) and answer["short_answer"] == "worn at night"
    (cited,) = [c for c in answer["citations"] if c["short"]]
    changes = [
        (answer, "short_answer", "worn all day", "not what its quote says"),
        (cited, "short", {"start": 0, "end": 5}, "not stand inside its quote"),
        (cited, "short", "worn", "not stand inside its quote"),
        (cited, "short", None, "not what its quote says"),
    ]
    for holder, field, value, problem in changes:
        kept, holder[field] = holder[field], value
        (fault,) = verify(data, index)[1]
        assert problem in fault.problem
        holder[field] = kept


def test_conversations_saved_before_there_were_short_answers_verify(saved):
    index, data = saved
    for turn in data["turns"]:
        del turn["answer"]["unanswered"]
        for citation in turn["answer"]["citations"]:
            del citation["short"]
    assert verify(data, index) == (5, [])


@pytest.mark.parametrize("data", [None, 3, "text", [], {}, {"turns": [{}]}, {"citations": [{}]}, [1], {"turns": 3}])
def test_other_json_is_refused(saved, data):
    if data == []:
        assert verify(data, saved[0]) == (0, [])
        return
    with pytest.raises(InputError, match="not a saved conversation"):
        verify(data, saved[0])
