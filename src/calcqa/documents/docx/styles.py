"""Styles and numbering of a Word file: which paragraph is a heading, what is hidden or raised, which number it has.

The numbers are counted as Word does, since the file does not have them: by abstract list and level, restarted below a
higher level, in the form and with the text around it that the level says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from calcqa.documents.repair import BULLET
from calcqa.documents.tree.markers import numbered, whole

Element = Any

_OFF = frozenset({"0", "false", "off", "none"})
_FORMS = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}
_MOST_STYLES = 50  # styles one on another
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_LEVELS = 9
_TINY = 2  # half points
_WHITE = "FFFFFF"


def value(element: Element | None, name: str = "val") -> str:
    """Return an attribute by its name in whichever namespace; empty where there is none."""
    if element is None:
        return ""
    return next((str(v) for key, v in element.attrib.items() if key.rpartition("}")[2] == name), "")


def is_on(properties: Element | None, name: str) -> bool | None:
    """Return whether a property is switched on or off; None where it is not named."""
    named = properties.find(name) if properties is not None else None
    return None if named is None else value(named) not in _OFF


@dataclass(slots=True)
class Styles:
    """The styles of a file by their ids."""

    root: Element | None = None
    _styles: dict[str, Element] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.root is not None:
            self._styles = {value(style, "styleId"): style for style in self.root.iter("style")}

    def chain(self, style_id: str) -> Iterator[Element]:
        """Yield a style and those it is based on."""
        for _ in range(_MOST_STYLES):
            style = self._styles.get(style_id)
            if style is None:
                return
            yield style
            style_id = value(style.find("basedOn"))

    def name(self, paragraph: Element) -> str:
        """Return the name of a paragraph's style in lower case, as Word itself calls it."""
        style = next(self.chain(value(paragraph.find("pPr/pStyle"))), None)
        return value(style.find("name")).lower() if style is not None else value(paragraph.find("pPr/pStyle")).lower()

    def heading_level(self, paragraph: Element) -> int:
        """Return the level of a heading, from 1; 0 where a paragraph is none."""
        chain = list(self.chain(value(paragraph.find("pPr/pStyle"))))
        for style in chain:
            if match := _HEADING.fullmatch(value(style.find("name"))):
                return int(match[1]) or 1
        for level_of in (paragraph.find("pPr/outlineLvl"), *(style.find("pPr/outlineLvl") for style in chain)):
            if level_of is not None:
                level = whole(value(level_of), _LEVELS)
                return level + 1 if 0 <= level < _LEVELS else 0
        return 0

    def run_property(self, run: Element, paragraph: Element | None, name: str) -> bool:
        """Say whether a property of text is on for a run: by itself, its style, or the style of its paragraph."""
        own = run.find("rPr")
        sources = [own]
        if own is not None:
            sources += [style.find("rPr") for style in self.chain(value(own.find("rStyle")))]
        if paragraph is not None:
            sources += [style.find("rPr") for style in self.chain(value(paragraph.find("pPr/pStyle")))]
        return next((bool(on) for source in sources if (on := is_on(source, name)) is not None), False)

    def run_value(self, run: Element, name: str, attribute: str = "val") -> str:
        """Return the value of a property of a run, by itself or its style."""
        own = run.find("rPr")
        if own is None:
            return ""
        sources = [own, *(style.find("rPr") for style in self.chain(value(own.find("rStyle"))))]
        values = (value(s.find(name), attribute) for s in sources if s is not None and s.find(name) is not None)
        return next(values, "")

    def is_faint(self, run: Element) -> bool:
        """Say whether the text of a run is too small to be seen, or white on the white of the page.

        Whatever may lie below white text makes it seen: a shade, a highlight, a table, a text box, a page's own colour.
        """
        if 0 < whole(self.run_value(run, "sz"), 0) <= _TINY:
            return True
        if self.run_value(run, "color").upper() != _WHITE:
            return False
        paragraph = next(run.iterancestors("p"), None)
        styles = () if paragraph is None else self.chain(value(paragraph.find("pPr/pStyle")))
        shaded = (e.find(path) for e in (paragraph, *styles) if e is not None for path in ("pPr/shd", "rPr/shd"))
        lies_on = (run.find(f"rPr/{name}") for name in ("shd", "highlight"))
        around = (*run.iterancestors("tc", "txbxContent"), *run.getroottree().getroot().iterchildren("background"))
        return not around and all(e is None for e in (*shaded, *lies_on))

    def numbering(self, paragraph: Element) -> tuple[str, int]:
        """Return the id of the numbering of a paragraph, and its level; an empty id where it has none."""
        sources = [paragraph, *self.chain(value(paragraph.find("pPr/pStyle")))]
        number, level = "", ""
        for source in sources:
            properties = source.find("pPr/numPr")
            if properties is not None:
                number = number or value(properties.find("numId"))
                level = level or value(properties.find("ilvl"))
        return ("" if number == "0" else number), min(_LEVELS - 1, max(0, whole(level, 0)))


@dataclass(slots=True)
class Numbering:
    """The lists of a file, and how far each is counted."""

    root: Element | None = None
    _lists: dict[str, Element] = field(default_factory=dict)
    _abstract: dict[str, Element] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.root is not None:
            self._lists = {value(num, "numId"): num for num in self.root.iter("num")}
            self._abstract = {value(a, "abstractNumId"): a for a in self.root.iter("abstractNum")}

    def marker(self, number: str, level: int) -> str:
        """Return the marker of the next item of a list at a level, with a space behind it; count it."""
        num = self._lists.get(number)
        if num is None:
            return BULLET
        abstract_id = value(num.find("abstractNumId"))
        counts = self._counts.setdefault(abstract_id, [None] * _LEVELS)
        override = self._override(num, level)
        start = override if override is not None else whole(self._of_level(num, level, "start"), 1)
        if override is not None and (number, level) not in self._begun:
            counts[level] = None
        self._begun.add((number, level))
        last = counts[level]
        counts[level] = start if last is None else last + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        form = self._of_level(num, level, "numFmt")
        if form == "bullet":
            return BULLET
        text = self._of_level(num, level, "lvlText") or ""
        if form == "none":
            return f"{re.sub(r'%[1-9]', '', text)} ".lstrip()

        def count(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            counted = counts[at]
            shown = whole(self._of_level(num, at, "start"), 1) if counted is None else counted
            return _shown(shown, self._of_level(num, at, "numFmt"))

        return f"{re.sub(r'%([1-9])', count, text)} ".lstrip()

    def _override(self, num: Element, level: int) -> int | None:
        for override in num.iterchildren("lvlOverride"):
            start = override.find("startOverride")
            if whole(value(override, "ilvl"), -1) == level and start is not None:
                return whole(value(start), 1)
        return None

    def _of_level(self, num: Element, level: int, name: str) -> str:
        abstract = self._abstract.get(value(num.find("abstractNumId")))
        places = [o for o in num.iterchildren("lvlOverride") if whole(value(o, "ilvl"), -1) == level]
        levels = [lvl for place in places for lvl in place.iterchildren("lvl")]
        if abstract is not None:
            levels += [lvl for lvl in abstract.iterchildren("lvl") if whole(value(lvl, "ilvl"), -1) == level]
        values = (value(lvl.find(name)) for lvl in levels if lvl.find(name) is not None)
        return next(values, "decimal" if name == "numFmt" else "")


def _shown(number: int, form: str) -> str:
    if form == "decimalZero":
        return f"{number:02d}"
    return numbered(number, _FORMS.get(form, ""))
