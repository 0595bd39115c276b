"""Says whether a question may be small talk at all: by its words, before anything is compared with it.

A question that names the patient, the text, or a thing that documents speak of is about them, however much it sounds
like a greeting ("did he make it?"). Who begins by telling the program what to do may be instructing it all the same.
"""

from __future__ import annotations

import re
from collections.abc import Container

from calcqa.language.clinical import MARK, vocabulary
from calcqa.language.english import ENGLISH
from calcqa.language.english_talk import ADDRESSED, COMMANDS, NAMES_TEXT, WARD_NOTES
from calcqa.language.tokens import STOPWORDS, stem, words

_COMMANDS, _ADDRESSED, _NAMES_TEXT, _WARD_NOTES = (
    re.compile(p, re.IGNORECASE) for p in (COMMANDS, ADDRESSED, NAMES_TEXT, WARD_NOTES)
)
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


def _matter(text: str) -> list[str]:
    return [w for w in words(text) if w not in STOPWORDS and w not in ENGLISH.everyday]
