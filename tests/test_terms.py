"""Abbreviations spelt out, misspellings mended, and the words no document holds."""

import pytest

from calcqa.terms import ABBREVIATIONS, Speller, defined_abbreviations, spell_out, unknown_terms
from calcqa.text import stems


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Does JDM cause it?", "Does juvenile dermatomyositis cause it?"),
        ("was ivig given", "was intravenous immunoglobulin given"),
        ("TNF inhibitors?", "tumor necrosis factor inhibitors?"),
        ("Is SLE involved?", "Is systemic lupus erythematosus involved?"),
        ("the PTH level", "the parathyroid hormone level"),
        ("CO2 laser", "carbon dioxide laser"),
        ("JDM/SLE", "JDM/SLE"),
        ("(JDM), SLE.", "(juvenile dermatomyositis), systemic lupus erythematosus."),
        ("the captain pthing sles", "the captain pthing sles"),
        ("", ""),
    ],
)
def test_the_usual_abbreviations_are_spelt_out(question, expected):
    assert spell_out(question, ABBREVIATIONS) == expected


def test_abbreviations_are_kept_in_lower_case():
    assert all(short == short.lower() for short in ABBREVIATIONS)


def test_without_abbreviations_nothing_changes():
    assert spell_out("Does JDM (cause) it?", {}) == "Does JDM (cause) it?"


def test_a_document_defines_its_own():
    text = (
        "She had juvenile dermatomyositis (JDM). A small vessel disease (SVD) was seen, and central nervous "
        "system (CNS) signs (ABC) in the second year (Figure 1)."
    )
    # JDM is not made of the initials of the words before it, and stands among the usual ones anyway.
    assert defined_abbreviations(text) == {"svd": "small vessel disease", "cns": "central nervous system"}


def test_initials_that_do_not_fit_define_nothing():
    assert defined_abbreviations("She came from Los Angeles (UCLA) by train.") == {}


SPELLER = Speller(
    known=["banana", "necrosis"],
    targets=["calcification", "calciphylaxis", "necrosis", "muscle", "fascia", "tumoral", "x-ray", "pain"],
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is calcificaton?", "What is calcification?"),
        ("calcifcation and calciphilaxis", "calcification and calciphylaxis"),
        ("tumoarl", "tumoral"),  # two neighbours swapped count as one slip
        ("Muscel?", "muscle?"),
    ],
)
def test_a_near_miss_is_mended(question, expected):
    assert SPELLER.mend(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "calcification",
        "Calcifications",  # another form of a target
        "banana",  # known, though it is no target
        "bananas?",  # its stem is known
        "what which about through",  # stopwords
        "fasc pian",  # short words are one slip away from too many others
        "osteoporosis radiotherapy",  # nothing near
        "calcium",  # near in letters at the beginning only
        "12345 co2",
        "",
    ],
)
def test_other_words_are_left_alone(question):
    assert SPELLER.mend(question) == question


def test_known_words_are_never_mended_though_a_target_is_near():
    assert Speller(known=["facial"], targets=["fascial"]).mend("facial") == "facial"
    assert Speller(known=[], targets=["fascial"]).mend("facial") == "fascial"
    assert Speller(known=["fascias"], targets=["fascial"]).mend("fascias") == "fascias"  # whose stem is not known


def test_without_targets_nothing_is_mended():
    assert Speller(known=[], targets=[]).mend("calcificaton") == "calcificaton"


def test_unknown_terms_are_the_content_words_of_no_document():
    document = frozenset(stems("Calcification of the knee without osteomyelitis"))
    question = "Was methotrexate given for the calcifications, and METHOTREXATE or prednisone before surgery's end?"
    assert unknown_terms(question, document) == ("methotrexate", "prednisone", "surgery's", "end")
    assert unknown_terms("What is it?", document) == ()
    assert unknown_terms("knees", document) == ()
