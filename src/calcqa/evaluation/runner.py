"""The runner: ask every question of a set, judge what comes, and keep it with what it was measured on.

Questions go through `assistant.chat()`, as anybody's do. Judging looks at answers as data: quotes are compared with
the documents at their offsets, never searched for. What outcomes add up to is computed in `measures.py`.
"""

from __future__ import annotations

import datetime
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import calcqa
from calcqa.errors import InputError
from calcqa.evaluation.measures import Measures, Outcome, by_topic, measure
from calcqa.evaluation.questions import JudgedQuestion
from calcqa.types import Answer, Citation, Document

if TYPE_CHECKING:
    from calcqa.assistant import Assistant
    from calcqa.index.build import Progress


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Outcomes, their measures, and what they were measured on.

    `index` summarises the index's manifest (format version, the program that built it, encoder, counts, sources);
    `question_set` has the name and the sha256 of the file (both empty where none was named) and the splits used;
    `program` is the version that asked; `date` is in UTC, ISO 8601.
    """

    outcomes: tuple[Outcome, ...]
    overall: Measures
    topics: dict[str, Measures]
    index: dict[str, Any]
    question_set: dict[str, Any]
    program: str
    date: str

    def failures(self) -> list[Outcome]:
        """Return the outcomes with something wrong, in the order asked; `Outcome.failure` says what."""
        return [o for o in self.outcomes if o.failure]

    def to_dict(self) -> dict[str, Any]:
        """Return the evaluation as plain dicts, lists, strings and numbers, fit for JSON."""
        return {
            "date": self.date,
            "program": self.program,
            "index": self.index,
            "question_set": self.question_set,
            "overall": self.overall.to_dict(),
            "topics": {topic: m.to_dict() for topic, m in self.topics.items()},
            "outcomes": [o.to_dict() for o in self.outcomes],
        }


def evaluate(
    assistant: Assistant,
    questions: Sequence[JudgedQuestion],
    progress: Progress | None = None,
    *,
    source: str | Path | None = None,
    known: Mapping[str, Outcome] | None = None,
    keep: Callable[[Outcome], None] | None = None,
) -> Evaluation:
    """Ask `assistant` all `questions`, each in a conversation of its own, and judge the last turn of each.

    The first question is asked once beforehand and the answer thrown away, so that latency is that of a program
    already running.

    Args:
        assistant: who is asked.
        questions: at least one.
        progress: called with "asking", how many are done, and how many there are.
        source: the file the questions come from, to be recorded by name and sha256.
        known: outcomes from before, by the id of their question, which is not asked again.
        keep: called with each new outcome as soon as it is known.

    Raises:
        InputError: there are no questions, or `source` cannot be read.

    """
    if not questions:
        raise InputError("There are no questions to ask.")
    question_set = _question_set(questions, Path(source) if source is not None else None)
    _ask(assistant, questions[0])
    outcomes = []
    for done, question in enumerate(questions):
        if progress:
            progress("asking", done, len(questions))
        if known and question.id in known:
            outcomes.append(known[question.id])
            continue
        answer, latency = _ask(assistant, question)
        outcomes.append(judge(question, answer, assistant.document, latency))
        if keep:
            keep(outcomes[-1])
    if progress:
        progress("asking", len(questions), len(questions))
    return Evaluation(
        outcomes=tuple(outcomes),
        overall=measure(outcomes),
        topics=by_topic(outcomes),
        index=_summary(assistant),
        question_set=question_set,
        program=f"calcqa {calcqa.__version__}",
        date=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    )


def judge(question: JudgedQuestion, answer: Answer, document: Callable[[str], Document], latency: float) -> Outcome:
    """Return what `answer` is worth as an answer to `question`.

    Facts are looked for in the answer's text without its [n] markers, so that a marker is never taken for a number
    asked for; words are counted over the same text. `document` returns a document by its id, or raises InputError;
    `latency` is in seconds.
    """
    quotes = [(c.answer_start, c.answer_end) for c in answer.citations]
    markers = [_marker(answer.text, c) for c in answer.citations]
    prose = _without(answer.text, markers)
    return Outcome(
        question=question,
        understood=answer.standalone_question,
        text=answer.text,
        answered=answer.abstention is None,
        confidence=answer.confidence,
        groups_found=tuple(any(p.search(prose) for p in group) for group in question.facts),
        words=len(prose.split()),
        quotes=len(answer.citations),
        quotes_verified=sum(_stands(c, answer.text, document) for c in answer.citations),
        covered=not _without(answer.text, quotes + markers).strip(),
        latency=latency,
        reason=answer.abstention.reason.value if answer.abstention else None,
        gap=answer.abstention.gap if answer.abstention else None,
        short=answer.short_answer,
        short_right=_short_right(question, answer),
    )


def _short_right(question: JudgedQuestion, answer: Answer) -> bool:
    """Say whether the short answer shares words with a fact as its quote states it ("five" with "five categories")."""
    quote, short = next(((c, c.short) for c in answer.citations if c.short), (None, None))
    if quote is None or short is None:
        return False
    start, end = short.start - quote.start, short.end - quote.start
    found = (m for group in question.facts for p in group for m in p.finditer(quote.quote))
    return any(m.start() < end and start < m.end() for m in found)


def _ask(assistant: Assistant, question: JudgedQuestion) -> tuple[Answer, float]:
    chat = assistant.chat()
    for turn in question.turns[:-1]:
        chat.ask(turn)
    start = time.perf_counter()
    answer = chat.ask(question.turns[-1])
    return answer, time.perf_counter() - start


def _stands(citation: Citation, text: str, document: Callable[[str], Document]) -> bool:
    """Say whether the quote is what stands at its offsets, in the document it names and in the answer."""
    try:
        cited = document(citation.document_id)
    except InputError:
        return False
    return (
        0 <= citation.start < citation.end <= len(cited.text)
        and cited.sha256 == citation.document_sha256
        and cited.text[citation.start : citation.end] == citation.quote
        and 0 <= citation.answer_start
        and text[citation.answer_start : citation.answer_end] == citation.quote
    )


def _marker(text: str, citation: Citation) -> tuple[int, int]:
    """Return the span of the citation's number in brackets, which stands right behind its quote; empty if it is not."""
    marker = f" [{citation.number}]"
    end = citation.answer_end
    return (end, end + len(marker)) if text.startswith(marker, end) else (end, end)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    gone = {i for start, end in spans for i in range(start, end)}
    return "".join(c for i, c in enumerate(text) if i not in gone)


def _summary(assistant: Assistant) -> dict[str, Any]:
    manifest = assistant.index.manifest
    return {
        key: manifest[key] for key in ("format_version", "program", "encoder", "counts", "sources") if key in manifest
    }


def _question_set(questions: Sequence[JudgedQuestion], source: Path | None) -> dict[str, Any]:
    try:
        content = source.read_bytes() if source else None
    except OSError as error:
        raise InputError(f"Cannot read the question set {source}: {error.strerror}.") from error
    return {
        "name": source.name if source else "",
        "sha256": hashlib.sha256(content).hexdigest() if content is not None else "",
        "splits": sorted({q.split for q in questions}),
    }
