"""Of whom a question is asked: follow-ups on another patient, pronouns of the other sex, several patients at once."""

import dataclasses

import pytest

from calcqa.answering.by_patient import naming_all
from calcqa.assistant import Assistant
from calcqa.conversations.transcripts import transcript
from calcqa.conversations.verification import verify
from helpers.fakes import SentenceReader
from helpers.small import NOW

LETTERS = {
    "hale": "# Discharge letter: Mr Tom Hale\n\nConsultant: Miss R. Okafor\n\nThis sailor fell. He was given "
    "penicillin for his cough.\n\nHe went home.",
    "hill": "# Discharge letter: Mrs Jean Hill\n\nConsultant: Miss R. Okafor\n\nThis cook fell. She was given "
    "apixaban for her clot.\n\nShe went home.",
    "chart": "# Chart: Ms Ann Lee\n\nShe was given ondansetron for her nausea.",
    "notes": "NURSING NOTES\n\nPt: Ann Lee  Hosp no 51\n\nThe saline given ran for two hours.",
}
DRUGS = {"hale": "penicillin", "hill": "apixaban", "lee": "ondansetron"}
GIVEN = "Mrs Hill: which drug was she given?"


def drugs(answer):
    """Return whose drugs an answer quotes, in its order."""
    return [name for c in answer.citations for name, drug in DRUGS.items() if drug in c.quote]


@pytest.fixture
def ask_of(assistant_over):
    """Return an assistant over some of the letters; its reader takes what was given for an answer."""
    return lambda *names: assistant_over({name: LETTERS[name] for name in names})


@pytest.fixture
def ward(ask_of):
    return ask_of(*LETTERS)


@pytest.mark.parametrize(
    ("follow_up", "patient", "understood"),
    [
        ("And Mr Hale?", "hale", "Mr Hale: which drug was he given?"),
        ("what about Ms Lee?", "lee", "Ms Lee: which drug was she given?"),
        ("and hale", "hale", "hale: which drug was he given?"),
        ("Same for Mr Tom Hale?", "hale", "Mr Tom Hale: which drug was he given?"),
        ("and the old sailor?", "hale", "the old sailor: which drug was he given?"),
    ],
)
def test_a_follow_up_that_only_names_another_patient_is_the_question_before(ward, follow_up, patient, understood):
    chat = ward.chat()
    chat.ask(GIVEN)
    answer = chat.ask(follow_up)
    assert drugs(answer) == [patient] and answer.standalone_question == understood


@pytest.mark.parametrize("before", ["Which drug was given to Mrs Hill?", "What was Mrs Hill's drug given for?"])
def test_the_name_may_stand_within_the_question_before(ward, before):
    chat = ward.chat()
    assert drugs(chat.ask(before)) == ["hill"]
    assert drugs(chat.ask("And Mr Hale?")) == ["hale"]
    assert chat.turns[-1].standalone_question == before.replace("Mrs Hill", "Mr Hale")
    for question in ("Was penicillin given?", "Was it given for the cough?"):  # he stays the one who is named
        assert drugs(chat.ask(question)) == ["hale"]


def test_where_no_patient_was_named_before_the_question_is_asked_of_the_one_that_is_named_now(ward):
    chat = ward.chat()
    chat.ask("Which drug was given?")
    assert drugs(chat.ask("And Mr Hale?")) == ["hale"]
    assert chat.ask("And Mr Jones?").abstention.unknown_report == "Mr Jones"


def test_a_pronoun_of_the_other_sex_is_the_patient_of_that_sex_who_was_named_last(ward):
    chat = ward.chat()
    for question in ("Ms Lee: which drug was she given?", GIVEN, "And Mr Hale?"):
        chat.ask(question)
    assert drugs(chat.ask("and her?")) == ["hill"]
    assert chat.turns[-1].standalone_question == GIVEN
    assert drugs(chat.ask("Was he given a drug?")) == ["hale"]
    assert drugs(chat.ask("Was she given a drug?")) == ["hill"]
    assert drugs(chat.ask("Was he given her drug?")) == ["hill"]  # both: whoever was asked about


@pytest.mark.parametrize(("pronoun", "lacking"), [("he", {"hill", "lee"}), ("she", {"hale"})])
def test_nobody_is_quoted_for_somebody_of_the_other_sex(ward, pronoun, lacking):
    chat = ward.chat()
    chat.ask(GIVEN if pronoun == "he" else "Mr Hale: which drug was he given?")
    question = f"When was {pronoun} given the drug?"
    for answer in (chat.ask(question), ward.ask(question)):
        assert drugs(answer) and lacking.isdisjoint(drugs(answer))


def test_a_relative_who_was_asked_about_is_no_other_patient(ward):
    chat = ward.chat()
    chat.ask("Mr Hale: was his wife given the drug?")
    assert drugs(chat.ask("Was she given it?")) == ["hale"]


def test_where_no_document_is_of_the_sex_all_are_asked(ask_of):
    answer = ask_of("hill", "chart").ask("Which drug was he given?")
    assert {h.passage.document_id for h in answer.hits} and answer.citations


@pytest.mark.parametrize(
    "question",
    [
        "Compare the drugs given to Mr Hale and Mrs Hill",
        "Which drugs were Mr Hale and Mrs Hill given?",
        "Drug given of Hale and Hill?",
        "Was Mr Hale's drug given longer than Mrs Hill's?",
        "Was Mr Hale given the same drug as Mrs Hill?",
        "Which drug was Mr Hale given, and which drug was Mrs Hill given?",
    ],
)
def test_a_question_that_names_two_patients_is_asked_of_each(ward, question):
    answer = ward.ask(question)
    assert drugs(answer) == ["hale", "hill"]
    assert answer.question == answer.standalone_question == question and not answer.unanswered
    saved = transcript(ward_turns(ward, question), ward.index, now=NOW)["turns"][0]["answer"]
    assert verify(saved, ward.index)[1] == []


def ward_turns(ward, question):
    chat = ward.chat()
    chat.ask(question)
    return chat.turns


def test_a_question_that_names_three_is_asked_of_each_and_of_all_documents_of_one(ward):
    assert drugs(ward.ask("Drug given to Mr Hale, Mrs Hill and Ms Lee?")) == ["hale", "hill", "lee"]


def test_for_whom_there_is_no_answer_is_named(ward):
    answer = ward.ask("Drug given to Mr Hale and Mr Jones?")
    assert drugs(answer) == ["hale"] and answer.unanswered == ("Drug given to Mr Jones?",)


def test_where_no_patient_has_an_answer_it_is_a_refusal_of_all(ward):
    weights = dataclasses.replace(ward.index.weights, read_threshold=1.0)
    strict = Assistant(ward.index, ward.encoder, SentenceReader("given"), weights)
    chat = strict.chat()
    answer = chat.ask("Was warfarin given to Mr Hale and Mrs Hill?")
    assert answer.abstention.unknown_terms == ("warfarin",) and "Hale" not in answer.text
    assert verify(transcript(chat.turns, strict.index, now=NOW)["turns"][0]["answer"], strict.index)[1] == []


def test_what_follows_on_several_patients_is_asked_of_each(ward):
    chat = ward.chat()
    chat.ask("Which drugs were Mr Hale and Mrs Hill given?")
    answer = chat.ask("Was any drug given?")
    assert drugs(answer) == ["hale", "hill"]
    assert answer.standalone_question == "Mr Hale and Mrs Hill: Was any drug given?"
    assert drugs(chat.ask("Was she given a drug?")) == ["hill"]


def test_a_staff_member_is_no_patient_to_compare(ward):
    assert drugs(ward.ask("Which drug did Miss Okafor say was given to Mr Hale?")) == ["hale"]


def test_a_follow_up_on_the_only_patient_of_some_documents_ends(ward):
    chat = ward.chat()  # once asked of all her documents, again and again
    chat.ask("Which drug was given to Ms Lee?")
    assert drugs(chat.ask("and for her nausea?")) == ["lee"]


@pytest.mark.parametrize("named", ["Mr Hale?", "Mr Hale", "Mr Hale and Mrs Hill?", "Compare Mr Hale and Mrs Hill"])
def test_a_name_alone_is_answered_or_refused_and_no_error(ward, named):
    for answer in (ward.ask(named), ward.chat().ask(named)):
        assert answer.question == named and (answer.citations or answer.abstention)


def test_a_part_before_the_first_name_is_asked_of_each(ward):
    each = ward._follow_ups.each("When was the fall, which drug was Mr Hale given, and which drug was Mrs Hill given?")
    assert len(each) == 4 and ["fall" in asked for asked, _ in each] == [True, True, False, False]


def test_the_documents_of_a_patient_are_looked_for_once(ward, monkeypatch):
    patients, asked = ward._reports.patients, []
    looked = type(patients).sex_of
    monkeypatch.setattr(type(patients), "sex_of", lambda self, own: asked.append(own) or looked(self, own))
    assert set(patients.may_be_of("female")) and len(asked) == len(set(asked))


def test_her_baby_is_hers_and_no_other_patient(ward):
    chat = ward.chat()
    chat.ask(GIVEN)
    assert "hale" not in drugs(chat.ask("And her baby?"))


def test_of_two_in_one_clause_each_has_what_is_asked_of_that_one(ward):
    assert [text for text, _ in ward._follow_ups.each("What was Mr Hale's cough and Mrs Hill's drug?")] == [
        "What was Mr Hale's cough?",
        "What was Mrs Hill's drug?",
    ]


def test_what_is_unanswered_names_both(ward):
    question = "Did Mr Hale have more drugs given than Mrs Hill?"
    asked = [text for text, _ in ward._follow_ups.each(question)]
    assert all("the other" in text for text in asked)
    named = [naming_all(dataclasses.replace(ward.ask("Why?"), unanswered=(text,)), question) for text in asked]
    assert {part for answer in named for part in answer.unanswered} == {question}


@pytest.mark.parametrize(
    ("before", "follow_up", "understood"),
    [
        ("Which drug was given to Mr Hale and Mrs Hill?", "And the second?", "Which drug was given to Mrs Hill?"),
        ("Mr Hale and Mrs Hill: which drug was given?", "and the former?", "Mr Hale: which drug was given?"),
        ("Mr Hale and Mrs Hill: which drug was given?", "Why was the latter given it?", "Why was Mrs Hill given it?"),
        ("Mr Hale and Mrs Hill: which drug was given?", "Which was longer, the former or the latter?",
         "Which was longer, Mr Hale or Mrs Hill?"),
        ("Which drug was Mr Hale given, and why was Mrs Hill given it?", "And Ms Lee?",
         "Which drug was Ms Lee given, and why was Ms Lee given it?"),
        ("Was Mr Hale given the drug of Mrs Hill?", "And Ms Lee?", "Was Ms Lee given the drug of Mrs Hill?"),
        ("Was Mr Hale given the drug of Mrs Hill?", "And Mrs Hill?", "Was Mrs Hill given the drug of Mr Hale?"),
    ],
)  # fmt: skip
def test_one_of_two_may_be_called_by_place_or_replaced(ward, before, follow_up, understood):
    chat = ward.chat()
    chat.ask(before)
    assert ward._follow_ups.meant(follow_up, chat.turns) == understood


def test_who_may_be_half_called_by_place_stays_as_asked(ward):
    chat = ward.chat()
    chat.ask("Which drug was given to Mr Hale and Mrs Hill?")
    understood = ward._follow_ups.meant("Was the first given longer than the second?", chat.turns)
    assert "Mr Hale" in understood and "Mrs Hill" in understood and "the first given" in understood


def test_the_other_is_who_was_named_before(ward):
    chat = ward.chat()
    chat.ask(GIVEN)
    chat.ask("And Mr Hale?")
    assert drugs(chat.ask("And the other?")) == ["hill"]
    assert ward._follow_ups.meant("Was the other drug given?", chat.turns) is None
