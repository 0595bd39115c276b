"""Opens the reader that is asked for.

A reader is a folder, named by `calcqa.open(reader=...)` or `CALCQA_READER`, and opened when it first reads. Nothing is
ever fetched: a folder that is not here, or is not what it says, is a ReaderError.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from calcqa.errors import ReaderError
from calcqa.models.onnx_reader import OnnxReader, weights_of
from calcqa.models.reader import Reader, Reading
from calcqa.models.transformers_reader import TransformersReader
from calcqa.types import Passage

SHIPPED = Path(__file__).parents[1] / "weights" / "reader"
"""The folder of the reader that comes with the package."""


class LateReader:
    """The reader in a folder, opened when it first reads: who never asks never waits for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.weights = weights_of(folder) if (folder / "meta.json").is_file() else {}
        self._lock = threading.Lock()
        self._reader: Reader | None = None

    @property
    def threshold(self) -> float:
        """From which `answerable` on a span is shown as the answer by itself."""
        return self._opened().threshold

    @property
    def exact_threshold(self) -> float:
        """From which `exact` on it is, where FAQ entries say that its sentence answers."""
        return self._opened().exact_threshold

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Return one reading for each passage, in their order; raise ReaderError where the reader is damaged."""
        return self._opened().read(question, passages)

    def prepare(self) -> None:
        """Begin to open it beside other work; what is wrong with it shows when it first reads."""
        threading.Thread(target=self._quietly).start()  # waited for at exit: no thread may die inside the model

    def _quietly(self) -> None:
        with contextlib.suppress(ReaderError):
            self._opened()

    def _opened(self) -> Reader:
        with self._lock:
            self._reader = self._reader or load_reader(self.folder)
        return self._reader


def load_reader(folder: str | Path | None = None) -> Reader:
    """Return the reader in `folder`, else the one that `CALCQA_READER` names, else the shipped one.

    Raises:
        ReaderError: there is none in the folder, or it is damaged.

    """
    chosen = reader_folder(folder)
    return OnnxReader(chosen) if (chosen / "meta.json").is_file() else TransformersReader(chosen)


def reader_folder(folder: str | Path | None = None) -> Path:
    """Return the folder that `load_reader` would open.

    Raises:
        ReaderError: no reader lies there.

    """
    chosen = Path(folder or os.environ.get("CALCQA_READER") or SHIPPED).expanduser()
    if not any((chosen / name).is_file() for name in ("meta.json", "config.json")):
        raise ReaderError(
            f"No reader at {chosen}: expected a folder with a meta.json (an export of ours) or a config.json (a "
            "Hugging Face question-answering model). Models are never fetched."
        )
    return chosen
