"""Models that do each piece of work once: fitting and measuring ask the same questions again and again.

Wrappers around an encoder and a reader. The caching ones keep everything in memory, the keeping one on disk, so that
hours of encoding survive an interruption. Not safe to share between threads.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from calcqa.models.encoder import Encoder, Vectors
from calcqa.models.reader import Reader, Reading
from calcqa.types import Passage, text_hash


class CachingEncoder:
    """An encoder that encodes each text once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self._seen = encoder, dict[str, Any]()
        self.name, self.sha256 = encoder.name, encoder.sha256
        self.dimension, self.window = encoder.dimension, encoder.window
        self.count, self.vocabulary = encoder.count, functools.cache(encoder.vocabulary)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors of shape (len(texts), dimension), each of unit length."""
        new = [t for t in dict.fromkeys(texts) if t not in self._seen]
        self._seen.update(zip(new, self._encoder.encode(new) if new else (), strict=True))
        return np.stack([self._seen[t] for t in texts]) if texts else np.zeros((0, self.dimension), dtype=np.float32)


class KeepingEncoder:
    """An encoder that keeps each batch as a file in a folder, under the sha256 of the weights and the texts."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder, self._folder = encoder, folder
        self.name, self.sha256 = encoder.name, encoder.sha256
        self.dimension, self.window = encoder.dimension, encoder.window
        self.count, self.vocabulary = encoder.count, encoder.vocabulary
        folder.mkdir(parents=True, exist_ok=True)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors of shape (len(texts), dimension), each of unit length."""
        file = self._folder / f"{text_hash(json.dumps([self.sha256, *texts]))}.npy"
        if file.exists():
            return np.asarray(np.load(file), dtype=np.float32)
        vectors = self._encoder.encode(texts)
        unfinished = file.with_suffix(".part")
        with unfinished.open("wb") as handle:
            np.save(handle, vectors)
        unfinished.replace(file)
        return vectors


class CachingReader:
    """A reader that reads each passage once for each question."""

    def __init__(self, reader: Reader) -> None:
        self._reader, self._seen = reader, dict[tuple[str, str, str], Reading]()
        self.threshold, self.exact_threshold = reader.threshold, reader.exact_threshold
        self.weights = getattr(reader, "weights", {})

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Return one reading for each passage, in their order."""
        new = [p for p in passages if (question, p.id, p.text) not in self._seen]  # an id alone may name several sheets
        for passage, reading in zip(new, self._reader.read(question, new) if new else (), strict=True):
            self._seen[question, passage.id, passage.text] = reading
        return [self._seen[question, p.id, p.text] for p in passages]
