"""Tells the headings of plain text, and its captions, from its sentences. Strings to yes or no.

A heading is a section's known name, a numbered line, a line of capitals, or a short line without a full stop before a
paragraph. It decides by form only: what a line says is not looked at.
"""

from __future__ import annotations

import re

from calcqa.documents.plain.bullets import list_item
from calcqa.documents.plain.lines import goes_on, has_value, is_labelled
from calcqa.language.english import ENGLISH

_LONGEST = 90  # code points
_MOST_WORDS = 12
_FEWEST_BEHIND = 4  # words behind a run-in heading in a short paragraph
_OF_NAMES = frozenset({"summary"})  # "Summary Care Record was read."
_SHORTEST_BODY = 60  # code points; what is shorter is no paragraph unless it ends like one

_NUMBER = r"(?:(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\.?|[IVX]{1,5}\.|[A-H]\.)"
_NUMBERED = re.compile(rf"{_NUMBER}\s+(?P<name>[^\W\d_].*)")
_NAMES = re.compile(
    rf"(?:{_NUMBER}\s*)?(?:{ENGLISH.sections}|{ENGLISH.references}|{ENGLISH.acknowledgements})\s*:?", re.IGNORECASE
)
_RUN_IN = re.compile(
    rf"(?P<name>(?:\d{{1,2}}\.?\s)?(?i:{ENGLISH.run_in}))(?:(?P<mark>\s?:\s)|(?P<gap>\s?))(?P<text>[A-Z“\"(].*)",
    re.DOTALL,
)
_CAPTION = re.compile(
    rf"(?i:{ENGLISH.captions})\s?(?:S?\d{{1,3}}|[IVX]{{1,4}})[A-Za-z]?(?:[-–,]\s?\d{{0,2}}[A-Za-z])*"
    r"(?:\s?[.:)|–—-]|\s*$|\s(?=[A-Z(“\"]))"
)
_FINITE = re.compile(ENGLISH.finite, re.IGNORECASE)
_STATES = re.compile(rf"{ENGLISH.finite}|{ENGLISH.negation}|\bet al\b", re.IGNORECASE)
_DENIES = re.compile(rf"\b(?:{ENGLISH.denied})(?!\w)", re.IGNORECASE)
_PREDICATE = re.compile(rf"(?:{ENGLISH.predicates})\b", re.IGNORECASE)
_ENDS_IN_NUMBER = re.compile(r"(?<=\s)\d[\d.,/]*\s?%?$")
_COUNTED = re.compile(rf"\b(?:{ENGLISH.named_by_number}|{ENGLISH.captions})\s?\S+$", re.IGNORECASE)
_FOREIGN = re.compile(r"[|=;<>≥≤±]|https?://|www\.")
_NOTED = re.compile(r"\d\s?/\s?\d|(?:,| [-–—] ).*\d|\d.*(?:,| [-–—] )")
_ABOUT_PICTURE = re.compile(rf"(?i:{ENGLISH.captions})\b")
_ENDS = frozenset(".!?;,")
_LETTERS = re.compile(r"[^\W\d_]+")


def is_known(line: str) -> bool:
    """Say whether a line is the name of a section, as '2 Case report' or 'Discussion:'."""
    return len(line) <= _LONGEST and _NAMES.fullmatch(line.strip()) is not None


def is_certain(line: str, capitals: bool = True) -> bool:
    """Say whether a line is a heading wherever it stands: a known name, a numbered line, a line of capitals.

    Capitals say nothing in a text that is all capitals.
    """
    if is_known(line):
        return True
    numbered = _NUMBERED.fullmatch(line)
    name = numbered["name"] if numbered else line
    if not _is_short(name) or (list_item(line) and not numbered):
        return False
    words = _LETTERS.findall(name)
    if numbered and words and words[0][0].isupper():
        return True
    return capitals and line.isupper() and any(len(word) > 3 for word in words)


def may_be(line: str) -> bool:
    """Say whether a line is a heading if it stands alone before a paragraph.

    A note with a figure ("Penicillin - rash 2019") may be all that its section has, and is no heading.
    """
    is_free = _is_short(line) and not (list_item(line) or _ABOUT_PICTURE.match(line) or _NOTED.search(line))
    return is_free and line[0].isupper() and any(map(str.islower, line))


def number_of(line: str) -> int:
    """Return the number before the first full stop or space of a numbered line; 0 if it has none."""
    numbered = _NUMBERED.fullmatch(line)
    return int((numbered["number"] or "0").split(".")[0]) if numbered else 0


def _is_short(line: str) -> bool:
    """Say whether a line has the form of a heading. A line that states or denies something has not."""
    if not 2 < len(line) <= _LONGEST or len(line.split()) > _MOST_WORDS or line[-1] in _ENDS or _FOREIGN.search(line):
        return False
    return not (_STATES.search(line) or has_value(line) or goes_on(line) or is_labelled(line.removesuffix(":") + "."))


def states(line: str) -> bool:
    """Say whether a line says something that is to be found: it has a value, a verb form, a denial or a comparison."""
    told = _STATES.search(line) or _DENIES.search(line) or _PREDICATE.match(line) or _FOREIGN.search(line)
    counted = _ENDS_IN_NUMBER.search(line) and not _COUNTED.search(line)
    return bool(told or counted or has_value(line) or is_labelled(line))


def is_label(caption: str) -> bool:
    """Say whether a caption names what it stands above, and states nothing: 'Table 1. Counts by patient'."""
    match = _CAPTION.match(caption)
    return not states(caption[match.end() :] if match else caption)


def is_body(text: str) -> bool:
    """Say whether a text is a paragraph that a heading may stand before."""
    if is_caption(text) or not (text[:1].isupper() or text[:1].isdigit() or text[:1] in '“"(‘'):
        return False
    return text.rstrip()[-1] in '.?!:)]”"' or text.rstrip()[-1].isdigit() or len(text) >= _SHORTEST_BODY


def level_of(line: str) -> int:
    """Return the level of a heading below the title: 2, and 3 or more for '2.1'."""
    numbered = _NUMBERED.fullmatch(line)
    return 2 + (numbered["number"] or "").count(".") if numbered else 2


def run_in(text: str) -> tuple[str, str] | None:
    """Return a known heading and the text behind it on the same line: 'Introduction Malaria is', 'Case ReportA man'."""
    match = _RUN_IN.match(text)
    if not match or match["text"].isupper() or not text.rstrip().endswith((".", "?", "!", "]", ")", "”")):
        return None
    words = match["text"].split()
    is_long = len(text) >= _SHORTEST_BODY
    may_be_short = match["gap"] and not text[0].islower() and match["name"].casefold() not in _OF_NAMES
    if not is_long and (len(words) < _FEWEST_BEHIND or not may_be_short):
        return None
    begins = not is_long and words[0].casefold() in ENGLISH.stopwords  # 'Case report A man came in.'
    if not match["mark"] and match["gap"] and not begins and not _FINITE.search(match["text"]):
        return None
    return match["name"], match["text"]


def is_caption(text: str) -> bool:
    """Say whether a text is the caption of a figure or a table: 'Figure 1. An ear', not 'Figure 1 shows an ear'."""
    return _CAPTION.match(text) is not None
