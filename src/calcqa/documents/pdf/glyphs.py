"""Reads the characters of a page with pdfium: each with its style and its place, in pdfium's own reading order.

Private characters of the Symbol font are mapped to Unicode here; other fonts of signs are `documents/pdf/signs.py`'s.
What a font gives no character for is U+FFFD. Nothing is joined or left out here.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, NamedTuple

HYPHEN = "\x02"
"""What pdfium gives for the hyphen of a word that goes on in the next line (U+FFFE in its text)."""

_FORCE_BOLD = 1 << 18  # flags of a font descriptor (ISO 32000-1, table 123)
_ITALIC = 1 << 6
_BOLD_WEIGHT = 600
_BOLD_NAME = re.compile(r"bold|black|heavy|demi|[-,_](?:b|bd|bi)\Z", re.IGNORECASE)
_ITALIC_NAME = re.compile(r"ital|obli|[-,_](?:i|it|bi)\Z", re.IGNORECASE)
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_STYLED = re.compile(r"(?:bold|italic|ital|oblique|regular|roman|medium|light|black|book|semi|demi|it|mt|ps|std|pro)+$")

# Adobe's Symbol encoding, for what arrives as a private character U+F0xx.
_SYMBOL = dict(
    zip(
        range(0xF020, 0xF07F),
        " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
        strict=True,
    )
) | dict(
    zip(
        range(0xF0A1, 0xF0D8),
        "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅",
        strict=True,
    )
)
_ALPHABETS = frozenset(map(chr, range(0x1D400, 0x1D800)))  # letters of formulas: bold, italic, script


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of characters is set: size in points as drawn, the font, the direction in quarter turns."""

    size: float
    bold: bool
    italic: bool
    family: str
    turn: int
    drawn: bool  # not in the invisible rendering mode
    font: str = ""  # the font's own name


class Glyph(NamedTuple):
    """A character: its style, the start of its baseline and its box in points; `run` tells text objects apart."""

    char: str
    style: Style | None  # None: a space or a line end that pdfium added
    run: int
    x: float
    y: float
    box: tuple[float, float, float, float]
    code: int = 0  # what pdfium says the character is


def read_glyphs(textpage: Any, most: int) -> list[Glyph]:
    """Return the first `most` characters of a page's text in pdfium's order."""
    import pypdfium2.raw as c

    handle = textpage.raw
    x, y = ctypes.c_double(), ctypes.c_double()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    styles: dict[int, Style] = {}
    glyphs: list[Glyph] = []
    unicode, owner, origin, extent = (
        c.FPDFText_GetUnicode, c.FPDFText_GetTextObject, c.FPDFText_GetCharOrigin, c.FPDFText_GetCharBox,
    )  # fmt: skip
    nowhere = (0.0, 0.0, 0.0, 0.0)
    for i in range(min(c.FPDFText_CountChars(handle), most)):
        code = unicode(handle, i)
        if code in (10, 13, 32) and c.FPDFText_IsGenerated(handle, i):
            glyphs.append(Glyph(chr(code), None, 0, 0, 0, nowhere))
            continue
        pointer = owner(handle, i)
        run = ctypes.cast(pointer, ctypes.c_void_p).value or 0
        style = styles.get(run)
        if style is None:
            style = styles[run] = _style(c, handle, i, pointer)
        origin(handle, i, x, y)
        extent(handle, i, left, right, bottom, top)
        box = (left.value, bottom.value, right.value, top.value)
        char = _character(code) if code >= 32 or c.FPDFText_IsHyphen(handle, i) == 1 else "\ufffd"
        last = glyphs[-1] if glyphs else None
        if 0xDC00 <= code < 0xE000 and last is not None and 0xD800 <= last.code < 0xDC00:
            pair = chr(0x10000 + ((last.code - 0xD800) << 10) + code - 0xDC00)
            glyphs[-1] = last._replace(char=unicodedata.normalize("NFKC", pair) if pair in _ALPHABETS else pair)
            continue
        glyphs.append(Glyph(char, style, run, x.value, y.value, box, code))
    return glyphs


def _character(code: int) -> str:
    if 0xF020 <= code < 0xF0FF:
        return _SYMBOL.get(code, chr(code))
    return "\ufffd" if 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code)


def _style(c: Any, handle: Any, i: int, pointer: Any) -> Style:
    name, flags, matrix = ctypes.create_string_buffer(256), ctypes.c_int(), c.FS_MATRIX()
    c.FPDFText_GetFontInfo(handle, i, name, 256, flags)
    c.FPDFText_GetMatrix(handle, i, matrix)
    font = name.value.decode("utf-8", "replace")
    scale = math.hypot(matrix.c, matrix.d) or 1.0
    weight = c.FPDFText_GetFontWeight(handle, i)
    return Style(
        size=round(c.FPDFText_GetFontSize(handle, i) * scale, 2),
        bold=bool(flags.value & _FORCE_BOLD or weight >= _BOLD_WEIGHT or _BOLD_NAME.search(font)),
        italic=bool(flags.value & _ITALIC or _ITALIC_NAME.search(font)),
        family=_family(font),
        turn=round(math.atan2(matrix.b, matrix.a) / (math.pi / 2)) % 4,
        drawn=not pointer or c.FPDFTextObj_GetTextRenderMode(pointer) not in (3, 7),
        font=font,
    )


def _family(font: str) -> str:
    """Return the family of a font's name, so that a word in italics is of the family of its line."""
    name = re.split(r"[-,]", _SUBSET.sub("", font))[0].lower()
    return _STYLED.sub("", name) or name
