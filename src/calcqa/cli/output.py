"""Prints what the commands say, in one place that lets no text steer the terminal, and shows progress.

Does: show what could move a cursor, end a line that is not ours, or turn the reading direction round as its number,
and leave every other character as it is. Thin: every sentence is made elsewhere.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import json
import logging
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderResult

    from calcqa.index.build import Progress
    from calcqa.types import Answer, Document, Dropped

_STEERING = ("Cc", "Cf", "Cs", "Zl", "Zp")  # categories: controls, formats, halves of characters, line separators
_HARMLESS = "\t\n\u200c\u200d"  # the joiners are spelling in Persian or Hindi
_QUIET = re.compile(r"[ -~\n]*")  # what nearly all that is printed consists of


def visible(text: str) -> str:
    """Return `text` with every character that could steer a terminal as its number, such as <U+001B>."""
    return text if _QUIET.fullmatch(text) else "".join(f"<U+{ord(c):04X}>" if _steers(c) else c for c in text)


def one_line(text: str) -> str:
    """Return `text` as `visible` does, on one line, indented as it is: a name that breaks it could forge the next."""
    indent = text[: len(text) - len(text.lstrip(" "))]
    return indent + visible(" ".join(text.split()))


def _steers(character: str) -> bool:
    return unicodedata.category(character) in _STEERING and character not in _HARMLESS


def say(text: str, *, err: bool = False, nl: bool = True, **style: Any) -> None:
    """Print `text` to standard output, or error; `style` is as typer.secho takes it."""
    typer.secho(visible(text), err=err, nl=nl, **style)


def say_json(data: object, indent: int | None = 2) -> None:
    """Print `data` as JSON, in which characters that could steer a terminal are escaped: it says the same."""
    text = json.dumps(data, ensure_ascii=not _prints_all(sys.stdout), indent=indent)
    if not _QUIET.fullmatch(text):
        text = "".join(json.dumps(c)[1:-1] if c != "\n" and _steers(c) else c for c in text)
    typer.echo(text)


def print_anywhere() -> None:
    """Have what standard output or error cannot write, where it is not UTF-8, shown as its number and no error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not _prints_all(stream):
            stream.reconfigure(errors="backslashreplace")


def _prints_all(stream: IO[str]) -> bool:
    return codecs.lookup(getattr(stream, "encoding", None) or "utf-8").name == "utf-8"


class _Shown:
    """Something for rich to print, with its texts made visible; what rich itself says to the terminal stays."""

    def __init__(self, inner: ConsoleRenderable) -> None:
        self._inner = inner

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.segment import Segment

        for segment in console.render(self._inner, options):
            yield segment if segment.control else Segment(visible(segment.text), segment.style)


class _Door:
    """What rich calls before it prints anything."""

    def process_renderables(self, renderables: Sequence[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Shown(r) for r in renderables]


def console(*, err: bool = False) -> Console:
    """Return a console of rich's for tables and bars, through which no text steers the terminal, or is markup."""
    from rich.console import Console

    made = Console(stderr=err, markup=False, highlight=False, emoji=False)
    made.push_render_hook(_Door())  # type: ignore[arg-type]
    return made


class _Visible(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return visible(super().format(record))


def log_warnings() -> None:
    """Have warnings printed to standard error as sentences, by the same functions."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Visible("%(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def print_answer(answer: Answer, documents: Mapping[str, Document] | None = None) -> None:
    """Print an answer: a short answer in bold above its sentence, then where each quote stands; or the abstention.

    Of `documents`, by id, the files are named.
    """
    from calcqa.rendering import disagreed, place, unsaid

    named = {d: f"{one.title} ({one.source})" for d, one in (documents or {}).items()}

    if answer.standalone_question != answer.question:
        say(f"Understood as: {answer.standalone_question}", dim=True)
    at = 0
    for c in answer.citations:
        if c.short_answer:  # above its sentence, which begins a line of its own then
            if before := answer.text[at : c.answer_start].rstrip():
                say(before)
            say(c.short_answer, bold=True)
            at = c.answer_start
    say(answer.text[at:])
    for sentence in (*disagreed(answer), *unsaid(answer)):
        say(one_line(sentence))
    for c in answer.citations:
        say(one_line(f"  [{c.number}] {named.get(c.document_id, c.document_title)}, {place(c)}"), dim=True)
    if answer.abstention and not answer.abstention.unknown_report:
        say(f"  Searched {answer.abstention.passages_searched} passages. Nearest, not an answer:", dim=True)
        for hit in answer.abstention.nearest:
            text = hit.passage.text if len(hit.passage.text) <= 100 else hit.passage.text[:99] + "…"
            title = named.get(hit.passage.document_id, "") if len(named) > 1 else ""
            within = " › ".join(filter(None, (title, *hit.passage.headings)))
            say(one_line(f"  – {within}: {text}" if within else f"  – {text}"), dim=True)


def amounts(counts: Mapping[str, int]) -> str:
    """Return how much there is of each kind of which there is something."""
    return ", ".join(f"{n:,} {'unanswerable' if kind == 'gaps' else kind}" for kind, n in counts.items() if n)


def print_left_out(source: str, dropped: Sequence[Dropped], *, whole: bool = False) -> None:
    """Print how much was left out of a document, and why; with `whole` each piece too. Nothing where nothing was."""
    if not dropped:
        return
    reasons = Counter(one.reason for one in dropped)
    each = ", ".join(f"{number} × {reason}" for reason, number in reasons.items())
    say(one_line(f"{source}: left out {len(dropped):,} piece{'' if len(dropped) == 1 else 's'} ({each})."))
    for one in dropped if whole else ():
        say(one_line(f"  {one.reason}: {one.text}"))


@contextlib.contextmanager
def progress_bar() -> Iterator[Progress]:
    """Yield what shows progress, a bar for each stage with the time it has left, where standard error is a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    to = console(err=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Bars(*columns, console=to, transient=True, disable=not to.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total, rate="")
            speed = bars.tasks[tasks[stage]].speed
            bars.update(tasks[stage], completed=done, total=total, rate=f"{speed:,.0f}/s" if speed else "")

        yield progress
