"""Lines of a letter's head and foot answer only who, where and when."""

import pytest

from calcqa.query.letter_lines import may_answer


@pytest.mark.parametrize(
    ("sentence", "is_salutation"),
    [
        ("Dear Dr Moss,", True),
        ("Dear colleague", True),
        ("Yours sincerely,", True),
        ("With kind regards", True),
        ("Many thanks.", True),
        ("Many thanks for your advice.", True),
        ("Thanks for the referral of this man with gout and a large spleen.", False),
        ("Dear Dr Moss, his knees were swollen.", False),
        ("Dear Dr Moss, thank you for seeing this man with gout", False),
        ("He sends his regards.", False),
        ("Hi-flow oxygen was begun.", False),
        ("Hi flow nasal oxygen", False),
        ("Hi Dr Moss,", True),
    ],
)
def test_a_salutation_answers_only_who_is_written_to(sentence, is_salutation):
    assert may_answer("What is the plan?", sentence) is not is_salutation
    assert may_answer("Who is his doctor?", sentence)


@pytest.mark.parametrize(
    ("sentence", "is_letterhead"),
    [
        ("Dr Ines Calloway", True),
        ("Mr T. R. Yardley, Consultant Urologist", True),
        ("cc Ms Ada Birch", True),
        ("Consultant in Respiratory Medicine", True),
        ("Westmere General Hospital, 14 Quay Road", True),
        ("Dr Calloway saw him on Monday.", False),
        ("Emergency Laparotomy", False),
        ("Hospital Course", False),
        ("Hospital Acquired Pneumonia", False),
        ("Transferred To Stroke Unit", False),
        ("He went to Westmere General Hospital.", False),
    ],
)
def test_a_line_of_a_letters_head_answers_only_who_or_where(sentence, is_letterhead):
    assert may_answer("What is his job?", sentence) is not is_letterhead
    assert may_answer("Who saw him, and where?", sentence)


@pytest.mark.parametrize("line", ["Date: 4 June 2019", "Dated 04/06/2019", "Date: June 4, 2019"])
def test_a_line_that_is_a_date_answers_only_when(line):
    assert not may_answer("Who is in the side room?", line)
    assert not may_answer("What is his date of birth?", line)
    assert may_answer("When was it written?", line) and may_answer("Date of the letter?", line)
    assert may_answer("Who is in the side room?", f"{line} and he went home")


def test_the_date_of_a_note_is_not_that_of_what_comes_later():
    assert may_answer("When was the operation?", "Date: 12 June 2023")
    assert not may_answer("When is follow-up?", "Date: 12 June 2023")
    assert may_answer("When was the clinic letter written?", "Date: 12 June 2023")
