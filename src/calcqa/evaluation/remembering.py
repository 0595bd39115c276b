"""Models that do each piece of work once: fitting and measuring ask the same questions again and again.

Drop-in wrappers around an encoder and a reader; they keep everything for as long as they live. Not safe to share
between threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from calcqa.domain import Passage
from calcqa.encoding import Encoder, Vectors
from calcqa.reading import Reader, Reading


class RememberingEncoder:
    """An encoder that encodes each text once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self._seen = encoder, dict[str, Any]()
        self.name, self.sha256 = encoder.name, encoder.sha256
        self.dimension, self.window = encoder.dimension, encoder.window
        self.count, self.vocabulary = encoder.count, encoder.vocabulary

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors of shape (len(texts), dimension), each of unit length."""
        new = [t for t in dict.fromkeys(texts) if t not in self._seen]
        self._seen.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._seen[t] for t in texts])


class RememberingReader:
    """A reader that reads each passage once for each question."""

    def __init__(self, reader: Reader) -> None:
        self._reader, self._seen = reader, dict[tuple[str, str], Reading]()
        self.threshold, self.exact_threshold = reader.threshold, reader.exact_threshold

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Return one reading for each passage, in their order."""
        new = [p for p in passages if (question, p.id) not in self._seen]
        for passage, reading in zip(new, self._reader.read(question, new) if new else (), strict=True):
            self._seen[question, passage.id] = reading
        return [self._seen[question, p.id] for p in passages]
