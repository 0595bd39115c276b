"""A run over a set for readers: an HTML page with plots, and tables for a terminal; the same for two runs compared.

As in `report.py`, the page is whole in itself and every text escaped: questions, texts and answers are hostile input.
Nothing is measured here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from calcqa.evaluation.comparing import Changed, Comparison
from calcqa.evaluation.plots import confidence_svg, latency_svg, risk_coverage_svg
from calcqa.evaluation.report import LABELS, environment, interval, latencies, milliseconds, number, printable, value
from calcqa.evaluation.scoring import Scored
from calcqa.evaluation.spans import Best
from calcqa.evaluation.summary import Summary, by_topic, summarise

if TYPE_CHECKING:
    from rich.console import Console

RUN_LABELS: dict[str, tuple[str, str]] = {
    "right": ("Right", "right answers and right refusals, of all questions of which that is known"),
    "found": ("Answer found", "answers with a gold answer in a quote, of answerable questions that have one"),
    "answered": ("Answered", "questions that were answered, rightly or not"),
    "refused": LABELS["refused"],
    "wrongly_refused": LABELS["wrongly_refused"],
    "undecided_refused": ("Refused, undecided", "refusals, where the set does not say whether there is an answer"),
    "followups": LABELS["followups"],
    "em": ("Exact match", "SQuAD's, of the short answer, or of the first quote where there is none"),
    "f1": ("F1", "SQuAD's, of the same words"),
    "citation_precision": ("Citation precision", "citations that overlap gold evidence"),
    "citation_recall": ("Citation recall", "gold evidence that a citation overlaps"),
    "citations": LABELS["citations"],
    "covered": LABELS["covered"],
    "nDCG@10": ("nDCG@10", "the first ten texts, by their grades"),
    "R@10": ("R@10", "relevant texts among the first ten"),
    "R@100": ("R@100", "relevant texts among the first hundred"),
    "RR": ("MRR", "one over the rank of the first relevant text"),
    "P@1": ("P@1", "first texts that are relevant"),
    "within_100": ("Within 100 words", "a gold answer stands in the first hundred words retrieved"),
    "within_250": ("Within 250 words", "a gold answer stands in the first 250"),
    "within_1000": ("Within 1,000 words", "a gold answer stands in the first thousand"),
    "passage_nDCG@10": ("nDCG@10, passages", "the first ten passages, relevant where they touch gold evidence"),
    "auroc": LABELS["auroc"],
    "auroc_right": ("AUROC, right", "how well confidence tells right from wrong, were every question answered"),
    "answered_at_95": ("Answered at 95 %", "questions that can be answered, the surest first, with 95 % right"),
    "facts": LABELS["facts"],
    "shorts": LABELS["shorts"],
}
"""What each measure of a run is called, and what it is a share of."""

_BY_TOPIC = ("right", "found", "answered", "nDCG@10", "RR")
_MOST_TOPICS, _MOST_SHOWN = 50, 200
_IN_SHORT = 20  # questions that changed, on a terminal


def render_run(settings: Mapping[str, Any], scored: Sequence[Scored], summary: Summary) -> str:
    """Return a run as one self-contained page: measures, curves, and the first failures."""
    from markupsafe import Markup

    answered = summary.estimates.get("answered")
    drawings = {
        "Risk and coverage": (
            risk_coverage_svg(summary.curve, answered.value if answered else None),
            "Answering only the most confident questions first, whether the program dared to or not: how many are "
            "answered, and how many of those answers are wrong. The dot is about where the program as it ships stands. "
            f"Area under the curve: {'–' if summary.aurc is None else f'{summary.aurc:.3f}'}.",
        ),
        "Confidence": (confidence_svg(_groups(scored)), "What came of the questions, by confidence."),
        "Latency": (
            latency_svg([s.latency for s in scored if s.answered is not None], summary.latency),
            f"Time for the judged turn, in a running program. {latencies(summary.latency)}.",
        ),
    }
    failed = [s for s in scored if s.right is False]
    return (
        environment()
        .get_template("run.html.j2")
        .render(
            settings=settings,
            summary=summary,
            labels=RUN_LABELS,
            estimates=summary.estimates,
            extras=list(_extras(summary)),
            by_topic=[name for name in _BY_TOPIC if name in summary.estimates],
            topics={topic: one.estimates for topic, one in _topics(scored).items()},
            plots=[(title, Markup(svg), said) for title, (svg, said) in drawings.items() if svg],  # noqa: S704 - ours
            failed=len(failed),
            failures=failed[:_MOST_SHOWN],
        )
    )


def print_run(scored: Sequence[Scored], summary: Summary, console: Console) -> None:
    """Print the measures of a run, and those of its topics, to a rich console."""
    from rich.table import Table
    from rich.text import Text

    table = Table("Measure", "", "95% interval", "n", title=f"{summary.questions} questions", title_justify="left")
    for name, estimate in summary.estimates.items():
        table.add_row(RUN_LABELS[name][0], value(estimate, name), interval(estimate, name), str(estimate.n))
    for label, said in _extras(summary):
        table.add_row(label, said, "", "")
    console.print(table)
    names = [name for name in _BY_TOPIC if name in summary.estimates]
    if topics := _topics(scored):
        table = Table("Topic", "n", *(RUN_LABELS[name][0] for name in names))
        for topic, one in topics.items():
            cells = (value(one.estimates[n], n) if n in one.estimates else "–" for n in names)
            table.add_row(Text(printable(topic)), str(one.questions), *cells)
        console.print(table)


def print_comparison(found: Comparison, console: Console) -> None:
    """Print two runs side by side, and the questions that changed most, to a rich console."""
    from rich.table import Table
    from rich.text import Text

    table = Table("Measure", "A", "B", "B − A", "95% interval", "p", "n", title=f"{found.questions} questions in both")
    for d in found.differences:
        low, high = number(d.low, d.name), number(d.high, d.name)
        values = (number(x, d.name) for x in (d.a, d.b))
        change = ("+" if d.difference > 0 else "") + number(d.difference, d.name)
        label, *_ = RUN_LABELS.get(d.name, (printable(d.name),))  # a file may name what this version does not know
        table.add_row(label, *values, change, f"{low} to {high}", f"{d.p:.4f}", str(d.questions))
    console.print(table)
    if found.only_a or found.only_b:
        console.print(f"Not compared: {found.only_a} questions that only A has, {found.only_b} that only B has.")
    for kind, changed in (("Won by B", found.won), ("Lost by B", found.lost)):
        console.print(Text(f"\n{kind} ({len(changed)}, by {found.leading})", style="bold"))
        for one in changed[:_IN_SHORT]:
            console.print(Text("\n".join(_in_short(one))))
        if len(changed) > _IN_SHORT:
            console.print(f"  and {len(changed) - _IN_SHORT} more; --json has them all.")


def _in_short(one: Changed) -> Iterator[str]:
    yield f"  {printable(one.id)}  {printable(one.question)}"
    for name, value_, said in (("A", one.before, one.said_before), ("B", one.after, one.said_after)):
        line = printable(said)
        yield f"      {name} {value_:.2f}  {line if len(line) <= 140 else line[:139] + '…'}"


def _topics(scored: Sequence[Scored]) -> dict[str, Summary]:
    """Return the measures of each topic, where there are several, and not so many that nobody could read them."""
    groups = by_topic(scored)
    if not 1 < len(groups) <= _MOST_TOPICS:
        return {}
    return {topic: summarise(group, resamples=100) for topic, group in groups.items()}


def _groups(scored: Sequence[Scored]) -> dict[str, list[float]]:
    groups: dict[str, list[float]] = {
        name: [] for name in ("right answer", "right refusal", "wrong answer", "wrong refusal")
    }
    for one in scored:
        if one.answered is not None and one.right is not None:
            kind = "answer" if one.answered else "refusal"
            groups[f"{'right' if one.right else 'wrong'} {kind}"].append(one.confidence)
    return groups


def _extras(summary: Summary) -> Iterator[tuple[str, str]]:
    """Yield what has no interval, as (name, as it is shown)."""
    for name, best in (("Best exact match", summary.best_em), ("Best F1", summary.best_f1)):
        if isinstance(best, Best):
            yield name, f"{best.value * 100:.1f} % at {best.threshold:.3f}"
    if summary.aurc is not None:
        yield "AURC", f"{summary.aurc:.3f}"
    if summary.words is not None:
        yield "Words an answer", f"{summary.words:.1f}"
    for name, seconds in summary.latency.items():
        if seconds is not None:
            yield f"Latency {name}", milliseconds(seconds)
