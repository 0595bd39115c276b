"""Tells text that a reader of the page sees from text that nobody sees.

The page is drawn small, and where a piece of text should be the picture must show something: white on white, covered,
transparent, clipped and switched-off text leaves nothing there. Text in the invisible rendering mode, off the page or
tinier than can be read is not seen either. The text layer of a scanned page, drawn invisibly over its picture, is the
exception: it is what recognition read there.
"""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from calcqa.documents.pdf.glyphs import Glyph

_TINY = 1.5  # points: no print is as small
_SCALE = 1.5  # pixels a point
_MOST_PIXELS = 4_000_000
_CONTRAST = 10  # of 255, between the lightest and the darkest pixel
_GROUP = 4  # characters looked at together; of these groups half must show something
_SCAN = 0.5  # of a page's area that a picture covers at least where the page is a scan
_MOST_OBJECTS = 20_000
_FINE = 64  # parts of a pixel
_FAR = 1000  # points


def split_visible(page: Any, glyphs: Sequence[Glyph]) -> tuple[list[Glyph], str, bool]:
    """Return the characters that are seen, the text of the others, and whether the page is a scan with a text layer."""
    runs: dict[int, list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        if glyph.style is not None and not glyph.char.isspace():
            runs[glyph.run].append(glyph)
    drawn = {run for run, members in runs.items() if members[0].style is None or members[0].style.drawn}
    layer = sum(len(members) for run, members in runs.items() if run not in drawn)
    if layer * 2 > sum(map(len, runs.values())) and has_picture(page):
        return list(glyphs), "", True
    picture = _Picture(page) if drawn else None
    seen = {run for run in drawn if picture is not None and picture.shows(runs[run])}
    if len(seen) == len(runs):
        return list(glyphs), "", False
    kept: list[Glyph] = []
    hidden: list[str] = []
    shown = True
    for glyph in glyphs:
        if glyph.style is not None and glyph.run in runs and not glyph.char.isspace():
            shown = glyph.run in seen
        if shown:
            kept.append(glyph)
        else:
            hidden.append(glyph.char)
            if glyph.style is None and glyph.char in "\r\n":
                kept.append(glyph)
    return kept, " ".join("".join(hidden).split()), False


def has_picture(page: Any) -> bool:
    """Say whether a picture covers most of the page, as on a scan."""
    import pypdfium2.raw as c

    left, bottom, right, top = page.get_bbox()
    area = max(1.0, (right - left) * (top - bottom))
    edges = [ctypes.c_float() for _ in range(4)]
    covered = 0.0
    for i in range(min(c.FPDFPage_CountObjects(page.raw), _MOST_OBJECTS)):
        item = c.FPDFPage_GetObject(page.raw, i)
        if c.FPDFPageObj_GetType(item) == c.FPDF_PAGEOBJ_IMAGE and c.FPDFPageObj_GetBounds(item, *edges):
            x0, y0, x1, y1 = (edge.value for edge in edges)
            covered += max(0, min(x1, right) - max(x0, left)) * max(0, min(y1, top) - max(y0, bottom))
    return bool(covered >= _SCAN * area)


class Pixels:
    """From points of a page to pixels of its picture, whatever its rotation and crop box."""

    def __init__(self, page: Any, width: int, height: int) -> None:
        """Ask pdfium for three corners, which say the rest."""
        import pypdfium2.raw as c

        across, down = ctypes.c_int(), ctypes.c_int()

        def at(x: float, y: float) -> tuple[float, float]:
            c.FPDF_PageToDevice(page.raw, 0, 0, width * _FINE, height * _FINE, 0, x, y, across, down)
            return across.value / _FINE, down.value / _FINE

        self.origin = at(0, 0)
        along, up = at(_FAR, 0), at(0, _FAR)
        self.x = ((along[0] - self.origin[0]) / _FAR, (up[0] - self.origin[0]) / _FAR)
        self.y = ((along[1] - self.origin[1]) / _FAR, (up[1] - self.origin[1]) / _FAR)

    def box(self, box: Sequence[float]) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom in pixels of a box in points."""
        xs, ys = zip(
            *(
                (self.origin[0] + self.x[0] * x + self.x[1] * y, self.origin[1] + self.y[0] * x + self.y[1] * y)
                for x, y in ((box[0], box[1]), (box[2], box[3]))
            ),
            strict=True,
        )
        return min(xs), min(ys), max(xs), max(ys)


class _Picture:
    """The page drawn in shades of grey."""

    def __init__(self, page: Any) -> None:
        width, height = page.get_size()
        scale = min(_SCALE, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
        bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
        self.width, self.height, self.stride = bitmap.width, bitmap.height, bitmap.stride
        self.pixels = bytes(bitmap.buffer)
        self.to_pixels = Pixels(page, self.width, self.height)
        bitmap.close()

    def shows(self, glyphs: Sequence[Glyph]) -> bool:
        """Say whether there is something to see where these characters are, in a size that can be read."""
        style = glyphs[0].style
        if style is None or style.size < _TINY:
            return False
        groups = [glyphs[i : i + _GROUP] for i in range(0, len(glyphs), _GROUP)]
        return sum(map(self._inked, map(_around, groups))) * 2 >= len(groups)

    def _inked(self, box: tuple[float, float, float, float]) -> bool:
        x0, y0, x1, y1 = self.to_pixels.box(box)
        left, right = max(0, int(x0)), min(self.width, int(x1) + 2)
        top, bottom = max(0, int(y0)), min(self.height, int(y1) + 2)
        if left >= right or top >= bottom:
            return False
        low, high = 255, 0
        for row in range(top, bottom):
            pixels = self.pixels[row * self.stride + left : row * self.stride + right]
            low, high = min(low, min(pixels)), max(high, max(pixels))
            if high - low >= _CONTRAST:
                return True
        return False


def _around(glyphs: Sequence[Glyph]) -> tuple[float, float, float, float]:
    boxes = [glyph.box for glyph in glyphs]
    return (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
