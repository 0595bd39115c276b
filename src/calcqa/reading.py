"""The reader: what marks, in a passage, the words that answer a question. A protocol; no reader ships yet.

A reader plugs into `calcqa.open(reader=...)`; the assistant hands it the passages an answer quotes, and shows the best
span it finds as the answer's `short_answer`. Without one, answers are whole sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from calcqa.domain import Passage, Span


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in one passage.

    `span` is in code points of the document, inside the passage; None where the passage holds no answer. `answerable`
    is the estimated probability (0..1) that the passage answers the question at all.
    """

    passage_id: str
    span: Span | None
    answerable: float


class Reader(Protocol):
    """Reads passages for the answer to a question."""

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Return one reading for each passage, in their order."""
        ...
