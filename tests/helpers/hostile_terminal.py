"""Runs commands one after another, as a shell would, over an index in which every text is hostile; for a test.

The argument is a file with a JSON list of commands, each a list of arguments. No loader makes such an index; somebody
may hand one over.
"""

import dataclasses
import json
import sys
from pathlib import Path

import calcqa.assistant
import calcqa.index.index
import calcqa.index.open
import calcqa.models.load_encoder
from calcqa.index.index import Index
from helpers.small import FakeEncoder

BAD = ("\x1b]0;x\x07\u202e\x9b", "\x7f\x08\x1b[8m\u2028\r")
PLACES = ("Q" * len(BAD[0]), "Z" * len(BAD[1]))
"""What stands in the text where the hostile characters are put, so that offsets stay."""


def bad(text):
    for place, hostile in zip(PLACES, BAD, strict=True):
        text = text.replace(place, hostile)
    return text


def spoilt(index):
    """Return an index with hostile texts, titles, headings, file names and questions."""
    mark = "".join(BAD)
    documents = {
        i: dataclasses.replace(
            d,
            text=bad(d.text),
            title=d.title + mark,
            source=BAD[0] + d.source,
            sections=tuple(dataclasses.replace(s, title=s.title + mark) for s in d.sections),
        )
        for i, d in index.documents.items()
    }
    passages = tuple(
        dataclasses.replace(p, text=bad(p.text), headings=tuple(h + mark for h in p.headings)) for p in index.passages
    )
    asked = tuple(dataclasses.replace(a, question=a.question + mark) for a in index.faq)
    manifest = {
        **index.manifest,
        "program": mark,
        "sources": [{**s, "source": mark} for s in index.manifest["sources"]],
    }
    return Index(documents, passages, asked, index.store, index.lexical, index.question_model, manifest)


def main():
    opened = calcqa.index.open.open_index
    for module in (calcqa.index.open, calcqa.assistant):
        module.open_index = lambda path: spoilt(opened(path))
    for module in (calcqa.models.load_encoder, calcqa.assistant):
        module.load_encoder = lambda *_: FakeEncoder()
    from calcqa.cli import main

    for command in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        sys.argv[1:] = command
        sys.stdout.write("=== next\n")
        sys.stdout.flush()
        try:
            main.main()
        except SystemExit as end:
            sys.stdout.write(f"=== exit {end.code}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
