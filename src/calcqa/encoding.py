"""Text to vectors: the encoder protocol, and its two implementations over one set of weights.

Building uses whichever is at hand; asking uses ONNX Runtime, whose import takes a fraction of a second where
sentence-transformers' takes many. The export is made once from the same weights and cached by their sha256; a test
holds both within 1e-4. Nothing is ever fetched: a model that is not on this machine is an EncoderError.
What a model's folder may hold, `encoder_files.py` says.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from calcqa.encoder_files import check_harmless, weights_folder, weights_sha256
from calcqa.errors import EncoderError
from calcqa.settings import EncoderSettings, cache_dir

Vectors = NDArray[np.float32]

DEFAULT_NAME = "all-MiniLM-L6-v2"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_PROBE = "A nodule was found in the left elbow."
_log = logging.getLogger(__name__)


class Encoder(Protocol):
    """What turns texts into vectors.

    `name` is for people, `sha256` identifies the weights, `dimension` is the length of a vector and `window` the
    longest text in word pieces.
    """

    name: str
    sha256: str
    dimension: int
    window: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors of shape (len(texts), dimension), each of unit length (L2)."""
        ...

    def count(self, text: str) -> int:
        """Return the length of `text` in word pieces, special tokens included."""
        ...

    def vocabulary(self) -> frozenset[str]:
        """Return the tokeniser's whole words, lower-cased: words that are certainly no misspellings."""
        ...


def load_encoder(settings: EncoderSettings | None = None) -> Encoder:
    """Return the encoder for `settings`, exporting it to ONNX first where the cache has no export yet.

    The cached export is found by the weights' sha256, so a question needs neither the original weights nor torch.
    Where an export cannot be made, sentence-transformers itself encodes, and a warning says so.

    Raises:
        EncoderError: the weights are missing, or their sha256 is not the expected one; the folder of another encoder
            than the packaged one was not named, or is not one that is safe to load.

    """
    settings = settings or EncoderSettings()
    expected = settings.sha256 or ("" if settings.model else DEFAULT_SHA256)
    if not settings.model and expected != DEFAULT_SHA256:
        raise EncoderError(
            f"The encoder {settings.name or 'asked for'} (sha256 {expected}) is not the packaged one; name the folder "
            "that holds it with CALCQA_ENCODER or calcqa.open(encoder=…), or build the index again (calcqa build)."
        )
    if expected and (encoder := _cached(expected)):
        return encoder
    folder = weights_folder(settings)
    found = weights_sha256(folder)
    if expected and found != expected:
        raise EncoderError(
            f"The encoder's weights in {folder.name} have sha256 {found[:12]}…, expected {expected[:12]}…; "
            "install the expected model, or rebuild the index with this one (calcqa build)."
        )
    name = settings.model and folder.name or DEFAULT_NAME
    if encoder := _cached(found):
        return encoder
    _log.warning("Preparing the encoder for quick starts, once (about half a minute)…")
    reason = "the export was not usable"
    try:
        export_onnx(folder, name, found)
    except EncoderError:
        raise
    except Exception as error:  # noqa: BLE001 - any failure of the exporter has the same remedy
        reason = f"{type(error).__name__}: {error}"
    if encoder := _cached(found):  # ours, or one that another process has made meanwhile
        return encoder
    _log.warning("Could not prepare the quick encoder (%s); using sentence-transformers, which starts slowly.", reason)
    return SentenceTransformerEncoder(folder, name, found)


def _cached(sha256: str) -> OnnxEncoder | None:
    folder = cache_dir() / f"onnx-{sha256[:16]}"
    try:
        return OnnxEncoder(folder, sha256)
    except (OSError, ValueError, KeyError, TypeError):
        return None


class OnnxEncoder:
    """Encodes with ONNX Runtime from an export that `export_onnx` made."""

    def __init__(self, folder: Path, sha256: str) -> None:
        """Open the export in `folder`.

        Raises:
            OSError, ValueError, KeyError, TypeError: it is absent, damaged, or not of `sha256`.

        """
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        model = folder / "model.onnx"
        if meta["sha256"] != sha256 or model.stat().st_size != meta["bytes"]:
            raise ValueError("the cached export belongs to other weights or is incomplete")
        import onnxruntime
        from tokenizers import Tokenizer

        self.name, self.sha256 = str(meta["name"]), sha256
        self.dimension, self.window = int(meta["dimension"]), int(meta["window"])
        self._pad = int(meta["pad"])
        expected = np.array(meta["probe"], dtype=np.float32)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads leave the cores alone
        try:
            self._tokeniser = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._tokeniser.no_padding()
            self._tokeniser.no_truncation()
            self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
            self._inputs = [i.name for i in self._session.get_inputs()]
            with np.errstate(all="ignore"):
                found = self.encode([_PROBE])[0, : len(expected)]
        except Exception as error:  # whatever either library raises over a damaged file: make it anew
            raise ValueError("the cached export is unreadable") from error
        if not np.allclose(found, expected, rtol=0, atol=1e-4):  # damaged where both could still read it
            raise ValueError("the cached export does not encode as the model it was made from")

    def count(self, text: str) -> int:
        """Return the length of `text` in word pieces, special tokens included."""
        return len(self._tokeniser.encode(text).ids)

    def vocabulary(self) -> frozenset[str]:
        """Return the tokeniser's whole words, lower-cased."""
        return _whole_words(self._tokeniser.get_vocab())

    def encode(self, texts: Sequence[str], batch: int = 32) -> Vectors:
        """Return float32 vectors of shape (len(texts), dimension), each of unit length."""
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        pieces = [self._cut(e.ids) for e in self._tokeniser.encode_batch(list(texts))]
        order = sorted(range(len(texts)), key=lambda i: len(pieces[i]))  # like lengths together: less padding
        for at in range(0, len(order), batch):
            rows = order[at : at + batch]
            width = max(len(pieces[i]) for i in rows)
            ids = np.full((len(rows), width), self._pad, dtype=np.int64)
            mask = np.zeros_like(ids)
            for r, i in enumerate(rows):
                ids[r, : len(pieces[i])] = pieces[i]
                mask[r, : len(pieces[i])] = 1
            feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            out[rows] = self._session.run(None, {k: v for k, v in feed.items() if k in self._inputs})[0]
        return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12), dtype=np.float32)

    def _cut(self, ids: list[int]) -> list[int]:
        # The encoder's own rule for what exceeds its window: keep the head, and the closing special token.
        return ids if len(ids) <= self.window else [*ids[: self.window - 1], ids[-1]]


class SentenceTransformerEncoder:
    """Encodes with sentence-transformers itself: slow to import, and the reference the export is held against."""

    def __init__(self, folder: Path, name: str, sha256: str) -> None:
        self.name, self.sha256 = name, sha256
        self._model = _sentence_transformer(folder)
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
        return _whole_words(self._model.tokenizer.get_vocab())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 vectors of shape (len(texts), dimension), each of unit length."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(
            list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)


def _whole_words(vocabulary: Iterable[str]) -> frozenset[str]:
    return frozenset(w.lower() for w in vocabulary if w.isalpha())


def _sentence_transformer(folder: Path) -> Any:
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


def export_onnx(folder: Path, name: str, sha256: str) -> Path:
    """Export the model in `folder`, pooling and normalisation included, to the cache; return the export's folder.

    The export takes batches of any size and texts up to the model's window; its output has shape (batch, dimension).
    """
    import torch

    model = _sentence_transformer(folder).eval()
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
