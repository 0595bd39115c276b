"""Questions with the sentences of their reports, as the reader sees them in listwise training.

What is read are sheets, as `calcqa.answering.reading` makes them: sentences of a report, those near the question.
"""

from __future__ import annotations

import dataclasses
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from calcqa.answering.reading import sheets
from calcqa.models.windows import Pieces, Window
from calcqa.parameters import DEFAULTS
from training.beginning import quick
from training.case_reports.reports import Question, Report
from training.encoder.measure import encoded
from training.encoder.model import EncoderModel
from training.features import positions

_SENTENCE = 128  # word pieces of a sentence by which sentences are ordered
_TEMPTING = 3  # sentences that tempt, of those a question is read beside
_FALLING = 0.25  # how fast the chance falls that a sentence is among them, by its place


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its report, how near each of that one's sentences comes, and those that are not to be read."""

    report: Report
    question: Question
    cosines: tuple[float, ...]
    hidden: frozenset[int] = frozenset()

    @property
    def order(self) -> list[int]:
        """The numbers of the sentences that may be read, nearest first."""
        return sorted(set(range(len(self.cosines))) - self.hidden, key=lambda i: -self.cosines[i])


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet to be read with a question: its window, the sentence of each piece, and gold positions."""

    window: Window
    sentences: tuple[int, ...]  # by piece; -1 where in none
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def items_of(reports: Sequence[Report], encoder: EncoderModel) -> list[Item]:
    """Return the questions that stand alone."""
    items = []
    encoder.eval()
    for report in reports:
        questions = [q for q in report.questions if not q.record.get("leans")]
        if questions:
            rows = single_scores(encoder, report, questions)
            items += [
                Item(report, question, tuple(row.tolist())) for question, row in zip(questions, rows, strict=True)
            ]
    return items


@torch.no_grad()
def single_scores(encoder: EncoderModel, report: Report, questions: Sequence[Question]) -> NDArray[np.float32]:
    """Return the cosines of questions and sentences, of shape (questions, sentences)."""
    told = torch.zeros(len(report.texts), encoder.bert.config.hidden_size)
    with quick():
        for rows, outputs in encoded(encoder, report.texts, _SENTENCE):
            told[rows] = outputs[0]
        asked = encoder(encoder.tokens([q.text for q in questions]))[0]
    cosines: NDArray[np.float32] = (asked @ told.T).numpy()
    return cosines


def taught(item: Item, rng: random.Random, most: int = DEFAULTS.read_sentences) -> list[int]:
    """Return the sentences, `most`, that a question is read beside: gold, tempting, and near ones, some left out."""
    tempting = sorted(item.question.tempting - item.question.gold)
    chosen = [*sorted(item.question.gold), *tempting[:_TEMPTING]][:most]
    near = [i for i in item.order if i not in chosen]
    while near and len(chosen) < most:  # the nearer the likelier
        chosen.append(near.pop(min(int(rng.expovariate(_FALLING)), len(near) - 1)))
    return chosen


def without_answer(item: Item) -> Item:
    """Return a question as one that its report does not answer: what answers is not there to read."""
    gold = item.question.gold
    question = dataclasses.replace(item.question, groups=(), tempting=item.question.tempting - gold)
    return dataclasses.replace(item, question=question, hidden=gold)


def pages(item: Item, numbers: Iterable[int], pieces: Pieces) -> list[Page]:
    """Return the sheets with these sentences as the reader sees them."""
    report, question = item.report, item.question
    number = {report.sentences[i]: i for i in numbers}
    read = list(sheets(report.document, number))
    asked, *told = pieces.encode([question.text.strip(), *(sheet.text.text for sheet in read)])
    result = []
    for sheet, context in zip(read, told, strict=True):
        places = dict(zip(map(number.__getitem__, sheet.sentences), sheet.text.sentences, strict=True))
        for window in pieces.windows(asked, context):
            owners = tuple(
                next((i for i, place in places.items() if place.start < b and a < place.end), -1)
                for a, b in window.offsets
            )
            golds = (
                positions(window, place.start + start, place.start + end)
                for i, place in places.items()
                if i in question.gold
                for start, end in facts(sheet.text.text[place.start : place.end], question)
            )
            found = [g for g in golds if g] or [(0, 0)]
            result.append(Page(window, owners, tuple(s for s, _ in found), tuple(e for _, e in found)))
    return result


def facts(sentence: str, question: Question) -> Iterator[tuple[int, int]]:
    """Yield where the facts of a question stand in a sentence."""
    for fact in (fact for group in question.record["facts"] for fact in group):
        yield from (match.span() for match in re.finditer(fact, sentence, re.IGNORECASE))
