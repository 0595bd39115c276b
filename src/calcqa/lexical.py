"""The lexical side: BM25 over the rows of an index, by bm25s, as a share of what a perfect match would score.

BM25's scale depends on the question; dividing by the sum of its terms' idf (the limit of the score for a row that
holds every term often) gives a share of 0..1 that can be compared between questions, which a decision to answer needs.
A term that occurs nowhere keeps its (highest) idf in the divisor: what the documents never speak of counts against.

Rows of every kind are scored by their words, and passages once more by words and pairs of neighbouring words together:
pairs tell the passage on a thing from one that holds its words apart, but a question has some that stand nowhere, so
that share ranks passages, and decides nothing. What was tried stands in docs/benchmarks.md.
"""

from __future__ import annotations

import functools
import logging
import math
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from calcqa.text import phrases, stems

K1, B = 0.9, 0.4
"""How soon a term said again stops counting for more, and how much a long row is held against it."""

_NOTHING = "\x00"  # the term of texts that have none

Shares = NDArray[np.float32]


class Lexical:
    """The words of all rows of an index, and the phrases of its passages, which are the first rows."""

    def __init__(self, words: Bm25, phrases: Bm25) -> None:
        self._words, self._phrases = words, phrases

    @classmethod
    def build(cls, texts: Sequence[str], passages: int) -> Lexical:
        """Index `texts`, of which the first `passages` are passages. A text without content words scores 0."""
        return cls(Bm25.build(texts, stems), Bm25.build(texts[:passages], phrases))

    def scores(self, question: str) -> Shares:
        """Return each row's share of the question's words, 0..1, shape (rows,)."""
        return self._words.scores(question)

    def phrase_scores(self, question: str) -> Shares:
        """Return each passage's share of the question's words and pairs of words, 0..1, shape (passages,)."""
        return self._phrases.scores(question)

    @functools.cached_property
    def passage_stems(self) -> frozenset[str]:
        """The stems of all content words of the passages and of the context they stand in."""
        return frozenset(term for term in self._phrases.terms if term not in ("", _NOTHING) and " " not in term)

    def save(self, folder: Path) -> None:
        """Write both into `folder`."""
        self._words.save(folder / "words")
        self._phrases.save(folder / "phrases")

    @classmethod
    def load(cls, folder: Path, rows: int, passages: int) -> Lexical:
        """Read what `save` wrote; ValueError where it does not hold `rows` rows and `passages` passages."""
        return cls(Bm25.load(folder / "words", stems, rows), Bm25.load(folder / "phrases", phrases, passages))


class Bm25:
    """BM25 (Robertson & Zaragoza 2009; the Lucene variant of Kamphuis et al. 2020) over the terms of texts."""

    def __init__(self, bm25: Any, terms: Callable[[str], list[str]], rows: int) -> None:
        self._bm25, self._terms, self._rows = bm25, terms, rows
        self._starts = np.asarray(bm25.scores["indptr"])  # of each term's rows

    @classmethod
    def build(cls, texts: Sequence[str], terms: Callable[[str], list[str]]) -> Bm25:
        """Index `texts` by what `terms` finds in each; row i of every score belongs to texts[i]."""
        import bm25s

        corpus = [terms(t) for t in texts]
        if not any(corpus):
            corpus = [*corpus[:-1], [_NOTHING]]  # bm25s cannot index an empty vocabulary
        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it speaks at DEBUG of every index it makes
        bm25 = bm25s.BM25(k1=K1, b=B, method="lucene")
        vocabulary = {t: i for i, t in enumerate(sorted({t for found in corpus for t in found}))}  # in the same order
        ids = [[vocabulary[t] for t in found] for found in corpus]  # everywhere, where bm25s' own follows a set's
        bm25.index(bm25s.tokenization.Tokenized(ids=ids, vocab=vocabulary), show_progress=False)
        return cls(bm25, terms, len(texts))

    def scores(self, question: str) -> Shares:
        """Return one share of 0..1 for each row, shape (rows,)."""
        ids = [self._bm25.vocab_dict.get(t) for t in dict.fromkeys(self._terms(question))]
        frequencies = {i: int(self._starts[i + 1] - self._starts[i]) for i in ids if i is not None}
        known = [i for i, frequency in frequencies.items() if frequency]
        if not known:
            return np.zeros(self._rows, dtype=np.float32)
        ideal = sum(_idf(self._rows, 0 if i is None else frequencies[i]) for i in ids)
        raw = np.asarray(self._bm25.get_scores_from_ids(known), dtype=np.float32)
        return raw / np.float32(ideal)

    @property
    def terms(self) -> Collection[str]:
        """All terms that were indexed."""
        return cast("Collection[str]", self._bm25.vocab_dict.keys())

    def save(self, folder: Path) -> None:
        """Write the index into `folder`."""
        self._bm25.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path, terms: Callable[[str], list[str]], rows: int) -> Bm25:
        """Read what `save` wrote; ValueError where it does not hold `rows` rows."""
        import bm25s

        bm25 = bm25s.BM25.load(str(folder), load_corpus=False, mmap=False)
        found = int(bm25.scores["num_docs"])
        if found != rows:
            raise ValueError(f"the lexical index holds {found} rows, expected {rows}")
        return cls(bm25, terms, rows)


def _idf(rows: int, frequency: int) -> float:
    return math.log(1 + (rows - frequency + 0.5) / (frequency + 0.5))
