"""Some of a large set's texts, the same every time: so that its questions can be asked where it is too large.

Does not: leave out a question, or a text that one names.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Collection, Sequence

from calcqa.errors import InputError
from calcqa.evaluation.datasets.base import QuestionSet


def some(texts: Sequence[str], needed: Collection[str], most: int) -> set[str]:
    """Return `most` ids of `texts`: those that are needed, however many they are, and others chosen at random."""
    kept = set(needed)
    others = [text for text in texts if text not in kept]
    return kept | set(random.Random(0).sample(others, min(len(others), max(0, most - len(kept)))))


def among(found: QuestionSet, most: int) -> QuestionSet:
    """Return the set with its questions and `most` of its texts: those that its questions name, and others.

    Raises:
        InputError: the set brings no texts of its own, or `most` is not positive.

    """
    if most < 1:
        raise InputError(f"The texts must be at least 1, not {most}.")
    if not found.texts:
        raise InputError(f"{found.name} brings no texts of its own from which to choose.")
    named = frozenset().union(*(q.texts for q in found.queries))
    kept = some([t.id for t in found.texts], named, most)
    return dataclasses.replace(found, texts=tuple(t for t in found.texts if t.id in kept))
