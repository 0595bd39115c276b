"""The wider body: MPNet's own states for BERT's word pieces, and there and back through an export."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tokenizers import Tokenizer  # noqa: E402 - training needs torch

from calcqa.models.windows import Pieces  # noqa: E402
from training.export import differences, quantise, to_onnx  # noqa: E402
from training.features import base_folder  # noqa: E402
from training.from_export import load_export  # noqa: E402
from training.model import ReaderModel, like, parameter_groups  # noqa: E402
from training.wide import WideEncoder, wide  # noqa: E402

pytestmark = pytest.mark.models
SPECIAL = {"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>", "[MASK]": "<mask>"}


@pytest.fixture(scope="module")
def vocabulary():
    own = Tokenizer.from_file(str(base_folder() / "tokenizer.json")).get_vocab()
    pieces = [p for p, _ in sorted(own.items(), key=lambda pair: pair[1]) if p not in SPECIAL]
    return ["<s>", "<pad>", "</s>", "<unk>", *pieces, "<mask>"]


def test_states_are_those_of_mpnet_for_the_same_words(tmp_path, vocabulary):
    from safetensors.torch import save_file
    from transformers import MPNetConfig, MPNetModel

    torch.manual_seed(0)
    config = MPNetConfig(
        vocab_size=len(vocabulary), num_hidden_layers=2, layer_norm_eps=1e-5, max_position_embeddings=514
    )
    theirs = MPNetModel(config, add_pooling_layer=False).eval()
    save_file(theirs.state_dict(), tmp_path / "model.safetensors")
    (tmp_path / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    ours = wide(base_folder(), tmp_path, layers=1).eval()
    tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    pieces = tokenizer.encode("Which knee hurt after the fall?").tokens
    rows = {piece: row for row, piece in enumerate(vocabulary)}
    ids = torch.tensor([[tokenizer.token_to_id(p) for p in pieces]])
    their_ids = torch.tensor([[rows[SPECIAL.get(p, p)] for p in pieces]])
    with torch.no_grad():
        shallow = theirs(their_ids, attention_mask=torch.ones_like(ids), output_hidden_states=True).hidden_states[1]
        states = ours(ids, torch.ones_like(ids), torch.zeros_like(ids)).last_hidden_state
        masked = ours(torch.cat([ids, ids[:, :3]], 1), torch.tensor([[1] * len(pieces) + [0] * 3]),
                      torch.zeros(1, len(pieces) + 3, dtype=torch.long)).last_hidden_state  # fmt: skip
    assert torch.allclose(states, shallow, atol=1e-5)
    assert torch.allclose(masked[:, : len(pieces)], states, atol=1e-4)  # padding is not looked at


@pytest.mark.parametrize("exact", [(), ("layer.0/intermediate/", "layer.1/output/")])
def test_an_export_reads_as_its_network_and_comes_back(tmp_path, vocabulary, exact):
    torch.manual_seed(0)
    model = ReaderModel(WideEncoder(len(vocabulary) - 1, layers=2), 768).eval()
    with torch.no_grad():
        for weight in model.parameters():  # numbers that are all the same are written once
            weight.add_(0.01 * torch.randn_like(weight))
    pieces = Pieces(base_folder() / "tokenizer.json", 512)
    to_onnx(model, pieces, tmp_path / "plain.onnx")
    assert max(differences(model, pieces, tmp_path / "plain.onnx").values()) < 1e-3
    quantise(tmp_path / "plain.onnx", tmp_path / "model.onnx", exact)
    with pytest.raises(ValueError, match="products named like"):
        quantise(tmp_path / "plain.onnx", tmp_path / "other.onnx", ("layer.9/output/",))
    back = load_export(tmp_path)
    assert back.state_dict().keys() == model.state_dict().keys()
    for name, weight in model.state_dict().items():
        step = weight.abs().max() / 127
        apart = float((back.state_dict()[name] - weight).abs().max())
        assert apart <= 1.01 * float(step), name
        kept = any(f"{part.replace('/', '.')}dense.weight" in name for part in exact)
        assert not kept or apart <= 0.001 * float(weight.abs().max())


def test_layers_learn_the_slower_the_deeper():
    model = ReaderModel(WideEncoder(10, layers=2), 768)
    assert len(like(model.state_dict(), base_folder()).encoder.encoder.layer) == 2
    rates = {p: group["base_lr"] for group in parameter_groups(model, 1.0, 0.5, 0.01) for p in group["params"]}
    assert rates[model.span.weight] == 1.0
    assert rates[model.encoder.encoder.layer[1].output.dense.weight] == 0.5
    assert rates[model.encoder.words.weight] == 0.125
    assert np.isclose(rates[model.encoder.encoder.layer[0].attention.attn.q.weight], 0.25)
