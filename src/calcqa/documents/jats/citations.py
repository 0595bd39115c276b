"""References of JATS that are given as fields only, as one line each.

'Roe A, Doe B. Title. Journal. 2011;5(2):7–9.' Every field keeps its words and its place; only what parts one from the
next is set. Where a file has the line itself (`mixed-citation`) it stays as it is.
"""

from __future__ import annotations

from typing import Any

from calcqa.documents.repair import squeeze

Element = Any

_BEFORE = {
    "volume": ";",
    "issue": "(",
    "fpage": ":",
    "lpage": "–",
    "elocation-id": ":",
    "season": " ",
    "month": " ",
    "day": " ",
}
"""What parts a field from the one before it; else '. '."""
_AFTER = {"issue": ")"}
_KNOWN_IDS = frozenset({"doi", "pmid", "pmcid"})
_PEOPLE = frozenset({"name", "string-name", "collab", "etal", "person-group", "anonymous"})


def citation_line(citation: Element) -> None:
    """Make a line of a citation of fields, in place; one that is written out already is left as it is."""
    if any((text or "").strip(" \n\t\r") for text in (citation.text, *(child.tail for child in citation))):
        _names(citation)
        return
    people: list[str] = []
    line = ""
    for child in list(citation):
        if not isinstance(child.tag, str):
            continue
        if child.tag in _PEOPLE:
            people += _people(child)
            continue
        line, people = _joined(line, ", ".join(people), ". "), []
        text = squeeze("".join(child.itertext()))
        if child.tag == "pub-id" and child.get("pub-id-type") in _KNOWN_IDS:
            text = f"{child.get('pub-id-type')}:{text}"
        line = _joined(line, text, _BEFORE.get(child.tag, ". ")) + (_AFTER.get(child.tag, "") if text else "")
    line = _joined(line, ", ".join(people), ". ")
    _replace(citation, line)


def _joined(line: str, text: str, mark: str) -> str:
    if not text or not line:
        return line or text
    return line + (" " if mark == ". " and line[-1] in ".?!" else mark) + text


def _people(element: Element) -> list[str]:
    if element.tag == "etal":
        return [squeeze("".join(element.itertext())) or "et al"]
    if element.tag == "person-group":
        return [name for child in element if isinstance(child.tag, str) for name in _people(child)]
    name = person(element)
    return [name] if name else []


def person(element: Element) -> str:
    """Return a name as references have it: 'Roe AB'."""
    surname, given = element.findtext("surname"), squeeze(element.findtext("given-names") or "")
    if surname is None:
        return squeeze(" ".join(element.itertext()))
    suffix = squeeze(element.findtext("suffix") or "")
    return squeeze(" ".join((surname, given if given.isupper() else initials(given), suffix)))


def initials(given: str) -> str:
    """Return the first letters of given names: 'Anna-Maria B.' becomes 'AMB'."""
    return "".join(word[0] for word in given.replace("-", " ").replace(".", " ").split())


def _names(citation: Element) -> None:
    """Part the pieces of names that a written citation has without a space between them."""
    for name in citation.iter("name"):
        for part in name:
            if not (part.tail or "").strip() and part.getnext() is not None:
                part.tail = " "


def _replace(element: Element, text: str) -> None:
    for child in list(element):
        element.remove(child)
    element.text = text
