"""Calibrating a reader, and measuring answers, on marks made by hand; no model."""

import json
import re

import numpy as np
import pytest

from calcqa.index.open import open_index
from calcqa.models.reader import Calibration, Marked, Platt, Reading
from calcqa.types import Span
from helpers.fakes import MarkReader
from training import calibrate
from training.answers import Asked, figures, gold_sentences, of_some
from training.calibrate import bins, calibration_error, crossed, fit, quoted, threshold
from training.case_reports.reports import make_report
from training.data import Question
from training.marking import Judged, mark, mark_reports
from training.pages import Item

TEXT = "Rest was tried. A splint was worn for six weeks."
ASKED = Question("q", "How long was the splint worn?", TEXT, ((TEXT.index("six"), TEXT.index(".", 20)),), "knee-3")


def judged(rows, group="a"):
    """Marks as (score, evidence, agreement, right, holds)."""
    *logits, right, holds = zip(*rows, strict=True)
    return Judged(np.array(logits, dtype=float).T, np.array(right), np.array(holds), group)


def drawn(seed, size, slopes, intercept, group="a"):
    """Questions of one mark each, right by a logistic model of the three logits."""
    rng = np.random.default_rng(seed)
    found = []
    for row in rng.normal(size=(size, 3)):
        right = bool(rng.random() < 1 / (1 + np.exp(-(intercept + row @ np.array(slopes)))))
        found.append(judged([(*row, right, True)], group))
    return found


class TwoMarks:
    """Marks "rest" in the first sentence and "six weeks" in the second."""

    threshold = exact_threshold = 0.9

    def read(self, question, passages):
        spans = [Span(*re.search(words, TEXT, re.IGNORECASE).span()) for words in ("rest", "six weeks")]
        marks = tuple(Marked(s, n, n + 10, n + 20, 0.5, 0.5) for n, s in enumerate(spans))
        return [Reading(p.id, None, 0.5, marks) for p in passages]


def test_marks_are_judged_by_hand():
    answered, silent = mark(TwoMarks(), [ASKED, Question("u", "Who?", TEXT, (), "knee-4")])
    assert answered.logits.tolist() == [[0, 10, 20], [1, 11, 21]]
    assert (answered.right.tolist(), answered.holds.tolist()) == ([False, True], [False, True])
    assert not silent.right.any() and not silent.holds.any() and silent.group == "knee"
    assert [q.logits.tolist() for q in quoted([answered, silent])] == [[[1, 11, 21]]]


def test_marks_in_a_report_are_judged_by_the_facts_of_a_question():
    text = "Case report\n\nA sailor came with a swollen toe. He took colchicine for ten days.\n\nHe sailed on in May."
    base = {"turns": ["How long?"], "facts": [["ten\\s+days"]]}
    at = [text.index("He took"), text.index("days.") + 5]
    items = [
        {**base, "id": "a", "evidence": [[at]]},
        {**base, "id": "n", "facts": [], "tempting": [at]},
    ]
    report = make_report("r", text, items, lambda t: len(t.split()))
    asked = [Item(report, q, (0.1, 0.9, 0.5)) for q in report.questions]
    answered, silent = mark_reports(MarkReader(**{"ten days": (0.5, 0.5), "May": (0.9, 0.9)}), asked)
    assert (answered.right.tolist(), answered.holds.tolist()) == ([True, False], [True, False])
    assert not silent.right.any() and not silent.holds.any() and silent.group == "r"


def test_a_model_is_found_again():
    both = fit(drawn(0, 4000, (1.0, 0.5, 0.0), -0.3))
    assert all(m == pytest.approx((-0.3, 1.0, 0.5, 0.0), abs=0.15) for m in both)


def test_what_is_exact_is_learned_from_sentences_that_answer():
    rng = np.random.default_rng(1)
    found = []
    for score in rng.normal(size=600):
        agreed = float(rng.normal())
        found.append(judged([(score + 2, 0, agreed, agreed > 0, True)]))  # answers: right where the spans agree
        found.append(judged([(score - 2, 0, agreed, False, False)]))
    answerable, exact = fit(found)
    assert answerable[1] > 0.5 and abs(exact[1]) < 0.3 and exact[3] > 3


def test_an_article_is_judged_by_the_others_alone():
    found = drawn(0, 200, (0.0, 0.0, 0.0), 2.2, "often") + drawn(1, 200, (0.0, 0.0, 0.0), -2.2, "seldom")
    for marks in crossed(found):
        often = np.array(marks.groups) == "often"
        assert marks.right[often].mean() > 0.8 and marks.probability[often].mean() < 0.2
        assert marks.right[~often].mean() < 0.2 and marks.probability[~often].mean() > 0.8


def test_the_threshold_is_the_lowest_from_which_enough_are_right():
    probability = np.linspace(1, 0, 101)
    right = np.array([i < 38 or i == 60 for i in range(101)])
    assert threshold(probability, right) == probability[39]  # 38 of 40 are right, of 41 fewer than 95%
    assert threshold(probability, np.zeros(101, dtype=bool)) == 1.0


def test_equal_probabilities_are_shown_together_or_not_at_all():
    probability = np.array([0.9] * 30 + [0.8] * 30)
    right = np.array([True] * 40 + [False] * 20)
    assert threshold(probability, right) == 0.9


def test_the_calibration_error_by_hand():
    probability = np.array([0.95] * 8 + [0.15] * 2)
    right = np.array([True] * 6 + [False] * 4)
    found = bins(probability, right)
    assert [b["marks"] for b in found] == [2, 8]
    assert calibration_error(found) == pytest.approx(0.8 * (0.95 - 0.75) + 0.2 * 0.15)


def test_what_is_written_is_what_a_reader_opens_with(tmp_path, monkeypatch):
    (tmp_path / "meta.json").write_text('{"name": "r", "calibration": {}, "threshold": 1.0, "exact_threshold": 1.0}')
    found = [j for n in range(10) for j in drawn(n, 100, (0.5, 0.0, 4.0), 1.0, str(n))]
    report = calibrate.calibrate(tmp_path, found, tmp_path / "figure.png")
    meta = json.loads((tmp_path / "meta.json").read_text())
    opened = Calibration(**{name: Platt(**p) for name, p in meta["calibration"].items()})
    assert opened.exact.agreement == report["calibration"]["exact"]["agreement"] > 3
    assert meta["name"] == "r" and 0.5 < meta["exact_threshold"] == report["exact_threshold"] < 1
    assert meta["threshold"] == report["threshold"]
    exact = report["calibrated"]["exact"]
    assert exact["marks"] == 1000 and exact["calibration_error"] < 0.05 and exact["cleared_right"] > 0.9
    assert exact["cleared_right_95"][0] <= exact["cleared_right"] <= exact["cleared_right_95"][1]
    assert (tmp_path / "figure.png").stat().st_size > 1000


def test_gold_answers_are_found_again_in_the_cleaned_text(build_small, tmp_path):
    file = tmp_path / "note.txt"
    file.write_text("Rest was tried.  A splint\nwas worn for six weeks. Rest was tried again.", encoding="utf-8")
    index = open_index(build_small([file], tmp_path / "index").path)
    found = {
        gold: {index.sentence_text(i) for i in gold_sentences(Question("q", "?", gold, ((0, len(gold)),), "d"), index)}
        for gold in ("splint was worn", "Rest was", "no such words")
    }
    assert found["splint was worn"] == {"A splint was worn for six weeks."}
    assert found["Rest was"] == {"Rest was tried.", "Rest was tried again."} and not found["no such words"]


def test_whole_documents_are_chosen():
    asked = [Question(f"q{n}", "?", "text", ((0, 4),), f"d{n % 4}") for n in range(12)]
    some = of_some(asked, 2)
    assert len({q.group for q in some}) == 2 and len(some) == 6 and some == of_some(asked, 2)
    assert of_some(asked, None) == of_some(asked, 9) == asked


def test_rates_of_answers_by_hand():
    common = {"first": True, "nearest": False, "sentences": 2}
    found = [
        Asked("a", quoted=True, near=True, withheld=False, short=True, short_right=True, **common),
        Asked("a", quoted=True, near=False, withheld=False, short=True, short_right=False, **common),
        Asked("b", quoted=True, near=False, withheld=True, short=False, short_right=False, **common),
        Asked("b", quoted=False, near=True, withheld=False, short=False, short_right=False, **common),
    ]
    report = figures(found, rounds=50)
    assert (report["quoted"]["rate"], report["vectors"]["rate"], report["ratio"]["value"]) == (0.75, 0.5, 1.5)
    assert (report["precision_at_1"]["rate"], report["vectors_precision_at_1"]["rate"]) == (1.0, 0.0)
    assert (report["sentences"], report["withheld"]) == (2.0, 0.25)
    assert (report["short_answers"], report["short_answers_right"]) == (0.5, 0.5)
