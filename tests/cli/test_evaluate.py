"""The commands eval and compare, with a fake encoder: what they print, write, refuse, and exit with."""

import json

import pytest
from typer.testing import CliRunner

from calcqa.cli.main import app
from calcqa.errors import InputError
from calcqa.evaluation import pipeline
from calcqa.evaluation.asking import Asker


@pytest.fixture(autouse=True)
def _place(tmp_path, monkeypatch, fake_encoder, small_source):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALCQA_READER", "none")
    monkeypatch.setattr(pipeline, "load_encoder", lambda settings: fake_encoder)
    (tmp_path / "my.csv").write_text(
        "question,answer,document,answerable\n"
        "How long did recovery take?,six weeks,knee.md,\n"
        "Which dose of ibuprofen was given?,,,no\n",
        encoding="utf-8",
    )
    record = {"id": "1", "topic": "t", "turns": ["Which joint hurt?"], "answerable": True, "facts": [["knee"]]}
    (tmp_path / "facts.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_eval_prints_writes_and_holds_bars(small_source, tmp_path):
    result = run("eval", "my.csv", "--corpus", small_source.parent, "--min", "answered=0", "--min", "P@1=1")
    assert result.exit_code == 0, result.output
    assert "Answer found" in result.output and "Written: reports/my.csv" in result.output
    names = {"run.json", "outcomes.jsonl", "measures.json", "report.html", "ranking.run"}
    assert {p.name for p in (tmp_path / "reports" / "my.csv").iterdir()} == names
    assert "left out" not in result.output
    alone = run("eval", "my.csv", "--corpus", small_source.parent, "--alone", "--out", "alone")
    assert "Questions left out, having no text of their own: 1." in alone.output
    missed = run("eval", "my.csv", "--corpus", small_source.parent, "--min", "em=1", "--min", "wrongly_refused=1")
    assert missed.exit_code == 1 and "em" in missed.output and "wrongly_refused" not in missed.output
    assert run("eval", "my.csv", "--corpus", small_source, "--min", "nDCG@11=1").exception is not None


def test_eval_asks_what_brings_its_own_texts(tmp_path):
    squad = {"id": "a", "question": "How heavy was it?", "answers": [{"text": "200 g", "answer_start": 3}]}
    paragraph = {"context": "At 200 g it was large.", "qas": [squad | {"is_impossible": False}]}
    data = {"data": [{"title": "T", "paragraphs": [paragraph]}]}
    (tmp_path / "dev.json").write_text(json.dumps(data), encoding="utf-8")
    result = run("eval", "dev.json", "--out", "run", "--cache", "cache", "--limit", 1, "--alone")
    assert result.exit_code == 0 and "Exact match" in result.output and "Best F1" not in result.output
    assert list((tmp_path / "cache").glob("*/manifest.json"))


def test_compare_shows_differences_and_what_changed(small_source):
    for out, more in (("a", []), ("b", ["--search-only"])):
        assert run("eval", "my.csv", "--corpus", small_source, "--out", out, *more).exit_code == 0
    shown = run("compare", "a", "b")
    assert shown.exit_code == 0 and "The runs differ in options." in shown.output and "nDCG@10" in shown.output
    data = json.loads(run("compare", "a", "b", "--json").output)
    assert data["settings"] == ["options"] and data["leading"] == "nDCG@10" and data["questions"] == 2
    assert "The runs have the same settings." in run("compare", "a", "a").output


def test_an_interruption_says_what_goes_on(small_source, monkeypatch):
    def stop(self, query):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Asker, "ask", stop)
        broken = run("eval", "my.csv", "--corpus", small_source, "--out", "run")
    assert broken.exit_code == 130 and "the same command goes on from what run holds" in broken.output
    refused = run("compare", "run", "run")
    assert isinstance(refused.exception, InputError) and "was interrupted" in str(refused.exception)
    assert run("eval", "my.csv", "--corpus", small_source, "--out", "run").exit_code == 0


def test_questions_with_facts_over_documents_named(small_source, tmp_path):
    result = run("eval", "facts.jsonl", "--corpus", small_source, "--min", "facts=1", "--min", "refused=0")
    assert result.exit_code == 1 and "Written: reports/report.json, reports/report.html" in result.output
    assert result.output.splitlines()[-1] == "refused"  # no question is unanswerable
    assert (tmp_path / "reports" / "outcomes.jsonl").is_file()


def test_a_trec_run_is_scored(tmp_path):
    (tmp_path / "x.qrels").write_text("1 0 d1 1\n", encoding="utf-8")
    (tmp_path / "x.run").write_text("1 Q0 d2 1 9 x\n1 Q0 d1 2 8 x\n", encoding="utf-8")
    result = run("eval", "x.run", "--qrels", "x.qrels")
    assert result.exit_code == 0 and "0.500" in result.output
    assert (tmp_path / "reports" / "x.run" / "measures.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["eval", "none.csv"], "Cannot read"),
        (["eval", "my.csv", "--index", "i", "--corpus", "c"], "give one of them"),
        (["eval", "my.csv", "--corpus", "none.md"], "does not exist"),
        (["eval", "my.csv", "--corpus", "source", "--min", "facts=much"], "'much'"),
        (["eval", "my.csv", "--corpus", "source", "--split", "dev"], "no questions of the split 'dev'"),
        (["eval", "my.csv", "--form", "xml"], "no form 'xml'"),
        (["eval", "set.jsonl", "--limit", "3"], "Cannot read"),
        (["eval", "facts.jsonl", "--search-only"], "no answers to judge a search by"),
        (["eval", "facts.jsonl", "--texts", "3"], "no texts of its own"),
        (["eval", "facts.jsonl", "--alone"], "as --alone needs"),
        (["compare", "a", "b"], "a is no run"),
    ],
)
def test_bad_input_is_one_sentence(arguments, says):
    result = run(*arguments)
    assert isinstance(result.exception, InputError), result.output
    assert says in str(result.exception) and "\n" not in str(result.exception)
