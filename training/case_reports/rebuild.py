"""The corpus anew, from a checkout of the repository that published the texts.

    git clone https://github.com/jcweiss2/T2S2
    python -m training.case_reports.rebuild T2S2/t2s2/body questions/case-reports --out corpus.jsonl.gz

Holds the reports of the draw, byte for byte as published there (commit 83923924fd3577ea1ff6494b956ef8d19b5ce01d); a
text that differs from the one a question was written for is an error.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path

from calcqa.types import text_hash
from training.case_reports.texts import read_draw, read_items
from training.telling import tell


def rebuild(bodies: Path, questions: Path, out: Path) -> int:
    """Write the corpus and return how many reports it has.

    Raises:
        FileNotFoundError: a report is missing in `bodies`.
        ValueError: one differs from what questions were written over.

    """
    ids = sorted(id for split in read_draw(questions / "draw.json").values() for id in split)  # noqa: A001
    sets = (path for path in sorted(questions.glob("*.jsonl")) if not path.name.endswith(".phrases.jsonl"))
    expected = {item["document"]: item["text_sha256"] for path in sets for item in read_items(path)}
    with gzip.open(out, "wt", encoding="utf-8") as packed:
        for id in ids:  # noqa: A001
            text = (bodies / f"{id}_body.txt").read_bytes().decode("utf-8")
            if text_hash(text) != expected.get(id, text_hash(text)):
                raise ValueError(f"{id} is not the text its questions were written over")
            packed.write(json.dumps({"_id": id, "text": text}, ensure_ascii=False) + "\n")
    return len(ids)


def main() -> None:
    """Rebuild the corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bodies", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    tell(f"{rebuild(given.bodies, given.questions, given.out):,} reports: {given.out}")


if __name__ == "__main__":
    main()
