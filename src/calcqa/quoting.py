"""What may be shown of a sentence without changing what it says: the whole of it, or words that leave nothing out.

Does: say where the whole sentence stands that a span lies in, and whether a few words of a sentence can stand alone:
not where it denies or doubts them, nor where a comparison, a unit or half of a word would be lost. Does not: understand
which words a denial governs beyond its clause; where that is open, the sentence stands alone.
"""

from __future__ import annotations

import re
import threading

from cachetools import LRUCache, cached

from calcqa.domain import Document, Span
from calcqa.question_types import NUMBERS, PERIODS, UNIT
from calcqa.text import sentence_spans

_FARTHEST = 4_000  # characters to either side in which the ends of a sentence are looked for
_MARKER = re.compile(r"(?:• |\d+\. )")  # of a list's items, which `chunking.py` leaves out of their text

_DENIED = (
    r"no|not|never|none|nobody|nothing|neither|nor|without|\w+n['’]t|cannot|absen(?:t|ce)|lack(?:s|ed|ing)?|"
    r"except|excluding|excludes?|excluded|exclusion|unable|den(?:y|ies|ied|ying)|denials?|negatives?|negatively|unlike|"
    r"free of|fail(?:s|ed|ure)?|rul(?:e|es|ed|ing)[ -]out|r/o|ruled|rather than|instead of|"
    r"(?:all|nothing|anything|everything|none) but|non|stop(?:ped)?|discontinued?|contraindicated|avoid(?:s|ed)?"
)
_DOUBTED = (
    r"possib(?:le|ly|ility)|probab(?:le|ly|ility)|presum\w+|suspect\w*|suspicio\w+|likely|unlikely|perhaps|maybe|might|"
    r"could|would|should|questionabl[ey]|uncertain(?:ty)?|unclear|unknown|equivocal|indeterminate|inconclusive|"
    r"differential|hypothe\w+|if|unless|whether|suggest\w*|consistent with|compatible with|seem(?:s|ed|ingly)?|"
    r"appear(?:s|ed) to|thought to|believed to|query"
)
_CHANGES = re.compile(rf"\b(?i:{_DENIED}|{_DOUBTED})\b|\bmay\b|[?¿]")
_CLAUSE = re.compile(r";|,\s+(?=(?:but|however|although|though|whereas|while|yet)\b)", re.IGNORECASE)

_NUMBER = rf"(?:\d|(?:{NUMBERS})\b)"
_BEGINS_IN_NUMBER = re.compile(_NUMBER, re.IGNORECASE)
_ENDS_IN_NUMBER = re.compile(rf"(?:\d|\b(?:{NUMBERS}))[)\]]?$", re.IGNORECASE)
_COMPARES = re.compile(
    r"(?:[<>≤≥=≈~∼±×+−-]|\b(?:than|least|most|to|over|under|above|below|beyond|within|about|around|approximately|"
    r"approx\.?|nearly|almost|roughly|circa|ca\.|exceed\w*|minimum|maximum|minimum of|maximum of|between|from|"
    r"another|every|only|or|nor))\s*(?:an?\s+|the\s+)?$",
    re.IGNORECASE,
)
_MEASURES = re.compile(
    rf"\s*(?:[%‰°′″/×^±+−–-]|(?:{UNIT}|{PERIODS}|fold|times|percent|per|mm|cm|km|m|nm|dl|mmol|mol|u|kd|kda|hz|bpm|mmhg|"
    rf"degrees?|cc|doses?|tablets?|capsules?|drops?|litres?|liters?)(?![a-z])|(?:to|or|and|x|of)\s+{_NUMBER})",
    re.IGNORECASE,
)
_JOINS = "-‐‑–−/.,'’·^_"  # between two letters or digits they make one word, or one number, of both


@cached(LRUCache(20_000), key=lambda document, span: (document.id, span), lock=threading.Lock())
def whole(document: Document, span: Span) -> Span:
    """Return the whole sentence or sentences that `span` touches; `span` where they are longer than any sentence."""
    text = document.text
    low, high = max(0, span.start - _FARTHEST), min(len(text), span.end + _FARTHEST)
    low = max(low, text.rfind("\n", low, span.start) + 1)
    end = text.find("\n", span.start, high)
    cut_low, cut_high = low > 0 and text[low - 1] != "\n", end < 0 and high < len(text)
    high = end if end >= 0 else high
    marker = _MARKER.match(text, low, high)
    found = span
    for begin in dict.fromkeys((low, marker.end() if marker else low)):
        spans = [Span(begin + s.start, begin + s.end) for s in sentence_spans(text[begin:high])]
        if any(s.start == span.start for s in spans) and any(s.end == span.end for s in spans):
            return span
        if touched := [s for s in spans if s.start < span.end and span.start < s.end]:
            found = Span(touched[0].start, touched[-1].end)
    beyond = (cut_low and found.start <= low + 1) or (cut_high and found.end >= high - 1)
    return span if beyond else found


def stands_alone(sentence: str, start: int, end: int) -> bool:
    """Say whether the words `sentence[start:end]` say by themselves what they say in their sentence."""
    before, words, after = sentence[:start], sentence[start:end], sentence[end:]
    if not words.strip() or _split(before, words) or _split(words, after):
        return False
    if _BEGINS_IN_NUMBER.match(words) and _COMPARES.search(before):
        return False
    if _ENDS_IN_NUMBER.search(words) and _MEASURES.match(after):
        return False
    if re.search(r"\d\s*$", before) and _MEASURES.match(words):
        return False
    cuts = [0, *(m.end() for m in _CLAUSE.finditer(sentence)), len(sentence)]
    first = max(c for c in cuts if c <= start)
    last = min(c for c in cuts if c >= end)
    return all(start <= m.start() and m.end() <= end for m in _CHANGES.finditer(sentence, first, last))


def _split(left: str, right: str) -> bool:
    """Say whether the cut between two texts goes through a word or a number."""
    if not left or not right:
        return False
    if left[-1].isalnum() and right[0].isalnum():
        return True
    if left[-1] in _JOINS and len(left) > 1 and left[-2].isalnum() and right[0].isalnum():
        return left[-1] not in ".,'’" or (left[-2].isdigit() and right[0].isdigit())
    if right[0] in _JOINS and len(right) > 1 and left[-1].isalnum() and right[1].isalnum():
        return right[0] not in ".,'’" or (left[-1].isdigit() and right[1].isdigit()) or right[0] in "'’"
    return False
