"""The files of the set, from what writers and second readers handed in.

    python -m training.case_reports.assemble CORPUS ITEMS… --second READER FOLDER --out questions/case-reports/dev.jsonl

Adds who read a report a second time, and that an item is hard where both readers still differ after a third judged;
adds what is derived: the kind of section that the evidence (or what tempts) stands in, `topic` for the tables of
`calcqa eval`, and the order (as the reports were drawn). Phrases go into a file of their own beside.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from calcqa.documents.plain import load_plain
from calcqa.evaluation.collection import locate
from calcqa.evaluation.datasets.base import Evidence
from calcqa.language.section_kinds import section_kind
from calcqa.types import Document
from training.case_reports.texts import read_corpus, read_draw
from training.telling import tell

_KEYS = tuple(
    "id split topic document text_sha256 turns leans answerable facts evidence tempting near_miss register kind "
    "section_kind writer second_reader hard round".split()
)


def completed(item: dict[str, Any], text: str, document: Document) -> dict[str, Any]:
    """Return an item with its section kind and topic, keys in order."""
    stretches = [s for group in item.get("evidence", []) for s in group] or item["tempting"]
    span = locate(Evidence(item["document"], *stretches[0]), text, document)
    if span is None:
        raise ValueError(f"{item['id']}: its first stretch is lost in the cleaned text")
    kind = section_kind(document.headings_at(span.start))
    known = item | {"section_kind": kind, "topic": kind if item["answerable"] else "near-miss"}
    return {key: known[key] for key in _KEYS if key in known}


def main() -> None:
    """Read items, complete them, and write both files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("items", type=Path, nargs="+")
    parser.add_argument("--second", nargs=2, action="append", default=[], metavar=("READER", "FOLDER"))
    parser.add_argument("--hard", nargs="*", default=[], help="ids on which readers differ, and that were kept")
    parser.add_argument("--draw", type=Path, help="draw.json, for the order; else that of the items")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    readers = {path.stem: name for name, folder in given.second for path in Path(folder).glob("*.jsonl")}
    texts, items, phrases = read_corpus(given.corpus), [], []
    documents: dict[str, Document] = {}
    for path in given.items:
        for line in path.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            id = item["document"]  # noqa: A001
            if "phrases" in item:
                phrases.append({k: item[k] for k in ("document", "text_sha256", "phrases", "writer")})
                continue
            if id not in documents:
                documents[id] = load_plain(texts[id], "text.txt").document
            item |= {"second_reader": readers.get(id, "")} | ({"hard": True} if item["id"] in given.hard else {})
            items.append(completed(item, texts[id], documents[id]))
    drawn = [id for split in read_draw(given.draw).values() for id in split] if given.draw else []  # noqa: A001
    place = {id: number for number, id in enumerate(drawn)}  # noqa: A001
    for records in (items, phrases):  # the sort is stable: a report's own stay in their order
        records.sort(key=lambda record: place.get(record["document"], 0))
    given.out.parent.mkdir(parents=True, exist_ok=True)
    for out, records in ((given.out, items), (given.out.with_suffix(".phrases.jsonl"), phrases)):
        out.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    tell(f"{len(items)} questions over {len(documents)} reports")


if __name__ == "__main__":
    main()
