"""What always quoting the first sentence is worth, counted by hand."""

import numpy as np

from training.case_reports.reports import Question
from training.encoder.measure import Measured


def question(*groups):
    return Question("q", ("asked",), tuple(map(frozenset, groups)), frozenset(), {})


def test_places_and_first_sentences_are_counted():
    measured = Measured()
    asked = [question({0}, {2}), question({1, 3}), question(), question({3})]
    rows = [[0.9, 0.5, 0.1, 0.0], [0.8, 0.7, 0.0, 0.2], [0.0, 0.3, 0.0, 0.0], [0.4, 0.1, 0.1, 0.0]]
    measured.add(asked, np.array(rows, dtype=np.float32))
    assert measured.places == [1, 2, 4]  # what scores nothing comes last
    assert (measured.quoted, measured.right, measured.groups, measured.met) == (4, 1, 4, 1)
    assert str(measured) == "0.333 0.667 1.000 1.000 (3)  0.250 0.250 0.250"
