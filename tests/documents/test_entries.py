"""Sentences of an entry in a chart keep the date and time that it begins with."""

import pytest

from calcqa.documents.plain import load_plain

CHART = """Ward 4

21/03 21:15 Nausea. Codeine was given, good effect.
21/03 22:00 Asleep.

2024-03-22 08:30 Temp 38.4. Blood was cultured.

Day 3: Walking. The drain came out.

10:30 Ward round. Home today.
"""
PROSE = "Ward 4\n\nOn 3/4 he fell. His wrist broke.\n\n2.5 mg was given. He slept.\n\nDay care was planned. He came."


@pytest.mark.parametrize(
    ("sentence", "leads"),
    [
        ("Codeine was given", ("21/03 21:15",)),
        ("21/03 21:15 Nausea", ()),
        ("21/03 22:00 Asleep", ()),
        ("Blood was cultured", ("2024-03-22 08:30",)),
        ("The drain came out", ("Day 3",)),
        ("Home today", ("10:30",)),
    ],
)
def test_an_entry_leads_its_sentences(sentence, leads):
    document = load_plain(CHART, "chart.txt").document
    assert document.leads_at(document.text.index(sentence)) == leads


@pytest.mark.parametrize("sentence", ["His wrist broke", "He slept", "He came"])
def test_prose_has_no_entries(sentence):
    document = load_plain(PROSE, "prose.txt").document
    assert document.leads_at(document.text.index(sentence)) == ()
