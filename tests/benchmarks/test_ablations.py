"""The ablations: which questions and texts are taken, what a variant changes, and the table that is made of it."""

import dataclasses

import pytest

from benchmarks.quality import ablations
from benchmarks.quality.ablations import Variant, chosen, measured, reordered, table
from calcqa.evaluation.datasets import load_dataset
from calcqa.parameters import Weights
from calcqa.types import Hit, Passage, Span
from helpers import forms
from helpers.fakes import SentenceReader


@pytest.fixture(scope="module")
def invented():
    return load_dataset(forms.INVENTED)


def test_questions_that_rank_nothing_are_left_out(invented):
    found = chosen(invented, 0, 0)
    assert len(found.queries) == 9 < len(invented.queries) and found.texts == invented.texts
    fewer = chosen(invented, 3, 3)
    assert len(fewer.queries) == 3 and {t for q in fewer.queries for t in q.relevant} <= {t.id for t in fewer.texts}
    assert len(fewer.texts) == 3


def test_a_variant_is_searched_with_its_weights_passages_and_reader(invented, real_encoder, tmp_path, monkeypatch):
    found = chosen(invented, 0, 0)
    variants = (
        Variant("as shipped"),
        Variant("words", {"plain_lexical": 800.0, "phrases": 0.0}),
        Variant("short", pieces=24),
        Variant("read", read=True),
    )
    seen = []
    original = ablations.judged

    def judged(queries, collection, encoder, weights, reader):
        index = collection.assistant.index
        seen.append((weights.plain_lexical, max(len(p.text.split()) for p in index.passages), reader))
        return original(queries, collection, encoder, weights, reader)

    monkeypatch.setattr(ablations, "judged", judged)
    reader = SentenceReader("no such word")
    rows = measured(found, variants, real_encoder, reader, tmp_path)
    assert list(rows) == [v.name for v in variants]
    assert all(len(values) == 9 for row in rows.values() for values in row.values())
    assert set(rows["as shipped"]) == {"within 250 words", "nDCG@10"}
    assert sum(rows["as shipped"]["nDCG@10"]) > 8
    weighed, longest, readers = zip(*seen, strict=True)
    assert weighed[1] == 800.0 and weighed[0] == weighed[2] < 1 and longest[2] <= 24 < longest[0]
    assert readers == (None, None, None, reader)
    assert "read" not in measured(found, variants[3:], real_encoder, None, tmp_path)


def test_a_reader_orders_by_its_best_sentence_beside_the_score():
    texts = ["It rained. Nothing else.", "The spleen weighed 210 grams.", "It snowed."]
    hits = []
    for rank, text in enumerate(texts, 1):
        spans = (Span(0, 10), Span(11, len(text))) if rank == 1 else (Span(0, len(text)),)
        passage = Passage(str(rank), "d", 0, len(text), text, (), spans)
        hits.append(Hit(passage, 1.0 - rank / 10, rank, 0.0, 0.0, 0.0, 0.0))
    weights = dataclasses.replace(Weights(), read_score=0.1, read_evidence=0.0)
    ordered = reordered("What did the spleen weigh?", hits, SentenceReader("spleen"), weights)
    assert [h.rank for h in ordered] == [2, 1, 3]
    unmoved = dataclasses.replace(weights, read_score=0.001)
    assert [h.rank for h in reordered("?", hits, SentenceReader("spleen"), unmoved)] == [1, 2, 3]


def test_a_table_marks_what_differs_from_the_first_row():
    rows = {"beans": {"as shipped": {"nDCG@10": [1.0, 1.0, 0.5, 1.0]}, "without": {"nDCG@10": [0.0, 0.0, 0.0, 0.5]}}}
    lines = table(rows, {"beans": ["a", "b", "c", "d"]})
    assert lines == ["| | beans, nDCG@10 |", "|---|---|", "| as shipped | 0.875 |", "| without | 0.125* |"]


def test_the_table_stands_between_its_marks_with_its_command(tmp_path, monkeypatch, real_encoder, capsys):
    monkeypatch.setattr(ablations, "load_encoder", lambda: real_encoder)
    monkeypatch.setattr(ablations, "find_reader", lambda: None)
    monkeypatch.setattr(ablations, "VARIANTS", (Variant("as shipped"), Variant("bare", {"phrases": 0.0})))
    document = tmp_path / "benchmarks.md"
    document.write_text(f"before\n{ablations.BEGIN}\nold\n{ablations.END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(ablations, "DOCUMENT", document)
    command = [
        str(forms.INVENTED.parent),
        "--sets",
        forms.INVENTED.name,
        "--limit",
        "4",
        "--cache",
        str(tmp_path / "c"),
    ]
    ablations.main(command)
    assert "| as shipped |" in capsys.readouterr().out and "old" in document.read_text(encoding="utf-8")
    ablations.main([*command, "--write"])
    text = document.read_text(encoding="utf-8")
    assert "| bare |" in text and "old" not in text and text.startswith("before") and text.endswith("after\n")
    assert "`python -m benchmarks.quality.ablations DATA --sets slices --limit 4`" in text
    ablations.main([*command, "--sets", "absent", forms.INVENTED.name])
    said = capsys.readouterr()
    assert "absent is not in" in said.err and "DATA --sets slices --limit 4`" in said.out
    with pytest.raises(SystemExit, match="none of the sets"):
        ablations.main([*command, "--sets", "absent"])
