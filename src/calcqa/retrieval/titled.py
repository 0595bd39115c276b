"""Which of a few documents a question names by title or year: "the draft", "the clinic letter", "in 2016".

Does: tell them where the words, or the year, are those of some titles or dates and not of all. Does not: know what else
may name a report (`retrieval/reports.py`).
"""

from __future__ import annotations

import functools
import re

from calcqa.index.index import Index
from calcqa.language.clinical import vocabulary
from calcqa.language.english_naming import CALLED_BY_TITLE, DATED, IN_YEAR
from calcqa.language.tokens import STOPWORDS, stems, words
from calcqa.stores.base import SENTENCES, document_of

_TITLE = re.compile(rf"(?={CALLED_BY_TITLE})", re.IGNORECASE)  # at each word: one may begin within another
_DATED = re.compile(DATED, re.IGNORECASE | re.MULTILINE)
_IN_YEAR = re.compile(IN_YEAR, re.IGNORECASE)


class Titles:
    """The documents of one index by their titles and dates. Safe to share between threads."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def named(self, question: str) -> frozenset[str]:
        """Return the documents that `question` names by title, or else by year; none where that may be all."""
        named = {own for m in _TITLE.finditer(question) if (own := self._titled(m["name"]))}
        if named:
            return named.pop() if len(named) == 1 else frozenset()
        years = {m["year"] or m["of"] for m in _IN_YEAR.finditer(question)}
        dated = frozenset(d for d, own in self._years.items() if own in years)
        return dated if len(years) == 1 and not self._told_by_others(question, years.pop(), dated) else frozenset()

    def _titled(self, name: str) -> frozenset[str]:
        """Return the documents whose titles have all words of a name, where others have not."""
        own = {stem for word in words(name) if word not in STOPWORDS for stem in stems(word)}
        held = frozenset(d for d, title in self._stems.items() if own and own <= title)
        return held if len(held) < len(self._index.documents) else frozenset()

    def _told_by_others(self, question: str, year: str, dated: frozenset[str]) -> bool:
        """Say whether another document may tell of the year what is asked: "She had her hip replaced in 2016."."""
        asked = {*vocabulary().units(question), *((stem,) for stem in stems(question))} - {(year,)}
        told = (self._index.lexical.holding(SENTENCES, [(year,), unit]) for unit in asked)
        return any(document_of(i) not in dated for ids in told for i in ids)

    @functools.cached_property
    def _stems(self) -> dict[str, frozenset[str]]:
        return {d.id: frozenset(stems(d.title)) for d in self._index.documents.values()}

    @functools.cached_property
    def _years(self) -> dict[str, str]:
        """The year that each document is dated by; what is not dated is left out."""
        dated = ((d.id, _DATED.search(d.text)) for d in self._index.documents.values())
        return {id_: match["year"] for id_, match in dated if match}
