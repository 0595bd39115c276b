"""Word files: numbers of lists, tracked changes, hidden text, tables, text boxes, notes, fields, symbols, packages."""

import io
import zipfile

import pytest

from calcqa.documents.docx import load_docx
from calcqa.errors import DocumentError
from calcqa.types import BlockKind
from helpers.documents import assert_one_form, blocks, section
from helpers.word_files import docx, paragraph, part, run, table

STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def loaded(body, **kwargs):
    document = load_docx(docx(body, **kwargs), "note.docx").document
    assert_one_form(document)
    return document


def texts(body, **kwargs):
    return blocks(loaded(body, **kwargs))[1:]


def left_out(document):
    return [(d.text, d.reason) for d in document.dropped]


def test_lists_have_the_numbers_that_word_shows():
    assert texts(
        paragraph(run("one"), number="2")
        + paragraph(run("inner"), number="2", level=1)
        + paragraph(run("inner"), number="2", level=1)
        + paragraph(run("two"), "Liste")
        + paragraph(run("inner"), number="2", level=1)
        + paragraph(run("Between them text."))
        + paragraph(run("seven"), number="3")
        + paragraph(run("eight"), number="3")
        + paragraph(run("dot"), number="1")
        + paragraph(run("none"), "Liste", number="0")
    ) == [
        "1. one\n1.1. inner\n1.2. inner\n2. two\n2.1. inner".replace("1.1. ", "1.a) ").replace("1.2. ", "1.b) ")
        .replace("2.1. ", "2.a) "),
        "Between them text.",
        "7. seven\n8. eight\n• dot",
        "none",
    ]  # fmt: skip


def test_numbered_headings_show_their_numbers():
    document = loaded(paragraph(run("Aims"), "berschrift1", number="2") + paragraph(run("None.")) + paragraph(run("x")))
    assert document.title == "1. Aims"


def test_headings_by_outline_level():
    outlined = f'<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr>{run("Course")}</w:p>'
    document = loaded(
        paragraph(run("Report"), "Titel") + paragraph(run("Day"), "berschrift1") + outlined + paragraph(run("x"))
    )
    assert [(s.title, s.level) for s in document.sections] == [("Report", 1), ("Day", 2), ("Course", 3)]


def test_changes_are_accepted_and_deletions_reported():
    deleted = '<w:del><w:r><w:delText xml:space="preserve">penicillin 500 mg </w:delText></w:r></w:del>'
    moved = f"<w:moveFrom>{run('from 3')}</w:moveFrom><w:moveTo>{run(' to 4')}</w:moveTo>"
    joined = f'<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>{run("No ")}</w:p>' + paragraph(run("fever."))
    document = loaded(
        paragraph(run("Give ") + deleted + f"<w:ins>{run('nothing')}</w:ins>" + moved)
        + joined
        + "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>"
        + paragraph(run("row 9"))
        + "</w:tc></w:tr><w:tr><w:tc>"
        + paragraph(run("row 1"))
        + "</w:tc></w:tr></w:tbl>"
    )
    assert blocks(document)[1:] == ["Give nothing to 4", "No fever.", "row 1"]
    assert left_out(document) == [(text, "tracked deletion") for text in ("penicillin 500 mg", "from 3", "row 9")]


def test_hidden_text_by_run_and_by_style():
    document = loaded(
        paragraph(run("seen ") + run("a", "<w:vanish/>") + run("b", '<w:vanish w:val="0"/>') + run("c", "<w:dstrike/>"))
        + paragraph(run("d ") + run("e", '<w:vanish w:val="false"/>'), "Unsichtbar")
    )
    assert blocks(document)[1:] == ["seen b", "e"]
    assert left_out(document) == [("a", "hidden"), ("c", "struck out"), ("d", "hidden")]


def test_a_number_is_never_joined_over_what_is_struck_out():
    deleted, inserted = "<w:del><w:r><w:delText>0</w:delText></w:r></w:del>", f"<w:ins>{run('2')}</w:ins>"
    struck = run("0", "<w:strike/>")
    assert texts(
        paragraph(run("1") + struck + run("5 mg"))
        + paragraph(run("1") + deleted + run("5 mg"))
        + paragraph(run("1") + deleted + inserted + run("5 mg"))
        + paragraph(run("1") + inserted + deleted + run("5 mg"))
        + paragraph(run("1") + run("0", "<w:vanish/>") + run("5 mg"))
    ) == ["1 5 mg", "1 5 mg", "125 mg", "125 mg", "15 mg"]


def test_white_and_tiny_text_is_left_out_where_nothing_lies_below_it():
    white, shade = '<w:color w:val="FFFFFF"/>', '<w:shd w:val="clear" w:fill="000000"/>'
    assert texts(paragraph(run("Seen") + run(" 5", white) + run(" 6", '<w:sz w:val="2"/>'))) == ["Seen"]
    document = loaded(paragraph(run("Seen") + run("5", white) + run("6", '<w:sz w:val="2"/>')))
    assert left_out(document) == [(text, "white or too small to be seen") for text in "56"]
    assert texts(
        paragraph(run("a 5", white + shade))
        + paragraph(run("b 6", white + '<w:highlight w:val="black"/>') + run(" 7", '<w:sz w:val="16"/>'))
        + f"<w:p><w:pPr>{shade}</w:pPr>{run('c 8', white)}</w:p>"
        + table([[paragraph(run("d", white)), paragraph(run("e 9", white))]])
    ) == ["a 5", "b 6 7", "c 8", "d | e 9"]


def test_the_placeholder_of_a_form_is_no_text():
    form = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    empty = "<w:showingPlcHdr/>"
    document = loaded(
        paragraph(run("Dose: ") + form.format(empty, run("Choose 5 mg")) + form.format("", run("6 mg")))
        + form.format(empty, paragraph(run("Enter text 7")))
        + form.format("", paragraph(run("No rash.")))
    )
    assert blocks(document)[1:] == ["Dose: 6 mg", "No rash."]
    assert left_out(document) == [("Choose 5 mg", "not filled in"), ("Enter text 7", "not filled in")]


def test_powers_over_several_runs_and_by_position():
    high = '<w:vertAlign w:val="superscript"/>'
    assert texts(
        paragraph(run("10") + run("−", high) + run("1", high) + run("2", high) + run(" mol, cm") + run("2", high))
        + paragraph(
            run("10") + run("9", '<w:position w:val="8"/>') + run("/L, 7") + run("8", '<w:position w:val="1"/>')
        )
    ) == ["10⁻¹² mol, cm²", "10⁹/L, 78"]


def test_tables_with_merged_cells():
    def merged(text, kind):
        return f"<w:tcPr><w:vMerge{kind}/></w:tcPr>" + paragraph(run(text))

    wide = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>' + paragraph(run("Dose"))
    document = loaded(
        paragraph(run("Table 1. Doses"), "Beschriftung")
        + table(
            [
                [paragraph(run("Drug")), wide],
                [merged("A", ' w:val="restart"'), paragraph(run("5")) + paragraph(run("mg")), paragraph(run("10 mg"))],
                [merged("", ""), paragraph(run("6 mg")), paragraph("")],
            ],
            "<w:tblHeader/>",
        )
    )
    rows = [document.text[b.start : b.end] for b in document.blocks if b.kind is BlockKind.ROW]
    assert rows == ["Drug | Dose |", "A | 5 mg | 10 mg", "A | 6 mg |"]
    last = document.blocks[-1]
    assert [document.text[c.start : c.end] for c in last.context] == ["Table 1. Doses", "Drug | Dose |"]


def test_text_boxes_once_and_descriptions_of_pictures():
    inner = paragraph(run("In a box: 5 mg"))
    drawing = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:docPr id="1" name="p" '
        'descr="a hand"/><wps:txbx>'
        f"<w:txbxContent>{inner}</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>"
        f"{inner}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert texts(paragraph(run("See") + drawing + run("it."))) == ["See a hand it.", "In a box: 5 mg"]


def test_notes_stand_at_the_end_and_their_numbers_are_marked():
    notes = part(
        "footnotes",
        '<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>'
        f'<w:footnote w:id="2">{paragraph(run("Not 5 mg."))}</w:footnote>'
        f'<w:footnote w:id="3">{paragraph(run("Lost 6 mg."))}</w:footnote>',
    )
    body = paragraph(run("Given.") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + run(" Then no more."))
    document = loaded(body, more={"word/footnotes.xml": notes})
    assert document.text.split("\n\n")[1] == "Given.1 Then no more."
    assert [document.text[r.start : r.end] for r in document.references] == ["1"]
    assert section(document, "Footnotes") == "Footnotes\n\n1. Not 5 mg."
    assert left_out(document) == [("Lost 6 mg.", "note to which nothing refers")]


def test_parts_beside_the_body_are_reported():
    chart = '<c:chart xmlns:c="x"><c:pt><c:v>12</c:v></c:pt><c:pt><c:v>34</c:v></c:pt></c:chart>'
    document = loaded(
        paragraph(run("Body.")) + paragraph(run("Contents 3"), "Verzeichnis1"),
        more={
            "word/header1.xml": part("hdr", paragraph(run("Ward 7"))),
            "word/header2.xml": part("hdr", paragraph(run("Ward 7"))),
            "word/footer1.xml": part("ftr", paragraph(run("Page ") + run("1"))),
            "word/comments.xml": part("comments", f"<w:comment>{paragraph(run('check 5 mg'))}</w:comment>"),
            "word/charts/chart1.xml": chart,
        },
    )
    assert left_out(document) == [
        ("Contents 3", "table of contents"),
        ("Ward 7", "page header"),
        ("Page 1", "page footer"),
        ("check 5 mg", "comment"),
        ("12 34", "chart"),
    ]


def test_fields_forms_and_content_controls():
    def code(text):
        return f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>'

    def mark(kind, more=""):
        return f'<w:r><w:fldChar w:fldCharType="{kind}">{more}</w:fldChar></w:r>'

    box = "<w:ffData><w:checkBox><w:default w:val='0'/><w:checked/></w:checkBox></w:ffData>"
    menu = (
        '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="no"/>'
        '<w:listEntry w:val="yes"/></w:ddList></w:ffData>'
    )
    document = loaded(
        paragraph(mark("begin") + code(" PAGE ") + mark("separate") + run("3") + mark("end"))
        + paragraph(mark("begin") + code(r"EQ \f(1,") + code("2)") + mark("end") + run("dose"))
        + paragraph(mark("begin", box) + code("FORMCHECKBOX") + mark("end") + run("Diabetes"))
        + paragraph(run("Fever: ") + mark("begin", menu) + code("FORMDROPDOWN") + mark("end"))
        + f"<w:sdt><w:sdtContent>{paragraph(run('In a control: 4'))}</w:sdtContent></w:sdt>"
    )
    assert blocks(document)[1:] == ["3", "dose", "☒ Diabetes", "Fever: yes", "In a control: 4"]
    assert left_out(document) == [(r"EQ \f(1,2)", "code of a field"), ("no", "not chosen")]


def test_symbols_breaks_and_formulas():
    formula = (
        "<m:oMath><m:r><m:t>x=</m:t></m:r><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:sSup><m:e><m:r><m:t>b"
        "</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:den></m:f></m:oMath>"
    )
    symbol = '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>'
    assert texts(
        paragraph(run("CRP ") + symbol + run(" 5 \uf06dg, ") + run("a", '<w:rFonts w:ascii="Symbol"/>') + run(" = 1"))
        + paragraph(
            "<w:r><w:t>Na</w:t><w:tab/><w:t>140</w:t><w:br/><w:t>non</w:t><w:noBreakHyphen/><w:t>smoker</w:t></w:r>"
        )
        + paragraph(run("Thus") + formula)
    ) == ["CRP ≥ 5 µg, α = 1", "Na 140\nnon-smoker", "Thus x = a/b²"]


def test_strict_files_and_moved_parts():
    assert texts(paragraph(run("5 mg", '<w:vertAlign w:val="superscript"/>')), namespace=STRICT) == ["^(5 mg)"]


def packed(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no zip", "no whole ZIP file"),
        (packed(other="x"), "has no word/document.xml"),
        (docx("")[:-30], "no whole ZIP file"),
        (docx("", more={"word/document.xml": b"<w:document xmlns:w='x'>" + b" " * 110_000_000}), "more than 100 MB"),
        (docx("<w:tbl><w:tr><w:tc>" * 90 + "</w:tc></w:tr></w:tbl>" * 90), "nested deeper"),
        (docx("", more={"word/document.xml": "<document/>"}), "no text body"),
        (docx(paragraph("")), "has no text"),
        (docx("", more={f"word/{n}": "" for n in range(10_001)}), "more than 10,000 files"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_cannot_be_read(data, message):
    with pytest.raises(DocumentError, match=message) as error:
        load_docx(data, "a.docx")
    assert "a.docx" in str(error.value)


def test_nested_items_have_their_level_and_the_items_they_stand_within():
    document = loaded(
        paragraph(run("Stop:"), number="2") + paragraph(run("no aspirin"), number="2", level=1)
        + paragraph(run("Start"), number="2")
    )  # fmt: skip
    items = [b for b in document.blocks if b.kind is BlockKind.ITEM]
    assert [b.level for b in items] == [0, 1, 0]
    leads = [[document.text[c.start + items[0].marker : c.end] for c in b.context] for b in items]
    assert leads == [[], ["Stop:"], []]
