"""Books in EPUB: order of reading, metadata, page numbers and notes, what is encrypted or missing."""

import io
import zipfile

import pytest

from calcqa.documents.epub import load_epub
from calcqa.errors import DocumentError
from helpers.books import chapter, epub
from helpers.documents import assert_one_form, blocks


def loaded(*args, **kwargs):
    document = load_epub(epub(*args, **kwargs), "book.epub").document
    assert_one_form(document)
    return document


def test_chapters_in_the_order_of_reading():
    document = loaded(
        ["<h1>Knees</h1><p>Two &#181;g, 10<sup>9</sup>/L.</p>", "<h1>Falls</h1><p>No&nbsp;harm.</p>"],
        "On knees",
        metadata="<dc:creator>Roe A</dc:creator><dc:creator>Doe B</dc:creator><dc:date>2011-05-01</dc:date>",
    )
    assert blocks(document) == ["On knees", "Knees", "Two µg, 10⁹/L.", "Falls", "No harm."]
    assert document.metadata == {"authors": "Roe A, Doe B", "year": "2011"}
    assert [s.level for s in document.sections] == [1, 2, 2]


def test_page_numbers_notes_and_tables_of_contents():
    document = loaded(
        [
            '<nav epub:type="toc"><p>Contents 3</p></nav><p>Seen <span epub:type="pagebreak">12</span>in'
            '<a epub:type="noteref" href="#x">4</a> all.</p>'
        ]
    )
    assert document.text.endswith("Seen in4 all.")
    assert [document.text[r.start : r.end] for r in document.references] == ["4"]
    assert [(d.text, d.reason) for d in document.dropped] == [
        ("Contents 3", "table of contents"),
        ("12", "page number"),
    ]


def test_chapters_that_are_no_xml_are_read_as_html():
    assert blocks(loaded(["x"], more={"OEBPS/text/c 0.xhtml": "<body><p>5 mg<br>no more"}))[1:] == ["5 mg\nno more"]


def _without(member):
    source, target = zipfile.ZipFile(io.BytesIO(epub(["x"]))), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            if name != member:
                archive.writestr(name, source.read(name))
    return target.getvalue()


LOCK = "<encryption><CipherReference URI='OEBPS/text/c%200.xhtml'/></encryption>"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no zip", "no whole ZIP file"),
        (_without("META-INF/container.xml"), "has no META-INF/container.xml"),
        (_without("OEBPS/text/c 0.xhtml"), "is missing in it"),
        (epub(["x"], more={"META-INF/encryption.xml": LOCK}), "is encrypted"),
        (epub(["x"], more={"OEBPS/text/c 0.xhtml": b" " * 110_000_000}), "more than 100 MB"),
        (epub([""]), "has no text"),
        (epub(["x"], more={"OEBPS/text/c 0.xhtml": chapter("<b>" * 300)}), "nested deeper"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_cannot_be_read(data, message):
    with pytest.raises(DocumentError, match=message):
        load_epub(data, "a.epub")


def test_style_sheets_of_the_book_hide_strike_out_and_raise():
    sheet = ".gone {display: none} span.old {text-decoration: line-through} .up {vertical-align: super}"
    link = '<link rel="stylesheet" href="../css/a%20b.css"/><link rel="stylesheet" href="../css/missing.css"/>'
    body = (
        "<p>Give <span class='old'>penicillin</span> <b class='gone'>no</b> aspirin, 10<span class='up'>9</span>/L.</p>"
    )
    members = {"OEBPS/css/a b.css": sheet, "OEBPS/text/c 0.xhtml": chapter(body, link)}
    loaded = load_epub(epub([body], "T", more=members), "b.epub")
    assert loaded.document.text == "T\n\nGive aspirin, 10⁹/L."
    assert [(d.text, d.reason) for d in loaded.dropped] == [("penicillin", "struck out"), ("no", "hidden")]
