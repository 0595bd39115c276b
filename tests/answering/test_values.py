"""Values that disagree, and values of another thing, time or kind that only look as if they did."""

import dataclasses
import functools

import pytest

import helpers.statements
from calcqa.answering.answerability import Case
from calcqa.answering.differences import AGREED, contradiction
from calcqa.answering.missing import absent, apart
from calcqa.assistant import Assistant
from calcqa.index.open import open_index
from calcqa.parameters import Weights

SURE = 0.9
statement = functools.partial(helpers.statements.statement, sure=SURE)
both_ways = functools.partial(helpers.statements.both_ways, sure=SURE)


@pytest.mark.parametrize(
    ("question", "one", "other", "words"),
    [
        ("How big was the gallstone?", "A single [31 mm] stone.", "One gallstone of [19 mm].", ("31 mm", "19 mm")),
        ("How wide was the bile duct?", "Bile duct [12 mm].", "The bile duct measures [5 mm].", ("12 mm", "5 mm")),
        ("How big is the adrenal nodule?", "A nodule of the left adrenal of [31 mm].",
         "An adrenal nodule, [19 mm] across.", ("31 mm", "19 mm")),
        ("What dose of codeine?", "Codeine [15 mg] and paracetamol 1 g.", "Codeine [60 mg].", ("15 mg", "60 mg")),
        ("What was the potassium on 3 May?", "On 3 May potassium was [2.8 mmol/l].",
         "On 3 May potassium was [3.8 mmol/l].", ("2.8 mmol/l", "3.8 mmol/l")),
        ("What was the pulse on arrival?", "On arrival the pulse was [120] per minute.",
         "Pulse on arrival [84] per minute.", ("120 per minute", "84 per minute")),
        ("What was the calcium?", "Calcium was high ([3.4], above the normal range).",
         "Calcium was low ([1.9], below the normal range).", ("3.4", "1.9")),
        ("How much saline was given?", "She had normal saline [500 ml] over 4 hours.",
         "She had normal saline [2 litres] over 4 hours.", ("500 ml", "2 litres")),
        # a course that was planned, and one that was prescribed
        ("How long is colchicine to last?", "He will take colchicine for [two months].",
         "He was prescribed [five months] of colchicine.", ("two months", "five months")),
        ("What grade was the tumour?", "Sarcoma, [grade 1], 14 mm.", "The tumour was of [grade 3].",
         ("grade 1", "grade 3")),
        ("What antibiotic was given?", "She was given [doxycycline].", "She was given [cefuroxime].",
         ("doxycycline", "cefuroxime")),
        ("How long was the cast on?", "The cast was on for [three weeks].", "The cast was on for [six weeks].",
         ("three weeks", "six weeks")),
        ("How long should the cast stay on?", "The cast should stay on for [three weeks].",
         "The cast was to stay on for [six weeks].", ("three weeks", "six weeks")),
        ("At what gestational age was he born?", "He was born at [34 weeks].", "Born at [37 weeks].",
         ("34 weeks", "37 weeks")),
        ("What was the temperature?", "The temperature was [38.9].", "Temperature [36.8].", ("38.9", "36.8")),
        ("What did the ECG show?", "The ECG was not normal and showed [AF].", "The ECG showed [sinus rhythm].",
         ("AF", "sinus rhythm")),
        ("Did he gain weight?", "He [gained no weight].", "He [gained weight].", ("gained no weight", "gained")),
    ],
)  # fmt: skip
def test_values_of_one_thing_disagree(question, one, other, words):
    assert both_ways(question, one, other) == words


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # what is measured is another thing
        ("How big was the gallstone?", "Gallbladder, [7.4 cm].", "A single [31 mm] stone."),
        ("How big was the kidney stone?", "Gallstone of [12 mm].", "A kidney stone of [5 mm]."),
        ("How wide was the bile duct?", "Bile duct [5 mm].", "Pancreatic duct [2 mm]."),
        ("How wide was the bile duct?", "Bile duct [5 mm].", "Gallbladder, [7.4 cm]."),
        ("How long was the wound?", "A [3 cm] wound of the palm.", "A glass splinter of [8 mm] lay in it."),
        ("How long was the wound?", "A [3 cm] wound of the palm.", "A [8 mm] plate was put in."),
        ("What dose of codeine?", "Codeine [15 mg].", "Paracetamol [500 mg]."),
        # what is normal is no value
        ("What was the ferritin?", "Ferritin 7 µg/l (normal [15-150 µg/l]).", "Ferritin was [7 µg/l]."),
        (
            "What was the potassium?",
            "Potassium was [5.3 mmol/l].",
            "Potassium was high (above the normal range of [3.5-5.0 mmol/l]).",
        ),
        ("What was the sodium?", "Sodium | [121] | mmol/l | 133-146", "His sodium was [121 mmol/l]."),
        # another time
        ("What was the urea?", "Urea | [8] | 19 | 31 | mmol/l", "His urea was [12 mmol/l]."),
        ("What was the creatinine?", "On 2 March creatinine was [214 µmol/l].", "On 5 May it was [80 µmol/l]."),
        ("What was the creatinine?", "By day 5 the creatinine was [80 µmol/l].", "Creatinine on day 2 [214 µmol/l]."),
        ("What was the urea?", "At six weeks the urea was [8 mmol/l].", "After a year the urea was [31 mmol/l]."),
        ("Was the culture positive?", "On 2 March the culture was [positive].", "On 9 March it was [sterile]."),
        ("What was the ferritin?", "Ferritin low ([7], normal 15-150).", "Ferritin was [7] (15-150 is normal)."),
        # one drug and another, since when, and what was done
        (
            "For how long is the antibiotic?",
            "She will take doxycycline for [seven days].",
            "She was prescribed [ten days] of cefuroxime.",
        ),
        (
            "For how long is colchicine?",
            "He will take colchicine for [two months].",
            "He was prescribed colchicine [five months] ago.",
        ),
        (
            "For how long was colchicine?",
            "He will take colchicine for [two months].",
            "He was prescribed colchicine and took it for [five months].",
        ),
        ("How long was the cast on?", "The cast was on for [3 months].", "The cast was on for [twelve weeks]."),
        # what is planned, and what was done
        ("How long was the cast on?", "The cast should stay on for [six weeks].", "The cast was on for [12 days]."),
        ("When was the plate removed?", "The plate is to be removed on [4 May].", "It was removed on [9 May]."),
        # a name of another kind, or of a drug that was not given
        ("What antiemetic was given?", "She was given [cyclizine].", "She was given [dalteparin]."),
        ("Which oral steroid did she get?", "She got [prednisolone].", "She got [salbutamol]."),
        ("What antibiotic was given?", "She was given [doxycycline].", "[Amoxicillin] | resistant"),
        # the same in other words
        ("How often is B12 injected?", "B12 is injected [monthly].", "B12 is injected [every four weeks]."),
        ("How long is the cyst?", "The cyst is [24 mm] long.", "A cyst, [2.5 cm]."),
        ("Did she lose weight?", "She has [lost no weight].", "Her weight is [stable]."),
        ("Did the nodule grow?", "The nodule is [not larger].", "The nodule is [not smaller]."),
    ],
)
def test_what_is_of_another_thing_time_or_kind_is_no_disagreement(question, one, other):
    assert both_ways(question, one, other) in (AGREED, None)


@pytest.mark.parametrize("more", [{"below": "Course . Day 9"}, {"below": "9 March"}, {"title": "Results, 9 March"}])
def test_headings_and_titles_tell_when_it_was_measured(more):
    place = next(iter(more))
    first = {"below": "Day 2 . 2 March", "title": "Results, 2 March"}[place]
    one, other = "Urea [31 mmol/l].", "Urea [8 mmol/l]."
    assert both_ways("What was the urea?", one, other) == ("31 mmol/l", "8 mmol/l")
    dated = statement(one, **{place: first}), statement(other, **more)
    assert both_ways("What was the urea?", *dated) is None


def test_titles_tell_the_specimen_and_the_method():
    question, one, other = "What grew in the culture?", "It grew [Serratia marcescens].", "It grew [Candida glabrata]."
    assert both_ways(question, one, other)
    assert not both_ways(question, statement(one, title="Urine"), statement(other, title="Sputum"))
    question, one, other = "How big was the cyst?", "A cyst of [50 mm].", "A cyst of [45 mm]."
    assert both_ways(question, one, other) == ("50 mm", "45 mm")
    assert both_ways(question, statement(one, title="Ultrasound"), statement(other, title="Histology")) == AGREED


@pytest.mark.parametrize(
    ("question", "one", "other", "more"),
    [
        ("What was the ejection fraction?", "The ejection fraction was [25%].",
         "The ejection fraction was [58%] at six weeks.", {}),
        ("What was the ejection fraction?", "The ejection fraction was [25%].", "The ejection fraction was [58%].", {}),
        ("How big was the cyst?", "The cyst measured [5 cm].", "The cyst measured [2 cm].", {"below": "Outcome"}),
    ],
)  # fmt: skip
def test_a_course_within_one_document_is_no_contradiction(question, one, other, more):
    assert contradiction(question, statement(one), statement(other, **more)) is None


def test_a_size_told_in_two_ways_in_one_document_is_one():
    one, other = statement("The cyst measured [5 cm]."), statement("The cyst measured [2 cm].")
    assert contradiction("How big was the cyst?", one, other) == ("5 cm", "2 cm")


# --- which of several values is asked for -----------------------------------------------------------------------------

RESULTS = """# Results

| Test | 1 May | 3 May | 8 May | Unit |
|---|---|---|---|---|
| Amylase | 96 | 188 | 61 | U/L |
| Urate | 410 | 380 | 300 | µmol/L |

The lipase was 40 U/L.
"""


@pytest.fixture
def assistant(tmp_path, build_small, fake_encoder):
    (tmp_path / "results.md").write_text(RESULTS, encoding="utf-8")
    index = open_index(build_small([tmp_path / "results.md"], tmp_path / "index").path)
    return Assistant(index, fake_encoder, None, dataclasses.replace(Weights(), plain_threshold=0.0))


@pytest.mark.parametrize(
    "word", ["highest", "lowest", "peak", "maximum", "minimum", "nadir", "latest", "worst", "trend"]
)
def test_which_of_several_values_is_asked_for_is_never_missing(assistant, word):
    question = f"What was the {word} amylase?"
    assert apart(question, assistant.index) == ((), None)
    assert absent(assistant.retrieve_many([question])[0].unknown_terms, assistant.index) == ()
    assert "188" in assistant.ask(question).text


def test_it_does_not_count_against_several_values_but_against_one(assistant):
    asked = [f"What was the {word} {test}?" for test in ("amylase", "lipase") for word in ("highest", "dead")]
    unseen = []
    for retrieved, question in zip(assistant.retrieve_many(asked), asked, strict=True):
        test = question.split()[-1].rstrip("?")
        case = Case(retrieved, assistant.index, assistant.index.weights, {})
        best = next(c for c in retrieved.candidates if test in assistant.index.sentence_text(c.sentences[0]).lower())
        unseen.append(case.plain_features(best)[2])
    assert unseen == [0.0, 0.5, 0.5, 0.5]
