"""What people say for what reports write: words of the clinic, as concepts.

The table stands in `vocabulary/*.txt`, written by hand, a line each:

    = myocardial infarction; heart attack; MI*; STEMI^     one concept: each term may stand for the others
    > antibiotics: amoxicillin; vancomycin                 a kind and its members

A term marked ^ is narrower, as a member is: it meets whoever asks for the concept, and does not ask for it. One marked
* has other senses too. Terms are compared word by word, singular and plural alike, and no further: "hepatitis" has the
stem of "hepatic". An abbreviation counts as it is written; in a question also in small letters, where these are no
ordinary word. Of terms that lie within one another the longest counts.

Does: find concepts in a document's sentences and in a question. Does not: rank anything by them (`stores/bm25.py`).
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from importlib import resources
from typing import NamedTuple

from calcqa.language.english import ENGLISH
from calcqa.language.tokens import STOPWORDS, cased_words, placed_words, singular, stems_of_words
from calcqa.types import Span

MARK = "="
"""What the name of a concept begins with where it stands among stems; no stem does."""

Unit = tuple[str, ...]
"""What would meet one word of a question: its stem, and concepts that it may stand for."""

_VOWELLESS = re.compile(r"[^aeiouy\d]{2,4}")  # small letters that are an abbreviation and no word
_UNIT = re.compile(rf"{ENGLISH.units}|{ENGLISH.measures}|pm", re.IGNORECASE)  # "how many mg" asks for no disease
_SPELT_OUT = re.compile(rf"{MARK}(?:.* history|history of .*|current medications)")  # where abbreviated, as "PMH"
_TEXTS = 16  # whose terms are: each concept of a question is looked for in one
_QUESTIONS = 512  # whose units are kept: one is asked of many texts


class _Term(NamedTuple):
    words: tuple[str, ...]
    exact: str  # as an abbreviation is written; empty where case says nothing
    concept: str
    doubtful: bool
    narrower: bool  # than its concept, as a member of a kind is


class TermName(NamedTuple):
    """A term as a line has it: its text, the marks behind it, and its words."""

    text: str
    flags: str
    words: tuple[str, ...]


class _Match(NamedTuple):
    term: _Term
    start: int  # words
    end: int


class Vocabulary:
    """Concepts by their terms. Safe to share between threads."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Take the lines of a table; ValueError where one is none."""
        self._asked: dict[str, list[_Term]] = defaultdict(list)
        self._told: dict[str, list[_Term]] = defaultdict(list)
        owners: dict[tuple[tuple[str, ...], str], list[str]] = defaultdict(list)
        narrower: list[_Term] = []
        words: set[str] = set()
        for is_kind, names in sorted(map(parsed, lines), key=lambda line: line[0]):
            concept = MARK + names[0].text
            for place, name in enumerate(names):
                words.update(name.words)
                exact = name.words[0] if len(name.words) == 1 and _is_abbreviation(name.words[0]) else ""
                own = tuple(map(singular, name.words))
                if is_kind and not place:
                    concept = next(iter(owners[own, exact]), concept)
                term = _Term(own, exact, concept, "*" in name.flags, "^" in name.flags or (is_kind and place > 0))
                self._told[own[0]].append(term)
                if term.narrower:
                    narrower.append(term)
                    continue
                self._asked[own[0]].append(term)
                if not term.doubtful:
                    owners[own, exact].append(concept)
        self.kinds = frozenset(term.concept for term in narrower)
        self._written_as: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        for term in itertools.chain.from_iterable(self._told.values()):
            self._written_as[term.concept].add(term.words)
        self._above: dict[str, set[str]] = defaultdict(set)
        for term in narrower:
            for own_concept in () if term.doubtful else owners.get((term.words, term.exact), ()):
                self._above[own_concept] |= {term.concept} - {own_concept}
        self.stems = frozenset(stems_of_words(words))
        self._ordinary = ENGLISH.everyday - words
        self.units = functools.lru_cache(_QUESTIONS)(self._units)
        self._terms_in = functools.lru_cache(_TEXTS)(self._longest_terms)

    def told(self, texts: Sequence[str], defined: Mapping[str, str] | None = None) -> list[frozenset[str]]:
        """Return the concepts that each of a document's texts speaks of, those that they belong to among them.

        A word with several senses has those that the document has for sure elsewhere. Where it has none, an
        abbreviation has all of them, or what the document has `defined` it as, "" where it does so in two ways.
        """
        matches = [self._matches(self._told, cased_words(text)) for text in texts]
        sure = {f.term.concept for own in matches for f in _longest([f for f in own if not f.term.doubtful])}
        senses = {short: self._senses(long) for short, long in (defined or {}).items()}
        plain = {f.term.exact for own in matches for f in own if f.term.exact and f.term.concept in sure}

        def counts(term: _Term) -> bool:
            if not term.doubtful or term.concept in sure:
                return True
            if not term.exact or term.exact in plain:
                return False
            return term.concept in senses.get(term.exact, {term.concept})

        return [
            self._with_above({f.term.concept for f in _longest([f for f in own if counts(f.term)])}) for own in matches
        ]

    def _senses(self, long: str) -> set[str]:
        return {f.term.concept for f in _longest(self._matches(self._asked, cased_words(long)))}

    def _with_above(self, concepts: set[str]) -> frozenset[str]:
        todo = list(concepts)
        while todo:
            new = self._above.get(todo.pop(), set()) - concepts
            concepts |= new
            todo += new
        return frozenset(concepts)

    def above(self, concept: str) -> frozenset[str]:
        """Return the kinds and the wider concepts that a concept belongs to."""
        return self._with_above({concept}) - {concept}

    def may_stand(self, unit: Unit, words: str) -> bool:
        """Say whether `words` (in the singular, a space around each) may speak of a unit, in whatever sense."""
        return any(f" {' '.join(own)} " in words for own in self.written(unit))

    def written(self, unit: Unit) -> set[tuple[str, ...]]:
        """Return the words of all terms that may speak of a unit, in the singular."""
        return set[tuple[str, ...]]().union(*(self._written_as.get(term, ()) for term in unit))

    def _units(self, question: str) -> tuple[Unit, ...]:
        """Return what would meet each word of a question that has subject matter, or each run of others that has."""
        words = cased_words(question)
        spans, stems = self._asked_by(words), stems_of_words(words)
        units: dict[Unit, None] = {}
        for at, word in enumerate(words):
            concepts = sorted({f.term.concept for f in spans if f.start <= at < f.end})
            if word.lower() not in STOPWORDS:
                units[(stems[at], *concepts)] = None
        for f in spans:
            if all(word.lower() in STOPWORDS for word in words[f.start : f.end]):
                units[(f.term.concept,)] = None
        return tuple(units)

    def named(self, question: str) -> tuple[tuple[str, Unit], ...]:
        """Return what a question names, each once as typed, with what would meet it: concepts, and words with matter.

        Of a concept in several words these are one; ordinary words ("how big was") are none.
        """
        words = cased_words(question)
        spans = [f for f in self._asked_by(words) if not all(map(_is_ordinary, words[f.start : f.end]))]
        stems = stems_of_words(words)
        names: dict[str, Unit] = {}
        for at, word in enumerate(words):
            within = [f for f in spans if f.start <= at < f.end]
            concepts = tuple(sorted({f.term.concept for f in within if f.start == at}))
            end = max((f.end for f in within if f.start == at), default=at)
            first = next((i for i in range(at, end) if words[i].lower() not in STOPWORDS), at)
            if end > at + 1:
                names.setdefault(" ".join(words[first:end]), concepts)
            elif end > at or not (within or _is_ordinary(word)):
                names.setdefault(word, (stems[at], *concepts))
        return tuple(names.items())

    def reworded(
        self, question: str, terms: Container[str], text_with: Callable[[str], str] = lambda concept: ""
    ) -> str:
        """Return `question` in words that reports write, where `terms` lack its own.

        `terms` are the stems and concepts of what is asked. A concept is named as the text that `text_with` gives for
        it does, else by the name that reports mostly give it; "PMH" in any case. A term of which there are two senses
        stays, and where nothing is to be changed the question is the same.
        """
        text, places = placed_words(question)
        words = [text[p.start : p.end] for p in places]
        asked = (f for f in self._asked_by(words) if f.term.exact or not f.term.doubtful)
        held = [f for f in asked if f.term.concept in terms or (f.term.exact and _SPELT_OUT.fullmatch(f.term.concept))]
        changed: list[tuple[Span, str]] = []
        for f in held:
            own = Span(places[f.start].start, places[f.end - 1].end)
            is_there = all(stem in terms for stem in stems_of_words(words[f.start : f.end]))
            meant = {o.term.concept for o in held if o.start < f.end and f.start < o.end}
            names = {name for concept in meant if (name := self._written(concept, text_with(concept)))}
            names = names or {concept.removeprefix(MARK) for concept in meant}
            if len(names) == 1 and not (is_there or any(own.start < p.end for p, _ in changed)):
                changed.append((own, names.pop()))
        for own, name in reversed(changed):
            text = f"{text[: own.start]}{name}{text[own.end :]}"
        return text if changed else question

    def _written(self, concept: str, text: str) -> str:
        """Return what `text` calls a concept, by no narrower term; else nothing."""
        own = (f for f in self._terms_in(text) if f.term.concept == concept and not f.term.narrower)
        first = next(own, None)
        return " ".join(cased_words(text)[first.start : first.end]) if first else ""

    def _longest_terms(self, text: str) -> tuple[_Match, ...]:
        return tuple(_longest(self._matches(self._told, cased_words(text))))

    def _asked_by(self, words: Sequence[str]) -> list[_Match]:
        loud = len(words) > 1 and all(word.isupper() for word in words)  # who shouts writes no abbreviations
        words = [
            word.lower() if loud or (not at and word.istitle() and len(word) < 5) else word  # "Hr on arrival?"
            for at, word in enumerate(words)
        ]
        asked, told = (
            [f for f in self._matches(table, words, small=True) if _may_ask(f, words)]
            for table in (self._asked, self._told)
        )
        # A narrower term covers what lies within it: who asks for a "hemorrhagic stroke" asks for no other stroke.
        longest = set(_longest([*asked, *(f for f in told if not f.term.doubtful)]))
        return [f for f in _longest(asked) if f in longest]

    def _matches(self, table: Mapping[str, list[_Term]], words: Sequence[str], *, small: bool = False) -> list[_Match]:
        """Return the terms among `words`; with `small`, abbreviations in small letters too."""
        # "Met" is no plural's "mets", and "gave" no GAVE.
        forms = ["" if w.lower() in self._ordinary and not w.isupper() else singular(w) for w in words]
        matches = []
        for at, form in enumerate(forms):
            for term in table.get(form, ()):
                end = at + len(term.words)
                as_written = words[at].removesuffix("s") == term.exact.removesuffix("s")
                if tuple(forms[at:end]) == term.words and (
                    not term.exact or as_written or (small and words[at].islower())
                ):
                    matches.append(_Match(term, at, end))
        return matches


@functools.cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary that comes with calcqa."""
    return Vocabulary(lines())


def lines() -> Iterator[str]:
    """Yield the lines of the table that comes with calcqa, file by file."""
    folder = resources.files("calcqa.language") / "vocabulary"
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        yield from file.read_text(encoding="utf-8").splitlines()


def parsed(line: str) -> tuple[bool, list[TermName]]:
    """Return whether a line is of a kind, and its terms."""
    is_kind = line[:2] == "> "
    text = line[2:].replace(": ", "; ", 1) if is_kind else line[2:]
    names = [
        TermName(bare := name.rstrip("^*"), name[len(bare) :], tuple(cased_words(bare))) for name in text.split("; ")
    ]
    if line[:2] not in ("= ", "> ") or len(names) < 2 or not all(name.words for name in names):
        raise ValueError(f"no line of a vocabulary: {line!r}")
    return is_kind, names


def _is_ordinary(word: str) -> bool:
    return word.lower() in STOPWORDS or word.lower() in ENGLISH.everyday


def _is_abbreviation(word: str) -> bool:
    return any(c.isupper() for c in word[1:]) or (len(word) < 3 and word[0].isupper())


def _may_ask(match: _Match, words: Sequence[str]) -> bool:
    """Say whether a term stands in a question as one: an abbreviation in small letters may be an ordinary word."""
    word = words[match.start]
    if not match.term.exact or not word.islower():
        return True
    if word in STOPWORDS or word in ENGLISH.everyday or _UNIT.fullmatch(word):
        return False
    return bool(_VOWELLESS.fullmatch(word)) or not match.term.doubtful


def _longest(matches: Sequence[_Match]) -> list[_Match]:
    """Return those that lie within no longer one."""
    kept: list[_Match] = []
    widest: tuple[int, int] = (-1, -1)  # the end and the negative start of the one that reaches furthest so far
    for f in sorted(matches, key=lambda f: (f.start, -f.end)):
        if widest[0] < f.end or widest == (f.end, -f.start):
            kept.append(f)
            widest = max(widest, (f.end, -f.start))
    return kept
