"""What can be said for sure of why documents do not answer: words and kinds of thing that they, or sentences, lack.

Everything here is looked up, nothing guessed: a word counts with all that the vocabulary may hold for the same.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA

from calcqa.index.index import Index
from calcqa.language.clinical import MARK, Unit, vocabulary
from calcqa.language.english import ENGLISH
from calcqa.language.english_general import GENERAL
from calcqa.language.english_missing import BY_NAME, KINDS, LIGHT, ORDINARY, WHETHER
from calcqa.language.people import without_own
from calcqa.language.tokens import STOPWORDS, cased_words, singular, stem, stems
from calcqa.language.tokens import words as words_of
from calcqa.query.answer_types import Wanted, lacks, wanted
from calcqa.query.spelling import says_little
from calcqa.stores.base import PASSAGES, SENTENCES

_BEGINS, _LONG = 4, 8  # letters by which two words may be of one root; one more from so many letters on
_WHETHER, _BY_NAME = re.compile(WHETHER, re.IGNORECASE), re.compile(BY_NAME, re.IGNORECASE)
_UNIT = re.compile(rf"{ENGLISH.units}|{ENGLISH.measures}", re.IGNORECASE)
_ALIKE = 0.8  # of their letters, by which a word nobody knows may be a slip for another
_MOST_LACKED = 3  # words that are named of what the nearest passage lacks
_MOST = 6  # names of a question that are looked at
_READ = 300  # sentences that may be looked through for the kind of thing that is asked for
_SEEN = (Wanted.NUMBER, Wanted.DOSE, Wanted.TIME)  # kinds that a text is surely seen not to hold
_KINDS = {
    kind: (re.compile(asks, re.IGNORECASE), re.compile(holds, re.IGNORECASE)) for kind, (asks, holds) in KINDS.items()
}


def absent(words: Sequence[str], index: Index, question: str = "") -> tuple[str, ...]:
    """Return those `words` of a question, found in no document, that are surely not there and tell what is missing.

    These are terms of the vocabulary, where none for the same stands in a document, in whatever sense; and longer words
    that are like no other, which may be a slip. No word there begins alike: "closed" may say "closure".
    """
    typed = {w.lower(): w for w in cased_words(question)}  # "MI" is a term, "mi" is none
    own = set(words_of(question)) - set(words_of(without_own(question)))
    tell = (w for w in words if w.lower() not in own and not (_is_ordinary(w) or _UNIT.fullmatch(w)))
    lacked = [w for w in tell if not _may_be_there(typed.get(w, w), index)]
    wholes = {w: (name, unit) for name, unit in vocabulary().named(question) if " " in name for w in words_of(name)}
    named = (wholes.get(w.lower(), (w, ())) for w in lacked)  # "blood group", not "blood"
    return tuple(dict.fromkeys(name for name, unit in named if not (unit and _may_stand(unit, index))))


def _may_be_there(word: str, index: Index) -> bool:
    terms = [unit for unit in vocabulary().units(word) if len(unit) > 1]
    if not terms and (len(word) <= _BEGINS or _is_slip(word, index)):
        return True
    begin = word[: _BEGINS + (len(word) >= _LONG) + bool(terms)].lower()
    begins = len(begin) >= _BEGINS and any(t.startswith(begin) for t in index.document_terms)
    return begins or any(_may_stand(unit, index) for unit in terms)


def _may_stand(unit: Unit, index: Index) -> bool:
    """Say whether a document may speak of a unit; of all texts only those are read that have the words of a term."""
    return any(
        vocabulary().may_stand(unit, _spread(index.passage_by_id[i].text))
        for words in vocabulary().written(unit)
        if (units := [(term,) for term in stems(" ".join(words))])
        for i in index.lexical.holding(PASSAGES, units)
    )


def _is_slip(word: str, index: Index) -> bool:
    """Say whether a word that nobody knows may be another, misspelt."""
    others = (t for t in itertools.chain(index.document_terms, vocabulary().stems) if t[0] == word[0].lower())
    return any(OSA.normalized_similarity(t, word.lower()) >= _ALIKE for t in others)


def _is_ordinary(word: str) -> bool:
    return says_little(word) or stem(word) in _ordinary()


@functools.cache
def _ordinary() -> frozenset[str]:
    return frozenset(map(stem, ORDINARY))


@functools.cache
def _listed() -> frozenset[str]:
    return _ordinary() | frozenset(map(stem, GENERAL))


def _spread(text: str) -> str:
    """Return the words of a text in the singular, a space around each."""
    return f" {' '.join(map(singular, cased_words(text)))} "


def _names(question: str) -> list[tuple[str, Unit]]:
    """Return what a question names that tells something, with what would meet it; the first few."""
    named = vocabulary().named(without_own(question))
    return [(name, unit) for name, unit in named if not all(map(_is_ordinary, words_of(name)))][:_MOST]


def apart(question: str, index: Index) -> tuple[tuple[str, ...], str | None]:
    """Return words of a question that stand in the documents, but in no sentence together; the fewest, as typed.

    Where all stand in one sentence, those of sentences that hold nothing of the kind that is asked for, and that kind.
    Nothing where neither can be said.
    """
    names = [(name, unit) for name, unit in _names(question) if any(term in index.document_terms for term in unit)]
    for number in (2, 3):
        for some in itertools.combinations(names, number):
            if not index.lexical.holding(SENTENCES, [unit for _, unit in some]) and not _may_meet(some, index):
                return tuple(name for name, _ in some), None
    if names:
        held = index.lexical.holding(SENTENCES, [unit for _, unit in names])
        texts = [index.sentence_text(i) for i in held]
        kind = _lacked(question, texts) if 0 < len(held) <= _READ else None
        return (tuple(name for name, _ in names), kind) if kind else ((), None)
    return (), None


def _lacked(question: str, texts: Sequence[str]) -> str | None:
    """Return a kind of thing that a question asks for and none of the texts holds."""
    for kind, (asks, holds) in _KINDS.items():
        if asks.search(question):
            return None if any(map(holds.search, texts)) else kind
    asked = wanted(question)
    return asked if asked in _SEEN and all(lacks(question, text) for text in texts) else None


def _may_meet(names: Sequence[tuple[str, Unit]], index: Index) -> bool:
    """Say whether a sentence that speaks of one of these names may speak of all, in whatever words."""
    held = {i for _, unit in names for i in index.lexical.holding(SENTENCES, [unit])}
    if len(held) > _READ:
        return True
    return any(lacking(names, index.sentence_text(i)) == () for i in held)


def lacking(names: Sequence[tuple[str, Unit]], text: str) -> tuple[str, ...]:
    """Return which of these names a text has surely no word for."""
    text_words, own, concepts = _spoken(text)
    return tuple(
        name
        for name, unit in names
        if not (
            own.union(concepts).intersection(unit)
            or vocabulary().may_stand(unit, text_words)
            or any(t.startswith(w[:_BEGINS]) for w in words_of(name) if len(w) >= _BEGINS for t in own)
        )
    )


@functools.lru_cache(_READ)  # one sentence may be looked at for many words together
def _spoken(text: str) -> tuple[str, frozenset[str], frozenset[str]]:
    """Return the words of a text in the singular, their stems, and the concepts that it speaks of."""
    return _spread(text), frozenset(map(stem, words_of(text))), vocabulary().told([text])[0]


def nearest_lacks(question: str, text: str) -> tuple[str, ...]:
    """Return what a question speaks of that a text, the nearest, has surely no word for; none where it lacks all.

    Where it has all names, ordinary words count too: "explanation".
    """
    light = STOPWORDS | LIGHT
    asked = words_of(without_own(question))
    words = list(dict.fromkeys(w for w in asked if len(w) >= _BEGINS and w not in light))
    names = _names(question)
    named = {word for name, _ in names for word in words_of(name)}
    words = [word for word in words if word not in named and stem(word) in _listed()]
    ordinary = [(word, unit) for word in words for unit in vocabulary().units(word)]
    for some in (names, [*names, *ordinary]):
        without = lacking(some, text)
        if 0 < len(without) < len(some):
            return without[:_MOST_LACKED]
    return ()


def asks_of_nothing_there(question: str, quotes: Sequence[str], index: Index) -> bool:
    """Say whether a question only asks whether one thing is so that the vocabulary knows and no text has a word for.

    "Allergies?" and what else only its name tells is asked so, too. "Did he have an MI?" of a letter without any
    infarction: whatever comes up is about something else, unless a quote names the kind of thing: "no heart disease".
    What is done ("Did she break it?") is said in too many ways.
    """
    by_name, whether = _BY_NAME.fullmatch(question), _WHETHER.match(question)
    asked = vocabulary().named(question) if by_name or whether else ()
    senses = [term for term in asked[0][1] if term.startswith(MARK)] if len(asked) == 1 else []
    if not senses or senses[0].endswith(" history"):  # which has many names
        return False
    if len(senses) > 1 and not by_name:  # of which one may stand there
        return False
    ((name, unit),) = asked
    if any(index.lexical.holding(field, [unit]) for field in (SENTENCES, PASSAGES)):
        return False
    if any(set(stems(name)).issubset(stems(quote)) for quote in quotes):  # "nodes with metastasis"
        return False
    done = vocabulary().units(whether["done"] or "") if whether else ()  # says nothing of what it is done to
    kinds = frozenset[str]().union(*map(vocabulary().above, senses)).difference(*done)
    if by_name:
        return all(kinds.isdisjoint(told) for told in vocabulary().told(quotes))
    named = (own for quote in quotes for _, own in vocabulary().named(quote))  # a sibling is no name of the kind
    return all(kinds.isdisjoint(own) for own in named)
