"""Opens every ONNX model, the encoder's and the reader's: on the CPU, quiet, and without a report to anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def open_session(file: Path, threads: int = 0) -> Any:
    """Return an ONNX Runtime session of the model in `file`, on `threads` threads (0: one for each core).

    Raises:
        ValueError: the file is absent, or is no ONNX model.

    """
    import onnxruntime

    if hasattr(onnxruntime, "disable_telemetry_events"):  # beside the variable in config.py, which 1.32 reads first
        onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.x64quantprecision", "1")  # else 8-bit sums overflow where VNNI is lacking
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads leave the cores alone
    try:
        return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # whatever it raises over a file that is no model
        raise ValueError(str(error)) from error
