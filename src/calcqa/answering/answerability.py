"""How likely each document is to answer a question, by the best of its candidates.

For each document a logistic model estimates the probability that the document answers. With FAQ entries it weighs how
near the answered ones come against how near the unanswerable ones do, the FAQ matches of the best candidate, its cosine
and words, the share of the question's words that belong to nothing the document answers, and the opinion of the probe;
with too few entries for a probe, the same without it. Without FAQ entries it weighs the candidate's cosine and words,
those missing words, the nearness of small talk and, where a reader has read, what the reader made of the passage and
whether it holds the words and the kind of thing that are asked for. Coefficients and thresholds are fitted (`calcqa
fit`) and travel with the index.

Does not: retrieve, read, or compose an answer (`answering/compose.py`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass

from calcqa.answering.reading import Readings
from calcqa.index.concepts import terms_in
from calcqa.index.index import Index
from calcqa.language.clinical import vocabulary
from calcqa.language.english_general import OF_VALUES
from calcqa.language.quantities import quantities
from calcqa.language.tokens import stem, stems
from calcqa.models.reader import beside, sigmoid
from calcqa.parameters import Weights
from calcqa.query.answer_types import lacks, negated
from calcqa.retrieval.faq_matching import UnanswerableMatch
from calcqa.retrieval.results import Candidate, Retrieved
from calcqa.types import Span

_OF_VALUES = frozenset(map(stem, OF_VALUES.split()))


@dataclass(frozen=True, slots=True)
class Verdict:
    """How likely one document answers, by its best candidate; `kind` names the model that judged it."""

    document_id: str
    candidate: Candidate
    kind: str
    features: tuple[float, ...]
    confidence: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Case:
    """A question with all that speaks for and against: what was retrieved, and what was read where a reader has."""

    retrieved: Retrieved
    index: Index
    weights: Weights
    readings: Readings

    def verdicts(self, already_quoted: frozenset[tuple[str, Span]] = frozenset()) -> list[Verdict]:
        """Return the most certain verdict for each document with a candidate, the most certain to answer first.

        What is in `already_quoted`, as (document, span), is no answer to a question for something else.
        """
        first: dict[str, Verdict] = {}
        for verdict in self.judgements(already_quoted):
            first.setdefault(verdict.document_id, verdict)
        return list(first.values())

    def judgements(self, already_quoted: frozenset[tuple[str, Span]] = frozenset()) -> list[Verdict]:
        """Return a verdict for each document and each kind of decision it is put to, the most certain first."""
        best: dict[tuple[str, str], Candidate] = {}
        for candidate in self.retrieved.candidates:
            if already_quoted and self._spans(candidate) <= already_quoted:
                continue
            for kind in self._kinds(candidate):
                key = candidate.document_id, kind
                if key not in best or self.score(candidate, kind) > self.score(best[key], kind):
                    best[key] = candidate
        weights = self.weights
        models: dict[str, tuple[tuple[float, ...], float, Callable[[Candidate], tuple[float, ...]]]] = {
            "asked": (weights.asked, weights.asked_threshold, self.asked_features),
            "few": (weights.few, weights.few_threshold, self.few_features),
            "plain": (weights.plain, weights.plain_threshold, self.plain_features),
            "read": (self._read_model(), weights.read_threshold, self.read_features),
        }
        verdicts = []
        for (document_id, kind), candidate in best.items():
            model, threshold, features = models[kind]
            values = features(candidate)
            verdicts.append(Verdict(document_id, candidate, kind, values, logistic(model, values), threshold))
        return sorted(verdicts, key=lambda v: (-(_logit(v.confidence) - _logit(v.threshold)), v.document_id))

    def _read_model(self) -> tuple[float, ...]:
        """Return `Weights.read` with its intercept lowered by the log of how many documents the index has.

        The more are searched, the likelier one seems to answer by chance. Independent ones would call for dividing the
        odds by their number (Bonferroni); most are about something else, so it is by less (`Weights.among`).
        """
        first, *others = self.weights.read
        return (first - self.weights.among * math.log(max(1, len(self.index.documents))), *others)

    def score(self, candidate: Candidate, kind: str) -> float:
        """Return the score that ranks a candidate; few FAQ entries must not rank what is judged without them.

        Where a reader has read, what it made of the sentence is added.
        """
        if kind not in ("plain", "read"):
            return candidate.score
        score = candidate.by_itself(self.weights)
        if kind == "read":
            span_score, sentence_score = self.read_of(candidate)
            score += self.weights.read_score * span_score + self.weights.read_evidence * sentence_score
        return score

    def ranked(self, document_id: str, kind: str) -> list[Candidate]:
        """Return the candidates of a document that may be quoted where the decision is of `kind`, best first."""
        if kind == "read":
            own = [c for c in self.retrieved.candidates if any(i in self.readings for i in c.sentences)]
        else:
            own = [c for c in self.retrieved.candidates if kind == "plain" or c.matched]
        return sorted((c for c in own if c.document_id == document_id), key=lambda c: self.score(c, kind), reverse=True)

    def read_of(self, candidate: Candidate) -> tuple[float, float]:
        """Return the scores of span and sentence of a candidate that was read, as bounded logits."""
        read = [self.readings[i] for i in candidate.sentences if i in self.readings]
        span_score, sentence_score = max(m.score for m in read), max(m.sentence_score for m in read)
        return _clipped(span_score, self.weights.logit_bound), _clipped(sentence_score, self.weights.logit_bound)

    def few_features(self, candidate: Candidate) -> tuple[float, ...]:
        """Return the features where FAQ entries are few: five numbers, in the order of `Weights.few`.

        What another document speaks of says nothing for this one: the last is the share of the question's words that
        are neither in it nor in an FAQ question that has an answer, in whichever document.
        """
        retrieved = self.retrieved
        unanswerable = max((s.score for s in unanswerable_matches(retrieved, candidate.document_id)), default=0.0)
        margin = retrieved.answering.get(candidate.document_id, 0.0) - unanswerable
        # Beyond a clear lead either way the margin says nothing more; bounded, it cannot drown the rest.
        margin = _clipped(margin, self.weights.margin_bound)
        held = self.index.terms_of(candidate.document_id), self.index.question_stems
        unseen = _missing(retrieved.corrected, *held)
        return (margin, candidate.asked, candidate.dense, candidate.lexical, unseen)

    def asked_features(self, candidate: Candidate) -> tuple[float, ...]:
        """Return the same with the probe's opinion, where there are many: six numbers, as in `Weights.asked`."""
        return (
            *self.few_features(candidate),
            self.retrieved.answerable_log_odds.get(candidate.document_id, 0.0) / self.weights.probe_floor,
        )

    def plain_features(self, candidate: Candidate) -> tuple[float, ...]:
        """Return the features of a document without them: four numbers, in the order of `Weights.plain`.

        Its unseen words, too, are those it does not have itself.
        """
        small_talk = self.retrieved.unanswerable.get("")
        question, text = self.retrieved.corrected, self._text(candidate)
        unseen = _missing(question, self.index.terms_of(candidate.document_id), but=_of_values(question, text))
        return (candidate.dense, candidate.lexical, unseen, small_talk.score if small_talk else 0.0)

    def read_features(self, candidate: Candidate) -> tuple[float, ...]:
        """Return the same and what was read, for a document that was: ten numbers, in the order of `Weights.read`.

        The last four are the share of the question's words missing from the passage and what it stands below, whether
        the sentence lacks the kind of thing asked for, whether only one of question and sentence denies something, and
        the log odds that any sentence that was read answers rather than none, as a reader trained listwise gives them.
        """
        question, sentence = self.retrieved.corrected, self.index.sentences[candidate.sentences[0]]
        text = self._text(candidate)
        own = sentence.passage
        leads = self.index.documents[own.document_id].leads_at(own.start)
        around = " ".join((*own.headings, *leads, own.text))
        passage = terms_in(self.index.documents[own.document_id], around)
        return (
            *self.plain_features(candidate),
            *self.read_of(candidate),
            _missing(question, passage, but=_of_values(question, text)),
            float(lacks(question, text)),
            float(negated(question) != negated(text)),
            self._some_answers(candidate.document_id),
        )

    def right(self, verdict: Verdict, quoted: Container[str]) -> float:
        """Return the probability, 0..1, that these sentences hold all that is asked for."""
        weights = self.weights
        models = {
            "asked": weights.asked_right,
            "few": weights.few_right,
            "plain": weights.plain_right,
            "read": weights.read_right,
        }
        return logistic(models[verdict.kind], self.right_features(verdict, quoted))

    def right_features(self, verdict: Verdict, quoted: Container[str]) -> tuple[float, ...]:
        """Return the log odds that the document answers; where it was read, also those of `quoted` against the rest.

        The rest are the other sentences that were read, and that none answers.
        """
        answers = _clipped(_logit(verdict.confidence), self.weights.logit_bound)
        if verdict.kind != "read":
            return (answers,)
        odds = self._odds(verdict.document_id)
        mine, others = (_log_sum([v for i, v in odds.items() if (i in quoted) is side]) for side in (True, False))
        return (answers, _clipped(mine - _log_sum([0.0, others]), self.weights.logit_bound))

    def _some_answers(self, document_id: str) -> float:
        """Return the log of the summed odds of the sentences of a document that were read, bounded."""
        odds = self._odds(document_id)
        return _clipped(_log_sum(odds.values()), self.weights.logit_bound) if odds else 0.0

    def _odds(self, document_id: str) -> dict[str, float]:
        """Return the log odds of each sentence that was read: what the reader says beside the encoder, as trained."""
        own = (c for c in self.retrieved.candidates if c.document_id == document_id and len(c.sentences) == 1)
        read = ((c.sentences[0], c.dense) for c in own if c.sentences[0] in self.readings)
        return {i: self.readings[i].sentence_score + beside(dense) for i, dense in read}

    def _kinds(self, candidate: Candidate) -> tuple[str, ...]:
        """Return the decisions to which a candidate may be put.

        Where a document has FAQ entries, a sentence that none of them matches is not trusted on its own, unless they
        are few: the document is then also judged as one without, where no unanswerable entry comes nearer.
        """
        retrieved = self.retrieved
        on_its_own = self._on_its_own(candidate)
        if candidate.document_id not in self.index.with_sidecar:
            return on_its_own
        by_faq = (
            ("asked" if retrieved.answerable_log_odds else "few",)
            if candidate.matched or not retrieved.answering
            else ()
        )
        match = retrieved.unanswerable.get(candidate.document_id)
        unanswerable = match is not None and match.nearest >= self.weights.unanswerable_near_plain
        return by_faq if retrieved.answerable_log_odds or unanswerable else (*by_faq, *on_its_own)

    def _on_its_own(self, candidate: Candidate) -> tuple[str, ...]:
        small_talk = self.retrieved.small_talk
        if small_talk and small_talk.nearest >= max(self.weights.small_talk_near, candidate.dense):
            return ()  # no document answers that; what is fitted on questions about documents cannot know it
        if any(i in self.readings for i in candidate.sentences):
            return ("read",)
        # Beside what was read, nothing is judged by less: of many documents one always has a sentence much like the
        # question, and what a reader has not seen would be trusted before what it has.
        return () if self.readings else ("plain",)

    def _text(self, candidate: Candidate) -> str:
        return " ".join(self.index.sentence_text(i) for i in candidate.sentences)

    def _spans(self, candidate: Candidate) -> set[tuple[str, Span]]:
        return {(candidate.document_id, self.index.sentences[i].span) for i in candidate.sentences}


def unanswerable_matches(retrieved: Retrieved, document_id: str) -> list[UnanswerableMatch]:
    """Return what a document, and all of them, are known not to say, as near as the question comes to it."""
    return [retrieved.unanswerable[d] for d in ("", document_id) if d in retrieved.unanswerable]


def logistic(model: tuple[float, ...], features: tuple[float, ...]) -> float:
    """Return the probability, 0..1, of a logistic model: an intercept, and a coefficient for each feature."""
    return sigmoid(model[0] + sum(w * x for w, x in zip(model[1:], features, strict=True)))


def _missing(question: str, *held: Container[str], but: Container[str] = ()) -> float:
    """Return the share of what a question asks for, 0..1, that is in none of these, by its word or its concept.

    Words whose stems are in `but` are not asked for.
    """
    units = [unit for unit in vocabulary().units(question) if unit[0] not in but]
    return sum(not any(t in one for t in unit for one in held) for unit in units) / len(units) if units else 1.0


def _of_values(question: str, text: str) -> frozenset[str]:
    """Return the stems of what says which of several values is asked for ("the highest"), where a text has several."""
    words = _OF_VALUES & frozenset(stems(question))
    return words if words and len(quantities(text)) > 1 else frozenset()


def _clipped(value: float, bound: float) -> float:
    return max(-bound, min(bound, value))


def _log_sum(logs: Iterable[float]) -> float:
    """Return the log of the sum of what these are the logs of; of nothing, what is as good as minus infinity."""
    logs = list(logs)
    best = max(logs, default=-1e9)
    return best + math.log(sum(math.exp(one - best) for one in logs) or 1.0)


def _logit(p: float) -> float:
    p = max(1e-9, min(1 - 1e-9, p))
    return math.log(p / (1 - p))
