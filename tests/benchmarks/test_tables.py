"""The tables of the benchmarks: what a run measured stands in them, beside the command that makes it."""

import argparse
import json
from pathlib import Path

import pytest

from benchmarks.quality import tables
from benchmarks.quality.tables import BEGIN, END, REPORT, Row, Table
from calcqa.evaluation import measures

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
    typed = tables.command(tables.limited(ROWS[1], 30), "DATA", "runs", None)
    assert typed == [
        "calcqa",
        "eval",
        "DATA/beans",
        "--alone",
        "--limit",
        "30",
        "--out",
        "runs/beans-alone-limit-30-no-reader",
    ]


def test_another_limit_takes_the_place_of_a_rows_own():
    row = Row("beans", "", ("--limit", "300", "--texts", "9"))
    assert tables.command(tables.limited(row, 30), "DATA", "runs", "kept")[3:] == [
        *("--limit", "30", "--texts", "9", "--cache", "kept", "--out", "runs/beans-limit-30-texts-9")
    ]
    assert tables.limited(row, None) == row
    assert tables.limited(Row(tables.REPORT, ""), 30) == Row(tables.REPORT, "")


def test_every_set_is_measured_as_it_can_be():
    rows = [(row, set(table.measures)) for table in tables.TABLES for row in table.rows]
    measured = {(row.set, row.options, row.reader): names for row, names in rows}
    dialogues = {"right", "refused", "wrongly_refused", "undecided_refused", "auroc"}
    asked = {key: names for key, names in measured.items() if key[0] == "mtrag_un"}
    assert len(asked) == 4 and all(names == dialogues for names in asked.values())
    assert measured["medquad", ("--search-only", "--texts", "2048"), True] == {"nDCG@10"}
    assert {(key[1][:1], key[2]) for key in measured if key[0] == "evidence-inference"} == {
        (("--alone",), True),
        (("--alone",), False),
        (("--limit",), True),
        (("--search-only",), True),
    }
    whole = {key[0] for key in measured if key[1] == ("--search-only",)}
    assert whole == {"squad2-dev", "covidqa", "selqa", "pubmedqa"}
    labelled = set(measures.MEASURES)
    of_sets = [table for table in tables.TABLES if table.rows[0].set != tables.REPORT]
    assert all(set(table.measures) <= labelled for table in of_sets) and len(of_sets) == len(tables.TABLES) - 1


def test_our_report_is_asked_with_and_without_its_faq(tmp_path, monkeypatch):
    given = argparse.Namespace(data="DATA", runs=str(tmp_path), cache="kept", limit=3)
    row = Row(tables.REPORT, "without", ("--split", "test"), faq=False)
    asked = []

    def done(command, **_):
        asked.append(command[1:])
        (tmp_path / row.name).mkdir(exist_ok=True)
        found = {"questions": 7, "facts": {"value": 0.5, "low": 0.4, "high": 0.6}}
        (tmp_path / row.name / "measures.json").write_text(json.dumps(found), encoding="utf-8")
        return argparse.Namespace(returncode=0)

    monkeypatch.setattr(tables.subprocess, "run", done)
    found = tables.run(row, given)
    index = f"{tmp_path}/indexes/report-plain"
    assert asked[0] == ["build", "corpus", "--no-sidecars", "--out", index]
    assert asked[1][:4] == ["eval", "questions/report.jsonl", "--split", "test"]
    assert asked[1][4:] == ["--index", index, "--out", f"{tmp_path}/report-split-test-plain"]
    table = Table("Report", {"facts": "facts"}, (row,))
    lines = tables.table_lines(table, {row.name: found}, {row.name: "c"})
    assert "| report, without | 7 | 0.500 (0.40–0.60) |" in lines
    assert tables.command(Row(tables.REPORT, "", ("--split", "test")), "DATA", "runs", None) == [
        *("calcqa", "eval", "questions/report.jsonl", "--split", "test", "--out", "runs/report-split-test")
    ]


def test_every_row_has_a_run_of_its_own():
    names = [row.name for table in tables.TABLES for row in table.rows]
    assert len(set(names)) == len(names)


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A program in the place of calcqa, noting its commands and writing measures; it exits with `codes`."""
    asked, codes = [], []

    def run(command, env, **_):
        asked.append((command[1:], env.get("CALCQA_READER")))
        if code := codes.pop(0) if codes else 0:
            return argparse.Namespace(returncode=code)
        folder = Path(command[command.index("--out") + 1])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "measures.json").write_text(json.dumps(MEASURES), encoding="utf-8")
        return argparse.Namespace(returncode=0)

    monkeypatch.setattr(tables.subprocess, "run", run)
    return argparse.Namespace(asked=asked, codes=codes)


def test_a_run_of_other_settings_is_thrown_away_and_one_that_fails_ends_all(tmp_path, program):
    given = argparse.Namespace(data="nowhere", runs=str(tmp_path), cache=None, limit=None)
    assert tables.run(ROWS[0], given) == MEASURES and len(program.asked) == 1
    program.codes[:] = [2]
    assert tables.run(ROWS[0], given) == MEASURES
    assert program.asked[2][0] == [*program.asked[1][0], "--again"]
    program.codes[:] = [2, 2]
    with pytest.raises(SystemExit, match="calcqa eval nowhere/beans --alone"):
        tables.run(ROWS[1], given)
    assert program.asked[-1][1] == "none" and program.asked[-1][0][0] == "eval"


def test_tables_go_between_their_marks_and_nothing_else_changes():
    document = f"# Title\n\n{BEGIN}\nold\n{END}\n\nAfter \\1.\n"
    assert tables.written(document, ["new \\g<0>", ""]) == f"# Title\n\n{BEGIN}\n\nnew \\g<0>\n\n{END}\n\nAfter \\1.\n"
    with pytest.raises(ValueError, match="no place"):
        tables.written("# Title", [])


def test_sets_that_are_not_there_are_left_out_and_what_was_run_before_stays(tmp_path, monkeypatch, program, capsys):
    rows = (Row("beans", ""), Row("peas", "", ("--limit", "9")), Row("maize", ""))
    monkeypatch.setattr(tables, "TABLES", (Table("Answers", {"right": "right"}, rows),))
    monkeypatch.setattr(tables, "DOCUMENT", tmp_path / "benchmarks.md")
    tables.DOCUMENT.write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    for name in ("beans", "peas"):
        (tmp_path / "sets" / name).mkdir(parents=True)
    command = ["tables", str(tmp_path / "sets"), "--runs", str(tmp_path / "runs"), "--write"]
    for more, runs in (([], 2), (["--sets", "peas"], 1), (["--limit", "30"], 2)):
        program.asked.clear()
        monkeypatch.setattr("sys.argv", [*command, *more])
        tables.main()
        assert len(program.asked) == runs
        assert ("maize is not in" in capsys.readouterr().err) == (more != ["--sets", "peas"])
        text = tables.DOCUMENT.read_text(encoding="utf-8")
        assert "| beans | 1,200 |" in text and "| peas | 1,200 |" in text and "maize" not in text
    assert "--limit 30 --out runs/beans-limit-30" in text and "runs/peas-limit-30" in text
    (tmp_path / "sets" / "beans").rmdir()
    monkeypatch.setattr("sys.argv", command)
    tables.main()
    assert "| beans | 1,200 |" in tables.DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize(("data", "more", "said"), [("typo", [], "none of the sets"), ("sets", ["--sets", "x"], "'x'")])
def test_a_wrong_folder_or_name_leaves_the_tables_alone(tmp_path, monkeypatch, program, capsys, data, more, said):
    monkeypatch.setattr(tables, "TABLES", (Table("A", {"right": "right"}, (Row("beans", ""), Row(REPORT, ""))),))
    monkeypatch.setattr(tables, "DOCUMENT", tmp_path / "benchmarks.md")
    tables.DOCUMENT.write_text(f"{BEGIN}\nold\n{END}\n", encoding="utf-8")
    (tmp_path / "sets" / "beans").mkdir(parents=True)
    monkeypatch.setattr("sys.argv", ["tables", str(tmp_path / data), "--write", *more])
    with pytest.raises(SystemExit) as ended:
        tables.main()
    assert ended.value.code == 2 and said in capsys.readouterr().err and not program.asked
    assert "old" in tables.DOCUMENT.read_text(encoding="utf-8")
