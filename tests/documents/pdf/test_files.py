"""PDF files that cannot be read, pages that are scanned, and the picture of a page with a quote marked."""

import io
import sys

import pytest
from PIL import Image, ImageDraw, ImageFont

from calcqa.documents.isolation import load_apart
from calcqa.documents.pdf import loader, ocr
from calcqa.documents.pdf.image import page_image
from calcqa.documents.pdf.lines import Line
from calcqa.documents.pdf.loader import load_pdf
from calcqa.documents.pdf.ocr import in_columns, tesseract_lines
from calcqa.errors import DocumentError
from calcqa.types import Span
from helpers.pdfs import COLUMN, LEFT, TOP, Pdf

BODY = "The wound was closed with six stitches, and it healed within two weeks. Nobody was given an antibiotic."


def simple(**options):
    drawn = Pdf(**options)
    drawn.column(LEFT, TOP, BODY)
    return drawn.done()


def blank():
    drawn = Pdf()
    drawn.canvas.rect(100, 100, 50, 50)
    return drawn.done()


def encrypted():
    from reportlab.lib.pdfencrypt import StandardEncryption

    return simple(encrypt=StandardEncryption("secret", "owner"))


@pytest.mark.parametrize(
    "data, problem",
    [
        (encrypted, "is encrypted; save it without a password"),
        (lambda: simple()[:200], "is not a PDF that can be read"),
        (lambda: b"A letter, and no PDF at all.", "is not a PDF that can be read"),
        (lambda: b"", "is not a PDF that can be read"),
        (blank, "has no text"),
    ],
)
def test_what_cannot_be_read_is_one_clear_sentence(data, problem):
    with pytest.raises(DocumentError, match=rf"^ward\.pdf {problem}") as caught:
        load_pdf(data(), "ward.pdf")
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_a_file_encrypted_for_its_owner_alone_is_read():
    pytest.importorskip("reportlab")
    from reportlab.lib.pdfencrypt import StandardEncryption

    assert BODY in load_pdf(simple(encrypt=StandardEncryption("", "owner")), "ward.pdf").document.text


def test_pages_and_characters_have_limits(monkeypatch):
    drawn = Pdf()
    for _ in range(3):
        drawn.column(LEFT, TOP, BODY)
        drawn.page()
    data = drawn.done()
    monkeypatch.setattr(loader, "MOST_PAGES", 2)
    with pytest.raises(DocumentError, match="ward.pdf has 3 pages; a PDF may have at most 2"):
        load_pdf(data, "ward.pdf")
    monkeypatch.setattr(loader, "MOST_PAGES", 3)
    monkeypatch.setattr(loader, "MOST_CHARACTERS", 150)
    with pytest.raises(DocumentError, match="ward.pdf has more than 150 characters"):
        load_pdf(data, "ward.pdf")


def test_without_the_library_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(DocumentError, match=r"^ward\.pdf is a PDF; .*pip install 'calcqa\[documents\]'"):
        load_pdf(b"%PDF-1.4", "ward.pdf")


def test_a_process_of_its_own_reads_it_as_this_one_does():
    data = simple()
    document, sentences = load_apart(data, "ward.pdf", 20, 1_000_000_000)
    assert document.text == load_pdf(data, "ward.pdf").document.text and sentences == 2
    with pytest.raises(DocumentError, match=r"^ward\.pdf is not a PDF"):
        load_apart(data[:100], "ward.pdf", 20, 1_000_000_000)


def scan(text, layer=False):
    """A page that is a picture of text, with or without a recognised text layer."""
    from reportlab.lib.utils import ImageReader

    picture = Image.new("L", (1190, 1684), 255)
    font = ImageFont.load_default(30)
    for number, line in enumerate(text):
        ImageDraw.Draw(picture).text((120, 160 + 60 * number), line, fill=0, font=font)
    drawn = Pdf()
    drawn.canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
    for number, line in enumerate(text if layer else ()):
        drawn.text(LEFT, 842 - 95 - 30 * number, line, mode=3)
    return drawn


LINES = ("The potassium was 5.8 mmol/L on admission.", "No penicillin was given to this patient.")


def test_a_scan_is_an_error_that_names_the_extra_where_nothing_recognises_text(monkeypatch):
    monkeypatch.setattr(ocr, "available", lambda: False)
    with pytest.raises(DocumentError, match=r"is scanned, .*pip install 'calcqa\[ocr\]'"):
        scan(LINES).loaded()


def test_a_scanned_page_among_others_is_reported(monkeypatch):
    monkeypatch.setattr(ocr, "available", lambda: False)
    drawn = scan(LINES)
    drawn.page()
    drawn.column(LEFT, TOP, BODY)
    loaded = drawn.loaded()
    assert [(d.text, d.reason.split(";")[0]) for d in loaded.dropped] == [("page 1", "a scanned page")]
    assert loaded.document.page_at(loaded.document.text.index("The wound")) == 2


def test_what_is_recognised_says_so(monkeypatch):
    def read_scan(page, number):
        return [
            Line(number, text, 10, False, False, "", 0, 60, 300, 700 - 12 * i, (60, 698 - 12 * i, 300, 708 - 12 * i),
                 ((0, len(text), 60, 300),))
            for i, text in enumerate(LINES)
        ]  # fmt: skip

    monkeypatch.setattr(ocr, "available", lambda: True)
    monkeypatch.setattr(ocr, "read_scan", read_scan)
    document = scan(LINES).loaded().document
    assert document.metadata["ocr"] == "1" and all(line in document.text for line in LINES)
    assert document.by_ocr(document.text.index("5.8"))


def test_the_text_layer_of_a_scan_is_read_though_it_is_invisible():
    document = scan(LINES, layer=True).loaded().document
    assert document.metadata["ocr"] == "1" and "5.8 mmol/L" in document.text and not document.dropped


@pytest.mark.slow
def test_rapidocr_reads_a_scan():
    pytest.importorskip("rapidocr")
    text = scan(LINES).loaded().document.text
    assert "5.8 mmol/L" in text and "No penicillin was given to this patient." in text


def test_tesseract_s_table_becomes_lines():
    head = "level page_num block_num par_num line_num word_num left top width height conf text".replace(" ", "\t")
    rows = ("1 1 0 0 0 0 0 0 900 900 -1 ", "5 1 1 1 1 1 10 20 30 10 96 The", "5 1 1 1 1 2 50 18 40 12 95 wound",
            "5 1 1 1 2 1 10 40 30 10 91 healed.")  # fmt: skip
    table = "\n".join([head, *(row.replace(" ", "\t", 11) for row in rows)])
    assert tesseract_lines(table) == [("The wound", (10, 18, 90, 30)), ("healed.", (10, 40, 40, 50))]


def test_recognised_lines_are_read_in_columns():
    def line(text, x, y):
        return Line(1, text, 10, False, False, "", 0, x, x + 200, y, (x, y - 2, x + 200, y + 8), ((0, 1, x, x + 200),))

    head = Line(1, "head", 14, False, False, "", 0, 60, 520, 780, (60, 777, 520, 790), ((0, 1, 60, 520),))
    left = [line(f"a{i}", 60, 700 - 12 * i) for i in range(5)]
    right = [line(f"b{i}", 320, 700 - 12 * i) for i in range(5)]
    mixed = [x for pair in zip(right, left, strict=True) for x in pair] + [head]
    assert [x.text for x in in_columns(mixed)] == ["head", *(f"a{i}" for i in range(5)), *(f"b{i}" for i in range(5))]


def yellow(png):
    """The box of what is marked in a picture."""
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    red, _, blue = (band.tobytes() for band in image.split())
    marked = [(r > 200 and b < 150) for r, b in zip(red, blue, strict=True)]
    places = [(i % image.width, i // image.width) for i, m in enumerate(marked) if m]
    return (min(x for x, _ in places), min(y for _, y in places), max(x for x, _ in places), max(y for _, y in places))


def test_the_picture_of_a_page_shows_the_quote():
    data = simple()
    document = load_pdf(data, "ward.pdf").document
    start = document.text.index("Nobody")
    left, top, right, bottom = yellow(page_image(data, document, [Span(start, start + 6)], scale=1))
    place = document.places_of(Span(start, start + 6))[0]
    assert left >= place.box[0] - 3 and right - left < COLUMN / 2
    assert abs(842 - place.box[3] - top) < 4 and abs(842 - place.box[1] - bottom) < 4


def test_the_picture_of_a_page_that_lies_on_its_side_shows_the_quote():
    drawn = Pdf()
    drawn.canvas.setPageRotation(90)
    drawn.canvas.rotate(90)
    drawn.canvas.translate(0, -842)
    drawn.column(LEFT, TOP, BODY)
    data = drawn.done()
    document = load_pdf(data, "ward.pdf").document
    start = document.text.index("The wound")
    left, top, right, bottom = yellow(page_image(data, document, [Span(start, start + 4)], scale=1))
    assert abs(left - LEFT) < 4 and abs(top - (842 - TOP - 8)) < 4 and right - left > bottom - top


def test_a_picture_of_no_page_is_an_error():
    data = simple()
    document = load_pdf(data, "ward.pdf").document
    for spans, page in (([], None), ([], 2)):
        with pytest.raises(DocumentError, match="has no page on which this stands"):
            page_image(data, document, spans, page)
