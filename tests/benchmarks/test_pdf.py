"""The measure of PDF against JATS: what counts as a fact kept, and as one lost."""

import pytest

pytest.importorskip("lxml")

from benchmarks.quality.pdf import Run, missing, read_article  # noqa: E402

JATS = """<article><front><article-meta><title-group><article-title>Hips</article-title></title-group>
<abstract><sec><title>Aim</title><p>None.</p></sec></abstract></article-meta></front>
<body><sec><title>Methods</title><p>Leucocytes were counted on the first day in all
of them, 12 × 10<sup>9</sup>/L <xref ref-type="bibr">7</xref> at most. Short one.</p></sec></body></article>"""


def lost(sentence, text):
    return [fact for fact, instead in missing(sentence, Run(text).cut(sentence)) if instead is not None]


def test_an_article_has_its_sentences_headings_and_titles(tmp_path):
    (tmp_path / "a.xml").write_text(JATS, encoding="utf-8")
    article = read_article(tmp_path / "a.xml")
    assert article.sentences == ("Leucocytes were counted on the first day in all of them, 12 × 10^9/L at most.",)
    assert article.headings == ("Methods",) and article.titles == {"hips", "aim", "methods"}


@pytest.mark.parametrize(
    "text, same",
    [
        ("We saw that P < 0.05 in all", True),
        ("We saw that P < 0.05 [12] in all", True),
        ("We saw that P<0.05 in all", True),
        ("We saw that P 50.05 in all", False),
        ("We saw that P > 0.05 in all", False),
        ("We saw that P < 0.0512 in all", False),
    ],
)
def test_a_fact_stands_whole_between_the_same_letters(text, same):
    assert lost("We saw that P < 0.05 in all", text) == ([] if same else [("<", "0.05")])


def test_a_power_is_no_part_of_its_number():
    assert not lost("about 10^9/L were seen", "about 10⁹/L were seen")
    assert lost("about 10^9/L were seen", "about 109/L were seen")
    assert not lost("of CO_2 there", "of CO₂ there") and lost("of CO_2 there", "of CO there")
