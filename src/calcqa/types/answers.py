"""A question on its way: FAQ entries, hits, citations, answers and refusals. A higher score is better, everywhere."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from calcqa.types.documents import BlockKind, Document, Passage, Span


def json_name(field: str) -> str:
    """Return the key of a field of these types in JSON, where every field keeps the name it first had."""
    return {"unanswerable": "gap", "faq_score": "asked_score"}.get(field, field)


def plain(value: Any) -> dict[str, Any]:
    """Return one of these types as plain dicts, lists, strings and numbers, fit for JSON."""
    return dataclasses.asdict(value, dict_factory=lambda pairs: {json_name(name): v for name, v in pairs})


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
    `page` (from 1) is where it begins, in a document with pages; `kind` is that of its block. `file_sha256` is that of
    the file the document was loaded from. `ocr` tells that the words were read from a picture of the page. `context`
    are the texts that the quote cannot be read without: an item's lead-in; a row's caption and header. `before` is the
    sentence before it where the quote begins with a word that needs that ("It", "These"); neither is a quote.
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
    page: int | None = None
    kind: BlockKind = BlockKind.PARAGRAPH
    file_sha256: str = ""
    ocr: bool = False
    context: tuple[str, ...] = ()
    before: str = ""

    @property
    def short_answer(self) -> str | None:
        """The words of the quote that answer by themselves."""
        return self.quote[self.short.start - self.start : self.short.end - self.start] if self.short else None

    @property
    def around(self) -> str:
        """The quote behind what it stands below, what it cannot be read without, and the sentence before it."""
        return " | ".join((self.section, *self.context, self.before, self.quote))

    @staticmethod
    def printed(document: Document, start: int) -> dict[str, Any]:
        """Return the fields that say of which document, and where on paper, the text from `start` on is."""
        return {
            "document_id": document.id,
            "document_title": document.title,
            "document_sha256": document.sha256,
            "section": " › ".join(document.headings_at(start)) or document.title,
            "page": document.page_at(start),
            "kind": document.kind_at(start),
            "file_sha256": document.file_sha256,
            "ocr": document.by_ocr(start),
            "context": document.leads_at(start),
        }

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
class SomeAsked:
    """How many documents a question was asked of, and how many have words of it."""

    asked: int
    holding: int


@dataclass(frozen=True, slots=True)
class Abstention:
    """A refusal, with its reason.

    `unanswerable` is the kind of thing the documents do not say, where it is known. `unknown_terms` are the question's
    words that never occur in the documents. `nearest` are the closest passages, none of them an answer. `apart` are
    words of the question that stand in the documents, but in no one sentence together; or, where `without` names a kind
    of thing ("dose", "number", "time", "size", "reason", "share"), in none that holds any such thing. `not_nearest` are
    words that the passage that comes nearest has nothing for. `unknown_report` is how the question calls its patient
    or report, where none of the documents is about that one. `some_asked` is as in `Answer`.
    """

    reason: Reason
    unanswerable: str | None
    unknown_terms: tuple[str, ...]
    passages_searched: int
    nearest: tuple[Hit, ...]
    apart: tuple[str, ...] = ()
    without: str | None = None
    unknown_report: str = ""
    some_asked: SomeAsked | None = None
    not_nearest: tuple[str, ...] = ()

    @property
    def gap(self) -> str | None:
        """`unanswerable`, by its former name."""
        return self.unanswerable


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Quotes of one answer that answer differently: their numbers, and the words of each in which they differ."""

    citations: tuple[int, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its citations, or an abstention; never both.

    `text` is the quotes, the best first (part by part where a question has parts), each followed by its number in
    brackets, or one plain sentence that names what the documents do not say. `short_answer` is that of the first
    citation with one. `confidence` is the estimated probability (0..1) that the quotes hold all that was asked for; of
    an abstention, that those it keeps back do. A question with parts may be answered in some: `unanswered` are those
    the documents do not answer, as they were understood; `confidence` is then of the others. `disagreements` name the
    quotes that contradict one another: the documents, or places of one, differ in what is asked for. `some_asked`
    tells that a question for all patients was asked of some documents only.
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
    disagreements: tuple[Disagreement, ...] = ()
    some_asked: SomeAsked | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain dicts, lists, strings and numbers, fit for JSON."""
        return plain(self)


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange; a conversation is a list of these."""

    question: str
    standalone_question: str
    answer: Answer
