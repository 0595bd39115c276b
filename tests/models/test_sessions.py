"""Every ONNX model is opened in one place, which turns reports off and says what is no model."""

import re

import onnx
import onnxruntime
import pytest
from onnx import helper

from calcqa.models.sessions import open_session
from helpers.paths import REPO, SOURCE


@pytest.fixture
def doubling(tmp_path):
    """The file of a model that adds what it is given to itself."""
    given, made = (helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, [2]) for n in ("given", "made"))
    graph = helper.make_graph([helper.make_node("Add", ["given", "given"], ["made"])], "doubling", [given], [made])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(tmp_path / "doubling.onnx"))
    return tmp_path / "doubling.onnx"


def test_a_model_runs_quietly_and_leaves_idle_cores_alone(doubling):
    session = open_session(doubling, threads=3)
    assert session.run(None, {"given": [1.0, 2.0]})[0].tolist() == [2.0, 4.0]
    options = session.get_session_options()
    assert options.intra_op_num_threads == 3 and options.log_severity_level == 3
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
    assert session.get_providers() == ["CPUExecutionProvider"]


def test_reports_are_turned_off_before_a_model_is_opened(doubling, monkeypatch):
    called = []
    monkeypatch.setattr(onnxruntime, "disable_telemetry_events", lambda: called.append("off"))
    monkeypatch.setattr(onnxruntime, "InferenceSession", lambda *given, **named: called.append("opened"))
    open_session(doubling)
    assert called == ["off", "opened"]


def test_a_library_without_reports_is_fine(doubling, monkeypatch):
    monkeypatch.delattr(onnxruntime, "disable_telemetry_events")
    assert open_session(doubling).get_inputs()[0].name == "given"


@pytest.mark.parametrize("content", [None, b"", b"no model"], ids=["absent", "empty", "garbage"])
def test_what_is_no_model_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / "model.onnx").write_bytes(content)
    with pytest.raises(ValueError, match=r"model\.onnx"):
        open_session(tmp_path / "model.onnx")


def test_no_other_place_opens_a_session():
    files = [*SOURCE.rglob("*.py"), *(REPO / "training").rglob("*.py")]
    opening = [p.name for p in files if re.search(r"\bInferenceSession\(", p.read_text(encoding="utf-8"))]
    assert opening == ["sessions.py"]
