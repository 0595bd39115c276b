"""A folder with an encoder or a reader that somebody hands over: nothing in it is imported or unpickled."""

import json
import pickle
import shutil
import sys

import pytest

from calcqa.config import EncoderSettings
from calcqa.errors import EncoderError, ReaderError
from calcqa.models.encoder_files import weights_folder, weights_sha256
from calcqa.models.load_encoder import load_encoder
from calcqa.models.load_reader import SHIPPED, load_reader
from calcqa.models.onnx_reader import OnnxReader
from calcqa.models.sentence_transformers_encoder import SentenceTransformerEncoder
from helpers.hostile import pickled

pytestmark = pytest.mark.models

CODE = (
    "import pathlib\npathlib.Path({mark!r}).touch()\n\nclass Evil:\n    load = from_pretrained = staticmethod(print)\n"
)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("CALCQA_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def mark(tmp_path):
    """A file that nothing may make."""
    yield tmp_path / "mark"
    assert not (tmp_path / "mark").exists()
    assert not {m for m in sys.modules if m.startswith("evil") or m.endswith("evil_code")}


@pytest.fixture
def model(tmp_path, mark, monkeypatch):
    """The packaged encoder as a folder of somebody's, with code beside it that is importable, too."""
    folder = tmp_path / "model"
    shutil.copytree(weights_folder(EncoderSettings()), folder)
    for place in (folder, tmp_path):
        (place / "evil_code.py").write_text(CODE.format(mark=str(mark)), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def loaded(folder):
    """Load it in both ways: as a user would, and by sentence-transformers itself."""
    with pytest.raises(EncoderError) as raised:
        load_encoder(EncoderSettings(model=str(folder)))
    with pytest.raises(EncoderError):
        SentenceTransformerEncoder(folder, "model", "0" * 64)
    message = str(raised.value)
    assert "\n" not in message and len(message) < 600
    return message


def rewritten(file, change):
    value = json.loads(file.read_text(encoding="utf-8"))
    change(value)
    file.write_text(json.dumps(value), encoding="utf-8")


@pytest.mark.parametrize("kind", ["evil_code.Evil", "os.system", "builtins.exec", "sentence_transformersx.Evil"])
def test_a_module_that_is_code_of_the_folder(model, kind):
    rewritten(model / "modules.json", lambda m: m[0].update(type=kind))
    assert f"wants the code {kind!r}" in loaded(model)


@pytest.mark.parametrize("place", ["..", "/etc", "../other"])
def test_a_module_that_lies_elsewhere(model, place):
    rewritten(model / "modules.json", lambda m: m[0].update(path=place))
    assert "lies outside of it" in loaded(model)


@pytest.mark.parametrize("text", ["", "{}x", '{"type": 3}', "[3]", '[{"type": 3}]', "[" * 50_000, "9" * 5_000])
def test_modules_that_cannot_be_read(model, text):
    (model / "modules.json").write_text(text)
    assert "modules.json" in loaded(model)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "1_Pooling/pytorch_model.bin", "x.pt", "deep/er/weights.pkl"])
def test_weights_that_are_a_pickle(model, mark, name):
    (model / "model.safetensors").rename(model / "kept")
    (model / "1_Pooling").mkdir(exist_ok=True)
    (model / name).parent.mkdir(parents=True, exist_ok=True)
    (model / name).write_bytes(pickled(mark))
    with pytest.raises(EncoderError, match=r"No model\.safetensors in"):
        load_encoder(EncoderSettings(model=str(model)))
    with pytest.raises(EncoderError, match="may run code"):
        SentenceTransformerEncoder(model, "model", "0" * 64)


def test_a_pickle_of_a_module_beside_good_weights(model, mark):
    (model / "2_Dense").mkdir()
    (model / "2_Dense/pytorch_model.bin").write_bytes(pickled(mark))
    (model / "2_Dense/config.json").write_text(
        json.dumps({"in_features": 384, "out_features": 8, "bias": True, "activation_function": "evil_code.Evil"})
    )
    rewritten(
        model / "modules.json",
        lambda m: m.append({"idx": 9, "name": "9", "path": "2_Dense", "type": "sentence_transformers.models.Dense"}),
    )
    assert "may run code" in loaded(model)


def test_weights_that_are_a_pickle_under_the_right_name(model, mark):
    (model / "model.safetensors").write_bytes(pickled(mark))
    assert "cannot be loaded" in loaded(model)


def test_an_activation_that_is_code(model):
    from safetensors.numpy import save_file

    (model / "2_Dense").mkdir()
    (model / "2_Dense/config.json").write_text(
        json.dumps({"in_features": 384, "out_features": 8, "bias": True, "activation_function": "evil_code.Evil"})
    )
    save_file({}, model / "2_Dense/model.safetensors")
    rewritten(
        model / "modules.json",
        lambda m: m.append({"idx": 9, "name": "9", "path": "2_Dense", "type": "sentence_transformers.models.Dense"}),
    )
    assert "cannot be loaded" in loaded(model)


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json"])
def test_configurations_that_name_code(model, name):
    def change(value):
        value["auto_map"] = {k: "evil_code.Evil" for k in ("AutoConfig", "AutoModel", "AutoTokenizer")}
        value["model_type"] = "evil"
        value["tokenizer_class"] = "Evil"
        value["trust_remote_code"] = True

    rewritten(model / name, change)
    try:
        encoder = SentenceTransformerEncoder(model, "model", "0" * 64)
    except EncoderError as error:
        assert "cannot be loaded" in str(error)
    else:
        assert encoder.dimension == 384  # what names code is passed over


def test_an_adapter_names_another_model(model):
    (model / "adapter_config.json").write_text('{"base_model_name_or_path": "/somewhere/else"}')
    assert "name another model" in loaded(model)


# Readers


@pytest.fixture
def export(tmp_path, mark):
    return shutil.copytree(SHIPPED, tmp_path / "reader")


def sealed(folder, name):
    """Make the checksum of a file fit what stands in it."""
    from calcqa.index.manifest import file_sha256

    rewritten(folder / "meta.json", lambda m: m["sha256"].update({name: file_sha256(folder / name)}))


def test_a_reader_whose_files_are_pickles(export, mark):
    for name in ("tokenizer.json", "model.onnx"):
        before = (export / name).read_bytes()
        (export / name).write_bytes(pickled(mark))
        sealed(export, name)
        with pytest.raises(ReaderError):
            OnnxReader(export)
        (export / name).write_bytes(before)
        sealed(export, name)
    (export / "meta.json").write_bytes(pickle.dumps({}))
    with pytest.raises(ReaderError, match="cannot be read"):
        OnnxReader(export)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"format": ' + "9" * 5_000 + "}"])
def test_a_reader_with_nesting_and_numbers_without_end(export, text):
    (export / "meta.json").write_text(text)
    with pytest.raises(ReaderError, match="cannot be read"):
        OnnxReader(export)


def test_a_reader_that_keeps_its_numbers_in_another_file(export, tmp_path):
    import onnx

    (tmp_path / "secret").write_bytes(bytes(4_000))
    model = onnx.load(export / "model.onnx")
    tensor = model.graph.initializer[0]
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.ClearField("raw_data")
    for key, value in (("location", "../secret"), ("length", "4")):
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value
    (export / "model.onnx").write_bytes(model.SerializeToString())
    sealed(export, "model.onnx")
    with pytest.raises(ReaderError, match="names files outside its model"):
        OnnxReader(export)


@pytest.fixture
def hugging_face(tmp_path, mark):
    """A tiny untrained model for question answering, with code beside it."""
    from transformers import BertConfig, BertForQuestionAnswering, BertTokenizerFast
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    folder = tmp_path / "hugging-face"
    tokeniser = BertTokenizerFast(tokenizer_file=str(weights_folder(EncoderSettings()) / "tokenizer.json"))
    config = BertConfig(vocab_size=len(tokeniser), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
                        intermediate_size=16, max_position_embeddings=96)  # fmt: skip
    BertForQuestionAnswering(config).save_pretrained(folder)
    tokeniser.save_pretrained(folder)
    (folder / "evil_code.py").write_text(CODE.format(mark=str(mark)), encoding="utf-8")
    return folder


def test_a_hugging_face_reader_whose_weights_are_a_pickle(hugging_face, mark):
    (hugging_face / "model.safetensors").unlink()
    (hugging_face / "pytorch_model.bin").write_bytes(pickled(mark))
    with pytest.raises(ReaderError, match="No question-answering model"):
        load_reader(hugging_face)


def test_a_hugging_face_reader_that_names_code(hugging_face):
    rewritten(
        hugging_face / "config.json",
        lambda c: c.update(
            model_type="evil",
            auto_map={k: "evil_code.Evil" for k in ("AutoConfig", "AutoModelForQuestionAnswering")},
            trust_remote_code=True,
        ),
    )
    with pytest.raises(ReaderError, match="No question-answering model"):
        load_reader(hugging_face)


def test_a_hugging_face_reader_that_is_an_adapter(hugging_face):
    (hugging_face / "adapter_config.json").write_text('{"base_model_name_or_path": "/somewhere/else"}')
    with pytest.raises(ReaderError, match="is an adapter"):
        load_reader(hugging_face)


def test_the_weights_are_those_of_the_safe_file_alone(model, mark):
    before = weights_sha256(model)
    (model / "pytorch_model.bin").write_bytes(pickled(mark))
    assert weights_sha256(model) == before
