"""The reader's network: a BERT encoder with two heads over it.

Does: turns a padded batch into start and end logits (position 0 is "no answer", Devlin et al. 2019) and the parts of
which each sentence's evidence is made; and says how wrong they are. Does not: decode spans (evaluate.py) or know data.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.wide import WideEncoder, wide

MASKED = -10000.0  # finite, so that quantised and half-precision sums stay numbers


class ReaderModel(nn.Module):
    """The encoder, a span head on every position, and an evidence head on [CLS] beside the mean of a sentence.

    The evidence head is linear, so that one pass serves every sentence of a text: its logit is a part of [CLS], and the
    mean over the sentence of a part of each of its positions.
    """

    def __init__(self, encoder: nn.Module, hidden: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.span = nn.Linear(hidden, 2)
        self.answerable = nn.Linear(2 * hidden, 1)
        for head in (self.span, self.answerable):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return start logits, end logits and evidence parts of shape (batch, pieces), and [CLS]'s part (batch,)."""
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        states = self.dropout(states)
        # Context pieces carry type 1, [CLS] is where "no answer" points; the question cannot hold its own answer.
        allowed = (token_type_ids * attention_mask).to(states.dtype)
        allowed = torch.cat([torch.ones_like(allowed[:, :1]), allowed[:, 1:]], dim=1)
        logits = self.span(states) + (1.0 - allowed).unsqueeze(-1) * MASKED
        hidden = states.shape[-1]
        of_cls, of_piece = self.answerable.weight[0, :hidden], self.answerable.weight[0, hidden:]
        return logits[..., 0], logits[..., 1], states @ of_piece, states[:, 0] @ of_cls + self.answerable.bias[0]


def build(base: Path, dropout: float = 0.0, pretrained: bool = True, wider: Path | None = None) -> ReaderModel:
    """Return a reader on the encoder in `base`; with fresh weights throughout where `pretrained` is False.

    With `wider`, the folder of all-mpnet-base-v2, on its first layers instead (`wide.py`).

    `dropout` is the encoder's, over states. Attention goes without: on a CPU the fused kernel knows none.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if wider:
        body = wide(base, wider)
        return ReaderModel(body, int(body.config.hidden_size))
    from transformers import BertConfig, BertModel
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    config: Any = BertConfig.from_pretrained(str(base), local_files_only=True)
    config.hidden_dropout_prob, config.attention_probs_dropout_prob = dropout, 0.0
    if pretrained:
        encoder: Any = BertModel.from_pretrained(
            str(base), config=config, add_pooling_layer=False, local_files_only=True
        )
    else:
        encoder = BertModel(config, add_pooling_layer=False)
    return ReaderModel(encoder, int(config.hidden_size))


def like(weights: Mapping[str, Any], base: Path) -> ReaderModel:
    """Return a reader with fresh weights of the shape of these."""
    if "encoder.words.weight" not in weights:
        return build(base, pretrained=False)
    body = WideEncoder(len(weights["encoder.words.weight"]), 1 + max(map(_layer, weights)))
    return ReaderModel(body, int(body.config.hidden_size))


def _layer(name: str) -> int:
    return int(name.split(".")[3]) if name.startswith("encoder.encoder.layer.") else -1


def losses(outputs: tuple[Tensor, Tensor, Tensor, Tensor], batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Return the span loss and the evidence loss, both as means over the whole batch.

    Where several positions are gold, what counts is the probability of all of them together (the marginal likelihood
    of Clark and Gardner 2018): the model may settle on the one that it finds plainest. Rows without spans add nothing
    to the span loss, and still count in its denominator, so that a batch of sentences does not inflate one of its rows.
    The evidence of a row is judged sentence by sentence, those that answer and those that do not weighing the same.
    """
    start, end, piece, whole = (o.float() for o in outputs)
    span = (_marginal(start, batch["starts"]) + _marginal(end, batch["ends"])) / 2
    labels, inside = batch["labels"], batch["segments"] >= 0
    at = batch["segments"].clamp(min=0)
    total = torch.zeros_like(labels).scatter_add(1, at, piece * inside)
    count = torch.zeros_like(labels).scatter_add(1, at, inside.float())
    logits = whole.unsqueeze(1) + total / count.clamp(min=1)
    wrong = functional.binary_cross_entropy_with_logits(logits, labels.clamp(min=0), reduction="none")
    sides = [(labels == side) & (count > 0) for side in (0, 1)]
    means = [(wrong * s).sum(1) / s.sum(1).clamp(min=1) for s in sides]
    present = torch.stack([s.any(1) for s in sides]).sum(0).clamp(min=1)
    return (span * batch["spans"]).mean(), ((means[0] + means[1]) / present).mean()


def _marginal(logits: Tensor, gold: Tensor) -> Tensor:
    golden = logits.masked_fill(~gold, float("-inf"))
    return torch.logsumexp(logits, dim=-1) - torch.logsumexp(golden, dim=-1)


def parameter_groups(model: ReaderModel, lr: float, layer_decay: float, weight_decay: float) -> list[dict[str, Any]]:
    """Return the optimiser's groups: each layer `layer_decay` times slower than the one above; no decay of norms."""
    layers = len(model.encoder.encoder.layer)  # type: ignore[union-attr,arg-type]
    groups: dict[tuple[int, bool], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if (layer := _layer(name)) >= 0:
            depth = layers - layer
        else:
            depth = layers + 1 if name.startswith("encoder.") else 0
        groups.setdefault((depth, parameter.ndim > 1), []).append(parameter)
    return [
        {"params": parameters, "lr": rate, "base_lr": rate, "weight_decay": weight_decay if decayed else 0.0}
        for (depth, decayed), parameters in sorted(groups.items())
        for rate in [lr * layer_decay**depth]
    ]
