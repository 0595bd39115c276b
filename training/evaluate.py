"""Measures a reader: exact match, F1, answerability; each with a 95% interval.

Does: reads every question's document in windows, decodes the best span, sweeps the no-answer threshold, and bootstraps
over documents (questions about one document are not independent). Takes a run's checkpoint or an exported ONNX folder.
Does not: retrieve; the document is given. Sets in which all questions are answerable get no answerability figures.

    python -m training.evaluate --data DATA --model runs/NAME --set squad2-dev [--limit N] [--fold K]

EM and F1 are SQuAD's (Rajpurkar et al. 2016, 2018): texts are compared without case, punctuation and articles, against
whichever gold text is nearest; abstaining scores 1 on an unanswerable question and 0 on another.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from calcqa.evaluation.measures.estimates import area_under_roc, grouped_interval
from calcqa.evaluation.measures.spans import best_threshold, exact, f1
from calcqa.language.sentences import sentence_spans
from calcqa.models.reader import Scores, score_of_sentence
from calcqa.models.windows import Floats, Pieces, best_span
from training.data import FOLDED, MEASURED, Question, load_questions, split_fold
from training.scoring import Scorer, open_scorer

T = TypeVar("T")

# The longest answer, in pieces, that is decoded: short spans, or whole sentences where a set's golds are sentences.
RIGHT = 0.5  # a marked span counts as right where its F1 with a gold is more
LONGEST = {"squad2-dev": 30, "covidqa": 60, "evidence-inference": 120, "selqa": 120}


@dataclass(frozen=True, slots=True)
class Prediction:
    """The best span of a document, how much better it is than none (`margin`), and its best sentence's evidence."""

    text: str
    margin: float
    answerable: float

    @property
    def both(self) -> float:
        """Return the two logits together: each is a log-odds of being answerable."""
        return self.margin + self.answerable


def predict(
    scorer: Scorer, pieces: Pieces, questions: Sequence[Question], longest: int, batch: int = 16
) -> list[Prediction]:
    """Return a prediction for each question. Windows are read in order of length, to pad little."""
    encoded = zip(
        pieces.encode([q.question.strip() for q in questions]),
        pieces.encode([q.context for q in questions]),
        strict=True,
    )
    jobs = [(i, w) for i, (question, context) in enumerate(encoded) for w in pieces.windows(question, context)]
    jobs.sort(key=lambda job: len(job[1].ids))
    sentences = {text: sentence_spans(text) for text in {q.context for q in questions}}
    best = [("", -np.inf)] * len(questions)
    null, answerable = np.full(len(questions), np.inf), np.full(len(questions), -np.inf)
    for at in range(0, len(jobs), batch):
        rows = jobs[at : at + batch]
        for (i, window), start, end, piece, whole in zip(rows, *scorer([w for _, w in rows]), strict=True):
            if not window.offsets:
                continue
            text = slice(window.at, window.at + len(window.offsets))
            first, last, score = best_span(start[text], end[text], longest)
            if score > best[i][1]:
                a, b = window.offsets[first][0], window.offsets[last][1]
                best[i] = (questions[i].context[a:b], score)
            # A document lacks the answer only as far as its most hopeful window, or sentence, does.
            null[i] = min(null[i], float(start[0] + end[0]))
            scores = Scores(start[text], end[text], window.offsets, float(start[0] + end[0]), piece[text], float(whole))
            places = np.array(window.offsets)
            for sentence in sentences[questions[i].context]:
                inside = np.flatnonzero((places[:, 0] >= sentence.start) & (places[:, 1] <= sentence.end))
                if inside.size:
                    answerable[i] = max(answerable[i], score_of_sentence(scores, int(inside[0]), int(inside[-1]) + 1))
    return [Prediction(text, score - null[i], answerable[i]) for i, (text, score) in enumerate(best)]


def interval(groups: Sequence[str], measure: Callable[[NDArray[np.int64]], float], rounds: int) -> list[float]:
    """Return the 95% interval of `measure` over resampled documents, to four places."""
    return [round(bound, 4) for bound in grouped_interval(groups, measure, rounds)]


def _mean(values: Floats, at: NDArray[np.int64]) -> float:
    return float(values[at].mean())


def _auroc(scores: Floats, labels: NDArray[np.bool_], at: NDArray[np.int64]) -> float:
    return area_under_roc(scores[at], labels[at])


def measure(questions: Sequence[Question], predictions: Sequence[Prediction], rounds: int = 1000) -> dict[str, Any]:
    """Return the figures; `f1` uses the one threshold best on these very questions, as SQuAD 2.0's best-F1 does.

    `f1_crossed` uses, for each half of the documents, the threshold best on the other half: no figure of its own doing.
    """
    labels = np.array([bool(q.answers) for q in questions])
    groups = [q.group for q in questions]
    has_f1 = np.array(
        [max((f1(p.text, g) for g in q.golds), default=0.0) for q, p in zip(questions, predictions, strict=True)]
    )
    has_em = np.array(
        [max((exact(p.text, g) for g in q.golds), default=0.0) for q, p in zip(questions, predictions, strict=True)]
    )
    abstained = (~labels).astype(float)
    report: dict[str, Any] = {"questions": len(questions), "with_answer": int(labels.sum())}
    spans = {"has_answer_em": has_em, "has_answer_f1": has_f1}
    for name, values in spans.items():
        of = values[labels]
        own = [g for g, label in zip(groups, labels, strict=True) if label]
        report[f"{name}_always_answering"] = round(float(of.mean()), 4)
        report[f"{name}_always_answering_95"] = interval(own, partial(_mean, of), rounds)
    if labels.all():
        return report
    half = np.array([sum(map(ord, g)) % 2 == 0 for g in groups])
    for name in ("margin", "answerable", "both"):
        scores = np.array([getattr(p, name) for p in predictions])
        threshold = best_threshold(scores, has_f1, abstained).threshold
        answers = scores >= threshold
        result, em = np.where(answers, has_f1, abstained), np.where(answers, has_em, abstained)
        crossed = np.zeros_like(result)
        for side in (half, ~half):
            if side.any() and (~side).any():
                other = best_threshold(scores[~side], has_f1[~side], abstained[~side]).threshold
                crossed[side] = np.where(scores >= other, has_f1, abstained)[side]
        report[name] = {
            "threshold": round(threshold, 4),
            "f1": round(float(result.mean()), 4),
            "f1_95": interval(groups, partial(_mean, result), rounds),
            "f1_crossed": round(float(crossed.mean()), 4),
            "em": round(float(em.mean()), 4),
            "has_answer_f1": round(float(result[labels].mean()), 4),
            "no_answer_f1": round(float(result[~labels].mean()), 4),
            "auroc": round(area_under_roc(scores, labels), 4),
            "auroc_95": interval(groups, partial(_auroc, scores, labels), rounds),
        }
    return report


def sample(questions: Sequence[T], limit: int | None) -> list[T]:
    """Return `limit` questions chosen at random, the same ones every time."""
    if limit is None or limit >= len(questions):
        return list(questions)
    return random.Random(0).sample(list(questions), limit)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure a model on one set and write the figures as JSON to standard output."""
    parser = argparse.ArgumentParser(description="Measure a reader on a development set.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="a run's folder, or an exported one")
    parser.add_argument("--set", choices=MEASURED, default=FOLDED)
    parser.add_argument("--limit", type=int, help="so many questions, chosen at random")
    parser.add_argument("--fold", type=int, help="only the articles of this fold of squad2-dev")
    parser.add_argument("--folds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args(argv)
    questions = load_questions(args.data, args.set)
    if args.fold is not None:
        if args.set != FOLDED:
            parser.error(f"--fold is for --set {FOLDED}")
        questions, _ = split_fold(questions, args.fold, args.folds)
    questions = sample(questions, args.limit)
    scorer, pieces = open_scorer(args.model, args.threads, args.device)
    report = measure(questions, predict(scorer, pieces, questions, LONGEST[args.set]))
    sys.stdout.write(json.dumps({"set": args.set, "model": args.model.name} | report, indent=1) + "\n")


if __name__ == "__main__":
    main()
