"""Where a run stands, and what that makes of the learning rate. Pure: no clock is read here."""

from __future__ import annotations

from dataclasses import dataclass, field

from torch import Tensor

WARM_UP = 0.06
COOL_DOWN = 0.4


@dataclass
class Run:
    """How far a run is: what a checkpoint carries beside weights."""

    step: int = 0
    elapsed: float = 0.0
    examples: int = 0
    total: int | None = None
    average: dict[str, Tensor] = field(default_factory=dict)


def rate(progress: float) -> float:
    """Return the factor of the learning rate when `progress` (0..1) of the run is done.

    It rises, stays, and falls to nothing (a trapezoid, as in Hu et al. 2024, MiniCPM): a checkpoint from before the
    fall can be resumed with more steps, as if those had been asked for from the beginning but for the warm-up.
    """
    return max(0.0, min(1.0, progress / WARM_UP, (1.0 - progress) / COOL_DOWN))


def progress(run: Run, minutes: float | None) -> float:
    """Return how much of the run is done with the step at hand, by steps or by the clock, whichever is further."""
    by_steps = (run.step + 1) / (run.total + 1) if run.total else 0.0
    by_clock = run.elapsed / (60 * minutes) if minutes else 0.0
    return max(by_steps, by_clock)
