"""Puts the characters of a page together to lines, with size, weight, cells and boxes. No line is left out or moved.

A line ends where the next character stands on another baseline or far to the side; raised and lowered characters stay
on their line and are written as such (`documents/pdf/scripts.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from calcqa.documents.pdf.glyphs import HYPHEN, Glyph, Style
from calcqa.documents.pdf.rules import CELL_END
from calcqa.documents.pdf.scripts import lowered, raised
from calcqa.types import Span

Box = tuple[float, float, float, float]
Cell = tuple[int, int, float, float]
"""A cell of a line: start and end in its text, left and right."""

# In units of the font's size.
_SAME_LINE = 0.55  # baselines nearer than this may be one line
_SAME_BASELINE = 0.12
_BACK = 0.6  # a character may start this far left of where the last one ended
_WORD_GAP = 0.16  # a space is seen
_CELL_GAP = 1.35  # wider than any space between words, but in a table
_REACH = 2.2  # from one piece of a line to the next, where pdfium began a new line
_SMALLER = 0.84  # of the line's size: what may be raised or lowered
_MOVED = 0.07  # off the baseline
_ASCENT, _DESCENT = 0.78, 0.22

_STOPS = ".,;:"
_MOST_CELLS = 100  # of a line
_BEFORE = 40  # characters that say what a raised one is
_MOST = 0.9  # of a line's letters: then it is bold, or in italics


@dataclass(slots=True)
class Line:
    """A line of a page; `x0`, `x1` and `base` are turned so that it reads to the right."""

    page: int
    text: str
    size: float
    bold: bool
    italic: bool
    family: str
    turn: int
    x0: float
    x1: float
    base: float
    box: Box  # on the page as it is, origin at the bottom left
    cells: tuple[Cell, ...]
    lead: int = 0  # length of a beginning that is set in bold or italics, where the rest is not
    lead_bold: bool = False
    marks: tuple[Span, ...] = ()  # raised numbers that point to references
    broken: bool = False  # its last word goes on in the next line; the text ends in '-'


def read_lines(glyphs: Iterable[Glyph], page: int) -> list[Line]:
    """Return the lines of the page numbered `page` in the order of its characters."""
    return [line for pieces in _split(glyphs) if (line := _line(pieces, page)) is not None]


def turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """Return a point in the frame of text turned by `turn` quarters: along its baseline, and across."""
    return ((x, y), (y, -x), (-x, -y), (-y, x))[turn]


def _split(glyphs: Iterable[Glyph]) -> Iterable[list[Glyph]]:
    """Yield the characters of each line; a space that pdfium added has no style."""
    line: list[Glyph] = []
    last: Glyph | None = None
    base = size = 0.0
    ended = False
    for glyph in glyphs:
        if glyph.style is None:
            if glyph.char in (" ", CELL_END):
                line.append(glyph)
            else:
                ended = True
            continue
        if last is not None and last.style is not None:
            if not _goes_on(last, glyph, base, size, ended):
                yield line
                line, last = [], None
            elif ended and line[-1].char != " " and _gap(last, glyph) > _WORD_GAP * size:
                line.append(Glyph(" ", None, 0, 0, 0, glyph.box))
        style = glyph.style
        if last is None or style.size > size * _SMALLER:
            base, size = turned(glyph.x, glyph.y, style.turn)[1], style.size
        ended = False
        line.append(glyph)
        if glyph.char != " " or last is None:
            last = glyph
    if line:
        yield line


def _gap(last: Glyph, glyph: Glyph) -> float:
    """Return how far `glyph` stands from `last`; the room that a stop has within its own width is none before it."""
    turn = glyph.style.turn if glyph.style else 0
    start = turned(glyph.x, glyph.y, turn)[0] if glyph.char in _STOPS else _extent(glyph, turn)[0]
    return start - _extent(last, turn)[1]


def _extent(glyph: Glyph, turn: int) -> tuple[float, float]:
    x0, y0, x1, y1 = glyph.box
    a, b = turned(x0, y0, turn)[0], turned(x1, y1, turn)[0]
    return (a, b) if a <= b else (b, a)


def _goes_on(last: Glyph, glyph: Glyph, base: float, size: float, ended: bool) -> bool:
    """Say whether `glyph` stands on the line whose last character is `last`."""
    assert last.style is not None and glyph.style is not None
    if last.char == HYPHEN or last.style.turn != glyph.style.turn:
        return False
    if glyph.box == last.box:  # the letters of a ligature
        return True
    height = max(size, glyph.style.size)
    off = abs(turned(glyph.x, glyph.y, glyph.style.turn)[1] - base)
    gap = turned(glyph.x, glyph.y, glyph.style.turn)[0] - _extent(last, glyph.style.turn)[1]
    if off > _SAME_LINE * height or gap < -_BACK * height:
        return False
    if off > _SAME_BASELINE * height and (gap > _CELL_GAP * height or abs(glyph.style.size / size - 1) < 0.05):
        return off < 0.25 * height and gap < height
    return gap < _REACH * height or not ended


@dataclass(slots=True)
class _Chunk:
    """Characters in a row with one style and one place: on the baseline (0), raised (1) or lowered (-1)."""

    text: str
    style: Style
    place: int
    x0: float
    x1: float
    spaced: bool  # a space stands before it
    cell: bool  # it begins a cell


def _line(glyphs: list[Glyph], page: int) -> Line | None:
    """Return the line of these characters; None where there is nothing but spaces."""
    drawn = [(g, g.style) for g in glyphs if g.style is not None and g.char and not g.char.isspace()]
    if not drawn:
        return None
    styles = Counter(style for _, style in drawn)
    size = _main_size(styles)
    turn = styles.most_common(1)[0][0].turn
    bases = Counter(round(turned(g.x, g.y, turn)[1], 1) for g, style in drawn if style.size == size)
    base = bases.most_common(1)[0][0]
    chunks = _chunks(glyphs, size, base, turn)
    text, cells, marks = _text(chunks)
    main = {style: n for style, n in styles.items() if style.size >= _SMALLER * size}
    letters = sum(main.values())
    families = Counter[str]()
    for style, count in styles.items():
        families[style.family] += count
    x0, x1 = min(c[2] for c in cells), max(c[3] for c in cells)
    lead, lead_bold = _lead(chunks)
    return Line(
        page=page,
        text=text,
        size=size,
        bold=sum(n for style, n in main.items() if style.bold) >= _MOST * letters,
        italic=sum(n for style, n in main.items() if style.italic) >= _MOST * letters,
        family=families.most_common(1)[0][0],
        turn=turn,
        x0=x0,
        x1=x1,
        base=base,
        box=_box(x0, x1, base, size, turn),
        cells=cells,
        lead=lead if lead < len(text) else 0,
        lead_bold=lead_bold,
        marks=marks,
        broken=drawn[-1][0].char == HYPHEN,
    )


def _main_size(styles: Counter[Style]) -> float:
    """Return the size that most of a line has; of two that are about as frequent the larger."""
    sizes = Counter[float]()
    for style, count in styles.items():
        sizes[style.size] += count
    most = max(sizes.values())
    return max(size for size, count in sizes.items() if count * 2 >= most)


def _box(x0: float, x1: float, base: float, size: float, turn: int) -> Box:
    """Return the box on the page of what stands from `x0` to `x1` on a baseline."""
    back = (4 - turn) % 4
    a, b = turned(x0, base - _DESCENT * size, back), turned(x1, base + _ASCENT * size, back)
    left, right, low, high = min(a[0], b[0]), max(a[0], b[0]), min(a[1], b[1]), max(a[1], b[1])
    return (round(left, 1), round(low, 1), round(right, 1), round(high, 1))


def _chunks(glyphs: list[Glyph], size: float, base: float, turn: int) -> list[_Chunk]:
    chunks: list[_Chunk] = []
    spaced, ended, cells = False, False, 0
    for glyph in glyphs:
        style = glyph.style
        if style is None or glyph.char.isspace():
            spaced, ended = True, ended or (style is None and glyph.char == CELL_END)
            continue
        start, end = _extent(glyph, turn)
        off = turned(glyph.x, glyph.y, turn)[1] - base
        place = 0 if style.size > _SMALLER * size or abs(off) < _MOVED * size else 1 if off > 0 else -1
        char = "-" if glyph.char == HYPHEN else glyph.char
        last = chunks[-1] if chunks else None
        if not char:  # struck out: what comes next is set off from what stood before
            spaced = True
            if last is not None and not ended:
                last.x1 = max(last.x1, end)
            continue
        cell = last is not None and cells < _MOST_CELLS and (ended or start - last.x1 > _CELL_GAP * size)
        cells += cell
        if last is not None and last.place == place and not cell and (place or last.style == style):
            last.text += " " * spaced + char
            last.x1 = max(last.x1, end)
        else:
            chunks.append(_Chunk(char, style, place, start, end, spaced or cell, cell))
        spaced = ended = False
    return chunks


def _text(chunks: list[_Chunk]) -> tuple[str, tuple[Cell, ...], tuple[Span, ...]]:
    """Return the text of a line, its cells, and where raised numbers point to references."""
    text, marks = "", list[Span]()
    cells: list[Cell] = []
    for i, chunk in enumerate(chunks):
        text += " " * (chunk.spaced and bool(text))
        written = chunk.text
        if chunk.place > 0:
            rest = chunks[i + 1 : i + 2]
            written, points = raised(written, text[-_BEFORE:], "".join(" " * c.spaced + c.text for c in rest))
            if points:
                marks.append(Span(len(text), len(text) + len(written)))
        elif chunk.place < 0:
            written = lowered(written, text[-_BEFORE:])
        if chunk.cell or not cells:
            cells.append((len(text), len(text), chunk.x0, chunk.x1))
        text += written
        start, _, x0, x1 = cells[-1]
        cells[-1] = (start, len(text), min(x0, chunk.x0), max(x1, chunk.x1))
    return text, tuple(cells), tuple(marks)


def _lead(chunks: list[_Chunk]) -> tuple[int, bool]:
    """Return the length of a beginning in bold, or else in italics, and whether it is bold."""
    first = chunks[0].style
    if not (first.bold or first.italic):
        return 0, False
    length = 0
    for i, chunk in enumerate(chunks):
        if not chunk.place and not (chunk.style.bold if first.bold else chunk.style.italic and not chunk.style.bold):
            break
        length += len(chunk.text) + (chunk.spaced and i > 0)
    return length, first.bold
