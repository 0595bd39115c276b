"""What a writer hands in, checked against the report and given its offsets.

    python -m training.case_reports.items CORPUS SHEETS… --split train --writer w01 --out items.jsonl

A sheet is PMC….jsonl, an object a line, sentences by the numbers the writer saw:

    {"q": "…", "e": "12|40 & 13", "f": ["wound culture|swab", "10 mg"], "r": "ward", "k": "what"}   answerable
    {"q": "…", "t": "23", "n": "value", "r": "lay", "k": "how much"}                               a near miss
    {"turns": ["…", "…"], "leans": true, "e": "7", "f": ["no"], "r": "student", "k": "why"}         a conversation
    {"phrases": ["…", "…", "…"]}                                                                   what singles it out

`e` are groups of sentences that are all needed, parted by &, each with its alternatives, parted by |. `f` are facts,
each with its alternatives; a fact must stand in every alternative of some group. Nothing is repaired: what cannot be
used is an error that names the sheet and the line.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from calcqa.types import text_hash
from training.case_reports.texts import Sentence, read_corpus, sentences
from training.telling import tell

REGISTERS = ("ward", "student", "lay", "misspelt")
KINDS = ("who", "what", "when", "how much", "why", "list", "yes/no", "compare", "outcome")
NEAR_MISSES = ("value", "drug", "test", "outcome", "other patient", "detail")
_SHARED = 4  # words in a row of a question that may not stand in its evidence
_LONGEST_FACT = 60  # code points

Item = dict[str, Any]


class SheetError(ValueError):
    """A line of a sheet that cannot be used."""


def read_sheet(
    path: Path,
    text: str,
    writer: str,
    split: str,
    round: int = 1,  # noqa: A002 - what the set calls it
    *,
    lines: bool = False,
) -> tuple[list[Item], list[str]]:
    """Return the items of a report's sheet (or that of a note, by `lines`), and the problems of the sheet's lines."""
    items: list[Item] = []
    problems: list[str] = []
    numbered, document = sentences(text, lines=lines), path.stem
    for line, record in _records(path, problems):
        try:
            item = _item(record, text, numbered)
        except (SheetError, KeyError, ValueError, TypeError) as error:
            problems.append(f"{path.name} line {line}: {type(error).__name__} {error}")
            continue
        where = {"id": f"{split}-{document}-{line:02}", "document": document, "text_sha256": text_hash(text)}
        by = {"writer": writer, "second_reader": "", "round": round, "split": split}
        items.append(where | item | by)
    return items, problems


def _records(path: Path, problems: list[str]) -> Iterator[tuple[int, Item]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            problems.append(f"{path.name} line {number}: no JSON ({error})")
            continue
        yield number, record


def _item(record: Item, text: str, numbered: Sequence[Sentence]) -> Item:
    if "phrases" in record:
        phrases = [str(phrase).strip() for phrase in record["phrases"]]
        if len(phrases) != 3 or not all(phrases):
            raise SheetError("three phrases are asked for")
        return {"phrases": phrases}
    turns = record.get("turns") or [record["q"]]
    register, kind = _one_of(record["r"], REGISTERS), _one_of(record["k"], KINDS)
    form: Item = {"turns": [str(turn).strip() for turn in turns]}
    if len(turns) > 1:
        form["leans"] = bool(record["leans"])
    answerable = "e" in record
    if answerable == ("t" in record):
        raise SheetError("give e (evidence) or t (what tempts), not both")
    if answerable:
        evidence = [[_span(n, numbered) for n in _numbers(group)] for group in record["e"].split("&")]
        facts = [[words.strip() for words in fact.split("|")] for fact in record["f"]]
        check_facts(facts, evidence, text)
        stretches = [span for group in evidence for span in group]
        form |= {"answerable": True, "evidence": evidence, "facts": [[pattern(f) for f in fact] for fact in facts]}
    else:
        stretches = [_span(n, numbered) for n in _numbers(record["t"])]
        near_miss = _one_of(record["n"], NEAR_MISSES)
        form |= {"answerable": False, "tempting": stretches, "near_miss": near_miss, "facts": []}
    for start, end in stretches:
        if run := shared_run(form["turns"][-1], text[start:end]):
            raise SheetError(f"the question copies {run!r}")
    return form | {"register": register, "kind": kind}


def _one_of(value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise SheetError(f"{value!r} is none of {', '.join(allowed)}")
    return value


def _numbers(group: str) -> list[int]:
    return [int(number) for number in str(group).split("|")]


def _span(number: int, numbered: Sequence[Sentence]) -> list[int]:
    if not 1 <= number <= len(numbered):
        raise SheetError(f"there is no sentence {number}")
    span = numbered[number - 1].span
    return [span.start, span.end]


def pattern(words: str) -> str:
    """Return the regular expression for a fact in words: any space between them, no digit cut in two."""
    escaped = r"\s+".join(re.escape(word) for word in words.split())
    before = r"(?<![\d.])" if words[0].isdigit() else ""
    return before + escaped + (r"(?!\.?\d)" if words[-1].isdigit() else "")


def check_facts(facts: Sequence[Sequence[str]], evidence: Sequence[Sequence[Sequence[int]]], text: str) -> None:
    """Raise SheetError where a fact does not stand in every alternative of some group of evidence."""
    if not facts:
        raise SheetError("an answerable question needs facts")
    for fact in facts:
        if any(not words or len(words) > _LONGEST_FACT for words in fact):
            raise SheetError(f"the fact {fact} is empty or longer than {_LONGEST_FACT} characters")
        if not stands(map(pattern, fact), evidence, text):
            raise SheetError(f"the fact {'|'.join(fact)!r} does not stand in every alternative of a group of evidence")


def stands(fact: Iterable[str], evidence: Sequence[Sequence[Sequence[int]]], text: str) -> bool:
    """Say whether a fact, given as expressions, stands in every alternative of some group of evidence."""
    patterns = [re.compile(words, re.IGNORECASE) for words in fact]
    return any(all(any(p.search(text, *span) for p in patterns) for span in group) for group in evidence)


def shared_run(question: str, sentence: str) -> str:
    """Return the first run of words of a question that its sentence has too, where it is too long; else nothing."""
    asked, told = (re.findall(r"\w+", part.lower()) for part in (question, sentence))
    runs = {tuple(told[at : at + _SHARED]) for at in range(len(told) - _SHARED + 1)}
    for at in range(len(asked) - _SHARED + 1):
        if tuple(asked[at : at + _SHARED]) in runs:
            return " ".join(asked[at : at + _SHARED])
    return ""


def shares(items: Sequence[Item]) -> Mapping[str, int]:
    """Return how many items of each form a sheet has."""
    questions = [item for item in items if "turns" in item]
    return {
        "answerable": sum(item["answerable"] and len(item["turns"]) == 1 for item in questions),
        "near misses": sum(not item["answerable"] and len(item["turns"]) == 1 for item in questions),
        "conversations": sum(len(item["turns"]) > 1 for item in questions),
        "phrases": sum("phrases" in item for item in items),
    }


def main() -> None:
    """Check sheets, print their problems and what each has, and write the items where there is no problem."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("sheets", type=Path, nargs="+")
    parser.add_argument("--split", required=True)
    parser.add_argument("--writer", required=True)
    parser.add_argument("--round", type=int, default=1)
    parser.add_argument("--lines", action="store_true", help="the texts are notes, numbered by lines")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    texts, items, problems = read_corpus(given.corpus), [], []
    for path in given.sheets:
        of_sheet, faults = read_sheet(path, texts[path.stem], given.writer, given.split, given.round, lines=given.lines)
        tell(path.stem, *(f"{count} {name}" for name, count in shares(of_sheet).items()), sep="  ")
        items += of_sheet
        problems += faults
    tell(*problems, sep="\n")
    if given.out and not problems:
        given.out.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")
    raise SystemExit(1 if problems else 0)


if __name__ == "__main__":
    main()
