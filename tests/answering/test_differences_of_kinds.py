"""Kinds of things in which two sentences differ, or only seem to. [Marked] is what a reader marks."""

import pytest

from calcqa.answering.differences import AGREED, difference
from calcqa.language.frequencies import frequencies
from calcqa.language.quantities import quantities
from helpers.statements import both_ways, statement


@pytest.mark.parametrize(
    ("question", "one", "other", "words"),
    [
        # a number whose unit goes without saying
        ("What was the urea?", "Urea was [31 mmol/l].", "His urea was [18].", ("31 mmol/l", "18")),
        ("What was the temperature?", "Temperature [103 °F].", "His temperature was [98].", ("103 °F", "98")),
        ("How tall is she?", "She is [five foot two].", "She is [five foot ten].", ("five foot two", "five foot ten")),
        # how often
        ("How often is the pessary changed?", "The pessary is changed [every six weeks].", "Pessary changed [monthly].",
         ("every six weeks", "monthly")),
        ("How often does he inject?", "He injects [nightly].", "Injects [every other day].",
         ("nightly", "every other day")),
        ("How often is the cream applied?", "The cream is applied [6-hourly].", "Cream [twice a day].",
         ("6-hourly", "twice a day")),
        ("How often did he faint?", "He fainted [twice].", "He fainted [5 times].", ("twice", "5")),
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
        ("What did the MRI show?", "There was [no tear in the meniscus].", "The MRI showed a [tear].",
         ("no tear", "tear")),
        # a denial that reaches through "to"
        ("Is he allergic to codeine?", "He is [allergic to codeine].", "There is [no allergy to codeine].",
         ("allergic", "no allergy")),
        # names of letters and a number
        ("Which vertebra had collapsed?", "A collapse of [L4].", "[T8] had collapsed.", ("L4", "T8")),
        # one kind by the question alone
        ("Which gene was lost?", "Loss of [MSH2].", "The gene was [MSH-6].", ("MSH2", "MSH-6")),
        ("Which disc bulged?", "A bulge of the [C3/4] disc.", "The disc [C6-7] bulged.", ("C3/4", "C6-7")),
        ("Which HLA type was it?", "He had [HLA-B27].", "He had [HLA-B51].", ("HLA-B27", "HLA-B51")),
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
        # what is marked is where nothing is
        ("Where was the bleeding?", "There was no bleeding in the [stomach].", "Bleeding in the [duodenum]."),
        ("Which vein was blocked?", "No clot in the right [jugular vein].", "The [subclavian vein] was blocked."),
        # how often
        ("How often is the cream applied?", "The cream is applied [12 hourly].", "It is applied [twice a day]."),
        ("How often is the cream applied?", "The cream is applied [6-hourly].", "It is applied [four times a day]."),
        ("How often does she swim?", "She swims on [alternate days].", "She swims [every other day]."),
        ("How often is it due?", "It is due [every 4 to 6 hours].", "It is due [five times a day]."),
        ("How often did he faint?", "He fainted [three times].", "He fainted [3 times a week]."),
        ("How often does it recur?", "It recurs in [a fifth], with yearly scans.", "In [a fifth], seen weekly."),
        # a test that does not show nothing
        ("What did the ECG show?", "The ECG was [far from normal].", "The ECG showed [ventricular tachycardia]."),
        ("What did the film show?", "The film [was not quite clear].", "The film showed a [pleural effusion]."),
        # one code written otherwise, no code, and the ends of a range
        ("Which gene was mutated?", "[PALB2] was mutated.", "A mutation of [PALB-2]."),
        ("Which marker was raised?", "[CA-19] was raised.", "[CA19] was raised."),
        ("What stage is the tumour?", "The stage is [cT3b].", "The tumour was stage [ypT3b]."),
        ("Which virus was found?", "[COVID-19] was found.", "They found [SARS-CoV-2]."),
        ("Which antibody was positive?", "The cells had [anti-CD30].", "They had [CD30]."),
        ("Which HLA type was it?", "He had [HLA-B27].", "He had [B27]."),
        ("Which disc bulged?", "The disc [C5-6] bulged.", "A bulge at [C6]."),
        ("Which vertebrae were fused?", "[T10 to L2] were fused.", "[T12] was fused too."),
        # a unit that goes without saying
        ("What was the temperature?", "The temperature was [103 °F].", "His temperature was [103]."),
        ("What was the temperature?", "The temperature was [103 °F].", "His temperature was [39.4]."),
        ("What was the temperature?", "The temperature was [39.4 °C].", "His temperature was [103]."),
        ("How tall is she?", "She is [five foot two].", "Height [157 cm]."),
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
        ("Numbness of the foot. Two foot ulcers were dressed.", [""]),
        ("He weighs 80 kg and passed one stone.", ["mass", ""]),
        ("She is 9 stone.", ["mass"]),
        ("A 14 stone man came.", ["mass"]),
        ("Her weight is 9 stone 4 pounds.", ["mass"]),
        ("He is six foot two.", ["length"]),
        ("He stands 5 foot 11 inches tall.", ["length"]),
        ("He grew to six foot two years ago.", ["length", "time"]),
        ("A four second pause was seen.", ["time"]),
        ("Two second opinions were sought.", [""]),
        ("The two feet are swollen.", [""]),
        ("One foot drop was seen.", [""]),
        ("SARS-CoV-2 and COVID-19 at L4-5.", []),
    ],
)
def test_a_word_that_also_names_a_thing_is_no_unit_there(text, kinds):
    assert [q.kind for q in quantities(text)] == kinds


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("twice a week", 2 / 7),
        ("every six hours", 4),
        ("b.d.", 2),
        ("nightly", 1),
        ("every other day", 0.5),
        ("on alternate nights", 0.5),
        ("12-hourly", 2),
        ("eight hourly", 3),
        ("half-hourly", 48),
        ("three-weekly", 1 / 21),
        ("once-weekly", 1 / 7),
        ("twice daily", 2),
        ("two times every three days", 2 / 3),
    ],
)
def test_how_often_is_reckoned_as_times_a_day(text, times):
    (frequency,) = frequencies(f"It is given {text}.")
    assert frequency.low == pytest.approx(times)


def test_a_range_of_times_has_two_ends():
    (frequency,) = frequencies("It is given every 4-6 hours.")
    assert (frequency.low, frequency.high) == pytest.approx((4, 6))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("There is no daily bath, she washes weekly.", ["weekly"]),
        ("Nil nightly.", []),
        ("Given every 0 hours.", []),
        ("Given 0-hourly.", []),
        ("He fainted three times.", []),
        ("A bi-weekly visit.", []),
        ("Both daily tablets.", ["daily"]),
    ],
)
def test_what_does_not_tell_how_often_is_none(text, expected):
    assert [text[f.start : f.end] for f in frequencies(text)] == expected
