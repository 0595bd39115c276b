"""Articles in JATS: metadata, sections, tables, formulas, references, and what XML of strangers may hold."""

import pytest

from calcqa.documents.jats import load_jats
from calcqa.errors import DocumentError
from calcqa.types import BlockKind
from helpers.documents import assert_one_form, blocks, section

FRONT = """
<journal-meta><journal-id journal-id-type="nlm-ta">J Inv Knees</journal-id><journal-title-group>
<journal-title>Journal of Invented Knees</journal-title></journal-title-group><issn>1234-5678</issn></journal-meta>
<article-meta><article-id pub-id-type="doi">10.1000/knee.7</article-id><title-group><article-title>A knee
<italic>in vitro</italic><xref ref-type="fn">*</xref></article-title><subtitle>Seven years on</subtitle></title-group>
<contrib-group><contrib contrib-type="author">
<name><surname>Roe</surname><given-names>Anna-Maria B.</given-names></name>
</contrib><contrib contrib-type="author"><collab>The Knee Group</collab></contrib><contrib contrib-type="editor"><name>
<surname>Ed</surname><given-names>X</given-names></name></contrib></contrib-group><aff>Hospital of 12 Beds</aff>
<pub-date pub-type="epub"><year>2012</year></pub-date><pub-date pub-type="ppub"><year>2011</year></pub-date>
<volume>5</volume><issue>2</issue><fpage>7</fpage><lpage>9</lpage><permissions><copyright-statement>© 2011 Roe
</copyright-statement><license xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="https://example.org/by">
<license-p>Free to share.</license-p></license></permissions><kwd-group><kwd>knee</kwd><kwd>fall</kwd></kwd-group>
<abstract><title>Summary</title><sec><title>Aim</title><p>To see 5 knees.</p></sec></abstract>
<abstract abstract-type="short"><p>To see 5 knees.</p></abstract>
<trans-abstract xml:lang="de"><p>Fünf Knie.</p></trans-abstract></article-meta>"""


def article(body="", back="", front="<article-meta/>"):
    return f"<article><front>{front}</front><body>{body}</body>{back}</article>".encode()


def loaded(*args, **kwargs):
    document = load_jats(article(*args, **kwargs), "knee.xml").document
    assert_one_form(document)
    return document


def of_kind(document, kind):
    return [document.text[b.start : b.end] for b in document.blocks if b.kind is kind]


def test_metadata_and_what_is_left_of_the_front_matter():
    document = loaded("<sec sec-type='methods'><title>Patients</title><p>Five.</p></sec>", front=FRONT)
    assert document.title == "A knee in vitro: Seven years on"
    assert document.metadata == {
        "journal": "Journal of Invented Knees",
        "journal_abbreviation": "J Inv Knees",
        "authors": "Roe AMB, The Knee Group",
        "year": "2011",
        "volume": "5",
        "issue": "2",
        "pages": "7–9",
        "doi": "10.1000/knee.7",
        "copyright": "© 2011 Roe",
        "licence": "Free to share. https://example.org/by",
        "keywords": "knee, fall",
        "section_kinds": "Patients: methods",
    }
    details = [d.text for d in document.dropped if d.reason == "publication details"]
    assert "1234-5678" in details and "Hospital of 12 Beds" in details and "2012" in details


def test_the_abstract_stands_once():
    document = loaded("<p>Body.</p>", front=FRONT)
    assert blocks(document)[1:] == ["Summary", "Aim", "To see 5 knees.", "Body."]
    left_out = [(d.text, d.reason) for d in document.dropped]
    assert ("To see 5 knees.", "repeated") in left_out and ("Fünf Knie.", "translation") in left_out


def test_sections_have_their_numbers_and_levels():
    document = loaded(
        "<sec><label>1.</label><title>Methods</title><sec><label>1.1</label><title>Drugs</title><p>"
        "None.</p></sec></sec>"
    )
    assert [(s.title, s.level) for s in document.sections[1:]] == [("1. Methods", 2), ("1.1 Drugs", 3)]


def test_blocks_within_a_paragraph_part_it():
    document = loaded(
        "<p>Given: <list list-type='roman-lower'><list-item><p>one</p><p>more</p></list-item><list-item>"
        "<label>b)</label>"
        "<p>two</p></list-item></list> and after it <disp-quote><p>She said no.</p></disp-quote></p>"
    )
    assert blocks(document)[1:] == ["Given:", "i. one more\nb) two", "and after it", "She said no."]
    assert of_kind(document, BlockKind.ITEM) == ["i. one more", "b) two"]


def test_tables_and_figures_with_their_labels():
    document = loaded(
        "<fig><label>Figure 1</label><caption><title>The knee</title><p>From the left.</p></caption><graphic/></fig>",
        "<floats-group><table-wrap><label>Table 1.</label><caption><p>Doses</p></caption><table><thead><tr>"
        "<th rowspan='2'>Drug</th><th colspan='2'>Dose</th></tr><tr><th>low</th><th>high</th></tr></thead><tbody><tr>"
        "<td rowspan='2'>A<xref ref-type='table-fn'>a</xref></td><td>5<break/>mg</td><td>10 mg</td></tr>"
        "<tr><td>6 mg</td><td>12<sup><xref ref-type='table-fn'>1</xref></sup></td></tr></tbody></table>"
        "<table-wrap-foot>"
        "<fn><label>a</label><p>By mouth.</p></fn></table-wrap-foot></table-wrap></floats-group>",
    )
    assert of_kind(document, BlockKind.CAPTION) == ["Figure 1: The knee. From the left.", "Table 1. Doses"]
    assert of_kind(document, BlockKind.ROW) == [
        "Drug | Dose |",
        "Drug | low | high",
        "Aᵃ | 5 mg | 10 mg",
        "Aᵃ | 6 mg | 12¹",
    ]
    last = next(b for b in document.blocks if document.text[b.start : b.end] == "Aᵃ | 6 mg | 12¹")
    context = [document.text[c.start : c.end] for c in last.context]
    assert context == ["Table 1. Doses", "Drug | Dose |\nDrug | low | high"]
    assert section(document, "Figures and tables").endswith("a By mouth.")


def test_references_thanks_and_notes():
    document = loaded(
        "<p>Rare [<xref ref-type='bibr'>1</xref>,<xref ref-type='bibr'>2</xref>] and seen"
        "<sup><xref ref-type='bibr'>3</xref><xref ref-type='bibr'>4</xref></sup>, says "
        "<xref ref-type='bibr'>Roe (2011)</xref>.</p>",
        "<back><ack><p>We thank 3 nurses.</p></ack><fn-group><fn fn-type='conflict'><p>None to "
        "declare.</p></fn></fn-group>"
        "<ref-list><ref><label>1</label><element-citation><person-group><name><surname>Roe</surname><given-names>Anna B"
        "</given-names></name><etal/></person-group><article-title>On knees?</article-title><source>Knee</source>"
        "<year>2011</year><volume>5</volume><issue>2</issue><fpage>7</fpage><lpage>9</lpage>"
        "<pub-id pub-id-type='doi'>10.1000/7</pub-id></element-citation></ref><ref><label>2.</label>"
        "<mixed-citation>Doe B. On <italic>falls</italic>. 1999.</mixed-citation></ref></ref-list></back>",
    )
    assert document.text.split("\n\n")[1] == "Rare [1,2] and seen3,4, says Roe (2011)."
    assert [document.text[r.start : r.end] for r in document.references] == ["[1,2]", "3,4"]
    assert of_kind(document, BlockKind.ACKNOWLEDGEMENT) == ["We thank 3 nurses.", "None to declare."]
    assert of_kind(document, BlockKind.REFERENCE) == [
        "1. Roe AB, et al. On knees? Knee. 2011;5(2):7–9. doi:10.1000/7",
        "2. Doe B. On falls. 1999.",
    ]


def test_formulas_are_text_or_reported():
    math = "http://www.w3.org/1998/Math/MathML"
    document = loaded(
        f"<p>Clearance <inline-formula><alternatives><math xmlns='{math}'><mi>x</mi><mo>=</mo><mfrac><mrow><mi>a</mi>"
        "<mo>−</mo><mn>5</mn></mrow><msup><mi>b</mi><mn>2</mn></msup></mfrac></math><tex-math>"
        "\\frac{a-5}{b^2}</tex-math>"
        "</alternatives></inline-formula> and <inline-formula><tex-math>\\documentclass{x}\\begin{document}$y \\le 7$"
        "\\end{document}</tex-math></inline-formula>.</p><disp-formula><graphic "
        "xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href='eq1.gif'/></disp-formula>"
    )
    assert blocks(document)[1:] == ["Clearance x = (a−5)/b² and y \\le 7."]
    assert ("\\frac{a-5}{b^2}", "the same formula in TeX") in [(d.text, d.reason) for d in document.dropped]
    assert ("eq1.gif", "formula as a picture") in [(d.text, d.reason) for d in document.dropped]


def test_what_comes_with_the_article_is_left_out():
    document = loaded("<p>Ours.</p>", "<sub-article><body><p>A review of 9 lines.</p></body></sub-article>")
    assert blocks(document)[1:] == ["Ours."]
    assert ("A review of 9 lines.", "another text that comes with the article") in [
        (d.text, d.reason) for d in document.dropped
    ]


def test_entities_are_characters_and_nothing_is_fetched(tmp_path):
    (tmp_path / "secret").write_text("do not read 77")
    doctype = f'<!DOCTYPE article SYSTEM "{tmp_path}/none.dtd" [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'
    body = article("<p>&#x003b1; &#12345; &le; 5 &mu;g &x;</p>").decode()
    document = load_jats(f"\n{doctype}{body}".encode(), "a.xml").document
    assert document.text.endswith("α 〹 ≤ 5 μg") and "77" not in document.text
    assert [(d.text, d.reason) for d in document.dropped] == [("&x;", "entity")]
    undeclared = load_jats(article("<p>&le; 5 &amp; &lt; 6</p>"), "a.xml").document
    assert undeclared.text.endswith("≤ 5 & < 6")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<html><body>x</body></html>", "no article in JATS"),
        (b"<article><front/><body><p>x", "no XML that can be read"),
        (article("<p>&other;</p>"), "not defined"),
        (article("<bold>" * 300 + "x" + "</bold>" * 300), "nested deeper than 256 levels"),
        (b"<set>" + article("<p>a</p>") + article("<p>b</p>") + b"</set>", "holds 2 articles"),
        (article(""), "has no text"),
        (
            b'<!DOCTYPE article [<!ENTITY a "lol">'
            + b"".join(b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
            + b"]>"
            + article("<p>&j;</p>"),
            "expand beyond bounds",
        ),
    ],
)
def test_what_cannot_be_read(data, message):
    with pytest.raises(DocumentError, match=message) as error:
        load_jats(data, "a.xml")
    assert "a.xml" in str(error.value)
