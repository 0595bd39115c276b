"""A run as one HTML page: measures, topics, curves, and the failures.

The page is whole in itself: no script, no asset from elsewhere, every text escaped, because questions and documents
are hostile input.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from calcqa import messages
from calcqa.evaluation.measures import MEASURES
from calcqa.evaluation.outcomes import Outcome
from calcqa.evaluation.report import numbers
from calcqa.evaluation.report.plots import confidence_svg, latency_svg, risk_coverage_svg
from calcqa.evaluation.summary import Evaluation

_MOST_SHOWN = 200


def render_page(evaluation: Evaluation) -> str:
    """Return a run as one self-contained page."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    def template(name: str) -> str:
        return files(__package__).joinpath(name).read_text(encoding="utf-8")

    environment = Environment(
        loader=FunctionLoader(template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(value=numbers.value, interval=numbers.interval, clean=numbers.printable)
    summary, outcomes = evaluation.summary, evaluation.outcomes
    answered = summary.estimates.get("answered")
    latencies = ", ".join(f"{n} {numbers.milliseconds(s)}" for n, s in summary.latency.items() if s is not None)
    drawings = {
        "Risk and coverage": (
            risk_coverage_svg(summary.curve, answered.value if answered else None),
            "Answering only the most confident questions first: how many are answered, and how many of those answers "
            "are wrong. The dot is about where the program as it ships stands. "
            f"Area under the curve: {'–' if summary.aurc is None else f'{summary.aurc:.3f}'}.",
        ),
        "Confidence": (confidence_svg(_by_kind(outcomes)), "What came of the questions, by confidence."),
        "Latency": (
            latency_svg([o.latency for o in outcomes if o.answered is not None], summary.latency),
            f"Time for the judged turn, in a running program. {latencies}.",
        ),
    }
    names, topics = numbers.topics_of(summary, outcomes)
    groups = numbers.failures(outcomes)
    shown = {id(o) for o in [o for _, group in groups for o in group][:_MOST_SHOWN]}
    return environment.get_template("page.html.j2").render(
        evaluation=evaluation,
        summary=summary,
        labels=MEASURES,
        estimates=numbers.shown(summary),
        extras=list(numbers.extras(summary, outcomes)),
        by_topic=names,
        topics=topics,
        plots=[(title, Markup(svg), caption) for title, (svg, caption) in drawings.items() if svg],  # noqa: S704 - ours
        failed=sum(len(group) for _, group in groups),
        most=_MOST_SHOWN,
        groups=[(kind, len(group), [o for o in group if id(o) in shown]) for kind, group in groups],
        gaps=messages.ASKED_FOR,
    )


def _by_kind(outcomes: Sequence[Outcome]) -> dict[str, list[float]]:
    """Return the confidences of questions by what came of them: an answer's length does not count here."""
    kinds: dict[str, list[float]] = {
        name: [] for name in ("right answer", "right refusal", "wrong answer", "wrong refusal")
    }
    for outcome in (o for o in outcomes if o.right is not None and o.answered is not None):
        right = outcome.would if outcome.answered else outcome.right
        kind = "answer" if outcome.answered else "refusal"
        kinds[f"{'right' if right else 'wrong'} {kind}"].append(outcome.confidence)
    return kinds
