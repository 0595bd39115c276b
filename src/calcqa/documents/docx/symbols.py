"""Characters of the fonts Symbol and Wingdings as Unicode has them: in such a font 'm' is drawn as µ and '³' as ≥.

Word keeps such characters at U+F000 and on. The mapping is that of Adobe's Symbol encoding (Unicode's
VENDORS/ADOBE/symbol.txt), and of those of Wingdings that forms use. `characters_of` reads an element of a run.
"""

from __future__ import annotations

import re
from typing import Any

from calcqa.documents.docx.styles import value

Element = Any

_SYMBOL_LOW = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλµνοπθρστυϖωξψζ{|}∼"
_SYMBOL_HIGH = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪"
_SYMBOL = {0x20 + n: c for n, c in enumerate(_SYMBOL_LOW)} | {0xA0 + n: c for n, c in enumerate(_SYMBOL_HIGH)}
_SYMBOL |= {0xF1: "⟩", 0xF2: "∫"}
_WINGDINGS = {
    0x6C: "●", 0x6E: "■", 0x6F: "☐", 0x71: "❑", 0x75: "◆", 0x78: "☒", 0x9F: "•", 0xA7: "▪", 0xA8: "☐", 0xD8: "➢",
    0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_PRIVATE = 0xF000


def in_unicode(text: str, font: str) -> str:
    """Return `text` of a run in `font` with what its font makes of its characters."""
    name = font.lower()
    table = _SYMBOL if name == "symbol" else _WINGDINGS if name.startswith("wingdings") else None
    if table is None and not any(_PRIVATE <= ord(c) <= _PRIVATE + 0xFF for c in text):
        return text
    return "".join(_character(c, table) for c in text)


def _character(character: str, table: dict[int, str] | None) -> str:
    code = ord(character)
    if _PRIVATE <= code <= _PRIVATE + 0xFF:
        return (_SYMBOL if table is None else table).get(code - _PRIVATE, character)
    return table.get(code, character) if table else character


def characters_of(child: Element, font: str) -> str:
    """Return the characters that an element of a run stands for; empty if it is something else."""
    match child.tag:
        case "t":
            return in_unicode(child.text or "", font)
        case "tab" | "ptab":
            return " "
        case "br" if value(child, "type") in ("page", "column"):
            return " "
        case "noBreakHyphen":
            return "-"
        case "sym":
            return _symbol(value(child, "char"), value(child, "font"))
    return ""


def _symbol(code: str, font: str) -> str:
    number = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code) else 0
    return in_unicode(chr(number), font or "Symbol") if number else ""
