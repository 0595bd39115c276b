"""The decision whether a document answers: its features."""

import math
from types import SimpleNamespace

import pytest

from calcqa.answering.answerability import Case
from calcqa.models.reader import Marked
from calcqa.parameters import DEFAULTS


def test_the_odds_that_anything_answers_are_the_sum_over_what_was_read_of_the_document():
    def sentence(document):
        return SimpleNamespace(passage=SimpleNamespace(document_id=document))

    index = SimpleNamespace(sentences={"a": sentence("d"), "b": sentence("d"), "c": sentence("e")})
    readings = {i: Marked(None, 0.0, math.log(odds), 0.0, 0.5, 0.5) for i, odds in (("a", 3), ("b", 2), ("c", 1e9))}
    case = Case(SimpleNamespace(), index, DEFAULTS, readings)
    assert case._some_answers("d") == pytest.approx(math.log(5))
    assert case._some_answers("e") == DEFAULTS.logit_bound  # bounded
    assert case._some_answers("f") == 0.0  # nothing of it was read
