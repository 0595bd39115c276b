"""A wider body for the reader: the first layers of all-mpnet-base-v2, twice as wide as all-MiniLM-L6-v2's.

MPNet (Song et al. 2020) was trained over BERT's word pieces, so its rows are put in their order here, and the reader
keeps its tokenizer. It knows no token types: a text's pieces get a vector of their own, zero to begin with.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

LAYERS = 6
_SPECIAL = {"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>", "[UNK]": "[UNK]", "[MASK]": "<mask>"}
_FIRST_POSITION = 2  # of MPNet's rows for positions; the first two stand for nothing
_MASKED = -10000.0


class WideEncoder(nn.Module):
    """BERT's sum of word, position and type below MPNet's layers."""

    def __init__(self, words: int, layers: int = LAYERS) -> None:
        from transformers import MPNetConfig
        from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

        super().__init__()
        self.config: Any = MPNetConfig(
            num_hidden_layers=layers,
            layer_norm_eps=1e-5,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        width = self.config.hidden_size
        self.words, self.positions, self.types = (nn.Embedding(rows, width) for rows in (words, 512, 2))
        self.norm = nn.LayerNorm(width, eps=1e-5)
        self.encoder = MPNetEncoder(self.config)  # type: ignore[no-untyped-call]

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Any:
        """Return the states of the pieces, as `last_hidden_state` of shape (batch, pieces, 768)."""
        at = torch.arange(input_ids.shape[1], device=input_ids.device)
        states = self.norm(self.words(input_ids) + self.types(token_type_ids) + self.positions(at))
        masked = (1.0 - attention_mask[:, None, None, :].to(states.dtype)) * _MASKED
        return self.encoder(states, attention_mask=masked, return_dict=True)


def wide(base: Path, mpnet: Path, layers: int = LAYERS) -> WideEncoder:
    """Return the body with the weights of the folder `mpnet`, for the word pieces of the folder `base`.

    Raises:
        OSError, KeyError: a file, a weight or a word piece is missing.

    """
    from safetensors.torch import load_file
    from tokenizers import Tokenizer

    weights = load_file(mpnet / "model.safetensors")
    rows = {piece: row for row, piece in enumerate((mpnet / "vocab.txt").read_text(encoding="utf-8").splitlines())}
    pieces = sorted(Tokenizer.from_file(str(base / "tokenizer.json")).get_vocab().items(), key=lambda pair: pair[1])
    model = WideEncoder(len(pieces), layers)
    order = torch.tensor([rows[_SPECIAL.get(piece, piece)] for piece, _ in pieces])
    named = "embeddings.{}_embeddings.weight"
    state = {n: w for n, w in weights.items() if n in model.state_dict()}
    state["words.weight"] = weights[named.format("word")][order]
    state["positions.weight"] = weights[named.format("position")][_FIRST_POSITION:]
    state["types.weight"] = torch.zeros_like(model.types.weight)
    state |= {f"norm.{part}": weights[f"embeddings.LayerNorm.{part}"] for part in ("weight", "bias")}
    model.load_state_dict(state)
    return model
