"""Where the sentence that answers stands among all sentences of its report, by single vectors and late interaction.

    python -m training.encoder.measure CORPUS QUESTIONS… --model FOLDER
    python -m training.encoder.measure CORPUS QUESTIONS… --export FOLDER

Only single questions that are answerable count; of evidence with several sentences, the best placed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
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


def single(report: Report) -> list[Question]:
    """Return the questions of a report that are measured: answerable ones that stand alone."""
    return [q for q in report.questions if q.groups and len(q.turns) == 1]


def places(questions: Sequence[Question], values: Floats) -> Iterator[int]:
    """Yield the place, from 1, of the best placed gold sentence of each question, by its row of scores."""
    for question, row in zip(questions, values, strict=True):
        yield 1 + int((row > max(row[i] for i in question.gold)).sum())


def ranks(model: EncoderModel, reports: Sequence[Report]) -> dict[str, list[int]]:
    """Return these places for all questions, by each way of ranking."""
    model.eval()
    result: dict[str, list[int]] = {"single": [], "late": [], "both": []}
    for report in reports:
        if questions := single(report):
            by = scores(model, report, [q.text for q in questions])
            by["both"] = by["single"] + by["late"]
            for name, values in by.items():
                result[name] += places(questions, values)
    return result


def single_ranks(encode: Callable[[Sequence[str]], Floats], reports: Sequence[Report]) -> list[int]:
    """Return the same by the single vectors of an encoder that the package runs."""
    result: list[int] = []
    for report in reports:
        if questions := single(report):
            result += places(questions, encode([q.text for q in questions]) @ encode(report.texts).T)
    return result


def bm25_ranks(reports: Sequence[Report]) -> list[int]:
    """Return the same by BM25 as the package has it, over stems; what shares no word comes last."""
    result: list[int] = []
    for report in reports:
        ids = [str(i) for i in range(len(report.texts))]
        store = WORDS.build({SENTENCES: (ids, list(report.texts))}, Weights())
        for question in single(report):
            matches = {m.id: m.score for m in store.search(SENTENCES, question.text, len(ids))}
            row = np.array([matches.get(i, 0.0) for i in ids])
            is_matched = any(row[i] for i in question.gold)
            result += places([question], row[None, :]) if is_matched else [len(ids)]
    return result


def shares(ranked: Sequence[int]) -> str:
    """Return the shares of places within each of `AT`, as a row."""
    return " ".join(f"{np.mean([place <= k for place in ranked]):.3f}" for k in AT) + f" ({len(ranked)})"


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
        tell("bm25    ", shares(bm25_ranks(reports)))
        return
    if given.export:
        sha256 = json.loads((given.export / "meta.json").read_text(encoding="utf-8"))["sha256"]
        tell("single  ", shares(single_ranks(OnnxEncoder(given.export, sha256).encode, reports)))
        return
    for name, ranked in ranks(model, reports).items():
        tell(f"{name:8}", shares(ranked))


if __name__ == "__main__":
    main()
