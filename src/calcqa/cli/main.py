"""The command line: thin over the assistant.

Others stand in `cli/evaluate.py` (question sets, runs), `cli/fitting.py`, `cli/maintain.py` (checks) and `cli/serve.py`
(the page).
Exit codes: 0 answered (or done), 3 abstained, 2 bad input, 1 a check that failed.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import calcqa
from calcqa.cli.evaluate import eval_app
from calcqa.cli.fitting import fit_app
from calcqa.cli.maintain import FAILED, Index, measure_app
from calcqa.cli.output import (
    amounts,
    log_warnings,
    one_line,
    print_answer,
    print_anywhere,
    print_left_out,
    progress_bar,
    say,
    say_json,
    visible,
)
from calcqa.cli.serve import serve_app
from calcqa.config import stay_at_home
from calcqa.errors import CalcqaError, InputError

if TYPE_CHECKING:
    from calcqa.assistant import Assistant
    from calcqa.models.reader import Reader
    from calcqa.types import Answer

ABSTAINED, BAD_INPUT = 3, 2
_UsageError: Any = typer.BadParameter.__base__  # what all that is wrong with arguments is; typer has no name for it

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Questions about clinical reports, answered with sentences quoted from them.",
)
for more in (eval_app, fit_app, measure_app, serve_app):
    app.registered_commands += more.registered_commands

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def main() -> None:
    """Run the program; a CalcqaError becomes one sentence on stderr and exit code 2."""
    stay_at_home()
    print_anywhere()
    log_warnings()
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except CalcqaError as error:
        say(one_line(str(error)), err=True)
        sys.exit(BAD_INPUT)
    except _UsageError as error:
        for name, value in list(vars(error).items()):
            if isinstance(value, str):  # it repeats what was typed
                setattr(error, name, visible(value))
        error.show()
        sys.exit(BAD_INPUT)
    except typer.Abort:
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _version(value: bool) -> None:
    if value:
        say(f"calcqa {calcqa.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Questions about clinical reports, answered with sentences quoted from them."""


@app.command()
def build(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; by default ./corpus.")] = None,
    out: Annotated[Path, typer.Option(help="The folder of the index.")] = Path("index"),
    sidecars: Annotated[bool, typer.Option(help="Use the FAQ files beside the documents.")] = True,
    if_stale: Annotated[bool, typer.Option("--if-stale", help="Only if what it was built from has changed.")] = False,
) -> None:
    """Build an index of documents; the old one serves until the new one is whole.

    A file that cannot be used is named, and the rest goes on; the exit code is 1 then.
    """
    from calcqa.documents.corpus import Unused
    from calcqa.index.default_build import is_current

    sources, unused = list(paths) if paths else [Path("corpus")], Unused()
    if if_stale and is_current(sources, out, sidecars=sidecars, unused=unused):
        say(f"{out} is up to date.")
    else:
        with progress_bar() as progress:
            report = calcqa.build(sources, out, sidecars=sidecars, progress=progress)
        say(f"Built {report.path}: {amounts(report.counts)}.")
        for source, dropped in report.dropped.items():
            print_left_out(source, dropped)
        if any(report.dropped.values()):
            say(one_line(f"See what was left out: calcqa info --left-out --index {report.path}"))
        unused = Unused(report.failed, list(report.other_kinds))
    if unused.other_kinds:
        say(one_line(f"Passed over, of kinds that cannot be loaded: {', '.join(unused.other_kinds)}."), err=True)
    for source, problem in unused.failed.items():
        say(one_line(f"Not used: {problem if source in problem else f'{source}: {problem}'}"), err=True)
    raise typer.Exit(FAILED if unused.failed else 0)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question; - reads it from standard input.")],
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Answer one question with quotes, or say that the documents do not."""
    question = sys.stdin.read() if question == "-" else question
    from calcqa.assistant import find_reader

    reader = find_reader()
    if reader:
        reader.prepare()  # beside the index and the encoder
    assistant = _open_once(index, reader)
    answer = assistant.ask(question)
    say_json(_sealed(answer)) if as_json else print_answer(answer, assistant.index.documents)
    raise typer.Exit(ABSTAINED if answer.abstention else 0)


@app.command()
def search(
    question: str,
    k: Annotated[int, typer.Option("-k", help="How many passages.")] = 5,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Show the passages nearest to a question, with their scores."""
    hits = _open_once(index).search(question, k)
    if as_json:
        from calcqa.types import plain

        say_json([plain(h) for h in hits])
        return
    for hit in hits:
        place = " › ".join(hit.passage.headings)
        parts = f"dense {hit.dense_score:.2f}, lexical {hit.lexical_score:.2f}, "
        parts += f"phrases {hit.phrase_score:.2f}, asked {hit.faq_score:.2f}"
        say(one_line(f"{hit.rank}. {place}  {hit.score:.3f} ({parts})"), bold=True)
        say(f"   {hit.passage.text}\n")


@app.command()
def chat(index: Index = None, as_json: AsJson = False) -> None:
    """Talk in the terminal; follow-up questions are understood. An empty line or Ctrl-D ends it."""
    assistant = calcqa.open(index)
    conversation = assistant.chat()
    for line in _lines():
        try:
            answer = conversation.ask(line)
        except InputError as error:
            say(str(error), err=True)
            continue
        say_json(_sealed(answer), indent=None) if as_json else print_answer(answer, assistant.index.documents)


def _open_once(index: Path | None, reader: Reader | None = None) -> Assistant:
    """Open an index for one question: what was read stays until the end, so no time goes into looking for garbage."""
    gc.disable()
    try:
        return calcqa.open(index, reader=reader)
    finally:
        gc.freeze()
        gc.enable()


def _sealed(answer: Answer) -> dict[str, Any]:
    """Return an answer as data with a seal, for `calcqa verify`."""
    from calcqa.conversations.verification import sealed as with_seal

    return with_seal(answer.to_dict())


def _lines() -> Iterator[str]:
    """Yield what is typed, with a prompt where somebody is typing."""
    prompt = "? " if sys.stdin.isatty() else ""
    while True:
        try:
            line = input(prompt)
        except EOFError:
            return
        if not line.strip():
            if prompt:
                return
            continue
        yield line
