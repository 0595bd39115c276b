"""What ships: the wheel carries it, the edition and the question set keep their promises."""

import re
import subprocess
import sys
import zipfile
from collections import Counter

import pytest

import calcqa
from calcqa.evaluation import load_questions
from calcqa.index.open import open_index
from helpers.paths import REPO

QUESTIONS = REPO / "questions" / "report.jsonl"


def test_the_weights_carry_their_figures():
    weights = open_index(REPO / "index").weights
    assert set(weights.figures) == {
        "questions",
        "with_sidecar",
        "with_few",
        "without_sidecar",
        "without_sidecar_with_reader",
        "other_documents_with_few",
        "other_documents",
    }
    assert weights.figures["questions"] == len(load_questions(QUESTIONS, "dev"))
    assert {"facts", "refused", "wrongly_refused", "auroc", "followups"} <= set(weights.figures["with_sidecar"])


def test_the_edition_has_its_headings_and_front_matter():
    document = next(iter(open_index(REPO / "index").documents.values()))
    titles = [s.title for s in document.sections]
    for heading in (
        "Presentation",
        "Disease",
        "Classification",
        "Management",
        "Telling it apart",
        "Figures",
        "References",
    ):
        assert heading in titles
    assert sum(t.endswith("calcification") or t == "Calciphylaxis" for t in titles) == 5
    wanted = {
        "journal": "Journal of Hospital Medicine",
        "volume": "4",
        "issue": "1",
        "pages": "71–72",
        "year": "2009",
        "institution": "University of California Los Angeles",
        "department": "Department of Internal Medicine",
    }
    assert wanted.items() <= document.metadata.items()
    assert "2009" in document.metadata["copyright"] and "restatement" in document.metadata["restatement"]
    assert not re.search("\u2010|Figures 13|6874|805812|505511", document.text)


def test_the_question_set_is_what_it_promises():
    questions = load_questions(QUESTIONS)
    assert len(questions) >= 200
    assert sum(not q.answerable for q in questions) >= 60
    assert sum(len(q.turns) > 1 for q in questions) >= 30
    assert Counter(q.topic for q in questions if not q.answerable)["near-miss"] > 30
    halves = Counter(q.split for q in questions)
    assert set(halves) == {"dev", "test"} and abs(halves["dev"] - halves["test"]) <= 10


def test_every_fact_asked_for_stands_in_the_edition():
    text = next(iter(open_index(REPO / "index").documents.values())).text
    for question in load_questions(QUESTIONS):
        for group in question.facts:
            assert any(p.search(text) for p in group), question.id


@pytest.mark.slow
def test_the_wheel_carries_the_index_and_the_types(tmp_path):
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(REPO)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in ("manifest.json", "vectors.npy", "asked.jsonl", "documents.jsonl", "passages.jsonl"):
        assert f"calcqa/_index/{name}" in names
    for name in (
        "py.typed",
        "weights/parameters.json",
        "faq/not_questions.jsonl",
        "server/page/static/page.css",
        "server/page/static/page.js",
        "weights/encoder/README.md",
        "weights/encoder/meta.json",
        "weights/encoder/model.onnx",
        "weights/encoder/tokenizer.json",
        "weights/reader/README.md",
        "weights/reader/meta.json",
        "weights/reader/model.onnx",
        "weights/reader/tokenizer.json",
    ):
        assert f"calcqa/{name}" in names
    assert "calcqa/evaluation/report/page.html.j2" in names
    outside = tmp_path / "elsewhere"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(outside)
    code = "import calcqa; print(calcqa.__file__); print(calcqa.open().ask('What grew from the wound?').text)"
    environment = {"PYTHONPATH": str(outside), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert str(outside) in done.stdout and "Staphylococcus aureus" in done.stdout


@pytest.mark.models
def test_the_real_export_can_be_built_and_asked(tmp_path, real_encoder):
    found = sorted((REPO.parent / "shared" / "seed").glob("*.txt"))
    if not found:
        pytest.skip("the publisher's export is not here")
    report = calcqa.build(found, tmp_path / "export")
    assert report.counts["documents"] == 1 and report.dropped[found[0].name]
    answer = calcqa.open(tmp_path / "export").ask("What did the wound cultures grow?")
    assert "Staphylococcus aureus" in answer.text


@pytest.mark.models
@pytest.mark.slow
def test_the_counts_told_of_a_confidence_are_those_of_the_development_half():
    from calcqa.evaluation.judging import judge
    from calcqa.evaluation.report.numbers import by_word
    from calcqa.rendering.confidence import counts

    assistant = calcqa.open(REPO / "index")
    outcomes = []
    for question in load_questions(QUESTIONS, "dev"):
        chat = assistant.chat()
        answers = [chat.ask(turn) for turn in question.turns]
        outcomes.append(judge(question, answers[-1], assistant.index.documents))
    figures = assistant.index.weights.figures
    assert {w: (held, n) for w, held, n in by_word(outcomes)} == {
        w: counts(figures, w, with_faq=True) for w in ("high", "fair", "low")
    }
