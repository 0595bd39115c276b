"""What can be said for sure of why documents do not answer: which words of a question no sentence has together.

Everything here is looked up, nothing guessed: a word counts with all that the vocabulary holds for the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from calcqa.index.index import Index
from calcqa.language.clinical import vocabulary
from calcqa.language.tokens import stem
from calcqa.language.tokens import words as words_of
from calcqa.query.answer_types import Wanted, lacks, wanted
from calcqa.query.spelling import says_little
from calcqa.stores.base import SENTENCES

_BEGINS, _LONG = 4, 8  # letters by which two words may be of one root; one more from so many letters on
_MOST = 6  # names of a question that are looked at
_READ = 300  # sentences that may be looked through for the kind of thing that is asked for
_SEEN = (Wanted.NUMBER, Wanted.DOSE, Wanted.TIME)  # kinds that a text is surely seen not to hold


def absent(words: Sequence[str], index: Index) -> tuple[str, ...]:
    """Return those of `words`, found in no document, that are surely not there.

    That is what the vocabulary knows; of other words those that no word there begins like: "closed" may say "closure".
    """
    known = vocabulary().stems
    begins = {word: word[: _BEGINS + (len(word) >= _LONG)] for word in words if stem(word) not in known}
    like = {word for word, begin in begins.items() if any(t.startswith(begin) for t in index.document_terms)}
    return tuple(word for word in words if word not in like)


def apart(question: str, index: Index) -> tuple[tuple[str, ...], Wanted | None]:
    """Return words of a question that stand in the documents, but in no sentence together; the fewest, as typed.

    Where all stand in one sentence, those of sentences that hold nothing of the kind that is asked for, and that kind.
    Nothing where neither can be said.
    """
    names = [
        (name, unit)
        for name, unit in vocabulary().named(question)
        if any(t in index.document_terms for t in unit) and not all(map(says_little, words_of(name)))
    ]
    names = names[:_MOST]
    for number in (2, 3):
        for some in itertools.combinations(names, number):
            if not index.lexical.holding(SENTENCES, [unit for _, unit in some]):
                return tuple(name for name, _ in some), None
    kind = wanted(question)
    if kind in _SEEN and names:
        held = index.lexical.holding(SENTENCES, [unit for _, unit in names])
        if 0 < len(held) <= _READ and all(lacks(question, index.sentence_text(i)) for i in held):
            return tuple(name for name, _ in names), kind
    return (), None
