"""The sentences of a paragraph of clinical text, as spans. Rules over the text; nothing is learnt.

A full stop ends a sentence unless what stands before it is a short form or an initial that goes on, or what follows it
cannot begin one. Brackets and quotation marks are not divided. A reference number behind a stop ("occur.13 The")
belongs to no sentence. In notes without capital letters a small letter begins a sentence.

Time is in proportion to the text: from each stop only a bounded stretch is looked at.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from calcqa.language.english import ENGLISH
from calcqa.language.references import SHORT_FORMS, reference_marks
from calcqa.types import Span

_LONGEST_BRACKET = 400  # code points; a longer bracket or quotation is divided, and one that is never closed
_NEAR = 80  # code points looked at before and behind a stop
_MOST_STOPS = 500  # of a paragraph looked at to tell whether it has capitals
_FEWEST_STOPS = 3  # before small letters, that tell a note without capitals where its first letter is one
_MOST_CAPITALS = 0.2  # of its stops that may stand before capitals

_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?![^\S\n]*\n))++")
_STOP = re.compile(r"(?P<stop>[.?!…]++|[。！？]++)[\"'”’»)\]}]*+")
_WIDE = "。！？"  # ends a sentence whatever follows
_QUOTES = "\"'”’»"  # that close
_SIGNS = "<>~≥≤±+−–-"  # before a number
_GOES_ON = ".,;:!?)]}…"  # nothing begins with one of these
_SPACE = re.compile(r"\s*")
_POINTER = re.compile(rf"\s*\({ENGLISH.pointers}\b[^()\n]{{0,{_NEAR}}}\)(?=\s|\Z)", re.IGNORECASE)
_GLUED = re.compile(r"[A-Z][A-Za-z]*+(?:-\w+)?")  # "done.Fig. 1", "fever.No cough"
_OPENING = "([{\"'“‘«"
_FIRST = re.compile(rf"[{re.escape(_OPENING)}•]*(?P<first>\S)(?P<rest>[^\s,;:!?)]*)")
_ORDINARY = re.compile(r"[A-Z]?[^\W\d_A-Z]{4,}")
_DOTTED = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")
_NUMBER = re.compile(r"[<>~≥≤±+−-]?\d(?:\S*[^\s:;])?")
_LABEL = re.compile(rf"{ENGLISH.labels}\s*[A-Z]?\d{{1,3}} ?[A-Za-z]?", re.IGNORECASE)
_CAPTION = re.compile(r"(?:Fig|Table)[a-z]*\b")  # before its number, or glued to a stop
_ITEM = re.compile(r"\(?(?:\d{1,2}|[A-Za-z]|[ivx]{1,4}|[IVX]{1,4})")
_FIRST_ITEM = re.compile(r"[1aAiI]")
_LEADS_IN = re.compile(r"\S*[^\W\d_)][:;]")
_UNIT = re.compile(rf"(?:{ENGLISH.units}|{ENGLISH.measures}|\S+/\S+)", re.IGNORECASE)

_PAIRS = {")": "(", "]": "[", "”": "“", "’": "‘", "»": "«", '"': '"', "'": "'"}
_MARKS = re.compile(r"[()\[\]“”‘’«»\"']")


@dataclass(frozen=True, slots=True)
class _Stop:
    """A stop with what stands around it; `next` is where the text goes on, behind marks and space."""

    start: int
    end: int
    next: int
    sign: str
    word: str  # before it, without opening brackets
    previous: str  # the word before that
    following: str  # the first character behind it that opens nothing; empty at the end
    first_word: str  # the word that begins there
    apart: bool  # by a space or a reference number
    quoted: bool  # a quotation ends with it


def sentence_spans(text: str, references: Iterable[Span] | None = None) -> list[Span]:
    """Return the sentences of one paragraph as spans without surrounding space.

    Half open, in code points of `text`. Together they hold all of it but space and the reference numbers behind
    sentences. `references` are its reference numbers where they are known; else they are looked for. A blank line ends
    a sentence.
    """
    spans: list[Span] = []
    marks = {m.start: m.end for m in (reference_marks(text) if references is None else references)}
    for paragraph in _PARAGRAPH.finditer(text):
        begin, end = paragraph.span()
        cuts = [(begin, begin), *_cuts(text, begin, end, marks), (end, end)]
        for (_, low), (high, _) in zip(cuts, cuts[1:], strict=False):
            raw = text[low:high]
            low += len(raw) - len(raw.lstrip())
            high -= len(raw) - len(raw.rstrip())
            if low < high:
                spans.append(Span(low, high))
    return spans


def _cuts(text: str, begin: int, end: int, marks: dict[int, int]) -> Iterator[tuple[int, int]]:
    """Yield where each sentence of the paragraph ends and the next begins."""
    small = _without_capitals(text, begin, end, marks)
    brackets = _brackets(text, begin, end)
    openings = [b.start for b in brackets]
    sentence = begin  # where the sentence begins that the stop may end
    for match in _STOP.finditer(text, begin, end):
        if match.start() < sentence or _within_word(match, marks):
            continue
        number = bisect_right(openings, match.start()) - 1
        around = brackets[number] if number >= 0 and match.start() < brackets[number].end else None
        if around and (around.end > match.end() or (text[around.start] in "([" and around.start > sentence)):
            continue
        stop = _stop(match, sentence, end, marks)
        if _ends(stop, text[sentence : min(stop.start, sentence + _NEAR)], small):
            yield stop.end, stop.next
            sentence = stop.next


def _within_word(match: re.Match[str], marks: dict[int, int]) -> bool:
    """Say whether a stop stands within a number or a short form, as most do that end nothing."""
    glued = match.string[match.end() : match.end() + 1]
    return glued.isalnum() and not glued.isupper() and match.end() not in marks and match["stop"][0] not in _WIDE


def _stop(match: re.Match[str], begin: int, end: int, marks: dict[int, int]) -> _Stop:
    """Return a stop with what stands around it between `begin` and `end`."""
    text, (start, stop) = match.string, match.span()
    after = _past_marks(text, stop, marks)
    if after == stop and (pointer := _POINTER.match(text, stop, end)):
        stop = after = pointer.end()
    before = text[max(begin, start - _NEAR) : start].rsplit(None, 2)[-2:]
    goes_on = min(_SPACE.match(text, after).end(), end)  # type: ignore[union-attr]
    first = _FIRST.match(text[goes_on : min(end, goes_on + _NEAR)])
    return _Stop(
        start=start,
        end=stop,
        next=goes_on,
        sign=match["stop"],
        word=before[-1].lstrip(_OPENING) if before else "",
        previous=before[0].lstrip(_OPENING) if len(before) > 1 else "",
        following=first["first"] if first else "",
        first_word=_first_word(first["first"] + first["rest"]) if first else "",
        apart=goes_on > stop or goes_on == end,
        quoted=match[0][-1] in _QUOTES,
    )


def _first_word(word: str) -> str:
    """Return a word without its stop, unless it is an initial: "A." is not the "A" that begins a sentence."""
    return word if len(word) == 2 else word.removesuffix(".")


def _past_marks(text: str, at: int, marks: dict[int, int]) -> int:
    """Return the end of the reference numbers that stand at `at`, glued or after a space; `at` where there are none."""
    while True:
        spaced = _SPACE.match(text, at).end()  # type: ignore[union-attr]
        if (end := marks.get(at) or marks.get(spaced)) is None:
            return at
        at = end


def _ends(stop: _Stop, sentence: str, small: bool) -> bool:
    """Say whether a stop ends the sentence that begins as `sentence`, in a text without capitals if `small`."""
    if not stop.following or stop.sign[0] in _WIDE:
        return True
    if stop.first_word in _GOES_ON:
        return False
    word, following = stop.word, stop.following
    if not stop.apart:
        caption = _CAPTION.match(stop.first_word) is not None and bool(word)
        return stop.sign == "." and (caption or (_GLUED.fullmatch(stop.first_word) is not None and _whole(word)))
    lower = stop.first_word.islower() and not any(c.isdigit() for c in stop.first_word)  # "p53" may begin a sentence
    if stop.sign != ".":
        queried = not word or (stop.sign[0] in "?!" and not sentence)
        return not queried and (not lower or (small and stop.sign[0] in "?!" and not stop.quoted))
    key = _key(word)
    if key in ENGLISH.never_last and not _is_acronym(stop):
        return False
    if _begins(stop, sentence):
        return False
    if lower:
        return _before_small(stop, key, small)
    if following.isdigit() or following in _SIGNS:
        return not _short(word) and not _CAPTION.fullmatch(word) and (not _is_letter(word) or _named_or_measured(stop))
    return _before_capital(stop, key)


def _begins(stop: _Stop, sentence: str) -> bool:
    """Say whether a sentence has only begun: with an item's number, the label of a caption, or a short form.

    Behind a colon only the first item is one: "Impression: 1. No fracture", but "GCS: 15. Pupils".
    """
    if sentence.strip(f" {_OPENING}") in ("", stop.word):
        return _ITEM.fullmatch(stop.word) is not None or (
            _short(stop.word) and _key(stop.word) not in ENGLISH.numbering
        )
    first = _FIRST_ITEM.fullmatch(stop.word) is not None and _LEADS_IN.fullmatch(stop.previous) is not None
    return first or _LABEL.fullmatch(sentence) is not None


def _before_small(stop: _Stop, key: str, small: bool) -> bool:
    word = stop.word
    if _short(word) and not (small and (key in ENGLISH.often_last or key in ENGLISH.routes)):
        return False
    if not small:
        return _whole(word)
    if stop.quoted or (_short(word) and _DOTTED.fullmatch(stop.first_word)):  # "i.v. t.d.s."
        return False
    if _is_letter(word) or _UNIT.fullmatch(word) or _short(word):
        measured = _named_or_measured(stop) or len(word) > 1
        return measured and stop.first_word.casefold() not in ENGLISH.carries_on
    return True


def _before_capital(stop: _Stop, key: str) -> bool:
    opens = _opens_sentence(stop)
    if _is_letter(stop.word):
        return opens or _named_or_measured(stop)
    if key in ENGLISH.numbering:  # "batch no. AB1234", "project No. DHH"; not "any pain? no. Walks"
        code = any(c.isdigit() for c in stop.first_word) or (stop.word[0].isupper() and stop.first_word.isupper())
        return not code
    if key in ENGLISH.routes:
        return opens or stop.previous.casefold() not in ENGLISH.before_routes
    if key in ENGLISH.often_last or _is_acronym(stop):
        return True
    if key in ENGLISH.seldom_last and key in ENGLISH.lettered and len(stop.first_word) == 1:  # "hep. A booster"
        return False
    if _DOTTED.fullmatch(key) or key in ENGLISH.seldom_last:
        return opens or any(p.fullmatch(stop.previous) for p in (_UNIT, _NUMBER))
    return True


def _is_acronym(stop: _Stop) -> bool:
    """Say whether a word is capitals that only look like a short form: "in the ED. Blood"."""
    return len(stop.word) > 1 and stop.word.isalpha() and stop.word.isupper() and stop.first_word[1:].islower()


def _opens_sentence(stop: _Stop) -> bool:
    return stop.following.isupper() and stop.first_word.casefold() in ENGLISH.openers


def _named_or_measured(stop: _Stop) -> bool:
    """Say whether one letter before a stop is a unit or a name: "38.5 C", "1 °C per h", "group B"."""
    previous = stop.previous.casefold()
    return _NUMBER.fullmatch(previous) is not None or previous in ENGLISH.lettered


def _is_letter(word: str) -> bool:
    return len(word) == 1 and word.isalpha()


def _whole(word: str) -> bool:
    """Say whether a word is no short form, not even one that no list knows; or the end of a bracket."""
    return word.endswith((")", "]")) or (_ORDINARY.fullmatch(word) is not None and not _short(word))


def _short(word: str) -> bool:
    key = _key(word)
    return key in SHORT_FORMS or _DOTTED.fullmatch(key) is not None


def _key(word: str) -> str:
    """Return a word as lists of short forms have it: in lower case, its last part where it has several."""
    return word.casefold() if "." in word else re.split(r"[(-]", word)[-1].casefold()


def _without_capitals(text: str, begin: int, end: int, marks: dict[int, int]) -> bool:
    """Say whether a paragraph begins its sentences with small letters."""
    smalls = capitals = 0
    for match in islice(_STOP.finditer(text, begin, end), _MOST_STOPS):
        stop = _stop(match, begin, end, marks)
        if not stop.apart or not stop.following or _short(stop.word) or _is_letter(stop.word):
            continue
        if stop.following.islower() and stop.first_word.casefold() not in ENGLISH.carries_on:
            smalls += 1
        elif stop.following.isupper() and stop.first_word[1:].islower():
            capitals += 1
    first = _FIRST.match(text[begin:end].lstrip()[:_NEAR])
    if first is not None and not first["first"].isupper() and not capitals:
        return smalls > 0
    return smalls >= _FEWEST_STOPS and capitals <= _MOST_CAPITALS * smalls


def _brackets(text: str, begin: int, end: int) -> list[Span]:
    """Return the outermost brackets and quotations of a paragraph, closed and not too long, in order."""
    open_at: dict[str, list[int]] = {sign: [] for sign in _PAIRS.values()}
    pairs: list[Span] = []
    for match in _MARKS.finditer(text, begin, end):
        sign, at = match[0], match.start()
        before, after = text[max(begin, at - 1) : at], text[at + 1 : min(end, at + 2)]
        if sign in open_at and (sign not in "\"'‘" or _may_open(before, after, sign)):
            open_at[sign].append(at)
        elif sign in _PAIRS and (sign not in "'’" or not after.isalnum()):
            opened = open_at[_PAIRS[sign]]
            if opened and at + 1 - (start := opened.pop()) <= _LONGEST_BRACKET:
                pairs.append(Span(start, at + 1))
    outermost: list[Span] = []
    for pair in sorted(pairs):
        if not outermost or pair.start >= outermost[-1].end:
            outermost.append(pair)
    return outermost


def _may_open(before: str, after: str, sign: str) -> bool:
    return (not before or before.isspace() or before in _OPENING) and (
        after.isalpha() if sign != '"' else not (after.isspace() or not after)
    )
