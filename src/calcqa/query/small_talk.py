"""Says whether a question may be small talk at all, and which lines of letters are: by words alone.

A question that names the patient, the text, or a thing that documents speak of is about them, however much it sounds
like a greeting ("did he make it?"). Who begins by telling the program what to do may be instructing it all the same.
"""

from __future__ import annotations

import re
from collections.abc import Container

from calcqa.language.clinical import MARK, vocabulary
from calcqa.language.english import ENGLISH
from calcqa.language.english_talk import (
    ADDRESSED,
    ASKS_DATE,
    ASKS_LATER,
    ASKS_LETTERHEAD,
    COMMANDS,
    LETTERHEAD,
    NAMES_TEXT,
    ONLY_DATED,
    SALUTATION,
    WARD_NOTES,
)
from calcqa.language.tokens import STOPWORDS, stem, words
from calcqa.query.answer_types import Wanted, wanted

_COMMANDS, _ADDRESSED, _NAMES_TEXT, _WARD_NOTES, _SALUTATION, _ASKS_LETTERHEAD = (
    re.compile(p, re.IGNORECASE) for p in (COMMANDS, ADDRESSED, NAMES_TEXT, WARD_NOTES, SALUTATION, ASKS_LETTERHEAD)
)
_LETTERHEAD = re.compile(LETTERHEAD)
_ONLY_DATED, _ASKS_DATE, _ASKS_LATER = (re.compile(p, re.IGNORECASE) for p in (ONLY_DATED, ASKS_DATE, ASKS_LATER))
_MANNERS = re.compile(ENGLISH.manners, re.IGNORECASE)
_PATIENT = re.compile(rf"{ENGLISH.patient}|\b(?:{ENGLISH.whom}|pt)s?\b", re.IGNORECASE)


def may_be_small_talk(question: str, terms: Container[str]) -> bool:
    """Say whether `question` may be a greeting, small talk or an instruction.

    `terms` are the stems of documents; a word of the clinic asks about them though they lack it. Ordinary words say
    nothing, wherever they stand; nor does any where the program itself is spoken to ("how old are you?").
    """
    if _COMMANDS.search(question) and not _WARD_NOTES.search(question):
        return True
    body = _MANNERS.sub("", question)
    if _PATIENT.search(body) or _NAMES_TEXT.search(body):
        return False
    if _ADDRESSED.search(body):
        return True
    matter = _matter(body)
    if any(term.startswith(MARK) for _, unit in vocabulary().named(body) for term in unit):
        return False
    return not any(term in terms for term in map(stem, matter))


def addresses_program(question: str) -> bool:
    """Say whether what may be small talk speaks to the program itself, and of nothing else: "are you well?"."""
    body = _MANNERS.sub("", question)
    return _ADDRESSED.search(body) is not None and not _matter(body)


def may_answer(question: str, sentence: str) -> bool:
    """Say whether a sentence may answer a question: "Dear Dr Moss," only one for a person, "Dr Moss" for a name too.

    "Date: 3 May" only one for a time.
    """
    if _SALUTATION.fullmatch(sentence):
        return wanted(question) is Wanted.PERSON
    if _ONLY_DATED.fullmatch(sentence):
        if _ASKS_LATER.search(question):
            return False
        return wanted(question) is Wanted.TIME or _ASKS_DATE.search(question) is not None
    return not _LETTERHEAD.fullmatch(sentence) or _ASKS_LETTERHEAD.search(question) is not None


def _matter(text: str) -> list[str]:
    return [w for w in words(text) if w not in STOPWORDS and w not in ENGLISH.everyday]
