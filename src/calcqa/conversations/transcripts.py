"""Saved conversations: turns as JSON.

A transcript holds the program's version, the index it was made with, and the turns with their answers as data
(`Answer.to_dict`), each with whether its quotes stood when it was saved, and a seal (`conversations/verification.py`).
`conversations/readback.py` reads it back.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from calcqa import __version__
from calcqa.conversations.readback import MOST_TURNS, turns_from
from calcqa.conversations.verification import Fault, problems, sealed, verify
from calcqa.index.index import Index
from calcqa.types import Answer, Hit, Turn, json_name

__all__ = ["MOST_TURNS", "Fault", "transcript", "turns_from", "verify"]


def transcript(
    turns: Sequence[Turn], index: Index, *, name: str = "", now: datetime | None = None, brief: bool = False
) -> dict[str, Any]:
    """Return a conversation as plain data, fit for JSON, for `verify` and for `turns_from`.

    `name` is the conversation's, `now` when it is saved. A `brief` one names the passages among the hits and leaves
    their text to the index; of a library's documents it names those that are quoted. A quote says whether it is
    `verified`, and a turn, whether all of its quotes are.
    """
    answers = [_brief(t.answer) if brief else t.answer.to_dict() for t in turns]
    faults = problems([t.answer for t in turns], index)
    for answer, one in zip(answers, faults, strict=True):
        for citation, problem in zip(answer["citations"], one, strict=True):
            citation["verified"] = not problem
    quoted = {c.document_id for t in turns for c in t.answer.citations}
    documents = [d for d in index.documents.values() if not brief or d.id in quoted]
    data = {
        "calcqa": __version__,
        "name": name,
        **({"saved": now.isoformat(timespec="seconds")} if now else {}),
        "index": {
            "encoder_sha256": index.manifest["encoder"]["sha256"],
            "documents": [{"id": d.id, "sha256": d.sha256, "title": d.title, "source": d.source} for d in documents],
        },
        "verified": {"quotes": sum(map(len, faults)), "failed": sum(1 for one in faults for problem in one if problem)},
        "turns": [
            {
                "question": t.question,
                "standalone_question": t.standalone_question,
                "verified": not any(one),
                "answer": answer,
            }
            for t, answer, one in zip(turns, answers, faults, strict=True)
        ],
    }
    return data if brief else sealed(data)


def _brief(answer: Answer) -> dict[str, Any]:
    """Return an answer as data, with passages by their ids."""
    refused = answer.abstention and dataclasses.replace(answer.abstention, nearest=())
    data = dataclasses.replace(answer, hits=(), abstention=refused).to_dict()
    data["hits"] = _references(answer.hits)
    if answer.abstention:
        data["abstention"]["nearest"] = _references(answer.abstention.nearest)
    return data


def _references(hits: Iterable[Hit]) -> list[dict[str, Any]]:
    fields = [f.name for f in dataclasses.fields(Hit) if f.name != "passage"]
    return [{"passage": h.passage.id} | {json_name(name): getattr(h, name) for name in fields} for h in hits]
