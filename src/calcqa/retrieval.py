"""From a question to what might answer it: candidates, gaps and hits. No decision is taken here.

Three kinds of evidence are fused in one score, a weighted sum (convex fusion: Bruch, Gai & Ingber 2023):

    score = dense + lexical_weight * lexical + asked_weight * max(0, asked - floor)

`dense` is the cosine of question and sentence in its context (1 at best), `lexical` the share of the question's BM25
mass in the sentence (0..1), and `asked` the nearness of the questions asked ahead that this sentence answers. Many near
questions that point to one place count for more than one of them, softly:

    asked(t) = T * log(sum over the nearest questions j that point to t of exp(near_j / T))
    near_j   = cosine(question, question_j) + row_weight * lexical_j

A worked example stands in tests/test_retrieval.py. Where the question has abbreviations or misspellings, its mended
form is tried beside the original, and each row takes the better of the two.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcqa.domain import Hit
from calcqa.encoding import Encoder, Vectors
from calcqa.index import Index
from calcqa.settings import Weights
from calcqa.terms import Speller, spell_out, unknown_terms
from calcqa.text import content_words, stem

_SENTENCES = 50  # sentences taken from each of the dense and the lexical ranking


@dataclass(frozen=True, slots=True)
class Candidate:
    """Sentences of one document that might answer together, with the parts of their score.

    `asked` is 0 where no question asked ahead points here; `matched` is the nearest that does.
    """

    document_id: str
    sentences: tuple[int, ...]
    score: float
    dense: float
    lexical: float
    asked: float = 0.0
    matched: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """How near a question comes to what a document is known not to say.

    `score` pools its near gaps as `asked` pools questions; `nearest` is the nearness of the nearest gap of this kind.
    """

    kind: str
    score: float
    nearest: float
    matched: str


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What a question brought up.

    `candidates` are best first. `answering` gives each document's pooled nearness of the questions it answers,
    `silences` that of its gaps; those of no document (small talk) stand under "". `unseen` is the share of the
    question's content words that occur neither in the documents nor in any question they answer.
    """

    question: str
    mended: str
    candidates: tuple[Candidate, ...]
    answering: dict[str, float]
    silences: dict[str, Silence]
    hits: tuple[Hit, ...]
    unknown_terms: tuple[str, ...]
    unseen: float
    searched: int


class Retriever:
    """Searches one index with one encoder; holds no state of a conversation."""

    def __init__(self, index: Index, encoder: Encoder, weights: Weights | None = None) -> None:
        self.index, self.encoder = index, encoder
        self.weights = weights or index.weights
        known, targets = index.vocabulary
        self._speller = Speller(known | encoder.vocabulary(), targets)

    def mend(self, question: str) -> str:
        """Return `question` with abbreviations spelt out and misspellings mended."""
        return self._speller.mend(spell_out(question, self.index.abbreviations))

    def retrieve(self, question: str, k: int = 5) -> Retrieved:
        """Return candidates, gaps and the k best passages for `question`."""
        return self.retrieve_many([question], k)[0]

    def retrieve_many(
        self, questions: Sequence[str], k: int = 5, typed: Sequence[str] | None = None
    ) -> list[Retrieved]:
        """Retrieve for several questions, encoding them in one batch; one result each, in order.

        `typed` are follow-ups as they were typed, where `questions` are what they were resolved to: their own words
        lean a little on the search, so that what a resolver added does not drown what was asked.
        """
        typed = typed or questions
        forms = [list(dict.fromkeys((q, self.mend(q)))) for q in questions]
        texts = [f for form in forms for f in form]
        vectors = self.encoder.encode([*texts, *typed])
        results, at = [], 0
        for number, (question, form) in enumerate(zip(questions, forms, strict=True)):
            own = vectors[at : at + len(form)]
            if typed[number] != question:
                own = own + self.weights.typed * vectors[len(texts) + number]
                own /= np.linalg.norm(own, axis=1, keepdims=True)
            results.append(self._one(question, form[-1], own, k))
            at += len(form)
        return results

    def nearness(self, texts: Sequence[str], follow_up: str, before: str) -> list[float]:
        """Return how near each reading of a follow-up comes to a question asked ahead (or else to a sentence).

        What it comes near to must also be near the follow-up as typed, whose own words it should keep, and to the
        question before, whose matter it continues: the best over the near ones of
        cos(reading, j) + own * cos(follow_up, j) + context * cos(before, j).
        """
        index, weights = self.index, self.weights
        first, last = (index.asked_row, index.rows) if index.with_sidecar else (index.sentence_row, index.asked_row)
        vectors = self.encoder.encode([self.mend(t) for t in (*texts, follow_up, before)])
        scores, rows = index.store.search(vectors[:-2], 30, first, last)
        found = sorted({int(r) for r in rows.ravel()})
        around = index.store.vectors(found) @ (weights.own * vectors[-2] + weights.context * vectors[-1])
        extra = dict(zip(found, around, strict=True))
        return [
            max(float(s + extra[int(r)]) for s, r in zip(*pair, strict=True)) for pair in zip(scores, rows, strict=True)
        ]

    def _one(self, question: str, mended: str, vectors: Vectors, k: int) -> Retrieved:
        index = self.index
        lexical = index.lexical.scores(mended)
        near = self._near_questions(vectors, lexical)
        answering, silences, asked = self._pool(near)
        candidates = self._candidates(vectors, lexical, asked)
        words = content_words(mended)
        unseen = sum(stem(w) not in index.answering_stems for w in words) / len(words) if words else 1.0
        return Retrieved(
            question=question,
            mended=mended,
            candidates=tuple(candidates),
            answering=answering,
            silences=silences,
            hits=self._hits(vectors, lexical, candidates, k),
            unknown_terms=unknown_terms(mended, index.document_stems),
            unseen=unseen,
            searched=len(index.passages),
        )

    def _near_questions(self, vectors: Vectors, lexical: NDArray[np.float32]) -> list[tuple[int, float]]:
        """Return (number, nearness) of the nearest questions asked ahead, best first."""
        index, weights = self.index, self.weights
        best: dict[int, float] = {}
        scores, rows = index.store.search(vectors, 4 * weights.neighbours, index.asked_row, index.rows)
        for score, row in zip(scores.ravel(), rows.ravel(), strict=True):
            best[int(row)] = max(best.get(int(row), -1.0), float(score))
        near = [(row - index.asked_row, s + weights.row_lexical * float(lexical[row])) for row, s in best.items()]
        return sorted(near, key=lambda pair: (-pair[1], pair[0]))[: weights.neighbours]

    def _pool(
        self, near: list[tuple[int, float]]
    ) -> tuple[dict[str, float], dict[str, Silence], dict[tuple[str, tuple[int, ...]], tuple[float, str]]]:
        """Pool the near questions by document, by document's gaps, and by what answers them."""
        answering: dict[str, list[float]] = {}
        gaps: dict[str, list[tuple[float, int]]] = {}
        targets: dict[tuple[str, tuple[int, ...]], list[tuple[float, int]]] = {}
        for number, score in near:
            asked, target = self.index.asked[number], self.index.targets[number]
            if asked.gap:
                gaps.setdefault(asked.document_id, []).append((score, number))
            elif target:
                answering.setdefault(asked.document_id, []).append(score)
                targets.setdefault((asked.document_id, target), []).append((score, number))
        pool = self._soft_sum
        return (
            {d: pool(scores) for d, scores in answering.items()},
            {d: self._silence(pairs) for d, pairs in gaps.items()},
            {t: (pool(s for s, _ in pairs), self.index.asked[pairs[0][1]].question) for t, pairs in targets.items()},
        )

    def _silence(self, pairs: list[tuple[float, int]]) -> Silence:
        kinds: dict[str, list[float]] = {}
        for score, number in pairs:
            kinds.setdefault(str(self.index.asked[number].gap), []).append(score)
        kind = max(kinds, key=lambda g: self._soft_sum(kinds[g]))
        nearest, number = next((s, n) for s, n in pairs if self.index.asked[n].gap == kind)
        return Silence(kind, self._soft_sum(s for s, _ in pairs), nearest, self.index.asked[number].question)

    def _soft_sum(self, scores: Iterable[float]) -> float:
        values, t = list(scores), self.weights.temperature
        top = max(values)
        return top + t * math.log(sum(math.exp((v - top) / t) for v in values))

    def _fuse(self, dense: float, lexical: float, asked: float) -> float:
        weights = self.weights
        lexical *= weights.lexical if self.index.with_sidecar else weights.plain_lexical
        return dense + lexical + weights.asked_weight * max(0.0, asked - weights.asked_floor)

    def _candidates(
        self,
        vectors: Vectors,
        lexical: NDArray[np.float32],
        asked: dict[tuple[str, tuple[int, ...]], tuple[float, str]],
    ) -> list[Candidate]:
        index = self.index
        _, rows = index.store.search(vectors, _SENTENCES, index.sentence_row, index.asked_row)
        block = lexical[index.sentence_row : index.asked_row]
        singles = {int(r) - index.sentence_row for r in rows.ravel()}
        singles |= {int(i) for i in np.argsort(-block, kind="stable")[:_SENTENCES] if block[i] > 0}
        groups = {(index.sentences[i].passage.document_id, (i,)) for i in singles} | set(asked)
        wanted = sorted({i for _, sentences in groups for i in sentences})
        cosines = self._cosines(vectors, [i + index.sentence_row for i in wanted])
        dense = dict(zip(wanted, cosines, strict=True))
        found = []
        for document_id, sentences in groups:
            near, matched = asked.get((document_id, sentences), (0.0, ""))
            d = sum(dense[i] for i in sentences) / len(sentences)
            lex = max(float(block[i]) for i in sentences)
            found.append(Candidate(document_id, sentences, self._fuse(d, lex, near), d, lex, near, matched))
        return sorted(found, key=lambda c: (-c.score, c.document_id, c.sentences))

    def _cosines(self, vectors: Vectors, rows: Sequence[int]) -> list[float]:
        """Return each row's best cosine to any form of the question."""
        return [float(x) for x in (self.index.store.vectors(rows) @ vectors.T).max(axis=1)] if rows else []

    def _hits(
        self, vectors: Vectors, lexical: NDArray[np.float32], candidates: list[Candidate], k: int
    ) -> tuple[Hit, ...]:
        """Rank passages by their own vector and words, and by the best candidate that lies in them."""
        index = self.index
        place = index.passage_number
        _, rows = index.store.search(vectors, max(_SENTENCES, 2 * k), 0, index.sentence_row)
        numbers = sorted({int(r) for r in rows.ravel()} | {place[i] for c in candidates for i in c.sentences})
        cosines = dict(zip(numbers, self._cosines(vectors, numbers), strict=True))
        parts = {p: [cosines[p], float(lexical[p]), 0.0] for p in numbers}
        for candidate in candidates:
            for p in {place[i] for i in candidate.sentences}:
                dense, lex, asked = parts[p]
                parts[p] = [max(dense, candidate.dense), max(lex, candidate.lexical), max(asked, candidate.asked)]
        ranked = sorted(parts.items(), key=lambda item: (-self._fuse(*item[1]), item[0]))[:k]
        return tuple(
            Hit(index.passages[p], self._fuse(d, lex, a), rank, d, lex, a)
            for rank, (p, (d, lex, a)) in enumerate(ranked, start=1)
        )
