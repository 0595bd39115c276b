"""Whom a text is about, as far as it names them: surnames of patients, with what their titles tell, and one sex.

Does: tell patients from the staff who treat them. Does not: say what a document is about (`documents/about.py`).
"""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass

from calcqa.language.english_people import (
    ACTING,
    AGED,
    CHILD_SEX,
    HEADED,
    OF_ASKER,
    OTHER_SEX,
    OWNED,
    PRONOUNS,
    SEXES,
    STAFF,
    TITLED,
)

_KEPT = 1_000  # texts of which it is known
_BEFORE = 40  # characters before a name that say what its bearer does
_ONE_SEX = 0.9  # of the pronouns of a text
_APART = 1  # years between the ages of one patient
_PRONOUNS = 2  # from which they tell; "woman" and "Mrs" count as two

_NAMED, _HEADED = re.compile(TITLED), re.compile(HEADED, re.MULTILINE)
_WORDS = {sex: re.compile(pattern, re.IGNORECASE) for sex, pattern in SEXES.items()}
_STAFF, _ACTING = re.compile(rf"(?:{STAFF})$", re.IGNORECASE), re.compile(ACTING, re.IGNORECASE)
_PRONOUN = {sex: re.compile(pattern, re.IGNORECASE) for sex, pattern in PRONOUNS.items()}
_CHILD = {sex: re.compile(pattern, re.IGNORECASE) for sex, pattern in CHILD_SEX.items()}
_AGED = re.compile(AGED)
_OWNED, _OF_ASKER = (re.compile(pattern, re.IGNORECASE) for pattern in (OWNED, OF_ASKER))
_FEMALE, _MALE = ("mrs", "ms", "miss"), ("mr", "master")


@dataclass(frozen=True, slots=True)
class Person:
    """A person by surname, in small letters; `sex` is "female", "male" or, where no title tells, empty."""

    surname: str
    sex: str = ""

    def may_be(self, other: Person) -> bool:
        """Say whether both may be one person."""
        return self.surname == other.surname and (not self.sex or not other.sex or self.sex == other.sex)


@functools.lru_cache(_KEPT)
def patients(text: str) -> frozenset[Person]:
    """Return the patients whom a text names, behind a title or at its head, without those who treat them."""
    titled = _titled(text) - staff(text)
    known = {one.surname for one in titled}
    headed = (Person((m["last"] or m["name"]).lower()) for m in _HEADED.finditer(text))
    return titled.union(one for one in headed if one.surname not in known)


@functools.lru_cache(_KEPT)
def staff(text: str) -> frozenset[Person]:
    """Return those whom a text names as treating patients: "Surgeon: Miss Farrow", "performed by Mr Hale"."""
    return frozenset(
        Person(m["name"].lower(), sex_of_title(m["title"]))
        for m in _NAMED.finditer(text)
        if _STAFF.search(text, max(0, m.start() - _BEFORE), m.start()) or _ACTING.match(text, m.end())
    )


def calls(text: str, person: Person) -> bool:
    """Say whether a text calls anybody by this surname and a title, be it a patient or one who treats them."""
    return any(map(person.may_be, _titled(text)))


def _titled(text: str) -> frozenset[Person]:
    return frozenset(Person(m["name"].lower(), sex_of_title(m["title"])) for m in _NAMED.finditer(text))


@functools.lru_cache(_KEPT)
def sex(text: str) -> str:
    """Return the one sex that nearly all pronouns of a text tell of, "female" or "male"; else nothing."""
    female, male = (sum(_PRONOUNS if m[1] else 1 for m in _WORDS[name].finditer(text)) for name in ("female", "male"))
    if max(female, male) < max(_PRONOUNS, _ONE_SEX * (female + male)):
        return ""
    return "female" if female > male else "male"


@functools.lru_cache(_KEPT)
def child_sex(text: str) -> str:
    """Return the sex of the children whom a text tells of, "female" or "male"; nothing where it is both or none."""
    told = [name for name, pattern in _CHILD.items() if pattern.search(text)]
    return told[0] if len(told) == 1 else ""


@functools.lru_cache(_KEPT)
def ages(text: str) -> frozenset[int]:
    """Return the ages of people that a text tells, in years."""
    return frozenset(int(next(filter(None, m.groups()))) for m in _AGED.finditer(text))


def may_be_one_patient(one: str, other: str) -> bool:
    """Say whether two texts may be about one patient: no age, sex or surname tells them apart."""
    years = ages(one), ages(other)
    if all(years) and not any(abs(a - b) <= _APART for a, b in itertools.product(*years)):
        return False
    if len({sex(one), sex(other)} - {""}) > 1:
        return False
    names = patients(one), patients(other)
    return not all(names) or any(a.surname == b.surname for a, b in itertools.product(*names))


def without_own(question: str) -> str:
    """Return a question without what a relative who asks calls the patient: "my son"."""
    return _OF_ASKER.sub("", question)


def pronoun_sex(question: str) -> str:
    """Return the one sex that the pronouns of a question are of, "female" or "male"; else nothing."""
    sexes = [name for name, pattern in _PRONOUN.items() if pattern.search(question)]
    return sexes[0] if len(sexes) == 1 else ""


def retold(question: str, sex: str) -> str:
    """Return a question with its pronouns made those of this sex; unchanged where it is empty."""
    other = next((name for name in _PRONOUN if sex and name != sex), "")
    if not other:
        return question
    owned = _OWNED.sub(lambda m: _like("his", m[0]), question) if sex == "male" else question
    return _PRONOUN[other].sub(lambda m: _like(OTHER_SEX[sex].get(m[0].lower(), m[0]), m[0]), owned)


def _like(word: str, model: str) -> str:
    """Return a word that begins with a large letter as `model` does."""
    return word.capitalize() if model[0].isupper() else word


def sex_of_title(title: str) -> str:
    """Return the sex that a title tells, or nothing."""
    title = title.lower()
    return "female" if title in _FEMALE else "male" if title in _MALE else ""
