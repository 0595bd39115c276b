"""Finds the characters of a Markdown text that only look like markup: signs, operators and units.

A Markdown parser takes the stars of '4*3*2 cm' for emphasis and the sign of '> 90 mL/min' for a quote. Such characters
are swapped for stand-ins, code points that the text does not have, before it is parsed; afterwards they are swapped
back. What is doubtful stays a character of the text.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from calcqa.documents.plain.bullets import results, signs

_MARKS = "*_~>#-+="
_STAND_INS = range(0xF0000, 0xFFFFE)  # private use; those that the text has are left out

_UNIT = r"[^\W\d_]{1,4}|[%°]"
_STARS = re.compile(
    r"(?<![\\*_~])(?:"
    r"(?<=\d)[*_~]+(?= ?\d)|(?<=\d )[*_~]+(?=\d)"  # 4*3, 4 *3, 4* 3, 5~6
    r"|(?<=[\w)%\]])[*_]+(?=\d)|(?<=[\d)%])[*_]+(?=[\w(])"  # B*27, 5*x
    r"|(?<=[\w)%\]])\*(?=[\w(\[])"  # a*b*c
    r")(?![*_~])"
)
_SPACED = re.compile(rf"(?<!\\)(?:(?<=\d)|\d ?(?:{_UNIT}))(?P<before> ?)(?P<star>\*)(?= ?\d)")  # 3 cm *2
_QUOTE = re.compile(r"[ >]*(?P<sign>>)(?P<behind>.*)")
_COMPARED = re.compile(r"[>=~]? ?[=~]? ?[-+]?\.?\d")
_ITEM_NUMBER = re.compile(r"\d{1,3}[.)] ")  # of a list within a quote
_IN_ITEM = re.compile(
    r"[ >]*(?:(?:[-*+•]|\d{1,9}[.)]) +)+(?P<sign>>(?=[>=~]? ?[=~]? ?[-+]?\.?\d)|#|[-+*](?= +[-+.]?\d))"
)
_NUMBERED = re.compile(r" {0,3}(?P<sign>#{1,6}) +\d")
_SHORT_RULE = re.compile(r"[ >]*(?P<sign>[-=+*]{1,2}) *$")
_ENDS = re.compile(r"[.!?:;#|] *$")


def shielded(text: str) -> tuple[str, dict[int, int]]:
    """Return `text` with stand-ins for what is no markup, and the table that `str.translate` swaps them back by."""
    used = set(text)
    free = (code for code in _STAND_INS if chr(code) not in used)
    table = dict(zip(map(ord, _MARKS), itertools.islice(free, len(_MARKS)), strict=True))
    lines = text.split("\n")
    for number, place in sorted({*_line_starts(lines)}):
        line = lines[number]
        end = place + 1
        while line[end : end + 1] == line[place] and line[place] in "#-=":
            end += 1
        lines[number] = line[:place] + line[place:end].translate(table) + line[end:]
    text = "\n".join(lines)
    text = _SPACED.sub(lambda m: m[0].translate({ord("*"): table[ord("*")]}), text)
    text = _STARS.sub(lambda m: m[0].translate(table), text)
    return text, {code: ord(mark) for mark, code in zip(_MARKS, table.values(), strict=True)}


def _line_starts(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the lines that begin with what is no markup: their numbers, and where it stands."""
    yield from signs(lines)
    yield from _compared(lines)
    for number in results(lines):
        yield from ((number, place) for place, mark in enumerate(lines[number]) if mark in "-+*")
    before = ""
    for number, line in enumerate(lines):
        if match := _IN_ITEM.match(line) or _SHORT_RULE.match(line):
            yield number, match.start("sign")
        elif before.strip() and not _ENDS.search(before) and (match := _NUMBERED.match(line)):
            yield number, match.start("sign")
        before = line


def _compared(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where '>' is a comparison: it stands before a number; where nothing else is quoted, each of '>> 5' is."""
    run: list[tuple[int, str, str]] = []  # number of the line, it up to its last sign, what stands behind
    for number, line in enumerate([*lines, ""]):
        if match := _QUOTE.match(line):
            if behind := match["behind"].lstrip(" "):
                run.append((number, line[: match.start("behind")], behind))
            if behind.startswith("=") and _COMPARED.match(behind):
                yield number, match.start("sign")
            continue
        all_compare = all(_COMPARED.match(behind) for _, _, behind in run)
        for place, marks, behind in run:
            if all_compare:
                yield from ((place, at) for at, mark in enumerate(marks) if mark == ">")
            elif _COMPARED.match(behind) and not _ITEM_NUMBER.match(behind):
                yield place, marks.rindex(">")
        run = []
