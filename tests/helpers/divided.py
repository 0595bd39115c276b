"""Reads the hand-made set of sentences, `tests/language/sentences.txt`; the file says its form."""

import re

from calcqa.types import Span
from helpers.paths import REPO

DIVIDED = REPO / "tests" / "language" / "sentences.txt"
"""Odd sections were looked at when the rules were written, even ones were not."""

_SECTION = re.compile(r"# (\d+) ")
_LINE = re.compile(r"(?P<sentence>.*?)(?:\{(?P<mark>.*)\})?(?P<glued>\\?)")


def divided() -> list[tuple[int, str, list[Span]]]:
    """Return the paragraphs, each as its section's number, its text, and the spans of its sentences."""
    paragraphs: list[tuple[int, list[str]]] = []
    section, lines = 0, list[str]()
    for line in [*DIVIDED.read_text(encoding="utf-8").splitlines(), ""]:
        if line and not line.startswith("#"):
            lines.append(line)
            continue
        if lines:
            paragraphs.append((section, lines))
            lines = []
        if heading := _SECTION.match(line):
            section = int(heading[1])
    return [(section, *_joined(lines)) for section, lines in paragraphs]


def _joined(lines: list[str]) -> tuple[str, list[Span]]:
    text, spans = "", list[Span]()
    for line in lines:
        match = _LINE.fullmatch(line)
        assert match
        spans.append(Span(len(text), len(text) + len(match["sentence"])))
        text += match["sentence"] + (match["mark"] or "") + ("" if match["glued"] else " ")
    return text.rstrip(), spans
