"""What the reader makes of the sentences that came up.

Does: choose what is read, and lay the readings out by sentence. Does not: run a model (`models/load_reader.py`) or
decide.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping

from calcqa.index.index import Index
from calcqa.models.reader import UNREAD, Marked, Reader, Reading
from calcqa.parameters import Weights
from calcqa.retrieval.results import Retrieved
from calcqa.types import Document, Passage

Readings = Mapping[str, Marked]
"""What was read, by the id of the sentence: those chosen, and what was read with them."""


def read_top(retrieved: Retrieved, index: Index, reader: Reader, weights: Weights | None = None) -> Readings:
    """Return what `reader` makes of the best sentences, as many as `Weights.read_sentences`.

    Best by the text itself: what few FAQ entries point at must not crowd out the rest. In an index with many of them (a
    probe) the documents that have any are left out: their entries know them better.
    """
    weights = weights or index.weights
    with_faq = index.with_sidecar if retrieved.answerable_log_odds else frozenset[str]()
    own = sorted(
        (c for c in retrieved.candidates if len(c.sentences) == 1 and c.document_id not in with_faq),
        key=lambda c: -c.by_itself(weights),
    )
    return read(retrieved.corrected, (c.sentences[0] for c in own), index, reader, weights.read_sentences)


def read(question: str, sentences: Iterable[str], index: Index, reader: Reader, most: int) -> Readings:
    """Return what `reader` makes of the first of these sentences, at most `most`.

    Each is read with the one before it in its passage.
    """
    wanted: dict[str, set[str]] = {}
    for id_ in itertools.islice(dict.fromkeys(sentences), most):
        wanted.setdefault(index.sentences[id_].passage.id, set()).add(id_)
    inside = {p: index.sentences_of(p) for p in wanted}
    chosen = [
        (p, *cut)
        for p, own in wanted.items()
        for cut in excerpts(index.passage_by_id[p], (n for n, id_ in enumerate(inside[p]) if id_ in own))
    ]
    if not chosen:
        return {}
    marks: dict[str, Marked] = {}
    texts = [led(text, index.documents[text.document_id]) for _, text, _ in chosen]
    for (id_, text, numbers), reading in zip(chosen, reader.read(question, texts), strict=True):
        marks |= zip(inside[id_][numbers], _marks(reading, text), strict=True)
    return marks


def excerpts(passage: Passage, numbers: Iterable[int]) -> Iterator[tuple[Passage, slice]]:
    """Yield the runs of a passage's sentences that hold those of `numbers` and those right before them.

    Each comes as a passage of its own, with the numbers of its sentences: what is read is no longer than it must be.
    """
    kept = sorted({at for number in numbers for at in (number - 1, number) if at >= 0})
    for _, run in itertools.groupby(enumerate(kept), key=lambda pair: pair[1] - pair[0]):
        inside = [at for _, at in run]
        sentences = passage.sentences[inside[0] : inside[-1] + 1]
        start, end = sentences[0].start, sentences[-1].end
        text = passage.text[start - passage.start : end - passage.start]
        name = f"{passage.document_id}:{start}-{end}"
        cut = dataclasses.replace(passage, id=name, start=start, end=end, text=text, sentences=sentences)
        yield cut, slice(inside[0], inside[-1] + 1)


def led(text: Passage, document: Document) -> Passage:
    """Return an excerpt below what it cannot be read without, too: a lead-in, or a caption and a header."""
    leads = tuple(lead for lead in document.leads_at(text.start) if lead not in text.text)
    return dataclasses.replace(text, headings=(*text.headings, *leads)) if leads else text


def _marks(reading: Reading, passage: Passage) -> tuple[Marked, ...]:
    """Return a mark for each sentence, also where the reader only knows its one span."""
    if reading.sentences or reading.span is None:
        return reading.sentences or (UNREAD,) * len(passage.sentences)
    span, p = reading.span, min(max(reading.answerable, 1e-6), 1 - 1e-6)
    here = Marked(span, math.log(p / (1 - p)), 0.0, 0.0, reading.answerable, reading.answerable)
    return tuple(here if s.start <= span.start < span.end <= s.end else UNREAD for s in passage.sentences)
