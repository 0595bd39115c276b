"""FAQ matches by hand: many near questions, the probe's share, and its log odds for a document."""

import math

import numpy as np
import pytest

from calcqa.index.index import Index
from calcqa.parameters import Weights
from calcqa.retrieval.faq_matching import answerable_log_odds, combine_matches
from calcqa.types import FAQEntry, Span

ZINC, TIN = (Span(0, 13),), (Span(14, 26),)
ASKED = (
    FAQEntry("Colour of zinc?", "d", ZINC),
    FAQEntry("Zinc looks how?", "d", ZINC),
    FAQEntry("Colour of tin?", "d", TIN),
    FAQEntry("Price of zinc?", "d", (), "cost"),
    FAQEntry("Hello!", "", (), "greeting"),
)
WEIGHTS = Weights(temperature=0.1, probe=0.5)
SHARES = np.log(np.array([0.6, 0.1, 0.2, 0.1], dtype=np.float32))  # zinc, tin, its price, greetings


@pytest.fixture
def index():
    """What matching reads of an index: questions, their sentences, and their classes."""
    index = Index.__new__(Index)
    entries = dict(zip("abcde", ASKED, strict=True))
    index.__dict__.update(faq=ASKED, entries=entries, _targets={"a": ("zinc",), "b": ("zinc",), "c": ("tin",)})
    return index


def test_near_questions_of_one_answer_count_together(index):
    matches = combine_matches(index, [("a", 0.8), ("b", 0.8), ("d", 0.6), ("c", 0.1)], None, WEIGHTS)
    # zinc: 0.1 * log(exp(8) + exp(8)); tin has one; the document all three
    assert matches.targets["d", ("zinc",)] == (pytest.approx(0.8 + 0.1 * math.log(2)), "Colour of zinc?")
    assert matches.targets["d", ("tin",)] == (pytest.approx(0.1), "Colour of tin?")
    assert matches.answering == {"d": pytest.approx(0.1 * math.log(2 * math.exp(8) + math.exp(1)))}
    assert matches.unanswerable["d"].kind == "cost" and matches.unanswerable["d"].score == pytest.approx(0.6)


def test_the_probe_adds_its_share(index):
    without = combine_matches(index, [("a", 0.8), ("c", 0.8)], None, WEIGHTS).targets
    found = combine_matches(index, [("a", 0.8), ("c", 0.8)], SHARES, WEIGHTS).targets
    # share = 1 + log(p) / 12, times a weight of 0.5
    for target, chance in ((("d", ("zinc",)), 0.6), (("d", ("tin",)), 0.1)):
        assert found[target][0] - without[target][0] == pytest.approx(0.5 * (1 + math.log(chance) / 12), abs=1e-6)


def test_a_share_is_never_less_than_nothing(index):
    shares = np.array([0.0, -40.0, -40.0, -40.0], dtype=np.float32)
    found = combine_matches(index, [("a", 0.8), ("c", 0.8)], shares, WEIGHTS).targets
    assert found["d", ("tin",)][0] == pytest.approx(0.8)  # e^-40 is as good as e^-12
    assert found["d", ("zinc",)][0] == pytest.approx(0.8 + 0.5)  # certainty


def test_log_odds_weigh_what_is_answered_against_what_is_not(index):
    # (0.6 + 0.1) that it answers, (0.2 + 0.1) that it does not; each with e^-12 added
    least = math.exp(-12)
    assert answerable_log_odds(index, SHARES, WEIGHTS) == {
        "d": pytest.approx(math.log((0.7 + least) / (0.3 + least)), abs=1e-5)
    }
    sure = np.array([0.0, -90, -90, -90], dtype=np.float32)
    assert answerable_log_odds(index, sure, WEIGHTS)["d"] == pytest.approx(12, abs=1e-4)
    assert answerable_log_odds(index, sure[::-1], WEIGHTS)["d"] == pytest.approx(-12, abs=1e-4)


def test_sides_are_kept_apart_by_document():
    index = Index.__new__(Index)
    index.__dict__.update(faq=(*ASKED, FAQEntry("Weight of lead?", "e", ZINC)))
    assert index.sides == {"d": ([0, 1], [2, 3]), "e": ([4], [3])}
