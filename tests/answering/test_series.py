"""Of several values of a measure the one that is asked for is quoted first, and is the short answer."""

import pytest

from calcqa.assistant import Assistant
from calcqa.index.open import open_index
from calcqa.parameters import WHOLE_CONFIDENCE

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
    ("text", "question", "value"),
    [
        # a day behind a value is of that value
        ("The CRP was 268 mg/l on day 1. Admitted on day 2, the CRP was 30 mg/l on day 4.", "CRP on day 4?", "30 mg/l"),
        ("The CRP was 80 mg/l on day 1, and on day 5 the WCC was 12. CRP 9 mg/l.", "Last CRP?", "9 mg/l"),
        # values of others, and what makes a measure another
        ("Hb was 98 g/l and albumin fell to 22 g/l. On day 3 the Hb was 90 g/l.", "Lowest Hb?", "90 g/l"),
        ("Sodium was 130 mmol/l and potassium 3.1 mmol/l. It rose to 3.9 mmol/l. The sodium was 128 mmol/l.",
         "Lowest sodium?", "128 mmol/l"),
        ("The urinary sodium was 20 mmol/l. The sodium was 131 mmol/l, later sodium was 125 mmol/l.",
         "Lowest sodium?", "125 mmol/l"),
        ("The temperature was 37 °C, then the temperature was 38 °C. Return for a temperature above 39 °C.",
         "Highest temperature?", "38 °C"),
        # what stands in a row beside values
        ("| Date | INR | INR target |\n|---|---|---|\n| 1 May | 1.2 | 2.5 |\n| 2 May | 1.9 | 2.5 |",
         "Highest INR?", "1.9"),
        ("| Test | A | B | Normal |\n|---|---|---|---|\n| CRP | 212* | 22 | 5 |", "Lowest CRP?", "22"),
        # a discussion tells nothing later
        ("On admission CRP was 9 mg/l. At discharge CRP was 2 mg/l.\n\n## Discussion\n\nThe CRP of 9 mg/l was high.",
         "Last CRP?", "2 mg/l"),
        ("CRP 1.2.3 mg/l. CRP 12.03.2021 mg/l. CRP 4 mg/l, CRP 1,200 mg/l.", "Lowest CRP?", "4 mg/l"),
    ],
)  # fmt: skip
def test_what_is_no_value_of_the_measure_is_not_taken_for_one(
    tmp_path, build_small, fake_encoder, text, question, value
):
    assert asked(tmp_path, build_small, fake_encoder, f"# Letter\n\n{text}\n", question).short_answer == value


@pytest.mark.parametrize(
    ("text", "question"),
    [
        # further numbers may be values
        ("The CRP was 212 mg/l, then the CRP was 190 mg/l. The CRP peaked on day 4 at 350 mg/l.", "Highest CRP?"),
        ("The CRP was 212 mg/l. The CRP was 190 mg/l. It peaked two days later at 350 mg/l.", "Highest CRP?"),
        ("The Hb ranged from 70 to 90 g/l. The Hb was 95 g/l, and next day the Hb was 100 g/l.", "Lowest Hb?"),
        ("Hb was 80 g/l on admission and 110 g/l at discharge. Later the Hb was 125 g/l.", "Hb at discharge?"),
        ("On day 3 the CRP was 80 mg/l at dawn and 90 mg/l at noon. The CRP was 7 mg/l.", "CRP on day 3?"),
        # the order is not that of time
        ("At discharge the CRP was 22 mg/l. On admission the CRP was 212 mg/l.", "Last CRP?"),
        ("In 2019 the PSA was 4.0 µg/l. In 2015 the PSA was 2.1 µg/l.", "First PSA?"),
        ("| Year | PSA |\n|---|---|\n| 2021 | 9.0 |\n| 2020 | 4.0 |", "Last PSA?"),
        # no value of that stage
        ("His Hb was 84 g/l at the care home. On the ward the Hb was 102 g/l.", "Hb at discharge?"),
        ("With a brown discharge the Hb was 84 g/l. On the ward the Hb was 102 g/l.", "Hb at discharge?"),
        ("Before he was admitted the Hb was 84 g/l. On the ward the Hb was 102 g/l.", "Hb on admission?"),
        ("Two weeks earlier the Hb was 84 g/l. On the ward the Hb was 102 g/l.", "Hb at two weeks?"),
        # another person's
        ("Her temperature was 38 °C. Later her temperature was 39 °C. Her baby's temperature was 40 °C.",
         "Highest temperature?"),
        ("| Test | Mother | Baby |\n|---|---|---|\n| Hb | 80 | 170 |", "Lowest Hb?"),
    ],
)  # fmt: skip
def test_where_another_value_may_be_meant_none_is_chosen(tmp_path, build_small, fake_encoder, text, question):
    assert asked(tmp_path, build_small, fake_encoder, f"# Letter\n\n{text}\n", question).short_answer is None


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


@pytest.mark.parametrize(
    ("text", "question", "values"),
    [
        (PROSE, "How did the CRP change?", ["212 mg/l", "268 mg/l", "190 mg/l", "305 mg/l", "22 mg/l"]),
        (PROSE, "CRP on admission vs at discharge?", ["212 mg/l", "22 mg/l"]),
        (PROSE, "Did her temperature come down?", ["38.9 °C", "38.1 °C", "39.4 °C"]),
        (PROSE, "Compare the CRP on day 1 and day 5", ["268 mg/l", "305 mg/l"]),
        (COLUMN, "Hb: first vs last?", ["131", "92"]),
        (COLUMN, "HR trend?", ["88", "104", "122"]),
        (ROW, "Has the creatinine fallen?", ["412", "530", "288", "141"]),
        (LINES, "INR 12/01 vs 02/02?", ["1.1", "5.4"]),
        (EARLIER, "sodium now vs then?", ["118 mmol/l", "139 mmol/l"]),  # in doubt which is which: both
    ],
)
def test_how_a_measure_changed(tmp_path, build_small, fake_encoder, text, question, values):
    answer = asked(tmp_path, build_small, fake_encoder, text, question)
    quoted = " ".join(c.quote for c in answer.citations)
    assert answer.abstention is None and answer.short_answer is None  # one of two would mislead
    assert [quoted.find(value) for value in values] == sorted(quoted.find(value) for value in values) and all(
        value in quoted for value in values
    )


@pytest.mark.parametrize("question", ["How did the ferritin change?", "Is her appendix improving?", "INR trend?"])
def test_one_value_or_none_is_no_change(tmp_path, build_small, fake_encoder, question):
    assert asked(tmp_path, build_small, fake_encoder, PROSE, question).confidence != WHOLE_CONFIDENCE


@pytest.mark.parametrize("question", ["CRP trend?", "How has his CRP changed?", "Highest CRP?"])
def test_a_trend_is_quoted_where_it_is_not_sure_which_numbers_tell_it(tmp_path, build_small, fake_encoder, question):
    text = "# Round\n\nSlept well, eating again.\n\nToday CRP 88 (140), white cells 9.1.\n"
    answer = asked(tmp_path, build_small, fake_encoder, text, question)
    assert [c.quote for c in answer.citations] == ["Today CRP 88 (140), white cells 9.1."]
    assert not answer.short_answer


def test_what_is_in_doubt_is_quoted_in_reading_order(tmp_path, build_small, fake_encoder):
    text = f"# Round\n\nToday's CRP, taken late, 88 (140).\n\n{'He slept. ' * 100}\n\nThen CRP 70 (88).\n"
    answer = asked(tmp_path, build_small, fake_encoder, text, "CRP trend?")
    assert [c.quote for c in answer.citations] == ["Today's CRP, taken late, 88 (140).", "Then CRP 70 (88)."]
