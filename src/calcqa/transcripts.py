"""Saved conversations: what one holds, and whether every quote in it still stands where it says.

A transcript is JSON: the program's version, the index it was made with, and the turns with their answers as data
(`Answer.to_dict`). Verifying compares each quote, byte for byte, with the document of an index at the quote's offsets;
it neither searches for a quote nor judges whether it answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from calcqa import __version__
from calcqa.domain import Turn
from calcqa.errors import InputError
from calcqa.index import Index


@dataclass(frozen=True, slots=True)
class Fault:
    """A quote that does not verify: in which turn (from 1), which citation, what it says, and what is wrong."""

    turn: int
    citation: int
    quote: str
    problem: str


def transcript(turns: Sequence[Turn], index: Index) -> dict[str, Any]:
    """Return a conversation as plain data, fit for JSON and for `verify`."""
    return {
        "calcqa": __version__,
        "index": {
            "encoder_sha256": index.manifest["encoder"]["sha256"],
            "documents": [
                {"id": d.id, "sha256": d.sha256, "title": d.title, "source": d.source} for d in index.documents.values()
            ],
        },
        "turns": [
            {"question": t.question, "standalone_question": t.standalone_question, "answer": t.answer.to_dict()}
            for t in turns
        ],
    }


def verify(data: object, index: Index) -> tuple[int, list[Fault]]:
    """Return how many quotes a transcript has, and those that do not stand where they say.

    `data` is a transcript, or the JSON of one answer or of a list of answers.

    Raises:
        InputError: it is none of these.
    """
    count, faults = 0, []
    for number, answer in enumerate(_answers(data), start=1):
        for citation in _citations(answer, number):
            count += 1
            if problem := _problem(citation, answer, index):
                faults.append(Fault(number, int(citation["number"]), str(citation["quote"]), problem))
    return count, faults


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


def _citations(answer: Mapping[str, Any], number: int) -> Iterator[Mapping[str, Any]]:
    needed: dict[str, type] = {
        "number": int, "document_id": str, "document_sha256": str, "quote": str, "start": int, "end": int,
        "answer_start": int, "answer_end": int,
    }  # fmt: skip
    for citation in answer["citations"]:
        if not isinstance(citation, Mapping) or not all(isinstance(citation.get(k), t) for k, t in needed.items()):
            raise InputError(f"This is not a saved conversation: a citation of turn {number} lacks its fields.")
        yield citation


def _problem(citation: Mapping[str, Any], answer: Mapping[str, Any], index: Index) -> str:
    document = index.documents.get(citation["document_id"])
    if document is None:
        return "the document is not in this index"
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
    shorts = [c for c in answer["citations"] if c.get("short") is not None]
    if citation is not (shorts or answer["citations"])[0]:
        return ""
    said = document.text[short["start"] : short["end"]] if short else None  # the answer's is that of the first with one
    return "" if answer.get("short_answer") == said else "the short answer is not what its quote says"


def _inside(short: object, start: int, end: int) -> bool:
    begin, stop = (short.get(k) if isinstance(short, Mapping) else None for k in ("start", "end"))
    return isinstance(begin, int) and isinstance(stop, int) and start <= begin < stop <= end
