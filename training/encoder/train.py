"""Fine-tunes the encoder on questions over case reports.

    python -m training.encoder.train CORPUS --questions train.jsonl --dev dev.jsonl --out runs/encoder

A batch is a dozen questions of one report against some of its sentences: those that answer, those that tempt, and
others at random. The loss is the cross-entropy of all gold sentences together
(the marginal likelihood of Clark and Gardner 2018), by single vectors and by late interaction. `--pairs` adds batches
of questions that have one answer (FAQ entries), so that matching questions with questions does not suffer.
The rate rises over the first tenth of the run and falls to nothing. The model is written after every epoch.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from training.beginning import begin
from training.case_reports.reports import Question, Report, half, read_reports
from training.case_reports.texts import read_corpus
from training.encoder.measure import ranks
from training.encoder.model import EncoderModel, late_scores
from training.features import base_folder
from training.telling import log

_QUESTIONS, _SENTENCES = 12, 48  # of a batch
_SINGLE, _LATE = 20.0, 30.0  # what cosines are multiplied by before the softmax
_RISE = 0.1  # of the run


def batches(reports: Sequence[Report], rng: random.Random) -> list[tuple[Report, list[Question]]]:
    """Return the batches of an epoch: the answerable questions of each report, cut into dozens, in random order."""
    result = []
    for report in reports:
        questions = [q for q in report.questions if q.groups and not q.record.get("leans")]
        rng.shuffle(questions)
        result += [(report, questions[at : at + _QUESTIONS]) for at in range(0, len(questions), _QUESTIONS)]
    rng.shuffle(result)
    return result


def chosen_sentences(report: Report, questions: Sequence[Question], rng: random.Random) -> list[int]:
    """Return the numbers of the sentences of a batch: gold and tempting ones, and others at random."""
    gold = frozenset().union(*(q.gold for q in questions))
    tempting = sorted(frozenset().union(*(q.tempting for q in report.questions)) - gold)
    rng.shuffle(tempting)
    chosen = [*sorted(gold), *tempting[: _SENTENCES // 4]]
    rest = sorted(set(range(len(report.texts))) - set(chosen))
    return chosen + rng.sample(rest, min(len(rest), max(0, _SENTENCES - len(chosen))))


def loss_of(model: EncoderModel, asked: Sequence[str], told: Sequence[str], gold: Tensor) -> Tensor:
    """Return the loss of questions against sentences; `gold` is a mask of shape (questions, sentences)."""
    q_single, q_tokens, q_words = model(model.tokens(asked))
    s_single, s_tokens, s_words = model(model.tokens(told))
    single = _SINGLE * q_single @ s_single.T
    late = _LATE * late_scores(q_tokens, q_words, s_tokens, s_words)
    return (_marginal(single, gold) + _marginal(late, gold)) / 2


def _marginal(logits: Tensor, gold: Tensor) -> Tensor:
    right = torch.logsumexp(logits.masked_fill(~gold, float("-inf")), dim=-1)
    return (torch.logsumexp(logits, dim=-1) - right).mean()


def pair_batches(path: Path, size: int, rng: random.Random) -> Iterator[tuple[list[str], list[str], Tensor]]:
    """Yield endless batches of FAQ questions and others with the same answer; ValueError where no two have one."""
    groups: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record.get("question") and record.get("evidence"):
            groups[json.dumps(record["evidence"], sort_keys=True)].append(record["question"])
    several = [g for g in groups.values() if len(g) > 1]
    if not several:
        raise ValueError(f"no two questions of {path.name} have one answer")
    while True:
        drawn = [rng.sample(group, 2) for group in rng.sample(several, min(size, len(several)))]
        yield [a for a, _ in drawn], [b for _, b in drawn], torch.eye(len(drawn), dtype=torch.bool)


def train(model: EncoderModel, reports: Sequence[Report], given: argparse.Namespace, dev: Sequence[Report]) -> None:
    """Train for `epochs` epochs, measuring on dev after each."""
    rng = random.Random(given.seed)
    pairs = pair_batches(given.pairs, 24, rng) if given.pairs else None
    optimiser = torch.optim.AdamW(model.parameters(), lr=given.rate, weight_decay=0.01)
    steps, step, begun = len(batches(reports, random.Random(0))) * given.epochs, 0, time.monotonic()

    def note(**entry: Any) -> None:
        log(given.out, step=step, seconds=round(time.monotonic() - begun), **entry)

    losses: list[float] = []
    for epoch in range(given.epochs):
        for report, questions in batches(reports, rng):
            model.train()
            factor = min(1.0, (step + 1) / (_RISE * steps)) * (1 - max(0.0, step / steps - _RISE) / (1 - _RISE))
            for group in optimiser.param_groups:
                group["lr"] = given.rate * factor
            numbers = chosen_sentences(report, questions, rng)
            gold = torch.tensor([[i in q.gold for i in numbers] for q in questions])
            loss = loss_of(model, [q.text for q in questions], [report.texts[i] for i in numbers], gold)
            if pairs and step % given.pairs_every == 0:
                loss = loss + loss_of(model, *next(pairs))
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            losses.append(float(loss.detach()))
            step += 1
            if step % 25 == 0:
                note(loss=round(sum(losses[-25:]) / 25, 4))
        note(epoch=epoch, **{name: str(ranked) for name, ranked in ranks(model, dev).items()})
        model.bert.save_pretrained(given.out / "model")
        model.tokeniser.save_pretrained(given.out / "model")


def main() -> None:
    """Read what is given, train, and write the model into the run's folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--questions", type=Path, nargs="+", required=True)
    parser.add_argument("--dev", type=Path, nargs="+", required=True)
    parser.add_argument("--pairs", type=Path, help="an FAQ file, whose questions with one answer are paired")
    parser.add_argument("--pairs-every", type=int, default=2)
    parser.add_argument("--base", type=Path, help="the model to begin with; by default all-MiniLM-L6-v2")
    parser.add_argument("--before", action="store_true", help="lead each sentence by the one before it")
    parser.add_argument("--most", type=int, help="only so many reports, the first of the file")
    parser.add_argument("--half", type=int, choices=(0, 1), help="only this half of the reports, by their order")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rate", type=float, default=5e-5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    begin(given)
    model, texts = EncoderModel(given.base or base_folder()), read_corpus(given.corpus)
    reports, dev = (
        read_reports(texts, paths, model.count, before=given.before) for paths in (given.questions, given.dev)
    )
    chosen = reports if given.half is None else half(reports, given.half)
    train(model, chosen[: given.most], given, dev)


if __name__ == "__main__":
    main()
