"""From a follow-up to a question that stands alone, without a model of language.

A follow-up leans on what was said: it begins with "and" or "what about", points with "it" or "that", asks for what
"else", or is too short to have a subject. For those, a few readings are written down: the pronoun replaced by what the
turn before was about, the turn before with its subject exchanged, its matter appended. Which reading is meant is
decided by retrieval: the one nearest to a question somebody asked ahead (or, failing those, to a sentence) is taken.
Questions that stand alone are returned as they are. Of the conversation, only the last turn with a subject is used.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from calcqa.config import MAX_QUESTION
from calcqa.language.tokens import STOPWORDS, content_words, stem, stems, words
from calcqa.parameters import DEFAULTS, Priors, Weights
from calcqa.types import Turn

Nearness = Callable[[Sequence[str], str, str], Sequence[float]]
"""Given readings of a follow-up, the follow-up itself and the question before it: how near each reading comes to
something the index knows, of which the follow-up and the question before also speak; higher is nearer."""

_COURTESY = re.compile(
    r"^(?:(?:ok(?:ay)?|great|thanks?(?: you)?|right|i see|good|fine|hm+|yes|no|sure)\b[\s,.!]*)+", re.I
)
_OPENING = re.compile(r"^(?:and|but|so|now|then|also|or|plus)\b[\s,]*|^(?:what|how) about\b\s*", re.I)
_PRONOUN = re.compile(
    # Not the "it" that stands for nothing: "how long did it take", "is it safe to".
    r"\b(it(?!\s+(?:takes?|took)\b|\s+(?:better|common|known|likely|necessary|possible|safe|true)\s+(?:to|that|for)\b)|its|"
    r"they|them|their|that one|this one|one|ones|that|this|those|these|the latter|such)\b",
    re.I,
)
_DETERMINER = re.compile(
    r"\b(any|how many|which|some|most|all)\b(?=\s+(?:in|of|on|for|at|is|are|was|were|has|have)\b|$)", re.I
)
_ELSE = re.compile(  # "are there" only says that something is
    r"\b(else|others?|another|besides|one|ones|too|as well|instead|"
    r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )there)\b",
    re.I,
)
_CLAUSE = re.compile(  # the second half of "what is it, and how is it treated"
    r"[,;]?\s+(?:and|or|but)\s+(?=(?:what|which|who|where|when|why|how|is|are|was|were|do|does|did|can|could|should|has|"
    r"have|will|would)\b)",
    re.I,
)
_PREDICATE = re.compile(r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|should|will|would)\b", re.I)
_LEADING = re.compile(
    r"^(?:what|which|who|whose|where|when|why|how(?: many| much| old| long| often| common)?|is|are|was|were|do|does|"
    r"did|can|could|has|have|had|will|would|should|tell me about|define|describe|explain|name|list|give me|please)"
    r"\b\s*",
    re.I,
)
_NOT_NOUNS = frozenset(
    ("many", "much", "common", "often", "list", "name", "define", "summarise", "summarize", "compare")
)
_PATIENT = re.compile(r"\b(she|her|hers|he|his|him|the patient|patient's)\b", re.I)
_MORE = re.compile(r"\b(else|others?|another|besides|apart from (?:that|those|these))\b", re.I)
MOST_READINGS = 40
"""Readings of one follow-up, the likeliest; each costs a few milliseconds to encode."""

_MOST_CHARACTERS = 8_000  # of all readings together: the longer they are, the fewer
_MOST_SUBJECTS = 10
_MOST_POINTING = 3  # words that point; what points more often is no question of a person
_LONGEST_SUBJECT = 100  # characters: a heading as long as a page is nobody's subject


@dataclass(frozen=True)
class Topics:
    """What documents are about: `families` are headings that stand side by side, `titles` the documents' own.

    `stems` are those of all their words: nothing else is taken for a subject. Where it is empty, everything may be one.
    """

    families: tuple[tuple[str, ...], ...]
    titles: tuple[str, ...]
    stems: Collection[str] = frozenset()

    def members(self) -> list[str]:
        """Return every heading of every family."""
        return [m for family in self.families for m in family]

    def mentioned(self, text: str) -> list[str]:
        """Return the headings whose distinguishing words occur in `text`."""
        found = {stem(w) for w in words(text)}
        return [m for family in self.keys for m, key in family if key & found]

    @functools.cached_property
    def keys(self) -> list[list[tuple[str, set[str]]]]:
        """For each family its headings, with the stems that tell each from its siblings.

        Of "Tumoral calcification" beside "Metastatic calcification" that is "tumoral".
        """
        return [_keys(family) for family in self.families]


def _keys(family: Sequence[str]) -> list[tuple[str, set[str]]]:
    own = [(member, set(stems(member))) for member in family]
    number = Counter(s for _, found in own for s in found)
    return [(member, {s for s in found if number[s] == 1} or found) for member, found in own]


def leans(question: str, topics: Topics, weights: Weights = DEFAULTS) -> bool:
    """Say whether `question` needs the conversation to be understood."""
    body = _COURTESY.sub("", question).strip()
    first, *more = _CLAUSE.split(body, maxsplit=1)
    if more and content_words(first) and not _points(first) and not _ELSE.search(more[0]):
        return False  # what the second half points at was named in the first
    if _points(body):
        return True
    if _PATIENT.search(body):  # she has been the subject of every report of one case since its first line
        return False
    return len(content_words(body)) < weights.subject_words and not topics.mentioned(body)


def _points(body: str) -> bool:
    """Say whether a question points at something that was said."""
    return any(p.search(body) for p in (_OPENING, _PRONOUN, _ELSE))


def asks_for_more(question: str) -> bool:
    """Say whether `question` asks for something other than what was just answered ("What else was tried?")."""
    return _MORE.search(question) is not None


def resolve(
    question: str, turns: Sequence[Turn], topics: Topics, nearness: Nearness, weights: Weights = DEFAULTS
) -> str:
    """Return `question` so that it can be understood without `turns`."""
    if not turns or not leans(question, topics, weights):
        return question
    body = _COURTESY.sub("", question).strip() or question
    readings = _readings(body, turns[-1], topics, weights)
    texts = list(readings)
    scores = nearness(texts, body, turns[-1].standalone_question)
    best = max(range(len(texts)), key=lambda i: scores[i] + readings[texts[i]])
    return texts[best]


def _readings(body: str, turn: Turn, topics: Topics, weights: Weights) -> dict[str, float]:
    """Return the possible readings of a follow-up, each with what speaks for its form before retrieval is asked."""
    priors = weights.priors
    before = turn.standalone_question[:MAX_QUESTION].rstrip(" ?.!")
    opening = _OPENING.match(body)
    rest = (body[opening.end() :] if opening else body).strip() or body
    bare = rest.rstrip(" ?.!")
    readings: dict[str, float] = {}

    def add(text: str, prior: float) -> None:
        text = " ".join(text.split()).rstrip(" ?.!") + "?"
        text = text[0].upper() + text[1:]
        if len(text) <= MAX_QUESTION or not readings:  # the first is the follow-up itself
            readings[text] = max(prior, readings.get(text, prior))

    pointing = [m.span() for m in itertools.islice(_PRONOUN.finditer(bare), _MOST_POINTING)]
    lacking = [m.end() for m in itertools.islice(_DETERMINER.finditer(bare), _MOST_POINTING)]
    whole = len(content_words(bare)) >= weights.subject_words  # "which dose did they give" says by itself what is asked
    prior = priors.pointing_whole if whole else priors.pointing
    add(bare, prior if pointing or lacking else priors.patient if _PATIENT.search(bare) else priors.as_it_is)
    for subject, prior in _subjects(before, turn, topics, priors).items():
        for start, end in pointing:
            owner = ("'" if subject.endswith("s") else "'s") if bare[start:end].lower() in ("its", "their") else ""
            add(f"{bare[:start]}{subject}{owner}{bare[end:]}", prior)
        for end in lacking:
            add(f"{bare[:end]} {subject}{bare[end:]}", prior)
        if not pointing and not lacking:
            add(f"{bare} in {subject}", prior + priors.appended)
    for text, prior in _exchanged(before, bare, topics, priors).items():
        add(text, prior)
    if matter := _LEADING.sub("", _LEADING.sub("", before)):
        add(f"{bare} {matter}", priors.matter)
    return _likeliest(readings)


def _likeliest(readings: dict[str, float]) -> dict[str, float]:
    """Return the first reading, and the likeliest of the others as far as there is room for them, in their order."""
    first, *others = readings
    room = _MOST_CHARACTERS - len(first)
    kept = {first}
    for text in sorted(others, key=lambda t: -readings[t])[: MOST_READINGS - 1]:
        if (room := room - len(text)) < 0:
            break
        kept.add(text)
    return {text: prior for text, prior in readings.items() if text in kept}


def _subjects(before: str, turn: Turn, topics: Topics, priors: Priors) -> dict[str, float]:
    """Return what a pointing word may mean, each with a prior: from the question before, its answer, the title."""
    subjects: dict[str, float] = {}
    members = set(topics.members())
    cited = turn.answer.citations
    for member in topics.mentioned(before):
        subjects.setdefault(member.lower(), priors.heading)
    for run in _noun_runs(before):
        subjects.setdefault(run, priors.noun)
        for word in run.split()[:-1]:  # "wound" of "wound culture"
            subjects.setdefault(word, priors.word)
    for section in sorted({c.section.split(" › ")[-1] for c in cited} & members):
        subjects.setdefault(section.lower(), priors.cited_heading)
    for citation in cited[:2]:
        for run in _noun_runs(citation.quote)[:8]:
            subjects.setdefault(run, priors.quoted_noun)
    for title in topics.titles[:1]:
        subjects.setdefault(title.lower(), priors.title)
    short = [s for s in subjects if len(s) <= _LONGEST_SUBJECT]
    known = [s for s in short if not topics.stems or any(found in topics.stems for found in stems(s))]
    likeliest = sorted(known, key=lambda s: -subjects[s])[:_MOST_SUBJECTS]
    return {subject: subjects[subject] for subject in likeliest}


def _noun_runs(text: str) -> list[str]:
    """Return runs of words between function words: "wound culture" of "what did the wound culture grow".

    After "did" and its like the last word of a run is often the verb and is left out; after "was" it may be one.
    """
    runs: list[list[str]] = [[]]
    for word in re.findall(r"[^\s,;:?!()]+", text.rstrip(" .?!")):
        if word.lower() in STOPWORDS or word.lower() in _NOT_NOUNS:
            runs.append([])
        else:
            runs[-1].append(word)
    helped = re.match(r"(?:wh\w+|how)?\b.*?\b(do|does|did|can|could|may|will|would)\b", text, re.I) is not None
    passive = re.search(r"\b(is|are|was|were|be|been|being)\b", text, re.I) is not None
    out: list[str] = []
    for run in filter(None, runs):
        if len(run) > 1 and (helped or passive):
            out.append(" ".join(run[:-1]))
        if len(run) == 1 or not helped:
            out.append(" ".join(run))
    return list(dict.fromkeys(out))


def _exchanged(before: str, bare: str, topics: Topics, priors: Priors) -> dict[str, float]:
    """Return the question before with its subject exchanged for the one the follow-up names, each with a prior."""
    if _LEADING.match(bare) or _PREDICATE.search(bare):
        return {}  # a question of its own, not a new subject for the one before
    new = re.sub(r"^(?:in|for|of|with|the|a|an|on|to|about)\s+", "", bare, flags=re.I)
    new = re.sub(r"\s+(?:one|type|kind|as well|too)$", "", new, flags=re.I)
    named, present = {stem(w) for w in words(new)}, {stem(w) for w in words(before)}
    texts: dict[str, float] = {}
    titles = [t for t in topics.titles if t.lower() in before.lower()]
    for family in topics.keys:
        wanted = [m for m, key in family if key & named]
        there = [(m, key) for m, key in family if key & present]
        if len(wanted) != 1:
            continue
        if len(there) == 1 and wanted[0] != there[0][0]:
            texts[_swap_member(before, *there[0], wanted[0])] = priors.sibling
        for title in titles:
            texts[_replaced(before, title, wanted[0])] = priors.heading_for_title
        texts.setdefault(wanted[0], priors.heading_alone)
    numbers = re.findall(r"\d+", new)
    if len(numbers) == 1 and re.search(r"\d+", before):
        texts[re.sub(r"\d+", numbers[0], before, count=1)] = priors.sibling
    if not texts and len(words(new)) <= 4:
        whole = [t.lower() for t in titles]
        runs = [r for r in _noun_runs(before)[:4] if not any(r.lower() in t and r.lower() != t for t in whole)]
        # A title is exchanged whole or not at all.
        texts = {before.replace(run, new, 1): priors.noun_for_noun for run in runs}
    return texts


def _replaced(before: str, old: str, new: str) -> str:
    """Exchange `old` in `before`, in any case; `new` is a document's own text, so it is no pattern either."""
    return re.sub(re.escape(old), lambda _: new.lower(), before, count=1, flags=re.I)


def _swap_member(before: str, old: str, keys: set[str], new: str) -> str:
    """Exchange sibling headings in `before`: the whole heading where it stands there, else its distinguishing word."""
    if old.lower() in before.lower():
        return _replaced(before, old, new)
    pieces = re.split(r"(\W+)", before)
    return "".join(new.lower() if stem(p) in keys else p for p in pieces if p is not None)
