"""Fits the weights on a development set: how scores are fused, and from what confidence on a question is answered.

In order: the fusion, by the log-likelihood of choosing sentences that hold the facts; how follow-ups are rewritten, by
how many come out right, which needs the first answerability model, fitted before and after; the other answerability
models; how many sentences to quote beside the best; where there is a reader, the same for documents that it reads; and
what confidence is worth.
The models are ridge-penalised logistic regressions (scikit-learn) on standardised features, written back in plain
units; thresholds minimise the errors of both kinds. Only the development half is used. What holds for documents without
FAQ entries is fitted on other documents, each asked alone, where such are given.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

from calcqa.answering.answerability import Case
from calcqa.answering.reading import read_top
from calcqa.assistant import Assistant
from calcqa.evaluation.caching import CachingEncoder, CachingReader
from calcqa.evaluation.datasets import Query
from calcqa.evaluation.deciding import Posed, decide, holds, trust
from calcqa.evaluation.judging import judge
from calcqa.evaluation.report.numbers import by_word
from calcqa.evaluation.summary import summarise
from calcqa.index.index import Index
from calcqa.models.encoder import Encoder
from calcqa.models.reader import Reader
from calcqa.parameters import OF_A_READER, Weights
from calcqa.retrieval.results import Candidate

FUSION = {
    "temperature": (0.05, 0.07, 0.1),
    "neighbours": (10, 20),
    "row_lexical": (0.1, 0.2, 0.3),
    "probe": (0.0, 0.5, 1.0, 1.5),
    "lexical": (0.1, 0.3),
    "asked_weight": (2.0, 5.0),
}
READ_FUSION = {
    "read_score": (0.0, 0.01, 0.02, 0.03, 0.05),
    "read_evidence": (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4),
}
PLAIN_FUSION = {"plain_lexical": (0.0, 0.1, 0.2, 0.3, 0.5, 0.8)}
FOLLOW_UPS = {"own": (0.3, 0.5, 0.8), "context": (0.1, 0.2), "again": (0.0, 0.3, 0.6)}
THINNED = ((0, 5), (1, 5), (2, 5))
"""The shares of the FAQ over which fusion, and how much is quoted beside the best, are fitted.

With the whole FAQ nearly every question of the development set has an entry just like it; those of users have not.
"""

FEW = (0, 40)
"""The share with which answerability for documents with few FAQ entries is fitted: too few for a probe."""

SECOND = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
PLAIN_SECOND = (0.0, 0.05, 0.1, 0.2, 0.4)
READ_SECOND = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4)
A_WORD = 0.001
"""What a word more in the mean answer costs, in facts: ten words must bring a point."""

_KEPT = 10  # candidates over which the likelihood of a choice is taken
_SHARPNESS = 20.0  # of that choice, per unit of cosine


def fit(
    index: Index,
    thin: Sequence[Index],
    few: Index,
    plain: Index,
    encoder: Encoder,
    questions: Sequence[Query],
    reader: Reader | None = None,
    tell: Callable[[str], None] = lambda line: None,
    others: Sequence[Posed] = (),
    others_with_few: Sequence[Posed] = (),
) -> Weights:
    """Return weights fitted on `questions`, with the figures they reach there.

    `index` holds documents with their FAQ, each of `thin` with a share of it (`THINNED`), `few` with too few entries
    for a probe (`FEW`), `plain` with none. Without a `reader`, the weights for what is read keep their defaults. With
    `others`, documents without FAQ entries are judged as these are answered best, and `plain` is only measured. Where
    `others_with_few` have entries that another wrote than their questions, these count beside `few`.
    """
    encoder = CachingEncoder(encoder)
    single = [q for q in questions if len(q.turns) == 1]
    chats = [q for q in questions if len(q.turns) > 1]
    thinned = [(index, single) for index in thin]
    sparse: Sequence[Posed] = [(few, questions), *others_with_few]
    bare: Sequence[Posed] = others or [(plain, questions)]
    bare_single = _single(bare)
    weights = _fuse(thinned, encoder, Weights(), FUSION)
    tell("fused with the FAQ")
    weights = _fuse(bare_single, encoder, weights, PLAIN_FUSION)
    tell("fused without it")
    weights = decide([(index, questions)], encoder, weights, "asked")
    if chats:
        weights = _best([(index, chats)], encoder, weights, FOLLOW_UPS, "followups")
        weights = decide([(index, questions)], encoder, weights, "asked")
        tell("follow-ups")
    weights = decide(sparse, encoder, weights, "few")
    weights = decide(bare, encoder, weights, "plain")
    tell("decisions")
    weights = _best(thinned, encoder, weights, {"second": SECOND}, "facts")
    weights = _best(bare_single, encoder, weights, {"plain_second": PLAIN_SECOND}, "facts")
    tell("quoting")
    reads = CachingReader(reader) if reader else None
    if reads:
        weights = _reading(bare, encoder, weights, reads)
        tell("reading")
    weights = trust([(index, questions)], encoder, weights, "asked")
    weights = trust(sparse, encoder, weights, "few")
    weights = trust(bare, encoder, weights, "plain")
    if reads:
        weights = trust(bare, encoder, weights, "read", reads)
    tell("confidence")
    figures = {
        "questions": len(questions),
        "with_sidecar": _figures([(index, questions)], encoder, weights),
        "with_few": _figures([(few, questions)], encoder, weights, reads),
        "without_sidecar": _figures([(plain, questions)], encoder, weights),
    }
    if reads:
        figures["without_sidecar_with_reader"] = _figures([(plain, questions)], encoder, weights, reads)
    if others_with_few:
        figures["other_documents_with_few"] = _figures(others_with_few, encoder, weights, reads)
    if others:
        figures["other_documents"] = _figures(others, encoder, weights, reads)
    return dataclasses.replace(weights, figures=figures)


def fit_reader(posed: Sequence[Posed], encoder: Encoder, weights: Weights, reader: Reader) -> dict[str, Any]:
    """Return what a reader may bring along (`parameters.OF_A_READER`), fitted where it reads, beside `weights`."""
    encoder, reads = CachingEncoder(encoder), CachingReader(reader)
    weights = trust(posed, encoder, _reading(posed, encoder, weights, reads), "read", reads)
    return {name: getattr(weights, name) for name in OF_A_READER}


def _reading(posed: Sequence[Posed], encoder: Encoder, weights: Weights, reader: Reader) -> Weights:
    weights = _rank(_single(posed), encoder, weights, reader)
    weights = decide(posed, encoder, weights, "read", reader)
    return _best(_single(posed), encoder, weights, {"read_second": READ_SECOND}, "facts", reader)


def _single(posed: Sequence[Posed]) -> list[Posed]:
    return [(index, [q for q in asked if len(q.turns) == 1]) for index, asked in posed]


def _grid(grid: dict[str, tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]


def _fuse(posed: Sequence[Posed], encoder: Encoder, weights: Weights, grid: dict[str, tuple[Any, ...]]) -> Weights:
    """Return the weights under which sentences that hold the facts are likeliest to be chosen.

    One weight after another, the others held, until a whole round changes none.
    """
    values: dict[tuple[Any, ...], float] = {}

    def value(tried: Weights) -> float:
        key = tuple(getattr(tried, name) for name in grid)
        if key not in values:  # every round tries the current weights again
            values[key] = likelihood(tried)
        return values[key]

    def likelihood(tried: Weights) -> float:
        total = 0.0
        for index, questions in posed:
            answerable = [q for q in questions if q.answerable]
            results = Assistant(index, encoder, None, tried).retrieve_many([q.turns[0] for q in answerable])
            scale = tried.asked_weight if index.with_sidecar else 1.0
            for question, retrieved in zip(answerable, results, strict=True):
                total += _choice(question, [(c.score, c) for c in retrieved.candidates[:_KEPT]], index, scale)
        return total

    before = None
    while weights != before:
        before = weights
        for name, options in grid.items():
            weights = max((dataclasses.replace(weights, **{name: option}) for option in options), key=value)
    return weights


def _choice(question: Query, scored: Sequence[tuple[float, Candidate]], index: Index, scale: float) -> float:
    """Return the log-likelihood that a choice among candidates, best first, falls on one that holds the facts."""
    if not scored:
        return math.log(1e-3)
    chances = [math.exp(_SHARPNESS / scale * (score - scored[0][0])) for score, _ in scored]
    right = sum(
        p
        for p, (_, c) in zip(chances, scored, strict=True)
        if holds(question, " ".join(index.sentence_text(i) for i in c.sentences))
    )
    return math.log(max(1e-3, right / sum(chances)))


def _best(
    posed: Sequence[Posed],
    encoder: Encoder,
    weights: Weights,
    grid: dict[str, tuple[Any, ...]],
    measure: str,
    reader: Reader | None = None,
) -> Weights:
    """Return the weights of `grid` with the best mean `measure`, less `A_WORD` for every word of the mean answer."""
    best: tuple[float, Weights] | None = None
    for values in _grid(grid):
        tried = dataclasses.replace(weights, **values)
        figures = _figures(posed, encoder, tried, reader)
        value = (figures[measure] or 0.0) - A_WORD * (figures["words"] or 0.0)
        if best is None or value > best[0]:
            best = (value, tried)
    return best[1] if best else weights


def _figures(
    posed: Sequence[Posed], encoder: Encoder, weights: Weights, reader: Reader | None = None
) -> dict[str, float | None]:
    outcomes = []
    for index, questions in posed:
        assistant = Assistant(index, encoder, reader, weights)
        for question in questions:
            chat = assistant.chat()
            answers = [chat.ask(turn) for turn in question.turns]
            outcomes.append(judge(question, answers[-1], index.documents, facts=True))
    summary = summarise(outcomes, resamples=1)
    names = ("facts", "refused", "wrongly_refused", "auroc", "followups")
    values = {name: summary.estimates[name].value if name in summary.estimates else None for name in names}
    values["words"] = summary.words
    figures: dict[str, float | None] = {n: None if v is None else round(float(v), 4) for n, v in values.items()}
    for kind, right, answered in by_word(outcomes):
        figures |= {f"{kind}_held": right, f"{kind}_answers": answered}
    return figures


def _rank(posed: Sequence[Posed], encoder: Encoder, weights: Weights, reader: Reader) -> Weights:
    """Return the weights under which sentences that hold the facts are the likeliest choice among what was read."""
    cases = []
    for index, questions in posed:
        asked = [q for q in questions if q.answerable]
        results = Assistant(index, encoder, None, weights).retrieve_many([q.turns[0] for q in asked])
        cases += [(index, q, r, read_top(r, index, reader, weights)) for q, r in zip(asked, results, strict=True)]

    def value(tried: Weights) -> float:
        total = 0.0
        for index, question, retrieved, readings in cases:
            case = Case(retrieved, index, tried, readings)
            ranked = [c for d in index.documents for c in case.ranked(d, "read")]
            scored = sorted(((case.score(c, "read"), c) for c in ranked), key=lambda pair: -pair[0])[:_KEPT]
            total += _choice(question, scored, index, 1.0)
        return total

    return max((dataclasses.replace(weights, **values) for values in _grid(READ_FUSION)), key=value)
