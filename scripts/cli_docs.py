"""Writes docs/cli.md from the program's own help: python scripts/cli_docs.py [FILE].

tests/test_docs.py holds the file against what this writes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import typer
from typer.cli import get_docs_for_click

from calcqa.cli.main import app

FILE = Path(__file__).parent.parent / "docs" / "cli.md"


def reference() -> str:
    """Return the help of every command as one Markdown page."""
    command = typer.main.get_command(app)
    context = typer.Context(command, info_name="calcqa")
    return get_docs_for_click(obj=command, ctx=context, name="calcqa", title="Command line").rstrip() + "\n"


if __name__ == "__main__":
    (Path(sys.argv[1]) if len(sys.argv) > 1 else FILE).write_text(reference(), encoding="utf-8")
