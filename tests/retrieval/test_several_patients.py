"""Questions that name no patient, over documents of several: the best quote of each, and nobody's for another's."""

import functools

import pytest

from calcqa.answering.by_patient import of_several_patients
from calcqa.conversations.readback import turns_from
from calcqa.conversations.transcripts import transcript
from calcqa.conversations.verification import verify
from calcqa.rendering.phrases import unsaid
from calcqa.types import SomeAsked
from helpers.small import NOW, quoted

LETTERS = {
    "hale": "# Discharge letter: Mr Tom Hale\n\nHe fell. His potassium was measured at 5.3 mmol/l. He went home.",
    "hill": "# Discharge letter: Mrs Jean Hill\n\nShe fell. Her sodium was measured at 128 mmol/l. She went home.",
    "lee": "# Discharge letter: Mrs Ann Lee\n\nShe fell. Her potassium was measured at 3.2 mmol/l. She went home.",
    "labs": "# Laboratory: Mrs Ann Lee\n\nThe potassium was measured at 3.2 mmol/l.",
}
CASES = {
    "toe": "# Gout\n\nA 54-year-old man came with gout. The drug he was measured for was colchicine.",
    "knee": "# Gout of the knee\n\nA 31-year-old woman came with gout. Gout is measured by its crystals.",
}


@pytest.fixture
def assistant_of(assistant_over):
    """Return an assistant over texts; its reader takes what was measured for an answer."""
    return functools.partial(assistant_over, word="measured")


@pytest.fixture
def ward(assistant_of):
    return assistant_of(LETTERS, read_threshold=0.0)


def test_a_question_that_names_nobody_is_answered_for_each_patient(ward):
    answer = ward.ask("What was the potassium?")
    assert "5.3" in quoted(answer) and "3.2" in quoted(answer)
    assert len(answer.citations) == 2  # the documents of one patient count as one
    assert "128" not in quoted(answer)  # another test's is no answer
    saved = transcript(asked(ward, "What was the potassium?"), ward.index, now=NOW)["turns"][0]["answer"]
    assert verify(saved, ward.index)[1] == []


def asked(ward, question):
    chat = ward.chat()
    chat.ask(question)
    return chat.turns


def of_all(assistant, question):
    return assistant._of_all(question, assistant.retrieve_many([question])[0], frozenset())


def test_what_one_patient_alone_has_stays_as_it_is(ward):
    answer = ward.ask("What was the sodium?")
    assert "128" in quoted(answer) and answer == of_all(ward, "What was the sodium?")


def test_each_part_is_answered_for_the_patients_who_have_it(ward):
    answer = ward.ask("What was the potassium, and what was the sodium?")
    assert "5.3" in quoted(answer) and "128" in quoted(answer) and not answer.unanswered


def test_a_refusal_stays_one(assistant_of):
    assert assistant_of(LETTERS, read_threshold=1.0).ask("What was the potassium?").abstention


@pytest.mark.parametrize("kept", [["hale"], ["lee", "labs"]])
def test_over_documents_of_one_patient_nothing_changes(assistant_of, kept):
    assistant = assistant_of({name: LETTERS[name] for name in kept}, read_threshold=0.0)
    assert assistant.ask("What was the potassium?") == of_all(assistant, "What was the potassium?")


@pytest.mark.parametrize("question", ["What is gout?", "How is gout measured?", "Summarise the case"])
def test_what_asks_at_large_stays_as_it_is(assistant_of, question):
    assistant = assistant_of(CASES, read_threshold=0.0)
    assert of_several_patients(assistant.documents())
    assert assistant.ask(question) == of_all(assistant, question)


def test_of_many_documents_nothing_changes(assistant_of):
    many = {f"case{n}": f"# Mr {name}\n\nHis potassium was measured at {n}." for n, name in enumerate(NAMES, start=3)}
    question = "What was the potassium?"
    few = assistant_of(dict(list(many.items())[:12]), read_threshold=0.0)
    assert len({c.document_id for c in few.ask(question).citations}) == 4
    assert len({c.document_id for c in assistant_of(many, read_threshold=0.0).ask(question).citations}) == 1


NAMES = "Ash Birch Cole Dunn Ellis Frost Gray Hart Irwin Joss Kemp Lowe Mace".split()


def test_ages_tell_patients_apart_who_have_no_names(assistant_of):
    documents = assistant_of(CASES).documents()
    assert [len(group) for group in of_several_patients(documents)] == [1, 1]
    assert of_several_patients(documents[:1]) == []


WARD = {
    "ash": "# Discharge letter: Mr Tom Ash\n\nHe was given apixaban for a year. There was no evidence of a stroke.",
    "birch": "# Discharge letter: Mrs Jean Birch\n\nShe was given apixaban for a week. She had a stroke in May.",
    "cole": "# Discharge letter: Mrs Ann Cole\n\nShe was given iron for a month. She fell and had a fracture.",
}


def whose(answer):
    titles = (c.document_title for c in answer.citations)
    return sorted(title.split()[-1].lower() for title in titles)


@pytest.fixture
def asked_of(assistant_over):
    """Return what an assistant over the letters answers; its reader takes what holds a word for an answer."""

    def ask(question, word, names=WARD):
        return assistant_over({name: WARD[name] for name in names}, word).ask(question)

    return ask


@pytest.mark.parametrize(
    ("question", "word", "names"),
    [
        ("Which patients were given apixaban?", "apixaban", ["ash", "birch"]),
        ("Who was given apixaban?", "apixaban", ["ash", "birch"]),
        ("Which of the patients received iron?", "iron", ["cole"]),
        ("Which letters mention a stroke?", "stroke", ["ash", "birch"]),
        ("Who had a stroke?", "stroke", ["birch"]),
        ("Which patients did not have a stroke?", "stroke", ["ash"]),
        ("In which reports is apixaban mentioned?", "apixaban", ["ash", "birch"]),
    ],
)
def test_what_holds_of_some_patients_is_quoted_for_each_of_them(asked_of, question, word, names):
    answer = asked_of(question, word)
    assert whose(answer) == names and answer.standalone_question == question


def test_where_it_is_denied_of_all_it_is_a_refusal(asked_of):
    assert asked_of("Who had a stroke?", "stroke", ["ash", "cole"]).abstention


@pytest.mark.parametrize("question", ["Who was given the apixaban by the nurse?", "Who gave the apixaban?"])
def test_over_one_document_or_of_those_who_treat_it_is_asked_as_ever(assistant_of, question):
    kept = {"ash": WARD["ash"]} if "was" in question else WARD
    assistant = assistant_of(kept, read_threshold=0.0)
    assert assistant._by_patient.all_who(question, question, assistant.retrieve_many) is None


@pytest.fixture
def many(assistant_of):
    """Return an assistant over letters of more patients than are asked one by one: every other is a woman."""

    def letter(number, name):
        title, she, her = (("Mrs", "She", "Her"), ("Mr", "He", "His"))[number % 2]
        return f"# {title} {name}\n\n{she} was well. {her} weight was measured at {50 + number} kg. {she} had gout."

    names = [*NAMES, "Noon"]
    return assistant_of({name.lower(): letter(n, name) for n, name in enumerate(names)}, read_threshold=0.0)


@pytest.mark.parametrize(("pronoun", "title"), [("her", "Mrs"), ("his", "Mr")])
def test_of_many_documents_those_of_the_likeliest_patients_of_a_sex_are_quoted(many, pronoun, title):
    answer = many.ask(f"What was {pronoun} measured weight?")
    assert len(answer.citations) > 1
    assert {c.document_title.split()[0] for c in answer.citations} == {title}
    assert len(many.ask("What was the measured weight?").citations) == 1


def test_nobody_of_the_other_sex_is_quoted_where_one_document_is_of_whom_is_asked(assistant_of):
    men = {name.lower(): f"# Mr {name}\n\nHis weight was measured." for name in NAMES}
    her = "# Mrs Ann Lee\n\nShe was well. Her weight was measured by day on the scales of the ward: 50 kg."
    assistant = assistant_of({**men, "lee": her}, read_threshold=0.0)
    (cited,) = of_all(assistant, "What was her measured weight?").citations
    assert cited.document_title.startswith("Mr ")
    assert {c.document_title for c in assistant.ask("What was her measured weight?").citations} == {"Mrs Ann Lee"}


def test_it_is_told_that_only_some_of_many_documents_were_asked(many):
    chat = many.chat()
    answer = chat.ask("Which patients had gout?")
    assert len({c.document_id for c in answer.citations}) == 12 and answer.some_asked == SomeAsked(12, 14)
    (sentence,) = unsaid(answer)
    assert "12" in sentence and "14" in sentence
    saved = transcript(chat.turns, many.index, now=NOW)
    assert turns_from(saved, many.index)[0].answer.some_asked == SomeAsked(12, 14)
    chat.ask("Which patients had no gout?")
    refused = chat.ask("Which patients did not have gout?")
    assert refused.abstention.some_asked and refused.text.endswith(sentence)
    assert verify(transcript(chat.turns, many.index, now=NOW), many.index)[1] == []


OPEN = {
    "ash": "# Discharge letter: Mr Tom Ash\n\nHe is to be given apixaban once he is home.",
    "birch": WARD["birch"],
    "dunn": "# Discharge letter: Mr Bo Dunn\n\nHis mother was given apixaban.",
}


def test_what_is_planned_or_of_a_relative_is_not_counted(assistant_over):
    assistant = assistant_over(OPEN, "apixaban")
    assert whose(assistant.ask("Which patients were given apixaban?")) == ["birch"]
    assert "ash" in whose(assistant.ask("Which patients are to be given apixaban?"))


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Which patients were given apixaban, and which drug was Mrs Cole given?", ["ash", "birch", "cole"]),
        ("Which drug was Mrs Cole given, and which patients were given apixaban?", ["ash", "birch", "cole"]),
        ("Which patients were given iron, and for how long were they given it?", ["cole"]),
    ],
)
def test_which_patients_may_be_asked_as_a_part(asked_of, question, names):
    answer = asked_of(question, "given")
    assert sorted(set(whose(answer))) == names and not answer.unanswered
    assert answer.standalone_question == question


def test_a_part_that_names_one_is_of_that_one_whatever_it_calls_them(asked_of):
    answer = asked_of("Which patients were given apixaban, and how long was Mr Ash given these tablets?", "given")
    assert whose(answer).count("ash") == 1 and not answer.unanswered


def test_a_part_that_holds_of_nobody_is_named(asked_of):
    answer = asked_of("Which patients did not have apixaban, and which drug was Mrs Cole given?", "given")
    assert whose(answer) == ["cole"]
    assert answer.unanswered == ("Which patients did not have apixaban?",)


BEDS = {
    "hale": "# Note\n\nMr Tom Hale is a 67-year-old retired porter who fell. He is measured for gout.",
    "hill": "# Note\n\nMrs Jean Hill is an 81-year-old widow with a hip fracture. Her sodium was measured at 128.",
    "lee": "# Note\n\nMs Ann Lee is a 29-year-old teacher with asthma. Her peak flow was measured, and gout ruled out.",
}


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Who is the youngest patient?", ["Lee"]),
        ("Which patient is the oldest of them?", ["Hill"]),
        ("Which patients are women?", ["Hill", "Lee"]),
        ("How many of the patients are male?", ["Hale"]),
    ],
)
def test_patients_are_told_by_age_and_by_sex(assistant_of, question, told):
    answer = assistant_of(BEDS).ask(question)
    assert [name for name in ("Hale", "Hill", "Lee") if f"{name} is a" in quoted(answer)] == told
    assert len(answer.citations) == len(told)


@pytest.mark.parametrize("question", ["Who is the youngest?", "Which patients are men?"])
def test_where_one_is_not_told_nobody_is_picked(assistant_of, question):
    ward = assistant_of({**BEDS, "nobody": "# Note\n\nMx Sam Moor fell."}, read_threshold=1.0)
    assert ward.ask(question).abstention


def test_a_count_of_patients_quotes_each_of_whom_it_holds(assistant_of):
    answer = assistant_of(BEDS, read_threshold=0.0).ask("How many patients have gout?")
    assert "for gout" in quoted(answer) and len(answer.citations) == 1


def test_a_patient_who_is_named_last_is_left_out_of_what_is_asked(assistant_of):
    answer = assistant_of(BEDS).ask("How old is the widow with the hip fracture?")
    assert "81-year-old" in quoted(answer) and len(answer.citations) == 1
    assert answer.standalone_question == "How old is the widow with the hip fracture?"
