"""The answer as data: quotes with their places, or an abstention with its reason.

The document that clears its threshold by most answers (`answering/answerability.py`); if none does, the outcome is an
abstention. Where a reader is at hand it also marks the short answer: the words inside a quote that answer by
themselves, if it is sure of any.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from calcqa.answering.answerability import Case, Verdict
from calcqa.answering.completing import going_on
from calcqa.answering.disagreement import Differing, disagreements
from calcqa.answering.missing import asks_of_nothing_there
from calcqa.answering.places import in_place
from calcqa.answering.quoting import alone, leaned_on, whole
from calcqa.answering.reading import read, read_top
from calcqa.answering.refusing import abstain
from calcqa.answering.siblings import about_relative, affirms, asks_of_month, is_sibling
from calcqa.answering.statements import Asked, Statement
from calcqa.answering.within import of_asked, stands_below
from calcqa.index.concepts import concepts_of
from calcqa.index.index import Index
from calcqa.language.other_languages import is_english
from calcqa.models.reader import Reader
from calcqa.parameters import DISPUTED, Weights
from calcqa.query.answer_types import Wanted, closed, lacks, several, wanted
from calcqa.retrieval.results import Candidate, Retrieved
from calcqa.types import Answer, Citation, Disagreement, Reason, Span


def answer(
    question: str,
    retrieved: Retrieved,
    index: Index,
    weights: Weights,
    reader: Reader | None = None,
    already_quoted: frozenset[tuple[str, Span]] = frozenset(),
) -> Answer:
    """Return the answer to `question` (as typed), given what its standalone form brought up.

    `already_quoted` are sentences quoted before, where the question asks for something else; they are not quoted again.
    """
    if not is_english(question):
        return abstain(question, retrieved, index, weights, [], 0.0)
    retrieved = in_place(of_asked(retrieved, index), index)
    readings = read_top(retrieved, index, reader, weights) if reader else {}
    case = Case(retrieved, index, weights, readings)
    judged = case.verdicts(already_quoted)
    if not judged:
        return abstain(question, retrieved, index, weights, judged, 0.0)
    if relatives := _of_relatives(judged[0], case):  # the next best is taken, if it speaks of what is asked
        others = case.verdicts(already_quoted | relatives)
        judged = others if others and _speaks_of_it(others[0], case) else judged
    verdict = judged[0]
    quoted = quotable(verdict, case)
    if verdict.kind not in ("asked", "few"):  # whose FAQ entries know better
        of_patient = [i for i in quoted if not about_relative(retrieved.corrected, index.sentence_text(i))]
        quoted = of_patient or quoted
    confidence = case.right(verdict, quoted)
    if verdict.confidence < verdict.threshold:
        return abstain(question, retrieved, index, weights, judged, confidence)
    new = [i for i in quoted if (verdict.document_id, index.sentences[i].span) not in already_quoted]
    if verdict.threshold and _answers_another(new, verdict, case):  # without any caution something is always answered
        return abstain(question, retrieved, index, weights, judged, confidence)
    differing = disagreements(new, judged, case, reader)
    # Words in bold would take sides.
    shorts = _shorts(new, verdict, case, reader) if reader and not differing else {}
    answer = quoting(question, retrieved, index, new, confidence, shorts)
    return _disputed(answer, differing, retrieved, index) if differing else answer


def _of_relatives(verdict: Verdict, case: Case) -> frozenset[tuple[str, Span]]:
    """Return where a document speaks of relatives of the patient, if the best of it is all about them; else nothing."""
    question, index = case.retrieved.corrected, case.index

    def about(candidate: Candidate) -> bool:
        return all(about_relative(question, index.sentence_text(i)) for i in candidate.sentences)

    if verdict.kind in ("asked", "few") or not about(verdict.candidate):
        return frozenset()
    own = (i for c in case.retrieved.candidates if about(c) for i in c.sentences)
    return frozenset((index.sentences[i].passage.document_id, index.sentences[i].span) for i in own)


def _speaks_of_it(verdict: Verdict, case: Case) -> bool:
    asked = Asked(case.retrieved.corrected)
    return any(Statement(case.index.sentence_text(i)).share(asked) > 0 for i in verdict.candidate.sentences)


def _answers_another(quoted: Sequence[str], verdict: Verdict, case: Case) -> bool:
    """Say whether sentences clearly answer another question; where FAQ entries lead to them, only one that denies."""
    question, document = case.retrieved.corrected, case.index.documents[verdict.document_id]
    quotes = [case.index.sentence_text(i) for i in quoted]
    if verdict.kind in ("asked", "few"):
        return affirms(question, " . ".join((*quotes, verdict.candidate.matched)))
    if asks_of_nothing_there(question, quotes, case.index) or asks_of_month(question, document.text):
        return True
    spans = [case.index.sentences[i].span for i in quoted]
    around = " . ".join({w: None for span in spans for w in stands_below(document, span.start)})
    quotes = [f"{leaned_on(document, whole(document, s))} {q}".strip() for s, q in zip(spans, quotes, strict=True)]
    return is_sibling(question, quotes, around, concepts_of(document, [" . ".join((*quotes, around))])[0])


def quoting(
    question: str,
    retrieved: Retrieved,
    index: Index,
    ids: Sequence[str],
    confidence: float,
    shorts: Mapping[str, Span] | None = None,
) -> Answer:
    """Return the answer that quotes these sentences in their order; `shorts` are the words that answer, by sentence."""
    cited = (_citation(index, i, (shorts or {}).get(i)) for i in reversed(ids))
    citations = {(c.document_id, c.start): c for c in cited}
    return _answer(question, retrieved, tuple(citations.values())[::-1], confidence)


def _disputed(answer: Answer, differing: Sequence[Differing], retrieved: Retrieved, index: Index) -> Answer:
    """Return the answer with the quotes that differ from its own behind them, and what they differ in."""
    citations = {(c.document_id, c.start): c for c in answer.citations}
    named = []
    for one in differing:
        keys = []
        for sentence in one.sentences:
            citation = _citation(index, sentence, None)
            citations.setdefault(key := (citation.document_id, citation.start), citation)
            keys.append(key)
        numbers = [list(citations).index(key) + 1 for key in keys]
        named.append(Disagreement(tuple(numbers), one.words))
    confidence = min(answer.confidence, DISPUTED)
    return _answer(answer.question, retrieved, tuple(citations.values()), confidence, disagreements=tuple(named))


def joined(question: str, retrieved: Retrieved, parts: Sequence[Answer], unanswered: tuple[str, ...] = ()) -> Answer:
    """Return one answer to a question with `parts`, of which at least one was answered: their quotes, part by part.

    `unanswered` names further parts that are not.
    """
    citations: dict[tuple[str, int], Citation] = {}
    for citation in (c for part in parts for c in part.citations):
        key = citation.document_id, citation.start
        if key not in citations or citation.short:  # two parts may quote one sentence
            citations[key] = citation
    confidence = min(p.confidence for p in parts if not p.abstention)
    refused = [p for p in parts if p.abstention and p.abstention.reason is not Reason.NOT_A_QUESTION]
    within = (question for p in parts for question in p.unanswered)
    unanswered = tuple(dict.fromkeys((*(p.standalone_question for p in refused), *within, *unanswered)))
    numbers = {key: number for number, key in enumerate(citations, start=1)}
    differing = dict.fromkeys(
        Disagreement(
            tuple(numbers[p.citations[n - 1].document_id, p.citations[n - 1].start] for n in d.citations), d.words
        )
        for p in parts
        for d in p.disagreements
    )
    answer = _answer(question, retrieved, tuple(citations.values()), confidence, unanswered, tuple(differing))
    of_parts = (part.abstention.some_asked if part.abstention else part.some_asked for part in parts)
    return dataclasses.replace(answer, some_asked=next(filter(None, of_parts), None))


def by_faq(answer: Answer, retrieved: Retrieved, index: Index) -> bool:
    """Say whether an answer quotes what many FAQ entries lead to."""
    many = bool(retrieved.answerable_log_odds)
    return many and bool(answer.citations) and answer.citations[0].document_id in index.with_sidecar


def says_more(whole: Answer, parts: Answer) -> bool:
    """Say whether an answer to a whole question is to be preferred to that of its parts.

    It is where it quotes all that they do; and where a part is without an answer, if it quotes anything besides.
    """
    of_whole, of_parts = ({(c.document_id, c.start) for c in a.citations} for a in (whole, parts))
    return bool(of_whole - of_parts) if parts.unanswered else of_parts <= of_whole


def _answer(
    question: str,
    retrieved: Retrieved,
    citations: Sequence[Citation],
    confidence: float,
    unanswered: tuple[str, ...] = (),
    disagreements: tuple[Disagreement, ...] = (),
) -> Answer:
    """Return the answer that quotes `citations` in their order."""
    text, short_answer, placed = laid_out(citations)
    return Answer(
        question=question,
        standalone_question=retrieved.question,
        text=text,
        short_answer=short_answer,
        citations=placed,
        hits=retrieved.hits,
        confidence=round(confidence, 4),
        abstention=None,
        unanswered=unanswered,
        disagreements=disagreements,
    )


def laid_out(citations: Sequence[Citation]) -> tuple[str, str | None, tuple[Citation, ...]]:
    """Return the text that quotes `citations` in their order, its short answer, and they with numbers and places."""
    placed: list[Citation] = []
    text: list[str] = []
    length = 0
    for number, citation in enumerate(citations, start=1):
        end = length + len(citation.quote)
        placed.append(dataclasses.replace(citation, number=number, answer_start=length, answer_end=end))
        text.append(f"{citation.quote} [{number}]")
        length += len(text[-1]) + 1
    return " ".join(text), next((c.short_answer for c in placed if c.short), None), tuple(placed)


def quotable(verdict: Verdict, case: Case) -> list[str]:
    """Return the sentences to quote: the best candidate's, then those of others that come close, the best first.

    What goes on from one of these with a word of the question that they lack is quoted behind it.
    """
    best, index, weights = verdict.candidate, case.index, case.weights
    quoted = dict.fromkeys(best.sentences)
    length = sum(_words(index, i) for i in quoted)
    reach = {"plain": weights.plain_second, "read": weights.read_second}.get(
        verdict.kind, weights.second * weights.asked_weight
    )
    extra = 0

    def score(candidate: Candidate) -> float:
        return case.score(candidate, verdict.kind)

    near = case.ranked(best.document_id, verdict.kind)
    for other in (c for c in near if score(c) >= score(best) - reach):
        if extra >= weights.further:
            break
        new = [i for i in other.sentences if i not in quoted]
        added = sum(_words(index, i) for i in new)
        if new and length + added <= weights.answer_words:
            quoted |= dict.fromkeys(new)
            length += added
            extra += 1
    more = going_on(case.retrieved.corrected, list(quoted), index) if weights.further else {}
    return [i for one in quoted for i in (one, more.get(one)) if i]


def _words(index: Index, sentence_id: str) -> int:
    return len(index.sentence_text(sentence_id).split())


def _citation(index: Index, sentence_id: str, short: Span | None) -> Citation:
    """Return a sentence as a citation, not yet placed in an answer."""
    sentence = index.sentences[sentence_id]
    document = index.documents[sentence.passage.document_id]
    span = whole(document, sentence.span)  # what is too long to be encoded lies in the index by the piece
    return Citation(
        number=0,
        passage_id=sentence.passage.id,
        quote=document.text[span.start : span.end],
        start=span.start,
        end=span.end,
        answer_start=0,
        answer_end=0,
        short=short,
        before=leaned_on(document, span),
        **Citation.printed(document, span.start),
    )


def _shorts(quoted: list[str], verdict: Verdict, case: Case, reader: Reader) -> dict[str, Span]:
    """Return the words that answer by themselves, by the sentence they stand in: the reader's best, if it is sure.

    Where many FAQ entries say that the sentence answers, it must be sure of the words, and not contradict
    them about the sentence; elsewhere it must be sure of both. Only the best candidate's sentences are looked at. A
    question for yes or no, or for two things, has none; a count is none where it may take several quotes to count; and
    words of another kind than is asked for are none; and
    words that their sentence denies or doubts are none; what measures them is added (`answering/quoting.py`).
    """
    question, readings = case.retrieved.corrected, case.readings
    if closed(question) or several(question) or (len(quoted) > 1 and wanted(question) is Wanted.NUMBER):
        return {}
    quoted = [i for i in quoted if i in verdict.candidate.sentences]
    if not all(i in readings for i in quoted):
        readings = read(question, quoted, case.index, reader, case.weights.read_sentences)
    best = max((i for i in quoted if i in readings), key=lambda i: readings[i].answerable, default=None)
    if best is None:
        return {}
    document = case.index.documents[verdict.document_id]
    mark, sentence = readings[best], whole(document, case.index.sentences[best].span)
    if verdict.kind == "asked":
        sure = mark.exact >= reader.exact_threshold and mark.answerable >= case.weights.span_likely
    else:
        sure = mark.answerable >= reader.threshold
    if mark.span is None or not sure:
        return {}
    text, at = document.text[sentence.start : sentence.end], mark.span.start - sentence.start
    span = alone(text, at, at + mark.span.end - mark.span.start)
    if span is None or lacks(question, f" {text[slice(*span)]}"):  # a name is known as one behind a space
        return {}
    brief = span[1] - span[0] <= case.weights.span_share * len(text)  # else the quote is as short itself
    return {best: Span(sentence.start + span[0], sentence.start + span[1])} if brief else {}
