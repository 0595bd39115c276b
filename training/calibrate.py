"""Calibrates an exported reader: its logits as probabilities, and the thresholds above which its words are shown.

    python -m training.calibrate --reader FOLDER --reports CORPUS --questions dev.jsonl --encoder FOLDER [--figure FILE]
    python -m training.calibrate --reader FOLDER --data DATA --fold 0 --folds 4

Does: has questions over case reports (or held-out ones of squad2-dev) read by the export itself, fits Platt scaling
(Platt 1999) over the span's score, the evidence and the agreement, writes it and the threshold into the export's
meta.json, and draws the diagram of reliability. Does not: touch the weights.

Two things are calibrated, both of the likeliest of the marks in a paragraph's sentences. `answerable`: the marked span
is right, that is, the question has an answer here and the span shares more than half of its words with a gold one
(F1 > 0.5). `exact`: the same, over marks in sentences that hold an answer. The engine shows words by the second where
FAQ entries point to the sentence, elsewhere by the first. The threshold of each is the lowest at which, from
there on up, 95% of its marks are right: `cleared`. Every figure is cross-fitted: each fifth of the articles is judged
by what the other four taught.

Expected calibration error is that of Naeini et al. 2015, over ten bins of equal width.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from calcqa.evaluation.measures.estimates import area_under_roc
from calcqa.evaluation.regression import fit_logistic, probabilities
from calcqa.models.onnx_reader import OnnxReader
from calcqa.models.windows import Floats
from training.case_reports.reports import read_reports
from training.case_reports.texts import read_corpus
from training.data import FOLDED, load_questions, split_fold
from training.encoder.model import EncoderModel
from training.evaluate import interval, sample
from training.marking import SLOPES, Flags, Judged, Model, mark, mark_reports
from training.pages import items_of

PARTS = 5
INVERSE_RIDGE = 0.3  # for some hundred marks; by their calibration error over `dev`, which 0.1 to 0.3 make least
ROUNDS = 3
BINS = 10
PRECISION = 0.95
FEWEST = 20  # answers below which a precision is no figure


@dataclass(frozen=True, slots=True)
class Crossed:
    """Best marks judged by what others taught: probability, being right, clearing the threshold; and their articles."""

    probability: Floats
    right: Flags
    cleared: Flags
    groups: list[str]


def chosen(judged: Sequence[Judged], model: Model) -> tuple[Floats, Flags]:
    """Return the logits of each question's best mark by `model`, shape (questions, 3), and whether it is right."""
    best = [j.best(model) for j in judged]
    logits = np.array([j.logits[i] for j, i in zip(judged, best, strict=True)]).reshape(-1, len(SLOPES))
    return logits, np.array([j.right[i] for j, i in zip(judged, best, strict=True)], dtype=bool)


def quoted(judged: Sequence[Judged]) -> list[Judged]:
    """Return the marks in sentences that hold an answer, of the questions that have one."""
    return [j.quoted() for j in judged if j.holds.any()]


def fit(judged: Sequence[Judged]) -> tuple[Model, Model]:
    """Return logistic models of the best mark being right: of all, and of those in sentences that hold an answer.

    Which mark is the best depends on the first model, hence the rounds.
    """
    model: Model = (0.0, 1.0, 1.0, 0.0)
    for _ in range(ROUNDS):
        model = fit_logistic(*chosen(judged, model), (1, 1, 1), INVERSE_RIDGE)
    return model, fit_logistic(*chosen(quoted(judged), model), (1, 1, 1), INVERSE_RIDGE)


def crossed(judged: Sequence[Judged], precision: float = PRECISION) -> tuple[Crossed, Crossed]:
    """Return how the best marks of all fare, and those in sentences that hold an answer.

    Each part of the articles is judged by models and thresholds that the other parts taught.
    """
    names = sorted({j.group for j in judged})
    if len(names) < 2:
        raise ValueError("one article cannot be judged by what others taught")
    whole, inside = [], []
    for part in range(min(PARTS, len(names))):
        others, own = ([j for j in judged if (names.index(j.group) % PARTS == part) == side] for side in (False, True))
        by, exact = fit(others)
        whole.append(_taught(others, own, by, by, precision))
        inside.append(_taught(quoted(others), quoted(own), by, exact, precision))
    return _joined(whole), _joined(inside)


def _taught(others: Sequence[Judged], own: Sequence[Judged], by: Model, model: Model, precision: float) -> Crossed:
    """Return how `own` fares by models, and a threshold, that `others` taught."""
    cut = threshold(*_judge(others, by, model), precision)
    probability, right = _judge(own, by, model)
    return Crossed(probability, right, probability >= cut, [j.group for j in own])


def _joined(parts: Sequence[Crossed]) -> Crossed:
    probability, right, cleared = (
        np.concatenate([getattr(p, name) for p in parts]) for name in ("probability", "right", "cleared")
    )
    return Crossed(probability, right, cleared, [group for p in parts for group in p.groups])


def _judge(judged: Sequence[Judged], by: Model, model: Model) -> tuple[Floats, Flags]:
    """Return the probability by `model` of each question's best mark by `by`, and whether it is right."""
    logits, right = chosen(judged, by)
    return probabilities(logits, model), right


def threshold(probability: Floats, right: Flags, precision: float = PRECISION) -> float:
    """Return the lowest probability from which on up `precision` of the marks are right; 1 if there is none."""
    order = np.argsort(-probability, kind="stable")
    ordered = probability[order]
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    possible = np.append(ordered[:-1] > ordered[1:], True)  # equal ones are shown together
    good = np.flatnonzero((shares >= precision) & possible)
    good = good[good >= FEWEST - 1]
    return float(ordered[good[-1]]) if good.size else 1.0


def _down(probability: float) -> float:
    """Return the probability to four places, and not above itself, so that the mark it was taken from clears it."""
    return math.floor(probability * 10_000) / 10_000


def bins(probability: Floats, right: Flags) -> list[dict[str, float]]:
    """Return the bins that hold anything: how many, the mean probability, and the share that is right."""
    place = np.minimum((probability * BINS).astype(int), BINS - 1)
    return [
        {"marks": int((place == i).sum()), "confidence": float(probability[place == i].mean()),
         "right": float(right[place == i].mean())}
        for i in range(BINS) if (place == i).any()
    ]  # fmt: skip


def calibration_error(found: Sequence[dict[str, float]]) -> float:
    """Return the expected calibration error: the gaps of the bins, weighed by how much is in them."""
    return sum(b["marks"] * abs(b["confidence"] - b["right"]) for b in found) / sum(b["marks"] for b in found)


def draw(found: Mapping[str, dict[str, Any]], file: Path) -> None:
    """Draw the reliability diagram: how often marks of a confidence are right."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.8, 4.6), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=1, linestyle="--")
    for (name, figures), color in zip(found.items(), ("#0f5e63", "#b4552d"), strict=True):
        x, y = ([b[key] for b in figures["bins"]] for key in ("confidence", "right"))
        label = f"{name}: error {figures['calibration_error']:.3f}"
        axes.plot(x, y, color=color, marker="o", markersize=4, label=label)
        for b in figures["bins"]:
            axes.annotate(
                f"{b['marks']}", (b["confidence"], b["right"]), color=color, xytext=(5, -11),
                textcoords="offset points", size=7,
            )  # fmt: skip
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xlabel="confidence", ylabel="share that is right")
    axes.set_title("held out; marks in each bin", size=9)
    axes.legend(loc="upper left", fontsize=8, frameon=False)
    figure.savefig(file, dpi=150)


def figures_of(marks: Crossed) -> dict[str, Any]:
    """Return what is worth knowing of calibrated marks, and of those above the threshold."""
    found = bins(marks.probability, marks.right)
    shown = np.flatnonzero(marks.cleared)
    right = marks.right[shown]
    groups = [marks.groups[i] for i in shown]
    return {
        "marks": len(marks.right),
        "right": round(float(marks.right.mean()), 4),
        "calibration_error": round(calibration_error(found), 4),
        "auroc": round(area_under_roc(marks.probability, marks.right), 4),
        "cleared": int(shown.size),
        "cleared_right": round(float(right.mean()), 4) if shown.size else None,
        "cleared_right_95": interval(groups, lambda at: float(right[at].mean()), 1000)
        if shown.size >= FEWEST
        else None,
        "bins": [{name: round(value, 4) for name, value in b.items()} for b in found],
    }


def calibrate(
    folder: Path, judged: Sequence[Judged], figure: Path | None, precision: float = PRECISION
) -> dict[str, Any]:
    """Fit to what the export in `folder` has marked, write its meta.json, and return the figures."""
    figures = {name: figures_of(c) for name, c in zip(("answerable", "exact"), crossed(judged, precision), strict=True)}
    if figure:
        draw(figures, figure)
    by, exact = fit(judged)
    found = {
        "calibration": {
            name: dict(zip(("intercept", *SLOPES), model, strict=True))
            for name, model in (("answerable", by), ("exact", exact))
        },
        "threshold": _down(threshold(*_judge(judged, by, by), precision)),
        "exact_threshold": _down(threshold(*_judge(quoted(judged), by, exact), precision)),
        "calibrated": figures,
    }
    file = folder / "meta.json"
    meta = json.loads(file.read_text(encoding="utf-8")) | found
    file.write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
    return found


def main(argv: Sequence[str] | None = None) -> None:
    """Calibrate as the command line says, and write the figures as JSON to standard output."""
    parser = argparse.ArgumentParser(description="Calibrate an exported reader.")
    parser.add_argument("--reader", type=Path, required=True, help="the folder of an export")
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--reports", type=Path, help="the corpus of case reports; with --questions and --encoder")
    asked.add_argument("--data", type=Path, help="the folder of squad2-dev, instead; with --fold")
    parser.add_argument("--questions", type=Path, nargs="*", default=[], help="files of questions over these")
    parser.add_argument("--encoder", type=Path, help="the folder of the encoder that chooses what is read")
    parser.add_argument("--fold", type=int, help="the fold of squad2-dev that was not trained on")
    parser.add_argument("--folds", type=int, default=2)
    parser.add_argument("--limit", type=int, help="so many questions, chosen at random")
    parser.add_argument("--precision", type=float, default=PRECISION, help="the share of shown words that is right")
    parser.add_argument("--figure", type=Path, help="where to draw the reliability diagram")
    args = parser.parse_args(argv)
    if args.fold is None if args.data else not (args.questions and args.encoder):
        parser.error("--data needs --fold, and --reports needs --questions and --encoder")
    reader = OnnxReader(args.reader)
    if args.data:
        held_out, _ = split_fold(load_questions(args.data, FOLDED), args.fold, args.folds)
        judged = mark(reader, sample(held_out, args.limit))
    else:
        encoder = EncoderModel(args.encoder)
        items = items_of(read_reports(read_corpus(args.reports), args.questions, encoder.count), encoder)
        judged = mark_reports(reader, sample(items, args.limit))
    report = calibrate(args.reader, judged, args.figure, args.precision)
    sys.stdout.write(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
