"""Trains the reader listwise: which of a report's sentences answer a question, or that none does.

    python -m training.listwise CORPUS --questions train.jsonl --dev dev.jsonl --encoder FOLDER --out runs/reader

A question is read beside sixteen sentences of its report (`--sentences`): those that hold the answer, those that tempt,
and the nearest of the others by the encoder, one or two sheets in all. All these sentences and "none" compete in one
softmax, "none" with a logit of 0, a sentence with what the reader says of it and what the encoder does
(`models/reader.beside`): the reader learns what the encoder lacks. That must be an encoder that was not trained on the
report (`--crossed`), else the reader would trust it too much. Of one answerable question in five what answers is left
out. The loss of an answerable question is that of each group of its evidence (alternatives counted together, the other
groups left out), that of a near miss the loss of "none". Facts teach the span heads as before. To every third step a
batch of the old mixture (`training/train.py`) is added, so that what it taught is kept. With `--otherwise` some
questions are said in other words, and some turned to what the report does not speak of (`case_reports/otherwise.py`).
Training begins with the weights that ship, or a run's.
"""

from __future__ import annotations

import argparse
import functools
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from calcqa.evaluation.measures.estimates import auroc
from calcqa.models.reader import beside
from calcqa.models.windows import Pieces
from calcqa.parameters import DEFAULTS
from training.beginning import begin, quick
from training.case_reports.otherwise import Wording
from training.case_reports.reports import Question, half, read_reports
from training.case_reports.texts import read_corpus
from training.encoder.model import EncoderModel
from training.features import base_folder, tensors
from training.from_export import load_export
from training.model import ReaderModel, losses, parameter_groups
from training.pages import Item, Page, items_of, pages, taught, without_answer
from training.schedule import rate
from training.scoring import load_checkpoint
from training.telling import log

WIDTH = 512  # word pieces of a window: a sheet and a question fit into one
_SPAN = 0.3  # weight of the span loss
_LEFT_OUT = 0.2  # of the questions, those that are asked of their report without what answers
_TOGETHER = 12  # pages of a batch


def forward(model: ReaderModel, read: Sequence[Page]) -> list[tuple[Tensor, ...]]:
    """Return what the model gives of each page: start, end, piece and whole. Pages of like length share a batch."""
    order = sorted(range(len(read)), key=lambda i: len(read[i].window.ids))
    given: dict[int, tuple[Tensor, ...]] = {}
    for at in range(0, len(order), _TOGETHER):
        rows = order[at : at + _TOGETHER]
        with quick(model.training):
            outputs = [o.float() for o in model(**tensors([read[i].window for i in rows]))]
        given |= {i: tuple(o[row] for o in outputs) for row, i in enumerate(rows)}
    return [given[i] for i in range(len(read))]


def sentence_logits(
    read: Sequence[Page], outputs: Sequence[tuple[Tensor, ...]], cosines: Sequence[float]
) -> dict[int, Tensor]:
    """Return the logit of each sentence on these pages, by its number: what was read beside what the encoder says."""
    logits: dict[int, Tensor] = {}
    for one, (_, _, piece, whole) in zip(read, outputs, strict=True):
        owners = torch.tensor(one.sentences)
        part = piece[one.window.at : one.window.at + len(one.sentences)]
        for number in sorted(set(one.sentences) - {-1}):
            logits[number] = whole + part[owners == number].mean() + beside(cosines[number])
    return logits


def listwise(logits: dict[int, Tensor], question: Question) -> Tensor:
    """Return the loss of one question over the sentences that were read and "none"."""
    none = torch.zeros(())
    groups = [present for g in question.groups if (present := g & logits.keys())]
    if not groups:
        return torch.logsumexp(torch.stack([none, *logits.values()]), 0)
    gold = frozenset().union(*question.groups)
    rest = [none, *(v for i, v in logits.items() if i not in gold)]
    parts = []
    for group in groups:
        right = [logits[i] for i in group]
        parts.append(torch.logsumexp(torch.stack([*right, *rest]), 0) - torch.logsumexp(torch.stack(right), 0))
    return torch.stack(parts).mean()


def span_loss(outputs: Sequence[tuple[Tensor, ...]], read: Sequence[Page]) -> Tensor:
    """Return how wrong the span heads are about where the facts stand, or that there are none."""
    total = torch.zeros(())
    for one, (start, end, _, _) in zip(read, outputs, strict=True):
        for logits, gold in ((start, one.starts), (end, one.ends)):
            total = total + torch.logsumexp(logits, 0) - torch.logsumexp(logits[sorted(set(gold))], 0)
    return total / (2 * len(read))


@torch.no_grad()
def measure(
    model: ReaderModel, items: Sequence[Item], pieces: Pieces, most: int = DEFAULTS.read_sentences
) -> dict[str, float]:
    """Return where the answer stands among the `most` sentences that are read, and how well "none" is told (AUROC)."""
    model.eval()
    first, three, answerable, near = [], [], [], []
    for item in items:
        read = pages(item, item.order[:most], pieces)
        logits = sentence_logits(read, forward(model, read), item.cosines)
        ranked = sorted(logits, key=lambda i: -float(logits[i]))
        odds = float(torch.logsumexp(torch.stack(list(logits.values())), 0))
        if item.question.groups:
            first.append(bool(ranked and ranked[0] in item.question.gold))
            three.append(bool(set(ranked[:3]) & item.question.gold))
            answerable.append(odds)
        else:
            near.append(odds)
    refused = [odds <= 0 for odds in near]
    figures = {"first": float(np.mean(first)), "in_3": float(np.mean(three))}
    figures |= {"auroc": auroc(answerable, near, resamples=1).value or 0.0}
    figures |= {"answered_at_0": float(np.mean(np.array(answerable) > 0)), "refused_at_0": float(np.mean(refused or 0))}
    return {name: round(value, 4) for name, value in figures.items()} | {"questions": len(items)}


def train(
    model: ReaderModel, items: list[Item], dev: Sequence[Item], pieces: Pieces, given: argparse.Namespace
) -> None:
    """Train, measure on dev now and then, and keep checkpoints."""
    rng = random.Random(given.seed)
    mixture = _mixture(given) if given.data else None
    optimiser = torch.optim.AdamW(parameter_groups(model, given.rate, 0.95, 0.01), betas=(0.9, 0.98), fused=True)
    order = [i for _ in range(given.epochs) for i in rng.sample(range(len(items)), len(items))]
    steps, step, begun = given.steps or len(order) // given.batch, 0, time.monotonic()
    checkpoint = given.out / "checkpoint.pt"
    if given.resume and checkpoint.is_file():
        state = torch.load(checkpoint, map_location="cpu", weights_only=True)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        step = int(state["step"])
        for group, fresh in zip(optimiser.param_groups, parameter_groups(model, given.rate, 0.95, 0.01), strict=True):
            group["base_lr"] = fresh["base_lr"]  # that of this call

    def note(**entry: Any) -> None:
        log(given.out, step=step, of=steps, minutes=round((time.monotonic() - begun) / 60, 1), **entry)

    def save() -> None:
        state = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step}
        torch.save(
            state | {"settings": {"pieces": WIDTH, "headings": True}, "average": {}}, checkpoint.with_suffix(".tmp")
        )
        checkpoint.with_suffix(".tmp").replace(checkpoint)

    losses_so_far: list[tuple[float, float]] = []
    while step < steps:
        model.train()
        draws = random.Random(f"{given.seed}/{step}")
        for group in optimiser.param_groups:
            group["lr"] = group["base_lr"] * rate((step + 1) / (steps + 1))
        drawn = [items[order[i % len(order)]] for i in range(step * given.batch, (step + 1) * given.batch)]
        drawn = [without_answer(item) if draws.random() < _LEFT_OUT else item for item in drawn]
        sets = [pages(item, taught(item, draws, given.sentences), pieces) for item in drawn]
        outputs = forward(model, [page for own in sets for page in own])
        total = torch.zeros(())
        for item, read in zip(drawn, sets, strict=True):
            own, outputs = outputs[: len(read)], outputs[len(read) :]
            parts = listwise(sentence_logits(read, own, item.cosines), item.question), span_loss(own, read)
            losses_so_far.append((float(parts[0].detach()), float(parts[1].detach())))
            total = total + (parts[0] + _SPAN * parts[1]) / given.batch
        total.backward()  # type: ignore[no-untyped-call]
        if mixture and step % 3 == 0:
            batch = mixture.next_batch()
            inputs = (batch[name] for name in ("input_ids", "attention_mask", "token_type_ids"))
            with quick():
                given_back = model(*inputs)
            span, evidence = losses(given_back, batch)
            (0.5 * (span + evidence)).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        step += 1
        if step % 20 == 0:
            recent = losses_so_far[-20 * given.batch :]
            note(listwise=round(float(np.mean([a for a, _ in recent])), 4),
                 span=round(float(np.mean([b for _, b in recent])), 4))  # fmt: skip
        if step % given.measure_every == 0 or step == steps:
            note(**measure(model, dev, pieces, given.sentences))
            save()


def _mixture(given: argparse.Namespace) -> Any:
    from training.data import training_and_dev
    from training.mixture import Mixture, MixtureSettings

    sets, _, _ = training_and_dev(given.data, True, given.fold, given.folds)
    narrow = Pieces(base_folder() / "tokenizer.json", 256)
    return Mixture(sets, narrow, MixtureSettings(batch=8, seed=given.seed), given.out.parent / "cache")


def main() -> None:
    """Read what is given, and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--questions", type=Path, nargs="+", required=True)
    parser.add_argument("--dev", type=Path, nargs="+", required=True)
    parser.add_argument("--encoder", type=Path, required=True, help="the folder of the fine-tuned encoder")
    parser.add_argument(
        "--crossed", type=Path, nargs=2, metavar=("FIRST", "SECOND"),
        help="encoders trained with --half 0 and --half 1: each gives the cosines of the half it has not seen",
    )  # fmt: skip
    parser.add_argument(
        "--also", type=Path, nargs=2, action="append", default=[], metavar=("CORPUS", "QUESTIONS"),
        help="further texts with questions, which --encoder was not trained on; given twice, they count twice",
    )  # fmt: skip
    parser.add_argument("--otherwise", action="store_true", help="change the words of some questions")
    parser.add_argument("--reader", type=Path, default=Path("src/calcqa/weights/reader"), help="to begin with")
    parser.add_argument("--data", type=Path, help="the data of the old mixture; without, it is left out")
    parser.add_argument("--fold", type=int, default=0)
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--steps", type=int, help="instead of epochs")
    parser.add_argument("--batch", type=int, default=4, help="questions a step")
    parser.add_argument("--rate", type=float, default=5e-5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sentences", type=int, default=DEFAULTS.read_sentences, help="that a question is read beside")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--measure-every", type=int, default=200)
    parser.add_argument("--most-dev", type=int, default=400)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    begin(given)
    encoder, texts = EncoderModel(given.encoder), read_corpus(given.corpus)
    reports, dev_reports = (read_reports(texts, paths, encoder.count) for paths in (given.questions, given.dev))
    crossed = [EncoderModel(folder) for folder in given.crossed or ()]
    change = functools.partial(Wording().changed, seed=given.seed) if given.otherwise else lambda report: report
    reports = list(map(change, reports))
    by = [(half(reports, 1 - i), other) for i, other in enumerate(crossed)] or [(reports, encoder)]
    items = [item for own, other in by for item in items_of(own, other)]
    for corpus, questions in given.also:
        further = read_reports(read_corpus(corpus), [questions], encoder.count)
        items += items_of(list(map(change, further)), encoder)
    dev = items_of(dev_reports, encoder)
    pieces = Pieces(base_folder() / "tokenizer.json", WIDTH)
    dev = random.Random(0).sample(dev, min(given.most_dev, len(dev)))
    is_run = (given.reader / "checkpoint.pt").is_file()
    model = load_checkpoint(given.reader)[0] if is_run else load_export(given.reader)
    train(model, items, dev, pieces, given)


if __name__ == "__main__":
    main()
