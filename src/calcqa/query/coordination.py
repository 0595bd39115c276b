"""Items of a question that asks for several things of one subject: "dose and duration of prednisolone?".

Such a question is asked whole; here is said which items it has, whether a text holds each, and how one is asked alone.
Only what a text can be seen to hold is an item: a kind of thing (a dose, a time, a person), an aspect of medicine (the
prognosis), or what the vocabulary of the clinic names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from calcqa.language.clinical import MARK, vocabulary
from calcqa.language.english_parts import ANY_WORD, ASKED_FOR, ASKED_KINDS, ASPECTS, BETWEEN, HOLDS, ITEM_ENDS
from calcqa.language.tokens import stems

_HOLDS = {kind: re.compile(pattern, 0 if kind == "person" else re.IGNORECASE) for kind, pattern in HOLDS.items()}
_ASPECTS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in ASPECTS.items()}
_KINDS = {kind: re.compile(rf"(?:{pattern})\b", re.IGNORECASE) for kind, pattern in ASKED_KINDS.items()}
_MOST = 200  # characters of a question with items

_BETWEEN = re.compile(BETWEEN, re.IGNORECASE)
_AND = r"\s*(?:,? and|[&+]|,? plus)\s*\b"
_WERE = re.compile(r"\b(are|were)\b", re.IGNORECASE)
_THE = r"(?:(?:the|its|his|her|their|a|an|any) )?"
_NOUNS = r"[\w/-]+(?: (?!\w+ed\b)[\w/-]+)?"  # "the fever and cough treated with" are no two things asked for
_LEADING = re.compile(rf"\W*(?P<one>{ANY_WORD}){_AND}(?P<two>{ANY_WORD}) (?P<rest>\S.*)", re.IGNORECASE)
_LISTED = re.compile(
    rf"(?P<before>{ASKED_FOR})(?P<one>{_NOUNS}){_AND}{_THE}(?P<two>{_NOUNS}?)(?P<after>(?: {ITEM_ENDS}.*)?)",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    rf"(?P<one>.+[^\s,;]),? (?:and|plus) (?:(?:what|how) about )?"
    rf"(?P<two>{ANY_WORD}(?: [\w-]+){{0,2}}|{_THE}(?P<noun>{_NOUNS}))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One of the things asked for: its words as `name`, how it is asked alone, and the kind of what answers, if any.

    `first` is the question before it, where it needs that to be understood; `asked` says that it can be asked.
    """

    name: str
    question: str
    kind: str = ""
    first: str = ""
    asked: bool = True

    def held(self, text: str, concepts: Collection[str]) -> bool:
        """Say whether a text that speaks of `concepts` holds it, as far as words tell."""
        if self.kind:
            return _HOLDS[self.kind].search(text) is not None
        terms = {*stems(text), *concepts}
        named = [unit for _, unit in vocabulary().named(self.name)]
        return bool(named) and all(any(term in terms for term in unit) for unit in named)


def items(question: str) -> tuple[Item, ...]:
    """Return the items of `question` of which a text can be seen to hold each; none where it asks for one thing."""
    text = question.strip().rstrip(" ?.!")
    if len(text) > _MOST:
        return ()
    if match := _LEADING.fullmatch(text):
        kinds = ((name, _kind(match[name], _KINDS)) for name in ("one", "two"))
        return tuple(Item(match[name], _large(f"{match[name]} {match['rest']}"), kind) for name, kind in kinds if kind)
    if _BETWEEN.search(text):
        return ()
    if match := _LISTED.fullmatch(text):
        aspects = {name: _aspect(match[name]) for name in ("one", "two")}
        if None in aspects.values():
            return ()
        return tuple(
            Item(match[name], _large(_before(match, name) + match[name] + match["after"]), kind or "")
            for name, kind in aspects.items()
        )
    if not (match := _TRAILING.fullmatch(text)):
        return ()
    first = _large(match["one"])
    if kind := _kind(match["two"], _KINDS):
        return (Item(match["two"], _large(match["two"]), kind, first, asked=False),)
    kind = _kind(match["noun"] or "", _ASPECTS)
    return () if kind is None else (Item(match["noun"], f"What is the {match['noun']}?", kind, first),)


def _before(match: re.Match[str], name: str) -> str:
    """Return what stands before an item, its verb fit for one thing: "what were the dose" is "what was"."""
    before = match["before"]
    return before if match[name].endswith("s") else _WERE.sub(lambda m: "is" if m[1] == "are" else "was", before)


def _kind(words: str, kinds: Mapping[str, re.Pattern[str]]) -> str | None:
    return next((kind for kind, pattern in kinds.items() if pattern.fullmatch(words)), None)


def _aspect(name: str) -> str | None:
    """Return the kind of thing that a noun asks for, "" where it is told by name; None where it cannot be told."""
    kind = _kind(name, _ASPECTS)
    named = any(term.startswith(MARK) for _, unit in vocabulary().named(name) for term in unit)
    return "" if kind is None and named else kind


def _large(text: str) -> str:
    text = " ".join(text.split())
    return f"{text[:1].upper()}{text[1:]}?"
