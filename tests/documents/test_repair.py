"""The cleaning functions: worked examples, what must stay untouched, and properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcqa.documents.repair import (
    repair_figure_ranges,
    repair_page_ranges,
    set_off_references,
    space_citations,
    squeeze,
    unify_bullets,
)
from calcqa.language.characters import clean_characters


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


@pytest.mark.parametrize("line", ["•  x", "  • x", "•x", "- x", "* x", "– x", "▪ x", "\uf0b7 x"])
def test_bullets(line):
    assert unify_bullets(f"lead-in\n{line}\nend") == "lead-in\n• x\nend"


@pytest.mark.parametrize("line", ["-5 degrees", "*emphasis*", "a - b", "3. x", "•", "—"])
def test_no_bullet(line):
    assert unify_bullets(line) == line


@pytest.mark.parametrize(
    ("given_text", "last", "expected"),
    [
        ("more than one medication.1 It has", None, "more than one medication [1]. It has"),
        ("levels.2", 3, "levels [2]."),
        ("levels.2\nNext", 3, "levels [2].\nNext"),
        ("in the disease (ABC).2 It", 3, "in the disease (ABC) [2]. It"),
        ("known for long.1,3 It", 3, "known for long [1,3]. It"),
        ("known for long.1-3 It", 3, "known for long [1–3]. It"),
        ("known for long.13 It", 3, "known for long [1–3]. It"),
        ("known for long.13 It", 20, "known for long [13]. It"),
        ("in muscle,2 and in fascia;3 rarely", 3, "in muscle [2], and in fascia [3]; rarely"),
    ],
)
def test_glued_references_are_set_off_before_the_stop(given_text, last, expected):
    assert set_off_references(given_text, last) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a dose of 2.5 mg",
        "a dose of 2.5",
        "2008;84(1):68",
        "see Fig.1",
        "bed No.2 Then",
        "p.5 It",
        "on 01.02.2017 It",
        "in 2005.1 It",
        "1. It began",
        "items.1. It",
        "version.2 of it",
        "known for long.7 It",  # there is no reference 7
        "medication. 1 It",
        "medication [1]. It",
        "https://example.org/page.1a It",
    ],
)
def test_what_is_no_glued_reference(text):
    assert set_off_references(text, 3) == text


def test_without_a_reference_list_only_small_numbers_behind_a_full_stop_count():
    text = "of the patients,3 of whom. The year was.1998 It"
    assert set_off_references(text) == text


@pytest.mark.parametrize(
    ("given_text", "figures", "expected"),
    [
        ("joints (Figures 13).", {1, 2, 3}, "joints (Figures 1–3)."),
        ("joints (Figs. 24).", {1, 2, 3, 4}, "joints (Figs. 2–4)."),
        ("Figures 810 show", set(range(1, 11)), "Figures 8–10 show"),
    ],
)
def test_figure_ranges(given_text, figures, expected):
    assert repair_figure_ranges(given_text, figures) == expected


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("Figure 13", {1, 2, 3}),
        ("Figures 13", set(range(1, 20))),
        ("Figures 13", {1, 2}),
        ("Figures 31", {1, 2, 3}),
        ("Figures 11", {1}),
        ("Figures 13 and 2", {1, 2, 3}),
        ("Figures 1–3", {1, 2, 3}),
        ("Figures 13.5", {1, 2, 3}),
        ("Figures 1112", {1, 12, 11, 112}),  # 1–112 or 11–12
        ("13 figures", {1, 2, 3}),
    ],
)
def test_no_figure_range(text, figures):
    assert repair_figure_ranges(text, figures) == text


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("2008;84(1):6874.", "2008;84(1):68–74."),
        ("2005;34(6):805812.", "2005;34(6):805–812."),
        ("2002;47(4):505511.", "2002;47(4):505–511."),
        ("1999;12:10011010.", "1999;12:1001–1010."),
        ("1999;12(3 Suppl 1):2129", "1999;12(3 Suppl 1):21–29"),
    ],
)
def test_page_ranges(given_text, expected):
    assert repair_page_ranges(given_text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "84(1):68.",  # one page
        "84(1):7468.",  # falls
        "84(1):6868.",
        "84(1):103.",
        "84(1):10315.",
        "84(1):1299.",  # 88 pages: an article's number, more likely
        "84(1):998003.",
        "84(1):68–74.",
        "84(1):6874-80.",
        "84(1):e6874.",
        "at 10:1530 hours",
        "6874",
    ],
)
def test_no_page_range(text):
    assert repair_page_ranges(text) == text


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("Alder AM,Birch FC,Elm-Oak U, et al.Risk of", "Alder AM, Birch FC, Elm-Oak U, et al. Risk of"),
        ("Rowan I.Cold ears.Ann Wards.2005;3", "Rowan I. Cold ears. Ann Wards. 2005;3"),
        ("Alder AM,de Boer K,O'Hara L", "Alder AM, de Boer K, O'Hara L"),
        ("cold ears.JWinter (Rio J).2008;8", "cold ears. J Winter (Rio J). 2008;8"),
        ("cold ears.J Am Ears.2002;47", "cold ears. J Am Ears. 2002;47"),
    ],
)
def test_citations_get_their_spaces_back(given_text, expected):
    assert space_citations(given_text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "N,N-dimethyl",
        "at https://Example.Org/Some.Page,More",
        "doi:10.1000/Abc.Def.2002",
        "a ratio of 2.5",
        "JWinter alone",
        "Alder AM, Birch FC, et al. Cold ears. J Winter. 2008;84(1):68–74.",
    ],
)
def test_citations_left_alone(text):
    assert space_citations(text) == text


ANYTHING = st.text() | st.text(alphabet="abAJ19,.;:–-•* ()[]\n\u2010\u00a0\u0301é", max_size=40)
FAULTY = st.lists(
    st.sampled_from(
        ["word", "JDM", ".1", ".13", ",2", ".", " ", " It", "al.", "AM,", "Figures ", "13", "24", "84(1):", "6874", "J"]
        + ["Pediatr", ";12:", "2008", "• ", "- ", "\n", "(", ")", "–"]
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    "clean",
    [
        squeeze,
        unify_bullets,
        set_off_references,
        lambda text: set_off_references(text, 3),
        lambda text: repair_figure_ranges(text, {1, 2, 3, 4}),
        repair_page_ranges,
        space_citations,
    ],
)
@given(text=ANYTHING | FAULTY)
def test_cleaning_is_idempotent(clean, text):
    once = clean(text)
    assert clean(once) == once


@given(st.text())
def test_cleaned_text_has_plain_characters_only(text):
    cleaned = clean_characters(text)
    assert not set("\r\t\u00a0\u00ad\u200b\u2010\u2011\ufeff\x00") & set(cleaned)
    assert len(f"{cleaned}.".splitlines()) == cleaned.count("\n") + 1


@given(ANYTHING | FAULTY)
def test_mending_only_adds(text):
    for repair in (repair_page_ranges, space_citations, lambda text: repair_figure_ranges(text, {1, 2, 3})):
        assert repair(text).replace("–", "").replace(" ", "") == text.replace("–", "").replace(" ", "")
