"""Builds an index from documents: passages cut, texts encoded, the question model trained.

What was left out, and which files could not be used, is returned with the reasons. Where no file can be used, and where
a line of an FAQ file cannot, the build stops before anything that is already built is touched.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from calcqa import __version__
from calcqa.config import ChunkSettings, EncoderSettings
from calcqa.documents.chunking import chunk, contexts, in_context
from calcqa.documents.corpus import Source, Unused, read_sources
from calcqa.errors import DocumentError, IndexFormatError, InputError
from calcqa.faq.entries import not_questions
from calcqa.faq.question_model import QuestionModel, train_question_model
from calcqa.index.concepts import concepts_by_field
from calcqa.index.directory import claimed, write_index
from calcqa.index.exchange import replacing, writing
from calcqa.index.index import Index, counts, field_ids
from calcqa.index.manifest import FORMAT_VERSION, METRIC, file_sha256
from calcqa.index.open import open_index
from calcqa.language.folding import plain_letters
from calcqa.models.encoder import Encoder, Vectors, encode_all
from calcqa.models.encoder_files import encoder_sha256
from calcqa.parameters import Weights
from calcqa.stores.base import PASSAGES, QUESTIONS, SENTENCES, LexicalStore
from calcqa.stores.exact import ExactStore
from calcqa.stores.registry import WORDS
from calcqa.types import Dropped, FAQEntry, Passage, Span

Progress = Callable[[str, int, int], None]
"""Called with a stage, how much of it is done, and its size."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made: where, how much of the documents' own, and what each one's loader left out and why.

    `failed` names the files that could not be used, with the reasons; `other_kinds` those of folders that are of no
    kind that can be loaded.
    """

    path: Path
    counts: dict[str, int]
    dropped: dict[str, tuple[Dropped, ...]]
    failed: dict[str, str] = field(default_factory=dict)
    other_kinds: tuple[str, ...] = ()


def build_index(
    paths: Sequence[Path],
    out: Path,
    encoder: Encoder,
    chunking: ChunkSettings,
    weights: Weights,
    *,
    sidecars: bool = True,
    small_talk: bool = True,
    share: tuple[int, int] = (0, 1),
    progress: Progress | None = None,
) -> BuildReport:
    """Build the index of `paths` (files, or folders of them) into the folder `out`.

    Where `out` is a link, the folder it points to is replaced. With `sidecars=False` the FAQ files are left
    out, as for documents nobody has written any for; with `share=(i, n)` only each n-th of a sidecar is used, from the
    i-th on, as if fewer had been written; with `small_talk=False` the index has no FAQ entries of no document, and is
    only to be asked beside one that has (`index/view.py`).

    Raises:
        DocumentError: a path does not exist, or no file can be used.
        SidecarError: a line of an FAQ file cannot be used.
        IndexFormatError: `out` holds something that is not an index, cannot be written, or is being written by another
            build.

    """
    out = claimed(out)
    unused = Unused()
    sources = read_sources(paths, sidecars=sidecars, progress=progress or _quietly, unused=unused)
    options: dict[str, Any] = {"small_talk": small_talk, "share": share, "progress": progress}
    report = build_sources(sources, out, encoder, chunking, weights, **options)
    return dataclasses.replace(report, failed=unused.failed, other_kinds=tuple(unused.other_kinds))


def build_sources(
    sources: Sequence[Source],
    out: Path,
    encoder: Encoder,
    chunking: ChunkSettings,
    weights: Weights,
    *,
    small_talk: bool = True,
    share: tuple[int, int] = (0, 1),
    progress: Progress | None = None,
) -> BuildReport:
    """Build the index of documents that are loaded already, no two with one id, as `build_index` does of files."""
    out = claimed(out)
    passages = cut(sources, encoder, chunking)
    with replacing(out.resolve()) as work:
        options: dict[str, Any] = {"small_talk": small_talk, "share": share, "progress": progress}
        index = index_of(sources, encoder, chunking, weights, passages=passages, **options)
        with writing(out):
            write_index(work, index)
        try:
            open_index(work)  # what cannot be opened is not put in place
        except IndexFormatError as error:  # the temporary folder means nothing to whoever reads this
            raise IndexFormatError(str(error).replace(str(work), str(out))) from error
    return BuildReport(out, counts(index, small_talk=False), {s.document.source: s.document.dropped for s in sources})


def index_of(
    sources: Sequence[Source],
    encoder: Encoder,
    chunking: ChunkSettings,
    weights: Weights,
    *,
    small_talk: bool = True,
    share: tuple[int, int] = (0, 1),
    progress: Progress | None = None,
    passages: Sequence[Passage] | None = None,
) -> Index:
    """Return the index of documents that are loaded already, in memory: nothing of it is on any disk.

    `passages` are what `cut` makes of them, where that is known already.

    Raises:
        InputError: they hold no text to search.
        DocumentError: a source's file cannot be read again, for its checksum.
    """
    passages = list(passages or cut(sources, encoder, chunking))
    asked = [a for s in sources for a in s.asked[share[0] :: share[1]]]
    asked += not_questions() if small_talk else []
    parts = _make(sources, passages, asked, encoder, chunking, weights, progress or _quietly)
    manifest: dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "program": f"calcqa {__version__}",
        "encoder": {
            "name": encoder.name,
            "sha256": encoder.sha256,
            "dimension": encoder.dimension,
            "window": encoder.window,
        },
        "metric": METRIC,
        "chunking": dataclasses.asdict(chunking),
        "counts": {},
        "sources": [_source_record(s) for s in sources],
        "weights": weights.to_dict(),
        "files": {},
    }
    index = Index({s.document.id: s.document for s in sources}, tuple(passages), tuple(asked), *parts, manifest)
    manifest["counts"] = counts(index)
    return index


def cut(sources: Sequence[Source], encoder: Encoder, chunking: ChunkSettings) -> list[Passage]:
    """Return the passages of documents; InputError where there is none."""
    passages = [p for s in sources for p in chunk(s.document, encoder.count, chunking)]
    if not passages:
        raise InputError("The documents hold no text to search; nothing was built.")
    return passages


def is_current(
    paths: Sequence[Path],
    out: Path,
    encoder: EncoderSettings,
    chunking: ChunkSettings,
    weights: Weights,
    *,
    sidecars: bool = True,
    unused: Unused | None = None,
) -> bool:
    """Say whether the index in `out` is what building `paths` with these settings would give, without encoding.

    The files that building would pass over are named in `unused`, where that is given.

    A newer program that cuts passages otherwise is not noticed, unless its format version says so.

    Raises:
        DocumentError, SidecarError, EncoderError: as building would.
    """
    try:
        index = open_index(out)
    except IndexFormatError:
        return False
    sources = read_sources(paths, sidecars=sidecars, progress=_quietly, unused=unused or Unused())
    is_same = is_of(index, sources, encoder_sha256(encoder), chunking)
    return is_same and Weights.from_dict(index.manifest["weights"]) == weights


def is_of(
    index: Index, sources: Sequence[Source], encoder_sha256: str, chunking: ChunkSettings, *, small_talk: bool = True
) -> bool:
    """Say whether an index is what building `sources` would give, with whatever weights: these can be exchanged."""
    asked = [a for s in sources for a in s.asked] + (not_questions() if small_talk else [])
    return (
        list(index.documents.values()) == [s.document for s in sources]
        and list(index.faq) == asked
        and index.manifest["chunking"] == dataclasses.asdict(chunking)
        and index.manifest["encoder"]["sha256"] == encoder_sha256
    )


def _quietly(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


def _make(
    sources: Sequence[Source],
    passages: list[Passage],
    asked: list[FAQEntry],
    encoder: Encoder,
    chunking: ChunkSettings,
    weights: Weights,
    progress: Progress,
) -> tuple[ExactStore, LexicalStore, QuestionModel]:
    documents = {s.document.id: s.document for s in sources}
    context_at = {id_: contexts(document, encoder.count, chunking) for id_, document in documents.items()}

    def led(document_id: str, start: int, end: int) -> str:
        text = documents[document_id].without_references(Span(start, end))
        return in_context(*context_at[document_id](start), text)

    texts = {
        PASSAGES: [led(p.document_id, p.start, p.end) for p in passages],
        SENTENCES: [led(p.document_id, s.start, s.end) for p in passages for s in p.sentences],
        QUESTIONS: [a.question for a in asked],
    }
    texts = {name: [plain_letters(text) for text in own] for name, own in texts.items()}
    vectors = _encoded(texts, sum(not a.document_id for a in asked), encoder, progress)
    progress("learning", 0, 1)
    learned = train_question_model(vectors[QUESTIONS], [a.answer for a in asked], weights)
    vectors[QUESTIONS][:] = learned.move(vectors[QUESTIONS])
    progress("learning", 1, 1)
    store, ids = ExactStore(vectors[PASSAGES].shape[1]), field_ids(passages, asked)
    for name, own in ids.items():
        store.add(name, own, vectors[name])
    fields = {name: (own, texts[name]) for name, own in ids.items()}
    return store, WORDS.build(fields, weights, concepts_by_field(documents, passages, asked)), learned


def _encoded(
    texts: Mapping[str, Sequence[str]], small_talk: int, encoder: Encoder, progress: Progress
) -> dict[str, Vectors]:
    """Return the vectors of texts by field, encoded together; the last `small_talk` of them belong to no document."""
    everything = [text for own in texts.values() for text in own]
    own = len(everything) - small_talk
    encoded = encode_all(encoder, everything[:own], functools.partial(progress, "encoding"))
    encoded = np.concatenate([encoded, _encoded_once(encoder.encode, tuple(everything[own:]))])
    ends = itertools.accumulate(map(len, texts.values()))
    return {name: encoded[end - len(texts[name]) : end] for name, end in zip(texts, ends, strict=True)}


@functools.lru_cache(maxsize=2)
def _encoded_once(encode: Callable[[Sequence[str]], Vectors], texts: tuple[str, ...]) -> Vectors:
    """Return the vectors of the questions that belong to no document: each document that is added needs the same."""
    return encode(texts)


def _source_record(source: Source) -> dict[str, Any]:
    try:
        return {
            "source": source.document.source,
            "sha256": file_sha256(source.path) if source.path else source.document.sha256,
            "document": source.document.id,
            "sidecar": source.sidecar.name if source.sidecar else None,
            "sidecar_sha256": file_sha256(source.sidecar) if source.sidecar else None,
        }
    except OSError as error:
        raise DocumentError(f"{source.path} cannot be read: {error.strerror or error}.") from error
