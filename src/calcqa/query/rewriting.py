"""Rewrites a follow-up as a question that stands alone, without a language model.

A follow-up begins with "and" or "what about", points with "it" or "that", asks for what "else", or names nothing. It is
read with the question before it in brackets: "How long (Was he ventilated)?". Where what was answered has FAQ entries,
further readings are made: the pronoun replaced by what the turn before was about, the turn before with its subject
exchanged; and the reading nearest to an entry is taken. Questions that stand alone are returned as they are. Of the
conversation, only the last turn is used.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence

from calcqa.config import MAX_QUESTION
from calcqa.language.english import ENGLISH
from calcqa.language.tokens import STOPWORDS, content_words, stem, stems, words
from calcqa.parameters import DEFAULTS, Weights
from calcqa.query.decomposition import parts
from calcqa.query.leaning import needs_context, points_at_patient
from calcqa.query.topics import Topics
from calcqa.types import Reason, Turn

Nearness = Callable[[Sequence[str], str, str], Sequence[float]]
"""Given readings of a follow-up, the follow-up itself and the question before it: how near each reading comes to an FAQ
entry that is also near the follow-up and the question before; higher is nearer."""

_COURTESY = re.compile(ENGLISH.courtesy, re.I)
_OPENING = re.compile(ENGLISH.opening, re.I)
_PRONOUN = re.compile(ENGLISH.pronoun, re.I)
_DETERMINER = re.compile(ENGLISH.determiner, re.I)
_PREDICATE = re.compile(ENGLISH.predicate, re.I)
_LEADING = re.compile(ENGLISH.leading, re.I)
_BRACKETED = re.compile(r"(?P<own>[^()]*) \((?P<before>.*)\)")
_INNERMOST = re.compile(r" \([^()]*\)(?=\))")
_HELPED = re.compile(ENGLISH.helped, re.I)
_PASSIVE = re.compile(ENGLISH.passive, re.I)
_BEFORE_SUBJECT = re.compile(ENGLISH.before_subject, re.I)
_AFTER_SUBJECT = re.compile(ENGLISH.after_subject, re.I)

MOST_READINGS = 40
"""Readings of one follow-up, the likeliest; each costs a few milliseconds to encode."""

_MOST_CHARACTERS = 8_000  # of all readings together: the longer they are, the fewer


def questions_of(turns: Sequence[Turn]) -> Sequence[Turn]:
    """Return the turns that asked of documents: no follow-up is about a greeting, or thanks."""
    refused = [turn.answer.abstention for turn in turns]
    return [t for t, why in zip(turns, refused, strict=True) if not (why and why.reason is Reason.NOT_A_QUESTION)]


def resolve(
    question: str, turns: Sequence[Turn], topics: Topics, nearness: Nearness | None, weights: Weights = DEFAULTS
) -> str:
    """Return `question` so that it can be understood without `turns`; `nearness` is None where no FAQ entries help."""
    turns = questions_of(turns)
    unsure = nearness is not None and _may_be_subject(question, topics)
    if not turns or not needs_context(question, topics, unsure=unsure):
        return question
    body = _COURTESY.sub("", question).strip()
    if nearness is None:
        return _in_context(body, turns[-1])
    readings = _readings(body, turns[-1], topics, weights)
    texts = list(readings)
    scores = nearness(texts, body, turns[-1].standalone_question)
    best = max(range(len(texts)), key=lambda i: scores[i] + readings[texts[i]])
    return texts[best]


def _may_be_subject(question: str, topics: Topics) -> bool:
    """Say whether `question` has no verb, and names what the documents speak of ("phosphorus?")."""
    return not _PREDICATE.search(question) and (not topics.stems or any(s in topics.stems for s in stems(question)))


def _in_context(body: str, turn: Turn) -> str:
    """Return a follow-up with the question before it in brackets, behind its first part where it has several.

    Of what stood in brackets there, what stood in brackets again is left out: else they grow with the conversation.
    Where that question names nothing itself ("Why?"), what stood in its brackets is meant.
    """
    bare = (_OPENING.sub("", " ".join(body.split())) or body).rstrip(" ?.!")
    before = turn.standalone_question.rstrip(" ?.!")
    while (within := _BRACKETED.fullmatch(before)) and not content_words(within["own"]):
        before = within["before"]
    before = _INNERMOST.sub("", before)
    first = len(parts(f"{bare}?")[0].rstrip("?"))
    text = f"{bare[0].upper()}{bare[1:first]} ({before}){bare[first:]}?"
    return text if len(text) <= MAX_QUESTION else f"{bare}?"


def _readings(body: str, turn: Turn, topics: Topics, weights: Weights) -> dict[str, float]:
    """Return the possible readings of a follow-up, each with the prior of its form (`Priors`)."""
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

    pointing = [m.span() for m in itertools.islice(_PRONOUN.finditer(bare), weights.pointing_words)]
    lacking = [m.end() for m in itertools.islice(_DETERMINER.finditer(bare), weights.pointing_words)]
    whole = len(content_words(bare)) >= weights.subject_words  # "which dose did they give" is complete
    prior = priors.pointing_whole if whole else priors.pointing
    add(bare, prior if pointing or lacking else priors.patient if points_at_patient(bare) else priors.as_it_is)
    for subject, prior in _subjects(before, turn, topics, weights).items():
        for start, end in pointing:
            owner = ("'" if subject.endswith("s") else "'s") if bare[start:end].lower() in ENGLISH.its else ""
            add(f"{bare[:start]}{subject}{owner}{bare[end:]}", prior)
        for end in lacking:
            add(f"{bare[:end]} {subject}{bare[end:]}", prior)
        if not pointing and not lacking:
            add(f"{bare} in {subject}", prior + priors.appended)
    for text, prior in _exchanged(before, bare, topics, weights).items():
        add(text, prior)
    add(_in_context(body, turn), priors.matter)
    return _likeliest(readings)


def _likeliest(readings: dict[str, float]) -> dict[str, float]:
    """Return the first reading, and the likeliest of the others within `_MOST_CHARACTERS`, in their order."""
    first, *others = readings
    left = _MOST_CHARACTERS - len(first)
    kept = {first}
    for text in sorted(others, key=lambda t: -readings[t])[: MOST_READINGS - 1]:
        if (left := left - len(text)) < 0:
            break
        kept.add(text)
    return {text: prior for text, prior in readings.items() if text in kept}


def _subjects(before: str, turn: Turn, topics: Topics, weights: Weights) -> dict[str, float]:
    """Return what a pointing word may mean, each with a prior: from the question before, its answer, the title."""
    subjects: dict[str, float] = {}
    priors = weights.priors
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
    for citation in cited[: weights.quotes_meant]:
        for run in _noun_runs(citation.quote)[: weights.quote_nouns]:
            subjects.setdefault(run, priors.quoted_noun)
    for title in topics.titles[:1]:
        subjects.setdefault(title.lower(), priors.title)
    short = [s for s in subjects if len(s) <= weights.subject_letters]
    known = [s for s in short if not topics.stems or any(own in topics.stems for own in stems(s))]
    likeliest = sorted(known, key=lambda s: -subjects[s])[: weights.subjects]
    return {subject: subjects[subject] for subject in likeliest}


def _noun_runs(text: str) -> list[str]:
    """Return runs of words between function words: "wound culture" of "what did the wound culture grow".

    After "did" and its like the last word of a run is often the verb and is left out; after "was" it may be one.
    """
    runs: list[list[str]] = [[]]
    for word in re.findall(r"[^\s,;:?!()]+", text.rstrip(" .?!")):
        if word.lower() in STOPWORDS or word.lower() in ENGLISH.not_nouns:
            runs.append([])
        else:
            runs[-1].append(word)
    helped = _HELPED.match(text) is not None
    passive = _PASSIVE.search(text) is not None
    out: list[str] = []
    for run in filter(None, runs):
        if len(run) > 1 and (helped or passive):
            out.append(" ".join(run[:-1]))
        if len(run) == 1 or not helped:
            out.append(" ".join(run))
    return list(dict.fromkeys(out))


def _exchanged(before: str, bare: str, topics: Topics, weights: Weights) -> dict[str, float]:
    """Return the question before with its subject exchanged for the one the follow-up names, each with a prior."""
    if _LEADING.match(bare) or _PREDICATE.search(bare):
        return {}  # a question of its own, not a new subject for the one before
    priors = weights.priors
    new = _AFTER_SUBJECT.sub("", _BEFORE_SUBJECT.sub("", bare))
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
    if not texts and len(words(new)) <= weights.exchanged_words:
        whole = [t.lower() for t in titles]
        first = _noun_runs(before)[: weights.exchanged_nouns]
        runs = [r for r in first if not any(r.lower() in t and r.lower() != t for t in whole)]
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
