"""One way to score windows, whether the reader is a training checkpoint (torch) or an export (ONNX Runtime).

Does: opens either and turns windows into numpy logits. Does not: decode or measure (evaluate.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from calcqa.models.sessions import open_session
from calcqa.models.windows import Floats, Pieces, Window, pad
from training.features import base_folder, tensors
from training.model import ReaderModel, like

Logits = tuple[Floats, Floats, Floats, Floats]


class Scorer(Protocol):
    """Scores windows: start logits, end logits and evidence by position, and [CLS]'s part of the evidence."""

    def __call__(self, windows: Sequence[Window]) -> Logits:
        """Return three arrays of shape (windows, pieces), and one of shape (windows,)."""
        ...


class TorchScorer:
    """Scores with a model in memory, which it puts into evaluation and back into the mode it was in."""

    def __init__(self, model: ReaderModel, device: str = "cpu") -> None:
        self.model, self.device = model, device

    def __call__(self, windows: Sequence[Window]) -> Logits:
        """Return the logits of the windows."""
        import torch

        mode = self.model.training
        self.model.eval()
        with torch.no_grad():
            outputs = self.model(**{name: t.to(self.device) for name, t in tensors(windows).items()})
        self.model.train(mode)
        start, end, piece, whole = (o.float().cpu().numpy().astype(np.float64) for o in outputs)
        return start, end, piece, whole


class OnnxScorer:
    """Scores with an exported model.onnx, window by window as the reader that ships does."""

    def __init__(self, file: Path, threads: int = 1) -> None:
        self._session = open_session(file, threads)

    def __call__(self, windows: Sequence[Window]) -> Logits:
        """Return the logits of the windows."""
        shape = len(windows), max(len(w.ids) for w in windows)
        start, end, piece = (np.zeros(shape) for _ in range(3))
        whole = np.zeros(len(windows))
        for row, window in enumerate(windows):
            at = slice(len(window.ids))
            start[row, at], end[row, at], piece[row, at], whole[row] = (
                o[0] for o in self._session.run(None, dict(pad([window])))
            )
        return start, end, piece, whole


def load_checkpoint(run: Path, device: str = "cpu") -> tuple[ReaderModel, dict[str, Any]]:
    """Return the model of a run, averaged over steps where the run keeps such an average, and the run's settings."""
    import torch

    state = torch.load(run / "checkpoint.pt", map_location="cpu", weights_only=True)
    weights = state["average"] or state["model"]
    model = like(weights, base_folder())
    model.load_state_dict(weights)
    return model.to(device).eval(), dict(state["settings"])


def open_scorer(folder: Path, threads: int = 1, device: str = "cpu") -> tuple[Scorer, Pieces]:
    """Open what lies in `folder`: an export (meta.json beside model.onnx) or a run (checkpoint.pt)."""
    if (folder / "model.onnx").is_file():
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        return OnnxScorer(folder / "model.onnx", threads), Pieces(folder / "tokenizer.json", int(meta["window"]))
    import torch

    torch.set_num_threads(threads)
    model, settings = load_checkpoint(folder, device)
    return TorchScorer(model, device), Pieces(base_folder() / "tokenizer.json", int(settings["pieces"]))
