"""Quantities and dates: what is measured, in one unit, and which two may be one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcqa.language.dates import moments
from calcqa.language.frequencies import frequencies
from calcqa.language.quantities import quantities


def told(text):
    return [(text[q.start : q.end], q.kind, pytest.approx(q.low), pytest.approx(q.high)) for q in quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a stone of 1.5 cm", [("1.5 cm", "length", 15, 15)]),
        ("1,5 cm", [("1,5 cm", "length", 15, 15)]),
        ("lost 2,600 ml", [("2,600 ml", "volume", 2600, 2600)]),
        ("13 000 units of heparin", [("13 000 units", "unit", 13000, 13000)]),
        ("14 × 8 mm", [("14 × 8 mm", "length", 14, 14)]),
        ("for two and a half years", [("two and a half years", "time", 21915, 21915)]),
        ("a day and a half", [("a day and a half", "time", 36, 36)]),
        ("half an hour", [("half an hour", "time", 0.5, 0.5)]),
        ("nine months' duration", [("nine months", "time", 6574.5, 6574.5)]),
        ("one hundred and twenty ml", [("one hundred and twenty ml", "volume", 120, 120)]),
        ("between two and three weeks", [("two and three weeks", "time", 336, 504)]),
        ("4 to 6 weeks", [("4 to 6 weeks", "time", 672, 1008)]),
        ("less than 5 mg", [("less than 5 mg", "mass", 0, 5)]),
        ("over an hour", [("over an hour", "time", 1, math.inf)]),
        ("6.8 g/dl", [("6.8 g/dl", "mass/volume", 68, 68)]),
        ("15 mg of it a day", [("15 mg", "mass", 15, 15)]),
        ("stage IIIb", [("stage IIIb", "stage", 3.2, 3.2)]),
        ("two thirds of them", [("two thirds", "share", 200 / 3, 200 / 3)]),
        ("three quarters of an hour", [("three quarters of an hour", "time", 0.75, 0.75)]),
        ("on the fifth day", [("fifth day", "day number", 5, 5)]),
        ("1 in 20,000 births", [("1 in 20,000", "share", 0.005, 0.005)]),
        ("six months, not three months", [("six months", "time", 4383, 4383)]),
        ("on 12 March 2021 at 16:45", []),
        ("TEN was feared", []),
    ],
)
def test_what_is_measured_and_how_much(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("three months", "12 weeks", True),
        ("a fortnight", "two weeks", True),
        ("36 hours", "a day and a half", True),
        ("1.5 cm", "15 mm", True),
        ("100 micrograms", "0.1 mg", True),
        ("980 ml", "about 1 l", True),
        ("95 minutes", "about an hour and a half", True),
        ("500 mg twice a day", "1 g daily", True),
        ("38.9 C", "102 F", True),
        ("97 g/l", "9.7 g/dl", True),
        ("19 to 22 days", "three weeks", True),
        ("23 mm", "3.2 cm", False),
        ("11 mm", "14 × 8 mm", False),
        ("10 days", "two weeks", False),
        ("four units", "seven units", False),
        ("500 mg twice a day", "500 mg three times a day", True),
        ("182 µmol/l", "128 μmol/l", False),
        ("5 mg", "5 ml", False),
    ],
)
def test_which_two_may_be_one_value(one, other, same):
    (a, *_), (b, *_) = quantities(one), quantities(other)
    assert a.same(b) is b.same(a) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("12 March", "21 March", False),
        ("12 March", "March 12, 2021", True),
        ("03/04/2021", "the third of April 2021", True),  # whichever of both is the day
        ("03/04/2021", "4 March 2021", True),
        ("04/05/1961", "14/05/1961", False),
        ("in 2017", "May 2018", False),
        ("2021-04-03", "3 April", True),
        ("Monday", "on Thursday", False),
        ("at 16:45", "4.45 pm", True),
        ("on the 12th.", "12 June", True),
        ("in 2017", "on Monday", None),
    ],
)
def test_which_two_may_be_one_date(one, other, same):
    (a,), (b,) = moments(one), moments(other)
    assert a.same(b) is b.same(a) is same


def test_a_text_without_dates_has_none():
    assert moments("He may walk 3 km; dose 2.5 mg, ratio 3:1, BP 120/80.") == []


PIECES = ["1", "9" * 30, "0" * 400, ".", ",", " ", "x 10^", "⁹⁹", "/", "-", "day", "thousand ", "half", " a ", "mg",
          "%", "hourly", "every ", "no ", "daily ", "foot ", " six",
          "stage ", "in ", "2021", "March", ":", "٣", "½", "and a half", "b.d.", "not ", "\u2009"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_whatever_stands_there_it_is_read_and_compared(text):
    values = quantities(text)
    assert all(0 <= q.start < q.end <= len(text) for q in (*values, *moments(text), *frequencies(text)))
    assert all(q.same(other) in (True, False) for q in values for other in values)
