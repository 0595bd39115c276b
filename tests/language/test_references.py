"""Reference numbers: what is one, and the numbers that belong to their word or measure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcqa.language.references import reference_marks


def marks(text):
    return [text[m.start : m.end] for m in reference_marks(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It may occur.13 The rest of the disease.11,12 A cure.", ["13", "11,12"]),
        ("Seen in children11,12 and adults4–6, rarely in horses3.", ["11,12", "4–6", "3"]),
        ("It may occur.[4] Others [5] agree [6, 7] with [8–10].", ["[4]", "[5]", "[6, 7]", "[8–10]"]),
        ("All cases.[467891011] The end.", ["[467891011]"]),
        ("It occurs in 78% of cases (20%).7 The rest (n = 3).8", ["7", "8"]),
        ("Renal failure,4 bleeding;5,6 and others.(7,8) End.", ["4", "5,6", "(7,8)"]),
        ("It may occur. 3 The rest of them, as was said. 6 11 12", ["3", "6 11 12"]),
        ("Why?2 Because.3", ["2", "3"]),
        ("It occurs.¹² Some authors³ disagree.", ["¹²", "³"]),
    ],
)
def test_what_is_a_reference(text, expected):
    assert marks(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Platelets 88 × 109/L, cells 106 per mL, 103/µL.",
        "CO2 and HbA1c and T4, IL-6, B12, CA125, SpO2, FiO2, PaO2 and CD4.",
        "Score 2016.5 and 2.5 L and 7.35. The pH was 7.4.",
        "Covid19 and covid19 in phase2, week12, factor8, type2, grade3, claudin5, caspase3.",
        "Sodium 128 [135-145], creatinine 88 µmol/L [60-110], Hb 12 g/dL [13-17].",
        "Karyotype 46,XX[20] and XY[3].",
        "See Fig.2 A, Figs.3 B, no.4 C, vol.5 D and Table. 2 The wall.",
        "Aspirin,75 mg and metformin,2 tablets.",
        "He slept. 3 tablets were left. 2 Units were given. 10 mg of it.",
        "Give at night.2 Tablets are left. Weight today. 64",
        "On Wed. 4 May at www.example.org/x.13 The site.",
        "L4/5, V2 to V5, C3, 10⁹/L, kg/m², cm², x³.",
        "In 2012 (12) and (3–5) of them.",
        "[125I]-albumin and [0.4–0.8] or [a].",
    ],
)
def test_what_is_none(text):
    assert marks(text) == []


@given(st.text(alphabet="ab Z.1,2–[]()⁴% \n", max_size=60))
def test_marks_are_in_order_and_hold_digits(text):
    found = reference_marks(text)
    assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))
    assert all(any(c.isdigit() for c in text[m.start : m.end]) for m in found)


def test_the_power_of_a_unit_that_goes_on_is_no_reference():
    assert reference_marks("The product was 6.1 mmol²/L² in all.") == []
    assert reference_marks("All of them took tablets² and left.") != []
