"""Measuring over many reports in one index: how questions name theirs, and what is counted, by a worked example."""

import json

import pytest

from benchmarks.quality import many_reports
from calcqa.types import text_hash
from helpers.fakes import SentenceReader

TEXTS = {
    "toe": "Case\n\nA sailor had a swollen toe. The drug was colchicine for nine days.",
    "burn": "Case\n\nA cook burned her wrist. The drug was silver sulfadiazine for two weeks.",
    "bite": "Case\n\nA farmer was bitten by a dog. The drug was amoxicillin for five days.",
}
PHRASES = {
    "toe": ["the sailor with the swollen toe"],
    "burn": ["the cook who burned her wrist"],
    "bite": ["the farmer bitten by a dog"],
}
FACTS = {"toe": "colchicine", "burn": "silver", "bite": "amoxicillin"}


@pytest.fixture
def files(tmp_path):
    """The corpus, and questions with their phrases beside them: two of each report, and a conversation."""
    corpus, questions = tmp_path / "corpus.jsonl", tmp_path / "dev.jsonl"
    corpus.write_text("".join(json.dumps({"_id": i, "title": "", "text": t}) + "\n" for i, t in TEXTS.items()))
    rows = []
    for name, text in TEXTS.items():
        known = {"document": name, "text_sha256": text_hash(text), "split": "dev", "topic": "case"}
        rows.append(known | {"id": f"{name}-1", "turns": ["Which drug?"], "answerable": True, "facts": [[FACTS[name]]]})
        rows.append(known | {"id": f"{name}-2", "turns": ["Which ship?"], "answerable": False, "facts": []})
    rows.append(rows[0] | {"id": "talk", "turns": ["Which toe?", "Which drug?"]})
    questions.write_text("".join(json.dumps(row) + "\n" for row in rows))
    lines = (json.dumps({"document": name, "phrases": own}) + "\n" for name, own in PHRASES.items())
    questions.with_suffix(".phrases.jsonl").write_text("".join(lines))
    return corpus, questions


def test_each_question_names_its_report_in_one_of_two_ways_by_turns(files):
    corpus, questions = files
    dataset = many_reports.single_turns([questions], corpus, answerable=True)
    named = [q.turns[0] for q in many_reports.named(dataset.queries, many_reports.by_document([questions]), 17)]
    assert named == [
        "In the case of the sailor with the swollen toe: Which drug?",
        "the cook who burned her wrist - Which drug?",
        "In the case of the farmer bitten by a dog: Which drug?",
    ]


@pytest.mark.parametrize(("options", "right"), [([], 1.0), (["--alone"], 1.0), (["--bare"], None)])
def test_what_is_counted(files, options, right, tmp_path, monkeypatch, capsys, fake_encoder):
    monkeypatch.setattr(many_reports, "load_encoder", lambda: fake_encoder)
    monkeypatch.setattr(many_reports, "find_reader", lambda folder: SentenceReader("drug"))
    out = tmp_path / "out.jsonl"
    many_reports.main([*map(str, files), *options, "--out", str(out)])
    figures = json.loads(capsys.readouterr().out)
    assert figures["questions"] == 6 and len(out.read_text().splitlines()) == 6
    if right is None:  # without a name one report is taken for all
        assert figures["facts"] < 0.5
        return
    assert figures["right report"] == right and figures["several reports"] == 0.0
    assert figures["facts"] == (1.0 if not options else pytest.approx(2 / 3, abs=0.001))  # alone, no name is taken off


def test_phrases_of_reports_that_are_not_there_are_refused(files, tmp_path, monkeypatch, capsys, fake_encoder):
    monkeypatch.setattr(many_reports, "load_encoder", lambda: fake_encoder)
    monkeypatch.setattr(many_reports, "find_reader", lambda folder: SentenceReader("drug"))
    others = tmp_path / "others.phrases.jsonl"
    others.write_text(json.dumps({"document": "voice", "phrases": ["the hoarse woman", "the woman without a voice"]}))
    many_reports.main([*map(str, files), "--unknown", str(others)])
    figures = json.loads(capsys.readouterr().out)
    assert figures["wrongly refused"] == figures["refused"] == 1.0
