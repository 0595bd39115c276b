"""`calcqa check`: sentences nobody asks about, duplicates and strays are found, and only those."""

import json

from calcqa.index.faq_audit import check
from calcqa.index.open import open_index


def test_findings(small_source, tmp_path, build_small):
    records = [
        {"question": "Which joint hurt?", "evidence": ["A 52-year-old man came with pain in the left knee."]},
        {"question": "which joint hurt", "evidence": ["A 52-year-old man came with pain in the left knee."]},
        {"question": "How did the fall happen?", "evidence": ["He had fallen on ice two days before (Figure 1)."]},
        {"question": "Why did the fall happen?", "evidence": ["His temperature was normal."]},
        {"question": "Price of ibuprofen?", "evidence": [], "gap": "cost"},
        {"question": "Dose of ibuprofen?", "evidence": [], "gap": "doses"},
    ]
    sidecar = small_source.with_name("knee.questions.jsonl")
    sidecar.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    findings = check(open_index(build_small([small_source], tmp_path / "checked").path))
    assert "The pain had gone after six weeks." in findings.unasked
    assert "His temperature was normal." not in findings.unasked
    assert [(p.question, p.other) for p in findings.duplicates] == [("Which joint hurt?", "which joint hurt")]
    pairs = [{p.question, p.other} for p in findings.strays]
    assert pairs.count({"How did the fall happen?", "Why did the fall happen?"}) == 1  # told once, not from both sides
    assert not any("ibuprofen" in p.question for p in findings.strays)  # two gaps of one document say the same


def test_without_a_sidecar_there_is_nothing_to_find(small_source, tmp_path, build_small):
    findings = check(open_index(build_small([small_source], tmp_path / "plain", sidecars=False).path))
    assert (findings.unasked, findings.duplicates, findings.strays) == ((), (), ())
