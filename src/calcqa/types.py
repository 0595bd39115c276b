"""The values that stages exchange. No I/O and no models.

Offsets are half-open and count code points of `Document.text`, everywhere. A higher score is better, everywhere.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


def json_name(field: str) -> str:
    """Return the key of a field of these types in JSON, where every field keeps the name it first had."""
    return {"unanswerable": "gap", "faq_score": "asked_score"}.get(field, field)


def plain(value: Any) -> dict[str, Any]:
    """Return one of these types as plain dicts, lists, strings and numbers, fit for JSON."""
    return dataclasses.asdict(value, dict_factory=lambda pairs: {json_name(name): v for name, v in pairs})


def text_hash(text: str) -> str:
    """Return the sha256 of `text` in UTF-8, in hex (64 digits)."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range `[start, end)` of a document's text, in code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text below it, its line included; level 1 is the title."""

    title: str
    level: int
    start: int
    end: int


@dataclass(frozen=True)
class Document:
    """One cleaned text with its outline. `id` is the first 16 hex digits of the text's sha256."""

    id: str
    source: str
    title: str
    text: str
    sections: tuple[Section, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)

    @functools.cached_property
    def sha256(self) -> str:
        """The sha256 of `text`, 64 hex digits."""
        return text_hash(self.text)

    def headings_at(self, position: int) -> tuple[str, ...]:
        """Return the titles of the sections around `position`, outermost first, the document's title left out."""
        starts, headings = self._outline
        return headings[bisect_right(starts, position)]

    @functools.cached_property
    def _outline(self) -> tuple[list[int], list[tuple[str, ...]]]:
        """Where sections begin or end, and the headings before the first of these places and from each on."""
        below = [s for s in self.sections if s.level > 1 and s.start < s.end]
        edges = sorted({e for s in below for e in (s.start, s.end)})
        begun, ended = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
        for number, section in enumerate(below):
            begun[section.start].append(number)
            ended[section.end].append(number)
        open_now: dict[int, str] = {}
        headings: list[tuple[str, ...]] = [()]
        for edge in edges:
            for number in ended[edge]:
                del open_now[number]
            open_now.update((number, below[number].title) for number in begun[edge])
            headings.append(tuple(open_now.values()))
        return edges, headings


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a document that is searched and shown whole: `text == document.text[start:end]`, always.

    `sentences` are the spans an answer may quote, in reading order; they lie within the passage and are never cut.
    """

    id: str
    document_id: str
    start: int
    end: int
    text: str
    headings: tuple[str, ...]
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class FAQEntry:
    """A question and the spans of a document that answer it, or why none does.

    An entry either has `evidence` or is `unanswerable`: then that is the kind of thing the document does not say.
    `document_id` is empty for what no document answers (greetings, small talk, instructions to a program).
    """

    question: str
    document_id: str
    evidence: tuple[Span, ...] = ()
    unanswerable: str | None = None

    @property
    def gap(self) -> str | None:
        """`unanswerable`, by its former name."""
        return self.unanswerable

    @property
    def answer(self) -> tuple[str, tuple[Span, ...] | str]:
        """The document and the spans that answer, or the document and the kind of thing it does not say."""
        return self.document_id, self.evidence or self.unanswerable or ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question.

    `score` is the fused score the ranking follows; `dense_score` (cosine, -1..1), `lexical_score` (share of the
    question's BM25 mass, 0..1), `faq_score` (the nearest FAQ entries that point to it, together: about a cosine, higher
    where they are many; 0 where none is near) and `phrase_score` (like `lexical_score`, with pairs of words)
    are its parts.
    """

    passage: Passage
    score: float
    rank: int
    dense_score: float
    lexical_score: float
    faq_score: float = 0.0
    phrase_score: float = 0.0

    @property
    def asked_score(self) -> float:
        """`faq_score`, by its former name."""
        return self.faq_score


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence of the answer and where it stands.

    `quote == document.text[start:end] == answer.text[answer_start:answer_end]`, byte for byte. `short` is where, inside
    the quote, the words stand that answer by themselves, if a reader is sure of any; in code points of the document.
    """

    number: int
    document_id: str
    document_title: str
    document_sha256: str
    section: str
    passage_id: str
    quote: str
    start: int
    end: int
    answer_start: int
    answer_end: int
    short: Span | None = None

    @property
    def short_answer(self) -> str | None:
        """The words of the quote that answer by themselves."""
        return self.quote[self.short.start - self.start : self.short.end - self.start] if self.short else None

    def stands_in(self, document: Document | None) -> bool:
        """Return whether `document` is the one it names, unchanged, and has the quote at its offsets."""
        return (
            document is not None
            and document.id == self.document_id
            and document.sha256 == self.document_sha256
            and 0 <= self.start < self.end <= len(document.text)
            and document.text[self.start : self.end] == self.quote
        )

    def shown_in(self, text: str) -> bool:
        """Return whether the answer's `text` shows the quote where the citation says."""
        return self.answer_start >= 0 and text[self.answer_start : self.answer_end] == self.quote


class Reason(StrEnum):
    """Why there is no answer."""

    UNANSWERABLE = "gap"
    """An FAQ entry says that the document does not answer this."""
    GAP = "gap"
    """`UNANSWERABLE`, by its former name."""
    NO_EVIDENCE = "no_evidence"
    """No passage supports an answer."""
    NOT_A_QUESTION = "not_a_question"
    """A greeting, small talk or an instruction to the program."""


@dataclass(frozen=True, slots=True)
class Abstention:
    """A refusal, with its reason.

    `unanswerable` is the kind of thing the documents do not say, where it is known. `unknown_terms` are the question's
    words that never occur in the documents. `nearest` are the closest passages, none of them an answer.
    """

    reason: Reason
    unanswerable: str | None
    unknown_terms: tuple[str, ...]
    passages_searched: int
    nearest: tuple[Hit, ...]

    @property
    def gap(self) -> str | None:
        """`unanswerable`, by its former name."""
        return self.unanswerable


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its citations, or an abstention; never both.

    `text` is the quotes in reading order (part by part where a question has parts), each followed by its number in
    brackets, or one plain sentence that names what the documents do not say. `short_answer` is that of the first
    citation with one. `confidence` is the estimated probability (0..1) that the documents answer the question; an
    abstention has the low ones. A question with parts may be answered in some: `unanswered` are those the documents do
    not answer, as they were understood.
    """

    question: str
    standalone_question: str
    text: str
    short_answer: str | None
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    confidence: float
    abstention: Abstention | None
    unanswered: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain dicts, lists, strings and numbers, fit for JSON."""
        return plain(self)


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange; a conversation is a list of these."""

    question: str
    standalone_question: str
    answer: Answer
