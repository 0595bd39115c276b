"""The words of a question: abbreviations spelt out, misspellings mended, and the words no document holds.

A word is only mended when it is known nowhere (not to the encoder's tokeniser, not to the documents, not to the
questions asked ahead) and a word of the documents is very near. No grammar and no meaning here.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

from calcqa.text import STOPWORDS, stem, stems, words

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

_MOST_UNKNOWN = 30  # words of a question that are looked up among all of the documents; each costs a walk over these
_SHORTEST = 5  # letters; a shorter word is one slip away from too many others
_NEAR = 0.78  # normalised optimal string alignment similarity: one slip in five letters, two in ten
_SHORT = re.compile(r"\(([A-Z][A-Za-z0-9-]{1,9})\)")
_LONG = re.compile(r"(?<![\w'’-])(?:\w[\w-]* )+\Z")
_TOKEN = re.compile(r"[\w/]+(?:-[\w/]+)*")
_NUMERAL = re.compile(r"\d+|[ivxlc]+", re.IGNORECASE)
_COUNTED = re.compile(
    r"\b(?:class|factor|grade|nerve|phase|stage|type)(?:e?s)? (?:[ivxlc\d]+(?:, ?|,? (?:and|or|to) ))*\Z", re.IGNORECASE
)
_NEAR_BEFORE = 100  # characters in which to look for what a numeral counts
_BEFORE_NUMBER = re.compile(r" ?\d*-\d")
_ALIKE = 0.8  # similarity from which two long forms are one, spelt in two ways

_TURNING = tuple(
    """a ab ad af an anti ante bi de dis ef endo epi eso ex exo extra hyper hypo il im in infra inter intra ir macro
    micro mono non normo over para per peri poly post pre pro re sub super supra trans tri un under uni""".split()
)
"""What stands before a word and turns its sense, so that no slip of the pen may put another in its place."""

_ONE = {"an": "a", "il": "in", "im": "in", "ir": "in", "per": "pre"}  # forms of one another, or often so misspelt
_SAME_REST = 0.86  # similarity from which two words are one behind their first syllables


def _definitions(text: str) -> Iterator[tuple[str, str]]:
    """Yield each short form that a text defines, with its long form."""
    for match in _SHORT.finditer(text):
        short = match.group(1)
        before = _LONG.search(text, max(0, match.start() - 25 * len(short)), match.start())
        tail = before.group().split()[-len(short) :] if before else []
        if len(tail) == len(short) and [w[0].lower() for w in tail] == list(short.lower()):
            yield short, " ".join(tail)


def defined_abbreviations(texts: Iterable[str]) -> dict[str, str]:
    """Return the abbreviations that texts define, as they write them: "long form (LF)" -> {"LF": "long form"}.

    The initials of the words before the bracket must give the abbreviation (the core of Schwartz & Hearst 2003). One
    that is defined in two ways stands for "", nothing: the long form would be a guess.
    """
    found: dict[str, str] = {}
    for short, long in itertools.chain.from_iterable(map(_definitions, texts)):
        known = found.setdefault(short, long)
        if known and OSA.normalized_similarity(" ".join(stems(known)), " ".join(stems(long))) < _ALIKE:
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
        looked_up: set[str] = set()

        def mended(match: re.Match[str]) -> str:
            word, lower = match.group(), match.group().lower()
            if lower in self._known or stem(lower) in self._known:
                return word
            looked_up.add(lower)
            return self._word(word, lower) if len(looked_up) <= _MOST_UNKNOWN else word

        return re.sub(r"[^\W\d_]{5,}", mended, question)

    def _word(self, word: str, lower: str) -> str:
        if lower not in self._seen:
            near = process.extract(
                lower, self._targets, scorer=OSA.normalized_similarity, score_cutoff=_NEAR, limit=None
            )
            if len(self._seen) > 10_000:
                self._seen.clear()
            self._seen[lower] = next((target for target, *_ in near if not _turned(lower, target)), "")
        return self._seen[lower] or word


def _turned(word: str, target: str) -> bool:
    """Say whether the sense would be turned by the other first syllables: hypocalcemia is no slip for hypercalcemia."""
    long, short = sorted((word, target), key=len, reverse=True)
    if long.endswith(short):
        return long.removesuffix(short) in _TURNING
    (first, rest), (other, others) = map(_parted, (word, target))
    return first != other and OSA.normalized_similarity(rest, others) >= _SAME_REST


def _parted(word: str) -> tuple[str, str]:
    before = max((p for p in _TURNING if word.startswith(p)), key=len, default="")
    return _ONE.get(before, before), word.removeprefix(before)


def unknown_terms(question: str, document_stems: frozenset[str], mend: Mend = str) -> tuple[str, ...]:
    """Return the content words of `question` that occur in no document, as they were typed, each once, in order.

    A word occurs if its stem does, or that of a word it stands for or is misspelt for (`mend`).
    """
    seen: dict[str, None] = {}
    for word in itertools.islice(dict.fromkeys(words(question)), 2 * _MOST_UNKNOWN):
        meant = [w for w in words(mend(word)) if w not in STOPWORDS and w not in _SAID_BY_ALL]
        if meant and not any(stem(w) in document_stems for w in meant):
            seen.setdefault(word)
    return tuple(seen)
