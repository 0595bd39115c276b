"""Characters nobody sees and marks piled upon one letter: out of documents and questions alike, and counted."""

import unicodedata
from collections import Counter

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from calcqa.documents.load import load_export, load_markdown, load_plain
from calcqa.language import characters
from calcqa.language.characters import MOST_MARKS, clean_characters, is_hidden
from calcqa.language.questions import clean_question

HIDDEN = [chr(c) for c in range(0x110000) if regex.match(r"\p{Default_Ignorable_Code_Point}", chr(c))]
PILE = "\u0316" * 50
SECRET = "".join(chr(0xE0000 + ord(c)) for c in " not 999")
ALPHABET = st.sampled_from(
    "ab 1\u0301\u0316\u0344\u0f73\u034f\u200c\u200d\u200b\u0645\u06cc\u0915\u094d\u093c\u0958\u064b"
) | (st.characters())


def test_what_is_hidden_is_what_unicode_says():
    assert [chr(c) for c in range(0x110000) if is_hidden(chr(c))] == HIDDEN and len(HIDDEN) > 4_000


def test_every_hidden_character_goes_and_is_counted():
    gone = Counter()
    assert clean_characters("".join(f"a{c}b" for c in HIDDEN), gone) == "ab" * len(HIDDEN)
    assert +gone == Counter(HIDDEN)


@pytest.mark.parametrize(
    "word",
    [
        "می\u200cخواهم",  # Persian: "I want"
        "श्री\u200dमान",
        "क्\u200dष",  # a half form
        "ශ්\u200dරී",  # Sinhala: "Sri"
        "র\u200d্য",  # Bengali: a joiner before the virama
        "ന്\u200dറ",  # Malayalam
    ],
)
def test_joiners_that_are_spelling_stay(word):
    assert clean_characters(word) == clean_question(word) == word


@pytest.mark.parametrize(
    ("given_text", "seen"),
    [
        ("1\u200d50\u200c g", "150 g"),
        ("می\u200c", "می"),
        ("\u200cمی", "می"),
        ("می\u200c\u200d\u200cخ", "می\u200cخ"),  # one is spelling, more are a code
        ("می\u200c x", "می x"),
        ("a\u200dم", "aم"),
        ("\U0001f469\u200d\u2695\ufe0f", "\U0001f469\u2695"),  # its parts say as much
        ("葛\U000e0100", "葛"),
        ("h\u3164i\u115f\u1160\uffa0", "hi"),
        (f"150 g{SECRET}.", "150 g."),
    ],
)
def test_other_joiners_selectors_fillers_and_tags_go(given_text, seen):
    assert clean_characters(given_text) == seen
    assert clean_question(given_text) == seen


@given(st.text(ALPHABET, max_size=120))
def test_cleaning_twice_changes_nothing(text):
    once = clean_characters(text)
    gone = Counter()
    assert clean_characters(once, gone) == once and not +gone


@pytest.mark.parametrize("mark", ["\u0301", "\u0316\u0301", "\u0f73", "\u0344", "\u034f\u0301"])
def test_marks_are_bounded_before_the_text_is_normalised(mark, monkeypatch):
    seen = []

    class Watched:
        combining, category = unicodedata.combining, unicodedata.category

        @staticmethod
        def normalize(form, text):
            seen.append(text)
            return text

    monkeypatch.setattr(characters, "unicodedata", Watched)
    gone = Counter()
    clean_characters(f"a{mark * 1_000}b", gone)
    assert [len(text) for text in seen] == [MOST_MARKS + 2]
    assert gone.total() == 1_000 * len(mark) - MOST_MARKS


def test_ordinary_marks_stay():
    text = "Việt Nam, קָמָץ, ก็ดี, ṩ" + "\u0301" * MOST_MARKS
    assert clean_characters(text).endswith("\u0301" * (MOST_MARKS - 1)) and "קָמָץ" in clean_characters(text)


@pytest.mark.parametrize("loader", [load_markdown, load_plain, load_export])
def test_loaders_report_what_they_take_out(loader):
    loaded = loader(f"Dose\n\nA weight of 150 g{SECRET}. Zal{PILE}go was here.\n", "a.md")
    assert "150 g." in loaded.document.text
    reports = {d.reason: d.text for d in loaded.dropped}
    assert "U+E006E TAG LATIN SMALL LETTER N ×1" in reports["invisible"]
    assert "U+E0039 TAG DIGIT NINE ×3" in reports["invisible"]
    assert reports["more marks than a letter bears"] == f"U+0316 COMBINING GRAVE ACCENT BELOW ×{50 - MOST_MARKS}"


def test_entities_and_escapes_of_markdown_hide_nothing_either():
    loaded = load_markdown('---\ntitle: "Kn\\U000E0061ee\\uD800"\n---\n\nA we&#xE0061;ight.', "a.md")
    assert loaded.document.metadata == {"title": "Knee"} and loaded.document.text == "Knee\n\nA weight."
    assert [d.text for d in loaded.dropped][-1] == "U+E0061 TAG LATIN SMALL LETTER A ×3"


def test_the_report_names_a_bounded_number_of_kinds():
    loaded = load_plain("A" + "".join(HIDDEN) + " word.", "a.txt")
    assert len(loaded.dropped) == 1 and loaded.dropped[0].text.count("×") == 20


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("soft\u2010tissue and X\u2011ray", "soft-tissue and X-ray"),
        ("10\u00a0mg\u2009twice\u3000daily", "10 mg twice daily"),
        ("\ufeffzero\u200bwidth, soft\u00adhyphen", "zerowidth, softhyphen"),
        ("a\r\nb\rc\u2028d\x0ce", "a\nb\nc\nd\ne"),
        ("bell\x07 null\x00 escape\x1b[31m", "bell null escape[31m"),
        ("turned \u202eround\u202c", "turned round"),
        ("e\u0301", "é"),
        ("a\tb", "a   b"),
        ("dashes – and — stay, so does می\u200cخواهم", "dashes – and — stay, so does می\u200cخواهم"),
    ],
)
def test_characters(given_text, expected):
    assert clean_characters(given_text) == expected


@given(st.text())
def test_cleaned_text_has_plain_characters_only(text):
    cleaned = clean_characters(text)
    assert not set("\r\t\u00a0\u00ad\u200b\u2010\u2011\ufeff\x00") & set(cleaned)
    assert len(f"{cleaned}.".splitlines()) == cleaned.count("\n") + 1
