"""What to ask next: questions the documents answer, near what was just quoted and not quoted yet.

Does: order the questions that can be shown (`conversations/question_forms.py`) by where their answers stand, and ask
each before it is suggested: only what is answered by the sentences meant is, and a question about a section only where
nothing of another is quoted. Does not: write questions, judge what is worth knowing, or remember a conversation.
"""

from __future__ import annotations

import functools
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from calcqa.assistant import Assistant
from calcqa.conversations.question_forms import Place, Wording, common, place, wordings
from calcqa.stores.base import QUESTIONS
from calcqa.types import Answer, Reason, Span, Turn

_BATCH = 2  # asked at a time beforehand, so that nobody waits long behind them
_ROUNDS = 4  # of asking, before there are fewer suggestions than wanted


@dataclass(frozen=True, slots=True)
class _Plan:
    """In which order wordings are taken, what section each counts for, and how many are wanted of one at most."""

    key: Callable[[Wording], tuple[float, ...]]
    section: Callable[[Place], Place]
    share: Callable[[Place], int]


class Suggester:
    """Suggests questions over the index of one assistant. Safe to share between threads.

    What is costly is made in the first call and kept; so is whether a suggestion held. Threads that meet there make
    the same twice.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant, self._index = assistant, assistant.index
        self._held: dict[Wording, bool] = {}

    def at_once(self, turns: Sequence[Turn] = (), most: int = 3) -> tuple[str, ...] | None:
        """Return what `after` would, if that is known without asking anything; else None."""
        return self._after(turns, most, asking=False)

    def after(self, turns: Sequence[Turn] = (), most: int = 3) -> tuple[str, ...]:
        """Return at most `most` questions to ask after `turns`, the nearest first; fewer where fewer hold.

        They are near what the last turn quoted or, where it was refused, near the passages found for it; one of them
        leads to another section. At the beginning there is one from each main section, as far as `most` goes. None asks
        for a sentence that was quoted before, and none was asked before.
        """
        return self._after(turns, most) or ()

    def _after(self, turns: Sequence[Turn], most: int, *, asking: bool = True) -> tuple[str, ...] | None:
        quoted = {i for turn in turns for i in self._quoted(turn.answer)}
        asked = {q.casefold() for turn in turns for q in (turn.question, turn.standalone_question)}
        plan = self._plan(turns[-1].answer if turns else None, most)
        left = [w for w in self._wordings if quoted.isdisjoint(w.targets) and w.question.casefold() not in asked]
        left.sort(key=lambda w: (bool(turns) and w.dependent, *plan.key(w)))
        good: list[Wording] = []
        for _ in range(_ROUNDS):
            chosen = _choose(left, plan, most)
            new = [w for w in chosen if w not in self._held]
            if new and not asking:
                return None
            self._ask(new)
            good = [w for w in chosen if self._held[w] and not self._bent(w, turns)]
            if len(good) == len(chosen):
                break
            left = [w for w in left if w in good or w not in chosen]
        return tuple(w.question for w in good)

    def prepare(self, pause: float = 0.0) -> None:
        """Find out which suggestions hold before anybody needs one; `pause` is the seconds between batches.

        There is one for every few sentences, so this takes long over a library: it is for a thread of its own.
        """
        for at in range(0, len(self._wordings), _BATCH):
            self._ask([w for w in self._wordings[at : at + _BATCH] if w not in self._held])
            time.sleep(pause)

    def _ask(self, new: Sequence[Wording]) -> None:
        """Find out, in one batch, which of these are answered by the sentences they ask for."""
        answers = self._assistant.ask_many([w.question for w in new]) if new else []
        for wording, answer in zip(new, answers, strict=True):
            quoted, targets = self._quoted(answer), set(wording.targets)
            # A section must be all that is quoted; else all that is meant must be, whatever stands beside it.
            enough = bool(quoted) and quoted <= targets if wording.entry is None else targets <= quoted
            self._held[wording] = enough and not answer.unanswered

    def _bent(self, wording: Wording, turns: Sequence[Turn]) -> bool:
        """Say whether the conversation would make another question of it."""
        return wording.dependent and self._assistant.resolve(wording.question, turns) != wording.question

    def _quoted(self, answer: Answer) -> set[str]:
        return {i for c in answer.citations for i in self._index.covering(c.document_id, (Span(c.start, c.end),))}

    # --- order --------------------------------------------------------------------------------------------------------

    def _plan(self, last: Answer | None, most: int) -> _Plan:
        index, ranks = self._index, self._ranks(last) if last else {}
        if not last or not ranks:
            return _Plan(self._from_the_top, _main, lambda _: 1)
        nearest = min(ranks.values())
        here = {i: place(index, i) for i, rank in ranks.items() if rank == nearest}
        own = set(here.values())
        shares = self._shares(last.standalone_question) if last.abstention else {}

        def key(w: Wording) -> tuple[float, ...]:
            rank = max(ranks.get(i, len(index.sentences)) for i in w.targets) if last.abstention else 0
            steps = min(self._steps(w, i, section) for i, section in here.items())
            return w.back and w.place not in own, rank, -shares.get(w.entry, 0.0), *steps, -w.weight

        return _Plan(key, lambda section: section, lambda section: max(1, most - 1) if section in own else 1)

    def _ranks(self, last: Answer) -> dict[str, int]:
        """Return the sentences `last` is about: those quoted (0), or those of the passages nearest to it, by rank."""
        if not last.abstention:
            return dict.fromkeys(self._quoted(last), 0)
        if last.abstention.reason is Reason.NOT_A_QUESTION:
            return {}  # what is near small talk says nothing
        passages = {hit.passage.id: rank for rank, hit in enumerate(last.abstention.nearest)}
        return {i: rank for p, rank in passages.items() for i in self._index.sentences_of(p)}

    def _shares(self, question: str) -> dict[str | None, float]:
        """Return the share of the question's words in each FAQ entry that can be shown."""
        ids = [w.entry for w in self._wordings if w.entry is not None]
        return dict(zip(ids, self._index.lexical.score(QUESTIONS, question, ids).tolist(), strict=True))

    def _steps(self, wording: Wording, here: str, section: Place) -> tuple[float, ...]:
        """Return how far a wording is from sentence `here` of `section`.

        In the same section by sentences, onwards before back; elsewhere by headings in common.
        """
        if wording.place == section:
            numbers = self._numbers(section[0])
            apart = numbers[wording.targets[0]] - numbers[here]
            return 0, 0, 0, abs(apart), apart < 0
        other = wording.place[0] != section[0]
        return other, 1, 0 if other else -len(common(wording.place[1], section[1])), 0, 0

    @functools.lru_cache(maxsize=8)  # noqa: B019 - an assistant's suggester lives as long as its assistant
    def _numbers(self, document_id: str) -> dict[str, int]:
        """Return the sentences of a document, numbered in reading order."""
        index = self._index
        ids = (i for p in index.passages_of(document_id) for i in index.sentences_of(p.id))
        return {i: number for number, i in enumerate(ids)}

    def _from_the_top(self, w: Wording) -> tuple[float, ...]:
        """Return the key that takes the first section of every document, then the second; broad questions first."""
        document, headings = w.place
        sections = self._sections[document]
        number = sections.get(_main(w.place), len(sections))
        return w.back, number, list(self._sections).index(document), len(headings), -w.weight

    # --- made once ----------------------------------------------------------------------------------------------------

    @functools.cached_property
    def _wordings(self) -> tuple[Wording, ...]:
        return wordings(self._index)

    @functools.cached_property
    def _sections(self) -> dict[str, dict[Place, int]]:
        """The main sections of each document, numbered in reading order."""
        sections: dict[str, dict[Place, int]] = defaultdict(dict)
        for passage in self._index.passages:
            own = sections[passage.document_id]
            own.setdefault(_main((passage.document_id, passage.headings)), len(own))
        return sections


def _choose(ordered: Sequence[Wording], plan: _Plan, most: int) -> list[Wording]:
    """Return the first `most` that share no sentence, no more of a section than its share where others are left."""
    chosen: list[Wording] = []
    taken: set[str] = set()
    number: Counter[Place] = Counter()
    for strict in (True, False):
        for w in ordered:
            section = plan.section(w.place)
            if len(chosen) >= most or (strict and number[section] >= plan.share(section)):
                continue
            if taken.isdisjoint(w.targets) and all(w.question != other.question for other in chosen):
                chosen.append(w)
                taken.update(w.targets)
                number[section] += 1
    return chosen


def _main(section: Place) -> Place:
    return section[0], section[1][:1]
