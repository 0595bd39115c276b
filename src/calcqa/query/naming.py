"""Finds the words by which a question names its report: "the sailor with the swollen toe: which drug was he given?".

Does not: know any document, or say which one is named (`retrieval/reports.py`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from calcqa.language.clinical import vocabulary
from calcqa.language.english import ENGLISH
from calcqa.language.english_naming import (
    ASKS_WHAT,
    BEFORE,
    CALLED,
    COMPARED,
    DETERMINED,
    ENDS_WITH,
    EXTREME,
    GENERAL,
    HOW_OLD,
    LEADS,
    OF_SEX,
    ONLY,
    OWN_OF_EACH,
    OWN_OF_ONE,
    OWN_OF_OTHER,
    PEOPLE,
    REPORT_LEADS,
    ROLES,
    STOPS,
    THE_OTHER,
    THE_PATIENT,
    TOGETHER,
    WHICH,
    WITHIN,
)
from calcqa.language.english_people import ASKED
from calcqa.language.people import Person, sex_of_title
from calcqa.language.tokens import stem, words
from calcqa.query.leaning import points_at_patient

_BEGINS = rf"(?:{ENGLISH.verb_or_question_word}|{ENGLISH.closed})"
_LED = re.compile(rf"\W*(?:{LEADS})(?!{_BEGINS})(?P<name>.+?)(?:{STOPS})(?P<rest>\S.*)", re.IGNORECASE)
_BARE = re.compile(rf"\W*(?!{BEFORE}{_BEGINS})(?P<name>.+?)(?:{STOPS})(?P<rest>\S.*)", re.IGNORECASE)
_COMMA = re.compile(rf"\W*(?:{LEADS})(?P<name>(?<=of ).+?|(?:{DETERMINED}).+?),\s+(?P<rest>{_BEGINS}.*)", re.IGNORECASE)
_WITHIN = re.compile(rf"(?={WITHIN})", re.IGNORECASE)  # at each word: one may begin within another
_ENDS_WITH, _HOW_OLD, _EXTREME, _OF_SEX = (re.compile(p, re.IGNORECASE) for p in (ENDS_WITH, HOW_OLD, EXTREME, OF_SEX))
_PERSON = re.compile(PEOPLE, re.IGNORECASE)
_REPORT = re.compile(REPORT_LEADS, re.IGNORECASE)
_ROLE = re.compile(ROLES, re.IGNORECASE)

_ASKED = re.compile(ASKED, re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][\w-]+")
_FIRST_NAMES = re.compile(r"(?:[A-Z][\w'’-]+\s+){1,2}$")
_COMPARED, _BETWEEN = re.compile(COMPARED, re.IGNORECASE), re.compile(r"\bbetween\s+$", re.IGNORECASE)
_AND, _OWN, _OWNS = re.compile(TOGETHER, re.IGNORECASE), re.compile(OWN_OF_ONE, re.IGNORECASE), re.compile(OWN_OF_OTHER)
_OWN_OF_EACH, _ASKS_WHAT = re.compile(OWN_OF_EACH, re.IGNORECASE), re.compile(ASKS_WHAT, re.IGNORECASE)
_OWNS_MORE, _OTHERS = re.compile(r"['’]s?\s+\w"), re.compile(rf"\b{THE_OTHER}\b")
_ONLY = re.compile(ONLY, re.IGNORECASE)
_GENERAL, _THE = re.compile(GENERAL, re.IGNORECASE), re.compile(r"\bthe\b", re.IGNORECASE)
_WHICH = re.compile(WHICH, re.IGNORECASE)
_LEADS_IN = re.compile(rf"{THE_PATIENT}\b(?!['’])\W*")
_PRONOUNS = {sex: [(re.compile(pattern, re.IGNORECASE), p) for pattern, p in cases] for sex, cases in CALLED.items()}
_BEHIND_NAME = re.compile(rf"(?:{STOPS}|,\s+)(?=\S)")
_ONLY_LEAD = re.compile(rf"\W*(?:(?:{LEADS})|(?:[A-Z][\w'’-]+\s+){{1,2}})", re.IGNORECASE)

_NAME_WORDS = 3  # of the shortest name that nothing leads in: "Chest film - any shadow?" is no name
_WORDS = 5  # of the shortest name and the question behind it


@dataclass(frozen=True, slots=True)
class Naming:
    """The words of a question that name its report: `name`; the question is `lead` and `rest`.

    Where the name stands within the question, `lead` is empty, `name` is all of it, and `rest` too, but for a name at
    its end; or `name` is that of the `person`, where the question gives a surname.
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


@dataclass(frozen=True, slots=True)
class Mention:
    """A person whom a question names by surname, and where, with title and first names."""

    start: int
    end: int
    person: Person


@dataclass(frozen=True, slots=True)
class Which:
    """A question for the patients, or the reports, of whom `what` holds, or does not where it `denies`.

    It may count them: "How many patients have gout?".
    """

    what: str
    denies: bool
    of_reports: bool
    counts: bool = False


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
        return Naming(question, "", _HOW_OLD.sub(THE_PATIENT, _ENDS_WITH.sub("", question)))
    return None


def _surname(question: str, surnames: Collection[str]) -> Naming | None:
    """Return what names a patient by surname: "Mr Hale: …", "did mrs hale fall"."""
    if not (mentioned := mentions(question, surnames)):
        return None
    one = mentioned[0]
    behind, before = _BEHIND_NAME.match(question, one.end), question[: one.start]
    leads = behind is not None and (not before.strip() or _ONLY_LEAD.fullmatch(before) is not None)
    at = behind.end() if behind and leads else 0
    return Naming(question[one.start : one.end], question[:at], question[at:], one.person)


def mentions(question: str, surnames: Collection[str] = ()) -> list[Mention]:
    """Return whom `question` names by a title and a surname, or by one of these surnames, in order."""
    named = []
    for titled in _ASKED.finditer(question):
        last = titled["last"] or ""
        is_last = last.lower() in surnames or (last.istitle() and titled["name"].lower() not in surnames)
        end, name = titled.end("last" if is_last else "name"), last if is_last else titled["name"]
        named.append(Mention(titled.start(), end, Person(name.lower(), sex_of_title(titled["title"]))))
    for name in _NAME.finditer(question):
        at, surname = name.start(), name.group()
        if surname.lower() in surnames and may_be_surname(surname) and not any(m.start <= at < m.end for m in named):
            named.append(Mention(_first_names(question, at), name.end(), Person(surname.lower())))
    return sorted(named, key=lambda m: m.start)


def _first_names(question: str, at: int) -> int:
    """Return where the first names begin that stand before a surname; `at`, where that begins, without any."""
    first = _FIRST_NAMES.search(question, 0, at)
    known = (m.start() for m in _NAME.finditer(question, first.start(), at) if not _is_ordinary(m[0])) if first else ()
    return next(iter(known), at)


def are_in_a_row(question: str, mentioned: Sequence[Mention]) -> bool:
    """Say whether `question` names these people together: "Mr Hale, Mrs Hill and Ms Lee"."""
    return all(_AND.fullmatch(question[a.end : b.start]) for a, b in itertools.pairwise(mentioned))


def asked_of(question: str, mentioned: Sequence[Mention], who: str, person: Person) -> str:
    """Return `question` asked of `who` alone, whom it names as `person`, or who takes the place of that one.

    `mentioned` are all whom it names. Where these are neither named in a row nor have the same asked of them, each of
    the others is called so.
    """
    first, last = mentioned[0], mentioned[-1]
    compared = _COMPARED.match(question, 0, first.start)
    at = compared.end() if compared else 0
    head, tail = question[at : first.start], question[last.end :]
    if are_in_a_row(question, mentioned):
        return f"{_BETWEEN.sub('of ', head)}{who}{tail}"
    own = _OWN.fullmatch(question, first.end, mentioned[1].start)
    if own and len(mentioned) == 2 and (ends := _OWNS.fullmatch(tail)):  # "Mr Hale's Hb and Ms Lee's"
        return f"{head}{who}{own['own']}{ends['rest']}"
    each = _OWN_OF_EACH.fullmatch(question, first.end, mentioned[1].start)
    if each and len(mentioned) == 2 and _ASKS_WHAT.fullmatch(head) and _OWNS_MORE.match(tail):
        return f"{head}{who}{each['own']}?" if first.person.may_be(person) else f"{head}{who}{tail}"
    text = ""
    for mention in mentioned:
        text += question[at : mention.start] + (who if mention.person.may_be(person) else THE_OTHER)
        at = mention.end
    return text + tail


def with_names(asked: str, question: str) -> str:
    """Return `question` as typed for what was asked of one of those whom it names with the others left unnamed."""
    return question if _OTHERS.search(asked) else asked


def asked_instead(question: str, mentioned: Sequence[Mention], who: str, person: Person, *, alone: bool) -> str:
    """Return `question` asked of `who`, a `person`, in place of the first of those whom it names.

    Those others stay whom it compares with; `alone` says that it asks of each by itself, and then all are replaced.
    """
    if are_in_a_row(question, mentioned):
        return asked_of(question, mentioned, who, mentioned[0].person)
    first, text, at = mentioned[0], "", 0
    for m in mentioned:
        is_replaced = alone or m.person.may_be(first.person)
        name = who if is_replaced else question[m.start : m.end]
        if not is_replaced and m.person.may_be(person):
            name = question[first.start : first.end]
        text += question[at : m.start] + name
        at = m.end
    return text + question[at:]


def by_pronoun(question: str, sex: str) -> str:
    """Return a question with `THE_PATIENT` made the pronoun of a sex, and left out where it only leads in."""
    bare = _LEADS_IN.sub("", question, 1) if _LEADS_IN.match(question) else question
    text = bare if words(bare) else question  # "Mr Hale?" asks nothing but the name
    for pattern, pronoun in _PRONOUNS.get(sex, ()):
        text = pattern.sub(pronoun, text)
    return text


def only_named(question: str) -> str:
    """Return whom a follow-up names that has nothing else in it: "and Mr Hale?", "what about her?"; else nothing."""
    match = _ONLY.fullmatch(question)
    return match["who"] if match else ""


def is_general(question: str) -> bool:
    """Say whether a question may ask of a disease or a drug at large: what is so, and not what was."""
    return _GENERAL.search(question) is not None


def asks_at_large(question: str) -> bool:
    """Say whether a question asks of a disease or a drug at large ("What is gout?"), and of no patient."""
    return is_general(question) and not (points_at_patient(question) or _THE.search(question))


def asks_which(question: str) -> Which | None:
    """Return what `question` asks of all patients or reports: "Which patients were given iron?"; None where of none."""
    match = _WHICH.fullmatch(question)
    if not match:
        return None
    return Which(match["what"], *(match[name] is not None for name in ("not", "report", "many")))


def asks_by_age(question: str) -> str:
    """Return "youngest" or "oldest" where `question` asks which of all patients that is; else nothing."""
    match = _EXTREME.fullmatch(question.strip(" ?.!"))
    return "" if not match else "youngest" if match["which"].lower() == "youngest" else "oldest"


def asks_by_sex(question: str) -> str:
    """Return "female" or "male" where `question` asks which of all patients are so; else nothing."""
    match = _OF_SEX.fullmatch(question.strip(" ?.!"))
    return "" if not match else "female" if match["female"] else "male"


def may_be_surname(word: str) -> bool:
    """Say whether a word that is a surname may be meant as one: as it is written, or as it is no other word."""
    return word[0].isupper() or not _is_ordinary(word)


def is_person(noun: str) -> bool:
    """Say whether a noun is a person: by a word for people, or by what they do."""
    if _PERSON.fullmatch(noun):
        return True
    return _ROLE.fullmatch(noun) is not None and not _is_ordinary(noun)


def _is_ordinary(word: str) -> bool:
    """Say whether a word, in whatever letters, is an everyday one, or one that the vocabulary of the clinic knows."""
    return word.lower() in ENGLISH.everyday or stem(word.lower()) in vocabulary().stems
