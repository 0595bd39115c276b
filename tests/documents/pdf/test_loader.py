"""PDF: the order of columns, sentences over pages and boxes, furniture, headings, tables, notes, references."""

import threading

import pytest

from calcqa.documents.load import load_bytes
from calcqa.documents.pdf.loader import load_pdf
from calcqa.types import BlockKind, Span
from helpers.pdfs import COLUMN, LEFT, RIGHT, TOP, WIDTH, Pdf

FIRST = (
    "The ward took in forty patients with a fracture of the hip during the winter. Each of them was seen by the same "
    "surgeon within a day, and most were operated on before the second night. "
)
SECOND = (
    "Pain was asked for twice a day on a scale from zero to ten. Where it was above four, paracetamol was given first. "
)
THIRD = "Nobody was given morphine at home. The oldest patient, who was ninety-six, walked on the third day. "


def kinds(loaded, kind):
    document = loaded.document
    return [document.text[b.start : b.end] for b in document.blocks if b.kind is kind]


def dropped(loaded, reason):
    return [d.text for d in loaded.dropped if d.reason == reason]


def report(pages=3):
    """A report in two columns with running heads and page numbers; its sentences go on over columns and pages."""
    pdf, rest = Pdf(), (FIRST + SECOND + THIRD) * 14
    for number in range(1, pages + 1):
        pdf.text(LEFT, 810, f"Wards 2031, 4, 17 {number} of 3, 12", 8, "Helvetica")
        pdf.text(WIDTH / 2, 30, str(210 + number), 8, "Helvetica")
        top = TOP
        if number == 1:
            pdf.text(LEFT, 770, "Hips in winter: what one ward saw", 18, "Helvetica-Bold")
            top = 720
        for x in (LEFT, RIGHT):
            _, rest = pdf.column(x, top, rest, bottom=520 if number == 1 else 400)
        pdf.page()
    return pdf


def test_columns_are_read_one_after_the_other_and_sentences_go_on_over_columns_and_pages():
    loaded = report().loaded()
    document = loaded.document
    assert document.title == "Hips in winter: what one ward saw"
    body = " ".join(kinds(loaded, BlockKind.PARAGRAPH))
    assert body == ((FIRST + SECOND + THIRD) * 14)[: len(body)] and len(body) > 2000
    assert {p.page for p in document.places} == {1, 2, 3}


def test_running_heads_and_page_numbers_are_left_out_and_reported():
    loaded = report().loaded()
    assert sorted(dropped(loaded, "page furniture")) == sorted(
        [f"Wards 2031, 4, 17 {number} of 3, 12" for number in (1, 2, 3)] + ["211", "212", "213"]
    )
    assert "Wards 2031" not in loaded.document.text


def test_what_stands_once_at_the_edge_of_a_page_and_is_no_number_stays():
    pdf = Pdf()
    pdf.text(LEFT, 810, "Allergies: penicillin")
    pdf.column(LEFT, TOP, FIRST)
    pdf.page()
    pdf.column(LEFT, TOP, SECOND)
    loaded = pdf.loaded()
    assert "Allergies: penicillin" in loaded.document.text and not loaded.dropped


def test_what_differs_from_page_to_page_in_more_than_the_page_number_stays():
    pdf = Pdf()
    for day, dose, text in ((1, 50, FIRST), (2, 75, SECOND), (3, 20, THIRD)):
        pdf.text(LEFT, 810, f"Ward 7, day {day} of 3", 8)
        pdf.text(LEFT, 790, f"Dose: {dose} mg")
        pdf.column(LEFT, TOP, text)
        pdf.page()
    loaded = pdf.loaded()
    assert dropped(loaded, "page furniture") == [f"Ward 7, day {day} of 3" for day in (1, 2, 3)]
    assert all(f"Dose: {dose} mg" in loaded.document.text for dose in (50, 75, 20))


def test_what_recurs_in_the_middle_of_pages_stays_once():
    pdf = Pdf()
    for text in (FIRST, SECOND, THIRD):
        pdf.text(LEFT, 450, "To be signed by the nurse in charge")
        pdf.column(LEFT, TOP, text)
        pdf.page()
    loaded = pdf.loaded()
    assert loaded.document.text.count("To be signed by the nurse in charge") == 1
    assert dropped(loaded, "page furniture") == ["To be signed by the nurse in charge"] * 2


def test_every_run_of_text_has_its_page_and_box():
    document = report().loaded().document
    for place in document.places:
        left, bottom, right, top = place.box
        assert 0 < left < right < WIDTH and 0 < bottom < top < 842
        assert document.text[place.start : place.end] == document.text[place.start : place.end].strip() != ""
    covered = sum(place.end - place.start for place in document.places)
    assert covered > 0.95 * len(document.text) - len(document.title)
    start = document.text.index("Pain was asked")
    place = document.places_of(Span(start, start + 4))[0]
    assert place.page == 1 and LEFT - 1 <= place.box[0] <= LEFT + COLUMN


def test_words_broken_at_the_end_of_a_line_are_put_together_and_real_hyphens_stay():
    pdf = Pdf()
    pdf.lines(
        LEFT, TOP,
        "An anti-inflammatory drug was given in the dose-dependent arm, and the patho-",
        "logist saw no reaction of the tissue. The drug was changed for another anti-",
        "inflammatory one after a week, because the level of interleukin was high: IL-",
        "6 was raised, and the dose of the other one was then cut to a half, as a dose-",
        "dependent effect was seen.",
    )  # fmt: skip
    text = pdf.loaded().document.text
    for words in ("the pathologist saw", "another anti-inflammatory one", "IL-6 was", "a dose-dependent effect"):
        assert words in text


@pytest.mark.parametrize("before, after", [("8.4 x 6.5", "cm wide"), ("a titre of 1:20", "in serum")])
def test_a_sentence_cut_at_a_column_break_behind_a_number_goes_on(before, after):
    pdf = Pdf()
    y, _ = pdf.column(LEFT, TOP, (FIRST + SECOND) * 3 + "At the second visit.", bottom=0)
    words = f"The larger one of the two had grown to {before}".split()
    room = COLUMN - sum(pdf.canvas.stringWidth(word, "Times-Roman", 10) for word in words)
    x = LEFT
    for word in words:  # a full line, as the ones above
        x = pdf.text(x, y, word) + room / (len(words) - 1)
    pdf.column(RIGHT, TOP, f"{after} and its edge was black. " + SECOND * 3)
    assert f"had grown to {before} {after} and its edge was black." in pdf.loaded().document.text


def test_a_caption_does_not_cut_the_sentence_around_it():
    pdf = Pdf()
    y, rest = pdf.column(LEFT, TOP, FIRST + "The wound was closed with", bottom=0)
    pdf.text(LEFT, y - 14, "Figure 1. The wound on the day of the operation.", 8, "Helvetica")
    pdf.column(LEFT, y - 44, "six stitches and healed. " + SECOND)
    loaded = pdf.loaded()
    assert "The wound was closed with six stitches and healed." in loaded.document.text
    assert kinds(loaded, BlockKind.CAPTION) == ["Figure 1. The wound on the day of the operation."]


def test_a_sentence_that_names_a_table_is_no_caption():
    pdf = Pdf()
    pdf.lines(
        LEFT, TOP, "The doses that were given are shown in full in the second table of this report, see", "Table 2."
    )
    assert not kinds(pdf.loaded(), BlockKind.CAPTION)


def headed():
    pdf = Pdf()
    pdf.text(LEFT, 780, "Hips in winter", 20, "Helvetica-Bold")
    y = 740
    for heading, size, text in (("Methods", 14, FIRST), ("Pain", 11, SECOND), ("Results", 14, THIRD)):
        pdf.text(LEFT, y, heading, size, "Helvetica-Bold")
        y, _ = pdf.column(LEFT, y - 16, text, width=450)
        y -= 16
    y = pdf.lines(LEFT, y, "")
    x = pdf.text(LEFT, y, "Statistics. ", 10, "Times-Bold")
    pdf.text(x, y, "Means were compared by the test of Student in all of the groups.")
    x = pdf.text(LEFT, y - 30, "Allergies: ", 10, "Times-Bold")
    pdf.text(x, y - 30, "penicillin")
    return pdf


def test_headings_are_told_by_how_they_are_set():
    document = headed().loaded().document
    assert [(s.title, s.level) for s in document.sections] == [
        ("Hips in winter", 1), ("Methods", 2), ("Pain", 3), ("Results", 2), ("Statistics", 4),
    ]  # fmt: skip
    assert "Allergies: penicillin" in document.text.split("\n")


def test_the_outline_names_headings_that_are_set_like_the_text():
    pdf = Pdf()
    pdf.canvas.bookmarkPage("a")
    pdf.canvas.addOutlineEntry("What was done", "a", 0)
    y, _ = pdf.column(LEFT, TOP, FIRST, width=450)
    pdf.text(LEFT, y - 14, "What was done")
    pdf.column(LEFT, y - 42, SECOND, width=450)
    assert ("What was done", 2) in [(s.title, s.level) for s in pdf.loaded().document.sections]


def test_numbers_give_headings_their_level():
    pdf = Pdf()
    y = TOP
    for heading in ("1. Methods", "1.1. Patients", "1.1.1. Age"):
        pdf.text(LEFT, y, heading, 11, "Times-Bold")
        y, _ = pdf.column(LEFT, y - 16, FIRST, width=450)
        y -= 16
    assert [(s.title, s.level) for s in pdf.loaded().document.sections][1:] == [
        ("1. Methods", 2), ("1.1. Patients", 3), ("1.1.1. Age", 4),
    ]  # fmt: skip


def table(*rows, pitch=16):
    pdf = Pdf()
    y, _ = pdf.column(LEFT, TOP, FIRST, width=450)
    pdf.text(LEFT, y - 20, "Table 1. Values on the first day.", 9, "Times-Bold")
    y -= 40
    for row in rows:
        for x, cell in zip((60, 200, 300, 400), row, strict=False):
            for i, line in enumerate(cell.split("\n")):
                pdf.text(x, y - 10 * i, line, 9)
        y -= pitch + 10 * max(cell.count("\n") for cell in row)
    pdf.column(LEFT, y - 20, SECOND, width=450)
    return pdf.loaded()


def test_tables_are_read_by_rows_under_their_caption_and_header():
    loaded = table(("Patient", "Sodium", "Potassium"), ("first", "139", "4.2"), ("second", "131", "5.8"))
    rows = [b for b in loaded.document.blocks if b.kind is BlockKind.ROW]
    texts = [loaded.document.text[b.start : b.end] for b in rows]
    assert texts == ["Patient | Sodium | Potassium", "first | 139 | 4.2", "second | 131 | 5.8"]
    context = [loaded.document.text[s.start : s.end] for s in rows[2].context]
    assert context == ["Table 1. Values on the first day.", "Patient | Sodium | Potassium"]


def test_cells_that_go_over_lines_stay_together_and_empty_ones_keep_their_place():
    loaded = table(
        ("Patient", "Sodium\n(mmol/L)", "Urea\n(mmol/L)"),
        ("first", "139", "4.2"),
        ("second", "", "5.8"),
        ("third", "128", "6"),
    )
    assert kinds(loaded, BlockKind.ROW) == [
        "Patient | Sodium (mmol/L) | Urea (mmol/L)", "first | 139 | 4.2", "second | | 5.8", "third | 128 | 6",
    ]  # fmt: skip


def test_a_label_that_goes_over_two_lines_stays_with_its_row():
    pdf = Pdf()
    pdf.column(LEFT, TOP, SECOND)
    pdf.text(LEFT, 700, "Table 1. Values on the first day.", 10, "Times-Bold")
    y = 680
    for label, *cells in (("Test", "Day 1"), ("CRP (mg/L)", "188"), ("Phosphate\n(mmol/L)", "2.61"),
                          ("Cells in all,\nby hand", "74"), ("Base excess", "-7.4")):  # fmt: skip
        for i, part in enumerate(parts := label.split("\n")):
            pdf.text(LEFT, y, part)
            y -= 12 if i < len(parts) - 1 else 0
        pdf.text(LEFT + 110, y, cells[0])
        y -= 18
    assert kinds(pdf.loaded(), BlockKind.ROW) == [
        "Test | Day 1", "CRP (mg/L) | 188", "Phosphate (mmol/L) | 2.61", "Cells in all, by hand | 74",
        "Base excess | -7.4",
    ]  # fmt: skip


def test_rows_below_a_heading_of_their_own_stay_apart_from_it():
    loaded = table(
        ("Test", "Day 1", "Day 7"), ("Salts", "", ""), ("sodium", "139", "140"), ("urea", "4", "5"), pitch=11
    )
    assert kinds(loaded, BlockKind.ROW)[1:] == ["Salts", "sodium | 139 | 140", "urea | 4 | 5"]


def test_rows_are_never_put_together_where_both_have_numbers():
    loaded = table(("Drug", "Dose", "Days"), ("A", "50", "3"), ("", "100", "4"), ("", "200", "5"), pitch=11)
    assert kinds(loaded, BlockKind.ROW)[1:] == ["A | 50 | 3", "| 100 | 4", "| 200 | 5"]


def test_two_short_columns_are_no_table():
    pdf = Pdf()
    pdf.column(LEFT, 790, FIRST, width=475)
    pdf.column(LEFT, 700, SECOND)
    pdf.column(RIGHT, 700, THIRD)
    loaded = pdf.loaded()
    assert not kinds(loaded, BlockKind.ROW)
    assert SECOND.strip() in loaded.document.text and THIRD.strip() in loaded.document.text


def test_facts_that_stand_on_a_line_each_stay_apart():
    pdf = Pdf()
    pdf.lines(LEFT, TOP, "Potassium 5.8 mmol/L", "Sodium 139 mmol/L", "No penicillin", "Weight 71 kg on admission")
    assert pdf.loaded().document.text.split("\n")[-4:] == [
        "Potassium 5.8 mmol/L", "Sodium 139 mmol/L", "No penicillin", "Weight 71 kg on admission",
    ]  # fmt: skip


def test_lists_have_their_items_and_a_minus_is_no_bullet():
    pdf = Pdf()
    y, _ = pdf.column(LEFT, TOP, FIRST + "She was sent home with:", width=450)
    pdf.lines(LEFT, y, "\u2022 paracetamol 1 g", "\u2022 a stick", "- 5.2 mmol/L of base excess")
    loaded = pdf.loaded()
    assert kinds(loaded, BlockKind.ITEM)[:2] == ["\u2022 paracetamol 1 g", "\u2022 a stick"]
    assert "- 5.2 mmol/L" in loaded.document.text


def test_a_list_of_references_is_cut_into_its_entries():
    pdf = Pdf()
    y, _ = pdf.column(LEFT, TOP, FIRST, width=450)
    pdf.text(LEFT, y - 20, "References", 12, "Times-Bold")
    pdf.lines(
        LEFT, y - 40,
        "1. Winter A, Frost B. Hips in the snow and what becomes of them when nobody looks. J Inv Ward",
        "    2030;3:12-19.",
        "2. Thaw C. Hips in spring. J Inv Ward 2031;4:1-7.",
    )  # fmt: skip
    entries = kinds(pdf.loaded(), BlockKind.REFERENCE)
    assert [entry[:2] for entry in entries] == ["1.", "2."] and entries[0].endswith("J Inv Ward 2030;3:12-19.")


@pytest.mark.parametrize("turn, moved", [(90, (0, -842)), (180, (-595, -842)), (270, (-595, 0))])
def test_pages_that_lie_on_their_side_are_read_like_others(turn, moved):
    pdf = Pdf()
    pdf.canvas.setPageRotation(turn)
    pdf.canvas.rotate(turn)
    pdf.canvas.translate(*moved)
    y, _ = pdf.column(LEFT, TOP, FIRST, width=450)
    pdf.column(LEFT, y, SECOND, width=450)
    assert (FIRST + SECOND).strip() in pdf.loaded().document.text.replace("\n\n", " ")


def test_text_that_is_turned_is_read_along_its_baseline():
    pdf = Pdf()
    pdf.canvas.rotate(90)
    y, _ = pdf.column(LEFT, -80, FIRST, width=450, bottom=-500)
    pdf.column(LEFT, y - 20, SECOND, width=450, bottom=-500)
    document = pdf.loaded().document
    assert FIRST.strip() in document.text and SECOND.strip() in document.text
    left, bottom, right, top = document.places[0].box
    assert right - left < top - bottom


def test_authors_and_doi_become_metadata():
    pdf = Pdf()
    pdf.canvas.setAuthor("A. Winter, B. Frost")
    pdf.text(LEFT, TOP + 30, "https://doi.org/10.99999/ward.2031.17.", 8)
    pdf.column(LEFT, TOP, FIRST)
    assert pdf.loaded().document.metadata == {"authors": "A. Winter, B. Frost", "doi": "10.99999/ward.2031.17"}


def test_it_is_loaded_by_its_suffix():
    loaded = load_bytes(report().done(), "Hips.PDF")
    assert loaded.document.source == "Hips.PDF" and len(loaded.document.file_sha256) == 64


def test_threads_wait_for_each_other():
    data, texts = report().done(), []
    threads = [threading.Thread(target=lambda: texts.append(load_pdf(data, "a.pdf").document.text)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts) == 4 and len(set(texts)) == 1
