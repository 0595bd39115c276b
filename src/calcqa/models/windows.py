"""A question and a text as a reader sees them: word pieces, in windows, with their places in the text.

Does: tokenises with the reader's own tokeniser, cuts what exceeds the window into overlapping ones, pads a batch, finds
the best span among a window's scores, and says how far the others agree with it. Does not: run a model, or know
passages.

A sequence is [CLS] question [SEP] text [SEP], or [CLS] question [SEP] headings [SEP] text [SEP]. Position 0 stands for
"no answer here", as in SQuAD 2.0 readers (Devlin et al. 2019, section 4.3). Offsets are code points of the text.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calcqa.parameters import ALIKE, LEAD_PIECES, QUESTION_PIECES, WINDOW_STEP

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pieced:
    """A text as word pieces, without special tokens: their ids and their half-open character ranges."""

    ids: list[int]
    offsets: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Window:
    """One sequence for the model: `offsets[i]` is the character range of the piece at position `at + i`."""

    ids: list[int]
    at: int
    offsets: list[tuple[int, int]]


class Pieces:
    """The tokeniser, and the windows of at most `width` pieces that it cuts."""

    def __init__(self, tokeniser_file: Path, width: int, *, headings: bool = False) -> None:
        """Open the tokeniser, for windows that may have `headings` before the text, or not.

        Raises:
            ValueError: windows of `width` pieces leave no room for a text.

        """
        from tokenizers import Tokenizer

        if width < QUESTION_PIECES + headings * LEAD_PIECES + 32:
            raise ValueError(f"windows of {width} pieces leave no room for the context")
        self.tokeniser: Any = Tokenizer.from_file(str(tokeniser_file))
        self.tokeniser.no_truncation()
        self.tokeniser.no_padding()
        self.tokeniser.encode_special_tokens = True  # a text that holds "[SEP]" holds these letters, and no separator
        self.width = width
        vocabulary = self.tokeniser.get_vocab()
        if not {"[CLS]", "[SEP]"} <= vocabulary.keys():
            raise ValueError("the tokeniser has no [CLS] and [SEP]: not one of a BERT")
        self.cls, self.sep = vocabulary["[CLS]"], vocabulary["[SEP]"]

    def encode(self, texts: Sequence[str]) -> list[Pieced]:
        """Return the texts as pieces; the same text given twice is tokenised once."""
        unique = list(dict.fromkeys(texts))
        encodings = self.tokeniser.encode_batch(unique, add_special_tokens=False)
        known = {text: Pieced(e.ids, e.offsets) for text, e in zip(unique, encodings, strict=True)}
        return [known[text] for text in texts]

    def windows(self, question: Pieced, context: Pieced, lead: Pieced | None = None) -> list[Window]:
        """Return the overlapping windows that together cover the context; one where it fits.

        A `lead`, the headings over the context, stands between question and context in each, with a [SEP] of its own.
        """
        head = [self.cls, *question.ids[:QUESTION_PIECES], self.sep]
        if lead and lead.ids:
            head += [*lead.ids[:LEAD_PIECES], self.sep]
        room = self.width - len(head) - 1
        total = len(context.ids)
        step = min(WINDOW_STEP, room // 2)
        begins = [0, *range(step, total - room + step, step)] if total > room else [0]
        return [
            Window([*head, *context.ids[b : b + room], self.sep], len(head), context.offsets[b : b + room])
            for b in (min(b, max(0, total - room)) for b in begins)
        ]


def pad(windows: Sequence[Window]) -> dict[str, NDArray[np.int64]]:
    """Return the model's three inputs, each of shape (windows, pieces of the longest)."""
    longest = max(len(w.ids) for w in windows)
    ids = np.zeros((len(windows), longest), dtype=np.int64)
    mask, types = np.zeros_like(ids), np.zeros_like(ids)
    for row, window in enumerate(windows):
        size = len(window.ids)
        ids[row, :size] = window.ids
        mask[row, :size] = 1
        types[row, window.at : size] = 1
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}


def best_span(start: Floats, end: Floats, longest: int) -> tuple[int, int, float]:
    """Return the first and last piece of the best span, and its score: the sum of its start and end logits.

    `start` and `end` are of the shape (pieces,); the span is of at most `longest` pieces.

    Raises:
        ValueError: there is no piece.

    """
    scores = _span_scores(start, end, longest)
    first, last = divmod(int(scores.argmax()), len(start))
    return first, last, float(scores[first, last])


def agreement(start: Floats, end: Floats, first: int, last: int, longest: int) -> float:
    """Return the log odds that a span drawn by its probability says much the same as `first`..`last`.

    Much the same is an F1 over pieces above `ALIKE`. How far the best span outscores "no answer" says little of whether
    its ends are right; how little the model wavers between it and quite other spans says more. Shapes are those of
    `best_span`.
    """
    scores = _span_scores(start, end, longest)
    at = np.arange(len(start))
    begins, ends = at[:, None], at[None, :]
    shared = np.minimum(ends, last) - np.maximum(begins, first) + 1
    alike = 2 * shared > ALIKE * (ends - begins + 2 + last - first)
    odds = np.exp(scores - scores.max())
    within = float(odds[alike].sum())
    without = float(odds.sum()) - within
    return math.log(within / without) if without > 0 else math.inf


def _span_scores(start: Floats, end: Floats, longest: int) -> Floats:
    """Return the score of every span by its first and last piece, -inf where there is none such."""
    return np.where(_spans(len(start), longest), start[:, None] + end[None, :], -np.inf)


@functools.lru_cache(maxsize=512)
def _spans(pieces: int, longest: int) -> NDArray[np.bool_]:
    """Return which of all pairs of a first and a last piece are spans of at most `longest` pieces."""
    length = np.arange(pieces)[None, :] - np.arange(pieces)[:, None]
    return (length >= 0) & (length < longest)
