"""Where a quote stands: as it is written, else as it reads; the error names the nearest text."""

import pytest

from calcqa.documents.load import load_plain
from calcqa.faq.anchoring import place_of, places_of

TEXT = (
    "Ward note\n\nThe pCO₂ was 5\u00a0kPa and the leu\u00adcocytes were 12.3 × 10⁹/L.\n\n"
    "He had a ﬁbrosis – not a small one, and severe hyper-\ntension. HIV- he was.\n\nIt hurt. It hurt again.\n"
)
DOCUMENT = load_plain(TEXT, "ward.txt").document


@pytest.mark.parametrize(
    ("quote", "there"),
    [
        ("a ﬁbrosis – not", "a ﬁbrosis – not"),
        ("a fibrosis - not", "a ﬁbrosis – not"),
        ("The pCO2 was 5 kPa", "The pCO₂ was 5 kPa"),
        ("was 5\u00a0kPa and\nthe", "was 5 kPa and the"),
        ("leu\u00adcocytes were 12.3 × 10⁹/L", "leucocytes were 12.3 × 10⁹/L"),
        ("12.3 x 10^9/L", "12.3 × 10⁹/L"),
        ("severe hyper-\ntension", "severe hyper-tension"),
        ("severe hypertension", "severe hyper-tension"),
    ],
)
def test_a_quote_is_anchored_as_it_reads(quote, there):
    span = place_of(quote, DOCUMENT)
    assert DOCUMENT.text[span.start : span.end] == there


@pytest.mark.parametrize(
    ("quote", "problem"),
    [
        ("12.3 × 109/L", r"does not stand in ward\.txt: '12\.3 × 109/L'; the nearest text stands at \d+-\d+, .*10⁹/L"),
        (
            "a fibrosis, not a smal one",
            r"does not stand .*; the nearest text stands at \d+-\d+, in 'Ward note': '.*ﬁbrosis",
        ),
        ("Z" * 300, r"does not stand in ward\.txt: 'ZZZ[Z]*…'$"),
        ("It hurt", "stands more than once"),
        ("HIV he was", "does not stand"),
        ("\u00ad", "does not stand"),
    ],
)
def test_what_stands_nowhere_or_twice_is_refused(quote, problem):
    with pytest.raises(ValueError, match=problem):
        place_of(quote, DOCUMENT)


def test_a_quote_as_it_is_written_comes_before_one_that_only_reads_alike():
    document = load_plain("A\n\nNo 5 mg – none. No 5 mg - none.", "a.txt").document
    assert len(places_of("No 5 mg - none", document)) == 1
    assert len(places_of("No 5 mg — none", document)) == 2
