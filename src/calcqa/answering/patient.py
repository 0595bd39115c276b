"""Who the patient is: the sentence that tells the age, and mostly the sex, where a question asks for no more.

"How old was the patient?" has no word that such a sentence has, so that neither search nor reader is sure of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from calcqa.answering import compose
from calcqa.answering.sections import MOST_DOCUMENTS
from calcqa.answering.summary import case_part, presented
from calcqa.documents.about import About, about
from calcqa.index.index import Index
from calcqa.language.english_broad import NAMED_AGE, OF_PATIENT, PRESENTS
from calcqa.language.people import pronoun_sex, sex
from calcqa.parameters import WHOLE_CONFIDENCE
from calcqa.query.naming import asks_by_age, asks_by_sex
from calcqa.retrieval.results import Retrieved
from calcqa.types import Answer, Document

_OF_PATIENT = re.compile(OF_PATIENT, re.IGNORECASE)
_PRESENTS = re.compile(PRESENTS)
_NAMED_AGE = re.compile(NAMED_AGE, re.IGNORECASE)
_SEXES = {"woman": "female", "girl": "female", "man": "male", "boy": "male"}
_FIRST = 20  # sentences of a letter, among which its patient's age is


def patient_answer(ordinary: Answer, retrieved: Retrieved, index: Index) -> Answer:
    """Return the answer with the patient's age where a question asks for no more than that.

    It is `ordinary` where something else is asked for, where FAQ entries lead to it, where documents disagree, and
    where none tells the age of its one patient for sure, or of the sex that is asked of.
    """
    asks = _OF_PATIENT.fullmatch(retrieved.question.strip(" ?.!"))
    if not asks or len(index.documents) > MOST_DOCUMENTS or compose.by_faq(ordinary, retrieved, index):
        return ordinary
    ids = [i for d in index.documents.values() if (i := telling(d, pronoun_sex(retrieved.question), index))]
    if not ids or ordinary.disagreements:
        return ordinary
    return compose.quoting(ordinary.question, retrieved, index, ids, WHOLE_CONFIDENCE)


def telling(document: Document, asked_sex: str, index: Index) -> str:
    """Return the id of the sentence that presents the one patient of a document; empty where it may be of another."""
    subject = about(document)
    told = case_part(document.id, index)
    sentence = presented(told, index)
    text = index.sentence_text(sentence) if sentence else ""
    if subject.patients > 1 or {asked_sex, sex(document.text)} == {"female", "male"}:
        return ""
    if not text:
        return next((i for i in told[:_FIRST] if _NAMED_AGE.search(index.sentence_text(i))), "")
    number = re.match(r"\d+", subject.age)
    if number:
        return sentence if re.search(rf"\b{number[0]}\b", text) else ""
    return sentence if subject.age or _PRESENTS.match(text) else ""


def who_is(
    question: str,
    retrieve: Callable[[Sequence[str]], Sequence[Retrieved]],
    groups: Sequence[Sequence[Document]],
    index: Index,
) -> Answer | None:
    """Return what tells of the youngest, the oldest, or all of one sex of several patients, where these are asked for.

    `groups` are the documents of each. None where another is asked for, or where a patient's age, or sex, is not told.
    """
    by_age, by_sex = asks_by_age(question), asks_by_sex(question)
    if not (by_age or by_sex):
        return None
    told = [next(((about(d), i) for d in group if (i := telling(d, "", index))), None) for group in groups]
    known = [(_years(one[0]), _sex(one[0]), one[1]) for one in told if one]
    if len(known) < len(groups) or not all(sex if by_sex else years >= 0 for years, sex, _ in known):
        return None
    best = (min if by_age == "youngest" else max)((years for years, *_ in known), default=0)
    ids = [i for years, sex, i in known if (sex == by_sex if by_sex else years == best)]
    return compose.quoting(question, retrieve([question])[0], index, ids, WHOLE_CONFIDENCE) if ids else None


def _years(subject: About) -> int:
    """Return an age in whole years; -1 where it is not told in years."""
    return int(subject.age.split("-")[0]) if subject.age.endswith("year-old") else -1


def _sex(subject: About) -> str:
    return _SEXES.get(subject.person.rsplit(" ", 1)[-1], "")
