"""Parts of a dataset, the same every time: a split, some questions, some texts."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Collection, Sequence

from calcqa.errors import InputError
from calcqa.evaluation.datasets.base import Dataset, Query


def choose(
    dataset: Dataset, split: str | None = None, limit: int | None = None, *, alone: bool = False
) -> tuple[Query, ...]:
    """Return the queries of a split, and of these at most `limit`, chosen at random, in order.

    With `alone`, those that were written for no text are left out.

    Raises:
        InputError: there is no such split, no text to ask alone, or the limit is not positive.

    """
    queries = [q for q in dataset.queries if split in (None, q.split)]
    if not queries:
        known = ", ".join(sorted({repr(q.split) for q in dataset.queries if q.split})) or "none"
        raise InputError(f"{dataset.name} has no questions of the split {split!r}; splits it has: {known}.")
    if alone and not (queries := [q for q in queries if q.asked_of]):
        raise InputError(f"{dataset.name} does not say which text its questions were written for, as --alone needs.")
    if limit is None:
        return tuple(queries)
    if limit < 1:
        raise InputError(f"The limit must be at least 1, not {limit}.")
    places = sorted(random.Random(0).sample(range(len(queries)), min(limit, len(queries))))
    return tuple(queries[i] for i in places)


def some(texts: Sequence[str], needed: Collection[str], most: int) -> set[str]:
    """Return `most` ids of `texts`: those that are needed, however many they are, and others chosen at random."""
    kept = set(needed)
    others = [text for text in texts if text not in kept]
    return kept | set(random.Random(0).sample(others, min(len(others), max(0, most - len(kept)))))


def among(dataset: Dataset, most: int) -> Dataset:
    """Return the dataset with its queries and `most` of its texts: those that the queries name, and others.

    Raises:
        InputError: the dataset brings no texts of its own, or `most` is not positive.

    """
    if most < 1:
        raise InputError(f"The texts must be at least 1, not {most}.")
    if not dataset.texts:
        raise InputError(f"{dataset.name} brings no texts of its own from which to choose.")
    named = frozenset().union(*(q.texts for q in dataset.queries))
    kept = some([t.id for t in dataset.texts], named, most)
    return dataclasses.replace(dataset, texts=tuple(t for t in dataset.texts if t.id in kept))


def named_alone(dataset: Dataset, queries: Sequence[Query]) -> Dataset:
    """Return the dataset with these queries, and only the texts that they name: no other is asked, or judged by."""
    named = frozenset[str]().union(*(q.texts for q in queries))
    texts = tuple(t for t in dataset.texts if t.id in named)
    return dataclasses.replace(dataset, queries=tuple(queries), texts=texts)
