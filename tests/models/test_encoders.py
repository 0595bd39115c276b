"""Encoders: the default is whole and finds what answers, an export equals its original, all give unit vectors."""

import hashlib
import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

import calcqa
from calcqa.config import EncoderSettings
from calcqa.documents.load import load
from calcqa.errors import EncoderError
from calcqa.models import load_encoder as load_encoder_module
from calcqa.models.encoder import DEFAULT_NAME, DEFAULT_SHA256, PLAIN_NAME, PLAIN_SHA256, encode_all
from calcqa.models.load_encoder import load_encoder
from calcqa.models.onnx_encoder import OnnxEncoder
from helpers.damage import garbage, lost, rewritten
from helpers.encoder_texts import TEXTS
from helpers.paths import EDITION
from helpers.small import FakeEncoder

# The vectors


@pytest.mark.models
def test_the_export_encodes_as_sentence_transformers_does(plain_encoder, original):
    assert isinstance(plain_encoder, OnnxEncoder)
    sentences = [p for p in load(EDITION).document.text.split("\n") if p]
    ours, theirs = plain_encoder.encode([*TEXTS, *sentences]), original.encode([*TEXTS, *sentences])
    assert ours.shape == theirs.shape == (len(TEXTS) + len(sentences), 384)
    assert ours.dtype == theirs.dtype == np.float32
    assert np.abs(ours - theirs).max() < 1e-4
    np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-5)


@pytest.mark.models
def test_the_export_counts_as_sentence_transformers_does(plain_encoder, original):
    assert [plain_encoder.count(t) for t in TEXTS] == [original.count(t) for t in TEXTS]
    assert plain_encoder.count("word " * 254) == 256 == plain_encoder.window == original.window
    assert plain_encoder.vocabulary() == original.vocabulary()
    assert {"elbow", "calcium"} <= plain_encoder.vocabulary()
    assert all(w == w.lower() and w.isalpha() for w in plain_encoder.vocabulary())


@pytest.mark.models
def test_a_vector_does_not_depend_on_its_company(real_encoder):
    together = real_encoder.encode(TEXTS)
    alone = np.concatenate([real_encoder.encode([t]) for t in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    assert real_encoder.encode([]).shape == (0, 384)


@pytest.mark.models
def test_vectors_are_the_same_on_any_number_of_cores(copied_export, plain_encoder, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    alone = OnnxEncoder(copied_export, PLAIN_SHA256)
    monkeypatch.setattr("os.cpu_count", lambda: 5)
    assert np.array_equal(alone.encode(TEXTS), OnnxEncoder(copied_export, PLAIN_SHA256).encode(TEXTS))


@pytest.mark.models
def test_an_export_that_says_so_encodes_each_text_by_itself(copied_export, plain_encoder, monkeypatch):
    meta = json.loads((copied_export / "meta.json").read_text(encoding="utf-8"))
    (copied_export / "meta.json").write_text(json.dumps(meta | {"alone": True}), encoding="utf-8")
    encoder, run, sizes = OnnxEncoder(copied_export, PLAIN_SHA256), OnnxEncoder._run, []
    monkeypatch.setattr(OnnxEncoder, "_run", lambda self, texts: sizes.append(len(texts)) or run(self, texts))
    np.testing.assert_allclose(encoder.encode(TEXTS), plain_encoder.encode(TEXTS), atol=1e-5)
    assert sizes[: len(TEXTS)] == [1] * len(TEXTS)


def test_many_texts_are_encoded_in_order_and_told_about():
    class Counting(FakeEncoder):
        def encode(self, texts):
            shares.append([len(t) for t in texts])
            return super().encode(texts)

    shares, told = [], []
    texts = [f"{word} " * (1 + i % 7) + str(i) for i, word in enumerate(("elbow", "knee", "hip", "wrist") * 40)]
    vectors = encode_all(Counting(), [*texts, *texts[:9]], lambda done, total: told.append((done, total)))
    assert np.array_equal(vectors, FakeEncoder().encode([*texts, *texts[:9]]))  # what comes twice is encoded once
    assert told == [(0, 160), (64, 160), (128, 160), (160, 160)]
    lengths = [length for share in shares for length in share]
    assert lengths == sorted(map(len, texts), reverse=True)  # like lengths together


@pytest.mark.models
def test_what_exceeds_the_window_is_cut_off(real_encoder):
    head, longer = "word " * 254, "word " * 254 + "calcinosis"
    np.testing.assert_allclose(real_encoder.encode([head]), real_encoder.encode([longer]), atol=1e-6)


# The default


@pytest.fixture
def own_shipped(tmp_path, monkeypatch):
    """A copy of the encoder that comes with the package, opened in its stead; its folder."""
    folder = shutil.copytree(load_encoder_module.SHIPPED, tmp_path / "shipped")
    monkeypatch.setattr(load_encoder_module, "SHIPPED", folder)
    return folder


def test_the_default_comes_with_the_package_small_and_whole():
    file = load_encoder_module.SHIPPED / "model.onnx"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == DEFAULT_SHA256
    assert sum(p.stat().st_size for p in load_encoder_module.SHIPPED.iterdir()) < 25e6


@pytest.mark.models
@pytest.mark.parametrize("model", ["", DEFAULT_NAME])
def test_the_default_needs_no_export_no_cache_and_no_other_weights(own_cache, monkeypatch, model):
    for name in ("export_onnx", "weights_folder", "SentenceTransformerEncoder"):
        monkeypatch.setattr(load_encoder_module, name, lambda *given: pytest.fail("looked further"))
    encoder = load_encoder(EncoderSettings(model=model))
    assert (encoder.name, encoder.sha256, encoder.dimension, encoder.window) == (DEFAULT_NAME, DEFAULT_SHA256, 384, 256)
    assert not own_cache.exists()


@pytest.mark.models
def test_the_default_finds_what_answers_where_the_plain_one_does_not(real_encoder, plain_encoder):
    told = ["Old age is a risk.", "A 41-year-old sailor came to the clinic.", "He was well.", "It was an old wound."]

    def nearest(encoder):
        return told[int((encoder.encode(["how old was he?"]) @ encoder.encode(told).T).argmax())]

    assert nearest(real_encoder) == told[1] != nearest(plain_encoder)
    assert np.abs(real_encoder.encode(told) - plain_encoder.encode(told)).max() > 0.01


@pytest.mark.models
@pytest.mark.parametrize("name", ["", PLAIN_NAME])
def test_all_minilm_is_had_by_its_name_and_by_an_index_s_sha256(plain_encoder, name):
    encoder = load_encoder(EncoderSettings(model=name, sha256=PLAIN_SHA256))
    assert (encoder.name, encoder.sha256) == (PLAIN_NAME, PLAIN_SHA256)


@pytest.mark.models
def test_an_index_of_another_encoder_is_not_opened_with_the_default():
    with pytest.raises(EncoderError, match="is not a packaged one"):
        load_encoder(EncoderSettings(model=DEFAULT_NAME, sha256="0" * 64))


@pytest.mark.models
def test_an_index_built_with_all_minilm_opens_without_being_told(plain_encoder, tmp_path, small_source, monkeypatch):
    monkeypatch.setenv("CALCQA_ENCODER", PLAIN_NAME)
    calcqa.build([small_source], tmp_path / "index")
    monkeypatch.delenv("CALCQA_ENCODER")
    assert calcqa.open(tmp_path / "index").encoder.name == PLAIN_NAME
    calcqa.build([small_source], tmp_path / "other")
    monkeypatch.setenv("CALCQA_ENCODER", PLAIN_NAME)
    assert calcqa.open(tmp_path / "other").encoder.name == DEFAULT_NAME


SPOILT = {
    "no model": ("model.onnx", lambda p: p.unlink()),
    "no tokeniser": ("tokenizer.json", lambda p: p.unlink()),
    "no meta": ("meta.json", lambda p: p.unlink()),
    "meta of another shape": ("meta.json", lambda p: p.write_text("[]")),
    "meta of other weights": ("meta.json", rewritten(lambda m: m | {"sha256": "0" * 64})),
    "a probe of another encoder": ("meta.json", rewritten(lambda m: m | {"probe": [0.5] * 8})),
    "one changed byte": ("model.onnx", lost(1, b"\x5a")),
    "truncated model": ("model.onnx", lambda p: p.write_bytes(b"\x08")),
    "garbage for a tokeniser": ("tokenizer.json", garbage),
}


@pytest.mark.models
@pytest.mark.parametrize("damage", SPOILT)
def test_a_damaged_default_is_said(own_shipped, damage):
    name, change = SPOILT[damage]
    change(own_shipped / name)
    with pytest.raises(EncoderError, match="missing or damaged; install calcqa again, or use another .CALCQA_ENCODER="):
        load_encoder()


# What asking loads


@pytest.mark.models
def test_asking_imports_neither_torch_nor_sentence_transformers(real_encoder, tmp_path, small_source):
    out = tmp_path / "index"
    calcqa.build([small_source], out)
    program = (
        "import json, sys, calcqa\n"
        f"answer = calcqa.open({str(out)!r}).ask('Which joint hurt?')\n"
        "print(json.dumps([answer.question, sorted({m.split('.')[0] for m in sys.modules})]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    question, modules = json.loads(done.stdout)
    assert question == "Which joint hurt?" and "onnxruntime" in modules
    assert not {"torch", "sentence_transformers", "transformers", "sklearn", "gradio", "matplotlib"} & set(modules)
