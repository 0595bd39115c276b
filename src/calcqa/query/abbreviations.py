"""Abbreviations: those in common use, those a document defines, and questions with them spelt out."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping

from rapidfuzz.distance import OSA

from calcqa.language.tokens import STOPWORDS, stems, words
from calcqa.parameters import DEFAULTS, Weights

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

_SHORT = re.compile(r"\(([A-Z][A-Za-z0-9-]{1,9})\)")

_LONG = re.compile(r"(?<![\w'’-])(?:\w[\w-]* )+\Z")

_TOKEN = re.compile(r"[\w/]+(?:-[\w/]+)*")

_NUMERAL = re.compile(r"\d+|[ivxlc]+", re.IGNORECASE)

_COUNTED = re.compile(
    r"\b(?:class|factor|grade|nerve|phase|stage|type)(?:e?s)? (?:[ivxlc\d]+(?:, ?|,? (?:and|or|to) ))*\Z", re.IGNORECASE
)

_NEAR_BEFORE = 100  # characters in which to look for what a numeral counts

_BEFORE_NUMBER = re.compile(r" ?\d*-\d")


def _definitions(text: str) -> Iterator[tuple[str, str]]:
    """Yield each short form that a text defines, with its long form."""
    for match in _SHORT.finditer(text):
        short = match.group(1)
        before = _LONG.search(text, max(0, match.start() - 25 * len(short)), match.start())
        tail = before.group().split()[-len(short) :] if before else []
        if len(tail) == len(short) and [w[0].lower() for w in tail] == list(short.lower()):
            yield short, " ".join(tail)


def defined_abbreviations(texts: Iterable[str], weights: Weights = DEFAULTS) -> dict[str, str]:
    """Return the abbreviations that texts define, as they write them: "long form (LF)" -> {"LF": "long form"}.

    The initials of the words before the bracket must give the abbreviation (the core of Schwartz & Hearst 2003). One
    that is defined in two ways stands for "", nothing: the long form would be a guess.
    """
    return agreed(itertools.chain.from_iterable(map(_definitions, texts)), weights)


def agreed(definitions: Iterable[tuple[str, str]], weights: Weights = DEFAULTS) -> dict[str, str]:
    """Return what each short form stands for by all of its definitions; "" where they disagree, or one is ""."""
    found: dict[str, str] = {}
    for short, long in definitions:
        known = found.setdefault(short, long)
        alike = OSA.normalized_similarity(" ".join(stems(known)), " ".join(stems(long)))
        if known != long and alike < weights.long_forms_alike:
            found[short] = ""
    return found


def all_abbreviations(own: Mapping[str, str], known: Container[str]) -> dict[str, str]:
    """Return the usual abbreviations and a library's `own`, which win, as `spell_out` takes them.

    One that is also a word, common or of those `known`, counts only as it is written: "jdm" is JDM, while "who" is not
    WHO, nor "or" an odds ratio. So do two that differ in case alone.
    """
    low = Counter(short.lower() for short in own)
    found = {short: long for short, long in ABBREVIATIONS.items() if short not in low}
    for short, long in own.items():
        lower = short.lower()
        word = lower not in ABBREVIATIONS and (lower in STOPWORDS or lower in known)
        if long:
            found[short if word or low[lower] > 1 else lower] = long
    return found


def spell_out(question: str, abbreviations: Mapping[str, str]) -> str:
    """Return `question` with every known abbreviation replaced by what it stands for, unless it says that itself.

    A lower-case key of `abbreviations` stands for every way to write it, any other for itself alone. Numerals are no
    abbreviations (stages III and IV, II-IV), nor is what numbers joined by a hyphen belong to (CA 19-9); but MTX 15 mg.
    """
    said = f" {' '.join(words(question))} "

    def long(token: str) -> str:
        found = abbreviations.get(token) or abbreviations.get(token.lower(), "")
        return "" if f" {' '.join(words(found))} " in said else found

    def replaced(match: re.Match[str]) -> str:
        token, parts = match.group(), match.group().split("-")
        near = max(0, match.start() - _NEAR_BEFORE)
        numeral = _NUMERAL.fullmatch(token) and _COUNTED.search(question, near, match.start())
        if numeral or _BEFORE_NUMBER.match(question, match.end()):
            return token
        if any(_NUMERAL.fullmatch(part) for part in parts[1:]):
            return long(token) or token
        return long(token) or "-".join(long(part) or part for part in parts)

    return _TOKEN.sub(replaced, question)
