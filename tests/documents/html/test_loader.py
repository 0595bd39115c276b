"""Web pages: main text and furniture, what is hidden, forms, tables, encodings, and tags that are none."""

import pytest

from calcqa.documents.html import load_html
from calcqa.errors import DocumentError
from calcqa.types import BlockKind
from helpers.documents import assert_one_form, blocks


def loaded(body, head="", **kwargs):
    data = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    document = load_html(data.encode(**kwargs), "page.html").document
    assert_one_form(document)
    return document


def left_out(document):
    return [(d.text, d.reason) for d in document.dropped]


PAGE = """<div class="top"><nav><a href="/">Home</a> <a href="/a">About</a></nav></div><div id="cookie-banner">We use 3
cookies.</div><main><h1>Fever</h1><p>No fever above 38.5 °C was seen in the 12 children of this small ward.</p>
<aside>Key point: measure twice.</aside></main><div class="side"><p>Read also: 5 other pages</p></div>
<footer>Imprint 2020</footer>"""


def test_the_main_text_is_told_from_what_stands_around_it():
    document = loaded(PAGE)
    assert document.title == "Fever"
    assert blocks(document)[1:] == [
        "No fever above 38.5 °C was seen in the 12 children of this small ward.",
        "Key point: measure twice.",
    ]
    assert left_out(document) == [
        ("Home About", "outside the main text"),
        ("We use 3 cookies.", "page furniture"),
        ("Read also: 5 other pages", "outside the main text"),
        ("Imprint 2020", "page furniture"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "<p>Dose 5 mg.</p><div class='content-menu'><p>Diet: no salt, 2 g of protein.</p></div>",
        "<article><p>One 5 mg.</p></article><article><p>Two 6 mg.</p></article><p>Between no lines.</p>",
        "<main><p>5.</p></main><p>The text of the page stands outside of what it calls so, 7 mg and all.</p>",
        "<footer><p>All of this page is in its footer, 9 mg.</p></footer>",
        "Bare text 3<div>and 4<span> mg</span></div>tail 5",
        "<form><p>In a form, no harm, 6 mg.</p></form><center>7</center><font>8</font><unknown-part>9</unknown-part>",
    ],
)
def test_body_text_is_never_lost_where_the_page_is_odd(body):
    document = loaded(body)
    assert document.dropped == ()
    digits = [c for c in body if c.isdigit()]
    assert [c for c in document.text if c.isdigit()] == digits


def test_hidden_and_struck_text_by_element_style_and_sheet():
    document = loaded(
        "<p>Give <s>penicillin</s><del>a</del><span style='text-decoration: line-through'>b</span> "
        "<ins>amoxicillin</ins> 1<del>0</del>5 mg<span style='DISPLAY : none'>c</span><i hidden>d</i>"
        "<b style='visibility:hidden'>e</b><em class='gone'>f</em><u class='print'>g</u><u "
        "style='font-size:0'>h</u>.</p>"
        "<template>i</template><dialog>j</dialog><!-- k --><script>l = 5</script><svg><text>m</text></svg>",
        "<style>/* .print{display:none} */ p .x, .gone {display:none} @media print {.print{display:none}}</style>",
    )
    assert blocks(document)[1:] == ["Give amoxicillin 1 5 mgg."]
    reasons = {text: reason for text, reason in left_out(document)}
    assert {k: v for k, v in reasons.items() if len(k) < 20 and not k.startswith("/*")} == {
        "penicillin": "struck out", "a": "struck out", "b": "struck out", "0": "struck out",
        "c": "hidden", "d": "hidden", "e": "hidden", "f": "hidden", "h": "hidden", "i": "template", "j": "hidden",
        "k": "comment", "l = 5": "script", "m": "picture",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("1<del>0</del>5 mg", "1 5 mg"),
        ("1<b><s>0</s></b>5, 3<s>.</s>7", "1 5, 3 7"),
        ("1.<s>0</s>5 and 1<s>0</s>.5", "1. 5 and 1 .5"),
        ("10<sup><s>3</s>9</sup>/L", "10⁹/L"),
        ("1<del>0</del><ins>2</ins>5 mg, 1<ins>2</ins><del>0</del>5 mg", "125 mg, 125 mg"),
        ("1<i hidden>0</i>5 mg, 1<!-- x -->5 mg", "15 mg, 15 mg"),
        ("<s>a</s>febrile, 5<s>0</s> mg, no<s>t</s>", "febrile, 5 mg, no"),
        ("<table><tr><td>1<s>0</s>5</td><td>b</td></tr></table>", "1 5 | b"),
    ],
)
def test_a_number_is_never_joined_over_what_is_struck_out(body, text):
    assert blocks(loaded(f"<div>{body}</div>"))[1:] == [text]


@pytest.mark.parametrize(
    ("style", "seen"),
    [
        ("position:absolute; left:-9999px", False), ("text-indent: -999em", False), ("font-size:1px", False),
        ("font-size: .5pt;", False), ("margin-left:-9999px", True), ("left:-10px", True), ("font-size:11px", True),
        ("font-size:1.2em", True), ("font-size:1em", True),
    ],
)  # fmt: skip
def test_text_off_the_page_or_too_small_is_hidden(style, seen):
    document = loaded(f"<p>Give <span style='{style}'>no</span> aspirin.</p>")
    assert ("no", "hidden") in left_out(document) or seen
    assert blocks(document)[1:] == ["Give no aspirin." if seen else "Give aspirin."]


def test_nothing_is_glued():
    document = loaded(
        "<p>Na<br>140<br/>K 4.2</p><div>a<p>b</p>c</div><table><tr><td>10</td><td>5<br>0</td></tr><tr>"
        "<td>1</td><td>2</td>"
        "</tr></table><p>1<span style='display:block'>2</span>3 <b>bo</b>ld x<img alt='bone' src='b.png'>y</p>"
    )
    assert blocks(document)[1:] == ["Na\n140\nK 4.2", "a", "b", "c", "10 | 5 0\n1 | 2", "1 2 3 bold x bone y"]


def test_a_line_broken_for_its_length_is_put_together():
    long = "The patient was seen by three doctors, who agreed that the wound was"
    assert blocks(loaded(f"<p>{long}<br>clean.<br>no fever<br>Cough: none</p>"))[1:] == [
        f"{long} clean.\nno fever\nCough: none"
    ]


def test_lists_keep_their_numbers():
    document = loaded(
        "<p>Take:</p><ol start=3><li>three<li value=7>seven<ul><li>inner<p>more</p></ul>after</ol>"
        "<ol type=a reversed><li>two<li>one</ol><ol><li><h2>Card</h2><p>text</p></ol>"
    )
    assert blocks(document)[1:] == [
        "Take:", "3. three\n7. seven\n• inner more\nafter", "b. two\na. one", "Card", "text",
    ]  # fmt: skip


def test_definitions_forms_and_code():
    document = loaded(
        "<dl><dt>BMI<dd>body mass index<dt>BP:<dd><p>blood</p><p>pressure</p></dl><pre>Na  140\n  K 4</pre>"
        "<p><input type=checkbox checked> Diabetes <input type=checkbox> Asthma <input value='37.5'> °C "
        "<input type=hidden value='9'><select><option>no<option selected>yes</select><button>Send</button></p>"
    )
    assert blocks(document)[1:] == [
        "BMI: body mass index\nBP: blood pressure",
        "Na  140\n  K 4",
        "☒ Diabetes ☐ Asthma 37.5 °C yes",
    ]
    assert left_out(document) == [("9", "hidden"), ("no", "not chosen"), ("Send", "control of the page")]


def test_tables():
    document = loaded(
        "<table><caption>Doses</caption><tr><td>Drug<td>Dose</tr><tr style='display:none'><td>X<td>9 mg</tr>"
        "<tr><td>A<td>5 mg</tr></table><table><tr><td><h2>Laid out</h2>text 5</td><td>beside 6</td></tr></table>"
    )
    rows = [(document.text[b.start : b.end], b.level) for b in document.blocks if b.kind is BlockKind.ROW]
    assert rows == [("Drug | Dose", 1), ("A | 5 mg", 0)]
    assert blocks(document)[3:] == ["Laid out", "text 5", "beside 6"]
    assert left_out(document) == [("X 9 mg", "hidden")]


def test_reference_numbers():
    document = loaded(
        "<p>Rare.<sup>3</sup> Seen<sup>[4]</sup> in 5 m<sup>2</sup>, 10<sup>6</sup> <a "
        "href='#cite_note-7'>[7]</a> R<sup>2"
        "</sup> (WHO)<sup>8</sup> see <a href='#content'>9</a>.</p>"
    )
    assert document.text.endswith("Rare.3 Seen[4] in 5 m², 10⁶ [7] R² (WHO)8 see 9.")
    assert [document.text[r.start : r.end] for r in document.references] == ["3", "[4]", "[7]", "8"]


@pytest.mark.parametrize(
    ("body", "text", "marked"),
    [
        ("30 kg/metre<sup>2</sup>", "30 kg/metre²", []),
        ("4 metres<sup>2</sup> (WHO)<sup>8</sup>", "4 metres² (WHO)8", ["8"]),
        ("chi<sup>2</sup> 5", "chi² 5", []),
        ("9.8 m/sec<sup>2</sup>", "m/sec²", []),
        ("40 mmHg<sup>2</sup>", "40 mmHg²", []),
        ("in mmHg<sup>2</sup>", "in mmHg²", ["²"]),
        ("9.8 m per sec<sup>2</sup>", "sec²", ["²"]),
        ("5 mmol<sup>12</sup>", "5 mmol¹²", ["¹²"]),
        ("Iodine<sup>131</sup> was given", "Iodine¹³¹ was", ["¹³¹"]),
        ("technetium<sup>99</sup>", "technetium⁹⁹", ["⁹⁹"]),
        ("iodine<sup>3</sup> for 5 years<sup>4</sup>", "iodine3 for 5 years4", ["3", "4"]),
    ],
)
def test_a_number_behind_a_unit_or_an_element_stays_raised(body, text, marked):
    document = loaded(f"<p>{body}</p>")
    assert text in document.text
    assert [document.text[r.start : r.end] for r in document.references] == marked


def test_reference_numbers_that_no_markup_tells_are_looked_for():
    document = loaded("<p>It was rare in that disease.13 The others were well.</p>")
    assert [document.text[r.start : r.end] for r in document.references] == ["13"]


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ("<p>BP <90 and < 5, p<0.05.</p><p>x<n and on</p>", ["BP <90 and < 5, p<0.05.", "x<n and on"]),
        ("<p>if a<b 5 mg then not</p>", ["if a<b 5 mg then not"]),
        ("<p>Na <s 5 mg</p><p>no rash</p>", ["Na <s 5 mg", "no rash"]),
        ("<p>sats <a and 90</p>", ["sats <a and 90"]),
        ("<p>K<i and 5 mg> not</p>", ["K<i and 5 mg> not"]),
        ("<p>Range <del 3 to 5</p><p>no fever</p>", ["Range <del 3 to 5", "no fever"]),
        ("<p><u and v> 7 mg</p>", ["<u and v> 7 mg"]),
        ("<p>count <b-cell or 9> 3</p>", ["count <b-cell or 9> 3"]),
        ("<p>dose <q", ["dose <q"]),
        ("<p>K <b, Na 140 > 5</p>", ["K <b, Na 140 > 5"]),
        ("<p>Na <s n=5 and 3> mg</p>", ["Na <s n=5 and 3> mg"]),
    ],
)
def test_a_comparison_that_looks_like_a_tag_is_text(body, texts):
    document = loaded(body)
    assert blocks(document)[1:] == texts and document.dropped == ()


def test_a_tag_that_could_be_a_comparison_is_reported():
    assert left_out(loaded("<p>x<n> and on</p>")) == [("<n>", "a tag that HTML does not know")]


@pytest.mark.parametrize(
    "body",
    [
        "<p class=a data-x hidden-not='' >5 mg</p>",
        "<div layout flex>5 mg</div>",
        "<my-card outlined>5 mg</my-card>",
        "<ol reversed type=1 _ngcontent-c0><p title='a < b' id=x>5 mg</p></ol>",
        "<p title='x' <b>5 mg</b></p>",
        "<script>if (a<b && c) {}</script><!-- a<b c --><style>/* <b c> */</style><p>5 mg</p>",
        "<br/><hr /><img src=a.png/><p\nid=a\n>5 mg</p\n>",
    ],
)
def test_real_tags_stay_tags(body):
    assert blocks(loaded(body))[-1] == "5 mg"


def test_metadata_and_titles():
    head = (
        "<title>Fever – Clinic</title><meta name=citation_author content='Roe A'><meta "
        "name=citation_author content='Doe B'>"
        "<meta name=citation_journal_title content=Knee><meta name=citation_date content='2011/05/01'>"
    )
    document = loaded("<h1>Fever</h1><p>x</p>", head)
    assert document.title == "Fever" and ("Fever – Clinic", "title of the page") in left_out(document)
    assert document.metadata == {"authors": "Roe A, Doe B", "journal": "Knee", "year": "2011"}
    several = loaded("<h1>One</h1><p>x</p><h1>Two</h1>", head)
    assert [(s.title, s.level) for s in several.sections] == [("Fever – Clinic", 1), ("One", 2), ("Two", 2)]


def test_a_heading_below_text_is_no_title():
    text = "No fever was seen in any of the children of this ward. " * 6
    document = loaded(f"<p>{text}</p><h1>Later</h1><p>5 mg.</p>")
    assert document.title == "Page" and blocks(document)[1:] == [text.strip(), "Later", "5 mg."]
    assert loaded("<p>12 May</p><h1>Fever</h1><p>5 mg.</p>").title == "Fever"


@pytest.mark.parametrize(
    ("label", "encoding"), [("windows-1252", "cp1252"), ("ISO-8859-1", "cp1252"), ("shift_jis", "shift_jis")]
)
def test_declared_encodings(label, encoding):
    text = "≤" if encoding == "shift_jis" else "“5 µg”"
    text = "体温" if encoding == "shift_jis" else text
    document = load_html(f"<meta charset={label}><p>{text}".encode(encoding), "a.html").document
    assert document.text.endswith(text)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<meta charset=idna><p>x", "names an encoding that cannot be read: idna"),
        (b"<meta charset=rot13><p>x", "names an encoding that cannot be read: rot13"),
        (b"<p>K\xe4se", "is not text in UTF-8"),
        (b"<div>" * 300 + b"x", "nested deeper than 256 levels"),
        (b"<b></b>" * 1_100_000, "more than 1,000,000 elements"),
        (
            b"<table>" + b"<tr>" + b"<td rowspan=9999>x</td>" * 999 + b"</tr>" + b"<tr><td>y</td></tr>" * 300,
            "span more",
        ),
        (b"<p>" + b"x" * 11_000_000, "too long"),
        (b"<html><body><nav>5</nav></body></html>", "has no text"),
    ],
)
def test_what_cannot_be_read(data, message):
    with pytest.raises(DocumentError, match=message):
        load_html(data, "a.html")


@pytest.mark.parametrize("style", ["/*" * 200_000, "@media{" * 150_000, "a{" * 200_000, "@" * 500_000, "{}" * 300_000])
def test_style_sheets_without_sense_take_no_time(style):
    assert loaded("<p>x</p>", f"<style>{style}</style>").text.endswith("x")


def test_characters_of_our_own_stay_visible():
    assert loaded("<p>a\ufdd0b\ufdd1c\ufdd2d</p>").text.endswith("a\ufffdb\ufffdc\ufffdd")


def test_nested_items_have_their_level_and_the_items_they_stand_within():
    document = loaded(
        "<ul><li>Stop:<ul><li>aspirin</li></ul></li><li>Start:<ol><li>no <b>opioid</b></li></ol></li></ul>"
    )
    items = [b for b in document.blocks if b.kind is BlockKind.ITEM]
    assert [(b.level, [document.text[c.start : c.end] for c in b.context]) for b in items] == [
        (0, []), (1, ["• Stop:"]), (0, []), (1, ["• Start:"]),
    ]  # fmt: skip


def test_text_that_a_style_raises_or_lowers_is_written_so():
    document = loaded(
        "<p>10<span style='vertical-align: super'>9</span>/L, CO<span class='low'>2</span>, 3<i class='x'>4</i></p>",
        "<style>.low {vertical-align:sub} .x {vertical-align:middle} td {vertical-align:super}</style>",
    )
    assert blocks(document)[1:] == ["10⁹/L, CO₂, 34"]


def test_a_table_within_a_cell_leaves_the_others_below_their_header():
    document = loaded(
        "<table><tr><th>Drug</th><th>Dose</th></tr><tr><td>A</td><td><table><tr><td>5</td><td>mg</td></tr></table></td>"
        "</tr><tr><td>B</td><td>-7</td></tr></table>"
    )
    rows = [document.text[b.start : b.end] for b in document.blocks if b.kind is BlockKind.ROW]
    assert rows == ["Drug | Dose", "A | 5 mg", "B | -7"]
