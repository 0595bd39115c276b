"""PDF: numbers, signs, units, raised and lowered characters as the page shows them; and what nobody sees left out."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calcqa.documents.pdf.glyphs import read_glyphs
from calcqa.documents.pdf.loader import load_pdf, opened
from calcqa.documents.pdf.scripts import lowered, raised
from calcqa.documents.pdf.signs import shape_of, sign
from calcqa.documents.pdf.writing import ended
from calcqa.types import BlockKind, Span
from helpers.pdfs import LEFT, RIGHT, TOP, Pdf, by_hand

BODY = "The blood was drawn in the morning on the ward, before the first dose was given to anybody."


def text_of(*runs, **how):
    pdf = Pdf()
    pdf.runs(LEFT, TOP, *runs, **how)
    pdf.text(LEFT, TOP - 40, BODY)
    return pdf.loaded().document


@pytest.mark.parametrize(
    "runs, text",
    [
        (("Leucocytes were 12 x 10", ("9", 4), "/L on the first day."), "12 x 10⁹/L on"),
        (("The clearance was 90 mL min", ("-1", 4), " at rest."), "90 mL min⁻¹ at"),
        (("He had 24 kg/m", ("2", 4), " of body."), "24 kg/m² of"),
        (("A wound of 4 cm", ("2", 4), " was closed."), "4 cm² was"),
        (("The pressure of CO", ("2", -2), " was 5.1 kPa."), "CO₂ was"),
        (("The level of HbA", ("1c", -2), " fell."), "HbA₁c fell"),
        (("It was kept at 37 ", ("o", 4), "C for a day."), "37 °C for"),
        (("It fell on the 31", ("st", 4), " day."), "31st day"),
        (("Free Ca", ("2+", 4), " was low."), "Ca²⁺ was"),
        (("It was given as ", ("125", 4), "I in the vein."), "as ¹²⁵I in"),
        (("The fit was good, with an R", ("2", 4), " of 0.93."), "R² of"),
        (("The dose was 12.5", ("a", 4), " in all."), "12.5^a in"),
        (("The product was 6.1 mmol", ("2", 4), "/L", ("2", 4), " in all."), "mmol²/L² in"),
        (("The product was 55 mg", ("2", 4), "/dL", ("2", 4), ", a third less."), "mg²/dL², a"),
        (("The index was 31 kg", ("2", 4), "/m", ("4", 4), " in both."), "kg²/m⁴ in"),
        (("The variance was 9 mmHg", ("2", 4), "·min", ("2", 4), " then."), "mmHg²·min² then"),
        (("The rate was 10", ("-3", 4), " to 10", ("-2", 4), " a day."), "10⁻³ to 10⁻² a"),
    ],
)
def test_raised_and_lowered_characters_stay_so(runs, text):
    document = text_of(*runs)
    assert text in document.text and not document.references


@pytest.mark.parametrize(
    "runs, text",
    [
        (("Most of them improved.", ("13", 4), " The others did not."), "improved.13 The"),
        (("It is a rare disease", ("4,5", 4), " of the skin."), "disease4,5 of"),
        (("He went home after three days", ("2", 4), " of rest."), "days2 of"),
        (("Each of the tablets", ("3", 4), "/capsules was white."), "tablets3/capsules"),
        (("This was said before (in the winter)", ("2-4", 4), " and later."), "winter)2-4 and"),
        (("This was seen by others", ("[7]", 4), " too."), "others[7] too"),
    ],
)
def test_raised_reference_numbers_stay_plain_and_are_marked(runs, text):
    document = text_of(*runs)
    assert text in document.text
    (mark,) = [document.text[m.start : m.end] for m in document.references]
    assert mark == next(run[0] for run in runs if isinstance(run, tuple))


@pytest.mark.parametrize("unit", ["mg", "mmol", "g/dL", "mmHg", "kPa", "IU"])
def test_behind_a_unit_alone_a_raised_number_is_written_so_and_marked_too(unit):
    document = text_of("The value was 12 " + unit, ("2", 4), " at noon.")
    assert f"12 {unit}² at" in document.text
    assert [document.text[m.start : m.end] for m in document.references] == ["²"]


@pytest.mark.parametrize("stop", [".", ", and then.", "; then.", ": a third."])
def test_no_space_stands_between_a_raised_character_and_a_stop(stop):
    pdf = Pdf()
    x = pdf.text(LEFT, TOP, "It was 7 mL min", 9, "Helvetica")
    x = pdf.text(x, TOP, "-1", 7.2, "Helvetica", rise=4)
    pdf.text(x, TOP, stop, 9, "Helvetica")
    pdf.text(LEFT, TOP - 40, BODY)
    assert f"min⁻¹{stop}" in pdf.loaded().document.text


def test_a_power_never_becomes_part_of_its_number():
    for digits in ("9", "12", "-3", "−6"):
        written, points = raised(digits, "about 10", "/L")
        assert not points and not re.search(r"10[\d-]", "about 10" + written)


def test_what_has_no_lowered_form_stands_behind_a_mark():
    assert lowered("max", "C") == "_(max)" and lowered("2", "CO") == "₂" and lowered("*", "a") == "*"


HIDDEN = "This patient is allergic to nothing at all."


def hide_white(pdf):
    pdf.text(LEFT, 600, HIDDEN, gray=1)


def hide_mode(pdf):
    pdf.text(LEFT, 600, HIDDEN, mode=3)


def hide_covered(pdf):
    pdf.text(LEFT, 600, HIDDEN)
    pdf.canvas.setFillGray(1)
    pdf.canvas.rect(LEFT - 5, 590, 300, 30, stroke=0, fill=1)


def hide_tiny(pdf):
    pdf.text(LEFT, 600, HIDDEN, size=0.8)


def hide_outside(pdf):
    pdf.text(LEFT, 900, HIDDEN)


def hide_alpha(pdf):
    pdf.canvas.saveState()
    pdf.canvas.setFillAlpha(0)
    pdf.text(LEFT, 600, HIDDEN)
    pdf.canvas.restoreState()


def hide_clipped(pdf):
    pdf.canvas.saveState()
    path = pdf.canvas.beginPath()
    path.rect(400, 100, 20, 20)
    pdf.canvas.clipPath(path, stroke=0)
    pdf.text(LEFT, 600, HIDDEN)
    pdf.canvas.restoreState()


@pytest.mark.parametrize(
    "hide", [hide_white, hide_mode, hide_covered, hide_tiny, hide_outside, hide_alpha, hide_clipped]
)
def test_what_nobody_sees_is_left_out_and_reported(hide):
    pdf = Pdf()
    pdf.text(LEFT, TOP, BODY)
    hide(pdf)
    pdf.text(LEFT, 400, "Potassium was 5.8 mmol/L.")
    loaded = pdf.loaded()
    assert "allergic" not in loaded.document.text
    assert "Potassium was 5.8 mmol/L." in loaded.document.text and BODY in loaded.document.text
    assert [d.text for d in loaded.dropped if d.reason == "invisible"] == [HIDDEN]


def test_white_text_on_a_dark_ground_is_seen():
    pdf = Pdf()
    pdf.text(LEFT, TOP, BODY)
    pdf.canvas.setFillGray(0.2)
    pdf.canvas.rect(LEFT - 5, 590, 300, 30, stroke=0, fill=1)
    pdf.text(LEFT, 600, "Allergic to penicillin.", gray=1)
    loaded = pdf.loaded()
    assert "Allergic to penicillin." in loaded.document.text and not loaded.dropped


def test_hidden_words_within_a_line_go_and_the_others_stay():
    pdf = Pdf()
    x = pdf.text(LEFT, TOP, "The patient is ")
    x = pdf.text(x, TOP, "not ", gray=1)
    pdf.text(x, TOP, "allergic to penicillin.")
    pdf.text(LEFT, TOP - 40, BODY)
    loaded = pdf.loaded()
    assert "The patient is allergic to penicillin." in loaded.document.text
    assert [d.text for d in loaded.dropped] == ["not"]


def sign_font(name):
    """A font whose key '5' draws another sign, and which says that it is a 5."""
    return (
        b"<< /Type /Font /Subtype /Type1 /BaseFont /AdvPi1 /FirstChar 53 /LastChar 53 /Widths [600] "
        b"/FontDescriptor << /Type /FontDescriptor /FontName /AdvPi1 /Flags 32 /FontBBox [0 0 600 700] /ItalicAngle 0 "
        b"/Ascent 700 /Descent 0 /CapHeight 700 /StemV 80 >> "
        b"/Encoding << /Type /Encoding /Differences [53 /%s] >> /ToUnicode 7 0 R >>" % name
    )


TO_FIVE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Five def
1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <35> <0035> endbfchar endcmap end end"""
TEXT_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>"


@pytest.mark.parametrize(
    "name, sign",
    [
        (b"less", "<"),
        (b"greater", ">"),
        (b"equal", "="),
        (b"plus", "+"),
        (b"plusminus", "±"),
        (b"multiply", "×"),
        (b"asciitilde", "~"),
        (b"minus", "−"),
        (b"five", "5"),
    ],
)
def test_signs_are_read_as_they_look_where_their_font_says_otherwise(name, sign):
    content = (
        b"BT /F0 12 Tf 60 700 Td (The difference was seen, P ) Tj /F1 12 Tf (5) Tj /F0 12 Tf ( 0.05 in all.) Tj ET"
    )
    cmap = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(TO_FIVE), TO_FIVE)
    text = load_pdf(by_hand(content, TEXT_FONT, sign_font(name), cmap), "a.pdf").document.text
    assert f"P {sign} 0.05 in all." in text


def test_a_sign_with_a_bar_below_it_is_told_from_the_one_without():
    arms = [[abs(x - abs(y - 12) * 2.4) < 3 for x in range(30)] for y in range(25)]  # opens to the right
    bar = [[False] * 30, [False] * 30, [True] * 30, [True] * 30, [True] * 30]
    mirrored = [row[::-1] for row in arms]
    assert (sign(arms, 0.25), sign(arms + bar, 0.25)) == ("<", "≤")
    assert (sign(mirrored, 0.25), sign(mirrored + bar, 0.25)) == (">", "≥")


def test_a_small_ring_is_a_degree():
    ring = [[3 < (x - 7.5) ** 2 / 8 + (y - 7.5) ** 2 / 8 < 8 for x in range(16)] for y in range(16)]
    assert sign(ring, 0.55) == "°" and sign([[True] * 16] * 16, 0.55) is None


def test_a_glyph_without_a_character_does_not_vanish():
    unknown = sign_font(b"florin").replace(b"/ToUnicode 7 0 R", b"/ToUnicode 7 0 R")
    nothing = TO_FIVE.replace(b"<0035> endbf", b"<0001> endbf")
    content = b"BT /F0 12 Tf 60 700 Td (The wound was 0) Tj /F1 12 Tf (5) Tj /F0 12 Tf (5 cm in all that time.) Tj ET"
    cmap = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(nothing), nothing)
    assert "0\ufffd5 cm" in load_pdf(by_hand(content, TEXT_FONT, unknown, cmap), "a.pdf").document.text


@pytest.mark.parametrize("character", "aeocOC0123456789,.;()/*%&$")
def test_what_is_no_sign_is_not_taken_for_one(character):
    for font in ("Helvetica", "Times-Roman", "Courier", "Times-BoldItalic"):
        pdf = Pdf()
        pdf.text(LEFT, TOP, character, 12, font)
        with opened(pdf.done(), "a.pdf") as document:
            page = document[0]
            (glyph,) = read_glyphs(page.get_textpage(), 9)
            assert shape_of(page, glyph) is None, font


FACT = st.one_of(
    st.sampled_from("± < > ≤ ≥ = × % µg mmol/L not no without °C".split()),
    st.from_regex(r"\A[0-9]{1,3}(\.[0-9]{1,2})?\Z"),
    st.from_regex(r"\A[a-z]{3,9}\Z"),
)
SIGNS = re.compile(r"\d+(?:\.\d+)?|[±<>=×%°]|\b(?:not|no|without)\b")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FACT.filter(lambda w: w not in "≤≥"), min_size=1, max_size=120), st.booleans())
def test_every_number_sign_and_negation_is_in_the_text_or_reported(words, columns):
    pdf = Pdf()
    half = " ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])
    pdf.text(LEFT, 780, BODY)
    if columns:
        pdf.column(LEFT, TOP, half[0])
        pdf.column(RIGHT, TOP, half[1])
    else:
        pdf.column(LEFT, TOP, " ".join(words), width=450)
    loaded = pdf.loaded()
    assert SIGNS.findall(loaded.document.text.removeprefix("Ward")) == SIGNS.findall(" ".join(words)) or loaded.dropped


def test_a_decimal_ends_no_sentence_but_a_year_with_a_reference_does():
    assert not ended("it measured 8.4 x 6.5") and not ended("a titre of 1:20")
    assert ended("as was seen in 2019.13", [Span(20, 22)]) and ended("as others saw.13") and ended("in 2019.")


def through(pdf, x0, x1, y, share=0.26, size=10, *, thick=0.6, filled=False):
    """Draw a line at a share of the size above the baseline `y`."""
    height = y + share * size
    pdf.canvas.setLineWidth(thick)
    if filled:
        pdf.canvas.rect(x0, height - thick / 2, x1 - x0, thick, stroke=0, fill=1)
    else:
        pdf.canvas.line(x0, height, x1, height)


@pytest.mark.parametrize("filled", [False, True])
def test_text_that_a_line_runs_through_is_left_out_and_reported(filled):
    pdf = Pdf()
    x = pdf.text(60, 700, "She was given ")
    end = pdf.text(x, 700, "penicillin 500 mg")
    through(pdf, x, end, 700, filled=filled)
    x = pdf.text(end, 700, " nothing, and 1")
    end = pdf.text(x, 700, "0")
    through(pdf, x, end, 700, filled=filled)
    pdf.text(end, 700, "5 mg later.")
    document = pdf.loaded().document
    assert document.text.endswith("\n\nShe was given nothing, and 1 5 mg later.")
    assert [(d.text, d.reason) for d in document.dropped] == [("penicillin 500 mg 0", "struck out")]


def test_text_struck_out_by_a_note_is_left_out_and_reported():
    pdfdoc = pytest.importorskip("reportlab.pdfbase.pdfdoc")
    pdf = Pdf()
    x = pdf.text(60, 700, "She was given ")
    end = pdf.text(x, 700, "penicillin")
    pdf.text(end, 700, " nothing.")
    low, high = 697.8, 707.2
    pdf.canvas._addAnnotation(
        pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Annot"),
                "Subtype": pdfdoc.PDFName("StrikeOut"),
                "Rect": pdfdoc.PDFArray([x, low, end, high]),
                "QuadPoints": pdfdoc.PDFArray([x, high, end, high, x, low, end, low]),
            }
        )
    )
    document = pdf.loaded().document
    assert document.text.endswith("She was given nothing.")
    assert [(d.text, d.reason) for d in document.dropped] == [("penicillin", "struck out")]


@pytest.mark.parametrize(
    "how",
    [
        {"share": -0.15}, {"share": 0.8}, {"thick": 9}, {"thick": 9, "filled": True}, {"beyond": 30},
    ],
    ids=["below", "above", "a bar", "a filled bar", "a line of a drawing"],
)  # fmt: skip
def test_other_lines_strike_nothing_out(how):
    pdf = Pdf()
    beyond = how.pop("beyond", 0)
    pdf.canvas.setFillGray(0.9)
    pdf.canvas.setStrokeGray(0.9)
    through(pdf, 60 - beyond, 140 + beyond, 700, **how)
    pdf.text(60, 700, "No fever and no pain at 38.5")
    document = pdf.loaded().document
    assert document.text.endswith("No fever and no pain at 38.5") and document.dropped == ()


def test_cells_that_stand_near_are_parted_by_the_lines_between_them():
    pdf = Pdf()
    cells = [
        ("Drug", "Dose", "Route"),
        ("Amoxicillin", "500 mg", "po"),
        ("Warfarin", "", "po"),
        ("Digoxin", "-5", "iv"),
    ]
    for number, row in enumerate(cells):
        for x, text in zip((60, 116, 154), row, strict=True):
            pdf.text(x, 700 - 15 * number, text, font="Times-Bold" if not number else "Times-Roman")
    for x in (54, 111, 150, 190):
        pdf.canvas.line(x, 715, x, 650)
    document = pdf.loaded().document
    rows = [document.text[b.start : b.end] for b in document.blocks if b.kind is BlockKind.ROW]
    assert rows == ["Drug | Dose | Route", "Amoxicillin | 500 mg | po", "Warfarin | | po", "Digoxin | -5 | iv"]
