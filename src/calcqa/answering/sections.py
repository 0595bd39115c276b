"""Whole sections and whole lists, by their headings and lead-ins: what questions for them are answered with.

A heading or a lead-in must have every word that is asked for, by its stem or its concept; of a heading that is named
whole, the question must have every word too.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from calcqa.index.index import Index
from calcqa.language.clinical import vocabulary
from calcqa.language.english import ENGLISH
from calcqa.language.english_broad import CURRENT, ENTRY, WITHOUT_MATTER
from calcqa.language.tokens import STOPWORDS, cased_words, stems
from calcqa.query.broad import BroadQuestion
from calcqa.types import Block, BlockKind, Document, Span

MOST_DOCUMENTS = 3
"""Documents that may answer one broad question; of more, none is meant."""

_MOST_SENTENCES = 300  # of an answer: saved conversations hold no more than 500 quotes
_ABOUT_DOCUMENT = re.compile(ENGLISH.about_document, re.IGNORECASE)
_TAIL = re.compile(r"\s+(?:at|for|from|in|of|on)\s+", re.IGNORECASE)
_CURRENT = re.compile(CURRENT, re.IGNORECASE)
_TABLE = re.compile(r"(?:the )?table(?: (?:no\.? ?)?(?P<number>\d{1,2}))?", re.IGNORECASE)
_LINE = re.compile(r"[^\n]+")
_LABEL = re.compile(r"(?:^|(?<=[.;] ))(?P<name>[A-Z/][\w/&-]*(?: [\w/&-]+){0,3}): (?=\S)")
_ENTRY = re.compile(ENTRY)
_LISTS = (BlockKind.ITEM, BlockKind.ROW)


def section(asked: BroadQuestion, index: Index) -> list[str]:
    """Return the ids of the sentences of the sections that are asked for, in reading order; none where there is none.

    A heading of just the words asked for goes before those that have more. What a text says "about references" is not
    its list of them, which can be shown all the same.
    """
    if table := _TABLE.fullmatch(asked.name):
        return _table(int(table["number"] or 0), index)
    exact, wider = list[str](), list[str]()
    for document in index.documents.values():
        own = [s for s in document.sections if s.level > 1 and _has(s.title, asked.name)]
        own = [s for s in own if not (asked.whole and _ABOUT_DOCUMENT.fullmatch(s.title))]
        named = [s for s in own if _is(s.title, asked.name)]
        exact += _within(document, ((s.start, s.end) for s in named), index)
        wider += _within(document, ((s.start, s.end) for s in own), index)
    return _bounded(exact or ([] if asked.whole else wider), index)


def labelled(asked: BroadQuestion, index: Index) -> list[str]:
    """Return the ids of the sentences behind the label that is asked for: of "Findings: a stone. No pus.", both.

    They end at the next label of the same line or, behind a line's first label, at the next that stands below no
    other. There are none of several documents, which may be those of several patients.
    """
    if len(index.documents) > 1:
        return []
    (document,), ids = index.documents.values(), list[str]()
    for line in _LINE.finditer(document.text):
        labels = list(_LABEL.finditer(line[0]))
        for number, label in enumerate(labels):
            if _is(label["name"], asked.name):
                after = (m.start() for m in labels[number + 1 :] if number or _ENTRY.fullmatch(m["name"]))
                end = next(after, len(line[0]))
                ids += _within(document, [(line.start() + label.start(), line.start() + end)], index)
    return _bounded(list(dict.fromkeys(ids)), index)


def _table(number: int, index: Index) -> list[str]:
    """Return the ids of the rows of the table of this number, by its place, or of the only one there is."""
    if len(index.documents) > 1:
        return []
    (document,) = index.documents.values()
    tables = [rows for rows in _lists(document) if rows[0].kind is BlockKind.ROW]
    if not (number or len(tables) == 1) or number > len(tables):
        return []
    return _within(document, ((b.start, b.end) for b in tables[max(0, number - 1)]), index)


def listed_below(asked: BroadQuestion, index: Index) -> list[str]:
    """Return the ids of all items of the lists and tables whose heading, or lead-in, is just what is asked for.

    Of a heading what stands before its first preposition does: "Medicines" of "Medicines on discharge". For what is
    current, lists of the same at other times count too: of two neither is surely that of today.
    """
    ids = list[str]()
    for document in index.documents.values():
        lists = [(" ".join(document.headings_at(items[0].start)[-1:]), items) for items in _lists(document)]
        led = [items for _, items in lists if any(_is(lead, asked.name) for lead in _leads(document, items))]
        ids += _within(document, ((b.start, b.end) for items in led for b in items), index)
        own = {h for h, _ in lists if any(_is(name, asked.name) for name in (h, _TAIL.split(h)[0]))}
        if _CURRENT.search(asked.name):
            alike = {_TAIL.split(h)[0].lower() for h in own}
            own |= {h for h, _ in lists if _TAIL.split(h)[0].lower() in alike}
        ids += _within(document, ((b.start, b.end) for h, items in lists if h in own for b in items), index)
    return _bounded(list(dict.fromkeys(ids)), index)


def listed(asked: BroadQuestion, index: Index, quoted: Collection[str] = ()) -> list[str]:
    """Return the ids of all items of the lists or tables that are asked for, in reading order; none where none is.

    That are those whose heading and lead-in speak of all that is asked for, and of most of its other words; else, where
    the question names a kind of thing and no more, the one with `quoted` sentences, if most of its items are of that
    kind. Of what is current it is `listed_below` that counts, where there is any.
    """
    if _CURRENT.search(asked.name) and (below := listed_below(asked, index)):
        return below
    by_title, by_quote = dict[str, int](), list[str]()
    matter = _matter(asked.name)
    for document in index.documents.values():
        for items in _lists(document):
            ids = _within(document, ((b.start, b.end) for b in items), index)
            title = " ".join((*document.headings_at(items[0].start)[-1:], *document.leads_at(items[0].start)))
            if matter and _has(title, matter):
                by_title |= dict.fromkeys(ids, len(_terms(title).intersection(stems(asked.name))))
            elif len(matter.split()) == 1 and not set(quoted).isdisjoint(ids):
                kind = sum(_has(index.sentence_text(i), matter) for i in ids)
                by_quote += ids if 2 * kind > len(ids) else []
    most = max(by_title.values(), default=0)
    return _bounded([i for i, shared in by_title.items() if shared == most] or by_quote, index)


def _matter(name: str) -> str:
    """Return the words of a name that have matter: "drugs" of "drugs were given"."""
    return " ".join(w for w in cased_words(name) if w.lower() not in STOPWORDS and w.lower() not in WITHOUT_MATTER)


def _has(text: str, asked: str) -> bool:
    """Say whether `text` has every word of `asked`, by its stem or its concept; False where neither has matter."""
    units, terms = vocabulary().units(asked), _terms(text)
    return bool(units) and all(any(term in terms for term in unit) for unit in units)


def _is(title: str, asked: str) -> bool:
    """Say whether `title` has every word of `asked`, and that every word of it."""
    typed = frozenset(term for unit in vocabulary().units(asked) for term in unit)  # "ddx" is told as a name of "DDx"
    own = vocabulary().units(title)
    return _has(title, asked) and all(not typed.isdisjoint(unit) for unit in own)


@functools.lru_cache(maxsize=50_000)
def _terms(text: str) -> frozenset[str]:
    return vocabulary().told([text])[0].union(stems(text))


def _lists(document: Document) -> Iterator[list[Block]]:
    """Yield the items of each list, and the rows of each table but its header, of two or more."""
    for kind, run in itertools.groupby(document.blocks, key=lambda block: block.kind):
        items = [b for b in run if kind is not BlockKind.ROW or b.level == 0] if kind in _LISTS else []
        if len(items) > 1:
            yield items


def _leads(document: Document, items: Sequence[Block]) -> Iterator[str]:
    """Yield the last sentence of each lead-in of a list: "The drugs were:" of "She went home. The drugs were:"."""
    if items[0].kind is BlockKind.ITEM:
        yield from (lead.rsplit(". ", 1)[-1] for lead in document.leads_at(items[0].start))


def _within(document: Document, places: Iterable[tuple[int, int]], index: Index) -> list[str]:
    """Return the ids of a document's sentences in these places, each once, in reading order."""
    spans = [Span(*place) for place in places]
    return list(index.covering(document.id, spans)) if spans else []


def _bounded(ids: list[str], index: Index) -> list[str]:
    documents = {index.sentences[i].passage.document_id for i in ids}
    return ids if len(documents) <= MOST_DOCUMENTS and len(ids) <= _MOST_SENTENCES else []
