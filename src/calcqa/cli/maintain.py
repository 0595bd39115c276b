"""The commands that check and tell: check, verify, feedback, info. Thin over what does the work."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcqa.cli.output import amounts, one_line, print_left_out, say, say_json
from calcqa.errors import InputError

if TYPE_CHECKING:
    from calcqa.types import Document

measure_app = typer.Typer()
FAILED = 1
MOST_BYTES = 100_000_000
"""Bytes of a saved conversation that is read."""
_STDIN = Path("-")
_NOTHING_QUOTED = "There was no quote to check: nothing is quoted in it."

Index = Annotated[
    Path | None, typer.Option("--index", "-i", help="The index; else CALCQA_INDEX, ./index, or the packed one.")
]


@measure_app.command()
def check(
    index: Index = None,
    most: Annotated[int, typer.Option(min=0, help="How many of each finding to print.")] = 20,
) -> None:
    """Report sentences nobody asks about, duplicate questions, and questions nearest to one with another answer."""
    from calcqa.index.faq_audit import check as check_index
    from calcqa.index.open import find_index, open_index

    findings = check_index(open_index(find_index(index)))
    say(f"{len(findings.unasked)} sentences nobody asks about")
    for sentence in findings.unasked[:most]:
        say(one_line(f"  {sentence}"))
    kinds = {"duplicates": findings.duplicates, "questions nearest to one with another answer": findings.strays}
    for name, pairs in kinds.items():
        say(f"{len(pairs)} {name}")
        for pair in pairs[:most]:
            say(one_line(f"  {pair.score:.2f}  {pair.question}  ~  {pair.other}"))


@measure_app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A saved conversation, or the JSON of an answer; - is standard input.")],
    index: Index = None,
    against: Annotated[
        list[Path] | None,
        typer.Option(
            "--against", help="Compare its quotes with a file or folder, such as a newer copy; repeat for more."
        ),
    ] = None,
    correct: Annotated[
        Path | None, typer.Option("--correct", help="With --against: write it here, moved quotes at their new places.")
    ] = None,
    retitled: Annotated[
        bool, typer.Option(help="With --correct: a copy of another title is the same document.")
    ] = False,
) -> None:
    """Check all that a saved conversation shows against the index; exit code 1 if anything fails, or nothing is there.

    Quotes, titles, sections and refusals are made anew and compared whole. What a person typed is only compared with
    itself, and with the file's seal, which tells that something was changed, and not who did it.

    With --against no index is needed: each quote stands where it stood, has moved, stands more than once, or is gone;
    it is unread where no copy of its document can be read. Exit code 1 if any neither stands nor has moved,
    or none is there.
    """
    if correct and not against:
        raise InputError("--correct needs --against: the files whose places it should have.")
    if against:
        raise typer.Exit(_verify_against(file, against, correct, retitled))
    from calcqa.conversations.verification import NOT_HERE
    from calcqa.conversations.verification import verify as verify_transcript
    from calcqa.index.open import find_index, open_index

    count, faults = verify_transcript(_read(file), open_index(find_index(index)))
    for fault in faults:
        place = f"turn {fault.turn}" if fault.turn else file.name
        cited = f" [{fault.citation}]" if fault.citation else ""
        say(one_line(f"{place}{cited}: {fault.problem}" + (f": {fault.quote!r}" if fault.quote else ".")))
    failed = len({(f.turn, f.citation) for f in faults if f.citation})
    say(f"{count - failed} of {count} quotes verified." if count or faults else _NOTHING_QUOTED)
    if any(fault.problem == NOT_HERE for fault in faults):
        say("Was it added in the page? Build an index with it, and name that: calcqa verify --index", err=True)
    raise typer.Exit(FAILED if faults else 0)


def _verify_against(file: Path, against: list[Path], correct: Path | None, retitled: bool) -> int:
    """Print what has become of the quotes of `file` in other copies of its documents, and return the exit code."""
    from dataclasses import replace

    from calcqa.conversations.newer import Standing, compare, corrected
    from calcqa.documents.corpus import files_of
    from calcqa.documents.load import load
    from calcqa.errors import DocumentError

    data, documents, unread = _read(file), [], 0
    for path in files_of(against):
        try:
            documents.append(replace(load(path).document, source=path.absolute().as_posix()))
        except DocumentError as error:
            unread += 1
            say(one_line(f"Unread: {error}"), err=True)
    compared = compare(data, documents, unread)
    for quote in compared:
        if quote.standing is not Standing.STANDS or quote.retitled:
            now = (
                f" to {quote.place.start}–{quote.place.end}" if quote.standing is Standing.MOVED and quote.place else ""
            )
            copy = f" in “{quote.document.title}”" if quote.document else ""
            other = ", a document of another title" if quote.retitled else ""
            say(one_line(f"turn {quote.turn} [{quote.citation}]: {quote.standing}{now}{copy}{other}: {quote.quote!r}"))
    counts = {kind: sum(q.standing is kind for q in compared) for kind in Standing}
    summary = ", ".join(f"{number} {kind}" for kind, number in counts.items()) + f"; {len(compared)} quotes."
    say(summary if compared else _NOTHING_QUOTED)
    failed = len(compared) - counts[Standing.STANDS] - counts[Standing.MOVED]
    if correct and not compared:
        say(f"Not written: {correct}, for there is no quote to correct.", err=True)
    elif correct and failed:
        say(f"Not written: {correct}, for not every quote has a place.", err=True)
    elif correct:
        if not isinstance(data, dict):
            raise InputError(f"{file} is a list of answers; only a conversation, or one answer, can be corrected.")
        text = json.dumps(corrected(data, documents, retitled=retitled), ensure_ascii=False, indent=2)
        try:
            correct.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise InputError(f"Cannot write {correct}: {error.strerror}.") from error
        say(f"Written: {correct}")
    return FAILED if failed or not compared else 0


def _read(file: Path) -> object:
    """Return what a saved conversation holds; of lines, as `calcqa chat --json` writes them, the list."""
    from calcqa.language.json_input import parse

    try:
        with contextlib.nullcontext(sys.stdin.buffer) if file == _STDIN else file.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise InputError(f"{file} has more than {MOST_BYTES:,} bytes, which no saved conversation has.")
        text = data.decode("utf-8")
    except OSError as error:
        raise InputError(f"Cannot read {file}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not a saved conversation: it is not text in UTF-8.") from error
    try:
        try:
            return parse(text)
        except ValueError:
            return [parse(line) for line in text.split("\n") if line.strip()]
    except ValueError as error:
        raise InputError(f"{file} is not a saved conversation: it is not JSON ({error}).") from None


@measure_app.command()
def feedback(
    file: Annotated[Path, typer.Argument(help="The file that `calcqa serve --feedback` writes.")],
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV for a spreadsheet, not JSON lines.")] = False,
) -> None:
    """Print what people said of answers, the oldest first: one JSON object a line."""
    from calcqa.conversations.feedback import Feedback, to_csv

    rows = Feedback(file, create=False).rows()
    if as_csv:
        say(to_csv(rows), nl=False)
        return
    for row in rows:
        say_json(row, indent=None)


@measure_app.command()
def info(
    index: Index = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifest as JSON.")] = False,
    left_out: Annotated[
        bool, typer.Option("--left-out", help="Print what was left out of each document, and why.")
    ] = False,
) -> None:
    """Say what an index holds, what it was built with, and what its weights reached where they were fitted."""
    from calcqa.documents.about import about
    from calcqa.index.index import counts
    from calcqa.index.open import find_index, open_index

    path = find_index(index)
    opened = open_index(path)
    if left_out:
        _print_left_out([*opened.documents.values()], as_json)
        return
    manifest = opened.manifest
    if as_json:
        say_json(manifest)
        return
    encoder = manifest["encoder"]
    say(one_line(f"{path} (format {manifest['format_version']}, {manifest['program']})"))
    say(f"holds    {amounts(counts(opened, small_talk=False))}")
    say(f"encoder  {encoder['name']}, {encoder['dimension']} dimensions, sha256 {encoder['sha256'][:12]}…")
    for source in manifest["sources"]:
        say(one_line(f"source   {source['source']}" + (f" with {source['sidecar']}" if source["sidecar"] else "")))
        if line := about(opened.documents[source["document"]]).line:
            say(one_line(f"         {line}"))
    for name, figures in manifest["weights"]["figures"].items():
        say(f"fitted   {name}: {figures}")


def _print_left_out(documents: list[Document], as_json: bool) -> None:
    """Print each piece that the loaders left out, below its document; or as JSON."""
    if as_json:
        say_json([{"source": d.source, "text": one.text, "reason": one.reason} for d in documents for one in d.dropped])
        return
    for document in documents:
        print_left_out(document.source, document.dropped, whole=True)
    if not any(document.dropped for document in documents):
        say("Nothing was left out.")
