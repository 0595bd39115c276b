"""Sentences that go on from one that is quoted: "It was 98 g/L at discharge." behind the haemoglobin that is meant.

Alone such a sentence says too little to be searched for. It is quoted where it has a word of the question that nothing
quoted has.
"""

from __future__ import annotations

from collections.abc import Sequence

from calcqa.answering.quoting import leaned_on
from calcqa.answering.siblings import speaks_of_relative
from calcqa.index.concepts import terms_in
from calcqa.index.index import Index
from calcqa.language.clinical import vocabulary


def going_on(question: str, quoted: Sequence[str], index: Index) -> dict[str, str]:
    """Return, by each of `quoted`, the sentence that goes on from it and has a word of the question that all lack."""
    further: dict[str, str] = {}
    units = vocabulary().units(question)
    for sentence_id in quoted:
        sentence = index.sentences[sentence_id]
        document = index.documents[sentence.passage.document_id]
        passages = index.passages_of(document.id)
        place = passages.index(sentence.passage)
        ids = [i for p in passages[place : place + 2] for i in index.sentences_of(p.id)]
        following = next(iter(ids[ids.index(sentence_id) + 1 :]), None)
        if following is None or following in quoted or not leaned_on(document, index.sentences[following].span):
            continue
        if speaks_of_relative(index.sentence_text(following)):
            continue
        texts = " ".join(map(index.sentence_text, quoted)), index.sentence_text(following)
        held, own = (terms_in(document, text) for text in texts)
        if any(own.intersection(unit) and not held.intersection(unit) for unit in units):
            further[sentence_id] = following
    return further
