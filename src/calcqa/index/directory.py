"""Writes an index into its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from calcqa.config import MANIFEST
from calcqa.documents.records import document_record
from calcqa.errors import IndexFormatError
from calcqa.index.exchange import writing
from calcqa.index.index import Index, field_ids
from calcqa.index.manifest import describe_files, foreign, seal
from calcqa.index.records import asked_record, passage_record, write_lines
from calcqa.stores.vector_file import write_vectors


def claimed(out: Path) -> Path:
    """Return `out` as an absolute path; IndexFormatError where it holds anything that is not an index's.

    A build deletes what it replaces, so a folder is only taken for an index where it holds nothing else.
    """
    out = out.absolute()
    with writing(out):
        place = out.resolve()
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            if not (place / MANIFEST).is_file():
                raise IndexFormatError(
                    f"{out} is not an index and not empty; it is left as it is. Choose another folder."
                )
            if name := foreign(place):
                raise IndexFormatError(
                    f"{out} holds {name!r}, which no index has; it is left as it is. Choose another folder."
                )
    return out


def write_index(work: Path, index: Index) -> None:
    """Write all files of an index into the folder `work`, its manifest last; ValueError where it is a view."""
    own_words = index.own_words
    write_lines(work / "documents.jsonl", map(document_record, index.documents.values()))
    write_lines(work / "passages.jsonl", map(passage_record, index.passages))
    write_lines(work / "asked.jsonl", map(asked_record, index.faq))
    write_vectors(work / "vectors.npy", index.store, field_ids(index.passages, index.faq))
    own_words.save(work / "lexical")
    index.question_model.save(work / "learned.npz")
    write_manifest(work, dict(index.manifest))


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest of the index in `folder`, with the size and sha256 of every other file as it stands."""
    temporary = folder / f".{MANIFEST}"
    temporary.write_text(seal(manifest | {"files": describe_files(folder)}), encoding="utf-8")
    temporary.replace(folder / MANIFEST)
