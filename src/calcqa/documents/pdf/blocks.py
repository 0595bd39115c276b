"""Groups the lines of a page to blocks: lines below each other in one size and weight, and none far from the last."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from calcqa.documents.pdf.lines import Line
from calcqa.language.english import ENGLISH

# In units of the font's size.
_PITCH = 1.75  # a line further below begins a block
_GAP = 1.3  # of the block's own pitch: so does one at a wider distance than those before it
_OVERPRINT = 0.3
_NOTE = 0.55  # of a page's width: narrower text has short lines only
_HEADING_LINES = 3
_LEAST_BODY = 4  # a fourth of the lines stands before the references, else it is no list of them
_REFERENCES = re.compile(rf"(?:\d+\.?\s+)?(?:{ENGLISH.references})\W*", re.IGNORECASE)


class Block:
    """Lines of one page that belong together. `gap` is the distance above it in sizes; None at the top of a column.

    `x0` and `x1` are where its lines begin and end, `pitch` is the least distance between two of them in points.
    """

    def __init__(self, line: Line, gap: float | None = None) -> None:
        """Begin with a line."""
        self.lines, self.gap = [line], gap
        self.x0, self.x1, self.pitch = line.x0, line.x1, 0.0

    def add(self, line: Line) -> None:
        """Add a line below the last one."""
        pitch = self.last.base - line.base
        self.pitch = min(self.pitch, pitch) if self.pitch else pitch
        self.x0, self.x1 = min(self.x0, line.x0), max(self.x1, line.x1)
        self.lines.append(line)

    @property
    def first(self) -> Line:
        """The first line."""
        return self.lines[0]

    @property
    def last(self) -> Line:
        """The last line."""
        return self.lines[-1]

    @property
    def text(self) -> str:
        """Its lines, one behind another."""
        return " ".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Body:
    """How the running text of a document is set."""

    size: float
    family: str
    width: float  # of a column


def body_of(pages: Sequence[Sequence[Line]], widths: Sequence[float]) -> Body:
    """Return how most of the text before the references is set; a long list of references may outweigh it.

    `widths` are those of the pages. Where all lines are short, as in a note, a line might go to the right margin.
    """
    styles = Counter[tuple[float, str]]()
    lines = [line for page in pages for line in page]
    end = next((i for i, line in enumerate(lines) if _REFERENCES.fullmatch(line.text)), len(lines))
    lines = lines[:end] if end * _LEAST_BODY >= len(lines) else lines
    for line in lines:
        if not line.bold:
            styles[(round(line.size * 2) / 2, line.family)] += len(line.text)
    if not styles:
        styles[(lines[0].size, lines[0].family)] = 1
    size, family = max(styles, key=lambda style: (styles[style], style))
    lengths = Counter(
        round((line.x1 - line.x0) / 10) * 10 for line in lines if abs(line.size - size) < 0.5 and len(line.cells) == 1
    )
    most = max(lengths.values(), default=0)
    width = max((w for w, n in lengths.items() if n >= 0.5 * most), default=100)
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    page = min(widths)
    return Body(size, family, page - 2 * left if 0 < left and right - left < _NOTE * page else width)


def blocks_of(lines: Sequence[Line], begins: Callable[[Line, Line], bool]) -> list[Block]:
    """Return the blocks of one page, in its order; a line starts one where `begins` holds of it and the line before."""
    blocks: list[Block] = []
    for line in lines:
        block = blocks[-1] if blocks else None
        if block is not None and not begins(line, block.last) and _belongs(block, line):
            block.add(line)
        else:
            blocks.append(Block(line, _gap_above(block, line)))
    return blocks


def _gap_above(block: Block | None, line: Line) -> float | None:
    if block is None or block.last.turn != line.turn or not _overlap(block, line):
        return None
    gap = block.last.base - line.base
    return gap / line.size if gap > 0 else None


def _overlap(block: Block, line: Line) -> bool:
    return line.x0 < block.x1 and line.x1 > block.x0


def _belongs(block: Block, line: Line) -> bool:
    """Say whether `line` goes on in `block`."""
    last = block.last
    if line.turn != last.turn or abs(line.size / last.size - 1) > 0.08 or not _overlap(block, line):
        return False
    if len(block.lines) <= _HEADING_LINES and _italic_heading(block, line):
        return False
    if line.bold != last.bold and not (last.broken or last.lead or _within(last, line)):
        return False
    pitch = last.base - line.base
    if not _OVERPRINT * line.size < pitch <= _PITCH * line.size:
        return False
    return not block.pitch or pitch <= max(_GAP * block.pitch, block.pitch + 0.25 * line.size)


def _within(last: Line, line: Line) -> bool:
    """Say whether a bold line is a name or term that runs on within a sentence."""
    return not last.bold and line.bold and line.text[:1].islower()


def _italic_heading(block: Block, line: Line) -> bool:
    """Say whether the lines of a block are in italics, the last of them short, above text that is not."""
    last = block.last
    short = last.x1 - last.x0 < 0.85 * (line.x1 - line.x0)
    above = all(x.italic for x in block.lines) and not line.italic
    return above and short and (block.gap is None or block.gap > 1.4) and not last.broken
