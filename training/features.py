"""Examples to word pieces: windows over long contexts, gold positions, and padded batches.

Does: tokenises question and context with the fast tokeniser, cuts what exceeds the window into overlapping ones, and
maps characters to pieces and back. Does not: choose which examples to train on (mixture.py).

A sequence is [CLS] question [SEP] context [SEP]. Position 0 stands for "no answer here", as in SQuAD 2.0 readers
(Devlin et al. 2019, section 4.3). Offsets are code points of the context.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from calcqa.encoding import weights_folder
from calcqa.settings import EncoderSettings
from training.data import Example

QUESTION_PIECES = 64
STEP = 128  # pieces between the beginnings of two windows, at most
NOWHERE = 0


def base_folder() -> Path:
    """Return the folder of the installed base encoder, all-MiniLM-L6-v2; raise EncoderError where it is not here."""
    return weights_folder(EncoderSettings())


@dataclass(frozen=True, slots=True)
class Window:
    """One sequence for the encoder: `offsets[i]` is the character range of the piece at position `at + i`."""

    ids: list[int]
    at: int
    offsets: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Feature:
    """A window with what it teaches. `starts` and `ends` are gold positions; both [0] where there is no answer."""

    window: Window
    starts: list[int]
    ends: list[int]
    spans: bool
    label: bool


@dataclass(frozen=True, slots=True)
class Text:
    """A text as word pieces, without special tokens."""

    ids: list[int]
    offsets: list[tuple[int, int]]


class Pieces:
    """The tokeniser, and the windows of at most `width` pieces that it cuts."""

    def __init__(self, tokeniser_file: Path, width: int) -> None:
        self.tokeniser = Tokenizer.from_file(str(tokeniser_file))
        self.tokeniser.no_truncation()
        self.tokeniser.no_padding()
        self.width = width
        if width < QUESTION_PIECES + 32:
            raise ValueError(f"windows of {width} pieces leave no room for the context")
        vocabulary = self.tokeniser.get_vocab()
        self.cls, self.sep = vocabulary["[CLS]"], vocabulary["[SEP]"]

    def encode(self, texts: Sequence[str]) -> list[Text]:
        """Return the texts as pieces; the same text given twice is tokenised once."""
        unique = list(dict.fromkeys(texts))
        encodings = self.tokeniser.encode_batch(unique, add_special_tokens=False)
        known = {text: Text(e.ids, e.offsets) for text, e in zip(unique, encodings, strict=True)}
        return [known[text] for text in texts]

    def windows(self, question: Text, context: Text) -> list[Window]:
        """Return the overlapping windows that together cover the context; one where it fits."""
        head = [self.cls, *question.ids[:QUESTION_PIECES], self.sep]
        room = self.width - len(head) - 1
        total = len(context.ids)
        step = min(STEP, room // 2)
        begins = [0, *range(step, total - room + step, step)] if total > room else [0]
        return [
            Window([*head, *context.ids[b : b + room], self.sep], len(head), context.offsets[b : b + room])
            for b in (min(b, max(0, total - room)) for b in begins)
        ]


def positions(window: Window, start: int, end: int) -> tuple[int, int] | None:
    """Return the first and last position whose pieces cover the characters; None where the window does not hold all."""
    inside = [i for i, (a, b) in enumerate(window.offsets) if b > start and a < end]
    if not inside:
        return None
    first, last = inside[0], inside[-1]
    if (first == 0 and window.offsets[0][0] > start) or (
        last == len(window.offsets) - 1 and window.offsets[last][1] < end
    ):
        return None
    return window.at + first, window.at + last


def characters(window: Window, first: int, last: int) -> tuple[int, int]:
    """Return the character range of the pieces from position `first` to `last`, both included."""
    return window.offsets[first - window.at][0], window.offsets[last - window.at][1]


def feature(example: Example, windows: Sequence[Window], rng: random.Random, answerless: float) -> Feature:
    """Return one window of the example to train on.

    A window that holds an answer, or, at the rate `answerless` and where there is one, a window of the same context
    that holds none: a negative as near as can be.
    """
    if not example.spans:
        return Feature(windows[0], [NOWHERE], [NOWHERE], spans=False, label=example.label)
    bearing, barren = [], []
    for window in windows:
        golds = [p for start, end in example.answers if (p := positions(window, start, end)) is not None]
        touches = any(start < window.offsets[-1][1] and end > window.offsets[0][0] for start, end in example.answers)
        if golds:
            bearing.append((window, golds))
        elif not touches:  # a window that cuts an answer in two teaches neither
            barren.append(window)
    if bearing and not (barren and rng.random() < answerless):
        window, golds = rng.choice(bearing)
        return Feature(window, [p[0] for p in golds], [p[1] for p in golds], spans=True, label=True)
    # An answer longer than a window leaves neither kind: then nothing is said about where it is.
    return Feature(rng.choice(barren or list(windows)), [NOWHERE], [NOWHERE], spans=bool(barren), label=not barren)


def pad(windows: Sequence[Window]) -> dict[str, Tensor]:
    """Return the encoder's three inputs for the windows, padded to the longest."""
    longest = max(len(w.ids) for w in windows)
    ids = torch.zeros(len(windows), longest, dtype=torch.long)
    mask, types = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, window in enumerate(windows):
        size = len(window.ids)
        ids[row, :size] = torch.tensor(window.ids)
        mask[row, :size] = 1
        types[row, window.at : size] = 1
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}


def collate(features: Sequence[Feature]) -> dict[str, Tensor]:
    """Return a batch: the inputs, the gold positions as masks, which rows teach spans, and the labels."""
    batch = pad([f.window for f in features])
    starts = torch.zeros(batch["input_ids"].shape, dtype=torch.bool)
    ends = torch.zeros_like(starts)
    for row, f in enumerate(features):
        starts[row, f.starts] = True
        ends[row, f.ends] = True
    return batch | {
        "starts": starts,
        "ends": ends,
        "spans": torch.tensor([float(f.spans) for f in features]),
        "labels": torch.tensor([float(f.label) for f in features]),
    }
