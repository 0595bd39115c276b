"""Documents that contradict one another: both are quoted, and what they differ in is named and kept."""

import dataclasses
import json

import pytest

from calcqa import rendering
from calcqa.answering.compose import joined
from calcqa.assistant import Assistant
from calcqa.cli.output import print_answer
from calcqa.conversations.export import conversation_markdown, conversation_page
from calcqa.conversations.transcripts import transcript, turns_from
from calcqa.conversations.verification import verify
from calcqa.index.open import open_index
from calcqa.parameters import CONFIDENT, DISPUTED, Weights
from calcqa.types import Disagreement, Turn
from helpers.fakes import SentenceReader
from helpers.small import NOW

ECHO = "# Echo\n\nThe vegetation measured 11 mm on the mitral valve. The aortic valve is normal. A man aged 61.\n"
LETTER = "# Letter\n\nThe vegetation on the mitral valve measured {}. The aortic valve is normal. He is aged 61.\n"
GENEROUS = dataclasses.replace(Weights(), plain_threshold=0.0, read_threshold=0.0)
QUESTION = "How big was the vegetation on the mitral valve?"


@pytest.fixture
def over(tmp_path, build_small, fake_encoder):
    """Return an assistant over documents of these texts: `over(text, …, reader=…)`."""

    def assistant(*texts, reader=None):
        folder = tmp_path / "texts"
        folder.mkdir()
        for number, text in enumerate(texts):
            (folder / f"{number}.md").write_text(text, encoding="utf-8")
        return Assistant(open_index(build_small([folder], tmp_path / "index").path), fake_encoder, reader, GENEROUS)

    return assistant


def test_both_are_quoted_under_their_own_names_and_what_differs_is_named(over):
    answer = over(ECHO, LETTER.format("14 × 8 mm")).ask(QUESTION)
    (disagreement,) = answer.disagreements
    named = {
        answer.citations[n - 1].document_title: words
        for n, words in zip(disagreement.citations, disagreement.words, strict=True)
    }
    assert named == {"Echo": "11 mm", "Letter": "14 × 8 mm"}
    assert all(c.quote in answer.text for c in answer.citations) and answer.short_answer is None
    assert answer.confidence <= DISPUTED < CONFIDENT["high"]


@pytest.mark.parametrize("size", ["11 mm", "1.1 cm", "about 1 cm"])
def test_what_agrees_is_not_named_nor_quoted(over, size):
    both = over(ECHO, LETTER.format(size))
    answer = both.ask(QUESTION)
    assert answer.disagreements == () and len({c.document_id for c in answer.citations}) == 1


def test_documents_of_two_patients_do_not_disagree(over):
    other = LETTER.format("14 mm").replace("61", "34")
    assert over(ECHO, other).ask(QUESTION).disagreements == ()


def test_documents_about_two_patients_of_one_sex_and_age_share_few_words(over):
    words = "kidney spleen liver heart lung brain bone skin muscle nerve colon ovary uterus bladder thyroid".split()
    tail = "The {} was normal. A {} was removed. ".format
    rest = ["".join(tail(a, f"{a}{end}{n}") for a in words for end in ("oma", "itis", "osis")) for n in range(3)]
    documents = [f"# Echo {n}\n\nThe vegetation measured {n + 3} mm. {rest[n]}\n" for n in range(2)]
    others = [f"# Other {n}\n\n{rest[2]}\n" for n in range(5)]  # so that the organs are nothing of their own
    assert over(*documents, *others).ask("How many mm was the vegetation?").disagreements == ()


def test_documents_about_one_patient_are_known_among_others(over):
    others = [f"# Other {n}\n\nThe knee number {n} is well. It was seen twice.\n" for n in range(5)]
    assert over(ECHO, LETTER.format("14 × 8 mm"), *others).ask(QUESTION).disagreements


def test_two_sentences_of_one_document(over):
    text = "# Plan\n\nWarfarin is to be taken for {}.\n\nThe knee is well.\n\nWarfarin is to be taken for six months.\n"
    ask = over(text.format("three months"), reader=_SureReader("Warfarin")).ask
    (disagreement,) = ask("How long is warfarin to be taken?").disagreements
    assert sorted(disagreement.words) == ["six months", "three months"]


def test_one_document_that_says_the_same_twice(over):
    text = (
        "# Plan\n\nWarfarin is to be taken for half a year.\n\nThe knee is well.\n\nWarfarin is taken for six months.\n"
    )
    answer = over(text, reader=_SureReader("Warfarin")).ask("How long is warfarin to be taken?")
    assert answer.citations and answer.disagreements == ()


class _SureReader(SentenceReader):
    """Is sure that the sentences with a word answer."""

    def read(self, question, passages):
        def sure(mark):
            return dataclasses.replace(mark, answerable=0.9 if mark.score > 0 else 0.1)

        readings = super().read(question, passages)
        return [dataclasses.replace(r, sentences=tuple(map(sure, r.sentences))) for r in readings]


# --- kept and shown ---------------------------------------------------------------------------------------------------


@pytest.fixture
def disputed(over):
    assistant = over(ECHO, LETTER.format("14 × 8 mm"))
    answer = assistant.ask(QUESTION)
    assert answer.disagreements
    return assistant.index, Turn(answer.question, answer.standalone_question, answer)


def test_a_conversation_keeps_it_and_an_older_one_has_none(disputed):
    index, turn = disputed
    data = json.loads(json.dumps(transcript([turn], index)))
    (d,) = turn.answer.disagreements
    assert data["turns"][0]["answer"]["disagreements"] == [{"citations": list(d.citations), "words": list(d.words)}]
    assert turns_from(data, index) == [turn] and verify(data, index) == (len(turn.answer.citations), [])
    del data["turns"][0]["answer"]["disagreements"]
    assert turns_from(data, index)[0].answer.disagreements == ()


@pytest.mark.parametrize(
    "forged",
    [
        {"citations": [1, 1]},
        {"citations": [1]},
        {"citations": [1, 9]},
        {"words": ["11 mm", "500 mg"]},
        {"words": ["11 mm", ""]},
        {"words": ["11 mm"]},
    ],
)
def test_a_forged_one_does_not_verify(disputed, forged):
    index, turn = disputed
    answer = json.loads(json.dumps(turn.answer.to_dict()))
    answer["disagreements"][0] |= forged
    (fault,) = verify(answer, index)[1]
    assert "do not disagree as it says" in fault.problem


def test_well_supported_beside_it_does_not_verify(disputed):
    index, turn = disputed
    answer = json.loads(json.dumps(turn.answer.to_dict())) | {"confidence": 0.97}
    assert verify(answer, index)[1]


def test_it_is_shown_in_one_sentence_wherever_answers_are(disputed, capsys):
    index, turn = disputed
    (d,) = turn.answer.disagreements
    (one, other), (first, second) = d.words, d.citations
    sentence = f"These quotes disagree: “{one}” [{first}] and “{other}” [{second}]."
    assert rendering.disagreed(turn.answer) == [sentence]
    assert sentence in rendering.answer_html(turn.answer)
    assert sentence not in rendering.answer_html(turn.answer, shown=1)  # what is still arriving
    print_answer(turn.answer)
    for shown in (
        capsys.readouterr().out,
        rendering.to_markdown(turn.answer),
        conversation_markdown([turn], index, name="", now=NOW),
        conversation_page([turn], index, name="", now=NOW),
    ):
        assert sentence in shown.replace("\\", "")


def test_a_question_with_parts_keeps_that_of_each_part(disputed, fake_encoder):
    index, turn = disputed
    normal = Assistant(index, fake_encoder, None, GENEROUS).ask("Is the aortic valve normal?")
    plain = dataclasses.replace(normal, disagreements=())
    (retrieved,) = Assistant(index, fake_encoder).retrieve_many([QUESTION])
    answer = joined(QUESTION, retrieved, [plain, turn.answer])
    (d,) = answer.disagreements
    assert isinstance(d, Disagreement) and d.words == turn.answer.disagreements[0].words
    assert all(w in answer.citations[n - 1].quote for n, w in zip(d.citations, d.words, strict=True))
