"""What is read: the best sentences, each with the one before it, and no more of their passages."""

import dataclasses
import itertools

import pytest

from calcqa.answering.reading import excerpts, read, read_top
from calcqa.index.open import open_index
from calcqa.models.reader import UNREAD, Reading
from calcqa.retrieval.retriever import Retriever
from calcqa.types import Passage, Span
from helpers.fakes import SentenceReader

TEXT = "One came. Two left. Three sat. Four ate. Five slept."
SENTENCES = tuple(Span(*at) for at in ((0, 9), (10, 19), (20, 30), (31, 40), (41, 52)))
PASSAGE = Passage(
    "d:100-152", "d", 100, 152, TEXT, ("Case",), tuple(Span(s.start + 100, s.end + 100) for s in SENTENCES)
)


@pytest.mark.parametrize(
    ("numbers", "texts"),
    [
        ([0], ["One came."]),
        ([1], ["One came. Two left."]),
        ([4, 1], ["One came. Two left.", "Four ate. Five slept."]),
        ([1, 3], ["One came. Two left. Three sat. Four ate."]),
        ([2, 2], ["Two left. Three sat."]),
        ([], []),
    ],
)
def test_a_sentence_is_read_with_the_one_before_it(numbers, texts):
    cuts = list(excerpts(PASSAGE, numbers))
    assert [text.text for text, _ in cuts] == texts
    for text, at in cuts:
        assert text.sentences == PASSAGE.sentences[at] and text.headings == ("Case",)
        assert (text.start, text.end) == (text.sentences[0].start, text.sentences[-1].end)
        assert text.text == TEXT[text.start - 100 : text.end - 100] and text.id == f"d:{text.start}-{text.end}"


def test_marks_go_to_the_sentences_they_were_made_of(small_index):
    index = open_index(small_index)
    passage = next(p for p in index.passages if len(p.sentences) > 2)
    ids = index.sentences_of(passage.id)
    seen = []

    class Reader:
        def read(self, question, passages):
            seen.extend(passages)
            return [Reading(p.id, None, 0.0, (UNREAD,) * len(p.sentences)) for p in passages]

    marks = read("What hurts?", [ids[2], ids[2], ids[1], *ids], index, Reader(), 2)
    assert set(marks) == set(ids[:3]) and [len(p.sentences) for p in seen] == [3]
    assert read("What hurts?", [], index, Reader(), 2) == {}


@pytest.mark.parametrize("most", [1, 2, 3])
def test_the_best_sentences_are_read_and_no_more(small_source, tmp_path, build_small, fake_encoder, most):
    index = open_index(build_small([small_source], tmp_path / "bare", sidecars=False).path)
    weights = dataclasses.replace(index.weights, read_sentences=most)
    found = Retriever(index, fake_encoder).retrieve("Which joint hurt?")
    reader = SentenceReader("x")
    read = read_top(found, index, reader, weights)
    best = sorted(found.candidates, key=lambda c: -c.by_itself(weights))
    chosen = {c.sentences[0] for c in best[:most]}
    runs = [index.sentences_of(p.id) for p in index.passages]
    before = {b for ids in runs for b, i in itertools.pairwise(ids) if i in chosen}
    assert set(read) == chosen | before and len(reader.passages) == 1


def test_a_row_is_read_below_its_header(tmp_path, build_small, fake_encoder):
    path = tmp_path / "bloods.md"
    path.write_text("# Bloods\n\n| Test | Result |\n|---|---|\n| Potassium | 5.8 |\n| Lactate | 4.2 |\n| Urea | 9 |\n")
    index = open_index(build_small([path], tmp_path / "index").path)
    urea = next(i for i, s in index.sentences.items() if s.text.startswith("Urea"))
    reader = SentenceReader("Urea")
    read("How high was urea?", [urea], index, reader, 1)
    ((excerpt,),) = reader.passages
    assert "Test" not in excerpt.text and excerpt.headings[-1] == "Test | Result"
