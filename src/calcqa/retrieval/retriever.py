"""From a question to what might answer it: candidates and hits. No decision is taken here.

Three scores are fused in one, a weighted sum (convex fusion: Bruch, Gai & Ingber 2023):

    score = dense + lexical * share of words + asked_weight * max(0, faq - asked_floor)

`dense` is the cosine of question and sentence in its context (1 at best), the share of words that of the question's
BM25 mass in the sentence (0..1), and `faq` what the near FAQ entries say together for this sentence
(`retrieval/faq_matching.py`). All other names are fields of `Weights`; `plain_lexical` stands for `lexical` without FAQ
entries. A passage is ranked by itself and its best sentence together, with its phrases (`stores/bm25.py`) beside:

    dense = whole_passage * cosine + (1 - whole_passage) * best sentence's cosine
    score = dense + lexical * best share of words + phrases * share of phrases + FAQ part as above

Either cosine alone favours one kind of question: docs/benchmarks.md has what was tried.
FAQ entries are compared with the question in the metric their sidecar teaches (`faq/question_model.py`), shared words
counting extra:

    near_j = cosine(question, question_j) + row_lexical * share of words in question_j

A worked example stands in tests/retrieval/test_retriever.py. Where the question has abbreviations or misspellings, its
corrected form is tried beside the original, and where it has words that the documents lack but say otherwise, its form
in the words of reports (`language/clinical.py`); each text takes the best score of these, of the best of any ranking.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from calcqa.index.index import Either, Index
from calcqa.language.clinical import vocabulary
from calcqa.language.folding import plain_letters
from calcqa.language.tokens import STOPWORDS, stem, words
from calcqa.models.encoder import Encoder, Vectors
from calcqa.parameters import Weights
from calcqa.query.abbreviations import all_abbreviations, spell_out
from calcqa.query.letter_lines import may_answer
from calcqa.query.small_talk import may_be_small_talk
from calcqa.query.spelling import unknown_terms
from calcqa.retrieval.faq_matching import FAQMatches, Target, answerable_log_odds, combine_matches
from calcqa.retrieval.question_words import QuestionWords
from calcqa.retrieval.results import Candidate, Retrieved, ScoredPassage
from calcqa.stores.base import PASSAGES, PHRASES, QUESTIONS, SENTENCES, Floats
from calcqa.types import Hit

_WRITTEN = 8  # sentences in which is looked for how documents write a thing
_vocabularies: WeakKeyDictionary[Encoder, frozenset[str]] = WeakKeyDictionary()  # one an encoder, whatever it searches


class _Forms(NamedTuple):
    """A question corrected, and all forms in which it is searched: as typed, corrected, reworded; each once."""

    corrected: str
    all: list[str]


class Retriever:
    """Searches one index with one encoder; holds no state of a conversation."""

    def __init__(self, index: Index, encoder: Encoder, weights: Weights | None = None) -> None:
        self.index, self.encoder = index, encoder
        self.weights = weights or index.weights
        if encoder not in _vocabularies:
            _vocabularies[encoder] = encoder.vocabulary()
        self._common = _vocabularies[encoder]
        self._words_known = Either([self._common, vocabulary().stems])  # that are no slips

    def correct(self, question: str) -> str:
        """Return `question` with abbreviations spelt out and misspellings corrected."""
        text = spell_out(question, self._abbreviations)
        known = self.index.document_terms
        if all(
            w in self._words_known or w in STOPWORDS or stem(w) in self._words_known or stem(w) in known
            for w in words(text)
        ):
            return text  # as most are; the speller, which reads all documents and questions, is then not needed
        return self.index.speller.correct(text, self._words_known)

    @functools.cached_property
    def _abbreviations(self) -> dict[str, str]:
        return all_abbreviations(self.index.abbreviations, self._common)

    def retrieve(self, question: str, k: int = 5) -> Retrieved:
        """Return candidates and the k best passages for `question`."""
        return self.retrieve_many([question], k)[0]

    def retrieve_many(self, questions: Sequence[str], k: int = 5) -> list[Retrieved]:
        """Retrieve for several questions, encoding them in one batch; one result each, in order."""
        encoded = zip(questions, self._encoded(questions), strict=True)
        return [self._one(q, form.corrected, vectors, k, self._words(form.all)) for q, (form, vectors) in encoded]

    def search_many(self, questions: Sequence[str], k: int = 5) -> list[tuple[Hit, ...]]:
        """Return the k best passages for each of several questions, without what only a decision needs."""
        results = []
        for form, vectors in self._encoded(questions):
            words = self._words(form.all)
            targets = self._faq_matches(vectors, words)[0].targets if self.index.with_sidecar else {}
            passages, _ = self._passages(vectors, words, targets, k)
            results.append(self._hits(passages, targets, k))
        return results

    def retrieve_follow_up(self, question: str, typed: str, before: str, k: int = 5) -> Retrieved:
        """Retrieve for a follow-up that was resolved to `question`.

        Its own words as `typed` count in the search, so that what resolving added does not drown what was asked; and
        FAQ entries that are much like the question `before` step back: nobody asks the same thing twice.
        """
        form = self._forms(question)
        vectors = self._encode([*form.all, typed, before])
        own = vectors[: len(form.all)] + self.weights.typed * vectors[-2]
        own /= np.linalg.norm(own, axis=1, keepdims=True)
        words = self._words(form.all, self._forms(typed).all)
        return self._one(question, form.corrected, own, k, words, vectors[-1])

    def nearness(self, texts: Sequence[str], follow_up: str, before: str) -> list[float]:
        """Return how near each reading of a follow-up comes to an FAQ entry; there must be some.

        What it comes near to must also be near the follow-up as typed, whose own words it should keep, and to the
        question before, whose matter it continues: the best over the near ones of
        cos(reading, j) + own * cos(follow_up, j) + context * cos(before, j), less where j is much like the question
        before itself.
        """
        index, weights = self.index, self.weights
        vectors = index.question_model.move(self._encode([self.correct(t) for t in (*texts, follow_up, before)]))
        results = index.store.search(QUESTIONS, vectors[:-2], weights.reading_depth)
        ids = sorted({match.id for matches in results for match in matches})
        typed, alike = index.store.score(QUESTIONS, vectors[-2:], ids)
        around = weights.own * typed + weights.context * alike
        around -= weights.again * np.maximum(0.0, alike - weights.again_from)
        extra = dict(zip(ids, around.tolist(), strict=True))
        return [max(match.score + extra[match.id] for match in matches) for matches in results]

    def _forms(self, question: str) -> _Forms:
        """Return a question as typed and, where these differ, corrected and in words that reports write."""
        corrected = self.correct(question)
        reworded = vocabulary().reworded(corrected, self.index.document_terms, self._text_with)
        return _Forms(corrected, list(dict.fromkeys((question, corrected, reworded))))

    def _text_with(self, concept: str) -> str:
        """Return the first sentences that speak of a concept."""
        ids = self.index.lexical.holding(SENTENCES, [(concept,)])
        return " . ".join(self.index.sentence_text(i) for i in ids[:_WRITTEN])

    def _words(self, *readings: Sequence[str]) -> QuestionWords:
        return QuestionWords(self.index, readings, self.weights.wider)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        return self.encoder.encode([plain_letters(text) for text in texts])

    def _encoded(self, questions: Sequence[str]) -> Iterator[tuple[_Forms, Vectors]]:
        """Yield the forms of each question, with a vector for each."""
        forms = [self._forms(q) for q in questions]
        vectors, at = self._encode([f for form in forms for f in form.all]), 0
        for form in forms:
            yield form, vectors[at : at + len(form.all)]
            at += len(form.all)

    def _one(
        self,
        question: str,
        corrected: str,
        vectors: Vectors,
        k: int,
        words: QuestionWords,
        before: Vectors | None = None,
    ) -> Retrieved:
        index, (matches, shares) = self.index, self._faq_matches(vectors, words, before)
        passages, singles = self._passages(vectors, words, matches.targets, k)
        singles |= {i for p in passages[: self.weights.close] for i in index.sentences_of(p.id)}
        singles = {i for i in singles if may_answer(corrected, index.sentence_text(i))}
        talk = matches.unanswerable.get("")
        same = talk is not None and talk.nearest >= self.weights.small_talk_same
        return Retrieved(
            question=question,
            corrected=corrected,
            candidates=tuple(self._candidates(vectors, words, matches.targets, singles)),
            answering=matches.answering,
            unanswerable=matches.unanswerable,
            small_talk=talk if same or may_be_small_talk(corrected, index.document_terms) else None,
            answerable_log_odds={} if shares is None else answerable_log_odds(index, shares, self.weights),
            hits=self._hits(passages, matches.targets, k),
            unknown_terms=unknown_terms(question, index.document_terms, self.correct),
            searched=index.store.count(PASSAGES),
        )

    def _faq_matches(
        self, vectors: Vectors, words: QuestionWords, before: Vectors | None = None
    ) -> tuple[FAQMatches, Floats | None]:
        """Return what the near FAQ entries say, and the probe's log-probabilities where there is one."""
        moved = self.index.question_model.move(vectors)
        near = self._near_questions(moved, words, before)
        shares = self.index.question_model.log_shares(moved) if self.index.question_model.probe.size else None
        return combine_matches(self.index, near, shares, self.weights), shares

    def _passages(
        self, vectors: Vectors, words: QuestionWords, targets: Iterable[Target], k: int
    ) -> tuple[list[ScoredPassage], set[str]]:
        """Return the passages that come up, best first, and the sentences that do so by themselves.

        These are the sentences that are nearest or share most of the question's words, and the passages that do so
        themselves, or hold these sentences or those of `targets`.
        """
        index, depth = self.index, self.weights.depth
        singles = set(self._nearest(SENTENCES, vectors, depth)) | set(words.best(SENTENCES, depth))
        passages = {index.sentences[i].passage.id for i in singles.union(*(held for _, held in targets))}
        passages |= set(self._nearest(PASSAGES, vectors, max(depth, k))) | set(words.best(PHRASES, depth))
        return self._scored(vectors, words, sorted(passages)), singles

    def _nearest(self, field: str, vectors: Vectors, k: int) -> list[str]:
        """Return the k ids that come nearest to a form of the question, best first."""
        best: dict[str, float] = {}
        for match in (m for matches in self.index.store.search(field, vectors, k) for m in matches):
            best[match.id] = max(best.get(match.id, -1.0), match.score)
        return sorted(best, key=lambda i: -best[i])[:k]

    def _near_questions(self, moved: Vectors, words: QuestionWords, before: Vectors | None) -> list[tuple[str, float]]:
        """Return (id, nearness) of the nearest FAQ entries, best first."""
        index, weights = self.index, self.weights
        best: dict[str, float] = {}
        for matches in index.store.search(QUESTIONS, moved, weights.wider * weights.neighbours):
            for id_, score in matches:
                best[id_] = max(best.get(id_, -1.0), score)
        ids = list(best)
        for id_, share in zip(ids, words.of(QUESTIONS, ids).tolist(), strict=True):
            best[id_] += weights.row_lexical * share
        if before is not None and best:
            again = index.store.score(QUESTIONS, index.question_model.move(before[None, :]), ids)[0]
            for id_, alike in zip(ids, again.tolist(), strict=True):
                best[id_] -= weights.again * max(0.0, alike - weights.again_from)
        return sorted(best.items(), key=lambda pair: -pair[1])[: weights.neighbours]

    def _fuse(self, dense: float, lexical: float, faq: float) -> float:
        weights = self.weights
        lexical *= weights.lexical if self.index.with_sidecar else weights.plain_lexical
        return dense + lexical + weights.asked_weight * max(0.0, faq - weights.asked_floor)

    def _candidates(
        self, vectors: Vectors, words: QuestionWords, faq: dict[Target, tuple[float, str]], singles: set[str]
    ) -> list[Candidate]:
        """Return each of `singles`, and each of the FAQ's targets, with its score, best first."""
        index = self.index
        ids = sorted(singles.union(*(held for _, held in faq)))
        cosines = self._cosines(SENTENCES, vectors, ids)
        shares = dict(zip(ids, words.of(SENTENCES, ids).tolist(), strict=True))
        groups = {(index.sentences[i].passage.document_id, (i,)) for i in singles} | set(faq)
        candidates = []
        for document_id, sentences in groups:
            near, matched = faq.get((document_id, sentences), (0.0, ""))
            dense = sum(cosines[i] for i in sentences) / len(sentences)
            lexical = max(shares[i] for i in sentences)
            score = self._fuse(dense, lexical, near)
            candidates.append(Candidate(document_id, sentences, score, dense, lexical, near, matched))
        return sorted(
            candidates, key=lambda c: (-c.score, c.document_id, [index.sentences[i].span for i in c.sentences])
        )

    def _cosines(self, field: str, vectors: Vectors, ids: Sequence[str]) -> dict[str, float]:
        """Return the best cosine of each of `ids` to a form of the question."""
        return dict(zip(ids, self.index.store.score(field, vectors, ids).max(axis=0).tolist(), strict=True))

    def _scored(self, vectors: Vectors, words: QuestionWords, ids: Sequence[str]) -> list[ScoredPassage]:
        """Return these passages, best first."""
        inside = {p: self.index.sentences_of(p) for p in ids}
        sentences = [i for p in ids for i in inside[p]]
        cosines = self._cosines(PASSAGES, vectors, ids), self._cosines(SENTENCES, vectors, sentences)
        shares = [
            dict(zip(own, words.of(field, own).tolist(), strict=True))
            for field, own in ((PASSAGES, ids), (SENTENCES, sentences), (PHRASES, ids))
        ]
        passages, whole = [], self.weights.whole_passage
        for p in ids:
            best = max(cosines[1][i] for i in inside[p])
            dense = whole * cosines[0][p] + (1 - whole) * best
            lexical = max(shares[0][p], max(shares[1][i] for i in inside[p]))
            score = self._fuse(dense, lexical, 0.0) + self.weights.phrases * shares[2][p]
            passages.append(ScoredPassage(p, score, dense, lexical, shares[2][p]))
        return sorted(passages, key=lambda p: (-p.score, *self._place(p.id)))

    def _place(self, passage_id: str) -> tuple[str, int]:
        """Return what orders passages of equal score: their document, and where they stand in it."""
        passage = self.index.passage_by_id[passage_id]
        return passage.document_id, passage.start

    def _hits(self, passages: Sequence[ScoredPassage], faq: dict[Target, tuple[float, str]], k: int) -> tuple[Hit, ...]:
        """Return the k best passages, by the text itself and by what the FAQ entries say for them."""
        best: dict[str, float] = {}
        for (_, sentences), (near, _) in faq.items():
            for p in {self.index.sentences[i].passage.id for i in sentences}:
                best[p] = max(best.get(p, 0.0), near)
        scored = [(p, p.score + self._fuse(0.0, 0.0, best.get(p.id, 0.0))) for p in passages]
        scored.sort(key=lambda pair: (-pair[1], *self._place(pair[0].id)))
        return tuple(
            Hit(self.index.passage_by_id[p.id], score, rank, p.dense, p.lexical, best.get(p.id, 0.0), p.phrases)
            for rank, (p, score) in enumerate(scored[:k], start=1)
        )
