"""Who the patient is: the sentence that tells the age, and mostly the sex, where a question asks for no more.

"How old was the patient?" has no word that such a sentence has, so that neither search nor reader is sure of it.
"""

from __future__ import annotations

import re

from calcqa.answering import compose
from calcqa.answering.sections import MOST_DOCUMENTS
from calcqa.answering.summary import case_part, presented
from calcqa.documents.about import about
from calcqa.index.index import Index
from calcqa.language.english_broad import NAMED_AGE, OF_PATIENT, PRESENTS
from calcqa.language.people import pronoun_sex, sex
from calcqa.parameters import WHOLE_CONFIDENCE
from calcqa.retrieval.results import Retrieved
from calcqa.types import Answer, Document

_OF_PATIENT = re.compile(OF_PATIENT, re.IGNORECASE)
_PRESENTS = re.compile(PRESENTS)
_NAMED_AGE = re.compile(NAMED_AGE, re.IGNORECASE)
_FIRST = 20  # sentences of a letter, among which its patient's age is


def patient_answer(ordinary: Answer, retrieved: Retrieved, index: Index) -> Answer:
    """Return the answer with the patient's age where a question asks for no more than that.

    It is `ordinary` where something else is asked for, where FAQ entries lead to it, where documents disagree, and
    where none tells the age of its one patient for sure, or of the sex that is asked of.
    """
    asks = _OF_PATIENT.fullmatch(retrieved.question.strip(" ?.!"))
    if not asks or len(index.documents) > MOST_DOCUMENTS or compose.by_faq(ordinary, retrieved, index):
        return ordinary
    ids = [i for d in index.documents.values() if (i := _telling(d, pronoun_sex(retrieved.question), index))]
    if not ids or ordinary.disagreements:
        return ordinary
    return compose.quoting(ordinary.question, retrieved, index, ids, WHOLE_CONFIDENCE)


def _telling(document: Document, asked_sex: str, index: Index) -> str:
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
