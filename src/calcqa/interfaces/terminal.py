"""An answer on a terminal, and how far something is. Thin: every sentence of it is made elsewhere."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from calcqa.building import Progress
    from calcqa.domain import Answer


def print_answer(answer: Answer) -> None:
    """Print an answer: a short answer in bold above its sentence, then where each quote stands; or the abstention."""
    from calcqa.rendering import unsaid

    if answer.standalone_question != answer.question:
        typer.secho(f"Understood as: {answer.standalone_question}", dim=True)
    at = 0
    for c in answer.citations:
        if c.short_answer:  # above its sentence, which begins a line of its own then
            if before := answer.text[at : c.answer_start].rstrip():
                typer.echo(before)
            typer.secho(c.short_answer, bold=True)
            at = c.answer_start
    typer.echo(answer.text[at:])
    if answer.unanswered:
        typer.echo(unsaid(answer))
    for c in answer.citations:
        typer.secho(f"  [{c.number}] {c.document_title}, {c.section}, characters {c.start}–{c.end}", dim=True)
    if answer.abstention:
        typer.secho(f"  Searched {answer.abstention.passages_searched} passages. Nearest, not an answer:", dim=True)
        for hit in answer.abstention.nearest:
            text = hit.passage.text if len(hit.passage.text) <= 100 else hit.passage.text[:99] + "…"
            typer.secho(f"  – {' › '.join(hit.passage.headings)}: {text}", dim=True)


@contextlib.contextmanager
def progress_bar() -> Iterator[Progress]:
    """Yield what shows progress, a bar for each stage with the time it has left, where standard error is a terminal."""
    from rich.console import Console
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    with Bars(console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield progress
