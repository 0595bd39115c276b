"""Reads YAML front matter on top of a text: its names and values, as they were written.

Only a mapping all of whose names are such as front matter has is taken for it. All else between two rules is text: a
note's 'Dose: 5 mg' is to be found, also below its date.
"""

from __future__ import annotations

import re

import yaml

from calcqa.documents.repair import squeeze
from calcqa.types import Dropped

# A rule ("---" and a blank line) at the top of a file is not front matter.
_FENCE = re.compile(r"---[ ]*\n(?=[ ]*\S)")
_FENCE_END = re.compile(r"^(?:---|\.\.\.)[ ]*$\n?", re.MULTILINE)
_LONGEST = 100_000  # code points; YAML is read slowly
_NAMES = frozenset(
    "title subtitle author authors date year journal journal_abbreviation volume issue number pages doi pmid pmcid issn"
    " isbn url link source publisher institution department affiliation correspondence copyright license licence"
    " restatement keywords tags categories category topics lang language abstract layout slug draft"
    " permalink aliases id uuid version created modified updated published changed article_source citation bibliography"
    " csl output toc header-includes cssclass".split()
)

FrontMatter = tuple[dict[str, str], list[Dropped], str]
"""The metadata, what was left out, and the text below."""


def front_matter(text: str) -> FrontMatter:
    """Return the front matter of a cleaned text, what of it is left out, and the text below it.

    Without front matter there is no metadata, and the text comes back whole, a blank line before the second rule: it
    would underline a heading else.
    """
    start = _FENCE.match(text)
    end = _FENCE_END.search(text, start.end(), start.end() + _LONGEST) if start else None
    if not start or not end:
        return {}, [], text
    raw = text[start.end() : end.start()]
    whole: FrontMatter = ({}, [], f"{text[: end.start()]}\n{text[end.start() :]}")
    try:
        # Nodes, not values: nothing is built, so that it is safe and values stay as written: an issue "01" stays "01".
        root = yaml.compose(raw, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError):
        return whole
    if not isinstance(root, yaml.MappingNode) or not _is_front_matter(root):
        return whole
    metadata: dict[str, str] = {}
    dropped: list[Dropped] = []
    if above := raw[: root.value[0][0].start_mark.index].strip():
        dropped.append(Dropped(above, "comments in the front matter"))
    left = len(raw)  # only aliases, with which a few lines hold gigabytes, make more of it
    ends = [key.start_mark.index for key, _ in root.value[1:]] + [len(raw)]
    for (key, value), stop in zip(root.value, ends, strict=True):
        written = raw[key.start_mark.index : stop].strip()
        parts = value.value if isinstance(value, yaml.SequenceNode) else [value]
        left -= len(parts)
        is_plain = left >= 0 and all(isinstance(part, yaml.ScalarNode) for part in (key, *parts))
        if not is_plain or (left := left - sum(len(part.value) for part in parts)) < 0:
            dropped.append(Dropped(written, "nested front matter"))
            continue
        line = squeeze(", ".join(part.value for part in parts))
        if key.value in metadata:
            dropped.append(Dropped(written, "a second value of its name"))
            continue
        if line:
            metadata[key.value] = line
        if _characters(written) != _characters(key.value + line):
            dropped.append(Dropped(written, "comments in the front matter"))
    return metadata, dropped, text[end.end() :]


def _is_front_matter(root: yaml.MappingNode) -> bool:
    return bool(root.value) and all(isinstance(key, yaml.ScalarNode) and key.value in _NAMES for key, _ in root.value)


def _characters(text: str) -> list[str]:
    return re.findall(r"\w", text)
