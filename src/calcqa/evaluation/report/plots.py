"""Plots as SVG to stand inside a page: risk over coverage, confidence by outcome, latency.

Drawn with Figure objects, without pyplot and its global state. Text stays text, and colours are the page's own CSS
variables, so that one drawing is legible on light and on dark. Nothing is measured here and nothing written to disk;
no text of questions, answers or documents enters a drawing.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from calcqa.evaluation.measures.estimates import RiskPoint

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Drawn in these, then exchanged for the page's variables: SVG has no other way to follow the page's theme.
_INK, _FAINT = "#010203", "#010204"
_SERIES = ("#010205", "#010206", "#010207", "#010208")
_VARIABLES = {
    _INK: "var(--ink)",
    _FAINT: "var(--line)",
    **{colour: f"var(--series-{n})" for n, colour in enumerate(_SERIES, start=1)},
}


def risk_coverage_svg(curve: Sequence[RiskPoint], coverage: float | None = None) -> str | None:
    """Return a risk-coverage curve as an `<svg>` element, or None if it is empty.

    A dot marks the share `coverage` of questions that the program answers as it ships; by default the curve's end.
    """
    if not curve:
        return None

    def draw(axes: Axes) -> None:
        axes.plot([p.coverage for p in curve], [p.risk for p in curve], color=_SERIES[0], linewidth=2, zorder=3)
        shipped = curve[-1] if coverage is None else min(curve, key=lambda p: abs(p.coverage - coverage))
        axes.plot(shipped.coverage, shipped.risk, "o", color=_SERIES[0], markersize=6, zorder=3, clip_on=False)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, max(0.1, 1.1 * max(p.risk for p in curve)))
        axes.set_xlabel("share of all questions answered")
        axes.set_ylabel("share of these wrong")

    return _svg(draw, "risk-coverage")


def confidence_svg(groups: Mapping[str, Sequence[float]]) -> str | None:
    """Return a histogram of confidence, stacked by what came of it, as an `<svg>` element; None where all are empty.

    `groups` are at most four, each a name of ours and the confidences of its questions, 0..1.
    """
    if not any(groups.values()):
        return None

    def draw(axes: Axes) -> None:
        axes.hist(
            list(groups.values()),
            bins=[float(edge) for edge in np.linspace(0, 1, 26)],
            stacked=True,
            color=list(_SERIES[: len(groups)]),
            label=[f"{label} ({len(values)})" for label, values in groups.items()],
            zorder=3,
        )
        axes.set_xlim(0, 1)
        axes.set_xlabel("confidence")
        axes.set_ylabel("questions")
        axes.legend(
            frameon=False, loc="lower center", bbox_to_anchor=(0.42, 1.0), ncols=2, handlelength=1.2, labelcolor=_INK
        )

    return _svg(draw, "confidence")


def latency_svg(latency: Sequence[float], percentiles: Mapping[str, float | None]) -> str | None:
    """Return a histogram of latencies (seconds) with three percentiles as an `<svg>` element; None without any."""
    if not latency:
        return None

    def draw(axes: Axes) -> None:
        axes.hist([seconds * 1000 for seconds in latency], bins=25, color=_SERIES[0], zorder=3)
        for (name, seconds), style in zip(percentiles.items(), ("-", "--", ":"), strict=True):
            if seconds is not None:
                label = f"{name} {seconds * 1000:.0f} ms"
                axes.axvline(seconds * 1000, color=_INK, linewidth=1.2, linestyle=style, label=label, zorder=4)
        axes.set_xlim(left=0)
        axes.set_xlabel("milliseconds for the judged turn")
        axes.set_ylabel("questions")
        axes.legend(
            frameon=False,
            loc="lower center",
            bbox_to_anchor=(0.42, 1.0),
            ncols=3,
            handlelength=1.2,
            columnspacing=1.2,
            labelcolor=_INK,
        )

    return _svg(draw, "latency")


def _svg(draw: Callable[[Axes], None], name: str) -> str:
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": name, "font.size": 10}):
        figure = Figure(figsize=(4.3, 3.3), layout="constrained")
        figure.patch.set_alpha(0)
        axes = figure.add_subplot()
        axes.patch.set_alpha(0)
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_color(_FAINT)
        axes.tick_params(color=_FAINT, labelcolor=_INK)
        axes.grid(color=_FAINT, linewidth=0.6, axis="y")
        axes.set_axisbelow(True)
        draw(axes)
        axes.xaxis.label.set_color(_INK)
        axes.yaxis.label.set_color(_INK)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Creator": None, "Date": None, "Format": None, "Type": None})
    return _inline(buffer.getvalue())


def _inline(svg: str) -> str:
    """Return a drawing as an element of a page: no prologue, no namespaces, no fixed size, the page's colours."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\s(?:xmlns(?::\w+)?|version)="[^"]*"', "", svg)
    svg = re.sub(r'(<svg\b[^>]*?)\swidth="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg\b[^>]*?)\sheight="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r"\bfont-family: [^;\"]*;?", "", svg)  # the page's own
    svg = re.sub(r"\bfont: ([\d.]+px) [^;\"]*", r"font-size: \1", svg)  # the same, as matplotlib before 3.9 writes it
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)  # names of matplotlib's groups, which repeat between drawings
    for drawn, variable in _VARIABLES.items():
        svg = svg.replace(drawn, variable)
    return svg.strip()
