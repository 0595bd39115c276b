"""What is said of why documents do not answer: looked up, and true of every sentence."""

import dataclasses

import pytest

from calcqa.answering.missing import absent, apart, asks_of_nothing_there, nearest_lacks
from calcqa.assistant import Assistant
from calcqa.index.open import open_index
from calcqa.parameters import Weights
from calcqa.query.answer_types import Wanted
from helpers.letters import assistant_over

TEXT = """# Clinic letter

## History
He takes lithium for bipolar disorder.
His spleen was enlarged on ultrasound.
The weight of the kidney was 150 g.

## Treatment
Colchicine was begun, then stopped as he had diarrhoea.
"""


@pytest.fixture
def index(tmp_path, build_small):
    (tmp_path / "letter.md").write_text(TEXT, encoding="utf-8")
    return open_index(build_small([tmp_path / "letter.md"], tmp_path / "index").path)


@pytest.mark.parametrize(
    ("question", "words", "kind"),
    [
        ("What was the weight of the spleen?", ("weight", "spleen"), None),
        ("Did lithium give him the runs?", (), None),  # "runs" may be anything, here what the text calls diarrhoea
        ("Did the doctor note the weight of the spleen?", ("weight", "spleen"), None),
        ("What dose of colchicine was begun?", ("colchicine",), Wanted.DOSE),
        ("How many mg of colchicine?", ("colchicine",), Wanted.DOSE),
        ("How long was lithium taken?", ("lithium",), Wanted.TIME),
        ("How big was the kidney?", (), None),  # 150 g may be what is asked for
        ("What did ultrasound show of the spleen?", (), None),
        ("Was he given zinc?", (), None),
    ],
)
def test_what_no_sentence_says_together(index, question, words, kind):
    assert apart(question, index) == (words, kind)


def test_of_a_name_in_several_words_the_whole_is_called_absent(index):
    assert absent(("blood",), index, "What is his blood group?") == ("blood group",)
    assert (
        absent(("manic", "depression"), index, "Has he manic depression?") == ()
    )  # the letter calls it bipolar disorder


def test_a_word_that_another_begins_like_is_not_called_absent(index):
    assert absent(["zinc", "stopper", "colchicum", "methotrexate"], index) == ("zinc", "methotrexate")
    assert absent([], index) == ()


def test_a_refusal_says_it(index, fake_encoder):
    answer = Assistant(index, fake_encoder).ask("What was the weight of the spleen?")
    assert answer.abstention is not None and answer.abstention.apart == ("weight", "spleen")
    assert "No one sentence holds “weight” and “spleen”" in answer.text


def test_another_language_is_named_however_sure_an_answer_would_be(index, fake_encoder):
    answer = Assistant(index, fake_encoder, None, Weights(plain_threshold=0.0)).ask(
        "Welche Dosis wurde dem Patienten gegeben?"
    )
    assert answer.abstention is not None and "English" in answer.text


@pytest.mark.parametrize(
    "word",
    [
        "relieved",  # an ordinary word
        "mm",
        "colchicin",  # a slip
        "immune",  # of what begins alike nothing is sure
        "ultrasonography",  # which the text calls ultrasound
        "umbra",
    ],
)
def test_nothing_is_said_of_words_that_tell_nothing(tmp_path, build_small, word):
    (tmp_path / "letter.md").write_text(TEXT + "\nHe was immunosuppressed; the umbrella was lost.\n", encoding="utf-8")
    index = open_index(build_small([tmp_path / "letter.md"], tmp_path / "index").path)
    assert absent([word, "zinc"], index) == ("zinc",)


@pytest.mark.parametrize(
    ("question", "words", "kind"),
    [
        ("How big was the spleen on ultrasound?", ("spleen", "ultrasound"), "size"),
        ("Spleen on ultrasound - diameter?", ("Spleen", "ultrasound"), "size"),
        ("Bipolar disorder: why lithium?", ("Bipolar disorder", "lithium"), None),  # "for" may tell why
        ("What proportion of patients get diarrhoea from colchicine?", ("diarrhoea", "colchicine"), "share"),
    ],
)
def test_a_kind_of_thing_that_no_sentence_holds(index, question, words, kind):
    assert apart(question, index) == ((words, kind) if kind else ((), None))


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("A two-centimetre nodule lay in the lung.", "How big was the nodule?"),
        ("The spleen lay four fingers below the ribs.", "How big was the spleen?"),
        ("Colchicine was stopped when he had diarrhoea.", "Why was colchicine stopped?"),
        ("Colchicine was stopped after a rash.", "Why was colchicine stopped?"),
        ("Gout affects one adult in forty.", "How common is gout?"),
        ("Two thirds of patients with gout relapse.", "What is the recurrence rate of gout?"),
    ],
)
def test_what_a_sentence_tells_in_words_is_not_called_lacking(tmp_path, build_small, text, question):
    (tmp_path / "letter.md").write_text(f"# Letter\n\n{text}\n", encoding="utf-8")
    assert apart(question, open_index(build_small([tmp_path / "letter.md"], tmp_path / "index").path)) == ((), None)


def test_sentences_that_may_say_it_in_a_doubtful_sense_are_not_denied(tmp_path, build_small):
    text = "# Letter\n\nA collection lay beside the spleen.\n\nThe abscess was drained.\n"
    (tmp_path / "letter.md").write_text(text, encoding="utf-8")
    index = open_index(build_small([tmp_path / "letter.md"], tmp_path / "index").path)
    assert apart("Abscess of the spleen?", index) == ((), None)


@pytest.mark.parametrize(
    ("question", "lacked"),
    [
        ("Did the ultrasound show gallstones beside the spleen?", ("gallstones",)),
        ("What explanation was given for the large spleen?", ("explanation",)),
        ("Was a spleen large?", ()),
        ("Did the kidney bleed?", ()),  # nothing of it is there
    ],
)
def test_what_the_nearest_passage_has_no_word_for(question, lacked):
    assert nearest_lacks(question, "The spleen was large on ultrasound.") == lacked


def test_a_refusal_says_what_the_nearest_passage_lacks(index, fake_encoder):
    answer = Assistant(index, fake_encoder, None, Weights(plain_threshold=1.0)).ask("Was lithium good for his kidney?")
    named = answer.abstention and (answer.abstention.not_nearest or answer.abstention.apart)
    assert named and all(f"“{word}”" in answer.text for word in named)


@pytest.mark.parametrize(
    ("question", "quote", "nothing"),
    [
        ("Did he have an MI?", "He did not hit his head.", True),
        ("Any cough?", "He had been a welder.", True),
        ("Had he a stroke?", "He did not hit his head.", True),
        ("Was there a rash?", "He did not hit his head.", True),
        ("Was he vomiting?", "He did not hit his head.", False),  # what is done is said in many ways
        ("Did he have a fall?", "He fell from a ladder.", False),  # a word of several senses
        ("Did he have an accident?", "He fell from a ladder.", False),  # it stands there
        ("Any previous surgery?", "He had been a welder.", False),  # which may have any name
        ("Did he have asthma?", "He had no lung disease.", False),  # the kind of thing is named
        ("Did he have a zorb?", "He fell from a ladder.", False),  # nobody knows what that is
        ("When did he have an MI?", "He fell from a ladder.", False),  # asks for more than whether
        ("Did the cough follow an MI?", "He fell from a ladder.", False),  # two things
        ("Allergies?", "He fell from a ladder.", True),
        ("What are his allergies?", "He fell from a ladder.", True),
        ("Resus status?", "He did not hit his head.", True),
        ("Next of kin?", "He had been a welder.", True),
        ("Next of kin?", "His wife came with him.", False),  # who may be it
        ("What was he allergic to before the fall?", "He fell from a ladder.", False),
    ],
)
def test_whether_a_thing_was_there_is_not_answered_by_something_else(tmp_path, fake_encoder, question, quote, nothing):
    text = "# Letter\n\n## Case\n\nHe fell from a ladder. He did not hit his head. He had been a welder."
    index = assistant_over(tmp_path, fake_encoder, text).index
    assert asks_of_nothing_there(question, [quote], index) is nothing


def test_a_letter_without_an_infarction_does_not_say_whether_there_was_one(tmp_path, fake_encoder):
    text = "# Letter\n\n## Case\n\nHe did not have a rash. He did have a sister. He had been a welder."
    sure = dataclasses.replace(Weights(), plain=(9.0, 0.0, 0.0, 0.0, 0.0))
    letter = assistant_over(tmp_path, fake_encoder, text)
    always = Assistant(letter.index, fake_encoder, None, sure)
    assert not always.ask("Did he have an MI?").citations
    assert always.ask("Did he have a rash?").citations


def test_what_was_not_removed_is_not_told_by_what_was(tmp_path, fake_encoder):
    index = assistant_over(
        tmp_path, fake_encoder, "# Note\n\nThe gallbladder was removed. Nodes with metastasis."
    ).index
    assert asks_of_nothing_there("Was her appendix removed?", ["The gallbladder was removed."], index)
    assert not asks_of_nothing_there("Was her gallbladder removed?", ["The gallbladder was removed."], index)
    assert not asks_of_nothing_there("Was there node metastasis?", ["Nodes with metastasis."], index)


def test_ages_are_no_word_that_a_passage_lacks():
    assert nearest_lacks("Did the younger brother have gout?", "His brother had a rash.") == ("gout",)


def test_what_a_relative_calls_the_patient_is_not_missing(index):
    assert absent(["son", "zinc"], index, "Was my son given zinc?") == ("zinc",)
    assert "son" not in nearest_lacks("Did my son get gallstones beside the spleen?", "The spleen was large.")


def test_history_by_itself_is_not_called_lacking():
    assert nearest_lacks("Family history of gout?", "Gout was treated with colchicine.") == ("Family history",)
