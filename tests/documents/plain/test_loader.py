"""The loader for plain text: headings, paragraphs, notes, lists, tables, captions and references, told by form."""

import pytest

from calcqa.documents.load import load_plain
from calcqa.documents.plain.headings import is_caption, is_certain, is_known, may_be, run_in
from calcqa.documents.plain.lines import unwrapped
from calcqa.documents.plain.tables import barred, rows
from helpers.documents import assert_one_form, blocks

PROSE = "The patient was a beekeeper of 52 years who had worked outdoors in the cold for many hours."


def shape(text, title="Note"):
    """Kind and text of each block below the title, a heading with its level."""
    loaded = load_plain(text, "a.txt", title)
    document = loaded.document
    assert_one_form(document)
    return [(b.kind.value + str(b.level or ""), document.text[b.start : b.end]) for b in document.blocks[1:]]


def test_plain_blocks():
    document = load_plain(
        """\
A case of hiccups (short)

First line
second line.
Things seen:
 - one
   wrapped
 - two

•three

1. first
2. second
In room
12. She left.
==========
The end, in
12. words.
""",
        "note.txt",
    ).document
    assert_one_form(document)
    assert document.title == "A case of hiccups (short)"
    assert blocks(document)[1:] == [
        "First line second line.\nThings seen:",
        "• one wrapped\n• two\n• three\n1. first\n2. second In room 12. She left.",
        "The end, in 12. words.",
    ]
    assert document.metadata == {} and document.dropped == ()


def test_plain_text_without_a_title_takes_the_files_name():
    document = load_plain("It is a sentence.\n\nSo is this.", "left-knee_2.txt").document
    assert document.title == "Left knee 2"
    assert document.text == "Left knee 2\n\nIt is a sentence.\n\nSo is this."
    assert load_plain("Only words", "x.txt").document.text == "X\n\nOnly words"


@pytest.mark.parametrize(
    "first", ["Introduction", "1. Introduction", "CASE REPORT", "2 Methods", "Weight: 70 kg", "No drug allergies",
     "Patient has no fever", "K 5.2, Na 128", "Weight 70 kg on admission", "Allergic to penicillin", "Sepsis ruled out",
     "> 5 mg", "Temp 38"],
)  # fmt: skip
def test_a_section_or_a_fact_is_no_title(first):
    document = load_plain(f"{first}\n\n{PROSE}", "left-knee.txt").document
    assert document.title == "Left knee"
    assert first in document.text


@pytest.mark.parametrize("first", ["A case of COVID-19", "Diabetes of type 2", "Cold ears in a beekeeper"])
def test_a_name_on_top_is_the_title(first):
    assert load_plain(f"{first}\n\n{PROSE}", "left-knee.txt").document.title == first


# Headings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Introduction\n{PROSE}\nCase report\n{PROSE}",
         [("heading2", "Introduction"), ("paragraph", PROSE), ("heading2", "Case report"), ("paragraph", PROSE)]),
        (f"2.1 Care at home\n\n{PROSE}", [("heading3", "2.1 Care at home"), ("paragraph", PROSE)]),
        (f"CARE AT HOME\n\n{PROSE}", [("heading2", "CARE AT HOME"), ("paragraph", PROSE)]),
        (f"Care of the ears at home\n\n{PROSE}", [("heading2", "Care of the ears at home"), ("paragraph", PROSE)]),
        (f"Care of the ears at home\n{PROSE}", [("heading2", "Care of the ears at home"), ("paragraph", PROSE)]),
        (f"Case presentation:\n\n{PROSE}", [("heading2", "Case presentation"), ("paragraph", PROSE)]),
        (f"Introduction {PROSE}", [("heading2", "Introduction"), ("paragraph", PROSE)]),
        (f"Case Report{PROSE}", [("heading2", "Case Report"), ("paragraph", PROSE)]),
        (f"Background: {PROSE}", [("heading2", "Background"), ("paragraph", PROSE)]),
        ("Medications\naspirin, 100 mg daily", [("heading2", "Medications"), ("paragraph", "aspirin, 100 mg daily")]),
        ("CASE REPORT\n\nChief complaints\n\nCold ears.",
         [("heading2", "CASE REPORT"), ("heading2", "Chief complaints"), ("paragraph", "Cold ears.")]),
        ("References\n\n1. Alder B. Cold ears. 2001;3:4.\n2. Birch C. Frost.\n\n[3] Elm D. Ice.\n[4] Oak E. Snow.",
         [("heading2", "References"), ("reference", "1. Alder B. Cold ears. 2001;3:4."),
          ("reference", "2. Birch C. Frost."),
          ("reference", "[3] Elm D. Ice."), ("reference", "[4] Oak E. Snow.")]),
        (f"Funding\n\nNone.\n\nDiscussion\n\n{PROSE}",
         [("heading2", "Funding"), ("acknowledgement", "None."), ("heading2", "Discussion"), ("paragraph", PROSE)]),
    ],
)  # fmt: skip
def test_headings(text, expected):
    assert shape(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"No known drug allergies\n\n{PROSE}",
        f"The ears were cold\n\n{PROSE}",
        f"Glucose 5.1 mmol/L\n\n{PROSE}",
        f"Weight: 70 kg\n\n{PROSE}",
        f"Seen by Alder et al\n\n{PROSE}",
        f"An ultrasound was made at 24\n\n{PROSE}",
        f"see https://example.org\n\n{PROSE}",
        f"CT computed tomography\n\nMRI magnetic resonance imaging\n\n{PROSE}",
        "Cold ears\n\nWarm ears\n\nRed ears",
        "Cold ears\n\nfollowed by lower case, which is how a sentence that was cut goes on, and this is long.",
        "Ears at home\n\nFigure 1. Ears of a beekeeper who has worked outdoors in the cold for many hours.",
        f"1. Fever\n\n2. Chills\n\n3. Cough\n\n{PROSE}",
        f"3. Rest\n4. Ice\n\n{PROSE}",
        "ADMITTED WITH CHEST PAIN\n\nALLERGIC TO PENICILLIN\n\nDISCHARGED ON ASPIRIN",
        "Introduction of the drug was followed by a rash, which is why it was given up again.",
        "Results of the test were normal and remained so until the end of the year; so were others.",
        "Conclusion: benign",
        f"An {PROSE}\n\nDiscussion was held",
    ],
)
def test_what_is_no_heading(text):
    assert not [kind for kind, _ in shape(text) if kind.startswith("heading")]


def test_a_stray_mark_before_the_first_word_is_left_out_and_reported():
    loaded = load_plain(f"pmcIntroduction\n\n{PROSE}", "a.txt")
    assert loaded.document.text == f"A\n\nIntroduction\n\n{PROSE}"
    assert [(d.text, d.reason) for d in loaded.dropped] == [("pmc", "no part of the text")]
    assert load_plain("pmcs are cells.", "a.txt").dropped == ()


def test_names_of_sections():
    assert is_known("Conclusions:") and is_known("3 Discussion") and is_known("IV. RESULTS") and is_known("2.Methods")
    assert not is_known("Discussion of it") and not is_known("Case closed")
    assert is_certain("1.2 Cold ears") and not is_certain("1.2 mg") and not is_certain("3. cold ears")
    assert is_certain("COLD EARS") and not is_certain("COLD EARS", capitals=False) and not is_certain("BP 120")
    assert may_be("Cold ears") and not may_be("cold ears") and not may_be("Cold ears.") and not may_be("- Cold ears")
    assert may_be("Second look") and not may_be("Latex – hives 2018") and not may_be("Warfarin, since 2009 or so")


@pytest.mark.parametrize(
    "text", ["Figure 1. An ear.", "Fig. 2", "Table 3: Values", "TABLE IV Values", "Figure 1A (left)"]
)
def test_captions(text):
    assert is_caption(text) and shape(text + "\n\nWords.")[0] == ("caption", text)


@pytest.mark.parametrize(
    "text", ["Figure 1 shows an ear.", "Figures are shown.", "Table of values", "Figure it out: 1."]
)
def test_no_captions(text):
    assert not is_caption(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Introduction Malaria is a disease.", "Introduction"), ("Case Report A man came in.", "Case Report"),
        ("2. Results We saw no fever.", "2. Results"), ("Discussion with the family followed.", None),
        ("Results Pending.", None), ("Results CRP 5, no fever.", None), ("Summary Care Record was read.", None),
        ("Discussion Dr Roe came.", None), ("ConclusionsAll was well.", None), ("results All was well.", None),
        ("Introduction Malaria is", None),
    ],
)  # fmt: skip
def test_a_run_in_heading_may_stand_before_a_short_sentence(text, name):
    divided = run_in(text)
    assert (divided and divided[0]) == name
    assert divided is None or " ".join(divided) == text


def test_run_in_headings_need_a_sentence_behind_them():
    assert run_in(f"Discussion {PROSE}") == ("Discussion", PROSE)
    assert run_in(f"discussion {PROSE[0].lower()}{PROSE[1:]}") is None
    assert run_in("Case Author Year Disease Age and gender of patient Debilitation Agent and more") is None


# Notes, lists and wrapped lines


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Weight: 70 kg", "Height: 180 cm", "BP 120/80"], ["Weight: 70 kg", "Height: 180 cm", "BP 120/80"]),
        (["pt seen in clinic", "bp 120/80", "hr 72"], ["pt seen in clinic", "bp 120/80", "hr 72"]),
        (["no fever", "no cough", "lungs clear"], ["no fever", "no cough", "lungs clear"]),
        (["pain in the left", "knee since may"], ["pain in the left knee since may"]),
        (["Temperature 38.2", "Pulse 96"], ["Temperature 38.2", "Pulse 96"]),
        (["He weighed", "70 kg then"], ["He weighed 70 kg then"]),
        (["Seen with a rash of", "Unknown cause"], ["Seen with a rash of Unknown cause"]),
        (["Seen on the ward, and", "found to be well"], ["Seen on the ward, and found to be well"]),
        (["a lower-case text that is wrapped at forty", "code points or so, where a full line ends,",
          "is joined again"],
         ["a lower-case text that is wrapped at forty code points or so, where a full line ends, is joined again"]),
        (["A wrapped text with a label at the beginning of", "Monday: there it goes on and on and on"],
         ["A wrapped text with a label at the beginning of Monday: there it goes on and on and on"]),
        (["It is long-", "term, pre-", "and post-", "operative, 10-", "20 mg and X-", "Ray"],
         ["It is long-term, pre- and post-operative, 10-20 mg and X- Ray"]),
        ([PROSE * 2, "A second one.", "and its end"], [PROSE * 2, "A second one. and its end"]),
        (["PC: Fell in the bath", f"HPC: {PROSE * 2}", "GCS 15", "Plan: X-ray of", "Hip: left"],
         ["PC: Fell in the bath", f"HPC: {PROSE * 2}", "GCS 15", "Plan: X-ray of Hip: left"]),
        (["A: own airway", "B: clear", "C: warm", "D: alert"], ["A: own airway", "B: clear", "C: warm", "D: alert"]),
        (["03/02 08:10 Slept well, no pain", f"03/02 14:00 Late: {PROSE * 2}", "04/02 Home"],
         ["03/02 08:10 Slept well, no pain", f"03/02 14:00 Late: {PROSE * 2}", "04/02 Home"]),
        (["06:15 Waters broke", "10:40 Examined", "12:05 Born"],
         ["06:15 Waters broke", "10:40 Examined", "12:05 Born"]),
        (["She was seen there by the same doctor again on the day", "03/02 after the fall, when she was well again"],
         ["She was seen there by the same doctor again on the day 03/02 after the fall, when she was well again"]),
        ([PROSE[:-1] * 2, "Monday: there it goes on"], [f"{PROSE[:-1] * 2} Monday: there it goes on"]),
    ],
)  # fmt: skip
def test_lines_are_joined_or_stay_apart(lines, expected):
    assert unwrapped(lines) == expected


def test_a_list_may_begin_behind_its_label():
    text = "Imp: 1. Sepsis\n2. Delirium\n3. Dehydration"
    items = [("item", name) for name in ("1. Sepsis", "2. Delirium", "3. Dehydration")]
    assert shape(text) == [("paragraph", "Imp:"), *items]


@pytest.mark.parametrize("below", ["Ward: Oak", "Dr N. Hale ST4", "Mr Hale, for the surgeons"])
def test_what_stands_below_a_list_is_none_of_its_last_item(below):
    text = f"Plan:\n- bloods\n- chest film\n{below}"
    assert shape(text)[-2:] == [("item", "• chest film"), ("paragraph", below)]
    assert shape("Plan:\n- bloods\n- to be seen by\n  Dr Hale")[-1] == ("item", "• to be seen by Dr Hale")


def test_a_label_within_each_item_is_of_its_item():
    text = "Plan:\n- ramipril\nDose: 5 mg\n- atenolol\nDose: 50 mg"
    assert shape(text)[1:] == [("item", "• ramipril Dose: 5 mg"), ("item", "• atenolol Dose: 50 mg")]


def test_a_note_has_a_block_a_line():
    text = "Weight: 70 kg\nHeight: 180 cm\nAllergies: none"
    assert shape(text) == [("paragraph", line) for line in text.split("\n")]
    assert load_plain(text, "a.txt", "Note").document.text == "Note\n\n" + text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Base excess\n- 6.1 mmol/L", ["Base excess - 6.1 mmol/L"]),
        ("Base excess\n\n- 6.1 mmol/L\n\nNext.", ["Base excess", "- 6.1 mmol/L", "Next."]),
        ("The GFR was\n> 60 mL/min\nthen.", ["The GFR was > 60 mL/min then."]),
        ("Seen:\n- >= 3 falls\n- > 20 mg", ["Seen:", "• >= 3 falls", "• > 20 mg"]),
        ("2. a\n3. b\n5. c\n7. d", ["2. a", "3. b", "5. c", "7. d"]),
        ("1. a\n2. seen\nin room\n12. She left.", ["1. a", "2. seen in room 12. She left."]),
        ("Gap:\n- 5.2 mmol/L\n- 3.1 mmol/L", ["Gap:", "- 5.2 mmol/L", "- 3.1 mmol/L"]),
        ("7) a\n8) b", ["7) a", "8) b"]),
        ("a) one\nb) two", ["a) one", "b) two"]),
        ("4*3*2 cm, ~~x~~, 10^9/L, <b>9</b>, [A]: b", ["4*3*2 cm, ~~x~~, 10^9/L, <b>9</b>, [A]: b"]),
        ("(c) 2001 Us", ["(c) 2001 Us"]),
    ],
)
def test_signs_and_numbers_stay(text, expected):
    assert [line for _, line in shape(text)] == expected


# Tables


def test_tables_by_tabs_bars_and_columns():
    assert shape("It was seen (5).Table 1 Blood values\n\nTest\tDay 1\tDay 2\nHb\t9.1\t\nNa\t\t140\n\nEnd.") == [
        ("paragraph", "It was seen (5)."),
        ("caption", "Table 1 Blood values"),
        ("row1", "Test | Day 1 | Day 2"),
        ("row", "Hb | 9.1"),
        ("row", "Na | | 140"),
        ("paragraph", "End."),
    ]
    assert shape("| a | b |\n|---|---|\n| 1 | > 2 |") == [("row1", "a | b"), ("row", "1 | > 2")]
    columns = "Drug      Dose  Route\naspirin   100   oral\nheparin   5     i.v."
    assert [kind for kind, _ in shape(columns)] == ["row1", "row", "row"]
    assert shape(columns)[1] == ("row", "aspirin | 100 | oral")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("pantoprazole  stopped\nsertraline    25 mane\nbaclofen      not helpful", "row row row"),
        ("frusemide    finished 20/11\nparacetamol  1 g\nsenna        2 nocte", "row row row"),  # a pair with a figure
        ("Test  Result\nHb    98\nNa    131", "row1 row row"),
        ("Drug|Change\n---|---\nsenna|stopped", "row1 row"),
    ],
)
def test_a_first_pair_is_a_header_only_where_it_is_unlike_the_others(text, kinds):
    assert [kind for kind, _ in shape(text)] == kinds.split()


def test_what_is_no_table():
    assert (
        barred("1.\tOne\n2.\tTwo\nWeight:\t70 kg\n\tIndented\nwords\tonce")
        == "1.\tOne\n2.\tTwo\nWeight:\t70 kg\n\tIndented\nwords\tonce"
    )
    assert rows(["One sentence.  Two.", "Three of them.  Four."]) == {}
    assert rows(["p < 0.05 | n = 3", "", "words"]) == {}
    assert rows(["a  b", "c  d"]) == {}
