"""Measuring whether disagreements are named, by a worked example."""

from benchmarks.quality.disagreement import Judged, figures
from calcqa.types import Answer, Disagreement


def pair(agree, *named, differ=("11 mm", "14 mm")):
    answer = Answer(
        "How big?", "How big?", "", None, (), (), 0.9, None, (), tuple(Disagreement((1, 2), w) for w in named)
    )
    return Judged({"agree": agree, "differ": [] if agree else list(differ)}, answer)


def test_precision_and_recall_are_of_what_is_named():
    pairs = [
        pair(False, ("11 mm", "14 mm")),
        pair(False, ("mitral", "valve")),  # named rightly, and in other words
        pair(False),
        pair(True, ("11 mm", "1.1 cm")),
        pair(True),
    ]
    assert figures(pairs) == ("5 pairs, 3 disagree, 0 refused: precision 0.667 (2/3), recall 0.667 (2/3), words 1/2")
