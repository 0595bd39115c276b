"""Repairs the text of a report. String to string.

`unify_bullets` and `squeeze` are safe on any text. The others repair what a web export broke (reference numbers glued
to the sentence, lost range dashes, citations without spaces). Each is a guess, made only where one reading is possible,
so a loader calls them only on text known to have those faults.

Every function is idempotent. None reorders text, checks spelling, or looks at single characters
(`language/characters.py`).
"""

from __future__ import annotations

import re
from collections.abc import Collection

from calcqa.language.english import ENGLISH

BULLET = "• "

# A glyph that is only ever a bullet needs no space behind it; a dash or a star does.
_BULLET_START = re.compile(r"^ *(?:[•◦▪▫■□●○‣⁃∙\uf0b7\uf0a7] *|[-*–—·] +)(?=\S)", re.MULTILINE)

_GLUED_REFERENCE = re.compile(
    r"""(?P<word>(?<![^\W\d_])[^\W\d_]{2,}+|[)\]”"%])(?P<stop>[.,;])"""
    r"(?P<numbers>[1-9]\d{0,3}(?:[,–-][1-9]\d{0,2})*)(?=(?P<next>\s+\S|\s*\Z))"
)
_ABBREVIATIONS = ENGLISH.abbreviated

_FIGURES = re.compile(
    r"\b(?P<word>Figures|Figs\.?) (?P<digits>\d{2,4})(?![\d.]*\d)(?!\s*(?:[–-]|(?:,|and|or|to|through|&)\s*\d))"
)
_PAGES = re.compile(r"(?P<volume>\d\([^()\n]{1,20}\):|;\s?\d{1,4}:)(?P<digits>\d{4,8})(?![\w–-])")
# An article is seldom longer; digits that would make a longer one are more likely one page's number.
_MOST_PAGES = 40

_LINK = r"(?:https?://|www\.|doi:|10\.\d{4,}/)\S+"
_CITATION_GLUE = re.compile(
    rf"(?P<link>{_LINK})"
    r"|(?<=[A-Z])(?P<comma>,)(?=[^\W\d_]{2}|[^\W\d_]['’])"  # "AM,Pivato", not "N,N-dimethyl"
    r"|(?<=\bal)(?P<al>\.)(?=[^\W\d_])"  # "et al.Risk"
    r"|(?<=[a-z]{2})(?P<end>\.)(?=[A-Z])"  # "diseases.Semin"
    r"|(?<=\b[A-Z])(?P<one>\.)(?=[A-Z][a-z])|(?<=\b[A-Z]{2})(?P<two>\.)(?=[A-Z][a-z])"  # "Rosner I.Title"
    r"|(?<=[A-Za-z)])(?P<year>\.)(?=(?:19|20)\d\d\b)"  # "Dermatol.2002"
)
# "JPediatr (Rio J). 2008;" is safe to part: only a journal's name stands between a full stop and ". year;".
_JOURNAL_GLUE = re.compile(r"(?<=\. )J(?=[A-Z][a-z]{2,}+[^.;\n]*+\. (?:19|20)\d\d;)")


def squeeze(text: str) -> str:
    """Return `text` on one line, each run of whitespace as one space, none at the ends."""
    return " ".join(text.split())


def unify_bullets(text: str) -> str:
    """Return `text` with every line that begins with some bullet beginning with '• ' instead, not indented."""
    return _BULLET_START.sub(BULLET, text)


def set_off_references(text: str, last: int | None = None) -> str:
    """Set off reference numbers glued to a sentence: 'medication.1 It' becomes 'medication [1]. It'.

    The number goes before the stop, so that the sentence keeps its reference. `last` is the highest reference number
    there is: a greater number is read as a range that lost its dash ('.13' is 1–3 where there are 3 references), or
    left alone. Decimals, abbreviations ('Fig.1', 'No.2') and full stops that end no sentence stay as they are. Where
    `last` is not known only numbers below 100 behind a full stop are taken for references.
    """

    def set_off(match: re.Match[str]) -> str:
        if match["word"].casefold() in _ABBREVIATIONS:
            return match[0]
        if match["next"].strip().islower() if match["stop"] == "." else last is None:
            return match[0]
        numbers = _numbers(match["numbers"], last)
        return f"{match['word']} [{numbers}]{match['stop']}" if numbers else match[0]

    return _GLUED_REFERENCE.sub(set_off, text)


def _numbers(numbers: str, last: int | None) -> str | None:
    if all(int(number) <= (99 if last is None else last) for number in re.findall(r"\d+", numbers)):
        return numbers.replace("-", "–")
    return _as_range(numbers, range(1, last + 1)) if last and numbers.isdigit() else None


def _as_range(digits: str, known: Collection[int]) -> str | None:
    """Return `digits` as a range between two known numbers, if there is exactly one way to read it so."""
    cuts = [(digits[:cut], digits[cut:]) for cut in range(1, len(digits))]
    ranges = [(a, b) for a, b in cuts if b[0] != "0" and int(a) < int(b) and int(a) in known and int(b) in known]
    return "–".join(ranges[0]) if len(ranges) == 1 else None


def repair_figure_ranges(text: str, figures: Collection[int]) -> str:
    """Give ranges of figures their dash back: 'Figures 13' becomes 'Figures 1–3'.

    Only where the document has both figures, has none of the number as it stands, and the word is a plural.
    """

    def repaired(match: re.Match[str]) -> str:
        digits = match["digits"]
        dashed = None if int(digits) in figures else _as_range(digits, figures)
        return f"{match['word']} {dashed}" if dashed else match[0]

    return _FIGURES.sub(repaired, text)


def repair_page_ranges(text: str) -> str:
    """Give page ranges in citations their dash back: '84(1):6874' becomes '84(1):68–74'.

    Only after a volume, for an even number of digits (four or more) whose halves increase by at most an
    article's length.
    """

    def repaired(match: re.Match[str]) -> str:
        digits = match["digits"]
        first, last = digits[: len(digits) // 2], digits[len(digits) // 2 :]
        even = len(first) == len(last) and "0" not in (first[0], last[0])
        return f"{match['volume']}{first}–{last}" if even and 0 < int(last) - int(first) <= _MOST_PAGES else match[0]

    return _PAGES.sub(repaired, text)


def space_citations(text: str) -> str:
    """Put the lost spaces back into citations: 'AM,Pivato', 'et al.Risk', 'diseases.Semin', 'Dermatol.2002'.

    Web addresses and DOIs stay whole. For reference lists only: in prose a dot inside a word may be meant.
    """
    spaced = _CITATION_GLUE.sub(lambda match: match[0] if match["link"] else match[0] + " ", text)
    return _JOURNAL_GLUE.sub("J ", spaced)
