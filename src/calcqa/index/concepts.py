"""The concepts of the clinic (`language/clinical.py`) that documents and FAQ entries speak of, as an index has them."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping, Sequence

from calcqa.language.clinical import vocabulary
from calcqa.language.tokens import stems
from calcqa.query.abbreviations import defined_abbreviations
from calcqa.stores.base import PASSAGES, QUESTIONS, SENTENCES
from calcqa.types import Document, FAQEntry, Passage

_KEPT = 64  # documents whose abbreviations are kept: a question asks for those of one several times


def concepts_of(document: Document, texts: Sequence[str]) -> list[frozenset[str]]:
    """Return the concepts that each of these texts of a document speaks of, its abbreviations as it defines them."""
    return vocabulary().told(texts, _defined(document.text))


def terms_in(document: Document, text: str) -> frozenset[str]:
    """Return what a text of a document would meet a question by: the stems of its words, and its concepts."""
    return concepts_of(document, [text])[0].union(stems(text))


@functools.lru_cache(_KEPT)
def _defined(text: str) -> dict[str, str]:
    return defined_abbreviations([text])


def concepts_asked(entries: Sequence[FAQEntry]) -> list[frozenset[str]]:
    """Return the concepts that each of these FAQ entries asks about."""
    return [vocabulary().told([entry.question])[0] for entry in entries]


def concepts_by_field(
    documents: Mapping[str, Document], passages: Sequence[Passage], entries: Sequence[FAQEntry]
) -> dict[str, list[frozenset[str]]]:
    """Return the concepts of each text of a field, in the order of its ids; a passage's are those of its sentences."""
    fields: dict[str, list[frozenset[str]]] = {PASSAGES: [], SENTENCES: [], QUESTIONS: concepts_asked(entries)}
    for id_, own in itertools.groupby(passages, key=lambda passage: passage.document_id):
        held = list(own)
        texts = [p.text[s.start - p.start : s.end - p.start] for p in held for s in p.sentences]
        spoken_of = iter(concepts_of(documents[id_], texts))
        for passage in held:
            sentences = list(itertools.islice(spoken_of, len(passage.sentences)))
            fields[SENTENCES] += sentences
            fields[PASSAGES].append(frozenset().union(*sentences))
    return fields
