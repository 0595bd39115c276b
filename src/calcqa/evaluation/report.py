"""Reports of an evaluation: JSON for machines, one HTML page for readers, tables for a terminal.

The page is whole in itself: no script, no asset from elsewhere, every text escaped, because questions and documents
are hostile input. Nothing is measured here; what is said about a failure comes from `Outcome`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from calcqa import messages
from calcqa.evaluation.estimates import Estimate
from calcqa.evaluation.measures import ESTIMATES, Failure, Measures, Outcome
from calcqa.evaluation.plots import confidence_svg, latency_svg, risk_coverage_svg
from calcqa.evaluation.ranking import RANKED
from calcqa.faq.entries import GAPS
from calcqa.language.questions import clean_question
from calcqa.rendering.confidence import WORDS, word

if TYPE_CHECKING:
    from jinja2 import Environment
    from rich.console import Console

    from calcqa.evaluation.runner import Evaluation

LABELS: dict[str, tuple[str, str]] = {
    "facts": ("Facts found", "answerable questions answered with all their facts, in few enough words"),
    "refused": ("Rightly refused", "unanswerable questions that were refused"),
    "wrongly_refused": ("Wrongly refused", "answerable questions that were refused; lower is better"),
    "followups": ("Follow-ups", "questions with turns before them that came out right"),
    "citations": ("Quotes verbatim", "quotes that stand where they say, in the document they name"),
    "covered": ("Fully cited", "answers with no text outside their citations"),
    "shorts": ("Short answers right", "short answers, among those shown, that share words with a fact asked for"),
    "auroc": ("AUROC", "how well confidence tells answerable from unanswerable; 0.5 is chance"),
}
"""What each measure is called, and what it is a share of."""

PLAIN = ("auroc", "auroc_right", *RANKED)
"""Measures that are customarily given as numbers, and not in percent."""

_BY_TOPIC = ("facts", "refused", "wrongly_refused", "followups", "citations")


def write_json(evaluation: Evaluation, path: str | Path) -> None:
    """Write all of `evaluation` to `path` as JSON (UTF-8); an existing file is replaced, folders are made."""
    text = json.dumps(evaluation.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)
    _write(Path(path), text + "\n")


def write_html(evaluation: Evaluation, path: str | Path) -> None:
    """Write `evaluation` to `path` as one self-contained page; an existing file is replaced, folders are made."""
    _write(Path(path), render_html(evaluation))


def render_html(evaluation: Evaluation) -> str:
    """Return `evaluation` as one self-contained page."""
    from markupsafe import Markup

    overall = evaluation.overall
    drawings = {
        "Risk and coverage": (
            risk_coverage_svg(overall.risk_coverage),
            "Answering only the most confident questions first: how many are answered, and how many of those answers "
            "are wrong. The dot is the program as it ships; below its threshold it gives no answers to judge. "
            f"Area under the curve: {'–' if overall.aurc is None else f'{overall.aurc:.3f}'}.",
        ),
        "Confidence": (confidence_svg(_by_outcome(evaluation.outcomes)), "What came of the questions, by confidence."),
        "Latency": (
            latency_svg([o.latency for o in evaluation.outcomes], overall.latency),
            f"Time for the judged turn, in a running program. {latencies(overall.latency)}.",
        ),
    }
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            evaluation=evaluation,
            labels=LABELS,
            estimates={name: getattr(overall, name) for name in ESTIMATES},
            by_topic=_BY_TOPIC,
            plots=[(title, Markup(svg), said) for title, (svg, said) in drawings.items() if svg],  # noqa: S704 - ours
            groups=_grouped(evaluation),
            failed=len(evaluation.failures()),
            gaps=GAPS,
        )
    )


def environment() -> Environment:
    """Return what renders the pages: every text escaped, and a name that is missing an error."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    def template(name: str) -> str:
        return files(__package__).joinpath(name).read_text(encoding="utf-8")

    made = Environment(
        loader=FunctionLoader(template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(value=value, interval=interval, milliseconds=milliseconds, clean=printable)
    return made


def _by_outcome(outcomes: Sequence[Outcome]) -> dict[str, list[float]]:
    """Return the confidences of questions by what came of them."""
    return {
        "right answer": [o.confidence for o in outcomes if o.answered and o.facts_found],
        "right refusal": [o.confidence for o in outcomes if not o.answered and not o.question.answerable],
        "wrong answer": [o.confidence for o in outcomes if o.answered and not o.facts_found],
        "wrong refusal": [o.confidence for o in outcomes if not o.answered and o.question.answerable],
    }


def print_table(evaluation: Evaluation, console: Console) -> None:
    """Print the measures, overall and by topic, and every failure in short, to a rich console."""
    from rich.table import Table
    from rich.text import Text

    overall = evaluation.overall
    table = Table("Measure", "", "95% interval", "n", title=f"{overall.questions} questions", title_justify="left")
    for name in ESTIMATES:
        estimate: Estimate = getattr(overall, name)
        table.add_row(LABELS[name][0], value(estimate, name), interval(estimate, name), str(estimate.n))
    table.add_row("Words an answer", "–" if overall.words is None else f"{overall.words:.1f}", "", "")
    table.add_row("AURC", "–" if overall.aurc is None else f"{overall.aurc:.3f}", "", "")
    for name, held, answered in by_word(evaluation.outcomes):
        share = f"{held / answered * 100:.1f} %" if answered else "–"
        table.add_row(f"“{messages.CONFIDENCE[name][0]}” and all facts held", share, "", str(answered))
    for name, seconds in overall.latency.items():
        table.add_row(f"Latency {name}", milliseconds(seconds), "", "")
    console.print(table)

    table = Table("Topic", "n", *(LABELS[name][0] for name in _BY_TOPIC))
    for topic, measures in evaluation.topics.items():
        table.add_row(Text(printable(topic)), str(measures.questions), *_cells(measures))
    console.print(table)

    for kind, outcomes in _grouped(evaluation):
        console.print(Text(f"\n{kind.capitalize()} ({len(outcomes)})", style="bold"))
        for outcome in outcomes:
            console.print(Text("\n".join(_in_short(outcome))))


def by_word(outcomes: Iterable[Outcome]) -> list[tuple[str, int, int]]:
    """Return for each word of confidence (`rendering/confidence.py`) how many answers held all facts, of how many."""
    answered = [(word(o.confidence), o.question.answerable and o.facts_found) for o in outcomes if o.answered]
    return [(w, sum(held for said, held in answered if said == w), sum(s == w for s, _ in answered)) for w in WORDS]


def value(estimate: Estimate, name: str) -> str:
    """Return a measure as it is shown: a share in percent, one of `PLAIN` to three places, a dash for none."""
    return number(estimate.value, name) + (" %" if estimate.value is not None and name not in PLAIN else "")


def interval(estimate: Estimate, name: str) -> str:
    """Return a measure's interval as it is shown; empty where there is none."""
    return "" if estimate.value is None else f"{number(estimate.low, name)}–{number(estimate.high, name)}"


def milliseconds(seconds: float | None) -> str:
    """Return a latency as it is shown."""
    return "–" if seconds is None else f"{seconds * 1000:.1f} ms"


def latencies(percentiles: Mapping[str, float | None]) -> str:
    """Return percentiles of latency as they are shown, in one line."""
    return ", ".join(f"{name} {milliseconds(seconds)}" for name, seconds in percentiles.items())


def printable(text: str) -> str:
    """Return `text` on one line without control characters, which could steer a terminal or hide in a page."""
    return clean_question(text)


def number(value: float | None, name: str) -> str:
    """Return the number of a measure as it is shown, without the sign of percent."""
    if value is None:
        return "–"
    return f"{value:.3f}" if name in PLAIN else f"{value * 100:.1f}"


def _cells(measures: Measures) -> Iterator[str]:
    for name in _BY_TOPIC:
        estimate: Estimate = getattr(measures, name)
        yield f"{value(estimate, name)}\n{interval(estimate, name)}".rstrip()


def _grouped(evaluation: Evaluation) -> list[tuple[Failure, list[Outcome]]]:
    failures = evaluation.failures()
    groups = [(kind, [o for o in failures if o.failure is kind]) for kind in Failure]
    return [(kind, group) for kind, group in groups if group]


def _in_short(outcome: Outcome) -> Iterator[str]:
    question = outcome.question
    yield f"  {printable(question.id)}  {' → '.join(printable(t) for t in question.turns)}"
    if outcome.understood != question.turns[-1]:
        yield f"      understood: {printable(outcome.understood)}"
    missing = [g for g, found in zip(question.facts, outcome.groups_found, strict=True) if not found]
    if outcome.answered and missing:
        yield f"      missing: {', '.join(printable('|'.join(p.pattern for p in group)) for group in missing)}"
    said = printable(outcome.text) if outcome.answered else f"refused ({outcome.gap or outcome.reason})"
    yield f"      {outcome.confidence:.3f}  {said if len(said) <= 160 else said[:159] + '…'}"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
