"""From a question to what might answer it: candidates, gaps and hits. No decision is taken here.

Three kinds of evidence are fused in one score, a weighted sum (convex fusion: Bruch, Gai & Ingber 2023):

    score = dense + lexical_weight * lexical + asked_weight * max(0, asked - floor)

`dense` is the cosine of question and sentence in its context (1 at best), `lexical` the share of the question's BM25
mass in the sentence (0..1), and `asked` what the questions asked ahead say for this sentence, pooled
(`retrieval/faq_matching.py`). A passage is ranked by itself and its best sentence together, with its phrases
(`stores/bm25.py`) beside:

    score = (cosine + best sentence's cosine) / 2 + lexical_weight * best lexical + phrase_weight * phrases + asked part

The mean, because either alone favours one kind of question: docs/benchmarks.md has what was tried.
Questions asked ahead are compared with the question in the metric their sidecar teaches (`faq/question_model.py`),
shared words counting extra:

    near_j = cosine(question, question_j) + row_weight * lexical_j

A worked example stands in tests/retrieval/test_retriever.py. Where the question has abbreviations or misspellings, its
mended form is tried beside the original, and each row takes the better of the two.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcqa.index.index import Index
from calcqa.language.tokens import STOPWORDS, stem, stems, words
from calcqa.models.encoder import Encoder, Vectors
from calcqa.parameters import Weights
from calcqa.query.abbreviations import all_abbreviations, spell_out
from calcqa.query.spelling import Speller, unknown_terms
from calcqa.retrieval.faq_matching import FAQMatches, Target, UnanswerableMatch, answerable_log_odds, combine_matches
from calcqa.stores.base import top
from calcqa.types import Hit

Shares = NDArray[np.float32]
Words = tuple[Shares, ...]  # what its words say for every row, and its phrases for every passage


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

    def by_itself(self, weights: Weights) -> float:
        """Return its score as if no question had been asked ahead."""
        return self.dense + weights.plain_lexical * self.lexical


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What a question brought up.

    `candidates` are best first. `answering` gives each document's pooled nearness of the questions it answers,
    `unanswerable` that of what it does not say; those of no document (small talk) stand under "".
    `answerable_log_odds` is the probe's opinion of the same (nats, -12..12). `hits` are the best passages;
    `passages` numbers all that came up, best first by the evidence itself, whatever was asked ahead. `unseen` is the
    share of the question's content words that occur neither in the documents nor in any question they answer.
    """

    question: str
    corrected: str
    candidates: tuple[Candidate, ...]
    answering: dict[str, float]
    unanswerable: dict[str, UnanswerableMatch]
    answerable_log_odds: dict[str, float]
    hits: tuple[Hit, ...]
    passages: tuple[int, ...]
    unknown_terms: tuple[str, ...]
    unseen: float
    searched: int


class Retriever:
    """Searches one index with one encoder; holds no state of a conversation."""

    def __init__(self, index: Index, encoder: Encoder, weights: Weights | None = None) -> None:
        self.index, self.encoder = index, encoder
        self.weights = weights or index.weights
        self._common = encoder.vocabulary()

    def correct(self, question: str) -> str:
        """Return `question` with abbreviations spelt out and misspellings corrected."""
        text = spell_out(question, self._abbreviations)
        known = self.index.document_stems
        if all(w in self._common or w in STOPWORDS or stem(w) in known for w in words(text)):
            return text  # as most are; the speller, which reads all documents and questions, is then not needed
        return self._speller.correct(text)

    @functools.cached_property
    def _abbreviations(self) -> dict[str, str]:
        return all_abbreviations(self.index.abbreviations, self._common)

    @functools.cached_property
    def _speller(self) -> Speller:
        known, targets = self.index.vocabulary
        return Speller(known | self._common, targets, self.weights)

    def retrieve(self, question: str, k: int = 5) -> Retrieved:
        """Return candidates, gaps and the k best passages for `question`."""
        return self.retrieve_many([question], k)[0]

    def retrieve_many(self, questions: Sequence[str], k: int = 5) -> list[Retrieved]:
        """Retrieve for several questions, encoding them in one batch; one result each, in order."""
        encoded = zip(questions, self._encoded(questions), strict=True)
        return [self._one(q, form[-1], vectors, k, self._words(form)) for q, (form, vectors) in encoded]

    def search_many(self, questions: Sequence[str], k: int = 5) -> list[tuple[Hit, ...]]:
        """Return the k best passages for each of several questions, without what only a decision needs."""
        results = []
        for form, vectors in self._encoded(questions):
            words = self._words(form)
            targets = self._faq_matches(vectors, words[0])[0].targets if self.index.with_sidecar else {}
            results.append(self._hits(self._found(vectors, words, targets, k)[2], targets, k))
        return results

    def retrieve_follow_up(self, question: str, typed: str, before: str, k: int = 5) -> Retrieved:
        """Retrieve for a follow-up that was resolved to `question`.

        Its own words as `typed` lean on the search, so that what resolving added does not drown what was asked; and
        questions asked ahead that are much like the question `before` step back: nobody asks the same thing twice.
        """
        form = self._forms(question)
        vectors = self.encoder.encode([*form, typed, before])
        own = vectors[: len(form)] + self.weights.typed * vectors[-2]
        own /= np.linalg.norm(own, axis=1, keepdims=True)
        resolved, asked = self._words(form), self._words(self._forms(typed))
        words = tuple((a + b) * np.float32(0.5) for a, b in zip(resolved, asked, strict=True))
        return self._one(question, form[-1], own, k, words, vectors[-1])

    def nearness(self, texts: Sequence[str], follow_up: str, before: str) -> list[float]:
        """Return how near each reading of a follow-up comes to a question asked ahead (or else to a sentence).

        What it comes near to must also be near the follow-up as typed, whose own words it should keep, and to the
        question before, whose matter it continues: the best over the near ones of
        cos(reading, j) + own * cos(follow_up, j) + context * cos(before, j), less where j is much like the question
        before itself.
        """
        index, weights = self.index, self.weights
        first, last = (index.faq_row, index.rows) if index.with_sidecar else (index.sentence_row, index.faq_row)
        vectors = self.encoder.encode([self.correct(t) for t in (*texts, follow_up, before)])
        if index.with_sidecar:
            vectors = index.question_model.move(vectors)
        scores, rows = index.store.search(vectors[:-2], weights.reading_depth, first, last)
        found = sorted({int(r) for r in rows.ravel()})
        stored = index.store.vectors(found)
        alike = stored @ vectors[-1]
        around = weights.own * stored @ vectors[-2] + weights.context * alike
        around -= weights.again * np.maximum(0.0, alike - weights.again_from)
        extra = dict(zip(found, around, strict=True))
        return [
            max(float(s + extra[int(r)]) for s, r in zip(*pair, strict=True)) for pair in zip(scores, rows, strict=True)
        ]

    def _forms(self, question: str) -> list[str]:
        """Return a question as typed and, where that differs, corrected."""
        return list(dict.fromkeys((question, self.correct(question))))

    def _encoded(self, questions: Sequence[str]) -> Iterator[tuple[list[str], Vectors]]:
        """Yield the forms of each question, with a vector for each."""
        forms = [self._forms(q) for q in questions]
        vectors, at = self.encoder.encode([f for form in forms for f in form]), 0
        for form in forms:
            yield form, vectors[at : at + len(form)]
            at += len(form)

    def _one(
        self, question: str, corrected: str, vectors: Vectors, k: int, words: Words, before: Vectors | None = None
    ) -> Retrieved:
        index = self.index
        matches, shares = self._faq_matches(vectors, words[0], before)
        dense, singles, found = self._found(vectors, words, matches.targets, k)
        singles |= {i for p in found[: self.weights.close] for i in index.sentences_of(p.number)}
        candidates = self._candidates(dense, words[0], matches.targets, singles)
        own = stems(corrected)
        # The documents first, though the other set holds theirs too: that one reads every question asked ahead.
        new = [s for s in own if s not in index.document_stems and s not in index.answering_stems]
        return Retrieved(
            question=question,
            corrected=corrected,
            candidates=tuple(candidates),
            answering=matches.answering,
            unanswerable=matches.unanswerable,
            answerable_log_odds={} if shares is None else answerable_log_odds(index, shares, self.weights),
            hits=self._hits(found, matches.targets, k),
            passages=tuple(p.number for p in found),
            unknown_terms=unknown_terms(question, index.document_stems, self.correct),
            unseen=len(new) / len(own) if own else 1.0,
            searched=len(index.passages),
        )

    def _words(self, form: Iterable[str]) -> Words:
        """Return what the words of a question's forms say for every row, and their phrases for every passage."""
        lexical = self.index.lexical
        return tuple(np.maximum.reduce([shares(f) for f in form]) for shares in (lexical.scores, lexical.phrase_scores))

    def _faq_matches(
        self, vectors: Vectors, lexical: Shares, before: Vectors | None = None
    ) -> tuple[FAQMatches, Shares | None]:
        """Return what the near questions asked ahead say, and the probe's log-probabilities where there is one."""
        moved = self.index.question_model.move(vectors)
        near = self._near_questions(moved, lexical, before)
        shares = self.index.question_model.log_shares(moved) if self.index.question_model.probe.size else None
        return combine_matches(self.index, near, shares, self.weights), shares

    def _found(
        self, vectors: Vectors, words: Words, targets: Iterable[Target], k: int
    ) -> tuple[Shares, set[int], list[_Found]]:
        """Return the best cosine of each passage and sentence to a form of the question, and what comes up.

        These are the sentences that are nearest or share most of its words, and the passages that do so themselves, or
        hold these sentences or those of `targets`, best first.
        """
        index, (lexical, phrases), depth = self.index, words, self.weights.depth
        dense = index.store.scores(vectors, 0, index.faq_row).max(axis=0)
        block = lexical[index.sentence_row : index.faq_row]
        singles = set(top(dense[index.sentence_row :], depth).tolist())
        singles |= {i for i in top(block, depth).tolist() if block[i] > 0}
        numbers = {index.passage_number[i] for i in singles.union(*(held for _, held in targets))}
        numbers |= set(top(dense[: index.sentence_row], max(depth, k)).tolist())
        numbers |= {p for p in top(phrases, depth).tolist() if phrases[p] > 0}
        return dense, singles, self._passages(dense, words, sorted(numbers))

    def _near_questions(self, moved: Vectors, lexical: Shares, before: Vectors | None) -> list[tuple[int, float]]:
        """Return (number, nearness) of the nearest questions asked ahead, best first."""
        index, weights = self.index, self.weights
        scores, rows = index.store.search(moved, 4 * weights.neighbours, index.faq_row, index.rows)
        best: dict[int, float] = {}
        for score, row in zip(scores.ravel().tolist(), rows.ravel().tolist(), strict=True):
            best[row] = max(best.get(row, -1.0), score)
        for row in best:
            best[row] += weights.row_lexical * float(lexical[row])
        if before is not None and best:
            again = index.store.vectors(list(best)) @ index.question_model.move(before[None, :])[0]
            for number, alike in zip(best, again, strict=True):
                best[number] -= weights.again * max(0.0, float(alike) - weights.again_from)
        near = sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))
        return [(row - index.faq_row, score) for row, score in near[: weights.neighbours]]

    def _fuse(self, dense: float, lexical: float, asked: float) -> float:
        weights = self.weights
        lexical *= weights.lexical if self.index.with_sidecar else weights.plain_lexical
        return dense + lexical + weights.asked_weight * max(0.0, asked - weights.asked_floor)

    def _candidates(
        self, cosines: Shares, lexical: Shares, asked: dict[Target, tuple[float, str]], singles: set[int]
    ) -> list[Candidate]:
        index = self.index
        dense, block = (values[index.sentence_row : index.faq_row] for values in (cosines, lexical))
        groups = {(index.sentences[i].passage.document_id, (i,)) for i in singles} | set(asked)
        found = []
        for document_id, sentences in groups:
            near, matched = asked.get((document_id, sentences), (0.0, ""))
            d = sum(float(dense[i]) for i in sentences) / len(sentences)
            lex = max(float(block[i]) for i in sentences)
            found.append(Candidate(document_id, sentences, self._fuse(d, lex, near), d, lex, near, matched))
        return sorted(found, key=lambda c: (-c.score, c.document_id, c.sentences))

    def _passages(self, cosines: Shares, words: Words, numbers: list[int]) -> list[_Found]:
        """Return these passages, best first."""
        index, (lexical, phrases) = self.index, words
        best, spoken = (
            np.maximum.reduceat(values[index.sentence_row : index.faq_row], index.first_sentence)[numbers]
            for values in (cosines, lexical)
        )
        dense = ((cosines[numbers].astype(np.float64) + best) / 2).tolist()
        shared, together = np.maximum(lexical[numbers], spoken).tolist(), phrases[numbers].tolist()
        found = [
            _Found(p, self._fuse(d, lex, 0.0) + self.weights.phrases * pairs, d, lex, pairs)
            for p, d, lex, pairs in zip(numbers, dense, shared, together, strict=True)
        ]
        return sorted(found, key=lambda f: (-f.score, f.number))

    def _hits(self, found: Sequence[_Found], asked: dict[Target, tuple[float, str]], k: int) -> tuple[Hit, ...]:
        """Return the k best passages, by the evidence itself and by what the questions asked ahead say for them."""
        best: dict[int, float] = {}
        for (_, sentences), (near, _) in asked.items():
            for p in {self.index.passage_number[i] for i in sentences}:
                best[p] = max(best.get(p, 0.0), near)
        scored = [(f, f.score + self._fuse(0.0, 0.0, best.get(f.number, 0.0))) for f in found]
        scored.sort(key=lambda pair: (-pair[1], pair[0].number))
        return tuple(
            Hit(self.index.passages[f.number], score, rank, f.dense, f.lexical, best.get(f.number, 0.0), f.phrases)
            for rank, (f, score) in enumerate(scored[:k], start=1)
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """A passage that came up, with the parts of its score; what was asked ahead is not in it."""

    number: int
    score: float
    dense: float
    lexical: float
    phrases: float
