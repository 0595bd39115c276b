"""Finds the words by which a question names its report: "the sailor with the swollen toe: which drug was he given?".

Does not: know any document, or say which one is named (`retrieval/reports.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from calcqa.language.clinical import vocabulary
from calcqa.language.english import ENGLISH
from calcqa.language.english_naming import BEFORE, DETERMINED, LEADS, PEOPLE, REPORT_LEADS, ROLES, STOPS, WITHIN
from calcqa.language.tokens import stem, words

_BEGINS = rf"(?:{ENGLISH.verb_or_question_word}|{ENGLISH.closed})"
_LED = re.compile(rf"\W*(?:{LEADS})(?!{_BEGINS})(?P<name>.+?)(?:{STOPS})(?P<rest>\S.*)", re.IGNORECASE)
_BARE = re.compile(rf"\W*(?!{BEFORE}{_BEGINS})(?P<name>.+?)(?:{STOPS})(?P<rest>\S.*)", re.IGNORECASE)
_COMMA = re.compile(rf"\W*(?:{LEADS})(?P<name>(?<=of ).+?|(?:{DETERMINED}).+?),\s+(?P<rest>{_BEGINS}.*)", re.IGNORECASE)
_WITHIN = re.compile(WITHIN, re.IGNORECASE)
_PERSON = re.compile(PEOPLE, re.IGNORECASE)
_REPORT = re.compile(REPORT_LEADS, re.IGNORECASE)
_ROLE = re.compile(ROLES, re.IGNORECASE)

_NAME_WORDS = 3  # of the shortest name that nothing leads in: "Chest film - any shadow?" is no name
_WORDS = 5  # of the shortest name and the question behind it


@dataclass(frozen=True, slots=True)
class Naming:
    """The words of a question that name its report: `name`; the question is `lead` and `rest`.

    Where the name stands within the question, `lead` is empty and both the others are all of it.
    """

    name: str
    lead: str
    rest: str

    @property
    def is_certain(self) -> bool:
        """Whether a patient or a report is named, and no part of the body or the stay ("For the chest pain: …")."""
        return bool(self.lead) and (any(map(_is_person, words(self.name))) or _REPORT.search(self.lead) is not None)


def naming(question: str) -> Naming | None:
    """Return what may name a report in `question`; None where nothing does."""
    for pattern, least in ((_LED, 1), (_BARE, _NAME_WORDS), (_COMMA, 1)):
        match = pattern.fullmatch(question)
        if match and len(match["name"].split()) >= least and len(question.split()) >= _WORDS:
            named = Naming(match["name"], question[: match.start("rest")], match["rest"])
            if pattern is not _COMMA or named.is_certain:
                return named
    if any(m["noun"] is None or _is_person(m["noun"]) for m in _WITHIN.finditer(question)):
        return Naming(question, "", question)
    return None


def _is_person(noun: str) -> bool:
    """Say whether a noun is a person: by a word for people, or by what they do."""
    if _PERSON.fullmatch(noun):
        return True
    known = noun.lower() in ENGLISH.everyday or stem(noun.lower()) in vocabulary().stems
    return _ROLE.fullmatch(noun) is not None and not known
