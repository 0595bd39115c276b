"""Asks the questions of a dataset: what is found, what is answered, and what would be answered if something had to be.

Every question is asked in a conversation of its own, and that alone is timed. Questions without facts are asked again
of the same assistant without its caution: it always answers, and always marks words. So confidence can be compared with
right and wrong of all questions, not only of those that were answered, and SQuAD's thresholds can be swept.
"""

from __future__ import annotations

import dataclasses
import functools
import time
from collections import defaultdict
from collections.abc import Sequence

from calcqa.assistant import Assistant, Chat
from calcqa.evaluation.collection import Collection, Gold
from calcqa.evaluation.datasets import Dataset, Query
from calcqa.evaluation.judging import judge, judge_search
from calcqa.evaluation.measures.ranking import DEPTH, rank_texts
from calcqa.evaluation.measures.retrieval import judge_passages, judge_texts
from calcqa.evaluation.outcomes import Outcome
from calcqa.models.reader import Reader, Reading, brought
from calcqa.types import Passage
from calcqa.workspace import Singles

_PASSAGES = 10 * DEPTH  # a text has several passages, and the best of each are wanted
_WARM_UP = "What does the text say?"


class _SureReader:
    """A reader that is sure of everything."""

    threshold = exact_threshold = 0.0

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Return what the reader makes of each passage."""
        return self._reader.read(question, passages)


def without_caution(assistant: Assistant) -> Assistant:
    """Return an assistant like `assistant`, by its index's own weights, that never refuses where it finds anything."""
    reader = assistant.reader
    weights = dataclasses.replace(
        brought(assistant.index.weights, reader),
        asked_threshold=0.0, few_threshold=0.0, plain_threshold=0.0, read_threshold=0.0,
    )  # fmt: skip
    return Assistant(assistant.index, assistant.encoder, _SureReader(reader) if reader else None, weights)


class Asker:
    """Asks one collection the questions of one dataset; safe for one thread."""

    def __init__(
        self, collection: Collection, dataset: Dataset, *, alone: bool = False, search_only: bool = False
    ) -> None:
        """Ask `collection`.

        With `alone`, each question is asked only of the texts it was written for, and nothing is ranked. With
        `search_only` nothing is answered, and of several turns only the last is searched for.
        """
        self._collection, self._alone, self._search_only = collection, alone, search_only
        self._facts, self._spans = dataset.has_facts, dataset.has_answers
        self._documents = {d.id: d for d in collection.assistant.documents()}
        self._singles = Singles(collection.assistant)
        self._sure: dict[int, Assistant] = {}

    def warm_up(self) -> None:
        """Ask a question and throw the answer away, so that latency is that of a program already running."""
        if not self._search_only:
            self._collection.assistant.ask(_WARM_UP)

    def ask(self, query: Query) -> Outcome:
        """Ask one question and judge what comes."""
        if self._search_only:
            return judge_search(query, *self._searched(query, query.turns[-1]))
        assistant = self._assistant(query)
        chat = assistant.chat()
        for turn in query.turns[:-1]:
            chat.ask(turn)
        before = tuple(chat.turns)
        start = time.perf_counter()
        answer = chat.ask(query.turns[-1])
        latency = time.perf_counter() - start
        forced = None if self._facts else Chat(self._without_caution(assistant), before).ask(query.turns[-1])
        ranking, retrieved = (None, {}) if self._alone else self._searched(query, answer.standalone_question)
        return judge(
            query,
            answer,
            self._documents,
            latency,
            ranking=ranking,
            retrieved=retrieved,
            gold=self._collection.gold.get(query.id, ()),
            relevant={self._collection.documents[text] for text, grade in query.relevant.items() if grade > 0},
            forced=forced,
            facts=self._facts,
            spans=self._spans,
        )

    def _assistant(self, query: Query) -> Assistant:
        if self._alone:
            return self._singles.of(*(self._collection.documents[text] for text in query.asked_of))
        return self._collection.assistant

    def _without_caution(self, assistant: Assistant) -> Assistant:
        if id(assistant) not in self._sure:  # singles live as long as this does
            self._sure[id(assistant)] = without_caution(assistant)
        return self._sure[id(assistant)]

    def _searched(self, query: Query, question: str) -> tuple[tuple[str, ...] | None, dict[str, float]]:
        """Return the ranking of texts where it can be judged, and the measures of what stands in the passages."""
        collection, gold = self._collection, self._collection.gold.get(query.id, ())
        if not (query.ranks or query.answers or gold):
            return None, {}
        hits = collection.assistant.search(question, _PASSAGES)
        measures = judge_texts([h.passage.text for h in hits], query.answers) if query.answers else {}
        if gold:
            relevant = {p.id for g in gold for p in self._passages[g.document_id] if _touch(p, g)}
            measures |= judge_passages([h.passage.id for h in hits], relevant)
        return rank_texts(hits, collection.texts) if query.ranks else None, measures

    @functools.cached_property
    def _passages(self) -> dict[str, list[Passage]]:
        passages: dict[str, list[Passage]] = defaultdict(list)
        for passage in self._collection.assistant.index.passages:
            passages[passage.document_id].append(passage)
        return passages


def _touch(passage: Passage, gold: Gold) -> bool:
    return passage.start < gold.span.end and gold.span.start < passage.end
