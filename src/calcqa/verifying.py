"""Whether every quote of a saved conversation still stands where it says.

Does: compare each quote, byte for byte, with the document of an index at the quote's offsets, and with what the answer
shows. Does not: search for a quote, or judge whether it answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from calcqa.errors import InputError
from calcqa.index import Index

NOT_HERE = "the document is not in this index"

_NEEDED: dict[str, type] = {
    "number": int, "document_id": str, "document_sha256": str, "quote": str, "start": int, "end": int,
    "answer_start": int, "answer_end": int,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """A quote that does not verify: in which turn (from 1), which citation, what it says, and what is wrong."""

    turn: int
    citation: int
    quote: str
    problem: str


def verify(data: object, index: Index) -> tuple[int, list[Fault]]:
    """Return how many quotes a transcript has, and those that do not stand where they say.

    `data` is a transcript, or the JSON of one answer or of a list of answers.

    Raises:
        InputError: it is none of these.
    """
    count, faults = 0, []
    for turn, answer in enumerate(_answers(data), start=1):
        for citation, problem in zip(answer["citations"], problems(answer, index, turn), strict=True):
            count += 1
            if problem:
                faults.append(Fault(turn, citation["number"], citation["quote"], problem))
    return count, faults


def problems(answer: Mapping[str, Any], index: Index, turn: int = 1) -> list[str]:
    """Return for each citation of an answer, as data, what is wrong with its quote; "" where it stands.

    Raises:
        InputError: a citation lacks its fields; it names the turn.
    """
    citations = answer["citations"]
    if not all(isinstance(c, Mapping) and all(isinstance(c.get(k), t) for k, t in _NEEDED.items()) for c in citations):
        raise InputError(f"This is not a saved conversation: a citation of turn {turn} lacks its fields.")
    return [_problem(c, answer, citations, index) for c in citations]


def _answers(data: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(data, Mapping) and isinstance(data.get("turns"), list):
        found = [t.get("answer") if isinstance(t, Mapping) else None for t in data["turns"]]
    elif isinstance(data, list):
        found = data
    else:
        found = [data]
    for number, answer in enumerate(found, start=1):
        if not isinstance(answer, Mapping) or not isinstance(answer.get("citations"), list | tuple):
            raise InputError(f"This is not a saved conversation: turn {number} has no answer with citations.")
        yield answer


def _problem(
    citation: Mapping[str, Any], answer: Mapping[str, Any], citations: Sequence[Mapping[str, Any]], index: Index
) -> str:
    document = index.documents.get(citation["document_id"])
    if document is None:
        return NOT_HERE
    if document.sha256 != citation["document_sha256"]:
        return "the document has changed since"
    start, end = citation["start"], citation["end"]
    if not 0 <= start < end <= len(document.text) or document.text[start:end] != citation["quote"]:
        return "the quote does not stand at its offsets in the document"
    text = answer.get("text")
    shown = text[citation["answer_start"] : citation["answer_end"]] if isinstance(text, str) else None
    if shown != citation["quote"]:
        return "the quote is not what the answer shows"
    if (short := citation.get("short")) is not None and not _inside(short, start, end):
        return "the short answer does not stand inside its quote"
    shorts = [c for c in citations if c.get("short") is not None]
    if citation is not (shorts or citations)[0]:
        return ""
    said = document.text[short["start"] : short["end"]] if short else None  # the answer's is that of the first with one
    return "" if answer.get("short_answer") == said else "the short answer is not what its quote says"


def _inside(short: object, start: int, end: int) -> bool:
    begin, stop = (short.get(k) if isinstance(short, Mapping) else None for k in ("start", "end"))
    return isinstance(begin, int) and isinstance(stop, int) and start <= begin < stop <= end
