"""Says in one line what a document is: "A 42-year-old woman with calcinosis universalis".

Worked out by rules over the title, the headings and what the report says first of its patient; where they tell nothing
for sure there is no line. Does not: read a whole report, or say what a person may read as a diagnosis of their own.
"""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cachetools import LRUCache, cached

from calcqa import messages
from calcqa.documents.diagnosis import main_diagnosis
from calcqa.language import english_about as english
from calcqa.language.section_kinds import BACK_MATTER, section_kind
from calcqa.language.sentences import sentence_spans
from calcqa.types import BlockKind, Document

_SUBJECTS = [re.compile(pattern, re.IGNORECASE) for pattern in english.SUBJECTS]
_FEMALE, _MALE, _NEWBORN, _SHE, _HE, _EXPECTING, _OF_OTHERS, _ONE_OF_SEVERAL, _SEVERAL = (
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        english.FEMALE, english.MALE, english.NEWBORN, english.SHE, english.HE, english.EXPECTING, english.OF_OTHERS,
        english.ONE_OF_SEVERAL, english.SEVERAL,
    )
)  # fmt: skip
_COUNTED = re.compile(english.COUNTED, re.IGNORECASE)
_OF_CHILD = re.compile(english.IN_CHILD, re.IGNORECASE)
_OURS = re.compile(english.OURS, re.IGNORECASE)

_ADULT, _OLDEST = 18, 115  # years
_MARKED = 4  # times as many pronouns of one kind as of the other that tell a patient's sex
_KEPT = 10_000  # documents of which it is known
_SENTENCES = 600  # of a document that are looked at
_LONGEST = 1_000  # characters of one of them
_PERSONS = {("female", True): "woman", ("female", False): "girl", ("male", True): "man", ("male", False): "boy"}


@dataclass(frozen=True, slots=True)
class About:
    """What a document is about; what is not known is empty, and no line is said of nothing.

    `age` is as "42-year-old" or "newborn"; `person` a woman, man, girl, boy or patient. Of several patients neither is
    given, and `patients` is how many.
    """

    age: str = ""
    person: str = ""
    diagnosis: str = ""
    patients: int = 1

    @property
    def line(self) -> str:
        """The line: "A 42-year-old woman with calcinosis universalis", or empty."""
        subject = f"{self.age} {self.person}".strip()
        if self.patients > 1:
            subject = messages.PATIENTS.format(count=self.patients)
        elif subject:
            article = "An" if re.match(r"(?:8|11\b|18\b)", subject) or subject[0] in "aeio" else "A"
            subject = f"{article} {subject}"
        if subject and self.diagnosis:
            return messages.SUBJECT_WITH.format(subject=subject, diagnosis=self.diagnosis)
        return subject or f"{self.diagnosis[:1].upper()}{self.diagnosis[1:]}"


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    kind: str  # of its section


# Lists of documents are shown again and again.
@cached(LRUCache(_KEPT), key=lambda document: (document.sha256, document.title), lock=threading.Lock())
def about(document: Document) -> About:
    """Return what `document` is about."""
    sentences = list(itertools.islice(_sentences(document), _SENTENCES))
    own = [s for s in sentences if s.kind not in ("literature", BACK_MATTER) and not _OF_OTHERS.search(s.text)]
    first = [s for s in own if s.kind != "discussion"] or own
    patients = _patients(document, first)
    diagnosis = main_diagnosis(document, [s.text for s in own])
    if patients > 1:
        diagnosis = _COUNTED.sub("", diagnosis)
        return About(diagnosis=diagnosis, patients=patients)
    age, person = _subject(document, first)
    if person in ("woman", "man", "patient") and age and _OF_CHILD.search(document.title):
        age, person = "", ""  # "in a neonate of a mother with …": it is she whose age is told
    is_title = diagnosis.casefold() == document.title.casefold()
    return About(age, person, "" if is_title and not (age or person) else diagnosis)


def _sentences(document: Document) -> Iterator[_Sentence]:
    """Yield the sentences of a document's paragraphs and items, in order."""
    for block in document.blocks:
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM):
            kind = section_kind(document.headings_at(block.start))
            text = document.text[block.start : block.end]
            for span in sentence_spans(text):
                yield _Sentence(" ".join(text[span.start : span.end][:_LONGEST].split()), kind)


def _patients(document: Document, sentences: Sequence[_Sentence]) -> int:
    """Return how many patients a report has: by its headings, or by what it says that it reports."""
    numbers = {m["number"].lower() for s in document.sections if (m := _ONE_OF_SEVERAL.match(s.title))}
    if len(numbers) > 1:
        return len(numbers)
    for sentence in sentences:
        if match := _SEVERAL.search(sentence.text):
            return max(1, _number(match["number"]))
    return 1


def _number(text: str) -> int:
    """Return what a number in figures or words stands for; 0 where it is none."""
    if text.isdigit():
        return int(text)
    return sum(english.NUMBERS.get(word, 0) for word in re.split(r"[- ]", text.lower()))


# --- the patient ------------------------------------------------------------------------------------------------------


def _subject(document: Document, sentences: Sequence[_Sentence]) -> tuple[str, str]:
    """Return the age and the person of the patient that is named first, the case before its introduction."""
    named = [
        patient for s in sentences if (patient := _named(s.text)) and (s.kind != "background" or _OURS.search(s.text))
    ]
    age = next((age for age, *_ in named if age), "")
    if not named:
        return "", ""
    same = [(a, sex, text) for a, sex, text in named if a == age or not a]
    sex = next((sex for _, sex, _ in same if sex), "") or _sex_by_pronouns(sentences)
    years = int(age.split("-")[0]) if age.endswith("year-old") else 0
    adult = years >= _ADULT if age else True
    person = _PERSONS.get((sex, adult), "patient" if adult else "child")
    if sex == "female" and any(_EXPECTING.search(text) for a, _, text in same[:3]):
        person = f"{messages.PREGNANT} {person}"
    return (age, person) if age or sex else ("", "")


def _named(text: str) -> tuple[str, str, str] | None:
    """Return the age, the sex and the words of the patient whom a sentence names first; what is not told is empty."""
    matches = [(m.end(), place, m) for place, pattern in enumerate(_SUBJECTS) if (m := pattern.search(text))]
    if not matches:
        return None
    _, _, match = min(matches, key=lambda pair: pair[:2])
    groups = {name.rstrip("12345678"): value for name, value in match.groupdict().items() if value}
    words = f"{groups.get('between', '')} {groups.get('person', '')}"
    sex = "female" if _is_one(_FEMALE, words) else "male" if _is_one(_MALE, words) else ""
    if "age" not in groups:
        return ("newborn" if _is_one(_NEWBORN, words) else "", sex, match[0])
    number, unit = _number(groups["age"]), groups.get("unit", "year").lower()[0]
    unit = {"y": "year", "m": "month", "w": "week", "d": "day"}[unit]
    return (f"{number}-{unit}-old", sex, match[0]) if 0 < number <= _OLDEST else None


def _is_one(pattern: re.Pattern[str], words: str) -> bool:
    return any(pattern.fullmatch(word) for word in re.split(r"[\s,/]+", words))


def _sex_by_pronouns(sentences: Sequence[_Sentence]) -> str:
    """Return the sex by which a report's pronouns speak of its patient, where nearly all agree."""
    text = " ".join(s.text for s in sentences)
    she, he = len(_SHE.findall(text)), len(_HE.findall(text))
    return "female" if she > _MARKED * he else "male" if he > _MARKED * she else ""
