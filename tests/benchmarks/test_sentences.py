"""The benchmark of splitters: how boundaries are counted, and the places of those in real reports."""

import gzip
import json

import pytest

from benchmarks.quality import sentences
from benchmarks.quality.sentences import PLACES, Score, report_paragraphs, score
from calcqa.errors import InputError
from calcqa.types import Span, text_hash

TEXT = "It may occur.13 The rest. End.4"
GOLD = [Span(0, 13), Span(16, 25), Span(26, 30)]
PLACED = [json.loads(line) for line in PLACES.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        (GOLD, Score(2, 2, 2)),
        ([Span(0, 15), Span(16, 25), Span(26, 31)], Score(2, 2, 2)),  # the number with the sentence before it
        ([Span(0, 13), Span(13, 25), Span(26, 31)], Score(2, 2, 2)),  # or behind it
        ([Span(0, 13), Span(13, 15), Span(16, 31)], Score(1, 2, 2)),  # or alone: one boundary is found, not two
        ([Span(0, 31)], Score(0, 0, 2)),
        ([Span(0, 2), Span(3, 31)], Score(0, 1, 2)),
        ([*GOLD, Span(30, 31)], Score(2, 2, 2)),  # what stands behind the last sentence is not judged
    ],
)
def test_a_boundary_is_right_anywhere_between_its_sentences(spans, expected):
    assert score([(TEXT, GOLD)], lambda text: spans) == expected


def test_shares():
    measured = Score(3, 4, 6)
    assert (measured.precision, measured.recall, measured.f1) == (0.75, 0.5, 0.6)
    assert (Score(0, 0, 0).precision, Score(0, 0, 0).recall, Score(0, 0, 0).f1) == (1, 1, 1)


def test_places_of_real_reports_hold_no_text_and_are_in_order():
    assert {key for place in PLACED for key in place} == {"id", "sha256", "half", "start", "end", "sentences"}
    assert sum(len(p["sentences"]) for p in PLACED) >= 200 and {p["half"] for p in PLACED} == {
        "development",
        "held out",
    }
    for place in PLACED:
        edges = [edge for span in place["sentences"] for edge in span]
        assert edges == sorted(edges) and edges[0] >= 0 and edges[-1] <= place["end"] - place["start"]


def test_the_texts_are_read_by_their_places_and_must_be_the_same(tmp_path, monkeypatch):
    places, texts = tmp_path / "places.jsonl", tmp_path / "texts.jsonl.gz"
    place = {"id": "a", "sha256": text_hash("- One. Two."), "half": "held out", "start": 2, "end": 11}
    places.write_text(json.dumps({**place, "sentences": [[0, 4], [5, 9]]}), encoding="utf-8")
    monkeypatch.setattr(sentences, "PLACES", places)
    with gzip.open(texts, "wt", encoding="utf-8") as file:
        file.write(json.dumps({"_id": "a", "text": "- One. Two."}))
    assert report_paragraphs(texts) == [(True, ("One. Two.", [Span(0, 4), Span(5, 9)]))]
    with gzip.open(texts, "wt", encoding="utf-8") as file:
        file.write(json.dumps({"_id": "a", "text": "- One. Three."}))
    with pytest.raises(InputError, match="does not have the text of a"):
        report_paragraphs(texts)
