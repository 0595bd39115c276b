"""The weights that ship as networks to train further: 8-bit numbers turned back into floats.

Checkpoints are not kept with the project; what ships is. A weight comes back to within half a step of its channel.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from training.export import HALF
from training.features import base_folder
from training.model import ReaderModel, build, like

_PARTS = ("attention.output.dense", "intermediate.dense", "output.dense")  # a layer's products, in the graph's order
_WIDE_PARTS = (*(f"attention.attn.{part}" for part in "qkvo"), *_PARTS[1:])  # where attention is not one product


def load_export(folder: Path) -> ReaderModel:
    """Return the reader whose int8 export lies in `folder`.

    Raises:
        KeyError, ValueError: the graph is not one that `training.export` writes.

    """
    values, state = _read(folder, "encoder.")
    model = like(state, base_folder())
    heads = {v.shape: v for n, v in values.items() if n.startswith("onnx::") and v.dtype == np.float32 and v.ndim != 1}
    whole = [v for n, v in values.items() if n.startswith("onnx::Slice") and v.ndim == 1]
    hidden = whole[0].shape[0] // 2
    state["span.weight"], state["span.bias"] = heads[hidden, 2].T, values["span.bias"]
    state["answerable.weight"] = whole[0][None, :]
    state["answerable.bias"] = heads[()].reshape(1)
    _fill(model, state, folder)
    return model


def load_bert(folder: Path) -> Any:
    """Return the BERT of the encoder whose int8 export lies in `folder`; its errors are those of `load_export`."""
    _, state = _read(folder, "bert.")
    model = build(base_folder(), pretrained=False).encoder
    _fill(model, {name.removeprefix("bert."): value for name, value in state.items()}, folder)
    return model


def _read(folder: Path, prefix: str) -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[np.float32]]]:
    """Return the numbers of an export by their names, and those of its BERT by their names in a network."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(folder / "model.onnx")).graph
    values = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    values |= {
        name.removesuffix(HALF): value.astype(np.float32) for name, value in values.items() if name.endswith(HALF)
    }
    names = {name.removesuffix("_quantized") for name in values}
    own = (n for n in names if n.startswith(prefix) and n.endswith((".weight", ".bias")))
    state = {name: _float(values, name) for name in own}
    products = [n.input[1].removesuffix("_quantized") for n in graph.node if _is_product(n, values)]
    parts = _WIDE_PARTS if f"{prefix}words.weight" in state else _PARTS
    for layer in range(len(products) // len(parts)):
        stem = f"{prefix}encoder.layer.{layer}."
        for part, name in zip(parts, products[layer * len(parts) :], strict=False):
            state[f"{stem}{part}.weight"] = _float(values, name).T
        if parts is _WIDE_PARTS:
            continue
        weights = np.split(_float(values, f"Attention_{layer}_qkv_weight"), 3, axis=1)
        biases = np.split(values[f"Attention_{layer}_qkv_bias"], 3)
        for part, weight, bias in zip(("query", "key", "value"), weights, biases, strict=True):
            state[f"{stem}attention.self.{part}.weight"] = weight.T
            state[f"{stem}attention.self.{part}.bias"] = bias
    return values, state


def _is_product(node: Any, values: dict[str, NDArray[Any]]) -> bool:
    """Say whether a node is a product of a layer, in 8 bits or in floats; the heads' have two numbers a row at most."""
    weights = values.get(node.input[1]) if node.op_type in ("MatMulInteger", "MatMul") else None
    return weights is not None and weights.ndim == 2 and min(weights.shape) > 2  # noqa: PLR2004


def _fill(model: Any, state: dict[str, NDArray[np.float32]], folder: Path) -> None:
    numbers = {name: torch.from_numpy(np.array(value)) for name, value in state.items()}
    missing, unknown = model.load_state_dict(numbers, strict=False)
    if missing or unknown:
        raise ValueError(f"the export in {folder} lacks {missing[:3]} or has {unknown[:3]}")


def _float(values: dict[str, Any], name: str) -> NDArray[np.float32]:
    """Return an initializer as floats, whatever it was quantised by."""
    if name in values:
        return np.asarray(values[name], dtype=np.float32)
    numbers = values[f"{name}_quantized"].astype(np.float32) - values[f"{name}_zero_point"].astype(np.float32)
    return np.asarray(numbers * values[f"{name}_scale"], dtype=np.float32)
