"""What the page's events do, without a browser: order, interruptions, and what a browser should not send."""

import dataclasses
import gc
import json
import subprocess
import sys
import threading

import pytest

from calcqa import messages
from calcqa.assistant import Assistant
from calcqa.conversations.feedback import Feedback
from calcqa.index.open import open_index
from calcqa.server.page import actions, asking
from calcqa.server.page import page as pages
from calcqa.server.page.page import Allowed, Page
from calcqa.server.page.session import MOST_CONVERSATIONS, Conversation, Session
from calcqa.server.page.wire import Wire, number_of, text_of
from helpers.paths import REPO

TRIED, HURT = "What was tried?", "Which joint hurt?"


@pytest.fixture
def page(small_index, fake_encoder, monkeypatch):
    monkeypatch.setattr(asking, "PAUSE", 0.0)
    return Page(Assistant(open_index(small_index), fake_encoder))


def ask(page, session, question, **more):
    return list(asking.ask(page, session, question, **more))


def act(page, session, **data):
    shown = {}
    for update in actions.act(page, session, data):
        shown |= update
    return shown


def test_a_message_is_sent_again_with_its_number_until_it_came():
    wire, other = Wire(), Wire()
    first = json.loads(wire.message({"past": "a", "box": ""}))
    second = json.loads(wire.message({"past": "b"}))
    assert first["said"] == {"past": [1, "a"], "box": [2, ""]}
    assert second["said"] == {"past": [3, "b"], "box": [2, ""]}
    for odd in ({"came": 3}, {"came": 3, "wire": "another"}, {"came": "x", "wire": first["wire"]}):
        wire.came(odd)
    assert json.loads(wire.message({}))["said"] == second["said"]
    wire.came({"came": 2, "wire": first["wire"]})
    assert json.loads(wire.message({"live": ""}))["said"] == {"past": [3, "b"], "live": [4, ""]}
    assert first["wire"] == second["wire"] != json.loads(other.message({}))["wire"]


def test_conversations_to_keep_do_not_pile_up_where_nobody_says_that_they_came():
    wire = Wire()
    for n in range(100):
        told = json.loads(wire.message({f"keep:{n}": {"turns": n}, "current": str(n)}))["said"]
    assert list(told) == ["keep:96", "keep:97", "keep:98", "keep:99", "current"]
    told = json.loads(wire.message({"keep:96": {}, "keep:100": {}, "forget": ["98"]}))["said"]
    assert [name for name in told if name.startswith("keep:")] == ["keep:97", "keep:99", "keep:96", "keep:100"]


def begun(page):
    """Return a session with one answer, its conversation, and what changes as a second one arrives, just begun."""
    session = Session()
    ask(page, session, HURT)
    updates = asking.ask(page, session, TRIED)
    next(updates)
    return session, session.conversation, updates


def test_an_answer_goes_to_the_conversation_it_was_asked_in(page):
    session, first, updates = begun(page)
    act(page, session, do="new")
    rest = list(updates)
    assert [t.question for t in first.turns] == [HURT, TRIED]
    assert session.conversation is not first and not session.conversation.turns
    assert all("past" not in update and "live" not in update for update in rest)
    assert any(f"keep:{first.id}" in update for update in rest)


def test_what_a_confidence_was_worth_is_what_the_index_was_fitted_with(small_index, fake_encoder):
    index = open_index(small_index)
    group = {f"{word}_{kind}": n for word in ("high", "fair", "low") for kind, n in (("held", 12), ("answers", 34))}
    fitted = dataclasses.replace(index.weights, figures={"with_sidecar": group})
    for weights, told in ((index.weights, False), (fitted, True)):
        page, session = Page(Assistant(index.weighed(weights), fake_encoder)), Session()
        ask(page, session, HURT)
        assert ("12 of 34 answers" in page.past(session)) is told


def test_a_quote_of_another_state_of_the_document_is_not_marked(page):
    session = Session()
    ask(page, session, HURT)
    assert "<mark" in page.source(session)
    turns = session.conversation.turns
    citations = tuple(dataclasses.replace(c, document_sha256="0" * 64) for c in turns[0].answer.citations)
    answer = dataclasses.replace(turns[0].answer, citations=citations)
    turns[0] = dataclasses.replace(turns[0], answer=answer)
    assert "<mark" not in page.source(session)


def test_a_deleted_conversation_does_not_come_back_with_its_answer(page):
    session, gone, updates = begun(page)
    assert act(page, session, do="delete", id=gone.id)["forget"] == [gone.id]
    assert all(f"keep:{gone.id}" not in update for update in updates)
    assert gone not in session.conversations and session.arriving is None


def test_what_was_stopped_neither_shows_nor_fails_in_the_next_answer(page, monkeypatch):
    session, held, failing = Session(), threading.Event(), [True]
    answer = asking._answer

    def slow(*given):
        if failing.pop():
            held.wait(5)
            raise OSError("too late")
        return answer(*given)

    failing.insert(0, False)
    monkeypatch.setattr(asking, "_answer", slow)
    late = asking.ask(page, session, TRIED)
    next(late)
    stopped = {}
    for update in asking.stop(page, session):
        stopped |= update
    assert stopped["box"] == TRIED and messages.STOPPED_EARLY in stopped["problem"]
    updates = asking.ask(page, session, HURT)
    next(updates)
    held.set()
    assert list(late) == []
    list(updates)
    assert [t.question for t in session.conversation.turns] == [HURT]


def test_whoever_asks_again_meanwhile_is_told_to_wait(page):
    session = Session()
    updates = asking.ask(page, session, HURT)
    next(updates)
    (refused,) = ask(page, session, TRIED)
    assert messages.BUSY in refused["problem"]
    shown = act(page, session, do="show", document="nothing")
    assert "live" not in shown
    assert "Searching" in page.everything(session)["live"]  # it is still on its way, whatever else is done
    list(updates)
    assert page.everything(session)["live"] == ""


def test_a_second_example_question_is_not_asked_elsewhere(page):
    session = Session()
    updates = asking.ask_all(page, session, {"questions": [HURT, TRIED]})
    next(updates)
    act(page, session, do="new")
    list(updates)
    assert not session.conversation.turns and sum(len(c.turns) for c in session.conversations) == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"do": "nothing"},
        {"do": "__class__"},
        {"do": ["new"]},
        {"do": "delete"},
        {"do": "export", "kind": "../x"},
        {"do": "feedback", "turn": "9" * 5000},
        {"do": "open", "document": 3, "start": -1, "end": 10**20},
        {"do": "remove", "document": "x"},
        {"do": "rename", "name": {"a": 1}},
        {"do": "restore", "conversations": {"a": 1}, "token": 7},
        {"do": "restore", "conversations": [None, {"id": "a", "stopped": {"1" * 5000: 1}}]},
        {"do": "scope", "document": "x"},
        {"do": "switch", "id": None},
    ],
)
def test_whatever_a_browser_sends_nothing_breaks(page, data):
    session = Session()
    ask(page, session, HURT)
    act(page, session, **data)
    ask(page, session, TRIED)
    assert session.conversation.turns[-1].question == TRIED


def test_a_spoilt_conversation_is_left_out_for_good(page):
    session = Session()
    ask(page, session, HURT)
    kept = json.loads(json.dumps(session.conversation.to_dict(page.workspace(session).assistant().index)))
    fresh = Session()
    assert act(page, fresh, do="restore", conversations=[kept], current=kept["id"])["problem"] == ""
    assert fresh.conversation.turns == session.conversation.turns
    kept["transcript"]["turns"][0]["answer"]["citations"][0] |= {"quote": "", "start": 5, "end": 5}
    fresh = Session()
    shown = act(page, fresh, do="restore", conversations=[kept], current=kept["id"])
    assert messages.NOT_RESTORED in shown["problem"] and not fresh.conversation.turns
    assert f'data-ids="{kept["id"]}"' in shown["problem"]  # it can be forgotten
    assert act(page, fresh, do="forget", ids=kept["id"]) == {"problem": "", "forget": [kept["id"]]}


def test_a_session_does_not_grow_without_end(page):
    session = Session()
    for n in range(3):
        kept = [{"id": f"a{n}x{i}", "given": "", "transcript": {"turns": []}} for i in range(MOST_CONVERSATIONS)]
        act(page, session, do="restore", conversations=kept)
    assert len(session.conversations) <= MOST_CONVERSATIONS + 1


def test_what_an_event_carries_is_looked_at_before_it_is_used():
    assert [text_of({"a": v}, "a") for v in ("x", 3, None, ["x"])] == ["x", "", "", ""]
    assert [number_of({"a": v}, "a") for v in (3, "3", -1, True, "٣", "1" * 20, 2.5)] == [
        3,
        3,
        None,
        None,
        None,
        None,
        None,
    ]


def test_every_page_is_given_a_session_of_its_own():
    import copy

    first = Session()
    first.conversations = [Conversation(given="Mine")]
    other = copy.deepcopy(first)
    assert other.conversation.given == "" and other.conversation.id != first.conversation.id


FORGOTTEN = """
import sys
import gradio as gr
import calcqa
from calcqa.server.page.layout import build_page
from calcqa.server.page.page import Allowed, Page
blocks = build_page(Page(calcqa.open(sys.argv[1])))
(session,) = (block for block in blocks.blocks.values() if isinstance(block, gr.State))
loading = [fn for fn in blocks.fns.values() if any(event == "load" for _, event in fn.targets)]
print(any(session in fn.outputs for fn in loading), blocks.delete_cache)
"""


@pytest.mark.models
def test_a_page_hands_its_session_back_so_that_it_is_forgotten_some_time_after_it_was_left():
    """Gradio forgets the states that an event has set, and never one that was only read."""
    command = [sys.executable, "-c", FORGOTTEN, str(REPO / "index")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[-2] == "True (3600, 3600)"


def test_what_one_user_added_or_said_of_an_answer_is_out_of_anothers_reach(page, tmp_path):
    anna, ben = Session(), Session()
    anna.user, ben.user = "anna", "ben"
    ids = act(page, anna, do="choose", files=[{"name": "toe.md", "size": 14}])["upload"]
    page.uploads._tickets[ids[0]].content += b"The toe healed"
    act(page, ben, do="add", ids=ids)
    assert len(page.documents(ben)) == 1
    act(page, anna, do="add", ids=ids)
    assert len(page.documents(anna)) == 2
    act(page, ben, do="restore", token=anna.token, conversations=[])
    act(page, ben, do="token", token=anna.token)
    assert len(page.documents(ben)) == 1
    again = Session()
    again.user = "anna"
    act(page, again, do="restore", token=anna.token, conversations=[])
    assert len(page.documents(again)) == 2


def test_a_verdict_under_anothers_conversation_is_a_verdict_of_ones_own(small_index, fake_encoder, tmp_path):
    store = Feedback(tmp_path / "feedback.sqlite")
    page = Page(Assistant(open_index(small_index), fake_encoder), Allowed(feedback=store))
    anna, ben = Session(), Session()
    anna.user, ben.user = "anna", "ben"
    ask(page, anna, HURT)
    kept = anna.conversation.to_dict(page.workspace(anna).assistant().index)
    act(page, anna, do="feedback", turn=1, good=True)
    act(page, ben, do="restore", conversations=[json.loads(json.dumps(kept))], current=kept["id"])
    act(page, ben, do="feedback", turn=1, good=False)
    act(page, anna, do="feedback", turn=1, good=True, comment="as it stands there")
    verdicts = list(store.rows())
    assert sorted(v["good"] for v in verdicts) == [False, True]


def test_what_waits_for_its_turn_when_the_server_stops_never_comes(page):
    begun, goes_on = threading.Event(), threading.Event()
    running = [page.cores.submit(lambda: (begun.set(), goes_on.wait())) for _ in range(64)]
    assert begun.wait(60)
    (asked,) = (asking.ask(page, session, HURT) for session in [Session()])
    next(asked)
    shown = {}
    waiting = threading.Thread(target=lambda: [shown.update(update) for update in asked])
    waiting.start()
    while page.cores._work_queue.qsize() < 64 - page.cores._max_workers + 1:
        threading.Event().wait(0.01)
    page.close()
    waiting.join(60)
    assert not waiting.is_alive() and messages.STOPPING in shown["problem"] and shown["box"] == HURT
    assert sum(one.cancelled() for one in running) == 64 - page.cores._max_workers
    goes_on.set()


def test_a_document_is_not_added_to_its_end_once_the_server_waits_no_longer(page):
    session, content = Session(), b"# Toe\n\nThe toe healed within nine days.\n"
    (ticket,) = act(page, session, do="choose", files=[{"name": "toe.md", "size": len(content)}])["upload"]
    page.uploads._tickets[ticket].content += content
    page.ended.set()
    shown = act(page, session, do="add", ids=[ticket])
    assert messages.STOPPING in shown["problem"] and len(page.documents(session)) == len(page.documents(Session()))


def test_a_verdict_is_taken_back_by_pressing_its_button_again(small_index, fake_encoder, tmp_path):
    store = Feedback(tmp_path / "feedback.sqlite")
    page = Page(Assistant(open_index(small_index), fake_encoder), Allowed(feedback=store))
    session = Session()
    ask(page, session, HURT)
    act(page, session, do="feedback", turn=1, good=True)
    act(page, session, do="feedback", turn=1, good=True, comment="as it stands there")
    assert [v["comment"] for v in store.rows()] == ["as it stands there"]
    assert messages.WITHDRAWN in act(page, session, do="feedback", turn=1, good=True)["problem"]
    assert list(store.rows()) == [] and session.conversation.verdicts == {}
    assert not any(b"as it stands there" in file.read_bytes() for file in tmp_path.glob("*feedback*"))


def test_all_open_pages_together_hold_only_so_much(page, monkeypatch):
    monkeypatch.setattr(pages, "TURNS", 2)
    mine, yours = Session(), Session()
    ask(page, mine, HURT)
    ask(page, yours, HURT)
    told = ask(page, mine, TRIED)
    assert messages.SERVER_FILLED in told[0]["problem"] and len(mine.conversation.turns) == 1
    assert messages.SERVER_FILLED in act(page, Session(), do="restore", conversations=[])["problem"]
    del yours  # its page was left
    gc.collect()
    ask(page, mine, TRIED)
    assert len(mine.conversation.turns) == 2


def test_turns_are_counted_as_they_come_and_go(page):
    mine, yours = Session(), Session()
    ask(page, mine, HURT)
    ask(page, mine, TRIED)
    ask(page, yours, HURT)
    assert page._turns == 3
    kept = json.loads(json.dumps(mine.conversation.to_dict(page.workspace(mine).assistant().index)))
    fresh = Session()
    act(page, fresh, do="restore", conversations=[kept])
    assert page._turns == 5
    ask(page, mine, HURT, number=1)  # in place of both
    assert page._turns == 4
    act(page, yours, do="delete", id=yours.conversation.id)
    page.admit(yours)
    assert page._turns == 3
    del fresh
    gc.collect()
    assert page.count(mine) == 1


def test_a_question_goes_through_no_other_sessions_conversations(page):
    class Watched(Session):
        def __getattribute__(self, name):
            if name == "conversations":
                seen.append(self)
            return super().__getattribute__(name)

    seen = []
    others = [Watched() for _ in range(20)]
    for other in others:
        page.admit(other)
    seen.clear()
    page.admit(others[0])
    assert seen == [others[0]]
