"""Of several values of a measure the one that is asked for is quoted first, and is the short answer."""

import pytest

from calcqa.assistant import Assistant
from calcqa.index.open import open_index

PROSE = """# A perforated appendix

On admission her temperature was 38.9 °C, CRP 212 mg/l and creatinine 61 µmol/l. On day 1 the CRP was 268 mg/l.
On day 3 it had fallen to 190 mg/l, with a temperature of 38.1 °C. On day 5 the CRP rose to 305 mg/l and the
temperature to 39.4 °C. At discharge on day 11 the CRP was 22 mg/l. The target INR was 2.5.
"""
ROW = """# Kidney injury

| Test | 3 June | 5 June | 8 June | 12 June |
|---|---|---|---|---|
| Creatinine (µmol/l) | 412 | 530 | 288 | 141 |
| Haemoglobin (g/l) | 112 | 98 | 101 | 109 |
"""
COLUMN = """# Chart

| Date | Temp | HR | Hb |
|---|---|---|---|
| 1 May | 37.2 | 88 | 131 |
| 2 May | 39.6 | 104 | 118 |
| 3 May | 38.7 | 122 | 92 |
"""
LINES = "# Clinic\n\n12/01 INR 1.1, 5 mg od\n\n19/01 INR 3.8, omit a dose\n\n22/01 INR 2.6\n\n02/02 INR 5.4, held\n"
LOST = "# Table\n\nHaemoglobin 14.9 13.3 5.9 9.8 Platelets 210 180 90 120\n"
EARLIER = "# Letter\n\nThe sodium was 118 mmol/l. Two years earlier his sodium was 139 mmol/l.\n"
TWO = "# Letter\n\nHis CRP was 30 mg/l, then the CRP was 80 mg/l.\n\nIn other patients the mean CRP was 200 mg/l.\n"


def asked(tmp_path, build_small, fake_encoder, text, question):
    (tmp_path / "letter.md").write_text(text, encoding="utf-8")
    index = open_index(build_small([tmp_path / "letter.md"], tmp_path / "index").path)
    return Assistant(index, fake_encoder).ask(question)


@pytest.mark.parametrize(
    ("text", "question", "value"),
    [
        (PROSE, "CRP on day 3?", "190 mg/l"),
        (PROSE, "What was the highest CRP?", "305 mg/l"),
        (PROSE, "What was the first CRP?", "212 mg/l"),
        (PROSE, "What was the last CRP level?", "22 mg/l"),
        (PROSE, "CRP at discharge?", "22 mg/l"),
        (PROSE, "CRP on arrival?", "212 mg/l"),
        (PROSE, "What was her highest temperature?", "39.4 °C"),
        (PROSE, "Peak CRP?", "305 mg/l"),
        (ROW, "Lowest Hb?", "98"),
        (ROW, "What was the last creatinine?", "141"),
        (ROW, "Creatinine on 8 June?", "288"),
        (COLUMN, "What was the highest temperature?", "39.6"),
        (COLUMN, "HR on the 3rd?", "122"),
        (COLUMN, "First Hb?", "131"),
        (LINES, "INR on the 22nd?", "2.6"),
        (LINES, "INR on 2 February?", "5.4"),
        (LINES, "What was the lowest INR?", "1.1"),
        (LOST, "Lowest Hb?", "5.9"),
        (TWO, "Highest CRP?", "80 mg/l"),
    ],
)
def test_the_value_that_is_asked_for(tmp_path, build_small, fake_encoder, text, question, value):
    answer = asked(tmp_path, build_small, fake_encoder, text, question)
    assert answer.short_answer == value and value in answer.citations[0].quote


def test_what_goes_on_is_quoted_with_what_names_it(tmp_path, build_small, fake_encoder):
    answer = asked(tmp_path, build_small, fake_encoder, PROSE, "CRP on day 3?")
    assert [c.quote for c in answer.citations][1:] == ["On day 1 the CRP was 268 mg/l."]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (EARLIER, "What was the first sodium?"),  # the order of the text is not that of time
        (PROSE, "What was the highest INR?"),  # which is aimed at
        (PROSE, "Highest creatinine?"),  # there is one
        (PROSE, "CRP on day 4?"),
        (PROSE, "What was the first operation?"),
    ],
)
def test_where_it_is_not_sure_questions_are_answered_as_ever(tmp_path, build_small, fake_encoder, text, question):
    answer = asked(tmp_path, build_small, fake_encoder, text, question)
    assert answer.short_answer is None
