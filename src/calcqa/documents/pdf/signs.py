"""Reads the signs of fonts that do not say which signs they have, by their shape: 'P<0.05' is 'P50.05' else.

Publishers' fonts of signs (Pi fonts and their like) name their glyphs by the keys that typed them, or by nothing. Each
such glyph is drawn once and its shape compared with the signs on which facts depend. What has no shape of those and no
character either becomes U+FFFD, so that nothing fuses where a sign was.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from calcqa.documents.pdf.glyphs import Glyph

UNKNOWN = "\ufffd"

_EM = 64  # pixels
_EDGE = 2  # pixels drawn around a glyph
_FEW = 8  # different characters on a page: a font with more of them is one of text
_MOST = 60  # glyphs of a document that are looked at
_SIGN_FONT = re.compile(r"(?<![a-z])(?:math|universal|euclid|mtsy|cmsy|msam|msbm)|pi\d*\b|_sy|symb?", re.IGNORECASE)
_EITHER = re.compile(r"(?<![a-z])adv", re.IGNORECASE)  # names that fonts of letters have too
_TRUSTED = re.compile(r"[+±×÷−<=>≤≥≈~°•·\u2010-\u2015\"'’‘“”*†‡§¶#%&/\\|()\[\]{}:;!?@$€£©®™…\s-]")


def _doubted(character: str, font: str) -> bool:
    """Say whether a font may show another sign than it says."""
    if character == UNKNOWN or _TRUSTED.match(character):
        return character == UNKNOWN
    return bool(_SIGN_FONT.search(font) or (_EITHER.search(font) and not character.isalpha()))


class Signs:
    """What the glyphs of a document's fonts of signs show; each is looked at once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], str] = {}

    def read(self, page: Any, glyphs: Sequence[Glyph]) -> list[Glyph]:
        """Return the characters of `page`, with the signs they show in place of what a font says they are."""
        used: dict[str, set[str]] = defaultdict(set)
        for glyph in glyphs:
            if glyph.style is not None:
                used[glyph.style.font].add(glyph.char)
        doubted = {
            font: {c for c in chars if _doubted(c, font)}
            for font, chars in used.items()
            if len(chars) <= _FEW or UNKNOWN in chars
        }
        if not any(doubted.values()):
            return list(glyphs)
        return [self._seen(page, g) if g.style and g.char in doubted.get(g.style.font, ()) else g for g in glyphs]

    def _seen(self, page: Any, glyph: Glyph) -> Glyph:
        assert glyph.style is not None
        key = (glyph.style.font, glyph.code)
        if key not in self._known:
            new = shape_of(page, glyph) if len(self._known) < _MOST else None
            self._known[key] = new or glyph.char
        return glyph._replace(char=self._known[key])


def without_unknown(glyphs: Sequence[Glyph]) -> tuple[list[Glyph], int]:
    """Return the characters without words of unknown ones, and how many these are; one or two in a row stay."""
    unknown = [g.char == UNKNOWN for g in glyphs]
    left_out = {i for first, last in _runs(unknown) if last - first >= 2 for i in range(first, last + 1)}
    return [g for i, g in enumerate(glyphs) if i not in left_out], len(left_out)


def shape_of(page: Any, glyph: Glyph) -> str | None:
    """Return the sign whose shape a glyph has, None where it has none of theirs."""
    assert glyph.style is not None
    x0, y0, x1, y1 = glyph.box
    size = glyph.style.size
    if glyph.style.turn or size < 2 or not (0.05 < (x1 - x0) / size < 1.5 and 0.02 < (y1 - y0) / size < 1.5):
        return None
    scale = _EM / size
    left, bottom, right, top = page.get_bbox()
    edge = _EDGE / scale
    crop = (x0 - left - edge, y0 - bottom - edge, right - x1 - edge, top - y1 - edge)
    if min(crop) < 0 or page.get_rotation():
        return None
    bitmap = page.render(scale=scale, grayscale=True, crop=crop, may_draw_forms=False)
    width, height, stride = bitmap.width, bitmap.height, bitmap.stride
    pixels = bytes(bitmap.buffer)
    bitmap.close()
    rows = _trimmed([[p < 128 for p in pixels[y * stride : y * stride + width]] for y in range(height)])
    middle = ((y0 + y1) / 2 - glyph.y) / size
    return sign(rows, middle)


def sign(rows: Sequence[Sequence[bool]], middle: float) -> str | None:
    """Return the sign drawn in `rows` of pixels (64 to a font's size), `middle` of a size above the baseline."""
    height, width = len(rows), len(rows[0]) if rows else 0
    if not height or not width:
        return None
    filled = [sum(row) / width for row in rows]
    fill = sum(filled) / height
    wide, high = width / _EM, height / _EM
    if high < 0.16 and wide > 0.3 and fill > 0.8:
        return "−" if 0.1 < middle < 0.5 else None
    bars = _runs([f > 0.8 for f in filled])
    if len(bars) == 2 and wide > 0.3 and bars[0][0] < 0.2 * height and bars[1][1] > 0.8 * height:
        between = filled[bars[0][1] + 1 : bars[1][0]]
        return "=" if between and max(between) < 0.15 else None
    if high < 0.45 and wide < 0.45 and 0.7 < width / height < 1.4 and middle > 0.1 and fill < 0.8:
        if _hollow(rows):
            return "°"
    if high < 0.32 and wide > 0.3 and fill < 0.7 and 0.1 < middle < 0.5:
        return "~"
    if not (0.3 < wide < 1 and 0.3 < high < 1):
        return None
    below = [bar for bar in bars if bar[0] > 0.75 * height]
    if below:
        upper = rows[: max(1, below[0][0] - 1)]
        while len(upper) > 1 and not any(upper[-1]):
            upper = upper[:-1]
        return {"+": "±", "<": "≤", ">": "≥"}.get(_open(upper) or "")
    return _open(rows)


def _trimmed(rows: list[list[bool]]) -> list[list[bool]]:
    """Return `rows` without the empty ones and the empty columns around what is drawn."""
    inked = [i for i, row in enumerate(rows) if any(row)]
    columns = [i for i, column in enumerate(zip(*rows, strict=True)) if any(column)]
    if not inked:
        return []
    return [row[columns[0] : columns[-1] + 1] for row in rows[inked[0] : inked[-1] + 1]]


def _open(rows: Sequence[Sequence[bool]]) -> str | None:
    """Tell plus, times, less and greater apart by where in a grid of three by three there is ink."""
    height, width = len(rows), len(rows[0])
    grid = [[_ink(rows, i, j, height, width) for j in range(3)] for i in range(3)]
    corners = (grid[0][0], grid[0][2], grid[2][0], grid[2][2])
    sides = (grid[0][1], grid[1][0], grid[1][2], grid[2][1])
    if max(corners) < 0.05 and min(sides) > 0.1 and _straight(rows):
        return "+"
    edge, deep = max(1, width // 8), max(1, height // 8)
    left, right = [any(row[:edge]) for row in rows], [any(row[-edge:]) for row in rows]
    top, bottom = list(map(any, zip(*rows[:deep], strict=True))), list(map(any, zip(*rows[-deep:], strict=True)))
    if grid[1][1] > 0.3 and max(sides) < 0.4 and all(map(_at_ends, (left, right, top, bottom))):
        return "×"
    if _at_ends(right) and _in_middle(left):
        return "<"
    if _at_ends(left) and _in_middle(right):
        return ">"
    return None


def _ink(rows: Sequence[Sequence[bool]], i: int, j: int, height: int, width: int) -> float:
    part = [row[j * width // 3 : (j + 1) * width // 3] for row in rows[i * height // 3 : (i + 1) * height // 3]]
    return sum(map(sum, part)) / max(1, sum(map(len, part)))


def _straight(rows: Sequence[Sequence[bool]]) -> bool:
    """Say whether one bar goes across and one upright."""
    across = max(sum(row) / len(row) for row in rows)
    upright = max(sum(column) / len(column) for column in zip(*rows, strict=True))
    return across > 0.9 and upright > 0.9


def _at_ends(edge: Sequence[bool]) -> bool:
    """Say whether there is ink at both ends of an edge and none in the middle."""
    n = len(edge)
    return any(edge[: n // 4]) and any(edge[-(n // 4) :]) and not any(edge[n // 3 : n - n // 3])


def _in_middle(edge: Sequence[bool]) -> bool:
    n = len(edge)
    return any(edge[n // 3 : n - n // 3]) and not any(edge[: n // 4]) and not any(edge[-(n // 4) :])


def _hollow(rows: Sequence[Sequence[bool]]) -> bool:
    """Say whether there is no ink in the middle and some on each side of it."""
    height, width = len(rows), len(rows[0])
    row, column = rows[height // 2], [r[width // 2] for r in rows]
    empty = not row[width // 2]
    return (
        empty
        and any(row[: width // 2])
        and any(row[width // 2 :])
        and any(column[: height // 2])
        and any(column[height // 2 :])
    )


def _runs(flags: Sequence[bool]) -> list[tuple[int, int]]:
    """Return the first and last place of each run of true flags."""
    runs: list[tuple[int, int]] = []
    for i, flag in enumerate(flags):
        if flag and runs and runs[-1][1] == i - 1:
            runs[-1] = (runs[-1][0], i)
        elif flag:
            runs.append((i, i))
    return runs
