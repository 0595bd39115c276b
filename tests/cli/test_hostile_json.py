"""JSON of files that commands read: numbers without end, nesting without end and other kinds are our own errors."""

import json

import pytest
from typer.testing import CliRunner

from calcqa.cli.main import app
from calcqa.errors import InputError
from calcqa.evaluation.compare import compare
from calcqa.evaluation.datasets import load_dataset
from calcqa.faq.entries import read_sidecar
from calcqa.types import Document

HOSTILE = [
    '{"id": ' + "9" * 5_000 + "}",
    "[" * 200_000,
    '{"id": ' * 50_000,
    '{"id": "\\ud800"}',
    "nonsense",
    '{"id": 1e999}',
]
SCORES = [None, 3, [], {"right": 1}, {"right": [1]}, {"right": ["a", 1]}, {"right": [1, 10**400]}, {"right": [1, None]},
          {"right": [float("nan"), 1]}, {"right": [-1, 1]}]  # fmt: skip


@pytest.fixture
def run(tmp_path):
    """Write a run as a folder with one record."""

    def write(name, line, settings="{}"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "run.json").write_text(settings, encoding="utf-8")
        (folder / "measures.json").write_text("{}", encoding="utf-8")
        (folder / "outcomes.jsonl").write_text(f"{line}\n", encoding="utf-8")
        return str(folder)

    return write


def ours(*arguments):
    done = CliRunner().invoke(app, list(arguments))
    assert isinstance(done.exception, InputError), (done.exception, done.output)
    assert "\n" not in str(done.exception) and len(str(done.exception)) < 400


GOOD = {"id": "1", "scores": {"right": [1, 1]}, "turns": ["What?"], "text": "x", "confidence": 0.5, "answerable": True}


@pytest.mark.parametrize("line", HOSTILE)
def test_runs(line, run):
    good = run("good", json.dumps(GOOD))
    ours("compare", good, run("bad", line))
    if not line.endswith(('"}', "999}")):  # which settings may be
        ours("compare", run("worse", json.dumps(GOOD), line), good)


@pytest.mark.parametrize("scores", SCORES)
def test_records_of_another_kind(scores):
    with pytest.raises(InputError, match="is damaged"):
        compare([GOOD], [{**GOOD, "scores": scores}])


@pytest.mark.parametrize("more", [{"turns": [3]}, {"turns": "What?"}, {"confidence": "x"}, {"ranking": [3]}])
def test_fields_of_another_kind(more):
    with pytest.raises(InputError, match="is damaged"):
        compare([{**GOOD, **more}], [GOOD])


def test_a_score_of_nothing_or_of_an_unknown_name_is_no_fault(run):
    other = {**GOOD, "scores": {"right": [0, 0], "unknown": [1, 2]}}
    compare([GOOD], [other])
    a, b = run("a", json.dumps(other)), run("b", json.dumps(other))
    assert CliRunner().invoke(app, ["compare", a, b]).exit_code == 0


@pytest.mark.parametrize("line", HOSTILE)
@pytest.mark.parametrize("name", ["set.jsonl", "set.json"])
def test_question_sets(line, name, tmp_path):
    file = tmp_path / name
    file.write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(InputError):
        load_dataset(file, None, None)


@pytest.mark.parametrize("line", HOSTILE)
def test_sidecars(line, tmp_path):
    file = tmp_path / "a.questions.jsonl"
    file.write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(InputError):
        read_sidecar(file, Document("0", "a.md", "A", "text"))
