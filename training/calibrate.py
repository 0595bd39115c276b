"""Calibrates an exported reader: what its logits are worth as a probability, and from what on it may answer by itself.

    python -m training.calibrate --data DATA --reader FOLDER --fold 0 --folds 4 [--figure docs/reader-reliability.png]

Does: reads held-out questions of squad2-dev with the export itself, fits Platt scaling (Platt 1999) over the span's
score and the evidence, writes it and the threshold into the export's meta.json, and draws the reliability diagram. Does
not: touch the weights.

What is calibrated is that the marked span is right: the question has an answer here, and the span shares more than half
of its words with a gold one (F1 > 0.5). Of the marks in a paragraph's sentences the likeliest counts, as in the engine.
The threshold is the lowest at which, from there on up, 95% of the marks are right. It is taken over sentences that hold
an answer, since the engine marks words in what it quotes, after deciding that this answers; `alone` says what the same
precision would let through if the reader had to find and decide by itself. Every figure is cross-fitted: each fifth of
the articles is judged by what the other four taught.

Expected calibration error is that of Naeini et al. 2015, over ten bins of equal width.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calcqa.domain import Passage, text_hash
from calcqa.evaluation.regression import fit_logistic
from calcqa.readers import OnnxReader
from calcqa.text import sentence_spans
from calcqa.windows import Floats
from training.data import FOLDED, Question, article_of, load_questions, split_fold
from training.evaluate import auroc, f1, sample

Flags = NDArray[np.bool_]

PARTS = 5
ROUNDS = 3
BINS = 10
PRECISION = 0.95
RIGHT = 0.5
FEWEST = 20  # answers below which a precision is no figure


Model = tuple[float, float, float]
"""Intercept, and the slopes of a mark's score and of its sentence's evidence."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What was marked for one question, sentence by sentence.

    `logits` are (score, evidence), `right` says whether the span is, `holds` whether the sentence has some of a gold.
    """

    logits: Floats
    right: Flags
    holds: Flags
    answerable: bool
    group: str

    def quoted(self) -> Marked:
        """Return the same with those sentences alone that hold an answer."""
        return dataclasses.replace(self, logits=self.logits[self.holds], right=self.right[self.holds])

    def best(self, model: Model) -> int:
        """Return the sentence whose mark is the likeliest to be right, as the engine chooses it."""
        return int((self.logits @ np.array(model[1:])).argmax())


def passage_of(question: Question) -> Passage:
    """Return a question's document as one passage."""
    text = question.context
    return Passage(text_hash(text)[:16], question.group, 0, len(text), text, (), tuple(sentence_spans(text)))


def mark(reader: OnnxReader, questions: Sequence[Question]) -> list[Marked]:
    """Return what the reader marks in each question's document."""
    found = []
    for question, reading in zip(
        questions, reader.read_many([(q.question, passage_of(q)) for q in questions]), strict=True
    ):
        marks = [m for m in reading.sentences if m.span]
        texts = [question.context[m.span.start : m.span.end] for m in marks if m.span]
        right = np.array([any(f1(t, gold) > RIGHT for gold in question.golds) for t in texts])
        logits = np.array([(m.score, m.evidence) for m in marks])
        sentences = [s for s, m in zip(passage_of(question).sentences, reading.sentences, strict=True) if m.span]
        holds = np.array([any(a < s.end and s.start < b for a, b in question.answers) for s in sentences])
        found.append(Marked(logits, right, holds, bool(question.answers), article_of(question)))
    return found


def chosen(marked: Sequence[Marked], model: Model) -> tuple[Floats, Flags]:
    """Return the logits of each question's best mark by `model`, shape (questions, 2), and whether it is right."""
    best = [m.best(model) for m in marked]
    logits = np.array([m.logits[i] for m, i in zip(marked, best, strict=True)])
    return logits, np.array([m.right[i] for m, i in zip(marked, best, strict=True)])


def fit(marked: Sequence[Marked]) -> Model:
    """Return a logistic model of a best mark being right; which mark is the best depends on it, hence the rounds."""
    model: Model = (0.0, 1.0, 1.0)
    for _ in range(ROUNDS):
        intercept, score, evidence = fit_logistic(*chosen(marked, model), (1, 1))
        model = intercept, score, evidence
    return model


def probabilities(logits: Floats, model: Model) -> Floats:
    """Return the calibrated probability of each mark."""
    return np.asarray(1 / (1 + np.exp(-(model[0] + logits @ np.array(model[1:])))), dtype=np.float64)


def parted(marked: Sequence[Marked]) -> list[tuple[list[Marked], list[Marked], Model]]:
    """Return, for each part of the articles, the other parts' marks, its own, and what the others teach."""
    names = sorted({m.group for m in marked})
    found = []
    for i in range(PARTS):
        others, own = ([m for m in marked if (names.index(m.group) % PARTS == i) == side] for side in (False, True))
        found.append((others, own, fit(others)))
    return found


def crossed(others: Sequence[Marked], own: Sequence[Marked], model: Model) -> tuple[Floats, Flags, Flags]:
    """Return each own best mark's probability, whether it is right, and whether it clears the others' threshold."""
    logits, right = chosen(own, model)
    found = probabilities(logits, model)
    return found, right, found >= cut(others, model)


def quoted(marked: Sequence[Marked]) -> list[Marked]:
    """Return the marks in sentences that hold an answer, of the questions that have one."""
    return [m.quoted() for m in marked if m.holds.any()]


def cut(marked: Sequence[Marked], model: Model) -> float:
    """Return the threshold over the marks."""
    logits, right = chosen(marked, model)
    return threshold(probabilities(logits, model), right)


def threshold(probability: Floats, right: Flags) -> float:
    """Return the lowest probability from which on up `PRECISION` of the marks are right; 1 if there is none."""
    order = np.argsort(-probability, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(precision >= PRECISION)
    good = good[good >= FEWEST - 1]
    return float(probability[order][good[-1]]) if good.size else 1.0


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


def draw(found: Sequence[dict[str, float]], error: float, file: Path) -> None:
    """Draw the reliability diagram: how often marks of a confidence are right."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.4, 4.2), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=1, linestyle="--")
    axes.plot([b["confidence"] for b in found], [b["right"] for b in found], color="#0f5e63", marker="o", markersize=4)
    for b in found:
        axes.annotate(
            f"{b['marks']}", (b["confidence"], b["right"]), xytext=(5, -11), textcoords="offset points", size=7
        )
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xlabel="confidence", ylabel="share that is right")
    axes.set_title(f"squad2-dev, held out: expected calibration error {error:.3f}", size=9)
    figure.savefig(file, dpi=150)


def calibrate(folder: Path, questions: Sequence[Question], figure: Path | None) -> dict[str, Any]:
    """Fit, write meta.json, and return the figures."""
    marked = mark(OnnxReader(folder), questions)
    parts = parted(marked)
    probability, right, alone = map(np.concatenate, zip(*(crossed(*part) for part in parts), strict=True))
    found = bins(probability, right)
    error = calibration_error(found)
    if figure:
        draw(found, error, figure)
    inside = (crossed(quoted(others), quoted(own), model) for others, own, model in parts)
    _, was_right, cleared = map(np.concatenate, zip(*inside, strict=True))
    figures = {
        "questions": len(questions),
        "right": round(float(right.mean()), 4),
        "calibration_error": round(error, 4),
        "bins": [{name: round(value, 4) for name, value in b.items()} for b in found],
        "quoted_right": round(float(was_right.mean()), 4),
        "shown_of_quoted": round(float(cleared.mean()), 4),
        "shown_right": round(float(was_right[cleared].mean()), 4) if cleared.any() else None,
        "alone": round(float(alone.mean()), 4),
        "alone_right": round(float(right[alone].mean()), 4) if alone.any() else None,
        "auroc_right": round(auroc(probability, right), 4),
        "auroc_answerable": round(auroc(probability, np.array([m.answerable for _, own, _ in parts for m in own])), 4),
    }
    model = fit(marked)
    file = folder / "meta.json"
    meta = json.loads(file.read_text(encoding="utf-8"))
    meta["calibration"] = dict(zip(("intercept", "score", "evidence"), (round(x, 4) for x in model), strict=True))
    meta["threshold"] = round(cut(quoted(marked), model), 4)
    meta["calibrated"] = figures
    file.write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
    return {"calibration": meta["calibration"], "threshold": meta["threshold"]} | figures


def main(argv: Sequence[str] | None = None) -> None:
    """Calibrate as the command line says, and write the figures as JSON to standard output."""
    parser = argparse.ArgumentParser(description="Calibrate an exported reader.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--reader", type=Path, required=True, help="the folder of an export")
    parser.add_argument("--fold", type=int, required=True, help="the fold of squad2-dev that was not trained on")
    parser.add_argument("--folds", type=int, default=2)
    parser.add_argument("--limit", type=int, help="so many questions, chosen at random")
    parser.add_argument("--figure", type=Path, help="where to draw the reliability diagram")
    args = parser.parse_args(argv)
    held_out, _ = split_fold(load_questions(args.data, FOLDED), args.fold, args.folds)
    report = calibrate(args.reader, sample(held_out, args.limit), args.figure)
    sys.stdout.write(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
