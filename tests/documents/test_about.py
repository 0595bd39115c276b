"""What a document is about in one line: whom, and what they had, by its own words; or nothing."""

import pytest

from calcqa.assistant import Assistant
from calcqa.documents.about import about
from calcqa.documents.load import load_bytes
from calcqa.documents.plain import load_plain
from calcqa.errors import InputError
from calcqa.index.open import open_index
from calcqa.server.page import parts


def line(text):
    return about(load_plain(text, "text.txt").document).line


@pytest.mark.parametrize(
    ("sentence", "subject"),
    [
        ("A 42-year-old woman came with a rash.", "A 42-year-old woman"),
        ("A 42 year old previously healthy Finnish lady came.", "A 42-year-old woman"),
        ("An 81–year–old gentleman fell.", "An 81-year-old man"),
        ("A seventy-two year old man coughed.", "A 72-year-old man"),
        ("A 9-year-old girl limped.", "A 9-year-old girl"),
        ("An 11-year-old male was pale.", "An 11-year-old boy"),
        ("A woman, aged 42, came.", "A 42-year-old woman"),
        ("A boy of 9 came with a limp.", "A 9-year-old boy"),
        ("F/42, rash.", "A 42-year-old woman"),
        ("42F with a rash.", "A 42-year-old woman"),
        ("42 y/o F with a rash.", "A 42-year-old woman"),
        ("A 3-day-old male was jaundiced.", "A 3-day-old boy"),
        ("A male neonate was born to a 23-year-old mother.", "A newborn boy"),
        ("A 31-week gestation preterm girl was born to a 21-year-old female.", "A newborn girl"),
        ("A 35-year-old pregnant woman coughed.", "A 35-year-old pregnant woman"),
        ("A 46-year-old patient came. " + "He slept. His leg hurt. " * 4, "A 46-year-old man"),
        ("A 46-year-old patient came. He saw her, and she saw him.", "A 46-year-old patient"),
        ("Mr Tom Hale is a 67-year-old retired porter.", "A 67-year-old man"),
        ("Mrs Hill, an 81-year-old widow, fell.", "An 81-year-old woman"),
        ("Ms Ann Lee is now 41. She walks.", "A 41-year-old woman"),
        ("I saw this 31-year-old teacher. " + "Her leg hurt. " * 5, "A 31-year-old woman"),
        ("We saw this 31-year-old Danish man.", "A 31-year-old man"),
    ],
)
def test_the_patient_is_named_by_age_and_sex(sentence, subject):
    assert line(f"Case report\n\n{sentence}\n") == subject


@pytest.mark.parametrize(
    ("sentence", "diagnosis"),
    [
        ("We report a rare case of gouty arthritis of the toe in a sailor.", "gouty arthritis of the toe"),
        ("Here, we present the first case of B. ventosa meningitis treated with rum.", "B. ventosa meningitis"),
        ("We describe the successful treatment of a splenic rupture.", "splenic rupture"),
        ("We report a 42-year-old woman who developed scurvy-like colitis after a voyage.", "scurvy-like colitis"),
        ("We present a case in which a young sailor developed nothing. The diagnosis of gout was made.", "gout"),
        ("The final diagnosis was toe gout.", "toe gout"),
        ("Initially gout was suspected. The biopsy confirmed the diagnosis of toe sarcoma.", "toe sarcoma"),
        ("She was diagnosed with lobar pneumonia and given rum.", "lobar pneumonia"),
        ("We report a case of AHF. Acute harbour fever (AHF) is caught in harbours.", "acute harbour fever"),
    ],
)
def test_the_main_diagnosis_is_what_the_report_says_that_it_is(sentence, diagnosis):
    assert line(f"Case report\n\nA 42-year-old woman came. {sentence}\n") == f"A 42-year-old woman with {diagnosis}"


@pytest.mark.parametrize(
    "sentence",
    [
        "She had been diagnosed with gout ten years ago.",
        "The provisional diagnosis of gout was made.",
        "Her mother was diagnosed with gout.",
        "She was previously diagnosed with gout.",
        "There is no reported case of gout at sea.",
        "We report what we did.",
    ],
)
def test_what_is_not_sure_is_left_out(sentence):
    assert line(f"Case report\n\nA 42-year-old woman came. {sentence}\n") == "A 42-year-old woman"


def test_of_nothing_sure_there_is_no_line():
    assert line("The weather was fine. It rained on the second day.") == ""
    assert line("Minutes\n\nThe committee met. We discussed the budget.") == ""


def test_patients_of_others_are_not_the_reports():
    text = "Introduction\n\nDoe et al. reported a 70-year-old man.\n\nCase report\n\nA 42-year-old woman came.\n"
    assert line(text) == "A 42-year-old woman"
    text = "Case report\n\nA 42-year-old woman came.\n\nDiscussion\n\nIn 1999, a 20-year-old man was seen.\n"
    assert line(text) == "A 42-year-old woman"


@pytest.mark.parametrize(
    "text",
    [
        "# Fever\n\n## Case 1\n\nA 42-year-old woman came.\n\n## Case 2\n\nA 50-year-old man came.\n",
        "# Fever\n\nWe report two unrelated patients. A 42-year-old woman came. A 50-year-old man came.\n",
    ],
)
def test_of_several_patients_it_is_said_how_many(text):
    found = about(load_bytes(text.encode(), "fever.md").document)
    assert (found.patients, found.age, found.person) == (2, "", "") and found.line.startswith("2 patients")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Harbour fever in a sailor: a case report", "A 42-year-old woman with harbour fever"),
        ("A case of toe gangrene", "A 42-year-old woman with toe gangrene"),
        ("Minutes of the third meeting", "A 42-year-old woman"),
    ],
)
def test_a_title_that_names_a_disease_is_the_diagnosis(title, expected):
    text = f"# {title}\n\nA 42-year-old woman came. It was harbour fever.\n"
    assert about(load_bytes(text.encode(), "case.md").document).line == expected


def test_the_list_of_documents_says_it_of_each_unless_they_are_many():
    document = load_bytes(b"# Toe\n\nA 42-year-old woman had <b>gout</b>.\n", "toe.md").document
    shown = '<span class="subject">A 42-year-old woman</span>'
    assert shown in parts.library_html([document], (), document.id, "")
    assert shown not in parts.library_html([document] * 50, (), document.id, "")


def test_an_assistant_says_it_of_a_document_of_its_own(small_index, fake_encoder):
    assistant = Assistant(open_index(small_index), fake_encoder)
    assert assistant.about(assistant.documents()[0].id).line == "A 52-year-old man"
    with pytest.raises(InputError, match="no document"):
        assistant.about("none")


def test_a_title_is_not_repeated_where_nothing_else_is_known():
    assert about(load_bytes(b"# Toe gangrene\n\nIt is rare.\n", "toe.md").document).line == ""


def test_a_disease_that_is_named_again_and_again_is_what_a_report_is_about():
    text = "Case report\n\nA 42-year-old woman came. " + "The nasal polyposis grew. " * 6
    assert line(text) == "A 42-year-old woman with nasal polyposis"
    assert line(text + "The rhinitis stayed. " * 6) == "A 42-year-old woman"  # which of the two is not sure


def test_a_mothers_age_is_not_that_of_the_infant_of_the_title():
    told = line(
        "Goitre in a neonate of a mother with thyroid disease\n\nA 31-year-old woman took tablets. He was large."
    )
    assert "31" not in told and "woman" not in told


def test_patients_whom_a_title_counts_are_not_counted_twice():
    text = "Two brothers with Wilson disease\n\n## Case 1\n\nHe shook.\n\n## Case 2\n\nHe was well.\n"
    told = about(load_bytes(text.replace("Two", "# Two", 1).encode(), "text.md").document)
    assert told.line == "2 patients with Wilson disease"
