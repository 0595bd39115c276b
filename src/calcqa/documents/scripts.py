"""Writes raised and lowered text in plain characters: 10⁹/L is not 109/L, and CO₂ reads as CO2 does.

Unicode has most of what stands raised or lowered in clinical text. What it has not is written as '^(…)' or '_(…)'.
"""

from __future__ import annotations

_RAISED = str.maketrans(
    "0123456789+-−–=()abcdefghijklmnoprstuvwxyz",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
)
_LOWERED = str.maketrans("0123456789+-−–=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_AS_IT_IS = frozenset({"st", "nd", "rd", "th", "®", "™", "©", "°", "*", "†", "‡", "§"})


def raised(text: str) -> str:
    """Return `text` raised: '9' as '⁹', '1,2' as '¹,²', 'A' as '^(A)'; ordinal endings and marks as they are."""
    return _written(text, _RAISED, "^")


def lowered(text: str) -> str:
    """Return `text` lowered: '2' as '₂', 'max' as 'ₘₐₓ', 'A' as '_(A)'."""
    return _written(text, _LOWERED, "_")


def _written(text: str, table: dict[int, int], mark: str) -> str:
    bare = text.strip()
    if not bare or bare in _AS_IT_IS:
        return text
    if all(c in ", " or ord(c) in table for c in bare) and bare.strip(","):
        lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return lead + bare.translate(table) + tail
    return f"{mark}({bare})"
