"""Files like questions/report.jsonl: turns, and facts as patterns.

    {"id": "a1", "topic": "culture", "turns": ["What grew?"], "answerable": true, "facts": [["staph"]]}
    {"id": "u1", "topic": "near-miss", "turns": ["Which dose?"], "answerable": false, "facts": []}

`turns` are asked in order in one conversation, and the last is judged. Every group of `facts` must match; the strings
of a group are alternatives: regular expressions, any case. `split` names a part of the set and may be missing; other
keys are ignored. Questions over a corpus name the text they were written for, and where in it the answer stands:

    {…, "document": "PMC1", "text_sha256": "9f…", "evidence": [[[120, 180], [900, 955]]]}

Evidence is groups that are all needed, each of alternatives `[start, end)` in code points of the raw text. Where the
texts are given as a corpus.jsonl, one that differs from that with this sha256 is an error: offsets would mean nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from calcqa.errors import SidecarError
from calcqa.evaluation.datasets.base import (
    Dataset,
    Evidence,
    Query,
    Text,
    Unique,
    json_lines,
    make_dataset,
    question_of,
    text_of,
)
from calcqa.evaluation.datasets.sampling import choose
from calcqa.types import text_hash

_LONGEST_FACT = 1_000  # characters of a pattern


def load_questions(path: str | Path, split: str | None = None) -> list[Query]:
    """Return the queries of the file at `path`, in its order; with `split`, only that part of it.

    The whole file is checked, whichever part is returned.

    Raises:
        SidecarError: a line is not a usable question; it names the file, the line and the problem.
        InputError: the file cannot be read, or holds no question (of that split).

    """
    return list(choose(load(Path(path)), split))


def load(path: Path, texts: Sequence[Text] = ()) -> Dataset:
    """Load a file of this form; its errors are those of `load_questions`.

    The sha256 of texts is checked where `texts` are given.
    """
    unique, by_id = Unique(path.name), {t.id: t.text for t in texts}
    queries = [_query(record, unique, by_id, path.name, line) for line, record in json_lines(path)]
    return make_dataset("report", path, path, queries, [path])


def to_dict(query: Query) -> dict[str, Any]:
    """Return a query in this form."""
    return {
        "id": query.id,
        "split": query.split,
        "topic": query.topic,
        "turns": list(query.turns),
        "answerable": query.answerable,
        "facts": [[p.pattern for p in group] for group in query.facts],
    }


def _query(record: dict[str, Any], unique: Unique, texts: Mapping[str, str], source: str, line: int) -> Query:
    id, topic = (text_of(record, key, source, line) for key in ("id", "topic"))  # noqa: A001
    answerable, turns, facts = record.get("answerable"), record.get("turns"), record.get("facts")
    if not isinstance(answerable, bool):
        raise SidecarError(source, line, 'needs "answerable": true or false.')
    if not isinstance(turns, list) or not turns:
        raise SidecarError(source, line, 'needs "turns": a list of questions, the last of which is judged.')
    for turn in turns:
        question_of({"turns": turn}, "turns", source, line)
    if not isinstance(facts, list) or not all(isinstance(g, list) and g for g in facts):
        raise SidecarError(source, line, 'needs "facts": a list of groups, each a list of alternatives.')
    if answerable and not facts:
        raise SidecarError(source, line, 'an answerable question needs "facts"; without, any answer would be right.')
    if not answerable and facts:
        raise SidecarError(source, line, 'has "facts", though it is not answerable.')
    groups = tuple(tuple(_compiled(pattern, source, line) for pattern in group) for group in facts)
    split = text_of(record, "split", source, line, empty=True)
    document = text_of(record, "document", source, line, empty=True)
    if (text := texts.get(document)) is not None:
        if text_of(record, "text_sha256", source, line) != text_hash(text):
            raise SidecarError(source, line, f"the text {document!r} is not the one the question was written for.")
    return Query(
        unique.add(id, line),
        tuple(turns),
        f"{source}, line {line}",
        answerable,
        facts=groups,
        evidence=_evidence(record, document, text, source, line),
        asked_of=(document,) if document else (),
        topic=topic,
        split=split,
    )


def _evidence(record: dict[str, Any], document: str, text: str | None, source: str, line: int) -> tuple[Evidence, ...]:
    """Return the stretches of all groups of evidence, alternatives among them."""
    groups = record.get("evidence", [])
    if groups and not document:
        raise SidecarError(source, line, 'has "evidence", and no "document" in which it stands.')
    if groups and not record["answerable"]:
        raise SidecarError(source, line, 'has "evidence", though it is not answerable.')
    try:
        stretches = tuple(Evidence(document, start, end) for group in groups for start, end in group)
        whole = all(type(at) is int for e in stretches for at in (e.start, e.end))
    except (TypeError, ValueError):
        stretches, whole = (), False
    if not whole or any(not 0 <= e.start < e.end <= (e.end if text is None else len(text)) for e in stretches):
        raise SidecarError(source, line, '"evidence" is groups of alternatives [start, end] inside the text.')
    return stretches


def _compiled(pattern: object, source: str, line: int) -> re.Pattern[str]:
    if not isinstance(pattern, str) or len(pattern) > _LONGEST_FACT:
        raise SidecarError(source, line, f"the fact {str(pattern)[:60]!r} is not a text, or too long.")
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError) as error:
        raise SidecarError(source, line, f"the fact {pattern!r} is not a regular expression ({error}).") from error
    if compiled.search(""):
        raise SidecarError(source, line, f"the fact {pattern!r} is found in any text, the empty one too.")
    return compiled
