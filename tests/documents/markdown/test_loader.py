"""The loader for Markdown: blocks, sections, front matter, and every sign, number and unit as it is written."""

from collections import Counter

import pytest

from calcqa.documents.load import load, load_markdown
from calcqa.types import BlockKind
from helpers.documents import assert_one_form, blocks, section
from helpers.paths import EDITION


def body(text):
    """The text below the title, and what was left out with its reason."""
    loaded = load_markdown("# Title\n\n" + text, "a.md")
    assert_one_form(loaded.document)
    return loaded.document.text.removeprefix("Title").lstrip("\n"), [(d.text, d.reason) for d in loaded.dropped]


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
    assert [(d.text, d.reason) for d in loaded.dropped] == [
        ("https://example.org", "the address of a link"),
        ("struck", "struck out"),
        ("x.png", "the address of a link"),
        ("```python", "the language of code"),
    ]
    assert blocks(loaded.document) == [
        "A bold title",
        "A paragraph wrapped, with code, , a picture and a hard break.",
        "Lead-in:",
        "• one wrapped\n• two strong after it\n1. nested\n2. list",
        "7) seven\n8) eight",
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


@pytest.mark.parametrize(
    ("line", "is_heading"),
    [("Temp 38", False), ("No fever", False), ("Denies cough", False), ("Sepsis ruled out", False),
     ("Day 3", True), ("Care of the ears", True)],
)  # fmt: skip
def test_a_fact_above_a_rule_is_no_heading(line, is_heading):
    document = load_markdown(f"# T\n\nText.\n\n{line}\n---\nMore", "t.md").document
    assert document.text == f"T\n\nText.\n\n{line}\n\nMore"
    assert [s.title for s in document.sections] == ["T", line][: 1 + is_heading]


def test_front_matter_is_text_as_written():
    loaded = load_markdown(
        "---\ntitle: T\nissue: 01\ndate: 2017-01-02\ndraft: yes\nslug:\nkeywords: [a, b]\n"
        "abstract: >-\n  one\n  two\nauthor: {name: X}\n---\ntext",
        "t.md",
    )
    assert loaded.document.metadata == {
        "title": "T",
        "issue": "01",
        "date": "2017-01-02",
        "draft": "yes",
        "keywords": "a, b",
        "abstract": "one two",
    }
    assert [(d.text, d.reason) for d in loaded.dropped] == [("author: {name: X}", "nested front matter")]
    assert loaded.document.text == "T\n\ntext"


@pytest.mark.parametrize(
    "note",
    [
        "title: [unclosed",
        "a: b: c",
        "- a list",
        "just words",
        "[a]: b",
        "x: " + "[" * 500,
        "x: *nothing",
        "Weight: 70 kg",
        "Date: 3 May\nDrug: colchicine\nDose: 0.5 mg",
        "date: 3 May\ndrug: colchicine\ndose: 0.5 mg",
        "date: 3 May\nallergy: penicillin",
        "status: not for resuscitation\ntype: 2 diabetes\nsummary: no fever",
    ],
)
def test_text_between_two_rules_is_text(note):
    loaded = load_markdown(f"---\n{note}\n---\n\ntext", "t.md")
    assert loaded.document.metadata == {} and loaded.dropped == ()
    assert loaded.document.text == "\n".join(
        ["T\n", *(line.replace("- ", "• ") for line in note.split("\n")), "\ntext"]
    )


def test_front_matter_without_an_end_is_text():
    assert load_markdown("---\ntitle: never closed\n\ntext", "t.md").document.text == "T\n\ntitle: never closed\n\ntext"


def test_front_matter_runs_and_expands_nothing():
    bomb = "tags: &a [x, x]\nkeywords: &b [*a, *a]\ndoi: [*b, *b]\nurl: !!python/object/apply:os.getcwd []"
    loaded = load_markdown(f"---\n{bomb}\n---\ntext", "t.md")
    assert loaded.document.metadata == {"tags": "x, x"}


def test_what_yaml_leaves_out_of_front_matter_is_reported():
    loaded = load_markdown("---\ntitle: Bed #4\nyear: 2001\nyear: 2002\n---\ntext", "t.md")
    assert loaded.document.metadata == {"title": "Bed", "year": "2001"} or loaded.document.metadata["title"] == "Bed #4"
    assert ("year: 2002", "a second value of its name") in [(d.text, d.reason) for d in loaded.dropped]
    noted = load_markdown("---\ntitle: T\nissue: 4  # not 5\n---\ntext", "t.md")
    assert [(d.text, d.reason) for d in noted.dropped] == [("issue: 4  # not 5", "comments in the front matter")]
    words = load_markdown("---\n# no fever\ntitle: T\ndate: 2020 # not sure\nslug: # no\n---\ntext", "t.md")
    assert [d.text for d in words.dropped] == ["# no fever", "date: 2020 # not sure", "slug: # no"]
    assert words.document.metadata == {"title": "T", "date": "2020"}


def test_a_rule_on_top_is_no_front_matter():
    assert load_markdown("---\n\nNote: words\n\n---\n\nmore", "t.md").document.text == "T\n\nNote: words\n\nmore"


def test_our_edition():
    document = load(EDITION).document
    assert_one_form(document)
    assert document.source == EDITION.name
    assert document.sha256 == "9c5929ab223c42656ae4e4b6e5ce2cd7b1e4123e8a8e0cc3f764f7aee0d553e5"
    assert Counter(b.kind for b in document.blocks) == {"title": 1, "heading": 13, "paragraph": 20, "reference": 3}
    assert document.dropped == ()
    assert document.title == document.metadata["title"] == "Calcinosis universalis"
    assert document.metadata["pages"] == "71–72"
    assert section(document, "References").count("\n") == 4
    position = document.text.index("\n\nCalciphylaxis\n\n") + 2
    assert document.headings_at(position) == ("Classification", "Calciphylaxis")


@pytest.mark.parametrize(
    "text",
    [
        "A mass of 4*3*2 cm, or 6 *5* 4 cm.",
        "Area: 7*8*9",
        "platelets 5*10^9/L and 3*10^12/L",
        "HLA-B*27:05 and DRB1*04:01",
        "3 cm *2 cm *1 cm, 2 cm* 3 cm*",
        "CYP2D6*4/*4 and 2**3**4",
        "sodium_serum_level a_b_c and x*y*z",
        "about ~5 mg, ~ 6 mg, ~~7~~8, 5~~6 or 9~~4",
        "pH^7^4 and 2^3^2, CO~2~3",
        "< 5 and <5 and <=5 mg, x<y and y>z",
        "if ALT<AST and AST>40 U/L, 3<b and c>2",
        "+ve for E. coli",
        "= 5 mmol/L",
        "[Allergies]: penicillin",
        '[Allergies]: penicillin V "rash"',
        "[x] done, [ ] not done, [5]",
        "$x_1 * y_2$ and \\alpha",
        "2017. A good year",
    ],
)
def test_what_only_looks_like_markup_is_text(text):
    assert body(text) == (text, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- >= 3 falls\n- > 20 mg\n- rest", "• >= 3 falls\n• > 20 mg\n• rest"),
        ("1. > 20 mg\n2. # 4 catheter", "1. > 20 mg\n2. # 4 catheter"),
        ("The GFR was\n> 60 mL/min\nthen.", "The GFR was > 60 mL/min then."),
        ("The GFR was\n>= 60 mL/min\n>> 5 then.", "The GFR was >= 60 mL/min >> 5 then."),
        ("> 60 mL/min\n> 30 mL/min", "> 60 mL/min > 30 mL/min"),
        ("> On Monday:\n> 20 mg were given\n> to her", "On Monday: > 20 mg were given to her"),
        ("> 140 mmHg systolic\n> or on treatment", "> 140 mmHg systolic\n\nor on treatment"),
        ("Criteria\n> 65 years of age\n> no cough", "Criteria > 65 years of age\n\nno cough"),
        ("> Do this:\n>\n> 1. rest\n> 2. ice", "Do this:\n\n1. rest\n2. ice"),
        ("> > it is 5\n> no", "it is 5 no"),
        ("> It was\n> > 5 mg", "It was > 5 mg"),
        ("the sum\n+ 3 cm\nof it", "the sum + 3 cm of it"),
        ("6 cm\n* 3 cm", "6 cm * 3 cm"),
        ("She lay in bed\n# 7 of the ward", "She lay in bed # 7 of the ward"),
        ("The pH\n= 7.1\n\nThe pH\n=\n7.2", "The pH = 7.1\n\nThe pH = 7.2"),
        ("Protein\n-\nGlucose\n--", "Protein - Glucose --"),
        ("Base excess\n- 6.1 mmol/L", "Base excess - 6.1 mmol/L"),
        ("Base excess\n\n- 6.1 mmol/L\n\nNext", "Base excess\n\n- 6.1 mmol/L\n\nNext"),
        ("Refraction\n\n- 3\n\nRight", "Refraction\n\n- 3\n\nRight"),
        ("Doses:\n- 5 mg\n- 10 mg", "Doses:\n\n- 5 mg\n- 10 mg"),
        ("- 5 mg in the morning\n- 10 mg at night", "- 5 mg in the morning\n- 10 mg at night"),
        ("T-score:\n- 2.5\n- 3.1", "T-score:\n\n- 2.5\n- 3.1"),
        ("Weight\n- 2.5 kg by May\n- 3.5 kg by June", "Weight\n\n- 2.5 kg by May\n- 3.5 kg by June"),
        ("Sodium was\n\n135.\n", "Sodium was\n\n135."),
        ("Score is\n\n4)", "Score is\n\n4)"),
        ("10.\n20.", "10.\n20."),
        ("- 5.2, sodium\n- 135.", "- 5.2, sodium\n- 135."),
        ("- Na\n\n  135.\n- rest", "• Na\n135.\n• rest"),
        ("[Bed]: #4", "[Bed]: #4"),
        ("[Fracture]: #NOF in [Fracture]", "[Fracture]: #NOF in [Fracture]"),
        ("[Allergies]: <penicillin>", "[Allergies]: <penicillin>"),
        ("[Scan]: knee.jpg\n\nSeen.", "[Scan]: knee.jpg\n\nSeen."),
        ('<p style="overflow:hidden">5 mg</p>', "5 mg"),
        ("- rest\n- 10 mg", "• rest\n• 10 mg"),
        ("- rest\n  - 4.5 mmol/L\n- ice", "• rest - 4.5 mmol/L\n• ice"),
        ("3. a\n4. b\n9. c", "3. a\n4. b\n9. c"),
        ("4) a\n5) b", "4) a\n5) b"),
        ("a) one\nb) two\nc) three", "a) one\nb) two\nc) three"),
        ("Urine dip\n- - -", "Urine dip - - -"),
        ("Urine dip:\n\n- - -\n\nMore", "Urine dip:\n\n- - -\n\nMore"),
        ("Nitrite, blood, protein\n+ + +", "Nitrite, blood, protein + + +"),
        ("Pupils, reflexes\n\n- + -", "Pupils, reflexes\n\n- + -"),
        ("> Reflexes:\n> * * *", "Reflexes: * * *"),
        ("Allergies:\n---\nMore", "Allergies: --- More"),
        ("Text.\n\n---\n\n* * *\n\nMore", "Text.\n\nMore"),
        ("Weight: heavy\n===\nMore", "Weight: heavy\n\nMore"),
        ("10<sup>9</sup>/L, H<sub>2</sub>O", "10⁹/L, H₂O"),
        ("10^9^/L, H~2~O, Ca^2+^, T~max~, x<sup>A</sup>, x~B~", "10⁹/L, H₂O, Ca²⁺, Tₘₐₓ, xᴬ, x_(B)"),
        ("10<sup>9/L and <b>bold", "10<sup>9/L and <b>bold"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<p>One <b>two</b></p>\n<p><i>Three</i></p>", "One two\nThree"),
        ("`4*3` and \\*5\\* and &lt;6", "4*3 and *5* and <6"),
        ("| a | b |\n|---|---|\n| 5*4*3 | `c` |\n| x \\| y | 1 | 2 |\n| 7<br>8 |",
         "a | b\n5*4*3 | c\nx | y | 1 | 2\n7 8"),
        ("<table><caption>T 1</caption><tr><th>a<th>b</tr>\n\n<tr><td>1</td><td>n<sup>9</sup></td></tr></table>\nE",
         "T 1\n\na | b\n1 | n⁹\n\nE"),
        ("a `b\n\n    - 5 mg\n    4*3\n", "a `b\n\n- 5 mg\n4*3"),
    ],
)  # fmt: skip
def test_signs_numbers_and_units_stay(text, expected):
    assert body(text) == (expected, [])


@pytest.mark.parametrize(
    ("text", "expected", "dropped"),
    [
        ("Give ~~codeine 30 mg~~ rest.", "Give rest.", [("codeine 30 mg", "struck out")]),
        ("Give <del>codeine</del> <s>30</s> rest.", "Give rest.", [("codeine", "struck out"), ("30", "struck out")]),
        ("Potassium 2.9 mmol/L\n---\nMore", "Potassium 2.9 mmol/L\n\nMore", [("---", "a rule")]),
        ("It was seen\ntwice\n---\nMore", "It was seen twice\n\nMore", [("---", "a rule")]),
        ("It was seen.\n* * *\nMore", "It was seen.\n\nMore", [("* * *", "a rule")]),
        ("a <!-- 5 mg --> b", "a b", [("<!-- 5 mg -->", "a comment")]),
        ("<!-- 5\n\nmg -->\n\nb", "b", [("<!-- 5\n\nmg -->", "a comment")]),
        ("5~~mg~~7 re~~s~~t", "5 7 ret", [("mg", "struck out"), ("s", "struck out")]),
        ("No<div hidden>x</div>penicillin", "No\npenicillin", [("x", "not shown")]),
        ("<details><summary>No</summary>penicillin</details>", "No\npenicillin",
         [(t, "HTML") for t in ("<details>", "<summary>", "</summary>", "</details>")]),
        ('<ol start="3"><li>a</li><li>b</li><li value="6">c</li></ol>', "3. a\n4. b\n6. c",
         [('<ol start="3">', "HTML"), ("</ol>", "HTML")]),
        ("<ol>\n<li>a</li>\n<li>b<ul><li>x</li></ul></li>\n</ol>", "1. a\n2. b\n• x",
         [(t, "HTML") for t in ("<ol>", "<ul>", "</ul>", "</ol>")]),
        ('<span class="hidden-print">5</span>', "5",
         [(t, "HTML") for t in ('<span class="hidden-print">', "</span>")]),
        ('a <i style="opacity:0">5</i> <b style="font-size: 0">6</b> c', "a c",
         [("5", "not shown"), ("6", "not shown")]),
        ('a <b style="text-decoration: line-through">5</b> c', "a c", [("5", "struck out")]),
        ('[a](x "not 5") ![b](c.png "5 mg")', "a b",
         [("x", "the address of a link"), ("not 5", "the title of a link"),
          ("c.png", "the address of a link"), ("5 mg", "the title of a link")]),
        ("a <span hidden>5 mg</span> b", "a b", [("5 mg", "not shown")]),
        ('<div style="display: none">\n\n5 mg\n\n</div>\n\nb', "b",
         [('<div style="display: none">\n\n5 mg\n\n</div>', "not shown")]),
        ("<script>\nlet a = 1;\n\n</script>\n\nb", "b", [("<script>\nlet a = 1;\n\n</script>", "not shown")]),
        ('<font size="5">a</font>', "a", [('<font size="5">', "HTML"), ("</font>", "HTML")]),
        ("[a]: https://example.org/5\n\nSee [a].", "See a.",
         [(a, "the address of a link") for a in ("[a]: https://example.org/5", "https://example.org/5")]),
        ("See [it](x5.html) at <https://example.org/6>.", "See it at https://example.org/6.",
         [("x5.html", "the address of a link")]),
    ],
)  # fmt: skip
def test_what_is_left_out_is_reported(text, expected, dropped):
    assert body(text) == (expected, dropped)


def test_lines_that_say_one_thing_each_stay_apart():
    text, _ = body("Weight: 70 kg\nHeight: 180 cm\nBMI: 21.6\n\nFirst line  \nSecond line\n\nwrapped\nwords")
    assert text == "Weight: 70 kg\nHeight: 180 cm\nBMI: 21.6\n\nFirst line\nSecond line\n\nwrapped words"


def test_footnotes_are_marked_and_stay():
    document = load_markdown("# T\n\nIt is rare.[^1] No [^b].\n\n[^1]: In 5 of 100.\n[^b]: Never.", "a.md").document
    assert document.text == "T\n\nIt is rare.[^1] No [^b].\n\n[^1]: In 5 of 100.\n[^b]: Never."
    assert [document.text[r.start : r.end] for r in document.references] == ["[^1]", "[^b]"]
    assert [b.marker for b in document.blocks if b.kind is BlockKind.ITEM] == [6, 6]


def test_characters_that_stand_in_for_others_stay_too():
    text = "".join(map(chr, range(0xF0000, 0xF0010))) + " 4*3*2"
    assert body(text) == (text, [])


def test_nested_items_have_their_level_and_the_items_they_stand_within():
    note = "Plan:\n\n- Stop:\n  - no aspirin\n  - warfarin:\n    1. if INR > 4\n- Start:\n  - rest\n\nText\n\n- one"
    document = load_markdown(note, "t.md").document
    items = [b for b in document.blocks if b.kind is BlockKind.ITEM]
    assert [(b.level, [document.text[c.start : c.end] for c in b.context]) for b in items] == [
        (0, ["Plan:"]), (1, ["Plan:", "• Stop:"]), (1, ["Plan:", "• Stop:"]),
        (2, ["Plan:", "• Stop:", "• warfarin:"]), (0, ["Plan:"]), (1, ["Plan:", "• Start:"]), (0, []),
    ]  # fmt: skip
