"""Questions are said in other words of their concept, or of a sibling that the report does not speak of."""

from training.case_reports.otherwise import Wording
from training.case_reports.reports import make_report

TEXT = "The LVEF was 25 %. He took methotrexate, and later rituximab, which helped."
FEW = 60  # seeds: each question is changed by chance


def questions(*asked):
    at = [TEXT.index("He took"), len(TEXT)]
    base = {"facts": [["helped"]], "evidence": [[at]], "tempting": []}
    items = [base | {"id": str(n), "turns": [q]} for n, q in enumerate(asked)]
    report = make_report("r", TEXT, items, lambda t: len(t.split()))
    wording = Wording()
    changed = (wording.changed(report, seed).questions for seed in range(FEW))
    return [[q for q in column] for column in zip(*changed, strict=True)]


def test_a_term_becomes_another_of_its_concept_and_the_answer_stays():
    (asked,) = questions("What was the ejection fraction?")
    reworded = [q for q in asked if q.text != "What was the ejection fraction?"]
    assert "What was the LV systolic function?" in {q.text for q in reworded}
    assert all(q.groups and q.record["facts"] for q in reworded)


def test_a_sibling_that_the_report_does_not_speak_of_has_no_answer_and_what_answered_tempts():
    (asked,) = questions("Why was methotrexate taken?")
    turned = [q for q in asked if not q.groups]
    assert turned and all(q.tempting and q.record["facts"] == [] for q in turned)
    assert all("methotrexate" not in q.text and "rituximab" not in q.text for q in turned)


def test_a_seed_always_gives_the_same_and_what_has_no_such_term_stays():
    assert questions("Why was methotrexate taken?") == questions("Why was methotrexate taken?")
    (asked,) = questions("Did it help?")
    assert {q.text for q in asked} == {"Did it help?"}
