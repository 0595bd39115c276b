"""What a FAQ lacks or doubles: sentences nobody asks about, duplicates, and questions that stray.

A question strays when its nearest neighbour among the FAQ entries has another answer: either one of the two
points to the wrong place, or they differ in a word the encoder hardly sees, and more questions are wanted there. Read
only; what to do about a finding is for the writer of the sidecar to say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calcqa.index.index import Index
from calcqa.language.tokens import words
from calcqa.parameters import DUPLICATES
from calcqa.stores.base import QUESTIONS

_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Pair:
    """Two FAQ entries and how alike they are (cosine)."""

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
    """Return the findings over the FAQ entries of the index's documents."""
    asked_sentences = {i for q in index.entries for i in index.targets(q)}
    unasked = [
        s.text
        for i, s in index.sentences.items()
        if s.passage.document_id in index.with_sidecar and i not in asked_sentences
    ]
    ids = [q for q, entry in index.entries.items() if entry.document_id]
    vectors = index.store.vectors(QUESTIONS, ids)
    # All that a document does not answer is one answer.
    answers = [index.targets(q) or index.entries[q].document_id for q in ids]
    duplicates, strays = [], []
    told: set[frozenset[int]] = set()
    for at in range(0, len(ids), _BLOCK):
        block = vectors[at : at + _BLOCK] @ vectors.T
        block[np.arange(len(block)), at + np.arange(len(block))] = -1.0
        for row, nearest in enumerate(block.argmax(axis=1)):
            here, there = at + row, int(nearest)
            if len(ids) < 2:
                continue
            pair = Pair(
                index.entries[ids[here]].question,
                index.entries[ids[there]].question,
                round(float(block[row, nearest]), 4),
            )
            if answers[here] != answers[there]:
                seen = frozenset((here, there))
                if seen not in told:
                    strays.append(pair)
                told.add(seen)
            elif pair.score >= DUPLICATES or words(pair.question) == words(pair.other):
                if here < there:
                    duplicates.append(pair)
    strays.sort(key=lambda p: -p.score)
    return Findings(tuple(unasked), tuple(duplicates), tuple(strays))
