"""The export loader: an invented export with every fault, other arrangements, and the report itself where at hand."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcqa.documents.load import load, load_export, load_text
from calcqa.documents.web_export import looks_like_export
from helpers.documents import assert_one_form, section
from helpers.paths import EDITION

FIXTURE = Path(__file__).parents[1] / "helpers" / "export.txt"
SEED = Path(__file__).parents[3] / "shared" / "seed"


@pytest.fixture(scope="module")
def export():
    return load(FIXTURE)


def test_export_text(export):
    document = export.document
    assert_one_form(document)
    assert [(s.title, s.level) for s in document.sections] == [
        ("Frostnip of the ear lobes", 1),
        ("Report", 2),
        ("Figures", 2),
        ("References", 2),
        ("Publication", 2),
    ]
    assert not set("\u2010\u2009\u00a0") & set(document.text)
    report = section(document, "Report")
    assert "52-year-old" in report
    assert "slow rewarming.1 A second" in report
    assert "(Figures 13)" in report
    assert [document.text[r.start : r.end] for r in document.references] == ["1", "2", "3"]
    assert "2.5 degrees" in report
    # Two captions had been cut into this sentence.
    assert "\n\nThree measures were advised to the patient at the end of his visit:\n\n• Wool" in report
    assert [line[:5] for line in report.split("\n") if line.startswith("•")] == ["• Woo", "• Bre", "• A c"]
    assert "forms.3\n\nNifedipine" in report


def test_export_figures_and_references(export):
    assert section(export.document, "Figures").split("\n\n")[1:] == [
        "Figure 1 Left ear lobe: well-marked pallor at the rim.",
        "Figure 2 Right ear lobe after 20 minutes.",
        "Figure 3 Both ear lobes after 2 days.",
    ]
    assert section(export.document, "References").split("\n\n")[1].split("\n") == [
        "1. Alder BK,Birch-Moss CD, et al.Slow rewarming of mild cold injury.JWinter Med (Oslo).2007;12(3):4149.",
        "2. Hazel EF,Rowan G.Ears of beekeepers in the cold season.Ann Invented Wards.2003;6(1):110118.",
        "3. Larch HI,Maple JK,Oakes LM, et al.Blisters and when to worry.Cold Skin J.2009;21(5):998003.",
    ]


def test_export_publication(export):
    assert section(export.document, "Publication").split("\n\n")[1:] == [
        "Issue: Annals of Invented Wards - 7(2)",
        "Page Number: 14-15",
        "Copyright: © 2011 Society of Invented Wards",
        "Correspondence Location: Department of Cold Medicine, University of Nowhere, 1 Example Road, Nowhere 00000",
    ]
    metadata = dict(export.document.metadata)
    assert metadata.pop("correspondence").startswith("Department of Cold Medicine, ")
    assert metadata == {
        "title": "Frostnip of the ear lobes",
        "changed": "Tue, 05/03/2016 - 10:12",
        "journal": "Annals of Invented Wards",
        "volume": "7",
        "issue": "2",
        "pages": "14–15",
        "copyright": "© 2011 Society of Invented Wards",
        "year": "2011",
        "department": "Department of Cold Medicine",
        "institution": "University of Nowhere",
    }


def test_export_says_what_it_dropped(export):
    assert {d.reason for d in export.dropped} == {"site furniture", "repeated"}
    furniture = {d.text for d in export.dropped if d.reason == "site furniture"}
    assert {"Article Type", "Gating Strategy", "First Peek Free", "Article PDF Media"} <= furniture
    assert not any(text in export.document.text for text in furniture)
    repeated = Counter(d.text for d in export.dropped if d.reason == "repeated")
    assert repeated["Nifedipine was not given. On follow-up he was free of complaints."] == 2
    assert repeated["References"] == 2


def test_a_text_file_is_an_export_by_its_furniture():
    assert looks_like_export(FIXTURE.read_text(encoding="utf-8"))
    assert not looks_like_export("Content Gating\n\nIssue\n\nThe Article PDF is on the site. Display Headline")
    assert load_text("Sections\n\nIssue", "x.txt").document.text == "Sections\n\nIssue"


def test_a_note_with_lines_that_an_export_has_too_is_none():
    note = "Issue\nFell twice.\n\nChanged\nDressing, 5 cm.\n\nTopics\nFalls.\n\nSections\nNone.\n\nBody\nThin."
    loaded = load_text(note, "x.txt")
    assert loaded.dropped == ()
    assert loaded.document.text.split() == note.split()


def fields(*lines):
    return "\n".join(("Display Headline", "T", "", "Article Type", "", "Gating Strategy", "Open", "", *lines))


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["A.", "Article PDF", "B."], "Report\n\nA.\n\nB."),
        (["A.", "Topics", "Cold", "Ears", "", "B."], "Report\n\nA.\n\nB."),
        (["Teaser", "word " * 60 + "end."], "Report\n\n" + "word " * 60 + "end."),  # prose is not dropped with a field
        (["Author(s)", "B. A,", "C. D", "He came."], "Report\n\nHe came.\n\nPublication\n\nAuthor(s): B. A, C. D"),
        (["A.", "Issue", "One", "", "Issue", "Two"], "Report\n\nA.\n\nPublication\n\nIssue: One"),
        (["A.", "Copyright", "(c) 2001 Us"], "Report\n\nA.\n\nPublication\n\nCopyright: (c) 2001 Us"),
        (["A.", "Copyright © 2001 Us"], "Report\n\nA.\n\nPublication\n\nCopyright: © 2001 Us"),
        (["A.", "Discussion", "B."], "Report\n\nA.\n\nDiscussion\n\nB."),
        (["A.", "Figure 1", "Figure 1", "An ear", "An ear"], "Report\n\nA.\n\nFigures\n\nFigure 1 An ear"),
        (["A.", "Figure 2. Two", "Fig. 1: One"], "Report\n\nA.\n\nFigures\n\nFig. 1: One\n\nFigure 2. Two"),
        (["A.", "Figure 1", "", "B."], "Report\n\nA.\n\nB."),
        (["A.", "Figure 1 shows an ear."], "Report\n\nA.\n\nFigure 1 shows an ear."),
        (["• a", "", "Figure 1", "x", "", "• b", "", "C."], "Report\n\n• a\n• b\n\nC.\n\nFigures\n\nFigure 1 x"),
        (["A.", "References", "", "1. Alder B.", "wrapped", "", "2. Birch", "", "C."] * 2,
         "Report\n\nA.\n\nC.\n\nReferences\n\n1. Alder B. wrapped\n2. Birch"),
        (["A.", "References", "• Alder B.", "• Birch C."], "Report\n\nA.\n\nReferences\n\n• Alder B.\n• Birch C."),
        (["A.", "References", "Alder B.", "Birch C."], "Report\n\nA.\n\nReferences\n\nAlder B.\nBirch C."),
    ],
)  # fmt: skip
def test_export_in_other_arrangements(lines, text):
    loaded = load_export(fields(*lines), "e.txt")
    assert_one_form(loaded.document)
    assert loaded.document.text == f"T\n\n{text}"


@given(st.lists(st.sampled_from([*"ABC", "a b.", "1. r", "• i", "", "Issue", "Topics", "References", "Figure 1", "x"])))
def test_no_line_of_an_export_is_lost(lines):
    loaded = load_export(fields("A body.", *lines), "e.txt")
    assert_one_form(loaded.document)
    words = set(re.findall(r"\w+", " ".join([loaded.document.text, *(d.text for d in loaded.dropped)])))
    assert set(re.findall(r"\w+", " ".join(lines))) <= words


# The report itself, where it is at hand


@pytest.fixture(scope="module")
def report():
    if not (found := sorted(SEED.glob("000_*.txt"))):
        pytest.skip("the publisher's export is not here")
    return load(found[0])


def test_report_once(report):
    document = report.document
    assert_one_form(document)
    assert [s.title for s in document.sections[1:]] == ["Report", "Figures", "References", "Publication"]
    assert not set("\u2010\u2011\u00a0") & set(document.text)
    body = section(document, "Report")
    assert body.count("\n• ") == 5
    sentences = re.split(r"(?<=[.:])\d*\s+", body)
    assert len(sentences) == len(set(sentences)) == 31
    assert [document.text[r.start : r.end] for r in document.references] == ["1", "2", "2", "3"]
    assert "Figures 13" in body


def test_report_figures_references_publication(report):
    document = report.document
    assert [b[:8] for b in section(document, "Figures").split("\n\n")[1:]] == ["Figure 1", "Figure 2", "Figure 3"]
    # Our edition cites the same three works, with the spaces and dashes that the export lost.
    cited = [section(d, "References") for d in (document, load(EDITION).document)]
    assert len({re.sub(r"[\s–]", "", text) for text in cited}) == 1
    assert len(section(document, "Publication").split("\n\n")) == 5
    ours = load(EDITION).document.metadata
    for key in ("title", "journal", "volume", "issue", "pages", "year", "department", "institution"):
        assert document.metadata[key] == ours[key]
    assert "Gated" not in document.text and "Article" not in document.text


def test_our_edition_is_written_anew(report):
    def runs(*texts):
        words = [re.findall(r"\w+", text.casefold()) for text in texts]
        return {tuple(w[i : i + 10]) for w in words for i in range(len(w) - 9)}

    edition = load(EDITION).document
    own = edition.text[: next(s.start for s in edition.sections if s.title == "References")]
    theirs = runs(section(report.document, "Report"), section(report.document, "Figures"))
    assert len(theirs) > 300
    assert not runs(own) & theirs
