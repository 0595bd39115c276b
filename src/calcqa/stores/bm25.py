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
import io
import json
import logging
import math
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from calcqa.language.tokens import phrases, stems
from calcqa.parameters import DEFAULTS, Weights
from calcqa.stores.arrays import read_array

_METHOD = "lucene"
_FIXED = {"method": _METHOD, "dtype": "float32", "int_dtype": "int32"}
_KINDS = {"data": np.float32, "indices": np.int32, "indptr": np.int64}  # of the arrays that are kept
_NOTHING = "\x00"  # the term of texts that have none

Shares = NDArray[np.float32]


class Lexical:
    """The words of all rows of an index, and the phrases of its passages, which are the first rows."""

    def __init__(self, words: Bm25, phrases: Bm25) -> None:
        self._words, self._phrases = words, phrases

    @classmethod
    def build(cls, texts: Sequence[str], passages: int, weights: Weights = DEFAULTS) -> Lexical:
        """Index `texts`, of which the first `passages` are passages. A text without content words scores 0."""
        return cls(Bm25.build(texts, stems, weights), Bm25.build(texts[:passages], phrases, weights))

    def scores(self, question: str) -> Shares:
        """Return each row's share of the question's words, 0..1, shape (rows,)."""
        return self._words.scores(question)

    def phrase_scores(self, question: str) -> Shares:
        """Return each passage's share of the question's words and pairs of words, 0..1, shape (passages,)."""
        return self._phrases.scores(question)

    @functools.cached_property
    def passage_stems(self) -> frozenset[str]:
        """The stems of all content words of the passages and of the context they stand in."""
        return frozenset(term for term in self._phrases.terms if term != _NOTHING and " " not in term)

    def save(self, folder: Path) -> None:
        """Write both into `folder`."""
        self._words.save(folder / "words")
        self._phrases.save(folder / "phrases")

    @classmethod
    def load(cls, folder: Path, rows: int, passages: int, weights: Weights = DEFAULTS) -> Lexical:
        """Read what `save` wrote; ValueError where it does not hold `rows` rows and `passages` passages."""
        words = Bm25.load(folder / "words", stems, rows, weights)
        return cls(words, Bm25.load(folder / "phrases", phrases, passages, weights))


class Bm25:
    """BM25 (Robertson & Zaragoza 2009; the Lucene variant of Kamphuis et al. 2020) over the terms of texts."""

    def __init__(self, bm25: Any, terms: Callable[[str], list[str]], rows: int, weights: Weights) -> None:
        self._bm25, self._terms, self._rows = bm25, terms, rows
        self._parameters = _parameters(weights)
        self._starts = np.asarray(bm25.scores["indptr"])  # of each term's rows

    @classmethod
    def build(cls, texts: Sequence[str], terms: Callable[[str], list[str]], weights: Weights) -> Bm25:
        """Index `texts` by what `terms` finds in each; row i of every score belongs to texts[i]."""
        import bm25s

        corpus = [terms(t) for t in texts]
        if not any(corpus):
            corpus = [*corpus[:-1], [_NOTHING]]  # bm25s cannot index an empty vocabulary
        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it speaks at DEBUG of every index it makes
        bm25 = bm25s.BM25(k1=weights.k1, b=weights.b, method=_METHOD)
        vocabulary = {t: i for i, t in enumerate(sorted({t for found in corpus for t in found}))}  # in the same order
        ids = [[vocabulary[t] for t in found] for found in corpus]  # everywhere, where bm25s' own follows a set's
        bm25.index(bm25s.tokenization.Tokenized(ids=ids, vocab=vocabulary), show_progress=False)
        for name, kind in _KINDS.items():
            bm25.scores[name] = np.asarray(bm25.scores[name], dtype=kind)
        bm25.vocab_dict = {t: i for t, i in vocabulary.items() if t}  # bm25s adds an empty one without rows
        return cls(bm25, terms, len(texts), weights)

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
        """Write the index into `folder`; OSError where it cannot be written."""
        folder.mkdir(parents=True)
        for name in _KINDS:
            array = io.BytesIO()  # given a file, NumPy would not say that the disk is full
            np.save(array, self._bm25.scores[name], allow_pickle=False)
            (folder / f"{name}.csc.index.npy").write_bytes(array.getbuffer())
        for name, value in (("params", self._parameters | {"num_docs": self._rows}), ("vocab", self._bm25.vocab_dict)):
            (folder / f"{name}.index.json").write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, terms: Callable[[str], list[str]], rows: int, weights: Weights) -> Bm25:
        """Read what `save` wrote; ValueError where it is anything else, or does not hold `rows` rows.

        bm25s itself would take its parameters from the folder, and follow offsets wherever they point.
        """
        import bm25s

        parameters = json.loads((folder / "params.index.json").read_text(encoding="utf-8"))
        vocabulary = json.loads((folder / "vocab.index.json").read_text(encoding="utf-8"))
        data, indices, starts = (read_array(folder / f"{n}.csc.index.npy", kind) for n, kind in _KINDS.items())
        if (found := parameters["num_docs"]) != rows:
            raise ValueError(f"the lexical index holds {found} rows, expected {rows}")
        if parameters != _parameters(weights) | {"num_docs": rows}:
            raise ValueError("the lexical index was made with other parameters")
        if not len(starts) or starts[0] or (np.diff(starts) < 0).any() or {*starts[-1:], len(data)} != {len(indices)}:
            raise ValueError("the lexical index has offsets outside its numbers")
        if len(indices) and not 0 <= indices.min() <= indices.max() < rows or (data < 0).any():
            raise ValueError("the lexical index has numbers of no row")
        if set(map(type, vocabulary.values())) - {int} or set(vocabulary.values()) - set(range(len(starts) - 1)):
            raise ValueError("the lexical index has terms of no number")
        bm25 = bm25s.BM25(k1=weights.k1, b=weights.b, method=_METHOD)
        bm25.scores = {"data": data, "indices": indices, "indptr": starts, "num_docs": rows}
        bm25.vocab_dict, bm25.unique_token_ids_set = vocabulary, set(vocabulary.values())
        bm25.nonoccurrence_array = None
        return cls(bm25, terms, rows, weights)


def _parameters(weights: Weights) -> dict[str, Any]:
    return {"k1": weights.k1, "b": weights.b, **_FIXED}


def _idf(rows: int, frequency: int) -> float:
    return math.log(1 + (rows - frequency + 0.5) / (frequency + 0.5))
