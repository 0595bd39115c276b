"""What may be shown of a sentence without changing what it says: the whole of it, or words that leave nothing out.

Does: say where the whole sentence stands that a span lies in, which one before it that one needs, and whether a few
words of a sentence can stand alone: not where it denies or doubts them, and not without the comparison, the unit or the
half of a word that belongs to them.
Does not: understand what a denial governs in its clause; where that is open, the sentence is shown and nothing beside.
"""

from __future__ import annotations

import re
import threading

from cachetools import LRUCache, cached

from calcqa.language.english import ENGLISH
from calcqa.language.sentences import sentence_spans
from calcqa.query.answer_types import NUMBERS, UNIT
from calcqa.types import BlockKind, Document, Span

_FARTHEST = 4_000  # characters to either side in which the ends of a sentence are looked for

_CHANGES = re.compile(rf"\b(?i:{ENGLISH.denied}|{ENGLISH.doubted})\b|{ENGLISH.maybe}|[?¿]")
_CLAUSE = re.compile(rf";|{ENGLISH.contrast}", re.IGNORECASE)

_LEANS = re.compile(rf"(?:{ENGLISH.leans})\b")

_BEGINS_IN_NUMBER = re.compile(rf"(?:\d|(?:{NUMBERS})\b)", re.IGNORECASE)
_ENDS_IN_NUMBER = re.compile(rf"(?:\d|\b(?:{NUMBERS}))[)\]]?$", re.IGNORECASE)
_COMPARES = re.compile(rf"(?:[<>≤≥=≈~∼±×+−-]|\b(?:{ENGLISH.compares}))\s*$", re.IGNORECASE)
_MEASURES = re.compile(
    rf"\s*(?:[%‰°′″/+]|[×^±−–-]\s*\d[\d.,]*|(?:{ENGLISH.measures})(?![a-z])"
    rf"|(?:{ENGLISH.joins_numbers})\s+(?:\d|(?:{NUMBERS})\b))",
    re.IGNORECASE,
)
_RATED = re.compile(rf"\d\s*(?:{UNIT})$", re.IGNORECASE)
_RATES = re.compile(rf"\s*(?:/\s*\w+|{ENGLISH.rates})", re.IGNORECASE)
_JOINS = "-‐‑–−/.,·^_"  # between two letters or digits they make one word, or one number, of both
_STEPS = 8  # that words are widened by, at most


@cached(LRUCache(20_000), key=lambda document, span: (document.id, span), lock=threading.Lock())
def whole(document: Document, span: Span) -> Span:
    """Return the whole sentence or sentences that `span` touches; `span` where they are longer than any sentence."""
    text, block = document.text, document.block_at(span.start)
    if block is None:
        return span
    if block.kind in (BlockKind.REFERENCE, BlockKind.ROW):
        return document.words_of(block)
    first, last = block.start + block.marker, block.end
    low, high = max(first, span.start - _FARTHEST), min(last, span.end + _FARTHEST)
    low = max(low, text.rfind("\n", low, span.start) + 1)
    end = text.find("\n", span.start, high)
    high = end if end >= 0 else high
    touched = [s for s in _sentences(document, low, high) if s.start < span.end and span.start < s.end]
    if not touched:
        return span
    sentences = Span(touched[0].start, touched[-1].end)
    cut_low, cut_high = first < low and text[low - 1] != "\n", end < 0 and high < last
    beyond = (cut_low and sentences.start <= low + 1) or (cut_high and sentences.end >= high - 1)
    return span if beyond else sentences


def leaned_on(document: Document, span: Span) -> str:
    """Return the sentence before a quoted one that needs it; empty where it needs none, or is a block's first."""
    block = document.block_at(span.start)
    if block is None or not _LEANS.match(document.text, span.start, span.end):
        return ""
    first = block.start + block.marker
    low = max(first, span.start - _FARTHEST, document.text.rfind("\n", first, span.start) + 1)
    before = [s for s in _sentences(document, low, span.end) if s.end <= span.start]
    if not before or (len(before) == 1 and low == span.start - _FARTHEST):  # none, or cut somewhere within
        return ""
    return document.text[before[-1].start : before[-1].end]


def _sentences(document: Document, low: int, high: int) -> list[Span]:
    marks = [Span(m.start - low, m.end - low) for m in document.references_in(Span(low, high))]
    return [Span(low + s.start, low + s.end) for s in sentence_spans(document.text[low:high], marks)]


def alone(sentence: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where the words `sentence[start:end]` stand that say by themselves what they say in their sentence.

    They are widened over the rest of a word or a number that was cut, over what a number is compared with and what it
    counts. None where something else in their clause denies or doubts them.
    """
    for _ in range(_STEPS):
        grown = _grown(sentence, start, end)
        if grown == (start, end):
            break
        start, end = grown
    else:
        return None
    cuts = [0, *(m.end() for m in _CLAUSE.finditer(sentence)), len(sentence)]
    first, last = max(c for c in cuts if c <= start), min(c for c in cuts if c >= end)
    changes = _CHANGES.finditer(sentence, first, last)
    return (start, end) if all(start <= m.start() and m.end() <= end for m in changes) else None


def _grown(sentence: str, start: int, end: int) -> tuple[int, int]:
    before, words, after = sentence[:start], sentence[start:end], sentence[end:]
    while start > 0 and _split(sentence, start):
        start -= 1
    while end < len(sentence) and _split(sentence, end):
        end += 1
    if _BEGINS_IN_NUMBER.match(words) and (compared := _COMPARES.search(before)):
        start = min(start, compared.start())
    if _ENDS_IN_NUMBER.search(words) and (measured := _MEASURES.match(after)):
        end = max(end, len(before) + len(words) + measured.end())
    if _RATED.search(words) and (rate := _RATES.match(after)):
        end = max(end, len(before) + len(words) + rate.end())
    if (number := re.search(r"\d[\d.,]*\s*$", before)) and _MEASURES.match(words):
        start = min(start, number.start())
    return start, end


def _split(text: str, at: int) -> bool:
    """Say whether a cut at `at` goes through a word or a number."""
    left, right = text[at - 1], text[at]
    if left.isalnum() and right.isalnum():
        return True
    if left in _JOINS and at > 1 and right.isalnum():
        a, join, b = text[at - 2], left, right
    elif right in _JOINS and at + 1 < len(text) and left.isalnum():
        a, join, b = left, right, text[at + 1]
    else:
        return False
    return a.isalnum() and b.isalnum() and (join not in ".," or (a.isdigit() and b.isdigit()))
