"""Corrects misspelt words of a question towards the documents' words, and names the words that no document holds.

A word is corrected only where it is unknown to the encoder's tokeniser, the documents and the FAQ entries, and a word
of the documents is very near. Grammar and meaning are not looked at.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from calcqa.language.clinical import vocabulary
from calcqa.language.english import ENGLISH
from calcqa.language.english_general import GENERAL
from calcqa.language.tokens import STOPWORDS, stem, words
from calcqa.parameters import DEFAULTS, Weights

Correct = Callable[[str], str]

_WHOM = re.compile(rf"(?:{ENGLISH.whom})s?$")
_MOST_UNKNOWN = 30  # words of a question that are looked up among all of the documents; each costs a walk over these


class Speller:
    """Corrects single words towards the words of the documents.

    `known` are words to leave alone, `targets` those that a misspelt word may be corrected to. The words of `others`
    count too.
    """

    def __init__(
        self,
        known: Iterable[str],
        targets: Iterable[str],
        weights: Weights = DEFAULTS,
        others: Sequence[Speller] = (),
    ) -> None:
        self._weights = weights
        self._targets = sorted({t for t in targets if len(t) >= weights.spelling_letters and t.isalpha()})
        self._known = {stem(w) for w in self._targets} | set(known) | set(self._targets)
        self._others, self._seen = others, dict[str, str]()

    def correct(self, question: str, common: Container[str] = STOPWORDS) -> str:
        """Return `question` with its unknown words replaced by the nearest target, where one is very near.

        `common` are further words to leave alone.
        """
        looked_up: set[str] = set()

        def corrected(match: re.Match[str]) -> str:
            word, lower = match.group(), match.group().lower()
            if any(w in held for w in (lower, stem(lower)) for held in (common, STOPWORDS, self)):
                return word
            looked_up.add(lower)
            return self._word(word, lower) if len(looked_up) <= _MOST_UNKNOWN else word

        return re.sub(rf"[^\W\d_]{{{self._weights.spelling_letters},}}", corrected, question)

    def __contains__(self, word: object) -> bool:
        return word in self._known or any(word in other for other in self._others)

    def _word(self, word: str, lower: str) -> str:
        if lower not in self._seen:
            rest = self._weights.spelling_rest_alike
            near = sorted(self._near(lower), key=lambda pair: (-pair[1], pair[0]))
            if len(self._seen) > 10_000:
                self._seen.clear()
            self._seen[lower] = next((target for target, _ in near if not _turned(lower, target, rest)), "")
        return self._seen[lower] or word

    def _near(self, word: str) -> Iterator[tuple[str, float]]:
        """Yield the targets near a word, each with its similarity."""
        alike = self._weights.spelling_alike
        for target, similarity, _ in process.extract(
            word, self._targets, scorer=OSA.normalized_similarity, score_cutoff=alike, limit=None
        ):
            yield target, similarity
        for other in self._others:
            yield from other._near(word)


def _turned(word: str, target: str, alike: float) -> bool:
    """Say whether another prefix would turn the sense: hypocalcemia is no slip for hypercalcemia.

    It would where what follows the prefixes is at least `alike`.
    """
    long, short = sorted((word, target), key=len, reverse=True)
    if long.endswith(short):
        return long.removesuffix(short) in ENGLISH.prefixes
    (first, rest), (other, others) = map(_parted, (word, target))
    return first != other and OSA.normalized_similarity(rest, others) >= alike


def _parted(word: str) -> tuple[str, str]:
    before = max((p for p in ENGLISH.prefixes if word.startswith(p)), key=len, default="")
    return ENGLISH.prefix_forms.get(before, before), word.removeprefix(before)


def says_little(word: str) -> bool:
    """Say whether it says nothing of what documents leave out that they lack `word`, in small letters."""
    if word[0].isdigit() or word in STOPWORDS or word in ENGLISH.everyday:
        return True
    return stem(word) in _general() or bool(_WHOM.match(word))


@functools.cache
def _general() -> frozenset[str]:
    return frozenset(map(stem, GENERAL))


def unknown_terms(question: str, document_terms: Container[str], correct: Correct = str) -> tuple[str, ...]:
    """Return the content words of `question` that occur in no document, as they were typed, each once, in order.

    A word occurs if its stem does, or that of a word it stands for or that it misspells (`correct`), or if documents
    have others for what it says: `document_terms` are their stems and concepts.
    """
    units = vocabulary().units(correct(question))
    met = {unit[0] for unit in units if any(term in document_terms for term in unit)}
    seen: dict[str, None] = {}
    for word in itertools.islice(dict.fromkeys(words(question)), 2 * _MOST_UNKNOWN):
        meant = [w for w in words(correct(word)) if not says_little(w)]
        if meant and not any(stem(w) in document_terms or stem(w) in met for w in (word, *meant)):
            seen.setdefault(word)
    return tuple(seen)
