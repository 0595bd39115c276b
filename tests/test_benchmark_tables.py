"""The tables of the benchmarks: what a run measured stands in them, beside the command that makes it."""

import argparse
import json

import pytest

from benchmarks import tables
from benchmarks.tables import BEGIN, END, Row, Table

ROWS = (Row("beans", ""), Row("beans", "without the reader", ("--alone",), reader=False))
TABLE = Table("Answers", {"right": "right", "em": "EM", "nDCG@10": "nDCG@10"}, ROWS)
MEASURES = {
    "questions": 1200,
    "estimates": {"right": {"value": 0.5, "low": 0.4, "high": 0.625, "n": 9}, "em": {"value": None}},
}


def test_a_row_has_its_measures_with_intervals_and_its_command():
    found = {
        ROWS[0].name: MEASURES,
        ROWS[1].name: {"questions": 3, "estimates": {"em": MEASURES["estimates"]["right"]}},
    }
    commands = {row.name: f"command of {row.name}" for row in ROWS}
    lines = tables.table_lines(TABLE, found, commands)
    assert lines[2] == "| set | questions | right | EM |"  # nothing was ranked
    assert lines[4] == "| beans | 1,200 | 0.500 (0.40–0.62) | – |"
    assert lines[5] == "| beans, without the reader | 3 | – | 0.500 (0.40–0.62) |"
    assert "command of beans" in lines and "command of beans-alone-no-reader" in lines


def test_a_command_can_be_typed():
    typed = tables.command(ROWS[1], "DATA", "runs", None, 30)
    assert typed == ["calcqa", "eval", "DATA/beans", "--alone", "--limit", "30", "--out", "runs/beans-alone-no-reader"]


def test_every_row_has_a_run_of_its_own():
    names = [row.name for table in tables.TABLES for row in table.rows]
    assert len(set(names)) == len(names)


def test_a_run_that_is_there_is_read_and_one_that_fails_ends_all(tmp_path, monkeypatch):
    given = argparse.Namespace(data="nowhere", runs=str(tmp_path), cache=None, limit=None)
    (tmp_path / "beans").mkdir()
    (tmp_path / "beans" / "measures.json").write_text(json.dumps(MEASURES), encoding="utf-8")
    assert tables.run(ROWS[0], given) == MEASURES
    asked = []

    def failing(command, env, **_):
        asked.append((command[1:], env.get("CALCQA_READER")))
        return argparse.Namespace(returncode=2)

    monkeypatch.setattr(tables.subprocess, "run", failing)
    with pytest.raises(SystemExit, match="calcqa eval nowhere/beans --alone"):
        tables.run(ROWS[1], given)
    assert asked[0][1] == "none" and asked[0][0][0] == "eval"


def test_tables_go_between_their_marks_and_nothing_else_changes():
    document = f"# Title\n\n{BEGIN}\nold\n{END}\n\nAfter \\1.\n"
    assert tables.written(document, ["new \\g<0>", ""]) == f"# Title\n\n{BEGIN}\n\nnew \\g<0>\n\n{END}\n\nAfter \\1.\n"
    with pytest.raises(ValueError, match="no place"):
        tables.written("# Title", [])


def test_the_command_beside_a_row_is_that_of_its_run(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "TABLES", (Table("Answers", {"right": "right"}, (Row("beans", ""),)),))
    monkeypatch.setattr(tables, "DOCUMENT", tmp_path / "benchmarks.md")
    tables.DOCUMENT.write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    (tmp_path / "beans").mkdir()
    (tmp_path / "beans" / "measures.json").write_text(json.dumps(MEASURES), encoding="utf-8")
    (tmp_path / "beans" / "run.json").write_text(json.dumps({"options": {"limit": 30}}), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["tables", "DATA", "--limit", "99", "--runs", str(tmp_path), "--write"])
    tables.main()
    assert "--limit 30 --out runs/beans" in tables.DOCUMENT.read_text(encoding="utf-8")
