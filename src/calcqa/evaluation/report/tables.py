"""A run, or two runs compared, as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from calcqa.evaluation.compare import Changed, Comparison
from calcqa.evaluation.measures import MEASURES
from calcqa.evaluation.outcomes import Outcome
from calcqa.evaluation.report import numbers
from calcqa.evaluation.report.numbers import cut, interval, number, printable, value
from calcqa.evaluation.summary import Evaluation

if TYPE_CHECKING:
    from rich.console import Console

_MOST_FAILURES, _MOST_CHANGED = 100, 20  # questions of a kind, on a terminal


def print_run(evaluation: Evaluation, console: Console) -> None:
    """Print the measures of a run, overall and by topic, and its failures in short, to a rich console."""
    from rich.table import Table
    from rich.text import Text

    summary, outcomes = evaluation.summary, evaluation.outcomes
    table = Table("Measure", "", "95% interval", "n", title=f"{summary.questions} questions", title_justify="left")
    for name, estimate in numbers.shown(summary).items():
        table.add_row(MEASURES[name][0], value(estimate, name), interval(estimate, name), str(estimate.n))
    for label, text, n in numbers.extras(summary, outcomes):
        table.add_row(label, text, "", n)
    console.print(table)
    names, topics = numbers.topics_of(summary, outcomes)
    if topics:
        table = Table("Topic", "n", *(MEASURES[name][0] for name in names))
        for topic, measured in topics.items():
            of = [(measured.estimates.get(name), name) for name in names]
            cells = (f"{value(*one)}\n{interval(*one)}".rstrip() for one in of)
            table.add_row(Text(printable(topic)), str(measured.questions), *cells)
        console.print(table)
    for kind, group in numbers.failures(outcomes):
        console.print(Text(f"\n{kind.capitalize()} ({len(group)})", style="bold"))
        for outcome in group[:_MOST_FAILURES]:
            console.print(Text("\n".join(_failure(outcome))))
        if len(group) > _MOST_FAILURES:
            console.print(f"  and {len(group) - _MOST_FAILURES} more; the run's outcomes.jsonl has them all.")


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Print two runs side by side, and the questions that changed most, to a rich console."""
    from rich.table import Table
    from rich.text import Text

    title = f"{comparison.questions} questions in both"
    table = Table("Measure", "A", "B", "B − A", "95% interval", "p", "n", title=title)
    for d in comparison.differences:
        low, high = number(d.low, d.name), number(d.high, d.name)
        values = (number(x, d.name) for x in (d.a, d.b))
        change = ("+" if d.difference > 0 else "") + number(d.difference, d.name)
        label, *_ = MEASURES.get(d.name, (printable(d.name),))  # a file may name what this version does not know
        table.add_row(label, *values, change, f"{low} to {high}", f"{d.p:.4f}", str(d.questions))
    console.print(table)
    if comparison.only_a or comparison.only_b:
        a, b = comparison.only_a, comparison.only_b
        console.print(f"Not compared: {a} questions that only A has, {b} that only B has.")
    for kind, changed in (("Won by B", comparison.won), ("Lost by B", comparison.lost)):
        console.print(Text(f"\n{kind} ({len(changed)}, by {comparison.leading})", style="bold"))
        for one in changed[:_MOST_CHANGED]:
            console.print(Text("\n".join(_change(one))))
        if len(changed) > _MOST_CHANGED:
            console.print(f"  and {len(changed) - _MOST_CHANGED} more; --json has them all.")


def _failure(outcome: Outcome) -> Iterator[str]:
    yield f"  {printable(outcome.id)}  {' → '.join(printable(t) for t in outcome.turns)}"
    if outcome.understood != outcome.turns[-1]:
        yield f"      understood: {printable(outcome.understood)}"
    if outcome.answered and outcome.groups_found:
        pairs = zip(outcome.expected, outcome.groups_found, strict=True)
        if missing := [printable(expected) for expected, matched in pairs if not matched]:
            yield f"      missing: {', '.join(missing)}"
    refused = f"refused ({outcome.unanswerable or outcome.reason})"
    yield f"      {outcome.confidence:.3f}  {cut(outcome.text, 160) if outcome.answered else refused}"


def _change(one: Changed) -> Iterator[str]:
    yield f"  {printable(one.id)}  {printable(one.question)}"
    yield f"      A {one.before:.2f}  {cut(one.said_before, 140)}"
    yield f"      B {one.after:.2f}  {cut(one.said_after, 140)}"
