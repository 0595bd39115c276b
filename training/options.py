"""The command line of training: every setting, and which of them shape a run.

Does: parse and default. Does not: act on any of it (train.py).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from training.mixture import MixtureSettings

# A resumed run must agree with its checkpoint in these; the rest (threads, minutes, how often to log) may change.
SHAPING = ("batch", "lr", "seed", "pieces", "layer_decay", "average", "answerable_weight", "exclude_dev_half",
           "fold", "folds", "dropout", "negatives", "answerless", "positive_share", "perturbed")  # fmt: skip


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Return the command line's settings."""
    defaults = MixtureSettings()
    p = argparse.ArgumentParser(description="Train the reader.")
    p.add_argument("--data", type=Path, required=True, help="the data folder (with train/ and eval/)")
    p.add_argument("--out", type=Path, required=True, help="the run's folder")
    end = p.add_mutually_exclusive_group(required=True)
    end.add_argument("--steps", type=int)
    end.add_argument("--epochs", type=float, help="times the number of examples in all sets together")
    end.add_argument("--minutes", type=float)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--lr", type=float, default=1e-4)
    p.add_argument("--pieces", type=int, default=256, help="longest window, in word pieces; at most 512")
    p.add_argument("--layer-decay", type=float, default=0.95, help="learning rate of a layer against the one above")
    p.add_argument("--dropout", type=float, default=0.0, help="of the encoder's states; drawing it costs a CPU a third")
    p.add_argument("--average", type=float, default=0.0, help="decay of an average of the weights, as 0.995; 0: none")
    p.add_argument("--answerable-weight", type=float, default=1.0, help="of the answerable loss against the span loss")
    p.add_argument("--negatives", type=float, default=defaults.negatives)
    p.add_argument("--answerless", type=float, default=defaults.answerless)
    p.add_argument("--perturbed", type=float, default=defaults.perturbed)
    p.add_argument("--positive-share", type=float, default=defaults.positive_share)
    p.add_argument("--wide", type=Path, help="the folder of all-mpnet-base-v2, whose first layers are to be the body")
    p.add_argument("--exclude-dev-half", action=argparse.BooleanOptionalAction, default=True,
                   help="keep what the development sets ask and read out of training (default)")  # fmt: skip
    p.add_argument("--fold", type=int, help="train on squad2-dev outside this fold of its articles; measure on it")
    p.add_argument("--folds", type=int, default=2)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--device", default="auto", help="auto, cpu or cuda")
    p.add_argument("--bf16", choices=("auto", "on", "off"), default="auto", help="auto: where the hardware has it")
    p.add_argument("--resume", action="store_true")
    p.add_argument("--eval-every", type=int, default=250)
    p.add_argument("--eval-questions", type=int, default=600)
    p.add_argument("--log-every", type=int, default=10)
    p.add_argument("--checkpoint-minutes", type=float, default=5.0)
    p.add_argument("--stop-after", type=int, help="stop as if interrupted after so many steps of this call")
    return p.parse_args(argv)
