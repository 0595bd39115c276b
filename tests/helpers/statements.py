"""Sentences in which [what a reader marks] stands in brackets, and two of them compared."""

from calcqa.answering.differences import difference
from calcqa.answering.statements import Statement
from calcqa.types import Span


def statement(text, sure=0.6, **more):
    start, end = text.index("["), text.index("]")
    return Statement(text.replace("[", "").replace("]", ""), Span(start, end - 1), sure, **more)


def both_ways(question, one, other, sure=0.6):
    """Return what differs, compared from either side."""
    a, b = (s if isinstance(s, Statement) else statement(s, sure) for s in (one, other))
    words = difference(question, a, b)
    turned = difference(question, b, a)
    assert turned == (words[::-1] if words else words)
    return words
