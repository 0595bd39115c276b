"""The reader trained here, run by ONNX Runtime."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from calcqa.errors import ReaderError
from calcqa.models.reader import Calibration, Platt, Reading, Scores, readings_of
from calcqa.models.sessions import open_session
from calcqa.models.windows import Pieces, Window, pad
from calcqa.parameters import DEFAULTS
from calcqa.types import Passage

FORMAT = 3

_MOST_THREADS = 4

_ELSEWHERE = b"\n\x08location\x12"  # how ONNX writes the name of such a file

_OUTPUTS = ["start", "end", "piece", "whole"]


def weights_of(folder: Path) -> dict[str, Any]:
    """Return the weights of a decision that were fitted beside the reader in `folder`, where it brings any.

    Raises:
        ReaderError: its meta.json cannot be read, or its weights cannot be used.

    """
    try:
        return _own_weights(json.loads((folder / "meta.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ReaderError(f"The reader in {folder} cannot be read ({error}).") from error


def _own_weights(meta: Any) -> dict[str, Any]:
    own = dict(meta.get("weights", {}))
    DEFAULTS.of_reader(own)
    return own


class OnnxReader:
    """Reads with an ONNX export of a reader trained here (see training/README.md); its thresholds came with it.

    Windows are read one by one, each on a thread: batches are slower on a CPU, and int8 scores would depend on what
    else is in them.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        """Open the export in `folder`, to be read on `threads` threads (by default one for each core, at most 4).

        Raises:
            ReaderError: a file is missing or damaged, or of another format.

        """
        try:
            meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
            if meta["format"] != FORMAT:
                raise ReaderError(
                    f"The reader in {folder} is of format {meta['format']}, expected {FORMAT}: export it again."
                )
            for name in ("model.onnx", "tokenizer.json"):
                expected = meta["sha256"][name]
                with (folder / name).open("rb") as handle:
                    digest = hashlib.file_digest(handle, "sha256").hexdigest()
                if digest != expected:
                    raise ReaderError(
                        f"The reader in {folder} is damaged: {name} has sha256 {digest[:12]}…, expected "
                        f"{expected[:12]}…. Install calcqa again, or export the reader again."
                    )
            self.name, self.sha256 = str(meta["name"]), str(meta["sha256"]["model.onnx"])
            self.calibration = Calibration(**{name: Platt(**p) for name, p in meta["calibration"].items()})
            self.threshold, self.exact_threshold = float(meta["threshold"]), float(meta["exact_threshold"])
            self.weights = _own_weights(meta)
            self._reads_headings = bool(meta.get("headings"))
            self._pieces = Pieces(folder / "tokenizer.json", int(meta["window"]), headings=self._reads_headings)
        except ReaderError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the readers of the files raise over a damaged one
            raise ReaderError(f"The reader in {folder} cannot be read ({error}).") from error
        _check_whole(folder / "model.onnx")
        try:
            self._session = open_session(folder / "model.onnx", threads=1)
        except ValueError as error:
            raise ReaderError(f"The reader in {folder} cannot be opened ({error}).") from error
        if [o.name for o in self._session.get_outputs()] != _OUTPUTS:
            raise ReaderError(f"The reader in {folder} does not give {', '.join(_OUTPUTS)}. Export it again.")
        self._pool = ThreadPoolExecutor(threads or min(_MOST_THREADS, os.cpu_count() or 1), "calcqa-reader")

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Return one reading for each passage, in their order."""
        return self.read_many([(question, p) for p in passages])

    def read_many(self, pairs: Sequence[tuple[str, Passage]]) -> list[Reading]:
        """Return one reading for each pair of question and passage, in their order."""
        questions = self._pieces.encode([q.strip() for q, _ in pairs])
        texts = self._pieces.encode([p.text for _, p in pairs])
        leads = self._pieces.encode([". ".join(p.headings) if self._reads_headings else "" for _, p in pairs])
        cut = [self._pieces.windows(*parts) for parts in zip(questions, texts, leads, strict=True)]
        jobs = [(i, w) for i, windows in enumerate(cut) for w in windows if w.offsets]
        jobs.sort(key=lambda job: -len(job[1].ids))  # the longest first, lest one thread be left with it at the end
        scored: list[list[Scores]] = [[] for _ in pairs]
        for (i, _), scores in zip(jobs, self._pool.map(self._run, (w for _, w in jobs)), strict=True):
            scored[i].append(scores)
        return readings_of([p for _, p in pairs], scored, self.calibration)

    def _run(self, window: Window) -> Scores:
        outputs = self._session.run(_OUTPUTS, pad([window]))
        start, end, piece, whole = (np.asarray(o[0], dtype=np.float64) for o in outputs)
        text = slice(window.at, window.at + len(window.offsets))
        null = float(start[0] + end[0])
        return Scores(start[text], end[text], window.offsets, null, piece[text], float(whole))


def _check_whole(file: Path) -> None:
    """Raise ReaderError where an ONNX model keeps its numbers in other files: it may name any on the machine."""
    if _ELSEWHERE in file.read_bytes():
        raise ReaderError(f"The reader in {file.parent} names files outside its model. Export it again.")
