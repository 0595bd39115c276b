"""Tells which blocks of a PDF are its title and its headings, by how they are set and by the outline."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from calcqa.documents.pdf.blocks import Block, Body
from calcqa.documents.pdf.lines import Line

_LONGEST = 200  # characters
_LINES = 3
_TITLE_WORDS, _TITLE_LINES = 2, 6  # fewest words, most lines
_TITLE_LETTERS = 10  # of a title that does not stand first
_LARGE = 1.25  # of the body's size: a title may end in a full stop
_LETTERS = 0.55  # of a heading's characters, spaces apart
_GAP = 1.3  # sizes: from the line above to a heading
_ITALIC_GAP = 1.45
_LARGER = 1.06  # of the body's size
_SIZE, _BOLD_SIZE = 0.93, 0.7  # the smallest heading
_NEAR = 4.5  # sizes: from a heading down to the text below it
_LEAD_WORDS = 14  # of a heading that stands in the first line of its paragraph
_AFTER_LEAD = 5  # words behind it

_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+\S")
_NUMBER = re.compile(r"^\(?(?:\d{1,2}|[ivx]{1,4}|[a-z])(?:\.\d{1,2}){0,3}[.)]?\s+")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_SENTENCE = re.compile(r"[.;,]\Z")

Outline = Mapping[str, int]
"""Titles of the outline, folded, with their depth from 0."""


def folded(text: str) -> str:
    """Return the letters of `text` alone, in lower case."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).lower())


def find_title(blocks: Sequence[Block], known: str, heads: Sequence[str], body: Body) -> Block | None:
    """Return the block of the first page that is the title; `known` is the file's own word for it.

    The largest type is the title, but not a journal's name, which the running `heads` have with its year. A short one
    stands first; a sentence in hardly larger type than the rest is none.
    """
    for block in blocks:
        if len(folded(known)) > 10 and folded(block.text) == folded(known):
            return block
    journals = [folded(head) for head in heads if any(c.isdigit() for c in head)]
    able = [
        block
        for block in blocks
        if _TITLE_WORDS <= len(block.text.split()) <= 60
        and not block.first.turn
        and (block.first.size > body.size * _LARGER or (block.first.bold and block is blocks[0]))
        and not _NUMBERED.match(block.text)
        and len(block.lines) <= _TITLE_LINES
        and (len(folded(block.text)) >= _TITLE_LETTERS or block is blocks[0])
        and (block.first.size > body.size * _LARGE or not _SENTENCE.search(block.text))
        and not any(folded(block.text) in journal for journal in journals)
    ]
    return max(able, key=lambda block: block.first.size, default=None)  # of several the first


def is_heading(block: Block, following: Block | None, body: Body, outline: Outline) -> bool:
    """Say whether `block` is a heading: set off, short, on lines of its own, and text follows it."""
    text = block.text
    if folded(text) in outline and len(block.lines) <= _LINES:
        return True
    bare = _NUMBER.sub("", text)
    letters = sum(c.isalpha() for c in bare)
    solid = len(bare.replace(" ", ""))
    if len(text) > _LONGEST or len(block.lines) > _LINES or letters < 3 or letters < _LETTERS * solid:
        return False
    if _SENTENCE.search(text) or block.last.broken or any(len(line.cells) > 1 for line in block.lines[1:]):
        return False
    if len(block.first.cells) > 1 and not _NUMBERED.match(text):
        return False
    if not _followed(block, following, body):
        return False
    other_font = block.first.family != body.family and following is not None and following.first.family == body.family
    if not set_off(block, body) and not (other_font and block.first.size >= body.size * _SIZE):
        return False
    plain_italic = block.first.italic and not block.first.bold and block.first.size <= body.size * _LARGER
    if block.gap is None:
        return True
    # Above much larger type the distance is large for the text, and may be small for the type.
    gap = block.gap * block.first.size / body.size if block.first.size > body.size * _LARGE else block.gap
    return gap >= (_ITALIC_GAP if plain_italic else _GAP)


def set_off(block: Block, body: Body) -> bool:
    """Say whether a block is set in another way than running text: larger, bold, in italics or in capitals."""
    line = block.first
    if line.size < body.size * (_BOLD_SIZE if line.bold else _SIZE):
        return False
    larger = line.size > body.size * _LARGER
    capitals = block.text.upper() == block.text
    return larger or capitals or all(x.bold for x in block.lines) or all(x.italic for x in block.lines)


def _followed(block: Block, following: Block | None, body: Body) -> bool:
    """Say whether text stands right below, or at the top of the next column, as below a heading."""
    if following is None:
        return False
    line, last = following.first, block.last
    if line.turn != last.turn or line.size < 0.85 * body.size:
        return False
    down = last.base - line.base
    if line.text[:1].islower() and not block.first.bold:
        return False
    below = 0 < down <= _NEAR * last.size and line.x0 < block.x1 + last.size and following.x1 > block.x0
    jumped = line.base > last.base or line.page != last.page
    return below or jumped


def run_in(lines: Sequence[Line]) -> int | None:
    """Return how many whole lines at the start of a paragraph belong to a heading in bold or italics that stands in it.

    The heading goes on in the beginning of the next line, its `lead`. None where there is no heading; a label before a
    value, as in 'Allergies: none', is none.
    """
    count = 0
    while count < min(len(lines) - 1, _LINES) and (lines[count].bold or lines[count].italic):
        count += 1
    line = lines[count]
    head = " ".join([*(x.text for x in lines[:count]), line.text[: line.lead].strip()])
    rest = " ".join([line.text[line.lead :], *(x.text for x in lines[count + 1 :])]).split()
    if not line.lead or not 3 <= len(head) <= _LONGEST or len(head.split()) > _LEAD_WORDS + _LEAD_WORDS * count:
        return None
    if len(rest) < _AFTER_LEAD or not (rest[0][0].isupper() or rest[0][0].isdigit() or rest[0][0] in "“\"'("):
        return None
    return count if head[-1] in ".:" and sum(c.isalpha() for c in head) >= 3 else None


class Levels:
    """Levels of headings, from 2 down: by number where they have numbers, by the outline, else by how they are set."""

    def __init__(self, blocks: Sequence[Block], outline: Outline) -> None:
        """Rank the styles of `blocks`, which are the document's headings."""
        self.outline = outline
        styles = Counter(_style(block) for block in blocks)
        self.ranks = {style: min(rank, 3) for rank, style in enumerate(sorted(styles, reverse=True))}

    def of(self, block: Block) -> int:
        """Return the level of a heading."""
        if (match := _NUMBERED.match(block.text)) and match[1]:
            return 2 + match[1].count(".")
        if (depth := self.outline.get(folded(block.text))) is not None:
            return 2 + min(depth, 3)
        return 2 + self.ranks.get(_style(block), 1)

    def deepest(self) -> int:
        """Return the level of headings that stand within a paragraph's first line."""
        return 3 + max(self.ranks.values(), default=0)


def _style(block: Block) -> tuple[float, bool, bool, bool]:
    line = block.first
    return round(line.size * 2) / 2, line.bold, block.text.upper() == block.text, not line.italic
