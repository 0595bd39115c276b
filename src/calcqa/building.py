"""Building an index: files in, a checked folder out, replaced in one step so that the old one serves until then.

Loading (`sources.py`), cutting and encoding happen in other rooms; here they are put in order. A file that cannot be
used stops the build before anything that is already built is touched. What was left out, and why, is returned.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from calcqa import __version__
from calcqa.asked_ahead import not_questions
from calcqa.chunking import chunk, context, in_context
from calcqa.domain import AskedAhead, Passage
from calcqa.encoder_files import weights_folder, weights_sha256
from calcqa.encoding import Encoder
from calcqa.errors import DocumentError, IndexError_, InputError
from calcqa.exchanging import replacing, writing
from calcqa.index import Index, counts, open_index
from calcqa.learning import Learned, learn
from calcqa.lexical import Lexical
from calcqa.loaders.base import Dropped
from calcqa.manifest import MANIFEST, METRIC, describe_files, file_sha256, foreign, seal
from calcqa.records import asked_record, document_record, passage_record, write_lines
from calcqa.settings import FORMAT_VERSION, ChunkSettings, EncoderSettings, Weights
from calcqa.sources import Source, read_sources
from calcqa.stores.flat import FlatStore

Progress = Callable[[str, int, int], None]
"""Called with a stage, how much of it is done, and its size."""

_BATCH = 64


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made: where, how much, and what each document's loader left out and why."""

    path: Path
    counts: dict[str, int]
    dropped: dict[str, tuple[Dropped, ...]]


def build_index(
    paths: Sequence[Path],
    out: Path,
    encoder: Encoder,
    chunking: ChunkSettings,
    weights: Weights,
    *,
    sidecars: bool = True,
    share: tuple[int, int] = (0, 1),
    progress: Progress | None = None,
) -> BuildReport:
    """Build the index of `paths` (files, or folders of them) into the folder `out`.

    Where `out` is a link, the folder it points to is replaced. With `sidecars=False` the questions asked ahead are left
    out, as for documents nobody has written any for; with `share=(i, n)` only each n-th of a sidecar is used, from the
    i-th on, as if fewer had been written.

    Raises:
        DocumentError, SidecarError: a file or a line of a sidecar cannot be used.
        IndexError_: `out` holds something that is not an index or cannot be written, or another build is writing to it.

    """
    out = _free(out)
    sources = read_sources(paths, sidecars=sidecars, progress=progress or _quietly)
    return build_sources(sources, out, encoder, chunking, weights, share=share, progress=progress)


def build_sources(
    sources: Sequence[Source],
    out: Path,
    encoder: Encoder,
    chunking: ChunkSettings,
    weights: Weights,
    *,
    share: tuple[int, int] = (0, 1),
    progress: Progress | None = None,
) -> BuildReport:
    """Build the index of documents that are loaded already, no two with one id, as `build_index` does of files."""
    out = _free(out)
    passages = cut(sources, encoder, chunking)
    with replacing(out.resolve()) as work:
        index = index_of(sources, encoder, chunking, weights, share=share, progress=progress, passages=passages)
        with writing(out):
            _write(work, index)
        try:
            open_index(work)  # what cannot be opened is not put in place
        except IndexError_ as error:  # the temporary folder means nothing to whoever reads this
            raise IndexError_(str(error).replace(str(work), str(out))) from error
    return BuildReport(out, index.manifest["counts"], {s.document.source: s.dropped for s in sources})


def index_of(
    sources: Sequence[Source],
    encoder: Encoder,
    chunking: ChunkSettings,
    weights: Weights,
    *,
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
    asked = [a for s in sources for a in s.asked[share[0] :: share[1]]] + not_questions()
    parts = _make(sources, passages, asked, encoder, chunking, progress or _quietly)
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
) -> bool:
    """Say whether the index in `out` is what building `paths` with these settings would give, without encoding.

    A newer program that cuts passages otherwise is not noticed, unless its format version says so.

    Raises:
        DocumentError, SidecarError, EncoderError: as building would.
    """
    try:
        index = open_index(out)
    except IndexError_:
        return False
    sources = read_sources(paths, sidecars=sidecars, progress=_quietly)
    manifest = index.manifest
    return (
        list(index.documents.values()) == [s.document for s in sources]
        and list(index.asked) == [a for s in sources for a in s.asked] + not_questions()
        and manifest["chunking"] == dataclasses.asdict(chunking)
        and Weights.from_dict(manifest["weights"]) == weights
        and manifest["encoder"]["sha256"] == weights_sha256(weights_folder(encoder))
    )


def _quietly(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


def _free(out: Path) -> Path:
    """Return `out` as an absolute path; IndexError_ where something else than an index is there, or beside its files.

    A build deletes what it replaces, so a folder is only taken for an index where it holds nothing else.
    """
    out = out.absolute()
    with writing(out):
        place = out.resolve()
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            if not (place / MANIFEST).is_file():
                raise IndexError_(f"{out} is not an index and not empty; it is left as it is. Choose another folder.")
            if name := foreign(place):
                raise IndexError_(
                    f"{out} holds {name!r}, which no index has; it is left as it is. Choose another folder."
                )
    return out


def _make(
    sources: Sequence[Source],
    passages: list[Passage],
    asked: list[AskedAhead],
    encoder: Encoder,
    chunking: ChunkSettings,
    progress: Progress,
) -> tuple[FlatStore, Lexical, Learned]:
    titles = {s.document.id: s.document.title for s in sources}
    texts = {s.document.id: s.document.text for s in sources}
    led = [(p, context(titles[p.document_id], p.headings, encoder.count, chunking)) for p in passages]
    rows = [in_context(*lead, p.text) for p, lead in led]
    rows += [in_context(*lead, texts[p.document_id][s.start : s.end]) for p, lead in led for s in p.sentences]
    rows += [a.question for a in asked]
    vectors = []
    for at in range(0, len(rows), _BATCH):
        progress("encoding", at, len(rows))
        vectors.append(encoder.encode(rows[at : at + _BATCH]))
    progress("encoding", len(rows), len(rows))
    encoded = np.concatenate(vectors)
    first = len(rows) - len(asked)
    progress("learning", 0, 1)
    learned = learn(encoded[first:], [a.answer for a in asked])
    encoded[first:] = learned.move(encoded[first:])
    progress("learning", 1, 1)
    return FlatStore.build(encoded), Lexical.build(rows, len(passages)), learned


def _write(work: Path, index: Index) -> None:
    write_lines(work / "documents.jsonl", map(document_record, index.documents.values()))
    write_lines(work / "passages.jsonl", map(passage_record, index.passages))
    write_lines(work / "asked.jsonl", map(asked_record, index.asked))
    index.store.save(work / "vectors.faiss")
    index.lexical.save(work / "lexical")
    index.learned.save(work / "learned.npz")
    write_manifest(work, dict(index.manifest))


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest of the index in `folder`, with the size and sha256 of every other file as it stands."""
    temporary = folder / f".{MANIFEST}"
    temporary.write_text(seal(manifest | {"files": describe_files(folder)}), encoding="utf-8")
    temporary.replace(folder / MANIFEST)


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
