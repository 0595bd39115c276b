"""Folding: what eyes read alike is one text, powers stay powers, and every character knows where it stood."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcqa.language.folding import fold, folded, plain_letters
from calcqa.language.tokens import stems, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the ﬁrst eﬀusion, aﬄicted", "the first effusion, afflicted"),
        ("pCO₂, FEV₁ and HbA₁c", "pCO2, FEV1 and HbA1c"),
        ("1.73 m²", "1.73 m2"),
        ("5\u2009mg\u00a0daily, 10\u202f000", "5 mg daily, 10 000"),
        ("4 µg of it", "4 μg of it"),
        ("fi\u00adbro\u00adsis", "fibrosis"),
        ("Sjögren’s, Behçet, naïve, Łódź, Straße", "Sjogren's, Behcet, naive, Lodz, Strasse"),
        ("2–3 days — not −5", "2-3 days - not -5"),
        ("hyper-\ntension and hyper- calcaemia", "hypertension and hypercalcaemia"),
        ("“so” he said", '"so" he said'),
        ("e\u0301tude", "étude"),
        ("a\n  b\t c ", "a b c"),
        ("3 × 4 cm", "3 x 4 cm"),
        ("Ca²⁺ and HCO₃⁻", "Ca2+ and HCO3-"),
        ("38 ºC, 38 ˚C", "38 °C, 38 °C"),
    ],
)
def test_what_eyes_read_alike_is_one_text(one, other):
    assert fold(one) == fold(other)
    assert words(one) == words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10⁹/L", "109/L"),
        ("10⁻³", "103"),
        ("1½ tablets", "11/2 tablets"),
        ("pre- and postoperative", "preand postoperative"),
        ("α", "a"),
        ("Pain", "pain"),
        ("5 - 3", "53"),
        ("p ≠ 0.5", "p = 0.5"),
        ("≰ 3", "≤ 3"),
        ("HIV- patients", "HIVpatients"),
    ],
)
def test_what_eyes_tell_apart_stays_apart(one, other):
    assert fold(one) != fold(other)


def test_powers_are_written_with_a_caret():
    assert fold("4.5×10⁹/L, 10⁻¹² and x²") == "4.5x10^9/L, 10^-12 and x2"
    assert plain_letters("4.5 × 10⁹/L – pCO₂ ’") == "4.5 × 10^9/L – pCO2 ’"


@given(st.text() | st.text("aé ﬁ₂⁹1½-\n\u00ad\u0301–µ"))
def test_folding_is_idempotent_and_every_character_stood_somewhere(text):
    result = folded(text)
    assert result.text == fold(text) == " ".join(result.text.split())
    assert len(result.starts) == len(result.ends) == len(result.text)
    assert list(result.starts) == sorted(result.starts)
    assert all(0 <= s < e <= len(text) for s, e in zip(result.starts, result.ends, strict=True))
    pairs = zip(result.text, result.text[1:], strict=False)
    assert not any(a.isalnum() and unicodedata.combining(b) for a, b in pairs)
    assert fold(fold(text)) == fold(text)


@given(st.text("abé ﬁ₂⁹1–µ\u00a0", min_size=1), st.data())
def test_a_part_of_the_folded_text_stood_where_it_says(text, data):
    result = folded(text)
    if result.text:
        start = data.draw(st.integers(0, len(result.text) - 1))
        end = data.draw(st.integers(start + 1, len(result.text)))
        span = result.span(start, end)
        part, there = result.text[start:end], text[span.start : span.end]
        assert not part.replace("^", "").strip() or part.replace("^", "").strip() in fold(there).replace("^", "")


def test_a_question_finds_the_words_as_they_are_written():
    assert stems("CO₂ of the ﬁbroses") == stems("CO2 of the fibroses")
