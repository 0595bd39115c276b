"""What a report is of: its main diagnosis, as it names it, by rules over its title and its sentences.

The surest way of telling comes first: the title; what the authors say that they report; a diagnosis that was made; what
the first sentence defines; the disease that is named again and again. Does not: read a report, or know what is true.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from calcqa.language import english_about as english
from calcqa.language.tokens import STOPWORDS
from calcqa.query.abbreviations import defined_abbreviations
from calcqa.types import Document

_CASE_OF = [re.compile(pattern, re.IGNORECASE) for pattern in english.CASE_OF]
_DIAGNOSED = [re.compile(pattern, re.IGNORECASE) for pattern in english.DIAGNOSED]
_OF_PATIENT, _AND_WITH, _TREATED, _CUT, _LEADING, _TRAILING = (
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        english.OF_PATIENT, english.AND_WITH, english.TREATED, english.CUT, english.LEADING, english.TRAILING,
    )
)  # fmt: skip
_DISEASE, _ANY_DISEASE, _TITLED, _DOUBTED, _DEVELOPED = (
    re.compile(pattern, re.IGNORECASE)
    for pattern in (english.DISEASE, english.ANY_DISEASE, english.TITLED, english.DOUBTED, english.DEVELOPED)
)
_DEFINED = re.compile(english.DEFINED)
_IN_CAPITALS = re.compile(r"[A-Z][A-Z-]{2,}")
_BRACKET = re.compile(r"\s*\([^()]{1,20}\)")
_SHORT = re.compile(r"\(([A-Z][A-Za-z]{1,6})\)")

_WORDS = 12  # of a diagnosis
_NEAR, _LONG = 120, 7  # characters and words before an abbreviation in which its long form stands
_OFTEN = 3  # times that what a first sentence defines is named, at least
_REPEATED = 5  # times that a disease is named that a report is about, at least
_LEAD = 1.5  # times as often as any other
_CALLED = 4  # words of such a disease, at most


def main_diagnosis(document: Document, sentences: Sequence[str]) -> str:
    """Return the main diagnosis, by the surest way in which `sentences` of the document tell one; else nothing."""
    known = _abbreviations(document.text)
    for name in itertools.chain(
        _titled(document), _reported(sentences), _made(sentences), _defined(document, sentences), _repeated(sentences)
    ):
        if diagnosis := _cleaned(name, known, document.text):
            return diagnosis
    return ""


def _titled(document: Document) -> Iterator[str]:
    """Yield the title where it names a disease."""
    if document.is_titled:
        title = _TITLED.sub("", document.title).strip()
        name = title[: match.start()] if (match := _CUT.search(title)) else title
        if _DISEASE.search(name):
            yield _small(name, document.text)


def _reported(sentences: Sequence[str]) -> Iterator[str]:
    """Yield what a report says that it is of, and what it says its patient had."""
    for pattern in _CASE_OF:
        for sentence in sentences:
            if not (match := pattern.search(sentence)):
                continue
            rest = sentence[match.end() :]
            patient = _OF_PATIENT.match(rest)
            if not patient and not match.groupdict().get("patient"):
                yield _TREATED.sub("", rest, count=1) if _TREATED.match(rest) else rest
            elif patient and (developed := _DEVELOPED.search(rest)):
                yield rest[developed.end() :]
            elif patient and (having := _AND_WITH.match(rest, patient.end())):
                yield rest[having.end() :]


def _made(sentences: Sequence[str]) -> Iterator[str]:
    """Yield what a report says was diagnosed, the surest wording first."""
    for pattern in _DIAGNOSED:
        for sentence in sentences:
            match = pattern.search(sentence)
            if match and not _DOUBTED.search(sentence[: match.end()]):
                yield sentence[match.end() :]


def _defined(document: Document, sentences: Sequence[str]) -> Iterator[str]:
    """Yield the disease that a first sentence defines, where the report names it again and again."""
    for sentence in sentences[:_OFTEN]:
        if (match := _DEFINED.match(sentence)) and _DISEASE.search(match["name"]):
            name, short = match["name"], match["short"]
            if sum(document.text.count(form) for form in {name, _small(name, document.text), short} if form) >= _OFTEN:
                yield _small(name, document.text)


def _repeated(sentences: Sequence[str]) -> Iterator[str]:
    """Yield the disease that a report names far more often than others, with what it is called by."""
    texts = [s.lower() for s in sentences]
    named = Counter(m[0] for text in texts for m in _DISEASE.finditer(text))
    if not named:
        return
    (first, count), *others = named.most_common(2)
    if count < _REPEATED or any(count < _LEAD * second for _, second in others):
        return
    name = first
    while len(name.split()) < _CALLED:
        before = Counter(m[1] for text in texts for m in re.finditer(rf"([\w-]+) {re.escape(name)}\b", text))
        word, often = before.most_common(1)[0] if before else ("", 0)
        if often * 2 <= count or word in STOPWORDS:
            break
        name = f"{word} {name}"
    if not _ANY_DISEASE.fullmatch(name):
        yield name


def _cleaned(name: str, known: Mapping[str, str], text: str) -> str:
    """Return the name of a disease without what stands around it, abbreviations in full; nothing where none is left."""
    name = _BRACKET.sub("", name)
    name = _LEADING.sub("", name, count=1) if _LEADING.match(name) else name
    match = _CUT.search(name)
    name = name[: match.start()] if match else name
    name = _TRAILING.sub("", name.strip())
    if not name or len(name.split()) > _WORDS or not re.search(r"[^\W\d_]{3,}", name) or _OF_PATIENT.fullmatch(name):
        return ""
    if (first := name.split()[0].lower()) in STOPWORDS and first not in ("a", "an"):
        return ""
    whole = re.sub(r"[\w-]+", lambda m: _small(known[m[0]], text) if m[0] in known else m[0], name)
    return whole if _DISEASE.search(whole) or _IN_CAPITALS.fullmatch(name) else ""


def _abbreviations(text: str) -> dict[str, str]:
    """Return what the document's abbreviations stand for, those too whose words have other letters ("NKH")."""
    loose: dict[str, str] = {}
    for match in _SHORT.finditer(text):
        short, words = match[1], text[max(0, match.start() - _NEAR) : match.start()].split()[-_LONG:]
        for at in range(len(words) - 2, -1, -1):
            if words[at][0].lower() == short[0].lower() and words[-1][0].lower() == short[-1].lower():
                loose.setdefault(short, " ".join(words[at:]))
                break
    return {short: long for short, long in (loose | defined_abbreviations([text])).items() if long}


def _small(name: str, text: str) -> str:
    """Return a name that began a sentence or a title as it is within one."""
    first = name.split(" ", 1)[0]
    within = Counter(re.findall(rf"(?<=[a-z,] ){re.escape(first)}\b", text, re.IGNORECASE))
    eponym = first.endswith(("'s", "’s")) and not within[first.lower()]
    capital = eponym or not first[1:].islower() or within[first] > within[first.lower()]
    return name if capital else name[:1].lower() + name[1:]
