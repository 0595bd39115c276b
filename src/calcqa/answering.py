"""The decision, and the answer as data: quotes with their places, or an abstention with its reason.

For each document a logistic model says how likely it is that the document answers the question. Where questions were
asked ahead of it, the model weighs the nearness of the questions it answers against that of its gaps, the best answer's
questions, the evidence itself (cosine and words), the share of the question's words that belong to nothing it answers,
and the probe's opinion; where those questions are too few for a probe, the same without it. Elsewhere it weighs the
evidence, those words, and the nearness of small talk. The document that clears its threshold by most answers; if none
does, the outcome is an abstention. Coefficients and thresholds are fitted (`calcqa fit`) and travel with the index.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from calcqa.asked_ahead import GAPS, NOT_QUESTIONS
from calcqa.domain import Abstention, Answer, Citation, Document, Reason, Span
from calcqa.index import Index
from calcqa.learning import FLOOR
from calcqa.pooling import Silence
from calcqa.reading import Reader
from calcqa.retrieval import Candidate, Retrieved
from calcqa.settings import Weights
from calcqa.text import stems

MAX_WORDS = 60
"""An answer is at most about this long, unless what answers the question is itself a longer list."""

_NEAR = 0.4
"""A refusal names a kind of gap only where somebody asked ahead for one this near (cosine and shared words)."""

_NEAR_PLAIN = 0.6
"""The same where nothing, or little, was asked ahead: there cosines are as encoded, and higher."""

_MAX_EXTRA = 2  # candidates quoted beside the best, where they come close enough in score


@dataclass(frozen=True, slots=True)
class Verdict:
    """How likely one document answers, by its best candidate; `kind` names the model that judged it."""

    document_id: str
    candidate: Candidate
    kind: str
    features: tuple[float, ...]
    confidence: float
    threshold: float


def verdicts(
    retrieved: Retrieved, index: Index, weights: Weights, said: frozenset[tuple[str, Span]] = frozenset()
) -> list[Verdict]:
    """Return the most certain verdict for each document with a candidate, the most certain to answer first.

    What was `said` already, as (document, span), is no answer to a question for something else.
    """
    first: dict[str, Verdict] = {}
    for verdict in judgements(retrieved, index, weights, said):
        first.setdefault(verdict.document_id, verdict)
    return list(first.values())


def judgements(
    retrieved: Retrieved, index: Index, weights: Weights, said: frozenset[tuple[str, Span]] = frozenset()
) -> list[Verdict]:
    """Return one verdict for each document and each kind of decision it is put to, the most certain to answer first."""
    best: dict[tuple[str, str], Candidate] = {}
    for candidate in retrieved.candidates:
        if said and _spans(candidate, index) <= said:
            continue
        for kind in _kinds(candidate, retrieved, index):
            key = candidate.document_id, kind
            if key not in best or _score(candidate, kind, weights) > _score(best[key], kind, weights):
                best[key] = candidate
    found = []
    for (document_id, kind), candidate in best.items():
        model, threshold, features = {
            "asked": (weights.asked, weights.asked_threshold, asked_features),
            "few": (weights.few, weights.few_threshold, few_features),
            "plain": (weights.plain, weights.plain_threshold, plain_features),
        }[kind]
        evidence = features(retrieved, index, candidate)
        found.append(Verdict(document_id, candidate, kind, evidence, _logistic(model, evidence), threshold))
    return sorted(found, key=lambda v: (-(_logit(v.confidence) - _logit(v.threshold)), v.document_id))


def _score(candidate: Candidate, kind: str, weights: Weights) -> float:
    """Return what a candidate is ranked by; few questions asked ahead must not rank what is judged without them."""
    return candidate.dense + weights.plain_lexical * candidate.lexical if kind == "plain" else candidate.score


def _kinds(candidate: Candidate, retrieved: Retrieved, index: Index) -> tuple[str, ...]:
    """Return the decisions to which a candidate may be put.

    Where questions were asked ahead, a sentence none of them finds is not trusted on its own, unless they are few: a
    few cannot speak for the whole document, which is then also judged as one without, where no gap comes nearer.
    """
    if candidate.document_id not in index.with_sidecar:
        return ("plain",)
    found = ("asked" if retrieved.leaning else "few",) if candidate.asked or not retrieved.answering else ()
    silence = retrieved.silences.get(candidate.document_id)
    silent = silence is not None and silence.nearest >= _NEAR_PLAIN
    return found if retrieved.leaning or silent else (*found, "plain")


def _spans(candidate: Candidate, index: Index) -> set[tuple[str, Span]]:
    return {(candidate.document_id, index.sentences[i].span) for i in candidate.sentences}


def few_features(retrieved: Retrieved, index: Index, candidate: Candidate) -> tuple[float, ...]:
    """Return the evidence where few questions were asked ahead: five numbers, in the order of `Weights.few`."""
    silence = max((s.score for s in _silences(retrieved, candidate.document_id)), default=0.0)
    margin = retrieved.answering.get(candidate.document_id, 0.0) - silence
    # Beyond a clear lead either way the margin says nothing more; bounded, it cannot drown the rest.
    return (max(-0.4, min(0.4, margin)), candidate.asked, candidate.dense, candidate.lexical, retrieved.unseen)


def asked_features(retrieved: Retrieved, index: Index, candidate: Candidate) -> tuple[float, ...]:
    """Return the same with the probe's opinion, where there are many: six numbers, in the order of `Weights.asked`."""
    leaning = retrieved.leaning.get(candidate.document_id, 0.0) / FLOOR
    return (*few_features(retrieved, index, candidate), leaning)


def plain_features(retrieved: Retrieved, index: Index, candidate: Candidate) -> tuple[float, ...]:
    """Return the evidence for a document without them: four numbers, in the order of `Weights.plain`.

    What other documents speak of is no evidence for this one: its unseen words are those it does not have itself.
    """
    small_talk = retrieved.silences.get("")
    own = stems(retrieved.mended)
    unseen = sum(s not in index.stems_of(candidate.document_id) for s in own) / len(own) if own else 1.0
    return (candidate.dense, candidate.lexical, unseen, small_talk.score if small_talk else 0.0)


def answer(
    question: str,
    retrieved: Retrieved,
    index: Index,
    weights: Weights,
    reader: Reader | None = None,
    said: frozenset[tuple[str, Span]] = frozenset(),
) -> Answer:
    """Return the answer to `question` (as typed), given what its standalone form brought up.

    `said` are sentences already quoted, where the question asks for something else; they are not quoted again.
    """
    judged = verdicts(retrieved, index, weights, said)
    if not judged or judged[0].confidence < judged[0].threshold:
        return _abstain(question, retrieved, index, judged)
    verdict = judged[0]
    quoted = _quoted(verdict, retrieved, index, weights)
    numbers = [i for i in quoted if (verdict.document_id, index.sentences[i].span) not in said]
    text, citations = _compose(numbers, index)
    short = _short(retrieved.question, numbers, index, reader) if reader else None
    return Answer(
        question, retrieved.question, text, short, citations, retrieved.hits, round(verdict.confidence, 4), None
    )


def _quoted(verdict: Verdict, retrieved: Retrieved, index: Index, weights: Weights) -> list[int]:
    """Return the sentences to quote: the best candidate's, and those of others that come close, in reading order."""
    best = verdict.candidate
    numbers = dict.fromkeys(best.sentences)
    length = sum(_words(index, i) for i in numbers)
    reach = weights.plain_second if verdict.kind == "plain" else weights.second * weights.asked_weight
    extra = 0

    def score(candidate: Candidate) -> float:
        return _score(candidate, verdict.kind, weights)

    others = [c for c in retrieved.candidates if c.document_id == best.document_id and score(c) >= score(best) - reach]
    for other in sorted(others, key=score, reverse=True):
        if extra >= _MAX_EXTRA:
            break
        if verdict.kind != "plain" and not other.asked:
            continue
        new = [i for i in other.sentences if i not in numbers]
        added = sum(_words(index, i) for i in new)
        if new and length + added <= MAX_WORDS:
            numbers |= dict.fromkeys(new)
            length += added
            extra += 1
    return sorted(numbers)


def _words(index: Index, number: int) -> int:
    return len(index.sentence_text(number).split())


def _compose(numbers: list[int], index: Index) -> tuple[str, tuple[Citation, ...]]:
    parts: list[str] = []
    citations: list[Citation] = []
    length = 0
    for number, i in enumerate(numbers, start=1):
        sentence = index.sentences[i]
        document = index.documents[sentence.passage.document_id]
        quote = document.text[sentence.span.start : sentence.span.end]
        headings = sentence.passage.headings
        citations.append(
            Citation(
                number=number,
                document_id=document.id,
                document_title=document.title,
                document_sha256=document.sha256,
                section=" › ".join(headings) or document.title,
                passage_id=sentence.passage.id,
                quote=quote,
                start=sentence.span.start,
                end=sentence.span.end,
                answer_start=length,
                answer_end=length + len(quote),
            )
        )
        parts.append(f"{quote} [{number}]")
        length += len(parts[-1]) + 1
    return " ".join(parts), tuple(citations)


def _short(question: str, numbers: list[int], index: Index, reader: Reader) -> str | None:
    """Return the reader's best span, where it lies within what is quoted."""
    passages = list(dict.fromkeys(index.sentences[i].passage for i in numbers))
    quoted = [(index.sentences[i].passage.document_id, index.sentences[i].span) for i in numbers]
    best: tuple[float, str] | None = None
    for passage, reading in zip(passages, reader.read(question, passages), strict=True):
        span = reading.span
        if span and any(d == passage.document_id and _within(span, s) for d, s in quoted):
            found = index.documents[passage.document_id].text[span.start : span.end]
            best = max(best or (-1.0, ""), (reading.answerable, found))
    return best[1] if best else None


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start < inner.end <= outer.end


def _abstain(question: str, retrieved: Retrieved, index: Index, judged: list[Verdict]) -> Answer:
    documents = [v.document_id for v in judged] or list(index.documents)
    silences = [s for d in documents for s in _silences(retrieved, d)]
    silence = max(silences, key=lambda s: s.score, default=None)
    # What speaks for the documents, the gap must outweigh: their questions, pooled like gaps; where there are none, the
    # best sentence, which is one and not a pool.
    gap = None
    if silence and retrieved.answering:
        if silence.nearest >= _NEAR and silence.score >= max(retrieved.answering.values()):
            gap = silence.kind
    elif silence and silence.nearest >= max([_NEAR_PLAIN, *(v.candidate.dense for v in judged)]):
        gap = silence.kind
    if gap in NOT_QUESTIONS:
        reason = Reason.NOT_A_QUESTION
    else:
        reason = Reason.GAP if gap else Reason.NO_EVIDENCE
    abstention = Abstention(reason, gap, retrieved.unknown_terms, retrieved.searched, retrieved.hits[:3])
    confidence = round(max((v.confidence for v in judged), default=0.0), 4)
    text = refusal(abstention, list(index.documents.values()))
    return Answer(question, retrieved.question, text, None, (), retrieved.hits, confidence, abstention)


def refusal(abstention: Abstention, documents: list[Document]) -> str:
    """Return the abstention as plain sentences: what is not said, and which words never occur."""
    asked_for = GAPS.get(abstention.gap or "", "")
    if abstention.reason is Reason.NOT_A_QUESTION:
        return f"This is {asked_for}; only questions about the documents can be answered here, by quoting them."
    if len(documents) == 1:
        text = f"The report “{documents[0].title}” does not say"
    else:
        text = "None of the documents says this"
    text += (
        f": the question asks for {asked_for} that is not in {'it' if len(documents) == 1 else 'them'}."
        if asked_for
        else "."
    )
    if abstention.unknown_terms:
        terms = ", ".join(f"“{t}”" for t in abstention.unknown_terms[:6])
        text += f" These words of the question never occur: {terms}."
    return text


def _silences(retrieved: Retrieved, document_id: str) -> list[Silence]:
    return [retrieved.silences[d] for d in ("", document_id) if d in retrieved.silences]


def _logistic(model: tuple[float, ...], features: tuple[float, ...]) -> float:
    z = model[0] + sum(w * x for w, x in zip(model[1:], features, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


def _logit(p: float) -> float:
    p = max(1e-9, min(1 - 1e-9, p))
    return math.log(p / (1 - p))
