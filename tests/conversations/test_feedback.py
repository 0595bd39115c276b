"""Verdicts on answers: stored whole, by several at once, replaced when they change, and printed."""

import csv
import io
import json
import re
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from typer.testing import CliRunner

import calcqa
from calcqa.assistant import Assistant
from calcqa.cli.main import app
from calcqa.conversations.feedback import LONGEST, MOST_BYTES, Feedback, fingerprint, to_csv
from calcqa.errors import InputError
from calcqa.index.open import open_index


@pytest.fixture
def asked(small_index, fake_encoder):
    """An index, an answered turn and a refused one."""
    index = open_index(small_index)
    chat = Assistant(index, fake_encoder).chat()
    chat.ask("Which joint hurt?")
    chat.ask("Which dose of ibuprofen was given?")
    return index, chat.turns


@pytest.fixture
def store(tmp_path):
    return Feedback(tmp_path / "new" / "feedback.sqlite")


def test_a_verdict_is_stored_with_all_that_led_to_it(store, asked):
    index, (answered, refused) = asked
    store.add(answered, True, "  Just so. ", index, id="a-1")
    store.add(refused, False, "", index)
    first, second = store.rows()
    assert (first["id"], first["good"], first["comment"]) == ("a-1", True, "Just so.")
    assert first["question"] == "Which joint hurt?" and first["standalone_question"] == answered.standalone_question
    assert [c.pop("verified") for c in first["answer"]["citations"]] == [True] * len(answered.answer.citations)
    assert first["answer"] == json.loads(json.dumps(answered.answer.to_dict())) and first["answer"]["hits"]
    assert first["program"] == f"calcqa {calcqa.__version__}" and first["index_sha256"] == fingerprint(index)
    assert first["documents"] == {d.id: d.sha256 for d in index.documents.values()}
    assert second["good"] is False and second["answer"]["abstention"] and second["id"] != "a-1"
    assert first["time"] <= second["time"] and first["time"].endswith("+00:00")


def test_who_changes_their_mind_has_one_verdict(store, asked):
    index, (turn, _) = asked
    store.add(turn, True, "", index, id="a-1")
    store.add(turn, False, "On second thoughts.", index, id="a-1")
    store.add(turn, True, "", index, id="a-1")  # a thumb alone takes no words back
    assert [(r["good"], r["comment"]) for r in store.rows()] == [(True, "On second thoughts.")]


def test_the_file_is_its_owners_and_is_written_ahead(store, asked, tmp_path):
    path = tmp_path / "new" / "feedback.sqlite"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM feedback").fetchone()  # somebody reads meanwhile
    store.add(asked[1][0], True, "", asked[0])
    assert connection.execute("SELECT count(*) FROM feedback").fetchone() == (0,)
    connection.close()
    assert len(list(store.rows())) == 1


def test_several_can_write_at_once(store, asked, tmp_path):
    index, (turn, _) = asked
    program = """
import sqlite3, sys
from pathlib import Path
from calcqa.conversations.feedback import Feedback
from calcqa.index.open import open_index
from calcqa.types import Answer, Turn
store, index = Feedback(Path(sys.argv[1])), open_index(Path(sys.argv[2]))
turn = Turn("Why?", "Why?", Answer("Why?", "Why?", "", None, (), (), 0.5, None))
for _ in range(40):
    store.add(turn, True, "other", index)
"""
    path, folder = tmp_path / "new" / "feedback.sqlite", next(tmp_path.glob("index"))
    other = subprocess.Popen([sys.executable, "-c", program, str(path), str(folder)])
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(store.add, turn, True, "mine", index) for _ in range(80)]:
            done.result()
    assert other.wait(timeout=60) == 0
    comments = [r["comment"] for r in store.rows()]
    assert (comments.count("mine"), comments.count("other")) == (80, 40)


def test_a_comment_has_its_limit(store, asked):
    index, (turn, _) = asked
    store.add(turn, True, "x" * LONGEST, index)
    with pytest.raises(InputError, match="at most 2,000"):
        store.add(turn, True, "x" * (LONGEST + 1), index)


def test_what_was_changed_on_its_way_is_marked(store, asked):
    index, (turn, _) = asked
    quote, *rest = turn.answer.citations
    forged = replace(turn.answer, citations=(replace(quote, quote="Take ten of these."), *rest))
    store.add(replace(turn, answer=forged), True, "", index)
    (row,) = store.rows()
    assert row["answer"]["citations"][0]["verified"] is False
    assert [r["verified"] for r in csv.DictReader(io.StringIO(to_csv([row])))] == ["False"]


def test_a_file_is_full_some_day(store, asked, monkeypatch):
    monkeypatch.setattr("calcqa.conversations.feedback.MOST", 2)
    index, (turn, _) = asked
    for id_ in ("a", "b", "a"):  # a changed verdict is not counted twice
        store.add(turn, True, "", index, id=id_)
    with pytest.raises(InputError, match="No more than 2"):
        store.add(turn, True, "", index, id="c")
    assert len(list(store.rows())) == 2


def test_half_a_character_does_not_lose_a_comment(store, asked):
    index, (turn, _) = asked
    store.add(turn, True, "good \ud83d", index)
    assert [r["comment"] for r in store.rows()] == ["good ?"]


def test_another_file_is_left_alone(tmp_path):
    text, database, newer = tmp_path / "a.txt", tmp_path / "b.sqlite", tmp_path / "c.sqlite"
    text.write_text("Just text, and enough of it to be no empty database. " * 40)
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE other (x)")
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 99")
    for path in (text, database, newer):
        before = path.read_bytes()
        with pytest.raises(InputError, match="feedback"):
            Feedback(path)
        assert path.read_bytes() == before
    with pytest.raises(InputError, match="There is no feedback in"):
        Feedback(tmp_path / "none.sqlite", create=False)
    assert not (tmp_path / "none.sqlite").exists()


def test_a_spreadsheet_takes_no_cell_for_a_formula(store, asked):
    index, (turn, _) = asked
    for comment in ("=HYPERLINK(1)", "+1", "-1", "@x", 'A "quoted", comment\nwith lines'):
        store.add(turn, True, comment, index)
    rows = list(csv.DictReader(io.StringIO(to_csv(store.rows()))))
    expected = ["'=HYPERLINK(1)", "'+1", "'-1", "'@x", 'A "quoted", comment\nwith lines']
    assert [r["comment"] for r in rows] == expected
    assert rows[0]["answer"] == turn.answer.text


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "−"])
@pytest.mark.parametrize(
    "before", ["", "x;", "x; ", 'x;"', "x\t", "x\n", "x\r", "x\r\n", "  ", "\t", "\r", "\ufeff", "x|", "a;b;c;"]
)
def test_no_cell_is_a_formula_however_it_is_cut(store, asked, before, sign):
    index, (turn, _) = asked
    text = f"{before}{sign}1+1"
    forged = replace(turn.answer, text=text)
    row = {"time": text, "good": True, "comment": text, "question": text, "standalone_question": text, "program": text,
           "id": text, "answer": forged.to_dict()}  # fmt: skip
    written = to_csv([row])
    cells = [cell for line in csv.reader(io.StringIO(written, newline="")) for cell in line][9:]
    assert len(cells) == 9
    assert all(c.replace("'", "") == text for c in cells if c not in ("True", "False"))  # nothing else of it is changed
    for cell in cells:
        for piece in re.split(r"[;|\t\r\n]", cell):
            assert not re.match(r"[\s\"\ufeff]*[=+\-@＝＋－＠−]", piece), cell
        assert cell[:1] not in ("\t", "\r")


def test_a_verdict_has_its_limit_in_bytes(store, asked):
    index, (turn, _) = asked
    for field in ("text", "question"):
        long = replace(turn.answer, **{field: "é" * (MOST_BYTES // 2)})
        with pytest.raises(InputError, match="64,000"):
            store.add(replace(turn, answer=long), True, "", index)
    with pytest.raises(InputError, match="64,000"):
        store.add(replace(turn, question="é" * (MOST_BYTES // 2)), True, "", index)
    store.add(turn, True, "x" * LONGEST, index)
    assert len(list(store.rows())) == 1


def test_the_command_prints_what_was_said(store, asked, tmp_path):
    index, (turn, _) = asked
    store.add(turn, False, "No.", index)
    path = str(tmp_path / "new" / "feedback.sqlite")
    lines = CliRunner().invoke(app, ["feedback", path]).stdout.splitlines()
    assert [json.loads(line)["comment"] for line in lines] == ["No."]
    printed = CliRunner().invoke(app, ["feedback", path, "--csv"]).stdout
    assert printed.splitlines()[0].startswith("time,good,comment")
