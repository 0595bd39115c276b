"""What comes back from a browser: bounded before anything is made of it, read once, and named on one line."""

import dataclasses
import json

import pytest

from calcqa import rendering, types
from calcqa.assistant import Assistant
from calcqa.conversations.readback import turns_from
from calcqa.conversations.transcripts import transcript
from calcqa.conversations.verification import verify_turns
from calcqa.errors import InputError
from calcqa.index.open import open_index
from calcqa.language.json_input import measured, parse
from calcqa.server.page import parts
from calcqa.server.page import session as sessions
from calcqa.server.page.session import Conversation, Session


@pytest.fixture
def index(small_index):
    return open_index(small_index)


@pytest.fixture
def turns(index, fake_encoder):
    chat = Assistant(index, fake_encoder).chat()
    for question in ("Which joint hurt?", "What was tried?", "Which dose of ibuprofen was given?"):
        chat.ask(question)
    return chat.turns


@pytest.fixture
def kept(turns, index):
    return json.loads(json.dumps(Conversation(turns=turns, given="Knees").to_dict(index)))


@pytest.fixture
def read(monkeypatch):
    """The conversations that are read, and not only measured."""
    found = []
    monkeypatch.setattr(sessions, "turns_from", lambda data, index: found.append(data) or turns_from(data, index))
    return found


def longer(kept, **more):
    """Return a kept conversation in which lists or texts of its first answers are longer."""
    data = json.loads(json.dumps(kept))
    for turn in data["transcript"]["turns"]:
        for name, length in more.items():
            for holder in (turn, turn["answer"], turn["answer"]["abstention"] or {}):
                if holder.get(name):
                    holder[name] = (holder[name] * length)[:length]
    return data


def test_what_was_kept_comes_back(kept, turns, index, read):
    session = Session()
    assert session.restore([kept], kept["id"], index) == []
    assert session.conversation.turns == turns and session.conversation.name == "Knees" and len(read) == 1


@pytest.mark.parametrize(
    "more",
    [{"citations": 501}, {"hits": 101}, {"nearest": 21}, {"unknown_terms": 1_001}, {"text": 100_001},
     {"standalone_question": 100_001}],
)  # fmt: skip
def test_a_list_or_text_longer_than_any_is_refused(kept, index, more):
    data = longer(kept, **more)
    assert data != kept
    assert Session().restore([data], "", index) == [kept["id"]]


@pytest.mark.parametrize(
    "data",
    [
        {"transcript": {"turns": [[0] * 1_000] * 301}},
        {"transcript": {"turns": [], "name": "x" * 6_000_001}},
        {"verdicts": {str(n): True for n in range(300_001)}},
        {"stopped": {"x" * 3_000_001: 1, "y" * 3_000_001: 1}},
    ],
    ids=["values", "a text", "names", "long names"],
)
def test_what_is_too_much_is_measured_and_not_read(data, kept, index, read):
    assert Session().restore([{**kept, **data}], "", index) == [kept["id"]] and read == []


def test_nesting_without_end_is_not_read(kept, index, read):
    deep = []
    for _ in range(500):
        deep = [deep]
    assert Session().restore([{**kept, "transcript": {"turns": deep}}], "", index) == [kept["id"]] and read == []


def test_conversations_share_what_is_taken_back(kept, index, read):
    """Each is small enough; together they are too much: those that fit come back, the others are named."""
    _, length = measured(kept, values=10**9, characters=10**9)
    filled = {**kept, "padding": "x" * (sessions.MOST_CHARACTERS // 3 - length)}
    given = [{**filled, "id": f"c{n}"} for n in range(5)]
    session = Session()
    assert session.restore(given, "", index) == ["c3", "c4"]
    assert [c.id for c in session.conversations if c.turns] == ["c0", "c1", "c2"] and len(read) == 3


class Counted(list):
    """A list that counts how often it is gone through."""

    times = 0

    def __iter__(self):
        type(self).times += 1
        return super().__iter__()


def test_measuring_costs_no_more_than_its_bound():
    Counted.times = 0
    with pytest.raises(ValueError, match="more than 100 values"):
        measured([Counted([0] * 60) for _ in range(50)], values=100, characters=10)
    assert Counted.times == 0  # fifty lists and their first values are already too many
    with pytest.raises(ValueError, match="more than 10 characters"):
        measured({"a": ["12345", "1234567"]}, values=100, characters=10)
    assert measured({"a": ["12345"], "bc": 1}, values=3, characters=8) == (3, 8)


def test_a_document_is_hashed_once_however_many_quotes_it_has(turns, small_index, monkeypatch):
    texts = []
    hashed = types.documents.text_hash
    monkeypatch.setattr(types.documents, "text_hash", lambda text: texts.append(text) or hashed(text))
    index = open_index(small_index)
    count, faults = verify_turns(turns * 40, index)
    (document,) = index.documents.values()
    assert (count, faults) == (5 * 40, []) and texts.count(document.text) == 1


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("half \ud83d face", "half face"),
        ("a\u202eb\x1b[31m\nc", "ab[31m c"),
        ("x" * 100_000, "x" * 79 + "…"),
        ("\ud800", ""),
    ],
)
def test_a_name_is_one_line_of_text(kept, index, given, name):
    session = Session()
    assert session.restore([{**kept, "given": given}], kept["id"], index) == []
    assert session.conversation.given == name
    session.rename(given)
    assert session.conversation.given == name
    html = str(parts.bar_html(session.names(), session.current)) + rendering.conversation_html(
        session.conversation.turns
    )
    json.dumps(session.conversation.to_dict(index), ensure_ascii=False).encode()
    html.encode()


@pytest.mark.parametrize("text", ["[" * 100_000, "9" * 5_000, "{", "", "\ud800"])
def test_what_is_no_json_is_a_value_error(text):
    with pytest.raises(ValueError, match="."):
        parse(text)


def test_a_whole_conversation_is_far_from_its_bounds(turns, index):
    """Five hundred turns with all their passages, as many as are read, come back."""
    many = [dataclasses.replace(turns[n % 3]) for n in range(500)]
    data = json.loads(json.dumps(transcript(many, index)))
    assert turns_from(data, index) == many
    with pytest.raises(InputError, match="more than 20,000,000 characters"):
        turns_from({**data, "more": ["x" * 100_000] * 200}, index)
