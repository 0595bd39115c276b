"""Whether all that a saved conversation shows still stands: every quote, and every word around the quotes.

Does: compare each quote, byte for byte, with the document of an index at the quote's offsets; make the answer's or the
refusal's words anew from its data and compare them whole; hold passages among the hits against the index. Does not:
search for a quote, or judge whether it answers. What a person typed is held against itself only: a seal tells that a
file was changed since it was saved, not who changed it, for anybody can make another.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from calcqa.answering.broad import known_missing
from calcqa.answering.compose import laid_out
from calcqa.answering.quoting import alone, leaned_on, whole
from calcqa.answering.refusing import refusal
from calcqa.conversations.readback import MOST_TURNS, answer_from, bounded, passage_name, turn_from, wrong
from calcqa.faq.entries import NOT_QUESTIONS, UNANSWERABLE_KINDS
from calcqa.index.index import Index
from calcqa.language.tokens import words
from calcqa.parameters import DISPUTED
from calcqa.types import (
    Abstention,
    Answer,
    BlockKind,
    Citation,
    Disagreement,
    Document,
    Reason,
    Span,
    Turn,
    text_hash,
)

NOT_HERE = "the document is not in this index"
NOTHING = "there is nothing to verify"
_SEAL = "sha256"
_UNPRINTED = (None, BlockKind.PARAGRAPH, "", False)  # of what was saved before citations had pages


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """What does not verify: in which turn (from 1), which citation, what that says, and what is wrong.

    The citation is 0 where the fault is in the words around the quotes, the turn too where it is in the file's own.
    """

    turn: int
    citation: int
    quote: str
    problem: str


def verify(data: object, index: Index) -> tuple[int, list[Fault]]:
    """Return how many quotes a transcript has, and all that does not stand; having nothing to verify is a fault.

    `data` is a transcript, or the JSON of one answer or of a list of answers.

    Raises:
        InputError: it is none of these, or a field is of the wrong kind.
    """
    bounded(data)
    whole_file = isinstance(data, Mapping) and "turns" in data
    held: Any = data["turns"] if isinstance(data, Mapping) and whole_file else data
    records: list[Any] = held if isinstance(held, list) else [held]
    if whole_file and not isinstance(held, list):
        raise wrong("it has no turns")
    if len(records) > MOST_TURNS:
        raise wrong(f"it has {len(records):,} turns, and at most {MOST_TURNS} are read")
    if not records:
        return 0, [Fault(0, 0, "", NOTHING)]
    if whole_file:
        turns = [turn_from(t, f"turn {n}", index) for n, t in enumerate(records, start=1)]
        raw = [t["answer"] for t in records]
    else:
        answers = [answer_from(a, f"turn {n}", index) for n, a in enumerate(records, start=1)]
        turns, raw = [Turn(a.question, a.standalone_question, a) for a in answers], records
    count, faults = verify_turns(turns, index)
    around = {number: _hits_problem(answer, index) for number, answer in enumerate(raw, start=1)}
    if not whole_file and records is not data and turns[0].question != turns[0].standalone_question:
        around[1] = "the question is not the one that was understood"  # nothing was asked before it
    faults = [f for f in faults if f.citation or not around[f.turn]]  # one fault for the words of a turn is enough
    faults += [Fault(number, 0, "", problem) for number, problem in around.items() if problem]
    if whole_file and not _listed(data, index):
        faults.append(Fault(0, 0, "", "a document is not listed as it is"))
    if not faults:  # else a fault has named the change already
        seals = [data, *raw] if whole_file else raw
        broken = any(isinstance(one, Mapping) and one.get(_SEAL, "") not in ("", sealed(one)[_SEAL]) for one in seals)
        faults = [Fault(0, 0, "", "something has been changed since it was saved")] if broken else []
    return count, sorted(faults, key=lambda f: (f.turn, f.citation))


def verify_turns(turns: Sequence[Turn], index: Index) -> tuple[int, list[Fault]]:
    """Return how many quotes `turns` have, and all that does not stand of what is shown of them."""
    faults = []
    quotes = problems([t.answer for t in turns], index)
    for number, (turn, of_quotes) in enumerate(zip(turns, quotes, strict=True), start=1):
        cited = zip(turn.answer.citations, of_quotes, strict=True)
        faults += [Fault(number, c.number, c.quote, problem) for c, problem in cited if problem]
        if not any(of_quotes) and (problem := _turn_problem(turn, index)):
            faults.append(Fault(number, 0, "", problem))
    return sum(map(len, quotes)), faults


def problems(answers: Iterable[Answer], index: Index) -> list[list[str]]:
    """Return for each citation of each answer what is wrong with it; "" where it stands."""
    return [[_problem(c, index) or _misplaced(c, a) for c in a.citations] for a in answers]


def sealed(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return `data`, fit for JSON, with the sha256 of all else in it."""
    rest = {name: value for name, value in data.items() if name != _SEAL}
    return rest | {_SEAL: text_hash(_json(rest))}


# --- a quote ----------------------------------------------------------------------------------------------------------


def _problem(citation: Citation, index: Index) -> str:
    document = index.documents.get(citation.document_id)
    if document is None:
        return NOT_HERE
    if not citation.stands_in(document):
        same = document.sha256 == citation.document_sha256
        return "the quote does not stand at its offsets in the document" if same else "the document has changed since"
    start, end, short = citation.start, citation.end, citation.short
    if citation.document_title != document.title:
        return "the title is not the document's"
    printed = Citation.printed(document, start)
    if citation.section != printed["section"]:
        return "the section is not the one that the quote stands in"
    on_paper = tuple(printed[name] for name in ("page", "kind", "file_sha256", "ocr"))
    if (citation.page, citation.kind, citation.file_sha256, citation.ocr) not in (on_paper, _UNPRINTED):
        return "the page, the kind of text or the file is not the document's"
    if citation.context != printed["context"]:  # without "Do not give:" a quoted item would say the opposite
        return "the lead-in, or the caption and header of the table, is not the document's"
    if citation.before != leaned_on(document, Span(start, end)) and (citation.before or citation.file_sha256):
        return "the sentence before is not the document's"
    if not _holds(citation.passage_id, document, start, end):
        return "the passage does not hold the quote"
    if short and not start <= short.start < short.end <= end:
        return "the short answer does not stand inside its quote"
    if short and alone(citation.quote, short.start - start, short.end - start) != (
        short.start - start,
        short.end - start,
    ):
        return "the short answer leaves out words that change it"
    return "" if whole(document, Span(start, end)) == Span(start, end) else "the quote is no whole sentence"


def _holds(passage_id: str, document: Document, start: int, end: int) -> bool:
    """Say whether a passage's id names a stretch of `document` that touches start to end."""
    name, _, place = passage_id.partition(":")
    first, _, last = place.partition("-")
    if name != document.id or not (first + last).isascii() or not (first.isdigit() and last.isdigit()):
        return False
    if len(place) > 20 or place != f"{int(first)}-{int(last)}":
        return False
    return int(first) < end and start < int(last) <= len(document.text)


def _misplaced(citation: Citation, answer: Answer) -> str:
    return "" if citation.shown_in(answer.text) else "the quote is not what the answer shows"


# --- the words around the quotes --------------------------------------------------------------------------------------


def _turn_problem(turn: Turn, index: Index) -> str:
    answer = turn.answer
    if (turn.question, turn.standalone_question) != (answer.question, answer.standalone_question):
        return "the question is not the one that was answered"
    if not 0 <= answer.confidence <= 1:
        return "the confidence is none"
    if answer.abstention:
        return _refusal_problem(answer, answer.abstention, index)
    text, short_answer, placed = laid_out(answer.citations)
    if answer.text != text or answer.citations != placed:
        return "the text is not its quotes with their numbers"
    if answer.short_answer != short_answer:
        return "the short answer is not what its quote says"
    return "" if all(_differ(d, answer) for d in answer.disagreements) else "the quotes do not disagree as it says"


def _differ(disagreement: Disagreement, answer: Answer) -> bool:
    """Say whether a disagreement names two quotes or more, and words of each, and the confidence is one for that."""
    numbers, terms = disagreement.citations, disagreement.words
    if len(numbers) != len(terms) or len(set(numbers)) < 2 or answer.confidence > DISPUTED:
        return False
    quotes = {c.number: c.quote for c in answer.citations}
    return all(words(term) and term in quotes.get(n, "") for n, term in zip(numbers, terms, strict=True))


def _refusal_problem(answer: Answer, abstention: Abstention, index: Index) -> str:
    kind, searched = abstention.unanswerable, [h.passage.document_id for h in abstention.nearest]
    if kind is None:
        reason = Reason.NO_EVIDENCE
    else:
        reason = Reason.NOT_A_QUESTION if kind in NOT_QUESTIONS else Reason.UNANSWERABLE
    if abstention.reason is not reason or (kind is not None and kind not in UNANSWERABLE_KINDS):
        return "the reason is not the one its gap gives"
    if answer.short_answer is not None or answer.unanswered or answer.disagreements:
        return "a refusal answers nothing"
    asked, terms = set(words(answer.standalone_question)), abstention.unknown_terms
    if len(set(terms)) != len(terms) or not all(asked.issuperset(words(term)) for term in terms):
        return "a word that never occurs is not in the question"
    if abstention.unknown_report not in answer.standalone_question:
        return "the report that is not here is not in the question"
    if abstention.without and not abstention.apart:
        return "a kind of thing is missing beside no word"
    if not len(searched) <= abstention.passages_searched:
        return "fewer passages were searched than found"
    documents = list(index.documents.values())
    one = [index.documents[d] for d in dict.fromkeys(searched)] or documents
    refusals = {refusal(abstention, of) for of in ([[d] for d in one] + [[documents[0]] * 2])}
    refusals.add(" ".join(text for d in documents if (text := known_missing(d, index.faq)) in answer.text))
    return "" if answer.text and answer.text in refusals else "the refusal is not in the program's words"


# --- what only a file has ---------------------------------------------------------------------------------------------


def _listed(data: object, index: Index) -> bool:
    """Say whether the documents that a transcript lists, and that are here, are as it lists them."""
    made = data.get("index") if isinstance(data, Mapping) else None
    listed = made.get("documents") if isinstance(made, Mapping) else None
    for one in listed if isinstance(listed, list) else []:
        here = index.documents.get(str(one.get("id"))) if isinstance(one, Mapping) else None
        if here and (one.get("sha256"), one.get("title"), one.get("source")) != (here.sha256, here.title, here.source):
            return False
    return True


def _hits_problem(answer: Mapping[str, Any], index: Index) -> str:
    """Return what is wrong with the passages among the hits of an answer, as data."""
    refused = answer.get("abstention")
    shown = refused["nearest"] if isinstance(refused, Mapping) else []
    for hit in [*shown, *answer["hits"]]:
        name = passage_name(hit) or ""
        passage = index.passage_by_id.get(name)
        if passage is None:
            if hit in shown:
                here = name.partition(":")[0] in index.documents
                return "a passage found is not in this index" if here else NOT_HERE
        elif isinstance(hit["passage"], Mapping) and _json(hit["passage"]) != _json(dataclasses.asdict(passage)):
            return "a passage found is not as it stands in its document"
    return ""


def _json(data: object) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"))
