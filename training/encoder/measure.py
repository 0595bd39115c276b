"""Where the sentence that answers stands among all sentences of its report, by single vectors and late interaction.

    python -m training.encoder.measure CORPUS QUESTIONS… --model FOLDER
    python -m training.encoder.measure CORPUS QUESTIONS… --export FOLDER

Only single questions that are answerable count; of evidence with several sentences, the best placed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch

from calcqa.models.onnx_encoder import OnnxEncoder
from calcqa.parameters import Weights
from calcqa.stores.base import SENTENCES
from calcqa.stores.registry import WORDS
from training.case_reports.reports import Report, make_report, read_questions
from training.case_reports.texts import read_corpus
from training.encoder.model import EncoderModel, late_scores
from training.features import base_folder
from training.telling import tell

AT = (1, 3, 8, 16)


@torch.no_grad()
def scores(model: EncoderModel, report: Report, questions: Sequence[str]) -> dict[str, np.ndarray]:
    """Return scores of shape (questions, sentences) by each way of ranking."""
    asked = model(model.tokens(questions))
    parts = []
    order = sorted(range(len(report.texts)), key=lambda i: len(report.texts[i]))
    for at in range(0, len(order), 16):
        rows = order[at : at + 16]
        told = model(model.tokens([report.texts[i] for i in rows], 256))
        parts.append((rows, asked[0] @ told[0].T, late_scores(asked[1], asked[2], told[1], told[2])))
    result = {name: np.zeros((len(questions), len(report.texts)), dtype=np.float32) for name in ("single", "late")}
    for rows, single, late in parts:
        result["single"][:, rows], result["late"][:, rows] = single.numpy(), late.numpy()
    return result


def ranks(model: EncoderModel, reports: Sequence[Report]) -> dict[str, list[int]]:
    """Return the place, from 1, of the best placed gold sentence of each question, by each way of ranking."""
    model.eval()
    result: dict[str, list[int]] = {"single": [], "late": [], "both": []}
    for report in reports:
        questions = [q for q in report.questions if q.groups and len(q.turns) == 1]
        if not questions:
            continue
        by = scores(model, report, [q.text for q in questions])
        by["both"] = by["single"] + by["late"]
        for name, values in by.items():
            for question, row in zip(questions, values, strict=True):
                best = max(row[i] for i in question.gold)
                result[name].append(1 + int((row > best).sum()))
    return result


def single_ranks(encode: Callable[[Sequence[str]], np.ndarray], reports: Sequence[Report]) -> list[int]:
    """Return the same by the single vectors of an encoder that the package runs."""
    result = []
    for report in reports:
        questions = [q for q in report.questions if q.groups and len(q.turns) == 1]
        values = encode([q.text for q in questions]) @ encode(report.texts).T
        for question, row in zip(questions, values, strict=True):
            result.append(1 + int((row > max(row[i] for i in question.gold)).sum()))
    return result


def bm25_ranks(reports: Sequence[Report]) -> list[int]:
    """Return the same by BM25 as the package has it, over stems."""
    result = []
    for report in reports:
        ids = [str(i) for i in range(len(report.texts))]
        store = WORDS.build({SENTENCES: (ids, list(report.texts))}, Weights())
        for question in (q for q in report.questions if q.groups and len(q.turns) == 1):
            scores = {m.id: m.score for m in store.search(SENTENCES, question.text, len(ids))}
            best = max(scores.get(str(i), 0.0) for i in question.gold)
            result.append(1 + sum(scores.get(i, 0.0) > best for i in ids) if best else len(ids))
    return result


def shares(places: Sequence[int]) -> str:
    """Return the shares of places within each of `AT`, as a row."""
    return " ".join(f"{np.mean([p <= k for p in places]):.3f}" for k in AT) + f" ({len(places)})"


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
    texts = read_corpus(given.corpus)

    def count(text: str) -> int:
        return len(model.tokeniser(text, truncation=False, verbose=False)["input_ids"])

    by_report = read_questions(given.questions)
    reports = [make_report(id, texts[id], records, count, before=given.before) for id, records in by_report.items()]
    if given.bm25:
        tell("bm25    ", shares(bm25_ranks(reports)))
        return
    if given.export:
        sha256 = json.loads((given.export / "meta.json").read_text(encoding="utf-8"))["sha256"]
        tell("single  ", shares(single_ranks(OnnxEncoder(given.export, sha256).encode, reports)))
        return
    for name, places in ranks(model, reports).items():
        tell(f"{name:8}", shares(places))


if __name__ == "__main__":
    main()
