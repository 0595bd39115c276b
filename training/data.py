"""Records from the data folder: what the reader is trained on, and what it is measured on.

Does: reads the gzipped JSON Lines, checks every offset, and keeps the training records apart from those measured on.
Does not: tokenise, sample or batch (features.py, mixture.py). The folder is always an argument; nothing is fetched.

A training record is dropped when it would make a development figure dishonest: when its question is asked in a set
that is measured, or its passage is cut from a document of one. What was dropped is counted, by set.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEASURED = ("squad2-dev", "covidqa", "evidence-inference", "selqa")
FOLDED = "squad2-dev"  # the measured set whose other folds may be trained on
_SHINGLE = 12  # words; long enough that two unrelated passages share none


@dataclass(frozen=True, slots=True)
class Example:
    """A training example.

    `answers` are half-open character ranges of `context`. A span example without any is unanswerable from its context;
    a sentence example (`spans` False) never has any, and teaches only whether the context answers (`label`).
    """

    id: str
    question: str
    context: str
    answers: tuple[tuple[int, int], ...]
    label: bool
    spans: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question to be measured on, with the one document it is asked about. `golds` are empty if unanswerable."""

    id: str
    question: str
    context: str
    answers: tuple[tuple[int, int], ...]
    group: str

    @property
    def golds(self) -> list[str]:
        """Return the texts that count as right."""
        return [self.context[start:end] for start, end in self.answers]


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _ranges(answers: Iterable[dict[str, Any]], context: str, where: str) -> tuple[tuple[int, int], ...]:
    """Return the answers' ranges without repeats; raise where an offset does not name its text."""
    found = []
    for answer in answers:
        start, end = int(answer["start"]), int(answer["start"]) + len(answer["text"])
        if context[start:end] != answer["text"]:
            raise ValueError(f"{where}: {answer['text']!r} is not at {start}")
        if end > start:
            found.append((start, end))
    return tuple(dict.fromkeys(found))


def load_training(data: Path) -> dict[str, list[Example]]:
    """Return the examples of every set in train/span and train/sentence, by the name of the set."""
    sets: dict[str, list[Example]] = {}
    for path in sorted((data / "train" / "span").glob("*.jsonl.gz")):
        examples = []
        for r in read_records(path):
            ranges = _ranges(r["answers"], r["context"], f"{path.name} {r['id']}")
            if bool(ranges) == bool(r["answers"]):  # an answer of no characters is neither answer nor its absence
                examples.append(Example(r["id"], r["question"], r["context"], ranges, bool(ranges), spans=True))
        sets[path.name.removesuffix(".jsonl.gz")] = examples
    for path in sorted((data / "train" / "sentence").glob("*.jsonl.gz")):
        sets[path.name.removesuffix(".jsonl.gz") + "_sentences"] = [
            Example(r["id"], r["question"], r["sentence"], (), bool(r["label"]), spans=False)
            for r in read_records(path)
            if r["sentence"].strip()
        ]
    if not sets:
        raise FileNotFoundError(f"no training sets under {data}/train")
    return sets


def load_questions(data: Path, name: str) -> list[Question]:
    """Return the questions of a measured set, each with its source document as the context.

    Questions marked `deictic` ("what did this study find") stand: the document is given. Answers that lie in another
    document than the source are left out, and so is an answerable question that has none left.
    """
    folder = data / "eval" / name
    texts = {r["_id"]: r["text"] for r in read_records(folder / "corpus.jsonl.gz")}
    questions = []
    for r in read_records(folder / "questions.jsonl.gz"):
        source = r["source_doc"]
        here = (a for a in r["answers"] if a["doc_id"] == source)
        ranges = _ranges(here, texts[source], f"{name} {r['_id']}") if r["answerable"] else ()
        if bool(ranges) == r["answerable"]:
            questions.append(Question(r["_id"], r["question"], texts[source], ranges, source))
    return questions


def article_of(question: Question) -> str:
    """Return the article a squad2-dev paragraph belongs to: its id without the running number."""
    return question.group.rsplit("-", 1)[0]


def split_fold(questions: Sequence[Question], fold: int, folds: int) -> tuple[list[Question], list[Question]]:
    """Return the questions inside and outside a fold: whole articles, dealt so that the folds are of like size."""
    if not 0 <= fold < folds:
        raise ValueError(f"no fold {fold} among {folds}")
    sizes = Counter(article_of(q) for q in questions)
    filled = [0] * folds
    fold_of = {}
    for article, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        fold_of[article] = filled.index(min(filled))
        filled[fold_of[article]] += size
    inside = [q for q in questions if fold_of[article_of(q)] == fold]
    return inside, [q for q in questions if fold_of[article_of(q)] != fold]


def as_example(question: Question) -> Example:
    """Return a question of a measured set as a training example."""
    return Example(question.id, question.question, question.context, question.answers, bool(question.answers), True)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


class Held:
    """The questions and documents that are measured on, and so must not be trained on."""

    def __init__(self, questions: Iterable[Question]) -> None:
        questions = list(questions)
        self._questions = {" ".join(_words(q.question)) for q in questions}
        self._shingles: set[int] = set()
        for context in {q.context for q in questions}:
            words = _words(context)
            self._shingles.update(hash(tuple(words[i : i + _SHINGLE])) for i in range(len(words) - _SHINGLE + 1))

    def overlaps(self, example: Example) -> bool:
        """Say whether the example asks a held question, or reads a passage of a held document.

        A passage is taken for one of a held document when two of three runs of twelve words, from its beginning, middle
        and end, are found there. Single sentences are judged by their question alone: short ones recur everywhere.
        """
        if " ".join(_words(example.question)) in self._questions:
            return True
        if not example.spans:
            return False
        words = _words(example.context)
        last = len(words) - _SHINGLE
        if last < 2:
            return False
        return sum(hash(tuple(words[i : i + _SHINGLE])) in self._shingles for i in (0, last // 2, last)) >= 2


def training_and_dev(
    data: Path, exclude_dev: bool = True, fold: int | None = None, folds: int = 2
) -> tuple[dict[str, list[Example]], list[Question], dict[str, int]]:
    """Return the training sets, the questions of squad2-dev to measure on, and how many examples each set lost.

    With `exclude_dev`, nothing that any measured set asks or reads is trained on. With a `fold`, the articles of
    squad2-dev outside it are trained on, and those in it are measured. Without `exclude_dev` everything is trained on,
    squad2-dev too, and a figure measured on any of these sets says nothing.
    """
    sets = load_training(data)
    sets.pop("squad2_dev_half", None)  # a part of squad2-dev, question by question
    questions = load_questions(data, FOLDED)
    if not exclude_dev:
        sets["squad2_dev"] = [as_example(q) for q in questions]
        return sets, questions, {}
    dev, others = (questions, []) if fold is None else split_fold(questions, fold, folds)
    wall = Held([q for name in MEASURED if name != FOLDED for q in load_questions(data, name)] + dev)
    dropped = {}
    for name, examples in list(sets.items()):
        sets[name] = [e for e in examples if not wall.overlaps(e)]
        dropped[name] = len(examples) - len(sets[name])
    sets["squad2_dev"] = [as_example(q) for q in others]
    return {name: examples for name, examples in sets.items() if examples}, dev, dropped
