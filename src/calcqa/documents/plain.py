"""Loads plain text: paragraphs parted by blank lines, and lists.

Does: joins wrapped lines, finds bulleted and numbered lists (a list's lead-in becomes the block before it), takes a
short first paragraph that does not end like a sentence for the title. Does not: guess at headings further down, at
tables, or at references.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from calcqa.documents.base import Loaded, Part, build
from calcqa.documents.repair import BULLET, squeeze, unify_bullets
from calcqa.language.characters import clean_characters
from calcqa.types import BlockKind

_BLANK_LINES = re.compile(r"\n(?: *\n)+")
_RULE = re.compile(r"^ *(?:(?:[-=_*~#] *){3,})$", re.MULTILINE)
_NUMBER = re.compile(r" *(?P<number>\d{1,3})[.)] +(?P<text>\S.*)")
_LONGEST_TITLE = 120


def load_plain(text: str, source: str, title: str = "") -> Loaded:
    """Load plain text; `source` is the file's name. A known `title` that is the first paragraph too is not repeated.

    Raises `DocumentError` if there is no text in it.
    """
    gone: Counter[str] = Counter()
    parts = list(split_parts(clean_characters(text, gone)))
    if known := squeeze(clean_characters(title)):
        again = len(parts) > 1 and parts[0].text.casefold() == known.casefold()
        return build(source, known, parts[1:] if again else parts, gone=gone)
    if len(parts) > 1 and _is_title(parts[0]) and not parts[1].tight:
        return build(source, parts[0].text, parts[1:], gone=gone)
    return build(source, None, parts, gone=gone)


def _is_title(part: Part) -> bool:
    return part.kind is not BlockKind.ITEM and len(part.text) <= _LONGEST_TITLE and part.text[-1] not in ".!?:;,"


def list_item(line: str) -> tuple[str, str] | None:
    """Return the marker ('• ' or '3. ') and the text of a line that begins a list item; None for any other line."""
    if line.startswith(BULLET):
        return BULLET, line.removeprefix(BULLET)
    match = _NUMBER.match(line)
    return (f"{match['number']}. ", match["text"]) if match else None


def split_parts(text: str) -> Iterator[Part]:
    """Yield the parts of cleaned plain text, each paragraph and each item of a list on one line."""
    in_list = False
    for paragraph in _BLANK_LINES.split(unify_bullets(_RULE.sub("", text))):
        lead_in, items = _split_list(paragraph.split("\n"))
        if lead_in or not items:
            in_list = False
        if lead_in:
            yield Part(lead_in)
        for marker, item in items:
            yield Part(item, BlockKind.ITEM, marker=marker, tight=in_list)
            in_list = True


def _split_list(lines: list[str]) -> tuple[str, list[tuple[str, str]]]:
    """Return the lines before the first list item, joined, and the items: markers and texts, wrapped lines joined."""
    paragraphs: list[tuple[str, list[str]]] = [("", [])]  # the lead-in and the items, each as its marker and lines
    previous = 0
    for line in lines:
        item = list_item(line)
        number = int(item[0][:-2]) if item and item[0] != BULLET else 0
        # A wrapped line may begin with a number by chance: within a paragraph only 1, within a list only the next one
        # begins an item.
        if number and (len(paragraphs) > 1 or paragraphs[0][1]) and number != previous + 1:
            item = None
        if item:
            paragraphs.append((item[0], [item[1]]))
            previous = number
        elif line.strip():
            paragraphs[-1][1].append(line)
    (_, lead_in), *items = ((marker, squeeze(" ".join(paragraph))) for marker, paragraph in paragraphs)
    return lead_in, items
