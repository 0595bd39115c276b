"""The commands for operators: serve and password."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

import calcqa
from calcqa.cli.maintain import Index
from calcqa.cli.output import say
from calcqa.errors import InputError

serve_app = typer.Typer()

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:([kMG])(i?))?B?", re.IGNORECASE)
_POWERS = {None: 0, "k": 1, "m": 2, "g": 3}


@serve_app.command()
def serve(
    index: Index = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 7860,
    auth: Annotated[
        Path | None, typer.Option(help="Who may log in: a file of lines that `calcqa password` makes.")
    ] = None,
    root_path: Annotated[str, typer.Option(help="The path or address under which a proxy shows the page.")] = "",
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A name people reach the server by; may be repeated, * stands for all.")
    ] = None,
    max_upload: Annotated[str, typer.Option(help="The largest file that may be added, such as 5MB.")] = "5MB",
    concurrency: Annotated[int, typer.Option(min=1, help="How many questions are taken at a time.")] = 32,
    sessions: Annotated[int, typer.Option(min=1, help="How many pages may be open at a time.")] = 1_000,
    memory: Annotated[str, typer.Option(help="What added documents may take together, such as 2GB.")] = "2GB",
    save_uploads: Annotated[Path | None, typer.Option(help="Keep added documents in this folder, for all.")] = None,
    feedback: Annotated[
        Path | None, typer.Option(help="Ask for verdicts on answers and keep them in this file.")
    ] = None,
    log_questions: Annotated[bool, typer.Option("--log-questions", help="Write what is asked into the log.")] = False,
) -> None:
    """Serve the chat page in a browser at the address it prints.

    The log goes to standard error, a JSON object a line. /healthz says whether the server works. SIGTERM or Ctrl+C
    stops it when the running answers are done, after ten seconds at most.
    """
    from calcqa.server.app import Serving
    from calcqa.server.page.layout import serve as serve_page

    options = Serving(
        host=host,
        port=port,
        auth=auth,
        root_path=root_path,
        hosts=tuple(allow_host or ()),
        max_upload=parse_size(max_upload),
        concurrency=concurrency,
        sessions=sessions,
        log_questions=log_questions,
    )
    serve_page(calcqa.open(index), options, save_uploads=save_uploads, feedback=feedback, memory=parse_size(memory))


@serve_app.command()
def password(name: Annotated[str, typer.Argument(help="The name to log in with.")]) -> None:
    """Print the line that lets NAME log in, for the file of `calcqa serve --auth`.

    Asks for the password twice, or reads it from standard input if that is no terminal.
    """
    from calcqa.server.auth import user_line

    if sys.stdin.isatty():
        # On standard error, so that the line alone can be sent to a file.
        secret = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        secret = sys.stdin.read().removesuffix("\n").removesuffix("\r")
    say(user_line(name, secret))


def parse_size(text: str) -> int:
    """Return the bytes that "5MB", "512 KiB" or "20000" stands for. Raises InputError for anything else."""
    match = _SIZE.fullmatch(text.strip())
    if not match or len(text) > 40:
        raise InputError(f"{text!r} is no size; write it as 5MB or 512KiB, or in bytes.")
    number, unit, binary = match.groups()
    return int(float(number) * (1024 if binary else 1000) ** _POWERS[unit and unit.lower()])
