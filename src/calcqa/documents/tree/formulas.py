"""Formulas as text on a line: MathML, Word's OMML, and TeX as it is written.

Does: fractions as 'a/b', roots as '√(…)', sub- and superscripts as `raised.py` has them. Does not: calculate, check or
typeset; what it does not know it reads from left to right.
"""

from __future__ import annotations

import re
from typing import Any

from calcqa.documents.raised import lowered, raised
from calcqa.documents.repair import squeeze

Element = Any

_SIMPLE = re.compile(r"[\w.,%′]*|\([^()]*\)")
_RELATION = re.compile(r"\s*([=<>≤≥≈≠≡∼≪≫⩽⩾→]+)\s*")
_DOCUMENT = re.compile(r"\\begin\{document\}(.*?)\\end\{document\}", re.DOTALL)
_UNSEEN = frozenset({"annotation", "annotation-xml", "mphantom", "rPr", "ctrlPr", "fPr", "sSupPr", "sSubPr", "radPr"})
_INVISIBLE = re.compile("[\u2061-\u2064]")  # function application, invisible times, separator, plus


def formula_text(element: Element) -> str:
    """Return the formula of an element of MathML or OMML on one line; empty for any other element."""
    if _name(element) not in ("math", "oMath"):
        return ""
    return squeeze(_RELATION.sub(r" \1 ", _linear(element)))


def tex_text(text: str) -> str:
    """Return TeX as it is written, on one line, without the document around it and its dollar signs."""
    inside = _DOCUMENT.search(text)
    return squeeze((inside[1] if inside else text).replace("$$", " ").strip().strip("$"))


def _name(element: Element) -> str:
    tag = element.tag
    return str(tag).rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def _linear(element: Element) -> str:
    name = _name(element)
    parts = [child for child in element if _name(child) and _name(child) not in _UNSEEN]
    if not name or name in _UNSEEN:
        return ""
    if name in _FORMS:
        return str(_FORMS[name]([_linear(part) for part in parts]))
    if name == "d" or name == "mfenced":
        return _fenced(element, [_linear(part) for part in parts if not _name(part).endswith("Pr")])
    if name == "nary":
        return _nary(element, [_linear(part) for part in parts if _name(part) != "naryPr"])
    if name == "mspace":
        return " "
    if name in ("mtr", "mr"):
        return ", ".join(_linear(part) for part in parts) + "; "
    text = _INVISIBLE.sub(" ", element.text or "") if name != "math" else ""
    text = text if name == "t" or not parts else text.strip()
    pieces = [text if name in ("t", "mtext", "ms") else text.strip()]
    for child in element:
        pieces += (_linear(child), (child.tail or "").strip())
    return "".join(pieces)


def _at(parts: list[str], place: int) -> str:
    return parts[place].strip() if place < len(parts) else ""


def _whole(text: str) -> str:
    return text if _SIMPLE.fullmatch(text) else f"({text})"


def _fraction(parts: list[str]) -> str:
    return f"{_whole(_at(parts, 0))}/{_whole(_at(parts, 1))}"


def _high(parts: list[str]) -> str:
    return _whole(_at(parts, 0)) + raised(_at(parts, 1))


def _low(parts: list[str]) -> str:
    return _whole(_at(parts, 0)) + lowered(_at(parts, 1))


def _both(parts: list[str]) -> str:
    return _low(parts) + raised(_at(parts, 2))


def _root(parts: list[str]) -> str:
    return f"√({''.join(parts).strip()})"


def _root_of(parts: list[str]) -> str:
    return f"{raised(_at(parts, 1))}√({_at(parts, 0)})"


def _word_root(parts: list[str]) -> str:
    return f"{raised(_at(parts, 0))}√({_at(parts, 1)})" if len(parts) > 1 else _root(parts)


def _over(parts: list[str]) -> str:
    mark = _at(parts, 1)
    return _at(parts, 0) + (mark if len(mark) == 1 and not mark.isalnum() else f"^({mark})" if mark else "")


def _with_name(parts: list[str]) -> str:
    return f"{_at(parts, 0)} {_at(parts, 1)}"


_FORMS = {
    "mfrac": _fraction,
    "f": _fraction,
    "msup": _high,
    "sSup": _high,
    "msub": _low,
    "sSub": _low,
    "msubsup": _both,
    "sSubSup": _both,
    "munderover": _both,
    "munder": _low,
    "mover": _over,
    "msqrt": _root,
    "mroot": _root_of,
    "rad": _word_root,
    "func": _with_name,
}


def _fenced(element: Element, parts: list[str]) -> str:
    """Return what stands in brackets; the format says in which."""
    marks: dict[str, str] = {str(key).rpartition("}")[2]: value for key, value in element.attrib.items()}
    for child in element.iter():
        if _name(child) in ("begChr", "endChr") and child.getparent().getparent() is element:
            marks["open" if _name(child) == "begChr" else "close"] = next(iter(child.attrib.values()), "")
    return marks.get("open", "(") + ", ".join(part.strip() for part in parts) + marks.get("close", ")")


def _nary(element: Element, parts: list[str]) -> str:
    sign = next((str(next(iter(e.attrib.values()), "∫")) for e in element.iter() if _name(e) == "chr"), "∫")
    return f"{sign}{lowered(_at(parts, 0))}{raised(_at(parts, 1))} {_at(parts, 2)}"
