"""What the reader makes of the sentences that came up.

Does: choose what is read, and lay the readings out by sentence. Does not: run a model (`models/load_reader.py`) or
decide.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from calcqa.index.concepts import terms_in
from calcqa.index.index import Index
from calcqa.language.clinical import vocabulary
from calcqa.language.tokens import content_words
from calcqa.models.reader import UNREAD, Marked, Reader, Reading
from calcqa.parameters import IN_OTHER_WORDS, SHEET_CHARACTERS, Weights
from calcqa.retrieval.results import Retrieved
from calcqa.types import Document, Passage, Span

_LEAD_CHARACTERS = 160  # of a heading or a lead-in that is read with a sentence

Readings = Mapping[str, Marked]
"""What was read, by the id of the sentence."""


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
    """Return what `reader` makes of the first of these sentences, at most `most`."""
    by_document: dict[str, dict[Span, str]] = {}
    for id_ in itertools.islice(dict.fromkeys(sentences), most):
        sentence = index.sentences[id_]
        by_document.setdefault(sentence.passage.document_id, {})[sentence.span] = id_
    read = [(ids, sheet) for d, ids in by_document.items() for sheet in sheets(index.documents[d], ids)]
    if not read:
        return {}
    marks: dict[str, Marked] = {}
    both = _in_both_words(question, [sheet for _, sheet in read], index, reader)
    for (ids, sheet), marked in zip(read, both, strict=True):
        for span, place, mark in zip(sheet.sentences, sheet.text.sentences, marked, strict=True):
            marks[ids[span]] = _moved(mark, span.start - place.start)
    return marks


def _in_both_words(question: str, read: Sequence[Sheet], index: Index, reader: Reader) -> list[tuple[Marked, ...]]:
    """Return the marks on each sheet, also read for the question in its own words where it says much in others."""
    asked, forms = set(content_words(question)), {question: [*range(len(read))]}
    for place, sheet in enumerate(read):
        own = _in_words_of(question, sheet, index)
        if own != question and len(asked.difference(content_words(own))) >= IN_OTHER_WORDS * len(asked):
            forms.setdefault(own, []).append(place)
    marked: list[tuple[Marked, ...]] = [()] * len(read)
    for form, places in forms.items():
        texts = [read[place].text for place in places]
        for place, text, reading in zip(places, texts, reader.read(form, texts), strict=True):
            new = _marks(reading, text)
            marked[place] = tuple(map(_mean, marked[place], new)) if marked[place] else new
    return marked


def _in_words_of(question: str, sheet: Sheet, index: Index) -> str:
    text = sheet.text.text
    terms = terms_in(index.documents[sheet.text.document_id], text)
    return vocabulary().reworded(question, terms, lambda concept: text)


def _mean(one: Marked, other: Marked) -> Marked:
    """Return the surer of two marks on a sentence, with the means of their scores and probabilities."""
    best = max(one, other, key=lambda mark: mark.score)
    return dataclasses.replace(
        best,
        score=(one.score + other.score) / 2,
        sentence_score=(one.sentence_score + other.sentence_score) / 2,
        answerable=(one.answerable + other.answerable) / 2,
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """Sentences of a document as they are read together: `text` has them in its own `sentences`, in this order."""

    text: Passage
    sentences: tuple[Span, ...]


def sheets(document: Document, sentences: Iterable[Span]) -> Iterator[Sheet]:
    """Yield these sentences of a document in its order, in as few texts of about equal length as a reader takes whole.

    Before a sentence stand its heading, and what it cannot be read without (a lead-in, a caption, a header), unless
    those of the one before are the same.
    """
    ordered = sorted(set(sentences))
    lengths = list(itertools.accumulate(s.end - s.start for s in ordered))
    whole = lengths[-1] if lengths else 0
    share = whole / max(1, math.ceil(whole / SHEET_CHARACTERS))
    parts = itertools.groupby(zip(ordered, lengths, strict=True), key=lambda pair: min(pair[1] - 1, whole - 1) // share)
    for number, (_, part) in enumerate(parts):
        own = tuple(sentence for sentence, _ in part)
        text, places, before = "", list[Span](), ""
        for sentence in own:
            above = (*document.headings_at(sentence.start)[-1:], *document.leads_at(sentence.start))
            shown = [name[:_LEAD_CHARACTERS].rstrip(" :") for name in above if name not in before]
            text += "".join(f"{name}: " for name in shown)
            places.append(Span(len(text), len(text) + sentence.end - sentence.start))
            text += f"{document.text[sentence.start : sentence.end]} "
            before = "\n".join((*above, document.text[sentence.start : sentence.end]))
        passage = Passage(f"{document.id}:sheet-{number}", document.id, 0, len(text), text, (), tuple(places))
        yield Sheet(passage, own)


def _moved(mark: Marked, by: int) -> Marked:
    span = mark.span
    return dataclasses.replace(mark, span=Span(span.start + by, span.end + by)) if span else mark


def _marks(reading: Reading, passage: Passage) -> tuple[Marked, ...]:
    """Return a mark for each sentence, also where the reader only knows its one span."""
    if reading.sentences or reading.span is None:
        return reading.sentences or (UNREAD,) * len(passage.sentences)
    span, p = reading.span, min(max(reading.answerable, 1e-6), 1 - 1e-6)
    here = Marked(span, math.log(p / (1 - p)), 0.0, 0.0, reading.answerable, reading.answerable)
    return tuple(here if s.start <= span.start < span.end <= s.end else UNREAD for s in passage.sentences)
