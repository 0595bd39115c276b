"""Saved conversations: what is written verifies and comes back, and every kind of tampering is named."""

import copy
import dataclasses
import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from calcqa import rendering
from calcqa.assistant import Assistant
from calcqa.cli.main import app
from calcqa.conversations.transcripts import MOST_TURNS, transcript, turns_from
from calcqa.conversations.verification import verify
from calcqa.errors import InputError
from calcqa.index.open import open_index
from calcqa.types import Abstention, Answer, Citation, Disagreement, Hit, Reason, Span, Turn
from helpers.fakes import FixedReader


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
        (cited, "short", None, "not what its quote says"),
    ]
    for holder, field, value, problem in changes:
        kept, holder[field] = holder[field], value
        (fault,) = verify(data, index)[1]
        assert problem in fault.problem
        holder[field] = kept


def test_conversations_saved_before_there_were_short_answers_verify(saved):
    index, data = saved
    del data["sha256"]
    for turn in data["turns"]:
        del turn["answer"]["unanswered"]
        for citation in turn["answer"]["citations"]:
            del citation["short"]
    assert verify(data, index) == (5, [])


@pytest.mark.parametrize("data", [None, 3, "text", {}, {"turns": [{}]}, {"citations": [{}]}, [1], {"turns": 3}])
def test_other_json_is_refused(saved, data):
    with pytest.raises(InputError, match="not a saved conversation"):
        verify(data, saved[0])


# --- and back ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def conversation(small_index, fake_encoder):
    """An index, and turns with quotes, a short answer, a follow-up and two kinds of refusal."""
    index = open_index(small_index)
    chat = Assistant(index, fake_encoder, FixedReader("worn at night")).chat()
    for question in ("Which joint hurt?", "What was tried?", "And how long did recovery take?", "hello",
                     "Which dose of ibuprofen was given?"):  # fmt: skip
        chat.ask(question)
    return index, chat.turns


@pytest.mark.parametrize("brief", [False, True])
def test_a_conversation_comes_back_as_it_was(conversation, brief):
    index, turns = conversation
    assert {bool(t.answer.abstention) for t in turns} == {True, False} and any(t.answer.short_answer for t in turns)
    data = json.loads(json.dumps(transcript(turns, index, brief=brief)))
    assert turns_from(data, index) == turns
    assert verify(data, index)[1] == []


def test_what_the_browser_keeps_is_brief(conversation):
    index, turns = conversation
    whole, brief = (json.dumps(transcript(turns, index, brief=b)) for b in (False, True))
    assert '"sentences"' in whole and '"sentences"' not in brief
    assert len(brief) < 0.6 * len(whole)


def test_whether_it_verified_is_looked_up_and_not_asserted(conversation):
    index, turns = conversation
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    data = transcript(turns, index, name="Knees", now=now)
    assert data["name"] == "Knees" and data["saved"] == "2026-01-02T03:04:05+00:00"
    assert data["verified"] == {"quotes": sum(len(t.answer.citations) for t in turns), "failed": 0}
    assert all(t["verified"] for t in data["turns"])
    citation = dataclasses.replace(turns[0].answer.citations[0], document_sha256="0" * 64)
    forged = dataclasses.replace(turns[0].answer, citations=(citation,))
    data = transcript([dataclasses.replace(turns[0], answer=forged), *turns[1:]], index)
    assert [c["verified"] for c in data["turns"][0]["answer"]["citations"]] == [False]
    assert all(c["verified"] for t in data["turns"][1:] for c in t["answer"]["citations"])
    assert data["verified"]["failed"] == 1 and [t["verified"] for t in data["turns"]][:2] == [False, True]


def test_a_quote_that_no_longer_stands_comes_back_and_is_named(conversation, tmp_path, small_source, build_small):
    index, turns = conversation
    data = json.loads(json.dumps(transcript(turns, index)))
    other = tmp_path / "other.md"
    other.write_text("# Another\n\nNothing of that kind.\n", encoding="utf-8")
    elsewhere = open_index(build_small([other], tmp_path / "elsewhere").path)
    restored = turns_from(data, elsewhere)
    assert [t.answer.citations for t in restored] == [t.answer.citations for t in turns]
    assert all(not t.answer.hits for t in restored)
    assert {f.problem for f in verify(data, elsewhere)[1]} == {"the document is not in this index"}


def paths(value, path=()):
    """Yield the path of every value within JSON data."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*path, key))


def test_whatever_is_put_in_any_place_is_refused_or_harmless(conversation):
    index, turns = conversation
    clean = json.loads(json.dumps(transcript(turns[1:3], index)))
    refused = 0
    for path in [p for p in paths(clean["turns"]) if p]:
        for wrong in (None, -1, True, "x" * 3_000_000, float("nan"), [[]], {"a": 1}, 10**30):
            data = copy.deepcopy(clean)
            holder = data["turns"]
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = wrong
            try:
                restored = turns_from(data, index)
            except InputError as error:
                refused += 1
                assert str(error).startswith("This is not a saved conversation") and len(str(error)) < 200
                continue
            rendering.conversation_html(restored)
            transcript(restored, index)
    assert refused > 100


@pytest.mark.parametrize("data", [None, [], "x", {}, {"turns": {}}, {"turns": [1]}, {"turns": [{}] * 501}])
def test_what_is_no_transcript_makes_no_turns(conversation, data):
    with pytest.raises(InputError, match="not a saved conversation"):
        turns_from(data, conversation[0])


# --- any answer, and single fields ------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
WHOLE, PART = st.integers(0, 2**53), st.floats(-100, 100)
SPANS = st.builds(Span, WHOLE, WHOLE)
CITATIONS = st.builds(
    Citation, WHOLE, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, WHOLE, WHOLE, WHOLE, WHOLE, st.none() | SPANS
)
DISAGREEMENTS = st.builds(Disagreement, st.lists(WHOLE, max_size=3).map(tuple), st.lists(TEXT, max_size=3).map(tuple))


@given(data=st.data(), brief=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_any_answer_comes_back_as_it_was(conversation, data, brief):
    index, _ = conversation
    found = st.builds(Hit, st.sampled_from(index.passages), PART, WHOLE, PART, PART, PART)
    hits = st.lists(found, max_size=3).map(tuple)
    refused = st.builds(
        Abstention, st.sampled_from(Reason), st.none() | TEXT, st.lists(TEXT, max_size=3).map(tuple), WHOLE, hits
    )
    quotes = st.lists(CITATIONS, min_size=1, max_size=3).map(
        lambda cs: tuple(dataclasses.replace(c, number=n) for n, c in enumerate(cs, start=1))
    )
    end = data.draw(st.tuples(quotes, st.none()) | st.tuples(st.just(()), refused))
    rest = data.draw(st.tuples(TEXT, TEXT, TEXT, st.none() | TEXT, hits, PART, st.lists(TEXT, max_size=2).map(tuple)))
    question, standalone, text, short, near, confidence, unanswered = rest
    differing = data.draw(st.lists(DISAGREEMENTS, max_size=2).map(tuple))
    answer = Answer(question, standalone, text, short, end[0], near, confidence, end[1], unanswered, differing)
    turns = [Turn(question, standalone, answer)]
    assert turns_from(json.loads(json.dumps(transcript(turns, index, brief=brief))), index) == turns


def test_a_conversation_saved_before_there_were_short_answers_comes_back(conversation):
    index, turns = conversation
    data = json.loads(json.dumps(transcript(turns[:1], index)))
    answer = data["turns"][0]["answer"]
    del answer["unanswered"], answer["citations"][0]["short"], answer["hits"][0]["asked_score"]
    (turn,) = turns_from(data, index)
    assert turn.answer.citations == turns[0].answer.citations and turn.answer.hits[0].faq_score == 0.0


def test_what_was_found_is_the_words_of_the_index_whatever_the_transcript_says(conversation):
    index, turns = conversation
    data = json.loads(json.dumps(transcript(turns, index)))
    for hit in (data["turns"][0]["answer"]["hits"][0], data["turns"][4]["answer"]["abstention"]["nearest"][0]):
        hit["passage"]["text"] = "The patient must take ibuprofen."
    assert turns_from(data, index) == turns
    data["turns"][0]["answer"]["hits"][0]["passage"]["id"] = "elsewhere:0-9"
    assert turns_from(data, index)[0].answer.hits == turns[0].answer.hits[1:]


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        ((0, "question"), "x" * 2_001, "more than 2,000 characters"),
        ((0, "question"), "half a \ud83d face", "halves of characters"),
        ((0, "question"), 3, "turn 1, question is not a text"),
        ((0, "answer", "question"), "x" * 2_001, "more than 2,000 characters"),
        ((0, "answer", "text"), "x" * 100_001, "too long"),
        ((0, "answer", "citations"), [], "either quotes or an abstention"),
        ((0, "answer", "citations"), {}, "not a list"),
        ((0, "answer", "citations", 0, "number"), 2, "the quotes of turn 1 are not numbered from 1"),
        ((0, "answer", "citations", 0, "start"), -1, "citations, start is not a number"),
        ((0, "answer", "citations", 0, "start"), True, "not a number"),
        ((0, "answer", "citations", 0, "end"), 2**53 + 1, "not a number"),
        ((0, "answer", "citations", 0, "end"), 3.0, "not a number"),
        ((0, "answer", "confidence"), float("nan"), "not a number"),
        ((0, "answer", "confidence"), float("inf"), "not a number"),
        ((0, "answer", "confidence"), False, "not a number"),
        ((0, "answer", "unanswered"), ["x"] * 5_001, "too long"),
        ((0, "answer", "hits"), [{"passage": 3}], "hits, passage is not an object"),
        ((4, "answer", "abstention", "reason"), "boredom", "none of gap, no_evidence, not_a_question"),
        ((4, "answer", "abstention"), None, "either quotes or an abstention"),
    ],
)
def test_what_cannot_stand_in_a_field_is_refused_and_named(conversation, place, value, problem):
    index, turns = conversation
    data = json.loads(json.dumps(transcript(turns, index)))
    holder = data["turns"]
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    with pytest.raises(InputError, match=problem):
        turns_from(data, index)


def test_a_conversation_without_end_is_not_read(conversation):
    index, turns = conversation
    data = json.loads(json.dumps(transcript(turns[:1] * MOST_TURNS, index, brief=True)))
    assert len(turns_from(data, index)) == MOST_TURNS
    data["turns"] += data["turns"][:1]
    with pytest.raises(InputError, match="501 turns"):
        turns_from(data, index)


def test_an_answer_that_both_quotes_and_refuses_is_none(conversation):
    index, turns = conversation
    data = json.loads(json.dumps(transcript(turns, index)))
    data["turns"][0]["answer"]["abstention"] = data["turns"][4]["answer"]["abstention"]
    with pytest.raises(InputError, match="either quotes or an abstention"):
        turns_from(data, index)


def test_a_citation_that_is_none_beside_one_that_is_is_refused(saved):
    index, data = saved
    data["turns"][0]["answer"]["citations"].append(3)
    with pytest.raises(InputError, match="turn 1, answer, citations is not an object"):
        verify(data, index)


def test_a_whole_conversation_still_verifies_at_the_command_line(conversation, small_index, tmp_path):
    index, turns = conversation
    file = tmp_path / "saved.json"
    for brief in (False, True):
        file.write_text(json.dumps(transcript(turns, index, name="Knees", brief=brief)), encoding="utf-8")
        done = CliRunner().invoke(app, ["verify", "-i", str(small_index), str(file)])
        assert done.exit_code == 0 and "6 of 6 quotes verified." in done.output
