"""What a document of one's own costs beside a base of 10,000 passages: processor time, memory, and a question after it.

The base is made of invented words, with vectors at random, for only its size matters; the document that is added is
encoded and read by the real models. Encoding is measured by itself and taken off. Then some sessions come, each with a
document, and each is asked a question; the memory of the whole process is read after them. Nothing here judges.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import calcqa
from calcqa.assistant import Assistant
from calcqa.documents.corpus import Source
from calcqa.index.build import index_of
from calcqa.index.index import Index
from calcqa.models.encoder import Encoder, Vectors
from calcqa.types import Document, Section, text_hash
from calcqa.workspace import Workspace, settings

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PASSAGES = 25  # of a document of the base; two sentences each
_WORDS = 16  # of a sentence


class RandomEncoder:
    """An encoder's counts and names with vectors at random, so that a large base is made in seconds."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.sha256, self.window = encoder.name, encoder.sha256, encoder.window
        self.dimension, self.vocabulary = encoder.dimension, encoder.vocabulary
        self._random = np.random.default_rng(1)

    def count(self, text: str) -> int:
        """Return about how many word pieces a text has."""
        return 2 * len(text.split()) + 2

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors at random, shape (texts, dimension)."""
        vectors = self._random.normal(size=(len(texts), self.dimension)).astype(np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


class TimedEncoder:
    """An encoder that adds up the processor time it takes."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self.seconds = encoder, 0.0
        self.name, self.sha256, self.window = encoder.name, encoder.sha256, encoder.window
        self.dimension, self.vocabulary, self.count = encoder.dimension, encoder.vocabulary, encoder.count

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return what the encoder returns."""
        start = time.process_time()
        try:
            return self._encoder.encode(texts)
        finally:
            self.seconds += time.process_time() - start


def words(count: int) -> list[str]:
    """Return that many invented words, always the same."""
    chance = random.Random(1)
    return ["".join(chance.choices(_LETTERS, k=chance.randint(4, 9))) for _ in range(count)]


def document(number: int, passages: int, vocabulary: list[str]) -> Document:
    """Return an invented document of so many passages of two sentences."""
    chance = random.Random(number)

    def sentence() -> str:
        return " ".join(chance.choices(vocabulary, k=_WORDS)).capitalize() + "."

    title = f"Report {number}"
    text = "\n\n".join([title, *(f"{sentence()} {sentence()}" for _ in range(passages))])
    return Document(text_hash(text)[:16], f"{number}.txt", title, text, (Section(title, 1, 0, len(text)),))


def resident() -> float:
    """Return the memory of this process in MiB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def base_of(passages: int, opened: Assistant) -> tuple[Assistant, list[str]]:
    """Return an assistant over an invented base, and its vocabulary."""
    vocabulary = words(20_000)
    sources = [Source(None, document(n, _PASSAGES, vocabulary)) for n in range(passages // _PASSAGES)]
    index: Index = index_of(sources, RandomEncoder(opened.encoder), *settings(opened))
    return Assistant(index, TimedEncoder(opened.encoder), opened.reader), vocabulary


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--words", type=int, default=1_500)
    given = parser.parse_args()
    base, vocabulary = base_of(given.passages, calcqa.open(reader=None))
    encoder = base.encoder
    assert isinstance(encoder, TimedEncoder)
    question = f"What is {vocabulary[7]} {vocabulary[8]}?"
    base.ask(question)
    adding, asking, memory, held = [], [], [resident()], []
    for number in range(given.sessions):
        own = document(1_000_000 + number, given.words // (2 * _WORDS), vocabulary)
        start, encoded = time.process_time(), encoder.seconds
        workspace = Workspace(base)
        workspace.add(own.text.encode(), own.source)
        workspace.assistant()
        adding.append(time.process_time() - start - (encoder.seconds - encoded))
        start = time.process_time()
        workspace.assistant().ask(question)
        asking.append(time.process_time() - start)
        held.append(workspace)
        memory.append(resident())
    print(f"{base.index.store.count('passages'):,} passages, {given.sessions} sessions, {given.words:,} words each\n")
    print("| | first | median of the others |\n|---|---|---|")
    more = np.diff(memory).tolist()
    for name, values, unit in (
        ("adding, processor time beyond encoding", adding, "s"),
        ("the first question after it, processor time", asking, "s"),
        ("memory more", more, "MiB"),
    ):
        print(f"| {name} | {values[0]:.2f} {unit} | {statistics.median(values[1:] or values):.2f} {unit} |")
    half = len(memory) // 2  # by then the encoder's own memory has grown as far as it does
    each = (memory[-1] - memory[half]) / max(1, len(memory) - 1 - half)
    print(f"\n{memory[0]:.0f} MiB before, {memory[-1]:.0f} MiB after; of the later half {each:.2f} MiB a session")


if __name__ == "__main__":
    main()
