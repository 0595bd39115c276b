"""Dialogues: what loads as which questions, and that they are asked as dialogues, with an invented mill."""

import gzip
import json

import pytest
from rich.console import Console

from calcqa.assistant import Chat
from calcqa.errors import InputError, SidecarError
from calcqa.evaluation.compare import compare
from calcqa.evaluation.datasets import load_dataset
from calcqa.evaluation.pipeline import Options, evaluate
from calcqa.evaluation.report.tables import print_run
from calcqa.evaluation.runs import read_run
from helpers.fakes import SentenceReader

MILL = {
    "id": "a<::>2",
    "history": ["Who ran the mill?", "Two sisters did, I believe."],
    "question": "Until when did they?",
    "passages": ["The sisters sold the mill in 1911.", "The mill stood by the weir."],
    "answerability": ["ANSWERABLE"],
    "reference_answer": "They kept it until 1911.",
}


def dialogues(folder, *records, suffix=""):
    folder.mkdir()
    lines = "".join(json.dumps(r) + "\n" for r in records).encode()
    (folder / f"dialogues.jsonl{suffix}").write_bytes(gzip.compress(lines) if suffix else lines)
    return folder


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_dialogues(tmp_path, suffix):
    bare = {"history": [], "passages": []}
    others = [
        MILL | {"id": 2, "answerability": ["PARTIAL"], "passages": MILL["passages"][:1]},
        MILL | bare | {"id": "c", "answerability": ["UNANSWERABLE"]},
        MILL | {"id": "d", "answerability": ["UNDERSPECIFIED"]},
    ]
    found = load_dataset(dialogues(tmp_path / "mills", MILL, *others, suffix=suffix))
    first, partly, none, vague = found.queries
    assert (found.name, found.form, len(found.texts)) == ("mills", "dialogues", 2 + 1 + 0 + 2)
    assert (found.texts[1].id, found.texts[1].text) == ("a<::>2#1", "The mill stood by the weir.")
    assert first.turns == ("Who ran the mill?", "Until when did they?")  # what the other assistant said is not ours
    assert first.asked_of == tuple(first.relevant) == ("a<::>2#0", "a<::>2#1") and first.answers == ()
    assert (partly.id, partly.asked_of, partly.ranks) == ("2", ("2#0",), True)
    assert (none.turns, none.asked_of) == (("Until when did they?",), ())
    assert vague.asked_of == ("d#0", "d#1") and not vague.ranks  # nobody says what would be right
    assert [q.answerable for q in found.queries] == [True, True, False, None]
    assert [q.topic for q in found.queries] == ["answerable", "partial", "unanswerable", "underspecified"]
    assert "dialogues.jsonl" in vague.place and "line 4" in vague.place


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"id": ""}, r'dialogues\.jsonl\.gz, line 1: needs "id"'),
        ({"id": "b"}, "line 2: the id 'b' is that of line 1"),
        ({"question": "?"}, 'line 1: needs "question": a question in words'),
        ({"history": ["Who ran the mill?"]}, 'line 1: "history" ends with the user'),
        ({"history": ["…", "Two sisters."]}, 'line 1: needs "history": a question in words'),
        ({"history": ["x" * 9999, "Two sisters."]}, '"history" is longer than'),
        ({"history": "Who ran the mill?"}, 'needs "history": a list of texts'),
        ({"history": None}, 'needs "history": a list of texts'),
        ({"history": ["Who?", 3]}, 'needs "history": a text'),
        ({"passages": {}}, 'needs "passages": a list of texts'),
        ({"passages": ["The mill.", " "]}, 'needs "passages": a text that is not empty'),
        ({"answerability": "ANSWERABLE"}, 'needs "answerability": a list with one of ANSWERABLE, PARTIAL'),
        ({"answerability": ["MAYBE"]}, 'needs "answerability"'),
        ({"answerability": ["ANSWERABLE", "PARTIAL"]}, 'needs "answerability"'),
        ({"answerability": [["PARTIAL"]]}, 'needs "answerability"'),
        ({"answerability": []}, 'needs "answerability"'),
    ],
)
def test_dialogues_that_cannot_be_used(tmp_path, change, says):
    with pytest.raises(SidecarError, match=says):
        load_dataset(dialogues(tmp_path / "x", MILL | change, MILL | {"id": "b"}, suffix=".gz"))


def test_a_file_without_dialogues_is_no_set(tmp_path):
    with pytest.raises(InputError, match="holds no questions"):
        load_dataset(dialogues(tmp_path / "empty"))
    with pytest.raises(InputError, match="no folder of dialogues"):
        load_dataset(tmp_path / "none", form="dialogues")


# Asked


def dialogue(id, question, kind, *passages):
    return MILL | {"id": id, "question": question, "answerability": [kind], "passages": passages}


ASKED = [
    MILL,
    dialogue("b", "Where did the mill stand?", "PARTIAL", "The mill stood by the weir.", "The weir was of oak.")
    | {"history": []},
    dialogue("c", "What did they eat?", "UNANSWERABLE"),
    dialogue("d", "Which one?", "UNDERSPECIFIED", "A baker bought it."),
    dialogue("e", "Is it?", "UNDERSPECIFIED"),
]


@pytest.fixture
def mills(tmp_path):
    return load_dataset(dialogues(tmp_path / "mills", *ASKED))


@pytest.fixture
def ask(fake_encoder, tmp_path):
    """Evaluate with a reader that takes sentences with "mill" in them for answers."""

    def evaluated(found, out, progress=None, **options):
        chosen = Options(**({"cache": tmp_path / "cache"} | options))
        reader = SentenceReader("mill")
        done = evaluate(found, tmp_path / out, chosen, encoder=fake_encoder, reader=reader, progress=progress)
        return done.outcomes, done.summary, done

    return evaluated


def test_the_users_turns_are_asked_in_order_and_the_last_is_understood_after_them(mills, ask, monkeypatch):
    heard, original = [], Chat.ask
    monkeypatch.setattr(Chat, "ask", lambda self, question: heard.append(question) or original(self, question))
    first, second, *_ = ask(mills, "run")[0]
    assert heard[:4] == [
        "Who ran the mill?",
        "Until when did they?",
        "Until when did they?",
        "Where did the mill stand?",
    ]
    assert first.turns == ("Who ran the mill?", "Until when did they?")
    assert first.understood != "Until when did they?" and second.understood == "Where did the mill stand?"
    assert first.scores["followups"] == first.scores["right"] and "followups" not in second.scores


def test_what_is_right_in_a_dialogue(mills, ask, tmp_path):
    scored, summary, done = ask(mills, "run")
    first, partly, none, vague, _ = scored
    own = {c[0] for c in first.citations}
    assert own and first.right is True  # it quotes one of its passages, whichever
    assert partly.right is True and "wrongly_refused" in partly.scores
    assert none.right is not none.answered and "refused" in none.scores
    assert vague.right is None and vague.would is None and "undecided_refused" in vague.scores
    estimates = summary.estimates
    assert [estimates[n].n for n in ("wrongly_refused", "refused", "undecided_refused", "right")] == [2, 1, 2, 3]
    assert estimates["auroc"].n == 3 and estimates["P@1"].n == 2
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    console = Console(record=True, width=120)
    print_run(done, console)
    for shown in (page, console.export_text()):
        assert "Refused, undecided" in shown and "underspecified" in shown  # a class is a topic


def test_an_answer_from_anothers_passage_is_wrong(ask, tmp_path):
    other = MILL | {"id": "b", "passages": ["The mill is gone."], "question": "Who ran the mill by the weir?"}
    lost = MILL | {"history": [], "passages": ["Nothing stands there."], "question": "Is the mill gone?"}
    scored, _, _ = ask(load_dataset(dialogues(tmp_path / "two", lost, other)), "run")
    assert scored[0].answered and scored[0].right is False and scored[0].scores["wrongly_refused"] == (0, 1)


def test_alone_each_dialogue_is_asked_of_its_own_passages_together(mills, ask, tmp_path):
    scored, summary, _ = ask(mills, "alone", alone=True)
    assert [s.id for s in scored] == ["a<::>2", "b", "d"]
    texts = {s.id: {c[3] for c in s.citations} for s in scored}
    assert set() < texts["a<::>2"] <= {*MILL["passages"]} and "A baker bought it." not in texts["b"]
    assert not {"refused", "auroc", "P@1"} & set(summary.estimates)  # nothing is asked that has no passages
    measures = json.loads((tmp_path / "alone" / "measures.json").read_text(encoding="utf-8"))
    assert measures["left_out"] == 2 and measures["questions"] == 3


def test_the_passages_of_a_dialogue_are_searched_together(ask, tmp_path):
    split = MILL | {"history": [], "passages": ["Rye was grown.", "The mill burned."], "question": "What burned?"}
    other = split | {"id": "b", "passages": ["The mill burned twice."]}
    scored, _, _ = ask(load_dataset(dialogues(tmp_path / "two", split, other)), "alone", alone=True)
    assert [{c[3] for c in s.citations} for s in scored] == [{"The mill burned."}, {"The mill burned twice."}]


def test_a_run_over_dialogues_goes_on_and_is_compared(mills, ask, tmp_path):
    def stop(stage, done, total):
        if (stage, done) == ("asking", 2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(mills, "run", stop, limit=4)
    scored, _, _ = ask(mills, "run", limit=4)
    whole, _, _ = ask(mills, "whole")
    by_id = {s.id: s.to_dict() | {"latency": 0} for s in whole}
    assert len(scored) == 4 and all(s.to_dict() | {"latency": 0} == by_id[s.id] for s in scored)
    found = compare(read_run(tmp_path / "run")[1], read_run(tmp_path / "whole")[1])
    assert (found.questions, found.leading, found.won, found.lost) == (4, "right", (), ())
    assert "undecided_refused" in {d.name for d in found.differences}
