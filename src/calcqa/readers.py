"""The readers there are: our own, exported to ONNX and shipped, and any Hugging Face question-answering model.

Both turn a question and passages into logits over word pieces, window by window, and `reading.py` makes readings of
them. A reader is a folder, named by `calcqa.open(reader=...)` or `CALCQA_READER`, and opened when it first reads.
Nothing is ever fetched: a folder that is not here, or is not what it says, is a ReaderError.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from calcqa.domain import Passage
from calcqa.errors import ReaderError
from calcqa.reading import Calibration, Platt, Reader, Reading, Scores, reading
from calcqa.windows import QUESTION_PIECES, Pieces, Window, pad

SHIPPED = Path(__file__).parent / "models" / "reader"
"""The folder of the reader that comes with the package."""

FORMAT = 3
_MOST_THREADS = 4
_ELSEWHERE = b"\n\x08location\x12"  # how ONNX writes the name of such a file
_OUTPUTS = ["start", "end", "piece", "whole"]


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
                    found = hashlib.file_digest(handle, "sha256").hexdigest()
                if found != expected:
                    raise ReaderError(
                        f"The reader in {folder} is damaged: {name} has sha256 {found[:12]}…, expected "
                        f"{expected[:12]}…. Install calcqa again, or export the reader again."
                    )
            self.name, self.sha256 = str(meta["name"]), str(meta["sha256"]["model.onnx"])
            self.calibration = Calibration(**{name: Platt(**p) for name, p in meta["calibration"].items()})
            self.threshold, self.exact_threshold = float(meta["threshold"]), float(meta["exact_threshold"])
            self._pieces = Pieces(folder / "tokenizer.json", int(meta["window"]))
        except ReaderError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the readers of the files raise over a damaged one
            raise ReaderError(f"The reader in {folder} cannot be read ({error}).") from error
        _check_whole(folder / "model.onnx")
        self._session = open_session(folder / "model.onnx")
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
        cut = [self._pieces.windows(*pair) for pair in zip(questions, texts, strict=True)]
        jobs = [(i, w) for i, windows in enumerate(cut) for w in windows if w.offsets]
        jobs.sort(key=lambda job: -len(job[1].ids))  # the longest first, lest one thread be left with it at the end
        scored: list[list[Scores]] = [[] for _ in pairs]
        for (i, _), scores in zip(jobs, self._pool.map(self._run, (w for _, w in jobs)), strict=True):
            scored[i].append(scores)
        return _readings([p for _, p in pairs], scored, self.calibration)

    def _run(self, window: Window) -> Scores:
        outputs = self._session.run(_OUTPUTS, pad([window]))
        start, end, piece, whole = (np.asarray(o[0], dtype=np.float64) for o in outputs)
        text = slice(window.at, window.at + len(window.offsets))
        null = float(start[0] + end[0])
        return Scores(start[text], end[text], window.offsets, null, piece[text], float(whole))


class TransformersReader:
    """Reads with a Hugging Face question-answering model in a folder: any that marks a start and an end.

    Its scores are uncalibrated: `answerable` is the model's own odds of its best span against none, which means
    something only for models trained on questions without answers too (SQuAD 2.0), and `exact` its odds of that span
    against quite other ones in the sentence. Opening one takes seconds.
    """

    def __init__(self, folder: Path, window: int = 384, threshold: float = 0.9) -> None:
        """Open the model in `folder`.

        Raises:
            ReaderError: the folder holds no such model, its tokeniser is not a fast one, or its weights are a pickle
            (which may run code) and not model.safetensors.

        """
        import torch
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        self._torch, self._lock = torch, threading.Lock()
        local = {"local_files_only": True, "trust_remote_code": False}
        if (folder / "adapter_config.json").exists():
            raise ReaderError(f"The model in {folder} is an adapter, which names another model; merge them first.")
        try:
            self._tokeniser: Any = AutoTokenizer.from_pretrained(str(folder), **local)
            model, loading = AutoModelForQuestionAnswering.from_pretrained(
                str(folder), output_loading_info=True, use_safetensors=True, **local
            )
        except Exception as error:  # noqa: BLE001 - whatever the libraries raise over a folder that holds something else
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise ReaderError(f"No question-answering model in {folder} ({reason}).") from error
        if loading["missing_keys"]:  # transformers would make them up, and mark spans at random
            raise ReaderError(f"The model in {folder} was not trained to answer questions: it lacks that head.")
        if not self._tokeniser.is_fast:
            raise ReaderError(f"The model in {folder} has no fast tokeniser, which alone knows offsets.")
        self._model: Any = model.eval()
        self.name, self.calibration = folder.name, Calibration()
        self.threshold = self.exact_threshold = threshold
        self._window = min(
            window, self._tokeniser.model_max_length, getattr(model.config, "max_position_embeddings", window)
        )
        self._none = self._tokeniser.cls_token_id  # where "no answer" is pointed at
        try:
            self._score("Which?", "This.")
        except Exception as error:  # noqa: BLE001 - there are models of this kind that mark no start and end
            raise ReaderError(f"The model in {folder} does not mark where an answer starts and ends.") from error

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Return one reading for each passage, in their order."""
        return self.read_many([(question, p) for p in passages])

    def read_many(self, pairs: Sequence[tuple[str, Passage]]) -> list[Reading]:
        """Return one reading for each pair of question and passage."""
        scored: list[list[Scores]] = [[] for _ in pairs]
        for found, (question, passage) in zip(scored, pairs, strict=True):
            found += self._score(question.strip(), passage.text)
        return _readings([p for _, p in pairs], scored, self.calibration)

    def _score(self, question: str, text: str) -> list[Scores]:
        """Return the scores of each window."""
        with self._lock:  # a fast tokeniser keeps its settings in itself
            most = min(QUESTION_PIECES, self._window // 3)  # or a long question would leave no room for the text
            pieces = self._tokeniser(question, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
            question = question[: pieces[:most][-1][1]] if pieces else question
            batch = self._tokeniser(
                question, text, truncation="only_second", max_length=self._window, stride=self._window // 4,
                return_overflowing_tokens=True, return_offsets_mapping=True, padding=True, return_tensors="pt",
            )  # fmt: skip
        offsets = batch.pop("offset_mapping")
        batch.pop("overflow_to_sample_mapping")
        with self._torch.no_grad():
            output = self._model(**batch)
        starts = output.start_logits.double().numpy()
        ends = output.end_logits.double().numpy()
        found = []
        for row in range(len(starts)):
            places = {}
            for i in (i for i, s in enumerate(batch.sequence_ids(row)) if s == 1):
                a, b = (int(x) for x in offsets[row][i])
                while a < b and text[a].isspace():  # some tokenisers give a word the space before it
                    a += 1
                if a < b:
                    places[i] = a, b
            if at := list(places):
                none = batch["input_ids"][row].tolist().index(self._none)
                null = float(starts[row, none] + ends[row, none])
                found.append(Scores(starts[row, at], ends[row, at], list(places.values()), null))
        return found


class LateReader:
    """The reader in a folder, opened when it first reads: who never asks never waits for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._reader: Reader | None = None

    @property
    def threshold(self) -> float:
        """From which `answerable` on a span is shown as the answer by itself."""
        return self._opened().threshold

    @property
    def exact_threshold(self) -> float:
        """From which `exact` on it is, where questions asked ahead say that its sentence answers."""
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
    found = reader_folder(folder)
    return OnnxReader(found) if (found / "meta.json").is_file() else TransformersReader(found)


def reader_folder(folder: str | Path | None = None) -> Path:
    """Return the folder that `load_reader` would open.

    Raises:
        ReaderError: no reader lies there.

    """
    found = Path(folder or os.environ.get("CALCQA_READER") or SHIPPED).expanduser()
    if not any((found / name).is_file() for name in ("meta.json", "config.json")):
        raise ReaderError(
            f"No reader at {found}: expected a folder with a meta.json (an export of ours) or a config.json (a Hugging "
            "Face question-answering model). Models are never fetched."
        )
    return found


def open_session(file: Path, threads: int = 1) -> Any:
    """Open an ONNX model; raise ReaderError where it is none."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.x64quantprecision", "1")  # else 8-bit sums overflow where VNNI is lacking
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads leave the cores alone
    try:
        return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # whatever it raises over a file that is no model
        raise ReaderError(f"The reader in {file.parent} cannot be opened ({error}).") from error


def _check_whole(file: Path) -> None:
    """Raise ReaderError where an ONNX model keeps its numbers in other files: it may name any on the machine."""
    if _ELSEWHERE in file.read_bytes():
        raise ReaderError(f"The reader in {file.parent} names files outside its model. Export it again.")


def _readings(
    passages: Sequence[Passage], scored: Sequence[Sequence[Scores]], calibration: Calibration
) -> list[Reading]:
    pairs = zip(passages, scored, strict=True)
    return [reading(p, s, calibration) if s else Reading(p.id, None, 0.0) for p, s in pairs]
