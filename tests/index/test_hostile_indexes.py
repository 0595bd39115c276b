"""An index that somebody hands over: its checksums fit, and still it runs nothing, reads nothing else, and is named."""

import copy
import io
import json
import os
import random
import zipfile

import numpy as np
import pytest

import calcqa
from calcqa import assistant
from calcqa.assistant import Assistant
from calcqa.config import MANIFEST
from calcqa.errors import CalcqaError, EncoderError, IndexFormatError
from calcqa.index.manifest import FILES, seal
from calcqa.index.open import open_index
from calcqa.models.encoder import DEFAULT_SHA256
from calcqa.stores.registry import STORES
from helpers.hostile import manifest_of, object_archive, object_array, pickled, resealed


@pytest.fixture
def mark(tmp_path):
    """A file that nothing may make."""
    yield tmp_path / "mark"
    assert not (tmp_path / "mark").exists()


def refused(folder, part=""):
    with pytest.raises(IndexFormatError) as raised:
        open_index(folder)
    message = str(raised.value)
    assert "\n" not in message and len(message) < 1_000 and part in message
    return message


# It names no folder, and nothing of it runs


def test_an_index_that_names_a_folder_is_refused(small_index, tmp_path):
    resealed(small_index, encoder=manifest_of(small_index)["encoder"] | {"model": str(tmp_path)})
    refused(small_index, "the field 'model' is missing or unknown")


def test_an_index_of_another_encoder_says_which_and_how_to_name_it(small_index, fake_encoder):
    with pytest.raises(EncoderError) as raised:
        calcqa.open(small_index)
    message = str(raised.value)
    assert f"The encoder fake (sha256 {fake_encoder.sha256}) is not a packaged one" in message
    assert "CALCQA_ENCODER" in message and "calcqa.open(encoder=…)" in message


@pytest.mark.parametrize("way", ["argument", "variable"])
def test_only_its_user_names_the_encoders_folder(small_index, fake_encoder, monkeypatch, tmp_path, way):
    asked = []
    monkeypatch.setattr(assistant, "load_encoder", lambda settings: asked.append(settings) or fake_encoder)
    if way == "variable":
        monkeypatch.setenv("CALCQA_ENCODER", str(tmp_path))
    calcqa.open(small_index, **({"encoder": tmp_path} if way == "argument" else {}))
    assert [(s.model, s.sha256) for s in asked] == [(str(tmp_path), fake_encoder.sha256)]


def test_for_the_packaged_encoder_the_variable_is_not_needed_nor_in_the_way(small_index, monkeypatch, fake_encoder):
    asked = []
    resealed(small_index, encoder=manifest_of(small_index)["encoder"] | {"sha256": DEFAULT_SHA256})
    monkeypatch.setenv("CALCQA_ENCODER", "/nowhere")
    monkeypatch.setattr(assistant, "load_encoder", lambda settings: asked.append(settings.model) or fake_encoder)
    calcqa.open(small_index)
    assert asked == [""]


@pytest.mark.parametrize("make", [pickled, object_array, object_archive])
@pytest.mark.parametrize("name", FILES)
def test_a_pickle_in_the_place_of_a_file_is_not_read(small_index, mark, name, make):
    (small_index / name).write_bytes(make(mark))
    resealed(small_index)
    refused(small_index, "cannot be read")


def test_a_pickle_for_a_manifest_is_not_read(small_index, mark):
    (small_index / MANIFEST).write_bytes(pickled(mark))
    refused(small_index, "unreadable")


# It leads nowhere else, and holds nothing else


@pytest.mark.parametrize("name", [MANIFEST, *FILES, "lexical", "lexical/questions"])
def test_no_link_is_followed(small_index, tmp_path, name):
    (small_index / name).rename(tmp_path / "outside")
    (small_index / name).symlink_to(tmp_path / "outside")
    refused(small_index)


def test_an_index_may_lie_behind_a_link_of_its_users(small_index, tmp_path):
    (tmp_path / "away").mkdir()
    small_index.rename(tmp_path / "away" / "lexical")
    (tmp_path / "words").symlink_to(tmp_path / "away")
    assert open_index(tmp_path / "words" / "lexical").documents


@pytest.mark.parametrize("name", ["notes.txt", "code.py", "lexical/questions/corpus.jsonl", "lexical/more/x.npy"])
def test_what_no_index_has_is_named(small_index, name):
    (small_index / name).parent.mkdir(exist_ok=True)
    (small_index / name).write_bytes(b"x")
    refused(small_index, f"holds {name.removesuffix('/x.npy')!r}, which no index has")


@pytest.mark.parametrize("name", ["vectors.npy", MANIFEST])
def test_what_is_no_file_is_not_opened(small_index, name):
    (small_index / name).unlink()
    os.mkfifo(small_index / name)  # reading it would wait for ever
    refused(small_index)


# Arrays that ask for more than there is


def array(shape, kind="<f4", data=b""):
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": kind, "fortran_order": False, "shape": shape})
    return file.getvalue() + data


@pytest.mark.parametrize(
    "content", [array((2**40,)), array((2**62, 2**62)), array((-1,)), array((3,), "|O"), b"\x93NUMPY"]
)
@pytest.mark.parametrize("name", [f for f in FILES if f.endswith(".npy")])
def test_an_array_that_is_longer_than_its_file(small_index, name, content):
    (small_index / name).write_bytes(content)
    resealed(small_index)
    refused(small_index, "cannot be read")


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_that_swells_is_not_unpacked(small_index, compression):
    with zipfile.ZipFile(small_index / "learned.npz", "w", compression) as archive:
        for name in ("metric", "probe"):
            whole = array((5_000, 5_000), data=bytes(10**8)) if compression else array((5_000, 5_000))
            archive.writestr(f"{name}.npy", whole)
    resealed(small_index)
    refused(small_index, "learned.npz is")


@pytest.mark.parametrize("store", STORES)
def test_vectors_of_any_numbers_are_unit_vectors(small_index, store):
    file = small_index / "vectors.npy"
    whole = file.read_bytes()
    odd = random.Random(6).randbytes(256) + bytes(256) + b"\x80" * 256  # anything, nothing, and -128
    file.write_bytes(whole[: -len(odd)] + odd)
    resealed(small_index)
    index = open_index(small_index, store)
    vectors = index.store.vectors("questions", list(index.entries))
    lengths = np.linalg.norm(vectors, axis=1)
    np.testing.assert_allclose(lengths, [1.0] * (len(lengths) - 2) + [0.0, 1.0], atol=1e-5)


def test_offsets_of_words_that_lead_outside(small_index):
    file = small_index / "lexical/questions/places.npy"
    for number in (-1, 2**31 - 1):
        file.write_bytes(file.read_bytes()[:-4] + np.int32(number).tobytes())
        resealed(small_index)
        refused(small_index, "a text that is not there")


def test_a_passage_that_is_there_twice(small_index):
    file = small_index / "passages.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines()
    same = [n for n, line in enumerate(lines) if len(json.loads(line)["sentences"]) == 1][:2]
    lines[same[1]] = lines[same[0]]  # as many passages and sentences as before
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")
    resealed(small_index)
    refused(small_index, "an id is there twice")


# Values of every kind in every field


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"format_version":' * 50_000, '{"format_version": ' + "9" * 5_000 + "}"]
)
def test_nesting_and_numbers_without_end(small_index, text):
    (small_index / MANIFEST).write_text(text)
    refused(small_index)
    for name in ("documents.jsonl", "passages.jsonl", "asked.jsonl", "lexical/questions/terms.json"):
        before = (small_index / name).read_bytes()
        (small_index / name).write_text(text)
        refused(small_index)
        (small_index / name).write_bytes(before)


ODD = [None, True, -1, 0, 10**30, 1e300, -0.5, "", "\u0000", "\x1b[31m", "x" * 2_000, "\ud800", [], [[]], {}, {"a": 1}]


def places(value, path=()):
    """Yield the way to every value in a JSON value, itself left out."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from places(one, (*path, key))


def changed(value, path, new):
    value = copy.deepcopy(value)
    place = value
    for key in path[:-1]:
        place = place[key]
    if new is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = new
    return value


def opens_or_is_refused(folder, encoder):
    """Open and ask; whatever is wrong is an error of ours. Say whether it opened."""
    try:
        index = open_index(folder)
    except CalcqaError as error:
        assert "\n" not in str(error) and len(str(error)) < 1_000
        return False
    asked = Assistant(index, encoder)
    for question in ("Which joint hurt?", "What was tried?", "Which dose of ibuprofen was given?", "zebra"):
        answer = asked.ask(question)
        json.dumps(answer.to_dict())
        for c in answer.citations:
            assert index.documents[c.document_id].text[c.start : c.end] == c.quote
    return True


def test_every_field_of_the_manifest_with_values_of_every_kind(small_index, fake_encoder):
    manifest = manifest_of(small_index)
    opened = 0
    for path in places({k: v for k, v in manifest.items() if k != "sha256"}):
        for new in [..., *ODD]:
            try:
                text = seal(changed(manifest, path, new)).encode("utf-8")
            except UnicodeEncodeError:
                continue
            (small_index / MANIFEST).write_bytes(text)
            opened += opens_or_is_refused(small_index, fake_encoder)
    assert opened  # a weight may be another number


@pytest.mark.parametrize("name", ["documents.jsonl", "passages.jsonl", "asked.jsonl"])
def test_every_field_of_the_records_with_values_of_every_kind(small_index, fake_encoder, name):
    lines = (small_index / name).read_text(encoding="utf-8").splitlines()
    opened = tried = 0
    for number in range(min(len(lines), 5)):
        record = json.loads(lines[number])
        for path in places(record):
            for new in [..., *ODD]:
                line = json.dumps(changed(record, path, new))
                (small_index / name).write_text("\n".join([*lines[:number], line, *lines[number + 1 :], ""]))
                resealed(small_index)
                opened += opens_or_is_refused(small_index, fake_encoder)
                tried += 1
    assert opened < tried / 3


# Each bit of the manifest, and each byte of every file


def test_no_bit_of_the_manifest_may_turn(small_index):
    file = small_index / MANIFEST
    whole = file.read_bytes()
    turns = random.Random(6)
    for _ in range(1_500):
        at, bit = turns.randrange(len(whole)), turns.randrange(8)
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
        refused(small_index)
    for at in range(0, len(whole), 7):
        file.write_bytes(whole[:at])
        refused(small_index)
