"""Whether it is named that two documents disagree, by precision and recall over made pairs.

    python -m benchmarks.quality.disagreement questions/disagreement/dev.jsonl
    python -m benchmarks.quality.disagreement … --each

Each pair is asked its question as an index of its two documents, without FAQ entries. Precision is the share of the
pairs with a disagreement named that do disagree, recall the share of those that disagree in which it is named (one that
is refused is missed). `words` counts, of those named rightly, where the words named are those that differ, or hold
them, or stand in them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calcqa.assistant import open_assistant
from calcqa.index.default_build import build
from calcqa.types import Answer
from calcqa.workspace import Singles


@dataclass(frozen=True, slots=True)
class Judged:
    """One pair: its record, and what was answered."""

    record: dict[str, Any]
    answer: Answer

    @property
    def named(self) -> bool:
        """Whether a disagreement is named."""
        return bool(self.answer.disagreements)

    @property
    def differs(self) -> bool:
        """Whether the documents disagree."""
        return not self.record["agree"]

    @property
    def words(self) -> bool:
        """Whether the words named are those that differ, or hold them, or stand in them."""
        pairs = ((d.words, self.record["differ"]) for d in self.answer.disagreements)
        return any(all(any(a in b or b in a for b in gold) for a in own) for own, gold in pairs)


def judged(records: Sequence[dict[str, Any]], folder: Path, reader: str = "") -> Iterator[Judged]:
    """Yield what is answered to each pair; `folder` is for their texts and an index of all."""
    texts = folder / "texts"
    texts.mkdir()
    names = {r["id"]: [f"{r['id']}-{side}.md" for side in ("a", "b")] for r in records}
    for record in records:
        for name, side in zip(names[record["id"]], ("a", "b"), strict=True):
            text = f"# {record[side]['title']}\n\n{record[side]['text']}\n"
            (texts / name).write_text(text, encoding="utf-8")
    build([texts], folder / "index")
    assistant = open_assistant(folder / "index", reader=reader)
    ids = {Path(d.source).name: d.id for d in assistant.documents()}
    singles = Singles(assistant)
    for record in records:
        yield Judged(record, singles.of(*(ids[name] for name in names[record["id"]])).ask(record["question"]))


def figures(pairs: Sequence[Judged]) -> str:
    """Return what was named of all pairs, as a line."""
    right = [p for p in pairs if p.named and p.differs]
    named, differing = sum(p.named for p in pairs), sum(p.differs for p in pairs)
    precision, recall = len(right) / max(1, named), len(right) / max(1, differing)
    refused = sum(p.answer.abstention is not None for p in pairs)
    words = sum(p.words for p in right)
    return (
        f"{len(pairs)} pairs, {differing} disagree, {refused} refused: "
        f"precision {precision:.3f} ({len(right)}/{named}), recall {recall:.3f} ({len(right)}/{differing}), "
        f"words {words}/{len(right)}"
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--reader", default="", help="a folder, or none; by default the one that ships")
    parser.add_argument("--each", action="store_true", help="print each pair too")
    given = parser.parse_args(argv)
    records = [json.loads(line) for line in given.pairs.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        pairs = list(judged(records, Path(folder), given.reader))
    for pair in pairs if given.each else ():
        mark = "  " if pair.named is pair.differs else "! "
        named = "; ".join(" / ".join(d.words) for d in pair.answer.disagreements)
        named = named or ("refused" if pair.answer.abstention else "nothing named")
        sys.stdout.write(f"{mark}{pair.record['id']} {pair.record['kind']}: {pair.record['question']} {named}\n")
    sys.stdout.write(f"{figures(pairs)}\n")


if __name__ == "__main__":
    main()
