"""Questions said in other words of the vocabulary, and asked of what a report does not speak of.

Of some questions one term becomes another of its concept ("LVEF" for "ejection fraction"), and the question means what
it meant. Of some that are answerable one becomes a sibling of its kind that the report does not speak of
("azathioprine" for "methotrexate"), and nothing answers; what did is what tempts.
"""

from __future__ import annotations

import dataclasses
import functools
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from calcqa.index.concepts import concepts_of
from calcqa.language.clinical import MARK, lines, parsed, vocabulary
from calcqa.language.tokens import placed_words
from training.case_reports.reports import Question, Report

_SAME = 0.25  # of the questions, those whose words are changed where the vocabulary has others
_SIBLING = 0.4  # of the answerable ones, those that are turned to a sibling where there is one
_LONGEST = 5  # words of a term

Table = Mapping[str, Sequence[str]]
"""What may stand for each term, in small letters."""


class Wording:
    """The terms of the vocabulary that mean one thing each: others for them, and their siblings."""

    def __init__(self) -> None:
        """Read the vocabulary that comes with calcqa."""
        same, siblings = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
        for is_kind, names in map(parsed, lines()):
            sure = [name.text for name in names[is_kind:] if not name.flags]
            for name in sure:
                table = siblings if is_kind else same
                table[name.lower()] += [other for other in sure if other.lower() != name.lower()]
        self._same: Table = dict(same)
        self._siblings: Table = dict(siblings)

    def changed(self, report: Report, seed: int) -> Report:
        """Return a report with some of its questions changed, chosen by chance and always the same for a seed."""
        rng = random.Random(f"{seed}/{report.id}")
        texts = [report.document.text[s.start : s.end] for s in report.sentences]
        spoken_of = frozenset().union(*concepts_of(report.document, texts))
        text = report.document.text.lower()

        def is_new(name: str) -> bool:
            return name.lower() not in text and not spoken_of & _concepts(name)

        def change(question: Question) -> Question:
            if question.groups and rng.random() < _SIBLING:
                made = _with_another(question.text, self._siblings, rng, is_new)
                if made:
                    record = question.record | {"facts": []}
                    return _asking(
                        dataclasses.replace(question, groups=(), tempting=question.gold, record=record), made
                    )
            made = _with_another(question.text, self._same, rng) if rng.random() < _SAME else ""
            return _asking(question, made) if made else question

        return dataclasses.replace(report, questions=tuple(map(change, report.questions)))


@functools.cache
def _concepts(name: str) -> frozenset[str]:
    return frozenset(c for unit in vocabulary().units(name) for c in unit if c.startswith(MARK))


def _with_another(
    question: str, table: Table, rng: random.Random, fits: Callable[[str], bool] = lambda name: True
) -> str:
    """Return a question with one of its terms exchanged for one that fits; empty where there is none."""
    terms = list(_terms(question, table))
    rng.shuffle(terms)
    for start, end, term in terms:
        others = [name for name in table[term] if fits(name) and name.lower() not in question.lower()]
        if others:
            return question[:start] + rng.choice(others) + question[end:]
    return ""


def _terms(question: str, table: Table) -> list[tuple[int, int, str]]:
    """Return the terms of a table in a question, the longest at each place: start, end, and the term."""
    text, places = placed_words(question)
    terms, at = list[tuple[int, int, str]](), 0
    while at < len(places):
        ends = range(min(len(places), at + _LONGEST), at, -1)
        spans = [(places[at].start, places[end - 1].end, end) for end in ends]
        longest = next(((a, b, end) for a, b, end in spans if table.get(text[a:b].lower())), None)
        if longest:
            terms.append((*longest[:2], text[longest[0] : longest[1]].lower()))
        at = longest[2] if longest else at + 1
    return terms


def _asking(question: Question, text: str) -> Question:
    return dataclasses.replace(question, turns=(*question.turns[:-1], text))
