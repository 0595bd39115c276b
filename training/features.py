"""Turns examples into features: a window of the context, its gold positions, and batches as tensors.

Does not: cut windows (`calcqa.models.windows`) or choose what to train on (mixture.py).
"""

from __future__ import annotations

import bisect
import functools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from calcqa.config import EncoderSettings
from calcqa.language.sentences import sentence_spans
from calcqa.models.encoder_files import weights_folder
from calcqa.models.windows import Window, pad
from calcqa.types import Span
from training.data import Example

NOWHERE = 0


def base_folder() -> Path:
    """Return the folder of the installed base encoder, all-MiniLM-L6-v2; raise EncoderError where it is not here."""
    return weights_folder(EncoderSettings())


@dataclass(frozen=True, slots=True)
class Feature:
    """A window with what it teaches.

    `starts` and `ends` are gold positions; both [0] where there is no answer. `segments` is the sentence each piece of
    the context belongs to, numbered within the window, and `labels` says which of these hold an answer.
    """

    window: Window
    starts: list[int]
    ends: list[int]
    spans: bool
    segments: list[int]
    labels: list[bool]


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


def feature(example: Example, windows: Sequence[Window], rng: random.Random, answerless: float) -> Feature:
    """Return one window of the example to train on.

    A window that holds an answer, or, at the rate `answerless` and where there is one, a window of the same context
    that holds none: a negative as near as can be.
    """
    if not example.spans:  # one sentence, or what a set takes for one
        return Feature(windows[0], [NOWHERE], [NOWHERE], False, [0] * len(windows[0].offsets), [example.label])
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
        sentences = _segments(example, window)
        return Feature(window, [p[0] for p in golds], [p[1] for p in golds], True, *sentences)
    # An answer longer than a window leaves neither kind: then nothing is said about where it is.
    window = rng.choice(barren or list(windows))
    return Feature(window, [NOWHERE], [NOWHERE], bool(barren), *_segments(example, window))


def _segments(example: Example, window: Window) -> tuple[list[int], list[bool]]:
    """Return each piece's sentence, and which sentences hold some of an answer inside the window."""
    found: list[int] = []
    labels: list[bool] = []
    known: dict[int, int] = {}
    sentences = _sentences(example.context)
    begins = [s.start for s in sentences]
    for a, b in window.offsets:
        number = max(0, bisect.bisect_right(begins, a) - 1)
        if number not in known:
            known[number] = len(labels)
            labels.append(False)
        found.append(known[number])
        labels[known[number]] |= any(start < b and a < end for start, end in example.answers)
    return found, labels


@functools.lru_cache(maxsize=50_000)
def _sentences(text: str) -> list[Span]:
    return sentence_spans(text)


def tensors(windows: Sequence[Window]) -> dict[str, Tensor]:
    """Return the encoder's three inputs for the windows, padded to the longest."""
    return {name: torch.from_numpy(array) for name, array in pad(windows).items()}


def collate(features: Sequence[Feature]) -> dict[str, Tensor]:
    """Return a batch: the inputs, the gold positions as masks, which rows teach spans, and the sentences' labels.

    `segments` has the shape (rows, pieces), -1 where a piece is in no sentence; `labels` (rows, sentences) has 1 and 0,
    and -1 where a row has fewer sentences.
    """
    batch = tensors([f.window for f in features])
    starts = torch.zeros(batch["input_ids"].shape, dtype=torch.bool)
    ends = torch.zeros_like(starts)
    segments = torch.full_like(batch["input_ids"], -1)
    labels = torch.full((len(features), max(1, *(len(f.labels) for f in features))), -1.0)
    for row, f in enumerate(features):
        starts[row, f.starts] = True
        ends[row, f.ends] = True
        segments[row, f.window.at : f.window.at + len(f.segments)] = torch.tensor(f.segments, dtype=torch.long)
        labels[row, : len(f.labels)] = torch.tensor(f.labels, dtype=torch.float)
    return batch | {
        "starts": starts,
        "ends": ends,
        "spans": torch.tensor([float(f.spans) for f in features]),
        "segments": segments,
        "labels": labels,
    }
