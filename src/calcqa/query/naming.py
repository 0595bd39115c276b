"""Finds the words by which a question names its report: "the sailor with the swollen toe: which drug was he given?".

Does not: know any document, or say which one is named (`retrieval/reports.py`).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from calcqa.language.clinical import vocabulary
from calcqa.language.english import ENGLISH
from calcqa.language.english_naming import BEFORE, DETERMINED, LEADS, PEOPLE, REPORT_LEADS, ROLES, STOPS, WITHIN
from calcqa.language.english_people import ASKED
from calcqa.language.people import Person, sex_of_title
from calcqa.language.tokens import stem, words

_BEGINS = rf"(?:{ENGLISH.verb_or_question_word}|{ENGLISH.closed})"
_LED = re.compile(rf"\W*(?:{LEADS})(?!{_BEGINS})(?P<name>.+?)(?:{STOPS})(?P<rest>\S.*)", re.IGNORECASE)
_BARE = re.compile(rf"\W*(?!{BEFORE}{_BEGINS})(?P<name>.+?)(?:{STOPS})(?P<rest>\S.*)", re.IGNORECASE)
_COMMA = re.compile(rf"\W*(?:{LEADS})(?P<name>(?<=of ).+?|(?:{DETERMINED}).+?),\s+(?P<rest>{_BEGINS}.*)", re.IGNORECASE)
_WITHIN = re.compile(WITHIN, re.IGNORECASE)
_PERSON = re.compile(PEOPLE, re.IGNORECASE)
_REPORT = re.compile(REPORT_LEADS, re.IGNORECASE)
_ROLE = re.compile(ROLES, re.IGNORECASE)

_ASKED = re.compile(ASKED, re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][\w-]+")
_BEHIND_NAME = re.compile(rf"(?:{STOPS}|,\s+)(?=\S)")
_ONLY_LEAD = re.compile(rf"\W*(?:(?:{LEADS})|(?:[A-Z][\w'’-]+\s+){{1,2}})", re.IGNORECASE)

_NAME_WORDS = 3  # of the shortest name that nothing leads in: "Chest film - any shadow?" is no name
_WORDS = 5  # of the shortest name and the question behind it


@dataclass(frozen=True, slots=True)
class Naming:
    """The words of a question that name its report: `name`; the question is `lead` and `rest`.

    Where the name stands within the question, `lead` is empty and both the others are all of it, or `name` is that of
    the `person`, where the question gives a surname.
    """

    name: str
    lead: str
    rest: str
    person: Person | None = None

    @property
    def is_certain(self) -> bool:
        """Whether somebody or a report is named for sure, and no part of the body or the stay ("For the pain: …")."""
        return self.person is not None or _REPORT.search(self.lead) is not None or self._calls_somebody

    @property
    def _calls_somebody(self) -> bool:
        return bool(self.lead) and any(map(_PERSON.fullmatch, words(self.name)))


def naming(question: str, surnames: Collection[str] = ()) -> Naming | None:
    """Return what may name a report in `question`; None where nothing does.

    `surnames` are those of patients, in small letters: they name one without a title, too.
    """
    if person := _surname(question, surnames):
        return person
    for pattern, least in ((_LED, 1), (_BARE, _NAME_WORDS), (_COMMA, 1)):
        match = pattern.fullmatch(question)
        if match and len(match["name"].split()) >= least and len(question.split()) >= _WORDS:
            named = Naming(match["name"], question[: match.start("rest")], match["rest"])
            if pattern is not _COMMA or named.is_certain or any(map(is_person, words(named.name))):
                return named
    if any(m["noun"] is None or is_person(m["noun"]) for m in _WITHIN.finditer(question)):
        return Naming(question, "", question)
    return None


def _surname(question: str, surnames: Collection[str]) -> Naming | None:
    """Return what names a patient by surname: "Mr Hale: …", "did mrs hale fall"."""
    titled = _ASKED.search(question)
    if titled:
        last = titled["last"] or ""
        is_last = last.lower() in surnames or (last.istitle() and titled["name"].lower() not in surnames)
        start, end = titled.start(), titled.end("last" if is_last else "name")
        person = Person((last if is_last else titled["name"]).lower(), sex_of_title(titled["title"]))
    else:
        known = (m for m in _NAME.finditer(question) if m.group().lower() in surnames and may_be_surname(m.group()))
        if (name := next(known, None)) is None:
            return None
        start, end = name.span()
        person = Person(name.group().lower())
    behind, before = _BEHIND_NAME.match(question, end), question[:start]
    leads = behind is not None and (not before.strip() or _ONLY_LEAD.fullmatch(before) is not None)
    at = behind.end() if behind and leads else 0
    return Naming(question[start:end], question[:at], question[at:], person)


def may_be_surname(word: str) -> bool:
    """Say whether a word that is a surname may be meant as one: as it is written, or as it is no other word."""
    return word[0].isupper() or not (word in ENGLISH.everyday or stem(word) in vocabulary().stems)


def is_person(noun: str) -> bool:
    """Say whether a noun is a person: by a word for people, or by what they do."""
    if _PERSON.fullmatch(noun):
        return True
    known = noun.lower() in ENGLISH.everyday or stem(noun.lower()) in vocabulary().stems
    return _ROLE.fullmatch(noun) is not None and not known
