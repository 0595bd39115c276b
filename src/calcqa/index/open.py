"""Finds an index and opens it from its folder, every file checked.

index/manifest.json     format, encoder and its weights' sha256, chunking, counts, sources, fitted weights,
                        size and sha256 of every other file, and its own sha256
index/documents.jsonl   the cleaned texts with their sections and metadata
index/passages.jsonl    passages and the sentences in them, as offsets
index/asked.jsonl       FAQ entries, as offsets or unanswerable
index/vectors.npy       vectors of passages, sentences and questions (`stores/vector_file.py`)
index/learned.npz       what the FAQ teaches (`faq/question_model.py`)
index/lexical/          the words of each field (`stores/bm25.py`)

Vectors are read into the store that is asked for by name; the files are the same for each.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from calcqa.config import MANIFEST, EncoderSettings
from calcqa.documents.records import read_document
from calcqa.errors import IndexFormatError, InputError
from calcqa.faq.question_model import QuestionModel
from calcqa.index.index import Index, counts, field_ids
from calcqa.index.manifest import (
    REBUILD,
    brief,
    check_files,
    encoder_settings,
    expect,
    read_manifest,
    standing,
)
from calcqa.index.records import read_asked, read_lines, read_passage
from calcqa.parameters import Weights
from calcqa.stores.arrays import check_archive
from calcqa.stores.registry import DEFAULT, WORDS, vector_store
from calcqa.stores.vector_file import read_vectors
from calcqa.types import Document

PACKED_INDEX = Path(__file__).parent.parent / "_index"
"""Where a wheel has the index of the report that ships."""

_TRIES = 50
"""How often an index is opened anew because a build replaced it meanwhile: each time there was a whole one."""


def find_index(index: str | Path | None = None) -> Path:
    """Return the index to use: the argument, `CALCQA_INDEX`, `./index`, or the copy packed with the program.

    Raises:
        IndexFormatError: there is none.
    """
    if index is not None:
        return Path(index)
    if named := os.environ.get("CALCQA_INDEX"):
        return Path(named)
    for path in (Path("index"), PACKED_INDEX):
        if (standing(path) / MANIFEST).is_file():
            return path
    raise IndexFormatError("There is no index here; build one with: calcqa build PATH…, or name one with CALCQA_INDEX.")


def open_index(path: Path, store: str = DEFAULT) -> Index:
    """Open and check the index in folder `path`; where a build replaces it meanwhile, open the new one.

    `store` names what searches its vectors (`stores/registry.py`). Where a build was killed with the old index set
    aside and the new one not yet in place, the old one is opened.

    Raises:
        IndexFormatError: it is missing, truncated, of another format, or its files are not those the manifest names.
        InputError: there is no such store.

    """
    tries = _TRIES
    while True:
        # Every build writes the manifest anew. While it stayed the same one, so did all that was read beside it.
        folder = standing(path)
        before = _stamp(folder / MANIFEST)
        try:
            index = _read(folder, store)
            if _stamp(folder / MANIFEST) != before:
                raise IndexFormatError(f"The index at {path} was replaced while it was being opened; open it again.")
            return index
        except IndexFormatError:
            tries -= 1
            if not tries or (standing(path) == folder and _stamp(folder / MANIFEST) == before):
                raise


def encoder_of(path: Path) -> EncoderSettings:
    """Return the encoder that the index in folder `path` was built with, by its manifest alone where that is whole.

    Raises:
        IndexFormatError: there is no index, or its manifest is unreadable or of another format.

    """
    try:
        return encoder_settings(read_manifest(standing(path)))
    except (IndexFormatError, OSError):  # just being replaced by a build, or else opening says what is wrong
        return open_index(path).encoder_settings


def _stamp(file: Path) -> tuple[int, ...] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _read(path: Path, store: str) -> Index:
    try:
        manifest = read_manifest(path)
        check_files(path, manifest["files"])
        documents = _documents(path, manifest)
        passages = tuple(read_passage(r, documents) for r in read_lines(path / "passages.jsonl"))
        faq = tuple(read_asked(r, documents) for r in read_lines(path / "asked.jsonl"))
        ids, dimension = field_ids(passages, faq), manifest["encoder"]["dimension"]
        filled = vector_store(store, dimension)
        read_vectors(path / "vectors.npy", ids, filled)
        lexical = WORDS.load(path / "lexical", ids, Weights.from_dict(manifest["weights"]))
        check_archive(path / "learned.npz")
        learned = QuestionModel.load(path / "learned.npz")
        index = Index(documents, passages, faq, filled, lexical, learned, manifest)
        if learned.fits not in ((0, 0), (dimension, 0), (dimension, len(index.classes))):
            raise ValueError(f"learned.npz is for dimension and classes {learned.fits}")
    except (IndexFormatError, InputError):
        raise
    except Exception as error:  # whatever the readers of the files raise, ours and those of others, over another file
        raise IndexFormatError(
            f"The index at {path} cannot be read ({brief(error)}). {REBUILD.format(path=path)}"
        ) from error
    expect(path, "counts", manifest["counts"], counts(index))
    return index


def _documents(path: Path, manifest: Mapping[str, Any]) -> dict[str, Document]:
    """Return the documents of the index in folder `path` by their ids; they must be those of its sources, in order."""
    records = [read_document(record) for record in read_lines(path / "documents.jsonl")]
    documents = {d.id: d for d in records}
    if [(d.id, d.source) for d in records] != [(s["document"], s["source"]) for s in manifest["sources"]]:
        raise ValueError("the documents are not those of the manifest's sources")
    if not documents or len(documents) != len(records):
        raise ValueError("there is no document, or one twice")
    return documents
