"""One contract for all loaders: the form of the text, its blocks, what is left out, hostile files, and every fact kept.

A loader that is added gets a line in `helpers/written.py`, with what its format can say.
"""

import io
import re
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calcqa.documents import base
from calcqa.documents.load import SUFFIXES, load, load_bytes
from calcqa.errors import DocumentError
from calcqa.types import BlockKind
from helpers.documents import assert_one_form
from helpers.invented import (
    CITED,
    HIDDEN,
    LOWERED,
    RAISED,
    STRUCK,
    Figure,
    Heading,
    Items,
    Paragraph,
    Piece,
    References,
    Table,
    Title,
    plain,
    t,
)
from helpers.written import FORMATS

EVERY = pytest.mark.parametrize("end", FORMATS)


def saying(*needs):
    """Parametrize by the formats that can say all of `needs`."""
    return pytest.mark.parametrize("end", [end for end, form in FORMATS.items() if form.says >= set(needs)])


def loaded(blocks, end):
    document = load_bytes(FORMATS[end].write(blocks), f"note{end}").document
    assert_one_form(document)
    return document


def listed(document, kind):
    """Return the marker and the text of each block of a kind."""
    text = document.text
    found = [b for b in document.blocks if b.kind is kind]
    return [(text[b.start : b.start + b.marker], text[b.start + b.marker : b.end]) for b in found]


def contexts(document, kind):
    found = [b for b in document.blocks if b.kind is kind]
    return [[document.text[c.start : c.end] for c in b.context] for b in found]


REPORT = [
    Title(t("A swollen knee after a fall")),
    Heading(t("Findings")),
    Paragraph(t("The knee was warm, and ", "no fracture was seen.")),
    Paragraph(t("She was given:")),
    Items((t("ibuprofen 400 mg"), t("no opioid"))),
    Heading(t("Course"), 2),
    Paragraph(t("She did this:")),
    Items((t("rest"), t("ice for < 20 min"), t("compression")), numbered=True),
    Heading(t("Laboratory")),
    Table(
        t("Table 1. Blood on 2 days"),
        (t("Test"), t("Day one"), t("Day two")),
        ((t("CRP, mg/L"), t("< 5"), t("12.5")), (t("Leucocytes"), t("−"), t("±0.3"))),
    ),
    Figure(t("Figure 1. The knee from the left")),
    References((t("Roe A. On knees. Knee. 2011;5:7–9."), t("Doe B. On falls. 1999."))),
]


@EVERY
def test_the_form_of_the_text(end):
    document = loaded(REPORT, end)
    assert document.source == f"note{end}"
    assert len(document.file_sha256) == 64


@saying("title", "headings")
def test_title_and_headings(end):
    document = loaded(REPORT, end)
    assert document.title == "A swollen knee after a fall"
    assert [s.title for s in document.sections[1:]] == ["Findings", "Course", "Laboratory", "References"]
    assert document.headings_at(document.text.index("ice for"))[-1] == "Course"


@saying("headings", "levels")
def test_headings_have_levels(end):
    document = loaded(REPORT, end)
    assert [s.level for s in document.sections[1:]] == [2, 3, 2, 2]
    assert document.headings_at(document.text.index("ice for")) == ("Findings", "Course")


@saying("items", "headings")
def test_items_have_markers_and_their_lead_in(end):
    document = loaded(REPORT, end)
    assert listed(document, BlockKind.ITEM) == [
        ("• ", "ibuprofen 400 mg"),
        ("• ", "no opioid"),
        ("1. ", "rest"),
        ("2. ", "ice for < 20 min"),
        ("3. ", "compression"),
    ]
    assert contexts(document, BlockKind.ITEM) == [["She was given:"]] * 2 + [["She did this:"]] * 3


@saying("items")
def test_lists_stay_lists(end):
    text = loaded(REPORT, end).text
    assert "• ibuprofen 400 mg\n• no opioid" in text
    assert "1. rest\n2. ice for < 20 min\n3. compression" in text


@saying("tables")
def test_rows_have_their_header(end):
    document = loaded(REPORT, end)
    assert [text for _, text in listed(document, BlockKind.ROW)] == [
        "Test | Day one | Day two",
        "CRP, mg/L | < 5 | 12.5",
        "Leucocytes | − | ±0.3",
    ]
    levels = [b.level for b in document.blocks if b.kind is BlockKind.ROW]
    assert levels == [1, 0, 0]
    assert [leads[-1:] for leads in contexts(document, BlockKind.ROW)[1:]] == [["Test | Day one | Day two"]] * 2


@saying("tables", "captions")
def test_rows_have_their_caption(end):
    assert [leads[0] for leads in contexts(loaded(REPORT, end), BlockKind.ROW)] == ["Table 1. Blood on 2 days"] * 3


@saying("captions")
def test_captions_are_told_from_text(end):
    found = [text for _, text in listed(loaded(REPORT, end), BlockKind.CAPTION)]
    assert found == ["Table 1. Blood on 2 days", "Figure 1. The knee from the left"]


@saying("references")
def test_references_are_told_from_text(end):
    assert [text for _, text in listed(loaded(REPORT, end), BlockKind.REFERENCE)] == [
        "Roe A. On knees. Knee. 2011;5:7–9.",
        "Doe B. On falls. 1999.",
    ]


@saying(RAISED, LOWERED)
def test_powers_and_indices_stay_what_they_are(end):
    blocks = [
        Title(t("Blood and a wound")),
        Paragraph(
            t(
                "Platelets 109×10",
                Piece("9", RAISED),
                "/L, CO",
                Piece("2", LOWERED),
                " 5 kPa, HbA",
                Piece("1c", LOWERED),
            )
        ),
        Paragraph(
            t("A wound of 4 cm", Piece("2", RAISED), ", 10", Piece("−3", RAISED), " mol, Ca", Piece("2+", RAISED))
        ),
        Paragraph(t("Scanned with ", Piece("18", RAISED), "F-FDG, m", Piece("a,b", RAISED))),
    ]
    assert loaded(blocks, end).text.split("\n\n")[-3:] == [
        "Platelets 109×10⁹/L, CO₂ 5 kPa, HbA₁c",
        "A wound of 4 cm², 10⁻³ mol, Ca²⁺",
        "Scanned with ¹⁸F-FDG, m^(a,b)",
    ]


@saying(CITED)
def test_reference_numbers_stay_numbers_and_are_marked(end):
    text = t("It was rare in that disease.", Piece("13", CITED), " Others say so", Piece("2,4–6", CITED), " too.")
    document = loaded([Paragraph(text)], end)
    assert "disease.13 Others say so2,4–6 too." in document.text
    assert [document.text[r.start : r.end] for r in document.references] == ["13", "2,4–6"]


@saying(STRUCK)
def test_what_is_not_valid_is_left_out_and_reported(end):
    document = loaded([Paragraph(t("Give ", Piece("penicillin 500 mg", STRUCK), "nothing."))], end)
    assert document.text.endswith("\n\nGive nothing.")
    assert {(d.text, d.reason) for d in document.dropped} >= {("penicillin 500 mg", "struck out")}


@saying(HIDDEN)
def test_what_is_not_seen_is_left_out_and_reported(end):
    document = loaded([Paragraph(t("Give nothing", Piece(" until 12 May", HIDDEN), "."))], end)
    assert re.search(r"\n\nGive nothing ?\.$", document.text)
    assert "until 12 May" in [d.text for d in document.dropped]


# Every fact

NUMBERS = st.from_regex(r"[1-9][0-9]{0,3}(\.[0-9]{1,2})?|0\.[0-9]{1,3}|[1-9],[0-9]{3}", fullmatch=True)
SIGNS = st.sampled_from(["−", "+", "±", "< ", "≤ ", "> ", "≥ ", "= ", "<", ">", "~", "≈ ", ""])
UNITS = st.sampled_from(
    ["mg", "µg/kg", "mmol/L", "%", "°C", "mmHg", "cm", "× 10", "IU/mL", "/min", "g/dL", "mg*h", "Ω"]
)
NEGATIONS = st.sampled_from(
    ["no fever", "not given", "without pain", "never", "denies cough", "nor was it seen", "non-smoker"]
)
FACT = st.builds("{}{} {}".format, SIGNS, NUMBERS, UNITS) | NEGATIONS
WORD = st.sampled_from(
    ["Sodium", "Dose", "Pressure", "Rate", "Weight", "Pain", "Loss & gain", "“quoted”", "A_b", "[x]"]
)
TEXT = st.lists(st.builds("{} {}".format, WORD, FACT), min_size=1, max_size=3).map(
    lambda facts: t("Here " + ", ".join(facts))
)
MARKED = st.builds(
    lambda a, kind, b: t(*a, " ", Piece("Unseen " + plain(b), kind), " and on"),
    TEXT,
    st.sampled_from([HIDDEN, STRUCK]),
    TEXT,
)
BLOCK = (
    st.builds(Heading, TEXT, st.integers(1, 2))
    | st.builds(Paragraph, TEXT)
    | st.builds(Paragraph, MARKED)
    | st.builds(Items, st.lists(TEXT, min_size=1, max_size=3).map(tuple), st.booleans())
    | st.builds(Figure, TEXT)
    | st.builds(lambda c, h, r: Table(c, (h, t("When")), ((r, t("day 2")), (t("again"), r))), TEXT, TEXT, TEXT)
)
_FACT = re.compile(
    r"\d+(?:[.,]\d+)*|[−+±<>≤≥=~≈×%°Ωµ*/]|\b(?:no|not|nor|never|non|without|denies|mg|kg|mmol|mmHg|cm|IU|min|dL|L|mL|h|g|C)\b"
)


def facts(text):
    return _FACT.findall(unicodedata.normalize("NFC", text))


def pieces(blocks, unseen=()):
    """Yield the texts of a document in order: those that are seen, or the pieces of the kinds that are not."""
    for block in blocks:
        match block:
            case Title(text) | Heading(text, _) | Paragraph(text) | Figure(text):
                texts = [text]
            case Items(texts, _) | References(texts):
                pass
            case Table(caption, header, rows):
                texts = [caption, *header, *(cell for row in rows for cell in row)]
        for text in texts:
            if unseen:
                yield from (p.text for p in text if not isinstance(p, str) and p.kind in unseen)
            else:
                yield plain(text)


def within(wanted, found):
    """Say whether `wanted` stands in `found` in this order; between them there may be more."""
    rest = iter(found)
    return all(fact in rest for fact in wanted)


@EVERY
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=30)
@given(data=st.data())
def test_every_fact_stands_in_order_in_the_text_or_among_what_is_left_out(end, data):
    says = FORMATS[end].says
    blocks = data.draw(st.lists(BLOCK, min_size=1, max_size=6))
    blocks = [b for b in blocks if "records" not in says or isinstance(b, Heading | Paragraph)]
    blocks = [Title(t("A report")), *blocks, Paragraph(t("It ends with 7 mg."))]
    if "records" in says and isinstance(blocks[-2], Heading):
        blocks.pop(-2)
    document = loaded(blocks, end)
    seen = [text for text in pieces(blocks[1:]) if "records" not in says or _kept(text, blocks)]
    if end == ".export.txt":
        seen = list(dict.fromkeys(seen))  # what is repeated is reported, and need not stand twice
    assert within([f for text in seen for f in facts(text)], facts(document.text))
    if HIDDEN in says:
        left_out = [f for text in pieces(blocks, says & {HIDDEN, STRUCK}) for f in facts(text)]
        assert within(left_out, [f for d in document.dropped for f in facts(d.text)])
        assert "Unseen" not in document.text


def _kept(text, blocks):
    """Say whether a collection of texts has this text: a heading without a paragraph below it is no record."""
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        if isinstance(block, Heading) and plain(block.text) == text and not isinstance(following, Paragraph):
            return False
    return True


# What should not get through


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("data", [b"", b" \r\n\t ", b"\0" * 100, b"\xff\xfe", bytes(range(256))], ids=repr)
def test_nothing_and_noise_are_errors_of_one_sentence(suffix, data):
    with pytest.raises(DocumentError) as error:
        load_bytes(data, f"note{suffix}")
    assert f"note{suffix}" in str(error.value) and str(error.value).count("\n") == 0


def _zip(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


WRONG = {
    "a PDF": b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\nno fever",
    "an Excel file": _zip(xl__workbook="<x/>"),
    "a gzip archive": b"\x1f\x8b\x08\0no fever",
    "a picture": b"\x89PNG\r\n\x1a\n no fever",
    "an RTF file": rb"{\rtf1 no fever}",
    "an Office file that is encrypted": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
}


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("kind", WRONG)
def test_a_file_of_another_kind_is_named(suffix, kind):
    if kind == "a PDF" and suffix == ".pdf":
        return
    with pytest.raises(DocumentError, match=re.escape(f"note{suffix} is {kind}")):
        load_bytes(WRONG[kind], f"note{suffix}")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_too_large_is_not_read(suffix, tmp_path):
    path = tmp_path / f"large{suffix}"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(DocumentError, match=r"is larger than \d+ MB"):
        load(path)
    assert Path(path).stat().st_size > base.MAX_BYTES


@EVERY
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_a_damaged_file_is_read_or_turned_away(end, data):
    whole = FORMATS[end].write(REPORT)
    at = data.draw(st.integers(0, len(whole)))
    to = data.draw(st.integers(at, min(len(whole), at + 40)))
    broken = (
        whole[:at]
        + data.draw(st.binary(max_size=8) | st.sampled_from([b"<", b">", b"&x;", b"</p>", b'"']))
        + whole[to:]
    )
    try:
        document = load_bytes(broken, f"note{end}").document
    except DocumentError as error:
        assert str(error).count("\n") == 0
        return
    assert_one_form(document)


@pytest.mark.parametrize("end", [".md", ".txt", ".csv", ".tsv", ".jsonl", ".html", ".xml"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_of_byte_order_are_understood(end, encoding):
    text = FORMATS[end].write([Title(t("Käse")), Paragraph(t("Für 5 µg, ≥ 3 °C."))]).decode()
    text = re.sub("<meta[^>]*>", "", text)
    document = load_bytes(text.encode(encoding), f"note{end}").document
    assert "Für 5 µg, ≥ 3 °C." in document.text and "\ufeff" not in document.text


@pytest.mark.parametrize("end", [".md", ".txt", ".csv", ".tsv", ".jsonl", ".html"])
def test_what_is_not_in_the_encoding_it_says_is_an_error(end):
    data = FORMATS[end].write([Paragraph(t("Für 5 mg."))]).replace("ü".encode(), b"\xfc")
    with pytest.raises(DocumentError, match="is not text in UTF-8"):
        load_bytes(data, f"note{end}")


@pytest.mark.parametrize("end", [".html", ".xml", ".docx", ".epub"])
def test_what_is_missing_says_how_to_install_it(end, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "lxml", None)
    with pytest.raises(DocumentError, match=r"pip install 'calcqa\[documents\]'"):
        load_bytes(FORMATS[end].write(REPORT), f"note{end}")
