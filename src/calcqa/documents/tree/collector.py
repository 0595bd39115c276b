"""Collects text into parts while a tree is walked (`documents/tree/walk.py`), and what is left out of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from calcqa.documents.base import Part
from calcqa.documents.tree.collected import as_it_is, collected, one_line, parted, with_breaks
from calcqa.types import BlockKind, Dropped


@dataclass(slots=True)
class Frame:
    """What text is collected for: the kind and marker of its next part; `joined` keeps paragraphs on one line."""

    kind: BlockKind = BlockKind.PARAGRAPH
    marker: str = ""
    tight: bool = False
    joined: bool = False
    raw: bool = False
    level: int = 0


@dataclass(slots=True)
class Collector:
    """The parts of a file, what was dropped, and the characters that cleaning took out (`gone`)."""

    parts: list[Part] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    gone: Counter[str] = field(default_factory=Counter)
    _text: list[str] = field(default_factory=list)
    _frame: Frame = field(default_factory=Frame)
    _captured: int = 0  # how many elements are being read as one text
    _reported: bool = False  # what is read goes among what is dropped, so nothing within is dropped by itself

    def _drop(self, text: str, reason: str) -> None:
        if text and not self._reported:
            self.dropped.append(Dropped(text, reason))

    def _add(self, text: str | None) -> None:
        if text:
            self._text.append(collected(text, raw=self._frame.raw and not self._captured))

    def _end(self) -> None:
        """End the part that is being collected; within one text, part what comes from what went before."""
        if self._captured:
            self._text.append(" ")
            return
        text, self._text = parted("".join(self._text)), []
        if not text.strip():
            return
        frame = self._frame
        form = as_it_is if frame.raw else one_line if frame.joined else with_breaks
        plain, references = form(text, self.gone)
        if plain.strip():
            self.parts.append(Part(plain, frame.kind, frame.level, frame.marker, frame.tight, references=references))
            if frame.joined:
                frame.marker, frame.tight = "", True

    def _part(self) -> None:
        """Part paragraphs: by a space where they are kept on one line."""
        if self._frame.joined:
            self._text.append(" ")
        else:
            self._end()
