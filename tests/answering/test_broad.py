"""Sections, lists and summaries come whole, by quotes; what is missing is told in words."""

import pytest

import calcqa
from calcqa.answering.summary import sums_up
from calcqa.assistant import Assistant
from calcqa.conversations.transcripts import transcript
from calcqa.conversations.verification import verify
from calcqa.index.open import open_index
from calcqa.parameters import WHOLE_CONFIDENCE
from helpers.letters import LETTER, assistant_over
from helpers.paths import REPO
from helpers.small import NOW


@pytest.fixture
def letter(tmp_path, fake_encoder):
    return assistant_over(tmp_path, fake_encoder, LETTER)


def quotes(answer):
    return [c.quote for c in answer.citations]


def test_a_section_comes_whole_by_its_heading(letter):
    answer = letter.ask("What does the letter say about examination on admission?")
    assert quotes(answer) == ["Her pulse was 118 and irregular.", "There were crackles at both bases."]
    assert {c.section for c in answer.citations} == {"Examination on admission"}
    assert quotes(letter.ask("Show me the examination")) == quotes(answer)  # a part of its heading


def test_a_heading_that_only_has_the_words_is_not_the_section_asked_for(letter):
    answer = letter.ask("What does the letter say about examination?")
    assert answer.confidence != letter.ask("Show me the examination").confidence == WHOLE_CONFIDENCE


def test_a_list_comes_whole_by_its_lead_in_or_its_heading(letter):
    assert quotes(letter.ask("Which drugs have been tried?")) == ["digoxin", "amiodarone", "sotalol"]
    table = letter.ask("List all medications at discharge")
    assert quotes(table) == ["Bisoprolol | 2.5 mg", "Furosemide | 40 mg"]
    assert quotes(letter.ask("List the discharge drugs")) == quotes(table)  # by what the vocabulary holds for the same


@pytest.mark.parametrize("named", ["Medications at discharge?", "discharge meds", "the meds on discharge"])
def test_a_list_that_is_only_named_comes_whole(letter, named):
    assert quotes(letter.ask(named)) == ["Bisoprolol | 2.5 mg", "Furosemide | 40 mg"]


def test_a_section_that_is_only_named_comes_whole_where_it_is_short(tmp_path, fake_encoder):
    assert quotes(assistant_over(tmp_path, fake_encoder, LETTER).ask("Outcome?")) == [
        "In the end the patient could do her shopping."
    ]
    long = LETTER.replace("could do her shopping.", "could do her shopping. " + "She sang in the choir again. " * 12)
    (tmp_path / "long").mkdir()
    assert len(quotes(assistant_over(tmp_path / "long", fake_encoder, long).ask("Outcome?"))) < 4


NOTE = """# Note

HPC: He fell off a ladder. He did not black out.
Findings: A swollen wrist. No wound. CXR: clear lungs.

He was told. The rules at home are:

- no lifting
- keep the plaster dry

| Day | Pain |
|---|---|
| 1 | 7 |
| 2 | 3 |

## Differential diagnosis

A sprain was thought of. It was ruled out.
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What were the findings?", ["Findings: A swollen wrist.", "No wound.", "CXR: clear lungs."]),
        ("chest x-ray?", ["CXR: clear lungs."]),
        ("Rules at home?", ["no lifting", "keep the plaster dry"]),
        ("Show me table 1", ["1 | 7", "2 | 3"]),
        ("ddx?", ["A sprain was thought of.", "It was ruled out."]),
    ],
)
def test_what_stands_behind_a_label_or_a_lead_in_comes_whole(tmp_path, fake_encoder, question, expected):
    assert quotes(assistant_over(tmp_path, fake_encoder, NOTE).ask(question)) == expected


def test_a_label_that_stands_below_no_other_ends_what_stands_behind_one(tmp_path, fake_encoder):
    note = assistant_over(tmp_path, fake_encoder, "# Note\n\nPC: a fall. Wrist: sore. PMH: gout. DH: none.\n")
    assert quotes(note.ask("PC?")) == ["PC: a fall.", "Wrist: sore."]


def test_the_differential_diagnosis_may_be_called_telling_it_apart(tmp_path, fake_encoder):
    text = NOTE.replace("Differential diagnosis", "Telling it apart")
    assert quotes(assistant_over(tmp_path, fake_encoder, text).ask("ddx?")) == [
        "A sprain was thought of.",
        "It was ruled out.",
    ]


def test_labels_of_several_patients_are_not_quoted_together(tmp_path, fake_encoder):
    both = assistant_over(tmp_path, fake_encoder, NOTE, NOTE.replace("swollen wrist", "bent wrist"))
    assert "No wound" not in both.ask("Findings?").text


def test_a_list_of_something_else_does_not_come(letter):
    assert "sotalol" not in quotes(letter.ask("Which operations have been tried?"))
    assert quotes(letter.ask("Which drugs were stopped?")) != ["digoxin", "amiodarone", "sotalol"]


def test_a_summary_has_one_sentence_for_each_of_five_things(letter):
    asked = (
        "Summarise the letter.",
        "What happened to her?",
        "tl;dr",
        "Give me an overview",
        "Summary of her admission?",
    )
    for question in asked:
        answer = letter.ask(question)
        sections = [c.section for c in answer.citations]
        assert sections == ["Presentation", "Investigations", "Diagnosis", "Treatment", "Outcome"]
        assert "71-year-old" in answer.text and "often treated late" not in answer.text
        assert 0 < answer.confidence <= 1


def test_no_relative_sums_up_a_patient():
    assert sums_up("He died of a stroke in spring.") and not sums_up("His mother died of a stroke in spring.")


def test_a_letter_is_summed_up_with_what_it_calls_background(tmp_path, fake_encoder):
    text = LETTER.replace("## Presentation", "## Background").replace("## Discussion", "## Advice")
    answer = assistant_over(tmp_path, fake_encoder, text).ask("Summarise this")
    assert "71-year-old" in answer.text and "furosemide 40 mg" in answer.text and "shopping" in answer.text


@pytest.mark.parametrize(
    "question",
    ["How old was the patient?", "age?", "What is her age?", "pt's age and sex", "How old was she on admission?"],
)
def test_the_age_of_the_patient_is_told_by_the_sentence_that_presents_her(letter, question):
    (quote,) = quotes(letter.ask(question))
    assert "71-year-old" in quote


def test_an_age_is_a_part_of_a_question_too(letter):
    answer = letter.ask("How old was the patient, and what was the diagnosis?")
    assert "71-year-old" in answer.text and "heart failure" in answer.text and not answer.unanswered


def test_nobody_elses_age_is_told(letter):
    for question in ("How old was her daughter?", "How old was the valve?"):
        assert "71-year-old" not in letter.ask(question).text


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("His 35-year-old mother brought him. The boy was well.", "How old was the patient?"),
        ("Mrs Lee had gout. Her husband, a 71-year-old man, brought her.", "How old was the patient?"),
        ("Mr Hale came with a 5-year-old pacemaker. He was well.", "age?"),
        ("Adults aged 65 and over are offered the vaccine. It is safe.", "How old was the patient?"),
        ("A 71-year-old organist came. He had gout. His toe hurt him.", "How old is she?"),
    ],
)
def test_an_age_that_is_not_surely_the_patients_is_not_told_for_sure(text, question, tmp_path, fake_encoder):
    answer = assistant_over(tmp_path, fake_encoder, f"# Letter\n\n## Case\n\n{text}").ask(question)
    assert answer.confidence != WHOLE_CONFIDENCE


def test_a_word_within_a_lead_in_names_no_list(tmp_path, fake_encoder):
    text = LETTER.replace("The following drugs had been tried before:", "In hospital these drugs were given by weight:")
    letter = assistant_over(tmp_path, fake_encoder, text)
    for question in ("Weight?", "Hospital?", "the hospital stay?"):
        assert "sotalol" not in letter.ask(question).text


def test_a_broad_question_stands_alone_in_a_conversation(letter):
    chat = letter.chat()
    chat.ask("Was the potassium 4.1 mmol/l?")
    assert len(quotes(chat.ask("tl;dr"))) == 5
    assert quotes(chat.ask("Show me the outcome")) == ["In the end the patient could do her shopping."]


def test_more_documents_than_can_be_meant_are_not_summed_up(tmp_path, fake_encoder):
    texts = [LETTER.replace("Odile", name) for name in ("Ada", "Bea", "Cleo", "Dora")]
    assert len(quotes(assistant_over(tmp_path, fake_encoder, *texts[:2]).ask("tl;dr"))) == 10
    many = tmp_path / "many"
    many.mkdir()
    assert len(quotes(assistant_over(many, fake_encoder, *texts).ask("tl;dr"))) < 4


def test_what_is_missing_is_told_by_the_faq(small_index, fake_encoder):
    answer = Assistant(open_index(small_index), fake_encoder).ask("What does the report not say?")
    assert answer.citations == () and "a dose, route or duration (1)" in answer.text and "Left knee" in answer.text


def test_without_an_faq_nobody_knows_what_is_missing(letter):
    assert letter.ask("What is missing?").text == "Nobody wrote down what “Letter on Odile Farnham” leaves out."


def test_what_is_missing_is_verified_and_a_change_of_it_seen(small_index, fake_encoder):
    index = open_index(small_index)
    chat = Assistant(index, fake_encoder).chat()
    chat.ask("What is missing?")
    saved = transcript(chat.turns, index, now=NOW)["turns"][0]["answer"]
    assert verify(saved, index)[1] == []
    for text in ("", saved["text"].replace("a dose", "a drug")):
        assert verify(saved | {"text": text}, index)[1] != []


@pytest.mark.models
def test_of_the_report_that_ships_the_case_is_told_and_what_denies_refused():
    assistant = calcqa.open(REPO / "index")
    answer = assistant.ask("Summarise the report.")
    assert {c.section for c in answer.citations} == {"Presentation"} and "38-year-old" in answer.text
    assert len(quotes(assistant.ask("What does the text say about management?"))) > 3
    for question in (
        "Which types of calcification do NOT have normal calcium?",
        "How many categories are not familial?",
    ):
        assert assistant.ask(question).abstention is not None
    assert "laser" in assistant.ask("Which treatments do not involve taking a drug?").text  # as an FAQ entry asks


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("DH?", "Drugs on admission"),
        ("What are her current medications?", "Drugs on admission"),
        ("PMH?", "Past history"),
        ("What is his past medical history?", "Past history"),
        ("What's the plan?", "Plan"),
    ],
)
def test_a_section_of_a_ward_letter_is_asked_for_as_on_a_ward(tmp_path, fake_encoder, build_small, question, heading):
    text = (
        "Ward letter\n\nPast history\nAsthma. A broken wrist in 2004.\n\nDrugs on admission\n- ramipril 5 mg\n"
        "- codeine 30 mg\n\nPlan\n- Home with a splint\n- Clinic in two weeks\n"
    )
    (tmp_path / "letter.txt").write_text(text, encoding="utf-8")
    answer = Assistant(open_index(build_small([tmp_path / "letter.txt"], tmp_path / "index").path), fake_encoder).ask(
        question
    )
    assert {c.section for c in answer.citations} == {heading} and len(answer.citations) == 2


@pytest.mark.parametrize(
    ("question", "headings"),
    [
        ("What are his current medications?", ["Drugs on admission", "Drugs on discharge"]),
        ("DH?", ["Drugs on admission"]),
    ],
)
def test_of_two_lists_of_drugs_none_is_taken_for_that_of_today(tmp_path, fake_encoder, build_small, question, headings):
    text = (
        "# Ward letter\n\n## Drugs on admission\n\n- ramipril 5 mg\n- codeine 30 mg\n\n"
        "## Drugs on discharge\n\n- apixaban 5 mg\n- bisoprolol 2 mg\n"
    )
    (tmp_path / "letter.md").write_text(text, encoding="utf-8")
    answer = Assistant(open_index(build_small([tmp_path / "letter.md"], tmp_path / "index").path), fake_encoder).ask(
        question
    )
    assert list(dict.fromkeys(c.section for c in answer.citations)) == headings
