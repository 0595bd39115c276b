"""Measuring over reports, each alone: places of what answers, and what is quoted, by a worked example."""

import json

import pytest

from benchmarks.quality import case_reports
from calcqa.retrieval.results import Candidate
from calcqa.types import text_hash
from helpers.fakes import SentenceReader

TEXT = "Case\n\nThe knee hurt. The spleen weighed 210 grams. The heart weighed 300 grams. It rained on the day."


def question(number, turns, *golds, register="ward"):
    evidence = [[[TEXT.index(gold), TEXT.index(gold) + len(gold)]] for gold in golds]
    known = {"answerable": bool(golds), "facts": [[gold.split()[-1]] for gold in golds], "evidence": evidence}
    where = {"id": f"q{number}", "document": "r", "text_sha256": text_hash(TEXT), "split": "dev", "topic": "case"}
    return where | {"turns": turns, "register": register} | (known if golds else known | {"evidence": []})


def test_a_place_is_that_of_the_first_candidate_with_gold():
    ranked = [Candidate("d", ids, 0.0, 0.0, 0.0) for ids in (("a",), ("b", "c"), ("c",))]
    assert case_reports.place(ranked, {"c"}) == 2 and case_reports.place(ranked, {"x"}) == 0


def test_precision_recall_and_f1_are_over_sentences_and_groups():
    made = [
        case_reports.Judged({}, 1, 2, 2, 1, 2, 1),  # two quoted, one right; one of two groups met
        case_reports.Judged({}, 0, 9, 0, 0, 1, 0),  # refused
        case_reports.Judged({}, 0, 0, 1, 0, 0, 0),  # a near miss that was answered
    ]
    cells = [c.strip() for c in case_reports.row("all", made).strip("|").split("|")]
    assert cells[:3] == ["all", "3", "2"]
    assert cells[3:11] == ["0.500", "0.500", "0.500", "0.500", "0.000", "0.500", "0.500", "1.000"]
    assert [float(c) for c in cells[11:]] == [pytest.approx(x, abs=1e-3) for x in (1 / 3, 1 / 3, 1 / 3)]


def test_reading_puts_what_answers_first(tmp_path, monkeypatch, capsys, fake_encoder):
    corpus, questions = tmp_path / "corpus.jsonl", tmp_path / "dev.jsonl"
    corpus.write_text(json.dumps({"_id": "r", "title": "", "text": TEXT}) + "\n", encoding="utf-8")
    asked = [
        question(1, ["How much did it weigh?"], "The spleen weighed 210 grams."),
        question(2, ["Which ship?"], register="lay"),
        question(
            3, ["What hurt?", "And what weighed most?"], "The heart weighed 300 grams."
        ),  # a conversation: left out
    ]
    questions.write_text("".join(json.dumps(q) + "\n" for q in asked), encoding="utf-8")
    monkeypatch.setattr(case_reports, "load_encoder", lambda: fake_encoder)
    monkeypatch.setattr(case_reports, "find_reader", lambda folder: SentenceReader("spleen weighed"))
    case_reports.main([str(questions), str(corpus), "--by", "register"])
    head, _, *rows = capsys.readouterr().out.splitlines()
    names, *cells = [[c.strip() for c in line.strip("|").split("|")] for line in (head, *rows)]
    assert [own[0] for own in cells] == ["all", "register: lay", "register: ward"]
    found = dict(zip(names, cells[0], strict=True))
    assert (found["questions"], found["answerable"], found["read 1"]) == ("2", "1", "1.000")
