"""Listwise training of the reader, and the encoder's losses, by worked examples."""

import math
import random
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from calcqa.answering.reading import sheets
from calcqa.models.windows import Pieces
from calcqa.parameters import BESIDE, BESIDE_FROM, DEFAULTS
from training.case_reports.reports import Question, half, make_report
from training.encoder.model import late_scores
from training.encoder.train import chosen_sentences
from training.export import differences
from training.features import base_folder
from training.from_export import load_export
from training.listwise import listwise, sentence_logits
from training.pages import Item, pages, taught, without_answer

TEXT = "Case report\n\nA 41-year-old sailor came with a swollen toe. He took colchicine for ten days.\n\nHe sailed on."
READER = Path(__file__).parents[2] / "src/calcqa/weights/reader"


def question(*groups, tempting=(), facts=()):
    record = {"facts": [list(f) for f in facts]}
    return Question("q", ("How long?",), tuple(map(frozenset, groups)), frozenset(tempting), record)


def test_all_alternatives_compete_together_with_none():
    logits = {0: torch.tensor(math.log(3.0)), 1: torch.tensor(math.log(2.0)), 2: torch.tensor(math.log(4.0))}
    assert listwise(logits, question()).item() == pytest.approx(math.log(10))  # none: 1 of 1 + 3 + 2 + 4
    assert listwise(logits, question({0, 1})).item() == pytest.approx(math.log(10 / 5))
    # Of two groups each competes without the other.
    both = (math.log((3 + 1 + 4) / 3) + math.log((2 + 1 + 4) / 2)) / 2
    assert listwise(logits, question({0}, {1})).item() == pytest.approx(both)
    assert listwise(logits, question({0}, {9})).item() == pytest.approx(math.log((3 + 1 + 2 + 4) / 3))  # 9 was not read


def test_late_interaction_is_the_mean_of_the_best_cosines():
    asked = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]])
    told = torch.tensor([[[0.6, 0.8], [1.0, 0.0]], [[0.0, -1.0], [0.8, 0.6]]])
    words = torch.tensor([[True, True], [True, False]])
    mask = torch.tensor([[True, True, False]])
    assert late_scores(asked, mask, told, words).tolist() == [[pytest.approx(0.9), pytest.approx(-0.5)]]


def test_halves_are_apart_and_together_all():
    assert [*half([1, 2, 3], 0), *half([1, 2, 3], 1)] == [1, 2, 3] and half([1, 2, 3, 4], 1) == [3, 4]


def test_a_batch_holds_gold_tempting_and_other_sentences():
    questions = [question({3}, tempting=[7]), question(tempting=[8])]
    report = SimpleNamespace(texts=["x"] * 200, questions=questions)
    chosen = chosen_sentences(report, questions[:1], random.Random(0))
    assert {3, 7, 8} <= set(chosen) and len(chosen) == len(set(chosen)) == 48


@pytest.mark.models
def test_a_page_knows_the_sentence_of_each_piece_and_where_facts_stand():
    pieces = Pieces(base_folder() / "tokenizer.json", 384)
    report = make_report("r", TEXT, [], lambda text: len(text.split()))
    item = Item(report, question({1}, facts=[["ten\\s+days"]]), (0.9, 0.6, 0.5))
    (page,) = pages(item, [2, 1], pieces)
    (sheet,) = sheets(report.document, [report.sentences[1], report.sentences[2]])
    assert set(page.sentences) == {-1, 1, 2}  # in none stands the heading
    (start,), (end,) = page.starts, page.ends
    offsets = page.window.offsets
    assert sheet.text.text[offsets[start - page.window.at][0] : offsets[end - page.window.at][1]] == "ten days"
    text = pieces.tokeniser.decode(page.window.ids, skip_special_tokens=False)
    assert text.startswith("[CLS] how long? [SEP] case report : he took colchicine")
    (other,) = pages(item, [2], pieces)
    assert (other.starts, other.ends) == ((0,), (0,))
    row = torch.arange(float(len(page.window.ids)))
    logits = sentence_logits([page], [(row, row, row, torch.tensor(0.5))], item.cosines)
    at = page.window.at
    mean = sum(at + i for i, s in enumerate(page.sentences) if s == 1) / page.sentences.count(1)
    assert logits[1].item() == pytest.approx(mean + 0.5 + BESIDE * (0.6 - BESIDE_FROM)) and set(logits) == {1, 2}


def test_a_question_is_taught_beside_what_answers_what_tempts_and_what_is_near():
    item = Item(SimpleNamespace(), question({40}, {41}, tempting=[3, 40, 5, 6, 7]), tuple(-float(n) for n in range(50)))
    chosen = [taught(item, random.Random(seed)) for seed in range(9)]
    assert all(c[:5] == [40, 41, 3, 5, 6] and len(set(c)) == DEFAULTS.read_sentences for c in chosen)
    assert len(taught(item, random.Random(0), 6)) == 6  # as many as are asked for
    others = [i for c in chosen for i in c[5:]]
    assert len(set(map(tuple, chosen))) > 5 and sum(others) / len(others) < 15  # the nearer the likelier


def test_a_question_without_its_answer_shows_it_nowhere():
    report = make_report("r", TEXT, [], lambda text: len(text.split()))
    left = without_answer(Item(report, question({1}, tempting=[0, 1]), (0.9, 0.5, 0.8)))
    assert left.question.groups == () and left.question.tempting == {0} and left.order == [0, 2]
    assert sorted(taught(left, random.Random(0))) == [0, 2]


@pytest.mark.models
def test_the_shipped_reader_comes_back_as_a_network_that_reads_alike():
    model = load_export(READER).eval()
    apart = differences(model, Pieces(READER / "tokenizer.json", 256), READER / "model.onnx")
    assert max(apart.values()) < 2  # logits: its activations are quantised on the fly, the network's are not
