"""The words of a question: abbreviations spelt out, misspellings mended, and the words no document holds.

A word is only mended when it is known nowhere (not to the encoder's tokeniser, not to the documents, not to the
questions asked ahead) and a word of the documents is very near. No grammar and no meaning here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from calcqa.text import STOPWORDS, stem, words

# Common clinical short forms, as clinicians type them. Those that are also English words (IT, US, ALL) stay out.
ABBREVIATIONS: dict[str, str] = {
    "abx": "antibiotics",
    "alp": "alkaline phosphatase",
    "bx": "biopsy",
    "ca": "calcium",
    "ckd": "chronic kidney disease",
    "co2": "carbon dioxide",
    "crf": "chronic renal failure",
    "crp": "C-reactive protein",
    "ct": "computed tomography",
    "cx": "culture",
    "cxs": "cultures",
    "dm": "dermatomyositis",
    "dx": "diagnosis",
    "esr": "erythrocyte sedimentation rate",
    "esrd": "end-stage renal disease",
    "fhx": "family history",
    "hx": "history",
    "iv": "intravenous",
    "ivig": "intravenous immunoglobulin",
    "jdm": "juvenile dermatomyositis",
    "mri": "magnetic resonance imaging",
    "mtx": "methotrexate",
    "phos": "phosphorus",
    "po4": "phosphorus",
    "pth": "parathyroid hormone",
    "pt": "patient",
    "rx": "treatment",
    "s/p": "after",
    "sle": "systemic lupus erythematosus",
    "ssc": "scleroderma",
    "sx": "symptoms",
    "tnf": "tumor necrosis factor",
    "tx": "treatment",
    "xr": "X-ray",
    "xray": "X-ray",
    "xrays": "X-rays",
    "yo": "year old",
}

_SAID_BY_ALL = frozenset(
    """actually anyone anybody cause ever exactly get gets getting give go going good got help let like long look
    made make makes many mean means much need new number often old one out put see seem take taken takes thing things
    think time try two three use used using vs want way well without work works yet""".split()
)
"""Words so common in any question that to say they never occur in the documents would tell nobody anything."""

Mend = Callable[[str], str]

_SHORTEST = 5  # letters; a shorter word is one slip away from too many others
_NEAR = 0.78  # normalised optimal string alignment similarity: one slip in five letters, two in ten
_DEFINED = re.compile(r"((?:[\w-]+ ){1,6})\(([A-Z][A-Za-z0-9-]{1,9})\)")


def defined_abbreviations(text: str) -> dict[str, str]:
    """Return the abbreviations a text defines itself, "long form (LF)" -> {"lf": "long form"}.

    The initials of the words before the bracket must give the abbreviation (the core of Schwartz & Hearst 2003).
    """
    found: dict[str, str] = {}
    for match in _DEFINED.finditer(text):
        before, short = match.group(1).split(), match.group(2)
        tail = before[-len(short) :]
        if len(tail) == len(short) and [w[0].lower() for w in tail] == list(short.lower()):
            found[short.lower()] = " ".join(tail)
    return found


def spell_out(question: str, abbreviations: dict[str, str]) -> str:
    """Return `question` with every known abbreviation replaced by what it stands for."""
    if not abbreviations:
        return question
    pattern = r"(?<![\w/])(" + "|".join(sorted(map(re.escape, abbreviations), key=len, reverse=True)) + r")(?![\w/])"
    return re.sub(pattern, lambda m: abbreviations[m.group().lower()], question, flags=re.IGNORECASE)


class Speller:
    """Mends single words towards the words of the documents.

    `known` are words to leave alone; `targets` the words a slip may be mended to.
    """

    def __init__(self, known: Iterable[str], targets: Iterable[str]) -> None:
        self._targets = sorted({t for t in targets if len(t) >= _SHORTEST and t.isalpha()})
        self._known = {stem(w) for w in self._targets} | set(known) | set(self._targets) | STOPWORDS
        self._seen: dict[str, str] = {}

    def mend(self, question: str) -> str:
        """Return `question` with its unknown words replaced by the nearest target, where one is very near."""
        return re.sub(r"[^\W\d_]{5,}", lambda m: self._word(m.group()), question)

    def _word(self, word: str) -> str:
        lower = word.lower()
        if lower in self._known or stem(lower) in self._known:
            return word
        if lower not in self._seen:
            best = process.extractOne(lower, self._targets, scorer=OSA.normalized_similarity, score_cutoff=_NEAR)
            if len(self._seen) > 10_000:
                self._seen.clear()
            self._seen[lower] = best[0] if best else ""
        return self._seen[lower] or word


def unknown_terms(question: str, document_stems: frozenset[str], mend: Mend = str) -> tuple[str, ...]:
    """Return the content words of `question` that occur in no document, as they were typed, each once, in order.

    A word occurs if its stem does, or that of a word it stands for or is misspelt for (`mend`).
    """
    seen: dict[str, None] = {}
    for word in words(question):
        meant = [w for w in words(mend(word)) if w not in STOPWORDS and w not in _SAID_BY_ALL]
        if meant and not any(stem(w) in document_stems for w in meant):
            seen.setdefault(word)
    return tuple(seen)
