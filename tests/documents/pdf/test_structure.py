"""PDF: numbered lists and references, wrapped cells, short titles; drawn as the contract of the loaders draws them."""

from calcqa.types import BlockKind
from helpers.pdfs import LEFT, TOP, Pdf


def texts(document, kind):
    return [document.text[b.start : b.end] for b in document.blocks if b.kind is kind]


def test_the_next_number_begins_an_item_though_the_last_ends_without_a_stop():
    pdf = Pdf()
    pdf.lines(LEFT, TOP, "1. amoxicillin 500 mg", "2. no aspirin", "3. 20 min of ice")
    document = pdf.loaded().document
    assert texts(document, BlockKind.ITEM) == [
        "1. amoxicillin 500 mg", "2. no aspirin", "3. 20 min of ice",
    ]  # fmt: skip


def test_the_number_of_a_reference_is_its_marker():
    pdf = Pdf()
    pdf.lines(LEFT, TOP, "Forty patients with a fracture of the hip were seen in winter.", "None had fallen before.")
    pdf.text(LEFT, TOP - 60, "References", 12, "Times-Bold")
    pdf.lines(LEFT, TOP - 80, "[1] Frost B. Hips. J Inv Ward 2011;3:14.", "[2] Snow C. Ice. J Inv Ward 2013;5:9.")
    document = pdf.loaded().document
    found = [b for b in document.blocks if b.kind is BlockKind.REFERENCE]
    assert [document.text[b.start : b.start + b.marker] for b in found] == ["[1] ", "[2] "]
    assert texts(document, BlockKind.REFERENCE)[1] == "[2] Snow C. Ice. J Inv Ward 2013;5:9."


def rows(*lines):
    """Draw (height, first cell, second cell) below a caption; return the rows of the table."""
    pdf = Pdf()
    pdf.text(LEFT, TOP, "Table 1. What was given.", 9)
    for y, first, second in lines:
        pdf.text(LEFT, y, first, 9)
        if second:
            pdf.text(LEFT + 250, y, second, 9)
    return texts(pdf.loaded().document, BlockKind.ROW)


def test_a_first_cell_that_is_wrapped_stays_one_cell():
    lines = [
        (740, "Drug", "Day"),
        (725, "Amoxicillin, or erythromycin at", "2"),
        (714, "500 mg", ""),
        (699, "Ice", "3"),
    ]
    assert rows(*lines) == ["Drug | Day", "Amoxicillin, or erythromycin at 500 mg | 2", "Ice | 3"]


def test_a_label_between_rows_that_are_as_near_belongs_to_none():
    lines = [(740, "Drug", "Day"), (722, "Ice", "3"), (711, "At home", ""), (700, "Rest", "4")]
    assert rows(*lines) == ["Drug | Day", "Ice | 3", "At home", "Rest | 4"]


def test_a_short_title_that_stands_first_is_one_and_a_last_sentence_in_larger_type_is_none():
    pdf = Pdf()
    pdf.text(LEFT, TOP, "A report", 18, "Times-Bold")
    pdf.lines(LEFT, TOP - 30, "No fracture was seen in the picture, and the knee", "was warm for two days.", size=9)
    pdf.text(LEFT, TOP - 80, "It ends with 7 mg.", 10)
    document = pdf.loaded().document
    assert document.title == "A report" and document.text.endswith("It ends with 7 mg.")


def test_what_is_raised_in_several_characters_has_an_end():
    pdf = Pdf()
    pdf.runs(LEFT, TOP, "The mean was 12.5", ("a,b", 4), " in all of the wards of that year.")
    assert "12.5^(a,b) in all" in pdf.loaded().document.text


def test_a_line_that_is_set_off_parts_two_tables_with_columns_of_their_own():
    pdf = Pdf()
    for y, cells in (
        (740, ((LEFT, "Dose without pain, quoted, of the long name"), (400, "When"))),
        (725, ((LEFT, "none"), (400, "day 2"))),
        (696, ((LEFT, "Given at home"),)),
        (678, ((LEFT, "Drug"), (240, "When"))),
        (663, ((LEFT, "Ice, 7 g, or as much"), (240, "day 5"))),
        (648, ((LEFT, "Rest"), (240, "day 9"))),
    ):
        for x, text in cells:
            pdf.text(x, y, text)
    assert texts(pdf.loaded().document, BlockKind.ROW) == [
        "Dose without pain, quoted, of the long name | When",
        "none | day 2",
        "Drug | When",
        "Ice, 7 g, or as much | day 5",
        "Rest | day 9",
    ]


def test_items_behind_the_letter_o_and_values_below_a_dash_stay_apart():
    pdf = Pdf()
    pdf.lines(60, 700, "• Stop:")
    pdf.lines(75, 688, "o aspirin", "o no clopidogrel")
    pdf.lines(60, 664, "• Start:")
    pdf.lines(75, 652, "– ramipril 5 mg", "– 2.5 mg at night")
    document = pdf.loaded().document
    shown = [(b.kind, document.text[b.start : b.end]) for b in document.blocks[1:]]
    items = [(BlockKind.ITEM, t) for t in ("• Stop:", "• aspirin", "• no clopidogrel", "• Start:", "• ramipril 5 mg")]
    assert shown == [*items, (BlockKind.PARAGRAPH, "– 2.5 mg at night")]


def test_a_heading_in_large_type_stands_nearer_to_the_text_above_than_its_type_is_large():
    pdf, bold = Pdf(), "Helvetica-Bold"
    pdf.text(200, 780, "Low sodium after a bowel wash", 24, bold)
    _, _ = pdf.column(LEFT, 736, "The wash may lower sodium. It did so in one woman of ninety.", width=450)
    pdf.text(LEFT, 690, "Words before the next heading stand here.", 10)
    pdf.text(LEFT, 670, "Weekly course", 18, bold)  # nearer to the text above than the type is large
    _, _ = pdf.column(LEFT, 650, "She drank two litres in a day. She was well by the third.", width=450)
    document = pdf.loaded().document
    assert document.title == "Low sodium after a bowel wash"
    assert [s.title for s in document.sections] == [document.title, "Weekly course"]


def test_the_cells_of_the_last_row_go_on_below_it_and_what_stands_under_the_table_does_not():
    pdf = Pdf()
    pdf.text(LEFT, TOP, "Table 1. What was given after the operation at home")
    rows = [("Drug", "Why", "When"), ("Ice", "pain", "day 3"), ("Rest", "bleeding, and", "day 4,")]
    for y, row in zip((720, 704, 688), rows, strict=True):
        for x, text in zip((LEFT, 200, 400), row, strict=True):
            pdf.text(x, y, text)
    pdf.text(200, 676, "no fever")
    pdf.text(400, 676, "not later")
    pdf.text(400, 664, "than noon")
    pdf.text(LEFT, 652, "none of these at night")
    document = pdf.loaded().document
    assert texts(document, BlockKind.ROW)[-1] == "Rest | bleeding, and no fever | day 4, not later than noon"
    assert document.text.endswith("\n\nnone of these at night")
