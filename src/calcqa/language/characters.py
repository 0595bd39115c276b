"""Cleans the characters of a text: plain hyphens, spaces and line ends, and nothing invisible. String to string.

Documents, questions and quotes are all cleaned here, so that what is shown, copied, encoded and hashed is one text. Two
things are removed and counted, so that a loader can report them: code points that are drawn as nothing, which can hide
words, and marks beyond a limit on one letter, which take quadratic time to normalise.

Every function is idempotent and takes time in proportion to the text. Letters are never folded together.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

MOST_MARKS = 30
"""Marks in a row that stay: as many as Unicode's Stream-Safe Text Format (UAX #15) allows, more than any script has."""

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_CONTROLS = [*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)]  # and lone surrogates
_CHARACTERS: dict[int, str | None] = {
    **dict.fromkeys(_CONTROLS),
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, "\u2010\u2011"), "-"),
}

# Default_Ignorable_Code_Point in DerivedCoreProperties.txt of Unicode 16.0, variation selectors among them. A text of
# ours needs none of them: what a selector chooses is another picture of the same letter.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_HIDDEN = re.compile(f"[{_IGNORABLE}]+")
_JOINER = re.compile("[\u200c\u200d]")
# Blocks of the scripts in which a joiner is spelling: Arabic and its kin, the Indic ones, Khmer and Mongolian, and what
# is written like them. Between emoji it only makes one picture of several, and goes.
_JOINED = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\u1a20-\u1bff\ua840-\uaaff\uabc0-\uabff"
    "\U00010a00-\U00010fff\U00011000-\U00011fff\U0001e900-\U0001e95f]"
)
_MANY_HIGH = re.compile(f"[^\0-\u02ff]{{{MOST_MARKS + 1},}}")  # the only place where too many marks can be
_TWO_MARKS = "\u0f73\u0f75\u0f81"  # letters by themselves, two marks when they are taken apart


def clean_characters(text: str, gone: Counter[str] | None = None) -> str:
    """Return `text` in NFC with plain hyphens, plain spaces and line feeds for line ends.

    Hyphens U+2010 and U+2011 become '-', every kind of space becomes ' ', a tab fills up to a multiple of four columns;
    control characters and lone surrogates go. So do, counted in `gone`, all that is drawn as nothing (but for a joiner
    within a word of a script that needs it) and marks beyond `MOST_MARKS` in a row.
    """
    text = _LINE_ENDS.sub("\n", text).expandtabs(4).translate(_CHARACTERS)
    if text.isascii():
        return text
    gone = Counter() if gone is None else gone
    text = _HIDDEN.sub(lambda match: _seen(match, gone), text)
    # Twice: what is cheap to normalise may have more marks afterwards.
    return _fewer_marks(unicodedata.normalize("NFC", _fewer_marks(text, gone)), gone)


def is_hidden(character: str) -> bool:
    """Say whether a character is one of those that are drawn as nothing."""
    return _HIDDEN.fullmatch(character) is not None


def _seen(match: re.Match[str], gone: Counter[str]) -> str:
    """Return what stays of a run of hidden characters: the first joiner, where a word needs one, or nothing."""
    joiner = _JOINER.search(match[0])
    kept = joiner[0] if joiner and _needed(match.string, *match.span()) else ""
    gone.update(match[0])
    gone.subtract(kept)
    return kept


def _needed(text: str, start: int, end: int) -> bool:
    """Say whether a joiner in place of `text[start:end]` stands within a word of a script that has joiners."""
    while start and unicodedata.combining(text[start - 1]):
        start -= 1
    before, after = text[start - 1 : start], text[end : end + 1]
    return _letter(before) and bool(after) and (unicodedata.combining(after) > 0 or _letter(after))


def _letter(character: str) -> bool:
    return _JOINED.match(character) is not None and unicodedata.category(character)[0] in "LM"


def _fewer_marks(text: str, gone: Counter[str]) -> str:
    def cut(match: re.Match[str]) -> str:
        kept, marks = [], 0
        for character in match[0]:
            marks = marks + 1 if unicodedata.combining(character) or character in _TWO_MARKS else 0
            if marks <= MOST_MARKS:
                kept.append(character)
            else:
                gone[character] += 1
        return "".join(kept)

    return _MANY_HIGH.sub(cut, text)
