"""Questions that name their report among several: by patient, disease, age or title, and what is asked of it alone."""

import dataclasses
import json

import pytest

from calcqa.assistant import Assistant
from calcqa.conversations.transcripts import transcript
from calcqa.conversations.verification import verify
from calcqa.rendering.phrases import searched
from calcqa.retrieval.reports import Reports
from calcqa.retrieval.retriever import Retriever
from calcqa.types import Reason
from calcqa.workspace import Workspace
from helpers.fakes import SentenceReader
from helpers.small import NOW, FakeEncoder, quoted

REPORTS = {
    "toe": "# Gout at sea\n\nA sailor of 54 came with a swollen toe. The drug he was given was colchicine for nine "
    "days. The toe was well after a month.\n\nHis uric acid was high.",
    "burn": "# Boiling oil\n\nA cook burned her wrist with oil. The drug she was given was silver sulfadiazine for "
    "two weeks. The wrist healed with a scar.\n\nHer tetanus vaccination was old.",
    "bite": "# Dog bite\n\nA farmer was bitten by a dog. The drug he was given was amoxicillin for five days. The "
    "hand was stiff for a month.\n\nPasteurella grew from the wound.",
    "fall": "# A fall\n\nA roofer fell from a ladder. The drug he was given was morphine for one day. The spleen was "
    "taken out.\n\nHis tetanus vaccination was new.",
}


@pytest.fixture
def assistant_of(assistant_over):
    """Return an assistant over some of the reports; its reader takes what was given for an answer."""
    return lambda *names: assistant_over({name: REPORTS[name] for name in names})


@pytest.fixture
def assistant(assistant_of):
    return assistant_of(*REPORTS)


@pytest.mark.parametrize(
    ("question", "drug"),
    [
        ("the sailor with the swollen toe: which drug was he given?", "colchicine"),
        ("In the case of the sailor with the swollen toe: which drug was he given?", "colchicine"),
        ("the cook who burned her wrist - which drug was given?", "sulfadiazine"),
        ("In the case of the farmer bitten by a dog, which drug was he given?", "amoxicillin"),
        ("Which drug was the roofer who fell from a ladder given?", "morphine"),
        ("About the report on gout at sea: which drug was given?", "colchicine"),
    ],
)
def test_a_question_is_answered_from_the_report_that_it_names(assistant, question, drug):
    answer = assistant.ask(question)
    assert drug in quoted(answer) and len({c.document_id for c in answer.citations}) == 1
    assert answer.question == answer.standalone_question == question
    assert assistant.chat().ask(question) == answer


def test_the_answer_is_that_of_the_report_alone(assistant, assistant_of):
    alone = assistant_of("burn").ask("which drug was she given?")
    named = assistant.ask("the cook who burned her wrist: which drug was she given?")
    assert named.citations == alone.citations and named.confidence == alone.confidence


def test_what_its_report_lacks_is_refused_though_another_has_it(assistant):
    answer = assistant.ask("the cook who burned her wrist: what grew from the wound of the farmer?")
    assert all("Pasteurella" not in c.quote for c in answer.citations)
    assert {h.passage.document_id for h in answer.hits} == {
        d.id for d in assistant.documents() if d.source == "burn.md"
    }


@pytest.mark.parametrize(
    "question",
    [
        "Which drug was he given?",
        "the patient - which drug was given?",
    ],
)
def test_where_none_is_named_for_sure_all_are_asked(assistant, question):
    assert Reports(Retriever(assistant.index, assistant.encoder)).named(question) == []
    assert len({h.passage.document_id for h in assistant.search(question)}) > 1


@pytest.mark.parametrize(
    "question", ["the sailor with the swollen toe: which drug was he given?", "Which drug was he given?"]
)
def test_over_one_document_nothing_changes(assistant_of, question):
    assistant = assistant_of("toe")
    retrieved = assistant.retrieve_many([question])[0]
    assert assistant.ask(question) == assistant._answer(question, retrieved)
    assert Reports(Retriever(assistant.index, assistant.encoder)).named(question) == []


def test_how_much_a_name_counts_is_a_weight(assistant):
    question = "the sailor with the swollen toe: which drug was he given?"
    for logits, is_named in (((20.0, 5.0, 11.0), True), ((1.0, 0.0, 0.0), False)):
        weights = dataclasses.replace(assistant.index.weights, named=logits)
        named = Reports(Retriever(assistant.index, assistant.encoder, weights)).named(question)
        assert bool(named) == is_named


def test_where_two_may_be_named_the_one_that_answers_is_quoted(index_of, fake_encoder):
    texts = {
        "one": "A sailor had a swollen toe. It rained for two days.",
        "two": "A sailor had a swollen toe. The drug was colchicine.",
    }
    index = index_of({name: f"# {name}\n\n{text}" for name, text in texts.items()})
    assistant = Assistant(index, fake_encoder, SentenceReader("drug"))
    for question, quote in (("which drug?", "The drug was colchicine."), ("how long did it rain?", "")):
        answer = assistant.ask(f"the sailor with the swollen toe: {question}")
        assert quoted(answer) == quote
    named = Reports(Retriever(index, fake_encoder)).named("the sailor with the swollen toe: which drug?")
    assert len(named) == 2 and sum(n.probability for n in named) == pytest.approx(1.0)


def test_a_follow_up_stays_with_the_patient_until_another_is_named(assistant):
    chat = assistant.chat()
    first = chat.ask("the cook who burned her wrist: which drug was she given?")
    second = chat.ask("Was the drug she was given silver?")
    assert {c.document_id for c in second.citations} == {c.document_id for c in first.citations}
    assert second.standalone_question.startswith("the cook who burned her wrist: ")
    assert second.question == "Was the drug she was given silver?"
    third = chat.ask("the farmer bitten by a dog: which drug was he given?")
    assert "amoxicillin" in quoted(third) and "sulfadiazine" not in quoted(third)
    assert chat.ask("Was the drug he was given old?").standalone_question.startswith("the farmer bitten by a dog: ")
    question = "Which spleen was taken out after the ladder?"  # stands alone, but no other patient is named
    assert chat.ask(question).standalone_question == f"the farmer bitten by a dog: {question}"


@pytest.mark.parametrize("question", ["What is colchicine?", "Which of all patients was given morphine?"])
def test_a_follow_up_on_more_than_the_patient_is_asked_of_all(assistant, question):
    chat = assistant.chat()
    chat.ask("the cook who burned her wrist: which drug was she given?")
    answer = chat.ask(question)
    assert answer.standalone_question == question
    assert len({h.passage.document_id for h in answer.hits}) > 1


@pytest.mark.parametrize(
    "named",
    ["the woman with a hoarse voice", "In the case of the hoarse dancer", "the boy with asthma -"],
)
def test_of_a_patient_whom_no_document_is_about_nobody_is_asked(assistant, named):
    chat = assistant.chat()
    question = f"{named.removesuffix(' -')}{' -' if named.endswith('-') else ':'} which drug was given?"
    answer = chat.ask(question)
    assert answer == assistant.ask(question)
    name = answer.abstention.unknown_report
    assert name and name in question and f"“{name}”" in answer.text
    assert not answer.citations and answer.abstention.reason is Reason.NO_EVIDENCE
    assert chat.ask("And how long?").abstention.unknown_report == name
    saved = transcript(chat.turns, assistant.index, now=NOW)["turns"][0]["answer"]
    assert verify(saved, assistant.index)[1] == []
    assert verify(saved | {"text": saved["text"].replace(name, "the cook")}, assistant.index)[1] != []
    assert chat.ask("the cook who burned her wrist: which drug was she given?").citations


@pytest.mark.parametrize(
    "question", ["For the sore throat: which drug was given?", "the patient - which drug was he given?"]
)
def test_what_may_name_nobody_is_asked_of_all(assistant, question):
    assert assistant.ask(question).citations


def test_a_question_meant_otherwise_is_asked_of_the_report_that_it_names_then(assistant):
    chat = assistant.chat()
    chat.ask("the cook who burned her wrist: which drug was she given?")
    answer = chat.ask("And he?", meant="the sailor with the swollen toe: which drug was he given?")
    assert "colchicine" in quoted(answer) and answer.question == "And he?"
    assert answer.standalone_question == "the sailor with the swollen toe: which drug was he given?"


def test_a_document_of_ones_own_is_named_beside_the_base(assistant_of, tmp_path):
    workspace = Workspace(assistant_of("toe", "burn"))
    added = workspace.add(REPORTS["bite"].encode(), "bite.md")
    answer = workspace.assistant().ask("the farmer bitten by a dog: which drug was he given?")
    assert {c.document_id for c in answer.citations} == {added.id}
    answer = workspace.assistant().ask("the cook who burned her wrist: which drug was she given?")
    assert "sulfadiazine" in quoted(answer)


def test_an_answer_that_names_its_report_is_plain_data(assistant):
    answer = assistant.ask("the sailor with the swollen toe: which drug was he given?")
    assert json.loads(json.dumps(answer.to_dict()))["standalone_question"] == answer.question


def test_over_documents_without_names_a_surname_says_nothing(assistant):
    assert assistant.ask("Mr Hale: which drug was he given?").citations


def test_nobody_is_taken_for_a_patient_of_the_other_sex(index_of, fake_encoder):
    texts = {
        "his": "He had a broken leg, and the broken leg was set. He was given aspirin.",
        "hers": "She had a broken leg. The broken leg was seen, and the broken leg was set. She was given heparin.",
    }
    index = index_of({name: f"# {name}\n\n{text}" for name, text in texts.items()})
    reports = Reports(Retriever(index, fake_encoder))
    sources = {d.source: d.id for d in index.documents.values()}
    for name, may_be in (("the man with the leg", "his.md"), ("a girl with a broken leg", "hers.md")):
        assert [s for s, d in sources.items() if reports._may_be(name, d)] == [may_be]
    assert all(reports._may_be(name, d) for name in ("the man and his wife", "the child") for d in sources.values())
    found = reports.named("the man with the broken leg: which drug was he given?")
    assert sources["hers.md"] not in {d for one in found for d in one.documents}


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Which drug did the farmer get?", False),  # somebody else
        ("What grew from the wound?", False),  # what the cook's report lacks and another has
        ("Which drug was given?", True),
        ("Was it silver sulfadiazine?", True),
    ],
)
def test_a_follow_up_is_of_the_patient_before_unless_it_is_of_another(assistant, question, named):
    chat = assistant.chat()
    chat.ask("the cook who burned her wrist: which drug was she given?")
    assert chat.ask(question).standalone_question.startswith("the cook") is named


@pytest.mark.parametrize(
    "question", ["Which drug did the farmer get?", "Hello", "What did you read?", "How old was he?"]
)
def test_after_an_unknown_patient_the_others_can_be_asked(assistant, question):
    chat = assistant.chat()
    chat.ask("the boy with asthma: which drug was given?")
    answer = chat.ask(question)
    assert bool(answer.abstention and answer.abstention.unknown_report) is (question == "How old was he?")
    chat.ask(question)
    assert not (answer := chat.ask("Which drug did the farmer get?")).abstention or not answer.abstention.unknown_report


@pytest.mark.parametrize(
    "question",
    [
        "In this case, which drug was given?",
        "For the patient: which drug was given?",
        "In the corridor, who found her?",
        "About the pupil: was it dilated?",
        "The discharge letter: which drug was given?",
        "the older gentleman with gout: which drug was given?",
        "the young woman - which drug was given?",
        "der Vater mit Husten - welches Medikament bekam er?",
    ],
)
def test_what_may_be_here_or_is_no_name_is_not_called_unknown(assistant, question):
    answer = assistant.ask(question)
    assert not (answer.abstention and answer.abstention.unknown_report)


def test_where_nobody_was_asked_nothing_is_said_of_a_search(assistant):
    answer = assistant.ask("the boy with asthma: which drug was given?")
    assert searched(answer.abstention) == "" and answer.hits == ()
    other = dataclasses.replace(answer.abstention, unknown_report="", passages_searched=3)
    assert "3" in searched(other)


def test_rare_words_that_single_one_document_out_name_it(assistant_over):
    texts = {
        "voice": "# Voice\n\nA dancer came.\n\nThe voice was hoarse for weeks.\n\nRest was given.",
        "feet": "# Feet\n\nA dancer hurt a toe. The dancer fell. The dancer was given ice. The dancer was well.",
        "knee": "# Knee\n\nA dancer hurt a knee. The dancer fell. The dancer was given ice. The dancer was well.",
        "farm": "# Farm\n\nHoarse cows are not rare. The cows were hoarse. Hoarse cows were given hay.",
        **{f"c{n}": f"# Case {n}\n\nA cough was given honey {n}." for n in range(36)},
    }
    reports = Reports(Retriever(assistant_over(texts).index, FakeEncoder()))
    titles = {d.id: d.title for d in reports.patients._index.documents.values()}
    named = reports.named("the hoarse dancer - what was given?")
    assert [{titles[d] for d in one.documents} for one in named] == [{"Voice"}]
    assert len(reports.named("the dancer who fell - what was given?")) != 1  # two have these words
