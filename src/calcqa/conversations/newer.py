"""Holds the quotes of a saved conversation against other copies of its documents, such as a newer edition.

Does: say of each quote whether it stands where it stood, has moved, or is gone, and make a conversation with the
places corrected. A quote has moved where its words, as they were, are one whole sentence elsewhere. Does not: judge the
words around the quotes (`conversations/verification.py`), or change a quote.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from calcqa.answering.quoting import leaned_on, whole
from calcqa.conversations.verification import sealed
from calcqa.errors import InputError
from calcqa.types import Citation, Document, Span

_MOST_PLACES = 1_000  # of one quote in one document


class Standing(StrEnum):
    """What has become of a quote."""

    STANDS = "stands"
    MOVED = "moved"
    REPEATED = "repeated"
    """It stands more than once, and not where it stood."""
    GONE = "gone"
    UNREAD = "unread"
    """There is no copy of its document that could be read."""


@dataclasses.dataclass(frozen=True, slots=True)
class Compared:
    """A quote of a turn (both from 1), what has become of it, and where it stands now, if it does.

    `retitled` tells that the copy has another title than the document that was quoted: it may be another document.
    """

    turn: int
    citation: int
    quote: str
    standing: Standing
    document: Document | None = None
    place: Span | None = None
    retitled: bool = False


def compare(data: object, documents: Sequence[Document], unread: int = 0) -> list[Compared]:
    """Return what has become of each quote of a conversation, or of an answer, given as data.

    A document's copy is the one of `documents` with its text, else with its file's name (and as many of its folders as
    fit), else with its title; where only one is given, and only one is quoted, that. `unread` is the number of copies
    that could not be read. A quote stands where its words are a whole sentence, item or row, as they were.

    Raises:
        InputError: the data are no conversation and no answer.
    """
    cited = [(turn, citation) for turn, answer in enumerate(_answers(data), 1) for citation in _citations(answer)]
    sources = _sources(data)
    is_alone = len(documents) + unread == 1 and len({c["document_id"] for _, c in cited}) == 1
    alone = documents[0] if documents and is_alone else None
    return [_compared(turn, c, _copy_of(c, sources, documents) or alone) for turn, c in cited]


def corrected(data: Mapping[str, Any], documents: Sequence[Document], *, retitled: bool = False) -> dict[str, Any]:
    """Return a conversation, or an answer, with its quotes where they stand in `documents` now, sealed anew.

    The passages that were searched then are left out where their documents are replaced.

    Raises:
        InputError: a quote is gone or its document unread; a copy has another title, which `retitled` allows; or the
            data are no conversation and no answer.
    """
    compared = compare(data, documents)
    if bad := next((c for c in compared if c.document is None or c.place is None), None):
        raise InputError(f"Quote {bad.citation} of turn {bad.turn} is {bad.standing}: it has no place to correct.")
    if not retitled and (other := next((c for c in compared if c.retitled), None)):
        title = other.document.title if other.document else ""
        raise InputError(
            f"Quote {other.citation} of turn {other.turn} is from a document of another title than “{title}”, "
            "which may be another document. If it is the same, say --retitled."
        )
    new: dict[str, Any] = json.loads(json.dumps(data))
    places = iter(compared)
    old: dict[str, Document] = {}
    for answer in _answers(new):
        for citation in _citations(answer):
            now = next(places)
            assert now.document is not None and now.place is not None
            old[citation["document_id"]] = now.document
            citation.update(_placed(citation, now.document, now.place))
        for holder, key in ((answer, "hits"), (answer.get("abstention") or {}, "nearest")):
            holder[key] = [h for h in holder.get(key, []) if _document_id(h) not in old]
        answer.pop("sha256", None)
    for listed in new.get("index", {}).get("documents", []) if "turns" in new else []:
        if document := old.get(listed.get("id")):
            listed.update(id=document.id, sha256=document.sha256, title=document.title)
    return sealed(new)


def _compared(turn: int, citation: Mapping[str, Any], document: Document | None) -> Compared:
    number, quote = citation["number"], citation["quote"]
    if document is None:
        return Compared(turn, number, quote, Standing.UNREAD)
    place = Span(citation["start"], citation["end"])
    retitled = document.title != citation["document_title"]
    places = [p for p in _places(quote, document.text) if whole(document, p) == p]
    if place in places:
        return Compared(turn, number, quote, Standing.STANDS, document, place, retitled)
    if len(places) == 1:
        return Compared(turn, number, quote, Standing.MOVED, document, places[0], retitled)
    return Compared(turn, number, quote, Standing.REPEATED if places else Standing.GONE, document, None, retitled)


def _places(quote: str, text: str) -> Iterator[Span]:
    """Yield where the words of `quote` stand in `text`, within longer sentences too."""
    start, number = text.find(quote), 0
    while start >= 0 and number < _MOST_PLACES:
        yield Span(start, start + len(quote))
        start, number = text.find(quote, start + 1), number + 1


def _placed(citation: Mapping[str, Any], document: Document, place: Span) -> dict[str, Any]:
    """Return the fields of a citation that change with its place."""
    by = place.start - citation["start"]
    short = citation.get("short")
    return Citation.printed(document, place.start) | {
        "passage_id": f"{document.id}:{place.start}-{place.end}",
        "start": place.start,
        "end": place.end,
        "before": leaned_on(document, place),
        "short": short and {"start": short["start"] + by, "end": short["end"] + by},
    }


def _copy_of(citation: Mapping[str, Any], sources: Mapping[str, str], documents: Sequence[Document]) -> Document | None:
    """Return the copy of a cited document among `documents`: by its text, else its file's name, else its title."""
    source = sources.get(citation["document_id"])
    same = [d for d in documents if d.id == citation["document_id"]]
    if not same and source:
        fits = [_parts_alike(source, d.source) for d in documents]
        same = [d for d, fit in zip(documents, fits, strict=True) if fit and fit == max(fits)]
    if not same:
        same = [d for d in documents if d.title == citation["document_title"]]
    return same[0] if len(same) == 1 else None


def _parts_alike(one: str, other: str) -> int:
    """Return how many parts of two paths are the same, from the file's name upwards."""
    pairs = zip(reversed(one.split("/")), reversed(other.split("/")), strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def _sources(data: object) -> dict[str, str]:
    """Return the names of the files of the documents that a conversation lists, by id."""
    made = data.get("index") if isinstance(data, Mapping) else None
    listed = made.get("documents") if isinstance(made, Mapping) else None
    rows = [d for d in listed if isinstance(d, Mapping)] if isinstance(listed, list | tuple) else []
    return {str(d["id"]): str(d["source"]) for d in rows if "id" in d and "source" in d}


def _answers(data: object) -> list[Any]:
    """Return the answers of a conversation, or the answer, or the list of them, that `data` is."""
    if isinstance(data, Mapping) and isinstance(data.get("turns"), list | tuple):
        answers = [turn.get("answer") if isinstance(turn, Mapping) else None for turn in data["turns"]]
    else:
        answers = list(data) if isinstance(data, list) else [data]
    if not answers or not all(isinstance(a, Mapping) and isinstance(a.get("citations"), list | tuple) for a in answers):
        raise InputError("This is not a saved conversation, and no answer: there are no quotes to compare.")
    return answers


def _citations(answer: Mapping[str, Any]) -> list[Any]:
    """Return the citations of an answer as data, each with what a quote needs."""
    kinds = {"number": int, "quote": str, "document_id": str, "document_title": str, "start": int, "end": int}
    for citation in answer["citations"]:
        if not isinstance(citation, Mapping) or not all(type(citation.get(n)) is k for n, k in kinds.items()):
            raise InputError("This is not a saved conversation: a quote lacks its words, its document or its place.")
        if not citation["quote"] or not 0 <= citation["start"] < citation["end"]:
            raise InputError("This is not a saved conversation: a quote has no words, or no place.")
    return list(answer["citations"])


def _document_id(hit: object) -> str:
    passage = hit.get("passage") if isinstance(hit, Mapping) else None
    name = passage.get("id") if isinstance(passage, Mapping) else passage
    return str(name).partition(":")[0]
