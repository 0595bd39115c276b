"""calcqa's reader as transformers loads one, so that Haystack's extractive reader can read with the same weights.

Takes the weights of 8 and 16 bits out of the shipped `model.onnx`, as the numbers they stand for, and writes them
beside the encoder's configuration and tokeniser as a BERT with a span head. The head that scores a sentence is left
out, which no such reader has, and activations are not quantised, as the shipped reader does on the fly.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calcqa.models.load_reader import reader_folder

Arrays = dict[str, NDArray[Any]]

_EMBEDDINGS = ("word_embeddings.weight", "position_embeddings.weight", "token_type_embeddings.weight")
_NORMS = ("LayerNorm.weight", "LayerNorm.bias")
_DENSE = ("attention.output.dense", "intermediate.dense", "output.dense")
_KEPT = (
    "attention.output.dense.bias",
    "attention.output.LayerNorm.weight",
    "attention.output.LayerNorm.bias",
    "intermediate.dense.bias",
    "output.dense.bias",
    "output.LayerNorm.weight",
    "output.LayerNorm.bias",
)


def shipped(encoder: Path, target: Path) -> str:
    """Return a folder with the shipped reader for transformers; the shipped one itself where it cannot be converted."""
    folder = reader_folder("")
    try:
        return str(convert(folder, encoder, target))
    except (ImportError, OSError, KeyError, ValueError) as error:
        sys.stderr.write(f"The reader stays as it is shipped: {error}\n")
        return str(folder)


def convert(reader: Path, encoder: Path, target: Path) -> Path:
    """Write the reader in `reader` (a folder with model.onnx) into `target` for transformers; return `target`.

    `encoder` is the folder of the encoder it was trained from, whose configuration and tokeniser it shares.

    Raises:
        KeyError, ValueError: the graph is not that of a shipped reader.

    """
    from safetensors.numpy import save_file

    config = json.loads((encoder / "config.json").read_text(encoding="utf-8"))
    target.mkdir(parents=True, exist_ok=True)
    tensors = weights(_initializers(reader / "model.onnx"), int(config["num_hidden_layers"]))
    save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, target / "model.safetensors", {"format": "pt"})
    config["architectures"] = ["BertForQuestionAnswering"]
    (target / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"):
        if (encoder / name).is_file():
            shutil.copyfile(encoder / name, target / name)
    return target


def weights(held: Arrays, layers: int) -> Arrays:
    """Return the arrays of the shipped graph under the names of transformers' BERT for question answering, float32."""

    def numbers(name: str) -> NDArray[Any]:
        if f"{name}_half" in held:  # a product that is not in 8 bits
            return held[f"{name}_half"].astype(np.float32)
        scale, zero = held[f"{name}_scale"], held[f"{name}_zero_point"]
        return np.asarray((held[f"{name}_quantized"].astype(np.float32) - zero.astype(np.float32)) * scale, np.float32)

    # The exporter numbers the matrices it could not name, in the order in which they are multiplied.
    unnamed = sorted(
        (int(m[2]), m[1]) for name in held if (m := re.fullmatch(r"(onnx::MatMul_(\d+))_(?:quantized|half)", name))
    )
    if len(unnamed) != len(_DENSE) * layers:
        raise ValueError(f"the graph has {len(unnamed)} unnamed matrices, not {len(_DENSE) * layers}")
    found: Arrays = {f"bert.embeddings.{n}": numbers(f"encoder.embeddings.{n}") for n in (*_EMBEDDINGS, *_NORMS)}
    for layer in range(layers):
        at = f"bert.encoder.layer.{layer}"
        heads = np.split(numbers(f"Attention_{layer}_qkv_weight"), 3, axis=1)
        biases = np.split(held[f"Attention_{layer}_qkv_bias"], 3)
        for name, matrix, bias in zip(("query", "key", "value"), heads, biases, strict=True):
            found[f"{at}.attention.self.{name}.weight"], found[f"{at}.attention.self.{name}.bias"] = matrix.T, bias
        for name, (_, matrix_name) in zip(_DENSE, unnamed[layer * len(_DENSE) :], strict=False):
            found[f"{at}.{name}.weight"] = numbers(matrix_name).T
        found |= {f"{at}.{n}": held[f"encoder.encoder.layer.{layer}.{n}"] for n in _KEPT}
    (span,) = (a for name, a in held.items() if name.startswith("onnx::MatMul_") and a.shape[-1:] == (2,))
    return found | {"qa_outputs.weight": span.T, "qa_outputs.bias": held["span.bias"]}


def _initializers(file: Path) -> Arrays:
    import onnx
    from onnx import numpy_helper

    return {i.name: numpy_helper.to_array(i) for i in onnx.load(str(file)).graph.initializer}
