"""Who the patient is: the sentence that tells the age, and mostly the sex, where a question asks for no more.

"How old was the patient?" has no word that such a sentence has, so that neither search nor reader is sure of it.
"""

from __future__ import annotations

import re

from calcqa.answering import compose
from calcqa.answering.sections import MOST_DOCUMENTS
from calcqa.answering.summary import presented
from calcqa.documents.about import about
from calcqa.index.index import Index
from calcqa.language.english_broad import OF_PATIENT
from calcqa.parameters import WHOLE_CONFIDENCE
from calcqa.retrieval.results import Retrieved
from calcqa.types import Answer

_OF_PATIENT = re.compile(OF_PATIENT, re.IGNORECASE)


def patient_answer(ordinary: Answer, retrieved: Retrieved, index: Index) -> Answer:
    """Return the answer with the patient's age where `ordinary` refuses a question for it, or is not from FAQ entries.

    It is `ordinary` where something else is asked for, or where a document is of several patients or tells no age.
    """
    asks = _OF_PATIENT.fullmatch(retrieved.question.strip(" ?.!"))
    if not asks or len(index.documents) > MOST_DOCUMENTS or compose.by_faq(ordinary, retrieved, index):
        return ordinary
    of_one = [d for d, document in index.documents.items() if about(document).patients == 1]
    ids = [sentence for d in of_one if (sentence := presented(d, index))]
    return compose.quoting(ordinary.question, retrieved, index, ids, WHOLE_CONFIDENCE) if ids else ordinary
