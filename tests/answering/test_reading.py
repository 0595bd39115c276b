"""What is read: the best sentences, in their order, as one text or as few as may be."""

import dataclasses

import pytest

from calcqa.answering.reading import read, read_top, sheets
from calcqa.documents.markdown import load_markdown
from calcqa.index.open import open_index
from calcqa.models.reader import UNREAD, Marked, Reading
from calcqa.retrieval.retriever import Retriever
from calcqa.types import Span
from helpers.fakes import SentenceReader

TEXT = "# Case\n\nOne came. Two left. Three sat.\n\n## Course\n\nFour ate.\n\nHe took:\n\n- five pills\n- six drops\n"


@pytest.fixture(scope="module")
def document():
    return load_markdown(TEXT, "case.md").document


def spans(document, *texts):
    return [Span(at := document.text.index(text), at + len(text)) for text in texts]


def test_sentences_are_read_together_in_their_order_below_their_headings(document):
    chosen = spans(document, "Four ate.", "Three sat.", "One came.", "five pills", "six drops")
    (sheet,) = sheets(document, chosen)
    assert sheet.text.text == "One came. Three sat. Course: Four ate. He took: five pills six drops "
    assert sheet.sentences == tuple(sorted(chosen))
    for own, place in zip(sheet.sentences, sheet.text.sentences, strict=True):
        assert sheet.text.text[place.start : place.end] == document.text[own.start : own.end]


def test_what_is_too_long_to_be_read_at_once_is_read_in_parts_of_like_length(document, monkeypatch):
    monkeypatch.setattr("calcqa.answering.reading.SHEET_CHARACTERS", 20)
    chosen = spans(document, "One came.", "Two left.", "Three sat.", "Four ate.")
    read = list(sheets(document, chosen))
    assert [s for sheet in read for s in sheet.sentences] == chosen
    assert [len(sheet.sentences) for sheet in read] == [2, 2]
    assert list(sheets(document, [])) == []


def test_marks_go_to_the_sentences_they_were_made_of(small_index):
    index = open_index(small_index)
    passage = next(p for p in index.passages if len(p.sentences) > 2)
    ids = index.sentences_of(passage.id)
    seen = []

    class Reader:
        def read(self, question, passages):
            seen.extend(passages)
            marks = [tuple(Marked(s, 1.0, 2.0, 0.0, 0.5, 0.5) for s in p.sentences) for p in passages]
            return [Reading(p.id, None, 0.0, own) for p, own in zip(passages, marks, strict=True)]

    marks = read("What hurts?", [ids[2], ids[2], ids[1], *ids], index, Reader(), 2)
    assert set(marks) == {ids[1], ids[2]} and [len(p.sentences) for p in seen] == [2]
    assert all(mark.span == index.sentences[i].span for i, mark in marks.items())  # places in the document
    assert read("What hurts?", [], index, Reader(), 2) == {}


def test_a_question_mostly_in_other_words_is_also_read_in_those_of_the_text(tmp_path, build_small):
    path = tmp_path / "heart.md"
    path.write_text("# Heart\n\nEchocardiography showed an LVEF of 25 %. The wall was thin.", encoding="utf-8")
    index = open_index(build_small([path], tmp_path / "index").path)
    first, second = index.sentences
    asked = []

    class Reader:
        def read(self, question, passages):
            asked.append(question)
            score = 4.0 if "LVEF" in question else 2.0
            marks = [tuple(Marked(s, score, score, 0.0, score / 10, 0.5) for s in p.sentences) for p in passages]
            return [Reading(p.id, None, 0.0, own) for p, own in zip(passages, marks, strict=True)]

    marks = read("Ejection fraction?", [first, second], index, Reader(), 2)
    assert asked == ["Ejection fraction?", "LVEF?"]
    assert {(m.score, m.sentence_score) for m in marks.values()} == {(3.0, 3.0)}
    assert marks[first].answerable == pytest.approx(0.3) and marks[first].span == index.sentences[first].span
    asked.clear()
    read("Which wall was thin, and how low was the ejection fraction on that day?", [first], index, Reader(), 2)
    assert len(asked) == 1


def test_a_reader_that_knows_one_span_marks_its_sentence(small_index):
    index = open_index(small_index)
    first, second = next(index.sentences_of(p.id) for p in index.passages if len(p.sentences) > 1)[:2]

    class Reader:
        def read(self, question, passages):
            return [Reading(p.id, p.sentences[1], 0.7) for p in passages]

    marks = read("What hurts?", [first, second], index, Reader(), 2)
    assert marks[first] == UNREAD and marks[second].span == index.sentences[second].span


@pytest.mark.parametrize("most", [1, 2, 3])
def test_the_best_sentences_are_read_and_no_more(small_source, tmp_path, build_small, fake_encoder, most):
    index = open_index(build_small([small_source], tmp_path / "bare", sidecars=False).path)
    weights = dataclasses.replace(index.weights, read_sentences=most)
    found = Retriever(index, fake_encoder).retrieve("Which joint hurt?")
    reader = SentenceReader("x")
    read = read_top(found, index, reader, weights)
    best = sorted(found.candidates, key=lambda c: -c.by_itself(weights))
    assert set(read) == {c.sentences[0] for c in best[:most]} and len(reader.passages) == 1


def test_a_row_is_read_below_its_header(tmp_path, build_small, fake_encoder):
    path = tmp_path / "bloods.md"
    path.write_text("# Bloods\n\n| Test | Result |\n|---|---|\n| Potassium | 5.8 |\n| Lactate | 4.2 |\n| Urea | 9 |\n")
    index = open_index(build_small([path], tmp_path / "index").path)
    urea = next(i for i, s in index.sentences.items() if s.text.startswith("Urea"))
    reader = SentenceReader("Urea")
    read("How high was urea?", [urea], index, reader, 1)
    ((sheet,),) = reader.passages
    assert sheet.text.startswith("Test | Result: Urea | 9")
