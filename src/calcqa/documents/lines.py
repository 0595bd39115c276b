"""Joins the lines that a file wraps, and keeps apart those that say one thing each. Strings to strings.

A wrapped line is full: the first word of the next would not have fitted. A line of a note ends early, or begins with a
label ('Weight: 70 kg').
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from calcqa.documents.bullets import lettered_item, list_item, place_of
from calcqa.language.english import ENGLISH

_LABEL = re.compile(r"[^\W\d_](?:[\w/()'’&.-]| (?! )){0,38}?[\w)]\s?:(?=\s|$)")
_MEASURED = re.compile(rf"\d\.\d|\d\s?(?:{ENGLISH.measures})(?![^\W\d_])", re.IGNORECASE)
_NARROW = 50  # code points; prose is seldom wrapped to less
_ENDS = frozenset(".!?:;")


def unwrapped(lines: Sequence[str]) -> list[str]:
    """Return the lines of a paragraph (none blank), wrapped ones joined by a space."""
    if len(lines) < 2:
        return list(lines)
    lines = [line.strip() for line in lines]
    width = max(map(len, lines))
    early = [len(a) + 1 + len(b.split(" ", 1)[0]) <= width for a, b in zip(lines, lines[1:], strict=False)]
    labels = [bool(_LABEL.match(line)) for line in lines]
    has_capitals = sum(any(c.isupper() for c in line) for line in lines) * 2 >= len(lines)
    begins = [line[:1].isupper() or line[:1].isdigit() for line in lines[1:]]
    is_note = (
        2 * sum(labels) >= len(lines)
        or (2 * sum(early) >= len(early) and width <= 2 * _NARROW and sum(early) > 1)
        or (width <= _NARROW and has_capitals and all(begins))
    )
    joined = [[lines[0]]]
    for number, line in enumerate(lines[1:]):
        before, is_early = lines[number], early[number]
        if _stays_apart(before, line, is_note, is_early, has_capitals, labels[number + 1]):
            joined.append([line])
        else:
            joined[-1].append(line)
    return [" ".join(pieces) for pieces in joined]


def _stays_apart(before: str, line: str, is_note: bool, is_early: bool, has_capitals: bool, has_label: bool) -> bool:
    """Say whether `line` says something of its own, below the line `before`."""
    if not is_note:
        return is_early and has_label and before[-1:] in _ENDS
    if has_label:
        return True
    if goes_on(before):
        return False
    return is_early if not has_capitals else not line[:1].islower() or before[-1:] in _ENDS


def goes_on(line: str) -> bool:
    """Say whether a line cannot be all: it ends in a comma, a dash, or a word such as 'of'."""
    return line[-1:] in ",-–(&/" or line.rpartition(" ")[2].casefold() in ENGLISH.stopwords


def pieces_of(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return the lines of a paragraph as pieces: the marker of an item, or '', and a text, wrapped lines joined."""
    paragraphs: list[tuple[str, list[str]]] = [("", [])]
    previous = 0
    for line in lines:
        item = list_item(line) or lettered_item(line)
        place = place_of(item[0]) if item else 0
        # A wrapped line may begin with a number by chance: within a paragraph only 1, within a list only the next one
        # begins an item. A list may begin at any number, not at any letter: '(c) 2001'.
        is_first = len(paragraphs) == 1 and not paragraphs[0][1] and item and item[0].strip("(. )").isdecimal()
        if place and not is_first and place != previous + 1:
            item = None
        if item:
            paragraphs.append((item[0], [item[1]]))
            previous = place
        elif line.strip():
            paragraphs[-1][1].append(line)
    (_, lead), *items = paragraphs
    texts = [("", text) for text in unwrapped(lead)]
    return texts + [(marker, " ".join(piece.strip() for piece in text)) for marker, text in items]


def has_value(line: str) -> bool:
    """Say whether a line states a value: a label and what it is, a decimal, or a number with its unit."""
    label = _LABEL.match(line)
    return bool(label and line[label.end() :].strip()) or bool(_MEASURED.search(line))
