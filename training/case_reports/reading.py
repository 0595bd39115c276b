"""The second reader: sheets without a hint, and how far two readers agree.

    python -m training.case_reports.reading sheets CORPUS ITEMS --out FOLDER
    python -m training.case_reports.reading compare CORPUS ITEMS --read FOLDER --reader r01 --out disagreements.jsonl

A sheet is a report with its questions in random order. The reader answers, for each, with the numbers of the sentences
that answer ({"id": "Q07", "e": "12|40 & 13"}, as in `items.py`) or with {"id": "Q07", "none": true}. Agreement on
whether a question is answered is Cohen's kappa (1960); agreement on sentences is the F1 of all that each named, over
the questions that both hold answered, and of one of each group at least.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.case_reports.texts import read_corpus, read_items, sentences, sheet
from training.telling import tell

Item = dict[str, Any]


def labels(items: Sequence[Item]) -> dict[str, str]:
    """Return the name that each item has on the sheet of its report, by its id: Q01 and on, in random order."""
    named: dict[str, str] = {}
    for document in dict.fromkeys(item["document"] for item in items):
        own = [item["id"] for item in items if item["document"] == document]
        random.Random(document).shuffle(own)
        named |= {id: f"Q{number:02}" for number, id in enumerate(own, start=1)}  # noqa: A001
    return named


def write_sheets(texts: dict[str, str], items: Sequence[Item], out: Path, *, lines: bool = False) -> None:
    """Write a sheet for each report: the report, and its questions without their answers."""
    out.mkdir(parents=True, exist_ok=True)
    named = labels(items)
    for document in dict.fromkeys(item["document"] for item in items):
        own = sorted((item for item in items if item["document"] == document), key=lambda item: named[item["id"]])
        asked = [f"{named[item['id']]}  {'  ->  '.join(item['turns'])}" for item in own]
        text = (
            sheet(document, texts[document], lines=lines)
            + "\nQUESTIONS (of a conversation, the last turn)\n"
            + "\n".join(asked)
        )
        (out / f"{document}.txt").write_text(text + "\n", encoding="utf-8")


def answers(path: Path, text: str, *, lines: bool = False) -> dict[str, list[list[list[int]]]]:
    """Return what a reader named for each question of a sheet: groups of alternatives; no group where none answers.

    Raises:
        ValueError, KeyError, IndexError: a line cannot be used.

    """
    numbered, result = sentences(text, lines=lines), {}
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        groups = [] if record.get("none") else str(record["e"]).split("&")
        spans = [[numbered[int(n) - 1].span for n in group.split("|")] for group in groups]
        result[record["id"]] = [[[s.start, s.end] for s in group] for group in spans]
    return result


def kappa(pairs: Sequence[tuple[bool, bool]]) -> float:
    """Return Cohen's kappa of two readers' yes and no."""
    total = len(pairs)
    same = sum(a == b for a, b in pairs) / total
    yes = [sum(pair[side] for pair in pairs) / total for side in (0, 1)]
    chance = yes[0] * yes[1] + (1 - yes[0]) * (1 - yes[1])
    return (same - chance) / (1 - chance) if chance < 1 else 1.0


def sentence_f1(pairs: Sequence[tuple[list[Any], list[Any]]]) -> float:
    """Return the F1 over sentences of what two readers named; alternatives of either count as one."""
    shared = named = 0.0
    for ours, theirs in pairs:
        for one, other in ((ours, theirs), (theirs, ours)):
            spans = {tuple(s) for group in other for s in group}
            shared += sum(any(tuple(s) in spans for s in group) for group in one)
            named += len(one)
    return shared / named if named else 0.0


def main() -> None:
    """Write sheets, or compare what a reader answered."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("sheets", "compare"))
    parser.add_argument("corpus", type=Path)
    parser.add_argument("items", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--read", type=Path)
    parser.add_argument("--reader", default="")
    parser.add_argument("--lines", action="store_true", help="the texts are notes, numbered by lines")
    given = parser.parse_args()
    texts, items = read_corpus(given.corpus), read_items(given.items)
    if given.what == "sheets":
        write_sheets(texts, items, given.out, lines=given.lines)
        return
    named, pairs, spans, apart = labels(items), [], [], []
    for item in items:
        path = given.read / f"{item['document']}.jsonl"
        if not path.is_file():
            continue
        theirs = answers(path, texts[item["document"]], lines=given.lines).get(named[item["id"]])
        if theirs is None:
            tell("not read:", item["id"])
            continue
        ours = item.get("evidence", [])
        pairs.append((item["answerable"], bool(theirs)))
        if ours and theirs:
            spans.append((ours, theirs))
        flat = {tuple(s) for group in theirs for s in group}
        met = [any(tuple(s) in flat for s in group) for group in ours]
        if item["answerable"] != bool(theirs) or (ours and not any(met)):
            apart.append({"id": item["id"], "reader": given.reader, "theirs": theirs})
    tell(f"{len(pairs)} questions, {len(apart)} apart")
    tell(f"kappa {kappa(pairs):.3f}, F1 of sentences {sentence_f1(spans):.3f}")
    given.out.write_text("".join(json.dumps(record) + "\n" for record in apart), encoding="utf-8")


if __name__ == "__main__":
    main()
