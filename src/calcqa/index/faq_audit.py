"""What a sidecar lacks or doubles: sentences nobody asks about, duplicates, and questions that stray.

A question strays when its nearest neighbour among the questions asked ahead has another answer: either one of the two
points to the wrong place, or they differ in a word the encoder hardly sees, and more questions are wanted there. Read
only; what to do about a finding is for the writer of the sidecar to say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calcqa.index.index import Index
from calcqa.language.tokens import words

_SAME = 0.98  # cosine from which two questions with one answer are called duplicates
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions asked ahead, how alike they are (cosine), and whether a document or its gaps answer them."""

    question: str
    other: str
    score: float


@dataclass(frozen=True, slots=True)
class Findings:
    """What `check` found: sentences without a question, pairs too alike, and pairs that point to different places."""

    unasked: tuple[str, ...]
    duplicates: tuple[Pair, ...]
    strays: tuple[Pair, ...]


def check(index: Index) -> Findings:
    """Return the findings over the questions asked ahead of the index's documents."""
    asked_sentences = {i for target in index.targets for i in target}
    unasked = [
        index.sentence_text(i)
        for i, s in enumerate(index.sentences)
        if s.passage.document_id in index.with_sidecar and i not in asked_sentences
    ]
    numbers = [i for i, a in enumerate(index.faq) if a.document_id]
    vectors = index.store.vectors([index.faq_row + i for i in numbers]) if numbers else np.zeros((0, 1))
    answers = [index.targets[i] or index.faq[i].document_id for i in numbers]  # the gaps of a document are one
    duplicates, strays = [], []
    told: set[frozenset[int]] = set()
    for at in range(0, len(numbers), _BLOCK):
        block = vectors[at : at + _BLOCK] @ vectors.T
        block[np.arange(len(block)), at + np.arange(len(block))] = -1.0
        for row, nearest in enumerate(block.argmax(axis=1)):
            here, there = at + row, int(nearest)
            if len(numbers) < 2:
                continue
            pair = Pair(
                index.faq[numbers[here]].question,
                index.faq[numbers[there]].question,
                round(float(block[row, nearest]), 4),
            )
            if answers[here] != answers[there]:
                seen = frozenset((here, there))
                if seen not in told:
                    strays.append(pair)
                told.add(seen)
            elif pair.score >= _SAME or words(pair.question) == words(pair.other):
                if here < there:
                    duplicates.append(pair)
    strays.sort(key=lambda p: -p.score)
    return Findings(tuple(unasked), tuple(duplicates), tuple(strays))
