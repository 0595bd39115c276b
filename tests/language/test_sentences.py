"""Sentences of clinical text: a set divided by hand, each rule by examples, and text made to break it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.quality.sentences import score
from calcqa.language.english import ENGLISH
from calcqa.language.references import reference_marks
from calcqa.language.sentences import sentence_spans
from calcqa.types import Span
from helpers.divided import divided

LONG = 1_000_000


def sentences(text):
    return [text[s.start : s.end] for s in sentence_spans(text)]


@pytest.mark.parametrize("half", [0, 1], ids=["held out", "looked at"])
def test_the_set_divided_by_hand(half):
    measured = score([(text, spans) for section, text, spans in divided() if section % 2 == half], sentence_spans)
    assert measured.f1 >= 0.99 and measured.gold >= 280


def test_the_set_is_large_and_ours_to_print():
    paragraphs = divided()
    assert sum(len(spans) - 1 for _, _, spans in paragraphs) >= 600
    assert all(span.start < span.end <= len(text) for _, text, spans in paragraphs for span in spans)


@pytest.mark.parametrize(
    "text",
    [
        # Units, in any case of letters.
        "The temperature was 38.6 C.|He shivered.",
        "Give 2 L.|Potassium was 3.1 mmol/L.|Calcium was low.",
        "It lasted 3 h.|Weight: 64 g.|Flow 60 L/min.|Rate 25/min.|Pulse 80 b.p.m.|Warm.",
        "Cells 4.1 × 109/L.|Platelets fell.",
        "Stop after 10 min.|Blood was taken at 8 a.m.|Plan: rest.",
        "Mixing took 1 h per h.|Group B.|Vitamin D.|None of these.",
        # Short forms that go on.
        "Doses of max. 4 g, min. 1 g, approx. 2 g or resp. 3 g, e.g. at night, i.e. late.",
        "Dr. A. B. Moss saw Mr. Ode vs. Prof. Kim (see Fig. 2, no. 4, vol. 3).",
        "Ceftriaxone i.v. b.i.d. and S. aureus, Candida sp. and Klebsiella spp. in stool.",
        "As Ode et al. showed, 2.5 L on 3 Sept. 2020 in St. Anne is enough.",
        "Given i.v. Augmentin for E. coli.|The fever fell.",
        "Aspirin 75 mg p.o.|Bisoprolol was stopped.",
        "It was due to C. Difficile.|The stool was sent.",
        "She was in the ED.|Blood was drawn.|It was early IE.|The valve was spared.",
        "Batch no. AB12 was used.|Pain? no.|Walks: yes.",
        "Rash, fever, etc. were absent.|Rash, fever, etc.|Nothing else.",
        # Items, labels and what points elsewhere.
        "Impression: 1. No fracture.|2. Old infarct.|3. Effusion.",
        "Plan: a. Fluids.|b. Rest.|Sats. 98%.|“No.”|He left.",
        "GCS: 15.|Pupils equal.",
        "Figure 2. A mass (arrow).|It is shown in Figure 2.|The wall is thick.",
        "Pain was present. (Figure 1)|The next day it was gone.",
        "Fig. 1 A. Film on admission.|B. Film after that.",
        # Quotation marks and brackets.
        'He said "I fell. I got up." and left.|She was out.',
        "“Why me?” she asked.|They call it “leg infection.”|He has an ulcer.",
        "Treated (see p. 2. The dose was low. Then high.) and sent home.|(He came back.)|Nobody knew.",
        'He wrote 5" and 6\' on it.|Then he said "no".|Then he left.',
        "An open (bracket is no reason.|It ends here.",
        # Other signs.
        "Was it malaria?|It was!|Colon: no end; nor here.|Query (? cause) or ?stroke stays.",
        "He paused ... then spoke.|He paused ...|Then he spoke.",
        "Nothing ends at www.example.org/a.html or v2.0.1 or a.b@example.org here.",
        "No fever.|p53 was normal.|mRNA was found.|10 days later he left.",
        "It stopped here .|Then it went on.",
    ],
)
def test_rules(text):
    expected = text.split("|")
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "pt well.|no pain.|bp 120/70.|hr 88.|temp 37.2 c.|sats 97% on 2 l.|given 5 mg of it.|seen by dr. smith.",
        "k 5.1.|given 4 g. of calcium i.v. with effect.|repeat in 2 h.|e. coli in urine, i.e. treated.",
        "any pain?|none today.|eats well!|took 5 mg b.i.d. as told.|took 1 g p.o.|slept.",
        'he said "i am ill. i want to go." and left.|back at 5.|no change.',
        "no fever.|CXR clear.|on Augmentin.|for ECG.|home fri.|wife told.",
    ],
)
def test_notes_without_capitals(text):
    expected = text.split("|")
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One thing. Another thing? A third!", ["One thing.", "Another thing?", "A third!"]),
        ("  Space around.   More.  ", ["Space around.", "More."]),
        ("Dr. Doe gave 2.5 mg. of it at night. Then rest.", ["Dr. Doe gave 2.5 mg. of it at night.", "Then rest."]),
        ("See (Figure 1). It shows e.g. a nodule.", ["See (Figure 1).", "It shows e.g. a nodule."]),
        ("no full stop", ["no full stop"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_space_and_plain_texts(text, expected):
    assert sentences(text) == expected


def test_a_small_letter_begins_no_sentence_elsewhere_but_after_a_whole_word():
    assert sentences("Gave 2.5 mg. of it at night.") == ["Gave 2.5 mg. of it at night."]
    assert sentences("Seen on ward. no fever today. Eats.") == ["Seen on ward.", "no fever today.", "Eats."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It may occur.13 The rest.", ["It may occur.", "The rest."]),
        ("A rare disease.11,12 A cure?3–5 None.", ["A rare disease.", "A cure?", "None."]),
        ("It may occur.[4] The rest. [5, 6] End.[467891011]", ["It may occur.", "The rest.", "End."]),
        ("It occurs (20%).7 “Why” is unknown.", ["It occurs (20%).", "“Why” is unknown."]),
        ("It occurs.¹² The rest.", ["It occurs.", "The rest."]),
        (
            "It may occur. 3 The rest of them was told about it then. 11",
            ["It may occur.", "The rest of them was told about it then."],
        ),
        ("As shown by Ode et al. [11] it helps [12].", ["As shown by Ode et al. [11] it helps [12]."]),
        ("He slept. 3 tablets were left. 2 Units were given.", 3),
        ("In Fig.2 A and no.3 B, 2016.5 C.", 1),
    ],
)
def test_a_reference_number_belongs_to_no_sentence(text, expected):
    found = sentences(text)
    assert found == expected or len(found) == expected


def test_references_that_are_known_are_not_looked_for():
    text = "It was so in 2016.13 The rest.4 End."
    known = sentence_spans(text, [Span(18, 20)])
    assert [text[s.start : s.end] for s in known] == ["It was so in 2016.", "The rest.4 End."]


@pytest.mark.parametrize("text", ["No fever.|No cough.|Lungs clear.", "It was done.|Fig. 1 The wall.|Table 2 All."])
def test_a_missing_space(text):
    assert sentences(text.replace("|", "")) == text.split("|")


def test_a_blank_line_ends_a_sentence_and_a_line_end_does_not():
    assert sentences("Plan\n \nRest and\nfluids") == ["Plan", "Rest and\nfluids"]


@pytest.mark.parametrize("sign", ["(", "“", '"', "‘", "[", " '"])
def test_what_is_never_closed_swallows_nothing(sign):
    text = f"It began {sign}here. " + "This is a sentence. " * 200
    assert len(sentences(text)) == 201


def test_a_bracket_longer_than_any_is_divided():
    inside = "This is a sentence. " * 30
    assert len(sentences(f"It began (here. {inside}) and ended. Then more.")) > 30


@pytest.mark.parametrize(
    "unit",
    [". ", '"', "(", "((.)) ", "“a. B ", "[1] ", "aaaa.1 A", "a. B ", "1. ", "‘a ", "\n ", "x.(fig", "aaaa. 1 ", "[1,"],
)
def test_a_megabyte_of_one_thing_is_split_once(unit):
    text = unit * (LONG // len(unit))
    spans = sentence_spans(text)
    assert all(a.end <= b.start for a, b in zip(spans, spans[1:], strict=False))


@given(st.text(alphabet="aB 1.?!…,;()[]“”\"'\n\t\u00a0é漢。😀", max_size=80) | st.text(max_size=40))
def test_sentences_are_in_order_and_leave_out_only_space_and_marks(text):
    covered = [False] * len(text)
    previous = 0
    for mark in reference_marks(text):
        covered[mark.start : mark.end] = [True] * (mark.end - mark.start)
    for span in sentence_spans(text):
        assert previous <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        covered[span.start : span.end] = [True] * (span.end - span.start)
        previous = span.end
    assert all(done or text[i].isspace() for i, done in enumerate(covered))


def test_no_short_form_is_in_two_lists():
    lists = [ENGLISH.never_last, ENGLISH.seldom_last, ENGLISH.often_last, ENGLISH.routes, ENGLISH.numbering]
    words = [word for words in lists for word in words]
    assert sorted(words) == sorted(set(words)) and all(w == w.casefold() and not w.endswith(".") for w in words)
