"""What the reader makes of the passages that came up, sentence by sentence.

Does: choose what is read, and lay the readings out by sentence. Does not: run a model (`models/load_reader.py`) or
decide.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping

from calcqa.index.index import Index
from calcqa.models.reader import UNREAD, Marked, Reader, Reading
from calcqa.parameters import Weights
from calcqa.retrieval.results import Retrieved
from calcqa.types import Passage

Readings = Mapping[str, Marked]
"""What was read, by the id of the sentence; only sentences of passages that were read."""


def read_top(retrieved: Retrieved, index: Index, reader: Reader, weights: Weights | None = None) -> Readings:
    """Return what `reader` makes of the best passages, as many as `Weights.read_passages`.

    Best by the text itself: what few FAQ entries point at must not crowd out the rest. In an index with many of them (a
    probe) the documents that have any are left out: their entries know them better.
    """
    with_faq = index.with_sidecar if retrieved.answerable_log_odds else frozenset[str]()
    own = [p for p in retrieved.passages if index.passage_by_id[p].document_id not in with_faq]
    most = (weights or index.weights).read_passages
    return read(retrieved.corrected, [i for p in own[:most] for i in index.sentences_of(p)], index, reader, most)


def read(question: str, sentences: Iterable[str], index: Index, reader: Reader, most: int) -> Readings:
    """Return what `reader` makes of the passages, at most `most`, that hold the first of these sentences."""
    passages = dict.fromkeys(index.sentences[i].passage.id for i in sentences)
    chosen = [index.passage_by_id[p] for p in itertools.islice(passages, most)]
    if not chosen:
        return {}
    marks: dict[str, Marked] = {}
    for passage, reading in zip(chosen, reader.read(question, chosen), strict=True):
        marks |= zip(index.sentences_of(passage.id), _marks(reading, passage), strict=True)
    return marks


def _marks(reading: Reading, passage: Passage) -> tuple[Marked, ...]:
    """Return a mark for each sentence, also where the reader only knows its one span."""
    if reading.sentences or reading.span is None:
        return reading.sentences or (UNREAD,) * len(passage.sentences)
    span, p = reading.span, min(max(reading.answerable, 1e-6), 1 - 1e-6)
    here = Marked(span, math.log(p / (1 - p)), 0.0, 0.0, reading.answerable, reading.answerable)
    return tuple(here if s.start <= span.start < span.end <= s.end else UNREAD for s in passage.sentences)
