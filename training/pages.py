"""Questions with the sentences of their reports, as the reader sees them in listwise training.

What is read are excerpts, as `calcqa.answering.reading` cuts them: sentences with the one before each.
"""

from __future__ import annotations

import dataclasses
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from calcqa.answering.reading import excerpts, led
from calcqa.models.windows import Pieces, Window
from calcqa.parameters import DEFAULTS
from calcqa.types import Passage, Span
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
    """An excerpt to be read with a question: its window, the sentence of each piece, and gold positions."""

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


def taught(item: Item, rng: random.Random) -> list[int]:
    """Return the sentences that a question is read beside: gold, tempting, and near ones, with some left out."""
    tempting = sorted(item.question.tempting - item.question.gold)
    chosen = [*sorted(item.question.gold), *tempting[:_TEMPTING]][: DEFAULTS.read_sentences]
    near = [i for i in item.order if i not in chosen]
    while near and len(chosen) < DEFAULTS.read_sentences:  # the nearer the likelier
        chosen.append(near.pop(min(int(rng.expovariate(_FALLING)), len(near) - 1)))
    return chosen


def without_answer(item: Item) -> Item:
    """Return a question as one that its report does not answer: whatever would show the answer is not there to read.

    That is the gold sentences, and those that would be read with one of them before them.
    """
    gold, owner = item.question.gold, item.report.passage_of
    after = {i + 1 for i in gold if i + 1 < len(owner) and owner[i + 1] == owner[i]}
    question = dataclasses.replace(item.question, groups=(), tempting=item.question.tempting - gold - after)
    return dataclasses.replace(item, question=question, hidden=gold | after)


def cuts(report: Report, numbers: Iterable[int]) -> list[tuple[Passage, range]]:
    """Return the excerpts that hold these sentences, with the numbers of the sentences that each has."""
    inside: dict[int, set[int]] = defaultdict(set)
    for number in numbers:
        owner = report.passage_of[number]
        inside[owner].add(number - report.first_of[owner])
    return [
        (led(text, report.document), range(report.first_of[owner] + at.start, report.first_of[owner] + at.stop))
        for owner, own in inside.items()
        for text, at in excerpts(report.passages[owner], own)
    ]


def pages(item: Item, numbers: Iterable[int], pieces: Pieces) -> list[Page]:
    """Return the excerpts that hold these sentences as the reader sees them."""
    report, question = item.report, item.question
    read = cuts(report, numbers)
    leads = [". ".join(text.headings) for text, _ in read]
    asked, *told = pieces.encode([question.text.strip(), *(text.text for text, _ in read), *leads])
    result = []
    for (text, own), context, lead in zip(read, told, told[len(read) :], strict=False):
        window = pieces.windows(asked, context, lead)[0]
        sentences = tuple(
            next((i for i in own if report.sentences[i].start < text.start + b
                  and text.start + a < report.sentences[i].end), -1)
            for a, b in window.offsets
        )  # fmt: skip
        golds = (
            positions(window, span.start - text.start, span.end - text.start)
            for span in facts(report, question, question.gold.intersection(own))
        )
        found = [g for g in golds if g] or [(0, 0)]
        result.append(Page(window, sentences, tuple(s for s, _ in found), tuple(e for _, e in found)))
    return result


def facts(report: Report, question: Question, gold: Iterable[int]) -> list[Span]:
    """Return where the facts of a question stand in these gold sentences of its report."""
    found = []
    for i in gold:
        start, end = report.sentences[i].start, report.sentences[i].end
        for fact in (fact for group in question.record["facts"] for fact in group):
            matches = re.finditer(fact, report.document.text[start:end], re.IGNORECASE)
            found += [Span(start + m.start(), start + m.end()) for m in matches]
    return found
