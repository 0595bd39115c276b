"""The reader's training, as far as it needs no data: windows, golds, folds, what is held back, losses, the mixture."""

import math
import random
import re

import pytest
import torch

from calcqa.models.windows import Pieces, Window
from training.data import Example, Held, Question, split_fold
from training.features import base_folder, collate, feature, positions
from training.mixture import Cycle
from training.model import losses
from training.perturbing import perturbed
from training.schedule import Run, progress, rate

CONTEXT = (
    "The first cases came from Göttingen. "
    + "Nothing else was seen for a long time. " * 60
    + "The last came from Łódź."
)


@pytest.fixture(scope="module")
def pieces():
    return Pieces(base_folder() / "tokenizer.json", 128)


def example(answer, context=CONTEXT):
    start = context.index(answer)
    return Example("x", "Where?", context, ((start, start + len(answer)),), label=True, spans=True)


@pytest.mark.models
@pytest.mark.parametrize("answer", ["Göttingen", "Łódź", "The first cases"])
def test_a_gold_comes_back_from_its_pieces(pieces, answer):
    wanted = example(answer)
    question, context = pieces.encode([wanted.question, wanted.context])
    windows = pieces.windows(question, context)
    assert len(windows) > 3 and all(len(w.ids) <= 128 for w in windows)
    covered = {at for w in windows for at in w.offsets}
    assert covered == set(context.offsets)  # no piece is lost between windows
    found = [(w, p) for w in windows if (p := positions(w, *wanted.answers[0]))]
    for window, (first, last) in found:
        assert CONTEXT[window.offsets[first - window.at][0] : window.offsets[last - window.at][1]] == answer
    assert found


@pytest.mark.models
def test_a_window_without_the_answer_teaches_that_there_is_none(pieces):
    wanted = example("Łódź")
    windows = pieces.windows(*pieces.encode([wanted.question, wanted.context]))
    always, never = (feature(wanted, windows, random.Random(1), answerless=rate) for rate in (1.0, 0.0))
    assert (any(always.labels), always.starts, always.ends) == (False, [0], [0])
    assert any(never.labels) and never.starts[0] >= never.window.at


def test_folds_share_no_article_and_leave_nothing_out():
    questions = [Question(f"q{i}", "?", "text", (), f"article{i % 7}-{i}") for i in range(50)]
    inside, outside = split_fold(questions, 0, 2)
    assert {q.id for q in inside} | {q.id for q in outside} == {q.id for q in questions}
    assert not {q.group.split("-")[0] for q in inside} & {q.group.split("-")[0] for q in outside}
    assert abs(len(inside) - len(outside)) < 10


def test_what_is_measured_is_not_trained_on():
    passage = " ".join(f"word{i}" for i in range(60))
    held = Held([Question("q", "What is held?", passage, (), "d")])
    other = " ".join(f"other{i}" for i in range(60))
    made = {
        "same question": Example("a", "what is HELD", other, (), True, spans=True),
        "same passage": Example("b", "What else?", passage, (), True, spans=True),
        "neither": Example("c", "What else?", other, (), True, spans=True),
    }
    assert {name: held.overlaps(e) for name, e in made.items()} == {
        "same question": True,
        "same passage": True,
        "neither": False,
    }


def test_the_losses_by_hand():
    # One row, three positions, equal logits: a gold of one position costs log 3, two golds together log 3 - log 2. The
    # second row teaches no span and still counts in the mean.
    flat = torch.zeros(2, 3)
    starts = torch.tensor([[False, True, False], [True, False, False]])
    ends = torch.tensor([[False, True, True], [True, False, False]])
    # The first row has two sentences, of one piece and of two; the second has one. Logits are 1 + 0, 1 + 2 and -1 + 0.
    piece, whole = torch.tensor([[0.0, 1.0, 3.0], [9.0, 0.0, 0.0]]), torch.tensor([1.0, -1.0])
    segments = torch.tensor([[0, 1, 1], [-1, 0, 0]])
    labels = torch.tensor([[1.0, 0.0], [0.0, -1.0]])
    batch = {"starts": starts, "ends": ends, "spans": torch.tensor([1.0, 0.0]), "labels": labels, "segments": segments}
    span, evidence = losses((flat, flat, piece, whole), batch)
    assert span.item() == pytest.approx((math.log(3) + math.log(3) - math.log(2)) / 2 / 2)
    first = (math.log(1 + math.exp(-1)) + math.log(1 + math.exp(3))) / 2
    assert evidence.item() == pytest.approx((first + math.log(1 + math.exp(-1))) / 2)


def test_sentences_and_which_of_them_answer():
    text = "It was cold. The dog bit him. Nobody saw it."
    offsets = [m.span() for m in re.finditer(r"\w+|\.", text)]
    window = Window([0] * (len(offsets) + 3), 2, offsets)
    start = text.index("dog")
    bitten = Example("x", "What bit him?", text, ((start, start + 3),), label=True, spans=True)
    made = feature(bitten, [window], random.Random(0), 0.0)
    assert made.segments == [0] * 4 + [1] * 5 + [2] * 4 and made.labels == [False, True, False]
    alone = Example("x", "What bit him?", text, (), label=True, spans=False)
    made = feature(alone, [window], random.Random(0), 0.0)
    assert set(made.segments) == {0} and made.labels == [True] and not made.spans
    batch = collate([made, feature(bitten, [window], random.Random(0), 0.0)])
    assert batch["segments"][1].tolist() == [-1, -1, *[0] * 4, *[1] * 5, *[2] * 4, -1]
    assert batch["labels"].tolist() == [[1, -1, -1], [0, 1, 0]]


def test_the_rate_rises_and_falls_to_nothing_by_steps_or_by_the_clock():
    assert [rate(p) for p in (0.03, 0.06, 0.3, 0.6, 0.8, 1.0)] == pytest.approx([0.5, 1, 1, 1, 0.5, 0])
    assert progress(Run(step=49, elapsed=60, total=99), minutes=10) == pytest.approx(0.5)
    assert progress(Run(step=4, elapsed=540, total=99), minutes=10) == pytest.approx(0.9)


def test_a_cycle_shows_everything_once_a_round_and_continues_where_it_stood():
    items = list(range(10))
    cycle = Cycle(items, "seed")
    first, second = [next(cycle) for _ in items], [next(cycle) for _ in items]
    assert sorted(first) == sorted(second) == items and first != second
    again = Cycle(items, "seed")
    again.at = 10
    assert [next(again) for _ in items] == second


@pytest.mark.parametrize(
    ("question", "context", "made"),
    [
        ("How many came in 1911?", "In 1911 came ten, in 1923 only two.", {"How many came in 1923?"}),
        ("Who met Anna in Bonn?", "There in Bonn was Karl, who met Anna; in Trier, Ida.",
         {"Who met Anna in Trier?", "Who met Anna in Ida?", "Who met Anna in Karl?", "Who met Karl in Bonn?",
          "Who met Trier in Bonn?", "Who met Ida in Bonn?"}),
        ("What was the largest?", "It was the largest.", {"What was the smallest?"}),
    ],
)  # fmt: skip
def test_a_question_is_turned_into_a_near_miss(question, context, made):
    found = {perturbed(question, context, random.Random(seed)) for seed in range(40)}
    assert found == made


def test_a_question_that_hangs_on_nothing_stays():
    assert {perturbed("Where?", "Here.", random.Random(seed)) for seed in range(9)} == {None}
