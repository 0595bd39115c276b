"""Writes lines as one text with the place of each: words broken at a line's end are put together here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from calcqa.documents.pdf.lines import Box, Line
from calcqa.documents.repair import squeeze
from calcqa.language.characters import clean_characters
from calcqa.types import Place, Span

_BROKEN = re.compile(r"([^\W_]+)[-\u2010\u00ad]\Z")
_WORD = re.compile(r"[^\W\d_]+")
_COMPOUND = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)+")
_TIGHT = re.compile(r"(?:\w[/–—]|\w-)\Z")  # goes on in the next line without a space
_TAIL = 80  # characters at the end of a text that say how it goes on
_NUMBER = re.compile(r"\d[.:](?P<rest>\d+)\Z")  # 6.5, 1:20
_ENDED = re.compile(r"""[.?!:;]["'”’)\]]*(?:\s?\[?\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]?)?["'”’)\]]*\Z""")


def known_words(lines: Iterable[Line]) -> Counter[str]:
    """Count the words of `lines` and the words with hyphens, in lower case, without those broken at a line's end."""
    words: Counter[str] = Counter()
    for line in lines:
        text = line.text.lower()
        if line.broken or text.endswith("-"):
            text = text[: text.rfind(" ") + 1]
        words.update(_WORD.findall(text))
        words.update(re.sub("[\u2010\u2011]", "-", match) for match in _COMPOUND.findall(text))
    return words


def ended(text: str, marks: Sequence[Span] = ()) -> bool:
    """Say whether `text` ends as a sentence or a lead-in does, a reference number behind it or not.

    `marks` are its reference numbers: 6.5 ends a sentence only where its 5 is one.
    """
    if _ENDED.search(text[-_TAIL:]) is None:
        return False
    number = _NUMBER.search(text[-_TAIL:])
    return number is None or (bool(marks) and marks[-1].end > len(text) - len(number["rest"]))


@dataclass(slots=True)
class Writer:
    """A text put together from lines: where each piece stands on a page, and which numbers point to references."""

    words: Mapping[str, int]
    gone: Counter[str]
    text: str = ""
    places: list[Place] = field(default_factory=list)
    marks: list[Span] = field(default_factory=list)
    last: Line | None = None

    def add(self, line: Line, start: int = 0, end: int | None = None) -> None:
        """Add `line.text[start:end]` behind what there is."""
        end = len(line.text) if end is None else end
        while start < end and line.text[start] == " ":
            start += 1
        piece = self._clean(line.text[start:end])
        if not piece:
            return
        if self.text:
            self._join(piece)
        self._put(line, start, end, piece)

    def cell(self, line: Line, start: int, end: int, between: str) -> None:
        """Add a cell of a table behind `between`."""
        if piece := self._clean(line.text[start:end]):
            self.text += between if self.text else ""
            self._put(line, start, end, piece)

    def _clean(self, text: str) -> str:
        return squeeze(clean_characters(text, self.gone))

    def _put(self, line: Line, start: int, end: int, piece: str) -> None:
        begun = len(self.text)
        self.text += piece
        self.places.append(Place(begun, len(self.text), line.page, part_of(line, start, end)))
        if line.text.startswith(piece, start):  # else cleaning moved them
            self.marks += (
                Span(begun + m.start - start, begun + m.end - start)
                for m in line.marks
                if start <= m.start and m.end <= start + len(piece)
            )
        self.last = line

    def _join(self, piece: str) -> None:
        match = _BROKEN.search(self.text[-_TAIL:])
        broken = self.last is not None and self.last.broken
        if match and piece[:1].isalnum():
            following = _WORD.match(piece)
            if not self._keeps_hyphen(match[1], following[0] if following else "", broken):
                self.text = self.text[:-1]
                self.places[-1] = replace(self.places[-1], end=len(self.text))
        elif not _TIGHT.search(self.text[-_TAIL:]):
            self.text += " "

    def _keeps_hyphen(self, before: str, after: str, broken: bool) -> bool:
        """Say whether the hyphen between two halves is the word's own. The document's other words tell.

        Where they do not, halves that are words themselves keep it: 'dose-dependent' has it more often than not.
        """
        if not after or not before[-1].isalpha() or len(before) == 1:
            return True
        whole, compound = (before + after).lower(), f"{before}-{after}".lower()
        if self.words.get(whole) or self.words.get(compound):
            return self.words.get(compound, 0) > self.words.get(whole, 0)
        if after[0].isupper() and not (before.isupper() and len(before) > 3):
            return True
        return all(len(half) > 3 and self.words.get(half.lower()) for half in (before, after))


def part_of(line: Line, start: int, end: int) -> Box:
    """Return the box of `line.text[start:end]`, its ends estimated from the lengths within each cell."""
    if start <= 0 and end >= len(line.text):
        return line.box
    left, right = _across(line, start), _across(line, end)
    x0, y0, x1, y1 = line.box
    return (
        (round(x0 + left - line.x0, 1), y0, round(x0 + right - line.x0, 1), y1),
        (x0, round(y0 + left - line.x0, 1), x1, round(y0 + right - line.x0, 1)),
        (round(x1 - right + line.x0, 1), y0, round(x1 - left + line.x0, 1), y1),
        (x0, round(y1 - right + line.x0, 1), x1, round(y1 - left + line.x0, 1)),
    )[line.turn]


def _across(line: Line, position: int) -> float:
    """Return where a position of a line's text stands along it."""
    for start, end, x0, x1 in line.cells:
        if position <= end:
            return x0 + (x1 - x0) * max(0, position - start) / max(1, end - start)
    return line.x1
