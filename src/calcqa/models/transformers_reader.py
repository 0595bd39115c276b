"""Any Hugging Face question-answering model as a reader."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from calcqa.errors import ReaderError
from calcqa.models.reader import Calibration, Reading, Scores, readings_of
from calcqa.parameters import OTHERS_SURE, QUESTION_PIECES
from calcqa.types import Passage


class TransformersReader:
    """Reads with a Hugging Face question-answering model in a folder: any that marks a start and an end.

    Its scores are uncalibrated: `answerable` is the model's own odds of its best span against none, which means
    something only for models trained on questions without answers too (SQuAD 2.0), and `exact` its odds of that span
    against quite other ones in the sentence. Opening one takes seconds.
    """

    def __init__(self, folder: Path, window: int = 384, threshold: float = OTHERS_SURE) -> None:
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
        for scores, (question, passage) in zip(scored, pairs, strict=True):
            scores += self._score(question.strip(), passage.text)
        return readings_of([p for _, p in pairs], scored, self.calibration)

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
        scores = []
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
                scores.append(Scores(starts[row, at], ends[row, at], list(places.values()), null))
        return scores
