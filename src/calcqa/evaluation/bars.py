"""Bars: what an evaluation must reach, as `--min NAME=VALUE` gives it, and which of them it fails.

Nothing is measured here. `wrongly_refused` is the one upper bound among them, whatever the option is called.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from calcqa.errors import InputError
from calcqa.evaluation.estimates import Estimate
from calcqa.evaluation.runner import Evaluation

BARS = ("facts", "refused", "wrongly_refused", "followups", "citations", "auroc")
"""The measures a bar can be set for."""

BAR_HELP = (
    "A bar as NAME=VALUE, between 0 and 1; may be given more than once. facts, refused, followups, citations and auroc "
    "must be at least VALUE; wrongly_refused must be at most VALUE. A bar for what was not measured fails."
)
"""The help text of `--min`."""


def parse_bar(text: str, known: Sequence[str] = BARS) -> tuple[str, float]:
    """Return the name, one of those `known`, and the value of a bar such as "facts=0.93".

    Raises:
        InputError: it has no such form, the name is unknown, or the value is not within 0..1.

    """
    name, equals, number = (part.strip() for part in text.partition("="))
    if not equals:
        raise InputError(f"A bar has the form NAME=VALUE, such as facts=0.93; {text!r} has not.")
    _check(name, known)
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:  # NaN included
        raise InputError(f"The bar for {name} must be a number between 0 and 1, not {number!r}.")
    return name, value


def check_bars(evaluation: Evaluation, bars: Mapping[str, float]) -> list[str]:
    """Return the names of the bars that fail, in the order given; what could not be measured fails.

    "citations" asks both that quotes stand verbatim and that answers are covered by them: the lower share counts.

    Raises:
        InputError: there is no such bar.

    """
    failed = []
    for name, bar in bars.items():
        _check(name, BARS)
        names = ("citations", "covered") if name == "citations" else (name,)
        values = [getattr(evaluation.overall, n).value for n in names]
        met = all(v is not None and (v <= bar if name == "wrongly_refused" else v >= bar) for v in values)
        if not met:
            failed.append(name)
    return failed


def check_run_bars(estimates: Mapping[str, Estimate], bars: Mapping[str, float]) -> list[str]:
    """Return the names of the bars that a run over a set fails, in the order given; what was not measured fails."""
    failed = []
    for name, bar in bars.items():
        value = estimates[name].value if name in estimates else None
        if value is None or not (value <= bar if name == "wrongly_refused" else value >= bar):
            failed.append(name)
    return failed


def _check(name: str, known: Sequence[str]) -> None:
    if name not in known:
        raise InputError(f"There is no bar {name!r}; there are {', '.join(known)}.")
