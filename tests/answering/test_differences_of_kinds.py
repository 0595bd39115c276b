"""Kinds of things in which two sentences differ, or only seem to. [Marked] is what a reader marks."""

import pytest

from calcqa.answering.differences import AGREED, difference
from calcqa.answering.statements import Statement
from calcqa.language.frequencies import frequencies
from calcqa.language.quantities import quantities
from calcqa.types import Span


def statement(text, sure=0.6):
    start, end = text.index("["), text.index("]")
    return Statement(text.replace("[", "").replace("]", ""), Span(start, end - 1), sure)


def both_ways(question, one, other):
    """Return what differs, compared from either side."""
    a, b = statement(one), statement(other)
    words = difference(question, a, b)
    turned = difference(question, b, a)
    assert turned == (words[::-1] if words else words)
    return words


@pytest.mark.parametrize(
    ("question", "one", "other", "words"),
    [
        # a number whose unit goes without saying
        ("What was the urea?", "Urea was [31 mmol/l].", "His urea was [18].", ("31 mmol/l", "18")),
        # how often
        ("How often is the pessary changed?", "The pessary is changed [every six weeks].", "Pessary changed [monthly].",
         ("every six weeks", "monthly")),
        ("How often does he inject?", "He injects [nightly].", "Injects [every other day].",
         ("nightly", "every other day")),
        # words that exclude one another
        ("Was the hernia operation elective?", "The hernia operation was [elective].",
         "An [emergency] operation for the hernia.", ("elective", "emergency")),
        ("Does he smoke?", "He is an [ex-smoker].", "He is a [non-smoker].", ("ex-smoker", "non-smoker")),
        ("Were the margins involved?", "The lateral margin is [involved].", "The margins were [clear of tumour].",
         ("involved", "were clear")),
        ("Was the tendon torn?", "The tendon was [torn] across.", "The tendon was [intact].", ("torn", "intact")),
        ("Where was she discharged to?", "She was discharged to [a hospice].", "She went [home] with her son.",
         ("hospice", "home")),
        ("Was the old stent taken out?", "The stent was [taken out].", "The stent [was left].",
         ("taken out", "was left")),
        # what is to be done
        ("What is the plan?", "We plan a [colonoscopy].", "[No colonoscopy] is needed.",
         ("colonoscopy", "No colonoscopy")),
        # a test that shows nothing
        ("What did the radiograph show?", "The radiograph was [normal].", "The radiograph showed a [pleural effusion].",
         ("normal", "pleural effusion")),
        # a denial that reaches through "to"
        ("Is he allergic to codeine?", "He is [allergic to codeine].", "There is [no allergy to codeine].",
         ("allergic", "no allergy")),
        # names of letters and a number
        ("Which vertebra had collapsed?", "A collapse of [L4].", "[T8] had collapsed.", ("L4", "T8")),
        # one kind by the question alone
        ("What was the histology?", "[Mesothelioma].", "[Schwannoma].", ("Mesothelioma", "Schwannoma")),
        ("What stage is the tumour?", "Stage [pT2b].", "The tumour was stage [pT4a].", ("pT2b", "pT4a")),
        ("What was the outcome of the pregnancy?", "The pregnancy ended in [miscarriage].",
         "She [gave birth] to a boy.", ("miscarriage", "gave birth")),
        # what is said of another time in a later clause
        ("What was the spleen's length?", "The spleen's length was [13 cm], today 15 cm.",
         "The spleen had a length of [17 cm].", ("13 cm", "17 cm")),
        # relatives, where the family is asked about
        ("Is there a family history of glaucoma?", "[No family history of glaucoma].", "Her [aunt had glaucoma].",
         ("No family history of glaucoma", "glaucoma")),
    ],
)  # fmt: skip
def test_what_differs_is_named(question, one, other, words):
    assert both_ways(question, one, other) == words


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("What was the albumin?", "Albumin was [2.9 g/dl].", "Albumin [29]."),  # may be of another unit
        ("What was the urea?", "Urea was [31 mmol/l].", "His urea was [31]."),
        ("How often is it taken?", "It is taken [once a day].", "It is taken [every morning]."),
        ("Was the culture positive?", "The urine culture was [positive].", "Blood cultures were [sterile]."),
        ("What did the culture grow?", "The sputum grew [Serratia marcescens].", "Urine: [Candida glabrata]."),
        ("Was there a cyst?", "[No cyst] in the pancreas.", "There is a [cyst] of the spleen."),
        ("Was there an effusion?", "[No effusion] in the left knee.", "An [effusion] of the right knee."),
        ("How large was the cyst?", "The liver holds a cyst of [4 cm].", "A [2 cm] cyst of the kidney."),
        ("What was the outcome?", "She [went home after 6 days].", "She was well after [14 days]."),
        ("What was the diagnosis?", "He had [two fractures].", "[Three fractures] were seen."),
        ("Which kidney held the stone?", "There was [nothing in the left kidney].", "A stone of the [right kidney]."),
        ("Is he allergic to eggs?", "He has no [egg allergy].", "Allergies: [nuts], with swelling."),
    ],
)  # fmt: skip
def test_what_only_looks_alike_is_not(question, one, other):
    assert both_ways(question, one, other) in (AGREED, None)


def test_what_a_reader_is_sure_of_is_not_taken_to_agree_with_another_value_beside_it():
    question = "What is the daily dose?"
    one, other = "It is given as 20 mg twice a day, a daily dose of [40 mg].", "The daily dose is [20 mg]."
    assert difference(question, statement(one, 0.95), statement(other, 0.95)) == ("40 mg", "20 mg")
    assert difference(question, statement(one), statement(other)) == AGREED


def test_a_person_of_whom_a_reader_is_not_sure_is_not_compared():
    one, other = statement("[Dr Brandt] set the bone."), statement("Seen later by [Dr Novak].", 0.2)
    assert difference("Who set the bone?", one, other) is None


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("There was one stone in the kidney.", [""]),
        ("She has lost two stone since May.", ["mass"]),
        ("He has two foot ulcers.", [""]),
        ("He fell from a ten foot wall.", ["length"]),
        ("Both feet are cold.", []),
        ("A second operation was done.", []),
        ("She was held for 40 seconds.", ["time"]),
        ("It was her second visit and the second tap.", []),
        ("He left on the second day.", ["day number"]),
        ("There were two c sections.", [""]),
    ],
)
def test_a_word_that_also_names_a_thing_is_no_unit_there(text, kinds):
    assert [q.kind for q in quantities(text)] == kinds


@pytest.mark.parametrize(
    ("text", "times"),
    [("twice a week", 2 / 7), ("every six hours", 4), ("b.d.", 2), ("nightly", 1), ("every other day", 0.5)],
)
def test_how_often_is_reckoned_as_times_a_day(text, times):
    (frequency,) = frequencies(f"It is given {text}.")
    assert frequency.low == pytest.approx(times)
