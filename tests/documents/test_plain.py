"""The loader for plain text."""

from calcqa.documents.load import load_plain
from helpers.documents import assert_one_form, blocks


def test_plain_blocks():
    document = load_plain(
        """\
A case of hiccups (short)

First line
second line.
Things seen:
 - one
   wrapped
 - two

•three

1. first
2. second
In room
12. She left.
==========
The end, in
12. words.
""",
        "note.txt",
    ).document
    assert_one_form(document)
    assert document.title == "A case of hiccups (short)"
    assert blocks(document)[1:] == [
        "First line second line. Things seen:",
        "• one wrapped\n• two\n• three\n1. first\n2. second In room 12. She left.",
        "The end, in 12. words.",
    ]
    assert document.metadata == {}


def test_plain_text_without_a_title_takes_the_files_name():
    document = load_plain("It is a sentence.\n\nSo is this.", "left-knee_2.txt").document
    assert document.title == "Left knee 2"
    assert document.text == "Left knee 2\n\nIt is a sentence.\n\nSo is this."
    assert load_plain("Only words", "x.txt").document.text == "X\n\nOnly words"
