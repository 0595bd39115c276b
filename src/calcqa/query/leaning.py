"""Says whether a question needs the turns before it, or stands alone: by its words, and nothing is searched."""

from __future__ import annotations

import itertools
import re

from calcqa.language.english import ENGLISH
from calcqa.language.tokens import STOPWORDS, content_words, words
from calcqa.parameters import DEFAULTS, Weights
from calcqa.query.topics import Topics

_COURTESY = re.compile(ENGLISH.courtesy, re.I)
_OPENING = re.compile(ENGLISH.opening, re.I)
_PRONOUN = re.compile(ENGLISH.pronoun, re.I)
_ELSE = re.compile(ENGLISH.other, re.I)
_CLAUSE = re.compile(ENGLISH.clause, re.I)  # the second half of "what is it, and how is it treated"
_NAMES_HERE = re.compile(ENGLISH.names_here, re.I)
_AUXILIARY = re.compile(rf"{ENGLISH.predicate}\s*$", re.I)
_WHOM = re.compile(rf"(?:{ENGLISH.whom})s?$", re.I)
_CLAUSE_BEGINS = re.compile(ENGLISH.clause_begins, re.I)
_PATIENT = re.compile(ENGLISH.patient, re.I)
_MORE = re.compile(ENGLISH.more, re.I)

_ANTECEDENT = 3  # words with matter of a question among which a pronoun behind them has what it means
_MOST_POINTING = 20  # words of a question that may point, that are looked at


def needs_context(question: str, topics: Topics, weights: Weights = DEFAULTS) -> bool:
    """Say whether `question` needs the conversation to be understood."""
    body = _COURTESY.sub("", question).strip()
    first, *more = _CLAUSE.split(body, maxsplit=1)
    if more and content_words(first) and not _points(first) and not _ELSE.search(more[0]):
        return False  # the first half names what the second points at
    if _points(body):
        return True
    if _PATIENT.search(body) or any(_names(body, m) for m in itertools.islice(_NAMES_HERE.finditer(body), 3)):
        return False  # the patient is the subject of every case report, and "this hernia" is its own
    return len(content_words(body)) < weights.subject_words and not topics.mentioned(body)


def _points(body: str) -> bool:
    """Say whether a question points at something in the turns before."""
    if _OPENING.search(body):
        return True
    pointing = itertools.chain(_PRONOUN.finditer(body), _ELSE.finditer(body))
    return any(_leans(body, m.start(), m.end()) for m in itertools.islice(pointing, _MOST_POINTING))


def _leans(body: str, start: int, end: int) -> bool:
    """Say whether a word that may point does: not where what it means stands in the question itself.

    It names what it points at ("this woman"), begins a clause about what is before it ("a line that can be pressed"),
    or has enough nouns and verbs before it to mean one of these ("how long was the bone, and where did it sit"); what
    is other than something ("which other faults of the heart") has its own beside it.
    """
    word = body[start:end].lower()
    if named := _NAMES_HERE.match(body, start):
        return not _names(body, named)
    before = [w for w in content_words(body[:start]) if w not in ENGLISH.everyday]
    if _CLAUSE_BEGINS.match(body, start) and before:
        return False
    if _ELSE.fullmatch(word) and not _PRONOUN.fullmatch(word):
        before += content_words(body[end:])
    return word in ENGLISH.far or len(before) < _ANTECEDENT


def _names(body: str, here: re.Match[str]) -> bool:
    """Say whether a noun, or what describes one, stands behind "this", and not the verb of the question.

    Behind an auxiliary it may be that verb ("how was this treated"): there a person must be named, or more must follow
    that has matter ("why did this hernia strangulate").
    """
    noun, *rest = words(body[here.end() :]) or [""]
    if not noun or noun in STOPWORDS or noun in ENGLISH.everyday:
        return False
    if not _AUXILIARY.search(body, 0, here.start()) or _WHOM.match(noun):
        return True
    return not noun.endswith(("ed", "ing")) and bool(rest) and rest[0] not in STOPWORDS


def points_at_patient(question: str) -> bool:
    """Say whether `question` speaks of the patient by a pronoun, or as "the patient"."""
    return _PATIENT.search(question) is not None


def asks_for_more(question: str) -> bool:
    """Say whether `question` asks for something other than what was just answered ("What else was tried?")."""
    return _MORE.search(question) is not None
