"""What documents are about, by their headings and titles: what a follow-up may mean."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from calcqa.language.tokens import stem, stems, words
from calcqa.types import Document


@dataclass(frozen=True)
class Topics:
    """What documents are about: `families` are headings that stand side by side, `titles` the documents' own.

    `stems` are those of all their words: nothing else is taken for a subject. Where it is empty, everything may be one.
    """

    families: tuple[tuple[str, ...], ...]
    titles: tuple[str, ...]
    stems: Collection[str] = frozenset()

    @classmethod
    def of(cls, documents: Sequence[Document], stems: Collection[str]) -> Topics:
        """Return what `documents` are about; their families are the headings below level two under one heading."""
        families = []
        for document in documents:
            groups: dict[tuple[str, ...], list[str]] = {}
            for section in document.sections:
                if section.level > 2:
                    groups.setdefault(document.headings_at(section.start)[:-1], []).append(section.title)
            families += [tuple(g) for g in groups.values()]
        return cls(tuple(families), tuple(d.title for d in documents), stems)

    def members(self) -> list[str]:
        """Return every heading of every family."""
        return [m for family in self.families for m in family]

    def mentioned(self, text: str) -> list[str]:
        """Return the headings whose distinguishing words occur in `text`."""
        present = {stem(w) for w in words(text)}
        return [m for family in self.keys for m, key in family if key & present]

    @functools.cached_property
    def keys(self) -> list[list[tuple[str, set[str]]]]:
        """For each family its headings, with the stems that tell each from its siblings.

        Of "Tumoral calcification" beside "Metastatic calcification" that is "tumoral".
        """
        return [_keys(family) for family in self.families]


def _keys(family: Sequence[str]) -> list[tuple[str, set[str]]]:
    held = [(member, set(stems(member))) for member in family]
    number = Counter(s for _, member_stems in held for s in member_stems)
    return [(member, {s for s in member_stems if number[s] == 1} or member_stems) for member, member_stems in held]
