"""Says which sentences stand at another place of a document than what is asked for.

These are the entries of a note of another day than the question names, where one of that day is there, and the items of
a differential diagnosis, where the diagnosis is asked for.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable

from calcqa.index.index import Index
from calcqa.language import english_places as english
from calcqa.language.dates import Moment, moments
from calcqa.language.english_siblings import SINCE
from calcqa.retrieval.results import Retrieved
from calcqa.types import BlockKind, Document, Span

_DIAGNOSIS, _OTHERS, _DIFFERENTIAL = (
    re.compile(p, re.IGNORECASE) for p in (english.DIAGNOSIS, english.OTHERS, english.DIFFERENTIAL)
)
_SINCE = re.compile(SINCE, re.IGNORECASE)
_LABEL = re.compile(r"(?:^|(?<=[.;)] ))(?P<label>[^:.;]{2,40}):")
_KEPT = 256  # texts whose dated lines are known

Elsewhere = Callable[[Document, Span], bool]


def in_place(retrieved: Retrieved, index: Index) -> Retrieved:
    """Return what a question brought up without what stands elsewhere; all of it where nothing else is left."""
    checks = [is_elsewhere for of in (_of_day, _of_diagnosis) if (is_elsewhere := of(retrieved.corrected))]

    def stands_elsewhere(sentence_id: str) -> bool:
        sentence = index.sentences[sentence_id]
        document = index.documents[sentence.passage.document_id]
        return document.id not in index.with_sidecar and any(check(document, sentence.span) for check in checks)

    kept = tuple(c for c in retrieved.candidates if not all(map(stands_elsewhere, c.sentences))) if checks else ()
    return dataclasses.replace(retrieved, candidates=kept) if kept else retrieved


def _of_day(question: str) -> Elsewhere | None:
    """Return what tells the entries of other days, where a question names one day."""
    named = [m for m in moments(_SINCE.sub("", question)) if any("day" in reading for reading in m.readings)]
    if len(named) != 1:
        return None
    asked = named[0]

    def is_elsewhere(document: Document, span: Span) -> bool:
        days = _days(document.text)
        own = next((day for entry, day in days.items() if entry.start <= span.start < entry.end), None)
        if own is None or own.same(asked) is not False or not any(day.same(asked) for day in days.values()):
            return False
        return not any(day.same(asked) for day in moments(document.text[span.start : span.end]))

    return is_elsewhere


@functools.lru_cache(_KEPT)
def _days(text: str) -> dict[Span, Moment]:
    """Return the entries of a text that begin with a day and a colon, with that day: "Nursing notes, 13 June: …".

    One ends at the next, or with its line.
    """
    days: dict[Span, Moment] = {}
    for line in re.finditer(r"[^\n]+", text):
        labels = [
            (line.start() + label.start("label"), named[0])
            for label in _LABEL.finditer(line[0])
            if (named := [m for m in moments(label["label"]) if any("day" in r for r in m.readings)])
        ]
        ends = [*(start for start, _ in labels[1:]), line.end()]
        days |= {Span(start, end): day for (start, day), end in zip(labels, ends, strict=False)}
    return days


def _of_diagnosis(question: str) -> Elsewhere | None:
    """Return what tells the items of a differential diagnosis, where the one that was made is asked for."""
    if not _DIAGNOSIS.search(question) or _OTHERS.search(question):
        return None

    def is_elsewhere(document: Document, span: Span) -> bool:
        above = (*document.headings_at(span.start)[-1:], *document.leads_at(span.start))
        is_item = document.kind_at(span.start) is BlockKind.ITEM or document.text[span.end - 1] == ":"
        return is_item and any(map(_DIFFERENTIAL.search, above))

    return is_elsewhere
