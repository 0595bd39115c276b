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
from calcqa.documents.bullets import bulleted
from calcqa.documents.lines import pieces_of
from calcqa.documents.repair import squeeze
from calcqa.language.characters import clean_characters
from calcqa.types import BlockKind

_BLANK_LINES = re.compile(r"\n(?: *\n)+")
_RULE = re.compile(r"^ *(?:(?:[-=_*~#] *){3,})$", re.MULTILINE)
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


def split_parts(text: str) -> Iterator[Part]:
    """Yield the parts of cleaned plain text, each paragraph and each item of a list on one line."""
    in_list = False
    lines = bulleted(_RULE.sub("", text).split("\n"))
    for paragraph in _BLANK_LINES.split("\n".join(lines)):
        for number, (marker, line) in enumerate(pieces_of([line for line in paragraph.split("\n") if line.strip()])):
            if marker:
                yield Part(line, BlockKind.ITEM, marker=marker, tight=in_list)
            else:
                yield Part(line, tight=number > 0)
            in_list = bool(marker)
