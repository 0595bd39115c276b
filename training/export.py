"""Exports a trained reader: model.onnx, tokenizer.json and meta.json in one folder.

    python -m training.export --run runs/NAME --out FOLDER [--fp32]

Does: exports to ONNX with any batch and any length up to the window, quantises embeddings and matrix products to 8 bits
(weights by channel, activations on the fly) but three, without which least is lost, and checks that the export answers
as the checkpoint does. `--fp32` leaves the numbers as they are, to measure what quantising costs. Does not: calibrate.
Until `training.calibrate` has written what its logits are worth into meta.json, an export shows no words by themselves.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from calcqa.models.onnx_encoder import quiet
from calcqa.models.onnx_reader import FORMAT
from calcqa.models.windows import Pieces, pad
from training.features import base_folder, tensors
from training.model import ReaderModel
from training.scoring import OnnxScorer, TorchScorer, load_checkpoint
from training.wide import WideEncoder

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("start", "end", "piece", "whole")
OPSET = 17
_SMALL = 2_000  # numbers of a table that is not worth fewer bits
_EXACT = ("layer.0/intermediate/", "layer.0/output/", "layer.1/output/")
"""Products of the small network that stay in floats: of three, those by which most of the loss goes (`NOTES.md`)."""
HALF = "_half"
"""What is behind the name of a product's weights that lie in 16 bits."""
_QUESTION = "Which elbow had a nodule?"
_PROBES = ("A nodule was found in the left elbow.", "The patient was seen again after six weeks, and felt well. " * 4)


def to_onnx(model: ReaderModel, pieces: Pieces, file: Path) -> None:
    """Write the reader as ONNX, in the numbers that it has."""
    question = pieces.encode([_QUESTION])[0]
    sample = tensors([pieces.windows(question, text)[0] for text in pieces.encode(_PROBES)])
    axes = {name: {0: "batch", 1: "pieces"} for name in OUTPUTS[:3]} | {OUTPUTS[3]: {0: "batch"}}
    write_onnx(model, model.encoder, sample, axes, file)


def write_onnx(
    network: nn.Module, bert: Any, sample: Mapping[str, Tensor], outputs: Mapping[str, dict[int, str]], file: Path
) -> None:
    """Write a network over `bert` as ONNX, attention and its neighbours fused for ONNX Runtime.

    `sample` holds the inputs, `outputs` the axes of each output that may have any length. The fusions know the graph of
    torch's older exporter with plain attention, and make reading half as fast again.
    """
    from onnxruntime.transformers.optimizer import optimize_model

    if hasattr(bert, "set_attn_implementation"):
        bert.set_attn_implementation("eager")
    axes = {name: {0: "batch", 1: "pieces"} for name in INPUTS} | dict(outputs)
    with torch.no_grad(), quiet():
        torch.onnx.export(
            network.eval(),
            tuple(sample[name] for name in INPUTS),
            str(file),
            input_names=list(INPUTS),
            output_names=list(outputs),
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
        heads, width = bert.config.num_attention_heads, bert.config.hidden_size
        optimize_model(str(file), "bert", num_heads=heads, hidden_size=width, opt_level=0).save_model_to_file(str(file))


def quantise(source: Path, target: Path, exact: Sequence[str] = ()) -> None:
    """Write the model with 8-bit matrix products and embeddings.

    Heads and small tables stay as they are. Products whose names hold one of `exact` are those of floats: their weights
    lie in 16 bits and are widened when the file is opened.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    graph = onnx.load(str(source)).graph
    narrow = {i.name for i in graph.initializer if len(i.dims) == 1 or (len(i.dims) == 2 and i.dims[1] <= 2)}
    small = {i.name for i in graph.initializer if len(i.dims) == 2 and i.dims[0] * i.dims[1] <= _SMALL}
    kept = [n.name for n in graph.node if n.op_type in ("MatMul", "Gemm") and narrow & set(n.input[:2])]
    kept += [n.name for n in graph.node if n.op_type == "Gather" and n.input[0] in small]
    floats = {n.name for n in graph.node if n.op_type == "MatMul" and any(part in n.name for part in exact)}
    if len(floats) != len(exact):
        raise ValueError(f"the graph has {len(floats)} products named like {exact}")
    with quiet():
        quantize_dynamic(
            str(source),
            str(target),
            op_types_to_quantize=["MatMul", "Gemm", "Gather", "Attention", "EmbedLayerNormalization"],
            nodes_to_exclude=[*kept, *floats],
            per_channel=True,
            weight_type=QuantType.QInt8,
            extra_options={"MatMulConstBOnly": True, "DefaultTensorType": onnx.TensorProto.FLOAT},
        )
    if floats:
        _halve(target, floats)


def _halve(file: Path, products: Container[str]) -> None:
    """Write the weights of these products of a model in 16 bits."""
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(file))
    weights = {i.name: i for i in model.graph.initializer}
    for name in [n.input[1] for n in model.graph.node if n.name in products]:
        half = numpy_helper.to_array(weights[name]).astype(np.float16)
        model.graph.initializer.remove(weights[name])
        model.graph.initializer.append(numpy_helper.from_array(half, f"{name}{HALF}"))
        widened = helper.make_node("Cast", [f"{name}{HALF}"], [name], to=onnx.TensorProto.FLOAT)
        model.graph.node.insert(0, widened)
    onnx.save(model, str(file))


def differences(model: ReaderModel, pieces: Pieces, file: Path) -> dict[str, float]:
    """Return the largest difference of each output between the checkpoint and the export, on lengths of all kinds."""
    question = pieces.encode([_QUESTION])[0]
    texts = [*_PROBES, _PROBES[1] * 12]
    windows = [w for text in pieces.encode(texts) for w in pieces.windows(question, text)]
    found: dict[str, float] = {}
    for batch in (windows[:1], windows):
        ours, theirs = TorchScorer(model)(batch), OnnxScorer(file)(batch)
        for name, a, b in zip(OUTPUTS, ours, theirs, strict=True):
            held = pad(batch)["attention_mask"].astype(bool) if a.ndim == 2 else np.ones(a.shape, dtype=bool)
            shown = held & (a > -1000)  # what is masked is equal by construction, and padding means nothing
            found[name] = max(found.get(name, 0.0), float(np.abs(a - b)[shown].max()))
    return {name: round(value, 5) for name, value in found.items()}


def averaged(runs: Sequence[Path]) -> tuple[ReaderModel, dict[str, Any]]:
    """Return the model whose weights are the mean of those of runs, one of which may be named twice, and its settings.

    Runs that were trained on from one another lie in one valley (Wortsman et al. 2022, model soups).
    """
    (model, settings), *others = map(load_checkpoint, runs)
    states = [model.state_dict(), *(other.state_dict() for other, _ in others)]
    model.load_state_dict({name: torch.stack([s[name].float() for s in states]).mean(0) for name in states[0]})
    return model, settings


def export(runs: Sequence[Path], out: Path, fp32: bool, name: str = "") -> dict[str, Any]:
    """Write the export of the mean of runs to `out`, replacing what was there only when all is well.

    Returns its meta data.
    """
    model, settings = averaged(runs)
    pieces = Pieces(base_folder() / "tokenizer.json", int(settings["pieces"]))
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".reader-", dir=out.parent))
    try:
        plain, file = work / "plain.onnx", work / "model.onnx"
        to_onnx(model, pieces, plain)
        exact = differences(model, pieces, plain)
        if max(exact.values()) > 1e-3:
            raise RuntimeError(f"the ONNX export differs from the checkpoint: {exact}")
        if fp32:
            plain.rename(file)
        else:
            quantise(plain, file, () if isinstance(model.encoder, WideEncoder) else _EXACT)
        meta = {
            "format": FORMAT,
            "name": name or f"{runs[0].name}{'' if fp32 else '-int8'}",
            "base": f"all-mpnet-base-v2, {len(model.encoder.encoder.layer)} layers"
            if isinstance(model.encoder, WideEncoder)
            else "all-MiniLM-L6-v2",
            "bytes": file.stat().st_size,
            "window": pieces.width,
            "headings": bool(settings.get("headings")),
            "inputs": list(INPUTS),
            "outputs": list(OUTPUTS),
            "calibration": {},
            "threshold": 1.0,
            "exact_threshold": 1.0,
            "largest_difference_to_checkpoint": differences(model, pieces, file),
            "training": settings,
        }
        pieces.tokeniser.save(str(work / "tokenizer.json"))
        names = ("model.onnx", "tokenizer.json")
        meta["sha256"] = {name: hashlib.sha256((work / name).read_bytes()).hexdigest() for name in names}
        (work / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
        out.mkdir(exist_ok=True)
        for name in ("model.onnx", "tokenizer.json", "meta.json"):
            (work / name).replace(out / name)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return meta


def main(argv: Sequence[str] | None = None) -> None:
    """Export as the command line says, and write the meta data to standard output."""
    parser = argparse.ArgumentParser(description="Export a trained reader to ONNX.")
    parser.add_argument(
        "--run", type=Path, nargs="+", required=True, help="the mean of several, where several are given"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", default="", help="what it is called; by default the run, and int8")
    parser.add_argument("--fp32", action="store_true", help="do not quantise")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    meta = export(args.run, args.out, args.fp32, args.name)
    sys.stdout.write(json.dumps(meta, indent=1) + "\n")


if __name__ == "__main__":
    main()
