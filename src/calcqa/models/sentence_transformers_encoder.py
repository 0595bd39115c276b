"""The encoder that runs in sentence-transformers: slow to import, and the reference for the export."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from calcqa.errors import EncoderError
from calcqa.models.encoder import Vectors, whole_words
from calcqa.models.encoder_files import check_harmless


class SentenceTransformerEncoder:
    """Encodes with sentence-transformers itself: slow to import, and the reference the export is held against."""

    def __init__(self, folder: Path, name: str, sha256: str) -> None:
        self.name, self.sha256 = name, sha256
        self._model = load_sentence_transformer(folder)
        try:
            self.dimension = int(self._model.encode(["a"], show_progress_bar=False).shape[1])
        except Exception as error:  # modules that do not fit together
            raise EncoderError(f"The model in {folder} does not encode ({error}).") from error
        self.window = int(self._model.max_seq_length or 512)

    def count(self, text: str) -> int:
        """Return the length of `text` in word pieces, special tokens included."""
        return len(self._model.tokenizer(text, truncation=False, verbose=False)["input_ids"])

    def vocabulary(self) -> frozenset[str]:
        """Return the tokeniser's whole words, lower-cased."""
        return whole_words(self._model.tokenizer.get_vocab())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors of shape (len(texts), dimension), each of unit length."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(
            list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)


def load_sentence_transformer(folder: Path) -> Any:
    """Return the sentence-transformers model in `folder`; EncoderError where it is none, or not safe to load."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    check_harmless(folder)
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except Exception as error:  # whatever the libraries raise over a folder that holds something else
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise EncoderError(f"The model in {folder} cannot be loaded ({reason}).") from error
