"""The mixture: which examples are trained on, in which order, in batches of like lengths.

Does: draws from the sets by weight, swaps in hard negatives, and cuts a pool of many batches by length, so that
little is spent on padding. Does not: read files. The order depends on the seed and the position alone, so that a
resumed run continues where it stopped.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from torch import Tensor

from calcqa.models.windows import Pieces
from training.data import Example
from training.features import Feature, collate, feature
from training.negatives import nearest
from training.perturbing import perturbed

# Shares of what is drawn, not of what there is; renormalised over the sets at hand. See NOTES.md for the reasons.
WEIGHTS: dict[str, float] = {
    "squad2_dev": 0.24,  # only with --fold or --no-exclude-dev-half
    "squad2_train_part": 0.20,
    "synthetic_unanswerable": 0.10,
    "bioasq_span": 0.13,
    "evidence_inference_span": 0.06,
    "qamr": 0.11,
    "fairytaleqa": 0.08,
    "policyqa": 0.04,
    "qed_dev": 0.05,
    "xquad_en": 0.02,
    "bioasq_sel_sentences": 0.10,
    "selqa_sentences": 0.04,
    "clapnq_dev_sel_sentences": 0.03,
    "qed_dev_sel_sentences": 0.04,
}

# Sets whose questions are of whole sentences about their passage, so that a small change to one makes a near miss.
PERTURBED = frozenset({"squad2_dev", "squad2_train_part", "bioasq_span", "fairytaleqa", "qed_dev", "xquad_en"})

# The rate at which an answerable question is asked of a near passage without its answer. A few sets differ: policyqa
# asks every site the same questions, so that a near passage mostly answers; two have negatives of their own.
NEGATIVE_RATES: dict[str, float] = {"policyqa": 0.0, "evidence_inference_span": 0.0, "squad2_dev": 0.0}


@dataclass(frozen=True, slots=True)
class MixtureSettings:
    """How to draw.

    `negatives` is the rate of near passages without the answer, `answerless` that of windows without it, `perturbed`
    that of questions turned into near misses; `positive_share` is the share of answering ones in the sentence sets.
    """

    batch: int = 32
    pool: int = 40
    seed: int = 0
    negatives: float = 0.3
    answerless: float = 0.2
    positive_share: float = 0.35
    perturbed: float = 0.2


class Cycle:
    """Walks through items in a shuffled order, shuffled anew each time round; `at` is all there is to its state."""

    def __init__(self, items: Sequence[Example], seed: str) -> None:
        self.items, self.seed, self.at = items, seed, 0
        self._round, self._order = -1, list(range(len(items)))

    def __next__(self) -> Example:
        turn, place = divmod(self.at, len(self.items))
        if turn != self._round:
            self._order = list(range(len(self.items)))
            random.Random(f"{self.seed}/{turn}").shuffle(self._order)
            self._round = turn
        self.at += 1
        return self.items[self._order[place]]


class Mixture:
    """An endless run of batches over the sets. `state()` and `restore()` carry its position."""

    def __init__(
        self, sets: Mapping[str, Sequence[Example]], pieces: Pieces, settings: MixtureSettings, cache: Path
    ) -> None:
        unknown = [name for name in sets if name not in WEIGHTS]
        if unknown:
            raise ValueError(f"no weight for {', '.join(unknown)}: add it to WEIGHTS in mixture.py")
        self.settings, self._pieces = settings, pieces
        self.names = sorted(name for name in sets if WEIGHTS[name] > 0 and sets[name])
        self._weights = [WEIGHTS[name] for name in self.names]
        self._cycles: dict[str, Cycle] = {}
        self._near: dict[str, dict[str, list[str]]] = {}
        for name in self.names:
            spans = sets[name][0].spans
            for label in (True, False):
                part = [e for e in sets[name] if spans or e.label is label]
                key = name if spans else f"{name}/{label}"
                if part:
                    self._cycles[key] = Cycle(part, f"{settings.seed}/{key}")
            if spans and self._rate(name) > 0:
                self._near[name] = nearest(sets[name], cache)
        self.drawn = dict.fromkeys(self.names, 0)
        self._pool_index, self._offset = -1, 0
        self._at_pool_start: dict[str, dict[str, int]] = {"cycles": {}, "drawn": {}}
        self._batches: list[list[Feature]] = []

    def _rate(self, name: str) -> float:
        return NEGATIVE_RATES.get(name, self.settings.negatives)

    def _draw(self, rng: random.Random) -> Example:
        name = rng.choices(self.names, self._weights)[0]
        self.drawn[name] += 1
        if name in self._cycles:
            example = next(self._cycles[name])
            near = self._near.get(name, {}).get(example.id)
            if near and rng.random() < self._rate(name):
                return replace(example, context=rng.choice(near), answers=(), label=False)
            if example.answers and name in PERTURBED and rng.random() < self.settings.perturbed:
                question = perturbed(example.question, example.context, rng)
                return replace(example, question=question, answers=(), label=False) if question else example
            return example
        key = f"{name}/{rng.random() < self.settings.positive_share}"
        return next(self._cycles[key if key in self._cycles else next(k for k in self._cycles if k.startswith(name))])

    def draw_features(self, count: int, rng: random.Random) -> list[Feature]:
        """Return the next `count` features of the mixture, in the order drawn."""
        examples = [self._draw(rng) for _ in range(count)]
        questions = self._pieces.encode([e.question.strip() for e in examples])
        contexts = self._pieces.encode([e.context for e in examples])
        return [
            feature(e, self._pieces.windows(q, c), rng, self.settings.answerless)
            for e, q, c in zip(examples, questions, contexts, strict=True)
        ]

    def _fill(self) -> None:
        self._pool_index += 1
        cycles = {key: cycle.at for key, cycle in self._cycles.items()}
        self._at_pool_start = {"cycles": cycles, "drawn": dict(self.drawn)}
        rng = random.Random(f"{self.settings.seed}/pool/{self._pool_index}")
        size = self.settings.batch
        features = self.draw_features(size * self.settings.pool, rng)
        features.sort(key=lambda f: len(f.window.ids))
        self._batches = [features[i : i + size] for i in range(0, len(features), size)]
        rng.shuffle(self._batches)
        self._offset = 0

    def next_batch(self) -> dict[str, Tensor]:
        """Return the next batch, its rows of like lengths."""
        if self._offset >= len(self._batches):
            self._fill()
        self._offset += 1
        return collate(self._batches[self._offset - 1])

    def state(self) -> dict[str, Any]:
        """Return the position, for a checkpoint."""
        return {"pool": self._pool_index, "offset": self._offset} | self._at_pool_start

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue at the position of `state`."""
        if state["pool"] < 0:
            return
        for key, at in state["cycles"].items():
            self._cycles[key].at = at
        self.drawn = {name: state["drawn"].get(name, 0) for name in self.names}
        self._pool_index = state["pool"] - 1
        self._fill()
        self._offset = state["offset"]
