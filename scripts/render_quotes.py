"""Random quotes, rendered to the page, the exported web page, Markdown and JSON, are read back and compared.

    python scripts/render_quotes.py 100000 [SEED]

Quotes are of all of Unicode that a document may hold once it is cleaned, full of what markup and citations look like.
HTML and JSON must give them back character for character, Markdown with each run of spaces as one. Prints the first
that differ, and how many were read back; exit code 1 if any differs.
"""

from __future__ import annotations

import itertools
import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

from markdown_it import MarkdownIt

from calcqa.conversations.export import conversation_markdown, conversation_page
from calcqa.conversations.transcripts import transcript, turns_from
from calcqa.documents.repair import squeeze
from calcqa.language.characters import clean_characters
from calcqa.rendering import View, conversation_html
from calcqa.types import Answer, Citation, Document, Turn, text_hash

_AT_ONCE = 50  # quotes of one answer
_NOW = datetime(2026, 1, 2, tzinfo=UTC)
_PIECES = (
    "[1]", " [2] ", "[12](x)", "<b>", "</q>", "&amp;", "&#60;", "<!--", "-->", "`", "``", "```", "*", "**", "_", "__",
    "~~", "~", "#", "# ", "- ", "+ ", "1. ", "1) ", "> ", ">", "|", "\\", "\\\\", "$", "$$", "![", "](", "http://a.b/c",
    "www.a.b", "a@b.c", "<a@b.c>", "{{", "}}", "%", "'", '"', "“", "”", "=", "===", "---", "***", "\n", "  ", "\t", ":",
    "</blockquote>", "</body>", "<script>", "]]>", "&", ";", "<", "500 mg", "≥ 3", "µg", "no", "not ", "?", "é",
    "e\u0301",
)  # fmt: skip


class _Texts(HTMLParser):
    """The texts of all elements of one kind, in order."""

    def __init__(self, tag: str, html: str) -> None:
        super().__init__()
        self._tag, self._open = tag, 0
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        if tag == self._tag:
            self._open += 1
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open -= tag == self._tag

    def handle_data(self, data: str) -> None:
        if self._open:
            self.found[-1] += data


def quotes(number: int, seed: int) -> Iterator[str]:
    """Yield so many quotes, each as a document would hold it: cleaned, on one line, not empty."""
    rng = random.Random(seed)
    while number:
        pieces = [
            rng.choice(_PIECES)
            if rng.random() < 0.5
            else chr(rng.choice((rng.randrange(0x250), rng.randrange(0x110000))))
            for _ in range(rng.randint(1, 30))
        ]
        if quote := squeeze(clean_characters("".join(pieces))):
            number -= 1
            yield quote


def differing(held: list[str]) -> list[tuple[str, str, str]]:
    """Return (where, quote, what was read back) for each quote that a rendering did not give back."""
    text = "\n".join(held)
    document = Document(text_hash(text)[:16], "a.md", "Title", text)
    citations, at, said = [], 0, 0
    for n, quote in enumerate(held, start=1):
        place = (at, at + len(quote), said, said + len(quote))
        citations.append(Citation(n, document.id, "Title", document.sha256, "Title", "p", quote, *place))
        at, said = at + len(quote) + 1, said + len(f"{quote} [{n}] ")
    words = " ".join(f"{c.quote} [{c.number}]" for c in citations)
    turns = [Turn("What?", "What?", Answer("What?", "What?", words, None, tuple(citations), (), 0.9, None))]
    index: Any = SimpleNamespace(
        documents={document.id: document}, passage_by_id={}, with_sidecar=(), manifest={"encoder": {"sha256": "0"}}
    )
    numbers = [f" [{n}]" for n in range(1, len(held) + 1)]
    page = str(conversation_html(turns, View(documents=index.documents)))
    exported = conversation_page(turns, index, name="x", now=_NOW)
    markdown = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(
        conversation_markdown(turns, index, name="x", now=_NOW)
    )
    saved = json.loads(json.dumps(transcript(turns, index), ensure_ascii=False))
    read = {
        "page": _Texts("q", page).found,
        "web page": [t.removesuffix(n) for t, n in zip(_Texts("blockquote", exported).found, numbers, strict=False)],
        "markdown": [
            squeeze(t).removesuffix(n) for t, n in zip(_Texts("blockquote", markdown).found, numbers, strict=False)
        ],
        "json": [c.quote for c in turns_from(saved, index)[0].answer.citations],
    }
    found = [(where, q, r) for where, back in read.items() for q, r in zip(held, back, strict=False) if q != r]
    found += [(where, "", f"{len(back)} of {len(held)}") for where, back in read.items() if len(back) != len(held)]
    return found


def main() -> int:
    """Render and read back as many quotes as asked for."""
    number, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    source = quotes(number, seed)
    faults: list[tuple[str, str, str]] = []
    while held := list(itertools.islice(source, _AT_ONCE)):
        faults += differing(held)
    for where, quote, back in faults[:20]:
        sys.stdout.write(f"{where}: {quote!a} was read back as {back!a}\n")
    sys.stdout.write(f"{number:,} quotes, seed {seed}: {len(faults):,} differ.\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
