"""Answers and abstentions as data: quotes at their offsets, lists whole, typed refusals, the reader's seam."""

import dataclasses
import json

import pytest

from calcqa.assistant import Assistant
from calcqa.config import MAX_QUESTION, ChunkSettings
from calcqa.errors import InputError
from calcqa.index.build import build_index
from calcqa.index.open import open_index
from calcqa.parameters import DEFAULTS, Weights, shipped_weights
from calcqa.types import Reason
from helpers.fakes import FixedReader, MarkReader, SentenceReader, many_lines
from helpers.letters import BY_WORDS, assistant_over


@pytest.fixture
def assistant(small_index, fake_encoder):
    return Assistant(open_index(small_index), fake_encoder)


def test_an_answer_is_quotes_at_their_offsets(assistant):
    answer = assistant.ask("Which joint hurt?")
    assert answer.abstention is None
    assert answer.text == "A 52-year-old man came with pain in the left knee. [1]"
    (citation,) = answer.citations
    document = assistant.document(citation.document_id)
    assert document.text[citation.start : citation.end] == citation.quote
    assert answer.text[citation.answer_start : citation.answer_end] == citation.quote
    assert citation.document_sha256 == document.sha256 and citation.section == "Presentation"
    assert 0.5 < answer.confidence <= 1.0


def test_a_list_comes_whole_with_its_lead_in_and_in_order(assistant):
    answer = assistant.ask("What was tried?")
    assert [c.quote for c in answer.citations] == [
        "Three measures were tried:",
        "rest for one week",
        "a splint, worn at night",
        "physiotherapy",
    ]
    assert [c.number for c in answer.citations] == [1, 2, 3, 4]


def test_evidence_inside_a_sentence_is_quoted_as_the_whole_sentence(assistant):
    assert assistant.ask("How long did recovery take?").citations[0].quote == "The pain had gone after six weeks."


def test_a_known_gap_is_named_and_cites_nothing(assistant):
    answer = assistant.ask("Which dose of ibuprofen was given?")
    assert answer.abstention is not None and answer.citations == ()
    assert answer.abstention.reason is Reason.GAP and answer.abstention.unanswerable == "doses"
    assert "ibuprofen" in answer.abstention.unknown_terms
    assert "“ibuprofen”" in answer.text and "a dose, route or duration" in answer.text and "Left knee" in answer.text
    assert answer.abstention.passages_searched == 5
    assert 0 < len(answer.abstention.nearest) <= 3
    assert answer.short_answer is None


def test_a_greeting_is_not_a_question(assistant):
    answer = assistant.ask("hello there")
    assert answer.abstention is not None and answer.abstention.reason is Reason.NOT_A_QUESTION
    assert answer.citations == ()


def test_documents_without_questions_asked_ahead(small_source, tmp_path, build_small, fake_encoder):
    path = build_small([small_source], tmp_path / "plain", sidecars=False).path
    assistant = Assistant(open_index(path), fake_encoder)
    answer = assistant.ask("swelling and loss of extension on examination")
    assert answer.abstention is None
    assert answer.citations[0].quote == "The examination showed swelling and a loss of extension."
    assert sum(len(c.quote.split()) for c in answer.citations) <= DEFAULTS.answer_words
    refused = assistant.ask("Who won the election in Denmark?")
    assert refused.abstention is not None and refused.abstention.reason in (Reason.NO_EVIDENCE, Reason.NOT_A_QUESTION)
    assert "denmark" in refused.abstention.unknown_terms


def test_two_documents_answer_for_themselves(tmp_path, small_source, build_small, fake_encoder):
    other = tmp_path / "source" / "elbow.md"
    other.write_text("# Right elbow\n\nThe elbow was fractured in a motorcycle crash.\n", encoding="utf-8")
    assistant = Assistant(open_index(build_small([small_source, other], tmp_path / "both").path), fake_encoder)
    assert assistant.ask("Which joint hurt?").citations[0].document_title == "Left knee"
    assert assistant.ask("elbow fractured motorcycle crash").citations[0].document_title == "Right elbow"
    assert "None of the documents" in assistant.ask("Which dose of ibuprofen was given?").text


def test_a_gap_of_one_document_is_not_filled_from_another(tmp_path, small_source, build_small, fake_encoder):
    other = tmp_path / "source" / "spleen.md"
    other.write_text("# Spleen\n\nThe spleen weighed 210 grams. The heart was large.\n", encoding="utf-8")
    assistant = Assistant(open_index(build_small([small_source, other], tmp_path / "both").path), fake_encoder)
    assert assistant.ask("Which dose of ibuprofen was given?").abstention is not None
    assert assistant.ask("spleen weighed grams").citations[0].document_title == "Spleen"


def test_to_dict_is_json_and_keeps_everything(assistant):
    for question in ("Which joint hurt?", "Which dose of ibuprofen was given?"):
        answer = assistant.ask(question)
        data = json.loads(json.dumps(answer.to_dict()))
        assert data["question"] == question and data["text"] == answer.text
        assert len(data["citations"]) == len(answer.citations)
        assert (data["abstention"] is None) == (answer.abstention is None)


def test_a_reader_gives_the_short_answer_from_what_is_quoted(small_index, fake_encoder):
    index = open_index(small_index)
    ask = Assistant(index, fake_encoder, FixedReader("left knee")).ask
    assert ask("Which joint hurt?").short_answer == "left knee"
    elsewhere = Assistant(index, fake_encoder, FixedReader("ice")).ask  # in the passage, not in the quoted sentence
    assert elsewhere("Which joint hurt?").short_answer is None
    unsure = Assistant(index, fake_encoder, FixedReader("left knee", 0.7)).ask
    assert unsure("Which joint hurt?").short_answer is None
    whole = Assistant(index, fake_encoder, FixedReader("A 52-year-old man came with pain in the left knee")).ask
    assert whole("Which joint hurt?").short_answer is None  # as long as its quote


def test_what_a_reader_must_be_sure_of_before_words_are_shown(small_source, tmp_path, build_small, fake_encoder):
    def short(question, **marks):
        return Assistant(index, fake_encoder, MarkReader(**marks)).ask(question).short_answer

    index = open_index(build_small([small_source], tmp_path / "few").path)  # nobody vouches for the sentence
    assert (
        short("What was tried?", splint=(0.95, 0.5)) == "splint"
        and short("What was tried?", splint=(0.6, 0.95)) is None
    )
    many_lines(small_source)
    index = open_index(build_small([small_source], tmp_path / "many").path)  # the FAQ entries do
    assert short("What was tried 7?", splint=(0.95, 0.5)) is None
    assert short("What was tried 7?", splint=(0.6, 0.95)) == "splint"
    assert short("What was tried 7?", splint=(0.4, 0.95)) is None
    assert (
        short("What was tried 7?", splint=(0.6, 0.9), rest=(0.5, 0.99)) == "splint"
    )  # likelier to be the one asked for


def test_a_short_answer_is_of_the_kind_that_is_asked_for(small_index, fake_encoder):
    ask = Assistant(open_index(small_index), fake_encoder, FixedReader("left knee")).ask
    for question in ("Was the left knee the joint that hurt?", "How many joints hurt?", "Which joint hurt?"):
        assert "left knee" in ask(question).text
    assert ask("Which joint hurt?").short_answer == "left knee"
    assert ask("Was the left knee the joint that hurt?").short_answer is None
    assert ask("How many joints hurt?").short_answer is None


def test_a_short_answer_has_its_place_in_the_document(small_index, fake_encoder):
    index = open_index(small_index)
    answer = Assistant(index, fake_encoder, FixedReader("worn at night")).ask("What was tried?")
    cited = [c for c in answer.citations if c.short]
    assert [c.quote for c in cited] == ["a splint, worn at night"]
    text = index.documents[cited[0].document_id].text
    assert text[cited[0].short.start : cited[0].short.end] == cited[0].short_answer == answer.short_answer


def test_a_reader_ranks_and_decides_where_nothing_was_asked_ahead(small_source, tmp_path, build_small, fake_encoder):
    index = open_index(build_small([small_source], tmp_path / "plain", sidecars=False).path)
    question = "What was the examination of his temperature and the pain?"
    generous = dataclasses.replace(Weights(), plain_threshold=0.0, read_threshold=0.0)
    without = Assistant(index, fake_encoder, None, generous).ask(question)
    reader = SentenceReader("physiotherapy")
    found = Assistant(index, fake_encoder, reader, generous).ask(question)
    assert "physiotherapy" not in without.text and "physiotherapy" in found.text
    assert len(reader.passages) == 1  # the best, in one batch
    nowhere = Assistant(index, fake_encoder, SentenceReader("Denmark"), generous).ask(question)
    assert nowhere.confidence < found.confidence


def test_what_many_asked_ahead_is_read_for_the_short_answer_alone(small_source, tmp_path, build_small, fake_encoder):
    many_lines(small_source)
    index = open_index(build_small([small_source], tmp_path / "many").path)
    assert index.question_model.probe.size
    reader = SentenceReader("physiotherapy")
    answer = Assistant(index, fake_encoder, reader).ask("Which joint hurt 7?")
    (batch,) = reader.passages
    assert answer.citations[0].quote in batch[0].text and len(batch) == 1


def test_beside_a_document_with_many_asked_ahead_another_is_read(small_source, tmp_path, build_small, fake_encoder):
    many_lines(small_source)
    other = small_source.with_name("spleen.md")
    other.write_text("# Spleen\n\nThe spleen weighed 210 grams.\n\nThe heart was large.\n", encoding="utf-8")
    index = open_index(build_small([small_source, other], tmp_path / "both").path)
    reader = SentenceReader("spleen weighed")
    answer = Assistant(index, fake_encoder, reader).ask("How many grams was the spleen?")
    read = {index.documents[p.document_id].title for p in reader.passages[0]}
    assert read == {"Spleen"} and answer.citations[0].quote == "The spleen weighed 210 grams."


def test_each_further_document_lowers_the_odds_of_all_that_are_read(small_source, tmp_path, build_small, fake_encoder):
    others = [small_source.with_name(f"spleen{n}.md") for n in range(11)]  # more than are read
    for n, other in enumerate(others):
        other.write_text(f"# Spleen\n\nThe spleen weighed {n}10 grams.\n", encoding="utf-8")
    index = open_index(build_small([small_source, *others], tmp_path / "twelve", sidecars=False).path)

    def odds(among):
        weights = dataclasses.replace(shipped_weights(), among=among, read_threshold=0.0, read_right=(-4.0, 1.0, 0.0))
        found = Assistant(index, fake_encoder, SentenceReader("weighed 110"), weights).ask(
            "What was the spleen's weight?"
        )
        return found.confidence / (1 - found.confidence)

    assert odds(0.0) / odds(0.25) == pytest.approx(12**0.25, rel=0.01)


def test_few_asked_ahead_do_not_choose_what_is_read(small_source, tmp_path, build_small, fake_encoder):
    facts = "".join(f"\n\nFinding {n} was a lesion of kind {n}." for n in range(40))
    small_source.write_text(f"# Many\n\nThe spleen weighed 210 grams.{facts}\n", encoding="utf-8")
    lines = [{"question": f"Which grams had spleen {n}?", "evidence": [f"Finding {n} was a lesion of kind {n}."]}
             for n in range(40)]  # fmt: skip
    sidecar = "\n".join(map(json.dumps, lines))
    small_source.with_name("knee.questions.jsonl").write_text(sidecar + "\n", encoding="utf-8")
    chunking = ChunkSettings(max_pieces=12)  # a passage for each
    index = open_index(build_small([small_source], tmp_path / "few", chunking=chunking).path)
    assert not index.question_model.probe.size and len(index.passages) > 2 * DEFAULTS.read_sentences
    reader = SentenceReader("spleen weighed")
    Assistant(index, fake_encoder, reader).ask("How many grams had the spleen?")
    assert any("spleen weighed" in p.text for p in reader.passages[0])


@pytest.mark.parametrize(
    "question", ["", "   ", "\x00\x01\t\n", "?!…", "a" * (MAX_QUESTION + 1), "x " * 100_000, None, 7]
)
def test_bad_questions_give_one_sentence(assistant, question):
    with pytest.raises(InputError) as error:
        assistant.ask(question)
    assert str(error.value).endswith((".", "words."))
    assert "\n" not in str(error.value) and len(str(error.value)) < 200


def test_control_characters_are_dropped(assistant):
    answer = assistant.ask("Which\x00 joint\x07\nhurt?\u200b")
    assert answer.question == "Which joint hurt?" and answer.abstention is None


def test_unknown_document_and_k(assistant):
    with pytest.raises(InputError):
        assistant.document("nothing")
    with pytest.raises(InputError):
        assistant.search("knee", 0)
    assert len(assistant.search("knee", 2)) == 2
    assert [h[0].passage.id for h in assistant.search_many(["knee", "splint"], 1)] == [
        assistant.search(q, 1)[0].passage.id for q in ("knee", "splint")
    ]
    assert [a.text for a in assistant.ask_many(["Which joint hurt?", "What was tried?"])] == [
        assistant.ask(q).text for q in ("Which joint hurt?", "What was tried?")
    ]


GOUT = """# My case

A 61-year-old baker came with a red, swollen big toe. The pain had begun two nights before. Uric acid was 9.1 mg/dL.

He took allopurinol 300 mg daily after the attack had settled. He was advised to drink less beer.
"""
FEW_LINES = (
    {"question": "How old was the patient?", "evidence": ["A 61-year-old baker came with a red, swollen big toe."]},
    {"question": "What was he told to avoid?", "evidence": ["He was advised to drink less beer."]},
    {"question": "Was a joint aspirated?", "evidence": [], "gap": "procedures"},
)


@pytest.mark.models
def test_a_few_questions_asked_ahead_do_not_silence_the_rest_of_a_document(tmp_path, real_encoder):
    (tmp_path / "gout.md").write_text(GOUT, encoding="utf-8")
    sidecar = tmp_path / "gout.questions.jsonl"
    sidecar.write_text("".join(json.dumps(line) + "\n" for line in FEW_LINES), encoding="utf-8")
    settings = ChunkSettings(), shipped_weights()
    index = open_index(build_index([tmp_path / "gout.md"], tmp_path / "index", real_encoder, *settings).path)
    ask = Assistant(index, real_encoder).ask
    assert ask("How high was his uric acid?").text == "Uric acid was 9.1 mg/dL. [1]"  # nobody asked that ahead
    assert "61-year-old" in ask("What was the age of the patient?").text
    assert "less beer" in ask("What was he told to avoid?").text
    assert ask("Was the joint aspirated?").abstention
    assert ask("What is the capital of France?").abstention


def test_the_best_quote_comes_first(tmp_path, fake_encoder):
    wound = "The wound of the leg was closed with staples."
    text = f"# Letter\n\nThe wound of the arm was dry.\n\n{wound}\n\nThe wound was seen again.\n"
    letter = assistant_over(tmp_path, fake_encoder, text, weights=dataclasses.replace(BY_WORDS, plain_second=5.0))
    quotes = [c.quote for c in letter.ask("Was the wound of the leg closed with staples?").citations]
    assert quotes[0] == wound and len(quotes) == 3
