"""Runs on disk: taken up where they stopped, refused where they are of something else, never mixed."""

import json

import pytest

from calcqa.errors import InputError
from calcqa.evaluation import runs
from calcqa.evaluation.runs import INDEX, MEASURES, OUTCOMES, SETTINGS, begin, differing, read_run

OURS = {"set": {"name": "x", "sha256": "1"}, "options": {"limit": None}}


def test_a_run_goes_on_where_it_stopped(tmp_path):
    run = begin(tmp_path / "run", OURS)
    assert run.done == {}
    run.append({"id": "a", "n": 1})
    run.append({"id": "b", "text": "ü\u2028"})
    again = begin(tmp_path / "run", OURS)
    assert list(again.done) == ["a", "b"] and again.done["b"]["text"] == "ü\u2028"
    again.append({"id": "c"})
    again.finish({"right": 1})
    settings, records = read_run(tmp_path / "run")
    assert [r["id"] for r in records] == ["a", "b", "c"]
    assert settings["set"]["name"] == "x" and settings["program"].startswith("calcqa ") and len(settings["code"]) == 64
    assert begin(tmp_path / "run", OURS).done.keys() == {"a", "b", "c"}  # whole: nothing is left to ask


@pytest.mark.parametrize("torn", ['{"id": "c", "te', '{"id": "c"}', "\u00fc"])
def test_half_a_last_line_is_dropped_from_the_file(tmp_path, torn):
    run = begin(tmp_path, OURS)
    run.append({"id": "a"})
    with (tmp_path / OUTCOMES).open("ab") as file:
        file.write(torn.encode()[:-1] if torn == "\u00fc" else torn.encode())
    again = begin(tmp_path, OURS)
    assert list(again.done) == ["a"]
    again.append({"id": "c"})
    assert (tmp_path / OUTCOMES).read_text(encoding="utf-8") == '{"id": "a"}\n{"id": "c"}\n'


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 3}', '{"id": "a"}'])
def test_a_line_that_is_no_new_record_is_an_error(tmp_path, line):
    begin(tmp_path, OURS).append({"id": "a"})
    with (tmp_path / OUTCOMES).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(InputError, match="line 2: not the record"):
        begin(tmp_path, OURS)


def test_a_run_of_something_else_is_refused_in_one_sentence(tmp_path):
    begin(tmp_path, OURS).append({"id": "a"})
    other = OURS | {"set": {"name": "y", "sha256": "2"}}
    with pytest.raises(InputError, match=r"differs in set; name another folder with --out, or throw it away") as told:
        begin(tmp_path, other)
    assert "\n" not in str(told.value)
    assert begin(tmp_path, OURS).done  # and nothing was touched
    assert begin(tmp_path, other, again=True).done == {}


def test_a_run_of_another_program_is_refused(tmp_path, monkeypatch):
    begin(tmp_path, OURS)
    monkeypatch.setattr(runs, "code_sha256", lambda: "0" * 64)
    with pytest.raises(InputError, match="differs in code"):
        begin(tmp_path, OURS)


def test_the_machine_and_the_time_may_change(tmp_path, monkeypatch):
    begin(tmp_path, OURS).append({"id": "a"})
    monkeypatch.setattr(runs.platform, "platform", lambda: "elsewhere")
    assert begin(tmp_path, OURS).done
    assert differing(runs.versions(), runs.versions() | {"begun": "then"}) == []


def test_again_goes_on_with_what_was_interrupted_and_replaces_what_is_whole(tmp_path):
    run = begin(tmp_path, OURS)
    run.append({"id": "a"})
    assert begin(tmp_path, OURS, again=True).done
    run.finish({})
    assert begin(tmp_path, OURS, again=True).done == {} and not (tmp_path / MEASURES).exists()


def test_only_files_of_runs_are_ever_deleted(tmp_path):
    for name in ("index", INDEX):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    (tmp_path / "report.json").touch()
    begin(tmp_path, OURS).finish({})
    begin(tmp_path, {"set": "other"}, again=True)
    assert (tmp_path / "index" / "file").exists() and (tmp_path / "report.json").exists()
    assert not (tmp_path / INDEX).exists()


def test_outcomes_without_settings_are_not_taken_up(tmp_path):
    (tmp_path / OUTCOMES).write_text('{"id": "a"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="without its settings"):
        begin(tmp_path, OURS)
    assert begin(tmp_path, OURS, again=True).done == {}


def test_what_is_no_run_is_not_read(tmp_path):
    with pytest.raises(InputError, match="is no run"):
        read_run(tmp_path)
    run = begin(tmp_path, OURS)
    with pytest.raises(InputError, match="was interrupted"):
        read_run(tmp_path)
    run.finish({})
    (tmp_path / OUTCOMES).write_text("{}\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 1"):
        read_run(tmp_path)
    for bad in ("{", "[]"):
        (tmp_path / SETTINGS).write_text(bad, encoding="utf-8")
        with pytest.raises(InputError, match=r"run\.json"):
            read_run(tmp_path)


def test_what_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="Cannot write to"):
        begin(tmp_path / "file" / "run", OURS)
    run = begin(tmp_path / "run", OURS)
    (tmp_path / "run" / OUTCOMES).mkdir()
    with pytest.raises(InputError, match="Cannot write to"):
        run.append({"id": "a"})
    assert json.loads((tmp_path / "run" / SETTINGS).read_text(encoding="utf-8"))["options"] == {"limit": None}
