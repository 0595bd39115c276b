"""Where the sentence that answers stands among all sentences of its report, by single vectors and late interaction.

    python -m training.encoder.measure CORPUS QUESTIONS… --model FOLDER
    python -m training.encoder.measure CORPUS QUESTIONS… --export FOLDER

Only single questions that are answerable count; of evidence with several sentences, the best placed. Behind the places
stand precision, recall and F1 of always quoting the first sentence, over near misses too, counted as in
`benchmarks/quality/case_reports.py`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from calcqa.models.onnx_encoder import OnnxEncoder
from calcqa.parameters import Weights
from calcqa.stores.base import SENTENCES
from calcqa.stores.registry import WORDS
from training.case_reports.reports import Question, Report, read_reports
from training.case_reports.texts import read_corpus
from training.encoder.model import EncoderModel, late_scores
from training.features import base_folder
from training.telling import tell

AT = (1, 3, 8, 16)
_BATCH = 16
_WINDOW = 256  # word pieces of a sentence with what leads it

Floats = NDArray[np.float32]


def encoded(
    model: EncoderModel, texts: Sequence[str], longest: int
) -> Iterator[tuple[list[int], tuple[Tensor, Tensor, Tensor]]]:
    """Yield what the model gives of texts, in batches of like lengths, with their numbers."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    for at in range(0, len(order), _BATCH):
        rows = order[at : at + _BATCH]
        yield rows, model(model.tokens([texts[i] for i in rows], longest))


@torch.no_grad()
def scores(model: EncoderModel, report: Report, questions: Sequence[str]) -> dict[str, Floats]:
    """Return scores of shape (questions, sentences) by each way of ranking."""
    asked = model(model.tokens(questions))
    shape = len(questions), len(report.texts)
    result = {name: np.zeros(shape, dtype=np.float32) for name in ("single", "late")}
    for rows, told in encoded(model, report.texts, _WINDOW):
        result["single"][:, rows] = (asked[0] @ told[0].T).numpy()
        result["late"][:, rows] = late_scores(asked[1], asked[2], told[1], told[2]).numpy()
    return result


@dataclass
class Measured:
    """What came of one way of ranking: the places of answers, from 1, and what the first sentences are worth."""

    places: list[int] = field(default_factory=list)
    quoted: int = 0
    right: int = 0
    groups: int = 0
    met: int = 0

    def add(self, questions: Sequence[Question], values: Floats) -> None:
        """Count questions by their rows of scores, shape (questions, sentences); what scores nothing comes last."""
        for question, row in zip(questions, values, strict=True):
            first = int(row.argmax())
            self.quoted += 1
            self.right += first in question.gold
            self.groups += len(question.groups)
            self.met += sum(first in group for group in question.groups)
            if question.groups:
                best = max(row[i] for i in question.gold)
                self.places.append(1 + int((row > best).sum()) if best else len(row))

    def __str__(self) -> str:
        """Return the shares of places within each of `AT`, and precision, recall and F1 of the first, as a row."""
        shares = " ".join(f"{np.mean([place <= k for place in self.places]):.3f}" for k in AT)
        precision, recall = self.right / self.quoted, self.met / self.groups
        f1 = 2 * precision * recall / (precision + recall) if self.met else 0.0
        return f"{shares} ({len(self.places)})  {precision:.3f} {recall:.3f} {f1:.3f}"


def single(report: Report) -> list[Question]:
    """Return the questions of a report that stand alone."""
    return [q for q in report.questions if len(q.turns) == 1]


def ranks(model: EncoderModel, reports: Sequence[Report]) -> dict[str, Measured]:
    """Return what comes of each way of ranking, over all questions."""
    model.eval()
    result = {name: Measured() for name in ("single", "late", "both")}
    for report in reports:
        if questions := single(report):
            by = scores(model, report, [q.text for q in questions])
            by["both"] = by["single"] + by["late"]
            for name, values in by.items():
                result[name].add(questions, values)
    return result


def single_ranks(encode: Callable[[Sequence[str]], Floats], reports: Sequence[Report]) -> Measured:
    """Return the same by the single vectors of an encoder that the package runs."""
    result = Measured()
    for report in reports:
        if questions := single(report):
            result.add(questions, encode([q.text for q in questions]) @ encode(report.texts).T)
    return result


def bm25_ranks(reports: Sequence[Report]) -> Measured:
    """Return the same by BM25 as the package has it, over stems."""
    result = Measured()
    for report in reports:
        ids = [str(i) for i in range(len(report.texts))]
        store = WORDS.build({SENTENCES: (ids, list(report.texts))}, Weights())
        for question in single(report):
            matches = {m.id: m.score for m in store.search(SENTENCES, question.text, len(ids))}
            result.add([question], np.array([[matches.get(i, 0.0) for i in ids]], dtype=np.float32))
    return result


def main() -> None:
    """Measure, and print a row for each way of ranking."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--model", type=Path, default=None)
    parser.add_argument("--export", type=Path, help="an ONNX export, run as the package does")
    parser.add_argument("--bm25", action="store_true", help="by words instead")
    parser.add_argument("--before", action="store_true")
    given = parser.parse_args()
    model = EncoderModel(given.model or base_folder())
    reports = read_reports(read_corpus(given.corpus), given.questions, model.count, before=given.before)
    if given.bm25:
        tell("bm25    ", bm25_ranks(reports))
        return
    if given.export:
        sha256 = json.loads((given.export / "meta.json").read_text(encoding="utf-8"))["sha256"]
        tell("single  ", single_ranks(OnnxEncoder(given.export, sha256).encode, reports))
        return
    for name, ranked in ranks(model, reports).items():
        tell(f"{name:8}", ranked)


if __name__ == "__main__":
    main()
