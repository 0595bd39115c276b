"""A question with parts, taken apart: "How big is it, and where does it sit?" asks two things.

Does: cut where one question ends and another begins, by punctuation and by "and" before a question word with its verb.
Does not: understand the second part, which may lean on the first (`query/rewriting.py`), or cut what only lists things
("the dose and the route").
"""

from __future__ import annotations

import re

_NT = "(?:n['’]t)?"
_DO = rf"(?:do|does|did){_NT}"
_BE = rf"(?:is|are|was|were|can|could|will|would|should|may|might|must){_NT}"
_HAVE = rf"(?:has|have|had){_NT}"
_PRONOUN = "(?:i|you|he|she|it|we|they|there|this|that|these|those|one)"
_DETERMINER = "(?:the|a|an|any|his|her|its|their|my|our|your)"
_WORD = "(?:who|whom|whose|what|which|when|where|why|how)"
# A question stands its verb before its subject; "and were discharged" or "how it is treated" ask nothing by themselves.
_ASKING = (
    rf"(?:{_WORD}(?:\s+(?!{_PRONOUN}\b|{_DETERMINER}\b)[\w-]+){{0,3}}?\s+(?:{_DO}|{_BE}|{_HAVE})\b"
    rf"|{_DO}\s+(?!not\b)\w+|{_BE}\s+(?:{_PRONOUN}|{_DETERMINER})\b|{_HAVE}\s+{_PRONOUN}\b)"
)
_NEXT = re.compile(rf"(?<![\s,;])[\s,;]++(?:and|but|or)\s+(?=(?:also\s+|then\s+)?{_ASKING})", re.IGNORECASE)
_ANY = re.compile(rf"(?:{_WORD}|{_DO}|{_BE}|{_HAVE})\b", re.IGNORECASE)
_BEGINS = re.compile(rf"(?:(?:and|but|also|then)\s+)*{_ANY.pattern}", re.IGNORECASE)
_END = re.compile(r"(?<=\?)\s+(?=\S)")
_FEWEST = 2  # words of a part; "and why?" is no question of its own
_MOST = 4


def parts(question: str) -> tuple[str, ...]:
    """Return the questions that `question` consists of, in order, each with a question mark; itself if it is one."""
    sentences = _END.split(question.strip())
    if not all(_BEGINS.match(s) for s in sentences):  # what asks nothing belongs to what does
        return (question,)
    found = [" ".join(p.split()).rstrip(" ?.!,;") for s in sentences for p in _NEXT.split(s)]
    if not 1 < len(found) <= _MOST or any(len(p.split()) < _FEWEST for p in found):
        return (question,)
    return tuple(f"{p[0].upper()}{p[1:]}?" for p in found)
