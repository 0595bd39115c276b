"""Says whether sentences clearly speak of a sibling of what is asked for: hypothyroidism for hyperthyroidism.

Each check looks for what the question names and the sentences do not, though they name something else of its kind in
its place. They were kept for being right nearly always where they speak; most wrong sentences they do not see.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterator

from calcqa.language import english_people as people
from calcqa.language import english_siblings as english
from calcqa.language.clinical import MARK, Unit, vocabulary
from calcqa.language.english import ENGLISH
from calcqa.language.english_parts import AGENT, HOLDS
from calcqa.language.people import without_own
from calcqa.language.tokens import content_words, stems
from calcqa.query.answer_types import closed

_NUMBERED, _SIDE, _WEIGHS = (re.compile(p, re.IGNORECASE) for p in (english.NUMBERED, english.SIDE, english.WEIGHS))
_WEIGHS_WHOM, _PART_WEIGHS = (re.compile(p, re.IGNORECASE) for p in (english.WEIGHS_WHOM, english.PART_WEIGHS))
_BY_AGE = re.compile(people.BY_AGE, re.IGNORECASE)
_NUMBERED_DATE = re.compile(english.NUMBERED_DATE)
_FAMILY, _FAMILY_HISTORY, _FONDLY, _OWN_PARENT = (
    re.compile(p, re.IGNORECASE) for p in (people.FAMILY, people.FAMILY_HISTORY, people.FONDLY, people.OWN_PARENT)
)
_RELATIVES = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in people.RELATIVES.items()}
_MONTH, _YEAR, _AGENT = (re.compile(pattern) for pattern in (english.MONTH, english.YEAR, AGENT))
_ABOUT_RELATIVE = re.compile(english.ABOUT_RELATIVE, re.IGNORECASE)
_STAGES = {name: tuple(re.compile(p, re.IGNORECASE) for p in own) for name, own in english.STAGES.items()}
_LIVES = re.compile(english.LIVES, re.IGNORECASE)
_SINCE = re.compile(english.SINCE, re.IGNORECASE)
_BY_WHOM, _WHO, _WHICH_SIDE, _TELLS_SIDE = (
    re.compile(p, re.IGNORECASE) for p in (english.BY_WHOM, english.WHO, english.WHICH_SIDE, HOLDS["side"])
)
_ASKED = re.compile(ENGLISH.question_words, re.IGNORECASE)
_NEGATED_ASKING = re.compile(english.NEGATED_ASKING, re.IGNORECASE)
_NEGATED_TELLING = re.compile(english.NEGATED_TELLING, re.IGNORECASE)

_REST = 4  # letters behind a prefix by which two words are one


def is_sibling(question: str, quotes: list[str], around: str, concepts: frozenset[str]) -> bool:
    """Say whether `quotes` clearly answer another question than `question`.

    `around` is what they stand below, and `concepts` are those that they and it speak of.
    """
    text = " . ".join((*quotes, around))
    return (
        _adds_nothing(question, quotes)
        or _opposite(question, text)
        or _other_time(question, text)
        or _other_stage(question, text)
        or _other_number(question, text)
        or _other_side(question, text)
        or _other_person(question, quotes, text)
        or _other_part(question, quotes, around)
        or _other_member(question, text, concepts)
        or affirms(question, text)
    )


def affirms(question: str, text: str) -> bool:
    """Say whether a text denies nothing where a question asks for what is, does or has something not."""
    return bool(_NEGATED_ASKING.match(question)) and not _NEGATED_TELLING.search(text)


def about_relative(question: str, sentence: str) -> bool:
    """Say whether a sentence is about a relative of the patient, where the question asks for none."""
    named = _asked_relatives(question, sentence) or any(p.search(question) for p in (_FAMILY, _BY_AGE))
    return not (named or _WHO.match(question)) and _ABOUT_RELATIVE.match(sentence) is not None


def asks_of_month(question: str, text: str) -> bool:
    """Say whether a question asks of a month that a whole text names neither by name nor, maybe, by a number."""
    months = _MONTH.findall(_SINCE.sub("", question))
    return bool(months) and not _NUMBERED_DATE.search(text) and not any(re.search(rf"\b{m[:3]}", text) for m in months)


def speaks_of_relative(text: str) -> bool:
    """Say whether a text names a relative, of whomever."""
    return bool(_relatives(text))


def _asked_relatives(question: str, text: str) -> set[str]:
    """Return the relatives of the patient whom a question asks about: not the patient as a relative calls them."""
    asked = _BY_AGE.sub("", without_own(question))
    if not _OWN_PARENT.search(question) and _relatives(question).isdisjoint(_relatives(text)):
        asked = _FONDLY.sub("", asked)
    return _relatives(asked)


def _relatives(text: str) -> set[str]:
    return {name for name, pattern in _RELATIVES.items() if pattern.search(text)}


def _adds_nothing(question: str, quotes: list[str]) -> bool:
    """Say whether all words of `quotes` are those of an open question; who only types words in a row is answered."""
    asking = _ASKED.search(question) and not closed(question)
    return bool(asking) and {s for quote in quotes for s in stems(quote)} <= set(stems(question))


def _opposite(question: str, text: str) -> bool:
    """Say whether `text` has a word of the question only with the prefix that turns it."""
    there, known = set(content_words(text)), set(stems(text))
    for word in content_words(question):
        if not known.isdisjoint(stems(word)):
            continue
        for prefix, other in (*english.OPPOSITES, *(pair[::-1] for pair in english.OPPOSITES)):
            turned = other + word.removeprefix(prefix)[:_REST]
            if word.startswith(prefix) and len(word) > len(prefix) + _REST:
                own = prefix + word.removeprefix(prefix)[:_REST]
                if any(w.startswith(turned) for w in there) and not any(w.startswith(own) for w in there):
                    return True
    return False


def _other_time(question: str, text: str) -> bool:
    asked = _SINCE.sub("", question)
    return any(_apart(set(p.findall(asked)), set(p.findall(text))) for p in (_MONTH, _YEAR))


def _other_stage(question: str, text: str) -> bool:
    """Say whether `text` tells only of the admission where the discharge is asked for, or the other way about."""
    named = [name for name, (asks, _, _) in _STAGES.items() if asks.search(question)]
    return len(named) == 1 and any(
        tells.search(text) and not _STAGES[named[0]][2].search(text)
        for name, (_, tells, _) in _STAGES.items()
        if name != named[0]
    )


def _other_number(question: str, text: str) -> bool:
    """Say whether `text` names only other days, grades, cases than the question does."""
    asked, there = (_by_first(_NUMBERED.findall(one)) for one in (question, text))
    return any(_apart(numbers, there[name]) for name, numbers in asked.items())


def _other_side(question: str, text: str) -> bool:
    """Say whether `text` speaks only of the right kidney where the left is asked for, or of no side for which one."""
    if _WHICH_SIDE.match(question) and not _TELLS_SIDE.search(text):
        return True
    asked, there = ({(side.lower(), noun.lower()) for side, noun in _SIDE.findall(one)} for one in (question, text))
    other = {"left": "right", "right": "left"}
    return any(
        (other[side], noun) in there and not re.search(rf"\b(?:{side}|both|bilateral\w*)\b", text, re.IGNORECASE)
        for side, noun in asked
    )


def _other_person(question: str, quotes: list[str], text: str) -> bool:
    """Say whether a relative is spoken of for the patient, or the patient for a relative, or nobody for who did it."""
    if _BY_WHOM.match(question):
        return not _AGENT.search(text)
    asked, there = _asked_relatives(question, text), _relatives(text)
    if asked and asked.isdisjoint(there) and not _FAMILY.search(text):
        return bool(there) or asked != {"mother"}  # who may be the patient herself
    if _FAMILY_HISTORY.search(question) and not (_relatives(_LIVES.sub("", text)) or _FAMILY.search(text)):
        return True
    return all(about_relative(question, quote) for quote in quotes)


def _other_part(question: str, quotes: list[str], around: str) -> bool:
    """Say whether a weight is that of another than the one thing whose weight is asked for."""
    weights = [quote for quote in quotes if _WEIGHS.search(quote)]
    if not (_WEIGHS.search(question) and weights):
        return False
    if _WEIGHS_WHOM.search(question):
        return all(map(_PART_WEIGHS.match, weights))
    named = [unit for name, unit in vocabulary().named(question) if not _WEIGHS.search(name)]
    text = " . ".join((*weights, around))
    there = {*stems(text), *vocabulary().told([text])[0]}
    return len(named) == 1 and len(named[0]) > 1 and there.isdisjoint(named[0])


def _other_member(question: str, text: str, concepts: frozenset[str]) -> bool:
    """Say whether `text` names none of the drugs, laboratory tests or organisms that the question does, but another."""
    there = concepts.union(stems(text))
    for name, group in _groups().items():
        asked = [unit for _, unit in vocabulary().named(question) if _is_of(unit, name)]
        if not asked or any(not there.isdisjoint(unit) for unit in asked):
            continue
        above = frozenset[str]().union(*(vocabulary().above(c) for unit in asked for c in unit))
        if any(there.issuperset(stems(kind)) for kind in above):
            continue  # what it speaks of by the kind's name may be what is asked for
        known = concepts - group - above - _panels()
        if any(not vocabulary().above(c).isdisjoint(group) for c in known):
            return True
    return False


def _is_of(unit: Unit, name: str) -> bool:
    """Say whether a word stands for a member of a group; for a drug only in all its senses: a "jab" may be none."""
    senses = [_belongs(concept, name) for concept in unit if concept.startswith(MARK)]
    return any(senses) and (name != "drug" or all(senses))


def _belongs(concept: str, name: str) -> bool:
    """Say whether a concept is a member of a group, and no panel of members; of drugs, also a kind of them."""
    group = _groups()[name]
    member = not vocabulary().above(concept).isdisjoint(group) or (name == "drug" and concept in group)
    return member and concept not in _panels()


@functools.cache
def _groups() -> dict[str, frozenset[str]]:
    """Return the kinds of each group, as concepts."""
    return {group: frozenset().union(*map(_own, _names(names))) for group, names in english.GROUPS.items()}


def _own(name: str) -> frozenset[str]:
    """Return the concepts that a name stands for, without those that these belong to: antibiotics are medication."""
    told = vocabulary().told([name])[0]
    return told.difference(*map(vocabulary().above, told))


@functools.cache
def _panels() -> frozenset[str]:
    return frozenset().union(*vocabulary().told(list(_names(english.PANELS))))


def _names(text: str) -> Iterator[str]:
    return (" ".join(name.split()) for name in text.split(";"))


def _apart(asked: set[str], there: set[str]) -> bool:
    return bool(asked and there) and asked.isdisjoint(there)


def _by_first(pairs: list[tuple[str, str]]) -> dict[str, set[str]]:
    by_first: dict[str, set[str]] = defaultdict(set)
    for first, second in pairs:
        by_first[first.lower()].add(second.lower())
    return by_first
