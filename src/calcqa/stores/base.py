"""The two protocols of a store: vectors by cosine and texts by their words, each searched by field and id.

A field is one kind of thing: passages, sentences or questions. An id names its document before its last colon
(`document:start-end`, `document:q7`), so what belongs to a document is known by the id alone. Ids of a field are
unique. Callers see ids, never the places at which a store keeps them; a field could hold several vectors an id (one a
token): `search` and `score` would then give an id its best.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from calcqa.language.clinical import Unit
from calcqa.parameters import Weights

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

PASSAGES, SENTENCES, QUESTIONS, PHRASES = "passages", "sentences", "questions", "phrases"
"""The fields. `PHRASES` is of words alone: passages once more, by words and pairs of neighbouring words together."""


class Match(NamedTuple):
    """An id that a search returns, and its score; higher is better."""

    id: str
    score: float


class VectorSearch(Protocol):
    """Unit vectors by field and id, to be read. Queries have shape (queries, dimension) and unit length."""

    def search(
        self, field: str, queries: Floats, k: int, *, documents: Collection[str] | None = None
    ) -> list[list[Match]]:
        """Return for each query the k ids with the highest cosines, best first; of equal ones the first added first.

        With `documents`, only ids of these are searched. Fewer than k come back where there are no more.
        """
        ...

    def score(self, field: str, queries: Floats, ids: Sequence[str]) -> Floats:
        """Return the cosine of each query with each of `ids`, shape (queries, ids); KeyError where one is not there."""
        ...

    def vectors(self, field: str, ids: Sequence[str]) -> Floats:
        """Return the vectors of `ids`, shape (ids, dimension); KeyError where one is not there."""
        ...

    def count(self, field: str, documents: Collection[str] | None = None) -> int:
        """Return how many ids a field holds, in all documents or in these."""
        ...

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        ...


class VectorStore(VectorSearch, Protocol):
    """Unit vectors by field and id, which documents are added to and removed from."""

    def add(self, field: str, ids: Sequence[str], vectors: Floats) -> None:
        """Add `vectors`, shape (ids, dimension), to a field; ValueError where an id is there already."""
        ...

    def remove(self, document: str) -> None:
        """Remove what belongs to a document from every field; nothing where it has none."""
        ...


@dataclass(frozen=True, slots=True)
class Statistics:
    """How many texts are weighed together, how many terms they have, and how many of them have what is asked for.

    `k1` and `b` are BM25's; of a sum, those of its first.
    """

    texts: int
    length: int
    frequencies: Mapping[tuple[str, ...], int]
    k1: float
    b: float

    def __add__(self, other: Statistics) -> Statistics:
        terms = self.frequencies.keys() | other.frequencies.keys()
        both = {t: self.frequencies.get(t, 0) + other.frequencies.get(t, 0) for t in terms}
        return Statistics(self.texts + other.texts, self.length + other.length, both, self.k1, self.b)


class LexicalSearch(Protocol):
    """Texts by field and id, to be read: scored by the words they share with a question.

    A score weighs each word by how rare it is among the texts that are searched. Where several stores are searched as
    one, or some documents of one, `among` says what all of these hold together; by default, it is the store itself.
    """

    def search(
        self,
        field: str,
        question: str,
        k: int,
        *,
        documents: Collection[str] | None = None,
        among: Statistics | None = None,
    ) -> list[Match]:
        """Return the k ids that share most of the question's words, best first; none that shares nothing."""
        ...

    def score(self, field: str, question: str, ids: Sequence[str], *, among: Statistics | None = None) -> Floats:
        """Return the share, 0..1, of the question's words in each of `ids`, shape (ids,)."""
        ...

    def statistics(self, field: str, question: str, documents: Collection[str] | None = None) -> Statistics:
        """Return what one field holds of the question's terms, in all documents or in these."""
        ...

    def holding(self, field: str, units: Sequence[Unit], documents: Collection[str] | None = None) -> list[str]:
        """Return the ids of the texts that hold all of these units, in all documents or in these."""
        ...

    def weighed(self, weights: Weights) -> LexicalSearch:
        """Return the same texts, scored with other weights; nothing is copied."""
        ...


class LexicalStore(LexicalSearch, Protocol):
    """The texts of one index, which can be written with it."""

    def weighed(self, weights: Weights) -> LexicalStore:
        """Return the same texts, scored with other weights; nothing is copied."""
        ...

    def terms(self, field: str) -> Collection[str]:
        """Return all terms of a field; those of `PHRASES` that hold a space are pairs."""
        ...

    def save(self, folder: Path) -> None:
        """Write the store into `folder`; OSError where it cannot be written."""
        ...


class LexicalKind(Protocol):
    """What makes stores of words of one kind, and reads what they wrote."""

    def build(
        self,
        texts: Mapping[str, tuple[Sequence[str], Sequence[str]]],
        weights: Weights,
        concepts: Mapping[str, Sequence[Collection[str]]] | None = None,
    ) -> LexicalStore:
        """Index the texts of passages, sentences and questions, for each field as (ids, texts), with their concepts."""
        ...

    def load(self, folder: Path, ids: Mapping[str, Sequence[str]], weights: Weights) -> LexicalStore:
        """Read what `save` wrote of these `ids` by field; ValueError where it is anything else."""
        ...


class IdTable:
    """The ids of a field, and the places at which its store keeps them: 0 for the first."""

    def __init__(self, ids: Sequence[str] = ()) -> None:
        """Hold `ids` in their order; ValueError where one is there twice."""
        self.ids = list(ids)
        if len(set(self.ids)) < len(self.ids):
            raise ValueError("an id is there twice")

    def places(self, ids: Iterable[str]) -> Places:
        """Return where `ids` are; KeyError where one is not there."""
        by_id = self._places
        return np.array([by_id[i] for i in ids], dtype=np.int64)

    def of(self, documents: Iterable[str]) -> Places:
        """Return where all ids of `documents` are, in order."""
        own = [self._documents[d] for d in dict.fromkeys(documents) if d in self._documents]
        return np.sort(np.concatenate(own)) if own else np.zeros(0, dtype=np.int64)

    @functools.cached_property
    def _places(self) -> dict[str, int]:
        return {id_: place for place, id_ in enumerate(self.ids)}

    @functools.cached_property
    def _documents(self) -> dict[str, Places]:
        grouped: dict[str, list[int]] = defaultdict(list)
        for place, id_ in enumerate(self.ids):
            grouped[document_of(id_)].append(place)
        return {d: np.array(places, dtype=np.int64) for d, places in grouped.items()}


def document_of(id_: str) -> str:
    """Return the document that an id belongs to; empty for what belongs to none."""
    return id_.rpartition(":")[0]


def top(values: Floats, k: int) -> Places:
    """Return the places of the k highest of `values`, shape (n,), highest first; of equal ones the lower first."""
    if not 0 < k < len(values):
        return np.argsort(-values, kind="stable")[: max(0, k)]
    least = np.partition(values, -k)[-k]  # sorting thousands for the best fifty would take longer than comparing them
    highest = np.flatnonzero(values >= least)
    return highest[np.argsort(-values[highest], kind="stable")][:k]
