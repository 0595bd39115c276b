"""Opening an index: everything comes back as it was built, and what does not fit is named with the mending command."""

import json
import re
import shutil

import numpy as np
import pytest

from calcqa.config import ChunkSettings
from calcqa.documents.chunking import chunk, contexts, in_context
from calcqa.documents.load import load
from calcqa.errors import IndexFormatError
from calcqa.faq.entries import not_questions, read_sidecar, sidecar_path
from calcqa.index import manifest as manifest_module
from calcqa.index import open as open_module
from calcqa.index.concepts import concepts_by_field
from calcqa.index.directory import write_manifest
from calcqa.index.index import counts, field_ids
from calcqa.index.manifest import FILES, FORMAT_VERSION, seal
from calcqa.index.open import open_index
from calcqa.parameters import Weights
from calcqa.stores.bm25 import BM25Store
from calcqa.stores.registry import STORES
from calcqa.types import Span

LEXICAL = "lexical/phrases/terms.json"


def manifest_of(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def refused(folder, *parts):
    """Assert that opening `folder` is refused in one sentence that holds `parts`, and a second that mends it."""
    with pytest.raises(IndexFormatError) as raised:
        open_index(folder)
    message = str(raised.value)
    assert message.endswith(f" Build it again with: calcqa build [PATH…] --out {folder}")
    assert "\n" not in message and str(folder) in message.split(" Build it again")[0]
    for part in parts:
        assert part in message
    return message


# What was built comes back


def test_every_record_comes_back(small_source, small_index, fake_encoder):
    index = open_index(small_index)
    document = load(small_source).document
    assert index.documents == {document.id: document}
    assert index.passages == tuple(chunk(document, fake_encoder.count, ChunkSettings()))
    assert index.faq == (*read_sidecar(sidecar_path(small_source), document), *not_questions())
    assert index.weights == Weights()
    assert index.manifest["counts"] == counts(index)
    assert index.encoder_settings.sha256 == fake_encoder.sha256


def test_hostile_text_comes_back(tmp_path, build_small):
    path = tmp_path / 'quo"te <b>.md'
    path.write_text(
        '---\nwhere: "Zürich\\u2028x \\U0001F600"\n---\n\n# T "<script>" \\\\ \\n\n\nA "quote", a \\ and \x85 😀 é.\n',
        encoding="utf-8",
    )
    document = load(path).document
    index = open_index(build_small([path], tmp_path / "index").path)
    assert index.documents == {document.id: document}
    assert [p.text for p in index.passages] == [document.text[p.start : p.end] for p in index.passages]


ROUNDED = 4e-3
"""What a number of a vector may differ by once it is one byte: half a step, 1/254 of the largest (at most 1)."""


def texts_of(index):
    """Return the texts of an index as they are encoded, by field."""
    (document,) = index.documents.values()
    led = contexts(document, lambda text: len(text.split()) + 2, ChunkSettings())
    return {
        "passages": [in_context(*led(p.start), p.text) for p in index.passages],
        "sentences": [in_context(*led(s.span.start), s.text) for s in index.sentences.values()],
        "questions": [a.question for a in index.faq],
    }


@pytest.mark.parametrize("store", STORES)
def test_each_text_is_found_by_its_field_and_id_in_any_store(small_index, fake_encoder, store):
    index = open_index(small_index, store)
    (document,) = index.documents.values()
    ids, texts = field_ids(index.passages, index.faq), texts_of(index)
    assert ids["sentences"] == list(index.sentences) and ids["questions"] == list(index.entries)
    for id_, sentence in index.sentences.items():
        assert id_ == f"{document.id}:{sentence.span.start}-{sentence.span.end}"
        assert id_ in index.sentences_of(sentence.passage.id)
        assert index.sentence_text(id_) == document.text[sentence.span.start : sentence.span.end]
    assert [i for p in index.passages for i in index.sentences_of(p.id)] == list(index.sentences)
    concepts = concepts_by_field(index.documents, index.passages, index.faq)
    lexical = BM25Store.build({field: (ids[field], texts[field]) for field in ids}, concepts=concepts)
    for field in ids:
        assert index.store.count(field) == len(texts[field])
        vectors = fake_encoder.encode(texts[field])
        np.testing.assert_allclose(index.store.vectors(field, ids[field]), vectors, atol=ROUNDED)
        for question in ("Which joint hurt?", "physiotherapy and a splint", "swelling"):
            found = (each.score(field, question, ids[field]) for each in (index.lexical, lexical))
            np.testing.assert_array_equal(*found)


def test_questions_have_the_id_of_their_document_and_their_place_in_it(small_index):
    index = open_index(small_index)
    (document_id,) = index.documents
    assert index.entries[f"{document_id}:q1"].question == "How did it happen?"
    assert index.entries[":q0"] == not_questions()[0]
    assert [index.entries[q] for d in (document_id, "") for q in index.questions_of(d)] == list(index.faq)


def test_questions_point_to_the_sentences_their_evidence_touches(small_index):
    index = open_index(small_index)
    found = {
        entry.question: [index.sentence_text(i) for i in index.targets(id_)]
        for id_, entry in index.entries.items()
        if entry.document_id
    }
    assert found == {
        "Which joint hurt?": ["A 52-year-old man came with pain in the left knee."],
        "How did it happen?": ["He had fallen on ice two days before (Figure 1)."],
        "What was tried?": [
            "Three measures were tried:", "rest for one week", "a splint, worn at night", "physiotherapy",
        ],
        "How long did recovery take?": ["The pain had gone after six weeks."],
        "Which dose of ibuprofen was given?": [],
    }  # fmt: skip


def test_evidence_over_two_sentences_covers_both(small_index):
    index = open_index(small_index)
    one, other, *_ = index.sentences
    first, second = index.sentences[one].span, index.sentences[other].span
    (document_id,) = index.documents
    assert index.covering(document_id, (Span(first.end - 2, second.start + 2),)) == (one, other)
    assert index.covering(document_id, (Span(first.end, second.start),)) == ()
    assert index.covering("another document", (first,)) == ()


def test_words_of_the_index(small_index):
    index = open_index(small_index)
    assert {"knee", "splint", "extens"} <= index.document_terms
    assert "ibuprofen" not in index.document_terms and "ibuprofen" not in index.question_stems
    assert "recoveri" in index.question_stems and "recoveri" not in index.document_terms
    assert index.speller.correct("physiotherpy") == "physiotherapy"
    assert "physiotherapy" in index.speller
    assert "ibuprofen" not in index.speller  # one question alone has it: it may be misspelt
    assert index.abbreviations == {}
    assert index.with_sidecar == frozenset(index.documents)


# What does not fit is refused


def test_a_missing_folder(tmp_path):
    refused(tmp_path / "nowhere", "There is no index at")


def test_a_folder_or_file_that_is_no_index(tmp_path):
    refused(tmp_path, "is not an index: it has no manifest.json")
    file = tmp_path / "file"
    file.write_text("x")
    refused(file, "is not an index: it has no manifest.json")


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"3", b"null", b"\xff\xfe", b"{}"])
def test_a_broken_manifest(small_index, text):
    (small_index / "manifest.json").write_bytes(text)
    refused(small_index, "The manifest of the index at", "unreadable")


@pytest.mark.parametrize("version", [0, 99, "1", None])
def test_another_format(small_index, version):
    manifest = {"format_version": version}  # nothing else is looked at: another format may have other fields
    (small_index / "manifest.json").write_text(json.dumps(manifest))
    refused(small_index, f"format_version is {version}, expected {FORMAT_VERSION}")


@pytest.mark.parametrize("field", ["encoder", "weights", "files", "counts"])
def test_a_manifest_without_a_field(small_index, field):
    manifest = manifest_of(small_index)
    del manifest[field]
    (small_index / "manifest.json").write_text(seal(manifest))
    refused(small_index, "The manifest of the index at", f"incomplete or false: the field '{field}' is missing")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("encoder", None),
        ("encoder", {"dimension": 256}),
        ("weights", None),
        ("weights", {"nonsense": 1}),
        ("files", None),
        ("files", list(FILES)),
        ("files", {}),
        ("counts", None),
        ("counts", 3),
        ("encoder", {"model": None, "sha256": "", "dimension": 256}),
        ("files", dict.fromkeys(FILES)),
        ("weights", []),
    ],
)
def test_a_field_of_another_shape(small_index, field, value):
    manifest = manifest_of(small_index) | {field: value}
    (small_index / "manifest.json").write_text(seal(manifest))
    refused(small_index, "incomplete or false")


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file(small_index, name):
    (small_index / name).unlink()
    refused(small_index, f"lacks the file {name}.")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["truncated", "changed", "emptied"])
def test_a_damaged_file(small_index, name, damage):
    file = small_index / name
    data = file.read_bytes()
    middle = len(data) // 2
    changed = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
    file.write_bytes({"truncated": data[:-1], "changed": changed, "emptied": b""}[damage])
    message = refused(small_index, f"is damaged: {name} has ")
    if damage == "changed":
        assert re.search(r"has sha256 [0-9a-f]{12}…, expected [0-9a-f]{12}…\. ", message)
    else:
        assert f"has {file.stat().st_size} bytes, expected {len(data)}. " in message


def resealed(folder, **changes):
    """Write the manifest anew, so that only the check behind the checksums can find what is wrong."""
    write_manifest(folder, manifest_of(folder) | changes)


def rewrite(folder, name, change):
    records = [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]
    change(records)
    (folder / name).write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    resealed(folder)


def test_rows_that_do_not_match(small_index):
    rows = sum(map(len, texts_of(open_index(small_index)).values()))
    rewrite(small_index, "asked.jsonl", lambda records: records.pop())
    refused(small_index, f"vectors.npy holds {rows} vectors, expected {rows - 1}")


def test_texts_of_the_lexical_index_that_do_not_match(small_index):
    passages = len(open_index(small_index).passages)
    shutil.rmtree(small_index / "lexical")
    BM25Store.build({"passages": (["d:0-1"], ["one text"])}).save(small_index / "lexical")
    resealed(small_index)
    refused(small_index, f"the words of passages are of 1 texts, expected {passages}")


def test_another_dimension(small_index):
    encoder = manifest_of(small_index)["encoder"] | {"dimension": 384}
    resealed(small_index, encoder=encoder)
    refused(small_index, "numbers, which are no vectors of 384")


def test_counts_that_do_not_match(small_index):
    expected = manifest_of(small_index)["counts"]
    resealed(small_index, counts=expected | {"gaps": 1})
    refused(small_index, f"counts is {expected}, expected {expected | {'gaps': 1}}")


def test_a_text_that_is_not_the_one_its_id_names(small_index):
    rewrite(small_index, "documents.jsonl", lambda r: r[0].update(text=r[0]["text"].replace("left", "right")))
    refused(small_index, "the text of knee.md is not the one its id names")


@pytest.mark.parametrize(
    "change",
    [
        {"end": 10**6, "sentences": [[10**6 - 5, 10**6]]},
        {"sentences": [[0, 5]]},
        {"sentences": []},
        {"sentences": [[50, 40]]},
    ],
)
def test_offsets_outside_the_text(small_index, change):
    rewrite(small_index, "passages.jsonl", lambda r: r[0].update(change))
    refused(small_index, "a span has no start before its end" if change.get("sentences") == [[50, 40]] else "outside")


def test_a_passage_of_no_document(small_index):
    rewrite(small_index, "passages.jsonl", lambda r: r[0].update(document="0" * 16))
    refused(small_index, "cannot be read")


@pytest.mark.parametrize("name", ["vectors.npy", "passages.jsonl", "documents.jsonl", LEXICAL])
def test_a_foreign_file(small_index, name):
    (small_index / name).write_bytes(b"something else")
    resealed(small_index)
    refused(small_index, "cannot be read")


def test_a_file_of_the_lexical_index_without_a_checksum(small_index):
    manifest = manifest_of(small_index)
    del manifest["files"][LEXICAL]
    (small_index / "manifest.json").write_text(seal(manifest))
    refused(small_index, f"{LEXICAL!r} too many or too few")


@pytest.mark.parametrize("name", FILES)
def test_an_empty_file_with_its_right_checksum(small_index, name):
    (small_index / name).write_bytes(b"")
    resealed(small_index)
    refused(small_index)


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive"])
def test_learned_that_cannot_be_read_is_one_sentence(small_index, content):
    (small_index / "learned.npz").write_bytes(content)
    write_manifest(small_index, manifest_of(small_index))
    refused(small_index, "cannot be read")


@pytest.mark.parametrize("kind", [float, np.float32])
def test_learned_of_other_shapes_is_one_sentence(small_index, kind):
    with (small_index / "learned.npz").open("wb") as handle:
        np.savez(handle, metric=np.zeros((0, 0), dtype=kind), probe=np.zeros(3, dtype=kind))
    write_manifest(small_index, manifest_of(small_index))
    refused(small_index, "learned.npz holds float64" if kind is float else "learned.npz has shapes")


# The old index may be replaced while somebody opens it


@pytest.fixture
def replaced_midway(tmp_path, small_index, small_source, build_small, monkeypatch):
    """Return a function: from now on, the first call of `target.name` finds `small_index` replaced by another."""
    source = tmp_path / "other" / "knee.md"
    source.parent.mkdir()
    source.write_text(small_source.read_text(encoding="utf-8").replace("left knee", "right knee"), encoding="utf-8")
    sidecar = sidecar_path(small_source).read_text(encoding="utf-8").replace("left knee", "right knee")
    sidecar_path(source).write_text(sidecar.replace("Which joint", "Which limb"), encoding="utf-8")
    other = build_small([source], tmp_path / "other-index").path

    def prepare(target, name):
        original = getattr(target, name)

        def replace_first(*arguments, **options):
            if other.exists():
                small_index.rename(tmp_path / "old")
                other.rename(small_index)
                shutil.rmtree(tmp_path / "old")
            return original(*arguments, **options)

        monkeypatch.setattr(target, name, replace_first)

    return prepare


@pytest.mark.parametrize(
    ("target", "name"),
    [(manifest_module, "file_sha256"), (open_module, "read_vectors"), (BM25Store, "load")],
    ids=["before the checksums", "before the vectors", "before the words"],
)
def test_an_index_replaced_while_it_is_opened_is_whole_or_refused(
    small_index, replaced_midway, fake_encoder, target, name
):
    replaced_midway(target, name)
    try:
        index = open_index(small_index)
    except IndexFormatError:
        return
    (document,) = index.documents.values()
    assert index.manifest["sources"][0]["document"] == document.id
    texts, ids = texts_of(index), field_ids(index.passages, index.faq)
    for field in ids:
        np.testing.assert_allclose(
            index.store.vectors(field, ids[field]), fake_encoder.encode(texts[field]), atol=ROUNDED
        )
    assert bool(index.lexical.search("questions", "limb", 1)) == any("limb" in a.question for a in index.faq)


@pytest.mark.parametrize(
    ("target", "name"),
    [(manifest_module, "file_sha256"), (open_module, "read_vectors"), (BM25Store, "load")],
)
def test_an_index_that_goes_away_while_it_is_opened_is_refused(small_index, monkeypatch, target, name):
    original = getattr(target, name)

    def go_away(*arguments, **options):
        shutil.rmtree(small_index, ignore_errors=True)
        return original(*arguments, **options)

    monkeypatch.setattr(target, name, go_away)
    refused(small_index)


@pytest.mark.parametrize(
    ("target", "name"), [(manifest_module, "file_sha256"), (open_module, "read_vectors"), (BM25Store, "load")]
)
def test_an_index_replaced_while_it_is_opened_is_opened_anew(small_index, replaced_midway, target, name):
    replaced_midway(target, name)
    (document,) = open_index(small_index).documents.values()
    assert "right knee" in document.text


def test_an_index_that_never_stays_the_same_is_refused_in_the_end(small_index, monkeypatch):
    original = open_module.read_vectors

    def replaced(*arguments):
        write_manifest(small_index, manifest_of(small_index))
        return original(*arguments)

    monkeypatch.setattr(open_module, "read_vectors", replaced)
    with pytest.raises(IndexFormatError, match="was replaced while it was being opened; open it again"):
        open_index(small_index)
