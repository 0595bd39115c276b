"""Follow-ups: which questions need the conversation, and what they are resolved to."""

import pytest

from calcqa.assistant import Assistant
from calcqa.index.open import open_index
from calcqa.query.leaning import needs_context
from calcqa.query.rewriting import resolve
from calcqa.query.topics import Topics
from calcqa.types import Abstention, Answer, Reason, Turn
from helpers.paths import REPO

TOPICS = Topics(
    families=(("Dystrophic calcification", "Metastatic calcification", "Calciphylaxis", "Tumoral calcification"),),
    titles=("Calcinosis universalis",),
)


def greeting(text):
    why = Abstention(Reason.NOT_A_QUESTION, None, (), 0, ())
    return Turn(text, text, Answer(text, text, "", None, (), (), 0.0, why))


def turn(question):
    return Turn(question, question, Answer(question, question, "", None, (), (), 1.0, None))


def first_of(wanted):
    """A nearness that prefers the reading `wanted`, as if somebody had asked it ahead."""
    return lambda texts, follow_up, before: [2.0 if t == wanted else 0.0 for t in texts]


@pytest.mark.parametrize(
    "question",
    ["And the tumoral type?", "What causes it?", "Was she operated on for it?", "What else was tried?", "Why?",
     "Thanks. And in adults?", "What about the blood vessels?", "Which one did she have?", "How many?",
     "How long after that operation?", "Which other drugs?", "What is this?", "Was that because of the plaques?",
     "Did the swelling in her elbow go after that?", "How was this treated?", "Why did this happen?",
     "Is this serious?", "Did this resolve after surgery?", "What caused these two?",
     "Which operation on the hip finally cured this?"],
)  # fmt: skip
def test_these_lean(question):
    assert needs_context(question, TOPICS)


@pytest.mark.parametrize(
    "question",
    ["What did the wound culture grow?", "Is phosphorus raised in tumoral calcification?", "Define calciphylaxis.",
     "Which drugs have been tried for calcinosis?", "Which risk factors are there for calciphylaxis?",
     "How long did it take for the pain to go?", "Is it safe to operate on calcified plates?",
     "What complications should I watch for, and how should I treat them?", "Which elbow did this girl hurt?",
     "How long was the plate of calcium, and in which muscle did it lie?", "Why would such a deposit hurt?",
     "Who wanted the deposit that was in the way removed?", "Which other organs can hold plates of calcium?",
     "How old is this man?", "Why did this ulcer become infected?"],
)  # fmt: skip
def test_these_stand_alone(question):
    assert not needs_context(question, TOPICS)
    assert resolve(question, [turn("What is calciphylaxis?")], TOPICS, first_of("")) == question


@pytest.mark.parametrize(
    ("before", "follow_up", "resolved"),
    [
        ("What is calcinosis universalis?", "What causes it?", "What causes calcinosis universalis?"),
        ("Is calcium normal in dystrophic calcification?", "And the tumoral type?",
         "Is calcium normal in tumoral calcification?"),
        ("What does figure 2 show?", "And 3?", "What does figure 3 show?"),
        ("Which drugs were tried?", "Did they work?", "Did drugs work?"),
        ("What did the wound culture grow?", "What was it sensitive to?", "What was wound culture sensitive to?"),
        ("What complications can calcinosis bring?", "Any in the joints?", "Any complications in the joints?"),
        ("Define calciphylaxis.", "Who gets it?", "Who gets calciphylaxis?"),
        ("Were X-rays done?", "And an ultrasound?", "Were ultrasound done?"),
        ("Who gets calciphylaxis?", "Thanks! And how is it treated?", "How is calciphylaxis treated?"),
    ],
)  # fmt: skip
def test_readings_hold_what_is_meant(before, follow_up, resolved):
    assert resolve(follow_up, [turn(before)], TOPICS, first_of(resolved)) == resolved


@pytest.mark.parametrize(
    "question",
    ["How long was amiodarone given?", "What is the Child-Pugh class?", "Were warts seen on his feet?",
     "Ferritin?", "Right hip films?", "When did they drain the cyst?", "Who noticed that the graft had slipped?",
     "How does the scar compare with that of her brother?", "How long was it before the fever settled?",
     "Which beetles carry this kind of worm?", "How much of the thymus was cut out, and did it bleed?",
     "Did the valve leak before all this?", "Could one tell that the pupil was fixed?",
     "And did the biopsy of the thyroid show lymphoma?", "For which other tumours of the jaw is radium used?"],
)  # fmt: skip
def test_a_question_with_a_noun_of_its_own_stands_alone(question):
    assert not needs_context(question, Topics((), ()))


@pytest.mark.parametrize(
    "question",
    ["At what dose?", "By which surgeon?", "For how many weeks?", "Since when?", "And on the ward?", "Did they help?",
     "How was that handled?", "Was it repeated?", "And how long was the drain in?", "Is it catching?"],
)  # fmt: skip
def test_a_question_that_names_nothing_or_points_leans(question):
    assert needs_context(question, Topics((), ()))


@pytest.mark.parametrize(
    "said",
    ["Hello", "hi!", "Good morning.", "Thanks", "Thanks a lot, that helps!", "Great, thank you very much.", "ok", "Bye",
     "Who are you?", "Now tell me a joke", "Thanks for the quick reply.", "Nice", "That's all, thanks."],
)  # fmt: skip
def test_greetings_thanks_and_what_is_said_to_the_program_are_no_follow_ups(said):
    assert resolve(said, [turn("What is calciphylaxis?")], TOPICS, first_of("")) == said
    assert resolve(said, [turn("What is calciphylaxis?")], TOPICS, None) == said


@pytest.mark.parametrize(
    ("before", "follow_up", "resolved"),
    [
        ("Was the boy ventilated?", "For how long?", "For how long (Was the boy ventilated)?"),
        ("Was the boy ventilated?", "Thanks! And in theatre?", "In theatre (Was the boy ventilated)?"),
        ("Were clots seen?", "how many, and did they move?", "How many (Were clots seen), and did they move?"),
        ("The lead (The ECG (Any fits))?", "And then?", "Then (The lead (The ECG))?"),
        ("Why (The ECG (Any fits))?", "And then?", "Then (The ECG (Any fits))?"),  # "why" names nothing
    ],
)
def test_without_faq_entries_a_follow_up_carries_the_question_before(before, follow_up, resolved):
    assert resolve(follow_up, [turn(before)], Topics((), ()), None) == resolved


def test_a_follow_up_too_long_to_carry_the_question_before_stays_as_it_is():
    before = turn("Was it " + "very " * 398 + "long?")
    assert resolve("And at what cost to his family?", [before], Topics((), ()), None) == "at what cost to his family?"


def test_a_few_words_are_a_new_subject_only_where_the_documents_speak_of_it_and_entries_can_tell():
    topics, before = Topics((), (), frozenset({"phosphorus", "calcium"})), [turn("Is calcium normal?")]
    exchanged = first_of("Is phosphorus normal?")
    assert resolve("phosphorus?", before, topics, exchanged) == "Is phosphorus normal?"
    assert resolve("phosphorus?", before, topics, None) == "phosphorus?"
    assert resolve("amylase?", before, topics, first_of("Is amylase normal?")) == "amylase?"


def test_what_the_documents_never_mention_is_no_subject():
    topics = Topics((), (), frozenset({"dose", "cultur"}))
    seen = []
    resolve(
        "Was it high?",
        [turn("What was wrong with the culture?")],
        topics,
        lambda t, *_: seen.extend(t) or [0.0] * len(t),
    )
    assert "Was culture high?" in seen and not any("wrong high" in text for text in seen)


def test_a_question_that_says_what_it_asks_is_left_as_it_is_unless_another_reading_is_known():
    question, before = "Which dose of vancomycin did they prescribe?", [turn("What did the culture grow?")]
    assert resolve(question, before, TOPICS, lambda texts, *_: [0.0] * len(texts)) == question


def test_a_follow_up_with_a_predicate_of_its_own_does_not_become_the_question_before():
    before = [turn("Where does metastatic calcification appear?")]
    resolved = resolve("And in the tumoral one, is phosphate high?", before, TOPICS, lambda t, *_: [0.0] * len(t))
    assert "phosphate high" in resolved


def test_a_title_is_exchanged_whole_or_not_at_all():
    seen = []
    before = [turn("How common is calcinosis universalis?")]
    resolve("And in boys?", before, TOPICS, lambda t, *_: seen.extend(t) or [0.0] * len(t))
    assert not any("boys universalis" in text for text in seen)


def test_a_follow_up_leans_on_no_greeting():
    turns = [turn("How long was colchicine given?"), greeting("Hello")]
    assert resolve("and the dose?", turns, TOPICS, None) == "The dose (How long was colchicine given)?"
    assert resolve("and the dose?", [greeting("Hello")], TOPICS, None) == "and the dose?"


def test_what_every_patient_has_is_a_name_and_what_is_done_to_them_points():
    assert not needs_context("When is the follow-up?", TOPICS)
    assert not needs_context("What is the plan?", TOPICS)
    assert needs_context("When are they removed?", TOPICS)
    assert not needs_context("Which stitches did they remove?", TOPICS)


def test_without_turns_nothing_changes():
    assert resolve("What causes it?", [], TOPICS, first_of("")) == "What causes it?"


def test_a_document_without_headings_has_no_families():
    bare = Topics(families=(), titles=("Knee",))
    assert resolve("And swelling?", [turn("Was there fever?")], bare, first_of("Was there swelling?"))


def test_a_heading_full_of_markup_is_only_text():
    hostile = Topics(families=(("Alpha \\1 type", "Beta \\g<9> type"),), titles=("Title \\1",))
    nearness = first_of("Is calcium normal in beta \\g<9> type?")
    before = turn("Is calcium normal in alpha \\1 type?")
    assert resolve("And in beta?", [before], hostile, nearness) == "Is calcium normal in beta \\g<9> type?"
    assert resolve("And beta?", [turn("What is title \\1?")], hostile, first_of("What is beta \\g<9> type?"))


def test_a_chat_keeps_its_turns_and_a_bad_question_changes_nothing(small_index, fake_encoder):
    chat = Assistant(open_index(small_index), fake_encoder).chat()
    chat.ask("Which joint hurt?")
    answer = chat.ask("How did it happen?")
    assert answer.question == "How did it happen?" and answer.citations[0].quote.startswith("He had fallen")
    with pytest.raises(ValueError, match="empty"):
        chat.ask("  ")
    assert [t.question for t in chat.turns] == ["Which joint hurt?", "How did it happen?"]
    assert chat.turns[1].standalone_question == answer.standalone_question


@pytest.mark.models
@pytest.mark.parametrize(
    ("turns", "quoted"),
    [
        (
            ("Is the phosphorus raised in metastatic calcification?", "And the tumoral type?"),
            "phosphorus levels are elevated",
        ),
        (("What is calcinosis universalis?", "What causes it?"), "chronic tissue inflammation"),
        (("Which drugs have been tried for calcinosis?", "What else was tried?"), "carbon dioxide laser"),
        (("What did the wound culture grow?", "Was she operated on for it?"), None),
    ],
)
def test_the_follow_ups_of_the_report(real_encoder, turns, quoted):
    chat = Assistant(open_index(REPO / "index"), real_encoder).chat()
    answer = [chat.ask(t) for t in turns][-1]
    assert quoted is None or answer.standalone_question != turns[-1]  # what is refused may be refused as typed
    if quoted is None:
        assert answer.abstention is not None
    else:
        assert quoted in answer.text
