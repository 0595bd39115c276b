"""Trains the reader.

    python -m training.train --data DATA --out runs/NAME --minutes 90 --threads 1
    python -m training.train --data DATA --out runs/NAME --minutes 90 --threads 1 --resume

Does: fine-tunes the base encoder with both heads on the mixture, writes log.jsonl and checkpoint.pt into the run's
folder, and measures itself on a fixed slice of squad2-dev. Does not: weigh the mixture (mixture.py) or export.

The learning rate rises over the first 6% of the run, stays, and falls to nothing over the last 40%. The end is
`--steps`, `--epochs` or `--minutes`; of the last, the first 50 steps give the speed, and with it the number of steps.
Should the machine become slower, the clock ends the run all the same, the learning rate at nothing. Stopped by Ctrl-C
or SIGTERM, it first writes a checkpoint; `--resume` continues with the same draws and dropout.
"""

from __future__ import annotations

import argparse
import os
import signal
import time
from collections.abc import Sequence
from typing import Any

import torch

from calcqa.models.windows import Pieces
from training.beginning import half_precision
from training.data import FOLDED, training_and_dev
from training.evaluate import LONGEST, measure, predict, sample
from training.features import base_folder
from training.mixture import Mixture, MixtureSettings
from training.model import ReaderModel, build, losses, parameter_groups
from training.options import SHAPING, arguments
from training.schedule import Run, progress, rate
from training.scoring import TorchScorer
from training.telling import log

TIMED_STEPS = 50
SPARE = 0.95  # of the minutes go to steps; measuring and checkpoints take the rest


class Trainer:
    """A run: the model, its optimiser, the mixture and where it all stands."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args, self.run = args, Run(total=args.steps)
        torch.manual_seed(args.seed)
        sets, self.dev, dropped = training_and_dev(args.data, args.exclude_dev_half, args.fold, args.folds)
        self.dev = sample(self.dev, args.eval_questions)
        self.pieces = Pieces(base_folder() / "tokenizer.json", args.pieces)
        names = ("batch", "seed", "negatives", "answerless", "positive_share", "perturbed")
        settings = MixtureSettings(**{name: getattr(args, name) for name in names})
        self.mixture = Mixture(sets, self.pieces, settings, args.out.parent / "cache")
        if args.epochs:
            self.run.total = max(1, round(args.epochs * sum(map(len, sets.values())) / args.batch))
        self.model: ReaderModel = build(base_folder(), args.dropout, wider=args.wide).to(args.device).train()
        self.optimiser = torch.optim.AdamW(
            parameter_groups(self.model, args.lr, args.layer_decay, 0.01), betas=(0.9, 0.98), fused=True
        )
        self.bf16 = half_precision(args.bf16, args.device)
        self.stopping = False
        self.log(event="begin", sets={n: len(s) for n, s in sets.items()}, dropped=dropped, bf16=self.bf16,
                 dev_questions=len(self.dev), dev_seen_in_training=not args.exclude_dev_half,
                 settings=self._settings())  # fmt: skip

    def _settings(self) -> dict[str, Any]:
        return {name: getattr(self.args, name) for name in SHAPING}

    def log(self, **entry: Any) -> None:
        """Add a line to the log, and to standard output."""
        log(self.args.out, step=self.run.step, minutes=round(self.run.elapsed / 60, 2), **entry)

    def save(self) -> None:
        """Write the checkpoint beside the old one and put it in its place, so that there is always a whole one."""
        file, work = self.args.out / "checkpoint.pt", self.args.out / "checkpoint.pt.tmp"
        state = {
            "model": self.model.state_dict(),
            "average": self.run.average,
            "optimiser": self.optimiser.state_dict(),
            "mixture": self.mixture.state(),
            "random": torch.get_rng_state(),
            "cuda_random": torch.cuda.get_rng_state_all() if self.args.device.startswith("cuda") else [],
            "run": {name: getattr(self.run, name) for name in ("step", "elapsed", "examples", "total")},
            "settings": self._settings(),
        }
        with work.open("wb") as handle:
            torch.save(state, handle)
            handle.flush()
            os.fsync(handle.fileno())
        work.replace(file)

    def load(self) -> None:
        """Continue from the checkpoint; raise where it was made with other settings."""
        state = torch.load(self.args.out / "checkpoint.pt", map_location="cpu", weights_only=True)
        for name, ours in self._settings().items():
            if state["settings"][name] != ours:
                raise SystemExit(
                    f"the checkpoint was made with {name}={state['settings'][name]}, this call says {ours}"
                )
        self.model.load_state_dict(state["model"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.mixture.restore(state["mixture"])
        total = self.run.total
        self.run = Run(**state["run"], average={n: t.to(self.args.device) for n, t in state["average"].items()})
        self.run.total = total or self.run.total
        torch.set_rng_state(state["random"])
        if state["cuda_random"]:
            torch.cuda.set_rng_state_all(state["cuda_random"])
        self.log(event="resume")

    def step(self) -> dict[str, float]:
        """Learn from one batch and return the losses."""
        batch = {name: t.to(self.args.device) for name, t in self.mixture.next_batch().items()}
        factor = rate(progress(self.run, self.args.minutes))
        for group in self.optimiser.param_groups:
            group["lr"] = group["base_lr"] * factor
        with torch.autocast(self.args.device.split(":")[0], torch.bfloat16, enabled=self.bf16):
            outputs = self.model(batch["input_ids"], batch["attention_mask"], batch["token_type_ids"])
        span, answerable = losses(outputs, batch)
        loss = span + self.args.answerable_weight * answerable
        if not torch.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss.item()} at step {self.run.step}")
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self._follow()
        self.run.step += 1
        self.run.examples += len(batch["labels"])
        pieces = batch["attention_mask"].sum()
        return {"loss": loss.item(), "span": span.item(), "answerable": answerable.item(), "norm": norm.item(),
                "lr": self.args.lr * factor, "pieces": pieces.item(), "padded": batch["input_ids"].numel()}  # fmt: skip

    @torch.no_grad()
    def _follow(self) -> None:
        if not self.args.average:
            return
        weights = self.model.state_dict()
        if not self.run.average:
            self.run.average = {name: t.clone() for name, t in weights.items()}
        decay = min(self.args.average, (1 + self.run.step) / (10 + self.run.step))  # young averages forget faster
        for name, t in self.run.average.items():
            t.lerp_(weights[name].to(t.dtype), 1 - decay)

    def evaluate(self) -> None:
        """Measure on the slice of the development set, with the averaged weights where there are any."""
        own = {n: t.clone() for n, t in self.model.state_dict().items()} if self.run.average else None
        if own:
            self.model.load_state_dict(self.run.average)
        predictions = predict(TorchScorer(self.model, self.args.device), self.pieces, self.dev, LONGEST[FOLDED])
        if own:
            self.model.load_state_dict(own)
        self.log(event="eval", **measure(self.dev, predictions, rounds=200))

    def done(self) -> bool:
        """Say whether the run is at its end."""
        by_clock = self.args.minutes is not None and self.run.elapsed >= 60 * self.args.minutes
        return by_clock or (self.run.total is not None and self.run.step >= self.run.total)

    def plan(self, seconds: float, steps: int) -> None:
        """Fix the number of steps from the speed of the first ones."""
        left = max(0.0, 60 * self.args.minutes * SPARE - self.run.elapsed)
        self.run.total = self.run.step + int(left / (seconds / steps))
        self.log(event="plan", total_steps=self.run.total, seconds_per_step=round(seconds / steps, 3))

    def train(self) -> None:
        """Train to the end, or until told to stop."""
        begun = time.monotonic() - self.run.elapsed
        first, saved, logged = self.run.step, self.run.elapsed, self.run.elapsed
        recent: list[dict[str, float]] = []
        while not self.done():
            recent.append(self.step())
            self.run.elapsed = time.monotonic() - begun
            taken = self.run.step - first
            if taken == 5:  # the first steps are slower: they are left out of the timing
                timed = self.run.elapsed
            if self.args.minutes and self.run.total is None and taken == TIMED_STEPS:
                self.plan(self.run.elapsed - timed, taken - 5)
            if self.run.step % self.args.log_every == 0:
                seconds, logged = self.run.elapsed - logged, self.run.elapsed
                means = {name: sum(r[name] for r in recent) / len(recent) for name in recent[0]}
                self.log(**{name: float(f"{value:.4g}") for name, value in means.items()},
                         examples_per_s=round(len(recent) * self.args.batch / seconds, 2))  # fmt: skip
                recent.clear()
            if self.run.step % self.args.eval_every == 0 and not self.done():
                self.evaluate()
                self.run.elapsed = logged = time.monotonic() - begun
            if self.run.elapsed - saved > 60 * self.args.checkpoint_minutes:
                self.save()
                saved = self.run.elapsed
            if self.stopping or (self.args.stop_after and taken >= self.args.stop_after):
                self.save()
                self.log(event="stopped", hint="continue with --resume")
                return
        self.save()
        self.evaluate()
        self.log(event="end", examples=self.run.examples, drawn=self.mixture.drawn)


def main(argv: Sequence[str] | None = None) -> None:
    """Train as the command line says."""
    args = arguments(argv)
    if args.device == "auto":
        args.device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)  # numbers too small to matter slow a CPU down
    args.out.mkdir(parents=True, exist_ok=True)
    if (args.out / "checkpoint.pt").is_file() != args.resume:
        found, advice = ("no", "leave --resume out") if args.resume else ("a", "add --resume, or name another folder")
        raise SystemExit(f"{args.out} has {found} checkpoint: {advice}")
    trainer = Trainer(args)
    if args.resume:
        trainer.load()

    def stop(*_: Any) -> None:
        trainer.stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    trainer.train()


if __name__ == "__main__":
    main()
