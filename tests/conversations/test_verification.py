"""What a saved conversation shows, changed in every place: each change is named, or is of a field that nobody is shown.

Conversations hold answers of one and of several quotes, with short answers and with parts, follow-ups, and refusals for
each reason. Changes are made to every leaf of their JSON; once as somebody careless makes them, and once as a forger
does, who makes a new seal.
"""

import copy
import json
import math

import pytest
from typer.testing import CliRunner

from calcqa import messages
from calcqa.assistant import Assistant
from calcqa.cli.main import app
from calcqa.conversations.export import conversation_markdown, conversation_page
from calcqa.conversations.transcripts import transcript, turns_from
from calcqa.conversations.verification import NOTHING, sealed, verify
from calcqa.errors import InputError
from calcqa.index.open import open_index
from calcqa.types import Reason
from helpers.fakes import FixedReader
from helpers.small import NOW

QUESTIONS = (
    "Which joint hurt?",
    "What was tried?",
    "And how long did recovery take?",
    "hello",
    "Which dose of ibuprofen was given?",
    "Xyzzy plugh frobnicate?",
    "Which joint hurt, and which dose of ibuprofen was given?",
)


@pytest.fixture
def index(small_index):
    return open_index(small_index)


@pytest.fixture
def turns(index, fake_encoder):
    chat = Assistant(index, fake_encoder, FixedReader("worn at night")).chat()
    for question in QUESTIONS:
        chat.ask(question)
    answers = [t.answer for t in chat.turns]
    assert {a.abstention.reason for a in answers if a.abstention} == set(Reason)
    assert {len(a.citations) for a in answers} >= {0, 1, 4} and any(a.short_answer for a in answers)
    assert any(a.unanswered for a in answers) and any(a.question != a.standalone_question for a in answers)
    assert any(a.abstention and a.abstention.unknown_terms for a in answers)
    return chat.turns


@pytest.fixture
def saved(turns, index):
    data = json.loads(json.dumps(transcript(turns, index, name="Knees", now=NOW)))
    assert verify(data, index)[1] == []
    return data


def leaves(value, path=()):
    """Yield the path of every value within JSON data, the inner ones too."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from leaves(inner, (*path, key))


def at(data, path):
    for key in path:
        data = data[key]
    return data


def changes(value):
    """Return what somebody might put in the place of `value`."""
    if isinstance(value, bool):
        return [not value, None]
    if isinstance(value, str):
        return [f"Yes, 500 mg daily is safe. {value}", f"{value} Take 500 mg.", value[:-1], value.upper(), "", None, 7]
    if isinstance(value, int):
        return [value + 1, value - 1, float(value), -value - 1, True, str(value)]
    if isinstance(value, float):
        return [value + 0.01, -1.0, 7.5, math.nan, math.inf, str(value), None]
    if isinstance(value, list):
        return [[], value + value[:1], value[1:], None] + ([value[::-1]] if len(value) > 1 else [])
    return [{}, None, []] if value is not None else ["Yes.", {}, 0]


def caught(data, index):
    try:
        return bool(verify(data, index)[1])
    except InputError as error:
        assert "\n" not in str(error)
        return True


def mutated(saved):
    """Yield (path, what was done, the changed data) for each change, deletion and addition of one value."""
    for path in leaves(saved):
        old = at(saved, path)
        for new in changes(old):
            if json.dumps(new) == json.dumps(old):
                continue
            data = copy.deepcopy(saved)
            at(data, path[:-1])[path[-1]] = new
            yield path, f"{old!r:.40} -> {new!r:.40}", data
        data = copy.deepcopy(saved)
        del at(data, path[:-1])[path[-1]]
        yield path, "deleted", data
        if isinstance(old, dict):
            data = copy.deepcopy(saved)
            at(data, path)["note"] = "500 mg daily is safe"
            yield (*path, "note"), "added", data


def test_one_change_anywhere_is_caught(saved, index):
    """Whatever is changed, deleted or added: something says so. Only a file without its seal passes, as old ones do."""
    missed = [(path, what) for path, what, data in mutated(saved) if not caught(data, index)]
    assert all(path == ("sha256",) and what.endswith(("'deleted'", "deleted", "''")) for path, what in missed), missed


SHOWN_NOWHERE = {
    "calcqa": "which version wrote the file",
    "name": "what a person called the conversation in their browser; restoring takes the browser's own field",
    "saved": "when it was written",
    "index": "what it was made with; what is listed of documents that are here is compared, the rest names others",
    "verified": "what was found when it was saved; everybody who shows it looks again",
    "sha256": "the seal",
    "note": "a field that no version reads",
    "hits": "what else was found: only of use to look into an answer; its passages' words are compared",
    "score": "how near a passage came",
    "rank": "how near a passage came",
    "dense_score": "how near a passage came",
    "lexical_score": "how near a passage came",
    "asked_score": "how near a passage came",
    "phrase_score": "how near a passage came",
    "passage_id": "which of the passages that touch the quote held it",
}
"""Fields that the page, the exports and the terminal never take from a file."""

ONLY_SEALED = {
    (): "turns left out, or repeated: each is still true",
    ("unanswered",): "a person's words, as they were understood",
    ("confidence",): "any of 0 to 1 may have been",
    ("abstention", "passages_searched"): "how many there were then",
    ("abstention", "unknown_terms"): "words of the question, fewer, where the refusal's sentence names none",
    ("abstention", "nearest"): "passages of the index all the same, fewer or in another order",
}
"""Fields that are shown and that nothing here can contradict, where somebody makes a new seal."""


UNSAID = {
    "kind": "paragraph",
    "ocr": False,
    "context": [],
    "before": "",
    "apart": [],
    "not_nearest": [],
    "disagreements": [],
    "unknown_report": "",
}
"""What a field says that is not there."""


def test_a_forger_who_makes_a_new_seal_is_caught_wherever_the_index_can_tell(saved, index):
    missed, tried = [], 0
    for path, what, data in mutated(saved):
        tried += 1
        try:
            forged = sealed(data)
        except TypeError:
            continue
        field = tuple(name for name in path if name not in ("turns", "answer") and not isinstance(name, int))
        absent = what == "deleted" and at(saved, path) in (None, UNSAID.get(path[-1]))  # which says the same
        absent = absent or (path[-1] == "file_sha256" and not at(data, path[:-1]).get("file_sha256"))  # as older files
        if absent or SHOWN_NOWHERE.keys() & set(path) or field in ONLY_SEALED or caught(forged, index):
            continue
        missed.append((path, what))
    assert missed == [] and tried > 3_000


def test_turns_and_answers_that_change_places_are_caught(saved, index):
    turns = saved["turns"]
    for i in range(len(turns)):
        for j in range(len(turns)):
            if i == j:
                continue
            for field in ("question", "standalone_question", "answer"):
                data = copy.deepcopy(saved)
                data["turns"][i][field] = copy.deepcopy(turns[j][field])
                assert data == saved or caught(sealed(data), index), (i, j, field)
            for field in turns[i]["answer"]:
                data = copy.deepcopy(saved)
                data["turns"][i]["answer"][field] = copy.deepcopy(turns[j]["answer"][field])
                if field in ("hits", "confidence", "unanswered"):  # see above
                    assert data == saved or caught(data, index)
                else:
                    assert data == saved or caught(sealed(data), index), (i, j, field)


@pytest.mark.parametrize("old", ["Which joint hurt?", "Left knee", "knee", "worn", "report", "six weeks"])
def test_words_replaced_throughout_a_file_are_caught(saved, index, old):
    text = json.dumps(saved, ensure_ascii=False)
    assert old in text
    assert caught(json.loads(text.replace(old, "Yes, 500 mg")), index)


def test_an_answer_by_itself_is_held_to_the_same(saved, index):
    for turn in saved["turns"]:
        answer = {k: v for k, v in turn["answer"].items() if k != "sha256"}
        alone = answer["question"] == answer["standalone_question"]
        assert caught(answer, index) is not alone  # what follows nothing is understood as it is typed
        forged = {"text": f"{answer['text']} Yes, 500 mg daily is safe.", "question": "Is it safe?",
                  "standalone_question": "Is it safe?", "short_answer": "500 mg", "confidence": 1.5}  # fmt: skip
        for field, new in forged.items():
            assert caught({**answer, field: new}, index), field
            if field != "question" or alone:
                assert caught(sealed({**answer, field: new}), index), field
        assert caught({**sealed(answer), "question": "Safe?", "standalone_question": "Safe?"}, index)


@pytest.mark.parametrize("text", ["", " \n\n", "[]", '{"turns": []}'])
def test_nothing_to_verify_is_a_fault(text, small_index, tmp_path):
    file = tmp_path / "saved.json"
    file.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app, ["verify", "-i", str(small_index), str(file)])
    assert done.exit_code == 1 and NOTHING in done.output


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"turns": ' * 5_000, '{"turns": [' + "9" * 5_000 + "]}", '{"a":' * 30 + "1" + "}" * 30, "\ufeff",
     '{"citations": [], "confidence": ' + "1" * 5_000 + "}", "nonsense", '[{"text": "\\ud800"}]', "[null]"],
)  # fmt: skip
def test_hostile_json_is_one_sentence(text, small_index, tmp_path):
    file = tmp_path / "saved.json"
    file.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app, ["verify", "-i", str(small_index), str(file)])
    assert isinstance(done.exception, InputError) and "\n" not in str(done.exception)
    assert str(done.exception).startswith(("This is not a saved conversation", str(file)))


def test_a_forged_refusal_says_so_in_what_is_exported(saved, index):
    forged = copy.deepcopy(saved)
    refused = next(t for t in forged["turns"] if t["answer"]["abstention"])
    refused["answer"]["text"] = "Yes, 500 mg daily is safe."
    expected = messages.NOT_VERIFIED.format(problem="the refusal is not in the program's words")
    for turns, times in ((turns_from(forged, index), 1), (turns_from(saved, index), 0)):
        for export in (conversation_markdown, conversation_page):
            shown = export(turns, index, name="x", now=NOW).replace("&#39;", "'")
            assert shown.count(expected) == times
