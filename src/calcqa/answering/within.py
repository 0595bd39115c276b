"""Says which sentences of a report of several patients are surely of another than the one who is asked about.

Cases are told apart by their headings ("Case 2: a woman with gout"), others by sex, such as a mother and her son: who
asks of the mother is not told "He was ventilated." What speaks of both is anybody's, and so is a row of a table.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterable

from calcqa.index.index import Index
from calcqa.language import english_people as english
from calcqa.language.people import child_sex, sex
from calcqa.retrieval.results import Retrieved
from calcqa.types import BlockKind, Document, Section, Span

_CASE = re.compile(english.CASE_HEADING, re.IGNORECASE)
_NUMBERED = re.compile(english.NUMBERED_PATIENT, re.IGNORECASE)
_ALL, _CHILD, _BIRTH = (re.compile(p, re.IGNORECASE) for p in (english.OF_ALL, english.CHILD, english.BIRTH))
_MOTHER, _OF_CHILD, _BY_AGE, _IN_YEARS = (
    re.compile(p, re.IGNORECASE) for p in (english.MOTHER, english.OF_CHILD, english.BY_AGE, english.IN_YEARS)
)
_OF_SEX = {
    "female": re.compile(rf"{english.FEMALE_NAME}|{english.PRONOUNS['female']}", re.IGNORECASE),
    "male": re.compile(rf"{english.MALE_NAME}|{english.PRONOUNS['male']}", re.IGNORECASE),
}
_BEGINS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in english.BEGINS.items()}
_BEFORE = re.compile(r"\s*\([^()]*\)")  # the question that a follow-up comes after
_FIRST = re.compile(r"[.\n]")  # ends what a case begins with
_OTHER = {"female": "male", "male": "female"}
_KEPT = 256  # documents whose cases are known


def of_asked(retrieved: Retrieved, index: Index) -> Retrieved:
    """Return what a question brought up without what is surely of another patient than it asks about."""
    others = of_others(retrieved.corrected, {i for c in retrieved.candidates for i in c.sentences}, index)
    if not others:
        return retrieved
    kept = tuple(c for c in retrieved.candidates if not others.issuperset(c.sentences))
    return dataclasses.replace(retrieved, candidates=kept)


def of_others(question: str, ids: Iterable[str], index: Index) -> frozenset[str]:
    """Return which of the sentences `ids` are surely of another patient of their document than a question names."""
    if _ALL.search(question):
        return frozenset()
    own = _BEFORE.sub("", question)
    number, sex_asked = _number(own) or _number(question), _sex_asked(own) or _sex_asked(question)
    named = own if _sex_asked(own) or _CHILD.search(own) else question
    of_child, of_mother = bool(_CHILD.search(named)), bool(_MOTHER.search(named))
    if of_child and of_mother:  # "the baby's mother"
        of_child, of_mother, sex_asked = False, False, ""
    by_age = _BY_AGE.search(own)
    others = set[str]()
    for i in ids if number or sex_asked or of_child or by_age else ():
        sentence = index.sentences[i]
        document = index.documents[sentence.passage.document_id]
        if document.id in index.with_sidecar:
            continue
        asked = child_sex(document.text) if of_child else sex_asked
        text, called = index.sentence_text(i), number
        if by_age and not number:
            called = _number_by_age(document.sections, document.text, bool(by_age["old"]))
        if _is_of_other(document, sentence.span, text, called, asked, bool(_BIRTH.search(question))) or (
            (of_mother or of_child) and _is_below_other(document, sentence.span, text, of_mother=of_mother)
        ):
            others.add(i)
    return frozenset(others)


def stands_below(document: Document, position: int) -> tuple[str, ...]:
    """Return what the sentence at `position` stands below: headings, lead-ins, and who the patient of its case is."""
    case = _case_at(document, position)
    told = document.text[case.start : case.end].partition("\n")[2].strip() if case else ""
    return (*document.headings_at(position), *document.leads_at(position), _FIRST.split(told)[0])


def _is_of_other(document: Document, span: Span, text: str, number: int, asked: str, of_birth: bool) -> bool:
    if _ALL.search(text) or document.kind_at(span.start) is BlockKind.ROW:
        return False
    case, named = _case_at(document, span.start), _number(text)
    own = named or (_number_of(case.title) if case else 0)
    if number and own:
        return own != number
    if not asked or named or _OF_SEX[asked].search(text) or (asked == "male" and _CHILD.search(text)):
        return False
    if case and (told := sex(document.text[case.start : case.end])):
        return told != asked
    return not of_birth and _is_of_both(document.text) and _BEGINS[_OTHER[asked]].match(text) is not None


def _is_below_other(document: Document, span: Span, text: str, *, of_mother: bool) -> bool:
    """Say whether a sentence stands below "The infant" where the mother is asked about, or the other way about."""
    own, other = (_MOTHER, _OF_CHILD) if of_mother else (_OF_CHILD, _MOTHER)
    heading = " ".join(document.headings_at(span.start)[-1:])
    if not other.search(heading) or own.search(heading):
        return False
    return not (own.search(text) or _OF_SEX["female"].search(text) if of_mother else _CHILD.search(text))


@functools.lru_cache(_KEPT)
def _number_by_age(sections: tuple[Section, ...], text: str, old: bool) -> int:  # noqa: FBT001 - a key of the cache
    """Return the number of the oldest, or youngest, case; 0 where an age is not told in years, or is shared."""
    ages = {}
    for case in _cases(sections):
        told = _IN_YEARS.search(text, case.start, case.end)
        ages[_number_of(case.title)] = int(told[1] or told[2]) if told else -1
    one = (max if old else min)(ages, key=lambda number: ages[number], default=0)
    return one if ages and min(ages.values()) >= 0 and list(ages.values()).count(ages[one]) == 1 else 0


@functools.lru_cache(_KEPT)
def _is_of_both(text: str) -> bool:
    """Say whether a text tells of a woman and a man, and not mostly of one."""
    return not sex(text) and all(pattern.search(text) for pattern in _OF_SEX.values())


def _case_at(document: Document, position: int) -> Section | None:
    return next((case for case in _cases(document.sections) if case.start <= position < case.end), None)


@functools.lru_cache(_KEPT)
def _cases(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Return those of a document's sections that have a patient each; none where one or no heading says so."""
    cases = tuple(section for section in sections if section.level > 1 and _number_of(section.title))
    return cases if len({_number_of(case.title) for case in cases}) > 1 else ()


def _number_of(heading: str) -> int:
    match = _CASE.match(heading)
    return english.PLACES.get(match["number"].lower(), 0) if match else 0


def _number(text: str) -> int:
    """Return the number by which a text calls one patient of several; 0 if it calls none so, or several."""
    named = {english.PLACES.get((m["number"] or m["place"]).lower(), 0) for m in _NUMBERED.finditer(text)}
    return named.pop() if len(named) == 1 else 0


def _sex_asked(question: str) -> str:
    """Return the one sex of those whom a question names or points at; else nothing."""
    asked = [name for name, pattern in _OF_SEX.items() if pattern.search(question)]
    return asked[0] if len(asked) == 1 else ""
