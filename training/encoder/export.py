"""Writes the encoder for the package, and as a sentence-transformers folder.

    python -m training.encoder.export onnx --model runs/encoder/model --out src/calcqa/weights/encoder
    python -m training.encoder.export sentence-transformers --out FOLDER

The first takes a model that was trained and writes ONNX int8 (or, with --half, float16) with its tokeniser; the second
takes what ships, and writes what sentence-transformers opens, in floats.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from calcqa.models.load_encoder import SHIPPED
from calcqa.models.onnx_encoder import OnnxEncoder
from training.encoder.model import EncoderModel
from training.export import quantise, write_onnx
from training.features import base_folder
from training.from_export import load_bert
from training.telling import tell

_WINDOW = 256
_PROBE = "A nodule was found in the left elbow."
_TEXTS = (_PROBE, "pts age + sex?", "The patient was seen again after six weeks, and felt well. " * 9)


class _Pooled(nn.Module):
    """A BERT whose output is the mean of its last states."""

    def __init__(self, bert: Any) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        states = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.to(states.dtype).unsqueeze(-1)
        pooled: Tensor = (states * mask).sum(1) / mask.sum(1)
        return pooled


def to_onnx(model: EncoderModel, file: Path) -> None:
    """Write the encoder as ONNX, in the numbers that it has."""
    sample = model.tokens(["one short question", "another"])
    write_onnx(_Pooled(model.bert), model.bert, sample, {"sentence_embedding": {0: "batch"}}, file)


def export(source: Path, out: Path, name: str, *, half: bool = False) -> dict[str, Any]:
    """Write the export of the model in `source` into `out`, and return its meta data."""
    model = EncoderModel(source)
    work = Path(tempfile.mkdtemp(prefix=".encoder-", dir=out.parent))
    try:
        plain, file = work / "plain.onnx", work / "model.onnx"
        to_onnx(model, plain)
        if half:
            _halve(plain, file)
        else:
            quantise(plain, file)
        plain.unlink()
        model.tokeniser.backend_tokenizer.no_padding()
        model.tokeniser.backend_tokenizer.no_truncation()
        model.tokeniser.backend_tokenizer.save(str(work / "tokenizer.json"))
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        meta: dict[str, Any] = {
            "name": name,
            "sha256": digest,
            "dimension": int(model.bert.config.hidden_size),
            "window": _WINDOW,
            "pad": int(model.tokeniser.pad_token_id),
            "bytes": file.stat().st_size,
            "alone": not half,  # each text is encoded by itself: 8-bit sums depend on what else is in a batch
            "probe": [0.0] * 8,
        }
        (work / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
        vectors = OnnxEncoder(work, digest, probed=False).encode(list(_TEXTS))
        with torch.no_grad():
            exact = torch.cat([model(model.tokens([text], _WINDOW))[0] for text in _TEXTS]).numpy()
        meta["probe"] = [round(float(x), 6) for x in vectors[0][:8]]
        meta["cosine_to_checkpoint"] = round(float(np.min((vectors * exact).sum(axis=1))), 5)
        (work / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
        out.mkdir(exist_ok=True)
        for part in ("model.onnx", "tokenizer.json", "meta.json"):
            (work / part).replace(out / part)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return meta


def _halve(source: Path, target: Path) -> None:
    import onnx
    from onnxruntime.transformers.float16 import convert_float_to_float16

    onnx.save(convert_float_to_float16(onnx.load(str(source)), keep_io_types=True), str(target))


def to_sentence_transformers(shipped: Path, out: Path) -> None:
    """Write the encoder that ships as a folder that sentence-transformers opens."""
    shutil.copytree(base_folder(), out)
    load_bert(shipped).save_pretrained(out)


def main() -> None:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("onnx", "sentence-transformers"))
    parser.add_argument("--model", type=Path)
    parser.add_argument("--name", default="calcqa-encoder")
    parser.add_argument("--half", action="store_true", help="float16 instead of int8")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    if given.what == "onnx":
        tell(json.dumps(export(given.model, given.out, given.name, half=given.half), indent=1))
    else:
        to_sentence_transformers(SHIPPED, given.out)


if __name__ == "__main__":
    main()
