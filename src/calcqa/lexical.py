"""The lexical side: BM25 over the rows of an index, by bm25s, as a share of what a perfect match would score.

BM25's scale depends on the question; dividing by the sum of its terms' idf (the limit of the score for a row that
holds every term often) gives a share of 0..1 that can be compared between questions, which a decision to answer needs.
A term that occurs nowhere keeps its (highest) idf in the divisor: what the documents never speak of counts against.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calcqa.text import stems

K1, B = 1.5, 0.75


class Lexical:
    """BM25 (Robertson & Zaragoza 2009; the Lucene variant of Kamphuis et al. 2020) over stemmed content words."""

    def __init__(self, bm25: object, rows: int) -> None:
        self._bm25 = bm25
        self._rows = rows
        vocabulary = bm25.vocab_dict  # type: ignore[attr-defined]
        frequencies = np.diff(np.asarray(bm25.scores["indptr"]))  # type: ignore[attr-defined]
        self._ids: dict[str, int] = {t: i for t, i in vocabulary.items() if t}
        self._idf = {t: _idf(rows, int(frequencies[i])) for t, i in self._ids.items() if i < len(frequencies)}

    @classmethod
    def build(cls, texts: Sequence[str]) -> Lexical:
        """Index `texts`; row i of every score belongs to texts[i]. A text without content words scores 0."""
        import bm25s

        corpus = [stems(t) for t in texts]
        if not any(corpus):
            corpus = [*corpus[:-1], ["\x00"]]  # bm25s cannot index an empty vocabulary
        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it speaks at DEBUG of every index it makes
        bm25 = bm25s.BM25(k1=K1, b=B, method="lucene")
        vocabulary = {t: i for i, t in enumerate(sorted({t for terms in corpus for t in terms}))}  # in the same order
        ids = [[vocabulary[t] for t in terms] for terms in corpus]  # everywhere, where bm25s' own follows a set's
        bm25.index(bm25s.tokenization.Tokenized(ids=ids, vocab=vocabulary), show_progress=False)
        return cls(bm25, len(texts))

    def scores(self, question: str) -> NDArray[np.float32]:
        """Return one share of 0..1 for each row, shape (rows,)."""
        terms = list(dict.fromkeys(stems(question)))
        known = [self._ids[t] for t in terms if t in self._idf]
        if not known:
            return np.zeros(self._rows, dtype=np.float32)
        ideal = sum(self._idf.get(t, _idf(self._rows, 0)) for t in terms)
        raw = np.asarray(self._bm25.get_scores_from_ids(known), dtype=np.float32)  # type: ignore[attr-defined]
        return raw / np.float32(ideal)

    def save(self, folder: Path) -> None:
        """Write the index into `folder`."""
        self._bm25.save(str(folder), show_progress=False)  # type: ignore[attr-defined]

    @classmethod
    def load(cls, folder: Path, rows: int) -> Lexical:
        """Read what `save` wrote; ValueError where it does not hold `rows` rows."""
        import bm25s

        bm25 = bm25s.BM25.load(str(folder), load_corpus=False, mmap=False)
        found = int(bm25.scores["num_docs"])
        if found != rows:
            raise ValueError(f"the lexical index holds {found} rows, expected {rows}")
        return cls(bm25, rows)


def _idf(rows: int, frequency: int) -> float:
    return math.log(1 + (rows - frequency + 0.5) / (frequency + 0.5))
