"""The encoder that runs in ONNX Runtime, and the export it opens.

That of the default comes with the package, in 8 bits (`training/encoder/export.py`). Of another it is made once from
the original weights and cached by their sha256; a test holds both within 1e-4.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from calcqa.config import cache_dir
from calcqa.models.encoder import Vectors, whole_words
from calcqa.models.sentence_transformers_encoder import load_sentence_transformer
from calcqa.models.sessions import open_session

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")

_BATCH = 4  # texts that run together

_ALIKE = 1e-4  # of the probe's vector here and where the export was made
_ALIKE_8_BIT = 0.02  # the same of an export in 8 bits, whose sums processors round differently

_PROBE = "A nodule was found in the left elbow."


class OnnxEncoder:
    """Encodes with ONNX Runtime from an export: the shipped one, or one that `export_onnx` made.

    Small batches run side by side, each on one thread: they pad less than large ones, wait for nobody, and give the
    same vectors on any number of cores.
    """

    def __init__(self, folder: Path, sha256: str, *, probed: bool = True) -> None:
        """Open the export in `folder`; whether it encodes as it should is not tried where it is not `probed`.

        Raises:
            OSError, ValueError, KeyError, TypeError: it is absent, damaged, or not of `sha256`.

        """
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        model = folder / "model.onnx"
        if meta["sha256"] != sha256 or model.stat().st_size != meta["bytes"]:
            raise ValueError("the export belongs to other weights or is incomplete")
        from tokenizers import Tokenizer

        self.name, self.sha256 = str(meta["name"]), sha256
        self.dimension, self.window = int(meta["dimension"]), int(meta["window"])
        self._pad = int(meta["pad"])
        # 8-bit sums depend on what else is in a batch, so such an export encodes each text by itself.
        self._batch = 1 if meta.get("alone") else _BATCH
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, "calcqa-encoder")
        expected = np.array(meta["probe"], dtype=np.float32)
        try:
            self._tokeniser = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._tokeniser.no_padding()
            self._tokeniser.no_truncation()
            self._session = open_session(model, threads=1)
            self._inputs = [i.name for i in self._session.get_inputs()]
            with np.errstate(all="ignore"):
                vector = self.encode([_PROBE])[0, : len(expected)]
        except Exception as error:  # whatever either library raises over a damaged file
            raise ValueError("the export is unreadable") from error
        alike = _ALIKE_8_BIT if meta.get("alone") else _ALIKE
        if probed and not np.allclose(vector, expected, rtol=0, atol=alike):  # damaged where both could still read it
            raise ValueError("the export does not encode as the model it was made from")

    def count(self, text: str) -> int:
        """Return the length of `text` in word pieces, special tokens included."""
        return len(self._tokeniser.encode(text).ids)

    def vocabulary(self) -> frozenset[str]:
        """Return the tokeniser's whole words, lower-cased."""
        return whole_words(self._tokeniser.get_vocab())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors of shape (len(texts), dimension), each of unit length."""
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        pieces = [self._cut(e.ids) for e in self._tokeniser.encode_batch(list(texts))]
        order = sorted(range(len(texts)), key=lambda i: -len(pieces[i]))  # like lengths together: less padding
        batches = [order[at : at + self._batch] for at in range(0, len(order), self._batch)]
        run = map if len(batches) == 1 else self._pool.map
        for rows, vectors in zip(batches, run(self._run, ([pieces[i] for i in rows] for rows in batches)), strict=True):
            out[rows] = vectors
        return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12), dtype=np.float32)

    def _run(self, texts: Sequence[Sequence[int]]) -> Vectors:
        """Return the vectors of one batch of texts, given in word pieces."""
        ids = np.full((len(texts), max(map(len, texts))), self._pad, dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, pieces in enumerate(texts):
            ids[row, : len(pieces)] = pieces
            mask[row, : len(pieces)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        return np.asarray(self._session.run(None, {k: v for k, v in feed.items() if k in self._inputs})[0])

    def _cut(self, ids: list[int]) -> list[int]:
        # The encoder's own rule for what exceeds its window: keep the head, and the closing special token.
        return ids if len(ids) <= self.window else [*ids[: self.window - 1], ids[-1]]


def export_onnx(folder: Path, name: str, sha256: str) -> Path:
    """Export the model in `folder`, pooling and normalisation included, to the cache; return the export's folder.

    The export takes batches of any size and texts up to the model's window; its output has shape (batch, dimension).
    """
    import torch

    model = load_sentence_transformer(folder).eval()
    if not getattr(model.tokenizer, "is_fast", False):
        raise RuntimeError("the model has no fast tokeniser")
    sample = model.tokenizer(["one short question", "another"], padding=True, return_tensors="pt")
    names = [n for n in _INPUTS if n in sample]

    class Pipeline(torch.nn.Module):
        def forward(self, *tensors: Any) -> Any:
            return model(dict(zip(names, tensors, strict=True)))["sentence_embedding"]

        def __init__(self) -> None:
            super().__init__()
            self.model = model

    target = cache_dir() / f"onnx-{sha256[:16]}"
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".onnx-", dir=target.parent))
    try:
        axes = {0: torch.export.Dim("batch", min=1, max=65536), 1: torch.export.Dim("pieces", min=2, max=8192)}
        with torch.no_grad(), quiet():
            torch.onnx.export(
                Pipeline(),
                tuple(sample[n] for n in names),
                str(work / "model.onnx"),
                input_names=names,
                output_names=["sentence_embedding"],
                dynamic_shapes={"tensors": tuple(axes for _ in names)},
                dynamo=True,
                external_data=False,
                verbose=False,
            )
        model.tokenizer.backend_tokenizer.save(str(work / "tokenizer.json"))
        probe = model.encode([_PROBE], normalize_embeddings=True, show_progress_bar=False)[0]
        meta = {
            "name": name,
            "sha256": sha256,
            "dimension": len(probe),
            "window": int(model.max_seq_length or 512),
            "pad": int(model.tokenizer.pad_token_id or 0),
            "bytes": (work / "model.onnx").stat().st_size,
            "probe": [float(x) for x in probe[:8]],
        }
        (work / "meta.json").write_text(json.dumps(meta, indent=1), encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


class quiet:
    """Keeps the exporter's progress and advice, which no user can act on, off the terminal."""

    def __enter__(self) -> None:
        import contextlib
        import io
        import warnings

        self._stack = contextlib.ExitStack()
        self._stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        self._stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        self._stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        self._level = logging.root.manager.disable
        logging.disable(logging.ERROR)

    def __exit__(self, *exception: object) -> None:
        logging.disable(self._level)
        self._stack.close()
