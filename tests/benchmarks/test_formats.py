"""The measure of formats: what counts as lost, as out of order, and as kept of an article and of a page."""

import random

import pytest

pytest.importorskip("lxml")

from benchmarks.quality import formats  # noqa: E402

JATS = """<article><front><article-meta><title-group><article-title>Hips</article-title></title-group></article-meta>
</front><body><sec><title>Methods</title><p>Leucocytes were counted on the first day in all
of them, 12 × 10<sup>9</sup>/L<xref ref-type="bibr" rid="b">7</xref><xref ref-type="bibr" rid="c">8</xref> at most.</p>
</sec></body></article>"""


def test_what_stands_elsewhere_is_out_of_order_and_not_lost():
    assert formats.missing(["5", "mg", "no"], ["no", "5", "mg"]) == 0
    assert formats.out_of_order(["5", "mg", "no"], ["no", "5", "mg"]) == 1
    assert formats.missing(["5", "5"], ["5"]) == formats.out_of_order(["5", "5"], ["5"]) == 1


def test_an_article_is_kept_whole(tmp_path):
    (tmp_path / "a.xml").write_text(JATS, encoding="utf-8")
    counts = formats.measure_article(tmp_path / "a.xml")
    assert counts["sentences"] == counts["words"] == counts["headings"] == counts["alone"] == 1
    assert counts["facts"] > 3 and counts["missing"] == 0 and counts["references"] == 1


def test_a_reader_that_gives_nothing_loses_all_and_one_that_gives_markup_hides_nothing():
    documents = formats.drawn(10)
    nothing = formats.measure_reader(documents, ".html", lambda data: "")
    assert nothing["lost"] == nothing["moved"] == nothing["facts"] > 0 and nothing["valid"] == nothing["fused"] == 0
    assert formats.measure_reader(documents, ".jsonl", lambda data: "109/L")["fused"] == len(documents)


def test_pages_have_sentences_and_furniture():
    source, sentences = formats.page(1, random.Random(1))
    assert sentences and all(sentence in source for sentence in sentences) and "Menu sodium" in source
    kept, count, left = formats.measure_pages(bytes.decode)
    assert kept == count > 100 and left > 100
