"""The shipped reader, a Hugging Face one, and what is said where neither is whole."""

import dataclasses
import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from calcqa.assistant import Assistant, find_reader
from calcqa.config import EncoderSettings
from calcqa.errors import ReaderError
from calcqa.evaluation.asking import without_caution
from calcqa.evaluation.caching import CachingReader
from calcqa.index.open import open_index
from calcqa.language.sentences import sentence_spans
from calcqa.models.encoder_files import weights_folder
from calcqa.models.load_reader import SHIPPED, LateReader, load_reader
from calcqa.models.onnx_reader import OnnxReader
from calcqa.models.sessions import open_session
from calcqa.models.transformers_reader import TransformersReader
from calcqa.models.windows import Pieces
from calcqa.types import Passage, Span

pytestmark = pytest.mark.models

CASE = (
    "A 41-year-old farmer was bitten by a dog in the right hand. Pasteurella multocida grew from the wound. "
    "He was given amoxicillin for ten days, and the swelling had gone after two weeks."
)
QUESTION = "What grew from the wound?"


def passage(text, start=0):
    spans = tuple(Span(start + s.start, start + s.end) for s in sentence_spans(text))
    return Passage("p", "d", start, start + len(text), text, (), spans)


@pytest.fixture(scope="module")
def reader():
    return OnnxReader(SHIPPED)


@pytest.fixture
def copied(tmp_path):
    return shutil.copytree(SHIPPED, tmp_path / "reader")


def test_the_shipped_reader_marks_the_answer(reader):
    (found,) = reader.read(QUESTION, [passage(CASE, 1000)])
    marks = found.sentences
    best = max(marks, key=lambda m: m.score)
    assert "multocida" in CASE[best.span.start - 1000 : best.span.end - 1000]
    assert marks.index(best) == 1 and len(marks) == 3
    assert 0 < min(m.answerable for m in marks) <= found.answerable <= 1


def test_the_shipped_reader_prefers_the_passage_that_answers(reader):
    other = "The weather in the valley was fine for most of the autumn. Many people came to see the lakes."
    best, worst = reader.read(QUESTION, [passage(CASE), passage(other)])
    assert best.answerable > worst.answerable + 0.2


def test_batches_change_nothing_and_keep_their_order(reader):
    texts = [CASE, "Nothing.", CASE * 6, "The swelling had gone. " * 3, CASE[60:]]
    together = reader.read_many([(QUESTION, passage(t)) for t in texts])
    for text, found in zip(texts, together, strict=True):
        (alone,) = reader.read(QUESTION, [passage(text)])
        assert [m.span for m in found.sentences] == [m.span for m in alone.sentences]
        assert [m.score for m in found.sentences] == pytest.approx([m.score for m in alone.sentences], abs=1e-6)
    assert reader.read(QUESTION, []) == []


def test_sums_of_8_bit_products_are_exact_on_every_processor(tmp_path):
    # Pairs of the largest products exceed 16 bits, where processors without VNNI cut them off unless told not to.
    from onnx import TensorProto, checker, helper, numpy_helper, save

    weights = numpy_helper.from_array(np.array([[127, -128]] * 64, dtype=np.int8), "weights")
    tensor = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["given", "weights"], ["sums"])],
        "sums",
        [tensor("given", TensorProto.UINT8, ["rows", 64])],
        [tensor("sums", TensorProto.INT32, ["rows", 2])],
        [weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    save(model, str(tmp_path / "sums.onnx"))
    session = open_session(tmp_path / "sums.onnx")
    (sums,) = session.run(None, {"given": np.full((3, 64), 255, dtype=np.uint8)})
    assert sums.tolist() == [[255 * 127 * 64, 255 * -128 * 64]] * 3
    # Which processor runs the tests is chance; that the sums are asked to be exact is not.
    assert session.get_session_options().get_session_config_entry("session.x64quantprecision") == "1"


def test_long_passages_are_read_in_windows(reader):
    long = "The road was long and nobody spoke. " * 60 + CASE
    (found,) = reader.read(QUESTION, [passage(long)])
    best = max(found.sentences, key=lambda m: m.sentence_score)
    assert "multocida" in long[best.span.start : best.span.end]


def test_a_reader_reads_headings_only_where_its_meta_says_so(copied, monkeypatch):
    text = passage("He took colchicine for ten days.")
    text = dataclasses.replace(text, headings=("Case report", "Course"))
    shown = {}

    def read(self, window):
        shown[self._reads_headings] = window
        raise KeyboardInterrupt

    monkeypatch.setattr(OnnxReader, "_run", read)
    for headings in (False, True):
        meta = json.loads((copied / "meta.json").read_text(encoding="utf-8"))
        (copied / "meta.json").write_text(json.dumps(meta | {"headings": headings}), encoding="utf-8")
        with pytest.raises(KeyboardInterrupt):
            OnnxReader(copied).read("How long?", [text])
    decode = Pieces(copied / "tokenizer.json", 256).tokeniser.decode
    without, with_them = (decode(shown[kind].ids, skip_special_tokens=False) for kind in (False, True))
    assert without == "[CLS] how long? [SEP] he took colchicine for ten days. [SEP]"
    assert with_them == "[CLS] how long? [SEP] case report. course [SEP] he took colchicine for ten days. [SEP]"
    assert shown[True].offsets == shown[False].offsets  # they are those of the text


def test_headings_need_their_own_room():
    Pieces(SHIPPED / "tokenizer.json", 96)
    with pytest.raises(ValueError, match="no room"):
        Pieces(SHIPPED / "tokenizer.json", 96, headings=True)


def test_the_shipped_reader_is_small_and_says_what_it_is(reader):
    meta = json.loads((SHIPPED / "meta.json").read_text(encoding="utf-8"))
    assert (SHIPPED / "model.onnx").stat().st_size <= 25_000_000
    assert all(found["calibration_error"] <= 0.05 for found in meta["calibrated"].values())
    assert 0.5 < reader.threshold == meta["threshold"] <= 1
    assert 0.5 < reader.exact_threshold == meta["exact_threshold"] < 1
    assert meta["calibrated"]["exact"]["cleared_right"] > 0.85  # 0.9 is the goal, and missed: see its card
    assert (SHIPPED / "README.md").is_file()


def test_a_damaged_reader_is_named(copied):
    model = copied / "model.onnx"
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    with pytest.raises(ReaderError, match=r"damaged: model\.onnx has sha256 \w+…, expected"):
        OnnxReader(copied)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        ("{", "cannot be read"),
        ("{}", "cannot be read"),
        ('{"format": 2, "calibration": {"score": 1.0}}', "of format 2, expected 3: export it again"),
    ],
)
def test_a_reader_with_another_meta_is_named(copied, spoil, says):
    (copied / "meta.json").write_text(spoil, encoding="utf-8")
    with pytest.raises(ReaderError, match=says) as caught:
        OnnxReader(copied)
    assert str(copied) in str(caught.value)


def test_an_export_that_was_not_calibrated_shows_no_short_answer(copied):
    meta = json.loads((copied / "meta.json").read_text(encoding="utf-8"))
    (copied / "meta.json").write_text(
        json.dumps(meta | {"calibration": {}, "threshold": 1.0, "exact_threshold": 1.0}), encoding="utf-8"
    )
    plain = OnnxReader(copied)
    (found,) = plain.read(QUESTION, [passage(CASE)])
    assert plain.threshold == plain.exact_threshold == 1.0
    assert all(max(m.answerable, m.exact) < 1.0 for m in found.sentences)


def test_a_missing_model_is_named(copied):
    (copied / "model.onnx").unlink()
    with pytest.raises(ReaderError, match="cannot be read"):
        OnnxReader(copied)


def test_which_reader_is_opened(tmp_path, monkeypatch, copied):
    assert find_reader().folder == SHIPPED
    monkeypatch.setenv("CALCQA_READER", str(copied))
    assert find_reader().folder == copied and isinstance(load_reader(), OnnxReader)
    monkeypatch.setenv("CALCQA_READER", "none")
    assert find_reader() is None
    assert find_reader(copied).folder == copied  # what the caller names comes first
    with pytest.raises(ReaderError, match="never fetched"):
        find_reader(tmp_path / "nowhere")


def with_weights(folder, own):
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    (folder / "meta.json").write_text(json.dumps(meta | {"weights": own}), encoding="utf-8")
    return folder


def test_an_assistant_decides_by_the_numbers_that_its_reader_brings(copied, small_index, fake_encoder):
    index = open_index(small_index)

    def decides(reader, weights=None):
        return Assistant(index, fake_encoder, reader, weights)._weights

    own = index.weights
    assert decides(find_reader(copied)) == decides(None) == own
    late = find_reader(with_weights(copied, {"read_threshold": 0.25, "read_sentences": 8}))
    expected = dataclasses.replace(own, read_threshold=0.25, read_sentences=8)
    assert decides(late) == decides(OnnxReader(copied)) == decides(CachingReader(late)) == expected
    assert decides(late, own) == own  # whoever names weights is believed
    assert without_caution(Assistant(index, fake_encoder, late))._weights.read_sentences == 8


@pytest.mark.parametrize("own", [{"plain_threshold": 0.1}, {"read": [1.0]}, "much", [1]])
def test_numbers_that_are_no_readers_are_refused_before_anything_is_read(copied, own):
    with pytest.raises(ReaderError, match="cannot be read"):
        find_reader(with_weights(copied, own))
    with pytest.raises(ReaderError, match="cannot be read"):
        OnnxReader(copied)


def test_a_late_reader_opens_when_it_first_reads(copied):
    late = LateReader(copied)
    (copied / "model.onnx").write_bytes(b"no model")
    with pytest.raises(ReaderError):
        late.read(QUESTION, [passage(CASE)])
    with pytest.raises(ReaderError):
        _ = late.threshold


def test_nothing_is_opened_by_importing():
    code = (
        "import sys, calcqa.assistant, calcqa.models.onnx_reader\n"
        "assert 'onnxruntime' not in sys.modules and 'tokenizers' not in sys.modules, 'heavy'\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def hugging_face(tmp_path_factory):
    """A folder with a tiny untrained BERT for question answering."""
    from transformers import BertConfig, BertForQuestionAnswering, BertTokenizerFast
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    folder = tmp_path_factory.mktemp("hugging-face")
    tokeniser = BertTokenizerFast(tokenizer_file=str(weights_folder(EncoderSettings()) / "tokenizer.json"))
    config = BertConfig(vocab_size=len(tokeniser), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
                        intermediate_size=16, max_position_embeddings=96)  # fmt: skip
    BertForQuestionAnswering(config).save_pretrained(folder)
    tokeniser.save_pretrained(folder)
    return folder


def test_any_hugging_face_question_answering_model_reads(hugging_face):
    reader = load_reader(hugging_face)
    assert isinstance(reader, TransformersReader)
    long = CASE * 4  # more than its window of 96 pieces
    brief = "Nothing."  # shorter than the question
    for found, text, at in zip(
        reader.read(QUESTION, [passage(CASE, 50), passage(long), passage(brief)]),
        (CASE, long, brief), (50, 0, 0), strict=True,
    ):  # fmt: skip
        assert len(found.sentences) == len(sentence_spans(text))
        for mark, sentence in zip(found.sentences, sentence_spans(text), strict=True):
            assert at + sentence.start <= mark.span.start < mark.span.end <= at + sentence.end
    assert reader.read(QUESTION, []) == []


def test_a_folder_without_a_model_is_named(tmp_path):
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ReaderError, match="No question-answering model"):
        load_reader(tmp_path)
