"""Tells the bullets and numbers of lists from signs and numbers of the text, at the beginning of lines.

'- 5.2 mmol/L' below 'Base excess' is a value with its sign; '- 5 mg' and '- 10 mg' below 'Doses:' are a list. Where it
cannot be told, the character stays in the text as it was written: a bullet too many is ugly, a sign too few is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from calcqa.documents.repair import BULLET
from calcqa.language.english import ENGLISH

# A glyph that is only ever a bullet needs no space behind it; a dash, a plus or a star does.
_GLYPH = re.compile(r" *[•◦▪▫■□●○‣⁃∙\uf0b7\uf0a7] *(?=\S)")
_MARK = re.compile(r"(?P<indent>[ >]*+)(?P<mark>[-*+–—·]) +(?=\S)")
_SIGNS = "-+–—"
_SIGNS_ALONE = re.compile(r"[ >]*(?P<signs>[-+*–—−±](?: *[-+*–—−±])+) *")
_MOST_RESULTS = 12  # signs on a line; urine strips have ten fields
_MOST_GLUED = 4
_KEPT = "\u2060"  # drawn as nothing; no cleaned text has one
_NUMBER = r"(?:\d[\d,]*+(?:\.\d++)?+|\.\d++)"
_UNIT = rf"(?:°[CF]?|(?:{ENGLISH.measures})(?![^\W\d_]))"
_VALUE = re.compile(
    rf"(?:{_NUMBER}(?:\s*(?:[-–/x×*]|to)\s*{_NUMBER})*\s*+(?:[.,;)]*$|{_UNIT})|\d*\.\d|ve\b|[-+]+$)", re.IGNORECASE
)
_WITH_WORDS = re.compile(rf"\W*{_NUMBER}\s*+(?:{_UNIT})?+.*?[^\W\d_]{{3}}", re.IGNORECASE)
_ITEM_NUMBER = re.compile(r" *(?P<marker>\d{1,3}[.)]|\[\d{1,3}\]) +(?P<text>\S.*)")
_FOOTNOTE = re.compile(r" *(?P<marker>\[\^[^\[\]\s]+\]:) +(?P<text>\S.*)")
_ITEM_LETTER = re.compile(r" *(?P<marker>\(?(?P<letter>[a-z])\)) +(?P<text>\S.*)")


@dataclass(slots=True)
class _Run:
    """The items of one list so far, by the numbers of their lines: the same mark, as far from the margin."""

    indent: int
    mark: str
    lead: str
    items: list[tuple[int, str]] = field(default_factory=list)
    values: int = 0

    def is_list(self) -> bool:
        if self.values < len(self.items):
            return True
        if len(self.items) == 1:
            return False
        words = any(_WITH_WORDS.match(text) for _, text in self.items)
        return self.mark not in _SIGNS or words or self.lead.rstrip().endswith(":")

    def may_be_signs(self) -> bool:
        """Say whether the marks of this list may be minus or plus signs, so that they stay as they are written."""
        return self.mark in _SIGNS and self.values == len(self.items)


def signs(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the lines that begin with a dash, plus or star that is no bullet: their numbers, and where it stands."""
    for run in _runs(lines):
        if not run.is_list():
            yield from ((number, run.indent) for number, _ in run.items)


def results(lines: Sequence[str]) -> Iterator[int]:
    """Yield the numbers of the lines of nothing but signs that are results and no rule: '- - +', '- - -' below a label.

    Dashes or stars alone are a rule below a sentence, a heading of Markdown or nothing; glued ones are results only
    right below a label that ends in a colon.
    """
    above = lead = ""
    for number, line in enumerate(lines):
        match = _SIGNS_ALONE.fullmatch(line)
        if match and _are_results(match["signs"], above.strip(" >"), lead.strip(" >")):
            yield number
        above, lead = line, line if line.strip(" >") else lead


def _are_results(signs: str, above: str, lead: str) -> bool:
    kinds = set(signs) - {" "}
    if len(signs.replace(" ", "")) > _MOST_RESULTS:
        return False
    if " " not in signs:
        return kinds == {"-"} and len(signs) <= _MOST_GLUED and above.endswith(":")
    if len(kinds) > 1 or not kinds <= {"-", "*"}:
        return True
    return lead.endswith(":") or bool(above and above[0] != "#" and above[-1] not in ".!?;")


def is_value(text: str) -> bool:
    """Say whether the text of an item begins with a value that its mark may be the sign of: '5.2 mmol/L by May'."""
    return _VALUE.match(text) is not None


def _runs(lines: Sequence[str]) -> Iterator[_Run]:
    opened: list[_Run] = []  # those further from the margin last
    lead, goes_on = "", False
    told = set(results(lines))
    for number, line in enumerate(lines):
        match = _MARK.match(line) if number not in told else None
        if not match:
            if text := line.lstrip(" >"):
                indent = len(line) - len(text)
                while opened and opened[-1].indent >= indent and not (goes_on and _has_words(opened[-1])):
                    yield opened.pop()
                lead = line
            goes_on = bool(text) and bool(opened)
            continue
        indent, mark, text = match.end("indent"), match["mark"], line[match.end() :]
        while opened and (opened[-1].indent > indent or (opened[-1].indent == indent and opened[-1].mark != mark)):
            yield opened.pop()
        if not opened or opened[-1].indent < indent:
            opened.append(_Run(indent, mark, lead))
        opened[-1].items.append((number, text))
        opened[-1].values += is_value(text)
        lead, goes_on = line, True
    yield from opened


def _has_words(run: _Run) -> bool:
    return run.values < len(run.items)


def bulleted(lines: Sequence[str]) -> list[str]:
    """Return `lines`, those that begin with some bullet beginning with '• ' instead, not indented.

    An item whose mark may be a sign keeps it, behind `_KEPT`, by which `list_item` knows it.
    """
    runs = list(_runs(lines))
    literal = {number for run in runs if not run.is_list() for number, _ in run.items} | set(results(lines))
    kept = {number for run in runs if run.may_be_signs() for number, _ in run.items}
    bulleted = []
    for number, line in enumerate(lines):
        glyph = _GLYPH.match(line)
        match = glyph or (_MARK.match(line) if number not in literal else None)
        is_bullet = match and (glyph or ">" not in match["indent"])
        mark = f"{_KEPT}{match['mark']} " if match and number in kept else BULLET
        bulleted.append(mark + line[match.end() :] if match and is_bullet else line)
    return bulleted


def list_item(line: str) -> tuple[str, str] | None:
    """Return the marker ('• ', '- ', '3. ', '7) ', '[^1]: ') and the text of a line that is an item, or None."""
    if line.startswith(BULLET):
        return BULLET, line.removeprefix(BULLET)
    if line.startswith(_KEPT):
        return line[1:3], line[3:]
    match = _ITEM_NUMBER.match(line) or _FOOTNOTE.match(line)
    return (f"{match['marker']} ", match["text"]) if match else None


def lettered_item(line: str) -> tuple[str, str] | None:
    """Return the marker ('a) ', '(a) ') and the text of a line that begins with a letter in brackets, or None."""
    match = _ITEM_LETTER.match(line)
    return (f"{match['marker']} ", match["text"]) if match else None


def place_of(marker: str) -> int:
    """Return the place an item's marker gives it, from 1: 3 for '3. ' and for 'c) '; 0 for a bullet."""
    name = marker.strip(" .()[]")
    return int(name) if name.isdecimal() else ord(name) - ord("a") + 1 if name.isascii() and name.isalpha() else 0
