"""What a page may send its events, whose session they reach, and how much is held at a time."""

import asyncio
import json

import httpx
import pytest

from calcqa import messages
from calcqa.server import middleware
from calcqa.server.middleware import USER, Refused
from calcqa.server.page import events as room
from calcqa.server.page.events import Events, Visits, checked_event

EVENT = {"data": [None], "event_data": {"do": "new"}, "fn_index": 3, "trigger_id": 7, "session_hash": "one"}
AS_JSON = {"content-type": "application/json"}
FILE = {"path": "/etc/shadow", "meta": {"_type": "gradio.FileData"}}


def checked(**changed):
    return checked_event(json.dumps(EVENT | changed).encode())


def test_what_the_page_sends_goes_through_and_fields_it_does_not_send_are_left_out():
    assert checked() == EVENT
    assert checked(data=["a question", None], event_data=None, simple_format=True, batched=True) == {
        **EVENT,
        "data": ["a question", None],
        "event_data": None,
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"data": [FILE]},
        {"data": [[FILE]]},
        {"data": [{"path": "/etc/shadow"}]},  # not even unmarked
        {"data": [["/etc/shadow"]]},
        {"data": [1]},
        {"data": "text"},
        {"data": [None] * 9},
        {"data": ["x" * 10_001]},
        {"event_data": {"files": [{"deeper": [FILE]}]}},
        {"event_data": {"ids": [{"path": "/etc/shadow"}]}},
        {"event_data": [FILE]},
        {"event_data": "text"},
        {"fn_index": "3"},
        {"fn_index": True},
        {"trigger_id": [7]},
        {"session_hash": 1},
        {"session_hash": None},
        {"event_id": {"a": 1}},
    ],
)
def test_anything_else_is_refused_in_one_way(changed):
    with pytest.raises(Refused, match=messages.NO_EVENT):
        checked(**changed)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'"session_hash"',
        b"\xff\xfe",
        b'{"data": []}',
        b"[" * 100_000,
        b'{"session_hash": "one", "event_data": ' + b'{"a": ' * 100_000,
        b'{"session_hash": "one", "fn_index": ' + b"9" * 5_000 + b"}",
        b'{"session_hash": "one", "event_data": {"a": NaN}}',
        rb'{"session_hash": "one", "event_data": {"\u005ftype": "gradio\u002eFileData"}}',
    ],
)
def test_what_is_no_event_at_all_is_refused_in_the_same_way(body):
    with pytest.raises(Refused, match=messages.NO_EVENT) as refused:
        checked_event(body)
    assert refused.value.status == 400


def test_of_a_field_given_twice_the_one_that_was_looked_at_is_handed_on():
    body = b'{"session_hash": "one", "data": [5], "data": [null]}'
    assert checked_event(body) == {"session_hash": "one", "data": [None]}


# --- whose session ----------------------------------------------------------------------------------------------------


def test_a_session_is_whose_it_began_as():
    visits = Visits()
    visits.of("one", "anna")
    visits.of("one", "anna")
    with pytest.raises(Refused, match="somebody else") as refused:
        visits.of("one", "ben")
    assert refused.value.status == 403
    visits.of("two", "ben")
    for odd in ("", "a b", "x" * 65, "../x", "ä"):
        with pytest.raises(Refused, match=messages.NO_EVENT):
            visits.of(odd, "anna")
    assert len(visits) == 2


def test_only_so_many_sessions_are_held_and_those_left_make_room(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(room.time, "monotonic", lambda: now[0])
    gone = []
    visits = Visits(2, gone.append)
    visits.of("one", "", "a").streams = 1  # its page is open
    visits.of("two", "", "b").seen = True  # its page was open
    with pytest.raises(Refused, match=messages.TOO_MANY_SESSIONS) as refused:
        visits.of("three", "", "c")
    assert refused.value.status == 503 and gone == []
    now[0] = 901.0
    visits.of("three", "", "c")  # never a page
    assert gone == ["two"] and len(visits) == 2
    now[0] = 962.0
    visits.of("four", "", "d")
    assert gone == ["two", "three"] and len(visits) == 2


def test_one_address_takes_no_more_than_half_of_the_sessions():
    visits = Visits(6)
    for name in "abc":
        visits.of(name, "", "192.0.2.1")
    with pytest.raises(Refused, match=messages.TOO_MANY_SESSIONS):
        visits.of("d", "", "192.0.2.1")
    visits.of("d", "", "192.0.2.2")


def test_what_begins_no_session_makes_none():
    visits = Visits()
    with pytest.raises(Refused) as refused:
        visits.of("one", "", begins=False)
    assert refused.value.status == 404 and len(visits) == 0


# --- as ASGI ----------------------------------------------------------------------------------------------------------


class Gradio:
    """Says what came through; a heartbeat lasts until `left` is set."""

    def __init__(self):
        self.bodies, self.paths, self.left = [], [], None

    async def __call__(self, scope, receive, send):
        self.paths.append(scope["path"])
        if scope["method"] == "POST":
            message = await receive()
            self.bodies.append(json.loads(message["body"]))
            assert int(dict(scope["headers"])[b"content-length"]) == len(message["body"])
        if self.left:
            await self.left.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"within"})


def client(events, user=""):
    async def as_user(scope, receive, send):
        await events({**scope, USER: user}, receive, send)

    return httpx.AsyncClient(transport=httpx.ASGITransport(as_user), base_url="http://here")


JOIN, DATA, BEAT = "/gradio_api/queue/join", "/gradio_api/queue/data?session_hash=one", "/gradio_api/heartbeat/one"


def test_nobody_reaches_another_users_session_by_any_door():
    gradio = Gradio()

    async def tried():
        events = Events(gradio, Visits())
        async with client(events, "anna") as anna, client(events, "ben") as ben:
            assert (await anna.post(JOIN, json=EVENT)).text == "within"
            cancel = {"session_hash": "one", "fn_index": 0, "event_id": "x"}
            refused = [
                await ben.post(JOIN, json=EVENT),
                await ben.post("/gradio_api/cancel", json=cancel),
                await ben.get(DATA),
                await ben.get(BEAT),
            ]
            assert {r.status_code for r in refused} == {403}
            assert (await ben.get("/gradio_api/queue/data?session_hash=two&session_hash=one")).status_code == 400
            assert (await anna.get(DATA)).status_code == (await anna.get(BEAT)).status_code == 200
            assert (await anna.get("/anything")).text == "within"  # no session's

    asyncio.run(tried())
    assert gradio.bodies == [EVENT]


def test_what_means_nothing_is_answered_here():
    gradio = Gradio()

    async def tried():
        async with client(Events(gradio, Visits())) as browser:
            assert (await browser.post("/gradio_api/reset", json={"event_id": "x"})).json() == {"success": True}

    asyncio.run(tried())
    assert gradio.paths == []


def test_half_a_character_is_none():
    gradio = Gradio()

    async def tried():
        async with client(Events(gradio, Visits())) as browser:
            body = json.dumps(EVENT | {"event_data": {"name": "a\ud83d", "\udc00": "\ud83d\ude00"}}).encode()
            assert (await browser.post(JOIN, content=body, headers=AS_JSON)).status_code == 200

    asyncio.run(tried())
    assert gradio.bodies[0]["event_data"] == {"name": "a?", "?": "\U0001f600"}


def test_a_session_holds_few_streams_open():
    gradio = Gradio()

    async def tried():
        gradio.left = asyncio.Event()
        events = Events(gradio, Visits())
        async with client(events) as browser:
            open_ = [asyncio.create_task(browser.get(BEAT)) for _ in range(room._STREAMS)]
            while len(gradio.paths) < room._STREAMS:
                await asyncio.sleep(0)
            assert (await browser.get(BEAT)).status_code == 429
            gradio.left.set()
            assert {(await one).status_code for one in open_} == {200}
            assert (await browser.get(BEAT)).status_code == 200

    asyncio.run(tried())


def test_too_much_too_slow_and_too_many_at_once_are_refused_and_leave_nothing_held(monkeypatch):
    monkeypatch.setattr(room, "_EVENT", 1_000)
    monkeypatch.setattr(room, "_TOGETHER", 1_500)
    monkeypatch.setattr(middleware, "_PATIENCE", 0.05)
    gradio = Gradio()

    async def slowly():
        yield b"x" * 900
        await asyncio.sleep(60)

    async def tried():
        events = Events(gradio, Visits())
        async with client(events) as browser:
            assert (await browser.post(JOIN, content=b"x" * 1_001, headers=AS_JSON)).status_code == 413
            assert (await browser.post(JOIN, content=slowly(), headers=AS_JSON)).status_code == 408
            events._held = 1_000
            assert (await browser.post(JOIN, content=b"x" * 900, headers=AS_JSON)).status_code == 503
            events._held = 0
            assert (await browser.post(JOIN, json=EVENT)).status_code == 200
            assert events._held == 0

    asyncio.run(tried())
    assert len(gradio.bodies) == 1


def test_a_large_event_counts_until_it_has_been_dealt_with(monkeypatch):
    monkeypatch.setattr(room, "_SMALL", 100)
    monkeypatch.setattr(room, "_SETTLED", 0.2)
    gradio = Gradio()

    async def tried():
        events = Events(gradio, Visits())
        async with client(events) as browser:
            large = EVENT | {"event_data": {"do": "x" * 500}}
            assert (await browser.post(JOIN, json=large)).status_code == 200
            assert events._held > 500  # it waits in Gradio's queue
            await asyncio.sleep(0.5)
            assert events._held == 0

    asyncio.run(tried())


def test_an_event_of_very_many_values_is_not_read():
    body = b'{"session_hash": "one", "event_data": {"a": [' + b"0," * 400_000 + b"0]}}"
    with pytest.raises(Refused, match=messages.EVENT_TOO_LARGE):
        checked_event(body)


def test_what_a_form_could_send_and_events_there_are_not_are_refused():
    gradio = Gradio()

    async def tried():
        async with client(Events(gradio, Visits(), lambda: {3})) as browser:
            plain = {"content-type": "text/plain"}
            assert (await browser.post(JOIN, content=json.dumps(EVENT), headers=plain)).status_code == 400
            for number in (5, -1, 10**30, None):
                refused = await browser.post(JOIN, json=EVENT | {"fn_index": number})
                assert refused.status_code == 400 and refused.json() == {"detail": messages.NO_EVENT}
            assert (await browser.post("/gradio_api/cancel", json=EVENT)).status_code == 404  # no such session
            assert (await browser.post(JOIN, json=EVENT)).status_code == 200

    asyncio.run(tried())
    assert gradio.bodies == [EVENT]
