"""Questions with the passages of their reports, as the reader sees them in listwise training."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from calcqa.models.windows import Pieces, Window
from training.case_reports.reports import Question, Report
from training.encoder.measure import encoded
from training.encoder.model import EncoderModel
from training.features import positions

READ = 8  # passages that are read when asked
_SENTENCE = 128  # word pieces of a sentence by which passages are ordered
_TAUGHT = 6  # passages that a question is read beside in training


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its report and the passages of that in the order of the encoder."""

    report: Report
    question: Question
    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A passage to be read with a question: its window, the sentence of each piece, and gold positions."""

    window: Window
    sentences: tuple[int, ...]  # by piece; -1 where in none
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def items_of(reports: Sequence[Report], encoder: EncoderModel) -> list[Item]:
    """Return the questions that stand alone, with passages ordered by their best sentence."""
    items = []
    encoder.eval()
    for report in reports:
        questions = [q for q in report.questions if not q.record.get("leans")]
        if not questions:
            continue
        for question, row in zip(questions, single_scores(encoder, report, questions), strict=True):
            best = np.full(len(report.passages), -9.0)
            np.maximum.at(best, np.array(report.passage_of), row)
            items.append(Item(report, question, tuple(np.argsort(-best).tolist())))
    return items


@torch.no_grad()
def single_scores(encoder: EncoderModel, report: Report, questions: Sequence[Question]) -> NDArray[np.float32]:
    """Return the cosines of questions and sentences, of shape (questions, sentences)."""
    told = torch.zeros(len(report.texts), encoder.bert.config.hidden_size)
    for rows, outputs in encoded(encoder, report.texts, _SENTENCE):
        told[rows] = outputs[0]
    cosines: NDArray[np.float32] = (encoder(encoder.tokens([q.text for q in questions]))[0] @ told.T).numpy()
    return cosines


def taught(item: Item, rng: random.Random) -> list[int]:
    """Return the passages that a question is read beside: gold, tempting, and the nearest, with some left out."""
    owner = item.report.passage_of
    gold = {owner[i] for i in item.question.gold}
    tempting = {owner[i] for i in item.question.tempting}
    chosen = [*sorted(gold), *sorted(tempting - gold)][: _TAUGHT - 1]
    near = [p for p in item.order[: 2 * READ] if p not in chosen]
    while near and len(chosen) < _TAUGHT:  # the nearer the likelier
        chosen.append(near.pop(min(int(rng.expovariate(0.4)), len(near) - 1)))
    return chosen


def page(item: Item, passage: int, pieces: Pieces) -> Page:
    """Return a passage as the reader sees it."""
    report, question = item.report, item.question
    text = report.passages[passage]
    asked, told, lead = pieces.encode([question.text.strip(), text.text, ". ".join(text.headings)])
    window = pieces.windows(asked, told, lead)[0]
    own = [i for i, p in enumerate(report.passage_of) if p == passage]
    sentences = []
    for a, b in window.offsets:
        inside = (
            i for i in own if report.sentences[i].start < text.start + b and text.start + a < report.sentences[i].end
        )
        sentences.append(next(inside, -1))
    golds = []
    for i in set(own) & question.gold:
        start, end = report.sentences[i].start, report.sentences[i].end
        for group in question.record["facts"]:
            for fact in group:
                for m in re.finditer(fact, report.document.text[start:end], re.IGNORECASE):
                    at = start + m.start() - text.start
                    golds.append(positions(window, at, at + m.end() - m.start()))
    found = [g for g in golds if g] or [(0, 0)]
    return Page(window, tuple(sentences), tuple(s for s, _ in found), tuple(e for _, e in found))
