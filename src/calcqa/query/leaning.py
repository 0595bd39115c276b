"""Says whether a question needs the turns before it, or stands alone: by its words, and nothing is searched."""

from __future__ import annotations

import itertools
import re

from calcqa.language.english import ENGLISH
from calcqa.language.english_follow_ups import MEASURED, PREPOSED, STANDING, THEY_ARE
from calcqa.language.english_talk import ADDRESSED, COMMANDS, NAMES_TEXT
from calcqa.language.tokens import STOPWORDS, content_words, words
from calcqa.query.topics import Topics

_COURTESY = re.compile(ENGLISH.courtesy, re.I)
_OPENING = re.compile(ENGLISH.opening, re.I)
_PRONOUN = re.compile(ENGLISH.pronoun, re.I)
_ELSE = re.compile(ENGLISH.other, re.I)
_DETERMINER = re.compile(ENGLISH.determiner, re.I)
_CLAUSE = re.compile(ENGLISH.clause, re.I)  # the second half of "what is it, and how is it treated"
_NAMES_HERE = re.compile(ENGLISH.names_here, re.I)
_PREDICATE = re.compile(ENGLISH.predicate, re.I)
_AUXILIARY = re.compile(rf"{ENGLISH.predicate}\s*$", re.I)
_WHOM = re.compile(rf"(?:{ENGLISH.whom})s?$", re.I)
_CLAUSE_BEGINS = re.compile(ENGLISH.clause_begins, re.I)
_PREPOSED = re.compile(PREPOSED, re.I)
_FAR = re.compile(ENGLISH.far, re.I)
_MORE = re.compile(ENGLISH.more, re.I)
_PATIENT = re.compile(ENGLISH.patient, re.I)
_MEASURE = re.compile(rf"(?:{ENGLISH.units}|{ENGLISH.periods}|(?:{MEASURED})s?)$", re.I)
_COMMANDS = re.compile(COMMANDS, re.I)
_ITS_OWN = re.compile(rf"{ENGLISH.patient}|{ADDRESSED}|{NAMES_TEXT}|{STANDING}", re.I)
_THEY_ARE = re.compile(THEY_ARE, re.I)

_MOST_MATTER = 2  # words of matter beside a pronoun that points; those before it count twice, as it may mean them
_WHOLE = 3  # the same of a question that stands alone though it begins with "and"
_FEW = 2  # content words of a question that may say too little
_MOST_POINTING = 20  # words of a question that may point, that are looked at


def needs_context(question: str, topics: Topics, *, unsure: bool = False) -> bool:
    """Say whether `question` needs the conversation to be understood.

    It does where it points at something before, or names nothing itself. What is said to the program needs none.
    `unsure` is returned of a question of a few words that names something ("phosphorus?", "which knee had pain?").
    """
    body = _COURTESY.sub("", question).strip()
    if not body or _COMMANDS.search(body):
        return False
    first, *more = _CLAUSE.split(body, maxsplit=1)
    if more and _matter(first) and not _points(first):
        return False  # the first half names what the second points at
    if _points(body):
        return True
    if _ITS_OWN.search(body):
        return False  # the patient is the subject of every case report, as its text and the program are known
    if any(_names(body, m) for m in itertools.islice(_NAMES_HERE.finditer(body), 3)):
        return False  # "this hernia" is its own
    if topics.mentioned(body):
        return False
    return not _matter(body) or unsure and len(content_words(body)) <= _FEW


def _matter(text: str) -> list[str]:
    """Return the words of `text` that may name what it is about: not the ordinary ones, nor what only measures."""
    return [w for w in content_words(text) if w not in ENGLISH.everyday and not _MEASURE.match(w)]


def _points(body: str) -> bool:
    """Say whether a question points at something in the turns before."""
    if opening := _OPENING.match(body):
        rest = body[opening.end() :]
        return not _PREDICATE.search(rest) or len(_matter(rest)) < _WHOLE or _points(rest)
    if _PREPOSED.match(body) and not _PREDICATE.search(body):
        return True
    pointing = itertools.chain(*(p.finditer(body) for p in (_PRONOUN, _ELSE, _DETERMINER)))
    return any(_leans(body, m.start(), m.end()) for m in itertools.islice(pointing, _MOST_POINTING))


def _leans(body: str, start: int, end: int) -> bool:
    """Say whether a word that may point does: not where what it means stands in the question itself.

    It names what it points at ("this woman"), begins a clause about what is before it ("a line that can be pressed"),
    or has enough nouns and verbs before it to mean one of these ("how long was the bone, and where did it sit"); what
    is other than something ("which other faults of the heart") has its own beside it, and "they" who do something to
    what is named ("which drugs did they try") are whoever treats.
    """
    word = body[start:end].lower()
    if named := _NAMES_HERE.match(body, start):
        return not _names(body, named)
    before, after = _matter(body[:start]), _matter(body[end:])
    if word == "they" and not before and _THEY_ARE.search(body):
        return True
    if _CLAUSE_BEGINS.match(body, start) and before or word == "they" and (before or after):
        return False
    if _ELSE.match(body, start) and not _PRONOUN.match(body, start):
        before, after = before + after, []
    return 2 * len(before) + len(after) <= _MOST_MATTER or bool(_FAR.match(body, start))


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
