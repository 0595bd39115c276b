"""A question as typed: cleaned, bounded and checked."""

from __future__ import annotations

from calcqa.config import MAX_QUESTION
from calcqa.errors import InputError
from calcqa.language.characters import clean_characters


def clean_question(question: str) -> str:
    """Return `question` on one line, its characters cleaned as a document's are, runs of space single, ends trimmed."""
    return " ".join(clean_characters(question).split())


def too_long(question: str) -> bool:
    """Say whether a question is longer than `MAX_QUESTION`: as it is, before anything is done with it, or cleaned."""
    return len(question) > MAX_QUESTION or len(clean_question(question)) > MAX_QUESTION


def checked_question(question: str) -> str:
    """Return `question` cleaned.

    Raises:
        InputError: nothing is left, or it is longer than a question can be.
    """
    if not isinstance(question, str):
        raise InputError(f"A question is text, not {type(question).__name__}.")
    if too_long(question):
        raise InputError(f"The question has {len(question):,} characters; at most {MAX_QUESTION:,} can be read.")
    cleaned = clean_question(question)
    if not any(c.isalnum() for c in cleaned):
        raise InputError("The question is empty; type one in words.")
    return cleaned
