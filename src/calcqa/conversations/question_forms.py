"""Questions fit to be shown: the best wording of each FAQ entry, and questions about headings.

Does: of the FAQ entries that have one answer, take the wording that stands for most of them, among those that
are well written and stand alone; make one question for each heading of a document that has none. Does not: write
questions about content, or say when to show which (`conversations/suggestions.py`).
"""

from __future__ import annotations

import functools
import itertools
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from calcqa import messages
from calcqa.index.index import Index
from calcqa.language.english import ENGLISH
from calcqa.language.tokens import STOPWORDS, stems, words
from calcqa.query.answer_types import several
from calcqa.query.leaning import asks_for_more, needs_context
from calcqa.query.topics import Topics
from calcqa.stores.base import QUESTIONS
from calcqa.types import Document, Section

_WORDS = range(4, 15)  # of a question worth showing: a shorter one says too little, a longer one is not read
_LONGEST = 160  # characters
_USED = 3  # questions that must share a word no document has: a sidecar holds misspellings on purpose
_ASKING = re.compile(ENGLISH.well_formed, re.I)
_PLAIN = re.compile(r"(?:[\w %/-]|(?<=\w)['’](?=\w))+\?")  # one sentence, without lists, asides or quotation marks
_POINTING = ENGLISH.pointing
_BACK = re.compile(ENGLISH.about_document, re.I)
_INSIDE = re.compile(r"(?<=[a-z,;] )\w+")
_NUMBERING = re.compile(r"^[\W\d]+")
_NO_TOPICS = Topics((), ())

Place = tuple[str, tuple[str, ...]]
"""A document's id, and the headings of a section of it, outermost first."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A question, the ids of the sentences it asks for, and the innermost section that holds them all.

    `entry` is the id of its FAQ entry; None for one about a heading, which any sentence of the section answers, where
    else all of them must be quoted. `weight` is how much of what people ask it stands for. `dependent` says whether a
    conversation may lend it another meaning, `back` whether it asks about the document (its references, its figures)
    rather than its matter.
    """

    question: str
    targets: tuple[str, ...]
    place: Place
    entry: str | None
    weight: float
    dependent: bool
    back: bool


def wordings(index: Index) -> tuple[Wording, ...]:
    """Return every question over `index` that can be shown, in no order that means anything."""
    results = list(_from_faq(index))
    covered = {w.place[0] for w in results}
    for document in index.documents.values():
        results += _of_headings(document, index) if document.id not in covered else ()
    return tuple(results)


def place(index: Index, sentence: str) -> Place:
    """Return the innermost section of a sentence."""
    passage = index.sentences[sentence].passage
    return passage.document_id, passage.headings


def common(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    """Return the headings that two sections are both under."""
    return tuple(a for a, _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _holding(index: Index, targets: Sequence[str]) -> Place:
    """Return the innermost section that holds all of these sentences of one document."""
    places = [place(index, i) for i in targets]
    return places[0][0], functools.reduce(common, (headings for _, headings in places))


def _is_back(index: Index, targets: Sequence[str]) -> bool:
    return any(_BACK.fullmatch(h) for i in targets for h in place(index, i)[1][:1])


# --- from the FAQ ----------------------------------------------------------------------------------------------------


def _from_faq(index: Index) -> Iterator[Wording]:
    """Yield for each answer of the FAQ its most typical good wording (a medoid), if it has one.

    A wording is the better the more it is like the others of its answer (the sum of their cosines, in the metric of the
    index), the more of its words the document itself uses, and the less of the answer it gives away.
    """
    classes: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for entry in index.entries:
        if targets := index.targets(entry):
            classes[targets].append(entry)
    known = _known(index)
    for targets, entries in classes.items():
        good = [e for e in entries if _well_written(index.entries[e].question, known)]
        if not good:
            continue
        vectors = index.store.vectors(QUESTIONS, [*good, *entries])
        typical = vectors[: len(good)] @ vectors[len(good) :].sum(axis=0)
        weights = [float(t) * _plainness(index, e, targets) for e, t in zip(good, typical, strict=True)]
        dependent = [needs_context(index.entries[e].question, _NO_TOPICS, unsure=True) for e in good]
        best = max(range(len(good)), key=lambda k: (not dependent[k], weights[k], -k))
        question, section, back = index.entries[good[best]].question, _holding(index, targets), _is_back(index, targets)
        yield Wording(question, targets, section, good[best], weights[best], dependent[best], back)


def _known(index: Index) -> frozenset[str]:
    """Return the words of the documents, and those that several questions with an answer use."""
    used = Counter(w for a in index.faq if a.evidence for w in set(words(a.question)))
    return STOPWORDS.union(index.document_words, (w for w, n in used.items() if n >= _USED))


def _well_written(question: str, known: frozenset[str]) -> bool:
    """Say whether a question can be shown: open, one thing at a time, spelt right, and understood by itself."""
    own = words(question)
    return (
        question[:1].isupper()
        and len(question) <= _LONGEST
        and len(question.split()) in _WORDS
        and _ASKING.match(question) is not None
        and _PLAIN.fullmatch(question) is not None
        and known.issuperset(own)
        and _POINTING.isdisjoint(own)
        and not several(question)
        and not asks_for_more(question)
    )


def _plainness(index: Index, entry_id: str, targets: Sequence[str]) -> float:
    """Return 0..2: more where a question speaks as its document does, less where it tells what the answer says."""
    entry = index.entries[entry_id]
    own, told = set(stems(entry.question)), {s for i in targets for s in stems(index.sentence_text(i))}
    if not own or not told:
        return 0.0
    return 1 + len(own & index.terms_of(entry.document_id)) / len(own) - len(own & told) / len(told)


# --- from headings ----------------------------------------------------------------------------------------------------


def _of_headings(document: Document, index: Index) -> Iterator[Wording]:
    """Yield a question about each heading below the title that has sentences under it."""
    sentences = [i for p in index.passages_of(document.id) for i in index.sentences_of(p.id)]
    starts = [index.sentences[i].span.start for i in sentences]
    inside_sentences = frozenset(_INSIDE.findall(document.text))
    for section in document.sections:
        inside = tuple(sentences[bisect_left(starts, section.start) : bisect_left(starts, section.end)])
        question = messages.ASK_ABOUT.format(heading=_inside_a_sentence(section, inside_sentences))
        if inside and section.level > 1 and _PLAIN.fullmatch(question) and len(question) <= _LONGEST:
            dependent, back = needs_context(question, _NO_TOPICS, unsure=True), _is_back(index, inside)
            yield Wording(question, inside, _holding(index, inside), None, float(len(inside)), dependent, back)


def _inside_a_sentence(section: Section, inside_sentences: Container[str]) -> str:
    """Return a heading without its number; its first letter is small unless the text writes the word large inside."""
    title = _NUMBERING.sub("", " ".join(section.title.split()))
    first = title.partition(" ")[0]
    name = not first[1:].islower() or re.split(r"\W", first, maxsplit=1)[0] in inside_sentences
    return title if name else title[:1].lower() + title[1:]
