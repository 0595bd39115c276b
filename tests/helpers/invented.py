"""Invented documents: what the contract of the loaders, and the measure of formats, are held on.

A document is a list of blocks. A text is a tuple of pieces: plain ones, and pieces that a format marks.
"""

from dataclasses import dataclass

RAISED, LOWERED, HIDDEN, STRUCK, CITED = "raised", "lowered", "hidden", "struck", "cited"
UNSEEN = (HIDDEN, STRUCK)


@dataclass(frozen=True)
class Piece:
    text: str
    kind: str


@dataclass(frozen=True)
class Title:
    text: tuple


@dataclass(frozen=True)
class Heading:
    text: tuple
    level: int = 1  # below the title


@dataclass(frozen=True)
class Paragraph:
    text: tuple


@dataclass(frozen=True)
class Items:
    texts: tuple
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    caption: tuple
    header: tuple
    rows: tuple


@dataclass(frozen=True)
class Figure:
    caption: tuple


@dataclass(frozen=True)
class References:
    texts: tuple


def t(*pieces):
    return tuple(pieces)


def plain(text):
    """Return a text without what a format marks."""
    return "".join(p if isinstance(p, str) else p.text for p in text if isinstance(p, str) or p.kind not in UNSEEN)
