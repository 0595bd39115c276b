"""Joins the lines that a file wraps, and keeps apart those that say one thing each. Strings to strings.

A wrapped line is full: the first word of the next would not have fitted. A line of a note ends early, or begins with a
label ('Weight: 70 kg', 'A: own airway') or with the day or the time it was written ('05/05 22:10 Pain').
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from calcqa.documents.plain.bullets import lettered_item, list_item, place_of
from calcqa.language.english import ENGLISH

_LABEL = re.compile(r"(?:[^\W\d_](?:[\w/()'’&.-]| (?! )){0,38}?[\w)]\s?|[A-Z]):(?=\s|$)")
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"  # also of a month; '2/52' is two weeks
_STAMP = re.compile(
    rf"(?:{_DAY}/{_DAY}(?:/\d{{2,4}})?|{_DAY}\.{_DAY}\.\d{{2,4}}|\d{{1,2}}:\d\d)(?=[ :]+[^\W\d_]|$| \d{{1,2}}:\d\d\b)"
)
_MEASURED = re.compile(rf"\d\.\d|\d\s?(?:{ENGLISH.measures})(?![^\W\d_])", re.IGNORECASE)
_DENIES = re.compile(rf"(?:{ENGLISH.denied})\b", re.IGNORECASE)
_SIGNS = frozenset("-–−+*/×=<>≤≥±~≈%")
_BROKEN = re.compile(r"(?<=\w)-$")
_NAME = re.compile(r"\d+|[a-z]")
_FIRST = re.compile(r"(?<=:) +(?=1[.)] )")
_SIGNED = re.compile(r"(?:Dr|Prof|Mr|Mrs|Ms|Miss|Mx)\.? [A-Z]")
_NARROW = 50  # code points; prose is seldom wrapped to less
_NARROWEST = 30  # and never to less than this
_WIDEST = 150  # code points; a longer line is a paragraph, no line of one
_ENDS = frozenset(".!?:;")


def unwrapped(lines: Sequence[str]) -> list[str]:
    """Return the lines of a paragraph (none blank), wrapped ones joined by a space."""
    if len(lines) < 2:
        return list(lines)
    lines = [line.strip() for line in lines]
    width = max(map(len, lines))
    if width > _WIDEST:
        return _paragraphs(lines)
    early = [len(a) + 1 + len(b.split(" ", 1)[0]) <= width for a, b in zip(lines, lines[1:], strict=False)]
    labels = _beginnings(lines)
    has_capitals = sum(any(c.isupper() for c in line) for line in lines) * 2 >= len(lines)
    begins = [line[:1].isupper() for line in lines[1:]]
    is_note = (
        2 <= sum(labels) >= len(lines) / 2
        or (2 * sum(early) >= len(early) and width <= 2 * _NARROW and sum(early) > 1)
        or (width <= _NARROW and has_capitals and all(begins))
        or (width <= _NARROWEST and not has_capitals and 2 * sum(map(_is_fact, lines)) > len(lines))
    )
    joined = [[lines[0]]]
    for number, line in enumerate(lines[1:]):
        before, is_early = lines[number], early[number] or width <= _NARROWEST
        if _stays_apart(before, line, is_note, is_early, has_capitals, labels[number + 1]):
            joined.append([line])
        else:
            joined[-1].append(line)
    return [_in_one(pieces) for pieces in joined]


def _in_one(lines: Sequence[str]) -> str:
    """Return lines in one, a word that goes on behind a hyphen ('long-' and 'term') without a space."""
    pieces = list(lines[:1])
    for before, line in zip(lines, lines[1:], strict=False):
        ends = _BROKEN.search(before) and line[:1].isalnum() and not line[:1].isupper()
        is_whole = ends and line.split(" ", 1)[0].casefold() not in ENGLISH.stopwords
        pieces += ("" if is_whole else " ", line)
    return "".join(pieces)


def _paragraphs(lines: Sequence[str]) -> list[str]:
    """Return lines too long to be wrapped ones; one that is cut within a sentence goes on in the next.

    Where most begin with a label they are the lines of a note, and none of them that begins large is cut.
    """
    joined = [[lines[0]]]
    labels = _beginnings(lines)
    is_note = 2 <= sum(labels) >= len(lines) / 2
    for line, is_label in zip(lines[1:], labels[1:], strict=True):
        before = joined[-1][-1]
        begins = line[:1].isupper() or is_label
        is_whole = before[-1:] in '.!?:;)]”"' or (is_note and begins and not goes_on(before))
        if line[:1].islower() or not is_whole:
            joined[-1].append(line)
        else:
            joined.append([line])
    return [_in_one(pieces) for pieces in joined]


def _beginnings(lines: Sequence[str]) -> list[bool]:
    """Say which lines begin an entry of a note: with a label, or, where the first one does, with a day or a time."""
    is_dated = bool(_STAMP.match(lines[0]))
    return [bool(_LABEL.match(line) or (is_dated and _STAMP.match(line))) for line in lines]


def _stays_apart(before: str, line: str, is_note: bool, is_early: bool, has_capitals: bool, has_label: bool) -> bool:
    """Say whether `line` says something of its own, below the line `before`."""
    if not is_note:
        return is_early and has_label and before[-1:] in _ENDS
    if goes_on(before) and not (has_label and before[-1] == ","):
        return False
    if has_label:
        return True
    if line[:1] in _SIGNS:  # a value goes on: 'Base excess' and '- 5.2 mmol/L'
        return False
    return line[:1].isupper() or before[-1:] in _ENDS if has_capitals else is_early


def _is_fact(line: str) -> bool:
    return any(map(str.isdigit, line)) or _DENIES.match(line) is not None


def goes_on(line: str) -> bool:
    """Say whether a line cannot be all: it ends in a comma, a dash, or a word such as 'of', also before a number."""
    last = line.rstrip("0123456789").rstrip().rpartition(" ")[2]
    return line[-1:] in ",-–(&/" or last.casefold() in ENGLISH.stopwords


def pieces_of(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return the lines of a paragraph as pieces: the marker of an item, or '', and a text, wrapped lines joined."""
    paragraphs: list[tuple[str, list[str]]] = [("", [])]
    previous = 0
    if len(lines) > 1 and (first := _FIRST.search(lines[0])) and place_of((list_item(lines[1]) or ("",))[0]) == 2:
        lines = [lines[0][: first.start()], lines[0][first.end() :], *lines[1:]]  # 'Imp: 1. Sepsis' above '2. AKI'
    for line in lines:
        item = list_item(line) or lettered_item(line)
        place = place_of(item[0]) if item else 0
        # A wrapped line may begin with a number by chance: within a paragraph only 1, within a list only the next one
        # begins an item; once two stand, also a higher one right below an item's own line. A list may begin at any
        # number, not at any letter: '(c) 2001'.
        is_first = len(paragraphs) == 1 and not paragraphs[0][1] and item and item[0].strip("(. )[]").isdecimal()
        is_next = place == previous + 1 or (place > previous and item and _is_above(paragraphs, item[0]))
        if place and not is_first and not is_next:
            item = None
        if item:
            paragraphs.append((item[0], [item[1]]))
            previous = place
        elif line.strip():
            paragraphs[-1][1].append(line)
    (_, lead), *items = paragraphs
    behind = list[str]()
    if items and all(_end(text) == len(text) for _, text in items[:-1]):  # else each item may have such lines
        marker, last = items[-1]
        items[-1], behind = (marker, last[: _end(last)]), last[_end(last) :]
    texts = [("", text) for text in unwrapped(lead)]
    texts += [(marker, _in_one([piece.strip() for piece in text])) for marker, text in items]
    return texts + [("", text) for text in unwrapped(behind)]


def _end(item: Sequence[str]) -> int:
    """Return how many of an item's lines stand before a label, or who signed."""
    for number, (before, line) in enumerate(itertools.pairwise(map(str.strip, item)), 1):
        if (_LABEL.match(line) or _SIGNED.match(line)) and before[-1:] != ":" and not goes_on(before):
            return number
    return len(item)


def _is_above(paragraphs: Sequence[tuple[str, list[str]]], marker: str) -> bool:
    """Say whether two items with markers of this form stand above, the last of one line."""
    forms = [_NAME.sub("", above) for above, _ in paragraphs[-2:]]
    return len(paragraphs) > 2 and forms == [_NAME.sub("", marker)] * 2 and len(paragraphs[-1][1]) == 1


def is_labelled(line: str) -> bool:
    """Say whether a line begins with a label: 'Weight: 70 kg'."""
    return _LABEL.match(line) is not None


def has_value(line: str) -> bool:
    """Say whether a line states a value: a label and what it is, a decimal, or a number with its unit."""
    label = _LABEL.match(line)
    return bool(label and line[label.end() :].strip()) or bool(_MEASURED.search(line))
