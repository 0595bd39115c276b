"""BM25 over the fields of an index, as a share of what a perfect match would score.

BM25's scale depends on the question; dividing by the sum of its terms' idf (the limit of the score for a text that
holds every term often) gives a share of 0..1 that can be compared between questions, which a decision to answer needs.
A term that occurs nowhere keeps its (highest) idf in the divisor: what the documents never speak of counts against.

    score(text) = sum over terms of idf(t) * tf / (tf + k1 * (1 - b + b * length / mean length))
    idf(t) = ln(1 + (texts - df + 0.5) / (df + 0.5))

A text has its stems and, beside them, the concepts that it speaks of (`language/clinical.py`), which add nothing to its
length. A word of a question is one term, met by its stem or by a concept that it stands for: tf and df are those of any
of them.

Robertson & Zaragoza 2009, in the variant of Lucene (Kamphuis et al. 2020). Passages, sentences and questions are
weighed together: texts, df and mean length are of all three. Passages stand once more in a field of words and pairs of
neighbouring words: pairs tell the passage on a thing from one that holds its words apart, but a question has some that
stand nowhere, so that share ranks passages, and decides nothing. What was tried stands in docs/benchmarks.md.

What is kept of a text is how often it has each term. Scores are made when a question is asked, so several stores can be
searched as one with the scores that one store of all their texts would give (`stores/joined.py`).
"""

from __future__ import annotations

import functools
import io
import itertools
import json
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calcqa.language.clinical import MARK, Unit, vocabulary
from calcqa.language.tokens import phrases, stems
from calcqa.parameters import DEFAULTS, Weights
from calcqa.stores.arrays import read_array
from calcqa.stores.base import PASSAGES, PHRASES, QUESTIONS, SENTENCES, Floats, IdTable, Match, Statistics, top

FIELDS = (PASSAGES, SENTENCES, QUESTIONS, PHRASES)
_TERMS = "terms.json"
_ARRAYS = {"counts": np.uint16, "places": np.int32, "starts": np.int64}
FILES = tuple(f"{field}/{name}" for field in FIELDS for name in (*(f"{a}.npy" for a in _ARRAYS), _TERMS))
"""The files of a store in its folder."""

_MOST = np.iinfo(np.uint16).max  # times that a term is counted in one text


def weighed_with(field: str) -> tuple[str, ...]:
    """Return the fields whose texts are weighed together with those of `field`, itself among them."""
    return (PHRASES,) if field == PHRASES else (PASSAGES, SENTENCES, QUESTIONS)


def terms_of(field: str, text: str) -> list[str]:
    """Return the terms of a text as `field` takes them, in order."""
    return phrases(text) if field == PHRASES else stems(text)


class BM25Store:
    """Shares of a question's words by field and id; implements `LexicalStore`."""

    def __init__(self, fields: Mapping[str, _Postings], weights: Weights) -> None:
        """Score the texts of `fields` with the k1 and b of `weights`; ValueError where these are none of BM25's."""
        if weights.k1 < 0 or not 0 <= weights.b <= 1:
            raise ValueError(f"BM25 has no k1 of {weights.k1} and b of {weights.b}")
        self._fields, self._k1, self._b = fields, weights.k1, weights.b

    def weighed(self, weights: Weights) -> BM25Store:
        """Return the same texts, scored with other weights; nothing is copied."""
        return BM25Store(self._fields, weights)

    @classmethod
    def build(
        cls,
        texts: Mapping[str, tuple[Sequence[str], Sequence[str]]],
        weights: Weights = DEFAULTS,
        concepts: Mapping[str, Sequence[Collection[str]]] | None = None,
    ) -> BM25Store:
        """Index the texts of passages, sentences and questions, for each field as (ids, texts).

        `concepts` are those of each text of a field, in the same order.
        """
        fields = {}
        for field in FIELDS:
            ids, own = texts.get(PASSAGES if field == PHRASES else field, ((), ()))
            spoken_of = (concepts or {}).get(field) or itertools.repeat((), len(own))
            terms = ([*terms_of(field, t), *sorted(c)] for t, c in zip(own, spoken_of, strict=True))
            fields[field] = _Postings.build(IdTable(ids), terms)
        return cls(fields, weights)

    def search(
        self,
        field: str,
        question: str,
        k: int,
        *,
        documents: Collection[str] | None = None,
        among: Statistics | None = None,
    ) -> list[Match]:
        """Return the k ids that share most of the question's words, best first; none that shares nothing."""
        own = self._fields[field]
        shares = own.shares(_asked(field == PHRASES, question), among or self._among(field, question, documents))
        places = None if documents is None else own.table.of(documents)
        chosen = shares if places is None else shares[places]
        best = top(chosen, k)
        best = best[chosen[best] > 0]
        where = best if places is None else places[best]
        return [Match(own.table.ids[p], s) for p, s in zip(where.tolist(), chosen[best].tolist(), strict=True)]

    def score(self, field: str, question: str, ids: Sequence[str], *, among: Statistics | None = None) -> Floats:
        """Return the share, 0..1, of the question's words in each of `ids`, shape (ids,)."""
        own = self._fields[field]
        shares = own.shares(_asked(field == PHRASES, question), among or self._among(field, question, None))
        return shares[own.table.places(ids)]

    def statistics(self, field: str, question: str, documents: Collection[str] | None = None) -> Statistics:
        """Return what one field holds of the question's terms, in all documents or in these."""
        texts, length, frequencies = self._fields[field].statistics(_asked(field == PHRASES, question), documents)
        return Statistics(texts, length, frequencies, self._k1, self._b)

    def _among(self, field: str, question: str, documents: Collection[str] | None) -> Statistics:
        first, *others = (self.statistics(f, question, documents) for f in weighed_with(field))
        return sum(others, first)

    def holding(self, field: str, units: Sequence[Unit], documents: Collection[str] | None = None) -> list[str]:
        """Return the ids of the texts that hold all of these units, in order, in all documents or in these."""
        return self._fields[field].holding(units, documents)

    def terms(self, field: str) -> Collection[str]:
        """Return all terms of a field; those of `PHRASES` that hold a space are pairs."""
        return self._fields[field].terms.keys()

    def save(self, folder: Path) -> None:
        """Write the store into `folder`; OSError where it cannot be written."""
        for name, postings in self._fields.items():
            postings.save(folder / name)

    @classmethod
    def load(cls, folder: Path, ids: Mapping[str, Sequence[str]], weights: Weights = DEFAULTS) -> BM25Store:
        """Read what `save` wrote of these `ids` by field; ValueError where it is anything else."""
        given = {field: ids[PASSAGES if field == PHRASES else field] for field in FIELDS}
        return cls({field: _Postings.load(folder / field, IdTable(own)) for field, own in given.items()}, weights)


class _Postings:
    """The texts of one field as an inverted file: for each term, where it stands and how often.

    Of term number t that is `places[starts[t]:starts[t + 1]]` and the same stretch of `counts`.
    """

    def __init__(
        self,
        table: IdTable,
        terms: Mapping[str, int],
        counts: NDArray[np.uint16],
        places: NDArray[np.int32],
        starts: NDArray[np.int64],
    ) -> None:
        self.table, self.terms = table, terms
        self._counts, self._places, self._starts = counts, places, starts
        is_word = np.repeat([not t.startswith(MARK) for t in terms], np.diff(starts))
        lengths = np.bincount(places, weights=np.where(is_word, counts, 0), minlength=len(table.ids))
        self._lengths, self._length = lengths.astype(np.float32), int(lengths.sum())

    @classmethod
    def build(cls, table: IdTable, texts: Iterable[list[str]]) -> _Postings:
        """Index the terms of `texts`, in the order of the table's ids."""
        counted: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for place, terms in enumerate(texts):
            for term, count in Counter(terms).items():
                counted[term].append((place, min(count, _MOST)))
        terms = sorted(counted)
        pairs = np.array([pair for t in terms for pair in counted[t]], dtype=np.int64).reshape(-1, 2)
        starts = np.cumsum([0, *(len(counted[t]) for t in terms)], dtype=np.int64)
        numbers = {t: n for n, t in enumerate(terms)}
        return cls(table, numbers, pairs[:, 1].astype(np.uint16), pairs[:, 0].astype(np.int32), starts)

    def statistics(self, units: Sequence[Unit], documents: Collection[str] | None) -> tuple[int, int, dict[Unit, int]]:
        """Return how many texts and terms there are, and how many texts have any term of each of these units."""
        chosen = None if documents is None else self.table.of(documents)
        texts = len(self.table.ids) if chosen is None else len(chosen)
        length = self._length if chosen is None else int(self._lengths[chosen].sum(dtype=np.float64))
        among = None
        if chosen is not None:
            among = np.zeros(len(self.table.ids), dtype=bool)
            among[chosen] = True
        frequencies = {}
        for unit in units:
            places, _ = self._met(unit)
            frequencies[unit] = len(places) if among is None else int(among[places].sum())
        return texts, length, frequencies

    def holding(self, units: Sequence[Unit], documents: Collection[str] | None) -> list[str]:
        """Return the ids of the texts that have a term of each of these units."""
        own = [self._met(unit)[0] for unit in units]
        own += [] if documents is None else [np.asarray(self.table.of(documents))]
        places = functools.reduce(np.intersect1d, own) if own else np.empty(0, dtype=np.int32)
        return [self.table.ids[place] for place in places.tolist()]

    def shares(self, units: Sequence[Unit], among: Statistics) -> Floats:
        """Return each text's share of the units, weighed as `among` says, shape (texts,)."""
        shares = np.zeros(len(self.table.ids), dtype=np.float32)
        if not any(among.frequencies.get(u) for u in units):
            return shares
        mean = among.length / among.texts
        ideal = 0.0
        for unit in units:
            frequency = among.frequencies.get(unit, 0)
            idf = math.log(1 + (among.texts - frequency + 0.5) / (frequency + 0.5))
            ideal += idf
            places, counts = self._met(unit)
            norms = np.float32(among.k1 * (1 - among.b)) + np.float32(among.k1 * among.b / mean) * self._lengths[places]
            shares[places] += np.float32(idf) * counts / (counts + norms)
        return shares / np.float32(ideal)

    def _met(self, unit: Unit) -> tuple[NDArray[np.int32], Floats]:
        """Return the places of the texts that have any of these terms, and how often each has them."""
        own = [of for term in unit if (of := self._of(term)).stop]
        if len(own) == 1:
            return self._places[own[0]], self._counts[own[0]].astype(np.float32)
        places = np.concatenate([self._places[of] for of in own] or [self._places[:0]])
        counts = np.concatenate([self._counts[of] for of in own] or [self._counts[:0]])
        met, at = np.unique(places, return_inverse=True)
        return met, np.bincount(at, weights=counts, minlength=len(met)).astype(np.float32)

    def _of(self, term: str) -> slice:
        number = self.terms.get(term)
        return slice(0, 0) if number is None else slice(self._starts[number], self._starts[number + 1])

    def save(self, folder: Path) -> None:
        """Write it into `folder`; OSError where it cannot be written."""
        folder.mkdir(parents=True)
        arrays: dict[str, NDArray[Any]] = {"counts": self._counts, "places": self._places, "starts": self._starts}
        for name, values in arrays.items():
            array = io.BytesIO()  # given a file, NumPy would not say that the disk is full
            np.save(array, values, allow_pickle=False)
            (folder / f"{name}.npy").write_bytes(array.getbuffer())
        held = {"texts": len(self.table.ids), "terms": list(self.terms)}
        (folder / _TERMS).write_text(json.dumps(held, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, table: IdTable) -> _Postings:
        """Read what `save` wrote; ValueError where it is anything else, or leads outside."""
        counts, places, starts = (read_array(folder / f"{name}.npy", kind) for name, kind in _ARRAYS.items())
        held = json.loads((folder / _TERMS).read_text(encoding="utf-8"))
        texts, terms = held["texts"], held["terms"]
        if type(texts) is not int or type(terms) is not list:
            raise ValueError(f"the terms of {folder.name} are no list")
        if texts != len(table.ids):
            raise ValueError(f"the words of {folder.name} are of {texts} texts, expected {len(table.ids)}")
        if set(map(type, terms)) - {str} or len(set(terms)) != len(terms):
            raise ValueError(f"the terms of {folder.name} are no list of texts")
        if len(starts) != len(terms) + 1 or starts[0] or (np.diff(starts) < 0).any():
            raise ValueError(f"the words of {folder.name} have offsets outside their numbers")
        if not len(places) == len(counts) == starts[-1]:
            raise ValueError(f"the words of {folder.name} have offsets outside their numbers")
        if len(places) and not 0 <= places.min() <= places.max() < len(table.ids):
            raise ValueError(f"the words of {folder.name} stand in a text that is not there")
        if not counts.all():
            raise ValueError(f"the words of {folder.name} have counts of nothing")
        return cls(table, {t: n for n, t in enumerate(terms)}, counts, places, starts)


@functools.lru_cache(maxsize=64)  # a question is scored in every field, and several times in some
def _asked(pairs: bool, question: str) -> tuple[Unit, ...]:
    """Return what would meet each word of a question, or with `pairs` each of its phrases, in order."""
    return tuple(dict.fromkeys((t,) for t in phrases(question))) if pairs else vocabulary().units(question)
