"""The encoder's network: mean pooling over a BERT, and its token vectors for late interaction.

Single vectors are those of sentence-transformers: the mean of the last states, of unit length. Late interaction
(Khattab and Zaharia 2020, ColBERT) is here the mean over the question's tokens of the best cosine with a token of the
sentence; special tokens take no part.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.beginning import quick

_LONGEST = 128  # word pieces of a text in training


class EncoderModel(nn.Module):
    """A BERT with its tokeniser: texts to single vectors and token vectors.

    It trains in bfloat16 where that is quick.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging

        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self.tokeniser: Any = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
        self.bert: Any = AutoModel.from_pretrained(str(folder), local_files_only=True)
        config = self.bert.config
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
        for module in self.bert.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0  # drawing it costs a CPU a third of its speed

    def tokens(self, texts: Sequence[str], longest: int = _LONGEST) -> dict[str, Tensor]:
        """Return the inputs of a batch, padded to its longest."""
        return dict(self.tokeniser(list(texts), padding=True, truncation=True, max_length=longest, return_tensors="pt"))

    def count(self, text: str) -> int:
        """Return the length of `text` in word pieces, special tokens included."""
        return len(self.tokeniser(text, truncation=False, verbose=False)["input_ids"])

    def forward(self, inputs: dict[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Return single vectors (texts, width), token vectors (texts, pieces, width), and which pieces are words."""
        with quick(self.training):
            states = self.bert(**inputs).last_hidden_state.float()
        mask = inputs["attention_mask"].to(states.dtype)
        pooled = (states * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
        ids = inputs["input_ids"]
        words = inputs["attention_mask"].bool() & (ids != self.tokeniser.cls_token_id)
        words &= ids != self.tokeniser.sep_token_id
        return functional.normalize(pooled, dim=-1), functional.normalize(states, dim=-1), words


def late_scores(questions: Tensor, asked: Tensor, sentences: Tensor, words: Tensor) -> Tensor:
    """Return late interaction, -1..1, of shape (questions, sentences), from token vectors and their masks."""
    cosines = torch.einsum("qad,sbd->qsab", questions, sentences)
    best = cosines.masked_fill(~words[None, :, None, :], -1.0).amax(-1)
    weights = asked.to(best.dtype)[:, None, :]
    return (best * weights).sum(-1) / weights.sum(-1).clamp(min=1)
