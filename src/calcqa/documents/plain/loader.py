"""Loads plain text: headings, paragraphs, lists, notes with a fact a line, tables, captions and references.

Does: joins wrapped lines; tells headings, run-in ones too, from sentences by their form (`headings.py`); keeps lines
that say one thing each apart (`lines.py`), and the rows of tables (`tables.py`); takes a short first paragraph that
does not end like a sentence, and is no section's name, for the title. Every character of the file stays as it is
written, but for white space, bullets, rules, and what it reports. Does not: guess at more than form; put words together
that a hyphen breaks at the end of a line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from calcqa.documents.base import HEADING, Loaded, Part, build, heading
from calcqa.documents.plain.bullets import bulleted, results
from calcqa.documents.plain.headings import (
    is_body,
    is_caption,
    is_certain,
    is_known,
    level_of,
    may_be,
    number_of,
    run_in,
    states,
)
from calcqa.documents.plain.lines import pieces_of
from calcqa.documents.plain.tables import barred, has_header, rows
from calcqa.documents.repair import squeeze
from calcqa.language.characters import clean_characters
from calcqa.types import BlockKind, Dropped

_BLANK_LINES = re.compile(r"\n(?: *\n)+")
_RULE = re.compile(r" *(?:[-=_*~#] *){3,}")
# A collection of reports has it before the first word of many: "pmcIntroduction".
STRAY = re.compile(r"\s*pmc(?=\s*[^\W_a-z])")
_TABLE_CAPTION = re.compile(r"(?<=[.)\]”])\s?(?=Tables? \d{1,2}[.:]? ?[A-Z][^.\n]{3,300}\.?$)")
_LONGEST_TITLE = 120
RULE = "a rule"


def load_plain(text: str, source: str, title: str = "") -> Loaded:
    """Load plain text; `source` is the file's name. A known `title` that is the first paragraph too is not repeated.

    Raises `DocumentError` if there is no text in it.
    """
    gone: Counter[str] = Counter()
    stray = STRAY.match(text)
    dropped = [Dropped(stray[0].strip(), "no part of the text")] if stray else []
    lines, rules = _without_rules(clean_characters(barred(text[stray.end() if stray else 0 :]), gone))
    dropped += (Dropped(rule, RULE) for rule in rules)
    parts = list(_structured(lines))
    if known := squeeze(clean_characters(title)):
        again = len(parts) > 1 and parts[0].text.casefold() == known.casefold()
        return build(source, known, parts[1:] if again else parts, dropped=dropped, gone=gone)
    if len(parts) > 1 and _is_title(parts[0]) and not parts[1].tight:
        return build(source, parts[0].text, parts[1:], dropped=dropped, gone=gone)
    return build(source, None, parts, dropped=dropped, gone=gone)


def _is_title(part: Part) -> bool:
    if part.kind not in (BlockKind.PARAGRAPH, HEADING) or is_known(part.text) or number_of(part.text):
        return False
    if states(part.text):  # a fact, which is to be found
        return False
    return len(part.text) <= _LONGEST_TITLE and part.text[-1] not in ".!?:;,"


def split_parts(text: str) -> Iterator[Part]:
    """Yield the parts of cleaned plain text that has no headings and tables: paragraphs and lists."""
    in_list = False
    lines = bulleted(_without_rules(text)[0])
    for paragraph in _BLANK_LINES.split("\n".join(lines)):
        for part in _paragraph([line for line in paragraph.split("\n") if line.strip()], in_list):
            yield part
            in_list = part.kind is BlockKind.ITEM


def _paragraph(lines: Sequence[str], in_list: bool) -> Iterator[Part]:
    """Yield the parts of lines with no blank one between; an item is tight below another one."""
    for number, (marker, text) in enumerate(pieces_of([squeeze(line) for line in lines])):
        if marker:
            yield Part(text, BlockKind.ITEM, marker=marker, tight=in_list)
        else:
            yield Part(text, tight=number > 0)
        in_list = bool(marker)


def _without_rules(text: str) -> tuple[list[str], list[str]]:
    """Return the lines of a text, those that are rules empty, and the rules of dashes or stars, each form once."""
    lines = text.split("\n")
    kept = set(results(lines))
    rules = {n: line.strip() for n, line in enumerate(lines) if n not in kept and _RULE.fullmatch(line)}
    told = dict.fromkeys(rule for rule in rules.values() if rule[0] in "-*")
    return ["" if n in rules else line for n, line in enumerate(lines)], list(told)


def _structured(lines: list[str]) -> Iterator[Part]:
    """Yield the parts of the lines of cleaned plain text."""
    text = "\n".join(lines)
    capitals = 2 * sum(map(str.isupper, text)) < sum(map(str.isalpha, text))
    blocks = list(_blocks(lines, capitals))
    in_list = in_table = False
    for number, (kind, lines) in enumerate(blocks):
        if kind is BlockKind.ROW:
            is_headed = has_header(lines)
            for line in filter(None, lines):
                yield Part(line, kind, level=int(not in_table and is_headed), tight=in_table)
                in_table = True
            in_list = False
            continue
        in_table = False
        if kind is HEADING or (len(lines) == 1 and _is_heading(blocks, number, capitals)):
            name = squeeze(lines[0])
            yield heading(name.removesuffix(":").rstrip(), level_of(name))
            in_list = False
            continue
        before_rows = number + 1 < len(blocks) and blocks[number + 1][0] is BlockKind.ROW
        for part in _paragraph(lines, in_list):
            yield from _divided(part, before_rows)
            in_list = part.kind is BlockKind.ITEM


Lines = tuple[BlockKind, list[str]]
"""Lines that belong together: rows of a table, a heading, or a paragraph, which may turn out to be a heading."""


def _blocks(lines: list[str], capitals: bool) -> Iterator[Lines]:
    """Yield the lines of a text in blocks: cut at blank lines, before and behind tables, and around headings."""
    table = rows(lines)
    paragraph: list[str] = []
    cells: list[str] = []
    for number, line in enumerate([*bulleted(lines), ""]):
        if number in table:
            yield from _around_headings(paragraph, capitals)
            paragraph = []
            cells += [table[number]] if table[number] or cells else []
            continue
        if line.strip() and cells:
            yield BlockKind.ROW, cells
            cells = []
        if line.strip():
            paragraph.append(line)
        else:
            yield from _around_headings(paragraph, capitals)
            paragraph = []
    if cells:
        yield BlockKind.ROW, cells


def _around_headings(lines: list[str], capitals: bool) -> Iterator[Lines]:
    """Yield a paragraph, those of its lines that are headings apart."""
    text: list[str] = []
    width = max(map(len, lines), default=0)
    for number, line in enumerate(lines):
        below = lines[number + 1] if number + 1 < len(lines) else ""
        bare = line.strip()
        is_heading = bool(below) and (
            (is_known(bare) and (not number or bare[0].isupper() or bare[0].isdigit()))
            or (not number and is_certain(bare, capitals) and _is_apart(bare, below.strip()))
            or (not number and may_be(bare) and 2 * len(line) < width and is_body(below.strip()))
        )
        if is_heading:
            if text:
                yield BlockKind.PARAGRAPH, text
            yield HEADING, [line]
            text = []
        else:
            text.append(line)
    if text:
        yield BlockKind.PARAGRAPH, text


def _is_apart(line: str, below: str) -> bool:
    """Say whether the line below a heading goes on with neither it nor, '4.' below '3.', with its list."""
    return not below[0].islower() and not (number_of(line) and number_of(below) == number_of(line) + 1)


def _is_heading(blocks: Sequence[Lines], number: int, capitals: bool) -> bool:
    """Say whether the one line of a block is a heading, by what it is and what stands around it."""
    line = blocks[number][1][0].strip()
    above, below = (_line_at(blocks, place) for place in (number - 1, number + 1))
    if is_known(line):
        return True
    if number + 1 == len(blocks):
        return False
    if is_certain(line, capitals):
        place = number_of(line)  # '2. Hypotension' between '1. Fever' and '3. Cough' is an item
        return not place or (number_of(below) != place + 1 and (number_of(above) != place - 1 or place == 1))
    if not may_be(line) or blocks[number + 1][0] is not BlockKind.PARAGRAPH:
        return False
    if may_be(below) or (below and is_certain(below, capitals)) or (may_be(above) and not is_certain(above, capitals)):
        return False  # one of many short lines
    return is_body(squeeze(" ".join(blocks[number + 1][1])))


def _line_at(blocks: Sequence[Lines], number: int) -> str:
    """Return the one line of a paragraph; nothing for other blocks."""
    if not 0 <= number < len(blocks):
        return ""
    kind, lines = blocks[number]
    return lines[0].strip() if kind is BlockKind.PARAGRAPH and len(lines) == 1 else ""


def _divided(part: Part, before_rows: bool) -> Iterator[Part]:
    """Yield a paragraph, what stands on its line but is none of it apart: a run-in heading, a table's caption."""
    if part.kind is not BlockKind.PARAGRAPH:
        yield part
        return
    if is_caption(part.text):
        yield replace(part, kind=BlockKind.CAPTION, tight=False)
        return
    text = part.text
    if divided := run_in(text):
        yield heading(divided[0], level_of(divided[0]))
        text = divided[1]
        part = replace(part, tight=False)
    if before_rows and (match := _TABLE_CAPTION.search(text)):
        yield replace(part, text=text[: match.start()])
        yield Part(text[match.end() :], BlockKind.CAPTION)
    else:
        yield replace(part, text=text)
