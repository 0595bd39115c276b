"""The loaders: the one form of a document's text, Markdown and plain text."""

import pytest

from calcqa.documents.load import load, load_markdown, load_plain
from calcqa.errors import DocumentError
from helpers.documents import assert_one_form, blocks, section
from helpers.paths import EDITION

# Markdown


def test_markdown_blocks():
    loaded = load_markdown(
        """\
# A *bold* [title](https://example.org) #

A paragraph
wrapped, with `code`, ~~struck~~, ![a picture](x.png) and  \na hard break.

Lead-in:
- one
  wrapped
- two **strong**
    1. nested
    2. list

  after it

7) seven
8) eight

## Table &amp; code

| a | b |
|---|---|
| 1 | *2* |

```python
x = 1   \n\n\ny = "<b>"
```

> ### Quoted
> words

---
""",
        "a.md",
    )
    assert_one_form(loaded.document)
    assert loaded.dropped == ()
    assert blocks(loaded.document) == [
        "A bold title",
        "A paragraph wrapped, with code, struck, a picture and a hard break.",
        "Lead-in:",
        "• one wrapped\n• two strong after it\n1. nested\n2. list",
        "7. seven\n8. eight",
        "Table & code",
        "a | b\n1 | 2",
        "x = 1",
        'y = "<b>"',
        "Quoted",
        "words",
    ]
    assert [(s.title, s.level) for s in loaded.document.sections] == [("A bold title", 1), ("Table & code", 2)]


def test_sections_are_nested():
    document = load_markdown("# T\n\na\n\n## A\n\nb\n\n### B\n\nc\n\n## C\n\nd", "t.md").document
    assert_one_form(document)
    assert document.headings_at(document.text.index("c")) == ("A", "B")
    assert document.headings_at(document.text.rindex("d")) == ("C",)
    assert section(document, "A") == "A\n\nb\n\nB\n\nc"


@pytest.mark.parametrize(
    ("text", "title", "outline"),
    [
        ("# A\n\nx", "A", [("A", 1)]),
        ("---\ntitle: A\n---\n# a\n\nx", "A", [("A", 1)]),
        ("---\ntitle: T\n---\n# A\n\n## B\n\nx", "T", [("T", 1), ("A", 2), ("B", 3)]),
        ("# A\n\nx\n\n# B\n\n## C", "A", [("A", 1), ("B", 2), ("C", 3)]),
        ("before\n\n## A\n\nx", "A", [("A", 1)]),
        ("no heading", "My first note", [("My first note", 1)]),
    ],
)
def test_title_and_levels(text, title, outline):
    document = load_markdown(text, "my-first_note.md").document
    assert_one_form(document)
    assert document.title == title
    assert [(s.title, s.level) for s in document.sections] == outline


def test_front_matter_is_text_as_written():
    loaded = load_markdown(
        "---\ntitle: T\nissue: 01\ndate: 2017-01-02\nopen: yes\nempty:\nkeywords: [a, b]\n"
        "wrapped: >-\n  one\n  two\nauthor: {name: X}\n---\ntext",
        "t.md",
    )
    assert loaded.document.metadata == {
        "title": "T",
        "issue": "01",
        "date": "2017-01-02",
        "open": "yes",
        "keywords": "a, b",
        "wrapped": "one two",
    }
    assert [d.text for d in loaded.dropped] == ["author"]
    assert loaded.document.text == "T\n\ntext"


@pytest.mark.parametrize(
    "front_matter",
    [
        "title: [unclosed\n---",
        "a: b: c\n---",
        "- a list\n---",
        "just words\n---",
        "title: never closed",
        "[a]: b\n---",
        "x: " + "[" * 500 + "\n---",
        "x: *nothing\n---",
    ],
)
def test_broken_front_matter(front_matter):
    with pytest.raises(DocumentError, match=r"front matter of t\.md"):
        load_markdown(f"---\n{front_matter}\n\ntext", "t.md")


def test_front_matter_runs_and_expands_nothing():
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\nd: !!python/object/apply:os.getcwd []"
    loaded = load_markdown(f"---\n{bomb}\n---\ntext", "t.md")
    assert loaded.document.metadata == {"a": "x, x"}


def test_a_rule_on_top_is_no_front_matter():
    assert load_markdown("---\n\nNote: words\n\n---\n\nmore", "t.md").document.text == "T\n\nNote: words\n\nmore"


def test_our_edition():
    document = load(EDITION).document
    assert_one_form(document)
    assert document.source == EDITION.name
    assert document.title == document.metadata["title"] == "Calcinosis universalis"
    assert document.metadata["pages"] == "71–72"
    assert section(document, "References").count("\n") == 4
    position = document.text.index("\n\nCalciphylaxis\n\n") + 2
    assert document.headings_at(position) == ("Classification", "Calciphylaxis")


# Plain text


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
