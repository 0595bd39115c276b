"""What a reader marks, sentence by sentence, and whether it is right: what its calibration is fitted to."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcqa.answering.reading import sheets
from calcqa.evaluation.measures.spans import f1
from calcqa.language.sentences import sentence_spans
from calcqa.models.reader import Reader
from calcqa.models.windows import Floats
from calcqa.parameters import DEFAULTS
from calcqa.query.answer_types import closed, several
from calcqa.types import Passage, text_hash
from training.data import Question, article_of
from training.evaluate import RIGHT
from training.pages import Item, facts

Flags = NDArray[np.bool_]

SLOPES = ("score", "evidence", "agreement")

Model = tuple[float, ...]
"""Intercept, and the slopes of a mark's score, of its sentence's evidence and of the agreement, as in `SLOPES`."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was marked for one question, sentence by sentence.

    `logits` has a row for each mark, in the order of `SLOPES`; `right` says whether the span is, `holds` whether the
    sentence has some of a gold. `group` is the article.
    """

    logits: Floats
    right: Flags
    holds: Flags
    group: str

    def quoted(self) -> Judged:
        """Return the same with those sentences alone that hold an answer."""
        return dataclasses.replace(self, logits=self.logits[self.holds], right=self.right[self.holds])

    def best(self, model: Model) -> int:
        """Return the sentence whose mark is the likeliest to be right, as the engine chooses it."""
        return int((self.logits @ np.array(model[1:])).argmax())


def mark(reader: Reader, questions: Sequence[Question]) -> list[Judged]:
    """Return what the reader marks in each question's document; those without a sentence have nothing to mark."""
    found = []
    for question in questions:
        text = question.context
        passage = Passage(text_hash(text)[:16], question.group, 0, len(text), text, (), tuple(sentence_spans(text)))
        (reading,) = reader.read(question.question, [passage])
        marks = [(m, s) for m, s in zip(reading.sentences, passage.sentences, strict=True) if m.span]
        if not marks:
            continue
        texts = [text[m.span.start : m.span.end] for m, _ in marks if m.span]
        right = np.array([any(f1(t, gold) > RIGHT for gold in question.golds) for t in texts])
        holds = np.array([any(a < s.end and s.start < b for a, b in question.answers) for _, s in marks])
        logits = np.array([(m.score, m.sentence_score, m.agreement) for m, _ in marks])
        found.append(Judged(logits, right, holds, article_of(question)))
    return found


def mark_reports(reader: Reader, items: Sequence[Item]) -> list[Judged]:
    """Return what the reader marks in the best sentences for each question over a case report; a gold is a fact.

    Questions for yes or no, or for two things, are left out: the program shows no words for them.
    """
    found = []
    for item in items:
        report, question = item.report, item.question
        if closed(question.text) or several(question.text):
            continue
        number = {report.sentences[i]: i for i in item.order[: DEFAULTS.read_sentences]}
        read = list(sheets(report.document, number))
        readings = reader.read(question.text, [sheet.text for sheet in read])
        marks = [
            (number[own], m, sheet.text.text[m.span.start : m.span.end])
            for sheet, reading in zip(read, readings, strict=True)
            for own, m in zip(sheet.sentences, reading.sentences, strict=True)
            if m.span
        ]
        if not marks:
            continue
        told = (report.document.text[s.start : s.end] for s in (report.sentences[i] for i in question.gold))
        golds = [text[start:end] for text in told for start, end in facts(text, question)]
        right = np.array([i in question.gold and any(f1(t, gold) > RIGHT for gold in golds) for i, _, t in marks])
        holds = np.array([i in question.gold for i, _, _ in marks])
        logits = np.array([(m.score, m.sentence_score, m.agreement) for _, m, _ in marks])
        found.append(Judged(logits, right, holds, report.id))
    return found
