"""CSV, TSV and JSON Lines: tables by rows, collections of texts by sections, every value as written."""

import pytest

from calcqa.documents.load import load, load_bytes
from calcqa.documents.tables import load_csv, load_jsonl, load_tsv
from calcqa.errors import DocumentError
from calcqa.types import BlockKind
from helpers.documents import assert_one_form, blocks


def loaded(loader, text):
    document = loader(text.encode(), "set-1.csv").document
    assert_one_form(document)
    return document


def test_a_table_by_rows_with_its_header():
    document = loaded(load_csv, 'drug,dose\r\nA,"0.5, or <1 mg"\n\n"B ""x""","2\nlines"\n')
    assert blocks(document) == ["Set 1", 'drug | dose\nA | 0.5, or <1 mg\nB "x" | 2 lines']
    rows = [b for b in document.blocks if b.kind is BlockKind.ROW]
    assert [b.level for b in rows] == [1, 0, 0]
    assert [[document.text[c.start : c.end] for c in b.context] for b in rows] == [[], ["drug | dose"], ["drug | dose"]]


@pytest.mark.parametrize("text", ["a;b\n1,5;2", "a\tb\n1,5\t2", "a|b\n1,5|2"])
def test_the_mark_between_cells_is_found(text):
    assert loaded(load_csv, text).text.endswith("a | b\n1,5 | 2")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Na;2,5\nK;4,5", "Na | 2,5\nK | 4,5"),
        ("1,5;2,5\n3,5;4,5", "1,5 | 2,5\n3,5 | 4,5"),
        ("1,5\t2,5,1\n3,5\t4,5,1", "1,5 | 2,5,1\n3,5 | 4,5,1"),
        ("a,b\nx; y,2\nz,3", "a | b\nx; y | 2\nz | 3"),
    ],
)
def test_a_decimal_comma_parts_no_cells(text, rows):
    assert loaded(load_csv, text).text.endswith("\n\n" + rows)


def test_a_first_line_that_names_the_mark_is_reported_and_no_row():
    document = loaded(load_csv, "sep=;\r\ndrug;dose, note\nA;0,5\nB;1,5, or 2\n")
    assert blocks(document)[1:] == ["drug | dose, note\nA | 0,5\nB | 1,5, or 2"]
    assert [(d.text, d.reason) for d in document.dropped] == [("sep=;", "says what parts the cells")]


def test_a_table_with_texts_is_a_collection():
    document = loaded(load_tsv, "id\tText\tward\nK-1\tNo fever.\t007\nK-2\tFever 39.0 °C\t\n")
    assert blocks(document) == ["Set 1", "K-1", "ward: 007", "No fever.", "K-2", "Fever 39.0 °C"]
    assert [(s.title, s.level) for s in document.sections[1:]] == [("K-1", 2), ("K-2", 2)]


def test_json_lines_keep_every_field_as_it_is_written():
    document = loaded(
        load_jsonl,
        '{"title": "Knee", "id": 7, "text": "One.\\n\\nTwo\\nlines.", "dose": 1.50, "big": '
        '12345678901234567890, "x": 1e5,'
        ' "no": null, "yes": true, "also": ["a", "b"], "deep": {"k": [1.0, false]}}\n\n{"text": "No title."}\n',
    )
    assert blocks(document) == [
        "Set 1",
        "Knee",
        "id: 7\ndose: 1.50\nbig: 12345678901234567890\nx: 1e5\nyes: true\nalso: a, b",
        "One.",
        "Two\nlines.",
        "2",
        "No title.",
    ]
    assert [(d.text, d.reason) for d in document.dropped] == [("deep: {k: [1.0, false]}", "nested field")]


@pytest.mark.parametrize(
    ("loader", "text", "message"),
    [
        (load_csv, 'a,b\n1,"2', "line 2: unexpected end of data"),
        (load_csv, 'a,b\n"1"x,2', "line 2"),
        (load_csv, "text,b\n1,2,3", "row 2: it has 3 cells, the header 2"),
        (load_jsonl, '{"text": "a"}\n{"text": " "}', "line 2: it has no text"),
        (load_jsonl, '{"text": "a"}\n[1]', "line 2: it is no object"),
        (load_jsonl, '{"text": "a"', "line 1: it is not JSON"),
        (load_jsonl, '{"text": "a", "b": ' + "[" * 900 + "]" * 900 + "}", "line 1: it is nested too deep"),
        (load_jsonl, "[" * 100_000, "line 1: it is nested too deep"),
    ],
)
def test_a_row_that_cannot_be_read_is_an_error_with_its_line(loader, text, message):
    with pytest.raises(DocumentError, match=message):
        loader(text.encode(), "a")


def test_an_faq_file_is_no_document(tmp_path):
    path = tmp_path / "note.questions.jsonl"
    path.write_text('{"question": "x?", "evidence": []}', encoding="utf-8")
    with pytest.raises(DocumentError, match="is an FAQ file"):
        load(path)
    with pytest.raises(DocumentError, match="is an FAQ file"):
        load_bytes(b"x", "note.questions.jsonl")
