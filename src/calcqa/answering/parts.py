"""Questions with parts, answered part by part: every part is answered, or named as one that is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from calcqa.answering import compose
from calcqa.index.concepts import concepts_of
from calcqa.index.index import Index
from calcqa.language.english_parts import WHERE_OR_HOW
from calcqa.language.tokens import content_words, stems
from calcqa.parameters import Weights
from calcqa.query.answer_types import lacks
from calcqa.query.coordination import Item, items
from calcqa.query.decomposition import parts
from calcqa.retrieval.results import Retrieved
from calcqa.types import Answer, Turn

_WHERE_OR_HOW = re.compile(WHERE_OR_HOW, re.IGNORECASE)

Ask = Callable[[str, Sequence[Turn]], tuple[Answer, Retrieved]]
"""Answers a part as it is meant after the parts before it, and says what it brought up."""


def by_parts(whole: Answer, retrieved: Retrieved, index: Index, weights: Weights, ask: Ask) -> Answer | None:
    """Return the answer to the question of `whole`, asked part by part; None without parts, or where none is answered.

    A part may need the one before to be understood, as a follow-up does. A first one without a word of matter is not
    asked: "what is it" means nothing by itself.
    """
    asked = parts(retrieved.question, weights)
    if len(asked) < 2:
        return None
    turns: list[Turn] = []
    unanswered = () if content_words(asked[0]) or retrieved.question != whole.question else asked[:1]
    for part in asked[len(unanswered) :]:
        answer = by_items(*ask(part, turns), index, ask)
        turns.append(Turn(part, answer.standalone_question, answer))
    answers = [turn.answer for turn in turns]
    given = [answer for answer in answers if not answer.abstention]
    if not given:
        return None
    answers = [a for a in answers if not (a.abstention and _told(a.standalone_question, given))]
    return compose.joined(whole.question, retrieved, answers, unanswered)


def by_items(whole: Answer, retrieved: Retrieved, index: Index, ask: Ask) -> Answer:
    """Return `whole` with what answers those items of its question that it does not hold, and without which is named.

    Where it is a refusal, each item is asked alone. An item that is answered by what `whole` quotes is held by it.
    """
    wanted = items(retrieved.question)
    typed, refusal = whole.question, whole
    if whole.abstention and wanted and wanted[0].first:
        whole = ask(wanted[0].first, [])[0]
        if whole.abstention:
            return refusal
    turn, given, open_items = Turn(typed, retrieved.question, whole), [whole], list[Item]()
    for item in wanted:
        if _held(item, whole, index):
            continue
        answer = ask(item.question, [turn] if item.first else [])[0] if item.asked else None
        if answer is None or answer.abstention or (item.kind and not _held(item, answer, index)):
            open_items.append(item)
        elif _places(answer).isdisjoint(_places(whole)):
            given.append(answer)
    given = [answer for answer in given if not answer.abstention]
    unanswered = tuple(i.question for i in open_items if not any(_held(i, answer, index) for answer in given))
    changed = given and (unanswered or len(given) > 1 or whole is not refusal)
    return compose.joined(typed, retrieved, given, unanswered) if changed else refusal


def _told(part: str, given: Sequence[Answer]) -> bool:
    """Say whether one quote of other parts has all words of a part refused by itself, and the kind of thing asked for.

    "What was she given, and for how long?" has both in "She was given prednisolone for six weeks": the first part alone
    may be asked of too much to be answered.
    """
    asked = set() if _WHERE_OR_HOW.match(part) else set(stems(part))
    quotes = [c.quote for answer in given for c in answer.citations]
    return bool(asked) and any(asked <= set(stems(quote)) and not lacks(part, quote) for quote in quotes)


def _places(answer: Answer) -> set[tuple[str, int]]:
    return {(c.document_id, c.start) for c in answer.citations}


def _held(item: Item, answer: Answer, index: Index) -> bool:
    """Say whether the quotes of an answer, or what they stand below, hold an item of its question."""
    for document_id in {c.document_id for c in answer.citations}:
        text = " | ".join(c.around for c in answer.citations if c.document_id == document_id)
        if item.held(text, concepts_of(index.documents[document_id], [text])[0]):
            return True
    return False
