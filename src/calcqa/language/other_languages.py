"""Says whether a question is in English, by its letters and its function words.

Letters counted by threes (Cavnar & Trenkle 1994) need longer texts than a question. Where neither speaks clearly, it
counts as English: most terms of the clinic are Latin.
"""

from __future__ import annotations

import functools
import unicodedata
from importlib import resources

from calcqa.language.tokens import STOPWORDS, words

_LEAST = 2  # different function words of one language by which it is told
_LONG = 5  # letters of one that tells it alone, where no English one stands
_OURS = frozenset({"comment", "forma", "stato", "hasta"})  # that may be an English word, or a name


def is_english(question: str) -> bool:
    """Say whether `question` may be English: most letters are Latin or Greek, and no language has more of its words."""
    letters = [c for c in question if c.isalpha()]
    if 2 * sum(not _is_ours(c) for c in letters) > len(letters):
        return False
    asked = set(words(question))
    english = len(asked & STOPWORDS)
    return all(_weight(asked & own, english) < max(_LEAST, english + 1) for own in _function_words())


def _weight(held: frozenset[str] | set[str], english: int) -> int:
    """Return how much these function words of a language speak for it: a long one as two, where none is English."""
    return sum(_LEAST if not english and len(w) >= _LONG and w not in _OURS else 1 for w in held)


@functools.lru_cache(4096)
def _is_ours(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("LATIN", "GREEK", "MICRO", "FEMININE", "MASCULINE"))


@functools.cache
def _function_words() -> tuple[frozenset[str], ...]:
    text = resources.files("calcqa.language").joinpath("other_languages.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return tuple(frozenset(line.split()) for line in lines)
