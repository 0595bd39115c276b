"""Asking: what would be answered if something had to be, and what is asked before the clock counts."""

from calcqa.assistant import Assistant, Chat
from calcqa.evaluation.asking import Asker, without_caution
from calcqa.evaluation.collection import over
from calcqa.evaluation.datasets import Dataset
from calcqa.index.open import open_index
from helpers.fakes import SentenceReader
from helpers.judged import question


def test_bold_changes_nothing_but_the_caution(small_index, fake_encoder):
    assistant = Assistant(open_index(small_index), fake_encoder, SentenceReader("swelling"))
    question = "Which volcano erupted?"
    assert assistant.ask(question).abstention and without_caution(assistant).ask(question).citations
    assert without_caution(assistant).reader.threshold == 0 and assistant.reader.threshold == 0.8
    assert without_caution(assistant).search(question) == assistant.search(question)


def test_questions_with_facts_are_asked_once_and_others_again_without_caution(small_index, fake_encoder, monkeypatch):
    assistant = Assistant(open_index(small_index), fake_encoder)
    heard, original = [], Chat.ask
    monkeypatch.setattr(Chat, "ask", lambda self, asked: heard.append(asked) or original(self, asked))
    facts = question(turns=("Which joint hurt?", "For how long?"), facts=(("weeks",),))
    other = question(turns=("Which joint hurt?",), facts=(), answers=("knee",))
    for query, times in ((facts, 2), (other, 2)):
        heard.clear()
        dataset = Dataset("a", "report", (query,), "0")
        outcome = Asker(over(assistant, dataset), dataset).ask(query)
        assert len(heard) == times and outcome.answered is not None
        assert bool(query.answers) == ("within_100" in outcome.scores)
