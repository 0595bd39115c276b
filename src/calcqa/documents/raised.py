"""Sub- and superscripts as characters, so that 10⁹/L is never 109/L; and which superscripts are reference numbers.

Where Unicode has a raised or lowered form of every character, the text has those; else '^(…)' or '_(…)'. Does not: look
at how a format marks them.
"""

from __future__ import annotations

import re

from calcqa.language.english import ENGLISH

RAISED = str.maketrans(
    "0123456789+-−–=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδεθιφχ",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᵋᶿᶥᵠᵡ",
)
LOWERED = str.maketrans(
    "0123456789+-−–=()aehijklmnoprstuvxβγρφχ",
    "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
)
_AS_IT_IS = frozenset("*∗†‡§¶‖#®™℠©°º′″'\"ªˆ^~.,;: ")
"""Raised already, or no less plain on the line."""

_ORDINAL = re.compile(r"(?:st|nd|rd|th|er|e|o|a)", re.IGNORECASE)
_NUMBERS = re.compile(r"\d{1,3}(?:\s*[,;–—-]\s*\d{1,3})*")
_IN_BRACKETS = re.compile(rf"[\[(]\s*{_NUMBERS.pattern}\s*[\])]")
_UNIT = re.compile(r"(?:(?:^|\W)[kdcmµμn]?m|(?:/|\d\s?)[^\W\d_]{1,4})\Z")  # 2 and 3 behind it make an area, a volume
_WORD = re.compile(r"[^\W\d_]{3,}[’']?\Z|[.,;:!?%”\"»\]]\Z")
_SHORT_WORD = re.compile(_WORD.pattern.replace("{3,}", "{2,}"))  # several numbers are no power
_BRACKET = re.compile(r"\((?P<inside>[^()]{1,200})\)\Z")
_POWERED = re.compile(rf"(?:(?:^|[^\w])(?:{ENGLISH.powered})|/\s?(?:{ENGLISH.measures}|sec))\Z", re.IGNORECASE)
_MEASURE = re.compile(rf"(?:^|[^\w])(?:{ENGLISH.measures}|{ENGLISH.units}|sec)\Z", re.IGNORECASE)
_PERIOD = re.compile(rf"(?:^|[^\w])(?!sec)(?:{ENGLISH.periods})\Z", re.IGNORECASE)
_ELEMENT = re.compile(rf"(?:^|[^\w])(?:{ENGLISH.elements})\Z", re.IGNORECASE)
_LAST = 210  # code points looked at before a superscript


def raised(text: str, before: str = "") -> str:
    """Return `text` as a superscript behind `before`."""
    if _ORDINAL.fullmatch(text) and before[-1:].isdigit() and len(text) > 1:
        return text  # "1st"
    return _moved(text, RAISED, "^")


def lowered(text: str) -> str:
    """Return `text` as a subscript; of '1c', which has no such form, the figures: 'HbA₁c'."""
    if text.isalnum() and re.search(r"\d", text) and not all(ord(c) in LOWERED for c in text):
        return figures_lowered(text)
    return _moved(text, LOWERED, "_")


def figures_lowered(text: str) -> str:
    """Return `text` with its figures lowered and all else as it is."""
    return re.sub(r"\d+", lambda m: m[0].translate(LOWERED), text)


def _moved(text: str, forms: dict[int, int], mark: str) -> str:
    inside = text.strip()
    if not inside or all(c in _AS_IT_IS for c in inside):
        return text
    if all(ord(c) in forms for c in inside):
        moved = inside.translate(forms)
    else:
        moved = f"{mark}({inside})"
    at = text.index(inside)
    return text[:at] + moved + text[at + len(inside) :]


def is_number(text: str) -> bool:
    """Say whether `text` can be a reference number, or several: '13', '3, 5–7', '[13]'."""
    return bool(_NUMBERS.fullmatch(text.strip()) or _IN_BRACKETS.fullmatch(text.strip()))


def is_reference(text: str, before: str, after: str) -> bool:
    """Say whether the superscript `text` between `before` and `after` is a reference number, and no power or isotope.

    It is one where digits in brackets are raised, or digits behind a word of three letters or more (of two, where there
    are several numbers), or behind the mark that ends a clause.
    """
    text, before = text.strip(), before[-_LAST:]
    if _IN_BRACKETS.fullmatch(text):
        return True
    if not _NUMBERS.fullmatch(text) or text == "0" or (after[:1].isalnum() and before[-1:] not in tuple(".,;:!?")):
        return False
    if text in ("2", "3") and (_UNIT.search(before) or _POWERED.search(before)):
        return False
    if bracket := _BRACKET.search(before):
        return re.search(r"[^\W\d_]{3,}", bracket["inside"]) is not None
    return (_WORD if text.isdigit() else _SHORT_WORD).search(before) is not None


def may_be_either(text: str, before: str) -> bool:
    """Say whether the reference number `text` behind `before` may as well be a power or an isotope.

    So it may behind a unit, but for spans of time, and with two or three figures behind the name of an element. It is
    to be written raised then, and marked as a reference all the same.
    """
    text, before = text.strip(), before[-_LAST:]
    if not text.isdigit():
        return False
    if _MEASURE.search(before) or _POWERED.search(before):
        return _PERIOD.search(before) is None
    return len(text) > 1 and _ELEMENT.search(before) is not None
