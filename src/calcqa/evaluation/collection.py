"""What a dataset is asked of: an index over its texts, and the way from its ids and offsets to the index's.

Texts go through the loader for plain text and files through theirs. Cleaning moves offsets, so gold evidence is located
again by its letters and figures, which cleaning does not change; `lost` counts what is not. An index is kept under the
sha256 of its documents and all that it depends on, so that a second run encodes nothing.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from calcqa.assistant import Assistant
from calcqa.config import ChunkSettings
from calcqa.documents import chunking as chunking_module
from calcqa.documents.corpus import Source, read_sources
from calcqa.documents.plain import load_plain
from calcqa.documents.records import document_record
from calcqa.errors import DocumentError, IndexFormatError, InputError
from calcqa.evaluation.caching import CachingEncoder, CachingReader, KeepingEncoder
from calcqa.evaluation.datasets import Dataset, Evidence, Text
from calcqa.evaluation.datasets.base import check_ids
from calcqa.index.build import Progress, build_sources, is_of
from calcqa.index.index import Index
from calcqa.index.manifest import FORMAT_VERSION, file_sha256
from calcqa.index.open import open_index
from calcqa.index.records import asked_record
from calcqa.language import sentences as splitting
from calcqa.language.characters import clean_characters
from calcqa.models.encoder import Encoder
from calcqa.models.reader import Reader
from calcqa.parameters import shipped_weights
from calcqa.types import Document, FAQEntry, Span, text_hash

_UNTITLED = "text.txt"


@dataclass(frozen=True, slots=True)
class Gold:
    """A stretch of a document, in code points of its cleaned text, that answers a question."""

    document_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Collection:
    """What is asked, and what its texts are called there.

    `documents` gives the document each text became. Texts that read the same are one document, and `texts` gives them.
    `gold` is the evidence of each query that has any, in reading order, overlapping stretches merged; `lost` counts
    evidence that was not located. `sha256` names what is asked.
    """

    assistant: Assistant
    documents: Mapping[str, str]
    texts: Mapping[str, tuple[str, ...]]
    gold: Mapping[str, tuple[Gold, ...]]
    lost: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """The documents of a dataset, loaded: one source for each that differs, and the document each id names.

    `sha256` is over the documents and their FAQ entries.
    """

    sources: tuple[Source, ...]
    ids: Mapping[str, str]
    sha256: str


def gather(dataset: Dataset, progress: Progress | None = None) -> Gathered:
    """Load the texts or the files of a dataset, and check that they have what its queries name.

    Raises:
        DocumentError, SidecarError: a text, a file or a line of a sidecar cannot be used.
        InputError: there is nothing to ask, or a query names a text that is not there.

    """
    sources, ids = _of_texts(dataset) if dataset.texts else _of_files(dataset, progress)
    check_ids(dataset.queries, ids)
    records = (json.dumps([document_record(s.document), *map(asked_record, s.asked)], sort_keys=True) for s in sources)
    return Gathered(tuple(sources), ids, _sha256(records))


def collect(
    dataset: Dataset,
    gathered: Gathered,
    encoder: Encoder,
    reader: Reader | None,
    cache: Path,
    *,
    chunking: ChunkSettings | None = None,
    progress: Progress | None = None,
) -> Collection:
    """Return the collection of what was gathered; its index is built in `cache`, or taken from there.

    A build that was interrupted goes on.

    Args:
        dataset: what the documents belong to.
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
    return _collection(dataset, gathered.ids, assistant_for(dataset, index, encoder, reader), gathered.sha256)


def assistant_for(dataset: Dataset, index: Index, encoder: Encoder, reader: Reader | None) -> Assistant:
    """Return the assistant that a dataset is asked of.

    Questions with facts are asked once. Others are asked again without caution, and searched for: what they take is
    encoded and read once.
    """
    if dataset.has_facts:
        return Assistant(index, encoder, reader)
    return Assistant(index, CachingEncoder(encoder), CachingReader(reader) if reader else None)


def over(assistant: Assistant, dataset: Dataset) -> Collection:
    """Return the collection of the documents an assistant has already, which are called by their sources.

    Raises:
        InputError: a query names a document that it has not.

    """
    ids = {d.source: d.id for d in assistant.documents()}
    check_ids(dataset.queries, ids)
    sha256 = text_hash(json.dumps(assistant.index.manifest["files"], sort_keys=True))
    return _collection(dataset, ids, assistant, sha256)


def locate(evidence: Evidence, original: str, document: Document) -> Span | None:
    """Return where `evidence`, in code points of `original`, stands in the cleaned document; None if it does not.

    Letters and figures before it are counted, in the original and in the document (which may have a title before it).
    Where something else stands there, the nearest place with the same letters and figures is taken.
    """
    bare, places = _bare(document.text)
    sought = _letters(original[evidence.start : evidence.end])
    # The document may begin with a title, which the original lacks.
    at = len(bare) - _length(original) + len(_letters(original[: evidence.start]))
    if not sought:
        return None
    if not bare.startswith(sought, max(at, 0)):
        before, after = bare.rfind(sought, 0, max(at, 0) + len(sought)), bare.find(sought, max(at, 0))
        near = [place for place in (before, after) if place >= 0]
        if not near:
            return None
        at = min(near, key=lambda place: abs(place - at))
    return Span(places[at], places[at + len(sought) - 1] + 1)


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


def _of_texts(dataset: Dataset) -> tuple[list[Source], dict[str, str]]:
    """Return one source for each different text, and the document of each id."""
    sources: dict[str, Source] = {}
    ids: dict[str, str] = {}
    for text in dataset.texts:
        document = _document(text, dataset.name)
        before = sources.get(document.id, Source(None, document))
        asked = (*before.asked, *_asked(dataset, text, document))
        sources[document.id] = dataclasses.replace(before, asked=asked)
        ids[text.id] = document.id
    return list(sources.values()), ids


def _asked(dataset: Dataset, text: Text, document: Document) -> Iterator[FAQEntry]:
    """Yield the FAQ entries of a text as those of the document it became; InputError where one is not found again."""
    for entry in dataset.faq:
        if entry.document_id == text.id:
            evidence = (Evidence(text.id, span.start, span.end) for span in entry.evidence)
            spans = tuple(span for e in evidence if (span := locate(e, text.text, document)))
            if len(spans) < len(entry.evidence):
                raise InputError(f"{dataset.name}: the evidence of {entry.question!r} is not in {text.id!r}.")
            yield dataclasses.replace(entry, document_id=document.id, evidence=spans)


def _document(text: Text, name: str) -> Document:
    try:
        if text.title:
            return load_plain(text.text or text.title, text.id, text.title).document
        return dataclasses.replace(load_plain(text.text, _UNTITLED).document, source=text.id)
    except DocumentError as error:
        raise DocumentError(f"{name}: the text {text.id!r} has nothing in it that can be asked.") from error


def _of_files(dataset: Dataset, progress: Progress | None) -> tuple[list[Source], dict[str, str]]:
    if not dataset.files:
        raise InputError(f"{dataset.name} brings no texts of its own; name what to ask with --corpus.")
    sources = read_sources(dataset.files, sidecars=True, progress=progress or (lambda stage, done, total: None))
    return sources, {s.document.source: s.document.id for s in sources}


def _indexed(
    gathered: Gathered, encoder: Encoder, chunking: ChunkSettings, cache: Path, progress: Progress | None
) -> Index:
    """Return the index of the sources, with the weights that ship now: they may be fitted anew, and nothing encoded."""
    weights = shipped_weights()
    # What cuts and splits is part of the folder's name: a changed program would else be measured on old passages.
    program = [file_sha256(Path(str(module.__file__))) for module in (chunking_module, splitting)]
    parts = [json.dumps(dataclasses.asdict(chunking)), str(FORMAT_VERSION), *program]
    out = cache / _sha256([gathered.sha256, encoder.sha256, *parts])[:16]
    try:
        index = open_index(out)
        if not is_of(index, gathered.sources, encoder.sha256, chunking):
            raise IndexFormatError(f"The index at {out} is of other documents.")
    except IndexFormatError:
        kept = out.with_name(f".{out.name}.vectors")  # until the index is whole: encoding may take hours
        keeping = KeepingEncoder(encoder, kept)
        build_sources(gathered.sources, out, keeping, chunking, weights, progress=progress)
        shutil.rmtree(kept, ignore_errors=True)
        index = open_index(out)
    return index.weighed(weights)


def _collection(dataset: Dataset, ids: Mapping[str, str], assistant: Assistant, sha256: str) -> Collection:
    names: dict[str, list[str]] = {}
    for text_id, document_id in ids.items():
        names.setdefault(document_id, []).append(text_id)
    originals = {t.id: t.text for t in dataset.texts}
    gold, lost = {}, 0
    # In the order of the texts, so that each is looked through once.
    for query in sorted(dataset.queries, key=lambda q: [e.text_id for e in q.evidence[:1]]):
        located = []
        for evidence in query.evidence:
            document = assistant.document(ids[evidence.text_id])
            span = locate(evidence, originals.get(evidence.text_id, document.text), document)
            lost += span is None
            located += [Gold(document.id, span)] if span else []
        if located:
            gold[query.id] = _merged(located)
    return Collection(assistant, ids, {d: tuple(t) for d, t in names.items()}, gold, lost, sha256)


def _merged(gold: Sequence[Gold]) -> tuple[Gold, ...]:
    merged: list[Gold] = []
    for one in sorted(gold, key=lambda g: (g.document_id, g.span)):
        last = merged[-1] if merged else None
        if last and last.document_id == one.document_id and one.span.start < last.span.end:
            merged[-1] = Gold(last.document_id, Span(last.span.start, max(last.span.end, one.span.end)))
        else:
            merged.append(one)
    return tuple(merged)


def _sha256(parts: Iterable[str]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part.encode()).digest())
    return total.hexdigest()
