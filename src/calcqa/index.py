"""The index: passages, sentences and questions asked ahead, with their vectors and their words, on disk and checked.

    index/manifest.json     format, encoder and its weights' sha256, chunking, counts, sources, fitted weights,
                            size and sha256 of every other file, and its own sha256
    index/documents.jsonl   the cleaned texts with their sections and metadata
    index/passages.jsonl    passages and the sentences in them, as offsets
    index/asked.jsonl       questions asked ahead, as offsets or gaps
    index/vectors.faiss     rows: passages, then sentences, then questions
    index/learned.npz       what the questions asked ahead teach (`learning.py`)
    index/lexical/          BM25 over the same rows, and over the phrases of passages

Opening checks all of it (`manifest.py` says how). How an index is made stands in `building.py`; how it is searched, in
`retrieval.py`.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from calcqa.arrays import check_archive
from calcqa.domain import AskedAhead, Document, Passage, Span
from calcqa.errors import IndexError_
from calcqa.learning import Learned, number
from calcqa.lexical import Lexical
from calcqa.manifest import MANIFEST, MEND, brief, check_files, expect, read_manifest, standing
from calcqa.records import read_asked, read_document, read_lines, read_passage
from calcqa.settings import EncoderSettings, Weights
from calcqa.stores.base import VectorStore
from calcqa.stores.flat import FlatStore
from calcqa.terms import defined_abbreviations
from calcqa.text import stems, words

_TRIES = 50
"""How often an index is opened anew because a build replaced it meanwhile: each time there was a whole one."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: what an answer may quote."""

    passage: Passage
    span: Span


class Index:
    """An opened index. Read only; safe to share between threads.

    Rows run over passages, then sentences, then questions; `sentence_row` and `asked_row` are where those begin.
    `passage_number[i]` is the passage of sentence i, `first_sentence[p]` the first sentence of passage p.
    The rows of questions are in the metric `learned`; those of passages and sentences are as encoded.
    """

    def __init__(
        self,
        documents: Mapping[str, Document],
        passages: tuple[Passage, ...],
        asked: tuple[AskedAhead, ...],
        store: VectorStore,
        lexical: Lexical,
        learned: Learned,
        manifest: Mapping[str, Any],
    ) -> None:
        self.documents, self.passages, self.asked = documents, passages, asked
        self.store, self.lexical, self.learned, self.manifest = store, lexical, learned, manifest
        self.sentences = tuple(Sentence(p, s) for p in passages for s in p.sentences)
        self.passage_number = tuple(n for n, p in enumerate(passages) for _ in p.sentences)
        self._bounds = np.cumsum([0, *(len(p.sentences) for p in passages)])
        self.first_sentence = self._bounds[:-1]
        self.sentence_row = len(passages)
        self.asked_row = len(passages) + len(self.sentences)
        self.rows = self.asked_row + len(asked)
        self.weights = Weights.from_dict(manifest["weights"])
        self._stems: dict[str, frozenset[str]] = {}
        self._by_span = {(s.passage.document_id, s.span): i for i, s in enumerate(self.sentences)}

    @property
    def encoder_settings(self) -> EncoderSettings:
        """The encoder this index was built with, by name and sha256; where it lies only its user knows."""
        return _encoder(self.manifest)

    def sentences_of(self, passage: int) -> range:
        """Return the numbers of the sentences of passage number `passage`."""
        return range(self._bounds[passage], self._bounds[passage + 1])

    def sentence_text(self, number: int) -> str:
        """Return the text of sentence `number`."""
        sentence = self.sentences[number]
        return self.documents[sentence.passage.document_id].text[sentence.span.start : sentence.span.end]

    def covering(self, document_id: str, evidence: tuple[Span, ...]) -> tuple[int, ...]:
        """Return the numbers of the sentences that `evidence` touches, in reading order."""
        exact = [self._by_span.get((document_id, span), -1) for span in evidence]
        if -1 not in exact:
            return tuple(exact)
        return tuple(
            i
            for i, s in enumerate(self.sentences)
            if s.passage.document_id == document_id
            and any(e.start < s.span.end and s.span.start < e.end for e in evidence)
        )

    @functools.cached_property
    def passage_by_id(self) -> dict[str, Passage]:
        """The passages by their ids."""
        return {p.id: p for p in self.passages}

    @functools.cached_property
    def targets(self) -> tuple[tuple[int, ...], ...]:
        """For each question asked ahead, the sentences that answer it; empty for a gap."""
        return tuple(self.covering(a.document_id, a.evidence) if a.evidence else () for a in self.asked)

    @functools.cached_property
    def classes(self) -> dict[tuple[str, tuple[Span, ...] | str], int]:
        """The number of each class of questions asked ahead: those with one answer, or one kind of gap."""
        return number(a.answer for a in self.asked)

    @functools.cached_property
    def sides(self) -> dict[str, tuple[list[int], list[int]]]:
        """For each document with questions asked ahead, the classes it answers, and those it (or nobody) does not."""
        found: dict[str, tuple[list[int], list[int]]] = {d: ([], []) for d in self.with_sidecar}
        for (document_id, evidence), i in self.classes.items():
            for d in [document_id] if document_id else found:
                found[d][0 if isinstance(evidence, tuple) else 1].append(i)
        return found

    @functools.cached_property
    def with_sidecar(self) -> frozenset[str]:
        """The ids of the documents that have questions asked ahead."""
        return frozenset(a.document_id for a in self.asked if a.document_id)

    @functools.cached_property
    def document_words(self) -> frozenset[str]:
        """All words of the documents, their titles included."""
        return frozenset(w for d in self.documents.values() for w in words(f"{d.title} {d.text}"))

    def stems_of(self, document_id: str) -> frozenset[str]:
        """Return the stems of the content words of one document, its title included."""
        if document_id not in self._stems:
            document = self.documents[document_id]
            self._stems[document_id] = frozenset(stems(f"{document.title} {document.text}"))
        return self._stems[document_id]

    @functools.cached_property
    def document_stems(self) -> frozenset[str]:
        """The stems of all content words of the documents, their titles included."""
        headings = {h for d in self.documents.values() for h in (d.title, *(s.title for s in d.sections))}
        return self.lexical.passage_stems | frozenset(stems("\n".join(headings)))  # some stand over no passage

    @functools.cached_property
    def answering_stems(self) -> frozenset[str]:
        """`document_stems`, and the stems of the questions that have an answer: the language answers are asked in."""
        return self.document_stems | {s for a in self.asked if a.evidence for s in stems(a.question)}

    @functools.cached_property
    def vocabulary(self) -> tuple[frozenset[str], frozenset[str]]:
        """Words to leave alone, and words a misspelling may be mended to.

        Words of a question count only when a second question has them: a sidecar holds misspellings on purpose.
        """
        once: set[str] = set()
        twice: set[str] = set()
        for asked in self.asked:
            for word in set(words(asked.question)):
                (twice if word in once else once).add(word)
        trusted = self.document_words | twice
        return frozenset(trusted), frozenset(trusted)

    @functools.cached_property
    def abbreviations(self) -> dict[str, str]:
        """The abbreviations that the documents define themselves, as they write them; "" where they disagree."""
        return defined_abbreviations(d.text for d in self.documents.values())


def open_index(path: Path) -> Index:
    """Open and check the index in folder `path`; where a build replaces it meanwhile, open the new one.

    Where a build was killed with the old index set aside and the new one not yet in place, the old one is opened.

    Raises:
        IndexError_: it is missing, truncated, of another format, or its files are not those the manifest names.

    """
    tries = _TRIES
    while True:
        # Every build writes the manifest anew. While it stayed the same one, so did all that was read beside it.
        folder = standing(path)
        before = _stamp(folder / MANIFEST)
        try:
            index = _read(folder)
            if _stamp(folder / MANIFEST) != before:
                raise IndexError_(f"The index at {path} was replaced while it was being opened; open it again.")
            return index
        except IndexError_:
            tries -= 1
            if not tries or (standing(path) == folder and _stamp(folder / MANIFEST) == before):
                raise


def encoder_of(path: Path) -> EncoderSettings:
    """Return the encoder that the index in folder `path` was built with, by its manifest alone where that is whole.

    Raises:
        IndexError_: there is no index, or its manifest is unreadable or of another format.

    """
    try:
        return _encoder(read_manifest(standing(path)))
    except (IndexError_, OSError):  # just being replaced by a build, or else opening says what is wrong
        return open_index(path).encoder_settings


def _encoder(manifest: Mapping[str, Any]) -> EncoderSettings:
    encoder = manifest["encoder"]
    return EncoderSettings(sha256=encoder["sha256"], name=encoder["name"])


def _stamp(file: Path) -> tuple[int, ...] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _read(path: Path) -> Index:
    try:
        manifest = read_manifest(path)
        check_files(path, manifest["files"])
        documents = _documents(path, manifest)
        passages = tuple(read_passage(r, documents) for r in read_lines(path / "passages.jsonl"))
        asked = tuple(read_asked(r, documents) for r in read_lines(path / "asked.jsonl"))
        store = FlatStore.load(path / "vectors.faiss")
        rows = len(passages) + sum(len(p.sentences) for p in passages) + len(asked)
        expect(path, "rows of vectors.faiss", rows, len(store))
        expect(path, "dimension of vectors.faiss", manifest["encoder"]["dimension"], store.dimension)
        lexical = Lexical.load(path / "lexical", rows, len(passages))
        check_archive(path / "learned.npz")
        learned = Learned.load(path / "learned.npz")
        index = Index(documents, passages, asked, store, lexical, learned, manifest)
        if learned.fits not in ((0, 0), (store.dimension, 0), (store.dimension, len(index.classes))):
            raise ValueError(f"learned.npz is for dimension and classes {learned.fits}")
    except IndexError_:
        raise
    except Exception as error:  # whatever the readers of the files raise, ours and those of others, over another file
        raise IndexError_(f"The index at {path} cannot be read ({brief(error)}). {MEND.format(path=path)}") from error
    expect(path, "counts", manifest["counts"], counts(index))
    return index


def _documents(path: Path, manifest: Mapping[str, Any]) -> dict[str, Document]:
    """Return the documents of the index in folder `path` by their ids; they must be those of its sources, in order."""
    found = [read_document(record) for record in read_lines(path / "documents.jsonl")]
    documents = {d.id: d for d in found}
    if [(d.id, d.source) for d in found] != [(s["document"], s["source"]) for s in manifest["sources"]]:
        raise ValueError("the documents are not those of the manifest's sources")
    if not documents or len(documents) != len(found):
        raise ValueError("there is no document, or one twice")
    return documents


def counts(index: Index) -> dict[str, int]:
    """Return how much of each kind an index holds, as its manifest records it."""
    gaps = sum(1 for a in index.asked if not a.evidence)
    return {
        "documents": len(index.documents),
        "passages": len(index.passages),
        "sentences": len(index.sentences),
        "questions": len(index.asked) - gaps,
        "gaps": gaps,
    }
