"""Asking the questions of a set: what is found, what is answered, and what would be said if something had to be.

Every question is asked as anybody would, in a conversation of its own, and that alone is timed. Besides, the same
assistant without its caution is asked: it always answers, and always marks words. So confidence can be held against
right and wrong of all questions, not only of those it dared to answer, and SQuAD's thresholds can be swept. What both
encode and read is remembered, so the second asking costs little.
"""

from __future__ import annotations

import dataclasses
import functools
import time
from collections import defaultdict
from collections.abc import Sequence

from calcqa.assistant import Assistant, Chat
from calcqa.evaluation.collection import Collection, Gold
from calcqa.evaluation.datasets import Query
from calcqa.evaluation.finding import judge_passages, judge_texts
from calcqa.evaluation.ranking import DEPTH, rank_texts
from calcqa.evaluation.scoring import Scored, score
from calcqa.models.reader import Reader, Reading
from calcqa.types import Passage
from calcqa.workspace import Singles

_PASSAGES = 10 * DEPTH  # a text has several passages, and the best of each are wanted


class _Bold:
    """A reader that is sure of everything."""

    threshold = exact_threshold = 0.0

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Return what the reader makes of each passage."""
        return self._reader.read(question, passages)


def bold(assistant: Assistant) -> Assistant:
    """Return an assistant like `assistant`, by its index's own weights, that never refuses where it finds anything."""
    weights = dataclasses.replace(
        assistant.index.weights, asked_threshold=0.0, few_threshold=0.0, plain_threshold=0.0, read_threshold=0.0
    )
    reader = assistant.reader
    return Assistant(assistant.index, assistant.encoder, _Bold(reader) if reader else None, weights)


class Examiner:
    """Asks one collection; safe for one thread."""

    def __init__(
        self, collection: Collection, *, alone: bool = False, search_only: bool = False, spans: bool = False
    ) -> None:
        """Ask `collection`.

        With `alone`, each question is asked of the texts it was written for only, and nothing is ranked. With
        `search_only` nothing is answered, and of several turns only the last is searched for. `spans` says that the set
        has short gold answers.
        """
        self._collection, self._spans = collection, spans
        self._alone, self._search_only = alone, search_only
        self._singles = Singles(collection.assistant)
        self._bold: dict[int, Assistant] = {}

    def ask(self, query: Query) -> Scored:
        """Ask one question and judge what comes."""
        collection = self._collection
        assistant = self._of(query)
        if self._search_only:
            ranking, found = self._searched(query, query.turns[-1])
            return score(query, collection, ranking, found=found)
        chat = assistant.chat()
        for turn in query.turns[:-1]:
            chat.ask(turn)
        before = tuple(chat.turns)
        start = time.perf_counter()
        answer = chat.ask(query.turns[-1])
        latency = time.perf_counter() - start
        forced = Chat(self._bolder(assistant), before).ask(query.turns[-1])
        ranking, found = (None, {}) if self._alone else self._searched(query, answer.standalone_question)
        return score(query, collection, ranking, answer, forced, latency, found=found, spans=self._spans)

    def _of(self, query: Query) -> Assistant:
        if self._alone:
            return self._singles.of(*(self._collection.documents[text] for text in query.asked_of))
        return self._collection.assistant

    def _bolder(self, assistant: Assistant) -> Assistant:
        if id(assistant) not in self._bold:  # singles live as long as this does
            self._bold[id(assistant)] = bold(assistant)
        return self._bold[id(assistant)]

    def _searched(self, query: Query, question: str) -> tuple[tuple[str, ...] | None, dict[str, float]]:
        """Return the texts in the order they are found, where that can be judged, and how what stands in them is."""
        collection, gold = self._collection, self._collection.gold.get(query.id, ())
        if not (query.ranks or query.answers or gold):
            return None, {}
        hits = collection.assistant.search(question, _PASSAGES)
        found = judge_texts([h.passage.text for h in hits], query.answers) if query.answers else {}
        if gold:
            relevant = {p.id for g in gold for p in self._passages[g.document_id] if _touch(p, g)}
            found |= judge_passages([h.passage.id for h in hits], relevant)
        return rank_texts(hits, collection.texts) if query.ranks else None, found

    @functools.cached_property
    def _passages(self) -> dict[str, list[Passage]]:
        found: dict[str, list[Passage]] = defaultdict(list)
        for passage in self._collection.assistant.index.passages:
            found[passage.document_id].append(passage)
        return found


def _touch(passage: Passage, gold: Gold) -> bool:
    return passage.start < gold.span.end and gold.span.start < passage.end
