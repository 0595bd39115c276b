"""Every number that decides, by stage; fitted or set, and stored with the index in its manifest."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Weights:
    """The fitted numbers (`calcqa fit`): how evidence is fused, and when it is enough to answer.

    Retrieval (`retrieval/retriever.py`, `retrieval/faq_matching.py`) fuses with `neighbours`, `temperature`,
    `row_lexical`, `probe`, `lexical`, `phrases`, `asked_weight` and `asked_floor`; follow-ups are understood with
    `own`, `context`, `typed`, `again`. The decision (`answering/answerability.py`) weighs with `asked`, `few` and
    `plain`, the intercepts and coefficients of three logistic models, for documents with questions asked ahead, with
    too few of them for a probe, and without. It answers above their thresholds. `read` is the same for documents
    without, where a reader has read; there `read_score` and `read_evidence` join the fusion, per logit, and `among` is
    what the log of the number of documents in the index counts against each. `second`, `plain_second` and `read_second`
    are how close a further candidate must come to be quoted as well, in units of `asked` and of the score. `phrases`
    and `among` are not fitted but set, by what other question sets show (docs/benchmarks.md). `figures` says what was
    reached where they were fitted, for people to read.
    """

    neighbours: int = 20
    temperature: float = 0.04
    row_lexical: float = 0.1
    probe: float = 1.0
    lexical: float = 0.3
    plain_lexical: float = 0.3
    phrases: float = 0.8
    asked_weight: float = 5.0
    asked_floor: float = 0.2
    own: float = 0.5
    context: float = 0.2
    typed: float = 0.3
    again: float = 0.5
    second: float = 0.1
    plain_second: float = 0.2
    asked: tuple[float, ...] = (-4.0, 20.0, 5.0, 1.0, 1.0, -2.0, 2.0)
    asked_threshold: float = 0.5
    few: tuple[float, ...] = (-4.0, 20.0, 5.0, 1.0, 1.0, -2.0)
    few_threshold: float = 0.5
    plain: tuple[float, ...] = (-4.0, 6.0, 3.0, -3.0, -2.0)
    plain_threshold: float = 0.5
    read_score: float = 0.02
    read_evidence: float = 0.02
    read: tuple[float, ...] = (-3.0, 3.0, 2.0, -2.0, -2.0, 0.2, 0.2, -1.0, -0.5, -0.5)
    read_threshold: float = 0.5
    among: float = 0.25
    read_second: float = 0.2
    figures: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the weights as a plain dict, fit for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Weights:
        """Return the weights that `to_dict` wrote.

        Raises:
            TypeError, ValueError: a field does not belong, or is not the number, or as many numbers, that it must be.
        """
        fixed: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        weights, plain = cls(**fixed), cls()
        for f in dataclasses.fields(cls):
            value, usual = getattr(weights, f.name), getattr(plain, f.name)
            if f.name == "figures":
                _check_figures(value)
            elif isinstance(usual, tuple):
                if not isinstance(value, tuple) or len(value) != len(usual) or not all(map(_is_number, value)):
                    raise ValueError(f"the weights {f.name} are not {len(usual)} numbers")
            elif not _is_number(value) or isinstance(usual, int) and not isinstance(value, int):
                raise ValueError(f"the weight {f.name} is not a number of its kind")
        if weights.neighbours < 1 or weights.temperature <= 0:
            raise ValueError("the weights neighbours and temperature are above zero")
        return weights


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6 and math.isfinite(value)


def _check_figures(figures: object) -> None:
    for group in [figures, *(figures.values() if isinstance(figures, Mapping) else [])]:
        if not _is_number(group) and not (isinstance(group, Mapping) and all(isinstance(k, str) for k in group)):
            raise ValueError("the figures of the weights are not numbers by name")


WEIGHTS_FILE = Path(__file__).parent / "weights" / "parameters.json"
"""Where `calcqa fit` writes the shipped weights, and `calcqa build` reads them."""


def shipped_weights() -> Weights:
    """Return the weights that ship with the package."""
    return (
        Weights.from_dict(json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))) if WEIGHTS_FILE.is_file() else Weights()
    )
