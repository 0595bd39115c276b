"""The command line as scripts use it: exit codes, JSON, one clear sentence for bad input."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from calcqa.cli.main import app
from calcqa.errors import CalcqaError, IndexFormatError, InputError
from calcqa.index.manifest import seal
from helpers.paths import EDITION, REPO

pytestmark = pytest.mark.models
INDEX = str(REPO / "index")
PROGRAM = str(Path(sys.executable).with_name("calcqa"))


def run(*arguments, stdin=None):
    return CliRunner().invoke(app, list(arguments), input=stdin)


def process(*arguments, stdin="", **options):
    """Run the program as a shell would; return (exit code, stdout, stderr)."""
    done = subprocess.run([PROGRAM, *arguments], input=stdin, capture_output=True, text=True, check=False, **options)
    return done.returncode, done.stdout, done.stderr


def test_answered_is_0_and_quotes():
    result = run("ask", "-i", INDEX, "What did the wound culture grow?")
    assert result.exit_code == 0
    assert "Cultures of the wound grew Staphylococcus aureus. [1]" in result.output
    assert "Calcinosis universalis (calcinosis-universalis.md), Presentation, characters" in result.output


def test_abstained_is_3_and_says_what_is_not_said():
    result = run("ask", "-i", INDEX, "How much colchicine should be taken a day?")
    assert result.exit_code == 3
    assert "does not say" in result.output and "not an answer" in result.output and "[1]" not in result.output


def test_ask_json_and_stdin():
    result = run("ask", "-i", INDEX, "--json", "-", stdin="What did the wound culture grow?\n")
    data = json.loads(result.output)
    assert result.exit_code == 0 and data["citations"][0]["quote"] in data["text"] and data["abstention"] is None
    refused = run("ask", "-i", INDEX, "--json", "What is the capital of France?")
    assert refused.exit_code == 3 and json.loads(refused.output)["abstention"]["reason"]


def test_search():
    hits = json.loads(run("search", "-i", INDEX, "--json", "-k", "3", "tumoral calcification").output)
    assert [h["rank"] for h in hits] == [1, 2, 3] and "Tumoral calcification" in hits[0]["passage"]["headings"]
    assert "Tumoral calcification" in run("search", "-i", INDEX, "tumoral calcification").output


def test_chat_understands_follow_ups_and_goes_on_after_bad_input():
    lines = "What is calcinosis universalis?\n?!\nWhat causes it?\n"
    result = run("chat", "-i", INDEX, stdin=lines)
    assert result.exit_code == 0 and "Understood as: What causes calcinosis universalis?" in result.output
    assert "chronic tissue inflammation" in result.output


def test_build_ask_verify_in_a_folder_of_ones_own(tmp_path):
    source = tmp_path / "notes.md"
    source.write_text("# Notes\n\nThe left kidney was removed in 1999. Its weight was 140 g.\n", encoding="utf-8")
    code, out, err = process("build", str(source), cwd=tmp_path)
    assert code == 0 and "1 documents" in out, err
    code, out, _ = process("ask", "--json", "When was the left kidney removed?", cwd=tmp_path)
    assert code == 0 and "removed in 1999" in json.loads(out)["text"]
    saved = tmp_path / "answer.json"
    saved.write_text(out, encoding="utf-8")
    assert process("verify", str(saved), cwd=tmp_path)[0] == 0
    saved.write_text(out.replace("1999", "1998"), encoding="utf-8")
    code, out, _ = process("verify", str(saved), cwd=tmp_path)
    assert code == 1 and "0 of" in out and "turn 1 [1]" in out
    code, out, err = process("verify", str(saved), "--index", INDEX, cwd=tmp_path)
    assert code == 1 and "is not in this index" in out and "--index" in err


def test_building_over_an_index_leaves_it_alone_when_a_file_is_bad(tmp_path):
    shutil.copytree(INDEX, tmp_path / "index")
    before = (tmp_path / "index" / "manifest.json").read_bytes()
    (tmp_path / "bad.md").write_bytes(b"\x00\xff\xfe binary")
    code, _, err = process("build", "bad.md", cwd=tmp_path)
    assert code == 2 and "bad.md" in err and err.count("\n") == 1
    assert (tmp_path / "index" / "manifest.json").read_bytes() == before


def test_a_stale_index_is_built_and_a_fresh_one_is_left(tmp_path):
    shutil.copytree(REPO / "corpus", tmp_path / "corpus")
    shutil.copytree(INDEX, tmp_path / "index")
    code, out, _ = process("build", "--if-stale", cwd=tmp_path)
    assert code == 0 and "up to date" in out
    (tmp_path / "corpus" / "new.md").write_text("# New\n\nOne more sentence.\n", encoding="utf-8")
    for path in (tmp_path / "corpus").glob("calc*"):
        path.unlink()
    code, out, _ = process("build", "--if-stale", cwd=tmp_path)
    assert code == 0 and "Built" in out


def test_the_shipped_reader_gives_a_short_answer():
    result = run("ask", "-i", INDEX, "For how many days had the lesion been draining?")
    first, second, *_ = result.output.splitlines()
    assert result.exit_code == 0 and first == "3 days" and first in second and second.endswith("[1]")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("ask", "-i", INDEX, ""), "empty"),
        (("ask", "-i", INDEX, "\x01\x02"), "empty"),
        (("ask", "-i", INDEX, "why " * 25_000), "at most"),
        (("ask", "-i", "nowhere", "What?"), "There is no index"),
        (("search", "-i", INDEX, "-k", "0", "What?"), "at least 1"),
        (("build", "nothing.md"), "nothing.md"),
        (("build", "."), "no document"),
        (("verify", "-i", INDEX, "nothing.json"), "Cannot read"),
        (("verify", "-i", INDEX, str(EDITION)), "not JSON"),
        (("eval", "-i", INDEX, "nothing.jsonl"), "Cannot read"),
        (("eval", "-i", INDEX, "--min", "facts=much", "nothing.jsonl"), "'much'"),
    ],
)
def test_bad_input_is_2_and_one_sentence(arguments, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert isinstance(result.exception, CalcqaError), result.output
    assert says in str(result.exception) and "\n" not in str(result.exception)


def test_main_turns_errors_into_2():
    code, out, err = process("ask", "-i", "nowhere", "What?")
    assert (code, out) == (2, "") and err.startswith("There is no index at nowhere") and "Traceback" not in err


def test_without_any_index_it_says_how_to_build_one(tmp_path, monkeypatch):
    from calcqa.index import open as opening

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(opening, "PACKED_INDEX", tmp_path / "none")
    with pytest.raises(IndexFormatError, match="calcqa build"):
        opening.find_index()
    monkeypatch.setenv("CALCQA_INDEX", str(tmp_path / "named"))
    assert opening.find_index() == tmp_path / "named"
    assert opening.find_index("given") == Path("given")


def test_an_index_of_another_encoder_is_refused(tmp_path):
    shutil.copytree(INDEX, tmp_path / "index")
    path = tmp_path / "index" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["encoder"]["sha256"] = "1" * 64
    path.write_text(seal(manifest), encoding="utf-8")
    code, _, err = process("ask", "What?", cwd=tmp_path)
    assert code == 2 and "sha256" in err and "calcqa build" in err


def test_eval_prints_writes_and_holds_bars(tmp_path):
    questions = tmp_path / "two.jsonl"
    questions.write_text(
        '{"id": "1", "topic": "a", "turns": ["What did the wound culture grow?"], "answerable": true, '
        '"facts": [["staph"]]}\n'
        '{"id": "2", "topic": "b", "turns": ["How much colchicine a day?"], "answerable": false, "facts": []}\n',
        encoding="utf-8",
    )
    out = str(tmp_path / "reports")
    result = run("eval", "-i", INDEX, "--out", out, "--min", "facts=1", "--min", "wrongly_refused=0", str(questions))
    assert result.exit_code == 0, result.output
    data = json.loads((tmp_path / "reports" / "report.json").read_text(encoding="utf-8"))
    assert data["overall"]["facts"]["value"] == 1.0
    assert "<html" in (tmp_path / "reports" / "report.html").read_text(encoding="utf-8")
    questions.write_text(questions.read_text(encoding="utf-8").replace("staph", "strep"), encoding="utf-8")
    assert run("eval", "-i", INDEX, "--out", out, "--min", "facts=1", str(questions)).exit_code == 1


def test_info_and_check_and_version():
    assert "calcqa-encoder" in run("info", "-i", INDEX).output
    assert "\n         A 38-year-old woman with calcinosis universalis\n" in run("info", "-i", INDEX).output
    assert json.loads(run("info", "-i", INDEX, "--json").output)["counts"]["documents"] == 1
    assert "0 sentences nobody asks about" in run("check", "-i", INDEX).output
    assert run("--version").output.startswith("calcqa ")


def test_input_error_is_a_value_error():
    assert issubclass(InputError, ValueError)  # callers may catch the builtin


def test_a_file_that_cannot_be_used_is_named_and_the_exit_code_says_so(tmp_path, monkeypatch, fake_encoder):
    monkeypatch.setattr("calcqa.assistant.load_encoder", lambda settings: fake_encoder)
    (tmp_path / "good.md").write_text("# Knee\n\nThe knee hurt.", encoding="utf-8")
    (tmp_path / "bad.md").write_bytes(b"\xff\xff")
    (tmp_path / "old.doc").write_bytes(b"\xd0\xcf")
    result = CliRunner().invoke(app, ["build", str(tmp_path), "--out", str(tmp_path / "index")])
    assert result.exit_code == 1
    assert "Built" in result.output and "1 documents" in result.output
    assert "Passed over, of kinds that cannot be loaded: old.doc." in result.output
    assert "Not used: " in result.output and "bad.md is not text in UTF-8" in result.output


def test_what_was_left_out_is_counted_by_file_and_can_be_printed(tmp_path, monkeypatch, fake_encoder):
    monkeypatch.setattr("calcqa.assistant.load_encoder", lambda settings: fake_encoder)
    (tmp_path / "knee.md").write_text(
        "# Knee\n\nThe knee hurt. ~~Penicillin~~ ~~Aspirin~~ was given. <!-- ask -->", encoding="utf-8"
    )
    (tmp_path / "hip.md").write_text("# Hip\n\nThe hip did not hurt.", encoding="utf-8")
    index = str(tmp_path / "index")
    built = run("build", str(tmp_path), "--out", index).output
    assert "knee.md: left out 3 pieces (2 × struck out, 1 × a comment)." in built and "hip.md" not in built
    assert f"calcqa info --left-out --index {index}" in built
    left_out = run("info", "--left-out", "-i", index).output
    assert "  struck out: Penicillin\n  struck out: Aspirin\n  a comment: <!-- ask -->\n" in left_out
    assert "hip.md" not in left_out
    data = json.loads(run("info", "--left-out", "--json", "-i", index).output)
    assert data[0] == {"source": "knee.md", "text": "Penicillin", "reason": "struck out"} and len(data) == 3
    (tmp_path / "knee.md").unlink()
    assert "left out" not in run("build", str(tmp_path), "--out", index).output
    assert run("info", "--left-out", "-i", index).output == "Nothing was left out.\n"


def test_files_that_cannot_be_used_are_named_when_the_index_is_up_to_date_too(tmp_path):
    shutil.copytree(REPO / "corpus", tmp_path / "corpus")
    shutil.copytree(INDEX, tmp_path / "index")
    (tmp_path / "corpus" / "bad.md").write_bytes(b"\xff\xff")
    (tmp_path / "corpus" / "old.doc").write_bytes(b"\xd0\xcf")
    code, out, err = process("build", "--if-stale", cwd=tmp_path)
    assert "up to date" in out and "Not used: bad.md" in err and "old.doc" in err and code == 1


@pytest.mark.parametrize("against", [(), ("--against", str(EDITION))])
def test_where_nothing_is_quoted_verify_says_so(tmp_path, against):
    answer = run("ask", "-i", INDEX, "--json", "How much colchicine should be taken a day?").output
    (tmp_path / "refused.json").write_text(answer, encoding="utf-8")
    output = run("verify", "-i", INDEX, str(tmp_path / "refused.json"), *against).output
    assert "no quote to check" in output and "0 of 0" not in output and "; 0 quotes" not in output


@pytest.mark.parametrize("against", [(), ("--against", str(EDITION))])
def test_verify_reads_standard_input(against):
    answer = run("ask", "-i", INDEX, "--json", "What did the wound culture grow?").output
    code, out, err = process("verify", "-i", INDEX, "-", *against, stdin=answer)
    assert code == 0 and ("1 of 1 quotes verified." in out or "1 stands" in out), err


def test_the_package_runs_as_a_program():
    done = subprocess.run([sys.executable, "-m", "calcqa", "--version"], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stdout.startswith("calcqa ")


def test_what_belongs_to_no_document_is_not_counted_for_the_users_own(tmp_path, monkeypatch, fake_encoder):
    monkeypatch.setattr("calcqa.assistant.load_encoder", lambda settings: fake_encoder)
    (tmp_path / "hip.md").write_text("# Hip\n\nThe hip did not hurt.", encoding="utf-8")
    index = str(tmp_path / "index")
    assert "1 documents, 1 passages, 1 sentences.\n" in run("build", str(tmp_path), "--out", index).output
    assert "holds    1 documents, 1 passages, 1 sentences\n" in run("info", "-i", index).output
    entries = [
        {"question": "Pain?", "evidence": ["The hip did not hurt."]},
        {"question": "Why?", "gap": "mechanism"},
    ]
    lines = "".join(json.dumps({"evidence": []} | entry) + "\n" for entry in entries)
    (tmp_path / "hip.questions.jsonl").write_text(lines, encoding="utf-8")
    assert "1 sentences, 1 questions, 1 unanswerable.\n" in run("build", str(tmp_path), "--out", index).output
