"""Abbreviations spelt out, misspellings mended, and the words no document holds."""

import pytest

from calcqa.language.tokens import stems
from calcqa.query.abbreviations import ABBREVIATIONS, all_abbreviations, defined_abbreviations, spell_out
from calcqa.query.spelling import Speller, unknown_terms


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
    assert defined_abbreviations([text]) == {"SVD": "small vessel disease", "CNS": "central nervous system"}


@pytest.mark.parametrize(
    "text", ["She came from Los Angeles (UCLA) by train.", "I don't know (TK) it.", "a -x (AX)", ""]
)
def test_initials_that_do_not_fit_define_nothing(text):
    assert defined_abbreviations([text]) == {}


def test_a_word_longer_than_what_is_looked_at_is_not_cut():
    assert defined_abbreviations([f"{'a' * 60} b (AB)", f"qqqqqalpha {'b' * 47} (AB)"]) == {}


def test_what_is_defined_differently_stands_for_nothing():
    texts = ("a small vessel disease (SVD)", "the Small Vessel Diseases (SVD) and dual tasks (DT)", "deep trial (DT)")
    assert defined_abbreviations(texts) == {"SVD": "small vessel disease", "DT": ""}
    assert defined_abbreviations(["tumor necrosis factor (TNF), tumour necrosis factor (TNF)"])["TNF"]
    assert defined_abbreviations(["alpha beta (AB) and arm bone (AB)"]) == {"AB": ""}


def test_an_abbreviation_that_is_also_a_word_stands_for_something_only_as_it_is_written():
    own = {"WHO": "World Health Organization", "OR": "odds ratio", "ACT": "a trial", "SVD": "small vessels"}
    found = all_abbreviations(own, {"act"})
    assert {k: v for k, v in found.items() if k not in ABBREVIATIONS} == {
        **{k: v for k, v in own.items() if k != "SVD"},
        "svd": "small vessels",
    }
    assert spell_out("Who acts or does svd?", found) == "Who acts or does small vessels?"
    assert spell_out("Who is at WHO or OR?", found) == "Who is at World Health Organization or odds ratio?"


def test_a_librarys_own_abbreviations_win_over_the_usual_ones():
    found = all_abbreviations({"PT": "prothrombin time", "DM": ""}, {"pt", "dm"})
    assert spell_out("Was pt or PT measured?", found) == "Was prothrombin time or prothrombin time measured?"
    assert spell_out("Was dm seen?", found) == "Was dm seen?"  # they disagree about it


def test_two_that_differ_in_case_alone_count_as_they_are_written():
    found = all_abbreviations({"PRP": "platelet rich plasma", "PrP": "prion related protein"}, ())
    assert spell_out("PRP, PrP, prp", found) == "platelet rich plasma, prion related protein, prp"


def test_what_is_spelt_out_already_is_not_spelt_out_again():
    assert spell_out("computed Tomography (CT)", ABBREVIATIONS) == "computed Tomography (CT)"
    assert spell_out("Is the outpatient a pt?", ABBREVIATIONS) == "Is the outpatient a patient?"


def test_an_abbreviation_is_found_beside_hyphens():
    found = {"jdm": "juvenile dermatomyositis", "mers-cov": "virus"}
    assert spell_out("JDM-like, MERS-CoV", found) == "juvenile dermatomyositis-like, virus"


@pytest.mark.parametrize(
    "question", [
        "(I-IV)", "grade II-IV nephritis", "class IV", "Stage iv?", "stage III or IV disease", "stages II and IV",
        "grades 2, 3 and IV", "cranial nerves III, IV and VI", "stage III/IV", "CA-125", "CA 19-9", "/-", "İ",
    ],
)  # fmt: skip
def test_numerals_and_what_they_belong_to_are_no_abbreviations(question):
    assert spell_out(question, ABBREVIATIONS) == question


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Was it given IV?", "Was it given intravenous?"),
        ("Was a class III drug given IV?", "Was a class III drug given intravenous?"),
        ("Was MTX 15 mg given?", "Was methotrexate 15 mg given?"),
        ("What did MRI 3 months later show?", "What did magnetic resonance imaging 3 months later show?"),
    ],
)
def test_a_drip_is_no_numeral_and_what_stands_before_a_number_may_be_short(question, expected):
    assert spell_out(question, ABBREVIATIONS) == expected


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
    assert SPELLER.correct(question) == expected


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
    assert SPELLER.correct(question) == question


def test_known_words_are_never_mended_though_a_target_is_near():
    assert Speller(known=["facial"], targets=["fascial"]).correct("facial") == "facial"
    assert Speller(known=[], targets=["fascial"]).correct("facial") == "fascial"
    assert Speller(known=["fascias"], targets=["fascial"]).correct("fascias") == "fascias"  # whose stem is not known


@pytest.mark.parametrize(
    ("word", "target"),
    [
        ("hypocalcemia", "hypercalcemia"),
        ("normocalcemia", "hypercalcaemia"),
        ("extramuscular", "intramuscular"),
        ("vertebrate", "invertebrate"),
        ("ambulatory", "nonambulatory"),
        ("nonambulatory", "ambulatory"),
        ("unilateral", "bilateral"),
        ("abduction", "adduction"),
        ("afferent", "efferent"),
        ("exotropia", "esotropia"),
        ("asymptomatic", "symptomatics"),
    ],
)
def test_no_word_is_mended_to_its_opposite(word, target):
    assert Speller(known=[], targets=[target]).correct(word) == word
    assert Speller(known=[], targets=[target, word[:-1]]).correct(word) == word[:-1]  # the next best is taken


@pytest.mark.parametrize(
    ("word", "target"),
    [
        ("imflammation", "inflammation"),
        ("inmune", "immune"),
        ("perscribed", "prescribed"),
        ("preipheral", "peripheral"),
        ("nflammation", "inflammation"),
        ("ccalcification", "calcification"),
        ("anitbiotics", "antibiotics"),
        ("hypcalcemia", "hypercalcemia"),
    ],
)
def test_a_slip_in_the_first_syllables_is_mended_all_the_same(word, target):
    assert Speller(known=[], targets=[target]).correct(word) == target


def test_without_targets_nothing_is_mended():
    assert Speller(known=[], targets=[]).correct("calcificaton") == "calcificaton"


def test_unknown_terms_are_the_content_words_of_no_document():
    document = frozenset(stems("Calcification of the knee without osteomyelitis"))
    question = "Was methotrexate given for the calcifications, and METHOTREXATE or prednisone before surgery's end?"
    assert unknown_terms(question, document) == ("methotrexate", "prednisone")  # "end" is ordinary, "surgery" general
    assert unknown_terms("What is it?", document) == ()
    spelt_out = {"CT": "computed tomography", "ct": "computed tomography"}
    assert unknown_terms("CT?", frozenset({"ct"}), lambda word: spelt_out.get(word, word)) == ()
    assert unknown_terms("Which trouble did the doctors blame when the lady fell?", document) == ()
    assert unknown_terms("knees", document) == ()
