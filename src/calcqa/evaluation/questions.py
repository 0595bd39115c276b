"""Question sets: questions with what a right answer must contain, read from JSON Lines and checked.

    {"id": "a1", "topic": "culture", "turns": ["What grew?"], "answerable": true, "facts": [["staph"]]}
    {"id": "u1", "topic": "near-miss", "turns": ["Which dose?"], "answerable": false, "facts": []}

`turns` are asked in order in one conversation, and the last is judged. Every group of `facts` must be found; the
strings of a group are alternatives: regular expressions, any case. "split" names a part of the set and may be missing;
other keys are left alone. A set is used whole or refused: nothing is repaired here, nothing is skipped, nothing asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calcqa.config import MAX_QUESTION
from calcqa.errors import InputError, SidecarError
from calcqa.faq.entries import records
from calcqa.language.questions import clean_question, too_long

_LONGEST_FACT = 1_000  # characters of a pattern


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question (the last of `turns`) and what a right outcome is.

    `facts` holds groups of alternatives, compiled to be found in any case; it is empty exactly where the right outcome
    is an abstention (`answerable` is False).
    """

    id: str
    split: str
    topic: str
    turns: tuple[str, ...]
    answerable: bool
    facts: tuple[tuple[re.Pattern[str], ...], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the question in the form of the file it was read from."""
        return {
            "id": self.id,
            "split": self.split,
            "topic": self.topic,
            "turns": list(self.turns),
            "answerable": self.answerable,
            "facts": [[p.pattern for p in group] for group in self.facts],
        }


def load_questions(path: str | Path, split: str | None = None) -> list[JudgedQuestion]:
    """Read the question set at `path`, in the order of the file; with `split`, only that part of it.

    The whole file is checked, whichever part is returned.

    Raises:
        SidecarError: a line is not a usable question; it names the file, the line and the problem.
        InputError: the file cannot be read, or holds no question (of that split).

    """
    path = Path(path)
    questions: list[JudgedQuestion] = []
    seen: dict[str, int] = {}
    if not path.is_file():
        raise InputError(f"Cannot read the question set {path}: there is no such file.")
    for line, record in records(path):
        question = _question(record, path.name, line)
        if question.id in seen:
            raise SidecarError(path.name, line, f"the id {question.id!r} is that of line {seen[question.id]}.")
        seen[question.id] = line
        questions.append(question)
    if not questions:
        raise InputError(f"{path.name} holds no questions.")
    if split is None:
        return questions
    chosen = [q for q in questions if q.split == split]
    if not chosen:
        known = ", ".join(sorted({repr(q.split) for q in questions}))
        raise InputError(f"{path.name} has no questions of the split {split!r}; there are {known}.")
    return chosen


def _question(record: dict[str, Any], source: str, line: int) -> JudgedQuestion:
    def bad(problem: str) -> SidecarError:
        return SidecarError(source, line, problem)

    for key in ("id", "topic"):
        if not isinstance(record.get(key), str) or not record[key].strip():
            raise bad(f'needs "{key}": a text that is not empty.')
    split = record.get("split", "")
    if not isinstance(split, str):
        raise bad('"split" is not a text.')
    answerable = record.get("answerable")
    if not isinstance(answerable, bool):
        raise bad('needs "answerable": true or false.')
    turns = _turns(record.get("turns"), source, line)
    facts = _facts(record.get("facts"), source, line)
    if answerable and not facts:
        raise bad('an answerable question needs "facts"; without them any answer would be right.')
    if not answerable and facts:
        raise bad('has "facts", though it is not answerable.')
    return JudgedQuestion(record["id"], split, record["topic"], turns, answerable, facts)


def _turns(turns: object, source: str, line: int) -> tuple[str, ...]:
    if not isinstance(turns, list) or not turns:
        raise SidecarError(source, line, 'needs "turns": a list of questions, the last of which is judged.')
    for turn in turns:
        if isinstance(turn, str) and too_long(turn):
            raise SidecarError(source, line, f"a turn is longer than {MAX_QUESTION:,} characters.")
        if not isinstance(turn, str) or not any(c.isalnum() for c in clean_question(turn)):
            raise SidecarError(source, line, 'every one of "turns" must be a question in words.')
    return tuple(turns)


def _facts(facts: object, source: str, line: int) -> tuple[tuple[re.Pattern[str], ...], ...]:
    if not isinstance(facts, list) or not all(isinstance(g, list) and g for g in facts):
        raise SidecarError(source, line, 'needs "facts": a list of groups, each a list of alternatives.')
    return tuple(tuple(_compiled(pattern, source, line) for pattern in group) for group in facts)


def _compiled(pattern: object, source: str, line: int) -> re.Pattern[str]:
    if not isinstance(pattern, str) or len(pattern) > _LONGEST_FACT:
        raise SidecarError(source, line, f"the fact {str(pattern)[:60]!r} is not a text, or too long.")
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError) as error:
        raise SidecarError(source, line, f"the fact {pattern!r} is not a regular expression ({error}).") from error
    if compiled.search(""):
        raise SidecarError(source, line, f"the fact {pattern!r} is found in any text, the empty one too.")
    return compiled
