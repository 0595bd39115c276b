"""Reads the lines drawn on a page: those through text, which is struck out then, and those between cells of a table.

A line is through text that it runs across at half the height of small letters, from its first character to its last;
so is a note that strikes text out. An upright line between two characters of a line parts cells, however near they
stand. Does not: look into forms that a page is put together from, or follow curves and slanted lines.
"""

from __future__ import annotations

import ctypes
import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from calcqa.documents.pdf.glyphs import Glyph

CELL_END = "\t"
"""A character without a style: here a cell of a table ends."""

_MOST_OBJECTS = 20_000
_MOST_SEGMENTS = 100_000
_STRAIGHT = 0.5  # points that the ends of a line are off at most
_THICK = 2.0  # points: a thicker line is a bar behind its text
_STROKED, _FILLED = "stroked", "filled"
_WHITE = 250  # of 255

# In units of the font's size.
_LOW, _HIGH = 0.15, 0.45  # above the baseline: where a line strikes text out
_OVER = 0.6  # so far it stands out beyond its text
_SHORTEST = 0.3
_COVERED = 0.5  # of a line's length, by characters


@dataclass(slots=True)
class Rules:
    """The straight lines of a page."""

    level: dict[int, list[tuple[float, float, float]]] = field(default_factory=dict)
    """Left, right and height, by whole points of height."""
    upright: list[tuple[float, float, float]] = field(default_factory=list)
    """Place, lower and upper end, from left to right."""


def read_rules(page: Any) -> Rules:
    """Return the lines that are drawn on a pdfium page, and the upright edges of its boxes."""
    level = defaultdict[int, list[tuple[float, float, float]]](list)
    upright = []
    for thick, points in _outlines(page):
        lines = list(pairwise(points))
        if thick is None:  # filled: a line only if it is flat
            heights = [y for _, y in points]
            thick = max(heights) - min(heights)
        for (x0, y0), (x1, y1) in lines:
            if abs(y1 - y0) <= _STRAIGHT < abs(x1 - x0) and thick <= _THICK:
                level[int(y0)].append((min(x0, x1), max(x0, x1), y0))
            elif abs(x1 - x0) <= _STRAIGHT < abs(y1 - y0):
                upright.append((x0, min(y0, y1), max(y0, y1)))
    for left, right, height in _notes(page):
        level[int(height)].append((left, right, height))
    return Rules(level, sorted(upright))


def _notes(page: Any) -> Iterator[tuple[float, float, float]]:
    """Yield the lines by which a reader of the file has struck text out, as notes on the page."""
    import pypdfium2.raw as c

    corners = c.FS_QUADPOINTSF()
    for i in range(min(c.FPDFPage_GetAnnotCount(page.raw), _MOST_OBJECTS)):
        note = c.FPDFPage_GetAnnot(page.raw, i)
        if c.FPDFAnnot_GetSubtype(note) == c.FPDF_ANNOT_STRIKEOUT:
            for n in range(c.FPDFAnnot_CountAttachmentPoints(note)):
                if c.FPDFAnnot_GetAttachmentPoints(note, n, corners):
                    xs = (corners.x1, corners.x2, corners.x3, corners.x4)
                    ys = (corners.y1, corners.y2, corners.y3, corners.y4)
                    yield min(xs), max(xs), sum(ys) / len(ys)
        c.FPDFPage_CloseAnnot(note)


def _outlines(page: Any) -> Iterator[tuple[float | None, list[tuple[float, float]]]]:
    """Yield each line and outline on a page: how thick it is drawn, None where it is only filled, and its points."""
    import pypdfium2.raw as c

    x, y, matrix, width = ctypes.c_float(), ctypes.c_float(), c.FS_MATRIX(), ctypes.c_float()
    left = _MOST_SEGMENTS
    for i in range(min(c.FPDFPage_CountObjects(page.raw), _MOST_OBJECTS)):
        item = c.FPDFPage_GetObject(page.raw, i)
        if c.FPDFPageObj_GetType(item) != c.FPDF_PAGEOBJ_PATH or not (how := _drawn(c, item)):
            continue
        count = c.FPDFPath_CountSegments(item)
        left -= count
        if left < 0:
            return
        c.FPDFPageObj_GetMatrix(item, matrix)
        c.FPDFPageObj_GetStrokeWidth(item, width)
        thick = width.value * math.hypot(matrix.a, matrix.b) if how == _STROKED else None
        points: list[tuple[float, float]] = []
        for n in range(count):
            segment = c.FPDFPath_GetPathSegment(item, n)
            c.FPDFPathSegment_GetPoint(segment, x, y)
            at = (
                matrix.a * x.value + matrix.c * y.value + matrix.e,
                matrix.b * x.value + matrix.d * y.value + matrix.f,
            )
            if c.FPDFPathSegment_GetType(segment) == c.FPDF_SEGMENT_MOVETO:
                if points:
                    yield thick, points
                points = []
            points.append(at)
            if c.FPDFPathSegment_GetClose(segment):
                points.append(points[0])
        if points:
            yield thick, points


def _drawn(c: Any, item: Any) -> str:
    """Return how a path is drawn in a colour that is seen on white; empty if it is not."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(item, fill, stroke)
    parts = [ctypes.c_uint() for _ in range(4)]
    uses = ((_STROKED, stroke, c.FPDFPageObj_GetStrokeColor), (_FILLED, fill, c.FPDFPageObj_GetFillColor))
    for how, is_used, colour in uses:
        is_seen = is_used.value and (not colour(item, *parts) or parts[3].value)
        if is_seen and min(part.value for part in parts[:3]) < _WHITE:
            return how
    return ""


def without_struck(glyphs: Sequence[Glyph], rules: Rules) -> tuple[list[Glyph], str]:
    """Return the characters, those that are struck out in their place but empty; and what is struck out."""
    across = defaultdict[tuple[float, float, float], list[int]](list)
    for number, glyph in enumerate(glyphs):
        if glyph.style is None or glyph.style.turn or glyph.char.isspace():
            continue
        low, high = (glyph.y + share * glyph.style.size for share in (_LOW, _HIGH))
        middle = (glyph.box[0] + glyph.box[2]) / 2
        for height in range(int(low), int(high) + 1):
            for line in rules.level.get(height, ()):
                if low <= line[2] <= high and line[0] <= middle <= line[1]:
                    across[line].append(number)
    struck = {n for line, numbers in across.items() if _strikes(line, [glyphs[k] for k in numbers]) for n in numbers}
    if not struck:
        return list(glyphs), ""
    text, last = "", min(struck) - 1
    for number in sorted(struck):
        text += " " * (number - last > 1) + glyphs[number].char
        last = number
    return [g._replace(char="") if n in struck else g for n, g in enumerate(glyphs)], text


def _strikes(line: tuple[float, float, float], glyphs: Sequence[Glyph]) -> bool:
    left, right, _ = line
    sizes = [glyph.style.size for glyph in glyphs if glyph.style]
    over, width = _OVER * max(sizes), sum(glyph.box[2] - glyph.box[0] for glyph in glyphs)
    first, last = min(glyph.box[0] for glyph in glyphs), max(glyph.box[2] for glyph in glyphs)
    if not any(glyph.char.isalnum() for glyph in glyphs):
        return False  # a line of a drawing over the mark of a point
    is_near = first - left <= over and right - last <= over
    return is_near and right - left >= _SHORTEST * max(sizes) and width >= _COVERED * (right - left)


def with_cells(glyphs: Sequence[Glyph], rules: Rules) -> list[Glyph]:
    """Return the characters with `CELL_END` where an upright line stands between two of a line."""
    if not rules.upright:
        return list(glyphs)
    kept: list[Glyph] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if glyph.style is not None and not glyph.char.isspace():
            if last is not None and last.style and _parted(last, glyph, rules.upright):
                kept.append(Glyph(CELL_END, None, 0, 0, 0, glyph.box))
            last = glyph
        kept.append(glyph)
    return kept


def _parted(last: Glyph, glyph: Glyph, upright: Sequence[tuple[float, float, float]]) -> bool:
    size = glyph.style.size if glyph.style else 0.0
    if glyph.box[0] <= last.box[2] or abs(glyph.y - last.y) > _OVER * size or (glyph.style and glyph.style.turn):
        return False
    for x, low, high in upright[bisect_left(upright, (last.box[2],)) :]:
        if x > glyph.box[0]:
            return False
        if low <= glyph.y + _LOW * size and high >= glyph.y + _HIGH * size:
            return True
    return False
