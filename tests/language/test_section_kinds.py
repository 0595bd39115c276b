"""What kind of section a heading names."""

import pytest

from calcqa.language.section_kinds import section_kind


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        (["Introduction"], "background"),
        (["1. INTRODUCTION"], "background"),
        (["2 Case presentation"], "case"),
        (["Case report", "Laboratory findings"], "case"),
        (["Discussion", "Previous cases"], "literature"),
        (["3 Discussion", "A matter of taste"], "discussion"),  # the innermost that says a kind
        (["Discussion and conclusions"], "discussion"),
        (["Conflict of interest"], "back matter"),
        (["Authors’ contributions"], "back matter"),
        (["Caseous necrosis"], "other"),  # no case
        (["IV. Discussion"], "discussion"),
        (["Clinical discussion"], "discussion"),
        (["Report of a case"], "case"),
        (["Previous history"], "case"),
        (["Case series"], "case"),
        (["Supplementation with vitamin D"], "other"),
        (["Contributing factors"], "other"),
        (["Compliance with treatment"], "other"),
        (["Consent for surgery"], "other"),
        (["References"], "back matter"),
        ([], "other"),
    ],
)
def test_the_innermost_heading_that_says_a_kind_decides(headings, kind):
    assert section_kind(headings) == kind
