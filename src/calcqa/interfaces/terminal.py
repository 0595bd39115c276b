"""An answer on a terminal. Thin: every sentence of it is made elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
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
