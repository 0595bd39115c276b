"""Loads plain text: paragraphs parted by blank lines, and lists.

Does: joins wrapped lines, finds bulleted and numbered lists (a list's lead-in becomes the block before it), takes a
short first paragraph that does not end like a sentence for the title. Does not: guess at headings further down, at
tables, or at references.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from calcqa.documents.base import Block, Loaded, build
from calcqa.documents.repair import BULLET, squeeze, unify_bullets
from calcqa.language.characters import clean_characters

_BLANK_LINES = re.compile(r"\n(?: *\n)+")
_RULE = re.compile(r"^ *(?:(?:[-=_*~#] *){3,})$", re.MULTILINE)
_NUMBER = re.compile(r" *(?P<number>\d{1,3})[.)] +(?P<text>\S.*)")
_LONGEST_TITLE = 120


def load_plain(text: str, source: str, title: str = "") -> Loaded:
    """Load plain text; `source` is the file's name. A known `title` that is the first paragraph too is not repeated.

    Raises `DocumentError` if there is no text in it.
    """
    gone: Counter[str] = Counter()
    blocks = [Block(block) for block in split_blocks(clean_characters(text, gone))]
    if known := squeeze(clean_characters(title)):
        again = len(blocks) > 1 and blocks[0].text.casefold() == known.casefold()
        return build(source, known, blocks[1:] if again else blocks, gone=gone)
    if len(blocks) > 1 and _is_title(blocks[0].text):
        return build(source, blocks[0].text, blocks[1:], gone=gone)
    return build(source, None, blocks, gone=gone)


def _is_title(block: str) -> bool:
    return "\n" not in block and len(block) <= _LONGEST_TITLE and block[-1] not in ".!?:;," and list_item(block) is None


def list_item(line: str) -> tuple[str, str] | None:
    """Return the marker ('• ' or '3. ') and the text of a line that begins a list item; None for any other line."""
    if line.startswith(BULLET):
        return BULLET, line.removeprefix(BULLET)
    match = _NUMBER.match(line)
    return (f"{match['number']}. ", match["text"]) if match else None


def split_blocks(text: str) -> Iterator[str]:
    """Yield the blocks of cleaned plain text, each paragraph on one line and each list as one block."""
    items: list[str] = []
    for paragraph in _BLANK_LINES.split(unify_bullets(_RULE.sub("", text))):
        lead_in, own_items = _split_list(paragraph.split("\n"))
        if lead_in or not own_items:
            if items:
                yield "\n".join(items)
            items = []
        if lead_in:
            yield lead_in
        items += own_items
    if items:
        yield "\n".join(items)


def _split_list(lines: list[str]) -> tuple[str, list[str]]:
    """Return the lines before the first list item, joined, and the items, wrapped lines joined to theirs."""
    paragraphs: list[list[str]] = [[]]  # the lead-in and the items, each as its lines
    previous = 0
    for line in lines:
        item = list_item(line)
        number = int(item[0][:-2]) if item and item[0] != BULLET else 0
        # A wrapped line may begin with a number by chance: within a paragraph only 1, within a list only the next one
        # begins an item.
        if number and (len(paragraphs) > 1 or paragraphs[0]) and number != previous + 1:
            item = None
        if item:
            paragraphs.append(["".join(item)])
            previous = number
        elif line.strip():
            paragraphs[-1].append(line)
    lead_in, *items = (squeeze(" ".join(paragraph)) for paragraph in paragraphs)
    return lead_in, items
