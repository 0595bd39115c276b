"""The form of questions/report.jsonl, which `questions.py` reads and checks: turns, and facts as patterns."""

from __future__ import annotations

from pathlib import Path

from calcqa.evaluation.datasets.base import Query, QuestionSet, files_sha256
from calcqa.evaluation.questions import load_questions


def load(path: Path) -> QuestionSet:
    """Load a file of judged questions; its errors are those of `load_questions`."""
    queries = tuple(
        Query(q.id, q.turns, f"{path.name}, {q.id}", q.answerable, facts=q.facts, topic=q.topic, split=q.split)
        for q in load_questions(path)
    )
    return QuestionSet(path.name, "report", queries, files_sha256([path]))
