"""What a question set is asked of: an index over its texts, and the way from their ids and offsets to the index's.

Texts go through the loader for plain text and the documents of files through theirs, as anybody's would. Cleaning moves
offsets, so gold evidence is found again by its letters and figures, which cleaning leaves alone; what is not found is
counted in `lost`. An index is kept under the sha256 of its documents and all that it depends on, so that a second run
encodes nothing. Nothing is asked here.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from calcqa.assistant import Assistant
from calcqa.config import ChunkSettings
from calcqa.documents import chunking as cutting
from calcqa.documents.corpus import Source, read_sources
from calcqa.documents.plain import load_plain
from calcqa.documents.records import document_record
from calcqa.errors import DocumentError, IndexFormatError, InputError
from calcqa.evaluation.datasets import Evidence, Query, QuestionSet, Text
from calcqa.evaluation.datasets.base import check_ids
from calcqa.evaluation.remembering import KeepingEncoder, RememberingEncoder, RememberingReader
from calcqa.index.build import Progress, build_sources
from calcqa.index.index import Index
from calcqa.index.manifest import FORMAT_VERSION, file_sha256
from calcqa.index.open import open_index
from calcqa.index.records import asked_record
from calcqa.language import sentences as splitting
from calcqa.language.characters import clean_characters
from calcqa.models.encoder import Encoder
from calcqa.models.reader import Reader
from calcqa.parameters import shipped_weights
from calcqa.types import Document, Span, text_hash

_UNTITLED = "text.txt"


@dataclass(frozen=True, slots=True)
class Gold:
    """A stretch of a document, in code points of its cleaned text, that answers a question."""

    document_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Collection:
    """What is asked, and how its texts are called there.

    `documents` gives the document each text became; several texts may be one document, where they read the same, and
    `texts` gives them. `gold` is the evidence of each query that has any, in reading order, stretches that overlap
    joined; `lost` counts evidence that was not found again. `sha256` names what is asked.
    """

    assistant: Assistant
    documents: Mapping[str, str]
    texts: Mapping[str, tuple[str, ...]]
    gold: Mapping[str, tuple[Gold, ...]]
    lost: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """The documents of a set, loaded: one source for each that differs, and the document each id names.

    `sha256` is over the documents and their questions asked ahead.
    """

    sources: tuple[Source, ...]
    ids: Mapping[str, str]
    sha256: str


def gather(found: QuestionSet, progress: Progress | None = None) -> Gathered:
    """Load the texts or the files of a set, and hold what its questions name against them.

    Raises:
        DocumentError, SidecarError: a text, a file or a line of a sidecar cannot be used.
        InputError: there is nothing to ask, or a question names a text that is not there.

    """
    sources, ids = _of_texts(found) if found.texts else _of_files(found, progress)
    check_ids(found.queries, ids)
    records = (json.dumps([document_record(s.document), *map(asked_record, s.asked)], sort_keys=True) for s in sources)
    return Gathered(tuple(sources), ids, _sha256(records))


def collect(
    found: QuestionSet,
    gathered: Gathered,
    encoder: Encoder,
    reader: Reader | None,
    cache: Path,
    *,
    chunking: ChunkSettings | None = None,
    progress: Progress | None = None,
) -> Collection:
    """Return the collection of what was gathered; its index is built in `cache`, or taken from there.

    Its assistant encodes each question and reads each passage for it once. A build that was interrupted goes on.

    Args:
        found: the set.
        gathered: its documents.
        encoder: what encodes.
        reader: what reads, or None.
        cache: a folder for indexes, which is made.
        chunking: other limits for passages.
        progress: called with a stage, how much of it is done, and its size.

    Raises:
        IndexFormatError: the cache cannot be written, or holds something else where the index would be.

    """
    index = _indexed(gathered, encoder, chunking or ChunkSettings(), cache, progress)
    assistant = remembering(index, encoder, reader)
    return _collection(found.queries, found.texts, gathered.ids, assistant, gathered.sha256)


def remembering(index: Index, encoder: Encoder, reader: Reader | None) -> Assistant:
    """Return an assistant that encodes each question and reads each passage for it once."""
    return Assistant(index, RememberingEncoder(encoder), RememberingReader(reader) if reader else None)


def over(assistant: Assistant, queries: Sequence[Query]) -> Collection:
    """Return the collection of the documents an assistant has already, which are called by their sources.

    Raises:
        InputError: a question names a document that it has not.

    """
    ids = {d.source: d.id for d in assistant.documents()}
    check_ids(queries, ids)
    sha256 = text_hash(json.dumps(assistant.index.manifest["files"], sort_keys=True))
    return _collection(queries, (), ids, assistant, sha256)


def locate(evidence: Evidence, original: str, document: Document) -> Span | None:
    """Return where `evidence`, which counts code points of `original`, stands in the cleaned document; None if lost.

    Letters and figures before it are counted, in the original and in the document (which may have a title before it).
    Where something else stands there, the nearest place with the same letters and figures is taken.
    """
    bare, places = _bare(document.text)
    wanted = _letters(original[evidence.start : evidence.end])
    # What is left of the document once the original is counted off stands before it: the title.
    at = len(bare) - _length(original) + len(_letters(original[: evidence.start]))
    if not wanted:
        return None
    if not bare.startswith(wanted, max(at, 0)):
        before, after = bare.rfind(wanted, 0, max(at, 0) + len(wanted)), bare.find(wanted, max(at, 0))
        near = [place for place in (before, after) if place >= 0]
        if not near:
            return None
        at = min(near, key=lambda place: abs(place - at))
    return Span(places[at], places[at + len(wanted) - 1] + 1)


def _letters(text: str) -> str:
    return "".join(c for c in clean_characters(text) if c.isalnum())


@functools.lru_cache(maxsize=1)  # evidence comes text by text
def _length(text: str) -> int:
    return len(_letters(text))


@functools.lru_cache(maxsize=1)
def _bare(text: str) -> tuple[str, tuple[int, ...]]:
    """Return the letters and figures of `text`, and where each stands."""
    places = tuple(i for i, c in enumerate(text) if c.isalnum())
    return "".join(text[i] for i in places), places


def _of_texts(found: QuestionSet) -> tuple[list[Source], dict[str, str]]:
    """Return one source for each different text, and the document of each id."""
    sources: dict[str, Source] = {}
    ids: dict[str, str] = {}
    for text in found.texts:
        document = _document(text, found.name)
        sources.setdefault(document.id, Source(None, document))
        ids[text.id] = document.id
    return list(sources.values()), ids


def _document(text: Text, name: str) -> Document:
    try:
        if text.title:
            return load_plain(text.text or text.title, text.id, text.title).document
        # A title made of an id would stand before every sentence that is encoded.
        return dataclasses.replace(load_plain(text.text, _UNTITLED).document, source=text.id)
    except DocumentError as error:
        raise DocumentError(f"{name}: the text {text.id!r} has nothing in it that can be asked.") from error


def _of_files(found: QuestionSet, progress: Progress | None) -> tuple[list[Source], dict[str, str]]:
    if not found.files:
        raise InputError(f"{found.name} brings no texts of its own; name what to ask with --corpus.")
    sources = read_sources(found.files, sidecars=True, progress=progress or (lambda stage, done, total: None))
    ids = {s.document.source: s.document.id for s in sources}
    if len(ids) < len(sources):
        named = {text for q in found.queries for text in q.asked_of}
        names = [s.document.source for s in sources]
        if twice := sorted(n for n in named & set(names) if names.count(n) > 1):
            raise InputError(f"Two files are called {twice[0]}, which a question names; give one another name.")
    return sources, ids


def _indexed(
    gathered: Gathered,
    encoder: Encoder,
    chunking: ChunkSettings,
    cache: Path,
    progress: Progress | None,
) -> Index:
    """Return the index of the sources, with the weights that ship now: they may be fitted anew, and nothing encoded."""
    weights = shipped_weights()
    # What cuts and splits is part of the key: a changed program would else be measured on old passages.
    program = [file_sha256(Path(str(module.__file__))) for module in (cutting, splitting)]
    cut = [json.dumps(dataclasses.asdict(chunking)), str(FORMAT_VERSION), *program]
    out = cache / _sha256([gathered.sha256, encoder.sha256, *cut])[:16]
    try:
        index = open_index(out)
    except IndexFormatError:
        kept = out.with_name(f".{out.name}.vectors")  # until the index is whole: encoding may take hours
        keeping = KeepingEncoder(encoder, kept)
        build_sources(gathered.sources, out, keeping, chunking, weights, progress=progress)
        shutil.rmtree(kept, ignore_errors=True)
        index = open_index(out)
    return index.weighed(weights)


def _collection(
    queries: Sequence[Query], texts: Sequence[Text], ids: Mapping[str, str], assistant: Assistant, sha256: str
) -> Collection:
    names: dict[str, list[str]] = {}
    for text_id, document_id in ids.items():
        names.setdefault(document_id, []).append(text_id)
    originals = {t.id: t.text for t in texts}
    gold, lost = {}, 0
    # In the order of the texts, so that each is looked through once.
    for query in sorted(queries, key=lambda q: [e.text_id for e in q.evidence[:1]]):
        found = []
        for evidence in query.evidence:
            document = assistant.document(ids[evidence.text_id])
            span = locate(evidence, originals.get(evidence.text_id, document.text), document)
            lost += span is None
            found += [Gold(document.id, span)] if span else []
        if found:
            gold[query.id] = _joined(found)
    return Collection(assistant, ids, {d: tuple(t) for d, t in names.items()}, gold, lost, sha256)


def _joined(gold: Sequence[Gold]) -> tuple[Gold, ...]:
    joined: list[Gold] = []
    for one in sorted(gold, key=lambda g: (g.document_id, g.span)):
        last = joined[-1] if joined else None
        if last and last.document_id == one.document_id and one.span.start < last.span.end:
            joined[-1] = Gold(last.document_id, Span(last.span.start, max(last.span.end, one.span.end)))
        else:
            joined.append(one)
    return tuple(joined)


def _sha256(parts: Iterable[str]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part.encode()).digest())
    return total.hexdigest()
